"""Weights: by hand, against scikit-criteria and numpy, the programme's own optimality, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from readiness.definitions.methods import Balanced, BenefitOfTheDoubt, Critic, Entropy, Equal, Given, Pca
from readiness.engine.weigh import balanced, benefit_of_the_doubt, critic, entropy, loadings, pca, weigh
from readiness.errors import ReadinessError

NAN = float("nan")
MODEST = settings(max_examples=40, deadline=None)
SEED = st.integers(0, 2**32 - 1)
PCA, ENTROPY, CRITIC = Pca(method="pca"), Entropy(method="entropy"), Critic(method="critic")
BALANCED, DOUBT = Balanced(method="balanced"), BenefitOfTheDoubt(method="benefit-of-the-doubt")


def sample(seed, count=4, size=30):
    """Correlated scores between 0 and 100."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(size, 1)) * rng.uniform(0, 2, count) + rng.normal(size=(size, count))
    return (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0)) * 100


def test_given_and_equal():
    parts, weights = list(sample(1).T), np.array([2.0, 0.0, 1.0, 3.0])
    assert weigh(parts, weights, Given()) is weights
    np.testing.assert_array_equal(weigh(parts, weights, Equal(method="equal")), np.ones(4))


@MODEST
@given(SEED)
def test_entropy_and_critic_are_scikit_criterias(seed):
    weighters = pytest.importorskip("skcriteria.preprocessing.weighters")
    x = sample(seed)
    np.testing.assert_allclose(entropy(x), weighters.entropy_weights(x), rtol=1e-9)
    np.testing.assert_allclose(critic(x), weighters.critic_weights(x, np.ones(4)), rtol=1e-9)


def test_entropy_by_hand():
    """Of (1, 1, 2) the shares are 1/4, 1/4, 1/2: an entropy of 1.5 bits of log2 3."""
    x = np.array([[1.0, 0.0, 5.0], [1.0, 0.0, 5.0], [2.0, 3.0, 5.0]])
    tells = np.array([1 - 1.5 / np.log2(3), 1.0, 0.0])
    np.testing.assert_allclose(entropy(x), tells / tells.sum(), rtol=1e-12)


def test_critic_by_hand():
    """Two that agree and one against both: conflicts of 2, 2 and 4; the same spread."""
    x = np.array([[0.0, 10.0, 5.0], [2.0, 30.0, 4.0], [4.0, 50.0, 3.0]])
    np.testing.assert_allclose(critic(x), [0.25, 0.25, 0.5], rtol=1e-12)
    # Without any conflict the spread decides; a constant part tells nothing.
    same = np.array([[0.0, 1.0, 7.0], [1.0, 2.0, 7.0], [4.0, 5.0, 7.0]])
    np.testing.assert_allclose(critic(same), [0.5, 0.5, 0.0], atol=1e-12)


@MODEST
@given(SEED)
def test_components_are_the_eigenvectors_of_the_correlations(seed):
    x = sample(seed)
    variances, vectors = loadings(x)
    correlation = np.corrcoef(x.T)
    np.testing.assert_allclose(correlation @ vectors, vectors * variances, atol=1e-10)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(4), atol=1e-12)
    assert (np.diff(variances) <= 0).all() and (vectors.sum(axis=0) >= 0).all()
    np.testing.assert_allclose(pca(x), vectors[:, 0] ** 2, rtol=1e-12)


def shares_of(x, weights):
    index = x @ weights
    found = np.array([np.corrcoef(column, index)[0, 1] for column in x.T])
    return found / found.sum()


@MODEST
@given(SEED, st.integers(2, 7))
def test_balanced_weights_are_the_best_within_their_bounds(seed, count):
    rng = np.random.default_rng(seed)
    x = sample(seed, count) * rng.uniform(0.1, 10, count)
    targets = rng.dirichlet(np.full(count, 4.0))
    lower, upper = rng.uniform(0, 0.7) / count, 1 / count + rng.uniform(0.1, 1) * (1 - 1 / count)
    for low, high in ((0.0, 1.0), (lower, upper)):
        ours = balanced(x, targets, low, high)
        assert ours.sum() == pytest.approx(1, abs=1e-12)
        assert ours.min() >= low - 1e-12 and ours.max() <= high + 1e-12
        reached = ((targets - shares_of(x, ours)) ** 2).sum()
        for _ in range(20):
            other = np.abs(ours + rng.normal(0, 10.0 ** rng.uniform(-5, 0), count))
            other /= other.sum()
            if other.min() >= low and other.max() <= high:
                assert ((targets - shares_of(x, other)) ** 2).sum() >= reached - 1e-10


def test_balance_is_reached_where_it_can_be():
    x = sample(3, 3)
    targets = np.array([0.3, 0.4, 0.3])
    ours = balanced(x, targets)
    np.testing.assert_allclose(shares_of(x, ours), targets, atol=1e-7)
    # The unit of a part changes its weight and nothing else.
    other = balanced(x * [1, 10, 1], targets) * [1, 10, 1]
    np.testing.assert_allclose(other / other.sum(), ours, atol=1e-6)


@MODEST
@given(SEED, st.sampled_from([(0.0, 1.0), (0.1, 0.6), (0.0, 0.5), (0.2, 1.0)]))
def test_benefit_of_the_doubt_is_the_programmes_optimum(seed, bounds):
    """Against the dual for free weights, and random weights of the same shares never do better."""
    rng = np.random.default_rng(seed)
    x = sample(seed, 3, 12) + 1
    lower, upper = bounds
    scores, shares = benefit_of_the_doubt(x, np.ones(3), lower, upper)
    assert scores.max() <= 1 + 1e-9 and np.allclose(shares.sum(axis=1), 1)
    for row in range(len(x)):
        own = shares[row] * scores[row] / (shares[row] @ x[row])
        assert (x @ own).max() <= 1 + 1e-9
        pie = own * x[row] / scores[row]
        assert pie.min() >= lower - 1e-9 and pie.max() <= upper + 1e-9
        for _ in range(10):
            pie = rng.dirichlet(np.ones(3))
            if pie.min() >= lower and pie.max() <= upper:
                other = pie / x[row]
                assert 1 / (x @ other).max() <= scores[row] + 1e-9
        if bounds == (0.0, 1.0):
            dual = linprog(np.ones(len(x)), A_ub=-x.T, b_ub=-x[row], method="highs")
            assert scores[row] == pytest.approx(dual.fun, rel=1e-9)


def test_benefit_of_the_doubt_by_hand():
    """A leads in the first, B in the second, C has half of each: (0.5, 0.5) is 0.5 at most."""
    x = np.array(
        [[100.0, 0.0], [0.0, 100.0], [50.0, 50.0], [25.0, 10.0], [0.0, 0.0], [NAN, 30.0], [NAN, NAN]]
    )
    scores, shares = benefit_of_the_doubt(x, np.array([1.0, 3.0]))
    np.testing.assert_allclose(scores, [1, 1, 1, 0.35, 0, 0.3, NAN], atol=1e-9)
    np.testing.assert_allclose(shares[0], [1, 0], atol=1e-9)
    np.testing.assert_allclose(shares[3], [0.5, 0.5], atol=1e-9)
    np.testing.assert_allclose(shares[4], [0.25, 0.75], atol=1e-9)  # nothing helps: the given ones
    np.testing.assert_allclose(shares[5:], [[0, 1], [0, 0]], atol=1e-9)


@pytest.mark.parametrize("method", [PCA, ENTROPY, CRITIC, BALANCED], ids=lambda method: method.method)
def test_only_whole_countries_and_parts_that_weigh(method):
    x = sample(7)
    gaps = np.vstack([x, [NAN, 1, 2, 3], [5, 1, NAN, 3]])
    whole = weigh(list(x.T), np.ones(4), method)
    np.testing.assert_allclose(weigh(list(gaps.T), np.ones(4), method), whole, rtol=1e-12)
    assert whole.sum() == pytest.approx(1) and whole.min() >= 0
    # A part of weight zero keeps it, and has no say: not even by its gaps.
    more = [*x.T, np.where(np.arange(len(x)) < 20, NAN, 1.0)]
    np.testing.assert_allclose(weigh(more, np.array([1.0, 1, 1, 1, 0]), method), [*whole, 0], rtol=1e-12)
    np.testing.assert_array_equal(weigh(more, np.array([0.0, 2, 0, 0, 0]), method), [0, 1, 0, 0, 0])
    order = np.random.default_rng(1).permutation(len(x))
    np.testing.assert_allclose(weigh(list(x[order].T), np.ones(4), method), whole, rtol=1e-6)


def test_balanced_aims_at_the_given_weights():
    x = sample(3, 3)
    np.testing.assert_array_equal(weigh(list(x.T), np.array([3.0, 4.0, 3.0]), BALANCED),
                                  balanced(x, np.array([0.3, 0.4, 0.3])))  # fmt: skip


def test_benefit_of_the_doubt_has_weights_for_each_country():
    x = sample(2, 3)
    x[0, 1] = NAN
    own = weigh([*x.T, np.full(30, NAN)], np.array([1.0, 1, 1, 0]), DOUBT)
    assert own.shape == (30, 4) and (own[:, 3] == 0).all() and own[0, 1] == 0
    scores, shares = benefit_of_the_doubt(x, np.ones(3))
    np.testing.assert_allclose(np.nansum(own[:, :3] * x, axis=1), scores)
    np.testing.assert_allclose(own[:, :3] / own.sum(axis=1, keepdims=True), shares, atol=1e-12)


@pytest.mark.parametrize(
    ("parts", "method", "message"),
    [
        ([[1, 2, NAN], [3, NAN, 4]], PCA, "3 or more countries that have every part, and there is 1"),
        ([[1, NAN], [NAN, 4]], DOUBT, "and there are 0"),
        ([[1, 1, 1], [4, 4, 4]], CRITIC, "every country has the same scores"),
        ([[1, 1, 1], [4, 4, 4]], ENTROPY, "every country has the same scores"),
        ([[-1, 1, 2], [4, 5, 4]], ENTROPY, "needs scores of 0 or more"),
        ([[-1, 1, 2], [4, 5, 4]], DOUBT, "needs scores of 0 or more"),
        ([[1, 2, 3], [3, 2, 1]], BALANCED, "correlate negatively"),
        ([[1, 2, 3], [3, 2, 5]], Balanced(method="balanced", upper=0.4), "2 parts cannot all weigh"),
        ([[1, 2, 3], [3, 2, 5]], Balanced(method="balanced", lower=0.6), "The mean share is 0.5"),
        ([[1, 2, 3], [3, 2, 5]], BenefitOfTheDoubt(method="benefit-of-the-doubt", lower=0.6),
         "'weighting: benefit-of-the-doubt': 2 parts"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_refused(parts, method, message):
    with pytest.raises(ReadinessError) as caught:
        weigh([np.array(part, dtype=float) for part in parts], np.ones(2), method)
    assert message in str(caught.value) and caught.value.hint


@pytest.mark.parametrize("method", [PCA, ENTROPY, CRITIC, BALANCED], ids=lambda method: method.method)
def test_a_constant_part_among_others(method):
    x = np.column_stack([sample(4, 3), np.full(30, 50.0)])
    ours = weigh(list(x.T), np.ones(4), method)
    assert np.isfinite(ours).all() and ours.min() >= 0 and ours.sum() == pytest.approx(1)
    if method is not BALANCED:
        assert ours[3] == pytest.approx(0, abs=1e-12)
