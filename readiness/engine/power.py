"""The weighted power mean, for a single run and for draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from readiness.figures.matrix import Floats

Mask = np.ndarray | None

# An exponent nearer to zero than this is the geometric mean; in single precision a drawn one
# is kept this far from it, where seven digits no longer carry the root of a power.
_GEOMETRIC = 1e-6
_NEAREST_SINGLE = 2e-3


def power_mean(
    parts: Sequence[Floats], weights: Floats, exponent: float | Floats, *, propagate: bool = False,
    masks: Sequence[Mask] | None = None, powers: list[Floats | None] | None = None,
) -> Floats:  # fmt: skip
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
    masks
        What `mask` says of the parts, where it is known.
    powers
        The parts to their power, where that is known already; the others are put there.

    Numbers are kept in the precision of the parts. In a single run parts are added one by one
    in their order, so that a country's result does not depend on where it stands among the
    others; in draws that share their parts a matrix product does it, equal but for the last
    digits.
    """
    parts, zero = _without_zeros(parts, weights, exponent)
    masks = [mask(part) for part in parts] if masks is None else masks
    unit = _unit(parts, weights, exponent)
    kept = powers is not None and zero is None and isinstance(unit, float)
    made: list[Floats | None] = powers if kept and powers is not None else [None] * len(parts)
    for number, (part, there) in enumerate(zip(parts, masks, strict=True)):
        if made[number] is None:
            made[number] = _filled(_power(part if isinstance(unit, float) else part / unit, exponent), there)
    powered = [power for power in made if power is not None]
    with np.errstate(divide="ignore", invalid="ignore"):  # no part there: 0 / 0 is missing
        if weights.ndim > 2 and all(there is None for there in masks):
            shares = weights / weights.sum(axis=-1, keepdims=True)
            mean = _weighted_sum(powered, shares)
        else:
            total = _weighted_sum(powered, weights)
            mean = total / _weight_sum(masks, weights, total.dtype)
        result = _root(mean, exponent)
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


def mask(part: Floats) -> Mask:
    """Return where there is a value: None for everywhere, (C,) where draws do not differ in it."""
    # A sum is finite only if all of it is, and takes a fraction of the time of a mask.
    if np.isfinite(part.sum()):
        return None
    there = np.isfinite(part)
    if there.all():
        return None
    rows = there.reshape(-1, there.shape[-1])
    return rows[0] if (rows == rows[0]).all() else there


def _filled(part: Floats, there: Mask) -> Floats:
    """Put 0 where there is no value."""
    if there is None:
        return part
    if there.ndim == part.ndim:
        return np.where(there, part, np.zeros((), part.dtype))
    part = part.copy()
    part[..., ~there] = 0
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
        weight = weights[..., number]
        if total is None:
            total = weight * part
        elif total.shape == np.broadcast_shapes(weight.shape, part.shape):
            buffer = np.multiply(weight, part, out=buffer)
            total += buffer
        else:
            total = total + weight * part
    return np.zeros(()) if total is None else total


def _weight_sum(masks: Sequence[Mask], weights: Floats, dtype: np.dtype[Any]) -> Floats:
    """Return the weights of the parts that are there, (..., 1) where none is missing."""
    whole = [number for number, there in enumerate(masks) if there is None]
    gaps = {number: there.astype(dtype) for number, there in enumerate(masks) if there is not None}
    total: Floats = weights[..., whole].sum(axis=-1)
    return total + _weighted_sum(list(gaps.values()), weights[..., list(gaps)]) if gaps else total


def _propagated(result: Floats, masks: Sequence[Mask], weights: Floats) -> Floats:
    for number, there in enumerate(masks):
        if there is not None:
            result = np.where(~there & (weights[..., number] > 0), np.nan, result)
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
            logarithm = np.log(x)
        p = _kept_off_zero(exponent, x.dtype)
        same = np.broadcast_shapes(p.shape, x.shape) == x.shape
        logarithm = np.multiply(logarithm, p, out=logarithm if same else None)
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
