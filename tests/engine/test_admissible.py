"""The best and the worst rank under any admissible weights: by hand, and against brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.analysis import assumptions
from readiness.definitions.framework import Framework
from readiness.definitions.indicator import Indicator
from readiness.engine import admissible as module
from readiness.engine.admissible import admissible, unavailable
from readiness.engine.compute import compute
from readiness.errors import ReadinessError
from readiness.figures.matrix import Flag, Matrix

SOURCE = {"publisher": "A", "dataset": "B", "licence": "C"}


def flat(values, aggregation=None, weights=None, **methods):
    """Score a table (C, M) whose columns hang at the root; a score is the value, 0 to 100."""
    values = np.array(values, dtype=float)
    names = tuple(f"x{number}" for number in range(values.shape[1]))
    codes = tuple(f"P{number:03d}" for number in range(len(values)))
    years = np.full(values.shape, 2023)
    flags = np.where(np.isnan(values), Flag.MISSING, Flag.FIGURE).astype(np.int64)
    matrix = Matrix(codes, codes, names, values, years, flags, np.ones(values.shape), years)
    series = {
        name: Indicator.model_validate({"id": name, "name": name, "unit": "u", "direction": "higher",
                                        "source": SOURCE, "figures": "-", "goalposts": (0, 100)})
        for name in names
    }  # fmt: skip
    weights = [1.0] * len(names) if weights is None else weights
    items = tuple({"id": name, "weight": w} for name, w in zip(names, weights, strict=True))
    tree = {"id": "index", "aggregation": aggregation or {"method": "arithmetic"}, "indicators": items}
    framework = Framework.model_validate(
        {"id": "f", "name": "F", "year": 2024, "tree": tree, "uncertainty": {},
         "methods": {"coverage": {"node": 0, "index": 0}, **methods}}
    )  # fmt: skip
    return compute(framework.completed(series), matrix)


def uniform(countries, parts, seed):
    return np.random.default_rng(seed).uniform(1, 99, (countries, parts))


def ends(found):
    return [[(one.within.best, one.within.worst), (one.anywhere.best, one.anywhere.worst)] for one in found]


def mean(values, p):
    return {1: lambda x: x, 0.5: np.sqrt, 0: np.log, -1: lambda x: -1 / x}[p](values)


# By hand


def test_one_is_best_in_everything():
    """A beats both throughout; B and C change places where their weights cross."""
    found = admissible(flat([[90, 90], [80, 20], [20, 80]]), spread=0.25)
    assert ends(found) == [[(1, 1), (1, 1)], [(2, 3), (2, 3)], [(2, 3), (2, 3)]]
    assert all(one.within.exact and one.anywhere.exact for one in found)


def test_the_spread_decides():
    """60, 40 against 45, 50: level at w1 15 = w2 10, a ratio of 2/3, where (1 - s) / (1 + s) is 0.2."""
    scores = flat([[60, 40], [45, 50]])
    assert ends(admissible(scores, spread=0.19))[0] == [(1, 1), (1, 2)]
    assert ends(admissible(scores, spread=0.21))[0] == [(1, 2), (1, 2)]


@pytest.mark.parametrize("spread", [0.0, 0.25, 0.9])
def test_no_spread_is_the_headline(spread):
    scores = flat(uniform(12, 3, 1), weights=[1, 2, 0.5])
    found = admissible(scores, spread=spread)
    for one in found:
        assert one.within.best <= scores.ranks[one.row] <= one.within.worst
        if spread == 0:
            assert one.within.best == one.within.worst == scores.ranks[one.row]


def test_equal_countries_share_the_better_rank():
    found = admissible(flat([[50, 50], [50, 50], [10, 10]]), spread=0.5)
    assert ends(found)[0] == ends(found)[1] == [(1, 1), (1, 1)]
    assert ends(found)[2] == [(3, 3), (3, 3)]


def test_a_weight_of_zero_is_kept_out():
    found = admissible(flat([[50, 0], [40, 100]], weights=[1, 0]), spread=0.5)
    assert found[0].parts == ("x0",) and ends(found) == [[(1, 1), (1, 1)], [(2, 2), (2, 2)]]


def test_a_zero_in_a_geometric_mean_is_last_under_any_weights():
    found = admissible(flat([[99, 0], [5, 5], [1, 9], [0, 80]], {"method": "geometric"}), spread=0.5)
    assert ends(found)[0] == ends(found)[3] == [(3, 3), (3, 3)]
    assert ends(found)[1][1] == ends(found)[2][1] == (1, 2)


def test_one_country_and_one_part():
    assert ends(admissible(flat([[50, 60]]), spread=0.5)) == [[(1, 1), (1, 1)]]
    found = admissible(flat([[50], [60], [60]]), spread=0.5)
    assert ends(found) == [[(3, 3), (3, 3)], [(1, 1), (1, 1)], [(1, 1), (1, 1)]]


# Against brute force


def vertices(differences, edges):
    """Return where hyperplanes and edges of three weights meet, and points about those."""
    planes = np.concatenate([differences, edges])
    points = np.array([np.cross(one, other) for one, other in combinations(planes, 2)])
    points = points[np.abs(points.sum(axis=1)) > 1e-9]
    points /= points.sum(axis=1, keepdims=True)
    around = np.random.default_rng(0).normal(0, 3e-4, (40, 3))
    return np.concatenate([points, (points[:, None] + around).reshape(-1, 3)])


@pytest.mark.parametrize("p", [1, 0.5, 0, -1])
@pytest.mark.parametrize("seed", range(5))
def test_every_cell_of_three_weights(p, seed):
    """Hyperplanes cut the weights into cells, each with a corner among the vertices."""
    values, spread, base = uniform(9, 3, seed), 0.4, np.array([1.0, 2.0, 1.5])
    scores = flat(values, {"method": "power", "p": p}, base)
    powered = mean(values, p)
    low, high = base * (1 - spread), base * (1 + spread)
    # Relative weights of the box: no ratio w_i / w_j above high_i / low_j.
    pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
    box = np.array([low[j] * np.eye(3)[i] - high[i] * np.eye(3)[j] for i, j in pairs])
    for one in admissible(scores, spread=spread):
        others = np.delete(powered, one.row, axis=0) - powered[one.row]
        for found, edges, inside in (
            (one.within, box, lambda w: (w @ box.T <= 1e-9).all(axis=1)),
            (one.anywhere, np.eye(3), lambda w: np.ones(len(w), dtype=bool)),
        ):
            points = vertices(others, edges)
            points = points[(points >= -1e-12).all(axis=1)]
            points = points[inside(points)]
            scaled = (points @ others.T) / np.abs(points @ np.abs(others).T)
            above = (scaled > 1e-9).sum(axis=1)  # at a corner the level ones do not count
            assert found.exact
            assert found.best == 1 + above.min()
            assert found.worst == 1 + above.max()


@settings(max_examples=30)
@given(st.integers(2, 25), st.integers(1, 5), st.integers(0, 10_000), st.sampled_from([1, 0.5, 0, -1]),
       st.sampled_from([0.1, 0.25, 0.6]))  # fmt: skip
def test_no_weights_go_beyond_and_the_given_ones_get_there(countries, parts, seed, p, spread):
    values = uniform(countries, parts, seed)
    scores = flat(values, {"method": "power", "p": p})
    rng = np.random.default_rng(seed)
    powered = mean(values, p)
    anywhere = np.concatenate([np.eye(parts), rng.dirichlet(np.full(parts, 0.5), 3000)])
    tried = {"within": rng.uniform(1 - spread, 1 + spread, (3000, parts)), "anywhere": anywhere}
    for one in admissible(scores, spread=spread):
        for name, weights in tried.items():
            index = weights @ powered.T
            ranks = 1 + (index > index[:, [one.row]] + 1e-9 * np.abs(index[:, [one.row]])).sum(axis=1)
            found = getattr(one, name)
            assert found.best <= ranks.min() and ranks.max() <= found.worst
            for rank, reach in ((found.best, found.best_weights), (found.worst, found.worst_weights)):
                assert reach.sum() == pytest.approx(1) and (reach >= 0).all()
                # Level within a millionth: the rank stands between what both readings give.
                gaps = (powered - powered[one.row]) @ reach
                slack = 2e-6 * np.abs(powered - powered[one.row]).max()
                assert 1 + (gaps > slack).sum() <= rank <= 1 + (gaps > -slack).sum()
        ratio = one.within.best_weights.max() / one.within.best_weights.min()
        assert ratio <= (1 + spread) / (1 - spread) * (1 + 1e-9)
        assert one.anywhere.best <= one.within.best <= scores.ranks[one.row]
        assert scores.ranks[one.row] <= one.within.worst <= one.anywhere.worst


def test_the_bundled_index(bundled):
    scores = bundled.scores()
    codes = [scores.countries[row] for row in np.flatnonzero(scores.ranked)[::7]]
    found = admissible(scores, codes)
    assert [scores.countries[one.row] for one in found] == codes
    parts = np.sqrt(np.stack([scores.column(name) for name in found[0].parts], axis=1)[scores.ranked])
    rng = np.random.default_rng(1)
    rows = np.flatnonzero(scores.ranked)
    for weights, name in ((rng.uniform(0.75, 1.25, (20_000, 5)), "within"),
                          (rng.dirichlet(np.full(5, 0.5), 20_000), "anywhere")):  # fmt: skip
        ranks = 1 + np.argsort(np.argsort(-(weights @ parts.T), axis=1), axis=1)
        for one in found:
            own, range_ = ranks[:, np.flatnonzero(rows == one.row)[0]], getattr(one, name)
            assert range_.best <= own.min() and own.max() <= range_.worst
            # So many tries come near to the ends.
            assert own.min() - range_.best <= 4 and range_.worst - own.max() <= 4
    assert sum(one.within.exact and one.anywhere.exact for one in found) >= len(found) - 1
    table = assumptions.weights(found, scores)
    assert [row[0] for row in table.rows] == sorted(codes, key=lambda code: (scores.rank(code), code))
    for row in table.rows:
        assert row[3] <= row[2] <= row[4] and row[8] <= row[5] <= row[2] <= row[6] <= row[9]


# How it is searched


@pytest.mark.parametrize("seed", range(4))
def test_linear_programmes_find_the_same(monkeypatch, seed):
    scores = flat(uniform(30, 4, seed))
    plain = ends(admissible(scores, spread=0.3))
    monkeypatch.setattr(module, "_EASY", 0)
    assert ends(admissible(scores, spread=0.3)) == plain


def test_a_search_that_stops_early_gives_bounds(monkeypatch):
    scores = flat(uniform(40, 5, 3))
    exact = admissible(scores, spread=0.3)
    monkeypatch.setattr(module, "_PIECES", 1)
    bounds = admissible(scores, spread=0.3)
    assert not all(one.anywhere.exact for one in bounds)
    for one, other in zip(exact, bounds, strict=True):
        assert one.anywhere.exact and one.within.exact
        for sure, bound in ((one.within, other.within), (one.anywhere, other.anywhere)):
            assert bound.best <= sure.best and sure.worst <= bound.worst
            if bound.exact:
                assert (bound.best, bound.worst) == (sure.best, sure.worst)


# What it cannot tell, or tells within bounds


@pytest.mark.parametrize("p", [1, 0.5])
def test_a_missing_part_gives_bounds(p):
    values = uniform(12, 4, 5)
    values[2, 1] = values[7, 3] = np.nan
    scores = flat(values, {"method": "power", "p": p})
    found = admissible(scores, spread=0.4)
    rng = np.random.default_rng(2)
    for weights, name in (
        (rng.uniform(0.6, 1.4, (5000, 4)), "within"),
        (rng.dirichlet(np.ones(4), 5000), "anywhere"),
    ):
        there = np.isfinite(values)
        index = (weights @ np.where(there, mean(values, p), 0).T) / (weights @ there.T)
        ranks = 1 + np.argsort(np.argsort(-index, axis=1), axis=1)
        for one in found:
            range_ = getattr(one, name)
            assert not range_.exact
            assert range_.best <= ranks[:, one.row].min() and ranks[:, one.row].max() <= range_.worst


@pytest.mark.parametrize(
    ("aggregation", "why"),
    [({"method": "copeland"}, "'copeland'"), ({"method": "minimum"}, "'minimum'"),
     ({"method": "power", "p": 40}, "an exponent of 40")],
)  # fmt: skip
def test_not_available(aggregation, why):
    scores = flat(uniform(5, 3, 1), aggregation)
    assert why in (unavailable(scores) or "")
    with pytest.raises(ReadinessError, match="best and worst ranks are not available"):
        admissible(scores, spread=0.2)


def test_own_weights_are_not_available():
    scores = flat(uniform(6, 3, 1), weighting={"method": "benefit-of-the-doubt"})
    assert unavailable(scores) == "every country has weights of its own"


def test_who_is_not_ranked():
    values = uniform(6, 3, 1)
    values[2, :2] = np.nan
    scores = flat(values, coverage={"node": 0, "index": 0.6})
    with pytest.raises(ReadinessError, match="P002 is not ranked"):
        admissible(scores, ["P002"], spread=0.2)
    assert [one.row for one in admissible(scores, spread=0.2)] == [0, 1, 3, 4, 5]
    assert admissible(flat(np.full((3, 2), np.nan)), spread=0.2) == []


def test_the_spread_of_the_block():
    assert admissible(flat(uniform(3, 2, 1)))[0].spread == 0.25
    scores = flat(uniform(3, 2, 1))
    bare = replace(scores, framework=scores.framework.model_copy(update={"uncertainty": None}))
    with pytest.raises(ValueError, match="no uncertainty: block"):
        admissible(bare)


def test_negative_scores_of_an_arithmetic_mean():
    """z-scores: a constant added to all changes nothing."""
    values = uniform(10, 3, 8)
    methods = {"normalisation": {"method": "z-score"}}
    found = ends(admissible(flat(values, **methods), spread=0.3))
    moved = {"normalisation": {"method": "z-score", "mean": 50, "sd": 10}}
    assert found == ends(admissible(flat(values, **moved), spread=0.3))
