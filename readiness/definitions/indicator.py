"""The models of an indicator file: the definition, its source, its remarks."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from readiness.definitions.base import Ends, Id, Model, Text, fault
from readiness.definitions.block import BLOCK_HINT, NO_BLOCK

Direction = Literal["higher", "lower"]
Transform = Literal["log", "log1p", "asinh"]
Kind = Literal["observed", "survey", "model", "index", "count", "derived"]
Status = Literal["estimated", "provisional", "corrected", "break", "disputed"]
Positive = Annotated[float, Field(gt=0)]
MaxAge = Annotated[int, Field(ge=0, le=200)]
Year = Annotated[int, Field(ge=1000, le=9999)]

_RETRIEVED = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?\Z")
OPERATIONS = ("product", "ratio", "sum", "difference", "growth")


class Zero(Model):
    """A country the source does not list has none of it.

    `census`: the source lists the whole world. `partial`: it lists what it knows.
    """

    zero: Literal["census", "partial"]


def _absence(value: Any) -> Any:
    if value == "missing" or isinstance(value, (dict, Zero)):
        return value
    raise fault("has to be missing, {zero: census} or {zero: partial}")


# Tags in angle brackets cannot be keys of a file: messages leave them out of the path.
_AbsenceForm = Annotated[
    Annotated[Literal["missing"], Tag("<text>")] | Annotated[Zero, Tag("<mapping>")],
    Discriminator(lambda value: "<text>" if isinstance(value, str) else "<mapping>"),
]
Absence = Annotated[_AbsenceForm, BeforeValidator(_absence)]


def _url(value: str) -> str:
    if not re.match(r"https?://[^\s<>\"]+\Z", value):
        raise fault(f"'{value[:60]}' is not a web address", "Begin with https://")
    return value


Url = Annotated[str, AfterValidator(_url)]


def _retrieved(value: str) -> str:
    if not _RETRIEVED.match(value):
        raise fault(f"'{value[:20]}' is not a date", 'Write 2026-11-20, or "2026-11" or "2026" in quotes')
    return value


class Source(Model):
    """Who published the figures, where, under which licence, and when they were fetched."""

    publisher: Text
    dataset: Text | None = None
    series: Text | None = None
    url: Url | None = None
    licence: Text
    redistribute: Literal["yes", "unverified", "no"] = "unverified"
    vintage: Text | None = None
    retrieved: Annotated[str, AfterValidator(_retrieved)] | None = None

    @model_validator(mode="after")
    def _findable(self) -> Source:
        if self.url is None and self.dataset is None:
            raise fault("'url' or 'dataset' is required", "Say where the figures can be found")
        return self


class Update(Model):
    """How the figures are fetched anew: the kind of source and its own settings."""

    model_config = ConfigDict(extra="allow")

    from_: Annotated[Text, Field(alias="from")]


class Remark(Model):
    """A note on figures: of one country and year, of a country, or of the whole series."""

    country: Text | None = None
    year: Year | None = None
    status: Status
    note: Text
    url: Url | None = None
    error: Positive | None = None


def _operand(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise fault("has to be the id of a series or a number")
    return value


Operand = Annotated[
    Any, BeforeValidator(_operand), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}]})
]
Operands = Annotated[tuple[Operand, ...], Field(min_length=2)]


class Derived(Model):
    """One operation over other series, year by year; `per` multiplies the result."""

    product: Operands | None = None
    ratio: Operands | None = None
    sum: Operands | None = None
    difference: Operands | None = None
    growth: Operands | None = None
    per: Positive = 1.0

    @model_validator(mode="after")
    def _one_operation(self) -> Derived:
        given = [name for name in OPERATIONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise fault(f"one of {', '.join(OPERATIONS)} is required, not {len(given)}")
        if self.operation in ("ratio", "difference", "growth") and len(self.operands) != 2:
            raise fault(f"takes two, not {len(self.operands)}", at=(self.operation,))
        if not self.series:
            raise fault("names no series", at=(self.operation,))
        if self.operation == "growth" and not (
            isinstance(self.operands[0], str) and isinstance(self.operands[1], int) and self.operands[1] > 0
        ):
            raise fault("takes a series and a whole number of years: [x, 5]", at=("growth",))
        return self

    @property
    def operation(self) -> str:
        """The name of the operation."""
        return next(name for name in OPERATIONS if getattr(self, name) is not None)

    @property
    def operands(self) -> tuple[str | int | float, ...]:
        """Ids of series, and numbers."""
        operands: tuple[str | int | float, ...] = getattr(self, self.operation)
        return operands

    @property
    def series(self) -> tuple[str, ...]:
        """The ids among the operands."""
        return tuple(item for item in self.operands if isinstance(item, str))


def _block(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    raise fault(NO_BLOCK, BLOCK_HINT)


class Series(Model):
    """What every series says of itself; `direction` may be left out where none is scored."""

    id: Id
    name: Text
    description: Text | None = None
    unit: Text
    unit_denominated: Text | None = None
    direction: Direction | None = None
    absence: Absence = "missing"
    denominator: Id | None = None
    per: Positive = 1.0
    transform: Transform | None = None
    scale: Positive | None = None
    goalposts: Ends | None = None
    valid: Ends | None = None
    max_age: MaxAge | None = None
    error: Positive | None = None
    kind: Kind = "observed"
    actionable: bool = True
    source: Source
    update: Update | None = None
    derived: Derived | None = None
    figures: Annotated[str | None, BeforeValidator(_block)] = None
    remarks: tuple[Remark, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Series:
        if (self.figures is None) == (self.derived is None):
            both = self.figures is not None
            raise fault("'figures' and 'derived' exclude each other" if both else "'figures' is required",
                        "" if both else "A series computed from others has 'derived:' instead")  # fmt: skip
        check_transform(self.transform, self.scale, self.goalposts)
        if self.per != 1 and self.denominator is None:
            raise fault("'per' belongs to a denominator", at=("per",))
        return self

    @property
    def zero(self) -> Literal["census", "partial"] | None:
        """What an absent country means: a declared zero of this kind, or None for missing."""
        return self.absence.zero if isinstance(self.absence, Zero) else None

    @property
    def unit_scored(self) -> str:
        """The unit after the denominator."""
        if self.denominator is None:
            return self.unit
        return self.unit_denominated or f"{self.unit} per {self.per:,.12g} {self.denominator}"

    def unit_divided(self, denominator: str | None, per: float) -> str:
        """Return the unit after a denominator; a framework may divide otherwise than the file says."""
        if denominator is None:
            return self.unit
        same = (denominator, per) == (self.denominator, self.per)
        return self.unit_scored if same else f"{self.unit} per {per:,.12g} {denominator}"


class Indicator(Series):
    """An indicator that a framework may score: it has a direction."""

    direction: Direction


class ContextSeries(Series):
    """A denominator, a context or report series, or a published index to compare with."""


def check_transform(
    transform: str | None, scale: float | None, goalposts: tuple[float, float] | None
) -> None:
    """Refuse a scale without its transform and goalposts the transform cannot take."""
    if scale is not None and transform not in ("log1p", "asinh"):
        raise fault("'scale' belongs to 'transform: log1p' or 'asinh'", at=("scale",))
    if goalposts is None:
        return
    if transform == "log" and goalposts[0] <= 0:
        raise fault("the low goalpost has to be positive under 'transform: log'", at=("goalposts",))
    if transform == "log1p" and goalposts[0] <= -(scale or 1.0):
        raise fault("the low goalpost has to be above -scale under 'transform: log1p'", at=("goalposts",))
