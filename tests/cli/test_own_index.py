"""`readiness init` and `readiness check`: an index of one's own, from the first file to the report."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from readiness import resources
from readiness.definitions.load import load
from readiness.errors import ReadinessError
from readiness.index import Index


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_starter_is_valid_and_scores(done, run, tmp_path):
    folder = tmp_path / "made" / "my-index"
    written = done("init", folder).split()
    assert sorted(written) == sorted(str(folder / name) for name in files(folder))
    ran = run("check", folder)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{folder}: 4 scored indicators, 1 other series, 0 to compare with, 1 framework, 6 countries, "
        f"{sum(block.count for block in load(folder).blocks.values())} figures\n0 errors, 0 warnings\n"
    )
    rows = list(csv.DictReader(io.StringIO(done("scores", "--indicators", folder, "--format", "csv"))))
    assert sorted(row["country"] for row in rows) == ["EST", "IDN", "KEN", "KOR", "RWA", "VNM"]
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert "Kenya" in done("compare", "KEN", "RWA", "--indicators", folder, "--format", "table")
    page = folder / "KEN.html"
    assert done("report", "KEN", "--indicators", folder, "-o", page) == f"{page}\n"
    assert "Kenya ranks" in page.read_text(encoding="utf-8")


def test_the_starter_is_what_the_contract_asks(done, tmp_path):
    done("init", tmp_path / "x")
    definitions = load(tmp_path / "x")
    framework = definitions.frameworks["index"]
    assert framework.uncertainty is not None
    assert len(framework.tree.children) >= 2 and len(framework.tree.references()) >= 4
    assert len(definitions.countries) >= 6
    for path in (tmp_path / "x").rglob("*.yaml"):
        first, text = path.read_text(encoding="utf-8").split("\n", 1)
        schema = (path.parent / first.partition("$schema=")[2]).resolve()
        text = text.replace("redistribute: yes", 'redistribute: "yes"')  # a word, in YAML 1.2
        jsonschema.validate(yaml.safe_load(text), json.loads(schema.read_text(encoding="utf-8")))
        assert "#" in text or path.parent.name != "frameworks"


def test_the_starter_s_figures_are_ours():
    starter = load(resources.bundled("templates") / "starter")
    ours = load()
    for name, block in starter.blocks.items():
        whole = ours.blocks[name]
        for row, code in enumerate(block.countries):
            for column, year in enumerate(block.years):
                there = whole.values[whole.countries.index(code), list(whole.years).index(year)]
                assert block.values[row, column] == there


def test_a_full_copy_scores_as_the_bundled_index(done, tmp_path):
    folder = tmp_path / "ours"
    done("init", folder, "--full")
    bundled = resources.bundled("indicators")
    assert files(folder) == [name for name in files(bundled) if name.endswith((".yaml", ".json"))]
    for arguments in (("--level", "all"), ("--framework", "scale"), ("--framework", "layers")):
        expected = done("scores", "--format", "json", *arguments)
        assert done("scores", "--format", "json", *arguments, "--indicators", folder) == expected


@pytest.mark.parametrize("full", [[], ["--full"]])
def test_a_folder_that_is_not_empty_is_left_alone(refused, tmp_path, full):
    (tmp_path / ".hidden").write_text("mine", encoding="utf-8")
    assert (
        refused("init", tmp_path, *full)
        == f"{tmp_path} is not an empty folder. Name a new one; nothing was written."
    )
    assert files(tmp_path) == [".hidden"]
    assert "is not an empty folder" in refused("init", tmp_path / ".hidden")


def test_an_empty_folder_will_do(done, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "countries.yaml" in done("init", ".").split("\n")
    assert (tmp_path / "frameworks" / "index.yaml").is_file()


BROKEN = {
    "energy/access.yaml": ("direction: higher", "direction: up"),
    "energy/losses.yaml": ("KEN,23,22", "KEN,23,many"),
    "skills/papers.yaml": ("unit: papers", "unitt: papers"),
    "frameworks/main.yaml": ("[access, losses]", "[access, loses]"),
}


def test_every_problem_of_every_file_at_once(run, make_index):
    folder = make_index(edit=BROKEN)
    ran = run("check", folder)
    assert ran.code == 2
    lines = ran.err.replace(f"{folder}/", "").rstrip("\n").split("\n")
    assert lines[0] == (
        "energy/access.yaml:4:12: direction: 'up' is not one of 'higher', 'lower'. Did you mean 'higher'?"
    )
    assert {line.split(":")[0] for line in lines} == set(BROKEN)
    assert all(part.isdigit() for line in lines for part in line.split(":")[1:3])
    assert any(line.startswith("energy/losses.yaml:12:10:") for line in lines)
    assert ran.out == f"{folder}: {len(lines)} errors, 0 warnings\n"


@pytest.mark.parametrize("command", [["scores"], ["compare", "KEN", "NOR"], ["report", "KEN"], ["indicators"],
                                     ["countries"]])  # fmt: skip
def test_no_command_works_on_a_broken_index(refused, make_index, tmp_path, command):
    folder = make_index(edit=BROKEN)
    said = refused(*command, "--indicators", folder)
    assert said.count("\n") >= 3 and "Did you mean 'higher'?" in said


def test_problems_as_csv_and_json(run, make_index):
    folder = make_index(edit=BROKEN)
    rows = list(csv.DictReader(io.StringIO(run("check", folder, "--format", "csv").out)))
    assert list(rows[0]) == ["file", "line", "column", "where", "severity", "message", "hint"]
    ran = run("check", folder, "--format", "json")
    assert ran.code == 2
    document = json.loads(ran.out)
    assert document["errors"] == len(rows) == len(document["problems"]) and document["warnings"] == 0
    first = document["problems"][0]
    assert (first["line"], first["column"], first["where"], first["hint"]) == (
        4, 12, "direction", "Did you mean 'higher'?",
    )  # fmt: skip


def test_warnings_are_said_and_are_no_failure(run, make_index, index_files):
    text = index_files["skills/schooling.yaml"].replace("id: schooling", "id: spare")
    folder = make_index({"skills/spare.yaml": text})
    ran = run("check", folder)
    assert ran.code == 0 and "0 errors, 1 warning\n" in ran.out
    assert "warning:" in ran.err and "no framework uses 'spare'" in ran.err
    ran = run("scores", "--indicators", folder, "--format", "csv")
    assert ran.code == 0 and "warning:" in ran.err and ran.out.startswith("country,")


def test_what_a_method_cannot_do_is_a_problem_of_its_framework(run, make_index):
    sample = {"frameworks/main.yaml": ("tree:\n", "methods: {normalisation: {ends: sample}}\ntree:\n"),
              "energy/access.yaml": ("AUT,100,100,100\n  BRA,99.5,99.8\n  IND,98.5,99.2,99.5\n  KEN,76,76.2\n"
                                     "  NOR,100,100,100\n  VNM,100,100", "AUT,,,7\n  BRA,,,7")}  # fmt: skip
    folder = make_index(edit=sample)
    ran = run("check", folder)
    assert ran.code == 2
    assert ran.err.startswith(f"{folder}/frameworks/main.yaml:1:1: access: every country has the same value")


def test_what_cannot_be_drawn_is_a_problem_too(run, make_index):
    block = "uncertainty: {imputation: {method: none}}\ntree:\n"
    folder = make_index(edit={"frameworks/main.yaml": ("tree:\n", block)})
    assert run("check", folder).code == 0

    def fails(*_, **__):
        raise ReadinessError("access: nothing can be drawn", "Leave it out")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Index, "robustness", fails)
        ran = run("check", folder)
    assert ran.code == 2
    assert (
        ran.err
        == f"{folder}/frameworks/main.yaml:1:1: uncertainty: access: nothing can be drawn. Leave it out.\n"
    )


def test_the_bundled_index_is_clean(done, bundled):
    text = done("check")
    assert "3 frameworks, 197 countries" in text and text.endswith("0 errors, 0 warnings\n")
    found = json.loads(done("check", "--format", "json"))
    assert found["problems"] == [] and found["errors"] == found["warnings"] == 0
    assert found["figures"] == sum(block.count for block in bundled.definitions.blocks.values())


def test_check_in_a_terminal(terminal):
    ran = terminal("check")
    assert ran.code == 0 and ran.out.endswith("\n0 errors, 0 warnings\n")
    assert max(map(len, ran.out.split("\n"))) <= 80
