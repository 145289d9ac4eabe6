"""An edition is saved whole, is a valid data package, and says when it no longer is what was saved."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from frictionless import Package, validate

from readiness import resources
from readiness.definitions.load import load
from readiness.editions import layout
from readiness.editions.check import verify
from readiness.editions.save import contents, save
from readiness.errors import ReadinessError
from readiness.index import Index

ROOT = Path(__file__).resolve().parents[2]
DRAWN = "year: 2024\nuncertainty: {draws: 200, seed: 7, imputation: {method: none}}\n"
EDITED = {"frameworks/main.yaml": ("year: 2024\n", f'edition: "1.0"\n{DRAWN}')}


def contents_of(folder: Path, below: str = "") -> dict[str, bytes]:
    """Return every file below a folder by its path."""
    files = (path for path in (folder / below).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def small(make_index) -> Index:
    """The small index with an edition and draws."""
    return Index.load(make_index(edit=EDITED))


@pytest.fixture
def saved(small, tmp_path) -> Path:
    folder = tmp_path / "edition"
    save(small, folder)
    return folder


@pytest.fixture(scope="module")
def bundled() -> Index:
    return Index.load()


@pytest.fixture(scope="module")
def whole(bundled, tmp_path_factory) -> Path:
    """The bundled index, saved once for the tests that only read it."""
    folder = tmp_path_factory.mktemp("whole") / "edition"
    save(bundled, folder)
    return folder


def test_it_is_a_valid_data_package(whole, saved, monkeypatch):
    for folder in (whole, saved):
        monkeypatch.chdir(folder)
        report = validate(str(folder / "datapackage.json"))
        assert report.valid, report.flatten(["type", "message"])[:5]
        package = Package(str(folder / "datapackage.json"))
        for resource in package.resources:
            assert resource.schema.primary_key and resource.hash.startswith("sha256:")
            content = (folder / resource.path).read_bytes()
            assert (resource.bytes, resource.hash) == (len(content), f"sha256:{layout.sha256(content)}")
        assert package.version == json.loads((folder / "edition.json").read_bytes())["edition"]
    names = {resource.name for resource in Package(str(whole / "datapackage.json")).resources}
    assert names == {"figures", "indicators", "countries", "scores-pillars", "scores-layers", "scores-scale"}


def test_the_same_index_gives_the_same_bytes(small, saved, tmp_path):
    again = tmp_path / "again"
    save(small, again)
    assert contents_of(saved) == contents_of(again)


def test_the_index_is_in_it_byte_for_byte(small, saved):
    own = contents_of(saved / "index")
    kept = {name: own.pop(name) for name in list(own) if name.startswith("_package/")}
    assert own == contents_of(small.definitions.root)
    bundled = contents_of(resources.bundled("indicators"))
    assert kept and all(bundled[name.removeprefix("_package/")] == data for name, data in kept.items())


def test_every_column_is_described(whole, saved):
    for folder in (whole, saved):
        package = json.loads((folder / "datapackage.json").read_bytes())
        assert package["profile"] == "tabular-data-package"
        for resource in package["resources"]:
            assert resource["licenses"] and resource["sources"] and resource["schema"]["primaryKey"]
            assert resource["schema"]["missingValues"] == [""]
            assert all(field["description"] and field["type"] for field in resource["schema"]["fields"])
        scores = next(item for item in package["resources"] if item["name"].startswith("scores-"))
        types = {field["name"]: field["type"] for field in scores["schema"]["fields"]}
        assert types["rank"] == types["rank_low"] == types["rank_high"] == "integer"
        assert types["score"] == types["energy"] == "number" and types["status"] == "string"


def test_it_loads_and_scores_to_the_bit(bundled, whole, tmp_path):
    archive = Path(shutil.make_archive(str(tmp_path / "edition"), "zip", whole))
    for path in (whole, archive):
        found = Index.load(path)
        assert set(found.frameworks) == set(bundled.frameworks)
        for name in found.frameworks:
            ours, theirs = found.scores(name), bundled.scores(name)
            np.testing.assert_array_equal(ours.nodes, theirs.nodes)
            assert ours.fingerprint == theirs.fingerprint


def test_verify_finds_it_equal(saved, whole):
    for folder in (saved, whole):
        found = verify(folder)
        assert found.outcome == "equal", found
        assert found.notes[0].startswith("Edition ")


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_figure_that_was_changed(saved):
    edited(saved / "index" / "energy" / "access.yaml", "KEN,76,76.2", "KEN,76,90.2")
    found = verify(saved)
    assert found.outcome == "different"
    names = {check.what for check in found.checks if not check.same}
    assert {"file index/energy/access.yaml", "KEN score", "KEN access"} <= names


def test_a_result_that_was_changed(saved):
    edited(saved / "data" / "scores-main.csv", "Kenya,ranked", "Kenya,unranked")
    found = verify(saved)
    assert found.outcome == "different" and "file data/scores-main.csv" in found.reason
    assert ("KEN status", "unranked", "ranked") in {(c.what, c.said, c.found) for c in found.checks}


def test_a_result_changed_with_its_hash_is_found_all_the_same(saved):
    path = saved / "data" / "scores-main.csv"
    lines = path.read_text().splitlines()
    cells = lines[1].split(",")
    cells[3] = "2"
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:], ""]))
    said = json.loads((saved / "edition.json").read_bytes())
    said["files"]["data/scores-main.csv"]["sha256"] = layout.sha256(path.read_bytes())
    (saved / "edition.json").write_text(json.dumps(said))
    found = verify(saved)
    assert [check.what for check in found.checks if not check.same] == [
        f"{cells[0]} rank", "data/scores-main.csv: cells that follow",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: (folder / "README.md").unlink(), "file README.md"),
        (lambda folder: (folder / "data" / "more.csv").write_text("x"), "file data/more.csv"),
        (
            lambda folder: (folder / "index" / "energy" / "more.yaml").write_text("id: x\n"),
            "file index/energy/more.yaml",
        ),
        (lambda folder: (folder / "data" / "scores-main.csv").unlink(), "data/scores-main.csv"),
        (lambda folder: (folder / "data" / "scores-main.csv").write_text("a,b\n1\n"), "columns"),
        (lambda folder: (folder / "data" / "scores-main.csv").write_bytes(b"\xff"), "table"),
        (lambda folder: shutil.rmtree(folder / "index"), "the index"),
        (lambda folder: link(folder / "CITATION.cff"), "file CITATION.cff"),
        (lambda folder: link(folder / "index" / "energy" / "access.yaml"), "the index"),
    ],
)
def test_what_is_missing_added_or_replaced(saved, change, said):
    change(saved)
    found = verify(saved)
    assert found.outcome == "different"
    assert any(said in check.what for check in found.checks if not check.same), found


def link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "it has no edition.json"),
        ("{", "its edition.json is damaged"),
        ("[" * 100_000, "its edition.json is damaged"),
        ("[]", "of another kind or version"),
        ('{"format": "readiness-edition-2", "files": {}}', "of another kind or version"),
        ('{"format": "readiness-edition-1", "files": {"../x": {"sha256": "0"}}}', "which is no file of it"),
        ('{"format": "readiness-edition-1", "files": {"/etc/passwd": {"sha256": "0"}}}', "no file of it"),
        ('{"format": "readiness-edition-1", "files": {"x": 1}}', "which is no file of it"),
    ],
)
def test_what_is_no_edition(saved, content, said):
    (saved / "edition.json").unlink()
    if content is not None:
        (saved / "edition.json").write_text(content)
    found = verify(saved)
    assert found.outcome == "not ours" and said in found.reason


def test_saving_takes_no_folder_that_has_something_in_it(small, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "x").write_text("mine")
    with pytest.raises(ReadinessError, match="is not an empty folder"):
        save(small, tmp_path / "there")
    (tmp_path / "empty").mkdir()
    assert save(small, tmp_path / "empty")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_an_index_without_an_edition(make_index, tmp_path):
    with pytest.raises(ReadinessError, match="does not say its edition"):
        save(Index.load(make_index()), tmp_path / "x")


def test_it_needs_nothing_of_the_package(make_index, tmp_path, monkeypatch):
    # An index without countries, rules and scenario of its own takes the package's: they are in the edition.
    folder = make_index(edit=EDITED, remove=["countries.yaml"])
    index = Index.load(folder)
    save(index, tmp_path / "edition")
    kept = sorted(path.name for path in (tmp_path / "edition/index/_package").rglob("*.yaml"))
    assert kept == ["countries.yaml", "gpu_prices.yaml", "posture.yaml", "sovereign_2026.yaml"]
    archive = shutil.make_archive(str(tmp_path / "edition"), "zip", tmp_path, "edition")
    monkeypatch.setattr(resources, "bundled", gone)
    # The folder `index` is whole by itself too.
    for path in (tmp_path / "edition", tmp_path / "edition" / "index", Path(archive)):
        found = load(path)
        whole = Index(found)
        assert whole.figures.frame().equals(index.figures.frame())
        assert whole.scores().fingerprint == index.scores().fingerprint
        assert replace(found, blocks={}) == replace(index.definitions, root=path, blocks={})
    assert verify(tmp_path / "edition").outcome == verify(Path(archive)).outcome == "equal"


def gone(kind: str) -> Path:
    raise FileNotFoundError(kind)


def test_an_edition_of_an_edition_keeps_what_it_kept(make_index, tmp_path, monkeypatch):
    save(Index.load(make_index(edit=EDITED, remove=["countries.yaml"])), tmp_path / "first")
    monkeypatch.setattr(resources, "bundled", gone)
    save(Index.load(tmp_path / "first"), tmp_path / "second")
    assert contents_of(tmp_path / "first", "index") == contents_of(tmp_path / "second", "index")


def test_frameworks_that_assess_other_countries(make_index, index_files, tmp_path):
    # Without a countries.yaml each framework assesses the countries that have a figure for it.
    other = index_files["frameworks/main.yaml"].replace("id: main", "id: other")
    tree = "tree:\n  id: index\n  name: Index\n  children:\n"
    other = other.split("tree:")[0] + tree + "    - {id: e, name: E, indicators: [access]}\n"
    access = index_files["energy/access.yaml"].replace("  VNM,100,100\n", "  RWA,100,100\n")
    losses = index_files["energy/losses.yaml"]
    index = Index.load(make_index(
        {"frameworks/other.yaml": other, "energy/access.yaml": access, "energy/losses.yaml": losses},
        edit=EDITED, remove=["countries.yaml"],
    ))  # fmt: skip
    assert set(index.scores("main").countries) - set(index.scores("other").countries) == {"VNM"}
    save(index, tmp_path / "edition", framework="main")
    assert verify(tmp_path / "edition").outcome == "equal"
    assert Index.load(tmp_path / "edition").scores("other").countries == index.scores("other").countries


def test_an_edition_is_not_written_into(saved, monkeypatch):
    from readiness.updating.folder import writable

    with pytest.raises(ReadinessError, match="is a saved edition, which does not change"):
        writable(saved)


def test_citation_and_the_repository_s(whole, saved, bundled):
    edition = bundled.definitions.framework().edition
    own = yaml.safe_load((whole / "CITATION.cff").read_text())
    assert own["version"] == edition and own["title"] == f"Country AI Readiness Index, edition {edition}"
    assert own["authors"] == [{"name": "The readiness authors"}]
    repository = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert [item["title"] for item in repository["references"]] == [own["title"]]
    from readiness._version import __version__

    assert repository["version"] == __version__
    mine = yaml.safe_load((saved / "CITATION.cff").read_text())
    assert mine["authors"] == [{"name": "The authors of Small index"}]


def test_authors_are_quoted(small):
    found = contents(small, ['A: "B"\n#', "Ünïv"])
    assert [item["name"] for item in yaml.safe_load(found["CITATION.cff"])["authors"]] == [
        'A: "B"\n#',
        "Ünïv",
    ]


def test_the_commands(small, tmp_path):
    start = [sys.executable, "-c", "from readiness.cli.main import main; main()"]

    def run(*arguments):
        ran = subprocess.run(
            [*start, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        return ran.returncode, ran.stdout, ran.stderr

    code, out, err = run("edition", "save", "mine", "--indicators", small.definitions.root)
    assert (code, err) == (0, "") and "mine/edition.json\n" in out
    code, out, err = run("verify", "mine")
    assert code == 0 and "every file is what was saved, and every result follows" in " ".join(out.split())
    assert (
        run("scores", "--indicators", "mine")[1] == run("scores", "--indicators", small.definitions.root)[1]
    )
    code, out, err = run("changes", "mine", small.definitions.root)
    assert code == 0, err
    edited(tmp_path / "mine" / "index" / "energy" / "access.yaml", "76.2", "86.2")
    code, out, err = run("verify", "mine", "--format", "json")
    assert code == 1 and json.loads(out)["outcome"] == "different"
    code, out, err = run("verify", tmp_path)
    assert code == 2 and out == "" and "no edition: it has no edition.json" in err
    code, out, err = run("edition", "save", "mine", "--indicators", small.definitions.root)
    assert code == 2 and "is not an empty folder" in err
