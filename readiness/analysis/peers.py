"""Peers: countries of the same group, and countries of a like structure. They change no score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from readiness.analysis.income import INCOME
from readiness.figures.matrix import Floats
from readiness.figures.table import Figures
from readiness.scores import Scores, plain

POPULATION = "population"
NEAREST = 10
# What another region counts for, in standard deviations of size or income.
ELSEWHERE = 1.0
# Logarithms that spread less than this are the same number but for rounding.
_LEVEL = 1e-9


@dataclass(frozen=True)
class Peer:
    """A country of a like structure; `distance` in standard deviations, 0 for the same."""

    country: str
    name: str
    distance: float
    population: float
    income: float
    region: object
    score: float | None
    gap: float | None


@dataclass(frozen=True)
class PeerGroup:
    """A group that a country is in: its ranked members, the median score, the place among them.

    `group_rank` is a rank in the group, not of the index.
    """

    key: str
    value: object
    ranked: int
    median: float | None
    group_rank: int | None


def distances(population: Floats, income: Floats, regions: Sequence[object], row: int) -> Floats:
    """Return how far each country is from one in size, income and region, (C,).

    `sqrt(dP^2 + dI^2 + e^2)`: dP and dI are the differences in the logarithms of population and
    of income per person, each in standard deviations over the countries that have both; e is
    `ELSEWHERE` where both regions are not the same known one, else 0. NaN where either is missing,
    and throughout where the country lacks one. A series that does not differ plays no role.

    Parameters
    ----------
    population, income : (C,)
        In people and in any money, positive; NaN where missing.
    """
    logs = np.log(np.where((population > 0) & (income > 0), np.stack([population, income]), np.nan))
    there: np.ndarray = np.asarray(np.isfinite(logs).all(axis=0))
    squared = np.zeros(len(population))
    for values in logs:
        spread = float(np.std(values[there], ddof=1)) if there.sum() > 1 else 0.0
        if spread > _LEVEL:
            squared += ((values - values[row]) / spread) ** 2
    apart = np.array([label is None or label != regions[row] for label in regions])
    apart[row] = False
    result = np.sqrt(squared + ELSEWHERE**2 * apart)
    return np.where(there & there[row], result, np.nan)


def by_structure(
    scores: Scores, country: str, figures: Figures, *, count: int = NEAREST, region: str = "region"
) -> tuple[Peer, ...]:
    """Return the countries nearest in size, income and region, nearest first, equals by code.

    Empty where the index or the country has no population or income.
    """
    row, codes = scores.position(country), scores.countries
    if POPULATION not in figures.blocks or INCOME not in figures.blocks:
        return ()
    year = scores.framework.year
    population, income = (figures.latest(name, codes, year)[0] for name in (POPULATION, INCOME))
    regions = scores.matrix.groups.get(region, (None,) * len(codes))
    found = distances(population, income, regions, row)
    order = [n for n in np.argsort(found, kind="stable") if n != row and np.isfinite(found[n])]
    own = scores.nodes[row, 0]
    return tuple(
        Peer(codes[n], scores.matrix.names[n], float(found[n]), float(population[n]), float(income[n]),
             regions[n], plain(scores.nodes[n, 0]), plain(own - scores.nodes[n, 0]))
        for n in order[:count]
    )  # fmt: skip


def by_group(
    scores: Scores, country: str, keys: Sequence[str] = ("income", "region")
) -> tuple[PeerGroup, ...]:
    """Return the groups of these keys that the country is in."""
    row, found = scores.position(country), []
    for key in keys:
        labels = scores.matrix.groups.get(key)
        if labels is None or labels[row] is None or labels[row] is False:
            continue
        members = [code for code, label in zip(scores.countries, labels, strict=True) if label == labels[row]]
        ranked = scores.ranked & np.array([label == labels[row] for label in labels])
        median = float(np.median(scores.nodes[ranked, 0])) if ranked.any() else None
        found.append(PeerGroup(key, labels[row], int(ranked.sum()), median,
                               scores.group_ranks(members)[country]))  # fmt: skip
    return tuple(found)
