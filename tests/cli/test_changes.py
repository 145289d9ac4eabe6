"""`readiness changes`: all countries or some, in every format; two editions that do not compare."""

from __future__ import annotations

import csv
import io
import json

import pytest

from readiness.analysis.changes import PLAYERS


def test_one_country_fits_eighty_columns_and_adds_up(terminal, older):
    ran = terminal("changes", str(older), "bundled", "Kenya")
    assert ran.code == 0 and all(len(line) <= 80 for line in ran.out.splitlines())
    assert "Edition 2025.1" in ran.out and "Together" in ran.out and "Shapley" in ran.out


def test_all_countries_as_csv(run, older):
    rows = list(csv.DictReader(io.StringIO(run("changes", older, "bundled", "--format", "csv").out)))
    assert len(rows) == 197
    for row in rows:
        if row["score_change"] and row["new_years"]:
            total = sum(float(row[player]) for player in PLAYERS)
            assert total == pytest.approx(float(row["score_change"]), abs=1e-9), row["country"]


def test_json_of_a_country(run, older):
    found = json.loads(run("changes", older, "bundled", "KEN", "--format", "json").out)["countries"][0]
    assert found["code"] == "KEN" and found["old_edition"] == "2025.1"
    parts = {part["id"]: part["score"] for part in found["parts"]}
    assert sum(parts.values()) == pytest.approx(found["score_change"], abs=1e-9)


def test_nothing_changes_between_an_edition_and_itself(run):
    rows = list(csv.DictReader(io.StringIO(run("changes", "bundled", "bundled", "--format", "csv").out)))
    assert all(float(row["score_change"] or 0) == 0 and float(row["rank_change"] or 0) == 0 for row in rows)


def test_what_does_not_compare_is_refused(refused, older, tmp_path):
    assert "there is no folder" in refused("changes", tmp_path / "none", "bundled")
    assert "unknown country 'Atlantis'" in refused("changes", older, "bundled", "Atlantis")
