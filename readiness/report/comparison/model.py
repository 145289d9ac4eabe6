"""What a report on two to eight countries says, as types: plain values, None where missing."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.countries import Country
from readiness.definitions.framework import Framework
from readiness.report.model import FigureLine, NodeLine, Range, Source


@dataclass(frozen=True)
class Side:
    """One of the countries: its place, its scores down the tree, its figures.

    `beyond` are the points of its score above what its income alone would give; `why` says in words
    why it is not ranked.
    """

    country: Country
    rank: int | float | None
    range: Range | None
    score: float | None
    coverage: float
    nodes: tuple[NodeLine, ...]
    figures: tuple[FigureLine, ...]
    beyond: float | None
    why: str | None


@dataclass(frozen=True)
class GapTerm:
    """What an indicator adds to the gap between two countries, with the figures of both."""

    title: str
    unit: str
    points: float
    one: float | None
    one_year: int | None
    other: float | None
    other_year: int | None


@dataclass(frozen=True)
class Pair:
    """Why the first of two countries is above the second.

    `steps` go from the second's score to the first's by the points of each part below the index, each
    rounded so that they add up as printed; `terms` are the indicators that add or take most, `rest` the
    points of all others. `above` is the share of draws in which it is above, None where not drawn.
    """

    one: str
    other: str
    above: float | None
    gap: float
    steps: tuple[tuple[str, float], ...]
    terms: tuple[GapTerm, ...]
    rest: float


@dataclass(frozen=True)
class SideBySide:
    """All that a comparison report shows. Numbers are unrounded but where they are said to be.

    `sides` stand by rank, the unranked last; `above` holds for each the share of draws in which it is
    above each other, None where it was not counted. `widest` are positions of the indicators whose
    scores are furthest apart. `ends` are those of the scale of scores.
    """

    framework: Framework
    title: str
    sides: tuple[Side, ...]
    above: tuple[tuple[float | None, ...], ...]
    pairs: tuple[Pair, ...]
    widest: tuple[int, ...]
    sources: tuple[Source, ...]
    ends: tuple[float, float]
    ranked_count: int
    country_count: int
    fingerprint: str
