"""The methods that work on one indicator at a time: imputation, treatment, normalisation.

A method stands here when the engine carries it out; what each computes is said in the
engine's module of the same step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from readiness.definitions.base import Ends, Id, Model, Text, fault

Ties = Literal["min", "max", "average", "dense"]
Log = Literal["ct-plus", "ct", "ct-orig", "gii"]


class NoImputation(Model):
    """A missing figure stays missing."""

    method: Literal["none"] = "none"


class _Average(Model):
    """`by: indicator` over all countries; `by: subpillar` over the country's other indicators there."""

    by: Literal["indicator", "subpillar"] = "indicator"


class MeanImputation(_Average):
    """The mean of the indicator, or (`by: subpillar`) of the country's scores beside it."""

    method: Literal["mean"]


class MedianImputation(_Average):
    """The median of the indicator, or (`by: subpillar`) of the country's scores beside it."""

    method: Literal["median"]


class GroupMean(Model):
    """The mean of the countries in the same group of `countries.yaml`."""

    method: Literal["group-mean"]
    group: Text


class GroupMedian(Model):
    """The median of the countries in the same group of `countries.yaml`."""

    method: Literal["group-median"]
    group: Text


class NearestNeighbours(Model):
    """The mean of the `k` countries most alike in the other indicators."""

    method: Literal["knn"]
    k: Annotated[int, Field(ge=1)] = 5


class RegressionImputation(Model):
    """What a linear regression on the context series `on` expects."""

    method: Literal["regression"]
    on: Annotated[tuple[Id, ...], Field(min_length=1)]


class LastKnown(Model):
    """The country's last figure, however old; not more than `max_years` before the framework's year."""

    method: Literal["last-known"]
    max_years: Annotated[int, Field(ge=0, le=200)] | None = None


class LinearInTime(Model):
    """Between the country's figures before and after the year; beyond them the nearest one."""

    method: Literal["linear"]


Imputation = Annotated[
    NoImputation | MeanImputation | MedianImputation | GroupMean | GroupMedian | NearestNeighbours
    | RegressionImputation | LastKnown | LinearInTime,
    Field(discriminator="method"),
]  # fmt: skip


class NoTreatment(Model):
    """Outliers stay."""

    method: Literal["none"] = "none"


class _Test(Model):
    """What passes: |skewness| below the one threshold, or excess kurtosis below the other."""

    skewness: Annotated[float, Field(gt=0)] = 2.0
    kurtosis: Annotated[float, Field(gt=0)] = 3.5


class Winsorise(_Test):
    """Cap up to `max_points` of what fails the test, and leave it there."""

    method: Literal["winsorise"]
    max_points: Annotated[int, Field(ge=0)] = 5


class WinsoriseThenLog(_Test):
    """Winsorise up to `max_points`; where that is not enough, a log of the original.

    `combine: true` takes the log of the winsorised values instead.
    """

    method: Literal["winsorise-then-log"]
    max_points: Annotated[int, Field(ge=0)] = 5
    log: Log = "ct-plus"
    combine: bool = False


class LogTreatment(_Test):
    """A log of every indicator, `ct-plus` of the tail it is skewed to.

    `only_outliers: true` leaves alone what passes the test.
    """

    method: Literal["log"]
    log: Log = "ct-plus"
    only_outliers: bool = False


class BoxCox(_Test):
    """Box and Cox's power of every indicator; null estimates `lambda` by maximum likelihood.

    Values are shifted so that the least is 1 (`shift: one`) or 1% of the range
    (`shift: range`): a given lambda takes the first unless told otherwise, an estimated one
    the second, so that a change of unit changes nothing. `only_outliers: true` leaves alone
    what passes the test.
    """

    method: Literal["box-cox"]
    lambda_: Annotated[float, Field(ge=-5, le=5)] | None = Field(default=None, alias="lambda")
    shift: Literal["one", "range"] | None = None
    only_outliers: bool = False


Treatment = Annotated[
    NoTreatment | Winsorise | WinsoriseThenLog | LogTreatment | BoxCox, Field(discriminator="method")
]


class MinMax(Model):
    """Rescale to `range` between goalposts or between the sample's ends.

    Scores are clipped to goalposts unless `truncate: false`.
    """

    method: Literal["min-max"] = "min-max"
    ends: Literal["goalposts", "sample"] = "goalposts"
    range: Ends = (0.0, 100.0)
    truncate: bool = True

    @model_validator(mode="after")
    def _posts(self) -> MinMax:
        if not self.truncate and self.ends == "sample":
            raise fault("'truncate' belongs to 'ends: goalposts'", at=("truncate",))
        return self


class _NoRange(Model):
    """A normalisation whose scores have no fixed ends."""

    range: ClassVar[None] = None


class ZScore(_NoRange):
    """Rescale to this mean and this standard deviation over the countries."""

    method: Literal["z-score"]
    mean: float = 0.0
    sd: Annotated[float, Field(gt=0)] = 1.0


class RankScore(_NoRange):
    """The place from the worst (1) to the best country."""

    method: Literal["rank"]
    ties: Ties = "min"


class Borda(_NoRange):
    """The number of countries that are worse."""

    method: Literal["borda"]
    ties: Ties = "min"


class PercentileRank(Model):
    """The share of the other countries that are worse, on `range`."""

    method: Literal["percentile-rank"]
    ties: Ties = "min"
    range: Ends = (0.0, 1.0)


class DistanceToMax(Model):
    """How far from the worst country to the best one, on `range`."""

    method: Literal["distance-to-max"]
    range: Ends = (0.0, 1.0)


class DistanceToReference(Model):
    """How far from the worst country to `country`, on `range`; `cap` ends it there."""

    method: Literal["distance-to-reference"]
    country: Text
    cap: bool = False
    range: Ends = (0.0, 1.0)


class DistanceToTarget(Model):
    """How far from the worst country to `target`, on `range`; `cap` ends it there.

    The target is in the indicator's unit, after the denominator and before the transform.
    """

    method: Literal["distance-to-target"]
    target: float
    cap: bool = False
    range: Ends = (0.0, 1.0)


class FractionOfMax(Model):
    """The value over the highest, or the lowest over the value where lower is better, on `range`."""

    method: Literal["fraction-of-max"]
    range: Ends = (0.0, 1.0)


class NoNormalisation(_NoRange):
    """The value as it is; its negative where lower is better."""

    method: Literal["none"]


def _min_max(value: Any) -> Any:
    """Take `{ends: sample}` for min-max, the default."""
    return {"method": "min-max", **value} if isinstance(value, Mapping) and "method" not in value else value


Normalisation = Annotated[
    MinMax | ZScore | RankScore | PercentileRank | Borda | DistanceToMax | DistanceToReference
    | DistanceToTarget | FractionOfMax | NoNormalisation,
    Field(discriminator="method"),
    BeforeValidator(_min_max),
]  # fmt: skip
