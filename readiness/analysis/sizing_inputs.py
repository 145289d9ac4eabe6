"""What goes into a sizing: numbers of the scenario, figures of the country, what the caller gave.

Each is noted with its source when it is first used, and what is not known is noted too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from readiness.analysis.sizing_facts import Facts
from readiness.analysis.sizing_steps import Input
from readiness.analysis.sizing_target import Target
from readiness.definitions.scenario import Scenario, Sourced

Triple = tuple[float, float, float]


@dataclass
class Inputs:
    """The inputs of one sizing, noted as they are taken."""

    scenario: Scenario
    facts: Facts
    target: Target
    capital_cost: float | None
    power_price: float | None
    inputs: dict[str, Input] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def take(self, key: str) -> Triple:
        """Return an input of the scenario, low, middle, high."""
        item = self.scenario.inputs[key]
        low, mid, high = item.triple
        self.inputs.setdefault(key, replace(_input(key, item.name or key, item), low=low, high=high))
        return low, mid, high

    def turned(self, key: str) -> Triple:
        """Return an input that makes a step smaller the larger it is: high, middle, low."""
        low, mid, high = self.take(key)
        return high, mid, low

    def fact(self, key: str, missing: str) -> float | None:
        """Return a figure of the country; None is noted as unknown."""
        fact = self.facts.known.get(key)
        if fact is None:
            why = self.facts.unfit.get(key)
            self.unknown.append(missing if why is None else f"{missing}: {why}")
            return None
        self.inputs.setdefault(key, Input(
            key, fact.name, fact.value, fact.value, fact.value, fact.unit, f"{fact.year}",
            fact.source.publisher, fact.source.dataset, fact.source.url, "figure", None,
        ))  # fmt: skip
        return fact.value

    def given(self, key: str, name: str, value: float, unit: str) -> float:
        """Note a number that the caller gave."""
        self.inputs.setdefault(
            key, Input(key, name, value, value, value, unit, "", "given", None, None, "given", None)
        )
        return value

    def policy(self, name: str, value: float, unit: str, reason: str | None) -> float:
        """Note the scenario's own number of a target, which the caller left to it."""
        dated = self.scenario.dated or ""
        self.inputs.setdefault("target", Input(
            "target", name, value, value, value, unit, dated, "none", None, None, "assumed", reason
        ))  # fmt: skip
        return value

    def median(self, words: str, count: int, median: float) -> float:
        """Note what the peers have; its figures are of many countries, and of one source."""
        source = self.facts.clusters
        self.inputs.setdefault("target", Input(
            "target", f"Median of {count} {words}", median, median, median, "H100e per million people", "",
            "none" if source is None else source.publisher, None if source is None else source.dataset,
            None if source is None else source.url, "derived", None,
        ))  # fmt: skip
        return median

    def per_million(self, value: float | None) -> float:
        """Note the target's number per million people: the caller's, or the scenario's."""
        unit, default = "accelerators per million people", self.scenario.per_million
        if value is not None:
            return self.given("target", "Target", value, unit)
        if default is None:
            raise ValueError("the scenario is not complete: it has no per_million")
        return self.policy("Target", default.value, unit, default.reason)

    def compare(self) -> Iterator[Input]:
        """Yield what stands beside the results: never an input."""
        per_million = self.scenario.per_million
        if self.target.kind in ("per-million", "peer-median") and per_million is not None:
            for number, item in enumerate(per_million.observed, start=1):
                yield _input(f"observed_{number}", item.name, item)
        for key, reference in self.scenario.references.items():
            yield _input(key, reference.name, reference)


def _input(key: str, name: str, item: Sourced) -> Input:
    return Input(
        key, name, item.low, item.mid, item.high, item.unit, item.year, item.publisher, item.title, item.url,
        item.how_known, item.note,
    )  # fmt: skip
