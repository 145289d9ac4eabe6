"""A workbook in the layout of the JRC's COIN Tool as a folder that scores the same."""

from __future__ import annotations

import io

import numpy as np
import pytest
import xlsxwriter

from readiness.definitions.load import load
from readiness.errors import DefinitionError
from readiness.importing import coin_tool
from readiness.importing.deck import Method, folder
from readiness.index import Index

PLAIN = Method({"method": "none"}, {"method": "none"})
# Of each indicator, from row 7 down: weight, direction, lower and upper goalpost, index, sub-index, pillar,
# sub-pillar, name, code. All are of one sub-index, so that level is not used.
INDICATORS = [
    [2, 1, 0, 10, "Index", "si.01", "p.01", "sp.01", "Roads", "Ind.01"],
    [1, -1, 0, 40, "Index", "si.01", "p.01", "sp.01", "Power cuts", "Ind.02"],
    [1, 1, 0, 20, "Index", "si.01", "p.02", "sp.02", "Schooling", "Ind.03"],
]
UNITS = [("Austria", "AUT", [10, 0, 12]), ("Brazil", "BRA", [5, 10, 8]), ("Kenya", "KEN", [3, 40, "n/a"])]
FRAMEWORK = [
    ("Ind.01", 2, "Roads"), ("sp.01", 1, "Networks"), ("sp.02", 1, "Minds"), ("p.01", 3, "Infrastructure"),
    ("p.02", 1, "People"), ("si.01", 1, "Sub"), ("Index", 1, "All of it"),
]  # fmt: skip


def workbook(indicators=INDICATORS, units=UNITS, sheets=("Database", "Framework")) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    if "Database" in sheets:
        sheet = book.add_worksheet("Database")
        for number, cells in enumerate(indicators):
            sheet.write_column(6, 4 + number, cells)
        for number, (name, code, values) in enumerate(units):
            sheet.write_row(16 + number, 1, [name, code, "", *values])
    if "Framework" in sheets:
        sheet = book.add_worksheet("Framework")
        sheet.write_row(3, 2, ["Dimension/indicator", "", "Weight", "", "", "Name"])
        for number, (code, weight, name) in enumerate(FRAMEWORK):
            sheet.write_row(4 + number, 2, [code, "", weight, "", "", name])
    book.add_worksheet("Other")
    book.close()
    return out.getvalue()


def read(content=None):
    return coin_tool.read(content or workbook(), "tool.xlsx", year=2024)


def test_it_scores_as_by_hand(tmp_path):
    for name, content in folder(read(), PLAIN).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    index = Index(load(tmp_path))
    scores = index.scores()
    assert index.warnings == () and scores.framework.name == "All of it" and scores.framework.year == 2024
    assert {node.id: (node.name, node.weight) for node in scores.framework.tree.nodes()} == {
        "Index": ("All of it", 1), "p.01": ("Infrastructure", 3), "p.02": ("People", 1),
            "sp.01": ("Networks", 1),
        "sp.02": ("Minds", 1),
    }  # fmt: skip
    # On the goalposts 0-10, 0-40 and 0-20.
    roads, cuts = np.array([100, 50, 30]), np.array([100, 75, 0])
    infra = (2 * roads + cuts) / 3
    np.testing.assert_allclose(scores.column("p.01"), infra)
    np.testing.assert_allclose(
        scores.column("Index"), [(3 * infra[0] + 60) / 4, (3 * infra[1] + 40) / 4, infra[2]]
    )


def test_without_goalposts_the_sample_has_the_ends():
    bare = [[*cells[:2], "n/a", "n/a", *cells[4:]] for cells in INDICATORS]
    made = folder(read(workbook(bare)), PLAIN)
    assert "ends: sample" in made["frameworks/Index.yaml"].decode()
    assert "ends: goalposts" in folder(read(), PLAIN)["frameworks/Index.yaml"].decode()


def changed(column, row, value):
    cells = [list(item) for item in INDICATORS]
    cells[column][row - 7] = value
    return workbook(cells)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook(sheets=("Database",)),
         "tool.xlsx:1:1: has no sheet Framework. A workbook of the COIN Tool has both."),
        (workbook(sheets=()), "has no sheet Database and no sheet Framework"),
        (workbook(units=[]), "tool.xlsx:16:5: Database: there is no figure"),
        (b"PK\x03\x04", "not a workbook that can be read"),
        (changed(1, 8, "down"), "tool.xlsx:8:6: Database: 'down' is not a number"),
        (changed(1, 8, 3), "tool.xlsx:16:6: Ind.02: the direction 3 is neither 1 nor -1"),
        (changed(1, 7, -1), "tool.xlsx:16:6: Ind.02: the weight -1 is negative"),
        (changed(1, 16, ""), "tool.xlsx:16:6: Database: the indicator has no code"),
        (changed(1, 16, "Ind.01"), "tool.xlsx:16:6: Ind.01: the code stands twice"),
        (changed(1, 13, "p.02"), "tool.xlsx:14:6: Database: sp.01 lies below both p.01 and p.02"),
        (workbook(units=[("Austria", "AUT", [1, "many", 2])]),
         "tool.xlsx:17:6: Database: 'many' is not a number"),
        (workbook(units=[("Austria", "A T", [1, 2, 2])]), "uCode: 'A T' is not a place id"),
    ],
)  # fmt: skip
def test_what_is_wrong(content, said):
    with pytest.raises(DefinitionError) as error:
        folder(read(content), PLAIN)
    assert said in str(error.value)
