"""The league table: levels, columns, types, order; stages; single scores; the fingerprint."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from readiness.definitions.load import load
from readiness.errors import UnknownNameError
from readiness.index import Index
from readiness.scores import LEVELS, STAGES, Table

HEAD = ["name", "status", "rank", "score", "coverage", "rank_low", "rank_high"]
RAGGED = """\
tree:
  id: index
  name: Index
  children:
    - id: energy
      children: [{id: energy.grid, indicators: [losses]}]
      indicators: [access]
    - {id: skills, indicators: [schooling, {id: papers, weight: 2}]}
"""
AUSTRIA_IS_NORWAY = {
    "skills/papers.yaml": ("AUT,300,320", "AUT,350,380"),
    "skills/schooling.yaml": ("AUT,12.3,12.4", "AUT,13.1,13.1"),
    "energy/losses.yaml": ("AUT,5,5", "AUT,6,6.5"),
}


@pytest.fixture
def scores(make_index):
    """The small index: Kenya has no papers."""
    return Index(load(make_index())).scores()


@pytest.fixture
def ragged(make_index, index_files):
    text = index_files["frameworks/main.yaml"].split("tree:\n")[0] + RAGGED
    return Index(load(make_index({"frameworks/main.yaml": text}))).scores()


def test_score_by_hand(scores):
    # Austria: access 100; losses (20 - 5) / 18; schooling 12.4 / 15; papers 320 / 500, twice.
    energy = (100 + 100 * 15 / 18) / 2
    skills = (100 * 12.4 / 15 + 2 * 64) / 3
    assert scores.score("AUT", "energy") == pytest.approx(energy)
    assert scores.score("AUT", "skills") == pytest.approx(skills)
    assert scores.score("AUT") == pytest.approx((energy + skills) / 2)
    assert scores.score("AUT", "papers") == pytest.approx(64)
    assert scores.score("KEN", "papers") is None
    assert scores.rank("NOR") == 1 and isinstance(scores.rank("NOR"), int)


@pytest.mark.parametrize(
    ("level", "columns"),
    [
        ("index", []),
        ("0", []),
        ("pillar", ["energy", "skills"]),
        ("1", ["energy", "skills"]),
        ("subpillar", ["energy.grid", "access", "schooling", "papers"]),
        ("2", ["energy.grid", "access", "schooling", "papers"]),
        ("3", ["losses"]),
        ("indicator", ["losses", "access", "schooling", "papers"]),
        ("all", ["energy", "energy.grid", "losses", "access", "skills", "schooling", "papers"]),
    ],
)
def test_levels(ragged, level, columns):
    assert list(ragged.table(level).columns) == HEAD + columns
    assert [part.id for part in ragged.parts(level)] == columns
    assert ragged.rows(level).columns == ("country", *HEAD, *columns)


@pytest.mark.parametrize("level", ["4", "-1", "1.5", "pilar", "", "²"])
def test_levels_that_are_not_there(ragged, level):
    with pytest.raises(UnknownNameError, match="the tree has no level"):
        ragged.table(level)


def test_hints(scores):
    with pytest.raises(UnknownNameError, match="Did you mean 'pillar'"):
        scores.table("pilar")
    with pytest.raises(UnknownNameError, match="all, 1 or 2"):
        scores.table("9")
    with pytest.raises(UnknownNameError, match="Did you mean 'normalised'"):
        scores.table(stage="normalized")
    with pytest.raises(UnknownNameError, match="Did you mean 'papers'"):
        scores.score("AUT", "paper")
    with pytest.raises(UnknownNameError, match="Did you mean 'AUT'"):
        scores.rank("AUS")


def test_columns_and_types(scores):
    table = scores.table("all")
    assert table.index.name == "country"
    assert set(table.index) == {"AUT", "BRA", "IND", "KEN", "NOR", "VNM"}
    assert table["rank"].dtype == "Int64"
    assert {str(table[column].dtype) for column in list(table.columns)[3:]} == {"float64"}
    assert all(isinstance(text, str) for text in table["name"])
    assert set(table["status"]) <= {"ranked", "unranked"}
    assert table.loc["KEN", "coverage"] == 0.75
    assert np.isnan(table.loc["KEN", "papers"])


def test_order_is_best_first_the_unranked_last(make_index):
    edit = {"frameworks/main.yaml": ("tree:\n", "methods: {coverage: {index: 1}}\ntree:\n")}
    scores = Index(load(make_index(edit=edit))).scores()
    table = scores.table("index")
    ranked = table[table["status"] == "ranked"]
    assert list(table.index)[-1] == "KEN" and pd.isna(table.loc["KEN", "rank"])
    assert table["rank"].dtype == "Int64"
    assert table.loc["KEN", "score"] > 0  # a profile, but no rank
    assert ranked["score"].is_monotonic_decreasing
    assert ranked["rank"].tolist() == [1, 2, 3, 4, 5]


def test_ties_are_in_order_of_code(make_index):
    table = Index(load(make_index(edit=AUSTRIA_IS_NORWAY))).scores().table()
    assert list(table.index)[:2] == ["AUT", "NOR"]
    assert table["rank"].tolist() == [1, 1, 3, 4, 5, 6]


def test_average_ranks_are_decimal(make_index):
    ties = {"frameworks/main.yaml": ("tree:\n", "methods: {ranking: {ties: average}}\ntree:\n")}
    scores = Index(load(make_index(edit=AUSTRIA_IS_NORWAY | ties))).scores()
    assert scores.rank("AUT") == scores.rank("NOR") == 1.5
    assert scores.table()["rank"].dtype == "float64"


def test_some_countries(scores):
    assert list(scores.table(countries=["KEN", "NOR"]).index) == ["NOR", "KEN"]
    assert scores.table(countries=["KEN"]).loc["KEN", "rank"] == scores.rank("KEN")
    assert scores.table(countries=[]).empty
    with pytest.raises(UnknownNameError):
        scores.table(countries=["KEN", "XXX"])


def test_values_are_the_figures(scores):
    table = scores.table(values=True)
    assert list(table.columns) == [*HEAD, "access", "losses", "schooling", "papers"]
    assert table.loc["KEN", "losses"] == 22 and table.loc["KEN", "schooling"] == 7.7
    assert np.isnan(table.loc["KEN", "papers"])


@pytest.mark.parametrize("stage", STAGES)
def test_stages(scores, stage):
    table = scores.table(stage=stage)
    names = scores.matrix.indicators
    columns = [f"{name}{end}" for name in names for end in ("", ":year", ":status")]
    assert list(table.columns) == HEAD + columns
    assert table["schooling:year"].dtype == "Int64"
    assert table.loc["KEN", "schooling:year"] == 2022 and table.loc["AUT", "schooling:year"] == 2023
    assert table.loc["KEN", "papers:status"] == "missing" and pd.isna(table.loc["KEN", "papers:year"])
    assert table.loc["AUT", "papers:status"] == "figure"
    expected = {"normalised": 64.0}.get(stage, 320.0)
    assert table.loc["AUT", "papers"] == pytest.approx(expected)


DRAWN = {
    "frameworks/main.yaml": ("tree:\n", "uncertainty: {draws: 400, imputation: {method: none}}\ntree:\n")
}


def test_ranges_stand_after_coverage(make_index):
    scores = Index(load(make_index(edit=DRAWN))).scores()
    table, drawn = scores.table("all"), scores.robustness
    assert table["rank_low"].dtype == table["rank_high"].dtype == "Int64"
    for code, low, high in zip(table.index, table["rank_low"], table["rank_high"], strict=True):
        assert scores.interval(code) == (low, high) and 1 <= low <= high <= 6
        row = scores.position(code)
        # 5 and 95% of 400 draws, counted by hand from how often the country had each rank.
        ranks = np.repeat(np.arange(1, 7), drawn.counts[list(drawn.rows).index(row)])
        assert len(ranks) == 400 and (low, high) == (ranks[19], ranks[379])
    assert scores.rows("index").rows[0][6:] == scores.interval(table.index[0])


def test_without_uncertainty_ranges_are_empty(scores):
    assert scores.robustness is None and scores.interval("KEN") is None
    table = scores.table("index")
    assert table["rank_low"].isna().all() and table["rank_high"].isna().all()
    assert {row[6:] for row in scores.rows("index").rows} == {(None, None)}


def test_the_unranked_have_no_range(make_index):
    edit = DRAWN["frameworks/main.yaml"]
    edit = {"frameworks/main.yaml": (edit[0], f"methods: {{coverage: {{index: 1}}}}\n{edit[1]}")}
    scores = Index(load(make_index(edit=edit))).scores()
    assert scores.rank("KEN") is None and scores.interval("KEN") is None
    assert scores.interval("NOR") is not None
    assert [row[6:] for row in scores.rows("index").rows if row[0] == "KEN"] == [(None, None)]


def test_names_of_levels_and_stages():
    assert LEVELS == ("index", "pillar", "subpillar", "indicator", "all")
    assert STAGES == ("selected", "denominated", "imputed", "treated", "normalised")


def test_rows_are_plain_values(scores):
    for row in scores.rows("all").rows:
        assert {type(value) for value in row} <= {str, int, float, type(None)}


def test_an_empty_column_is_a_number_too():
    frame = Table(("country", "name", "x"), (("AUT", "Austria", None), ("BEL", "Belgium", None))).frame()
    assert frame["x"].dtype == "float64" and frame["name"].tolist() == ["Austria", "Belgium"]


def test_fingerprint(make_index, scores):
    def of(**changes):
        return Index(load(make_index(name="other", **changes))).scores().fingerprint

    assert len(scores.fingerprint) == 64 and set(scores.fingerprint) <= set("0123456789abcdef")
    assert of() == scores.fingerprint
    assert of(edit={"energy/losses.yaml": ("BRA,16,15.5", "BRA,16,15.6")}) != scores.fingerprint
    assert of(edit={"frameworks/main.yaml": ("weight: 2", "weight: 3")}) != scores.fingerprint
    assert of(edit={"skills/papers.yaml": ("[0, 500]", "[0, 501]")}) != scores.fingerprint
    # What no score depends on: a figure that is not the latest, a description.
    assert of(edit={"energy/losses.yaml": ("BRA,16,15.5", "BRA,17,15.5")}) == scores.fingerprint
    assert of(edit={"energy/losses.yaml": ("Losses of the grid", "Losses")}) == scores.fingerprint
    assert Index(load(make_index())).scores(year=2023).fingerprint != scores.fingerprint


def test_results_are_frozen(scores):
    with pytest.raises(dataclasses.FrozenInstanceError):
        scores.nodes = None
