"""Step 5: estimate missing figures from other countries or other years (the headline does not)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from readiness.definitions.columns import (
    GroupMean,
    GroupMedian,
    Imputation,
    LastKnown,
    LinearInTime,
    MeanImputation,
    MedianImputation,
    NearestNeighbours,
    RegressionImputation,
)
from readiness.definitions.framework import IndicatorRef
from readiness.figures.matrix import Floats

# So many distances are held at a time.
_CELLS = 4_000_000


def impute(
    columns: Sequence[Floats], method: Imputation, *, labels: Mapping[str, Sequence[object]],
    context: Mapping[str, Floats], references: Sequence[IndicatorRef],
    siblings: Sequence[Sequence[int]], carried: Sequence[Floats] | None,
) -> list[Floats]:  # fmt: skip
    """Fill the gaps of the indicators.

    OECD/JRC Handbook, step 3. What cannot be estimated (no figure in the group, a missing
    predictor) stays missing; figures that are there are never changed.

    - `mean`, `median`: of the indicator; with `by: subpillar` see `beside`
    - `group-mean`, `group-median`: of the indicator over the country's group
    - `knn`: see `nearest`; `regression`: see `regression_prediction`
    - `last-known`, `linear`: what `carried` has, see `readiness.figures.carry`

    Parameters
    ----------
    columns : K arrays (..., C)
        Values after the denominator, in the source's orientation; NaN where missing.
    labels
        Group key: the label of every country, None where it has none.
    context
        Series: its latest value of every country (C,).
    references : K
        Their directions count for `by: subpillar`.
    siblings : K
        The positions of all indicators of the node an indicator hangs under, its own among them.
    carried : K arrays (C,), or None
        Values carried over time, NaN where there is none.

    Returns
    -------
    K arrays (..., C)
        A column without a gap is the same object.
    """
    gaps = [np.isnan(column) for column in columns]
    if not any(gap.any() for gap in gaps):
        return list(columns)
    match method:
        case MeanImputation(by="subpillar") | MedianImputation(by="subpillar"):
            median = isinstance(method, MedianImputation)
            higher = [reference.direction == "higher" for reference in references]
            filled = beside(columns, higher, siblings, median=median)
        case MeanImputation() | MedianImputation():
            everyone = np.zeros(columns[0].shape[-1], dtype=np.int64)
            filled = _by_group(columns, everyone, median=isinstance(method, MedianImputation))
        case GroupMean() | GroupMedian():
            groups = _numbered(labels.get(method.group, ()), columns[0].shape[-1])
            filled = _by_group(columns, groups, median=isinstance(method, GroupMedian))
        case NearestNeighbours():
            filled = nearest(columns, method.k)
        case RegressionImputation():
            filled = _regressed(columns, np.array([context[name] for name in method.on]))
        case LastKnown() | LinearInTime():
            filled = list(columns if carried is None else carried)
        case _:
            return list(columns)
    return [
        np.where(gap, new, column) if gap.any() else column
        for column, new, gap in zip(columns, filled, gaps, strict=True)
    ]


def _numbered(labels: Sequence[object], count: int) -> np.ndarray:
    """Return the groups as numbers 0 and up, -1 for none; all are -1 where no country carries the key."""
    known = dict.fromkeys(label for label in labels if label is not None)
    number = {label: place for place, label in enumerate(known)}
    return np.array([number.get(label, -1) for label in labels] or [-1] * count, dtype=np.int64)


def _by_group(columns: Sequence[Floats], groups: np.ndarray, *, median: bool) -> list[Floats]:
    """Return each column's mean or median over the group of each country."""
    members = [groups == number for number in range(groups.max(initial=-1) + 1)]
    filled = []
    for column in columns:
        if not np.isnan(column).any():
            filled.append(column)
            continue
        averages = np.full(column.shape, np.nan)
        for inside in members:
            averages[..., inside] = _average(column[..., inside], median=median)[..., None]
        filled.append(averages)
    return filled


def _average(x: Floats, *, median: bool) -> Floats:
    """Return the mean or median over the last axis, NaN left out; NaN where there is nothing."""
    count = np.isfinite(x).sum(axis=-1)
    if not median:
        total = np.where(np.isfinite(x), x, 0.0).sum(axis=-1)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)
    ordered = np.sort(x, axis=-1)  # NaN last
    ends = np.stack([np.maximum(count - 1, 0) // 2, count // 2], axis=-1)
    ends = np.minimum(ends, x.shape[-1] - 1)
    return np.asarray(np.take_along_axis(ordered, ends, axis=-1).mean(axis=-1))


def beside(
    columns: Sequence[Floats], higher: Sequence[bool], siblings: Sequence[Sequence[int]], *, median: bool
) -> list[Floats]:
    """Return for every cell what the country's other indicators of the node suggest.

    Each indicator is directed and rescaled to 0-1 over all countries, the mean or median of
    those of the node that the country has is taken, and put back on the indicator's own
    scale. COINr `Impute(impute_by = "row", normalise_first = TRUE)`.

    Parameters
    ----------
    columns : K arrays (..., C)
    higher : K
        Whether higher is better.
    siblings : K
        Positions of the indicators of the same node.

    A country with no indicator of the node stays missing; an indicator without variance
    says nothing of the others, and is filled with its own value.
    """
    ends = [_ends(column) for column in columns]
    unit = [
        np.where(up, column - low, high - column) / np.where(high > low, high - low, np.nan)
        for column, up, (low, high) in zip(columns, higher, ends, strict=True)
    ]
    filled = []
    for number, (low, high) in enumerate(ends):
        if not np.isnan(columns[number]).any():
            filled.append(columns[number])
            continue
        beside = np.stack(np.broadcast_arrays(*(unit[place] for place in siblings[number])), axis=-1)
        share = _average(beside, median=median)
        filled.append(low + share * (high - low) if higher[number] else high - share * (high - low))
    return filled


def _ends(x: Floats) -> tuple[Floats, Floats]:
    """Return the least and greatest value over the last axis as (..., 1); NaN where there is none."""
    return (
        np.fmin.reduce(x, axis=-1, keepdims=True, initial=np.nan),
        np.fmax.reduce(x, axis=-1, keepdims=True, initial=np.nan),
    )


def nearest(columns: Sequence[Floats], k: int) -> list[Floats]:
    """Return the mean of the k nearest countries that have the figure.

    The distance between two countries is over the standardised indicators both have,
    `sqrt(K / present * sum (z_a - z_b)^2)`; countries with none in common are no
    neighbours. Where all are missing the column's mean stands in. As tied neighbours at the
    k-th place all count, the order of countries plays no role. Troyanskaya et al. 2001;
    scikit-learn `KNNImputer` after `StandardScaler`.

    Parameters
    ----------
    columns : K arrays (..., C)
    """
    shape = np.broadcast_shapes(*(column.shape for column in columns))
    wide = np.stack([np.broadcast_to(column, shape) for column in columns], axis=-1)
    flat = wide.reshape(-1, *wide.shape[-2:])
    filled = np.stack([_nearest(values, k) for values in flat]).reshape(wide.shape)
    return [
        filled[..., number] if np.isnan(column).any() else column for number, column in enumerate(columns)
    ]


def _nearest(values: Floats, k: int) -> Floats:
    """Fill (C, K)."""
    filled, present = values.copy(), np.isfinite(values)
    z = _standardised(values, present)
    gaps = np.flatnonzero(~present.all(axis=-1))
    mean = _average(values.T, median=False)
    block = max(1, _CELLS // len(values))
    for start in range(0, len(gaps), block):
        rows = gaps[start : start + block]
        distances = _distances(z, present, rows)
        for column in np.flatnonzero(~present[rows].all(axis=0)):
            donors = np.flatnonzero(present[:, column])
            receivers = ~present[rows, column]
            if donors.size:
                guess = _mean_of_nearest(
                    distances[np.ix_(receivers, donors)], values[donors, column], k, mean[column]
                )
                filled[rows[receivers], column] = guess
    return filled


def _standardised(values: Floats, present: np.ndarray) -> Floats:
    """Return (C, K) less its mean over its standard deviation, 0 where missing."""
    count = np.maximum(present.sum(axis=0), 1)
    z = np.where(present, values, 0.0)
    z = np.where(present, z - z.sum(axis=0) / count, 0.0)
    sd = np.sqrt((z * z).sum(axis=0) / count)
    low, high = _ends(values.T)
    return z / np.where((sd > 0) & (high > low)[:, 0], sd, 1.0)


def _distances(z: Floats, present: np.ndarray, rows: np.ndarray) -> Floats:
    """Return the distances (R, C) from some countries to all; inf where they share nothing."""
    total, shared = np.zeros((len(rows), len(z))), np.zeros((len(rows), len(z)))
    for column in range(z.shape[1]):
        both = present[rows, column][:, None] & present[:, column]
        total += np.where(both, (z[rows, column][:, None] - z[:, column]) ** 2, 0.0)
        shared += both
    return np.where(shared > 0, np.sqrt(total / np.maximum(shared, 1) * z.shape[1]), np.inf)


def _mean_of_nearest(distances: Floats, values: Floats, k: int, mean: float) -> Floats:
    """Return for each row of distances (R, D) the mean of the k nearest of values (D,)."""
    limit = np.partition(distances, min(k, len(values)) - 1, axis=-1)[:, [min(k, len(values)) - 1]]
    near = (distances <= limit * (1 + 1e-12)) & np.isfinite(distances)
    count = near.sum(axis=-1)
    return np.where(count > 0, (near * values).sum(axis=-1) / np.maximum(count, 1), mean)


def _regressed(columns: Sequence[Floats], predictors: Floats) -> list[Floats]:
    filled = []
    for column in columns:
        if not np.isnan(column).any():
            filled.append(column)
            continue
        flat = column.reshape(-1, column.shape[-1])
        filled.append(
            np.stack([regression_prediction(row, predictors)[0] for row in flat]).reshape(column.shape)
        )
    return filled


def regression_prediction(y: Floats, predictors: Floats) -> tuple[Floats, Floats]:
    """Predict an indicator from context series by least squares with an intercept.

    Fitted on the countries that have y and every predictor. A predictor counts in logs
    where all its values are positive, as it is otherwise; one that the others or the
    intercept determine is of no use and does no harm.

    Parameters
    ----------
    y : (C,)
        In its unit; NaN where missing.
    predictors : (P, C)
        NaN where missing.

    Returns
    -------
    prediction : (C,)
        In the unit of y, of every country with all predictors; else NaN. All NaN where fewer than
        P + 3 countries have y and every predictor.
    deviation : (C,)
        Standard deviation of the prediction's error, `s sqrt(1 + h)`: s^2 is the residual
        sum of squares over n less the number of coefficients, h = x' (X'X)^-1 x. OECD/JRC
        Handbook, step 3 (regression imputation); Little and Rubin 2002 for the draws.
    """
    count = len(predictors)
    nothing = np.full(len(y), np.nan), np.full(len(y), np.nan)
    scaled = [_scaled(row) for row in predictors]
    design = np.vstack([np.ones(len(y)), *scaled]).T
    known = np.isfinite(design).all(axis=-1)
    fit = known & np.isfinite(y)
    if fit.sum() < count + 3:
        return nothing
    centre = design[fit].mean(axis=0)
    spread = np.abs(design[fit] - centre).max(axis=0)
    centre[0], spread[0] = 0.0, 1.0
    design = (design - centre) / np.where(spread > 0, spread, 1.0)
    u, size, v = np.linalg.svd(design[fit], full_matrices=False)
    used = size > size[0] * 1e-10
    middle = y[fit].mean()
    axes = v[used].T / size[used]
    fitted = u[:, used] @ (u[:, used].T @ (y[fit] - middle))
    freedom = int(fit.sum() - used.sum())
    s2 = float(((y[fit] - middle - fitted) ** 2).sum()) / freedom
    prediction, deviation = nothing
    turned = design[known] @ axes
    prediction[known] = turned @ (u[:, used].T @ (y[fit] - middle)) + middle
    deviation[known] = np.sqrt(s2 * (1 + (turned * turned).sum(axis=-1)))
    return prediction, deviation


def _scaled(predictor: Floats) -> Floats:
    """Return the logs of a predictor that is positive throughout, else the predictor."""
    present = np.isfinite(predictor)
    if present.any() and (predictor[present] > 0).all():
        return np.log(np.where(present, predictor, np.nan))
    return predictor
