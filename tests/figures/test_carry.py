"""Figures carried over time: by hand, and against numpy's interpolation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.figures.carry import last_known, linear

NAN = float("nan")
YEARS = np.array([2010, 2012, 2016, 2020])
VALUES = np.array([[1.0, NAN, 5.0, NAN], [NAN, NAN, NAN, 8.0], [NAN, 3.0, NAN, NAN], [NAN] * 4])


@pytest.mark.parametrize(
    ("year", "max_years", "values", "years"),
    [
        (2016, None, [5, NAN, 3, NAN], [2016, 0, 2012, 0]),
        (2015, None, [1, NAN, 3, NAN], [2010, 0, 2012, 0]),
        (2015, 3, [NAN, NAN, 3, NAN], [0, 0, 2012, 0]),
        (2016, 0, [5, NAN, NAN, NAN], [2016, 0, 0, 0]),
        (2009, None, [NAN] * 4, [0] * 4),
        (2030, None, [5, 8, 3, NAN], [2016, 2020, 2012, 0]),
    ],
)
def test_last_known(year, max_years, values, years):
    ours = last_known(VALUES, YEARS, year, max_years)
    np.testing.assert_array_equal(ours[0], values)
    np.testing.assert_array_equal(ours[1], years)


@pytest.mark.parametrize(
    ("year", "wanted"),
    [
        (2016, [5, 8, 3, NAN]),
        (2013, [3, 8, 3, NAN]),  # half way from 1 in 2010 to 5 in 2016
        (2012, [1 + 4 / 3, 8, 3, NAN]),
        (2000, [1, 8, 3, NAN]),
        (2030, [5, 8, 3, NAN]),
    ],
)
def test_linear(year, wanted):
    np.testing.assert_allclose(linear(VALUES, YEARS, year), wanted, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_linear_is_numpys(seed):
    rng = np.random.default_rng(seed)
    years = np.sort(rng.choice(np.arange(1990, 2030), 8, replace=False))
    values = rng.normal(size=(5, 8))
    values[rng.random(values.shape) < 0.5] = NAN
    for year in (1985, 2035, *range(1990, 2030, 3)):
        for row, ours in zip(values, linear(values, years, year), strict=True):
            there = np.isfinite(row)
            if there.any():
                assert ours == pytest.approx(np.interp(year, years[there], row[there]), rel=1e-12, abs=1e-12)
            else:
                assert np.isnan(ours)


def test_a_series_without_figures():
    values, years = last_known(np.empty((2, 0)), np.empty(0, dtype=np.int64), 2020)
    assert np.isnan(values).all() and years.tolist() == [0, 0]
    assert np.isnan(linear(np.empty((2, 0)), np.empty(0, dtype=np.int64), 2020)).all()
