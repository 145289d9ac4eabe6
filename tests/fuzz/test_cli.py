"""No call of the command line ends in a traceback, asks the network or writes where it should not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.conftest import examples
from tests.fuzz.grammar import NAMES, calls


@pytest.mark.parametrize("name", NAMES)
def test_no_call_breaks_the_contract(playground, name):
    @examples(8)
    @given(calls([name]))
    def judged(words):
        playground.judge(words)

    judged()


@examples(40)
@given(st.lists(st.text(max_size=30), max_size=5))
def test_no_words_break_the_contract(playground, words):
    playground.judge(words)
