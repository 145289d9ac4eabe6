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
    if ties == "min" and keys.ndim == 2 and (moving := _moving(keys)) is not None:
        return _places_among_the_same(keys, moving)
    size = keys.shape[-1]
    starts = np.arange(0, keys.size, size).reshape(*keys.shape[:-1], 1)
    flat = (order(keys) + starts).ravel()
    ordered = keys.ravel()[flat].reshape(keys.shape)
    begins = np.ones(ordered.shape, dtype=bool)
    np.not_equal(ordered[..., 1:], ordered[..., :-1], out=begins[..., 1:])
    result = np.empty(keys.size, dtype=keys.dtype)
    result[flat] = _ordered_places(begins, ties).ravel()
    return result.reshape(keys.shape)


# Up to so many columns that differ it pays to sort the others once, from so many rows on.
_MOVING, _MANY = 24, 64


def _moving(keys: Floats) -> np.ndarray | None:
    """Return which columns differ between rows (R, C); None where there are too many, or few rows."""
    if len(keys) < _MANY or np.isnan(keys).any():
        return None
    # A look at a few rows tells when it is not worth going over all.
    few = keys[:: len(keys) // 8]
    if (few != few[0]).any(axis=0).sum() > _MOVING:
        return None
    moving = (keys != keys[0]).any(axis=0)
    return moving if moving.sum() <= _MOVING else None


def _places_among_the_same(keys: Floats, moving: np.ndarray) -> Floats:
    """Rank rows (R, C) that have most values in common, equals sharing the first place.

    What they share is sorted once; each of the others is compared with all.
    """
    columns = np.flatnonzero(moving)
    same = np.sort(keys[0, ~moving])
    below = np.zeros(keys.shape, dtype=np.uint8)
    lower = np.empty(keys.shape, dtype=bool)
    for column in columns:
        np.less(keys[:, column, None], keys, out=lower)
        below += lower.view(np.uint8)
    result = below.astype(keys.dtype)
    result[:, ~moving] += np.searchsorted(same, keys[0, ~moving]).astype(keys.dtype) + 1
    result[:, columns] += np.searchsorted(same, keys[:, columns]).astype(keys.dtype) + 1
    return result


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


# So many rows at once stay in the processor's cache.
_ROWS = 512


def whole_ranks(scores: Floats, decimals: int, ties: str = "min") -> np.ndarray:
    """Rank the highest score first over the last axis, all of them taking part: whole numbers.

    Equal to `rank` with these decimals, to the digits of single precision, and several times
    as fast on many rows: the rounded score and its position are packed into one number, and
    sorted as such.

    Parameters
    ----------
    scores : (R, C)
        Finite.
    ties
        `min`, `max` or `dense`, as in `rank`.
    """
    ranks = np.empty(scores.shape, dtype=np.int32)
    for start in range(0, len(scores), _ROWS):
        part = scores[start : start + _ROWS]
        if part.size:
            ranks[start : start + _ROWS] = _whole_ranks(part, decimals, ties)
    return ranks


def whole_rank(scores: Floats, at: int, decimals: int, ties: str = "min") -> np.ndarray:
    """Return one column of `whole_ranks` (R,), far sooner than all."""
    if ties == "dense":
        return np.asarray(whole_ranks(scores, decimals, ties)[:, at])
    keys = _rounded_keys(scores, decimals)
    own = keys[:, [at]]
    return np.asarray((keys > own).sum(axis=1) + 1 if ties == "min" else (keys >= own).sum(axis=1))


def _rounded_keys(scores: Floats, decimals: int) -> Floats:
    return np.asarray(np.floor(scores * scores.dtype.type(10.0**decimals) + scores.dtype.type(0.5)))


def _whole_ranks(scores: Floats, decimals: int, ties: str) -> np.ndarray:
    size = scores.shape[-1]
    bits = max(size - 1, 1).bit_length()
    keys = _rounded_keys(scores, decimals)
    top, bottom = keys.max(), keys.min()
    kind = np.int32 if (float(top) - float(bottom) + 1) * 2**bits < 2**31 else np.int64
    packed = np.subtract(top, keys, out=keys).astype(kind)
    packed <<= bits
    packed |= np.arange(size, dtype=kind)
    packed.sort(axis=-1)
    positions = packed & ((1 << bits) - 1)
    positions += np.arange(0, scores.size, size, dtype=kind)[:, None]
    packed >>= bits
    begins = np.ones(packed.shape, dtype=bool)
    np.not_equal(packed[:, 1:], packed[:, :-1], out=begins[:, 1:])
    ranks = np.empty(scores.size, dtype=np.int32)
    ranks[positions.ravel()] = _ordered_places(begins, ties).ravel()
    return ranks.reshape(scores.shape)


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
        return places(-x, ties)
    keys = np.where(taking, -x, np.asarray(np.inf, dtype=x.dtype))
    return np.where(taking, places(keys, ties), np.nan)
