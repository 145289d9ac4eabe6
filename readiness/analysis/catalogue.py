"""What an index is made of, as tables: its indicators, their sources, figures, countries, groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from readiness.countries import Countries
from readiness.definitions.framework import Node
from readiness.definitions.indicator import Series
from readiness.figures.table import Figures, remark_on
from readiness.scores import Scores, Table


def overview(scores: Scores, figures: Figures, folders: Mapping[str, str]) -> Table:
    """Return a row a series: where it stands, its unit, how many countries have it, who is missing.

    Columns: `indicator,name,pillar,subpillar,unit,direction,coverage,countries,latest_year,missing`.
    The scored come first in tree order; `pillar` of the others is their folder. Coverage is
    the share of countries with a figure that counts, a declared zero among them.
    """
    columns = ("indicator", "name", "pillar", "subpillar", "unit", "direction", "coverage", "countries",
               "latest_year", "missing")  # fmt: skip
    above = _above(scores)
    names = [*scores.matrix.indicators, *(name for name in figures.series if name not in above)]
    rows = [_row(scores, figures, name, above.get(name) or (folders[name],)) for name in names]
    return Table(columns, tuple(rows))


def pillars(scores: Scores, figures: Figures, folders: Mapping[str, str]) -> dict[str, str]:
    """Return the pillar of every series, the scored in tree order; of the others the folder."""
    above = _above(scores)
    names = [*scores.matrix.indicators, *(name for name in figures.series if name not in above)]
    return {name: above[name][0] if name in above else folders[name] for name in names}


def _row(scores: Scores, figures: Figures, name: str, above: Sequence[str]) -> tuple[Any, ...]:
    series, block = figures.series[name], figures.blocks[name]
    present = present_in(scores, figures, name)
    missing = [code for code in scores.countries if code not in present]
    years = block.years[np.isfinite(block.values).any(axis=0)] if block.values.size else block.years[:0]
    return (name, series.name, above[0], above[1] if len(above) > 1 else None, series.unit, series.direction,
            len(present) / len(scores.countries), len(present), int(max(years)) if len(years) else None,
            " ".join(missing))  # fmt: skip


def present_in(scores: Scores, figures: Figures, name: str) -> set[str]:
    """Return the countries with a figure that counts; for an unscored series, one within its age."""
    if name in scores.matrix.indicators:
        values = scores.stages["denominated"].values[:, scores.matrix.indicators.index(name)]
    else:
        values, _ = figures.latest(name, scores.countries, scores.framework.year)
    return {code for code, value in zip(scores.countries, values, strict=True) if np.isfinite(value)}


def _above(scores: Scores) -> dict[str, tuple[str, ...]]:
    """Return the ids of the nodes above each indicator, from the pillar down."""
    found: dict[str, tuple[str, ...]] = {}

    def walk(node: Node, path: tuple[str, ...]) -> None:
        for reference in node.indicators:
            found[reference.id] = path or (node.id,)
        for child in node.children:
            walk(child, (*path, child.id))

    walk(scores.framework.tree, ())
    return found


def licences(series: Mapping[str, Series], names: Sequence[str]) -> Table:
    """Return a row a series: publisher, dataset, licence, redistribution, page, when retrieved."""
    columns = ("indicator", "name", "publisher", "dataset", "series", "licence", "redistribute", "url",
               "vintage", "retrieved")  # fmt: skip
    rows = []
    for name in names:
        source = series[name].source
        rows.append((name, series[name].name, source.publisher, source.dataset, source.series, source.licence,
                     source.redistribute, source.url, source.vintage, source.retrieved))  # fmt: skip
    return Table(columns, tuple(rows))


def figures_of(figures: Figures, name: str, countries: Countries) -> Table:
    """Return the figures of one series, one a row: country, name, year, value, status, note."""
    series, block = figures.series[name], figures.blocks[name]
    rows = []
    for row, column in np.argwhere(np.isfinite(block.values)):
        code, year = block.countries[row], int(block.years[column])
        if code in countries:
            remark = remark_on(series, code, year)
            status = remark.status if remark else "derived" if series.derived else None
            rows.append((code, countries[code].name, year, float(block.values[row, column]), status,
                         remark.note if remark else None))  # fmt: skip
    return Table(("country", "name", "year", "value", "status", "note"), tuple(rows))


def country_table(countries: Countries, codes: tuple[str, ...]) -> Table:
    """Return a row a country: codes, names, then a column for each group."""
    keys = tuple(countries.groups())
    columns = ("country", "name", "official", "iso2", "numeric", "worldbank", *keys)
    rows = []
    for code in codes:
        item = countries[code]
        rows.append((code, item.name, item.official, item.iso2, item.numeric, item.worldbank,
                     *(_word(item.groups.get(key)) for key in keys)))  # fmt: skip
    return Table(columns, tuple(rows))


def _word(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def group_table(countries: Countries) -> Table:
    """Return a row a group value: key, value (empty where a country is in it or not), number."""
    rows = [
        (key, "" if value is True else _word(value), len(codes))
        for key, values in countries.groups().items()
        for value, codes in values.items()
        if value is not False
    ]
    return Table(("group", "value", "countries"), tuple(rows))
