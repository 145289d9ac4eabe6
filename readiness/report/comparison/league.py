"""The whole table, or a group's part of it: in bands, with the reasons of those who are not ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from readiness.analysis.averages import AVERAGES, average, people
from readiness.definitions.framework import Framework
from readiness.figures.table import Figures
from readiness.report.comparison.model import SideBySide
from readiness.report.comparison.sides import why
from readiness.report.lines import node_lines
from readiness.report.model import Source, Tile
from readiness.report.profile import bounds, tiles
from readiness.report.sources import scored
from readiness.scores import Robustness, Scores, plain, whole


@dataclass(frozen=True)
class LeagueRow:
    """A country of a league table; `parts` are its scores of the parts below the index.

    `low` and `high` hold nine of ten draws of the rank, `band` counts from 1; None where nothing is
    drawn. `opens`: it is the first of its band. `group_rank` is its rank among the group.
    """

    code: str
    name: str
    rank: int | float | None
    low: int | None
    high: int | None
    band: int | None
    opens: bool
    score: float | None
    parts: tuple[tuple[str, float | None], ...]
    coverage: float
    group_rank: int | None = None


@dataclass(frozen=True)
class LeaguePart:
    """A part below the index: its id, name and note."""

    id: str
    title: str
    note: str | None


@dataclass(frozen=True)
class Average:
    """An average of the group: how it is called, of the index and of each part."""

    title: str
    score: float | None
    parts: tuple[float | None, ...]


@dataclass(frozen=True)
class LeagueTable:
    """All that the report of a league table shows.

    `group` is how the group is called, None for all countries. `unranked` holds a name and the reason
    for each country without a rank. `bands` is the number of bands of the whole table. `beside` sets the
    countries of a small group side by side.
    """

    framework: Framework
    title: str
    group: str | None
    rows: tuple[LeagueRow, ...]
    unranked: tuple[tuple[str, str], ...]
    parts: tuple[LeaguePart, ...]
    averages: tuple[Average, ...]
    tiles: tuple[Tile, ...]
    bounds: tuple[float, ...]
    ranked_count: int
    country_count: int
    bands: int | None
    draws: int
    seed: int | None
    widths: tuple[float, ...]
    sources: tuple[Source, ...]
    fingerprint: str
    beside: SideBySide | None = None


_TITLES = {"median": "Median", "mean": "Mean", "weighted_mean": "Mean by people"}


def rows(scores: Scores, codes: Sequence[str] | None = None) -> tuple[LeagueRow, ...]:
    """Return the countries, best first, the unranked last; of a group those of `codes`."""
    drawn, kept = scores.robustness, None if codes is None else set(codes)
    ranks = {} if codes is None else scores.group_ranks(codes)
    found: list[LeagueRow] = []
    for number in scores.order():
        code = scores.countries[number]
        if kept is None or code in kept:
            before = found[-1].band if found else None
            found.append(_row(scores, drawn, number, before, ranks.get(code)))
    return tuple(found)


def _row(
    scores: Scores, drawn: Robustness | None, number: int, before: int | None, group_rank: int | None
) -> LeagueRow:
    low, high = (drawn.interval(number) if drawn else None) or (None, None)
    band = None if drawn is None or not np.isfinite(drawn.band[number]) else int(drawn.band[number])
    return LeagueRow(
        scores.countries[number], scores.matrix.names[number], whole(scores.ranks[number]), low, high, band,
        band is not None and band != before, plain(scores.nodes[number, 0]),
        tuple((part.id, plain(scores.column(part.id)[number])) for part in scores.framework.tree.parts),
        float(scores.coverage[number, 0]), group_rank,
    )  # fmt: skip


def table(
    scores: Scores, figures: Figures, *, codes: Sequence[str] | None = None, group: str | None = None
) -> LeagueTable:
    """Collect what the report of a league table says.

    Parameters
    ----------
    codes, group
        Those of a group and how it is called; all countries where left out.
    """
    drawn, every = scores.robustness, rows(scores, codes)
    limits = bounds(scores)
    names = {part.id: part for part in scores.framework.tree.nodes()}
    parts = tuple(
        LeaguePart(part.id, names[part.id].title if part.id in names else figures.series[part.id].name,
                   names[part.id].note if part.id in names else None)
        for part in scores.framework.tree.parts
    )  # fmt: skip
    ranked = tuple(row for row in every if row.rank is not None)
    return LeagueTable(
        framework=scores.framework, title=scores.framework.tree.title, group=group, rows=ranked,
        unranked=tuple((row.name, _why(scores, row.code)) for row in every if row.rank is None), parts=parts,
        averages=() if codes is None else _averages(scores, figures, [row.code for row in every]),
        tiles=tiles(None, scores, limits) if codes is None else (), bounds=limits,
        ranked_count=int(scores.ranked.sum()),
        country_count=len(scores.countries),
        bands=None if drawn is None or drawn.above is None else int(np.nanmax(drawn.band)),
        draws=drawn.draws if drawn else 0, seed=drawn.seed if drawn else None,
        widths=tuple(float((row.high or 0) - row.low) for row in ranked if row.low is not None),
        sources=scored(scores.matrix.indicators, figures.series), fingerprint=scores.fingerprint,
    )  # fmt: skip


def _why(scores: Scores, code: str) -> str:
    row = scores.position(code)
    return why(row, scores, node_lines(row, scores, ()))


def _averages(scores: Scores, figures: Figures, codes: Sequence[str]) -> tuple[Average, ...]:
    """Return the averages of the countries with a score, ranked or not: a missing one counts for nothing."""
    at = np.array([scores.position(code) for code in codes], dtype=np.int64)
    weights = people(scores, figures, codes)
    columns = [scores.column(part.id)[at] for part in scores.framework.tree.parts]
    return tuple(
        Average(_TITLES[how], average(scores.nodes[at, 0], weights, how),
                tuple(average(column, weights, how) for column in columns))
        for how in AVERAGES
    )  # fmt: skip
