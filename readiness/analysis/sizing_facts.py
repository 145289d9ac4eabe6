"""What a sizing needs to know of a country: people, economy, electricity, accelerators that are known.

Each is the latest figure of a series of the index that is not later than the framework's year and
within its `max_age`, in the units that the chain works in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from readiness.definitions.indicator import Source
from readiness.figures.table import Figures
from readiness.scores import Scores

H100E = "ai_cluster_h100e"
PEERS = "income"
# So many peers need a known cluster for their median to be a target.
FEWEST_PEERS = 5
# What is taken from which series: name, the unit the series has to be in, its unit in the chain, factor.
_WANTED: Mapping[str, tuple[str, str, str, float]] = {
    "population": ("population", "people", "people", 1.0),
    "gdp": ("gdp_usd", "current US$", "million US$", 1e-6),
    "generation": ("electricity_generation", "TWh per year", "TWh a year", 1.0),
    "capacity": ("electricity_capacity", "GW", "MW", 1e3),
    "price": ("electricity_price_business", "US cents per kWh", "US$ per kWh", 1e-2),
}


@dataclass(frozen=True)
class Fact:
    """One figure of a country in the unit of the chain, with its year and source.

    `assumed_zero` where no source lists the country and none is assumed.
    """

    key: str
    name: str
    value: float
    unit: str
    year: int
    source: Source
    assumed_zero: bool = False


@dataclass(frozen=True)
class Peers:
    """The countries of one group with a known figure, and the median of it per million people."""

    words: str
    count: int
    median: float | None


@dataclass(frozen=True)
class Facts:
    """All that is known of one country, by key; what is not known is not there.

    `unfit` says of a key why the index's series of that name cannot be taken; `clusters` is the source of
    the accelerators that are known.
    """

    country: str
    name: str
    known: Mapping[str, Fact] = field(default_factory=dict)
    peers: Peers | None = None
    unfit: Mapping[str, str] = field(default_factory=dict)
    clusters: Source | None = None


def facts(scores: Scores, figures: Figures, code: str) -> Facts:
    """Return what is known of a country.

    Raises
    ------
    UnknownNameError
        When the framework does not assess it.
    """
    row = scores.position(code)
    unfit = _unfit(figures)
    found = {
        key: fact for key in _WANTED.keys() - unfit.keys()
        if (fact := _fact(scores, figures, code, key)) is not None
    }  # fmt: skip
    clusters = _clusters(scores, figures, code)
    if clusters is not None:
        found["h100e"] = clusters
    peers = None if "population" in unfit else _peers(scores, figures, row)
    source = figures.series[H100E].source if H100E in figures.blocks else None
    return Facts(code, scores.matrix.names[row], found, peers, unfit, source)


def _unfit(figures: Figures) -> dict[str, str]:
    """Return why a series cannot be taken: an index of one's own may have it in another unit."""
    return {
        key: f"the series {name!r} is in {figures.series[name].unit!r}, not in {unit!r}"
        for key, (name, unit, _, _) in _WANTED.items()
        if name in figures.blocks and figures.series[name].unit != unit
    }


def _fact(scores: Scores, figures: Figures, code: str, key: str) -> Fact | None:
    name, _, own, factor = _WANTED[key]
    if name not in figures.blocks:
        return None
    series = figures.series[name]
    values, years = figures.latest(name, [code], scores.framework.year)
    if not np.isfinite(values[0]) or values[0] <= 0:
        return None
    return Fact(key, series.name, float(values[0]) * factor, own, int(years[0]), series.source)


def _clusters(scores: Scores, figures: Figures, code: str) -> Fact | None:
    """Return the accelerators known to run in the country; an assumed zero where the list has none."""
    if H100E not in figures.blocks:
        return None
    series, year = figures.series[H100E], scores.framework.year
    values, years = figures.latest(H100E, [code], year)
    if np.isfinite(values[0]):
        return Fact("h100e", series.name, float(values[0]), series.unit, int(years[0]), series.source)
    if series.zero is None:
        return None
    return Fact("h100e", series.name, 0.0, series.unit, year, series.source, assumed_zero=True)


def _peers(scores: Scores, figures: Figures, row: int) -> Peers | None:
    """Return the median per million people among the country's income group, where a source lists one.

    Countries that no source lists are left out: their zero is assumed.
    """
    labels = scores.matrix.groups.get(PEERS)
    if labels is None or labels[row] is None or H100E not in figures.blocks:
        return None
    codes = [code for n, code in enumerate(scores.countries) if labels[n] == labels[row] and n != row]
    year = scores.framework.year
    clusters, _ = figures.latest(H100E, codes, year)
    people = figures.latest("population", codes, year)[0] if "population" in figures.blocks else None
    if people is None:
        return None
    rates = clusters / people * 1e6
    rates = rates[np.isfinite(rates) & (rates > 0)]
    label = str(labels[row])
    words = f"{label[0].lower()}{label[1:]} countries with a known cluster"
    median = float(np.median(rates)) if len(rates) >= FEWEST_PEERS else None
    return Peers(words, len(rates), median)
