"""Variance-based sensitivity: what share of a result's variance each factor accounts for.

Of N base draws there are two independent samples, A and B, and for every factor a third that
is A with that factor taken from B: N (d + 2) runs for d factors. OECD/JRC Handbook, step 7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readiness.figures.matrix import Floats

# So many numbers of a bootstrap are held at a time.
_CELLS = 1_000_000


@dataclass(frozen=True)
class Indices:
    """First-order and total indices of d factors, with the ends of their bootstrap intervals.

    All are (d,) shares of the variance; NaN where nothing varies. An estimate may fall a little
    below 0 or above 1: that is the noise of so many draws.
    """

    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats


def variance(a: Floats, b: Floats) -> float:
    """Return the sample variance (n - 1) of the two independent samples together, as COINr does.

    SALib divides by n: its indices are 2N / (2N - 1) times ours.
    """
    both = np.concatenate([a, b])
    # The mean of equal numbers may be off by its last bit, which looks like variance.
    return float(both.var(ddof=1)) if np.ptp(both) > 0 else 0.0


def first_order(a: Floats, b: Floats, mixed: Floats) -> Floats:
    """Return the share of variance that each factor accounts for on its own.

    `mean(b (mixed - a)) / variance(a, b)`: Saltelli et al. 2010, "Variance based sensitivity
    analysis of model output", table 2 (b).

    Parameters
    ----------
    a, b : (N,)
        The results of the two samples. Taking their mean off first changes nothing that is
        estimated and takes much of the noise away.
    mixed : (d, N)
        Those of A with one factor taken from B.

    Returns
    -------
    (d,)
        NaN where nothing varies.
    """
    return _share((b * (mixed - a)).mean(axis=-1), variance(a, b))


def total(a: Floats, b: Floats, mixed: Floats) -> Floats:
    """Return the share of variance that each factor accounts for with all its interactions.

    `mean((a - mixed)^2) / (2 variance(a, b))`: Jansen 1999. Parameters as in `first_order`.
    """
    return _share(((a - mixed) ** 2).mean(axis=-1) / 2, variance(a, b))


def _share(part: Floats, whole: Floats | float) -> Floats:
    whole = np.asarray(whole)
    return np.asarray(np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan))


def indices(a: Floats, b: Floats, mixed: Floats, *, seed: int, resamples: int = 1000,
            ends: tuple[float, float] = (0.05, 0.95)) -> Indices:  # fmt: skip
    """Estimate both indices of every factor, with bootstrap intervals.

    The mean over all runs is taken off first, as SALib does. The bootstrap draws base draws
    with replacement, each with its run of A, of B and of every mixed sample, and estimates
    means and variance anew; only the mean taken off is held.

    Parameters
    ----------
    a, b : (N,)
    mixed : (d, N)
    seed
        Of the bootstrap.
    resamples
        How many.
    ends
        The quantiles that are the interval's ends.
    """
    middle = np.concatenate([a, b, mixed.ravel()]).mean()
    a, b, mixed = a - middle, b - middle, mixed - middle
    firsts, totals = _resampled(a, b, mixed, seed, resamples)
    if not variance(a, b) > 0:
        firsts, totals = np.full_like(firsts, np.nan), np.full_like(totals, np.nan)
    (first_low, first_high), (total_low, total_high) = (
        np.quantile(found, ends, axis=0) for found in (firsts, totals)
    )
    return Indices(
        first_order(a, b, mixed), first_low, first_high, total(a, b, mixed), total_low, total_high
    )  # fmt: skip


def _resampled(a: Floats, b: Floats, mixed: Floats, seed: int, resamples: int) -> tuple[Floats, Floats]:
    """Return the indices of every resample, (resamples, d) each; 0 where a resample does not vary."""
    size, factors = len(a), len(mixed)
    # One row each: own terms, total terms, and what the variance is made of.
    terms = np.concatenate([b * (mixed - a), (a - mixed) ** 2 / 2, [a + b, a * a + b * b]])
    stream = np.random.Generator(np.random.PCG64(seed))
    means = np.concatenate(
        [
            _counts(stream, size, count) @ terms.T / size
            for count in _portions(resamples, max(1, _CELLS // size))
        ]
    )
    cuts = [factors, 2 * factors, 2 * factors + 1]
    own, all_ways, both, squares = np.split(means, cuts, axis=1)
    varied = (squares / 2 - (both / 2) ** 2) * (2 * size / max(2 * size - 1, 1))
    varied = np.where(varied > 1e-12 * squares, varied, 0.0)
    return np.nan_to_num(_share(own, varied)), np.nan_to_num(_share(all_ways, varied))


def _portions(count: int, most: int) -> list[int]:
    return [min(most, count - start) for start in range(0, count, most)]


def _counts(stream: np.random.Generator, size: int, resamples: int) -> Floats:
    """Return how often each of `size` draws is taken in each resample, (resamples, size)."""
    taken = stream.integers(0, size, (resamples, size)) + np.arange(resamples)[:, None] * size
    return np.bincount(taken.ravel(), minlength=resamples * size).reshape(resamples, size).astype(np.float64)
