"""Every example in the help and in the README runs, and shows what it is said to show."""

from __future__ import annotations

import re
import shlex
import shutil
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import xlsxwriter

from readiness import explorer, jobs, resources
from readiness.cli.main import COMMANDS
from readiness.definitions.methods import Methods
from readiness.explorer import server
from readiness.index import Index
from readiness.report import batch, chart_files, compendium
from readiness.report import kept as records
from readiness.report.comparison import document
from readiness.sources.client import Content
from readiness.updating import run as updating
from readiness.updating.revise import Revision
from readiness.updating.snapshot import Recorder

NAMES = [name for commands in COMMANDS.values() for name in commands]
README = Path(__file__).resolve().parents[2] / "README.md"


class Shown:
    """A server that nobody asks."""

    address = "http://127.0.0.1:8000/"

    def serve_forever(self) -> None:
        """Return at once."""


def examples(text: str) -> list[list[str]]:
    text = re.sub(r" *\\\n *", " ", text)
    lines = re.findall(r"^ *(?:\$ )?readiness (.*?)(?:  .*)?$", text, re.M)
    return [shlex.split(line, comments=True) for line in lines]


def blocks() -> list[str]:
    text = README.read_text(encoding="utf-8")
    return list(re.findall(r"```console\n(.*?)```", text, re.S))


def here(start, arguments, keys, jobs, **_):
    yield from map(start(*arguments), keys)


def prepared(folder: Path, monkeypatch, older: Path) -> None:
    """Go into an empty folder; of each format one report is made, those after it cost nothing."""
    monkeypatch.chdir(folder)
    original, profile, made = batch.content, Index.profile, []

    def content(profile, making):
        if making.form in made:
            return b"a report"
        made.append(making.form)
        return original(profile, making)

    monkeypatch.setattr(batch, "content", content)
    kept = []

    def first(*of, **more):
        if len(made) < 2 or not kept:
            kept.append(profile(*of, **more))
        return kept[-1]

    monkeypatch.setattr(Index, "profile", first)
    monkeypatch.setattr(chart_files, "contents", lambda *_, **__: ())
    monkeypatch.setattr(records, "digest", lambda *_: "the same")
    monkeypatch.setattr(compendium, "write", lambda *_: None)
    # What is replaced here is replaced in this process alone.
    monkeypatch.setattr(jobs, "run", here)
    monkeypatch.setattr(document, "content", lambda *_: b"a report")
    # The site is made and shown in tests of its own.
    monkeypatch.setattr(explorer, "write", lambda *_, **__: [explorer.Outcome("index.html")])
    monkeypatch.setattr(server, "listening", lambda *_: nullcontext(Shown()))
    Path("ministry.yaml").write_text("publisher: Ministry of Digital Economy\n", encoding="utf-8")
    _offline(monkeypatch)
    for name in ("2025.zip", "2026.zip"):
        shutil.copy(older, name)
    for name in ("old", "new"):
        shutil.unpack_archive(older, name, "zip")


def _offline(monkeypatch) -> None:
    """Let every source say that nothing has changed, and have the files that examples name."""
    original = updating._one

    def one(definitions, name, *more):
        asked = definitions.series[name].derived is None
        found = updating.Outcome(name, "unchanged", "", Revision())
        return found if asked else original(definitions, name, *more)

    monkeypatch.setattr(updating, "_one", one)
    Path("iMeta.csv").write_text(
        "iCode,Type,Parent,Weight,Direction\nroads,Indicator,all,1,1\nall,Aggregate,,1,1\n", encoding="utf-8"
    )
    Path("iData.csv").write_text("uCode,Time,roads\nKEN,2024,1\nRWA,2024,2\n", encoding="utf-8")
    with xlsxwriter.Workbook("tool.xlsx") as book:
        sheet = book.add_worksheet("Database")
        column = [1, 1, 0, 10, "Index", "si.01", "p.01", "sp.01", "Roads", "Ind.01", 1, 2]
        sheet.write_column(6, 4, column)
        sheet.write_column(16, 2, ["KEN", "RWA"])
        book.add_worksheet("Framework")
    Path("access.csv").write_text("iso3,year,value\nKEN,2024,77\n", encoding="utf-8")
    Path("tidy.csv").write_text("series,iso3,year,value\nelectricity_access,KEN,2024,77\n", encoding="utf-8")
    with xlsxwriter.Workbook("wb.xlsx") as book:
        sheet = book.add_worksheet("Data")
        for number, cells in enumerate((["Country Name", "Year", "Value"], ["Kenya", 2024, 35.5])):
            sheet.write_row(number, 0, cells)


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_the_help_run(done, run, bundled, older, tmp_path, monkeypatch, name):
    prepared(tmp_path, monkeypatch, older)
    found = examples(done(name, "--help").split("\n\n", 1)[1])
    assert sum(example[0] == name for example in found) >= 2
    if name not in ("init", "import"):
        done("init", "my-index")
    if name in ("update", "set", "import", "add"):
        shutil.copytree(resources.bundled("indicators"), "indicators")
        snapshot = Path("indicators/.readiness/snapshots/2026-11-26T09-30-00")
        Recorder(snapshot, date(2026, 11, 26))(Content("https://a.org/b", b"", "", "2026-11-26T09:30:00Z"))
    if name == "verify":
        bundled.report("KEN", "KEN.pdf")
        done("edition", "save", "edition-2026.1")
    for example in found:
        if name == "add" and len(example) == 2:
            continue  # asks for the rest in a terminal
        ran = run(*example)
        assert ran.code == 0 and (ran.out or ran.err), (example, ran)


def test_the_first_words_run(done, run, older, tmp_path, monkeypatch):
    prepared(tmp_path, monkeypatch, older)
    monkeypatch.setattr(batch, "content", lambda profile, making: b"a report")
    found = examples(done().split("All commands")[0].split("\n", 2)[2])
    said = [example[0] for example in found]
    assert said == ["scores", "compare", "report", "explain", "size", "moves", "site", "indicators", "init"]
    assert all(run(*example).code == 0 for example in found)


def test_the_examples_of_the_readme_run(done, run, older, tmp_path, monkeypatch):
    prepared(tmp_path, monkeypatch, older)
    found = [example for block in blocks() for example in examples(block)]
    assert {example[0] for example in found} == set(NAMES) - {"countries", "add"}
    for example in found:
        ran = run(*example)
        assert ran.code == 0, (example, ran)
    assert (tmp_path / "KEN.pdf").is_file() and (tmp_path / "reports" / "ZWE.pdf").is_file()
    assert (tmp_path / "out" / "RWA.html").is_file() and (tmp_path / "scores.xlsx").is_file()


def test_the_readme_shows_what_the_terminal_does(terminal, done, run, tmp_path, monkeypatch):
    shown = [example for block in blocks() for example in re.split(r"^\$ ", block, flags=re.M)]
    for command in ("scores --top 5", "robustness KEN RWA GHA"):
        text = next(item for item in shown if item.startswith(f"readiness {command}\n"))
        assert terminal(*command.split()).out.strip() == text.split("\n", 1)[1].strip()


def test_the_error_in_the_readme_is_the_error(done, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done("init", "ours", "--full")
    file = Path("ours/energy/electricity_access.yaml")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("direction: higher", "direction: up"), encoding="utf-8")
    ran = run("check", "ours")
    assert ran.code == 2
    assert f"$ readiness check ours\n{ran.err}" in README.read_text(encoding="utf-8")


def test_numbers_in_the_readme(bundled):
    text = " ".join(README.read_text(encoding="utf-8").split())
    scores = bundled.scores()
    unranked = int((~scores.ranked).sum())
    unverified = sum(item.source.redistribute == "unverified" for item in bundled.indicators.values())
    assert f"score {len(scores.countries)} countries" in text
    assert f"{unranked} countries have too few figures for a rank, Taiwan among them" in text
    assert f"Licences of {unverified} series are not verified" in text
    assert not scores.ranked[scores.position("TWN")]
    drawn = scores.robustness
    width = int(np.median((drawn.rank_high - drawn.rank_low)[drawn.rows]))
    assert f"half of the ranges of ranks are at least {width} places wide" in text
    income, _ = bundled.figures.latest("gdp_per_capita_ppp", list(scores.countries), scores.framework.year)
    both = scores.ranked & np.isfinite(income)
    spearman = np.corrcoef(*(values[both].argsort().argsort() for values in (scores.nodes[:, 0], income)))
    assert f"(Spearman {spearman[0, 1]:.2f} with GDP per person)" in text


def test_the_readme_lists_every_method():
    text = README.read_text(encoding="utf-8")
    for step in ("imputation", "treatment", "normalisation", "weighting", "aggregation", "missing"):
        row = next(line for line in text.split("\n") if line.startswith(f"| `{step}` |"))
        union = get_args(Methods.model_fields[step].annotation) or (Methods.model_fields[step].annotation,)
        models = [model for model in union if hasattr(model, "model_fields")]
        names = {model.model_fields["method"].annotation.__args__[0] for model in models}
        assert len(names) >= 2 and {f"`{name}`" for name in names} <= set(re.findall("`[^`]+`", row)), step
