"""The league table in the browser: sorting, searching, weights against the engine, addresses."""

from __future__ import annotations

import random
from dataclasses import replace
from shutil import copytree

import numpy as np
import pytest
from pydantic import ValidationError

from readiness import resources
from readiness.index import Index

# As many sets of weights as are tried, in one page.
TRIED = 60


def names(page, count: int = 5) -> list[str]:
    return page.eval_on_selector_all(
        "#league tbody tr:not([hidden])",
        f"rows => rows.slice(0, {count}).map(row => row.querySelector('th').textContent.trim())",
    )


def scored(index: Index, framework: str = "pillars") -> list[str]:
    scores = index.scores(framework)
    return [scores.matrix.names[row] for row in scores.order()]


def test_it_is_the_engines_table(opened, base, bundled):
    page = opened(f"{base}index.html")
    assert names(page, 197) == scored(bundled)


def test_headings_sort_and_the_address_says_so(opened, base, bundled):
    page = opened(f"{base}index.html")
    page.get_by_role("button", name="Energy", exact=True).click()
    scores = bundled.scores()
    energy = scores.column("energy")
    order = sorted(range(len(energy)), key=lambda row: -np.nan_to_num(energy[row], nan=-1.0))
    assert names(page, 3) == [scores.matrix.names[row] for row in order[:3]]
    assert page.locator("th[data-key=energy]").get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="Energy", exact=True).click()
    assert page.url.endswith("#sort=energy")
    lowest = [row for row in order if np.isfinite(energy[row])][-1]
    assert names(page, 1) == [scores.matrix.names[lowest]]
    # What is missing stands last whichever way.
    last = page.locator("#league tbody tr").last
    assert last.locator("td").nth(4).inner_text() in ("–", "")


def test_search_and_groups(opened, base, bundled):
    page = opened(f"{base}index.html")
    page.locator("#search").fill("cote d'iv")
    assert names(page) == [bundled.countries["CIV"].name]
    page.locator("#search").fill("")
    page.locator("#group").select_option("asean")
    members = set(bundled.countries.in_group("asean"))
    assert page.locator("#league tbody tr:not([hidden])").count() == len(members)
    assert "11 of 197 shown" in page.locator("[data-count=league]").inner_text()
    assert "group=asean" in page.url


def test_an_address_brings_everything_back(opened, base):
    page = opened(f"{base}index.html#group=income%3DLow%20income&sort=-skills&q=an&w=energy%3A3")
    before = names(page, 30)
    assert before and page.locator("#group").input_value() == "income=Low income"
    assert page.locator("#search").input_value() == "an"
    assert page.locator("#weights").get_attribute("open") is not None
    page.reload()
    assert names(page, 30) == before
    other = opened(page.url)
    assert names(other, 30) == before


def test_weights_in_the_browser_are_the_engines(opened, folder, bundled):
    """Random weights, zeros among them: every node and rank equal to the engine's to 1e-9."""
    page = opened(f"{folder.as_uri()}/index.html")
    scores = bundled.scores()
    chance = random.Random(7)
    parts = [part.id for _, part in scores.framework.tree.walk()][1:]
    for _ in range(TRIED):
        weights = {
            name: chance.choice([0.0, 0.5, 2.0, round(chance.uniform(0.1, 4), 3)])
            for name in chance.sample(parts, chance.randint(1, len(parts)))
        }
        compared(page, bundled, "pillars", weights)


def compared(page, index: Index, framework: str, weights: dict[str, float]) -> None:
    changed = reweighted(index, framework, weights)
    if changed is None:
        return
    found = page.evaluate(
        """weights => {
            const { model } = readiness.shown;
            const result = readiness.engine.rescore(model, weights);
            const plain = column => [...column].map(x => Number.isNaN(x) ? null : x);
            const nodes = result.columns.slice(0, model.nodes.length);
            return { columns: nodes.map(plain), ranks: plain(result.ranks) };
        }""",
        weights,
    )
    columns = np.array(found["columns"], dtype=np.float64).T
    assert np.isnan(columns).tolist() == np.isnan(changed.nodes).tolist()
    assert np.nanmax(np.abs(columns - changed.nodes), initial=0.0) < 1e-9
    assert np.array_equal(np.array(found["ranks"], dtype=np.float64), changed.ranks, equal_nan=True)


def reweighted(index: Index, framework: str, weights: dict[str, float]):
    """Return the engine's scores under weights; None where a node would have none at all."""
    chosen = index.frameworks[framework]
    tree = chosen.tree.model_dump(exclude_unset=True)

    def change(part):
        if part["id"] in weights:
            part["weight"] = weights[part["id"]]
        for below in (*part.get("children", ()), *part.get("indicators", ())):
            change(below)

    change(tree)
    try:
        own = chosen.model_copy(update={"tree": type(chosen.tree).model_validate(tree)})
    except ValidationError:
        return None
    definitions = replace(index.definitions, frameworks={**index.frameworks, framework: own})
    return Index(definitions).scores(framework)


@pytest.mark.parametrize("key", ["scale"])
def test_other_frameworks_have_the_same_arithmetic(opened, folder, bundled, key):
    page = opened(f"{folder.as_uri()}/league-{key}.html")
    parts = [part.id for _, part in bundled.scores(key).framework.tree.walk()][1:]
    for number, name in enumerate(parts):
        compared(page, bundled, key, {name: 0.3 * number})


def test_a_slider_moves_ranks_and_says_so(opened, base, bundled):
    page = opened(f"{base}index.html")
    page.locator("#weights > summary").click()
    slider = page.get_by_role("slider", name="Weight of Energy", exact=True)
    slider.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    assert float(slider.input_value()) == 3.0
    changed = reweighted(bundled, "pillars", {"energy": 3.0})
    assert names(page, 180) == [changed.matrix.names[row] for row in changed.order()][:180]
    moved = int((changed.ranks != bundled.scores().ranks)[changed.ranked].sum())
    said = page.locator("#moved").inner_text()
    assert said.startswith(f"{moved} countries of 180 change rank")
    low, high = bundled.scores().robustness.rank_low, bundled.scores().robustness.rank_high
    outside = int(((changed.ranks < low) | (changed.ranks > high))[changed.ranked].sum())
    assert f"{outside} countries leave the range" in said
    assert page.locator("td.outside").count() == outside
    # The share beside it, and the address.
    assert "43%" in page.locator(".weight").first.inner_text()
    assert "w=energy%3A3" in page.url
    assert "w=energy" in page.locator("nav a[href^='map.html']").get_attribute("href")
    page.get_by_role("button", name="Back to the published weights").click()
    assert names(page, 197) == scored(bundled)
    assert page.locator("#moved").inner_text() == "The weights are the published ones."


def test_all_weights_of_a_node_at_zero_are_told(opened, folder):
    page = opened(f"{folder.as_uri()}/index.html#w=energy.supply:0,energy.reliability:0,energy.clean_power:0")
    assert "All weights inside Energy are zero" in page.locator("#moved").inner_text()


def test_the_framework_to_download_gives_the_same_scores(opened, folder, bundled, tmp_path):
    page = opened(f"{folder.as_uri()}/index.html#w=energy:2.5,cloud.trust:0,papers:1,saidi_hours:0.25")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download as a framework (YAML)").click()
    own = copytree(resources.bundled("indicators"), tmp_path / "own")
    waiting.value.save_as(own / "frameworks" / "pillars-own.yaml")
    assert waiting.value.suggested_filename == "pillars-own.yaml"
    index = Index.load(own)
    shown = page.evaluate(
        """() => {
            const { model } = readiness.shown;
            const given = readiness.weights.parse(model, readiness.state.get("w"));
            const { columns } = readiness.engine.rescore(model, given);
            return [...columns[0]].map(x => Number.isNaN(x) ? null : x);
        }"""
    )
    made = index.scores("pillars-own")
    assert np.nanmax(np.abs(np.array(shown, dtype=np.float64) - made.nodes[:, 0])) < 1e-9
    assert made.framework.uncertainty == bundled.scores().framework.uncertainty


def test_the_keyboard_is_enough(opened, base):
    page = opened(f"{base}index.html#group=asean")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    # The content has the focus, and the state is where it was.
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.url.endswith("#group=asean") and len(names(page, 197)) == 11
    page.locator("th[data-key=score] button").focus()
    page.keyboard.press("Enter")
    assert page.locator("th[data-key=score]").get_attribute("aria-sort") == "descending"
    page.locator("#weights > summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("slider", name="Weight of Skills", exact=True).is_visible()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
