"""Statistics of the audit: correlation, reliability, components, main effects, bootstrap.

Missing values are NaN and left out pair by pair, unless a function says otherwise. A
statistic that its figures do not define (too few, no variance) is NaN: the audit says
"not assessed", it never passes one on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from readiness.engine.rank import rank
from readiness.figures.matrix import Floats

Kind = Literal["pearson", "spearman", "kendall"]
# A correlation of two points is always 1 or -1.
LEAST = 3
# The smoother compares every country with every other.
SMOOTHED = 1000
BANDWIDTHS = np.geomspace(0.05, 4.0, 24)


def correlation(x: Floats, y: Floats, kind: Kind = "pearson") -> float:
    """Return the correlation of two indicators over the countries that have both.

    Parameters
    ----------
    x, y : (C,)
        NaN where missing.
    kind
        `pearson`; `spearman`: Pearson's of the mid-ranks among the complete pairs;
        `kendall`: tau-b.

    Returns
    -------
    float
        NaN for fewer than three pairs or where one of the two has no variance.

    OECD/JRC Handbook, step 4; R's `cor(use = "pairwise.complete.obs")`.
    """
    both = np.isfinite(x) & np.isfinite(y)
    a, b = np.asarray(x)[both], np.asarray(y)[both]
    if len(a) < LEAST or a.min() == a.max() or b.min() == b.max():
        return float("nan")
    if kind == "kendall":
        from scipy.stats import kendalltau

        return float(kendalltau(a, b).statistic)
    if kind == "spearman":
        a, b = mid_ranks(a), mid_ranks(b)
    # Scaled first, so that neither dollars nor shares overflow or vanish when squared.
    a, b = _scaled(a), _scaled(b)
    return float(np.clip((a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum()), -1.0, 1.0))


def _scaled(x: Floats) -> Floats:
    centred = x - x.mean()
    return np.asarray(centred / np.abs(centred).max())


def correlations(x: Floats, y: Floats | None = None, kind: Kind = "pearson") -> Floats:
    """Return the correlation of every column of x with every column of y, pairwise complete.

    Parameters
    ----------
    x : (C, K)
    y : (C, L)
        x itself where left out.

    Returns
    -------
    (K, L)
        See `correlation`.
    """
    if y is not None:
        return np.array([[correlation(a, b, kind) for b in y.T] for a in x.T]).reshape(x.shape[1], y.shape[1])
    found = np.full((x.shape[1], x.shape[1]), np.nan)
    for i in range(x.shape[1]):
        for j in range(i, x.shape[1]):
            found[i, j] = found[j, i] = correlation(x[:, i], x[:, j], kind)
    return found


def mid_ranks(x: Floats) -> Floats:
    """Return ranks over the last axis (..., C), ties the mean of their places, the best first; NaN stays."""
    return rank(x, np.isfinite(x), ties="average")


def p_value(r: Floats | float, n: Floats | float) -> Floats:
    """Return the two-sided p-value of Pearson correlations of n pairs.

    `t = r sqrt((n - 2) / (1 - r^2))` on Student's t with n - 2 degrees of freedom, as R's
    `cor.test`. NaN for n < 3 and for NaN.
    """
    from scipy.special import stdtr

    r, n = np.asarray(r, dtype=np.float64), np.asarray(n, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(r) * np.sqrt((n - 2) / (1 - r**2))
        return np.where(n < LEAST, np.nan, 2 * stdtr(n - 2, -t))


def p_values(x: Floats) -> Floats:
    """Return the p-value (K, K) of the Pearson correlation of every two columns of x (C, K)."""
    present = np.isfinite(x).astype(np.float64)
    return p_value(correlations(x), present.T @ present)


def cronbach_alpha(x: Floats) -> float:
    """Return Cronbach's alpha of the columns of x (C, K): how far they measure one thing.

    `K^2 mean(covariances off the diagonal) / sum(all covariances)`: the raw alpha, of the
    scores as they are and not standardised, each covariance over the countries that have
    both. COINr's `get_cronbach`; Cronbach 1951; OECD/JRC Handbook, step 4.

    NaN for fewer than two columns, an empty pair, or no variance in the sum. It is negative
    where the columns go against each other.
    """
    k = x.shape[1]
    if k < 2:
        return float("nan")
    c = np.array([[_covariance(a, b) for b in x.T] for a in x.T])
    total = c.sum()
    if not np.isfinite(total) or total <= 1e-12 * np.abs(c).max():
        return float("nan")
    return float(k**2 * (total - np.trace(c)) / (k * (k - 1)) / total)


def _covariance(x: Floats, y: Floats) -> float:
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < LEAST:
        return float("nan")
    a, b = x[both], y[both]
    return float(((a - a.mean()) * (b - b.mean())).sum() / (len(a) - 1))


@dataclass(frozen=True)
class Components:
    """Principal components of K standardised columns over n complete rows.

    `eigenvalues` (K,) fall and sum to K; `explained` (K,) is each one's share of the
    variance; `loadings` (K columns, K components) have unit length, and a component's
    loadings sum to no less than zero.
    """

    n: int
    eigenvalues: Floats
    explained: Floats
    loadings: Floats


def principal_components(x: Floats) -> Components | None:
    """Return the principal components of the columns of x (C, K), standardised.

    The eigenvectors of their correlation matrix, over the countries that have all of them
    (R's `prcomp(scale. = TRUE)`, whose `sdev` is the root of the eigenvalue). OECD/JRC
    Handbook, step 4. None for fewer than two columns or three complete rows, or where a
    column has no variance among those.
    """
    rows = x[np.isfinite(x).all(axis=1)]
    if x.shape[1] < 2 or len(rows) < LEAST or np.any(rows.min(axis=0) == rows.max(axis=0)):
        return None
    values, vectors = np.linalg.eigh(correlations(rows))
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    return Components(len(rows), values, values / values.sum(), vectors)


@dataclass(frozen=True)
class MainEffect:
    """The share of the variance of y that x explains alone, and the bandwidth in standard deviations of x.

    A bandwidth of infinity is a straight line.
    """

    effect: float
    bandwidth: float


def main_effect(x: Floats, y: Floats) -> MainEffect:
    """Return the first-order main effect of x on y: `Var(E[y | x]) / Var(y)`.

    `E[y | x]` is a local linear smoother with a Gaussian kernel; its bandwidth is the one of
    24 between 0.05 and 4 standard deviations of x, or the straight line, with the least
    leave-one-out error (a country's own weight in its estimate is h, its error
    `(y - E[y | x]) / (1 - h)`). The effect is Pearson's "correlation ratio", which is the
    squared correlation where the relation is straight. Paruolo, Saisana and Saltelli 2013,
    "Ratings and rankings: voodoo or science?", section 3.

    Parameters
    ----------
    x, y : (C,)
        NaN is left out. Above 1,000 countries every so many-th in order of x stands for all.

    Returns
    -------
    MainEffect
        NaN for fewer than three countries or no variance.
    """
    both = np.isfinite(x) & np.isfinite(y)
    a, b = np.asarray(x)[both], np.asarray(y)[both]
    if len(a) < LEAST or a.min() == a.max() or b.min() == b.max():
        return MainEffect(float("nan"), float("nan"))
    order = np.argsort(a, kind="stable")
    if len(order) > SMOOTHED:
        order = order[np.linspace(0, len(order) - 1, SMOOTHED).round().astype(int)]
    a, b = (a[order] - a.mean()) / a.std(), (b[order] - b.mean()) / b.std()
    best, effect, chosen = np.inf, 0.0, np.inf
    for bandwidth in (np.inf, *BANDWIDTHS[::-1]):
        estimate, own = local_linear(a, b, bandwidth)
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.where(own < 1 - 1e-9, (b - estimate) / (1 - own), np.inf)
        # By more than rounding (y has variance 1): of equals the smoothest.
        if np.mean(error**2) < best - 1e-9:
            best, effect, chosen = float(np.mean(error**2)), estimate.var() / b.var(), bandwidth
    return MainEffect(float(effect), float(chosen))


def local_linear(x: Floats, y: Floats, bandwidth: float) -> tuple[Floats, Floats]:
    """Smooth y over x by straight lines weighted with a Gaussian kernel.

    Parameters
    ----------
    x, y : (C,)
        Without NaN.
    bandwidth
        The standard deviation of the kernel, in the unit of x.

    Returns
    -------
    estimates, own : (C,)
        The value of the line at each x, and the weight that each y has in its own estimate.
        Where a point stands alone (or all near ones share its x) the line is level.
    """
    apart = x[None, :] - x[:, None]
    weights = np.exp(-0.5 * (apart / bandwidth) ** 2)
    s0, s1, s2 = weights.sum(axis=1), (weights * apart).sum(axis=1), (weights * apart**2).sum(axis=1)
    determinant = s0 * s2 - s1**2
    sloped = determinant > 1e-12 * s0 * np.maximum(s2, 1e-300)
    safe = np.where(sloped, determinant, 1.0)
    row = weights * np.where(
        sloped[:, None], (s2[:, None] - s1[:, None] * apart) / safe[:, None], 1 / s0[:, None]
    )
    return row @ y, np.diagonal(row).copy()


def covariance_shares(parts: Floats, weights: Floats, total: Floats) -> Floats:
    """Return the share of each part in the variance of a total: `w cov(x, y) / var(y)`, made to sum to 1.

    Parameters
    ----------
    parts : (C, M)
    weights : (M,)
    total : (C,)
        For a weighted arithmetic mean the shares sum to 1 as they are (the weights in the
        total summing to 1); for others they are approximate. Countries with all of it count.

    Returns
    -------
    (M,)
        NaN where the shares sum to nothing.
    """
    rows = np.isfinite(parts).all(axis=1) & np.isfinite(total)
    shares = np.array([w * _covariance(x[rows], total[rows]) for w, x in zip(weights, parts.T, strict=True)])
    whole = shares.sum()
    return shares / whole if whole > 0 else np.full(len(shares), np.nan)


def bootstrap_spearman(
    x: Floats, y: Floats, *, seed: int, resamples: int = 2000, level: float = 0.95
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of Spearman's correlation of x and y (C,).

    Countries that have both are drawn with replacement `resamples` times (fewer, but at
    least 200, above 10,000 countries). Efron and Tibshirani 1993, chapter 13. The same seed
    gives the same interval; NaN for fewer than three countries or no variance.
    """
    both = np.isfinite(x) & np.isfinite(y)
    a, b = np.asarray(x)[both], np.asarray(y)[both]
    if not np.isfinite(correlation(a, b, "spearman")):
        return float("nan"), float("nan")
    resamples = min(resamples, max(200, 20_000_000 // len(a)))
    generator = np.random.default_rng(seed)
    step = max(1, 1_000_000 // len(a))
    found = []
    for start in range(0, resamples, step):
        drawn = generator.integers(0, len(a), size=(min(step, resamples - start), len(a)))
        u, v = mid_ranks(a[drawn]), mid_ranks(b[drawn])
        u, v = u - u.mean(axis=1, keepdims=True), v - v.mean(axis=1, keepdims=True)
        scale = np.sqrt((u**2).sum(axis=1) * (v**2).sum(axis=1))
        # A draw of one country again and again has no correlation.
        found.append((u * v).sum(axis=1)[scale > 0] / scale[scale > 0])
    low, high = np.quantile(np.concatenate(found), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def robust_z(x: Floats) -> Floats:
    """Return how many robust standard deviations each value (C,) lies from the median; NaN stays.

    `0.6745 (x - median) / MAD`; where more than half the values are equal (MAD is 0) the mean
    absolute deviation takes its place: `(x - median) / (1.2533 mean|x - median|)`. Above 3.5
    in size is an outlier. Iglewicz and Hoaglin 1993.
    """
    present = x[np.isfinite(x)]
    if not len(present):
        return x
    distance = np.abs(present - np.median(present))
    spread = np.median(distance) / 0.6744897501960817 or distance.mean() * np.sqrt(np.pi / 2)
    return (x - np.median(present)) / (spread or 1.0)
