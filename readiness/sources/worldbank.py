"""World Bank API v2: WDI, WGI (`database: 3`) and its other databases.

`GET https://api.worldbank.org/v2/country/all/indicator/SERIES?format=json&source=N&date=A:B` answers a
list of two: a header with `page`, `pages`, `total` and `lastupdated`, and the rows. An error is a list
of one, with HTTP status 200. Years that a page does not have come on the next one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from readiness.definitions.base import Text
from readiness.sources import tables
from readiness.sources.base import Answer, Kind, Refused, Row, Settings, SourceError, Wanted, once
from readiness.sources.client import Client

URL = "https://api.worldbank.org/v2/country/all/indicator/{series}"
PER_PAGE = 5000
MAX_PAGES = 200


class WorldBank(Settings):
    """`series` is its code there; `database` the number of another database than WDI."""

    series: Text
    database: int | None = None


def fetch(settings: WorldBank, client: Client, wanted: Wanted) -> Answer:
    """Ask for all countries and read every page."""
    header, rows = _page(settings, client, wanted, 1)
    pages, total = _whole(header, "pages"), _whole(header, "total")
    if pages > MAX_PAGES:
        raise SourceError(f"World Bank has {pages:,} pages of {settings.series}, more than {MAX_PAGES}")
    for number in range(2, pages + 1):
        again, more = _page(settings, client, wanted, number)
        if _whole(again, "total") != total:
            raise SourceError("World Bank changed the series while it was read", "Try again")
        rows += more
    if len(rows) != total:
        raise SourceError(f"World Bank sent {len(rows):,} rows of {total:,}")
    vintage = header.get("lastupdated")
    return _answer(rows, settings, str(vintage) if vintage else None)


def _page(
    settings: WorldBank, client: Client, wanted: Wanted, number: int
) -> tuple[Mapping[str, Any], list[Any]]:
    years = f"{wanted.first}:{wanted.last}"
    asked: dict[str, object] = {"format": "json", "per_page": PER_PAGE, "date": years}
    if settings.database is not None:
        asked["source"] = settings.database
    body = tables.parsed(client.get(URL.format(series=settings.series), {**asked, "page": number}).data)
    if isinstance(body, list) and body and isinstance(body[0], dict) and "message" in body[0]:
        said = _said(body[0]["message"])
        raise SourceError(f"World Bank says: {said}", f"Is {settings.series} still its code?")
    if not isinstance(body, list) or len(body) != 2 or not isinstance(body[0], dict):
        raise SourceError("World Bank's answer has another form than its documentation says")
    rows = body[1] or []
    if not isinstance(rows, list) or not rows:
        raise SourceError(f"World Bank has no figures of {settings.series} since {wanted.first}")
    return body[0], list(rows)


def _said(message: Any) -> str:
    first = message[0] if isinstance(message, list) and message else {}
    if not isinstance(first, dict):
        return "an error"
    return str(first.get("value") or first.get("key") or "an error")[:200]


def _whole(header: Mapping[str, Any], key: str) -> int:
    try:
        return int(header[key])
    except (KeyError, TypeError, ValueError) as error:
        raise SourceError(f"World Bank's answer does not say {key!r}") from error


def _answer(rows: Sequence[Any], settings: WorldBank, vintage: str | None) -> Answer:
    years, texts = Refused("periods that are no year"), Refused("cells that are no numbers")
    found: list[Row] = []
    for row in rows:
        try:
            place = row["countryiso3code"] or row["country"]["id"]
            date, value, code = row["date"], row["value"], row["indicator"]["id"]
        except (KeyError, TypeError) as error:
            raise SourceError(f"World Bank's rows have another form: {error} is missing") from error
        if code != settings.series:
            raise SourceError(f"World Bank sent {str(code)[:60]!r} when asked for {settings.series!r}")
        number = tables.number(value)
        if number is None:
            texts.add(f"{place} {date} {value!r}")
        elif not math.isnan(number):
            year = tables.year(date)
            if year is None:
                years.add(repr(date))
            else:
                found.append(Row(str(place), year, number))
    if not found:
        raise SourceError("World Bank's rows have no figure", " ".join((*texts.words(), *years.words())))
    return Answer(once(found), vintage, (*texts.words(), *years.words()))


KIND = Kind(
    "worldbank", "World Bank API v2 (WDI, WGI and its other databases)", WorldBank, fetch, verified=True
)
