"""Figures that may not be redistributed are in no file of an edition; scores stand in their place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from frictionless import validate

from readiness.editions import withheld
from readiness.editions.check import verify
from readiness.editions.save import save
from readiness.errors import ReadinessError
from readiness.index import Index

NAMED = 'edition: "1.0"\nyear: 2024\n'
DRAWN = f"{NAMED}uncertainty: {{draws: 200, seed: 7, imputation: {{method: none}}}}\n"
CLOSED = "  redistribute: no\n"


def close(text: str) -> str:
    """Return a definition whose figures may not be redistributed."""
    if "source: {" in text:
        return text.replace("source: {", "source: {redistribute: no, ", 1)
    return text.replace("source:\n", f"source:\n{CLOSED}", 1)


@pytest.fixture
def closed(make_index, index_files):
    """Return a function that makes the small index with some files closed and others added."""

    def make(*names: str, files=(), head=DRAWN) -> Index:
        texts = {**index_files, **dict(files)}
        own = {name: close(texts[name]) for name in names}
        framework = texts["frameworks/main.yaml"].replace("year: 2024\n", head)
        return Index.load(make_index({**dict(files), **own, "frameworks/main.yaml": framework}))

    return make


def everything(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_scored_figure_is_left_out_and_its_score_stands_there(closed, tmp_path, monkeypatch):
    index, folder = closed("energy/losses.yaml"), tmp_path / "edition"
    save(index, folder)
    assert "IND,18,17" not in everything(folder) and ",losses,2023,15.5," not in everything(folder)
    found = Index.load(folder)
    ours, theirs = found.scores(), index.scores()
    assert found.indicators["losses"].unit == "score, 0 to 100"
    assert ours.countries == theirs.countries and ours.ranks.tolist() == theirs.ranks.tolist()
    for code in theirs.countries:
        assert ours.score(code) == pytest.approx(theirs.score(code), abs=1e-9)
    said = json.loads((folder / "edition.json").read_bytes())
    assert said["withheld"] == ["losses"] and said["frameworks"]["main"]["withheld"] == ["losses"]
    assert "- Losses of the grid (`losses`): World Bank, CC-BY-4.0" in (folder / "README.md").read_text()
    catalogue = (folder / "data/indicators.csv").read_text()
    assert "losses,Losses of the grid,energy,% of output,lower,World Bank," in catalogue
    monkeypatch.chdir(folder)
    assert validate("datapackage.json").valid


def test_verify_tells_what_stands_for_what(closed, tmp_path):
    save(closed("energy/losses.yaml"), tmp_path / "edition")
    verdict = verify(tmp_path / "edition")
    assert verdict.outcome == "equal"
    assert verdict.notes[1:] == (
        "Left out, for they may not be redistributed: losses.",
        "Scores stand in their place, and ranges are not drawn again: main.",
    )


@pytest.mark.parametrize(("column", "value"), [("rank", "1"), ("score", "50.0"), ("losses", "50.0")])
def test_what_stands_for_figures_is_compared_all_the_same(closed, tmp_path, column, value):
    save(closed("energy/losses.yaml"), tmp_path / "edition")
    path = tmp_path / "edition/data/scores-main.csv"
    head, *rows = path.read_text().splitlines()
    cells = rows[-1].split(",")
    cells[head.split(",").index(column)] = value
    path.write_text("\n".join([head, *rows[:-1], ",".join(cells), ""]))
    found = verify(tmp_path / "edition")
    assert found.outcome == "different"
    assert f"{cells[0]} {column}" in [check.what for check in found.checks if not check.same]


CONTEXT = """\
id: secret
name: Secret
unit: people
source: {publisher: Them, dataset: Theirs, licence: ask}
figures: |
  country,2023
  KEN,123456789
"""


def test_what_nothing_scores_is_left_out_whole(closed, tmp_path):
    newest = CONTEXT.replace("{publisher", "{retrieved: 2026-11-20, publisher")
    published = newest.replace("secret", "theirs")
    files = {"context/secret.yaml": newest, "validation/theirs.yaml": published}
    index = closed(*files, files=files)
    save(index, tmp_path / "edition")
    folders = {path.name for path in (tmp_path / "edition/index").iterdir()}
    assert not folders & {"context", "validation"}
    assert "123456789" not in everything(tmp_path / "edition")
    said = json.loads((tmp_path / "edition/edition.json").read_bytes())
    assert said["withheld"] == ["secret", "theirs"] and said["frameworks"]["main"]["withheld"] == []
    assert said["date"] == "2024-01-01"
    assert verify(tmp_path / "edition").outcome == "equal"
    assert Index.load(tmp_path / "edition").scores().fingerprint == index.scores().fingerprint


def test_what_rests_on_it_is_left_out_with_it(closed, index_files, tmp_path):
    people = CONTEXT.replace("secret", "people").replace(
        "  KEN,123456789\n", "  KEN,500\n  NOR,700\n  AUT,600\n"
    )
    papers = index_files["skills/papers.yaml"].replace(
        "unit: papers per million people\n", "unit: papers\ndenominator: people\nper: 1\n"
    )
    papers = papers.replace("goalposts: [0, 500]", "goalposts: [0, 2]")
    files = {"context/people.yaml": people, "skills/papers.yaml": papers}
    index = closed("context/people.yaml", files=files, head=NAMED)
    assert withheld.closed(index) == ("papers", "people")
    save(index, tmp_path / "edition")
    text = everything(tmp_path / "edition")
    assert "NOR,700" not in text and "350,380" not in text and "300,320" not in text
    assert verify(tmp_path / "edition").outcome == "equal"


def test_two_frameworks_that_score_it_otherwise(closed, index_files, tmp_path):
    other = index_files["frameworks/main.yaml"].replace("id: main", "id: other")
    same = closed("energy/losses.yaml", files={"frameworks/other.yaml": other})
    save(same, tmp_path / "edition", framework="main")
    assert verify(tmp_path / "edition").outcome == "equal"
    other = other.replace("losses]", "{id: losses, goalposts: [0, 40]}]")
    index = closed("energy/losses.yaml", files={"frameworks/other.yaml": other})
    with pytest.raises(ReadinessError, match="'losses' may not be redistributed, and no score can stand"):
        save(index, tmp_path / "second", framework="main")
    assert [path.name for path in tmp_path.iterdir() if "second" in path.name] == []


RULES = """\
id: mine
name: Mine
framework: main
layers:
  energy:
    own: {words: own it, when: {figure: losses, at_most: 10}}
    share: {words: share it, when: {score: energy, at_least: 45}}
    rent: {words: rent it}
"""


def test_a_rule_on_figures_that_are_left_out(closed, tmp_path):
    index = closed("energy/losses.yaml", files={"rules/mine.yaml": RULES})
    with pytest.raises(ReadinessError, match="the rules 'mine' ask for figures of 'losses'"):
        save(index, tmp_path / "edition")
    assert not (tmp_path / "edition").exists()


def test_what_would_not_follow_is_not_written(closed, tmp_path):
    index = closed("energy/losses.yaml")
    path = index.definitions.root / "skills/schooling.yaml"
    path.write_text(path.read_text().replace("KEN,7.7,", "KEN,9.9,"))
    with pytest.raises(ReadinessError, match="do not follow from the edition's own files"):
        save(index, tmp_path / "edition")
    assert not (tmp_path / "edition").exists()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []
