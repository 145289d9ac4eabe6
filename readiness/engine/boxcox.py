"""Box and Cox's power transform, its lambda given or estimated; part of step 8."""

from __future__ import annotations

from typing import Literal

import numpy as np

from readiness.figures.matrix import Floats

LEAST, GREATEST = -5.0, 5.0
_GRID = np.linspace(LEAST, GREATEST, 41)
_HALVINGS = 50


def transform(x: Floats, power: float | None, shift: Literal["one", "range"] | None = None) -> Floats:
    """Return `(y^l - 1) / l`, or ln y for l = 0, of each row's y = x - min + shift.

    Box and Cox 1964; COINr `boxcox` with `makepos`.

    Parameters
    ----------
    x : (R, C)
        Rows with some variance; NaN stays NaN.
    power
        lambda; None estimates it for each row, see `estimate`.
    shift
        What the least value becomes: 1, or 1% of the row's range. None is "one" for a given
        power, as COINr has it, and "range" for an estimated one: 1 is a number of units, and
        another unit would give another estimate.
    """
    shift = shift or ("range" if power is None else "one")
    low = np.fmin.reduce(x, axis=-1)[:, None]
    width = np.fmax.reduce(x, axis=-1)[:, None] - low
    logs = np.log(x - low + (1.0 if shift == "one" else 0.01 * width))
    powers = estimate(logs) if power is None else np.full(len(x), power)
    return _power(logs, powers[:, None])


def _power(logs: Floats, power: Floats) -> Floats:
    """Return (exp(power logs) - 1) / power, or its limit."""
    safe = np.where(power == 0, 1.0, power)
    return np.where(power == 0, logs, np.expm1(safe * logs) / safe)


def estimate(logs: Floats) -> Floats:
    """Return the lambda of greatest likelihood for each row, between -5 and 5.

    It minimises the variance of the transformed y over their geometric mean, which is the
    profile likelihood of Box and Cox 1964 (equation 8) without its constants: the best of a
    grid, then the root of the derivative by halving.

    Parameters
    ----------
    logs : (R, C)
        ln y; NaN takes no part.
    """
    present = np.isfinite(logs)
    count = present.sum(axis=-1, keepdims=True)
    centred = np.where(present, logs, 0.0)
    centred = np.where(present, centred - centred.sum(axis=-1, keepdims=True) / count, 0.0)
    spreads = np.stack([_spread(centred, present, count, power) for power in _GRID])
    best = _GRID[np.argmin(spreads, axis=0)][:, None]
    step = _GRID[1] - _GRID[0]
    low, high = np.maximum(best - step, LEAST), np.minimum(best + step, GREATEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rises = _slope(centred, present, count, middle) > 0
        low, high = np.where(rises, low, middle), np.where(rises, middle, high)
    return np.asarray(((low + high) / 2)[:, 0])


def _spread(logs: Floats, present: np.ndarray, count: Floats, power: float) -> Floats:
    y = np.where(present, _power(logs, np.full((1, 1), power)), 0.0)
    y = np.where(present, y - y.sum(axis=-1, keepdims=True) / count, 0.0)
    return np.asarray((y * y).sum(axis=-1))


def _slope(logs: Floats, present: np.ndarray, count: Floats, power: Floats) -> Floats:
    """Return what has the sign of the spread's derivative by the power."""
    y = np.where(present, _power(logs, power), 0.0)
    small = np.abs(power) < 1e-3
    safe = np.where(small, 1.0, power)
    series = logs**2 / 2 + power * logs**3 / 3 + power**2 * logs**4 / 8 + power**3 * logs**5 / 30
    change = np.where(small, series, (logs * np.exp(safe * logs) - y) / safe)
    y = np.where(present, y - y.sum(axis=-1, keepdims=True) / count, 0.0)
    return np.asarray((y * np.where(present, change, 0.0)).sum(axis=-1, keepdims=True))
