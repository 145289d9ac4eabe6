"""Countries side by side, the parts of the tree down the side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from readiness.definitions.framework import IndicatorRef, Node
from readiness.definitions.indicator import Series
from readiness.scores import Scores, Table


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
