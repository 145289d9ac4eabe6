"""Figures set by hand: one at a time, from a table, and a new indicator file."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys

import pytest
import xlsxwriter

from readiness.definitions.load import load

ACCESS, LOSSES = "energy/access.yaml", "energy/losses.yaml"


@pytest.fixture
def mine(small, monkeypatch):
    """Stand beside the small index, which is ./indicators."""
    small.folder = small.folder.rename(small.folder.with_name("indicators"))
    monkeypatch.chdir(small.folder.parent)
    return small


def row(text: bytes, code: str) -> str:
    return next(line.strip() for line in text.decode().splitlines() if line.strip().startswith(f"{code},"))


# set ------------------------------------------------------------------------------------------------------


def test_set_changes_one_figure_and_says_where_it_is_from(mine, cli):
    before = mine.read()
    ran = cli(
        "set",
        "access",
        "kenya",
        "2024",
        "77.5",
        "--source",
        "https://x.org/p",
        "--note",
        "Ministry",
        "--format",
        "table",
    )
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Set Access to electricity, Kenya 2024: – to 77.5 (% of population).")
    after = mine.read()
    assert [name for name in before if before[name] != after[name]] == [ACCESS]
    assert row(after[ACCESS], "KEN") == "KEN,76,76.2,77.5"
    assert (
        after[ACCESS]
        .decode()
        .endswith(
            'remarks:\n  - {country: KEN, year: 2024, status: corrected, note: Ministry, url: "https://x.org/p"}\n'
        )
    )
    index = load(mine.folder)
    assert index.series["access"].remarks[0].note == "Ministry"


def test_set_takes_negative_and_missing_figures(mine, cli):
    assert cli("set", "papers", "KEN", "2024", "-0.41", "--note", "x").code == 0
    assert row(mine.read()["skills/papers.yaml"], "KEN") == "KEN,,-0.41"
    assert cli("set", "papers", "AUT", "2024", "missing", "--note", "withdrawn").code == 0
    assert row(mine.read()["skills/papers.yaml"], "AUT") == "AUT,300,"
    remarks = load(mine.folder).series["papers"].remarks
    assert [remark.note for remark in remarks] == ["withdrawn", "x"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["acess", "KEN", "2024", "1"], "unknown indicator 'acess'. Did you mean 'access'?"),
        (["access", "Kenia", "2024", "1"], "unknown country 'Kenia'. Did you mean Kenya (KEN)?"),
        (["access", "KEN", "2999", "1"], "2999 is not a year that a figure can be of"),
        (["access", "KEN", "24", "1"], "'24' is not a year of four digits"),
        (["access", "KEN", "2024", "1,5"], "'1,5' is not a number"),
        (["access", "KEN", "2024", "nan"], "'nan' is not a number"),
        (["access", "KEN", "2024", "1e999"], "'1e999' is not a number"),
        (
            ["access", "KEN", "2024", "101"],
            "101 is outside valid: [0, 100] of access. Figures are in % of population",
        ),
        (["access", "KEN", "2024", "77", "--source", "x.org"], "'x.org' is not a web address"),
        (
            ["access", "KEN", "2024", "77", "--status", "corect"],
            "unknown status 'corect'. Did you mean 'corrected'?",
        ),
        (["access", "KEN", "2024", "missing"], "access has no figure of KEN 2024"),
        (["access", "KEN", "2024"], "Missing argument 'VALUE'"),
    ],
)
def test_set_refuses(mine, cli, arguments, said):
    before = mine.read()
    note = [] if "--source" in arguments else ["--note", "x"]
    ran = cli("set", *arguments, *note)
    assert ran.code == 2 and said in ran.err, ran.err
    assert mine.read() == before


def test_set_wants_to_know_where_a_figure_is_from(mine, cli):
    ran = cli("set", "access", "KEN", "2024", "77")
    assert (
        ran.code == 2
        and "nothing says where the figure comes from. Add --source URL or --note TEXT." in ran.err
    )


def test_set_warns_of_another_unit_and_says_what_it_means(mine, cli):
    before = mine.read()
    ran = cli("set", "access", "KEN", "2023", "7.62", "--note", "x", "--dry-run", "--format", "table")
    assert ran.code == 0 and mine.read() == before
    assert "warning: the figure is 0.1 times what it was: is it in the same unit?" in ran.err
    assert "Would set" in ran.out and "What it means for 'main'" in ran.out and "KEN: access -" in ran.out


def test_an_update_leaves_what_was_set(mine, cli):
    cli("set", "access", "KEN", "2023", "76.9", "--note", "Ministry")
    ran = cli("update", "access", "--mirror", mine.server.address, "--format", "json")
    assert ran.code == 0 and row(mine.read()[ACCESS], "KEN") == "KEN,76,76.9"
    assert json.loads(ran.out)["indicators"][0]["by_hand"] == [
        {"country": "KEN", "year": 2023, "before": 76.9, "after": 76.2}
    ]


# import ---------------------------------------------------------------------------------------------------

TIDY = "Country,Year,Value\nKenya,2024,77\nViet Nam,2023,100\n"


def put(mine, text: str | bytes, name: str = "t.csv"):
    path = mine.folder.parent / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_import_takes_what_the_table_has_and_leaves_the_rest(mine, cli):
    before = mine.read()
    ran = cli("import", put(mine, TIDY), "--indicator", "access")
    assert ran.code == 0, ran.err
    assert "Columns: country 'Country', year 'Year', value 'Value'" in ran.err
    after = mine.read()
    assert [name for name in before if before[name] != after[name]] == [ACCESS]
    old = [line for line in before[ACCESS].decode().splitlines() if "KEN" not in line]
    new = [line for line in after[ACCESS].decode().splitlines() if "KEN" not in line]
    assert [line for line in new if "retrieved" not in line] == old
    assert row(after[ACCESS], "KEN") == "KEN,76,76.2,77.0"


def test_import_of_many_indicators_and_wide_tables(mine, cli):
    many = "series,code,time,obs_value\naccess,KEN,2024,77\nlosses,KEN,2024,21.5\n"
    assert cli("import", put(mine, many)).code == 0
    assert row(mine.read()[LOSSES], "KEN") == "KEN,23,22,21.5"
    wide = "Land;2023;2024\nKenia;21,9;21,4\n"
    ran = cli(
        "import", put(mine, wide), "--indicator", "losses", "--country-column", "Land", "--decimal", ",",
        "--as", "Kenia=KEN",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert row(mine.read()[LOSSES], "KEN") == "KEN,23,21.9,21.4"


def test_import_of_a_workbook(mine, cli):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Data")
    for number, cells in enumerate((["Losses of the grid"], [], ["country", "value"], ["Kenya", 21.5])):
        sheet.write_row(number, 0, cells)
    book.close()
    path = put(mine, out.getvalue(), "t.xlsx")
    ran = cli("import", path, "--indicator", "losses", "--header-row", "3", "--year", "2024")
    assert ran.code == 0, ran.err
    assert row(mine.read()[LOSSES], "KEN") == "KEN,23,22,21.5"


def test_import_guesses_no_country(mine, cli):
    before = mine.read()
    text = TIDY + "Brazil,2024,99\nWorld,2024,90\nNorwey,2024,100\nFrance,2024,100\n"
    ran = cli("import", put(mine, text), "--indicator", "access")
    assert ran.code == 2 and mine.read() == before
    assert "3 places not among the countries of this index; nothing was written" in ran.err
    assert "'World'\n" in ran.err and "'Norwey': Did you mean Norway (NOR)?" in ran.err
    left = ("--leave-out", "World", "--leave-out", "France")
    ran = cli("import", put(mine, text), "--indicator", "access", *left)
    assert ran.code == 2 and "1 place not among" in ran.err
    ran = cli("import", put(mine, text), "--indicator", "access", *left, "--as", "Norwey=NOR")
    assert ran.code == 0 and "Left out: World, France" in ran.err
    assert cli("import", put(mine, text), "--indicator", "access", "--leave-out-all").code == 0


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (TIDY, [], "no indicator is named. Add --indicator ID, or --indicator-column NAME"),
        (TIDY, ["--indicator", "acess"], "unknown indicator 'acess'. Did you mean 'access'?"),
        (
            "series,country,year,value\nacess,KEN,2024,7\n",
            [],
            "unknown indicator 'acess'. Did you mean 'access'?",
        ),
        (
            "Land,Year,Value\nKenya,2024,77\n",
            ["--indicator", "access"],
            "no column says the country. Name it with",
        ),
        (
            "Country,Value\nKenya,77\n",
            ["--indicator", "access"],
            "no column says the year. Name it with --year-column",
        ),
        ("Country,Year\nKenya,2024\n", ["--indicator", "access"], "no column says the figure. Name it with"),
        ("Country,x\nKenya,77\n", ["--indicator", "access"], "the table has no column of a year"),
        (
            TIDY,
            ["--indicator", "access", "--value-column", "Valeu"],
            "no column 'Valeu'. Did you mean 'Value'?",
        ),
        (TIDY, ["--indicator", "access", "--where", "Year"], "--where 'Year' is not NAME=VALUE"),
        (TIDY, ["--indicator", "access", "--as", "Kenya=KNE"], "unknown country 'KNE'"),
        (b"Country,Year,Value\nCura\xe7ao,2024,1\n", ["--indicator", "access"], "line 2 is not UTF-8"),
        ("", ["--indicator", "access"], "the table is empty"),
        ("<html>", ["--indicator", "access"], "a web page came in place of CSV"),
        (TIDY, ["--indicator", "access", "--coinr"], "--coinr takes two files, iData.csv and iMeta.csv"),
    ],
)
def test_import_refuses(mine, cli, text, more, said):
    before = mine.read()
    ran = cli("import", put(mine, text), *more)
    assert ran.code == 2 and said in ran.err, ran.err
    assert mine.read() == before


def test_import_holds_back_as_update_does(mine, cli):
    rows = "country,year,value\n" + "".join(f"{code},2023,{value}\n" for code, value in (
        ("AUT", 0.5), ("BRA", 1.55), ("IND", 1.7), ("KEN", 2.2), ("NOR", 0.65), ("VNM", 0.6),
    ))  # fmt: skip
    before = mine.read()
    ran = cli("import", put(mine, rows), "--indicator", "losses", "--format", "csv")
    assert ran.code == 1 and mine.read() == before
    (found,) = csv.DictReader(io.StringIO(ran.out))
    assert found["state"] == "held back" and "a tenth of what they were" in found["message"]
    assert cli("import", put(mine, rows), "--indicator", "losses", "--accept", "losses").code == 0
    assert row(mine.read()[LOSSES], "KEN") == "KEN,23,2.2"


def test_import_refuses_what_is_not_valid(mine, cli):
    ran = cli(
        "import", put(mine, "country,year,value\nKEN,2024,770\n"), "--indicator", "access", "--format", "csv"
    )
    assert ran.code == 1 and "outside valid: [0, 100], first KEN 2024: 770" in ran.out
    assert cli("import", mine.folder / "none.csv", "--indicator", "access").err.startswith("cannot read")


# add ------------------------------------------------------------------------------------------------------

FIELDS = {
    "pillar": "energy", "name": "Water: stress", "unit": "% of resources", "direction": "lower",
    "publisher": "World Bank", "url": "https://data.worldbank.org/x", "licence": "CC-BY-4.0",
}  # fmt: skip


def options(**more):
    return [text for key, value in {**FIELDS, **more}.items() for text in (f"--{key}", value)]


def test_add_writes_a_valid_file(mine, cli):
    ran = cli(
        "add", "water", *options(), "--from", "url", "--update", "url=https://a.org/access.csv", "--update",
        "country=iso3", "--update", "year=year", "--update", "value=value", "--goalposts", "0", "100.5",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert ran.out == "indicators/energy/water.yaml\n"
    index = load(mine.folder)
    water = index.series["water"]
    assert (water.name, water.goalposts, index.blocks["water"].count) == ("Water: stress", (0, 100.5), 0)
    assert "Its figures: readiness update water" in ran.err
    ran = cli("update", "water", "--mirror", mine.server.address)
    assert ran.code == 0, ran.err
    assert load(mine.folder).blocks["water"].count == 15
    assert cli("check", mine.folder).err.count("no framework uses 'water'") == 1


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("access", {}, "access is in energy/access.yaml already"),
        (
            "water",
            {"direction": "up"},
            "direction: 'up' is not one of 'higher', 'lower'. Did you mean 'higher'?",
        ),
        ("water", {"url": "x"}, "source.url: 'x' is not a web address"),
        ("water", {"from": "worldbnk"}, "unknown source 'worldbnk'. Did you mean 'worldbank'?"),
        ("water", {"from": "worldbank"}, "update.series: 'series' is required"),
        ("water", {"from": "worldbank", "update": "serie=x"}, "unknown key 'serie'. Did you mean 'series'?"),
        ("water", {"update": "series=x"}, "no source is named. Add --from"),
        ("1water", {}, "'1water' is not an id"),
        ("../water", {}, "'../water' is not an id"),
        ("water", {"pillar": "../x"}, "'../x' is not a folder for an indicator"),
        ("water", {"pillar": "frameworks"}, "'frameworks' is not a folder for an indicator"),
        ("water", {"redistribute": "maybe"}, "source.redistribute: 'maybe' is not one of 'yes'"),
    ],
)
def test_add_refuses(mine, cli, name, more, said):
    before = mine.read()
    ran = cli("add", name, *options(**more))
    assert ran.code == 2 and said in ran.err, ran.err
    assert mine.read() == before


def test_add_says_what_is_missing_where_nobody_can_be_asked(mine, cli):
    ran = cli("add", "water", "--name", "Water", "--pillar", "energy")
    assert ran.code == 2
    assert (
        "--unit, --direction, --publisher, --url and --licence are missing. A terminal asks for it."
        in ran.err
    )


def test_add_asks_in_a_terminal(mine):
    master, slave = pty.openpty()
    start = [sys.executable, "-c", "from readiness.cli.main import main; main()"]
    answers = ["Water stress", "% of resources", "lower", "World Bank", "https://x.org/a", "CC0", "energy"]
    with subprocess.Popen(
        [*start, "add", "water"], stdin=slave, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as run:
        os.write(master, "".join(f"{answer}\n" for answer in answers).encode())
        out, err = run.communicate(timeout=60)
    os.close(master)
    os.close(slave)
    assert run.returncode == 0, err
    assert out.decode() == "indicators/energy/water.yaml\n" and b"Which is better" in err
    assert load(mine.folder).series["water"].unit == "% of resources"


# indicators --stale ---------------------------------------------------------------------------------------


def test_stale_says_how_old_and_what_is_newer(mine, cli):
    path = mine.folder / LOSSES
    path.write_text(
        path.read_text().replace("goalposts:", "max_age: 1\ngoalposts:").replace("VNM,7,6", "VNM,7")
    )
    ran = cli("indicators", "--stale", "--indicators", mine.folder, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    # Vietnam's latest is of 2022, two years before 2024.
    keys = ("indicator", "latest_year", "years_left", "too_old", "newer")
    assert [[row[key] for key in keys] for row in rows] == [["losses", "2023", "0", "1", "0"]]
    mine.says(ACCESS, "KEN,2022,76\nKEN,2023,76.2\nKEN,2024,77\nVNM,2023,100\n")
    assert cli("update", "--dry-run", "--accept", "access", "--mirror", mine.server.address).code == 0
    ran = cli("indicators", "--stale", "--indicators", mine.folder, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [(row["indicator"], row["newer"]) for row in rows] == [("losses", "1"), ("access", "1")]
    ran = cli("indicators", "--stale", "--indicators", mine.folder, "--format", "table")
    assert "2 of 4 series" in ran.out and "1 of 6" in ran.out
