"""The frameworks of an index: a list of them, and two of them on the same figures side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from readiness.engine.rank import rank
from readiness.engine.statistics import correlation
from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats
from readiness.scores import Scores, Table, plain, whole


def listing(scores: Mapping[str, Scores]) -> Table:
    """Return a row a framework, from the scores of each.

    Columns: `framework,name,reading,edition,year,countries,ranked,indicators,ranges,
    fingerprint`; `ranges` tells whether its ranks have one (an `uncertainty:` block).
    """
    columns = ("framework", "name", "reading", "edition", "year", "countries", "ranked", "indicators",
               "ranges", "fingerprint")  # fmt: skip
    rows = []
    for name, item in scores.items():
        framework = item.framework
        ranges = "yes" if framework.uncertainty is not None else "no"
        rows.append((name, framework.name, framework.reading, framework.edition, framework.year,
                     len(item.countries), int(item.ranked.sum()), len(item.matrix.indicators),
                     ranges, item.fingerprint))  # fmt: skip
    return Table(columns, tuple(rows))


@dataclass(frozen=True)
class SideBySide:
    """Two frameworks compared.

    `spearman` is over the `n` countries that are ranked in both, None where it is not
    defined; `only_first` and `only_second` are how many are ranked in one only. `table` has
    a row a country that either assesses, the largest movers first.
    """

    first: Scores
    second: Scores
    n: int
    spearman: float | None
    only_first: int
    only_second: int
    table: Table


def side_by_side(first: Scores, second: Scores) -> SideBySide:
    """Compare the ranks of two frameworks over the same figures.

    Columns are `country,name`, then for each framework `ID:rank,ID:rank_low,ID:rank_high,
    ID:score` (the range empty where the framework has no `uncertainty:`), then `places`: how
    many places the country stands higher in the second, among the countries ranked in both,
    so that nobody moves because one framework ranks more countries. Largest movers first,
    then in order of code; those not ranked in both come last.

    Raises
    ------
    ReadinessError
        When both are the same framework.
    """
    names = first.framework.id, second.framework.id
    if names[0] == names[1]:
        raise ReadinessError(f"{names[0]} and {names[1]} are the same framework", "Name two different ones")
    codes = sorted({*first.countries, *second.countries})
    columns = [_columns(item, codes) for item in (first, second)]
    both = np.isfinite(columns[0]["rank"]) & np.isfinite(columns[1]["rank"])
    # Two frameworks may break ties and round by rules of their own: places are of the ranks they print.
    places = [rank(-column["rank"], both) for column in columns]
    gained = places[0] - places[1]
    spearman = correlation(places[0], places[1], "spearman")
    keys = np.where(both, -np.abs(gained), np.inf)
    known = dict(zip(first.countries, first.matrix.names, strict=True))
    known |= dict(zip(second.countries, second.matrix.names, strict=True))
    rows = [
        (
            codes[row],
            known[codes[row]],
            *_cells(columns[0], row),
            *_cells(columns[1], row),
            whole(gained[row]),
        )
        for row in np.argsort(keys, kind="stable")
    ]
    headings = [f"{name}:{part}" for name in names for part in ("rank", "rank_low", "rank_high", "score")]
    alone = [int((np.isfinite(column["rank"]) & ~both).sum()) for column in columns]
    table = Table(("country", "name", *headings, "places"), tuple(rows))
    return SideBySide(first, second, int(both.sum()), plain(spearman), alone[0], alone[1], table)


def _columns(scores: Scores, codes: list[str]) -> dict[str, Floats]:
    """Return ranks, their ranges and scores in the order of `codes`, NaN where there is none."""
    place = {code: number for number, code in enumerate(scores.countries)}
    here = np.array([place.get(code, -1) for code in codes])
    nothing = np.full(len(scores.countries), np.nan)
    robustness = scores.robustness
    found = {
        "rank": scores.ranks,
        "rank_low": nothing if robustness is None else robustness.rank_low,
        "rank_high": nothing if robustness is None else robustness.rank_high,
        "score": scores.nodes[:, 0],
    }
    return {name: np.where(here >= 0, column[here], np.nan) for name, column in found.items()}


def _cells(columns: dict[str, Floats], row: int) -> tuple[Any, ...]:
    ranks = (whole(columns[name][row]) for name in ("rank", "rank_low", "rank_high"))
    return (*ranks, plain(columns["score"][row]))
