"""TOP500: the last list of a year, an XLSX, added up by country."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Literal

from readiness.definitions.indicator import Year
from readiness.sources import tables
from readiness.sources.base import Answer, Kind, Row, Settings, SourceError, Wanted
from readiness.sources.client import Client

URL = "https://www.top500.org/lists/top500/{year}/{month}/download/TOP500_{year}{month}.xlsx"
MONTHS = ("11", "06")
SYSTEMS = 500
# PFLOP/s in one of the units that a list's column has.
_UNITS = {"Rmax [TFlop/s]": 1e-3, "RMax": 1e-6, "Rmax": 1e-6}


class Top500(Settings):
    """`value` is `rmax`, in PFLOP/s, or `count`, of systems; `year` one year, the newest where left out."""

    value: Literal["rmax", "count"]
    year: Year | None = None


def fetch(settings: Top500, client: Client, wanted: Wanted) -> Answer:
    """Ask for the newest list, November before June, and add it up by country."""
    last = settings.year or wanted.last
    errors = []
    for year in (last, last - 1) if settings.year is None else (last,):
        for month in MONTHS:
            try:
                content = client.get(URL.format(year=year, month=month))
            except SourceError as error:
                if "HTTP 404" not in error.message:
                    raise
                errors.append(error)
                continue
            return _answer(content.data, settings, year, month)
    raise SourceError(f"TOP500 has no list of {last} yet", str(errors[-1]))


def _answer(data: bytes, settings: Top500, year: int, month: str) -> Answer:
    table = tables.read(data, "xlsx")
    place = table.at("Country")
    column = next((name for name in _UNITS if name in table.columns), None)
    if column is None:
        raise SourceError("the list has no column of Rmax", "Has its form changed?")
    at, factor = table.at(column), _UNITS[column]
    found: dict[str, float] = defaultdict(float)
    count = 0
    for row in table.rows:
        name = tables.text(row[place]) if place < len(row) else ""
        value = tables.number(row[at]) if at < len(row) else math.nan
        if not name:
            continue
        if value is None or math.isnan(value):
            raise SourceError(f"a system in {name} has no Rmax: {row[at]!r}")
        count += 1
        found[name] += value * factor if settings.value == "rmax" else 1.0
    if count != SYSTEMS:
        raise SourceError(f"the list has {count} systems, not {SYSTEMS}")
    rows = [Row(name, year, value) for name, value in sorted(found.items())]
    return Answer(rows, f"{'November' if month == '11' else 'June'} {year} list")


KIND = Kind("top500", "TOP500, the last list of a year added up by country", Top500, fetch)
