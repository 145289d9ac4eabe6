"""Step 8: outliers. Winsorise, and where that is not enough, take a log of the original.

All is in the source's orientation, before direction. Every function takes (..., C), any
leading axes before the countries, and treats thousands of rows at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from readiness.definitions.columns import (
    BoxCox,
    Log,
    LogTreatment,
    NoTreatment,
    Treatment,
    Winsorise,
    WinsoriseThenLog,
)
from readiness.engine import boxcox
from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats

Tested = Winsorise | WinsoriseThenLog | LogTreatment | BoxCox
Capping = Winsorise | WinsoriseThenLog

# So many values are treated at a time: what stays in the processor's cache is several times faster.
_BLOCK = 32_768

# Longer rows are added up pair by pair: BLAS would share each product out among all processors, which
# takes longer than the product, and adds up single precision less well.
_LONG = 10_000

_BITS = 1e-12


def skewness(x: Floats) -> Floats:
    """Return the sample skewness G1 (type 2: Excel's SKEW) over the last axis, NaN left out.

    `g1 = sqrt(n) sum(z^3) / sum(z^2)^1.5`, `G1 = g1 sqrt(n (n - 1)) / (n - 2)`, z about the
    mean. NaN for n < 3 or no variance. Joanes and Gill 1998.
    """
    return _shape(_flat(x))[0].reshape(x.shape[:-1])


def kurtosis(x: Floats) -> Floats:
    """Return the sample excess kurtosis G2 (type 2: Excel's KURT) over the last axis, NaN left out.

    `r = n sum(z^4) / sum(z^2)^2`, `G2 = ((n + 1)(r - 3) + 6)(n - 1) / ((n - 2)(n - 3))`.
    NaN for n < 4 or no variance. Joanes and Gill 1998.
    """
    return _shape(_flat(x))[1].reshape(x.shape[:-1])


def _flat(x: Floats) -> Floats:
    return np.ascontiguousarray(x.reshape(-1, x.shape[-1]))


def _dots(a: Floats, b: Floats) -> Floats:
    """Return the dot product of each row."""
    if a.shape[-1] > _LONG:
        return np.asarray((a * b).sum(axis=-1))
    # numpy before 2.0 has no vecdot.
    return np.asarray(np.vecdot(a, b) if hasattr(np, "vecdot") else np.einsum("rc,rc->r", a, b))


def _shape(x: Floats) -> tuple[Floats, Floats]:
    """Return skewness and excess kurtosis of each row of (R, C)."""
    total = x.sum(axis=-1)
    if np.isfinite(total).all():
        n = np.full(len(x), x.shape[-1], dtype=x.dtype)
        mean = total / n
        z = x - mean[:, None]
    else:
        present = np.isfinite(x)
        n = present.sum(axis=-1).astype(x.dtype)
        mean = np.where(present, x, 0.0).sum(axis=-1) / np.maximum(n, 1)
        z = np.where(present, x - mean[:, None], 0.0)
    second = _dots(z, z)
    if x.dtype == np.float32:
        z, second, mean = _in_range(z, second, mean, n)
    square = z * z
    third, fourth = _dots(square, z), _dots(square, square)
    # The mean of equal numbers may be off by its last bit, which looks like variance.
    near = second <= n * ((1e-12 if x.dtype == np.float64 else 4e-6) * mean) ** 2
    if near.any():
        low, high = _ends(x[near])
        second[near] = np.where(low < high, second[near], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        g1 = np.sqrt(n) * third / (second * np.sqrt(second))
        g1 = g1 * np.sqrt(n * (n - 1)) / (n - 2)
        g2 = ((n + 1) * (n * fourth / (second * second) - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    g1[(second == 0) | (n < 3)] = np.nan
    g2[(second == 0) | (n < 4)] = np.nan
    return g1, g2


def _ends(x: Floats) -> tuple[Floats, Floats]:
    """Return the least and greatest value of each row, NaN left out."""
    low, high = x.min(axis=-1), x.max(axis=-1)
    if np.isnan(low).any():
        low, high = np.fmin.reduce(x, axis=-1), np.fmax.reduce(x, axis=-1)
    return low, high


def _in_range(z: Floats, second: Floats, mean: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Rescale rows of single precision whose fourth powers would leave its range."""
    spread = np.sqrt(second / np.maximum(n, 1))
    if ((spread < 1e5) & ((spread > 1e-5) | (spread == 0))).all():
        return z, second, mean
    largest = np.abs(z).max(axis=-1)
    scale = np.divide(1, largest, out=np.ones_like(largest), where=largest > 0)
    z = z * scale[:, None]
    return z, _dots(z, z), mean * scale


def passes(x: Floats, method: Tested) -> np.ndarray:
    """Tell whether a distribution needs no treatment, over the last axis.

    It passes if |skewness| < `skewness` or excess kurtosis < `kurtosis`, both strict; also
    with fewer than four figures or no variance.
    """
    return _check(_flat(x), method)[1].reshape(x.shape[:-1])


def _check(x: Floats, method: Tested) -> tuple[Floats, np.ndarray]:
    """Return each row's skewness and whether it passes."""
    g1, g2 = _shape(x)
    # What is NaN, for want of figures or variance, fails no comparison.
    # A limit that is reached but for the last bits is reached: one 0 among three 1 has a skewness of -2.
    skew, kurt = (limit * (1 - _BITS) for limit in (method.skewness, method.kurtosis))
    return g1, ~((np.abs(g1) >= skew) & (g2 >= kurt))


def treat(x: Floats, method: Treatment) -> Floats:
    """Treat the outliers of one indicator.

    OECD/JRC Handbook, step 4 (outliers are seen to before normalising); COINr `Treat`.

    - `winsorise`: what fails `passes` has its extremes capped, see `winsorise`.
    - `winsorise-then-log`: what still fails after that, or would become constant, has a log
      taken of its original values (`combine: true`: of the winsorised ones).
    - `log`, `box-cox`: of every distribution; `only_outliers: true` leaves what passes.

    Parameters
    ----------
    x : (..., C)
        Values of one indicator in its unit; NaN takes no part and stays NaN. A constant
        distribution stays as it is.

    Returns
    -------
    (..., C)
        In the unit of x where nothing but winsorising was done, else in logs or powers. All
        are increasing: no two countries change places.

    Raises
    ------
    ReadinessError
        Where `log: gii` meets a distribution whose greatest value is not above 1.
    """
    if isinstance(method, NoTreatment):
        return x
    flat = _flat(x)
    rows = max(1, _BLOCK // max(1, flat.shape[-1]))
    if len(flat) <= rows:
        return _treat(flat, method).reshape(x.shape)
    treated = np.empty_like(flat)
    for start in range(0, len(flat), rows):
        treated[start : start + rows] = _treat(flat[start : start + rows], method)
    return treated.reshape(x.shape)


def _treat(x: Floats, method: Tested) -> Floats:
    skew, fine = _check(x, method)
    if isinstance(method, Capping):
        rows = np.flatnonzero(~fine)
    else:
        differ = np.less(*_ends(x))
        rows = np.flatnonzero(differ & ~fine if method.only_outliers else differ)
    if not rows.size:
        return x
    treated = x.copy()
    treated[rows] = _treat_rows(x[rows], skew[rows], method)
    return treated


def _treat_rows(x: Floats, skew: Floats, method: Tested) -> Floats:
    """Treat rows (R, C) that need it."""
    if isinstance(method, BoxCox):
        return boxcox.transform(x, method.lambda_, method.shift)
    if isinstance(method, LogTreatment):
        return _log(x, skew, method.log)
    capped, fails = _winsorise(x, skew, method)
    if isinstance(method, Winsorise):
        return capped
    # A few ones among zeros would all become zeros: an indicator that tells nobody apart.
    level = np.equal(*_ends(capped))
    rows = np.flatnonzero(fails | level)
    if rows.size:
        origin = x[rows]
        if method.combine:
            origin = np.where(level[rows, None], origin, capped[rows])
            skew = skewness(origin)
        else:
            skew = skew[rows]
        capped[rows] = _log(origin, skew, method.log)
    return capped


def winsorise(x: Floats, method: Capping) -> Floats:
    """Cap the extremes of each distribution until it passes or `max_points` are capped.

    As long as it fails and fewer than `max_points` points are capped, all points at the
    maximum (skewness >= 0, else minimum) take the next value inward. Ties are capped
    together, so that the count may exceed `max_points`. COINr `winsorise`.

    Parameters
    ----------
    x : (..., C)
        NaN takes no part and stays NaN.
    """
    flat = _flat(x)
    skew, fine = _check(flat, method)
    capped = flat.copy()
    rows = np.flatnonzero(~fine)
    if rows.size:
        capped[rows] = _winsorise(flat[rows], skew[rows], method)[0]
    return capped.reshape(x.shape)


def _winsorise(x: Floats, skew: Floats, method: Capping) -> tuple[Floats, np.ndarray]:
    """Winsorise rows (R, C) that all fail; return them and which still fail."""
    capped, fails = x.copy(), np.ones(len(x), dtype=bool)
    points = np.zeros((2, len(x)), dtype=np.int64)  # capped at the low and at the high end
    rows, skew = np.arange(len(x)), skew.copy()
    while (rows := rows[points[:, rows].sum(axis=0) < method.max_points]).size:
        high = skew[rows] >= 0
        part = capped[rows]
        points[high.astype(np.int64), rows] = _cap_once(part, high)
        capped[rows] = part
        skew[rows], fine = _check(part, method)
        fails[rows] = ~fine
        rows = rows[~fine]
    return capped, fails


def _cap_once(x: Floats, high: np.ndarray) -> np.ndarray:
    """Move each row's extreme values to the next inward, in place; return how many stand there."""
    sign = np.where(high, 1.0, -1.0).astype(x.dtype)[:, None]
    y = x * sign
    best = y.max(axis=-1, keepdims=True)
    if np.isnan(best).any():
        y[np.isnan(y)] = -np.inf
        best = y.max(axis=-1, keepdims=True)
    at = y == best
    np.copyto(y, -np.inf, where=at)
    np.copyto(x, y.max(axis=-1, keepdims=True) * sign, where=at)
    return np.asarray(at.sum(axis=-1))


def log_ct(x: Floats, *, plus: bool) -> Floats:
    """Return `ln(x - min + a)` with a = 1% of the range; for `plus` mirrored under negative skew.

    Mirrored is `-ln(max + a - x)`, so that the order of countries stays. NaN stays NaN.
    """
    flat = _flat(x)
    return _log(flat, skewness(flat), "ct-plus" if plus else "ct").reshape(x.shape)


def _log(x: Floats, skew: Floats, log: Log) -> Floats:
    """Return a log of each row (R, C) that has any variance.

    Where y is x, or -x under negative skew for the first and the last of them:
    `ct-plus` and `ct`: ln(y - min + 1% of the range); `ct-orig`: ln(y - min + 1);
    `gii`: ln((max - 1)(y - min) / range + 1), the Global Innovation Index's, where max is
    that of x. The sign of what was mirrored is turned back. COINr `log_CT_plus`, `log_CT`,
    `log_CT_orig`; its `log_GII` returns x unchanged by mistake, ours is the formula. In
    another unit `ct-orig` and `gii` bend elsewhere: they are for comparison with others' work.
    """
    mirrored = (skew < 0) & (log in ("ct-plus", "gii"))
    sign = np.where(mirrored, -1.0, 1.0).astype(x.dtype)[:, None]
    y = x * sign if mirrored.any() else x
    low, high = (end[:, None] for end in _ends(y))
    if log == "gii":
        greatest = np.where(mirrored[:, None], -low, high)
        if not (greatest > 1).all():
            raise ReadinessError(
                f"'log: gii' stretches figures from 1 to their greatest, which is {greatest.min():.12g}",
                "It has to be above 1; use log: ct-plus",
            )
        logs = np.log((greatest - 1) * (y - low) / (high - low) + 1)
    else:
        logs = np.log(y - low + (1.0 if log == "ct-orig" else 0.01 * (high - low)))
    return logs * sign if mirrored.any() else logs


@dataclass(frozen=True)
class Treated:
    """A cell that treatment changed: `how`, from what to what, in the unit of the transformed figure."""

    position: int
    how: Literal["winsorised high", "winsorised low", "log", "box-cox"]
    before: float
    after: float


def treated_cells(x: Floats, method: Treatment) -> tuple[Treated, ...]:
    """List every cell of one distribution (C,) that `treat` changes, in order of countries.

    A log or a power changes every figure. What `combine` winsorised first is a log too.
    """
    treated = treat(x, method)
    changed = np.flatnonzero(np.isfinite(x) & (treated != x))
    if not changed.size:
        return ()
    how = ["box-cox" if isinstance(method, BoxCox) else "log"] * len(changed)
    if isinstance(method, Capping):
        capped = winsorise(x, method)
        if np.array_equal(capped, treated, equal_nan=True):
            how = ["winsorised high" if treated[cell] < x[cell] else "winsorised low" for cell in changed]
    return tuple(
        Treated(int(cell), word, float(x[cell]), float(treated[cell]))  # type: ignore[arg-type]
        for cell, word in zip(changed, how, strict=True)
    )
