"""Steps 6, 7 and 9: clip to goalposts, transform, direct and rescale.

OECD/JRC Handbook, step 5. A missing figure takes no part in any of it and stays missing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from readiness.definitions.columns import (
    Borda,
    DistanceToMax,
    DistanceToReference,
    DistanceToTarget,
    FractionOfMax,
    MinMax,
    PercentileRank,
    RankScore,
    Ties,
    ZScore,
)
from readiness.definitions.framework import IndicatorRef
from readiness.engine.rank import places
from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats


def clip(x: Floats, goalposts: tuple[float, float]) -> Floats:
    """Return values no lower and no higher than the goalposts; NaN stays NaN."""
    return np.clip(x, *goalposts)


def transform(x: Floats, name: str | None, scale: float | None = None) -> Floats:
    """Return ln(x), ln(1 + x / scale) or asinh(x / scale); x as it is for None.

    `scale` is in the unit of x, 1 where it is None. NaN stays NaN; what has no logarithm
    becomes NaN or -inf, which the caller refuses.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if name == "log":
            return np.log(x)
        if name == "log1p":
            return np.asarray(np.log1p(x / (scale or 1.0)))
        if name == "asinh":
            return np.asarray(np.arcsinh(x / (scale or 1.0)))
    return x


def untransform(y: Floats, name: str | None, scale: float | None = None) -> Floats:
    """Return the x that `transform` makes y of."""
    if name == "log":
        return np.exp(y)
    if name == "log1p":
        return np.asarray(np.expm1(y) * (scale or 1.0))
    if name == "asinh":
        return np.asarray(np.sinh(y) * (scale or 1.0))
    return y


def min_max(
    x: Floats, low: Floats | float, high: Floats | float, higher: bool, to: tuple[float, float]
) -> Floats:
    """Rescale so that the worse end is `to[0]` and the better end `to[1]`.

    `(x - low) / (high - low)`, or `(high - x) / (high - low)` where lower is better, times
    the width of `to`, plus its low end. NaN stays NaN. OECD/JRC Handbook, step 5.

    Parameters
    ----------
    x : (..., C)
    low, high
        The ends in the unit of x: scalars, or (..., 1) for one a draw.
    """
    # In the precision of x, and in one array.
    low, high = np.asarray(low, dtype=x.dtype), np.asarray(high, dtype=x.dtype)
    share = np.asarray(x - low if higher else high - x)
    share /= high - low
    share *= to[1] - to[0]
    share += to[0]
    return share


def sample_ends(x: Floats) -> tuple[Floats, Floats]:
    """Return the least and greatest value over the last axis as (..., 1), NaN left out.

    inf and -inf where there is no value.
    """
    low, high = x.min(axis=-1, keepdims=True, initial=np.inf), x.max(axis=-1, keepdims=True, initial=-np.inf)
    if np.isnan(low).any():
        low = np.fmin.reduce(x, axis=-1, keepdims=True, initial=np.inf)
        high = np.fmax.reduce(x, axis=-1, keepdims=True, initial=-np.inf)
    return low, high


def normalise(x: Floats, reference: IndicatorRef, countries: Sequence[str]) -> Floats:
    """Direct and rescale one indicator by its reference's own method.

    Parameters
    ----------
    x : (..., C)
        Values after clipping, transform and treatment, in the source's orientation; NaN
        where missing.
    reference
        Completed: its direction, transform, goalposts and normalisation count.
    countries : length C
        Codes, for `distance-to-reference`.

    Returns
    -------
    (..., C)
        Scores, higher is better. d is x, or -x where lower is better; min and max are the
        sample's, n is the number of countries with a figure, [a, b] is `range`:

        - `min-max`: (x - low) / (high - low) from goalposts or the sample's ends to [a, b]
        - `z-score`: mean + sd (d - mean(d)) / sd_{n-1}(d)
        - `rank`: the place from the worst, 1 to n; `borda`: rank - 1; `percentile-rank`:
          (rank - 1) / (n - 1) to [a, b]. Ties take the lowest of their places (`ties: min`)
        - `distance-to-max`: 1 - (max(d) - d) / (max(d) - min(d)) to [a, b]
        - `distance-to-reference`, `-target`: (d - min(d)) / (r - min(d)) to [a, b], r being
          the country's value or the target's; no more than b for `cap`
        - `fraction-of-max`: x / max(x) to [a, b]; min(x) / x where lower is better
        - `none`: d

        They are COINr's `n_*`, save that `n_fracmax` turns an indicator where lower is
        better the wrong way round, and a target that nobody is short of is refused.

    Raises
    ------
    ReadinessError
        Where the sample sets no scale: all the same, no figure for the reference country, a
        target or reference that is not better than the worst, a fraction of what is not positive.
    """
    method = reference.normalisation
    higher = reference.direction == "higher"
    if isinstance(method, MinMax):
        return _between(x, reference, method, higher)
    if isinstance(method, FractionOfMax):
        return _fraction(x, reference, method, higher)
    directed = x if higher else -x
    if isinstance(method, ZScore):
        return _z_score(directed, reference, method)
    if isinstance(method, (RankScore, Borda, PercentileRank)):
        return _rank(directed, reference, method)
    if isinstance(method, (DistanceToMax, DistanceToReference, DistanceToTarget)):
        return _distance(directed, reference, method, higher, countries)
    if method is None:
        raise ValueError("normalise takes a completed reference: call framework.completed(series)")
    return directed


def _between(x: Floats, reference: IndicatorRef, method: MinMax, higher: bool) -> Floats:
    if reference.on_goalposts and reference.goalposts is not None:
        low, high = transform(np.array(reference.goalposts), reference.transform, reference.scale)
    else:
        low, high = _ends(x, reference)
    return min_max(x, low, high, higher, method.range)


def _ends(x: Floats, reference: IndicatorRef) -> tuple[Floats, Floats]:
    """Return the sample's ends; NaN where there is no figure."""
    low, high = sample_ends(x)
    if np.any(low == high):
        raise ReadinessError(
            f"{reference.id}: every country has the same value, so its sample sets no scale",
            "Give it goalposts, or leave it out",
        )
    empty = low > high
    return (np.where(empty, np.nan, low), np.where(empty, np.nan, high)) if empty.any() else (low, high)


def _z_score(x: Floats, reference: IndicatorRef, method: ZScore) -> Floats:
    total = x.sum(axis=-1, keepdims=True)
    if np.isfinite(total).all():
        count: Floats | float = float(x.shape[-1])
        mean = total / count
        z = x - mean
        spread = np.einsum("...c,...c->...", z, z)[..., None]
    else:
        present = np.isfinite(x)
        count = present.sum(axis=-1, keepdims=True).astype(x.dtype)
        mean = np.where(present, x, 0.0).sum(axis=-1, keepdims=True) / np.maximum(count, 1)
        z = x - mean
        spread = np.where(present, z * z, 0.0).sum(axis=-1, keepdims=True)
    sd = np.sqrt(spread / np.maximum(count - 1, 1))
    # The mean of equal numbers may be off by its last bit, which looks like variance.
    if (sd <= np.abs(mean) * 1e-10).any():
        _ends(x, reference)
        sd = np.where(sd == 0, 1.0, sd)
    z = np.asarray(z)
    z *= method.sd / sd
    z += method.mean
    return z


def ascending(x: Floats, ties: Ties = "min") -> Floats:
    """Return the place of each value over the last axis, the lowest first; NaN stays NaN.

    Parameters
    ----------
    x : (..., C)
    ties
        `min`: the lowest of their places (1, 2, 2, 4); `max` the highest; `average` the mean;
        `dense`: no gap follows (1, 2, 2, 3).
    """
    ranks = places(x, ties)
    gaps = np.isnan(x)
    if gaps.any():
        ranks[gaps] = np.nan
    return ranks


def _rank(x: Floats, reference: IndicatorRef, method: RankScore | Borda | PercentileRank) -> Floats:
    """Score directed values by their place."""
    ranks = ascending(x, method.ties)
    if isinstance(method, RankScore):
        return ranks
    if isinstance(method, Borda):
        return ranks - 1
    count = np.isfinite(x).sum(axis=-1, keepdims=True).astype(x.dtype)
    if (count == 1).any():
        raise ReadinessError(
            f"{reference.id}: one country alone has no percentile rank",
            "Give it goalposts, or leave it out",
        )
    return min_max((ranks - 1) / np.maximum(count - 1, 1), 0.0, 1.0, True, method.range)


def _distance(
    x: Floats, reference: IndicatorRef, method: DistanceToMax | DistanceToReference | DistanceToTarget,
    higher: bool, countries: Sequence[str],
) -> Floats:  # fmt: skip
    """Rescale directed values from the worst country to the best, a country or a target."""
    if isinstance(method, DistanceToMax):
        return min_max(x, *_ends(x, reference), True, method.range)
    low, _ = sample_ends(x)
    low = np.where(np.isfinite(low), low, np.nan)
    if isinstance(method, DistanceToReference):
        goal, name = _of_country(x, reference, method.country, countries), method.country
    else:
        target = transform(np.array(method.target), reference.transform, reference.scale)
        goal, name = target if higher else -target, f"the target {method.target:.12g}"
        if not np.isfinite(goal):
            raise ReadinessError(
                f"{reference.id}: {name} has no {reference.transform}", "Write one the transform can take"
            )
    if (goal <= low).any():
        raise ReadinessError(
            f"{reference.id}: {name} is no better than the worst country, so there is no distance to it",
            "Choose another, or another normalisation for this indicator",
        )
    score = min_max(x, low, goal, True, method.range)
    return np.minimum(score, method.range[1]) if method.cap else score


def _of_country(x: Floats, reference: IndicatorRef, country: str, countries: Sequence[str]) -> Floats:
    """Return the reference country's value in each draw, (..., 1)."""
    if country not in countries:
        raise ReadinessError(
            f"{reference.id}: the reference country {country} is not in the framework",
            "Write the code of one that is scored",
        )
    value = x[..., [countries.index(country)]]
    # Where nobody has a figure, everything is missing anyway.
    if (np.isnan(value) & np.isfinite(x).any(axis=-1, keepdims=True)).any():
        raise ReadinessError(
            f"{reference.id}: the reference country {country} has no figure",
            "Choose one that has every figure, or another normalisation for this indicator",
        )
    return value


def _fraction(x: Floats, reference: IndicatorRef, method: FractionOfMax, higher: bool) -> Floats:
    low, high = sample_ends(x)
    best = high if higher else low
    if ((best <= 0) & (low <= high)).any():
        what = "highest" if higher else "lowest"
        raise ReadinessError(
            f"{reference.id}: a fraction of the {what} value needs it to be positive, and it is "
            f"{best[(best <= 0) & (low <= high)][0]:.12g}",
            "Use min-max or distance-to-max for this indicator",
        )
    best = np.where(low > high, np.nan, best)
    return min_max(x / best if higher else best / x, 0.0, 1.0, True, method.range)
