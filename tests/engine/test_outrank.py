"""Minimum, weighted median and Copeland: by hand, against numpy, and what holds always."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.engine import outrank
from readiness.engine.outrank import copeland, median, minimum, outranking_matrix
from readiness.errors import ReadinessError

NAN = float("nan")
MODEST = settings(max_examples=60, deadline=None)
SEED = st.integers(0, 2**32 - 1)
ALL = [minimum, median, copeland]


def of(function, *countries, weights, propagate=False, **keys):
    """Aggregate countries, each the list of its parts."""
    parts = [np.array(part, dtype=float) for part in zip(*countries, strict=True)]
    return function(parts, np.array(weights, dtype=float), propagate=propagate, **keys).tolist()


def test_minimum_by_hand():
    countries = [[3, 1, 2], [NAN, 5, 4], [NAN, NAN, 0], [NAN, NAN, NAN]]
    np.testing.assert_array_equal(of(minimum, *countries, weights=[1, 1, 0]), [1, 5, NAN, NAN])
    np.testing.assert_array_equal(of(minimum, *countries, weights=[1, 9, 1]), [1, 4, 0, NAN])
    np.testing.assert_array_equal(
        of(minimum, *countries, weights=[0, 1, 1], propagate=True), [1, 4, NAN, NAN]
    )


@pytest.mark.parametrize(
    ("parts", "weights", "wanted"),
    [
        ([7, 1, 3], [1, 1, 1], 3),
        ([7, 1, 3, 4], [1, 1, 1, 1], 3.5),
        ([7, 1, 3], [3, 1, 1], 7),  # more than half the weight
        ([7, 1, 3], [2, 1, 1], 5),  # exactly half up to 3: between 3 and 7
        ([7, 1, 3], [0.1, 0.2, 0.3], 3),
        ([7, 1, NAN], [1, 1, 5], 4),
        ([7, 1, 3], [1, 0, 1], 5),
        ([7, 1, 3], [1e-3, 1e-3, 0], 4),
        ([NAN, NAN, 3], [1, 1, 0], NAN),
    ],
)
def test_median_by_hand(parts, weights, wanted):
    np.testing.assert_array_equal(of(median, parts, weights=weights), [wanted])


def test_median_forgives_rounding():
    """0.1 + 0.2 is not 0.3, and half the weight all the same."""
    assert of(median, [1, 2, 9], weights=[0.1, 0.2, 0.3]) == [5.5]
    assert of(median, [9, 2, 1], weights=[0.3, 0.2, 0.1]) == [5.5]


def test_median_propagates():
    np.testing.assert_array_equal(of(median, [1, NAN], [1, 2], weights=[1, 1], propagate=True), [NAN, 1.5])
    assert of(median, [1, NAN], weights=[1, 0], propagate=True) == [1]


@MODEST
@given(SEED)
def test_equal_weights_give_numpys_median(seed):
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=(int(rng.integers(1, 8)), 9)), 1)
    x[rng.random(x.shape) < 0.2] = NAN
    x[0] = rng.normal(size=9)
    weights = np.full(len(x), rng.uniform(0.1, 9))
    np.testing.assert_allclose(median(list(x), weights, propagate=False), np.nanmedian(x, axis=0), rtol=1e-12)
    np.testing.assert_array_equal(minimum(list(x), weights, propagate=False), np.nanmin(x, axis=0))


@MODEST
@given(SEED)
def test_whole_weights_are_repeated_parts(seed):
    rng = np.random.default_rng(seed)
    x, weights = rng.integers(0, 9, (5, 7)).astype(float), rng.integers(0, 4, 5)
    if weights.sum() == 0:
        return
    repeated = np.repeat(x, weights, axis=0)
    np.testing.assert_allclose(
        median(list(x), weights.astype(float), propagate=False), np.median(repeated, axis=0)
    )


def test_copeland_by_hand():
    """A beats B and C, B and C draw: 1 part each; D has one part only and loses all of it."""
    countries = [[9, 9], [1, 5], [5, 1], [0, NAN]]
    assert of(copeland, *countries, weights=[1, 1]) == [3, 0, 0, -3]
    assert of(copeland, *countries, weights=[1, 1], rescale=True) == [1, 0.5, 0.5, 0]
    assert of(copeland, *countries, weights=[1, 2]) == [3, 1, -1, -3]
    np.testing.assert_array_equal(of(copeland, *countries, weights=[1, 1], propagate=True), [2, -1, -1, NAN])
    np.testing.assert_array_equal(
        of(copeland, *countries, weights=[1, 1], propagate=True, rescale=True), [1, 0.25, 0.25, NAN]
    )
    assert of(copeland, *countries, weights=[1, 0], propagate=True) == [3, -1, 1, -3]


def test_pairs_are_compared_on_what_both_have():
    """The weight of a part that either lacks counts for neither, in either order of rows."""
    first, second = [3, NAN, 1], [2, 9, NAN]
    assert of(copeland, first, second, weights=[1, 5, 5]) == [1, -1]
    assert of(copeland, second, first, weights=[1, 5, 5]) == [-1, 1]
    assert of(copeland, [1, NAN], [NAN, 2], weights=[1, 1]) == [0, 0]
    np.testing.assert_array_equal(of(copeland, [1, 1], [NAN, NAN], weights=[1, 1]), [0, NAN])


def test_a_draw_is_within_rounding():
    """0.1 + 0.2 against 0.3 is a draw, and so are figures that differ by their last bit."""
    assert of(copeland, [1, 1, 0], [0, 0, 1], weights=[0.1, 0.2, 0.3]) == [0, 0]
    assert of(copeland, [0.1 + 0.2], [0.3], weights=[1]) == [0, 0]
    assert of(copeland, [0.3 + 1e-9], [0.3], weights=[1]) == [1, -1]


def test_one_country_alone():
    assert of(copeland, [5, 6], weights=[1, 1]) == [0]
    assert of(copeland, [5, 6], weights=[1, 1], rescale=True) == [0.5]


def test_outranking_matrix_by_hand():
    parts = [np.array([3.0, 2.0, NAN]), np.array([NAN, 9.0, 9.0]), np.array([1.0, 1.0, NAN])]
    matrix = outranking_matrix(parts, np.array([3.0, 5.0, 1.0]))
    np.testing.assert_allclose(matrix, [[0, 3.5 / 4, NAN], [0.5 / 4, 0, 0.5], [NAN, 0.5, 0]], rtol=1e-12)


@MODEST
@given(SEED)
def test_copeland_always(seed):
    """Wins are losses elsewhere; order and unit are nothing; a better part never costs."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 12))
    x, weights = np.round(rng.uniform(0, 9, (4, size)), 0), rng.uniform(0.1, 2, 4)
    x[rng.random(x.shape) < 0.2] = NAN
    scores = copeland(list(x), weights, propagate=False)
    assert np.nansum(scores) == 0 and np.abs(np.nan_to_num(scores)).max() <= size - 1
    np.testing.assert_array_equal(np.isnan(scores), np.isnan(x).all(axis=0))
    order = rng.permutation(size)
    np.testing.assert_array_equal(copeland(list(x[:, order]), weights, propagate=False), scores[order])
    np.testing.assert_array_equal(copeland(list(x * 1000 + 5), weights * 7, propagate=False), scores)
    better = x.copy()
    better[0, 0] += 1
    raised = copeland(list(better), weights, propagate=False)
    assert np.isnan(scores[0]) or raised[0] >= scores[0]
    share = copeland(list(x), weights, propagate=False, rescale=True)
    assert np.nanmin(share, initial=1) >= 0 and np.nanmax(share, initial=0) <= 1
    matrix = outranking_matrix(list(x), weights)
    off = ~np.eye(size, dtype=bool) & np.isfinite(matrix)
    np.testing.assert_allclose((matrix + matrix.T)[off], 1, rtol=1e-12)
    margin = np.where(off, matrix - 0.5, 0)
    wins = (margin > 1e-12).sum(axis=1) - (margin < -1e-12).sum(axis=1)
    np.testing.assert_array_equal(wins[np.isfinite(scores)], scores[np.isfinite(scores)])


@pytest.mark.parametrize("propagate", [False, True])
@pytest.mark.parametrize("function", ALL, ids=lambda function: function.__name__)
def test_draws(function, propagate):
    """Weights (R, 1, M) go with parts (C,), (R, C) and both together."""
    rng = np.random.default_rng(1)
    x, weights = np.round(rng.uniform(1, 9, (3, 6))), rng.uniform(1, 2, (5, 1, 3))
    x[0, 2] = x[1, 3] = NAN
    drawn = np.tile(x[1], (5, 1)) + np.arange(5)[:, None]
    for parts in (list(x), [np.tile(part, (5, 1)) for part in x], [x[0], drawn, x[2]]):
        ours = function(parts, weights, propagate=propagate)
        assert ours.shape == (5, 6)
        for draw in range(5):
            single = [part if part.ndim == 1 else part[draw] for part in parts]
            again = function(single, weights[draw, 0], propagate=propagate)
            np.testing.assert_array_equal(ours[draw], again)


def test_own_weights():
    """(C, M): a set for each country, which Copeland cannot compare by."""
    parts, own = [np.array([1.0, 5.0]), np.array([3.0, 2.0])], np.array([[1.0, 0.0], [1.0, 3.0]])
    assert minimum(parts, own, propagate=False).tolist() == [1, 2]
    assert median(parts, own, propagate=False).tolist() == [1, 2]
    with pytest.raises(ReadinessError, match="each has its own"):
        copeland(parts, own, propagate=False)


def test_many_places_are_taken_in_blocks(monkeypatch):
    x = np.random.default_rng(2).uniform(0, 9, (3, 50))
    whole = copeland(list(x), np.ones(3), propagate=False)
    monkeypatch.setattr(outrank, "_PAIRS", 120)
    np.testing.assert_array_equal(copeland(list(x), np.ones(3), propagate=False), whole)
