"""Microsoft's AI Diffusion data: a CSV in Mac Roman, an economy a row, a period a column, shares in %.

Columns are headed `Economy`, `H1 2025 AI Diffusion`, `Q1 2026 AI Diffusion` ...; the last period of a year
is that year's figure. The name of the file changes each quarter.
"""

from __future__ import annotations

import math
import re
from typing import Any

from readiness.definitions.indicator import Url
from readiness.sources import tables
from readiness.sources.base import Answer, Kind, Refused, Row, Settings, SourceError, Wanted, once
from readiness.sources.client import Client

ENCODING = "mac-roman"
_PERIOD = re.compile(r"(?:(H)([12])|(Q)([1-4]))[ _]?([12][0-9]{3})( AI Diffusion)?\Z")


class Diffusion(Settings):
    """`url` is the CSV of an edition."""

    url: Url


def fetch(settings: Diffusion, client: Client, _: Wanted) -> Answer:
    """Ask for the CSV and read the last period of each year."""
    table = tables.read(client.get(settings.url).data, "csv", tables.Layout(encoding=ENCODING))
    place, periods = table.at("Economy"), _periods(table)
    last = {year: max(name for name in periods if name[0] == year) for year, *_ in periods}
    refused = Refused("cells that are no shares")
    rows = []
    for row in table.rows:
        name = str(row[place]).strip() if place < len(row) else ""
        for year, period in last.items():
            at = periods[period]
            value = _share(row[at] if at < len(row) else None)
            if value is None:
                refused.add(f"{name} {year} {row[at]!r}")
            elif name and not math.isnan(value):
                rows.append(Row(name, year, value))
    if not rows:
        raise SourceError("the CSV has no share of any economy", " ".join(refused.words()))
    newest = max(periods)
    return Answer(
        once(rows), f"{table.columns[periods[newest]].removesuffix(' AI Diffusion')}", refused.words()
    )


def _periods(table: tables.TableData) -> dict[tuple[int, int], int]:
    """Return the columns by year and the quarter that they end in."""
    found = {}
    for at, name in enumerate(table.columns):
        match = _PERIOD.match(name)
        if match:
            half, quarter = match[2], match[4]
            found[int(match[5]), int(half) * 2 if half else int(quarter)] = at
    if not found:
        raise SourceError(
            "the CSV has no column of a period, like 'H1 2025 AI Diffusion'", "Has its form changed?"
        )
    return found


def _share(cell: Any) -> float | None:
    """Return a share in %: `12.3%` or 12.3; NaN for none, None for what is neither."""
    text = tables.text(cell)
    return tables.number(text.removesuffix("%").strip() if text else cell)


KIND = Kind(
    "microsoft-ai-diffusion", "Microsoft's AI Diffusion, the last period of each year", Diffusion, fetch
)
