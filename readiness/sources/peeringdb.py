"""PeeringDB: internet exchanges, the networks on them and their ports, by country, as of now.

`GET https://www.peeringdb.com/api/ix` and `/netixlan` answer `{"data": [...], "meta": {}}`. An exchange
has `id`, `country` (alpha-2), `status` and `net_count`; a port has `ix_id`, `speed` (Mbit/s), `status`
and `operational`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import model_validator

from readiness.definitions.base import fault
from readiness.sources import tables
from readiness.sources.base import Answer, Kind, Refused, Row, Settings, SourceError, Wanted
from readiness.sources.client import Client

URL = "https://www.peeringdb.com/api/{name}"


class PeeringDb(Settings):
    """`object` is `ix` (with `count` or `net_count`) or `netixlan` (with `speed`, in Gbit/s)."""

    object: Literal["ix", "netixlan"]
    aggregate: Literal["count", "net_count", "speed"]

    @model_validator(mode="after")
    def _together(self) -> PeeringDb:
        if (self.object == "netixlan") != (self.aggregate == "speed"):
            raise fault("speed belongs to netixlan, count and net_count to ix", at=("aggregate",))
        return self


def fetch(settings: PeeringDb, client: Client, wanted: Wanted) -> Answer:
    """Ask for the exchanges, and for their ports where speeds are wanted, and add up by country."""
    exchanges = [item for item in _objects(client, "ix") if item.get("status") == "ok"]
    found: dict[str, float] = defaultdict(float)
    refused = Refused("exchanges without a country")
    if settings.object == "ix":
        for item in exchanges:
            found[_country(item, refused)] += (
                1 if settings.aggregate == "count" else _whole(item, "net_count")
            )
    else:
        where = {item.get("id"): _country(item, refused) for item in exchanges}
        for port in _objects(client, "netixlan"):
            if port.get("status") == "ok" and port.get("operational", True) and port.get("ix_id") in where:
                found[where[port["ix_id"]]] += _whole(port, "speed") / 1000
    found.pop("", None)
    if not found:
        raise SourceError("PeeringDB has nothing to add up")
    rows = [Row(place, wanted.last, value) for place, value in sorted(found.items())]
    return Answer(rows, None, refused.words())


def _objects(client: Client, name: str) -> list[Mapping[str, Any]]:
    body = tables.parsed(client.get(URL.format(name=name)).data)
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        meta = body.get("meta") if isinstance(body, dict) else None
        said = meta.get("error") if isinstance(meta, dict) else None
        raise SourceError(f"PeeringDB says: {said}" if said else "PeeringDB's answer has no list of data")
    if not data:
        raise SourceError(f"PeeringDB has no {name}")
    return data


def _country(item: Mapping[str, Any], refused: Refused) -> str:
    place = str(item.get("country") or "").strip()
    if not place:
        refused.add(item.get("name"))
    return place


def _whole(item: Mapping[str, Any], key: str) -> float:
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise SourceError(
            f"PeeringDB's {key} of {item.get('id')} is {str(value)[:40]!r}", "Has its form changed?"
        )
    return float(value)


KIND = Kind("peeringdb", "PeeringDB, exchanges, networks and port speeds by country", PeeringDb, fetch)
