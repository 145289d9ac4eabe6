"""Averages of groups of countries: median, mean, and mean by population. They rank nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np

from readiness.countries import GroupValue, as_written
from readiness.figures.matrix import Floats
from readiness.figures.table import Figures
from readiness.scores import Scores, Table, plain

Average = Literal["median", "mean", "weighted_mean"]
AVERAGES: tuple[Average, ...] = get_args(Average)
# The series that weighs the mean by population.
POPULATION = "population"


def people(scores: Scores, figures: Figures, codes: Sequence[str]) -> Floats:
    """Return the population of countries in the framework's year, (n,); NaN where it is not known."""
    if POPULATION not in figures.blocks:
        return np.full(len(codes), np.nan)
    return figures.latest(POPULATION, list(codes), scores.framework.year)[0]


def average(values: Floats, weights: Floats, how: Average) -> float | None:
    """Return an average of the values that are there; None where there is none.

    Parameters
    ----------
    values : (n,)
        NaN is missing, and counts for nothing.
    weights : (n,)
        Populations, for `weighted_mean`, `sum(w x) / sum(w)`: over those that have both.
    """
    known = np.isfinite(values)
    if how == "weighted_mean":
        known = known & np.isfinite(weights) & (weights > 0)
    if not known.any():
        return None
    if how == "median":
        return plain(float(np.median(values[known])))
    shares = weights[known] if how == "weighted_mean" else None
    return plain(float(np.average(values[known], weights=shares)))


def by_group(
    scores: Scores, figures: Figures, groups: Mapping[GroupValue, Sequence[str]], how: Average,
    level: str = "pillar",
) -> Table:  # fmt: skip
    """Return a row for each value of a group, and one for all: the average score and those of the parts.

    Columns: `group,countries,ranked,average,score,coverage`, then one for each part of the level. The
    groups stand by their score, the highest first; `all` comes last. A country without a score counts
    for nothing, in `countries` too.

    Parameters
    ----------
    groups
        The codes of each value, `Countries.groups()[key]`; countries that the framework does not assess
        are left out, and so is who is not in the group.
    """
    parts = [part.id for part in scores.parts(level)]
    chosen = {as_written(value): [code for code in codes if code in scores.countries]
              for value, codes in groups.items() if value is not False}  # fmt: skip
    rows = [_row(scores, figures, name, codes, how, parts) for name, codes in chosen.items() if codes]
    rows.sort(key=lambda row: (row[4] is None, -(row[4] or 0.0), row[0]))
    rows.append(_row(scores, figures, "all", list(scores.countries), how, parts))
    return Table(("group", "countries", "ranked", "average", "score", "coverage", *parts), tuple(rows))


def _row(
    scores: Scores, figures: Figures, name: str, codes: Sequence[str], how: Average, parts: Sequence[str]
) -> tuple[str, int, int, Average, float | None, float | None, *tuple[float | None, ...]]:
    at = [scores.position(code) for code in codes]
    weights = people(scores, figures, codes)
    index = scores.nodes[at, 0]
    columns = (index, scores.coverage[at, 0], *(scores.column(part)[at] for part in parts))
    found = [average(column, weights, how) for column in columns]
    return (
        name,
        int(np.isfinite(index).sum()),
        int(scores.ranked[at].sum()),
        how,
        found[0],
        found[1],
        *found[2:],
    )
