"""Tables as people read them: every number is the engine's, and nothing from outside becomes markup."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser

import openpyxl
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latexwalker import LatexWalker

from readiness.analysis.catalogue import licences
from readiness.analysis.compare import compare
from readiness.export import printed, tables, views
from readiness.export.printed import Column, Printed
from readiness.index import Index

CODES = ["KEN", "RWA", "TWN", "FIN"]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.load()


@pytest.fixture(scope="module")
def league(index) -> Printed:
    scores = index.scores()
    return views.league(scores.rows("pillar", countries=CODES), scores, index.indicators)


class Reader(HTMLParser):
    """Reads a page's table back: the texts and the exact values of its cells."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, str | None]]] = []
        self.tags: list[str] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        said = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append(("", None))
            self.inside = True
        elif tag == "data":
            self.rows[-1][-1] = ("", said["value"])

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            text, value = self.rows[-1][-1]
            self.rows[-1][-1] = (text + data, value)


def read_html(content: bytes) -> Reader:
    reader = Reader()
    reader.feed(content.decode())
    return reader


def test_html_has_the_engine_s_numbers_to_the_bit(index, league):
    scores = index.scores()
    rows = read_html(printed.to_html(league)).rows
    names = [column.name for column in league.columns]
    assert [text for text, _ in rows[0]] == [column.heading for column in league.columns]
    for row in rows[1:]:
        cells = dict(zip(names, row, strict=True))
        code = index.countries.find(cells["name"][0]).code
        value = scores.score(code)
        assert cells["score"] == (f"{value:.1f}", repr(value))
        for node in ("energy", "compute", "cloud", "skills"):
            found = scores.score(code, node)
            assert cells[node][1] == (None if found is None else repr(found))
        if code == "TWN":
            assert cells["rank"] == ("–", None) and cells["range"][0] == "–"
        else:
            low, high = scores.interval(code)
            assert cells["rank"][1] == repr(scores.rank(code)) and cells["range"][0] == f"{low}–{high}"


def test_html_stands_alone_and_is_accessible(league):
    page = printed.to_html(league).decode()
    assert "<script" not in page and not re.search(r"(src|href)=", page)
    assert "default-src 'none'" in page and '<html lang="en">' in page
    assert '<span aria-label="missing">–</span>' in page
    assert page.count('<th scope="row"') == 4 and page.count('scope="col"') == len(league.columns)
    assert '<h1 id="title">Country AI Readiness Index' in page and 'aria-labelledby="title"' in page
    assert printed.fragment(league).startswith("<table>")


def test_markdown_has_a_row_a_country(league):
    lines = printed.to_markdown(league).decode().splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == 6 and {row.count(" | ") for row in rows} == {len(league.columns) - 1}
    assert rows[2].startswith("| Finland | 1 | 1–3 | 89.2 |")
    assert any(line.startswith("- Range: 5th to 95th percentile") for line in lines)


def test_latex_parses_and_has_every_cell(league):
    text = printed.to_latex(league).decode()
    nodes, _, _ = LatexWalker(text, tolerant_parsing=False).get_latex_nodes()
    assert nodes
    body = text.split(r"\endlastfoot")[1].split(r"\end{longtable}")[0]
    rows = [line for line in body.splitlines() if line]
    assert len(rows) == 4 and all(row.endswith(r" \\") for row in rows)
    assert rows[0].startswith("Finland & 1 & 1--3 & 89.2 &") and r"100\%" in rows[0]


def test_a_comparison_is_indented_and_has_units(index):
    scores = index.scores()
    table = compare(scores, ["KEN", "RWA"], index.indicators, values=True)
    view = views.comparison(table, scores, index.indicators, figures=True)
    assert view.title.startswith("Kenya and Rwanda: ") and max(view.depths) == 2
    rows = read_html(printed.to_html(view)).rows
    access = next(row for row in rows if row[0][0] == "Access to electricity")
    assert [text for text, _ in access[1:]] == ["% of population", "76.2", "63.9"]
    assert any("World Development Indicators, EG.ELC.ACCS.ZS" in note for note in view.notes)
    assert "&emsp;&emsp;Access to electricity" in printed.to_markdown(view).decode()


def test_parquet_and_xlsx_read_back(index):
    scores = index.scores()
    table = scores.rows("all")
    found = pyarrow.parquet.read_table(io.BytesIO(tables.to_parquet(table, {"framework": "pillars"})))
    assert found.column_names == list(table.columns)
    assert json.loads(found.schema.metadata[b"readiness"]) == {"framework": "pillars"}
    for at, name in enumerate(table.columns):
        assert found[name].to_pylist() == [row[at] for row in table.rows], name
    assert (
        str(found.schema.field("rank").type) == "int64" and str(found.schema.field("score").type) == "double"
    )
    sources = licences(index.indicators, scores.matrix.indicators)
    book = openpyxl.load_workbook(
        io.BytesIO(tables.to_xlsx(views.about(scores), {"compare": table, "sources": sources}))
    )
    assert book.sheetnames == ["readme", "compare", "sources"]
    for row, cells in zip(table.rows, book["compare"].iter_rows(min_row=2, values_only=True), strict=True):
        # A workbook keeps 16 digits.
        assert cells == tuple(
            pytest.approx(cell, rel=1e-14) if isinstance(cell, float) else cell for cell in row
        )


def test_parquet_without_its_library(index, monkeypatch):
    import sys

    from readiness.errors import MissingLibraryError

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingLibraryError, match=r"pip install 'readiness\[parquet\]'"):
        tables.to_parquet(index.scores().rows("index"), {})


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "| a | b |",
        "`code` **bold** [x](http://e)",
    r"\input{/etc/passwd}", r"$\immediate\write18{ls}$", "100% & more_less #1 ~ ^", "{{ 7 * 7 }}", "a\nb",
        "=1+1",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_outside_becomes_markup(text):
    table = Printed(text, [Column("a", text, [text], [text], "left"), Column("b", "B", ["1"], [1])], [text])
    page = read_html(printed.to_html(table))
    assert set(page.tags) <= {
        "html", "head", "meta", "title", "style", "body", "h1", "div", "table", "thead", "tr", "th", "tbody",
        "td", "data", "ul", "li",
    }  # fmt: skip
    assert page.rows[1][0][0] == text and "49" not in printed.to_html(table).decode()
    lines = printed.to_markdown(table).decode().splitlines()
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in lines if line.startswith("|")] == [3, 3, 3]
    assert not re.search(r"(?<!\\)[<`]", "".join(line for line in lines))
    latex = printed.to_latex(table).decode()
    LatexWalker(latex, tolerant_parsing=False).get_latex_nodes()
    assert r"\input" not in latex and r"\write" not in latex and r"\immediate" not in latex


@given(st.text(max_size=30))
def test_any_text_parses(text):
    table = Printed(text, [Column("a", "A", [text], [text], "left")], [text])
    assert read_html(printed.to_html(table)).rows[0][0][0] == "A"
    LatexWalker(printed.to_latex(table).decode(), tolerant_parsing=False).get_latex_nodes()
    assert printed.to_markdown(table)
