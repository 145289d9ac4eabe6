"""An edition is untrusted input: what was changed with its hash is found, nothing outside is read."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from readiness.editions import check, layout
from readiness.editions.save import save
from readiness.index import Index

NAMED = 'edition: "1.0"\nyear: 2024\nuncertainty: {draws: 200, seed: 7, imputation: {method: none}}\n'


@pytest.fixture
def saved(make_index, tmp_path) -> Path:
    index = Index.load(make_index(edit={"frameworks/main.yaml": ("year: 2024\n", NAMED)}))
    save(index, tmp_path / "edition")
    return tmp_path / "edition"


def rehashed(folder: Path, edit=lambda said: None) -> None:
    """Write the hashes of the files as they are now, and change what else the edition says of itself."""
    path = folder / layout.MANIFEST
    said = json.loads(path.read_bytes())
    files = [item for item in folder.rglob("*") if item.is_file() and not item.is_symlink() and item != path]
    said["files"] = {
        item.relative_to(folder).as_posix(): {"sha256": layout.sha256(item.read_bytes()), "bytes": 0}
        for item in files
    }
    edit(said)
    path.write_text(json.dumps(said))


def differing(folder: Path) -> list[str]:
    found = check.verify(folder)
    assert found.outcome == "different", found
    return [item.what for item in found.checks if not item.same]


def zipped(files: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("figures", "KEN,access,2023,76.2", "KEN,access,2023,76.3", "KEN access 2023 value"),
        ("figures", "KEN,access,2023,76.2", "KEN,access,2020,76.2", "row KEN access 2023"),
        ("figures", "KEN,access,2023,76.2", "KEN,access,2023,much", "KEN access 2023 value"),
        ("figures", "KEN,access,2023,76.2", "KEN,access,2023", "row KEN access 2023"),
        ("indicators", "World Bank", "Nobody", "access publisher"),
        ("countries", "Kenya", "Kenia", "KEN name"),
        ("scores-main", "Kenya,ranked", "Kenya,unranked", "KEN status"),
    ],
)
def test_a_table_changed_with_its_hash(saved, name, old, new, said):
    path = saved / "data" / f"{name}.csv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    rehashed(saved)
    assert differing(saved)[0] == said


@pytest.mark.parametrize(("more", "same"), [(1e-13, True), (1e-8, False)])
def test_a_score_may_differ_by_the_order_of_a_sum_alone(saved, more, same):
    path = saved / "data/scores-main.csv"
    head, first, *rest = path.read_text().splitlines()
    cells = first.split(",")
    at = head.split(",").index("score")
    cells[at] = repr(float(cells[at]) + more)
    path.write_text("\n".join([head, ",".join(cells), *rest, ""]))
    rehashed(saved)
    found = check.verify(saved)
    assert found.outcome == ("equal" if same else "different")
    assert same or differing(saved)[0] == f"{cells[0]} score"


def test_a_row_that_stands_twice(saved):
    path = saved / "data/scores-main.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[1], ""]))
    rehashed(saved)
    assert differing(saved)[0] == f"row {lines[1].split(',')[0]}"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda said: said.update(edition="2.0"), "edition"),
        (lambda said: said.update(date="1999-01-01"), "date"),
        (lambda said: said.update(framework="other"), "framework"),
        (lambda said: said["frameworks"]["main"].update(seed=8), "seed of main"),
        (lambda said: said["frameworks"]["main"].update(draws=10**9), "draws of main"),
        (lambda said: said["frameworks"].update(other={}), "framework other"),
        (lambda said: said["frameworks"].pop("main"), "framework main"),
        (lambda said: said.update(framework=["main"]), "the index"),
        (lambda said: said.update(withheld=["access"]), "figures of access"),
        (lambda said: said["frameworks"]["main"].update(withheld=["access"]), "withheld of main"),
    ],
)
def test_what_it_says_of_itself_is_computed_too(saved, edit, said):
    rehashed(saved, edit)
    assert said in differing(saved)


@pytest.mark.parametrize(
    "edit",
    [
        lambda said: said.pop("frameworks"),
        lambda said: said.pop("withheld"),
        lambda said: said.update(withheld="all"),
        lambda said: said.update(withheld=[["access"]]),
        lambda said: said.update(frameworks={"main": 1}),
    ],
)
def test_what_says_nothing_of_its_frameworks_is_no_edition(saved, edit):
    rehashed(saved, edit)
    found = check.verify(saved)
    assert found.outcome == "not ours" and "does not say its frameworks" in found.reason


def test_links_are_not_followed(saved, tmp_path):
    shutil.move(saved / "index", tmp_path / "outside")
    (saved / "index").symlink_to(tmp_path / "outside", target_is_directory=True)
    found = check.verify(saved)
    assert ("the index", "index is no regular file") in {(item.what, item.found) for item in found.checks}
    (saved / "index").unlink()
    shutil.copytree(tmp_path / "outside", saved / "index")
    shutil.move(saved / "index/energy", tmp_path / "energy")
    (saved / "index/energy").symlink_to(tmp_path / "energy", target_is_directory=True)
    assert "the index" in differing(saved)


def test_the_manifest_is_a_file(saved):
    (saved / "edition.json").unlink()
    (saved / "edition.json").symlink_to("/etc/passwd")
    assert check.verify(saved).outcome == "not ours"
    (saved / "edition.json").unlink()
    (saved / "edition.json").mkdir()
    assert check.verify(saved).outcome == "not ours"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(saved):
    os.mkfifo(saved / "index/energy/pipe.yaml")
    assert "file index/energy/pipe.yaml" in differing(saved)
    (saved / "edition.json").unlink()
    os.mkfifo(saved / "edition.json")
    assert check.verify(saved).outcome == "not ours"


def test_sizes_are_bounded(saved, monkeypatch, tmp_path):
    archive = Path(shutil.make_archive(str(tmp_path / "edition"), "zip", saved))
    for name, limit in (("MAX_INDEX", 1000), ("MAX_FILES", 5)):
        with monkeypatch.context() as patch:
            patch.setattr(check, name, limit)
            assert check.verify(saved).reason == check.verify(archive).reason == "it is too large"
    monkeypatch.setattr(check, "MAX_FILE", 100)
    assert check.verify(saved).outcome == "not ours"


def test_a_zip_of_it_in_any_form(saved, tmp_path):
    files = {
        path.relative_to(saved).as_posix(): path.read_bytes() for path in saved.rglob("*") if path.is_file()
    }
    assert check.verify(zipped(files, tmp_path / "flat.zip")).outcome == "equal"
    above = {f"edition-1.0/{name}": content for name, content in files.items()}
    assert check.verify(zipped({**above, "__MACOSX/x": b""}, tmp_path / "folder.zip")).outcome == "equal"
    cut = (tmp_path / "flat.zip").read_bytes()
    for share in (0.3, 0.9):
        (tmp_path / "cut.zip").write_bytes(cut[: int(len(cut) * share)])
        assert check.verify(tmp_path / "cut.zip").outcome == "not ours"
    damaged = bytearray(cut)
    damaged[200] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(bytes(damaged))
    assert check.verify(tmp_path / "damaged.zip").outcome == "not ours"


@pytest.mark.parametrize("name", ["../x", "/tmp/readiness-evil", "a/../../x", "a\\..\\x"])
def test_a_path_that_leaves_the_zip(saved, tmp_path, name):
    archive = zipped(
        {"edition.json": (saved / "edition.json").read_bytes(), name: b"evil"}, tmp_path / "x.zip"
    )
    found = check.verify(archive)
    assert found.outcome == "not ours" and "leaves the zip" in found.reason


def test_a_link_in_a_zip_is_a_file_like_any_other(saved, tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in saved.rglob("*"):
            name = path.relative_to(saved).as_posix()
            if path.is_file() and name != "README.md":
                archive.writestr(name, path.read_bytes())
        entry = zipfile.ZipInfo("README.md")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    (tmp_path / "link.zip").write_bytes(out.getvalue())
    assert differing(tmp_path / "link.zip") == ["file README.md", "files unchanged"]


def test_an_index_that_cannot_be_scored(saved):
    path = saved / "index/energy/access.yaml"
    path.write_text(path.read_text().replace("direction: higher", "direction: up"))
    rehashed(saved)
    assert differing(saved) == ["the index"]
