"""Step 10: put the parts of every node together, from the leaves to the root."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from readiness.definitions.methods import (
    Arithmetic,
    BenefitOfTheDoubt,
    Copeland,
    Equal,
    Given,
    Median,
    Minimum,
    Weighting,
)
from readiness.engine import outrank
from readiness.engine.plan import Plan, PlanNode, exponent
from readiness.engine.weigh import weigh
from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats

# An exponent nearer to zero than this is the geometric mean; in single precision a drawn one
# is kept this far from it, where seven digits no longer carry the root of a power.
_GEOMETRIC = 1e-6
_NEAREST_SINGLE = 2e-3


class NegativeError(ValueError):
    """A power mean met a negative value; `position` is the first country's."""

    def __init__(self, node: str, position: int) -> None:
        super().__init__(f"a negative value below {node}")
        self.node = node
        self.position = position


def power_mean(
    parts: Sequence[Floats], weights: Floats, exponent: float | Floats, *, propagate: bool = False
) -> Floats:
    """Return the weighted power mean of the parts that are there.

    `(sum w x^p / sum w)^(1/p)`; for |p| < 1e-6 the geometric mean `exp(sum w ln x / sum w)`.
    p = 1 is arithmetic, -1 harmonic. For p <= 0 a zero of positive weight gives zero.

    Parameters
    ----------
    parts : M arrays (..., C)
        One a child; NaN where it is missing. Not negative unless p = 1.
    weights : (M,), (C, M) or (..., 1 or C, M)
        Relative; a part of weight zero plays no role, missing or not.
    exponent
        p, or (..., 1) with one a draw.
    propagate
        False: the weights of the parts that are there are rescaled (none there: missing).
        True: a missing part makes the result missing.

    Numbers are kept in the precision of the parts. In a single run parts are added one by one
    in their order, so that a country's result does not depend on where it stands among the
    others; in draws that share their parts a matrix product does it, equal but for the last
    digits.
    """
    parts, zero = _without_zeros(parts, weights, exponent)
    masks = [_mask(part) for part in parts]
    unit = _unit(parts, weights, exponent)
    powered = [
        _filled(_power(part if isinstance(unit, float) else part / unit, exponent), mask)
        for part, mask in zip(parts, masks, strict=True)
    ]
    total = _weighted_sum(powered, weights)
    weight_sum = _weight_sum(masks, weights, total.dtype)
    with np.errstate(divide="ignore", invalid="ignore"):  # no part there: 0 / 0 is missing
        result = _root(total / weight_sum, exponent)
    if not isinstance(unit, float):
        result = result * unit
    if zero is not None:
        result = np.where(zero & np.isfinite(result), 0.0, result)
    return _propagated(result, masks, weights) if propagate else result


def _without_zeros(
    parts: Sequence[Floats], weights: Floats, exponent: float | Floats
) -> tuple[list[Floats], np.ndarray | None]:
    """Put 1 in place of zeros that have no logarithm or reciprocal, and tell where the mean is 0."""
    if exponent >= _GEOMETRIC if isinstance(exponent, float) else (exponent >= _GEOMETRIC).all():
        return list(parts), None
    low = np.asarray(exponent) < _GEOMETRIC
    zero: np.ndarray | None = None
    safe = []
    for number, part in enumerate(parts):
        at = part == 0
        if at.any():
            here = at & (weights[..., number] > 0) & low
            zero = here if zero is None else zero | here
            part = np.where(at & low, np.ones((), part.dtype), part)
        safe.append(part)
    return safe, zero


def _mask(part: Floats) -> np.ndarray | None:
    """Return where there is a value: None for everywhere, (C,) where draws do not differ in it."""
    # A sum is finite only if all of it is, and takes a fraction of the time of a mask.
    if np.isfinite(part.sum()):
        return None
    mask = np.isfinite(part)
    if mask.all():
        return None
    rows = mask.reshape(-1, mask.shape[-1])
    return rows[0] if (rows == rows[0]).all() else mask


def _filled(part: Floats, mask: np.ndarray | None) -> Floats:
    """Put 0 where there is no value."""
    if mask is None:
        return part
    if mask.ndim == part.ndim:
        return np.where(mask, part, np.zeros((), part.dtype))
    part = part.copy()
    part[..., ~mask] = 0
    return part


def _weighted_sum(parts: Sequence[Floats], weights: Floats) -> Floats:
    """Return `sum w x` over parts without gaps, (..., C)."""
    shared = [number for number, part in enumerate(parts) if part.ndim == 1]
    total: Floats | None = None
    if weights.ndim > 2 and weights.shape[-2] == 1 and len(shared) > 1:
        total = weights[..., 0, shared] @ np.stack([parts[number] for number in shared])
    else:
        shared = []
    buffer: Floats | None = None
    for number, part in enumerate(parts):
        if number in shared:
            continue
        if total is None or buffer is None:
            buffer = weights[..., number] * part
            total = buffer.copy() if total is None else total + buffer
        elif buffer.shape == total.shape == np.broadcast_shapes(weights[..., number].shape, part.shape):
            np.multiply(weights[..., number], part, out=buffer)
            total += buffer
        else:
            total = total + weights[..., number] * part
    return np.zeros(()) if total is None else total


def _weight_sum(masks: Sequence[np.ndarray | None], weights: Floats, dtype: np.dtype[Any]) -> Floats:
    """Return the weights of the parts that are there, (..., 1) where none is missing."""
    whole = [number for number, mask in enumerate(masks) if mask is None]
    gaps = {number: mask.astype(dtype) for number, mask in enumerate(masks) if mask is not None}
    total: Floats = weights[..., whole].sum(axis=-1)
    return total + _weighted_sum(list(gaps.values()), weights[..., list(gaps)]) if gaps else total


def _propagated(result: Floats, masks: Sequence[np.ndarray | None], weights: Floats) -> Floats:
    for number, mask in enumerate(masks):
        if mask is not None:
            result = np.where(~mask & (weights[..., number] > 0), np.nan, result)
    return result


def _unit(parts: Sequence[Floats], weights: Floats, exponent: float | Floats) -> Floats | float:
    """Return what to measure the parts in, so that a high power of them stays in range.

    It is the part whose power is greatest; 1.0 for exponents between -2 and 2, which need none.
    """
    if abs(exponent) <= 2 if isinstance(exponent, float) else (np.abs(exponent) <= 2).all():
        return 1.0
    p = np.asarray(exponent)
    high: Floats = np.asarray(np.nan)
    low: Floats = np.asarray(np.nan)
    for number, part in enumerate(parts):
        there = np.where((weights[..., number] > 0) & (part > 0), part, np.nan)
        high, low = np.fmax(high, there), np.fmin(low, there)
    unit = np.where(p > 0, high, low)
    return np.where(np.isfinite(unit), unit, 1.0)


def _power(x: Floats, exponent: float | Floats) -> Floats:
    """Return x to the power of p, its logarithm for the geometric mean; the common ones exactly."""
    if not isinstance(exponent, float):
        with np.errstate(divide="ignore"):  # a zero to a positive power is exp(-inf) = 0
            logarithm = _kept_off_zero(exponent, x.dtype) * np.log(x)
        return np.asarray(np.exp(logarithm, out=logarithm))
    if abs(exponent) < _GEOMETRIC:
        return np.log(x)
    if exponent == 1:
        return x
    if exponent == 0.5:
        return np.sqrt(x)
    if exponent == 2:
        return x * x
    return 1 / x if exponent == -1 else x**exponent


def _root(mean: Floats, exponent: float | Floats) -> Floats:
    """Undo `_power`."""
    if not isinstance(exponent, float):
        return _power(mean, 1 / _kept_off_zero(exponent, mean.dtype))
    if abs(exponent) < _GEOMETRIC:
        return np.exp(mean)
    return _power(mean, 1 / exponent)


def _kept_off_zero(exponent: Floats, dtype: np.dtype[Any]) -> Floats:
    nearest = _NEAREST_SINGLE if dtype == np.float32 else _GEOMETRIC
    kept = np.where(np.abs(exponent) < nearest, np.where(exponent < 0, -nearest, nearest), exponent)
    return kept.astype(dtype)


def node_score(parts: Sequence[Floats], node: PlanNode, *, propagate: bool = False) -> Floats:
    """Put the parts of one node together by its own method: (..., C).

    Raises
    ------
    NegativeError
        When a power mean other than the arithmetic meets a negative value.
    """
    method, weights = node.aggregation, node.weights
    if isinstance(method, Minimum):
        return outrank.minimum(parts, weights, propagate=propagate)
    if isinstance(method, Median):
        return outrank.median(parts, weights, propagate=propagate)
    if isinstance(method, Copeland):
        return outrank.copeland(parts, weights, propagate=propagate, rescale=method.rescale)
    p = exponent(method) if node.exponent is None else node.exponent
    if p is None:  # pragma: no cover - the types allow no other
        raise TypeError(method)
    if not isinstance(p, float) or p != 1:
        _refuse_negative(node.id, parts)
    score = power_mean(parts, weights, p, propagate=propagate)
    return score * weights.sum(axis=-1) if node.summed else score


def aggregate(
    columns: Sequence[Floats], plan: Plan, *, coverage: Floats | None = None, propagate: bool = False,
    weighting: Weighting | None = None, top: float = 1.0,
) -> tuple[list[Floats], dict[int, Floats]]:  # fmt: skip
    """Return the score of every node, and the weights that were estimated for it.

    Parameters
    ----------
    columns : K arrays (..., C)
        Normalised scores of the indicators, NaN where missing.
    coverage : (..., C, N)
        Shares of figures below each node; a node below its own threshold is missing. None
        applies no threshold.
    weighting
        How weights are made from the scores of the parts; None takes those of the plan.
    top
        The score of a country on the frontier of benefit of the doubt.

    Returns
    -------
    list of N arrays (..., C)
        Parents first: the first is the index.
    dict of arrays (M,) or (C, M)
        Empty where the weights are given.

    Raises
    ------
    NegativeError
        When a power mean other than the arithmetic meets a negative value.
    ReadinessError
        When weights cannot be estimated.
    """
    count = len(plan.nodes)
    done: list[Floats] = [np.empty(0)] * count + list(columns)
    estimated: dict[int, Floats] = {}
    for number in range(count - 1, -1, -1):
        node = plan.nodes[number]
        parts = [done[position] for position in node.parts]
        if weighting is not None and not isinstance(weighting, Given | Equal):
            estimated[number] = _estimated(parts, node, weighting, top)
            node = plan.weighted({number: estimated[number]}).nodes[number]
        score = node_score(parts, node, propagate=propagate)
        done[number] = score if coverage is None else _covered(score, coverage[..., number] < node.coverage)
    return done[:count], estimated


def _estimated(parts: Sequence[Floats], node: PlanNode, weighting: Weighting, top: float) -> Floats:
    """Estimate the weights of a node; a sum of the doubt's own is on the scale that ends at `top`."""
    weights = weigh(parts, node.weights, weighting)
    if not isinstance(weighting, BenefitOfTheDoubt):
        return weights
    if not isinstance(node.aggregation, Arithmetic):
        raise ReadinessError(
            f"{node.id}: 'weighting: benefit-of-the-doubt' makes a weighted sum, not a mean of another kind",
            "Write aggregation: {method: arithmetic} for every node",
        )
    return weights * top


def _covered(score: Floats, below: np.ndarray) -> Floats:
    """Make scores missing where a country is below a node's coverage."""
    if not below.any():
        return score
    if below.ndim == score.ndim:
        return np.where(below, np.nan, score)
    score = score.copy()
    score[..., below] = np.nan
    return score


def _refuse_negative(node: str, parts: Sequence[Floats]) -> None:
    for part in parts:
        if (part < 0).any():
            raise NegativeError(node, int(np.argwhere(part < 0)[0, -1]))
