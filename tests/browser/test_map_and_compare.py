"""The map and the comparison in the browser."""

from __future__ import annotations

import numpy as np

from readiness.report.profile import BANDS


def bands(page) -> dict[str, str]:
    return dict(
        page.eval_on_selector_all(
            "#map a", "tiles => tiles.map(t => [t.dataset.code, t.getAttribute('class')])"
        )
    )


def test_the_map_has_the_bands_of_the_report(opened, base, bundled):
    page = opened(f"{base}map.html")
    scores = bundled.scores()
    tiles = {tile.code: tile.band for tile in bundled.profile("KEN").tiles}
    found = bands(page)
    assert len(found) == len(scores.countries)
    assert {code: None if name == "none" else int(name[1]) for code, name in found.items()} == tiles
    assert page.locator("#legend li").count() == BANDS + 1


def test_it_shades_by_any_part_and_says_what_a_square_is(opened, base, bundled):
    page = opened(f"{base}map.html")
    page.locator("#part").select_option("skills")
    assert page.url.endswith("#part=skills")
    skills = bundled.scores().column("skills")
    found = bands(page)
    best = bundled.scores().countries[int(np.nanargmax(skills))]
    assert found[best] == "b4"
    page.locator("#map a[data-code=KEN]").focus()
    score = bundled.scores().score("KEN", "skills")
    assert page.locator("#tile").inner_text() == f"Kenya: Skills {score:.1f}"
    page.reload()
    assert page.locator("#part").input_value() == "skills"


def test_arrows_go_from_square_to_square(opened, base):
    page = opened(f"{base}map.html")
    page.locator("#map a[data-code=UGA]").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.code") == "KEN"
    # The whole map is one stop of the Tab key.
    assert page.locator("#map a[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/countries/KEN.html")


def test_a_rank_on_the_map_has_its_range(opened, base, bundled):
    page = opened(f"{base}map.html")
    page.locator("#map a[data-code=KEN]").focus()
    low, high = bundled.scores().interval("KEN")
    assert (
        f"rank {bundled.scores().rank('KEN')}, between {low} and {high}" in page.locator("#tile").inner_text()
    )


def test_countries_side_by_side(opened, base, bundled):
    page = opened(f"{base}compare.html")
    for name in ("Kenya", "rwa", "Ghana"):
        page.locator("#add").fill(name)
        page.locator("#add").press("Enter")
    assert page.url.endswith("#c=KEN%2CRWA%2CGHA")
    scores = bundled.scores()
    text = page.locator("table.side").first.inner_text()
    for code in ("KEN", "RWA", "GHA"):
        low, high = scores.interval(code)
        assert str(scores.rank(code)) in text and f"{low}–{high}" in text
    # Who is above whom, in the draws.
    share = scores.robustness.probability(scores.position("GHA"), scores.position("RWA"))
    cells = page.locator("table.side").nth(1).locator("tbody tr").nth(2).locator("td")
    assert cells.nth(1).inner_text() == f"{100 * share:.0f}%"
    page.locator("#order").select_option("difference")
    first = page.locator("table.all tbody th").first.inner_text()
    stage = scores.stages["normalised"].values[[scores.position(code) for code in ("KEN", "RWA", "GHA")]]
    widest = scores.matrix.indicators[int(np.nanargmax(np.nanmax(stage, axis=0) - np.nanmin(stage, axis=0)))]
    assert first.startswith(bundled.indicators[widest].name)
    page.get_by_role("button", name="Remove Rwanda").click()
    page.reload()
    assert page.locator("#chips li").count() == 2


def test_why_one_is_above_the_other_adds_up(opened, folder, bundled):
    page = opened(f"{folder.as_uri()}/compare.html#c=KEN,RWA")
    scores = bundled.scores()
    terms = {term.part: term.term for term in bundled.explain("KEN", against="RWA") if term.depth == 1}
    rows = page.locator("table.terms tbody tr")
    shown = {
        rows.nth(n).locator("th").inner_text(): rows.nth(n).locator("td").first.inner_text() for n in range(5)
    }
    titles = {node.id: node.title for node in scores.framework.tree.children}
    numbers = {name: float(text.replace("−", "-")) for name, text in shown.items()}
    assert {titles[part] for part in terms} == set(shown)
    assert all(abs(numbers[titles[part]] - term) < 0.1 for part, term in terms.items())
    gap = float(page.locator("table.terms tfoot td").first.inner_text())
    assert round(sum(numbers.values()), 1) == gap == round(scores.score("KEN") - scores.score("RWA"), 1)


def test_an_unranked_country_and_a_wrong_name(opened, folder):
    page = opened(f"{folder.as_uri()}/compare.html#c=KEN,PRK")
    assert "not ranked" in page.locator("table.side").first.inner_text()
    page.locator("#add").fill("Atlantis")
    page.locator("#add").press("Enter")
    assert 'There is no country "Atlantis" here.' in page.locator("#said").inner_text()


def test_tables_of_indicators_sort_and_filter(opened, base, bundled):
    page = opened(f"{base}indicators.html")
    page.locator("input[type=search]").fill("electricity")
    shown = page.locator("#series tbody tr:not([hidden])").count()
    assert 0 < shown < len(bundled.indicators)
    assert f"{shown} of {len(bundled.indicators)} shown" in page.locator("[role=status]").inner_text()
    page.goto(f"{base}indicators/electricity_access.html#sort=-value")
    values = page.eval_on_selector_all("#cells tbody tr", "rows => rows.map(r => r.cells[2].dataset.value)")
    numbers = [float(value) for value in values if value]
    assert numbers == sorted(numbers, reverse=True)


def test_a_country_page_has_its_figures_and_their_sources(opened, base, bundled):
    page = opened(f"{base}countries/KEN.html")
    profile = bundled.profile("KEN")
    rows = page.locator("#all tbody tr")
    assert rows.count() == len(profile.figures)
    for number in (0, 5, 20):
        line = profile.figures[number]
        assert rows.nth(number).locator("th").inner_text() == line.title
        assert rows.nth(number).locator("a").last.get_attribute("href") == line.source.url
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Figures (CSV)").click()
    assert waiting.value.suggested_filename == "KEN.csv"
