"""OpenAlex: works of a year under a concept, counted by the countries of their authors.

`GET https://api.openalex.org/works?filter=concepts.id:C,...&group_by=authorships.countries` answers
`{"meta": {...}, "group_by": [{"key": "https://openalex.org/countries/US", "count": 1}, ...]}`, 200 groups
at most a page; there are fewer codes than that but for pages by cursor.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from readiness.definitions.indicator import Year
from readiness.sources import tables
from readiness.sources.base import Answer, Kind, Row, Settings, SourceError, Wanted, once
from readiness.sources.client import Client

URL = "https://api.openalex.org/works"
PER_PAGE = 200
MAX_PAGES = 10


class OpenAlex(Settings):
    """`concept` is its id; `year` one year, all full years since the file's first where left out."""

    concept: Annotated[str, Field(pattern="^C[0-9]+$")]
    year: Year | None = None


def fetch(settings: OpenAlex, client: Client, wanted: Wanted) -> Answer:
    """Ask for each year that is over and read its countries."""
    years = [settings.year] if settings.year else list(range(wanted.first, wanted.last))
    rows = [row for year in years for row in _year(settings, client, year)]
    if not rows:
        raise SourceError("OpenAlex counts no work of any country")
    return Answer(once(rows))


def _year(settings: OpenAlex, client: Client, year: int) -> list[Row]:
    cursor, rows = "*", []
    asked = {
        "filter": f"concepts.id:{settings.concept},from_publication_date:{year}-01-01,"
                  f"to_publication_date:{year}-12-31",
        "group_by": "authorships.countries", "per-page": PER_PAGE,
    }  # fmt: skip
    for _ in range(MAX_PAGES):
        body = tables.parsed(client.get(URL, {**asked, "cursor": cursor}).data)
        groups, cursor = _read(body)
        rows += [_row(group, year) for group in groups]
        if not cursor or len(groups) < PER_PAGE:
            return [row for row in rows if row is not None]
    raise SourceError(f"OpenAlex has more than {MAX_PAGES} pages of countries")


def _read(body: Any) -> tuple[list[Any], str]:
    if isinstance(body, dict) and "error" in body:
        raise SourceError(f"OpenAlex says: {str(body.get('message') or body['error'])[:200]}")
    groups = body.get("group_by") if isinstance(body, dict) else None
    meta = body.get("meta") if isinstance(body, dict) else None
    if not isinstance(groups, list) or not isinstance(meta, dict):
        raise SourceError("OpenAlex's answer has another form than its documentation says")
    return groups, str(meta.get("next_cursor") or "")


def _row(group: Any, year: int) -> Row | None:
    try:
        key, count = str(group["key"]), group["count"]
    except (KeyError, TypeError) as error:
        raise SourceError(f"OpenAlex's groups have another form: {error} is missing") from error
    if not isinstance(count, int) or isinstance(count, bool):
        raise SourceError(f"OpenAlex counts {count!r} works for {key}")
    code = key.rsplit("/", 1)[-1]
    return None if code in ("unknown", "null", "None") else Row(code.upper(), year, float(count))


KIND = Kind("openalex", "OpenAlex, works of a concept by country", OpenAlex, fetch)
