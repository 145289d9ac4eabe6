"""Step 10, first half: the weights of a node's children, where they are not given.

OECD/JRC Handbook, step 6. They are estimated on the countries that have every child of
positive weight; a child of given weight zero keeps it, whatever the method.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from readiness.definitions.methods import (
    Balanced,
    BenefitOfTheDoubt,
    Critic,
    Entropy,
    Equal,
    Given,
    Pca,
    Weighting,
)
from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats

_FEWEST = 3
# So many countries' programmes are solved as one.
_TOGETHER = 200


def weigh(parts: Sequence[Floats], weights: Floats, method: Weighting) -> Floats:
    """Return what the children of a node weigh.

    Parameters
    ----------
    parts : M arrays (C,)
        The children's scores, higher is better; NaN where missing.
    weights : (M,)
        As given in the tree.

    Returns
    -------
    (M,), or (C, M) for benefit-of-the-doubt
        Not negative. `given`: as they are; `equal`: ones; of the others the sum is 1, but for
        benefit-of-the-doubt, whose weighted sum is the score itself: 1 on the frontier.

        - `pca`: squared loadings of the first principal component, see `pca`
        - `entropy`: see `entropy`; `critic`: see `critic`
        - `balanced`: see `balanced`, with the given weights as targets
        - `benefit-of-the-doubt`: see `benefit_of_the_doubt`

    Raises
    ------
    ReadinessError
        Where fewer than three countries have every child, all children are constant, or
        what the method needs is not so.
    """
    if isinstance(method, Given):
        return weights
    if isinstance(method, Equal):
        return np.ones(len(weights))
    used = np.flatnonzero(weights > 0).tolist()
    if isinstance(method, BenefitOfTheDoubt):
        own = np.zeros((len(parts[0]), len(weights)))
        values = np.stack([parts[place] for place in used], axis=-1)
        scores, shares = benefit_of_the_doubt(values, weights[used], method.lower, method.upper)
        mean = np.where(np.isfinite(values), shares * values, 0.0).sum(axis=-1)
        own[:, used] = shares * np.divide(scores, mean, out=np.ones(len(mean)), where=mean > 0)[:, None]
        return own
    found = np.zeros(len(weights))
    found[used] = (
        1.0 if len(used) == 1 else _estimated([parts[place] for place in used], weights[used], method)
    )
    return found


def _estimated(parts: Sequence[Floats], weights: Floats, method: Weighting) -> Floats:
    x = np.stack(parts, axis=-1)
    x = x[np.isfinite(x).all(axis=-1)]
    _enough(len(x), method.method)
    if (x.min(axis=0) == x.max(axis=0)).all():
        raise ReadinessError(
            f"'weighting: {method.method}' has nothing to go by: every country has the same scores",
            "Give the weights",
        )
    if isinstance(method, Pca):
        return pca(x)
    if isinstance(method, Entropy):
        return entropy(x)
    if isinstance(method, Critic):
        return critic(x)
    if isinstance(method, Balanced):
        return balanced(x, weights / weights.sum(), method.lower, method.upper)
    raise TypeError(method)


def _enough(count: int, method: str) -> None:
    if count < _FEWEST:
        raise ReadinessError(
            f"'weighting: {method}' is estimated on {_FEWEST} or more countries that have every part, "
            f"and there {'is' if count == 1 else 'are'} {count}",
            "Give the weights, or leave out the parts that few countries have",
        )


def _standardised(x: Floats) -> Floats:
    """Return (n, M) with mean 0 and sd (n - 1) 1; zeros for what is constant."""
    z = x - x.mean(axis=0)
    z[:, x.min(axis=0) == x.max(axis=0)] = 0.0
    sd = np.sqrt((z * z).sum(axis=0) / (len(x) - 1))
    return np.asarray(z / np.where(sd > 0, sd, 1.0))


def loadings(x: Floats) -> tuple[Floats, Floats]:
    """Return the principal components of the correlations: variances (M,) and loadings (M, M).

    Columns of the second are components, the greatest variance first, each of length 1 and
    with a sum that is not negative. R's `prcomp(center, scale.)`; its `sdev` squared.

    Parameters
    ----------
    x : (n, M)
        Nothing missing. A constant column has loading 0 in every component of any variance.
    """
    z = _standardised(x)
    variances, vectors = np.linalg.eigh(z.T @ z / (len(x) - 1))
    vectors = vectors[:, ::-1]
    return variances[::-1], vectors * np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)


def pca(x: Floats) -> Floats:
    """Return the squared loadings of the first principal component, which sum to 1.

    Each is the share of the component's variance that the part accounts for, and cannot be
    negative: COINr takes the loadings themselves, whose sign is arbitrary. OECD/JRC
    Handbook, step 6 (weights from squared factor loadings), with one factor.

    Parameters
    ----------
    x : (n, M)
        Nothing missing.
    """
    return np.asarray(loadings(x)[1][:, 0] ** 2)


def entropy(x: Floats) -> Floats:
    """Return 1 - entropy of each part's distribution over countries, rescaled to sum to 1.

    `p = x / sum(x)`, `E = -sum(p ln p) / ln n`. Zeleny 1982; scikit-criteria `entropy_weights`.

    Parameters
    ----------
    x : (n, M)
        Not negative, nothing missing. A constant part has weight 0.

    Raises
    ------
    ReadinessError
        Where a score is negative.
    """
    if (x < 0).any():
        raise ReadinessError(
            "'weighting: entropy' needs scores of 0 or more",
            "Normalise to a range of 0 or more, or use weighting: critic",
        )
    total = x.sum(axis=0)
    p = x / np.where(total > 0, total, 1.0)
    spread = -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=0) / np.log(len(x))
    tells = np.where(x.min(axis=0) == x.max(axis=0), 0.0, 1 - spread)
    return np.asarray(tells / tells.sum())


def critic(x: Floats) -> Floats:
    """Return each part's standard deviation times its conflict with the others, rescaled to sum to 1.

    On the scale from lowest to highest country: `sd_j sum_k (1 - r_jk)`, r being Pearson's.
    Where no part conflicts with another, the standard deviations alone. Diakoulaki, Mavrotas
    and Papayannakis 1995; scikit-criteria `critic_weights`.

    Parameters
    ----------
    x : (n, M)
        Nothing missing. A constant part has weight 0 and counts for no other.
    """
    low, width = x.min(axis=0), x.max(axis=0) - x.min(axis=0)
    differs = width > 0
    unit = (x - low) / np.where(differs, width, 1.0)
    z = _standardised(x)
    correlation = np.clip(z.T @ z / (len(x) - 1), -1.0, 1.0)
    np.fill_diagonal(correlation, 1.0)
    conflict = ((1 - correlation) * differs).sum(axis=0)
    sd = unit.std(axis=0) * differs
    found = sd * conflict
    found = sd if conflict[differs].max() < 1e-12 else found
    return np.asarray(found / found.sum())


def balanced(x: Floats, targets: Floats, lower: float = 0.0, upper: float = 1.0) -> Floats:
    """Return the weights under which the parts correlate with their mean as the targets have it.

    They minimise `sum (t_j - c_j / sum(c))^2`, c_j being the correlation of part j with the
    weighted arithmetic mean: COINr's `get_opt_weights(optype = "balance")`, whose search is
    without bounds and may end in negative weights. With u_j = w_j sd_j and R the
    correlations, `c / sum(c) = R u / sum(R u)`: as only the ratios of the u count,
    `sum(R u) = 1` makes it a least-squares problem with linear bounds, and its minimum the only one.

    Parameters
    ----------
    x : (n, M)
        Nothing missing.
    targets : (M,)
        Shares that sum to 1.
    lower, upper
        Bounds of a weight as a share of the sum of weights.

    Returns
    -------
    (M,)
        Shares that sum to 1, none below `lower` or above `upper`.

    Raises
    ------
    ReadinessError
        Where no weights fit the bounds, or the parts contradict each other so far that no
        mean of them correlates positively with them.
    """
    from scipy.optimize import minimize

    count = x.shape[1]
    check_bounds(lower, upper, count, "balanced")
    z = _standardised(x)
    correlation = z.T @ z / (len(x) - 1)
    differs = x.min(axis=0) < x.max(axis=0)
    sd = np.where(differs, x.std(axis=0, ddof=1), 1.0)
    total = correlation.sum(axis=0)  # sum(R u) = total' u
    share = np.eye(count) / sd
    # A least share of 0 and a greatest of 1 are no more than u >= 0.
    bounds = np.vstack(
        [(share - lower / sd)[: count * (lower > 0)], (upper / sd - share)[: count * (upper < 1)]]
    )
    start = _within(targets, lower, upper) * sd
    if total @ start <= 1e-9:
        start = _within((total > 0) / max(1, (total > 0).sum()), lower, upper) * sd
    if total @ start <= 1e-9:
        raise ReadinessError(
            "'weighting: balanced' finds no weights: the parts correlate negatively with one another",
            "See to their directions, or give the weights",
        )
    result = minimize(
        lambda u: float(((targets - correlation @ u) ** 2).sum()),
        start / (total @ start),
        jac=lambda u: -2 * correlation @ (targets - correlation @ u),
        constraints=[
            {"type": "eq", "fun": lambda u: total @ u - 1, "jac": lambda _: total},
            *[{"type": "ineq", "fun": lambda u: bounds @ u, "jac": lambda _: bounds}] * (len(bounds) > 0),
        ],
        bounds=[(0.0, None)] * count,
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 200},
    )
    found = np.maximum(result.x / sd, 0.0)
    return _within(found / found.sum(), lower, upper)


def _within(shares: Floats, lower: float, upper: float) -> Floats:
    """Return the nearest shares within the bounds that sum to 1: shifted alike and clipped."""
    low, high = lower - shares.max(), upper - shares.min()
    for _ in range(100):
        shift = (low + high) / 2
        less = np.clip(shares + shift, lower, upper).sum() < 1
        low, high = (shift, high) if less else (low, shift)
    found = np.clip(shares + high, lower, upper)
    return shares if np.abs(found - shares).max() < 1e-15 else np.asarray(found)


def check_bounds(lower: float, upper: float, count: int, method: str) -> None:
    """Refuse bounds that no shares of so many parts can meet."""
    if lower * count > 1 + 1e-12 or upper * count < 1 - 1e-12:
        raise ReadinessError(
            f"'weighting: {method}': {count} parts cannot all weigh between {lower:g} and {upper:g}",
            f"The mean share is {1 / count:.3g}; 'lower' cannot be above it, nor 'upper' below",
        )


def benefit_of_the_doubt(
    x: Floats, weights: Floats, lower: float = 0.0, upper: float = 1.0
) -> tuple[Floats, Floats]:
    """Return each country's score under the weights that show it best, and these weights.

    Country i maximises `sum_j w_j x_ij` under `sum_j w_j x_kj <= 1` for every country k that
    has every part, and for itself: its score is 1 where no other does better under its own
    weights. Bounds hold for the shares `w_j x_ij / sum`; of a part it lacks a country has no
    share. One linear programme a country. Melyn and Moesen 1991; Cherchye et al. 2007;
    OECD/JRC Handbook, step 6.

    Parameters
    ----------
    x : (C, M)
        Not negative; NaN where missing.
    weights : (M,)
        The given ones: they stand where no weights make a country's score positive.
    lower, upper
        Bounds of the shares in a country's own score.

    Returns
    -------
    scores : (C,)
        Between 0 and 1; NaN for a country without any part.
    shares : (C, M)
        Weights rescaled to sum to 1, 0 for a part that is missing.

    Raises
    ------
    ReadinessError
        Where a score is negative, fewer than three countries have every part, or no shares
        fit the bounds.
    """
    check_bounds(lower, upper, x.shape[1], "benefit-of-the-doubt")
    if (x < 0).any():
        raise ReadinessError(
            "'weighting: benefit-of-the-doubt' needs scores of 0 or more",
            "Normalise to a range of 0 or more",
        )
    # In units of each part's greatest score: the programme's numbers are near 1 then.
    present = np.isfinite(x)
    _enough(int(present.all(axis=-1).sum()), "benefit-of-the-doubt")
    unit = np.fmax.reduce(np.where(present, x, 0.0), axis=0)
    scaled = np.where(present, x, 0.0) / np.where(unit > 0, unit, 1.0)
    rivals = _frontier(scaled[present.all(axis=-1)])
    # What is zero in every country adds nothing under any weight.
    counts = present & (unit > 0)
    scores = np.where(present.any(axis=-1), 0.0, np.nan)
    shares = np.where(present, weights, 0.0)
    for start in range(0, len(x), _TOGETHER):
        rows = [
            row for row in range(start, min(start + _TOGETHER, len(x)))
            if counts[row].any() and _possible(scaled[row, counts[row]], lower)
        ]  # fmt: skip
        own = [scaled[row, counts[row]] for row in rows]
        found = _programmes(own, [rivals[:, counts[row]] for row in rows], lower, upper)
        for row, mine, best in zip(rows, own, found, strict=True):
            scores[row], shares[row] = best @ mine, 0.0
            shares[row, counts[row]] = best / unit[counts[row]]
    total = shares.sum(axis=-1, keepdims=True)
    return scores, shares / np.where(total > 0, total, 1.0)


def _possible(own: Floats, lower: float) -> bool:
    """Whether any weights give a positive score: with a least share, no part may be zero."""
    return bool((own > 0).all() if lower > 0 else (own > 0).any())


def _programmes(own: Sequence[Floats], rivals: Sequence[Floats], lower: float, upper: float) -> list[Floats]:
    """Return the weights of each country's programme.

    The programmes share nothing, so that one with a block for each has the same solutions
    and takes a hundredth of the time.
    """
    from scipy.optimize import linprog
    from scipy.sparse import block_diag

    if not own:
        return []
    pairs = [_constraints(mine, others, lower, upper) for mine, others in zip(own, rivals, strict=True)]
    result = linprog(
        -np.concatenate(own),
        A_ub=block_diag([left for left, _ in pairs], format="csr"),
        b_ub=np.concatenate([right for _, right in pairs]),
        bounds=(0, None),
        method="highs",
    )
    if not result.success:
        raise ReadinessError(f"'weighting: benefit-of-the-doubt' found no solution: {result.message}")
    ends = np.cumsum([len(mine) for mine in own])
    return np.split(np.maximum(result.x, 0.0), ends[:-1])


def _constraints(own: Floats, rivals: Floats, lower: float, upper: float) -> tuple[Floats, Floats]:
    """Return A and b of one country's `A w <= b`."""
    # A country with few parts may need a greater share of each, or a smaller one.
    lower, upper = min(lower, 1 / len(own)), max(upper, 1 / len(own))
    parts, rows = np.diag(own), [rivals, own[None]]
    if lower > 0:
        rows.append(lower * own - parts)
    if upper < 1:
        rows.append(parts - upper * own)
    limits = np.zeros(sum(map(len, rows)))
    limits[: len(rivals) + 1] = 1.0
    return np.vstack(rows), limits


def _frontier(x: Floats) -> Floats:
    """Return the rows (n, M) that no other row reaches or exceeds in everything: only they bind."""
    kept, rows = np.empty((0, x.shape[1])), np.unique(x, axis=0)
    for row in rows[np.argsort(-rows.sum(axis=-1), kind="stable")]:
        if not (kept >= row).all(axis=-1).any():
            kept = np.vstack([kept, row])
    return kept
