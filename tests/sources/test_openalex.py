"""OpenAlex's groups in their documented form."""

from __future__ import annotations

import pytest

from readiness.sources.base import Row, SourceError

URL = "https://api.openalex.org/works"
BLOCK = {"from": "openalex", "concept": "C154945302", "year": 2024}


def group(code, count):
    return {"key": f"https://openalex.org/countries/{code}", "key_display_name": code, "count": count}


def body(groups, **meta):
    return {"meta": {"count": 5, "groups_count": len(groups), **meta}, "results": [], "group_by": groups}


def test_the_countries_of_a_year(server, ask):
    unknown = {"key": "unknown", "key_display_name": "unknown", "count": 9}
    server.put(URL, server.json(body([group("US", 120), group("ke", 7), unknown])))
    assert ask(**BLOCK).rows == [Row("US", 2024, 120.0), Row("KE", 2024, 7.0)]
    assert "filter=concepts.id%3AC154945302%2Cfrom_publication_date%3A2024-01-01" in server.asked[0]


def test_pages_and_years(server, ask):
    first = [group(f"{a}{b}", 1) for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJKLMNOPQRST"]

    def page(query):
        if query["cursor"] == "*":
            return server.json(body(first, next_cursor="more"))
        return server.json(body([group("ZW", 3)], next_cursor=None))

    server.put(URL, page)
    assert len(ask(**BLOCK).rows) == 201
    del page
    years = ask(**{"from": "openalex", "concept": "C154945302"}).rows
    # The year that runs is never whole.
    assert {row.year for row in years} == set(range(2012, 2026))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            {"error": "Invalid query", "message": "concepts.id is wrong"},
            "OpenAlex says: concepts.id is wrong",
        ),
        ({"results": []}, "another form than its documentation"),
        (body([]), "counts no work of any country"),
        (body([{"name": "US"}]), "groups have another form: 'key' is missing"),
        (body([group("US", "many")]), "OpenAlex counts 'many' works for"),
        (body([group("US", 1), group("US", 2)]), "two figures for US 2024: 1 and 2"),
    ],
)
def test_what_is_not_an_answer(server, ask, answer, said):
    server.put(URL, server.json(answer))
    with pytest.raises(SourceError) as error:
        ask(**BLOCK)
    assert said in str(error.value)
