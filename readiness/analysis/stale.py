"""Which series are getting old: past their maximum age, or with newer figures at hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from readiness.analysis.catalogue import pillars
from readiness.figures.table import Figures, latest
from readiness.scores import Scores, Table

COLUMNS = ("indicator", "name", "pillar", "latest_year", "max_age", "years_left", "countries", "too_old",
           "newer", "retrieved")  # fmt: skip


def stale(
    scores: Scores, figures: Figures, folders: Mapping[str, str], newer: Mapping[str, int]
) -> Table:  # fmt: skip
    """Return a row a series that is past its maximum age for somebody or has newer figures at hand.

    By pillar, the oldest first. `years_left` is how many years the newest figure still counts: 0 in its
    last year, negative where no figure counts any longer; empty where a series has no maximum age.
    `countries` have a figure, and the latest of `too_old` of them is past the age. `newer` is how many
    figures of newer years the source is known to have. Derived series are as old as what they are
    made of, and left out.

    Parameters
    ----------
    newer
        By series, see above; 0 where nobody knows.
    """
    where = pillars(scores, figures, folders)
    rows = [_row(scores, figures, name, where[name], newer.get(name, 0)) for name in where
            if figures.series[name].derived is None]  # fmt: skip
    old = [row for row in rows if row[7] or row[8] or (row[5] is not None and row[5] <= 0)]
    place = {pillar: number for number, pillar in enumerate(dict.fromkeys(where.values()))}
    old.sort(key=lambda row: (place[row[2]], row[3] or 0, -row[7], row[0]))
    return Table(COLUMNS, tuple(old))


def _row(
    scores: Scores, figures: Figures, name: str, pillar: str, newer: int
) -> tuple[str, str, str, int | None, int | None, int | None, int, int, int, str | None]:
    series, block = figures.series[name], figures.blocks[name]
    year, age = scores.framework.year, series.max_age
    _, years = latest(block, scores.countries, block.years <= year)
    known = years[years > 0]
    newest = int(known.max()) if known.size else None
    left = None if newest is None or age is None else newest + age - year
    too_old = 0 if age is None else int(np.count_nonzero(known < year - age))
    return (name, series.name, pillar, newest, age, left, int(known.size), too_old, newer,
            series.source.retrieved)  # fmt: skip
