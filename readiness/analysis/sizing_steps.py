"""What a sizing is made of: steps of three numbers, inputs with their sources, and the whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One step of the chain: three numbers in `unit`, the formula in words, what went in.

    None where an input is unknown.
    """

    id: str
    title: str
    unit: str
    low: float | None
    mid: float | None
    high: float | None
    formula: str
    inputs: tuple[str, ...]
    note: str | None


@dataclass(frozen=True)
class Input:
    """One number that went into a sizing, with its source.

    `how_known` is `read`, `derived`, `assumed` or `unverified`, as in the scenario; `given` by the
    caller; `figure` of the index.
    """

    key: str
    name: str
    low: float | None
    mid: float | None
    high: float | None
    unit: str
    year: str
    publisher: str
    title: str | None
    url: str | None
    how_known: str
    note: str | None


@dataclass(frozen=True)
class Sizing:
    """A project sized for one country.

    Attributes
    ----------
    target, target_words
        As it is asked for (`per-million=50`), and in words.
    steps
        In the order of the chain.
    inputs
        All that went in: of the scenario, of the country, given by the caller.
    left_out
        What no step holds.
    unknown
        What was not known, and which steps are blank for it.
    scenario, dated
        The scenario's name and date.
    differs
        Inputs that are not those of the bundled scenario.
    compare
        Published numbers that no step takes, to hold the results against: the scenario's references,
        and beside a target per person what others have.
    """

    country: str
    target: str
    target_words: str
    steps: tuple[Step, ...]
    inputs: tuple[Input, ...]
    left_out: tuple[str, ...]
    unknown: tuple[str, ...]
    scenario: str
    dated: str
    differs: tuple[str, ...]
    compare: tuple[Input, ...] = ()

    def step(self, name: str) -> Step:
        """Return a step by its id.

        Raises
        ------
        KeyError
            When there is no such step.
        """
        for step in self.steps:
            if step.id == name:
                return step
        raise KeyError(name)


@dataclass(frozen=True)
class Serving:
    """How many accelerators serve one open reasoning model to a share of the people.

    `low mid high` are accelerators in whole servers, at least `minimum` (low, middle, high): the
    smallest installation of that efficiency. `known` is what is known to run in the country, in
    H100-equivalents, `assumed_zero` where no source lists any and none is assumed; `enough` the
    share of the middle need that it covers. None where the population is unknown.
    """

    country: str
    model: str
    licence: str
    share: float
    users: float | None
    tokens_per_day: float | None
    tokens_per_second: float | None
    low: int | None
    mid: int | None
    high: int | None
    minimum: tuple[float, float, float]
    at_minimum: bool | None
    facility_mw: float | None
    known: float | None
    known_year: int | None
    assumed_zero: bool
    enough: float | None
    formula: str
    scenario: str
    dated: str
