"""COINr's panel (`purse/`): five years scaled jointly, and each on its own, from our YAML on."""

from __future__ import annotations

import json

import numpy as np
import pytest

from readiness.definitions.load import load
from readiness.index import Index

YEARS = ("2018", "2019", "2020", "2021", "2022")


@pytest.fixture(scope="module")
def purse(tables, tmp_path_factory):
    """An index whose figures are the treated panel; the tree is that of the example."""
    treated, meta = tables.rows("purse/treated_all_years.csv"), tables.rows("00_iMeta.csv")
    codes = sorted({row["uCode"] for row in treated})
    root = tmp_path_factory.mktemp("purse")
    files = {"countries.yaml": json.dumps({"countries": {code: {"name": code} for code in codes}})}
    cells = {(row["uCode"], row["Time"]): row for row in treated}
    for row in meta:
        if row["Type"] == "Indicator":
            lines = [
                ",".join([code, *(cells[code, year][row["iCode"]] for year in YEARS)]).replace("NA", "")
                for code in codes
            ]
            block = "\n".join(f"  {line}" for line in [",".join(["country", *YEARS]), *lines])
            direction = "higher" if row["Direction"] == "1" else "lower"
            files[f"{row['Parent']}/{row['iCode']}.yaml"] = (
                f"id: {row['iCode']}\nname: {row['iCode']}\nunit: unit\ndirection: {direction}\nmax_age: 0\n"
                f"source: {{publisher: JRC, dataset: ASEM, licence: MIT}}\nfigures: |\n{block}\n"
            )
    files["frameworks/main.yaml"] = json.dumps({
        "id": "main", "name": "ASEM", "year": 2022, "tree": _node(meta, "Index"),
        "methods": {
            "normalisation": {"method": "min-max", "ends": "sample"}, "coverage": {"node": 0, "index": 0}
        },
    })  # fmt: skip
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return Index(load(root))


def _node(meta, name):
    below = [row for row in meta if row["Parent"] == name]
    return {
        "id": name,
        "children": [_node(meta, row["iCode"]) for row in below if row["Type"] == "Aggregate"],
        "indicators": [row["iCode"] for row in below if row["Type"] == "Indicator"],
    }


def _theirs(tables, name, part, codes):
    rows = {(row["Time"], row["uCode"]): row for row in tables.rows(f"purse/{name}.csv")}
    cells = [[rows[year, code][part] for code in codes] for year in YEARS]
    return np.array([[float("nan") if cell == "NA" else float(cell) for cell in line] for line in cells])


def test_all_years_on_one_scale(purse, tables, equal):
    panel = purse.panel(since=2018)
    assert panel.years == (2018, 2019, 2020, 2021, 2022) and len(panel.countries) == 46
    parts = [*panel.scores.matrix.indicators, *panel.scores.node_ids]
    for part in parts:
        equal(panel.column(part), _theirs(tables, "aggregated_all_years", part, panel.countries), part)
    for part in panel.scores.matrix.indicators:
        equal(panel.column(part), _theirs(tables, "normalised_global_all_years", part, panel.countries), part)


def test_each_year_on_its_own_scale(purse, tables, equal):
    for number, year in enumerate(YEARS):
        scores = purse.scores(year=int(year))
        for part in scores.matrix.indicators:
            theirs = _theirs(tables, "normalised_peryear", part, scores.countries)[number]
            equal(scores.column(part), theirs, f"{part} {year}")
