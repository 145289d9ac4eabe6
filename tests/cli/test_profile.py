"""`readiness profile`: the report's content as text, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json

import pytest

from readiness.report.outline import section_ids


def test_text_fits_eighty_columns(terminal):
    result = terminal("profile", "Kenya")
    assert result.code == 0
    assert all(len(line) <= 80 for line in result.out.splitlines())
    assert "Kenya ranks" in result.out and "Sources" in result.out


def test_json_carries_the_numbers_unrounded(run, bundled):
    found = json.loads(run("profile", "KEN").out)
    scores = bundled.scores()
    first = found["sections"]["verdict"]["rows"][0]
    assert first["score"] == scores.score("KEN") and first["rank"] == scores.rank("KEN")
    assert (first["rank_low"], first["rank_high"]) == scores.interval("KEN")
    pillars = {row["id"]: row["score"] for row in found["sections"]["pillars"]["rows"]}
    assert pillars == {name: scores.score("KEN", name) for name in pillars}
    assert len(found["sections"]["figures"]["rows"]) == len(scores.matrix.indicators)


def test_the_scale_rank_stands_beside_the_intensity_rank(run, bundled):
    found = json.loads(run("profile", "China", "--section", "verdict", "--format", "json").out)
    readings = {row["framework"]: row for row in found["sections"]["verdict"]["rows"]}
    assert readings["scale"]["rank"] == bundled.scores("scale").rank("CHN")
    assert readings["scale"]["reading"] == "scale" and readings["pillars"]["reading"] == "intensity"
    assert readings["scale"]["rank_low"] <= readings["scale"]["rank_high"]


def test_one_section_as_csv(run, bundled):
    result = run("profile", "KEN", "--section", "figures", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    by_id = {row["id"]: row for row in rows}
    stage = bundled.scores().table(stage="denominated", countries=["KEN"])
    assert float(by_id["electricity_access"]["value"]) == stage.loc["KEN", "electricity_access"]
    assert all(row["source"] for row in rows)


def test_csv_of_several_sections_is_refused(run):
    result = run("profile", "KEN", "--format", "csv")
    assert result.code == 2 and "--section" in result.err


def test_an_unknown_section_is_named(run):
    result = run("profile", "KEN", "--section", "figure")
    assert result.code == 2 and "figures" in result.err


def test_the_sections_are_listed(run):
    assert run("profile", "KEN", "--section", "list").out.split() == list(section_ids())


@pytest.mark.parametrize(
    "peers, key", [("RWA,Uganda", "chosen"), ("oecd=true", "oecd"), ("region=South Asia", "region")]
)
def test_peers_are_chosen(run, peers, key, bundled):
    asked = ("--peers", peers, "--section", "pillars", "--format", "json")
    found = json.loads(run("profile", "KEN", *asked).out)
    row = found["sections"]["pillars"]["rows"][0]
    if key == "chosen":
        table = bundled.scores().table("pillar")
        assert row["median_chosen"] == pytest.approx(table.loc[["RWA", "UGA"], "energy"].median(), abs=1e-9)
    assert f"median_{key}" in row


def test_an_unknown_peer_is_an_error(run):
    assert run("profile", "KEN", "--peers", "Atlantis").code == 2
    assert run("profile", "KEN", "--peers", "income=Rich").code == 2


@pytest.mark.parametrize("code", ["TUV", "PRK", "MCO"])
def test_the_unranked_have_a_profile(run, code):
    result = run("profile", code, "--format", "table")
    assert result.code == 0 and "is not ranked" in " ".join(result.out.split())
