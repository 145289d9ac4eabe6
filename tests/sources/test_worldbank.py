"""World Bank API v2 in its documented form: pages, errors, and what should not come."""

from __future__ import annotations

import pytest

from readiness.sources.base import Row, SourceError

HOST = "https://api.worldbank.org/v2/country/all/indicator/"
BLOCK = {"from": "worldbank", "series": "EG.ELC.ACCS.ZS"}


def row(iso3: str, date: str, value: float | None, series: str = "EG.ELC.ACCS.ZS", iso2: str = "XX"):
    return {
        "indicator": {"id": series, "value": "Access to electricity (% of population)"},
        "country": {"id": iso2, "value": "Somewhere"}, "countryiso3code": iso3, "date": date,
        "value": value, "unit": "", "obs_status": "", "decimal": 1,
    }  # fmt: skip


def page(rows, number=1, pages=1, total=None, **more):
    header = {"page": number, "pages": pages, "per_page": 5000, "total": total or len(rows), "sourceid": "2",
              "lastupdated": "2026-10-28", **more}  # fmt: skip
    return [header, rows]


ROWS = [row("AFE", "2023", 48.2), row("KEN", "2023", 76.2), row("KEN", "2024", None), row("XKX", "2023", 100)]


def test_one_page(server, ask):
    server.put(f"{HOST}EG.ELC.ACCS.ZS", server.json(page(ROWS)))
    answer = ask(**BLOCK)
    assert answer.rows == [Row("AFE", 2023, 48.2), Row("KEN", 2023, 76.2), Row("XKX", 2023, 100.0)]
    assert answer.vintage == "2026-10-28" and answer.left_out == ()
    assert server.asked == [
        "/api.worldbank.org/v2/country/all/indicator/EG.ELC.ACCS.ZS"
        "?format=json&per_page=5000&date=2012%3A2026&page=1"
    ]


def test_every_page_is_read(server, ask):
    pages = {"1": ROWS[:2], "2": ROWS[2:]}
    server.put(
        f"{HOST}EG.ELC.ACCS.ZS",
        lambda query: server.json(page(pages[query["page"]], int(query["page"]), 2, 4)),
    )
    assert len(ask(**BLOCK).rows) == 3 and len(server.asked) == 2


def test_another_database_and_its_codes(server, ask):
    # Outside WDI the alpha-3 code stands in country.id.
    rows = [row("", "2023", -0.41, "GOV_WGI_GE.EST", "KEN")]
    server.put(
        f"{HOST}GOV_WGI_GE.EST", lambda query: server.json(page(rows) if query["source"] == "3" else [])
    )
    answer = ask(**{"from": "worldbank", "series": "GOV_WGI_GE.EST", "database": 3})
    assert answer.rows == [Row("KEN", 2023, -0.41)]


MESSAGE = [
    {"message": [{"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}]}
]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (MESSAGE, "World Bank says: The provided parameter value is not valid. Is EG.ELC.ACCS.ZS still"),
        ([{"message": "odd"}], "World Bank says: an error"),
        (page([]), "no figures of EG.ELC.ACCS.ZS since 2012"),
        ([page(ROWS)[0], None], "no figures of EG.ELC.ACCS.ZS since 2012"),
        (page([row("KEN", "2024", None)]), "World Bank's rows have no figure"),
        (page(ROWS, total=9), "sent 4 rows of 9"),
        (page(ROWS, pages=100_000), "has 100,000 pages"),
        (page(ROWS, pages="many"), "does not say 'pages'"),
        (page([row("KEN", "2023", 1.0, "OTHER")]), "sent 'OTHER' when asked for 'EG.ELC.ACCS.ZS'"),
        (page([{"iso": "KEN", "year": 2023, "obs": 1}]), "another form: 'countryiso3code' is missing"),
        (page([row("KEN", "2023", 1.0), row("KEN", "2023", 2.0)]), "two figures for KEN 2023: 1 and 2"),
        ({"value": []}, "another form than its documentation"),
        ([1, 2, 3], "another form than its documentation"),
        ("text", "another form than its documentation"),
    ],
)  # fmt: skip
def test_what_is_not_an_answer(server, ask, body, said):
    server.put(f"{HOST}EG.ELC.ACCS.ZS", server.json(body))
    with pytest.raises(SourceError) as error:
        ask(**BLOCK)
    assert said in str(error.value)


def test_the_series_changes_while_it_is_read(server, ask):
    totals = {"1": 4, "2": 5}
    server.put(
        f"{HOST}EG.ELC.ACCS.ZS", lambda query: server.json(page(ROWS[:2], 1, 2, totals[query["page"]]))
    )
    with pytest.raises(SourceError, match="changed the series while it was read"):
        ask(**BLOCK)


def test_what_is_no_figure_is_told(server, ask):
    rows = [*ROWS, row("KEN", "2023Q1", 5.0), row("RWA", "2023", "about 3")]
    server.put(f"{HOST}EG.ELC.ACCS.ZS", server.json(page(rows)))
    answer = ask(**BLOCK)
    assert answer.left_out == (
        "1 cells that are no numbers: RWA 2023 'about 3'", "1 periods that are no year: '2023Q1'",
    )  # fmt: skip
    assert len(answer.rows) == 3


# Recorded in 2026 from the true API, for Mexico, the euro area and what is not classified.
RECORDED = """\
[{"page":1,"pages":1,"per_page":20000,"total":4,"sourceid":"2","lastupdated":"2026-07-13"},
[{"indicator":{"id":"NY.GDP.MKTP.CD","value":"GDP (current US$)"},"country":{"id":"MX","value":"Mexico"},
"countryiso3code":"MEX","date":"2025","value":1832641364775.52,"unit":"","obs_status":"","decimal":0},
{"indicator":{"id":"NY.GDP.MKTP.CD","value":"GDP (current US$)"},"country":{"id":"MX","value":"Mexico"},
"countryiso3code":"MEX","date":"2024","value":1830489311088.89,"unit":"","obs_status":"","decimal":0},
{"indicator":{"id":"NY.GDP.MKTP.CD","value":"GDP (current US$)"},"country":{"id":"XC","value":"Euro area"},
"countryiso3code":"EMU","date":"2025","value":null,"unit":"","obs_status":"","decimal":0},
{"indicator":{"id":"NY.GDP.MKTP.CD","value":"GDP (current US$)"},"country":{"id":"XX",
"value":"Not classified"},"countryiso3code":"",
"date":"2025","value":5.0,"unit":"","obs_status":"","decimal":0}]]
"""


def test_a_recorded_answer(server, ask):
    server.put(f"{HOST}NY.GDP.MKTP.CD", server.reply(RECORDED, kind="application/json;charset=utf-8"))
    answer = ask(**{"from": "worldbank", "series": "NY.GDP.MKTP.CD"})
    assert answer.vintage == "2026-07-13"
    assert answer.rows == [
        Row("MEX", 2025, 1832641364775.52), Row("MEX", 2024, 1830489311088.89), Row("XX", 2025, 5.0),
    ]  # fmt: skip
