"""Step 10, the means that are none: minimum, weighted median, Copeland's count of wins.

All take M parts (..., C), one a child, NaN where it is missing, and weights that are
relative: (M,), (..., 1, M) for one set a draw, or (C, M) for one a country. A part of weight
zero plays no role. `propagate` False: what is there counts (none there: missing); True: a
missing part makes the result missing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats

# Two numbers this near are a tie: they come apart by rounding only.
_TIE = 1e-12
# So many pairs are held at a time.
_PAIRS = 4_000_000


def minimum(parts: Sequence[Floats], weights: Floats, *, propagate: bool) -> Floats:
    """Return the lowest of the parts that are there: nothing is made up for.

    The weights tell only which parts play a role. OECD/JRC Handbook, step 6 (the limit of
    full non-compensation; the power mean of p = -infinity).
    """
    values, shares = _stacked(parts, weights)
    lowest = np.fmin.reduce(np.where(shares > 0, values, np.nan), axis=0)
    return _without(lowest, values, shares, propagate)


def median(parts: Sequence[Floats], weights: Floats, *, propagate: bool) -> Floats:
    """Return the weighted median of the parts that are there.

    The parts are put in order; it is the first up to which more than half the weight lies.
    Where exactly half (within 1e-12 of it) lies up to one, it is the mean of that and the
    next, so that equal weights give the common median.
    """
    values, shares = _stacked(parts, weights)
    there = np.isfinite(values) & (shares > 0)
    order = np.argsort(np.where(there, values, np.inf), axis=0, kind="stable")
    ordered = np.take_along_axis(np.where(there, values, 0.0), order, axis=0)
    below = np.cumsum(np.take_along_axis(np.where(there, shares, 0.0), order, axis=0), axis=0)
    half, slack = below[-1] / 2, below[-1] * _TIE
    first = np.argmax(below >= half - slack, axis=0)[None]
    second = np.argmax(below > half + slack, axis=0)[None]
    lower, upper = np.take_along_axis(ordered, first, axis=0), np.take_along_axis(ordered, second, axis=0)
    middle = np.where(below[-1] == 0, np.nan, (lower[0] + upper[0]) / 2)
    return _without(middle, values, shares, propagate)


def _stacked(parts: Sequence[Floats], weights: Floats) -> tuple[Floats, Floats]:
    """Return values and weights, both (M, ..., C)."""
    values = np.stack(np.broadcast_arrays(*parts))
    shares = np.moveaxis(np.asarray(weights, dtype=np.float64), -1, 0)
    axes = max(values.ndim, shares.ndim)
    values, shares = (x.reshape(len(x), *([1] * (axes - x.ndim)), *x.shape[1:]) for x in (values, shares))
    values, shares = np.broadcast_arrays(values, shares)
    return values, shares


def _without(result: Floats, values: Floats, shares: Floats, propagate: bool) -> Floats:
    if not propagate:
        return np.asarray(result)
    return np.where((np.isnan(values) & (shares > 0)).any(axis=0), np.nan, result)


def copeland(parts: Sequence[Floats], weights: Floats, *, propagate: bool, rescale: bool = False) -> Floats:
    """Return how many countries each one beats, less how many beat it.

    One beats another when the weight of the parts in which it is better, and half the
    weight of those in which they are level, is more than half the weight of the parts both
    have (see `outranking_matrix`); 0.5 within 1e-12 is a draw, and so is a pair without any
    part in common. OECD/JRC Handbook, step 6 (non-compensatory multi-criteria); Copeland
    1951, Munda and Nardo 2009.

    COINr's `a_copeland` counts a part that one of a pair lacks for the country that comes
    later in the table; ours does not, and does not hang on the order of countries.

    Parameters
    ----------
    parts : M arrays (..., C)
    weights : (M,) or (..., 1, M)
    propagate
        True: a country that lacks a part is missing, and nobody's opponent.
    rescale
        From -(n - 1)..(n - 1) to 0..1, n being the number of countries that take part; one
        alone gets 0.5.

    Returns
    -------
    (..., C)
        Whole numbers, or shares; NaN for a country without any part.

    Raises
    ------
    ReadinessError
        Where each country has its own weights.
    """
    if np.ndim(weights) > 1 and np.shape(weights)[-2] > 1:
        raise ReadinessError(
            "Copeland compares countries under common weights, and each has its own here",
            "Use another aggregation, or another weighting than benefit-of-the-doubt",
        )
    values, shares = _stacked(parts, weights)
    lead, size = values.shape[1:-1], values.shape[-1]
    there = np.isfinite(values) & (shares > 0)
    playing = (there | (shares == 0)).all(axis=0) if propagate else there.any(axis=0)
    values = np.where(there & playing, values, np.nan).reshape(len(values), -1, size)
    shares = shares.reshape(len(shares), -1, size)[..., 0]
    scores = np.stack([_wins(values[:, draw], shares[:, draw]) for draw in range(values.shape[1])])
    scores = scores.reshape(*lead, size)
    if rescale:
        most = np.maximum(playing.sum(axis=-1, keepdims=True) - 1, 0)
        scores = np.where(most > 0, (scores + most) / (2 * np.maximum(most, 1)), 0.5)
    return np.where(playing, scores, np.nan)


def _wins(values: Floats, weights: Floats) -> Floats:
    """Return wins less losses (C,) of one draw (M, C)."""
    size = values.shape[-1]
    block, scores = max(1, _PAIRS // size), np.zeros(size)
    for start in range(0, size, block):
        margin = _margins(values, weights, slice(start, start + block))
        scores[start : start + block] = (margin > _TIE).sum(axis=-1) - (margin < -_TIE).sum(axis=-1)
    return scores


def _margins(values: Floats, weights: Floats, rows: slice) -> Floats:
    """Return the share of weight for less that against (R, C) each pair, of what both have."""
    margin = np.zeros((values[0, rows].size, values.shape[-1]))
    shared = np.zeros_like(margin)
    for part, weight in zip(values, weights, strict=True):
        if weight == 0:
            continue
        level = _TIE * max(1.0, np.abs(part[np.isfinite(part)]).max(initial=0.0))
        gap = part[rows, None] - part
        margin += weight * ((gap > level).astype(np.float64) - (gap < -level))
        shared += weight * np.isfinite(gap)
    return margin / np.where(shared == 0, 1.0, shared)


def outranking_matrix(parts: Sequence[Floats], weights: Floats) -> Floats:
    """Return for each pair the share of weight in which the row's country is better than the column's.

    Parts in which they are level count half, those that either lacks not at all: what a
    pair has in common weighs 1. Parts are level within 1e-12 of their size. COINr
    `outrankMatrix`.

    Parameters
    ----------
    parts : M arrays (C,)
    weights : (M,)

    Returns
    -------
    (C, C)
        0 on the diagonal, as COINr has it; NaN for a pair without any part in common.
    """
    values = np.stack(list(parts))
    common = np.isfinite(values) & (np.asarray(weights) > 0)[:, None]
    matrix = (_margins(values, np.asarray(weights, dtype=np.float64), slice(None)) + 1) / 2
    matrix = np.where((common[:, :, None] & common[:, None]).any(axis=0), matrix, np.nan)
    np.fill_diagonal(matrix, 0.0)
    return matrix
