"""Sobol indices: by hand, in closed form, and against SALib."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.engine import sobol

PI = np.pi


def ishigami(x):
    """On three uniform numbers in [0, 1]; a = 7, b = 0.1."""
    x = -PI + 2 * PI * x
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


# Closed form: Ishigami and Homma 1990.
_V = 7**2 / 8 + 0.1 * PI**4 / 5 + 0.1**2 * PI**8 / 18 + 0.5
_V1, _V2, _V13 = 0.5 * (1 + 0.1 * PI**4 / 5) ** 2, 7**2 / 8, 0.1**2 * PI**8 * (1 / 18 - 1 / 50)
ISHIGAMI = np.array([_V1, _V2, 0.0]) / _V, np.array([_V1 + _V13, _V2, _V13]) / _V


def runs(function, factors, size, seed=1):
    rng = np.random.default_rng(seed)
    one, two = rng.random((2, size, factors))
    mixed = []
    for factor in range(factors):
        other = one.copy()
        other[:, factor] = two[:, factor]
        mixed.append(function(other))
    return function(one), function(two), np.array(mixed)


def test_by_hand():
    """Two base draws of one factor."""
    a, b, mixed = np.array([1.0, 3.0]), np.array([2.0, 6.0]), np.array([[2.0, 5.0]])
    # The variance of 1, 3, 2, 6 is (4 + 0 + 1 + 9) / 3.
    assert sobol.variance(a, b) == pytest.approx(14 / 3)
    assert sobol.first_order(a, b, mixed)[0] == pytest.approx((2 * 1 + 6 * 2) / 2 / (14 / 3))
    assert sobol.total(a, b, mixed)[0] == pytest.approx((1 + 4) / 2 / 2 / (14 / 3))


def test_closed_form():
    a, b, mixed = runs(ishigami, 3, 40_000)
    found = sobol.indices(a, b, mixed, seed=1, resamples=200)
    np.testing.assert_allclose(found.first, ISHIGAMI[0], atol=0.02)
    np.testing.assert_allclose(found.total, ISHIGAMI[1], atol=0.02)


def test_additive_factors_explain_all_on_their_own():
    a, b, mixed = runs(lambda x: 2 * x[:, 0] + x[:, 1], 2, 40_000)
    found = sobol.indices(a, b, mixed, seed=1, resamples=100)
    np.testing.assert_allclose(found.first, [0.8, 0.2], atol=0.02)
    np.testing.assert_allclose(found.total, [0.8, 0.2], atol=0.02)


def test_pure_interaction_explains_nothing_on_its_own():
    a, b, mixed = runs(lambda x: np.sign(x[:, 0] - 0.5) * np.sign(x[:, 1] - 0.5), 2, 40_000)
    found = sobol.indices(a, b, mixed, seed=1, resamples=100)
    np.testing.assert_allclose(found.first, [0, 0], atol=0.03)
    np.testing.assert_allclose(found.total, [1, 1], atol=0.03)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("size", "offset"), [(64, 0.0), (512, 0.0), (1024, 100.0)])
def test_salib(size, offset):
    """SALib's divisor is n, ours n - 1: at 1e-9 when that is undone, at 1e-3 as they are."""
    analyze = pytest.importorskip("SALib.analyze.sobol").analyze
    a, b, mixed = runs(lambda x: ishigami(x) + offset, 3, size)
    rows = np.column_stack([a, *mixed, b]).ravel()
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    theirs = analyze(problem, rows, calc_second_order=False, num_resamples=10)
    ours = sobol.indices(a, b, mixed, seed=1, resamples=10)
    for mine, other in ((ours.first, theirs["S1"]), (ours.total, theirs["ST"])):
        np.testing.assert_allclose(mine * 2 * size / (2 * size - 1), other, rtol=1e-9, atol=1e-9)
        if size > 500:
            np.testing.assert_allclose(mine, other, atol=1e-3)


@settings(max_examples=40)
@given(st.integers(2, 200), st.integers(1, 5), st.integers(0, 999), st.floats(-50, 50), st.floats(0.01, 100))
def test_a_shift_and_a_scale_change_nothing(size, factors, seed, shift, scale):
    a, b, mixed = runs(lambda x: x.prod(axis=1), factors, size, seed)
    one = sobol.indices(a, b, mixed, seed=3, resamples=20)
    two = sobol.indices(a * scale + shift, b * scale + shift, mixed * scale + shift, seed=3, resamples=20)
    for name in vars(one):
        np.testing.assert_allclose(getattr(one, name), getattr(two, name), rtol=1e-6, atol=1e-6)


@settings(max_examples=40)
@given(st.integers(2, 100), st.integers(1, 4), st.integers(0, 999))
def test_totals_are_never_negative_and_intervals_are_in_order(size, factors, seed):
    found = sobol.indices(*runs(lambda x: x.sum(axis=1), factors, size, seed), seed=seed, resamples=50)
    assert (found.total >= 0).all() and (found.total_low >= 0).all()
    assert (found.first_low <= found.first_high).all() and (found.total_low <= found.total_high).all()


def test_nothing_varies():
    flat = np.full(10, 0.1)
    found = sobol.indices(flat, flat, np.tile(flat, (2, 1)), seed=1, resamples=20)
    for name in vars(found):
        assert np.isnan(getattr(found, name)).all() and getattr(found, name).shape == (2,)


def test_a_factor_that_does_nothing():
    a, b, mixed = runs(lambda x: x[:, 0], 2, 500)
    found = sobol.indices(a, b, mixed, seed=1)
    assert found.first[1] == found.total[1] == found.total_high[1] == 0


def test_no_factor():
    found = sobol.indices(np.arange(4.0), np.arange(4.0), np.empty((0, 4)), seed=1, resamples=5)
    assert found.first.shape == found.total_high.shape == (0,)


def test_bootstrap_resamples_whole_draws():
    """Against a plain loop over the same resamples."""
    a, b, mixed = runs(ishigami, 3, 60)
    middle = np.concatenate([a, b, mixed.ravel()]).mean()
    a, b, mixed = a - middle, b - middle, mixed - middle
    stream = np.random.Generator(np.random.PCG64(9))
    firsts, totals = [], []
    for taken in stream.integers(0, 60, (40, 60)):
        firsts.append(sobol.first_order(a[taken], b[taken], mixed[:, taken]))
        totals.append(sobol.total(a[taken], b[taken], mixed[:, taken]))
    found = sobol.indices(a + 5, b + 5, mixed + 5, seed=9, resamples=40)
    np.testing.assert_allclose(found.first_low, np.quantile(firsts, 0.05, axis=0), rtol=1e-9)
    np.testing.assert_allclose(found.first_high, np.quantile(firsts, 0.95, axis=0), rtol=1e-9)
    np.testing.assert_allclose(found.total_low, np.quantile(totals, 0.05, axis=0), rtol=1e-9)
    np.testing.assert_allclose(found.total_high, np.quantile(totals, 0.95, axis=0), rtol=1e-9)


def test_portions_of_the_bootstrap_change_nothing(monkeypatch):
    a, b, mixed = runs(ishigami, 3, 60)
    whole = sobol.indices(a, b, mixed, seed=9, resamples=40)
    monkeypatch.setattr(sobol, "_CELLS", 7 * 60)
    portions = sobol.indices(a, b, mixed, seed=9, resamples=40)
    np.testing.assert_allclose(whole.first_low, portions.first_low, rtol=1e-12)
    np.testing.assert_allclose(whole.total_high, portions.total_high, rtol=1e-12)


def test_intervals_cover_the_truth():
    """Of 60 experiments about nine in ten have it between the ends."""
    covered = []
    for seed in range(60):
        found = sobol.indices(*runs(ishigami, 3, 400, seed), seed=seed, resamples=200)
        covered.append((found.first_low <= ISHIGAMI[0]) & (ISHIGAMI[0] <= found.first_high))
        covered.append((found.total_low <= ISHIGAMI[1]) & (ISHIGAMI[1] <= found.total_high))
    assert 0.8 < np.mean(covered) < 0.98
