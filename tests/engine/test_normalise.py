"""Normalisation: by hand, against scipy, refusals, and what holds always."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from readiness.definitions.columns import (
    Borda,
    DistanceToMax,
    DistanceToReference,
    DistanceToTarget,
    FractionOfMax,
    MinMax,
    NoNormalisation,
    PercentileRank,
    RankScore,
    ZScore,
)
from readiness.definitions.framework import IndicatorRef
from readiness.engine.normalise import ascending, clip, normalise, sample_ends
from readiness.errors import ReadinessError

NAN = float("nan")
CODES = ["A", "B", "C", "D", "E"]
X = np.array([2.0, 4.0, NAN, 8.0, 4.0])
SEED = st.integers(0, 2**32 - 1)


def score(x, method, direction="higher", codes=CODES, **parameters):
    reference = IndicatorRef(id="x", direction=direction, normalisation=method, **parameters)
    return normalise(np.asarray(x, dtype=float), reference, codes)


def of_country(country, **parameters):
    return DistanceToReference(method="distance-to-reference", country=country, **parameters)


def to_target(target, **parameters):
    return DistanceToTarget(method="distance-to-target", target=target, **parameters)


BY_HAND = [
    (MinMax(ends="sample"), [0, 100 / 3, NAN, 100, 100 / 3], [100, 200 / 3, NAN, 0, 200 / 3]),
    (RankScore(method="rank"), [1, 2, NAN, 4, 2], [4, 2, NAN, 1, 2]),
    (RankScore(method="rank", ties="max"), [1, 3, NAN, 4, 3], [4, 3, NAN, 1, 3]),
    (RankScore(method="rank", ties="average"), [1, 2.5, NAN, 4, 2.5], [4, 2.5, NAN, 1, 2.5]),
    (RankScore(method="rank", ties="dense"), [1, 2, NAN, 3, 2], [3, 2, NAN, 1, 2]),
    (Borda(method="borda"), [0, 1, NAN, 3, 1], [3, 1, NAN, 0, 1]),
    (PercentileRank(method="percentile-rank"), [0, 1 / 3, NAN, 1, 1 / 3], [1, 1 / 3, NAN, 0, 1 / 3]),
    (PercentileRank(method="percentile-rank", range=(0, 100)), [0, 100 / 3, NAN, 100, 100 / 3],
     [100, 100 / 3, NAN, 0, 100 / 3]),
    (DistanceToMax(method="distance-to-max"), [0, 1 / 3, NAN, 1, 1 / 3], [1, 2 / 3, NAN, 0, 2 / 3]),
    (DistanceToMax(method="distance-to-max", range=(1, 10)), [1, 4, NAN, 10, 4], [10, 7, NAN, 1, 7]),
    (of_country("B"), [0, 1, NAN, 3, 1], [1.5, 1, NAN, 0, 1]),
    (of_country("B", cap=True, range=(0, 10)), [0, 10, NAN, 10, 10], [10, 10, NAN, 0, 10]),
    (to_target(5.0), [0, 2 / 3, NAN, 2, 2 / 3], [2, 4 / 3, NAN, 0, 4 / 3]),
    (to_target(5.0, cap=True), [0, 2 / 3, NAN, 1, 2 / 3], [1, 1, NAN, 0, 1]),
    (FractionOfMax(method="fraction-of-max"), [0.25, 0.5, NAN, 1, 0.5], [1, 0.5, NAN, 0.25, 0.5]),
    (FractionOfMax(method="fraction-of-max", range=(0, 100)), [25, 50, NAN, 100, 50], [100, 50, NAN, 25, 50]),
    (NoNormalisation(method="none"), [2, 4, NAN, 8, 4], [-2, -4, NAN, -8, -4]),
]  # fmt: skip


@pytest.mark.parametrize(("method", "higher", "lower"), BY_HAND, ids=lambda case: getattr(case, "method", ""))
def test_by_hand(method, higher, lower):
    np.testing.assert_allclose(score(X, method), higher, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(score(X, method, "lower"), lower, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (10.0, 2.0)])
def test_z_score_is_scipys(mean, sd):
    there = X[np.isfinite(X)]
    for direction, sign in (("higher", 1), ("lower", -1)):
        ours = score(X, ZScore(method="z-score", mean=mean, sd=sd), direction)
        np.testing.assert_allclose(ours[np.isfinite(X)], mean + sd * sign * stats.zscore(there, ddof=1))
        assert np.isnan(ours[2])


def test_goalposts():
    goalposts = {"goalposts": (3.0, 7.0)}
    np.testing.assert_allclose(score(clip(X, (3, 7)), MinMax(), **goalposts), [0, 25, NAN, 100, 25])
    free = MinMax(truncate=False)
    np.testing.assert_allclose(score(X, free, **goalposts), [-25, 25, NAN, 125, 25])
    np.testing.assert_allclose(score(X, free, "lower", **goalposts), [125, 75, NAN, -25, 75])
    assert not IndicatorRef(id="x", normalisation=free, **goalposts).clipped
    logs = score(np.log(X), MinMax(), transform="log", goalposts=(2.0, 8.0))
    np.testing.assert_allclose(logs, [0, 50, NAN, 100, 50])


def test_a_target_is_transformed_with_the_figures():
    ours = score(np.log(X), to_target(16.0), transform="log")
    np.testing.assert_allclose(ours, [0, 1 / 3, NAN, 2 / 3, 1 / 3], rtol=1e-12)


@pytest.mark.parametrize(
    ("x", "method", "direction", "message"),
    [
        ([3, 3, 3, 3, NAN], MinMax(ends="sample"), "higher", "every country has the same value"),
        ([0.1, 0.1, 0.1, NAN, NAN], ZScore(method="z-score"), "higher", "every country has the same value"),
        ([0.1] * 5, ZScore(method="z-score"), "lower", "every country has the same value"),
        ([3, NAN, NAN, NAN, NAN], ZScore(method="z-score"), "lower", "every country has the same value"),
        ([3, 3, 3, 3, NAN], DistanceToMax(method="distance-to-max"), "higher", "has the same value"),
        ([3, NAN, NAN, NAN, NAN], PercentileRank(method="percentile-rank"), "higher", "one country alone"),
        (X, of_country("C"), "higher", "the reference country C has no figure"),
        (X, of_country("A"), "higher", "A is no better than the worst country"),
        (X, of_country("D"), "lower", "D is no better than the worst country"),
        (X, of_country("Z"), "higher", "the reference country Z is not in the framework"),
        (X, to_target(2.0), "higher", "the target 2 is no better than the worst country"),
        (X, to_target(9.0), "lower", "the target 9 is no better than the worst country"),
        ([0, 1, 2, 3, NAN], FractionOfMax(method="fraction-of-max"), "lower", "lowest value needs it to be"),
        ([-3, -1, 0, -3, NAN], FractionOfMax(method="fraction-of-max"), "higher", "highest value needs it"),
    ],
)
def test_what_sets_no_scale_is_refused(x, method, direction, message):
    with pytest.raises(ReadinessError, match=message) as caught:
        score(x, method, direction)
    assert caught.value.message.startswith("x: ") and caught.value.hint
    # In one draw of several as well.
    fine = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    with pytest.raises(ReadinessError, match="x: "):
        score(np.stack([fine, np.array(x, dtype=float)]), method, direction)


def test_a_target_without_a_logarithm_is_refused():
    with pytest.raises(ReadinessError, match="the target 0 has no log"):
        score(np.log(X), to_target(0.0), transform="log")


def test_an_incomplete_reference_is_a_bug():
    with pytest.raises(ValueError, match="completed"):
        score(X, None)


METHODS = [
    MinMax(ends="sample"), MinMax(), ZScore(method="z-score", mean=5.0), RankScore(method="rank"),
    RankScore(method="rank", ties="average"), Borda(method="borda"), FractionOfMax(method="fraction-of-max"),
    PercentileRank(method="percentile-rank"), DistanceToMax(method="distance-to-max"), of_country("best"),
    to_target(5.0, cap=True), NoNormalisation(method="none"),
]  # fmt: skip


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.method)
@settings(max_examples=25, deadline=None)
@given(SEED, st.sampled_from(["higher", "lower"]))
def test_what_always_holds(method, seed, direction):
    """Better is not lower; draws are scored like single runs; nobody's figures, nobody's scores."""
    rng = np.random.default_rng(seed)
    size = 12
    x = np.round(rng.uniform(1, 9, (3, size)), 1)
    x[:, rng.random(size) < 0.2] = NAN
    best = 12.0 if direction == "higher" else 0.5
    x = np.column_stack([x, [best] * 3, [7.0 - 2 * best / 12] * 3, [5.5, 6.5, 4.5]])
    codes = [f"c{number}" for number in range(size)] + ["best", "c", "d"]
    parameters = {"direction": direction, "codes": codes, "goalposts": (0.0, 20.0)}
    if method.method == "distance-to-target":
        method = method.model_copy(update={"target": 11.0 if direction == "higher" else 0.9})
    scores = score(x, method, **parameters)
    np.testing.assert_array_equal(np.isnan(scores), np.isnan(x))
    for row, ours in zip(x, scores, strict=True):
        np.testing.assert_allclose(score(row, method, **parameters), ours, rtol=1e-12, atol=1e-12)
        there = np.isfinite(row)
        order = np.argsort(row[there] if direction == "higher" else -row[there], kind="stable")
        assert (np.diff(ours[there][order]) >= -1e-12).all()
    if method.method in ("min-max", "percentile-rank", "distance-to-max", "fraction-of-max"):
        assert np.nanmin(scores) >= method.range[0] and np.nanmax(scores) <= method.range[1]
    empty = np.full((2, len(codes)), NAN)
    assert np.isnan(score(empty, method, **parameters)).all()
    # A change of unit changes no score but that of `none`.
    if method.method not in ("none", "distance-to-target") and method != MinMax():
        np.testing.assert_allclose(score(x * 1024, method, **parameters), scores, rtol=1e-9, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(SEED, st.sampled_from(["min", "max", "average", "dense"]))
def test_places_are_scipys(seed, ties):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 8, (4, int(rng.integers(1, 12)))).astype(float)
    x[rng.random(x.shape) < 0.2] = NAN
    for row, ours in zip(x, ascending(x, ties), strict=True):
        there = np.isfinite(row)
        np.testing.assert_array_equal(ours[there], stats.rankdata(row[there], method=ties))
        assert np.isnan(ours[~there]).all()
    np.testing.assert_array_equal(ascending(x[0], ties), ascending(x, ties)[0])


def test_sample_ends():
    low, high = sample_ends(np.array([[1.0, NAN, 3.0], [NAN, NAN, NAN], [2.0, 5.0, 4.0]]))
    np.testing.assert_array_equal(low, [[1], [np.inf], [2]])
    np.testing.assert_array_equal(high, [[3], [-np.inf], [5]])
