"""Countries side by side, the parts of the tree down the side; and beside a group's averages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from readiness.analysis import explain
from readiness.analysis.averages import AVERAGES, average, people
from readiness.definitions.framework import IndicatorRef, Node
from readiness.definitions.indicator import Series
from readiness.figures.table import Figures
from readiness.scores import Scores, Table, plain

if TYPE_CHECKING:
    import pandas as pd

    from readiness.analysis.panel import Panel

# Rows of a comparison that are no part of the tree.
HEADS = ("rank", "rank_low", "rank_high", "score", "coverage")
_RANKS = HEADS[:3]
# Before the code of the country that the first one is set against.
GAP = "gap_"


def compare(
    scores: Scores, countries: Sequence[str], series: Mapping[str, Series], *,
    level: str | None = None, values: bool = False,
) -> Table:  # fmt: skip
    """Return a table with a row for the rank, its range, score, coverage and each part of the tree.

    Columns are `part,name,depth,unit`, then one a country in the order given. `rank_low` and
    `rank_high` are empty for a framework without `uncertainty:`.

    Parameters
    ----------
    level
        How deep: every part down to it, see `Scores.parts`; `all` and `indicator` are the
        whole tree.
    values
        Indicators show their figures in the source's unit instead of scores; without a
        `level` the whole tree is shown.

    Raises
    ------
    UnknownNameError
        When a country is not assessed or the tree has no such level.
    """
    rows = [scores.position(code) for code in countries]
    ranges = [scores.interval(code) or (None, None) for code in countries]
    head = [
        ("rank", "Rank", 0, "", *(scores.rank(code) for code in countries)),
        ("rank_low", "Rank, 5% of draws", 0, "", *(low for low, _ in ranges)),
        ("rank_high", "Rank, 95% of draws", 0, "", *(high for _, high in ranges)),
        ("score", "Score", 0, "score", *(scores.score(code) for code in countries)),
        ("coverage", "Coverage", 0, "", *(float(scores.coverage[row, 0]) for row in rows)),
    ]
    parts = _down_to(scores, level or ("indicator" if values else "pillar"))
    body = [_row(scores, part, depth, rows, series, values) for depth, part in parts]
    return Table(("part", "name", "depth", "unit", *countries), tuple(head + body))


# Rows that say how sure the order is, and how the scores have moved, below the tree.
BAND, ABOVE, OF_YEAR = "band", "above_", "score_"
# Shares of draws stand in rows for so many countries; more have them in JSON alone.
FEW = 8


@dataclass(frozen=True)
class Comparison:
    """Countries side by side: who is ahead and how sure that is, where, since when, and why.

    Attributes
    ----------
    rows
        A row for the rank, its range, score and coverage, for each part of the tree, then `band`,
        `above_CODE` (the share of draws in which each is above that country) and, where asked for,
        `score_YEAR` on one scale. Columns `part,name,depth,unit`, one a country, and, where asked for,
        `gap_CODE`: what each part adds to the lead of the first country over another.
    above
        P(one above another), ties counting half, by the two codes; empty where nothing is drawn.
    shown
        What a notebook shows, as HTML.
    """

    rows: Table
    above: Mapping[str, Mapping[str, float]]
    shown: Callable[[Comparison], str] | None = field(default=None, repr=False, compare=False)

    def table(self) -> pd.DataFrame:
        """Return `rows` as a DataFrame indexed by the id of the part."""
        return self.rows.frame()

    def _repr_html_(self) -> str | None:
        """Return the table for a notebook; None where nobody knows how to show it."""
        return None if self.shown is None else self.shown(self)


def with_gaps(table: Table, scores: Scores, countries: Sequence[str], series: Mapping[str, Series]) -> Table:
    """Return a comparison with what each part adds to the lead of the first country over each other.

    Points of the index score: those of the parts below a node sum to its own, and `score` has the gap.
    Empty where one of the two has no score.
    """
    first, *others = countries
    found: dict[str, dict[str, float | None]] = {}
    for other in others:
        there = scores.score(first) is not None and scores.score(other) is not None
        terms = explain.against(scores, first, other, series) if there else ()
        found[other] = {term.part: term.term for term in terms}
        found[other]["score"] = found[other].pop(scores.node_ids[0], None)
    rows = [(*row, *(found[other].get(row[0]) for other in others)) for row in table.rows]
    return Table((*table.columns, *(f"{GAP}{other}" for other in others)), tuple(rows))


def with_certainty(table: Table, scores: Scores, countries: Sequence[str]) -> Table:
    """Return a comparison with the bands and, of a few countries, who is above whom in the draws."""
    drawn = scores.robustness
    if drawn is None or drawn.above is None:
        return table
    rows = [scores.position(code) for code in countries]
    bands = [int(drawn.band[row]) if np.isfinite(drawn.band[row]) else None for row in rows]
    added: list[tuple[Any, ...]] = [(BAND, "Band", 0, "", *bands)]
    if len(countries) <= FEW:
        found = above(scores, countries)
        added += [
            (f"{ABOVE}{code}", f"Above {code}, share of draws", 0, "",
             *(found.get(one, {}).get(code) for one in countries))
            for code in countries if code in found
        ]  # fmt: skip
    return _extended(table, added)


def with_years(table: Table, panel: Panel, countries: Sequence[str]) -> Table:
    """Return a comparison with the index score of every year of a panel, all on one scale."""
    places = [panel.countries.index(code) for code in countries]
    column = panel.column(panel.scores.framework.tree.id)
    added = [
        (
            f"{OF_YEAR}{year}",
            f"Score, {year}",
            0,
            "score",
            *(plain(value) for value in column[number, places]),
        )
        for number, year in enumerate(panel.years)
    ]
    return _extended(table, added)


def _extended(table: Table, added: Sequence[tuple[Any, ...]]) -> Table:
    """Add rows below; columns that they do not have, averages and gaps, are empty."""
    width = len(table.columns)
    return replace(table, rows=(*table.rows, *((*row, *[None] * (width - len(row))) for row in added)))


def above(scores: Scores, countries: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return P(one above another) in the draws, ties counting half, for every pair of countries.

    By the first country's code, then the second's. Without `uncertainty:` it is empty; an
    unranked country is in no pair.
    """
    drawn = scores.robustness
    if drawn is None:
        return {}
    found: dict[str, dict[str, float]] = {}
    for one, other in permutations(dict.fromkeys(countries), 2):
        share = drawn.probability(scores.position(one), scores.position(other))
        if share is not None:
            found.setdefault(one, {})[other] = share
    return found


def _down_to(scores: Scores, level: str) -> list[tuple[int, Node | IndicatorRef]]:
    wanted = {part.id for part in scores.parts("all" if level == "indicator" else level)}
    tree = list(scores.framework.tree.walk())[1:]
    deepest = max((depth for depth, part in tree if part.id in wanted), default=0)
    return [(depth, part) for depth, part in tree if depth <= deepest]


def _row(
    scores: Scores, part: Node | IndicatorRef, depth: int, rows: Sequence[int],
    series: Mapping[str, Series], values: bool,
) -> tuple[Any, ...]:  # fmt: skip
    if isinstance(part, Node):
        name, unit, column = part.title, "score", scores.column(part.id)
    else:
        name, unit, column = series[part.id].name, "score", scores.column(part.id)
        if values:
            unit = series[part.id].unit
            column = scores.stages["selected"].values[:, scores.matrix.indicators.index(part.id)]
    cells = [float(column[row]) if np.isfinite(column[row]) else None for row in rows]
    return (part.id, name, depth, unit, *cells)


def with_averages(
    table: Table, scores: Scores, members: Sequence[str], figures: Figures, values: bool
) -> Table:
    """Return a comparison with the median, the mean and the mean by population of a group beside it.

    Each over the members that have the figure: a group never counts a missing one. Ranks have no
    average. The mean by population is empty where no member with the figure has a population.

    Parameters
    ----------
    members
        The codes of the group.
    values
        The comparison shows figures, as in `compare`.
    """
    rows = [scores.position(code) for code in members]
    weights = people(scores, figures, members)
    found = []
    for row in table.rows:
        column = None if row[0] in _RANKS else _column(scores, row[0], values)
        cells = (None,) * 3 if column is None else [average(column[rows], weights, how) for how in AVERAGES]
        found.append((*row, *cells))
    return Table((*table.columns, *AVERAGES), tuple(found))


def _column(scores: Scores, part: str, values: bool) -> np.ndarray:
    if part == "score":
        return scores.nodes[:, 0]
    if part == "coverage":
        return scores.coverage[:, 0]
    if values and part in scores.matrix.indicators:
        return scores.stages["selected"].values[:, scores.matrix.indicators.index(part)]
    return scores.column(part)


def by_difference(table: Table) -> Table:
    """Return a comparison whose parts stand by how far apart the countries are, the furthest first.

    Between figures of different units the distance counts in the larger of the two sizes; parts
    that a country has no score of come last.
    """
    head = [row for row in table.rows if row[0] in HEADS]
    body = [row for row in table.rows if row[0] not in HEADS]
    body.sort(key=lambda row: -_spread(row))
    return replace(table, rows=tuple(head + [(*row[:2], 1, *row[3:]) for row in body]))


def differing(table: Table) -> Table:
    """Return a comparison without the parts in which all countries are the same."""
    kept = [row for row in table.rows if row[0] in HEADS or len({_rounded(cell) for cell in row[4:]}) > 1]
    return replace(table, rows=tuple(kept))


def first(table: Table, count: int) -> Table:
    """Return a comparison of so many parts, below its first rows."""
    head = sum(row[0] in HEADS for row in table.rows)
    return replace(table, rows=table.rows[: head + count])


def _rounded(cell: float | None) -> float | None:
    return None if cell is None else float(f"{cell:.12g}")


def _spread(row: Sequence[Any]) -> float:
    cells = [cell for cell in row[4:] if cell is not None]
    if len(cells) < 2:
        return -1.0
    spread = max(cells) - min(cells)
    size = max(abs(cell) for cell in cells)
    return float(spread if row[3] == "score" or size == 0 else 100 * spread / size)
