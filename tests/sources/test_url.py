"""Tables of any form at an address: CSV, XLSX and JSON, long and wide."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from pydantic import ValidationError

from readiness.sources.base import Row, SourceError

URL = "https://example.org/data"
LONG = {"from": "url", "url": URL, "country": "iso3", "year": "year", "value": "value"}
KENYA = [Row("KEN", 2023, 1.5), Row("KEN", 2024, 2.0)]


def workbook(sheets, **formats) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **formats})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("iso3,year,value\nKEN,2023,1.5\nKEN,2024,2\n", {}),
        ("\ufeffiso3;year;value\r\nKEN;2023;1.5\r\nKEN;2024;2\r\n", {}),
        ("iso3\tyear\tvalue\nKEN\t2023\t1,5\nKEN\t2024\t2\n", {"decimal": ","}),
        ("A title\n\niso3,year,value\nKEN,2023,1.5\nKEN,2024,2\n", {"header_row": 3}),
        ("iso3,year,value,sex\nKEN,2023,1.5,all\nKEN,2024,2,all\nKEN,2023,9,f\n", {"where": {"sex": "all"}}),
        ("iso3,y_2023,y_2024,note\nKEN,1.5,2,x\n", {"year": None, "value": "y_{year}"}),
        ("iso3,2023,2024 [YR2024]\nKEN,1.5,2\n", {"year": None, "value": None}),
        ("iso3,a,b\nKEN,1,0.5\n", {"year": 2023, "value": "a + b"}),
        ("iso3,year,value\nKEN,2023-12-31,1500\nKEN,2024,2e3\n", {"factor": 0.001}),
        ('iso3,year,value\n"KEN","2023","1.5"\nKEN,2024,2\nUGA,2024,..\nUGA,2023,n/a\n', {}),
        ("ISO3 ,Year,VALUE\nKEN,2023,1.5\nKEN,2024,2\n", {}),
    ],
)
def test_csv(server, ask, body, more):
    server.put(URL, server.reply(body))
    answer = ask(**{key: value for key, value in {**LONG, **more}.items() if value is not None})
    assert answer.rows == (KENYA if more.get("value") != "a + b" else KENYA[:1]) and answer.left_out == ()


def test_encodings_have_to_be_named(server, ask):
    body = "country,year,value\nCôte d'Ivoire,2024,1\n"
    block = {**LONG, "country": "country"}
    for encoding in ("latin-1", "mac-roman", "cp1252"):
        server.put(URL, server.reply(body.encode(encoding)))
        with pytest.raises(SourceError, match=r"line 2 is not UTF-8. Name the encoding"):
            ask(**block)
        server.put(f"{URL}-{encoding}", server.reply(body.encode(encoding)))
        answer = ask(**{**block, "url": f"{URL}-{encoding}", "encoding": encoding})
        assert answer.rows == [Row("Côte d'Ivoire", 2024, 1.0)]
    server.put(f"{URL}16", server.reply(body.encode("utf-16")))
    assert ask(**{**block, "url": f"{URL}16"}).rows == [Row("Côte d'Ivoire", 2024, 1.0)]
    with pytest.raises(SourceError, match="there is no encoding 'klingon'"):
        ask(**{**block, "url": f"{URL}-latin-1", "encoding": "klingon"})


def test_xlsx(server, ask):
    rows = [
        ["Title"],
        [],
        ["iso3", "year", "value"],
        ["KEN", 2023, 1.5],
        ["KEN", "2024", "2"],
        ["UGA", 2024, ".."],
    ]
    book = workbook({"Notes": [["see Data"]], "Data": rows})
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    server.put(URL, server.reply(book, kind=kind))
    assert ask(**{**LONG, "sheet": "Data", "header_row": 3}).rows == KENYA
    with pytest.raises(SourceError, match=r"no sheet 'data'. Did you mean 'Data'\?"):
        ask(**{**LONG, "sheet": "data"})
    with pytest.raises(SourceError, match="the table has no column 'iso3'"):
        ask(**LONG)


def test_what_is_no_workbook(server, ask):
    for number, (body, said) in enumerate((
        (b"PK\x03\x04 nonsense", "not a workbook that can be read"),
        (b"<html><title>Log in</title>", "a web page came in place of a workbook: Log in"),
        (b"", "not a workbook that can be read"),
        (workbook({"Data": []}), "the table is empty"),
    )):  # fmt: skip
        server.put(f"{URL}{number}.xlsx", server.reply(body, kind="application/octet-stream"))
        with pytest.raises(SourceError, match=said):
            ask(**{**LONG, "url": f"{URL}{number}.xlsx"})


def test_a_workbook_that_unpacks_to_too_much(server, ask, monkeypatch):
    from readiness.sources import tables

    monkeypatch.setattr(tables, "MAX_UNZIPPED", 1000)
    server.put(URL, server.reply(workbook({"Data": [["x" * 500]] * 50}), kind="application/x"))
    with pytest.raises(SourceError, match="unpacks to more than"):
        ask(**{**LONG, "format": "xlsx"})


def test_json(server, ask):
    records = [{"iso3": "KEN", "year": 2023, "value": 1.5}, {"iso3": "KEN", "year": "2024", "value": "2"},
               {"iso3": "UGA", "year": 2024, "value": None}]  # fmt: skip
    for number, (body, more) in enumerate((
        (records, {}),
        ({"hints": [], "records": records}, {}),
        ({"data": {"rows": records}}, {"records": "data.rows"}),
    )):  # fmt: skip
        server.put(f"{URL}{number}", server.json(body))
        assert ask(**{**LONG, "url": f"{URL}{number}", **more}).rows == KENYA
    for number, (body, said) in enumerate((
        ({"a": records, "b": records}, "2 lists of records"),
        ({"a": 1}, "no lists of records"),
        ("text", "no lists"),
    )):  # fmt: skip
        server.put(f"{URL}-{number}", server.json(body))
        with pytest.raises(SourceError, match=said):
            ask(**{**LONG, "url": f"{URL}-{number}"})
    server.put(f"{URL}.json", server.reply("{"))
    with pytest.raises(SourceError, match="not JSON"):
        ask(**{**LONG, "url": f"{URL}.json"})
    server.put(f"{URL}2.json", server.reply("[" * 100_000))
    with pytest.raises(SourceError, match="not JSON"):
        ask(**{**LONG, "url": f"{URL}2.json"})


def test_what_is_no_figure_is_told(server, ask):
    rows = "KEN,2023,1.5\nUGA,2023,about 3\nUGA,FY24,5\nUGA,2022,1 234\nUGA,2021,inf\nUGA,2020,1e999\n"
    server.put(URL, server.reply("iso3,year,value\n" + rows))
    assert ask(**LONG).left_out == (
        "4 cells that are no numbers: UGA 2023 'about 3', UGA 2022 '1 234', UGA 2021 'inf', UGA 2020 '1e999'",
        "1 years that are no calendar year: 'FY24'",
    )


def test_html_that_says_so(server, ask):
    server.put(URL, server.reply("iso3,year,value\nKEN,2023,1\n", kind="text/html"))
    with pytest.raises(SourceError, match="says that it is a web page"):
        ask(**LONG)


def test_two_figures_and_a_filter_that_is_missing(server, ask):
    server.put(URL, server.reply("iso3,year,value,sex\nKEN,2023,1,f\nKEN,2023,2,m\n"))
    with pytest.raises(SourceError, match=r"two figures for KEN 2023: 1 and 2. A filter is missing"):
        ask(**LONG)


def test_settings_are_checked(ask):
    for wrong in (
        {"year": None},
        {"decimal": "x"},
        {"header_row": 0},
        {"factor": -1},
        {"delimiter": ""},
        {"x": 1},
    ):
        with pytest.raises(ValidationError):
            ask(**{key: value for key, value in {**LONG, **wrong}.items() if value is not None})
