"""The rank of one country in many draws: that of all, sooner."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from readiness.engine.rank import whole_rank, whole_ranks

scores = arrays(np.float32, st.tuples(st.integers(1, 6), st.integers(1, 8)), elements=st.integers(0, 5))


@pytest.mark.parametrize("ties", ["min", "max", "dense"])
@given(scores=scores, data=st.data())
def test_one_column_is_that_of_all(ties, scores, data):
    scores = scores + np.float32(0.004)
    at = data.draw(st.integers(0, scores.shape[1] - 1))
    for decimals in (0, 2):
        assert np.array_equal(
            whole_rank(scores, at, decimals, ties), whole_ranks(scores, decimals, ties)[:, at]
        )
