"""Treatment: by hand, against scipy, and what holds always."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from readiness.definitions.columns import BoxCox, LogTreatment, NoTreatment, Winsorise, WinsoriseThenLog
from readiness.engine import boxcox
from readiness.engine.treat import Treated, kurtosis, passes, skewness, treat, treated_cells, winsorise
from readiness.errors import ReadinessError

NAN = float("nan")
MODEST = settings(max_examples=60, deadline=None)
SEED = st.integers(0, 2**32 - 1)
ONE = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 1000])


def both(**parameters):
    return WinsoriseThenLog(method="winsorise-then-log", **parameters)


def box_cox(power=None, **parameters):
    return BoxCox(**{"method": "box-cox", "lambda": power, **parameters})


ALL = [
    NoTreatment(), Winsorise(method="winsorise"), both(), both(log="ct", skewness=0.2, kurtosis=0.1),
    both(max_points=1, combine=True), both(max_points=0, log="ct-orig"), both(max_points=2, skewness=0.5),
    LogTreatment(method="log"), LogTreatment(method="log", log="ct", only_outliers=True),
    box_cox(), box_cox(0.5), box_cox(0.0, shift="range"), box_cox(only_outliers=True),
]  # fmt: skip


def one_by_one(x, method):
    """Winsorise-then-log of one distribution as ALGORITHMS.md words it: a loop over points.

    A limit that is reached but for the last bits of a sum is reached.
    """
    there = np.isfinite(x)
    y = x[there].copy()
    fails = lambda v: (  # noqa: E731
        len(v) > 3 and v.min() < v.max()
        and abs(stats.skew(v, bias=False)) >= method.skewness * (1 - 1e-12)
        and stats.kurtosis(v, bias=False) >= method.kurtosis * (1 - 1e-12)
    )  # fmt: skip
    if not fails(y):
        return x
    high, low = set(), set()
    while len(high) + len(low) < method.max_points and fails(y):
        if stats.skew(y, bias=False) >= 0:
            high = set(np.flatnonzero(y == y.max()))
            y[list(high)] = max(v for place, v in enumerate(y) if place not in high)
        else:
            low = set(np.flatnonzero(y == y.min()))
            y[list(low)] = min(v for place, v in enumerate(y) if place not in low)
    if fails(y) or y.min() == y.max():
        y = x[there]
        shift = 0.01 * (y.max() - y.min())
        right = method.log == "ct" or stats.skew(y, bias=False) >= 0
        y = np.log(y - y.min() + shift) if right else -np.log(y.max() + shift - y)
    treated = x.copy()
    treated[there] = y
    return treated


@MODEST
@given(SEED, st.integers(0, 8), st.sampled_from(["ct", "ct-plus"]), st.floats(0.2, 3))
def test_rows_are_treated_as_one_by_one(seed, points, log, threshold):
    """Random rows of all shapes at once, with gaps and ties, against the loop."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 30))
    rows = [rng.normal(size=size), rng.lognormal(0, 2, size), -rng.lognormal(0, 2, size),
            rng.standard_t(1.5, size), np.round(rng.lognormal(0, 1.5, size)), np.full(size, 0.1),
            (rng.random(size) < 0.1) * 1.0, np.full(size, NAN)]  # fmt: skip
    x = np.stack(rows)
    x[rng.random(x.shape) < 0.1] = NAN
    method = both(max_points=points, log=log, skewness=threshold, kurtosis=1.1 * threshold)
    wanted = np.stack([one_by_one(row, method) for row in x])
    np.testing.assert_allclose(treat(x, method), wanted, rtol=1e-9, atol=1e-9)
    # Whatever the number of rows and the axes before them.
    many = np.tile(x, (5, 300, 1, 1))
    np.testing.assert_array_equal(treat(many, method), np.broadcast_to(treat(x, method), many.shape))


def test_winsorise_by_hand():
    assert not passes(ONE, both())
    method = Winsorise(method="winsorise")
    np.testing.assert_array_equal(treat(ONE, method), [*range(1, 10), 9])
    np.testing.assert_array_equal(treat(-ONE, method), [*range(-1, -10, -1), -9])
    # One point is not enough, and `winsorise` leaves it at that.
    two = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1000, 2000])
    np.testing.assert_array_equal(treat(two, Winsorise(method="winsorise", max_points=1))[-2:], [1000, 1000])
    np.testing.assert_array_equal(treat(two, method)[-2:], [12, 12])
    np.testing.assert_array_equal(treat(two, Winsorise(method="winsorise", max_points=0)), two)


def test_logs_by_hand():
    none = {"max_points": 0}
    low, width = 1.0, 999.0
    np.testing.assert_allclose(treat(ONE, both(**none)), np.log(ONE - low + 0.01 * width), rtol=1e-12)
    np.testing.assert_allclose(treat(-ONE, both(**none)), -np.log(ONE - low + 0.01 * width), rtol=1e-12)
    right = np.log(-ONE + 1000 + 0.01 * width)
    np.testing.assert_allclose(treat(-ONE, both(**none, log="ct")), right, rtol=1e-12)
    np.testing.assert_allclose(treat(ONE, both(**none, log="ct-orig")), np.log(ONE - low + 1), rtol=1e-12)
    gii = np.log(999 * (ONE - low) / width + 1)
    np.testing.assert_allclose(treat(ONE, both(**none, log="gii")), gii, rtol=1e-12)
    left = 1010 - ONE  # 10 to 1009: stretched from the greatest down, 1 to 1009
    np.testing.assert_allclose(
        treat(left, both(**none, log="gii")), -np.log(1008 * (1009 - left) / 999 + 1), rtol=1e-12
    )


def test_combine_takes_the_log_of_the_winsorised():
    x = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1000, 2000])
    capped = np.array([*range(1, 13), 1000, 1000.0])
    ours = treat(x, both(max_points=1, combine=True))
    np.testing.assert_allclose(ours, np.log(capped - 1 + 9.99), rtol=1e-12)
    # What winsorising makes constant has only its original to take a log of.
    ones = np.array([0.0] * 9 + [1.0])
    wanted = np.log(ones + 0.01)
    np.testing.assert_allclose(treat(ones, both(combine=True)), wanted, rtol=1e-12)


def test_log_of_everything_or_of_outliers():
    fine = np.arange(1.0, 9.0)
    always, sometimes = LogTreatment(method="log"), LogTreatment(method="log", only_outliers=True)
    np.testing.assert_allclose(treat(fine, always), np.log(fine - 1 + 0.07), rtol=1e-12)
    np.testing.assert_array_equal(treat(fine, sometimes), fine)
    np.testing.assert_array_equal(treat(ONE, sometimes), treat(ONE, always))
    np.testing.assert_array_equal(treat(fine, box_cox(2.0, only_outliers=True)), fine)


def test_gii_needs_figures_above_one():
    with pytest.raises(ReadinessError, match=r"to their greatest, which is 0\.9.*use log: ct-plus"):
        treat(np.array([0.1, 0.9, 0.2]), LogTreatment(method="log", log="gii"))


@pytest.mark.parametrize("power", [-2.0, -0.5, 0.0, 0.3, 1.0, 2.0])
def test_box_cox_is_scipys(power):
    x = np.array([3.0, NAN, 7.5, 4.0, 11.0])
    there = np.isfinite(x)
    ours = treat(x, box_cox(power))
    np.testing.assert_allclose(ours[there], stats.boxcox(x[there] - 3 + 1, power), rtol=1e-12)
    assert np.isnan(ours[1])
    ranged = treat(x, box_cox(power, shift="range"))
    np.testing.assert_allclose(ranged[there], stats.boxcox(x[there] - 3 + 0.08, power), rtol=1e-12)


@MODEST
@given(SEED)
def test_estimated_power_is_scipys(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(5, 60))
    x = [rng.normal(size=size), rng.lognormal(0, 1, size), rng.uniform(0, 9, size), rng.gamma(2, 3, size)]
    rows = np.stack(x)
    rows[:, 0] = NAN
    for row, ours in zip(rows, treat(rows, box_cox()), strict=True):
        there = row[1:] - row[1:].min() + 0.01 * (row[1:].max() - row[1:].min())
        power = float(boxcox.estimate(np.log(there)[None])[0])
        wanted = stats.boxcox_normmax(there, method="mle")
        assert abs(power) < 5
        assert power == pytest.approx(wanted, abs=1e-5)
        assert stats.boxcox_llf(power, there) >= stats.boxcox_llf(wanted, there) - 1e-10
        np.testing.assert_allclose(ours[1:], stats.boxcox(there, power), rtol=1e-9, atol=1e-9)


def test_an_estimated_power_knows_no_unit():
    x = np.random.default_rng(5).lognormal(0, 1, 40)
    small, large = treat(x, box_cox()), treat(x * 1e6 + 40, box_cox())
    scale = lambda y: (y - y.min()) / (y.max() - y.min())  # noqa: E731
    np.testing.assert_allclose(scale(small), scale(large), rtol=1e-7)


@pytest.mark.parametrize("method", ALL, ids=lambda method: method.method)
@settings(max_examples=25, deadline=None)
@given(SEED)
def test_what_always_holds(method, seed):
    """No country overtakes another, gaps stay, constants stay, and nothing new is missing."""
    rng = np.random.default_rng(seed)
    x = np.stack([rng.lognormal(0, 2, 15), -rng.lognormal(0, 2, 15), np.full(15, 0.1), np.full(15, NAN)])
    x[:, rng.random(15) < 0.2] = NAN
    treated = treat(x, method)
    np.testing.assert_array_equal(np.isnan(treated), np.isnan(x))
    np.testing.assert_array_equal(treated[2:], x[2:])
    for row, new in zip(x[:2], treated[:2], strict=True):
        there = np.isfinite(row)
        order = np.argsort(row[there], kind="stable")
        assert (np.diff(new[there][order]) >= 0).all()


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("method", ALL, ids=lambda method: method.method)
def test_few_figures(method, size):
    x = np.full(6, NAN)
    x[:size] = [1.0, 50.0, 9000.0][:size]
    treated = treat(x, method)
    np.testing.assert_array_equal(np.isfinite(treated), np.isfinite(x))
    assert size > 1 or treated[0] == 1.0


def test_shape_of_few_figures():
    assert np.isnan(skewness(np.array([1.0, 2.0]))) and np.isnan(kurtosis(np.array([1.0, 2.0, 5.0])))
    assert skewness(np.array([[1.0, 2, 9], [1, NAN, 9]])).shape == (2,)
    assert np.isnan(skewness(np.full(5, 3.0))) and passes(np.full(5, 0.1), both(skewness=0.1, kurtosis=0.1))


def test_treated_cells():
    gaps = np.array([NAN, *ONE])
    assert treated_cells(gaps, both()) == (Treated(10, "winsorised high", 1000.0, 9.0),)
    assert treated_cells(-gaps, both()) == (Treated(10, "winsorised low", -1000.0, -9.0),)
    logs = treated_cells(ONE, both(max_points=0))
    assert [cell.how for cell in logs] == ["log"] * 10
    assert logs[0] == Treated(0, "log", 1.0, float(np.log(9.99)))
    assert {cell.how for cell in treated_cells(ONE, box_cox())} == {"box-cox"}
    assert treated_cells(np.arange(9.0), both()) == () == treated_cells(ONE, NoTreatment())


def test_winsorise_counts_ties_together():
    """Two at the top are capped at once, and count as two."""
    x = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 900, 1000, 1000])
    method = Winsorise(method="winsorise", max_points=2, skewness=0.5, kurtosis=0.5)
    np.testing.assert_array_equal(winsorise(x, method)[-3:], [900, 900, 900])
    assert (winsorise(x, method.model_copy(update={"max_points": 3}))[-3:] == 16).all()
