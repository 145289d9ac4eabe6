"""TOP500's list: 500 systems in an XLSX with the true names of its columns."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from readiness.sources.base import Row, SourceError

URL = "https://www.top500.org/lists/top500/{}/{}/download/TOP500_{}{}.xlsx"
HEAD = ["Rank", "Previous Rank", "Name", "Site", "Manufacturer", "Country", "Year", "Total Cores",
        "Rmax [TFlop/s]", "Rpeak [TFlop/s]", "Power (kW)"]  # fmt: skip


def book(head=HEAD, count=500, **cells) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, head)
        for number in range(count):
            place = "United States" if number < 300 else "Korea, South"
            rmax = cells.get(f"rmax{number}", 2000.0)
            sheet.write_row(1 + number, 0, [number + 1, "", "x", "y", "z", place, 2024, 1, rmax, 3000.0, ""])
    return out.getvalue()


def put(server, year, month, body, **more):
    server.put(URL.format(year, month, year, month), server.reply(body, kind="application/x-xlsx", **more))


def test_the_newest_list_there_is(server, ask):
    put(server, 2026, "06", book())
    answer = ask(**{"from": "top500", "value": "rmax"})
    assert answer.rows == [
        Row("Korea, South", 2026, pytest.approx(400)),
        Row("United States", 2026, pytest.approx(600)),
    ]
    assert answer.vintage == "June 2026 list"
    assert [path.rsplit("_", 1)[1] for path in server.asked] == ["202611.xlsx", "202606.xlsx"]
    put(server, 2024, "11", book())
    answer = ask(**{"from": "top500", "value": "count", "year": 2024})
    assert answer.rows == [Row("Korea, South", 2024, 200.0), Row("United States", 2024, 300.0)]


def test_no_list_yet(server, ask):
    with pytest.raises(SourceError, match="TOP500 has no list of 2026 yet"):
        ask(**{"from": "top500", "value": "count"})
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (book(count=499), "the list has 499 systems, not 500"),
        (
            book([name.replace("Rmax", "Speed") for name in HEAD]),
            "the list has no column of Rmax. Has its form changed",
        ),
        (book([name.replace("Country", "Nation") for name in HEAD]), "the table has no column 'Country'"),
        (book(rmax3="fast"), "a system in United States has no Rmax: 'fast'"),
        (b"<html><title>Sign in</title>", "a web page came in place of a workbook: Sign in"),
    ],
)
def test_what_is_not_the_list(server, ask, body, said):
    put(server, 2026, "11", body)
    with pytest.raises(SourceError) as error:
        ask(**{"from": "top500", "value": "rmax"})
    assert said in str(error.value)
