"""`readiness report --compare` and `--league`: what is made, and what is refused before anything is."""

from __future__ import annotations

import pikepdf
import pytest


def test_two_countries_in_one_report(run, make_index, tmp_path):
    ran = run(
        "report",
        "--compare",
        "Kenya",
        "NOR",
        "--indicators",
        str(make_index()),
        "-o",
        str(tmp_path / "a.html"),
    )
    assert (ran.code, ran.out) == (0, f"{tmp_path / 'a.html'}\n")
    assert "Norway scores highest of Norway and Kenya" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_a_pdf_carries_its_tables(run, make_index, tmp_path):
    ran = run("report", "--compare", "KEN", "NOR", "--indicators", str(make_index()), "-o", str(tmp_path))
    assert ran.out == f"{tmp_path / 'comparison.pdf'}\n"
    with pikepdf.open(tmp_path / "comparison.pdf") as pdf:
        assert set(pdf.attachments) == {"league-table.csv", "comparison.csv"}
        table = pdf.attachments["comparison.csv"].get_file().read_bytes().decode("utf-8")
    assert table.startswith("part,name,depth,unit,KEN,NOR\n")


def test_the_whole_table(run, make_index, tmp_path):
    ran = run(
        "report", "--league", "--indicators", str(make_index()), "--format", "html", "-o", str(tmp_path / "x")
    )
    assert ran.out == f"{tmp_path / 'x' / 'league.html'}\n"


def test_a_large_group_is_a_table(run, tmp_path):
    ran = run("report", "--compare", "--group", "asean", "-o", str(tmp_path / "asean.html"))
    assert ran.code == 0
    page = (tmp_path / "asean.html").read_text(encoding="utf-8")
    assert "of the 11 ranked countries of ASEAN" in page
    # Up to sixteen also have who is above whom, why, and every figure.
    assert "In how many draws" in page and "Malaysia leads Thailand by" in page
    assert page.count("Every figure behind the scores") == 2 and page.count("Mean years of schooling") == 2
    ran = run("report", "--compare", "--group", "oecd", "-o", str(tmp_path / "oecd.html"))
    page = (tmp_path / "oecd.html").read_text(encoding="utf-8")
    assert ran.code == 0 and "of the 38 ranked countries of OECD" in page and "In how many draws" not in page


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--compare"], "no countries to compare are named"),
        (["--compare", "KEN"], "a comparison is of 2 to 8 countries, not 1"),
        (["--compare", "--all"], "no countries to compare are named"),
        (["--compare", "KEN", "NOPE"], "unknown country 'NOPE'"),
        (["--compare", "KEN", "NOR", "--peers", "income"], "--peers is for reports on one country"),
        (["--compare", "KEN", "NOR", "-o", "x.png"], "not a name for a report"),
        (["--compare", "KEN", "NOR", "--format", "pdf", "-o", "x.html"], "not a name for pdf"),
        (["--league", "KEN"], "--league is of all countries, or of a group"),
        (["--league", "--format", "html", "--pdfa"], "--pdfa is for PDF"),
    ],
)
def test_a_wrong_call_writes_nothing(run, make_index, tmp_path, monkeypatch, arguments, says):
    folder = make_index()
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    ran = run("report", *arguments, "--indicators", str(folder))
    assert ran.code == 2 and says in ran.err
    assert sorted(tmp_path.rglob("*")) == before
