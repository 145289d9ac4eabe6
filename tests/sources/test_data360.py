"""World Bank Data360 in its documented form."""

from __future__ import annotations

import pytest

from readiness.sources.base import Row, SourceError

URL = "https://data360api.worldbank.org/data360/data"
BLOCK = {"from": "data360", "database": "ITU_GCI", "series": "ITU_GCI_GCI_OVRL_SCRE"}


def row(place, period, value, **more):
    return {
        "DATABASE_ID": "ITU_GCI", "INDICATOR": "ITU_GCI_GCI_OVRL_SCRE", "REF_AREA": place, "SEX": "_Z",
        "TIME_PERIOD": period, "OBS_VALUE": value, "COMP_BREAKDOWN_1": "_T", "UNIT_MEASURE": "SCORE", **more,
    }  # fmt: skip


ROWS = [
    row("KEN", "2024", "88.5"),
    row("RWA", "2024", "97.1"),
    row("WLD", "2024", None),
    row("KEN", "2010", "1"),
]


def test_every_page_is_read(server, ask):
    def page(query):
        assert query["DATABASE_ID"] == "ITU_GCI"
        return server.json({"count": 4, "value": ROWS[int(query["skip"]) : int(query["skip"]) + 3]})

    server.put(URL, page)
    assert ask(**BLOCK).rows == [Row("KEN", 2024, 88.5), Row("RWA", 2024, 97.1)]
    assert len(server.asked) == 2


def test_totals_only_or_the_part_that_is_meant(server, ask):
    rows = [*ROWS, row("KEN", "2024", "50", SEX="F"), row("KEN", "2024", "7", COMP_BREAKDOWN_1="LEGAL")]
    server.put(URL, server.json({"count": len(rows), "value": rows}))
    assert Row("KEN", 2024, 88.5) in ask(**BLOCK).rows
    assert ask(**BLOCK, where={"COMP_BREAKDOWN_1": "LEGAL"}).rows == [Row("KEN", 2024, 7.0)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error_code": 400, "error_message": "Invalid indicator"}, "Data360 says: Invalid indicator"),
        ({"count": 0, "value": []}, "has no figures of ITU_GCI_GCI_OVRL_SCRE. Is it in ITU_GCI still?"),
        ({"count": 9, "value": []}, "sent 0 rows of 9"),
        ({"value": ROWS}, "another form than its documentation"),
        ([], "another form than its documentation"),
        ({"count": 1, "value": [{"AREA": "KEN"}]}, "rows have another form: 'REF_AREA' is missing"),
        ({"count": 1, "value": [row("KEN", "2024-Q1", "5")]}, "no figure of these years"),
        ({"count": 1, "value": [row("KEN", "2024", "five")]}, "1 cells that are no numbers: KEN 2024 'five'"),
        (
            {"count": 2, "value": [row("KEN", "2024", "5"), row("KEN", "2024", "6")]},
            "two figures for KEN 2024",
        ),
    ],
)
def test_what_is_not_an_answer(server, ask, body, said):
    server.put(URL, server.json(body))
    with pytest.raises(SourceError) as error:
        ask(**BLOCK)
    assert said in str(error.value)
