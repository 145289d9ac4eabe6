"""World Bank Data360: many publishers' databases behind one API.

`GET https://data360api.worldbank.org/data360/data?DATABASE_ID=D&INDICATOR=I&skip=N` answers
`{"count": n, "value": [...]}`, a page of rows each with `REF_AREA`, `TIME_PERIOD`, `OBS_VALUE` and its
breakdowns, where `_T` and `_Z` stand for the total.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from readiness.definitions.base import Text
from readiness.sources import tables
from readiness.sources.base import Answer, Kind, Refused, Row, Settings, SourceError, Wanted, once
from readiness.sources.client import Client

URL = "https://data360api.worldbank.org/data360/data"
MAX_PAGES = 500
_TOTAL = ("_T", "_Z", "")
_BREAKDOWNS = ("SEX", "AGE", "URBANISATION", "COMP_BREAKDOWN_1", "COMP_BREAKDOWN_2", "COMP_BREAKDOWN_3")


class Data360(Settings):
    """`database` and `series` are its codes; `where` picks a breakdown, the totals where left out."""

    database: Text
    series: Text
    where: dict[str, str] = Field(default_factory=dict)


def fetch(settings: Data360, client: Client, wanted: Wanted) -> Answer:
    """Ask page by page and read the rows that are totals, or those of `where`."""
    rows: list[Mapping[str, Any]] = []
    for _ in range(MAX_PAGES):
        count, page = _page(settings, client, len(rows))
        rows += page
        if len(rows) >= count:
            break
        if not page:
            raise SourceError(f"Data360 sent {len(rows):,} rows of {count:,}")
    else:
        raise SourceError(f"Data360 has more than {MAX_PAGES} pages of {settings.series}")
    if not rows:
        raise SourceError(
            f"Data360 has no figures of {settings.series}", f"Is it in {settings.database} still?"
        )
    return _answer(rows, settings, wanted)


def _page(settings: Data360, client: Client, skip: int) -> tuple[int, list[Mapping[str, Any]]]:
    asked = {"DATABASE_ID": settings.database, "INDICATOR": settings.series, "skip": skip}
    body = tables.parsed(client.get(URL, asked).data)
    if isinstance(body, dict) and ("error_code" in body or "error" in body or "message" in body):
        said = body.get("error_message") or body.get("message") or body.get("error") or "an error"
        raise SourceError(f"Data360 says: {str(said)[:200]}")
    if (
        not isinstance(body, dict)
        or not isinstance(body.get("value"), list)
        or not isinstance(body.get("count"), int)
    ):
        raise SourceError("Data360's answer has another form than its documentation says")
    return body["count"], body["value"]


def _answer(rows: list[Mapping[str, Any]], settings: Data360, wanted: Wanted) -> Answer:
    years, texts = Refused("periods that are no year"), Refused("cells that are no numbers")
    found: list[Row] = []
    for row in rows:
        try:
            place, period, value = str(row["REF_AREA"]), row["TIME_PERIOD"], row["OBS_VALUE"]
        except (KeyError, TypeError) as error:
            raise SourceError(f"Data360's rows have another form: {error} is missing") from error
        if not _meant(row, settings.where):
            continue
        number, year = tables.number(value), tables.year(period)
        if number is None:
            texts.add(f"{place} {period} {value!r}")
        elif year is None:
            years.add(repr(period))
        elif not math.isnan(number) and year >= wanted.first:
            found.append(Row(place, year, number))
    if not found:
        raise SourceError(
            "Data360's rows have no figure of these years", " ".join((*texts.words(), *years.words()))
        )
    return Answer(once(found), None, (*texts.words(), *years.words()))


def _meant(row: Mapping[str, Any], where: Mapping[str, str]) -> bool:
    if any(str(row.get(key)) != value for key, value in where.items()):
        return False
    return all(key in where or str(row.get(key) or "") in _TOTAL for key in _BREAKDOWNS)


KIND = Kind("data360", "World Bank Data360, by database and indicator", Data360, fetch)
