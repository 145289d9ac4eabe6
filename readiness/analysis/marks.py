"""A country's strengths and weaknesses: where it stands highest and lowest in its own profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from readiness.definitions.indicator import Series
from readiness.engine.rank import rank
from readiness.figures.matrix import Floats
from readiness.scores import Scores, whole

MARKS = 5


@dataclass(frozen=True)
class Standing:
    """Where one country stands in K indicators, arrays (K,), NaN where it has no figure.

    `ranks` are 1 for the best, equals share the best place, among the `of` countries with a
    figure. `behind` counts the countries with a worse figure. `percentiles` is the share of
    countries that it is ahead of, ties counting half.
    """

    ranks: Floats
    of: Floats
    behind: Floats
    percentiles: Floats


@dataclass(frozen=True)
class Mark:
    """An indicator in which a country stands high or low among the `of` countries with a figure.

    `rank` is that of a single indicator, not of the index.
    """

    indicator: str
    name: str
    rank: int | float
    of: int
    percentile: float


def standing(directed: Floats, row: int) -> Standing:
    """Return where a country stands in each indicator.

    Parameters
    ----------
    directed : (C, K)
        Figures or scores, higher is better; NaN takes no part.
    """
    present = np.isfinite(directed)
    own, count = directed[row], present.sum(axis=0).astype(np.float64)
    there = present[row]
    with np.errstate(invalid="ignore"):
        behind = (directed < own).sum(axis=0).astype(np.float64)
        equal = (directed == own).sum(axis=0)
    ranks = rank(directed.T, present.T)[:, row]
    with np.errstate(invalid="ignore", divide="ignore"):
        percentiles = (behind + 0.5 * equal) / count
    return Standing(ranks, count, np.where(there, behind, np.nan), np.where(there, percentiles, np.nan))


def extremes(
    place: Standing, count: int = MARKS, by: Literal["percentile", "rank"] = "percentile"
) -> tuple[list[int], list[int]]:
    """Return the positions of the strengths, best first, and of the weaknesses, worst first.

    `percentile` compares indicators that different numbers of countries have. Where a country
    shares the worst value it has no strength and where it shares the best no weakness, however
    many share it; at most half of its indicators are either.

    `rank` is COINr's `get_str_weak`: by rank alone, without the indicators in which nobody is
    behind the country, weaknesses in the order of rank.
    """
    there = [int(k) for k in np.flatnonzero(np.isfinite(place.ranks))]
    if by == "rank":
        placed = sorted((k for k in there if place.behind[k] > 0), key=lambda k: place.ranks[k])
        return placed[:count], placed[len(placed) - min(count, len(placed)) :]
    there.sort(key=lambda k: -place.percentiles[k])
    most = min(count, len(there) // 2)
    strengths = [k for k in there if place.behind[k] > 0][:most]
    weaknesses = [k for k in reversed(there) if place.ranks[k] != 1 and k not in strengths][:most]
    return strengths, weaknesses


def marks(
    scores: Scores, country: str, series: Mapping[str, Series], count: int = MARKS
) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Return a country's strengths and weaknesses; none below the coverage rule.

    They are places among all countries by the figure itself, before goalposts cut it off.
    """
    row = scores.position(country)
    if scores.coverage[row, 0] < scores.framework.methods.coverage.index:
        return (), ()
    signs = [1.0 if item.direction == "higher" else -1.0 for item in scores.references]
    place = standing(scores.stages["denominated"].values * np.array(signs), row)

    def of(positions: Sequence[int]) -> tuple[Mark, ...]:
        return tuple(
            Mark(name, series[name].name, whole(place.ranks[k]) or 0, int(place.of[k]),
                 float(place.percentiles[k]))
            for k in positions
            for name in [scores.matrix.indicators[k]]
        )  # fmt: skip

    strengths, weaknesses = extremes(place, count)
    return of(strengths), of(weaknesses)
