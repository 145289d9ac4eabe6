"""`readiness size`: the chain as a table, CSV and JSON; targets and scenarios that are wrong."""

from __future__ import annotations

import csv
import io
import json

import pytest


def steps(run, *arguments):
    out = run("size", *arguments, "--format", "csv").out
    return {(row["country"], row["step"]): row for row in csv.DictReader(io.StringIO(out))}


def test_the_table_fits_eighty_columns(terminal):
    for names in (["Kenya"], ["KEN", "RWA", "TUV"]):
        ran = terminal("size", *names, "--target", "mw=50")
        assert ran.code == 0 and all(len(line) <= 80 for line in ran.out.splitlines())
        assert "Left out: networks outside" in ran.out


def test_csv_and_json_carry_the_same_numbers(run, bundled):
    rows = steps(run, "KEN", "RWA", "--target", "accelerators=10000", "--capital-cost", "8%")
    found = json.loads(
        run("size", "KEN", "--target", "accelerators=10000", "--capital-cost", "0.08", "--format", "json").out
    )["countries"][0]
    sizing = bundled.size("KEN", "accelerators=10000", capital_cost=0.08)
    for step, said in zip(sizing.steps, found["steps"], strict=True):
        row = rows["KEN", step.id]
        for end in ("low", "mid", "high"):
            value = getattr(step, end)
            assert said[end] == value and row[end] == ("" if value is None else repr(value))
    assert rows["RWA", "capex"]["mid"] == rows["KEN", "capex"]["mid"]
    assert all(item["publisher"] and item["unit"] for item in found["inputs"])


def test_what_is_unknown_is_blank_and_said(run, terminal):
    rows = steps(run, "TUV")
    assert rows["TUV", "generation_share"]["mid"] == "" and rows["TUV", "yearly"]["mid"] == ""
    assert "Unknown" in terminal("size", "TUV").out
    assert steps(run, "TUV", "--power-price", "0.1")["TUV", "yearly"]["mid"] != ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["KEN", "--target", "mw"], "'mw' needs a number"),
        (["KEN", "--target", "serve=200%"], "is not a share above 0 and at most 1"),
        (["KEN", "--target", "power=5"], "unknown target 'power'"),
        (["KEN", "--capital-cost", "eight"], "is not a yearly rate"),
        (["KEN", "--capital-cost", "nan"], "is not a yearly rate"),
        (["KEN", "--power-price", "nan"], "--power-price 'nan' is not a price"),
        (["KEN", "--power-price", "21.5"], "US$ for a kilowatt-hour"),
        (["KEN", "--power-price", "0"], "is not a price"),
        (["Atlantis"], "unknown country 'Atlantis'"),
        ([], "no country is named"),
        (["KEN", "--scenario", "none.yaml"], "there is no file none.yaml"),
    ],
)
def test_a_wrong_call_is_refused(refused, arguments, words):
    assert words in refused("size", *arguments)


def test_a_scenario_of_one_s_own(run, refused, tmp_path):
    path = tmp_path / "mine.yaml"
    text = "id: mine\nname: Mine\ninputs:\n  pue: {mid: 1.5, unit: UNIT, year: '2026', publisher: us}\n"
    path.write_text(text.replace("UNIT", "ratio"))
    row = steps(run, "KEN", "--target", "accelerators=1000", "--scenario", path)["KEN", "facility_mw"]
    assert float(row["mid"]) == pytest.approx(1000 * 1.22 / 1000 * 1.5)
    path.write_text(text.replace("UNIT", "percent"))
    assert f"{path}:4:25: inputs.pue.unit: the unit is 'percent', not 'ratio'" in refused(
        "size", "KEN", "--scenario", path
    )


def test_each_country_s_peers_are_named(run):
    text = run("size", "FIN", "BRA", "--target", "peer-median", "--format", "table").out
    assert "FIN As much per person as the middle one of" in text.replace("\n", " ")
    assert "BRA: the peer median (only" in text.replace("\n", " ")


def test_what_was_changed_and_what_to_compare_with_is_printed(run, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "id: mine\nname: Mine\ninputs:\n  pue: {mid: 1.5, unit: ratio, year: '2026', publisher: us}\n"
    )
    text = run("size", "KEN", "--scenario", path, "--format", "table").out
    assert "Not as in the bundled scenario: Power usage effectiveness" in text
    assert "A policy, not a finding" in text and "To compare: published" in text
    assert "Not as in the bundled" not in run("size", "KEN", "--format", "table").out


def test_all_faults_of_a_scenario_are_told(refused, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "id: mine\nname: Mine\ninputs:\n  pue: {mid: 0.5, unit: ratio, year: '2026', publisher: us}\n"
        "  load_factor: {mid: 77, unit: share, year: '2026', publisher: us}\ncolour: red\n"
    )
    lines = refused("size", "KEN", "--scenario", path).split("\n")
    assert [line.removeprefix(f"{path}:").split(": ")[0] for line in lines] == ["4:8", "5:16", "6:1"]


def test_an_index_of_one_s_own_has_blanks_and_no_fault(done, make_index):
    text = done("size", "KEN", "--indicators", make_index(), "--format", "csv")
    rows = {row["step"]: row for row in csv.DictReader(io.StringIO(text))}
    assert {row["mid"] for row in rows.values()} == {""}
    text = done("size", "KEN", "--target", "accelerators=80", "--indicators", make_index(), "--format", "csv")
    rows = {row["step"]: row for row in csv.DictReader(io.StringIO(text))}
    assert float(rows["servers"]["mid"]) == 10 and rows["yearly"]["mid"] == ""
