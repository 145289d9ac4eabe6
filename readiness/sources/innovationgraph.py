"""GitHub Innovation Graph: quarterly CSVs by economy, added up to years.

`developers.csv` and its like have the columns `COLUMN,iso2_code,year,quarter`;
`economy_collaborators.csv` has `source,destination,weight,year,quarter`. `EU` is an aggregate of its own:
not an economy, and left out as a destination too, as is work within an economy.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Literal

from readiness.definitions.base import Text
from readiness.sources import tables
from readiness.sources.base import Answer, Kind, Refused, Row, Settings, SourceError, Wanted
from readiness.sources.client import Client

URL = "https://raw.githubusercontent.com/github/innovationgraph/main/data/{file}"
AGGREGATES = ("EU",)
Quarters = Mapping[tuple[str, int], Mapping[int, float]]


class InnovationGraph(Settings):
    """`file` and `column` of the data set; `aggregate` makes a year of its quarters: `last` or `mean`."""

    file: Text
    column: Text
    aggregate: Literal["last", "mean"] = "last"
    period: Literal["quarter"] = "quarter"


def fetch(settings: InnovationGraph, client: Client, wanted: Wanted) -> Answer:
    """Ask for the CSV and make years of its quarters."""
    table = tables.read(client.get(URL.format(file=settings.file)).data, "csv")
    refused = Refused("lines that are no figures")
    quarters = _quarters(table, settings.column, refused)
    rows = [
        Row(place, year, _year(values, settings.aggregate))
        for (place, year), values in sorted(quarters.items())
        if year >= wanted.first
    ]
    if not rows:
        raise SourceError(f"{settings.file} has no figures since {wanted.first}")
    latest = max((year, quarter) for (_, year), values in quarters.items() for quarter in values)
    return Answer(rows, f"{latest[0]} Q{latest[1]}", refused.words())


def _year(values: Mapping[int, float], aggregate: str) -> float:
    return values[max(values)] if aggregate == "last" else math.fsum(values.values()) / len(values)


def _quarters(table: tables.TableData, column: str, refused: Refused) -> Quarters:
    """Return the figures by place and year, and quarter; of links between economies the sum of those out."""
    links = "destination" in table.columns
    value, place = table.at(column), table.at("source" if links else "iso2_code")
    year, quarter = table.at("year"), table.at("quarter")
    to = table.at("destination") if links else None
    found: dict[tuple[str, int], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    seen: set[tuple[str, ...]] = set()
    for row in table.rows:
        if len(row) < len(table.columns):
            refused.add(",".join(map(str, row)))
            continue
        number, when, part = tables.number(row[value]), tables.year(row[year]), str(row[quarter]).strip()
        if number is None or math.isnan(number) or when is None or part not in ("1", "2", "3", "4"):
            refused.add(",".join(map(str, row)))
            continue
        names = [str(row[at]).strip() for at in (place, to) if at is not None]
        if any(name in AGGREGATES for name in names) or (links and names[0] == names[1]):
            continue
        key = (*names, str(when), part)
        if key in seen:
            raise SourceError(f"{' to '.join(names)} {when} Q{part} stands twice")
        seen.add(key)
        found[names[0], when][int(part)] += number
    return found


KIND = Kind("github-innovation-graph", "GitHub Innovation Graph, quarters added up to years",
    InnovationGraph, fetch,
            verified=True)  # fmt: skip
