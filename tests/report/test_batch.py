"""Many reports: what is kept, what is made again, and what a process that dies costs."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
from pathlib import Path

import pytest

from readiness.index import Index
from readiness.report import batch, design
from readiness.report.attachments import Attachments
from readiness.report.kept import Records


@pytest.fixture
def index(make_index) -> Index:
    return Index.load(make_index())


def written(index: Index, folder: Path, processes: int = 1, **more) -> dict[str, batch.Outcome]:
    targets = [(code, folder / f"{code}.html") for code in index.scores().countries]
    making = batch.Making("html", attachments=Attachments(index.definitions, index.scores()))
    made = batch.write(
        batch.Request(index), targets, making, processes, records=more.pop("records", Records(folder)), **more
    )
    return {outcome.country: outcome for outcome in made}


def kept(outcomes: dict[str, batch.Outcome]) -> set[str]:
    assert all(outcome.error is None for outcome in outcomes.values())
    return {code for code, outcome in outcomes.items() if outcome.kept}


@pytest.mark.parametrize("processes", [1, 2])
def test_a_second_run_keeps_all_and_force_makes_all(index, tmp_path, processes):
    assert kept(written(index, tmp_path)) == set()
    times = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.html")}
    assert kept(written(index, tmp_path, processes)) == set(index.scores().countries)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.html")} == times
    assert kept(written(index, tmp_path, processes, force=True)) == set()
    assert all(path.stat().st_mtime_ns > before for path, before in times.items())


def test_only_what_changed_is_made(index, make_index, tmp_path):
    written(index, tmp_path)
    # A remark is printed on the pages of its country alone.
    note = "remarks:\n  - {country: KEN, year: 2023, status: estimated, note: From a survey.}\nfigures: |"
    other = Index.load(make_index(edit={"energy/access.yaml": ("figures: |", note)}))
    before = {path.stem: path.read_text() for path in tmp_path.glob("*.html")}
    outcomes = written(other, tmp_path)
    after = {path.stem: path.read_text() for path in tmp_path.glob("*.html")}
    made = set(outcomes) - kept(outcomes)
    assert "KEN" in made and len(made) < len(outcomes)
    assert {code for code in after if after[code] != before[code]} == made
    # What was made is what a folder without an earlier one gets.
    fresh = tmp_path / "fresh"
    written(other, fresh)
    assert all((fresh / f"{code}.html").read_text() == after[code] for code in made)


def test_without_records_all_are_made_and_nothing_is_written_down(index, tmp_path):
    for _ in range(2):
        assert kept(written(index, tmp_path, records=None)) == set()
    assert not (tmp_path / ".readiness").exists()


def test_a_run_that_was_stopped_goes_on(index, tmp_path):
    targets = [(code, tmp_path / f"{code}.html") for code in index.scores().countries]
    made = batch.write(batch.Request(index), targets, batch.Making("html"), records=Records(tmp_path))
    first = [next(made).country for _ in range(2)]
    made.close()
    assert kept(written(index, tmp_path)) == set(first)


def test_a_file_changed_by_hand_is_made_again(index, tmp_path):
    written(index, tmp_path)
    good = (tmp_path / "KEN.html").read_bytes()
    (tmp_path / "KEN.html").write_bytes(good[:100])
    (tmp_path / "NOR.html").unlink()
    assert set(index.scores().countries) - kept(written(index, tmp_path)) == {"KEN", "NOR"}
    assert (tmp_path / "KEN.html").read_bytes() == good


class Deadly:
    """An index whose profile of one country costs the process."""

    def __init__(self, index: Index) -> None:
        self.index, self.parent = index, os.getpid()

    def profile(self, country, *of, **more):
        if country == "KEN" and os.getpid() != self.parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.index.profile(country, *of, **more)


def test_a_process_that_is_killed_costs_one_report(index, tmp_path):
    targets = [(code, tmp_path / f"{code}.html") for code in index.scores().countries]
    made = batch.write(batch.Request(Deadly(index)), targets, batch.Making("html"), 2)
    outcomes = {outcome.country: outcome.error for outcome in made}
    assert [code for code, error in outcomes.items() if error] == ["KEN"]
    assert "stopped its process" in str(outcomes["KEN"])
    assert {path.stem for path in tmp_path.glob("*.html")} == set(outcomes) - {"KEN"}


def test_what_goes_to_another_machine_needs_no_file_there(make_index, tmp_path):
    folder, theme = make_index(), tmp_path / "t" / "theme.css"
    theme.parent.mkdir()
    theme.write_text(":root { --accent: #7a1f3d; }")
    templates = tmp_path / "templates"
    (templates / "country").mkdir(parents=True)
    (templates / "country" / "plan.html.j2").write_text("<p>Of our own.</p>")
    index = Index.load(folder)
    making = batch.Making(
        "html",
        design.make(theme, templates),
        attachments=Attachments(index.definitions, index.scores()).read(),
    )
    here = batch.content(index.profile("KEN"), making)
    files = making.attachments.of(index.profile("KEN"))
    packed = pickle.dumps((index, making))
    for gone in (folder, theme.parent, templates):
        shutil.rmtree(gone)
    index, making = pickle.loads(packed)
    there = batch.content(index.profile("KEN"), making)
    assert there == here and b"Of our own." in there and b"#7a1f3d" in there
    assert making.attachments.of(index.profile("KEN")) == files


def test_other_versions_are_refused(index, monkeypatch):
    with pytest.raises(Exception, match="other versions of readiness than this machine"):
        batch._maker(
            batch.Request(index), batch.Making("html"), False, {**batch.stamp.versions(), "readiness": "0"}
        )


def test_the_record_names_the_files(index, tmp_path):
    written(index, tmp_path)
    entries = json.loads((tmp_path / ".readiness" / "reports.json").read_text())["reports"]
    assert set(entries) == {f"{code}.html" for code in index.scores().countries}
