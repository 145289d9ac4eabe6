"""`readiness indicators` and `readiness countries`: what an index is made of."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


@pytest.fixture(scope="module")
def scores(bundled):
    return bundled.scores()


def test_the_list_of_indicators(done, bundled, scores):
    text = done("indicators", "--format", "csv")
    assert text.split("\n")[0] == (
        "indicator,name,pillar,subpillar,unit,direction,coverage,countries,latest_year,missing"
    )
    rows = {row["indicator"]: row for row in table(text)}
    scored = len(scores.matrix.indicators)
    assert list(rows)[:scored] == list(scores.matrix.indicators)
    assert set(rows) == set(bundled.indicators)
    counted = scores.stages["denominated"].values
    for number, name in enumerate(scores.matrix.indicators):
        row = rows[name]
        missing = [
            code
            for code, value in zip(scores.countries, counted[:, number], strict=True)
            if math.isnan(value)
        ]
        assert row["missing"].split() == missing
        assert int(row["countries"]) == 197 - len(missing)
        assert float(row["coverage"]) == (197 - len(missing)) / 197
        assert row["pillar"] in {"energy", "compute", "cloud", "skills", "adoption_barriers"}
        assert row["subpillar"].startswith(f"{row['pillar']}.")
        assert row["direction"] in ("higher", "lower")
    assert {row["pillar"] for row in list(rows.values())[scored:]} == {"alternatives", "context"}


def test_latest_years_are_those_of_the_files(done, bundled):
    for row in table(done("indicators", "--format", "csv")):
        block = bundled.figures.blocks[row["indicator"]]
        years = [
            int(year)
            for year, column in zip(block.years, block.values.T, strict=True)
            if any(math.isfinite(value) for value in column)
        ]
        assert row["latest_year"] == (str(max(years)) if years else "")


def test_the_list_for_the_terminal(done, scores):
    text = done("indicators", "--format", "table")
    assert text.startswith(f"{len(scores.matrix.indicators)} indicators scored by 'pillars', 197 countries\n")
    for heading in ("Energy", "Adoption barriers", "context (not scored)", "alternatives (not scored)"):
        assert f"\n{heading}\n" in text
    layers = done("indicators", "--framework", "layers", "--format", "table")
    assert "scored by 'layers'" in layers and "\nChips and computing\n" in layers


def test_one_indicator_in_full(done, bundled):
    text = done("indicators", "github_developers", "--format", "table")
    series = bundled.indicators["github_developers"]
    for part in (
        series.name,
        series.unit_scored,
        series.source.publisher,
        series.source.url,
        "higher is better",
    ):
        assert part in " ".join(text.split())
    assert "readiness indicators github_developers --format csv" in text


@pytest.mark.parametrize("name", ["low_carbon_generation", "gpu_hours_affordable", "github_developers"])
def test_the_figures_of_one(done, bundled, name):
    text = done("indicators", name, "--format", "csv")
    assert text.split("\n")[0] == "country,name,year,value,status,note"
    rows = table(text)
    block = bundled.figures.blocks[name]
    assert len(rows) == sum(
        math.isfinite(value)
        for code, values in zip(block.countries, block.values, strict=True)
        for value in values
        if code in bundled.countries
    )
    for row in rows:
        place = block.countries.index(row["country"]), list(block.years).index(int(row["year"]))
        assert float(row["value"]) == block.values[place]
    derived = bundled.indicators[name].derived is not None
    assert ("derived" in {row["status"] for row in rows}) == derived


def test_one_as_json_is_its_file(done, bundled):
    document = json.loads(done("indicators", "secure_servers", "--format", "json"))
    assert document["file"].endswith("compute/secure_servers.yaml")
    assert document["id"] == "secure_servers" and document["goalposts"] == [5, 200000]
    assert document["source"]["licence"] == "CC-BY-4.0"
    figure = document["figures"][0]
    assert set(figure) == {"country", "name", "year", "value", "status", "note"}
    assert type(figure["year"]) is int and type(figure["value"]) is float


def test_licences(done, bundled):
    text = done("indicators", "--licences", "--format", "csv")
    assert text.split("\n")[0] == (
        "indicator,name,publisher,dataset,series,licence,redistribute,url,vintage,retrieved"
    )
    rows = {row["indicator"]: row for row in table(text)}
    assert set(rows) == set(bundled.indicators)
    for name, row in rows.items():
        source = bundled.indicators[name].source
        assert (row["publisher"], row["licence"], row["url"]) == (
            source.publisher, source.licence, source.url or "",
        )  # fmt: skip
    unverified = sum(row["redistribute"] == "unverified" for row in rows.values())
    shown = done("indicators", "--licences", "--format", "table")
    assert f"Licence not verified: {unverified}\n" in shown
    assert f"May be redistributed: {sum(row['redistribute'] == 'yes' for row in rows.values())}\n" in shown


def test_countries(done, bundled):
    text = done("countries", "--format", "csv")
    assert text.split("\n")[0].startswith("country,name,official,iso2,numeric,worldbank,")
    rows = table(text)
    assert [row["country"] for row in rows] == list(bundled.countries)
    for row in rows:
        country = bundled.countries[row["country"]]
        assert (row["name"], row["iso2"]) == (country.name, country.iso2 or "")
        assert row["income"] == country.groups.get("income", "")
        assert row["oecd"] == ("true" if country.groups.get("oecd") else "")
    assert len(json.loads(done("countries", "--format", "json"))["countries"]) == 197


def test_the_countries_of_a_group_and_of_a_framework(done, bundled, make_index):
    rows = table(done("countries", "--group", "G20", "--format", "csv"))
    assert tuple(row["country"] for row in rows) == bundled.countries.in_group("g20")
    folder = make_index(edit={"frameworks/main.yaml": ("tree:\n", "countries: [KEN, NOR, BRA]\ntree:\n")})
    arguments = ("countries", "--indicators", folder, "--format", "csv")
    assert len(table(done(*arguments))) == 6
    rows = table(done(*arguments, "--framework", "main"))
    assert [row["country"] for row in rows] == ["BRA", "KEN", "NOR"]
    rows = table(done(*arguments, "--framework", "main", "--group", "g20"))
    assert [row["country"] for row in rows] == ["BRA"]


def test_groups_are_what_group_takes(done, bundled):
    rows = table(done("countries", "--groups", "--format", "csv"))
    assert list(rows[0]) == ["group", "value", "countries"]
    for row in rows:
        text = f"{row['group']}={row['value']}" if row["value"] else row["group"]
        assert len(bundled.countries.in_group(text)) == int(row["countries"])
