"""COINr's iData and iMeta as a folder that scores the same."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.definitions.load import load
from readiness.errors import DefinitionError
from readiness.importing import coinr
from readiness.importing.deck import Method, folder
from readiness.index import Index

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "reference"
PLAIN = Method({"method": "none"}, {"method": "none"})

META = """\
Level,iCode,iName,Direction,Weight,Unit,Denominator,Parent,Type
1,roads,Roads,1,2,km,people,infra,Indicator
1,cuts,Power cuts,-1,1,hours,NA,infra,Indicator
1,school,Schooling,1,1,years,NA,minds,Indicator
2,infra,Infrastructure,1,3,NA,NA,all,Aggregate
2,minds,Minds,1,1,NA,NA,all,Aggregate
3,all,All of it,1,1,NA,NA,NA,Aggregate
NA,people,People,NA,NA,million,NA,NA,Denominator
NA,region,Region,NA,NA,NA,NA,NA,Group
NA,note,A note,NA,NA,NA,NA,NA,Other
"""
DATA = """\
uName,uCode,Time,region,people,note,roads,cuts,school
Austria,AUT,2020,Europe,9,x,90,0,12
Brazil,BRA,2020,Americas,200,NA,1000,10,8
Kenya,KEN,2020,Africa,50,NA,150,40,NA
"""


def deck(data=DATA, meta=META, **more):
    return coinr.read(data.encode(), meta.encode(), ("iData.csv", "iMeta.csv"), **more)


def index(tmp_path, made) -> Index:
    for name, content in made.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return Index(load(tmp_path))


def problems(data=DATA, meta=META, **more) -> list[str]:
    with pytest.raises(DefinitionError) as error:
        folder(deck(data, meta, **more), PLAIN)
    return str(error.value).splitlines()


def test_three_countries_by_hand(tmp_path):
    found = index(tmp_path, folder(deck(), PLAIN))
    assert found.warnings == ()
    scores = found.scores()
    # Roads per person 10, 5, 3; cuts 0, 10, 40, fewer is better; schooling 12, 8 and none.
    roads, cuts = np.array([100, 200 / 7, 0]), np.array([100, 75, 0])
    infra = (2 * roads + cuts) / 3
    np.testing.assert_allclose(scores.column("infra"), infra)
    expected = np.array([(3 * infra[0] + 100) / 4, 3 * infra[1] / 4, infra[2]])
    np.testing.assert_allclose(scores.column("all"), expected)
    assert found.countries["KEN"].groups == {"region": "Africa"}
    assert found.indicators["roads"].unit == "km" and found.definitions.folders["people"] == "context"


def test_the_51_country_example_scores_the_same(tmp_path):
    if not SHARED.is_dir():
        pytest.skip("the reference tables ../shared/reference/ are not here")
    names = ("00_iData.csv", "00_iMeta.csv")
    data, meta = ((SHARED / name).read_bytes() for name in names)
    method = Method(
        {"method": "group-mean", "group": "EurAsia_group"}, {"method": "winsorise-then-log", "log": "ct"}
    )
    scores = index(tmp_path, folder(coinr.read(data, meta, names), method)).scores()
    stages = {"denominated": "03", "imputed": "04", "treated": "06", "normalised": "07"}
    for stage, number in stages.items():
        name = f"{number}_{stage}"
        theirs = table(f"{name}.csv")
        for number, code in enumerate(scores.matrix.indicators):
            np.testing.assert_allclose(
                scores.stages[stage].values[:, number], theirs[code], rtol=1e-9, atol=1e-9
            )
    theirs = table("08_aggregated.csv")
    for node in scores.node_ids:
        np.testing.assert_allclose(scores.column(node), theirs[node], rtol=1e-9)
    np.testing.assert_array_equal(scores.ranks, table("09_ranks_aggregated.csv")["Index"])


def table(name: str) -> dict[str, np.ndarray]:
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["uCode"])
    keys = [key for key in rows[0] if key not in ("uCode", "uName")]
    return {key: np.array([np.nan if row[key] == "NA" else float(row[key]) for row in rows]) for key in keys}


def test_a_panel_has_a_column_a_year_and_a_year_can_be_named():
    panel = DATA + "Kenya,KEN,2021,Africa,51,NA,160,NA,7\n"
    made = folder(deck(panel), PLAIN)
    assert "  country,2020,2021\n" in made["infra/roads.yaml"].decode()
    assert "  KEN,150.0,160.0\n" in made["infra/roads.yaml"].decode()
    assert "year: 2021\n" in made["frameworks/all.yaml"].decode()
    rows = [row.split(",") for row in DATA.splitlines()]
    without = "".join(",".join(row[:2] + row[3:]) + "\n" for row in rows)
    assert problems(without) == [
        "iData.csv:1:1: has no column Time. Say the year of its figures with --year."
    ]
    assert "  country,2019\n" in folder(deck(without, year=2019), PLAIN)["infra/roads.yaml"].decode()


def test_other_places_and_odd_codes(tmp_path):
    data = DATA.replace("AUT", "AT-1").replace("BRA", "x.2").replace("KEN", "k_3").replace("roads", "road km")
    meta = META.replace(",roads,", ",road km,").replace(",infra,", ",context,").replace("infra,", "context,")
    found = index(tmp_path, folder(deck(data, meta), PLAIN))
    assert set(found.countries) == {"AT-1", "x.2", "k_3"} and found.countries.free
    assert found.indicators["road_km"].description == "Code in COINr: road km"
    assert found.definitions.folders["road_km"] == "context_"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cuts,Power cuts,-1", "cuts,Power cuts,2",
         "iMeta.csv:3:2: cuts: the direction 2 is neither 1 nor -1"),
        ("cuts,Power cuts,-1", "cuts,Power cuts,NA",
         "iMeta.csv:3:4: Direction: has no direction. Write 1 or -1."),
        ("infra,Infrastructure,1,3", "infra,Infrastructure,1,-3",
         "iMeta.csv:5:2: infra: the weight -3 is negative"),
        ("infra,Infrastructure,1,3", "infra,Infrastructure,1,x",
         "iMeta.csv:5:5: Weight: 'x' is not a number"),
        ("NA,minds,Indicator", "NA,mind,Indicator",
         "iMeta.csv:4:2: school: its parent 'mind' is no aggregate"),
        ("NA,minds,Indicator", "NA,NA,Indicator",
         "school: has no parent. Every indicator belongs to an aggregate."),
        ("km,people", "km,peple", "iMeta.csv:2:2: roads: its denominator 'peple' is no denominator"),
        ("NA,NA,NA,Aggregate", "NA,NA,minds,Aggregate", "iMeta.csv:1:1: no aggregates without a parent"),
        ("NA,NA,NA,Aggregate", "NA,NA,minds,Aggregate", "iMeta.csv:7:2: all: lies below itself"),
        ("NA,NA,all,Aggregate\n2,m", "NA,NA,NA,Aggregate\n2,m", "2 aggregates without a parent: infra, all"),
        ("NA,Denominator", "NA,Denominater", "Type: unknown type 'Denominater'. Did you mean 'Denominator'?"),
        ("iCode", "code", "iMeta.csv:1:1: has no column iCode"),
        ("1,school,", "1,,", "iMeta.csv:4:2: iCode: has no code"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_metadata(old, new, said):
    assert old in META
    found = problems(DATA, META.replace(old, new, 1))
    assert any(said in line for line in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("90,0,12", "ninety,0,12", "iData.csv:2:7: roads: 'ninety' is not a number"),
        ("90,0,12", "#N/A,0,12", None),
        ("Brazil,BRA", "Brazil,AUT",
         "iData.csv:3:2: uCode: AUT stands twice in 2020. The first is in line 2."),
        ("Brazil,BRA", "Brazil,", "iData.csv:3:2: uCode: has no code"),
        ("BRA,2020", "BRA,FY20", "iData.csv:3:3: Time: 'FY20' is not a year"),
        (",school", ",schol",
         "iData.csv:1:9: schol: iMeta says nothing of the column 'schol'. Did you mean 'school'?"),
        (",school", ",schol", "iMeta.csv:4:2: iCode: iData has no column 'school'. Did you mean 'schol'?"),
        ("Brazil,BRA", "Brazil,B R", "iData.csv:3:1: uCode: 'B R' is not a place id"),
        ("uCode", "code", "iData.csv:1:1: has no column uCode"),
        ("uName", "school", "the column 'school' stands twice"),
        ("Austria,AUT", '"Austria,AUT', "not CSV"),
        (DATA, "<html>", "a web page came in place of CSV"),
        (DATA, "", "iData.csv:1:1: the file is empty"),
        (DATA, DATA.splitlines()[0], "iData.csv:1:1: there is no unit"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_data(old, new, said):
    assert old in DATA
    if said is None:
        assert ("AUT", 2020) not in deck(DATA.replace(old, new, 1)).figures["roads"]
        return
    found = problems(DATA.replace(old, new, 1))
    assert any(said in line for line in found), found


def test_bytes_that_are_no_text():
    with pytest.raises(DefinitionError, match=r"iData.csv:2:1: is not UTF-8"):
        coinr.read(b"uCode,Time\n\xff,2020\n", META.encode(), ("iData.csv", "iMeta.csv"))


LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='\ufeff\u2028\u2029"')
WORDS = st.text(LETTERS, min_size=1, max_size=20).map(str.strip).filter(lambda text: text not in ("", "NA"))


@settings(max_examples=60)
@given(name=WORDS, unit=WORDS, place=WORDS, region=WORDS)
def test_hostile_words_come_through_unchanged(tmp_path_factory, name, unit, place, region):
    def cell(text):
        return f'"{text}"'

    meta = META.replace("Power cuts", cell(name)).replace("hours", cell(unit))
    data = DATA.replace("Austria", cell(place)).replace("Europe", cell(region))
    found = index(tmp_path_factory.mktemp("hostile"), folder(deck(data, meta), PLAIN))
    assert (found.indicators["cuts"].name, found.indicators["cuts"].unit) == (name, unit)
    assert (found.countries["AUT"].name, found.countries["AUT"].groups["region"]) == (place, region)


def test_the_command(tmp_path, monkeypatch, capfd):
    from readiness.cli.main import main

    monkeypatch.chdir(tmp_path)
    Path("iData.csv").write_text(DATA)
    Path("iMeta.csv").write_text(META)

    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main(["import", *arguments])
        return int(stopped.value.code or 0), *capfd.readouterr()

    code, out, err = run("--coinr", "iData.csv", "iMeta.csv", "-o", "mine", "--treat", "none")
    assert code == 0 and err == "" and "mine/frameworks/all.yaml\n" in out
    assert json.dumps(sorted(load(Path("mine")).series)) == '["cuts", "people", "roads", "school"]'
    for arguments, said in (
        (["--coinr", "iData.csv", "-o", "x"], "--coinr takes two files, iData.csv and iMeta.csv"),
        (["--coinr", "iData.csv", "iMeta.csv"],
         "no folder is named for the index. Name a new one with -o DIR."),
        (["--coinr", "iData.csv", "iMeta.csv", "-o", "mine"], "mine is not an empty folder"),
        (["--coinr", "--coin-tool", "iData.csv", "-o", "x"], "are two kinds of files"),
        (["--coin-tool", "iData.csv", "-o", "x"],
         "does not say the year of its figures. Say it with --year."),
        (["--coin-tool", "iData.csv", "-o", "x", "--year", "2024"], "not a workbook that can be read"),
        (["--coinr", "iData.csv", "iMeta.csv", "-o", "x", "--impute", "mena"],
         "x/frameworks/all.yaml:8:24: methods.imputation.method: 'mena' is not one of"),
        (["iData.csv", "iMeta.csv"], "one FILE at a time. For COINr's iData.csv and iMeta.csv add --coinr."),
    ):  # fmt: skip
        code, out, err = run(*arguments)
        assert code == 2 and said in err and out == "", (arguments, err)
    assert not Path("x").exists()
