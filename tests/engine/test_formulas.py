"""The engine's formulas against scipy, pandas and the decimal module."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from readiness.definitions.columns import WinsoriseThenLog
from readiness.engine import normalise, treat
from readiness.engine.power import power_mean
from readiness.engine.rank import rank, round_half_up

MODEST = settings(max_examples=60, deadline=None)
TREAT = WinsoriseThenLog(method="winsorise-then-log")
PARTS = st.lists(st.floats(1e-3, 100), min_size=1, max_size=6)
EXPONENTS = st.one_of(st.floats(-50, 50), st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0]))
FIGURE = st.integers(-50, 1000).map(lambda x: x / 8) | st.just(float("nan"))
SAMPLE = st.lists(FIGURE, min_size=1, max_size=25)
SEED = st.integers(0, 2**32 - 1)


def mean(parts, weights, p, **keys):
    """The power mean of one country."""
    return float(power_mean([np.array([x]) for x in parts], np.array(weights, dtype=float), p, **keys)[0])


@MODEST
@given(PARTS, EXPONENTS, SEED)
def test_power_mean_is_scipys(parts, p, seed):
    weights = np.random.default_rng(seed).uniform(0.1, 3, len(parts))
    if 1e-6 <= abs(p) < 1e-3 or abs(p) > 25:
        return  # scipy's own digits run out
    ours = mean(parts, weights, p)
    assert ours == pytest.approx(stats.pmean(parts, 0 if abs(p) < 1e-6 else p, weights=weights), rel=1e-9)
    if p == 1:
        assert ours == pytest.approx(np.average(parts, weights=weights), rel=1e-12)
    if p == 0:
        assert ours == pytest.approx(stats.gmean(parts, weights=weights), rel=1e-12)
    if p == -1:
        assert ours == pytest.approx(stats.hmean(parts, weights=weights), rel=1e-12)


@MODEST
@given(PARTS, EXPONENTS, EXPONENTS, SEED)
def test_power_mean_lies_between_its_parts_and_rises_with_p(parts, p, q, seed):
    weights = np.random.default_rng(seed).uniform(0.1, 3, len(parts))
    low, high = sorted((p, q))
    ours = mean(parts, weights, low)
    assert min(parts) * (1 - 1e-9) <= ours <= max(parts) * (1 + 1e-9)
    assert ours <= mean(parts, weights, high) * (1 + 1e-9)


@MODEST
@given(PARTS)
def test_power_mean_is_continuous_at_zero(parts):
    weights = np.arange(1, len(parts) + 1)
    geometric = mean(parts, weights, 0.0)
    for p in (1e-7, -1e-7, 1.1e-6, -1.1e-6, 1e-5):
        assert mean(parts, weights, p) == pytest.approx(geometric, rel=2e-4)
    assert mean(parts, weights, 9e-7) == geometric


@pytest.mark.parametrize("p", [-50.0, -1.0, -1e-9, 0.0, 1e-9])
def test_zero_gives_zero_without_compensation(p):
    assert mean([0.0, 50.0], [1, 1], p) == 0.0
    assert mean([0.0, 50.0], [0, 1], p) == pytest.approx(50.0)


@pytest.mark.parametrize("p", [-50.0, -7.3, 11.0, 50.0])
@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_high_powers_stay_in_range(p, scale):
    assert scale <= mean([scale, 3 * scale], [1, 1], p) <= 3 * scale


@pytest.mark.parametrize("p", [-2.0, -1.0, 0.0, 0.5, 1.0, 3.0])
def test_missing_parts(p):
    gap = float("nan")
    assert mean([4.0, gap, 9.0], [1, 5, 2], p) == mean([4.0, 9.0], [1, 2], p)
    assert np.isnan(mean([4.0, gap], [1, 1], p, propagate=True))
    assert mean([4.0, gap], [1, 0], p, propagate=True) == pytest.approx(4.0)
    assert np.isnan(mean([gap, gap], [1, 1], p))
    assert np.isnan(mean([gap, 4.0], [1, 0], p))


@pytest.mark.parametrize("p", [-2.0, 0.0, 0.5, 1.0, 3.0])
def test_weights_of_each_draw(p):
    """Weights (R, 1, M) go with parts (C,) and parts (R, C)."""
    rng = np.random.default_rng(1)
    parts, weights = rng.uniform(1, 9, (3, 4)), rng.uniform(1, 2, (5, 1, 3))
    ours = power_mean(list(parts), weights, p)
    again = power_mean([np.tile(part, (5, 1)) for part in parts], weights, p)
    assert ours.shape == (5, 4)
    # Draws take shares of the weights, and a matrix product where they share their parts: equal but
    # for the last digits.
    np.testing.assert_allclose(ours, again, rtol=1e-13)
    for number in range(5):
        single = power_mean(list(parts), weights[number, 0], p)
        np.testing.assert_allclose(ours[number], single, rtol=1e-13)
        np.testing.assert_allclose(again[number], single, rtol=1e-13)


@MODEST
@given(SAMPLE)
def test_skewness_and_kurtosis_are_scipys_and_pandas(sample):
    x = np.array(sample)
    there = x[np.isfinite(x)]
    if len(there) < 4 or there.std() < 1e-9:
        if len(there) < 4:
            assert np.isnan(treat.kurtosis(x))
        assert treat.passes(x, TREAT)
        return
    for ours, scipys, pandas in (
        (treat.skewness(x), stats.skew(there, bias=False), pd.Series(x).skew()),
        (treat.kurtosis(x), stats.kurtosis(there, bias=False), pd.Series(x).kurt()),
    ):
        assert ours == pytest.approx(scipys, rel=1e-9, abs=1e-9)
        assert ours == pytest.approx(pandas, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("threshold", ["skewness", "kurtosis"])
def test_a_threshold_that_is_met_is_failed(threshold):
    x = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 1000])
    met = {"skewness": float(treat.skewness(x)), "kurtosis": float(treat.kurtosis(x))}
    strict = {"skewness": 1e-3, "kurtosis": 1e-3} | {threshold: met[threshold]}
    above = strict | {threshold: met[threshold] * (1 + 1e-9)}
    assert not treat.passes(x, WinsoriseThenLog(method="winsorise-then-log", **strict))
    assert treat.passes(x, WinsoriseThenLog(method="winsorise-then-log", **above))


@MODEST
@given(SAMPLE, st.integers(0, 6), st.sampled_from([0.1, 1.0, 2.0]), st.sampled_from(["ct", "ct-plus"]))
def test_treatment_keeps_the_order(sample, points, skewness, log):
    x = np.array(sample)
    method = WinsoriseThenLog(
        method="winsorise-then-log", max_points=points, skewness=skewness, kurtosis=0.1, log=log
    )
    order = np.argsort(x[np.isfinite(x)], kind="stable")
    for treated in (treat.treat(x, method), treat.winsorise(x, method)):
        np.testing.assert_array_equal(np.isnan(treated), np.isnan(x))
        assert (np.diff(treated[np.isfinite(x)][order]) >= 0).all()
    if np.isfinite(x).any() and np.nanmin(x) < np.nanmax(x):
        for plus in (False, True):
            logs = treat.log_ct(x, plus=plus)
            same = np.diff(x[np.isfinite(x)][order]) == 0
            assert ((np.diff(logs[np.isfinite(x)][order]) > 0) == ~same).all()


@MODEST
@given(SAMPLE)
def test_winsorising_moves_extremes_only(sample):
    x = np.array(sample)
    capped = treat.winsorise(x, TREAT)
    moved = np.isfinite(x) & (capped != x)
    assert set(capped[moved]) <= set(x[np.isfinite(x)])
    if treat.passes(x, TREAT):
        assert not moved.any()


@MODEST
@given(SAMPLE, st.sampled_from(["min", "max", "average", "dense"]), SEED)
def test_ranks_are_scipys(sample, ties, seed):
    scores = np.array(sample)
    ranked = np.random.default_rng(seed).random(len(scores)) < 0.8
    taking = ranked & np.isfinite(scores)
    ours = rank(scores, ranked, ties=ties)
    np.testing.assert_array_equal(ours[taking], stats.rankdata(-scores[taking], method=ties))
    assert np.isnan(ours[~taking]).all()
    np.testing.assert_array_equal(rank(np.stack([scores, -scores]), ranked, ties=ties)[0], ours)


@MODEST
@given(st.integers(0, 1_000_000), st.integers(0, 4))
def test_rounds_half_up_as_a_reader_does(number, decimals):
    text = f"{number / 10**5:.5f}"
    wanted = Decimal(text).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert round_half_up(np.array([float(text)]), decimals)[0] == float(wanted)


@pytest.mark.parametrize("transform", [None, "log", "log1p", "asinh"])
@pytest.mark.parametrize("goalposts", [(0.3, 17.7), (1.0, 1e6), (2.5, 97.1)])
def test_goalposts_are_the_ends_of_the_range(transform, goalposts):
    """To the last bit, whatever the length of the array: a power mean refuses -1e-17."""
    low, high = normalise.transform(np.array(goalposts), transform, 0.7)
    for length in (1, 2, 3, 5, 8, 17):
        for higher, worst in ((True, 0), (False, 1)):
            x = normalise.transform(np.full(length, goalposts[worst]), transform, 0.7)
            assert (normalise.min_max(x, low, high, higher, (0.0, 100.0)) == 0).all()
            x = normalise.transform(np.full(length, goalposts[1 - worst]), transform, 0.7)
            assert (normalise.min_max(x, low, high, higher, (0.0, 100.0)) == 100).all()
