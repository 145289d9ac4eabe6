"""PeeringDB in its documented form."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from readiness.sources.base import Row, SourceError

API = "https://www.peeringdb.com/api/"
EXCHANGES = [
    {"id": 1, "name": "KIXP", "country": "KE", "net_count": 60, "status": "ok"},
    {"id": 2, "name": "Second", "country": "KE", "net_count": 5, "status": "ok"},
    {"id": 3, "name": "Gone", "country": "KE", "net_count": 9, "status": "deleted"},
    {"id": 4, "name": "RINEX", "country": "RW", "net_count": 20, "status": "ok"},
    {"id": 5, "name": "Nowhere", "country": "", "net_count": 1, "status": "ok"},
]
PORTS = [
    {"ix_id": 1, "speed": 10_000, "status": "ok", "operational": True},
    {"ix_id": 2, "speed": 100_000, "status": "ok", "operational": True},
    {"ix_id": 2, "speed": 100_000, "status": "ok", "operational": False},
    {"ix_id": 4, "speed": 1_000, "status": "ok"},
    {"ix_id": 3, "speed": 1_000, "status": "ok"},
    {"ix_id": 99, "speed": 1_000, "status": "ok"},
]


@pytest.fixture
def up(server):
    server.put(f"{API}ix", server.json({"data": EXCHANGES, "meta": {}}))
    server.put(f"{API}netixlan", server.json({"data": PORTS, "meta": {}}))


@pytest.mark.parametrize(
    ("block", "kenya", "rwanda"),
    [
        ({"object": "ix", "aggregate": "count"}, 2, 1),
        ({"object": "ix", "aggregate": "net_count"}, 65, 20),
        ({"object": "netixlan", "aggregate": "speed"}, 110, 1),
    ],
)
def test_by_country(up, ask, block, kenya, rwanda):
    answer = ask(**{"from": "peeringdb", **block})
    assert answer.rows == [Row("KE", 2026, kenya), Row("RW", 2026, rwanda)]
    assert answer.left_out == ("1 exchanges without a country: Nowhere",)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"meta": {"error": "Too many requests"}}, "PeeringDB says: Too many requests"),
        ({"data": []}, "PeeringDB has no ix"),
        ({"data": [1]}, "PeeringDB's answer has no list of data"),
        ([], "PeeringDB's answer has no list of data"),
        ({"data": [{**EXCHANGES[0], "status": "pending"}]}, "PeeringDB has nothing to add up"),
        ({"data": [{**EXCHANGES[0], "net_count": "many"}]}, "PeeringDB's net_count of 1 is 'many'"),
    ],
)
def test_what_is_not_an_answer(server, ask, body, said):
    server.put(f"{API}ix", server.json(body))
    with pytest.raises(SourceError) as error:
        ask(**{"from": "peeringdb", "object": "ix", "aggregate": "net_count"})
    assert said in str(error.value)


def test_its_settings(ask):
    with pytest.raises(ValidationError):
        ask(**{"from": "peeringdb", "object": "ix", "aggregate": "speed"})
