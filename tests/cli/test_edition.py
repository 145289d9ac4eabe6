"""`readiness edition save`, and what other commands make of an edition: exit codes and messages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from readiness import resources
from readiness.report import phrases

ROOT = Path(__file__).resolve().parents[2]
START = "from readiness.cli.main import main; main()"
# The package without its indicators: who asks for them is told that they are gone.
ALONE = """
from readiness import resources
whole = resources.bundled
def bundled(kind):
    if kind == "indicators":
        raise FileNotFoundError("no bundled indicators here")
    return whole(kind)
resources.bundled = bundled
"""


@pytest.fixture(scope="module")
def starter(tmp_path_factory) -> Path:
    """Return an index folder that begins as the starter does."""
    folder = tmp_path_factory.mktemp("starter") / "mine"
    shutil.copytree(resources.bundled("templates") / "starter", folder)
    path = folder / "frameworks/index.yaml"
    text = path.read_text(encoding="utf-8")
    if not re.search("^edition:", text, re.MULTILINE):
        path.write_text(text.replace("\nyear:", '\nedition: "1.0"\nyear:', 1), encoding="utf-8")
    return folder


@pytest.fixture
def edition(done, starter, tmp_path) -> Path:
    done("edition", "save", tmp_path / "edition", "--indicators", starter)
    return tmp_path / "edition"


def test_it_prints_what_it_wrote(done, starter, tmp_path):
    out = done("edition", "save", tmp_path / "edition", "--indicators", starter)
    written = {str(path) for path in (tmp_path / "edition").rglob("*") if path.is_file()}
    assert set(out.splitlines()) == written


def test_into_a_folder_with_something_in_it(refused, starter, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there/x").write_text("mine")
    said = refused("edition", "save", tmp_path / "there", "--indicators", starter)
    assert "is not an empty folder" in said and "nothing was written" in said
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["x"]


def test_an_unknown_framework_writes_nothing(refused, starter, tmp_path):
    said = refused("edition", "save", tmp_path / "e", "--indicators", starter, "--framework", "x")
    assert "unknown framework 'x'" in said and not (tmp_path / "e").exists()


def test_closed_figures_are_told(run, starter, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(starter, folder)
    path = folder / "energy/td_losses.yaml"
    text = path.read_text(encoding="utf-8")
    assert "redistribute" not in text or "redistribute: yes" in text
    text = text.replace("  redistribute: yes\n", "").replace("source:\n", "source:\n  redistribute: no\n", 1)
    path.write_text(text, encoding="utf-8")
    ran = run("edition", "save", tmp_path / "edition", "--indicators", folder)
    assert ran.code == 0 and "Figures left out, for they may not be passed on: td_losses" in ran.err
    ran = run("verify", tmp_path / "edition")
    assert ran.code == 0 and "Left out, for they may not be redistributed: td_losses." in ran.out


def test_verify_says_that_it_follows(done, edition):
    out = " ".join(done("verify", edition).split())
    assert "every file is what was saved, and every result follows" in out
    found = json.loads(done("verify", edition, "--format", "json"))
    assert found["outcome"] == "equal" and all(check["same"] for check in found["checks"])
    archive = shutil.make_archive(str(edition), "zip", edition)
    assert json.loads(done("verify", archive, "--format", "json"))["outcome"] == "equal"


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def figure(folder: Path) -> None:
    path = folder / "index/energy/electricity_access.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(\n  KEN,.*),[\d.]+\n", r"\1,11\n", text, count=1), encoding="utf-8")


def linked(folder: Path) -> None:
    (folder / "data/countries.csv").unlink()
    (folder / "data/countries.csv").symlink_to("/etc/passwd")


def escaping(folder: Path) -> None:
    said = json.loads((folder / "edition.json").read_bytes())
    said["files"]["../x"] = {"sha256": "0" * 64, "bytes": 1}
    (folder / "edition.json").write_text(json.dumps(said), encoding="utf-8")


def cut(folder: Path) -> None:
    content = (folder / "edition.json").read_bytes()
    (folder / "edition.json").write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (figure, 1, "file index/energy/electricity_access.yaml"),
        (lambda folder: changed(folder / "data/scores-index.csv", ",ranked,1,", ",ranked,2,"),
         1, "file data/scores-index.csv"),
        (lambda folder: (folder / "data/figures.csv").unlink(), 1, "file data/figures.csv"),
        (lambda folder: (folder / "index/more.yaml").write_text("id: more\n"), 1, "file index/more.yaml"),
        (lambda folder: (folder / "notes.txt").write_text("x"), 1, "file notes.txt"),
        (linked, 1, "file data/countries.csv"),
        (cut, 2, "its edition.json is damaged"),
        (escaping, 2, "its edition.json names '../x', which is no file of it"),
        (lambda folder: (folder / "edition.json").unlink(), 2, "no edition: it has no edition.json"),
    ],
    ids=["figure", "score", "missing", "more yaml", "extra", "link", "cut", "path", "no manifest"],
)  # fmt: skip
def test_what_was_tampered_with(run, edition, change, code, said):
    change(edition)
    ran = run("verify", edition)
    assert ran.code == code
    text = " ".join((ran.out if code == 1 else ran.err).split())
    assert said in text
    assert "root:" not in ran.out + ran.err
    if code == 2:
        assert ran.out == "" and "Name a folder that `readiness edition save` wrote" in text
    archive = shutil.make_archive(str(edition), "zip", edition)
    assert run("verify", archive).code == code


def test_check_takes_one(done, edition):
    assert "0 errors, 0 warnings" in done("check", edition)
    assert "0 errors, 0 warnings" in done("check", shutil.make_archive(str(edition), "zip", edition))


def test_another_zip_is_no_edition(run, tmp_path, starter):
    archive = shutil.make_archive(str(tmp_path / "index"), "zip", starter)
    ran = run("verify", archive)
    assert ran.code == 2 and "no edition: it has no edition.json" in ran.err


def alone(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE + START, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=cwd, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_edition_needs_nothing_of_the_package_s_index(done, starter, edition, tmp_path):
    ran = alone("scores", cwd=tmp_path)
    assert ran.returncode != 0 and "no bundled indicators" in ran.stderr
    expected = done("scores", "--indicators", starter, "--level", "all", "--format", "csv")
    archive = shutil.make_archive(str(tmp_path / "zipped"), "zip", edition)
    for path in (edition, archive):
        ran = alone("scores", "--indicators", path, "--level", "all", "--format", "csv", cwd=tmp_path)
        assert (ran.returncode, ran.stdout) == (0, expected), ran.stderr
    ran = alone("verify", edition, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    ran = alone("profile", "KEN", "--indicators", edition, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr


def test_changes_since_an_edition(done, older, tmp_path):
    done("edition", "save", tmp_path / "2025", "--indicators", older)
    expected = done("changes", older, "bundled", "KEN", "--format", "json")
    assert json.loads(done("changes", tmp_path / "2025", "bundled", "KEN", "--format", "json")) == json.loads(
        expected
    )
    archive = shutil.make_archive(str(tmp_path / "2025"), "zip", tmp_path, "2025")
    assert done("changes", archive, "bundled", "KEN", "--format", "json") == expected


def test_the_cite_line_follows_the_edition(done, bundled):
    framework = bundled.definitions.framework()
    title = f"{framework.name}, edition {framework.edition}"
    assert phrases.citation(bundled.profile("KEN")) == f"{title}: Kenya (KEN)."
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    # Its `version` is that of the package, whose number is another; the index is among the references.
    assert [item["title"] for item in citation["references"] if item["type"] == "data"] == [title]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"Index, edition (\d{4}\.\d+)", readme)) == {framework.edition}
    assert set(re.findall(r"edition-(\d{4}\.\d+)", readme)) == {framework.edition}
