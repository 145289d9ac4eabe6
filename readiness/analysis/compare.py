"""Countries side by side, the parts of the tree down the side; and beside a group's averages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np

from readiness.analysis.averages import AVERAGES, average, people
from readiness.definitions.framework import IndicatorRef, Node
from readiness.definitions.indicator import Series
from readiness.figures.table import Figures
from readiness.scores import Scores, Table

# Rows of a comparison that are no part of the tree.
HEADS = ("rank", "rank_low", "rank_high", "score", "coverage")
_RANKS = HEADS[:3]


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
