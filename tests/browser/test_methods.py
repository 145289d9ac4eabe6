"""The arithmetic of the page under every kind of mean, missing parts, ties and decimals: the engine's."""

from __future__ import annotations

import json
import random

import pytest

from readiness.explorer.site import Site
from readiness.index import Index
from readiness.report import design
from tests.browser.test_league import compared

# Gaps and equal figures, zeros among them: a geometric mean with a zero is zero.
GAPS = {
    "skills/papers.yaml": ("  BRA,40,45\n", "  BRA,0,0\n"),
    "energy/losses.yaml": ("  KEN,23,22\n", "  KEN,,\n"),
    "energy/access.yaml": ("  VNM,100,100\n", "  VNM,100,99.8\n"),
}
MEANS = [
    "arithmetic",
    "geometric",
    "harmonic",
    "power, p: -3",
    "power, p: 0.5",
    "power, p: 3.5",
    "minimum",
    "median",
]
RULES = [
    "missing: {method: reweight}, ranking: {ties: max}",
    "missing: {method: propagate}, ranking: {ties: average, decimals: 0}",
    "missing: {method: reweight}, ranking: {ties: dense, decimals: 1}, coverage: {node: 0.9, index: 0.5}",
]


def page_of(opened, folder, tmp_path):
    index = Index.load(folder)
    site = Site(index, index.scores(), design.default())
    path = tmp_path / "index.html"
    path.write_bytes(site.league_page("index.html", site.scores).files["index.html"])
    return index, opened(path.as_uri())


def tried(page, index: Index) -> None:
    chance = random.Random(3)
    parts = [part.id for _, part in index.scores().framework.tree.walk()][1:]
    compared(page, index, "main", {})
    for _ in range(12):
        weights = {name: chance.choice([0.0, 0.3, 1.0, 2.5]) for name in chance.sample(parts, 3)}
        compared(page, index, "main", weights)


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("mean", MEANS)
def test_every_mean_is_the_engines(opened, make_index, tmp_path, mean, rules):
    own = f"year: 2024\nmethods: {{aggregation: {{method: {mean}}}, {rules}}}\n"
    folder = make_index(edit={**GAPS, "frameworks/main.yaml": ("year: 2024\n", own)})
    index, page = page_of(opened, folder, tmp_path)
    tried(page, index)


@pytest.mark.parametrize("rescale", [False, True])
@pytest.mark.parametrize("missing", ["reweight", "propagate"])
def test_counting_wins_is_the_engines(opened, make_index, tmp_path, missing, rescale):
    root = f"  name: Index\n  aggregation: {{method: copeland, rescale: {json.dumps(rescale)}}}\n"
    folder = make_index(edit={**GAPS, "frameworks/main.yaml": ("  name: Index\n", root)})
    path = folder / "frameworks" / "main.yaml"
    methods = f"year: 2024\nmethods: {{missing: {{method: {missing}}}}}\n"
    path.write_text(path.read_text(encoding="utf-8").replace("year: 2024\n", methods), encoding="utf-8")
    index, page = page_of(opened, folder, tmp_path)
    tried(page, index)
