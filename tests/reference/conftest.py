"""The 51-country example of COINr as a folder in our form, and its reference tables.

The tables lie beside the repository in `../shared/reference/`; without them these tests are
skipped. `asem` is one index with a framework for every variant that a table records, so that
each is scored from the YAML on.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from readiness.definitions.load import load
from readiness.index import Index

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "reference"
GROUPS = ("GDP_group", "GDPpc_group", "Pop_group", "EurAsia_group")
Row = dict[str, str]


class Tables:
    """Reads reference tables: as columns in the order of our country codes, or as rows."""

    def rows(self, name: str) -> list[Row]:
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def columns(self, name: str) -> dict[str, np.ndarray]:
        """Return every numeric column, rows in order of country code, NaN where missing."""
        rows = sorted(self.rows(name), key=lambda row: row["uCode"])
        ids = [key for key in rows[0] if key not in ("uCode", "uName")]
        return {key: np.array([_number(row[key]) for row in rows]) for key in ids}


def _number(text: str) -> float:
    return float("nan") if text == "NA" else float(text)


@pytest.fixture(scope="session")
def tables() -> Tables:
    if not FOLDER.is_dir():
        pytest.skip("the reference tables ../shared/reference/ are not here")
    return Tables()


@pytest.fixture(scope="session")
def asem(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of `00_iData.csv` and `00_iMeta.csv`."""
    data, meta = tables.rows("00_iData.csv"), tables.rows("00_iMeta.csv")
    scored = [row for row in meta if row["Type"] == "Indicator"]
    files = {"countries.yaml": _countries(data)}
    for row in scored:
        denominator = None if row["Denominator"] == "NA" else row["Denominator"]
        series = _series(row, denominator=denominator)
        files[f"{row['Parent']}/{row['iCode']}.yaml"] = series + _figures(data, row["iCode"])
    for row in meta:
        if row["Type"] == "Denominator":
            files[f"context/{row['iCode']}.yaml"] = _series(row) + _figures(data, row["iCode"])
    files |= _frameworks(_variants(meta, tables))
    return Index(load(_write(tmp_path_factory.mktemp("asem"), files)))


@pytest.fixture(scope="session")
def treated(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index whose figures are the reference's treated data, with its goalposts."""
    data, meta = tables.rows("06_treated.csv"), tables.rows("normalisation/goalposts_iMeta.csv")
    files = {"countries.yaml": _countries(tables.rows("00_iData.csv"))}
    for row in meta:
        if row["Type"] == "Indicator":
            ends = f"goalposts: [{row['goalpost_lower']}, {row['goalpost_upper']}]\n"
            files[f"{row['Parent']}/{row['iCode']}.yaml"] = _series(row) + ends + _figures(data, row["iCode"])
    files |= _frameworks(_normalised(meta))
    return Index(load(_write(tmp_path_factory.mktemp("treated"), files)))


def _normalised(meta: list[Row]) -> dict[str, dict[str, Any]]:
    """Return a framework for every normalisation that a table records."""
    methods: dict[str, dict[str, Any]] = {
        "goalposts": {"method": "min-max", "ends": "goalposts", "range": [0, 100]},
        "beyond": {"method": "min-max", "truncate": False},
        "unit": {"ends": "sample", "range": [0, 1]},
        "z": {"method": "z-score"},
        "z_10_2": {"method": "z-score", "mean": 10, "sd": 2},
        "places": {"method": "rank"},
        "places_average": {"method": "rank", "ties": "average"},
        "percentile": {"method": "percentile-rank"},
        "borda": {"method": "borda"},
        "to_max": {"method": "distance-to-max"},
        "none": {"method": "none"},
    }
    tree = _tree(meta)
    found = {name: _framework(name, tree, normalisation=method) for name, method in methods.items()}
    targets = {row["iCode"]: float(row["Target"]) for row in meta if row["Type"] == "Indicator"}
    for name, cap in (("to_target", False), ("to_target_cap", True)):
        own = _tree(meta)
        for pillar in (item for part in own["children"] for item in part["children"]):
            for reference in pillar["indicators"]:
                reference["normalisation"] = {"method": "distance-to-target", "cap": cap,
                                              "target": targets[reference["id"]]}  # fmt: skip
        found[name] = _framework(name, own)
    return found


def _write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return root


def _countries(data: list[Row]) -> str:
    lines = ["countries:"]
    for row in data:
        groups = {key: row[key] for key in GROUPS if row[key] != "NA"} | {"world": True}
        lines.append(f"  {row['uCode']}: {json.dumps({'name': row['uName'], 'groups': groups})}")
    return "\n".join(lines) + "\n"


def _series(row: Row, *, denominator: str | None = None) -> str:
    # ScaleFactor is not among the columns of iMeta, so `per` is 1 throughout.
    direction = {"1": "direction: higher\n", "-1": "direction: lower\n"}.get(row["Direction"], "")
    return (
        f"id: {row['iCode']}\nname: {json.dumps(row['iName'])}\nunit: {json.dumps(row['Unit'])}\n{direction}"
        + (f"denominator: {denominator}\n" if denominator else "")
        + "source: {publisher: European Commission JRC, dataset: ASEM of COINr 1.1.14, licence: MIT}\n"
    )


def _figures(data: list[Row], name: str) -> str:
    rows = sorted((row["uCode"], row[name]) for row in data if row[name] != "NA")
    return "figures: |\n  country,2018\n" + "".join(f"  {code},{value}\n" for code, value in rows)


def _tree(meta: list[Row], *, weights: dict[str, float] | None = None, drop: tuple[str, ...] = (),
          levels: tuple[Any, Any, Any] | None = None) -> dict[str, Any]:  # fmt: skip
    """Lay out the tree; `levels` has the aggregation of pillars, sub-indices and the index."""

    def node(row: Row) -> dict[str, Any]:
        name = row["iCode"]
        below = [item for item in meta if item["Parent"] == name and item["iCode"] not in drop]
        result: dict[str, Any] = {"id": name, "name": row["iName"], "weight": weight(name)}
        if levels:
            level = levels[int(row["Level"]) - 2]
            result["aggregation"] = {"method": level} if isinstance(level, str) else level
        result["children"] = [node(item) for item in below if item["Type"] == "Aggregate"]
        result["indicators"] = [
            {"id": item["iCode"], "weight": weight(item["iCode"])}
            for item in below if item["Type"] == "Indicator"
        ]  # fmt: skip
        return result

    def weight(name: str) -> float:
        return (weights or {}).get(name, 1.0)

    return node(next(row for row in meta if row["Level"] == "4"))


_ASEM: dict[str, Any] = {
    "imputation": {"method": "group-mean", "group": "EurAsia_group"},
    "treatment": {"method": "winsorise-then-log", "log": "ct"},
    "normalisation": {"method": "min-max", "ends": "sample", "range": [0, 100]},
    "coverage": {"node": 0, "index": 0},
}
_PLAIN: dict[str, Any] = {"imputation": {"method": "none"}, "treatment": {"method": "none"}}


def _framework(name: str, tree: dict[str, Any], **methods: Any) -> dict[str, Any]:
    coverage = {"coverage": {"node": 0, "index": 0}}
    return {"id": name, "name": name, "year": 2018, "methods": coverage | methods, "tree": tree}


def _variants(meta: list[Row], tables: Tables) -> dict[str, dict[str, Any]]:
    """Return a framework for every variant that a reference table records."""
    plain = _tree(meta)
    found: dict[str, dict[str, Any]] = {}

    def add(name: str, tree: dict[str, Any] = plain, **methods: Any) -> None:
        found[name] = _framework(name, tree, **{**_ASEM, **methods})

    def min_max(low: float, high: float) -> dict[str, Any]:
        return {"method": "min-max", "ends": "sample", "range": [low, high]}

    def treat(**parameters: Any) -> dict[str, Any]:
        return {"method": "winsorise-then-log", "log": "ct", **parameters}

    add("asem")
    add("minmax_1_100", normalisation=min_max(1, 100))
    for group in ("GDP_group", "world"):
        add(f"imputed_by_{group}", imputation={"method": "group-mean", "group": group})
    for method in ("mean", "median"):
        add(f"imputed_by_{method}", imputation={"method": method})
        add(f"imputed_beside_{method}", imputation={"method": method, "by": "subpillar"})
    add("imputed_by_group_median", imputation={"method": "group-median", "group": "EurAsia_group"})
    for method in ("geometric", "harmonic"):
        add(method, normalisation=min_max(1, 100), aggregation={"method": method})
    for p in (0.5, 2, -2):
        add(f"power_{p}", normalisation=min_max(1, 100), aggregation={"method": "power", "p": p})
    random = {row["iCode"]: float(row["Weight"]) for row in tables.rows("aggregation/weights_random.csv")}
    weighted = _tree(meta, weights=random)
    for method in ("arithmetic", "geometric", "harmonic"):
        add(f"{method}_w_random", weighted, normalisation=min_max(1, 100), aggregation={"method": method})
    add("equal", weighted, normalisation=min_max(1, 100), weighting={"method": "equal"})
    add("mixed", _tree(meta, levels=("arithmetic", "geometric", "harmonic")), normalisation=min_max(1, 100))
    wins = {"method": "copeland", "rescale": True}
    add("copeland", _tree(meta, levels=(wins, wins, "copeland")))
    add("copeland_w_random", _tree(meta, weights=random, levels=(wins, wins, "copeland")))
    add("copeland_on_top", _tree(meta, levels=("arithmetic", "arithmetic", "copeland")),
        normalisation=min_max(1, 100))  # fmt: skip
    for method in ("arithmetic", "geometric", "harmonic"):
        add(f"na_{method}", **_PLAIN, normalisation=min_max(1, 100), aggregation={"method": method})
    square = {"aggregation": {"method": "power", "p": 2}, "normalisation": min_max(1, 100)}
    add("na_power_2", **_PLAIN, **square)
    add("na_power_2_propagate", **_PLAIN, **square, missing={"method": "propagate"})
    add("na_085", **_PLAIN, normalisation=min_max(1, 100), coverage={"node": 0.85, "index": 0})
    add("na_0_100", **_PLAIN, normalisation=min_max(0, 100))
    add("na_0_1", **_PLAIN, normalisation=min_max(0, 1))
    add("winmax1", treatment=treat(max_points=1))
    add("winmax1_plus", treatment=treat(max_points=1, log="ct-plus"))
    add("winmax1_combine", treatment=treat(max_points=1, combine=True))
    add("winmax1_orig", treatment=treat(max_points=1, log="ct-orig"))
    add("log_plus", treatment={"method": "log"})
    for power in (0, 0.5, 2):
        add(f"boxcox_{power}", treatment={"method": "box-cox", "lambda": power})
    for name in ("z-score", "rank", "percentile-rank", "borda", "distance-to-max"):
        add(f"na_{name}", **_PLAIN, normalisation={"method": name})
    add("thresholds_1_2", treatment=treat(skewness=1, kurtosis=2))
    add("unlimited", treatment=treat(max_points=51))
    single = _tree(meta)
    for reference in single["children"][0]["children"][0]["indicators"]:
        own = {"LPI": {"method": "none"}, "Bord": treat(max_points=2), "Gas": {"method": "log", "log": "ct"}}
        if reference["id"] in own:
            reference["treatment"] = own[reference["id"]]
    add("single", single)
    add("dropped", _tree(meta, drop=("LPI", "Forest")))
    for row in meta:
        if row["Type"] in ("Indicator", "Aggregate") and row["Parent"] != "NA":
            add(f"without_{row['iCode']}", _tree(meta, weights={row["iCode"]: 0.0}))
    return found


def _frameworks(variants: dict[str, dict[str, Any]]) -> dict[str, str]:
    # JSON is YAML.
    return {f"frameworks/{name}.yaml": json.dumps(item, indent=1) for name, item in variants.items()}


@pytest.fixture(scope="session")
def equal() -> Callable[..., None]:
    """Compare a column with the reference's at 1e-9, missing with missing, and name what differs."""

    def check(ours: np.ndarray, theirs: np.ndarray, what: str) -> None:
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9, equal_nan=True, err_msg=what)

    return check
