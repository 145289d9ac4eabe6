"""What counts as a report's content, and what is remembered of the files that were written."""

from __future__ import annotations

import json
import multiprocessing
from dataclasses import replace

import pytest

from readiness.index import Index
from readiness.report import batch, design, kept
from readiness.report.attachments import Attachments
from readiness.report.kept import Records


@pytest.fixture
def index(make_index) -> Index:
    return Index.load(make_index())


def making(index: Index, **more) -> batch.Making:
    return batch.Making(attachments=Attachments(index.definitions, index.scores()), **more)


def digest(index: Index, code: str = "KEN", **more) -> str:
    return kept.digest(index.profile(code), making(index, **more))


def test_the_same_index_gives_the_same(index, make_index):
    assert digest(index) == digest(index) != digest(index, "BRA")


def test_the_hash_of_the_whole_data_is_no_content(index):
    profile = index.profile("KEN")
    other = replace(profile, fingerprint="f" * len(profile.fingerprint))
    assert kept.digest(profile, making(index)) == kept.digest(other, making(index))


@pytest.mark.parametrize(
    "more", [{"form": "html"}, {"pages": "brief"}, {"pdfa": True}, {"design": design.make()}]
)
def test_what_is_made_otherwise_is_another(index, more, tmp_path):
    same = "design" in more  # the bundled design again
    assert (digest(index) == digest(index, **more)) is same


def test_a_theme_is_content(index, tmp_path):
    theme = tmp_path / "t.css"
    theme.write_text(":root { --accent: #7a1f3d; }")
    assert digest(index) != digest(index, design=design.make(theme))


def test_versions_are_content(index, monkeypatch):
    before = digest(index)
    monkeypatch.setattr(kept, "_versions", lambda: "another")
    assert digest(index) != before


def test_a_figure_of_its_own_too_small_to_be_printed_is_content(index, make_index):
    # It travels inside: the attached index would give another score than the league's.
    other = Index.load(make_index(edit={"energy/access.yaml": ("KEN,76,76.2", "KEN,76,76.20000001")}))
    assert digest(index) != digest(other)
    assert digest(index, form="html") == digest(other, form="html")


def test_a_figure_of_another_too_small_to_be_printed_is_none(index, make_index):
    other = Index.load(make_index(edit={"energy/access.yaml": ("KEN,76,76.2", "KEN,76,76.20000001")}))
    assert index.scores().fingerprint != other.scores().fingerprint
    assert digest(index, "NOR") == digest(other, "NOR")


def test_a_file_that_somebody_changed_is_not_known(tmp_path):
    records, path = Records(tmp_path), tmp_path / "KEN.pdf"
    path.write_bytes(b"a report")
    records.keep(path, "c", {path: b"a report"})
    assert records.known() == {"KEN.pdf": "c"}
    path.write_bytes(b"a report, with a note in the margin")
    assert records.known() == {}
    path.unlink()
    assert records.known() == {}


def test_every_file_of_a_report_counts(tmp_path):
    records, path, chart = Records(tmp_path / "a"), tmp_path / "a" / "KEN.pdf", tmp_path / "charts" / "c.svg"
    for file in (path, chart):
        file.parent.mkdir()
        file.write_bytes(b"x")
    records.keep(path, "c", {path: b"x", chart: b"x"})
    assert records.known() == {"KEN.pdf": "c"}
    chart.unlink()
    assert records.known() == {}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"reports": []}', '{"reports": {"KEN.pdf": 1}}', "[" * 100_000,
     '{"reports": {"KEN.pdf": {"content": "c", "files": {}}}}',
     '{"reports": {"KEN.pdf": {"content": 1, "files": {"KEN.pdf": "x"}}}}'],
)  # fmt: skip
def test_a_damaged_record_is_none(tmp_path, text):
    records = Records(tmp_path)
    records.path.parent.mkdir()
    records.path.write_text(text)
    path = tmp_path / "KEN.pdf"
    path.write_bytes(b"x")
    assert records.known() == {}
    records.keep(path, "c", {path: b"x"})
    assert records.known() == {"KEN.pdf": "c"}


def _many(folder, letter):
    records = Records(folder)
    for number in range(25):
        path = folder / f"{letter}{number}.pdf"
        path.write_bytes(b"x")
        records.keep(path, "c", {path: b"x"})


def test_two_runs_in_one_folder_lose_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=_many, args=(tmp_path, letter)) for letter in "ab"]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(Records(tmp_path).known()) == 50
    assert json.loads(Records(tmp_path).path.read_text())["readiness"]


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path):
    (tmp_path / kept.FOLDER).write_text("a file in its place")
    path = tmp_path / "KEN.pdf"
    path.write_bytes(b"x")
    Records(tmp_path).keep(path, "c", {path: b"x"})
    assert Records(tmp_path).known() == {}
