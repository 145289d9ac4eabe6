"""The bundled headline index computed anew from its YAML, in loops written from the method alone.

Nothing of our package is used in `Recount`, so that a slip in the engine cannot
hide in its own test. It knows the methods that `frameworks/pillars.yaml` names, no others.
"""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import numpy as np
import pytest
import yaml

from readiness.engine.compute import compute

ROOT = Path(__file__).resolve().parents[2] / "indicators"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path):
    return yaml.load(path.read_text(encoding="utf-8"), LOADER)


def figures(text):
    """country -> {year: value}"""
    table = csv.DictReader(io.StringIO(text))
    return {
        row["country"]: {int(year): float(row[year]) for year in table.fieldnames[1:] if row[year]}
        for row in table
    }


def latest(series, until, max_age):
    """The year of the latest figure not later than `until` and not older than `max_age`."""
    years = [year for year in series if year <= until and (max_age is None or until - year <= max_age)]
    return max(years, default=None)


class Recount:
    def __init__(self, framework):
        self.framework = read(ROOT / "frameworks" / f"{framework}.yaml")
        self.year = self.framework["year"]
        self.countries = sorted(read(ROOT / "countries.yaml")["countries"])
        skipped = ("frameworks", "schema", "validation")
        files = [path for path in ROOT.rglob("*.yaml") if path.parent.name not in skipped]
        self.series = {path.stem: read(path) for path in files if path.name != "countries.yaml"}
        self.figures = {
            name: figures(item["figures"]) for name, item in self.series.items() if "figures" in item
        }
        for name, item in self.series.items():
            if "product" in item.get("derived", {}):
                self.figures[name] = self.product(**item["derived"])
        self.leaves = {}

    def product(self, product, per=1):
        """One figure a year in which either part has one, both parts within their age."""
        first, second = product
        result = {}
        for country in self.countries:
            a, b = self.figures[first].get(country, {}), self.figures[second].get(country, {})
            for year in {*a, *b}:
                one = latest(a, year, self.series[first].get("max_age"))
                two = latest(b, year, self.series[second].get("max_age"))
                if one is not None and two is not None:
                    result.setdefault(country, {})[year] = a[one] * b[two] * per
        return result

    def figure(self, reference, country):
        """Steps 1 to 3: select, declare zeros, denominate."""
        name = reference["id"]
        series = {**self.series[name], **reference}
        mine, max_age = self.figures[name].get(country, {}), series.get("max_age")
        zero = series["absence"]["zero"] if isinstance(series.get("absence"), dict) else None
        year = latest(mine, self.year, max_age)
        if zero == "census":
            listed = latest({y for row in self.figures[name].values() for y in row}, self.year, max_age)
            year = listed if year == listed else None
        if year is None:
            return 0.0 if zero else None
        if series.get("denominator") is None:
            return mine[year]
        below = self.figures[series["denominator"]].get(country, {})
        then = latest(below, year, self.series[series["denominator"]].get("max_age"))
        return mine[year] / below[then] * series.get("per", 1) if then and below[then] else None

    def score(self, reference, country):
        """Steps 6, 7 and 9: clip, transform, direct and rescale to 0 to 100."""
        x = self.figure(reference, country)
        if x is None:
            return None
        series = {**self.series[reference["id"]], **reference}
        scale = series.get("scale", 1)
        curve = {
            None: lambda value: value,
            "log": math.log,
            "log1p": lambda value: math.log(1 + value / scale),
            "asinh": lambda value: math.asinh(value / scale),
        }[series.get("transform")]
        low, high = series["goalposts"]
        share = (curve(min(max(x, low), high)) - curve(low)) / (curve(high) - curve(low))
        return 100 * (share if series["direction"] == "higher" else 1 - share)

    def node(self, node, country, found):
        """Steps 4 and 10; returns the scores of the indicators below."""
        leaves, parts = [], []
        for child in node.get("children", []):
            leaves += self.node(child, country, found)
            parts.append((child.get("weight", 1), found[child["id"]][0]))
        for item in node.get("indicators", []):
            reference = item if isinstance(item, dict) else {"id": item}
            score = self.score(reference, country)
            leaves.append(score)
            parts.append((reference.get("weight", 1), score))
        there = [(weight, score) for weight, score in parts if score is not None]
        share = sum(score is not None for score in leaves) / len(leaves)
        value, rule = None, node.get("coverage", self.framework["methods"]["coverage"]["node"])
        if there and share >= (rule["node"] if isinstance(rule, dict) else rule):
            p = node.get("aggregation", {}).get("p", 1)
            total = sum(weight for weight, _ in there)
            value = (sum(weight * score**p for weight, score in there) / total) ** (1 / p)
        found[node["id"]] = (value, share)
        return leaves


@pytest.mark.parametrize("framework", ["pillars", "layers", "scale"])
def test_scores_coverage_status_and_ranks(bundled, framework):
    recount = Recount(framework)
    methods, tree = recount.framework["methods"], recount.framework["tree"]
    assert methods["normalisation"] == {"method": "min-max", "ends": "goalposts", "range": [0, 100]}
    assert methods["aggregation"]["method"] == "arithmetic" and methods["ranking"]["ties"] == "min"
    found = {}
    for country in recount.countries:
        found[country] = {}
        recount.node(tree, country, found[country])
    ranked = {
        country: nodes["index"][0]
        for country, nodes in found.items()
        if nodes["index"][1] >= methods["coverage"]["index"]
        and all(nodes[child["id"]][0] is not None for child in tree["children"])
    }

    scores = bundled.scores(framework)
    assert scores.countries == tuple(recount.countries) and len(scores.countries) == 197
    for country, nodes in found.items():
        for name, (value, share) in nodes.items():
            ours = scores.score(country, name)
            assert (ours is None) == (value is None), (country, name)
            assert ours is None or ours == pytest.approx(value, rel=1e-9, abs=1e-9), (country, name)
            place = scores.position(country), scores.node_ids.index(name)
            assert scores.coverage[place] == pytest.approx(share, abs=1e-12)
        assert scores.ranked[scores.position(country)] == (country in ranked), country
        rank = 1 + sum(other > ranked[country] for other in ranked.values()) if country in ranked else None
        assert scores.rank(country) == rank, country
    assert np.isfinite(scores.ranks).sum() == len(ranked) > 150


@pytest.mark.parametrize("framework", ["pillars", "scale"])
def test_no_country_changes_the_last_bit_of_another(bundled, framework):
    """Real figures in arrays of other lengths and in another order."""
    scores = bundled.scores(framework)
    for rows in (slice(None, None, -1), slice(0, None, 3), slice(5, 6)):
        fewer = compute(scores.framework, scores.matrix.take(np.arange(len(scores.countries))[rows]))
        assert fewer.nodes.tobytes() == np.ascontiguousarray(scores.nodes[rows]).tobytes()
        assert fewer.coverage.tobytes() == np.ascontiguousarray(scores.coverage[rows]).tobytes()
