"""Step 11: ranks, best first."""

from __future__ import annotations

import numpy as np

from readiness.figures.matrix import Floats, Ints


def round_half_up(x: Floats, decimals: int) -> Floats:
    """Round half up as a reader would from the printed digits.

    A binary fraction may fall short of the half it stands for (0.5005 times 1000 is
    500.49999...): a billionth of the last digit is forgiven.
    """
    factor = 10.0**decimals
    return np.asarray(np.floor(x * factor + 0.5 + 1e-9) / factor)


def order(keys: Floats) -> Ints:
    """Return the positions that sort the last axis, lowest first, equals in any order.

    Single precision is packed with its position into one whole number each and sorted as
    such, three times as fast as an indirect sort; NaN and infinity come last.
    """
    if keys.dtype != np.float32:
        return np.argsort(keys, axis=-1)
    bits = np.where(np.isnan(keys), np.float32(np.inf), keys + np.float32(0)).view(np.int32)
    # The bits of floats sort as whole numbers do, those of negative ones the other way round.
    rising = bits ^ ((bits >> 31) & 0x7FFFFFFF)
    packed = rising.astype(np.int64) << 32
    packed |= np.arange(keys.shape[-1])
    packed.sort(axis=-1)
    return packed & 0xFFFFFFFF


def places(keys: Floats, ties: str = "min") -> Floats:
    """Return the place of each key over the last axis, 1 for the lowest; infinity takes part.

    `ties` as in `rank`.
    """
    if not keys.size:
        return np.empty(keys.shape)
    size = keys.shape[-1]
    starts = np.arange(0, keys.size, size).reshape(*keys.shape[:-1], 1)
    flat = (order(keys) + starts).ravel()
    ordered = keys.ravel()[flat].reshape(keys.shape)
    begins = np.ones(ordered.shape, dtype=bool)
    np.not_equal(ordered[..., 1:], ordered[..., :-1], out=begins[..., 1:])
    result = np.empty(keys.size)
    result[flat] = _ordered_places(begins, ties).ravel()
    return result.reshape(keys.shape)


def _ordered_places(begins: np.ndarray, ties: str) -> np.ndarray:
    """Return the places of sorted keys, given where a new value begins."""
    size = begins.shape[-1]
    counted = np.arange(1, size + 1, dtype=np.int32)
    if ties != "dense" and begins.all():
        return np.broadcast_to(counted, begins.shape)
    if ties == "dense":
        return np.cumsum(begins, axis=-1)
    if ties == "min":
        return _first_of_equals(begins, counted)
    first = np.maximum.accumulate(begins * counted, axis=-1)
    ends = np.ones(begins.shape, dtype=bool)
    ends[..., :-1] = begins[..., 1:]
    last = np.minimum.accumulate(np.where(ends, counted, size)[..., ::-1], axis=-1)[..., ::-1]
    return last if ties == "max" else (first + last) / 2


def _first_of_equals(begins: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Give equals the first of their places; only rows that have any are gone over."""
    places = np.repeat(counted[None], begins.size // begins.shape[-1], axis=0)
    rows = begins.reshape(places.shape)
    tied = np.flatnonzero(~rows.all(axis=-1))
    places[tied] = np.maximum.accumulate(rows[tied] * counted, axis=-1)
    return places.reshape(begins.shape)


def _whole_places(keys: Ints, ties: str) -> Floats:
    """Return the places of whole numbers: packed with their position into one number each, and sorted."""
    size = keys.shape[-1]
    bits = max(size - 1, 1).bit_length()
    if np.abs(keys).max() << bits < 2**31:
        keys = keys.astype(np.int32)
    packed = (keys << bits) | np.arange(size, dtype=keys.dtype)
    packed.sort(axis=-1)
    positions = packed & ((1 << bits) - 1)
    packed >>= bits
    begins = np.ones(packed.shape, dtype=bool)
    np.not_equal(packed[..., 1:], packed[..., :-1], out=begins[..., 1:])
    positions += np.arange(0, keys.size, size, dtype=keys.dtype).reshape(*keys.shape[:-1], 1)
    result = np.empty(keys.size)
    result[positions.ravel()] = _ordered_places(begins, ties).ravel()
    return result.reshape(keys.shape)


def rank(scores: Floats, ranked: np.ndarray, *, ties: str = "min", decimals: int | None = None) -> Floats:
    """Rank the highest score first over the last axis.

    Parameters
    ----------
    scores : (..., C)
        NaN is never ranked.
    ranked : (..., C) bool
        Who takes part; the others get NaN.
    ties
        `min`: all get the best of their places (1, 2, 2, 4); `max`: the worst (1, 3, 3, 4);
        `average`: the mean (1, 2.5, 2.5, 4); `dense`: no gap follows (1, 2, 2, 3).
    decimals
        Rank the scores rounded half up to so many decimals; None ranks them in full.
    """
    x = scores if decimals is None else round_half_up(scores, decimals)
    taking = ranked & np.isfinite(x)
    if taking.all() and x.size:
        if decimals is not None and x.dtype == np.float32 and np.abs(x).max() * 10**decimals < 2**22:
            return _whole_places(np.rint(x * np.float32(-(10**decimals))).astype(np.int64), ties)
        return places(-x, ties)
    keys = np.where(taking, -x, np.asarray(np.inf, dtype=x.dtype))
    return np.where(taking, places(keys, ties), np.nan)
