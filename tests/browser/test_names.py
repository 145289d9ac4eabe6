"""Names that are long, written from the right, or without a place to break: they fit, and read well."""

from __future__ import annotations

import pytest

from readiness import explorer
from readiness.index import Index

NAMES = {
    "AUT": "جمهورية النمسا الاتحادية الديمقراطية العظمى",
    "BRA": "The Federative Republic of a Very Long Name that Goes on for More than Ninety Characters in All",
    "IND": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "VNM": "ベトナム社会主義共和国",
}
LEVELS = "uncertainty: {draws: 200, imputation: {method: none}, normalisation: [goalposts, rank]}\ntree:\n"


@pytest.fixture
def named(make_index, index_files, tmp_path):
    text = index_files["countries.yaml"]
    for code, name in NAMES.items():
        old = next(line for line in text.splitlines() if line.startswith(f"  {code}:"))
        before = old.split("name: ")[1].split(",")[0]
        text = text.replace(f"name: {before}", f'name: "{name}"')
    folder = make_index({"countries.yaml": text}, edit={"frameworks/main.yaml": ("tree:\n", LEVELS)})
    assert all(outcome.error is None for outcome in explorer.write(Index.load(folder), tmp_path / "site"))
    return (tmp_path / "site").as_uri()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "path",
    ["index.html#w=energy:3", "countries/AUT.html", "countries/BRA.html", "countries/IND.html",
     "compare.html#c=AUT,BRA,IND,VNM", "indicators/access.html", "map.html"],
)  # fmt: skip
def test_they_fit(opened, named, path, width):
    page = opened(f"{named}/{path}", viewport={"width": width, "height": 800})
    wide = """[...document.querySelectorAll('body *')].filter(e => {
        if (e.getBoundingClientRect().right <= innerWidth + 1) return false;
        for (let a = e; a; a = a.parentElement) if (getComputedStyle(a).overflowX !== 'visible') return false;
        return true;
    }).map(e => e.outerHTML.slice(0, 120))"""
    assert page.evaluate(wide) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_arabic_reads_from_the_right(opened, named):
    page = opened(f"{named}/index.html")
    cell = page.locator("tr[data-code=AUT] th")
    assert cell.inner_text() == NAMES["AUT"]
    assert cell.evaluate("e => getComputedStyle(e).direction") == "rtl"
    page.locator("#search").fill("النمسا")
    assert page.locator("#league tbody tr:not([hidden])").count() == 1
