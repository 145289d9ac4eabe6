"""Contributions and gaps: kernels by hand, sums on random trees, what is missing by brute force."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from readiness.analysis import decompose
from readiness.analysis.decompose import copeland_terms, gap, largest_remainder, level
from readiness.analysis.explain import against, contributions
from readiness.analysis.explanation import below, explain, largest_first, printed, section
from readiness.analysis.marks import extremes, marks, standing
from readiness.analysis.missing import requirement
from readiness.definitions.methods import Arithmetic, Copeland, Geometric, Harmonic, Median, Minimum, Power
from readiness.engine.outrank import copeland
from readiness.engine.power import power_mean
from readiness.errors import ReadinessError

MODEST = settings(max_examples=120, deadline=None)
LN2 = math.log(2)


def mean(x, w, p) -> float:
    return float(power_mean([np.array([value]) for value in x], np.array(w, dtype=float), p)[0])


# One node, by hand


def test_level_of_each_mean_by_hand():
    assert level(Arithmetic(), [40.0, 10.0], [1, 2], 20.0).terms == pytest.approx((40 / 3, 20 / 3))
    # sqrt(y) = (4 + 1) / 2, so a part gives half of sqrt(x y).
    assert level(Power(method="power", p=0.5), [16.0, 1.0], [1, 1], 6.25).terms == pytest.approx((5.0, 1.25))
    assert level(Geometric(method="geometric"), [4.0, 16.0], [1, 1], 8.0).terms == (4.0, 4.0)
    # w x^-1 y^2 with y = 1.6 of 1 and 4.
    assert level(Harmonic(method="harmonic"), [1.0, 4.0], [1, 1], 1.6).terms == pytest.approx((1.28, 0.32))
    assert level(Minimum(method="minimum"), [3.0, 9.0, 3.0], [1, 1, 1], 3.0).terms == (1.5, 0.0, 1.5)
    assert level(Median(method="median"), [1.0, 9.0, 5.0], [1, 1, 1], 5.0).terms == (0.0, 0.0, 5.0)
    assert level(Median(method="median"), [2.0, 8.0], [1, 1], 5.0).terms == (1.0, 4.0)


def test_level_of_zero_has_no_parts():
    assert level(Geometric(method="geometric"), [0.0, 80.0], [1, 1], 0.0).terms == (0.0, 0.0)
    assert level(Harmonic(method="harmonic"), [0.0, 80.0], [1, 1], 0.0).terms == (0.0, 0.0)


def test_a_zero_part_of_a_power_mean_gives_nothing_and_the_rest_all():
    split = level(Power(method="power", p=0.5), [0.0, 64.0], [1, 1], 16.0)
    assert split.terms == (0.0, 16.0)


def test_gap_of_each_mean_by_hand():
    half = Power(method="power", p=0.5)
    # (yA - yB) = (tA - tB)(tA + tB): tA = 5/2, tB = 2, parts 1/2 (4 - 1) and 1/2 (1 - 3).
    assert gap(half, [16.0, 1.0], [1.0, 9.0], [1, 1], [1, 1], 6.25, 4.0).terms == pytest.approx(
        (1.5 * 4.5, -1.0 * 4.5)
    )
    # The logarithmic mean of 8 and 2 is 6 / ln 4: parts 1/2 ln 4 and 1/2 ln 4.
    found = gap(Geometric(method="geometric"), [4.0, 16.0], [1.0, 4.0], [1, 1], [1, 1], 8.0, 2.0)
    assert found.terms == pytest.approx((3.0, 3.0))
    uneven = gap(Geometric(method="geometric"), [8.0, 1.0], [1.0, 2.0], [1, 1], [1, 1], 8**0.5, 2**0.5)
    log_mean = (8**0.5 - 2**0.5) / LN2
    assert uneven.terms == pytest.approx((log_mean * 1.5 * LN2, -log_mean * 0.5 * LN2))
    assert gap(Arithmetic(), [3.0, 5.0], [1.0, 9.0], [3, 1], [3, 1], 3.5, 3.0).terms == (1.5, -1.0)


def test_gap_of_a_minimum_follows_the_straight_line():
    # From (1, 4) to (5, 2): the first is lowest until both are 3, half of the way.
    found = gap(Minimum(method="minimum"), [5.0, 2.0], [1.0, 4.0], [1, 1], [1, 1], 2.0, 1.0)
    assert found.terms == pytest.approx((2.0, -1.0))
    middle = gap(Median(method="median"), [5.0, 6.0, 7.0], [0.0, 6.0, 7.0], [1] * 3, [1] * 3, 6.0, 6.0)
    assert middle.terms == pytest.approx((0.0, 0.0, 0.0))


def test_gap_to_a_country_with_a_zero_belongs_to_the_zeros():
    for method, y in ((Geometric(method="geometric"), 4.0), (Power(method="power", p=-1), 3.2)):
        found = gap(method, [0.0, 90.0], [2.0, 8.0], [1, 1], [1, 1], 0.0, y)
        assert found.terms == (-y, 0.0)
        back = gap(method, [2.0, 8.0], [0.0, 90.0], [1, 1], [1, 1], y, 0.0)
        assert back.terms == (y, 0.0)
    two = gap(Geometric(method="geometric"), [0.0, 0.0, 5.0], [2.0, 2.0, 2.0], [1, 3, 1], [1, 3, 1], 0.0, 2.0)
    assert two.terms == pytest.approx((-0.5, -1.5, 0.0))
    both = gap(Geometric(method="geometric"), [0.0, 7.0], [3.0, 0.0], [1, 1], [1, 1], 0.0, 0.0)
    assert both.terms == (0.0, 0.0)


def test_a_mean_too_small_to_write_down_still_has_its_terms():
    # (1 / 4)^1000 is 0 to the machine, though not all of A's parts are.
    method = Power(method="power", p=0.001)
    ya, yb = mean([0.0, 8.0], [3, 1], 0.001), mean([8.0, 8.0], [3, 1], 0.001)
    found = gap(method, [0.0, 8.0], [8.0, 8.0], [3, 1], [3, 1], ya, yb)
    assert ya == 0 and found.terms == pytest.approx((-8.0, 0.0))
    assert level(method, [0.0, 8.0], [3, 1], ya).terms == (0.0, 0.0)


def test_the_zero_share_is_the_limit():
    near, y = 1e-280, 4.0
    ya = mean([near, 90.0], [1, 1], 0.0)
    found = gap(Geometric(method="geometric"), [near, 90.0], [2.0, 8.0], [1, 1], [1, 1], ya, y)
    assert found.terms == pytest.approx((-4.0, 0.0), abs=0.02)


def test_weights_of_each_country_s_own():
    # Scores (10, 0) and (0, 10), each weighed by what it is good at: no gap, whatever the names.
    found = gap(Arithmetic(), [10.0, 0.0], [0.0, 10.0], [1, 0], [0, 1], 10.0, 10.0)
    assert sum(found.terms) == 0
    # Same scores: all of the gap is the weights, to the parts by how much their weights differ.
    same = gap(Arithmetic(), [10.0, 0.0], [10.0, 0.0], [3, 1], [1, 1], 7.5, 5.0)
    assert same.terms == pytest.approx((1.25, 1.25))
    assert same.slopes == (None, None)


def test_copeland_by_hand():
    # Against the only other country: ahead in a part of weight 3, behind in one of 1: one win. With
    # the first alone a win, with the second alone a loss: (1 + 2) / 2 and (-1 + 0) / 2.
    parts = [np.array([2.0, 1.0]), np.array([1.0, 2.0])]
    assert copeland_terms(parts, [3.0, 1.0], 0) == [1.5, -0.5]
    assert copeland_terms(parts, [3.0, 1.0], 1) == [-1.5, 0.5]
    # Rescaled, 0.5 for nothing goes to the parts by weight.
    assert copeland_terms(parts, [3.0, 1.0], 0, rescale=True) == [0.75 + 0.375, -0.25 + 0.125]


@given(data=st.data(), rescale=st.booleans(), propagate=st.booleans())
@MODEST
def test_copeland_terms_sum_to_the_engine_s_score(data, rescale, propagate):
    size, count = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 4))
    cell = st.one_of(st.just(math.nan), st.sampled_from([-1.0, 0.0, 1.0, 2.0]))
    parts = [np.array(data.draw(st.lists(cell, min_size=size, max_size=size))) for _ in range(count)]
    weights = data.draw(st.lists(st.sampled_from([0.0, 1.0, 2.0, 0.3]), min_size=count, max_size=count))
    assume(any(weights))
    y = copeland(parts, np.array(weights), propagate=propagate, rescale=rescale)
    for row in np.flatnonzero(np.isfinite(y)):
        terms = copeland_terms(parts, weights, int(row), rescale=rescale, propagate=propagate)
        assert math.fsum(terms) == pytest.approx(y[row], abs=1e-9)
        assert all(term == 0 for term, weight in zip(terms, weights, strict=True) if weight == 0)


def test_copeland_of_too_many_parts_is_refused():
    parts = [np.array([1.0, 2.0])] * (decompose.MOST_PARTS + 1)
    with pytest.raises(ReadinessError, match="cannot be explained part by part"):
        copeland_terms(parts, [1.0] * len(parts), 0)


# One node, at random: sums before any rounding is closed

EXPONENTS = st.one_of(
    st.sampled_from([1.0, 0.5, 2.0, 0.0, -1.0, 1e-7, -1e-7, 1e-3, -1e-3, 50.0, -50.0]), st.floats(-8, 8)
).filter(lambda p: p == 0 or not 1e-7 < abs(p) < 1e-3)
POSITIVE = st.one_of(st.sampled_from([1.0, 50.0, 100.0]), st.floats(1e-3, 1e3))
SCORE = st.one_of(st.just(0.0), POSITIVE)
WEIGHT = st.floats(0.01, 10.0)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[list[float], list[float], list[float]]:
    count = draw(st.integers(1, 6))
    lists = [draw(st.lists(kind, min_size=count, max_size=count)) for kind in (SCORE, SCORE, WEIGHT)]
    if draw(st.booleans()):  # all but equal, where differences lose their digits
        lists[1] = [value * (1 + draw(st.sampled_from([0.0, 1e-15, -1e-12, 1e-8]))) for value in lists[0]]
    return lists[0], lists[1], lists[2]


@given(pair=pairs(), p=EXPONENTS)
@example(pair=([0.0, 100.0], [100.0, 0.0], [1.0, 1.0]), p=0.5)
@example(pair=([0.0, 100.0], [100.0, 0.0], [1.0, 1.0]), p=2.0)
@MODEST
def test_terms_of_a_power_mean_sum_and_change_sign(pair, p):
    a, b, w = pair
    method = Power(method="power", p=p)
    ya, yb = mean(a, w, p), mean(b, w, p)
    own = level(method, a, w, ya)
    assert math.fsum(own.terms) == pytest.approx(ya, rel=1e-9, abs=1e-9)
    assert all(term >= 0 for term in own.terms)
    found = gap(method, a, b, w, w, ya, yb)
    assert math.fsum(found.terms) == pytest.approx(ya - yb, rel=1e-9, abs=1e-9 * max(1.0, ya, yb))
    back = gap(method, b, a, w, w, yb, ya)
    assert found.terms == pytest.approx([-term for term in back.terms], rel=1e-9, abs=1e-12)
    for term, slope, one, other in zip(found.terms, found.slopes, a, b, strict=True):
        assert term == pytest.approx(slope * (one - other), rel=1e-9, abs=1e-9)
        assert slope >= 0
    assert gap(method, a, a, w, w, ya, ya).terms == (0.0,) * len(a)


@given(pair=pairs(), name=st.sampled_from(["minimum", "median"]), shift=st.sampled_from([0.0, -30.0]))
@MODEST
def test_terms_of_minimum_and_median_sum_and_change_sign(pair, name, shift):
    a, b, w = ([value + shift for value in pair[0]], [value + shift for value in pair[1]], pair[2])
    method = Minimum(method="minimum") if name == "minimum" else Median(method="median")
    ya, yb = decompose.combine(method, a, w), decompose.combine(method, b, w)
    assert math.fsum(level(method, a, w, ya).terms) == pytest.approx(ya, abs=1e-9)
    terms = gap(method, a, b, w, w, ya, yb).terms
    assert math.fsum(terms) == pytest.approx(ya - yb, abs=1e-9)
    assert terms == pytest.approx([-term for term in gap(method, b, a, w, w, yb, ya).terms], abs=1e-9)


@given(pair=pairs(), p=EXPONENTS, seed=st.integers(0, 5))
@MODEST
def test_terms_under_different_weights_sum_and_change_sign(pair, p, seed):
    a, b, wa = pair
    wb = [weight * (1 + (seed + n) % 3) for n, weight in enumerate(wa)]
    method = Power(method="power", p=p)
    ya, yb = mean(a, wa, p), mean(b, wb, p)
    found = gap(method, a, b, wa, wb, ya, yb).terms
    assert math.fsum(found) == pytest.approx(ya - yb, rel=1e-9, abs=1e-9 * max(1.0, ya, yb))
    assert found == pytest.approx([-term for term in gap(method, b, a, wb, wa, yb, ya).terms], abs=1e-9)


@pytest.mark.parametrize("p", [0.5, 0.0, -1.0, 0.25, 3.0])
def test_the_slope_is_a_mean_of_derivatives(p):
    """Against a numerical derivative: for nearly equal countries a slope is dy/dx."""
    x, w, step = [20.0, 60.0, 35.0], [1.0, 2.0, 0.5], 1e-5
    near = [value + 1e-9 for value in x]
    slopes = gap(Power(method="power", p=p), near, x, w, w, mean(near, w, p), mean(x, w, p)).slopes
    for number, slope in enumerate(slopes):
        up = [value + step * (n == number) for n, value in enumerate(x)]
        down = [value - step * (n == number) for n, value in enumerate(x)]
        assert slope == pytest.approx((mean(up, w, p) - mean(down, w, p)) / (2 * step), rel=1e-6)


# Whole trees through the engine

METHODS = st.one_of(
    st.sampled_from(["arithmetic", "geometric", "harmonic", "minimum", "median"]).map(
        lambda m: {"method": m}
    ),
    st.sampled_from([0.5, 2.0, -2.0, 0.3]).map(lambda p: {"method": "power", "p": p}),
    st.just({"method": "copeland", "rescale": True}),
)


@st.composite
def trees(draw: st.DrawFn, *, means: st.SearchStrategy[Any] = METHODS) -> tuple[dict[str, Any], list[str]]:
    names: list[str] = []

    def node(name: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {"id": name, "aggregation": draw(means)}
        found["weight"] = draw(st.sampled_from([1.0, 2.5]))
        if depth < 2:
            found["children"] = [node(f"{name}.{n}", depth + 1) for n in range(draw(st.integers(0, 2)))]
        count = draw(st.integers(0 if found.get("children") else 1, 3))
        found["indicators"] = []
        for n in range(count):
            names.append(f"i{len(names)}")
            weight = draw(st.sampled_from([1.0, 1.0, 3.0, 0.0])) if n else 1.0
            found["indicators"].append({"id": names[-1], "weight": weight})
        return found

    return node("n", 0), names


@st.composite
def indices(draw: st.DrawFn, *, score: st.SearchStrategy[float] = SCORE, **how: Any) -> tuple[Any, ...]:
    tree, names = draw(trees(**how))
    codes = [f"C{n}" for n in range(draw(st.integers(2, 4)))]
    figures = {name: {code: draw(score) for code in codes if draw(st.integers(0, 3))} for name in names}
    missing = draw(st.sampled_from(["reweight", "reweight", "propagate"]))
    node = draw(st.sampled_from([0.0, 0.5]))
    return tree, figures, {"missing": {"method": missing}, "coverage": {"node": node, "index": 0.0}}, codes


def sums(rows: Any, field: str) -> None:
    """Check that at every node with a term the terms of its parts sum to it."""
    for number, row in enumerate(rows):
        value, children = getattr(row, field), below(rows, number)
        if value is not None and children and value != 0:
            terms = [getattr(rows[child], field) for child in children]
            size = max(1.0, abs(rows[0].score or 0.0))
            assert math.fsum(term or 0.0 for term in terms) == pytest.approx(value, abs=1e-9 * size)


@given(index=indices())
@MODEST
def test_random_trees_add_up(make, index):
    tree, figures, methods, codes = index
    assume(any(figures.values()))
    scores, known = make(tree, figures, methods=methods, codes=tuple(codes))
    scored = [code for code in codes if scores.score(code) is not None]
    for code in codes:
        rows = contributions(scores, code, known.series)
        assert rows[0].contribution == scores.score(code)
        sums(rows, "contribution")
        sums(rows, "against_reference")
        for row in rows:
            if row.score is None:
                assert row.contribution is None
    for one, other in combinations(scored, 2):
        there, back = against(scores, one, other, known.series), against(scores, other, one, known.series)
        assert there[0].term == scores.score(one) - scores.score(other)
        sums(there, "term")
        for row, its in zip(there, back, strict=True):
            assert (row.term is None) == (its.term is None)
            assert row.term is None or row.term == -its.term
    for code in scored:
        assert {row.term for row in against(scores, code, code, known.series)} <= {0.0, None}


SIGNED = st.sampled_from(["arithmetic", "minimum", "median", "copeland"]).map(lambda m: {"method": m})


@given(index=indices(score=st.floats(-3, 3), means=SIGNED))
@MODEST
def test_negative_scores_add_up_too(make, index):
    tree, figures, methods, codes = index
    assume(any(figures.values()))
    scores, known = make(tree, figures, methods=methods, codes=tuple(codes))
    scored = [code for code in codes if scores.score(code) is not None]
    for code in scored:
        sums(contributions(scores, code, known.series), "contribution")
    for one, other in combinations(scored, 2):
        sums(against(scores, one, other, known.series), "term")


@pytest.mark.parametrize("method", ["benefit-of-the-doubt", "entropy", "critic"])
def test_estimated_weights_add_up(make, method):
    rng = np.random.default_rng(3)
    names = [f"i{n}" for n in range(6)]
    figures = {name: {f"C{c}": float(rng.uniform(1, 99)) for c in range(12)} for name in names}
    del figures["i1"]["C3"]
    tree = {"id": "n", "children": [
        {"id": "a", "indicators": [{"id": name} for name in names[:3]]},
        {"id": "b", "indicators": [{"id": name} for name in names[3:]]},
    ]}  # fmt: skip
    scores, known = make(tree, figures, methods={"weighting": {"method": method}})
    for code in scores.countries:
        sums(contributions(scores, code, known.series), "contribution")
        sums(contributions(scores, code, known.series), "against_reference")
        rows = against(scores, code, "C3", known.series)
        assert rows[0].term == pytest.approx(scores.score(code) - scores.score("C3"))
        sums(rows, "term")


TWO = {"id": "n", "aggregation": {"method": "arithmetic"}, "children": [
    {"id": "a", "indicators": [{"id": "x"}, {"id": "y"}]}, {"id": "b", "indicators": [{"id": "z"}]},
]}  # fmt: skip


def by_part(rows: Any, field: str) -> dict[str, float | None]:
    return {row.part: getattr(row, field) for row in rows}


def test_a_missing_part_is_measured_against_what_reweighting_takes_it_for(make):
    # B lacks y, so its score of a is 30: y is as if it were 30 too.
    figures = {"x": {"A": 50.0, "B": 30.0}, "y": {"A": 10.0}, "z": {"A": 40.0, "B": 40.0}}
    scores, known = make(TWO, figures)
    terms = by_part(against(scores, "A", "B", known.series), "term")
    assert terms == pytest.approx({"n": 0.0, "a": 0.0, "x": 5.0, "y": -5.0, "b": 0.0, "z": 0.0})
    # A whole node: b of B would be its index score, 30.
    del figures["z"]["B"]
    scores, known = make(TWO, figures)
    terms = by_part(against(scores, "A", "B", known.series), "term")
    assert terms == pytest.approx({"n": 5.0, "a": 0.0, "x": 5.0, "y": -5.0, "b": 5.0, "z": 5.0})


def test_what_both_lack_has_no_term_and_what_does_not_count_is_zero(make):
    tree = {"id": "n", "children": [
        {"id": "a", "indicators": [{"id": "x"}, {"id": "y"}]},
        {"id": "b", "coverage": 0.6, "indicators": [{"id": "z"}, {"id": "v"}]},
    ]}  # fmt: skip
    figures = {"x": {"A": 50.0, "B": 30.0}, "y": {}, "z": {"A": 1.0, "B": 2.0}, "v": {}}
    scores, known = make(tree, figures)
    own = by_part(contributions(scores, "A", known.series), "contribution")
    assert own == {"n": 50.0, "a": 50.0, "x": 50.0, "y": None, "b": None, "z": 0.0, "v": None}
    weights = by_part(contributions(scores, "A", known.series), "weight")
    assert weights == {"n": 1.0, "a": 1.0, "x": 1.0, "y": None, "b": None, "z": None, "v": None}
    terms = by_part(against(scores, "A", "B", known.series), "term")
    assert terms == {"n": 20.0, "a": 20.0, "x": 20.0, "y": None, "b": None, "z": 0.0, "v": None}


def test_the_reference_is_the_median_of_each_indicator(make):
    figures = {"x": {"A": 50.0, "B": 30.0, "C": 10.0}, "y": {"A": 10.0, "B": 20.0, "C": 90.0},
               "z": {"A": 40.0, "B": 60.0, "C": 80.0}}  # fmt: skip
    scores, known = make(TWO, figures)
    rows = contributions(scores, "A", known.series)
    assert by_part(rows, "reference") == {"n": 42.5, "a": 25.0, "x": 30.0, "y": 20.0, "b": 60.0, "z": 60.0}
    # Halves of a and quarters of x and y.
    assert by_part(rows, "against_reference") == {
        "n": -7.5,
        "a": 2.5,
        "x": 5.0,
        "y": -2.5,
        "b": -10.0,
        "z": -10.0,
    }
    among = contributions(scores, "A", known.series, among=["B"])
    assert by_part(among, "reference")["n"] == scores.score("B")


def test_a_country_without_a_score_has_no_contributions_and_no_gap(make):
    scores, known = make(TWO, {"x": {"A": 5.0}, "y": {}, "z": {}}, codes=("A", "B"))
    assert {row.contribution for row in contributions(scores, "B", known.series)} == {None}
    with pytest.raises(ReadinessError, match="The B has no index score"):
        against(scores, "A", "B", known.series)


def test_wrong_weights_are_a_fault_and_no_wrong_number(make):
    from dataclasses import replace

    scores, known = make(TWO, {"x": {"A": 5.0}, "y": {"A": 50.0}, "z": {"A": 7.0}})
    broken = replace(scores, weights={**scores.weights, "a": np.array([3.0, 1.0])})
    with pytest.raises(RuntimeError, match="the terms of a sum to"):
        contributions(broken, "A", known.series)


# Rounding


def test_largest_remainder_by_hand():
    assert largest_remainder([33.33, 33.33, 33.34], 0) == [33, 33, 34]
    assert largest_remainder([1.25, None, 1.25, 1.25], 1) == [1.3, None, 1.3, 1.2]
    assert largest_remainder([-0.05, 0.05], 1) == [0.0, 0.0]
    assert largest_remainder([-0.08, 0.06, 0.02], 1) == [-0.1, 0.1, 0.0]
    assert largest_remainder([0.04, 0.04, 0.04], 1, 0.2) == [0.1, 0.1, 0.0]
    assert largest_remainder([], 1, 0.0) == []
    # Their sum is rounded as it is, not as that of their hundredfold.
    assert sum(largest_remainder([-0.005, -0.005, -0.005], 2)) == float(f"{math.fsum([-0.005] * 3):.2f}")
    with pytest.raises(ValueError, match="do not round"):
        largest_remainder([1.0, 2.0], 1, 9.0)


@given(values=st.lists(st.one_of(st.floats(-1e4, 1e4), st.sampled_from([0.0, 0.1, 0.3])), max_size=12),
       decimals=st.integers(0, 4))  # fmt: skip
@MODEST
def test_largest_remainder_sums_and_stays_within_a_unit(values, decimals):
    found = largest_remainder(values, decimals)
    unit = 10.0**-decimals
    assert sum(found) == pytest.approx(float(f"{math.fsum(values):.{decimals}f}"), abs=1e-6 * unit + 1e-9)
    for value, rounded in zip(values, found, strict=True):
        assert abs(value - rounded) <= unit * (1 + 1e-6)
        assert rounded == float(f"{rounded:.{decimals}f}")


@given(index=indices())
@MODEST
def test_what_is_printed_adds_up_at_every_node(make, index):
    tree, figures, methods, codes = index
    assume(any(figures.values()))
    scores, known = make(tree, figures, methods=methods, codes=tuple(codes))
    for code in codes:
        rows = contributions(scores, code, known.series)
        if rows[0].contribution is None:
            continue
        found = printed(rows, "contribution", 1, float(f"{rows[0].contribution:.1f}"))
        for number in range(len(rows)):
            terms = [found[child] for child in below(rows, number) if found[child] is not None]
            if found[number] is not None and terms:
                assert round(sum(terms) * 10) == round(found[number] * 10)


# What is missing


@st.composite
def holes(draw: st.DrawFn) -> tuple[Any, ...]:
    tree, names = draw(trees(means=st.just({"method": "arithmetic"})))
    for node in tree.get("children", ()):
        if draw(st.booleans()):
            node["coverage"] = draw(st.sampled_from([0.0, 0.4, 0.9]))
    methods = {"coverage": {"node": draw(st.sampled_from([0.0, 0.5, 0.67])),
                            "index": draw(st.sampled_from([0.0, 0.5, 0.65, 1.0]))},
               "missing": {"method": draw(st.sampled_from(["reweight", "propagate"]))}}  # fmt: skip
    return tree, names, {name for name in names if draw(st.booleans())}, methods


@given(hole=holes())
@settings(max_examples=60, deadline=None)
def test_the_fewest_figures_for_a_rank_by_brute_force(make, hole):
    tree, names, gaps, methods = hole
    assume(len(gaps) <= 6)

    def ranked(missing: set[str]) -> bool:
        figures = {name: {"A": 1.0, **({} if name in missing else {"B": 2.0})} for name in names}
        return bool(make(tree, figures, methods=methods, codes=("A", "B"))[0].ranked[1])

    figures = {name: {"A": 1.0, **({} if name in gaps else {"B": 2.0})} for name in names}
    scores, known = make(tree, figures, methods=methods, codes=("A", "B"))
    found = requirement(scores, "B", known)
    fewest = next(n for n in range(len(gaps) + 1)
                  if any(ranked(gaps - set(added)) for added in combinations(sorted(gaps), n)))  # fmt: skip
    assert found.short == fewest
    closing = {gap.indicator for gap in found.missing if gap.closes}
    assert len(closing) == fewest and ranked(gaps - closing)
    assert {gap.indicator for gap in found.missing} == gaps
    assert found.have == len(names) - len(gaps)
    for need in found.nodes:
        assert (need.short == 0) == (scores.score("B", need.node) is not None)


def test_why_a_figure_is_missing(make):
    keys = {"x": {"max_age": 2}, "y": {"denominator": "people"}}
    figures = {"x": {"A": 1.0}, "y": {"A": 2.0}, "z": {"B": 3.0}}
    scores, known = make(TWO, figures, keys=keys, years={"x": 2019}, context={"people": {"B": 1.0}})
    why = {gap.indicator: (gap.why, gap.last_year) for gap in requirement(scores, "A", known).missing}
    assert why == {
        "x": ("newest is of 2019, older than 2 years", 2019),
        "y": ("published; no people to divide by", 2024),
        "z": ("no figure", None),
    }


# Strengths and weaknesses


def test_strengths_by_hand():
    nan = math.nan
    directed = np.array([[9.0, 1.0, 5.0, 2.0, nan], [5.0, 2.0, 5.0, 1.0, 3.0], [1.0, 3.0, 5.0, nan, 4.0]])
    place = standing(directed, 0)
    np.testing.assert_array_equal(place.ranks, [1, 3, 1, 1, nan])
    np.testing.assert_array_equal(place.of, [3, 3, 3, 2, 2])
    np.testing.assert_array_equal(place.behind, [2, 0, 0, 1, nan])
    np.testing.assert_array_equal(place.percentiles, [2.5 / 3, 0.5 / 3, 0.5, 0.75, nan])
    # In the third all are level: neither strength nor weakness.
    assert extremes(place) == ([0, 3], [1])
    assert extremes(place, by="rank") == ([0, 3], [0, 3])


def test_marks_take_the_direction_and_none_below_the_rule(make):
    figures = {"x": {"A": 1.0, "B": 2.0, "C": 3.0}, "y": {"A": 1.0, "B": 2.0, "C": 3.0}, "z": {"A": 1.0}}
    keys = {"x": {"direction": "lower"}}
    scores, known = make(TWO, figures, keys=keys, methods={"coverage": {"node": 0, "index": 1.0}})
    strengths, weaknesses = marks(scores, "A", known.series)
    assert [(mark.indicator, mark.rank, mark.of) for mark in strengths] == [("x", 1, 3)]
    assert [(mark.indicator, mark.rank, mark.of) for mark in weaknesses] == [("y", 3, 3)]
    assert marks(scores, "B", known.series) == ((), ())


# Together


def test_sections_and_order(make):
    figures = {"x": {"A": 50.0, "B": 30.0}, "y": {"A": 10.0, "B": 11.0}, "z": {"A": 90.0, "B": 40.0}}
    scores, known = make(TWO, figures)
    found = explain(scores, "A", known)
    assert [row[0] for row in section(found, "contributions").rows] == ["n", "a", "x", "y", "b", "z"]
    assert [row[0] for row in section(found, "contributions", 1).rows] == ["n", "a", "b"]
    assert section(found, "income").rows == () and section(found, "peers").rows == ()
    terms = against(scores, "A", "B", known.series)
    assert [terms[n].part for n in largest_first(terms)] == ["n", "b", "z", "a", "x", "y"]


def test_copeland_leaves_no_reference(make):
    tree = {**TWO, "aggregation": Copeland(method="copeland").model_dump()}
    figures = {name: {"A": 5.0, "B": 3.0, "C": 1.0} for name in "xyz"}
    scores, known = make(tree, figures)
    rows = contributions(scores, "A", known.series)
    assert rows[0].score == 2.0 and by_part(rows, "reference")["n"] is None
    assert by_part(rows, "contribution") == {"n": 2.0, "a": 1.0, "x": 0.5, "y": 0.5, "b": 1.0, "z": 1.0}
