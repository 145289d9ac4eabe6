"""Our World in Data: a grapher chart's CSV, or one of its data files (energy, CO2)."""

from __future__ import annotations

from readiness.definitions.base import Text
from readiness.definitions.indicator import Url
from readiness.sources import columns as cols
from readiness.sources import tables
from readiness.sources.base import Answer, Kind, Settings, SourceError, Wanted
from readiness.sources.client import Client

GRAPHER = "https://ourworldindata.org/grapher/{chart}.csv"
# Codes that are its own; its aggregates have OWID_ codes too, or none.
CODES = {"OWID_KOS": "XKX"}
_PLACES = ("iso_code", "Code", "code")
_YEARS = ("year", "Year")
_OTHER = frozenset(("entity", "country", "code", "iso_code", "year", "day", "annotations", "world region",
                    "world region according to owid"))  # fmt: skip


class Owid(Settings):
    """`chart` is a grapher chart's name, or `url` a CSV; `column` one of its columns, or `a + b`."""

    chart: Text | None = None
    url: Url | None = None
    column: Text | None = None


def fetch(settings: Owid, client: Client, _: Wanted) -> Answer:
    """Ask for the CSV and read one column of it."""
    if (settings.chart is None) == (settings.url is None):
        raise SourceError("'chart' or 'url' is required, not both")
    if settings.url is not None:
        content = client.get(settings.url)
    else:
        asked = {"v": 1, "csvType": "full", "useColumnShortNames": "true"}
        content = client.get(GRAPHER.format(chart=settings.chart), asked)
    table = tables.read(content.data, "csv")
    place = next((name for name in _PLACES if name in table.columns), None)
    year = next((name for name in _YEARS if name in table.columns), None)
    if place is None or year is None:
        raise SourceError("the CSV has no column of codes or years", "Has its form changed?")
    value = settings.column or _only(table)
    return cols.answer(table, cols.Columns(place, year, value), codes=CODES)


def _only(table: tables.TableData) -> str:
    """Return the one column of a chart that holds figures."""
    found = [name for name in table.columns if name.casefold().replace("_", " ") not in _OTHER]
    found = [name for name in found if name.casefold() not in _OTHER]
    if len(found) != 1:
        raise SourceError(f"the chart has {len(found)} columns of figures", "Name one with column:")
    return found[0]


KIND = Kind("owid", "Our World in Data, a chart's CSV or a data file", Owid, fetch, verified=True)
