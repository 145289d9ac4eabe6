"""The audit's statistics: by hand, against scipy and scikit-learn, and their properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from readiness.engine import statistics as s

NAN = float("nan")
finite = st.floats(-1e6, 1e6, allow_nan=False, width=32)


def columns(least=4, cols=(2, 5)):
    shapes = st.tuples(st.integers(least, 30), st.integers(*cols))
    return shapes.flatmap(lambda shape: hnp.arrays(np.float64, shape, elements=finite))


@pytest.fixture
def sample():
    """60 countries x 4 columns with a tenth of the cells missing."""
    generator = np.random.default_rng(7)
    x = generator.normal(size=(60, 1)) + generator.normal(size=(60, 4)) * [0.5, 1, 2, 4]
    x[:, 3] = np.round(x[:, 3])  # ties
    x[generator.random(x.shape) < 0.1] = NAN
    return x


def complete(x, y):
    both = np.isfinite(x) & np.isfinite(y)
    return x[both], y[both]


# --- correlations


def test_pearson_by_hand():
    # Deviations (-1, 0, 1) and (-2, 1, 1): 3 / sqrt(2 * 6).
    assert s.correlation(np.array([1.0, 2, 3]), np.array([1.0, 4, 4])) == pytest.approx(3 / math.sqrt(12))


def test_spearman_and_kendall_by_hand():
    x, y = np.array([1.0, 2, 3, 4]), np.array([10.0, 30, 20, 1000])
    assert s.correlation(x, y, "spearman") == pytest.approx(1 - 6 * 2 / (4 * 15))
    assert s.correlation(x, y, "kendall") == pytest.approx((5 - 1) / 6)


def test_only_countries_with_both_count():
    x, y = np.array([1.0, 2, 3, NAN, 9]), np.array([2.0, 4, 6, 1, NAN])
    assert s.correlation(x, y) == pytest.approx(1)


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([1.0, 2], [1.0, 2]),  # two points always lie on a line
        ([0.1, 0.1, 0.1, 0.1], [1.0, 2, 3, 4]),
        ([1.0, 2, 3, NAN], [NAN, 5, NAN, 1]),
        ([], []),
    ],
)
def test_what_is_not_defined_is_nan(kind, x, y):
    assert math.isnan(s.correlation(np.array(x), np.array(y), kind))


@pytest.mark.parametrize(
    ("kind", "oracle"),
    [("pearson", scipy.stats.pearsonr), ("spearman", scipy.stats.spearmanr),
     ("kendall", scipy.stats.kendalltau)],
)  # fmt: skip
def test_correlations_are_scipy_s(sample, kind, oracle):
    ours = s.correlations(sample, kind=kind)
    for i in range(4):
        for j in range(4):
            theirs = oracle(*complete(sample[:, i], sample[:, j])).statistic
            assert ours[i, j] == pytest.approx(theirs, abs=1e-12)
    np.testing.assert_allclose(s.correlations(sample, sample[:, :2], kind), ours[:, :2], rtol=1e-12)


def test_p_values_are_scipy_s(sample):
    ours = s.p_values(sample)
    for i in range(4):
        assert ours[i, i] == 0
        for j in range(i):
            theirs = scipy.stats.pearsonr(*complete(sample[:, i], sample[:, j])).pvalue
            assert ours[i, j] == ours[j, i] == pytest.approx(theirs, rel=1e-9)
    assert math.isnan(s.p_value(0.5, 2)) and math.isnan(s.p_value(NAN, 20))


@given(columns())
def test_correlations_stay_between_minus_one_and_one(x):
    for kind in ("pearson", "spearman"):
        found = s.correlations(x, kind=kind)
        known = found[np.isfinite(found)]
        assert ((known >= -1) & (known <= 1)).all()
        np.testing.assert_array_equal(found, found.T)


@given(columns(cols=(2, 2)), st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_a_change_of_unit_changes_no_rank_correlation(x, factor, offset):
    a, b = x.T
    moved = a * factor + offset
    # Rounding may make a tie of what was none.
    if len(np.unique(moved)) == len(np.unique(a)):
        before, after = s.correlation(a, b, "spearman"), s.correlation(moved, b, "spearman")
        assert before == pytest.approx(after, nan_ok=True)


def test_large_and_small_units_do_not_overflow():
    x = np.array([1.0, 2, 4, 8])
    assert s.correlation(x * 1e200, x * 1e-200) == pytest.approx(1)


# --- Cronbach's alpha


def test_alpha_by_hand():
    # Variances 1 and 1, covariance 0.5: 4 * 0.5 / 3.
    x = np.array([[1.0, 1], [2, 3], [3, 2]])
    assert s.cronbach_alpha(x) == pytest.approx(4 * 0.5 / 3)


def test_alpha_is_the_textbook_s_where_nothing_is_missing(sample):
    x = sample[np.isfinite(sample).all(axis=1)]
    k = x.shape[1]
    textbook = k / (k - 1) * (1 - x.var(axis=0, ddof=1).sum() / x.sum(axis=1).var(ddof=1))
    assert s.cronbach_alpha(x) == pytest.approx(textbook, rel=1e-12)


def test_alpha_of_copies_is_one_and_of_opposites_undefined():
    x = np.arange(5.0)
    assert s.cronbach_alpha(np.column_stack([x, x, x])) == pytest.approx(1)
    assert math.isnan(s.cronbach_alpha(np.column_stack([x, -x])))
    assert math.isnan(s.cronbach_alpha(x[:, None]))
    assert math.isnan(s.cronbach_alpha(np.full((4, 2), NAN)))


def test_alpha_is_negative_where_columns_go_against_each_other():
    assert s.cronbach_alpha(np.array([[1.0, 3], [2, 2], [3, 1.5], [4, 1]])) < 0


# --- principal components


def test_components_are_scikit_learn_s(sample):
    found = s.principal_components(sample)
    rows = sample[np.isfinite(sample).all(axis=1)]
    oracle = PCA().fit(StandardScaler().fit_transform(rows))
    assert found is not None and found.n == len(rows)
    np.testing.assert_allclose(found.explained, oracle.explained_variance_ratio_, rtol=1e-9)
    np.testing.assert_allclose(np.abs(found.loadings), np.abs(oracle.components_.T), rtol=1e-9, atol=1e-12)
    assert (found.loadings.sum(axis=0) >= 0).all()


def test_components_of_two_columns_by_hand():
    x = np.array([[1.0, 1], [2, 4], [3, 4]])
    r = 3 / math.sqrt(12)
    found = s.principal_components(x)
    np.testing.assert_allclose(found.eigenvalues, [1 + r, 1 - r])
    np.testing.assert_allclose(found.loadings[:, 0], [math.sqrt(0.5)] * 2)


def test_components_need_rows_columns_and_variance():
    assert s.principal_components(np.array([[1.0], [2], [3]])) is None
    assert s.principal_components(np.array([[1.0, 2], [2, 1]])) is None
    assert s.principal_components(np.array([[1.0, 5], [2, 5], [3, 5]])) is None


@given(columns(least=6))
def test_eigenvalues_sum_to_the_number_of_columns(x):
    found = s.principal_components(x)
    if found is not None:
        assert found.eigenvalues.sum() == pytest.approx(x.shape[1])
        assert (np.diff(found.eigenvalues) <= 1e-12).all() and found.explained.sum() == pytest.approx(1)


# --- main effects


def test_the_smoother_is_a_weighted_straight_line_at_every_point(sample):
    x, y = complete(sample[:, 0], sample[:, 1])
    estimates, _ = s.local_linear(x, y, 0.7)
    for at, estimate in zip(x, estimates, strict=True):
        # polyfit weights residuals, not their squares.
        _, level = np.polyfit(x - at, y, 1, w=np.exp(-0.25 * ((x - at) / 0.7) ** 2))
        assert estimate == pytest.approx(level, rel=1e-9, abs=1e-9)


def test_leave_one_out_needs_no_leaving_out(sample):
    x, y = complete(sample[:, 0], sample[:, 1])
    estimates, own = s.local_linear(x, y, 0.9)
    for row in range(len(x)):
        others = np.arange(len(x)) != row
        left, _ = s.local_linear(np.append(x[others], x[row]), np.append(y[others], 0.0), 0.9)
        # The estimate without the country: its own weight h times y is taken out of the line.
        without = (estimates[row] - own[row] * y[row]) / (1 - own[row])
        assert left[-1] / (1 - own[row]) == pytest.approx(without, rel=1e-9, abs=1e-9)


def test_a_straight_line_explains_all():
    x = np.linspace(0, 1, 40)
    found = s.main_effect(x, 3 - 2 * x)
    assert found.effect == pytest.approx(1) and found.bandwidth == math.inf


def test_a_parabola_explains_all_though_it_has_no_correlation():
    x = np.linspace(-1, 1, 101)
    assert abs(s.correlation(x, x**2)) < 1e-9
    assert s.main_effect(x, x**2).effect == pytest.approx(1, abs=0.01)


def test_independent_parts_explain_the_squares_of_their_weights():
    generator = np.random.default_rng(3)
    parts = generator.normal(size=(4000, 3))
    parts = np.linalg.qr(parts - parts.mean(axis=0))[0]  # without any correlation
    weights = np.array([1.0, 2, 3])
    total = parts @ weights
    found = np.array([s.main_effect(part, total).effect for part in parts.T])
    np.testing.assert_allclose(found, weights**2 / 14, atol=0.03)


def test_the_known_effects_of_the_ishigami_function():
    found = []
    for seed in range(2):
        x = np.random.default_rng(seed).uniform(-np.pi, np.pi, size=(8000, 3))
        y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
        found.append([s.main_effect(column, y).effect for column in x.T])
    # 1,000 of 8,000 points stand for all.
    np.testing.assert_allclose(np.mean(found, axis=0), [0.314, 0.442, 0.0], atol=0.05)


def test_an_effect_needs_variance_and_three_countries():
    assert math.isnan(s.main_effect(np.ones(9), np.arange(9.0)).effect)
    assert math.isnan(s.main_effect(np.arange(9.0), np.ones(9)).effect)
    assert math.isnan(s.main_effect(np.array([1.0, 2, NAN]), np.arange(3.0)).effect)


@given(hnp.arrays(np.float64, (12, 2), elements=st.floats(-100, 100, width=16)))
def test_an_effect_is_a_number_whatever_the_figures(x):
    found = s.main_effect(x[:, 0], x[:, 1])
    if np.ptp(x[:, 0]) and np.ptp(x[:, 1]):
        assert 0 <= found.effect < 1.5
    else:
        assert math.isnan(found.effect)


def test_covariance_shares_of_a_mean_sum_to_one_as_they_are(sample):
    parts = sample[np.isfinite(sample).all(axis=1)]
    weights = np.array([0.1, 0.2, 0.3, 0.4])
    total = parts @ weights
    by_hand = [w * np.cov(x, total)[0, 1] / total.var(ddof=1) for w, x in zip(weights, parts.T, strict=True)]
    assert sum(by_hand) == pytest.approx(1)
    np.testing.assert_allclose(s.covariance_shares(parts, weights, total), by_hand, rtol=1e-9)


# --- bootstrap and outliers


def test_the_bootstrap_is_scipy_s_but_for_the_draws(sample):
    x, y = complete(sample[:, 0], sample[:, 1])
    ours = s.bootstrap_spearman(sample[:, 0], sample[:, 1], seed=1)
    theirs = scipy.stats.bootstrap(
        (x, y), lambda a, b: scipy.stats.spearmanr(a, b).statistic, paired=True, vectorized=False,
        method="percentile", n_resamples=2000, rng=np.random.default_rng(2),
    ).confidence_interval  # fmt: skip
    np.testing.assert_allclose(ours, (theirs.low, theirs.high), atol=0.03)
    assert ours[0] < s.correlation(x, y, "spearman") < ours[1]


def test_the_same_seed_draws_the_same(sample):
    x, y = sample[:, 0], sample[:, 1]
    assert s.bootstrap_spearman(x, y, seed=4) == s.bootstrap_spearman(x, y, seed=4)
    assert s.bootstrap_spearman(x, y, seed=4) != s.bootstrap_spearman(x, y, seed=5)


def test_a_bootstrap_of_nothing_is_nan():
    assert all(map(math.isnan, s.bootstrap_spearman(np.ones(5), np.arange(5.0), seed=1)))


def test_robust_z_by_hand():
    # Median 3, absolute deviations 2 1 0 1 97: MAD 1.
    found = s.robust_z(np.array([1.0, 2, 3, 4, 100, NAN]))
    np.testing.assert_allclose(found[:5], 0.6744897501960817 * np.array([-2, -1, 0, 1, 97]))
    assert math.isnan(found[5])


def test_robust_z_where_most_are_equal():
    found = s.robust_z(np.array([0.0, 0, 0, 0, 5]))
    assert found[4] == pytest.approx(5 / (math.sqrt(math.pi / 2) * 1.0))
    assert s.robust_z(np.full(4, 0.1)).tolist() == [0, 0, 0, 0]
    assert np.isnan(s.robust_z(np.full(4, NAN))).all()
