"""Beyond income: Huber's line by hand, against statsmodels and scipy, each country left out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.analysis.income import FEWEST, CountryIncome, K, beyond_income, huber_line

MODEST = settings(max_examples=40, deadline=None)
TREE = {"id": "n", "indicators": [{"id": "x"}]}


def cloud(seed: int, size: int = 40) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(6, 12, size)
    y = 10 * x - 50 + rng.normal(0, 5, size)
    y[rng.integers(0, size, 4)] += rng.choice([-60.0, 60.0], 4)
    return x, y


def everyone(x: np.ndarray) -> np.ndarray:
    return np.ones((1, len(x)), dtype=bool)


def test_a_line_with_one_country_far_off_is_the_line():
    # More than half of the countries are on it: the scale falls to zero, the line is theirs.
    x = np.arange(9.0)
    y = 2 + 3 * x
    y[4] = 500.0
    a, b = huber_line(x, y, everyone(x))
    assert (a[0], b[0]) == pytest.approx((2.0, 3.0), abs=1e-6)


def test_without_outliers_it_is_least_squares():
    x = np.array([0.0, 1.0, 2.0, 3.0])
    y = np.array([0.1, 0.9, 2.1, 2.9])  # residuals of one size: none beyond 1.345 scales
    a, b = huber_line(x, y, everyone(x))
    slope, intercept = np.polyfit(x, y, 1)
    assert (a[0], b[0]) == pytest.approx((intercept, slope), abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_against_statsmodels(seed):
    robust = pytest.importorskip("statsmodels.robust")
    api = pytest.importorskip("statsmodels.api")
    x, y = cloud(seed)
    a, b = huber_line(x, y, everyone(x))
    theirs = api.RLM(y, api.add_constant(x), M=robust.norms.HuberT(t=K)).fit(
        maxiter=2000, tol=1e-13, conv="coefs", scale_est="mad"
    )
    assert (a[0], b[0]) == pytest.approx(tuple(theirs.params), rel=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_against_scipy_at_the_scale_it_found(seed):
    """With the scale fixed the line is the least of a convex loss: scipy finds the same one."""
    optimize = pytest.importorskip("scipy.optimize")
    x, y = cloud(seed)
    a, b = huber_line(x, y, everyone(x))
    scale = np.median(np.abs(y - a[0] - b[0] * x)) / 0.6744897501960817
    theirs = optimize.least_squares(
        lambda line: (y - line[0] - line[1] * x) / scale, np.polyfit(x, y, 1)[::-1], loss="huber", f_scale=K,
        xtol=1e-15, ftol=1e-15, gtol=1e-15,
    )  # fmt: skip
    assert (a[0], b[0]) == pytest.approx(tuple(theirs.x), rel=1e-5)


def test_many_lines_are_each_their_own():
    x, y = cloud(1)
    included = np.random.default_rng(0).uniform(size=(7, len(x))) < 0.7
    a, b = huber_line(x, y, included)
    for row, inside in enumerate(included):
        one = huber_line(x[inside], y[inside], everyone(x[inside]))
        assert (a[row], b[row]) == pytest.approx((one[0][0], one[1][0]), rel=1e-8)


@given(seed=st.integers(0, 10_000), shift=st.floats(-50, 50), factor=st.floats(0.1, 10))
@MODEST
def test_it_moves_with_the_scores(seed, shift, factor):
    x, y = cloud(seed)
    a, b = huber_line(x, y, everyone(x))
    other = huber_line(x, shift + factor * y, everyone(x))
    assert other[1][0] == pytest.approx(factor * b[0], rel=1e-6)
    assert other[0][0] == pytest.approx(shift + factor * a[0], rel=1e-5, abs=1e-5)


def index(make, size=14, **more):
    rng = np.random.default_rng(5)
    codes = [f"C{n:02}" for n in range(size)]
    income = {code: float(v) for code, v in zip(codes, rng.uniform(1e3, 9e4, size), strict=True)}
    scores = {code: 12 * math.log(income[code]) - 60 + float(rng.normal(0, 4)) for code in codes}
    return make(TREE, {"x": scores, **more}, context={"gdp_per_capita_ppp": income}), income, scores


def test_each_country_is_left_out_of_its_own_line(make):
    (scores, known), income, y = index(make)
    found = beyond_income(scores, known)
    codes = list(scores.countries)
    for row, code in enumerate(codes):
        others = [other for other in codes if other != code]
        logs = np.log([income[other] for other in others])
        a, b = huber_line(logs, np.array([y[other] for other in others]), everyone(logs))
        expected = a[0] + b[0] * math.log(income[code])
        assert found.expected[row] == pytest.approx(expected, rel=1e-8)
        assert found.residual[row] == pytest.approx(y[code] - expected, abs=1e-6)
    best = [codes[n] for n in np.argsort(-found.residual)]
    assert [best.index(code) + 1 for code in codes] == list(found.ranks)
    logs = np.log([income[code] for code in codes])
    _, b = huber_line(logs, np.array([y[code] for code in codes]), everyone(logs))
    assert (found.count, found.slope) == (14, pytest.approx(b[0] * math.log(2)))


def test_its_own_score_does_not_move_what_is_expected_of_it(make):
    (scores, known), income, y = index(make)
    before = beyond_income(scores, known).expected[3]
    scores, known = make(TREE, {"x": {**y, "C03": 99.0}}, context={"gdp_per_capita_ppp": income})
    after = beyond_income(scores, known)
    assert after.expected[3] == pytest.approx(before, rel=1e-9)
    assert after.ranks[3] == 1


def test_who_takes_part(make):
    (_, _), income, y = index(make)
    del income["C01"]
    income["C02"] = 0.0
    tree = {"id": "n", "indicators": [{"id": "x"}, {"id": "z"}, {"id": "v"}]}
    figures = {"x": y, "z": {code: y[code] for code in y if code != "C05"}, "v": dict.fromkeys(y, 50.0)}
    rule = {"coverage": {"node": 0, "index": 1.0}}
    scores, known = make(tree, figures, methods=rule, context={"gdp_per_capita_ppp": income})
    found = beyond_income(scores, known)
    assert found.count == 11
    for row in (1, 2):  # no income, and none that has a logarithm
        assert np.isnan([found.expected[row], found.residual[row], found.ranks[row]]).all()
        assert CountryIncome.of_row(found, row) is None
    # Unranked: beside the line through all ranked, without a place.
    assert np.isfinite(found.expected[5]) and np.isnan(found.ranks[5])
    own = CountryIncome.of_row(found, 5)
    assert own.rank is None and own.residual == pytest.approx(scores.score("C05") - own.expected)


def test_too_few_or_no_difference_in_income_draws_no_line(make):
    (scores, known), _, y = index(make, size=FEWEST)
    assert beyond_income(scores, known) is None
    assert beyond_income(scores, known, "no_such_series") is None
    level = dict.fromkeys(y, 5e3)
    for odd in ({}, {"C00": 9e3}):  # without C00 all are the same
        income = {**level, "D1": 5e3, "D2": 5e3, **odd}
        scores, known = make(TREE, {"x": {**y, "D1": 3.0, "D2": 9.0}}, context={"gdp_per_capita_ppp": income})
        assert beyond_income(scores, known) is None


def test_scores_that_do_not_differ(make):
    (_, _), income, y = index(make)
    scores, known = make(TREE, {"x": dict.fromkeys(y, 40.0)}, context={"gdp_per_capita_ppp": income})
    found = beyond_income(scores, known)
    assert found.residual == pytest.approx([0.0] * 14, abs=1e-9)
