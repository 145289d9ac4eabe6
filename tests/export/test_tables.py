"""Tables as CSV, JSON, XLSX and text."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.export import tables
from readiness.export.text import Column, number, render, width
from readiness.scores import Table

AWKWARD = ("", "a,b", 'say "x"', "line\nbreak", "=1+1", "@x", "https://x.example", "日本", " padded ", "007")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_floats_come_back_bit_for_bit(values):
    table = Table(("x",), tuple((value,) for value in values))
    text = tables.to_csv(table).decode()
    assert [float(line).hex() for line in text.split("\n")[1:-1]] == [value.hex() for value in values]
    rows = json.loads(tables.to_json({}, "rows", table))["rows"]
    assert [float(row["x"]).hex() for row in rows] == [value.hex() for value in values]


def test_csv_keeps_text_and_types():
    table = Table(("name", "rank", "score"), tuple((text, 1, None) for text in AWKWARD))
    rows = list(csv.reader(io.StringIO(tables.to_csv(table).decode(), newline="")))
    assert rows[1:] == [[text, "1", ""] for text in AWKWARD]


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "@x", "+1", "-1+1", " =1", "\t=1", "＝1"])
def test_a_text_that_excel_would_run_is_marked_where_the_file_is_for_excel(text):
    table = Table(("name", "score"), ((text, -1.5), ("a = b", None)))
    content = tables.to_csv(table, bom=True)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[1:] == [[f"'{text}", "-1.5"], ["a = b", ""]]
    plain = list(csv.reader(io.StringIO(tables.to_csv(table).decode(), newline="")))
    assert plain[1][0] == text


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_json_refuses_what_is_no_number(value):
    with pytest.raises(ValueError, match="JSON"):
        tables.to_json({}, "rows", Table(("x",), ((value,),)))


def test_a_workbook_keeps_text_and_types():
    columns = ("country", "name", "rank", "score", "coverage", "flag")
    rows = tuple(("C", text, 1, 0.123456789012345, 0.5, None) for text in AWKWARD)
    content = tables.to_xlsx([("Index", "=x")], {"scores": Table(columns, rows), "empty": Table(columns, ())})
    assert content == tables.to_xlsx(
        [("Index", "=x")], {"scores": Table(columns, rows), "empty": Table(columns, ())}
    )
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book["readme"]["B1"].value == "=x" and book["readme"]["B1"].data_type == "s"
    sheet = book["scores"]
    for cells, text in zip(sheet.iter_rows(min_row=2), AWKWARD, strict=True):
        assert (cells[1].value or "") == text and cells[1].data_type in "sn" and cells[1].hyperlink is None
        assert [cell.value for cell in cells[2:]] == [1, 0.123456789012345, 0.5, None]
        assert type(cells[2].value) is int
    assert book["empty"].max_row == 1 and book["empty"].freeze_panes == "C2"


def test_text_is_split_where_the_screen_is_narrow():
    columns = [Column("Country", ["Kenya", "日本"], "left", key=True)]
    columns += [Column(f"A long heading {letter}", ["1.0", "–"]) for letter in "abcdef"]
    for screen in (20, 30, 40, 80):
        text = render(columns, screen)
        assert max(width(line) for line in text.split("\n")) <= screen
        assert text.count("Kenya") == text.count("Country")
        for letter in "abcdef":
            assert f" {letter}" in text
    assert render(columns, None).count("Country") == 1


def test_a_table_that_just_does_not_fit_is_drawn_closer():
    columns = [Column(letter * 6, ["1", "2"]) for letter in "abcd"]  # 30 wide, 27 with one space
    assert render(columns, 30).split("\n")[1] == "------  ------  ------  ------"
    assert render(columns, 29).split("\n")[1] == "------ ------ ------ ------"
    assert render(columns, 27).split("\n")[1] == "------ ------ ------ ------"
    assert render(columns, 26).split("\n")[1] == "------  ------  ------"
    assert render(columns, None).split("\n")[1] == "------  ------  ------  ------"


def test_lines_above_rows_stand_in_every_block():
    columns = [Column("Name", ["a", "b", "c"], "left", key=True)]
    columns += [Column("x" * 9, list("123")), Column("y" * 9, list("456"))]
    text = render(columns, 16, ["First", None, "Second"])
    blocks = text.rstrip("\n").split("\n\n")
    assert len(blocks) == 2
    for block in blocks:
        assert [line.split()[0] for line in block.split("\n")[2:]] == ["First", "a", "b", "Second", "c"]


def test_wide_and_combining_characters_align():
    assert [width(text) for text in ("abc", "日本", "é", "e\N{COMBINING ACUTE ACCENT}")] == [3, 4, 1, 1]
    lines = render([Column("Name", ["日本", "Kenya"], "left"), Column("N", ["1", "2"])], None).split("\n")
    assert len({width(line) for line in lines[1:4]}) == 1


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(None, None, "–"), (3, 1, "3"), (2.25, 1, "2.2"), (12345.678, 1, "12,345.7"), (0.01234, None, "0.0123"),
     ("x", 1, "x"), (True, None, "True")],
)  # fmt: skip
def test_cells(value, decimals, text):
    assert number(value, decimals) == text
