"""Epoch AI: lists of AI clusters and of AI models, added up by country by rules that stand here.

Clusters (`gpu_clusters.csv`): confirmed and likely ones, without possible duplicates. In operation at the
end of a year: `Existing` with a first operational date up to it; planned: `Planned`, of this year.

Models: a model counts in full for every country of its developers, in each of `years` from its
publication on.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from readiness.definitions.base import Text
from readiness.sources import tables
from readiness.sources.base import Answer, Kind, Refused, Row, Settings, SourceError, Wanted
from readiness.sources.client import Client

URL = "https://epoch.ai/data/{file}"
KNOWN = ("confirmed", "likely")
# `Multinational` and `Unknown` are no countries.
NOWHERE = ("multinational", "unknown", "")
_H100, _POWER = "H100 equivalents", "Power Capacity (MW)"
Line = Mapping[str, str]


class Epoch(Settings):
    """`file` is one of its CSVs, `aggregate` the rule; `years` a model counts for, with `models`."""

    file: Text
    aggregate: Literal[
        "h100e_in_operation", "power_in_operation", "clusters_in_operation", "h100e_planned", "models"
    ]
    years: Annotated[int, Field(ge=1, le=50)] = 1


def fetch(settings: Epoch, client: Client, wanted: Wanted) -> Answer:
    """Ask for the CSV and add it up by country and year."""
    table = tables.read(client.get(URL.format(file=settings.file)).data, "csv")
    refused = Refused("lines without a date or a size")
    lines = _lines(table, settings)
    if settings.aggregate == "models":
        # The year that runs is not over: a count of it would fall short.
        found = _models(lines, settings.years, range(wanted.first, wanted.last), refused)
    else:
        found = _clusters(lines, settings.aggregate, wanted, refused)
    rows = [Row(place, year, value) for (place, year), value in sorted(found.items())]
    if not rows:
        raise SourceError(f"{settings.file} has nothing to add up since {wanted.first}")
    return Answer(rows, None, refused.words())


def _lines(table: tables.TableData, settings: Epoch) -> Iterator[Line]:
    """Return the rows by the names of the columns that the rule needs.

    Raises
    ------
    SourceError
        When one of them is missing.
    """
    needs = {
        "models": ("Model", "Publication date", "Country (of organization)"),
        "h100e_in_operation": ("Status", "Certainty", "Country", "First Operational Date", _H100),
        "power_in_operation": ("Status", "Certainty", "Country", "First Operational Date", _POWER),
        "clusters_in_operation": ("Status", "Certainty", "Country", "First Operational Date"),
        "h100e_planned": ("Status", "Certainty", "Country", _H100),
    }[settings.aggregate]
    at = {name: table.at(name) for name in needs}
    if "Possible Duplicate" in table.columns:
        at["Possible Duplicate"] = table.at("Possible Duplicate")
    for row in table.rows:
        yield {name: tables.text(row[number]) if number < len(row) else "" for name, number in at.items()}


def _clusters(
    lines: Iterator[Line], rule: str, wanted: Wanted, refused: Refused
) -> Mapping[tuple[str, int], float]:
    size = _size(rule)
    planned = rule == "h100e_planned"
    found: dict[tuple[str, int], float] = defaultdict(float)
    for line in lines:
        status, place = line["Status"].casefold(), line["Country"]
        sure = line["Certainty"].casefold() in KNOWN
        twice = line.get("Possible Duplicate", "").casefold() in ("true", "yes", "1", "checked")
        if (
            not sure
            or twice
            or place.casefold() in NOWHERE
            or status != ("planned" if planned else "existing")
        ):
            continue
        since = wanted.last if planned else tables.year(line["First Operational Date"])
        value = size(line)
        if since is None or value is None:
            refused.add(f"{place} {line.get('First Operational Date', '')}")
            continue
        for year in range(max(since, wanted.first), wanted.last + 1):
            found[place, year] += value
    return found


def _size(rule: str) -> Callable[[Line], float | None]:
    if rule == "clusters_in_operation":
        return lambda _: 1.0
    column = _POWER if rule == "power_in_operation" else _H100

    def size(line: Line) -> float | None:
        value = tables.number(line[column])
        return None if value is None or math.isnan(value) else value

    return size


def _models(
    lines: Iterator[Line], count: int, years: range, refused: Refused
) -> Mapping[tuple[str, int], float]:
    found: dict[tuple[str, int], float] = defaultdict(float)
    for line in lines:
        published = tables.year(line["Publication date"])
        if published is None:
            refused.add(line["Model"])
            continue
        places = {place.strip() for place in line["Country (of organization)"].split(",")}
        for place in places:
            if place.casefold() not in NOWHERE:
                for year in range(published, published + count):
                    if year in years:
                        found[place, year] += 1.0
    return found


KIND = Kind("epoch", "Epoch AI, clusters and models added up by country", Epoch, fetch)
