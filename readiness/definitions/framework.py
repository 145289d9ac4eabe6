"""The models of a framework file: the tree, the weights, the methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema

from readiness.definitions.base import Ends, Id, Model, Share, Text, Two, Weight, fault
from readiness.definitions.columns import MinMax, Normalisation, Treatment
from readiness.definitions.country import GroupValue
from readiness.definitions.indicator import Direction, MaxAge, Positive, Series, Transform, Year
from readiness.definitions.methods import Aggregation, Methods

# What a reference may say otherwise than the indicator's own file.
_OVERRIDES = ("direction", "denominator", "per", "transform", "scale", "goalposts", "max_age")


class IndicatorRef(Model):
    """An indicator in the tree; what belongs to method may be said anew here."""

    id: Id
    weight: Weight = 1.0
    direction: Direction | None = None
    denominator: Id | None = None
    per: Positive = 1.0
    transform: Transform | None = None
    scale: Positive | None = None
    goalposts: Ends | None = None
    treatment: Treatment | None = None
    normalisation: Normalisation | None = None
    max_age: MaxAge | None = None

    def completed(self, series: Series, methods: Methods) -> Self:
        """Fill every setting the reference leaves out from the indicator and the framework."""
        said = self.model_fields_set
        update: dict[str, Any] = {name: getattr(series, name) for name in _OVERRIDES if name not in said}
        # What is not said stays, but for what would have no meaning any more.
        if "denominator" in said and "per" not in said and self.denominator is None:
            update["per"] = 1.0
        if "transform" in said and "scale" not in said and self.transform not in ("log1p", "asinh"):
            update["scale"] = None
        if self.treatment is None:
            update["treatment"] = methods.treatment
        if self.normalisation is None:
            update["normalisation"] = methods.normalisation
        return self.model_copy(update=update)

    @property
    def on_goalposts(self) -> bool:
        """Whether the (completed) reference is scored between goalposts."""
        return isinstance(self.normalisation, MinMax) and self.normalisation.ends == "goalposts"

    @property
    def clipped(self) -> bool:
        """Whether the (completed) reference's values are clipped to its goalposts."""
        return self.on_goalposts and isinstance(self.normalisation, MinMax) and self.normalisation.truncate


def _as_reference(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


def _as_coverage(value: Any) -> Any:
    return {"node": value} if isinstance(value, (int, float)) and not isinstance(value, bool) else value


class NodeCoverage(Model):
    """A node's own coverage rule; `coverage: 0.4` is short for `coverage: {node: 0.4}`."""

    node: Share


class _OrId:
    """Say in the JSON Schema that an id alone will do."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(schema)]}


Reference = Annotated[IndicatorRef, BeforeValidator(_as_reference), _OrId()]


class Node(Model):
    """A node of the tree: its children are nodes, then indicators.

    `note` is printed wherever the node is, for what its name does not say.
    """

    id: Id
    name: Text | None = None
    description: Text | None = None
    note: Text | None = None
    weight: Weight = 1.0
    aggregation: Aggregation | None = None
    coverage: Annotated[
        NodeCoverage | None,
        BeforeValidator(_as_coverage),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "number", "minimum": 0, "maximum": 1},
                    {
                        "type": "object",
                        "properties": {"node": {"type": "number"}},
                        "required": ["node"],
                        "additionalProperties": False,
                    },
                ]
            }
        ),
    ] = None
    children: tuple[Node, ...] = ()
    indicators: tuple[Reference, ...] = ()

    @model_validator(mode="after")
    def _has_parts(self) -> Node:
        if not self.parts:
            raise fault("has neither 'children' nor 'indicators'")
        if not any(part.weight for part in self.parts):
            raise fault("the weights below it are all zero", "Leave weights out where all are equal")
        return self

    @property
    def title(self) -> str:
        """The name, or the id where there is none."""
        return self.name or self.id

    @property
    def parts(self) -> tuple[Node | IndicatorRef, ...]:
        """Children, then indicators: the order of the tables."""
        return (*self.children, *self.indicators)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node | IndicatorRef]]:
        """Go over this node and everything below it, in the order of the tables."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)
        for reference in self.indicators:
            yield depth + 1, reference

    def references(self) -> tuple[IndicatorRef, ...]:
        """Return the indicators below this node in the order of the tables."""
        return tuple(part for _, part in self.walk() if isinstance(part, IndicatorRef))

    def nodes(self) -> tuple[Node, ...]:
        """Return this node and the nodes below it, parents first."""
        return tuple(part for _, part in self.walk() if isinstance(part, Node))


class WeightDraws(Model):
    """Every weight times U(1 - spread, 1 + spread)."""

    spread: Annotated[float, Field(ge=0, lt=1)] = 0.25


class AggregationDraws(Model):
    """The exponent of the root's power mean is drawn from this range."""

    power: Two = (0.0, 1.0)

    @model_validator(mode="after")
    def _order(self) -> AggregationDraws:
        if self.power[0] > self.power[1]:
            raise fault("the ends are the wrong way round", "Write the low end first", at=("power",))
        return self


class LeaveOut(Model):
    """So many indicators are left out of each draw."""

    indicators: Annotated[int, Field(ge=0)] = 1


class ImputationDraws(Model):
    """How missing figures are drawn: around what others like it have; `draws: false` has no noise."""

    method: Literal["regression", "group-mean", "none"] = "regression"
    on: tuple[Id, ...] = ("gdp_per_capita_ppp",)
    group: Text | None = None
    draws: bool = True

    @model_validator(mode="after")
    def _whose_mean(self) -> ImputationDraws:
        if self.method == "group-mean" and self.group is None:
            raise fault("'group' is required by 'method: group-mean'", "Name a group of countries.yaml")
        if self.group is not None and self.method != "group-mean":
            raise fault("'group' belongs to 'method: group-mean'", at=("group",))
        return self


Option = TypeVar("Option")
_Options = Annotated[tuple[Option, ...], Field(min_length=1)]


class Uncertainty(Model):
    """What is varied in the draws behind a rank's range."""

    seed: Annotated[int, Field(ge=0)] = 20260101
    draws: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    weights: WeightDraws = WeightDraws()
    aggregation: AggregationDraws = AggregationDraws()
    normalisation: _Options[Literal["goalposts", "sample", "z-score", "rank"]] = (
        "goalposts", "z-score", "rank")  # fmt: skip
    treatment: _Options[Literal["none", "winsorise-then-log"]] = ("none", "winsorise-then-log")
    partial_zero: _Options[Literal["zero", "missing"]] = ("zero", "missing")
    leave_out: LeaveOut = LeaveOut()
    error: bool = True
    imputation: ImputationDraws = ImputationDraws()


class Accepted(Model):
    """A fail of the audit that is known and stays, with its reason."""

    check: Text
    subject: Text
    reason: Text


class AuditRules(Model):
    """What the audit is told: which of its fails are accepted exceptions."""

    accept: tuple[Accepted, ...] = ()


def _countries(value: Any) -> Any:
    if value == "all" or (isinstance(value, (tuple, dict)) and value):
        return value
    raise fault("has to be all, a list of codes, or a mapping {group: value}")


def _countries_form(value: Any) -> str:
    return "<text>" if isinstance(value, str) else "<mapping>" if isinstance(value, dict) else "<list>"


_CountriesForm = Annotated[
    Annotated[Literal["all"], Tag("<text>")]
    | Annotated[tuple[str, ...], Tag("<list>")]
    | Annotated[dict[str, GroupValue], Tag("<mapping>")],
    Discriminator(_countries_form),
]
Countries = Annotated[_CountriesForm, BeforeValidator(_countries)]


class Framework(Model):
    """One index over the folder's indicators: which countries, which tree, which methods."""

    id: Id
    name: Text
    description: Text | None = None
    edition: Text | None = None
    year: Year
    countries: Countries = "all"
    reading: Text = "intensity"
    methods: Methods = Methods()
    uncertainty: Uncertainty | None = None
    audit: AuditRules = AuditRules()
    tree: Node

    def completed(self, series: Mapping[str, Series]) -> Framework:
        """Return the framework with every reference's settings written out.

        `compute` takes a completed framework, so that all that makes a score stands in
        one value.

        Raises
        ------
        KeyError
            When a reference names a series that is not in `series`.
        """

        def fill(node: Node) -> Node:
            return node.model_copy(
                update={
                    "aggregation": node.aggregation or self.methods.aggregation,
                    "coverage": node.coverage or NodeCoverage(node=self.methods.coverage.node),
                    "children": tuple(map(fill, node.children)),
                    "indicators": tuple(
                        reference.completed(series[reference.id], self.methods)
                        for reference in node.indicators
                    ),
                }
            )

        return self.model_copy(update={"tree": fill(self.tree)})
