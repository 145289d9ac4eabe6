"""The models of `scenarios/`: what a sizing starts from, every number with its unit and source.

`scenarios/gpu_prices.yaml` holds the dated rental quotes (`prices.py`); any other file there is a
scenario. A scenario may give only some inputs: the rest comes from the bundled one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from readiness.definitions.base import Id, Model, Text, fault
from readiness.definitions.indicator import Url
from readiness.errors import did_you_mean

# What each input of the chain is measured in. A scenario in other units is refused, so that a
# formula never multiplies kilowatts where it means megawatts.
UNITS: Mapping[str, str] = {
    "accelerators_per_server": "accelerators per server",
    "it_power": "kW per accelerator",
    "pue": "ratio",
    "grid_ratio": "ratio",
    "load_factor": "share",
    "server_price": "US$ per server",
    "network_price": "US$ per accelerator",
    "storage_share": "share",
    "build_cost": "million US$ per MW",
    "build_premium": "share",
    "life_it": "years",
    "life_building": "years",
    "other_cost": "share per year",
    "busy_share": "share",
    "contract_price": "US$ per hour",
    "messages": "messages per user a day",
    "tokens": "tokens per message",
    "peak_factor": "ratio",
    "serving_rate": "tokens per second per server",
    "filled": "share",
    "serving_minimum": "accelerators",
}
# The units of which no number can be above one, and below one.
_AT_MOST_ONE, _AT_LEAST_ONE = ("share", "share per year"), ("ratio",)
_MAY_BE_ZERO = ("build_premium", "other_cost", "storage_share")

HowKnown = Literal["read", "derived", "assumed", "unverified"]
Amount = Annotated[float, Field(ge=0)]


class Sourced(Model):
    """A number, or three, with where it comes from.

    `how_known`: `read` in the publication or a copy of it, `derived` by the arithmetic in the note,
    `assumed` by us, `unverified` where the publication was not seen.
    """

    low: Amount | None = None
    mid: Amount | None = None
    high: Amount | None = None
    unit: Text
    year: Text
    publisher: Text
    title: Text | None = None
    url: Url | None = None
    further: tuple[Url, ...] = ()
    how_known: HowKnown = "assumed"
    note: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Sourced:
        given = [value for value in (self.low, self.mid, self.high) if value is not None]
        if not given:
            raise fault("a number is required", "Give 'mid', or 'low', 'mid' and 'high'")
        if given != sorted(given):
            raise fault(f"low, mid and high do not rise: {', '.join(f'{value:g}' for value in given)}",
                        "Low is the smaller number, whatever it does to the cost")  # fmt: skip
        return self


class ScenarioInput(Sourced):
    """One input of the chain. `low` and `high` are `mid` where they are left out."""

    name: Text | None = None
    mid: Amount

    @property
    def triple(self) -> tuple[float, float, float]:
        """Low, middle, high."""
        low = self.mid if self.low is None else self.low
        return low, self.mid, self.mid if self.high is None else self.high


class Reference(Sourced):
    """A published number that the chain does not use: to check its results against."""

    name: Text


class Observed(Sourced):
    """What a country or body has in fact, beside a target."""

    name: Text


class PerMillion(Model):
    """The default target: a policy, not a finding. `observed` is what stands beside it."""

    value: Annotated[float, Field(gt=0)]
    reason: Text
    observed: tuple[Observed, ...] = ()


class Serving(Model):
    """The open reasoning model of the target `serve`, and to which share of the people."""

    model: Text
    licence: Text
    share: Annotated[float, Field(gt=0, le=1)]
    url: Url | None = None
    note: Text | None = None


class Scenario(Model):
    """What a sizing starts from, of one date; all but the id can come from the bundled scenario."""

    id: Id
    name: Text
    dated: Text | None = None
    description: Text | None = None
    per_million: PerMillion | None = None
    serving: Serving | None = None
    inputs: dict[str, ScenarioInput] = Field(default={})
    references: dict[str, Reference] = Field(default={})
    left_out: tuple[Text, ...] = ()
    # What `completed` works out: no key of a file.
    _differs: tuple[str, ...] = PrivateAttr(default=())

    @property
    def differs(self) -> tuple[str, ...]:
        """Names of the inputs that are not those of the scenario it was completed from."""
        return self._differs

    @field_validator("inputs", mode="after")
    @classmethod
    def _known_inputs(cls, inputs: dict[str, ScenarioInput]) -> dict[str, ScenarioInput]:
        """Check names, units and sizes; what is wrong with each input is told at once."""
        found = [(key, wrong) for key, given in inputs.items() if (wrong := _wrong(key, given)) is not None]
        if found:
            details = [InitErrorDetails(type=wrong, loc=(), input=key) for key, wrong in found]
            raise ValidationError.from_exception_data(cls.__name__, details)
        return inputs

    def completed(self, base: Scenario) -> Scenario:
        """Fill what is left out from another scenario; `differs` names the inputs that changed.

        Of a base that was itself completed, what it changed and this leaves to it is among them.
        """
        inputs = {
            key: item.model_copy(update={"name": item.name or base.inputs[key].name})
            for key, item in self.inputs.items()
        }
        changed = {key for key, item in inputs.items() if item.triple != base.inputs[key].triple}
        changed |= set(base.differs) - inputs.keys()
        differs = tuple(key for key in base.inputs if key in changed)
        result = self.model_copy(
            update={
                "dated": self.dated or base.dated,
                "description": self.description or base.description,
                "per_million": self.per_million or base.per_million,
                "serving": self.serving or base.serving,
                "inputs": {**base.inputs, **inputs},
                "references": self.references or base.references,
                "left_out": self.left_out or base.left_out,
            }
        )
        result._differs = differs
        return result

    @property
    def missing(self) -> tuple[str, ...]:
        """What the chain needs and this scenario lacks: complete it from another one."""
        settings = [name for name in ("dated", "per_million", "serving") if getattr(self, name) is None]
        return (*settings, *(key for key in UNITS if key not in self.inputs))


def _wrong(key: str, given: ScenarioInput) -> PydanticCustomError | None:
    """Return what is wrong with an input: unknown, in another unit, or of a size its unit cannot have."""
    if key not in UNITS:
        hint = did_you_mean(key, UNITS) or f"Known are {', '.join(UNITS)}"
        return fault(f"unknown input '{key}'", hint, at=(key,))
    unit, (low, _, high) = UNITS[key], given.triple
    faults = [
        (given.unit != unit, f"the unit is '{given.unit[:40]}', not '{unit}'",
         f"Convert the numbers, then write unit: {unit}", "unit"),
        (low <= 0 and key not in _MAY_BE_ZERO, "has to be greater than 0", "", ""),
        (unit in _AT_MOST_ONE and high > 1, f"{high:g} is more than a share of 1", "Write 0.8 for 80%", ""),
        (key == "storage_share" and high == 1, "storage cannot be all of the cost", "", ""),
        (unit in _AT_LEAST_ONE and low < 1, f"{low:g} is less than 1",
         "The whole is never less than its part", ""),
    ]  # fmt: skip
    for is_so, message, hint, below in faults:
        if is_so:
            return fault(message, hint, at=(key, below) if below else (key,))
    return None
