"""The profile of a country as types: plain values, numbers unrounded, None where missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from readiness.countries import Country
from readiness.definitions.framework import Framework

if TYPE_CHECKING:
    from readiness.analysis.affordability import Affordability
    from readiness.analysis.changes import Changes
    from readiness.analysis.direction import Direction
    from readiness.analysis.grade import Grade
    from readiness.analysis.income import CountryIncome
    from readiness.analysis.layers import Binding
    from readiness.analysis.leapfrog import Leapfrog
    from readiness.analysis.moves import Moves
    from readiness.analysis.posture import LayerPosture
    from readiness.analysis.sizing import Serving, Sizing


@dataclass(frozen=True)
class Peers:
    """A comparison set that never changes scores: its key, value, how it is called, its size.

    `members` are the codes of a set that was chosen country by country, empty for a group.
    """

    key: str
    value: str
    label: str
    count: int
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A source of figures on these pages, numbered, with its licence.

    `short` is the publisher's name without those it came through; `indicators` names what
    of it is on these pages.
    """

    number: int
    publisher: str
    short: str
    dataset: str | None
    licence: str
    redistribute: str
    url: str | None
    vintage: str | None
    retrieved: str | None
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class NodeLine:
    """A node of the tree: this country's score and rank beside the medians of its peers.

    `rank` is among all countries with a score there; `have` of `total` indicators have a figure.
    `low` and `high` hold nine of ten draws of the score, None where nothing is drawn.
    """

    id: str
    title: str
    description: str
    note: str | None
    depth: int
    score: float | None
    rank: int | float | None
    of: int
    medians: tuple[float | None, ...]
    have: int
    total: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class FigureLine:
    """One indicator of the tree: the figure, its year and source, what was made of it.

    `value` is after the denominator, in `unit`; `published` and `published_unit` as the
    source has it, where that differs. `flag` is scored, old, estimated, true zero, assumed
    zero or missing. `share` is the score as a percentage of the scale. `behind` is
    the number of countries with a worse figure, `percentile` their share, ties counting half.
    `peers` is the same share among the first peers with a figure, and `median` their median
    score as a percentage of the scale.
    """

    id: str
    title: str
    path: tuple[str, ...]
    value: float | None
    unit: str
    published: float | None
    published_unit: str | None
    year: int | None
    score: float | None
    rank: int | float | None
    of: int
    behind: int
    share: float
    percentile: float | None
    flag: str
    note: str | None
    source: Source
    peers: float | None = None
    median: float | None = None


@dataclass(frozen=True)
class Fact:
    """A context figure: reported, never scored."""

    id: str
    title: str
    value: float
    unit: str
    year: int
    note: str | None
    source: Source


@dataclass(frozen=True)
class Range:
    """What the draws say of a country's rank: 5 and 95% of them, the median, its band of so many.

    `band` and `bands` are None where pairs of countries were not counted.
    """

    low: int
    median: int
    high: int
    band: int | None
    bands: int | None


@dataclass(frozen=True)
class Neighbour:
    """A country near in rank; `range` is None where the framework draws none."""

    code: str
    name: str
    rank: int | float
    range: Range | None
    score: float
    own: bool


@dataclass(frozen=True)
class View:
    """Another framework over the same index: a second tree, or another reading of it."""

    id: str
    name: str
    reading: str
    description: str
    score: float | None
    rank: int | float | None
    range: Range | None
    of: int
    lines: tuple[NodeLine, ...]


@dataclass(frozen=True)
class IncomePoint:
    """A ranked country on the chart of score against income; `peer` is of the first peers."""

    code: str
    name: str
    income: float
    score: float
    peer: bool
    own: bool


@dataclass(frozen=True)
class IncomeChart:
    """Score against income: the points, and the line through all ranked countries but this one.

    `line` holds the expected score at the lowest and at the highest income of `points`.
    """

    points: tuple[IncomePoint, ...]
    line: tuple[tuple[float, float], tuple[float, float]]
    unit: str
    years: tuple[int, int]


@dataclass(frozen=True)
class Tile:
    """A country of the world map: its band of the score, 0 the lowest, None where it is unranked."""

    code: str
    name: str
    rank: int | float | None
    band: int | None
    own: bool


@dataclass(frozen=True)
class Findings:
    """What the analyses say of a country; None where the index lacks what one needs.

    `changes` compares with an earlier edition, where one was named.
    """

    grade: Grade
    income: CountryIncome | None = None
    binding: Binding | None = None
    direction: Direction | None = None
    posture: tuple[LayerPosture, ...] = ()
    leapfrog: Leapfrog | None = None
    moves: Moves | None = None
    sizing: Sizing | None = None
    serving: Serving | None = None
    affordability: Affordability | None = None
    changes: Changes | None = None


@dataclass(frozen=True)
class CountryProfile:
    """All that a country's report shows. Numbers are unrounded; None is missing.

    `ends` are those of the scale that charts share: the normalisation's range, else what
    holds all scores. `bounds` are the scores between the bands of `tiles`, lowest first.
    """

    country: Country
    framework: Framework
    title: str
    status: str
    score: float | None
    rank: int | float | None
    range: Range | None
    shared: bool
    ranked_count: int
    country_count: int
    coverage: float
    have: int
    zeros: int
    total: int
    needed: int
    peers: tuple[Peers, ...]
    medians: tuple[float | None, ...]
    pillars: tuple[NodeLine, ...]
    nodes: tuple[NodeLine, ...]
    views: tuple[View, ...]
    neighbours: tuple[Neighbour, ...]
    strengths: tuple[FigureLine, ...]
    weaknesses: tuple[FigureLine, ...]
    figures: tuple[FigureLine, ...]
    facts: tuple[Fact, ...]
    sources: tuple[Source, ...]
    ends: tuple[float, float]
    fingerprint: str
    findings: Findings
    income: IncomeChart | None
    tiles: tuple[Tile, ...]
    bounds: tuple[float, ...]

    def _repr_html_(self) -> str:
        """Return the country's scores down the tree, beside its peers' medians, for a notebook."""
        from readiness.report.notebook import shown

        return shown(self)
