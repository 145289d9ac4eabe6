"""Every kind of page: it opens from a folder and from a server, asks for nothing, fits, and reads."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PAGES

axe = pytest.importorskip("axe_playwright_python.sync_playwright")
SIZES = {"telephone": (360, 740), "desk": (1280, 900), "wall": (3840, 2160)}
SERIOUS = ("serious", "critical")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_and_asks_for_nothing_else(opened, base, path):
    asked = []
    page = opened("about:blank")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(base + path)
    assert page.locator("h1").count() == 1
    assert page.title()
    # Each page stands alone; a server may be asked for its icon.
    assert [url for url in asked if not url.endswith("favicon.ico")] == [base + path]
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert "default-src 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs_out_of_the_page(opened, folder, path, size):
    width, height = SIZES[size]
    page = opened(f"{folder.as_uri()}/{path}", viewport={"width": width, "height": height})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(opened, folder, path, scheme):
    width = 360 if scheme == "dark" else 1280
    page = opened(f"{folder.as_uri()}/{path}", color_scheme=scheme, viewport={"width": width, "height": 900})
    if path == "compare.html":
        page.evaluate("location.hash = '#c=KEN,RWA,USA'")
        page.wait_for_selector("table.all")
    found = axe.Axe().run(page).response["violations"]
    told = [
        f"{item['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for item in found
        if item["impact"] in SERIOUS
        for node in item["nodes"][:3]
    ]
    assert told == []


def test_a_page_is_light(folder):
    sizes = {path: (folder / path).stat().st_size for path in PAGES}
    assert max(size for path, size in sizes.items() if path.startswith("countries/")) < 300_000
    assert sizes["index.html"] < 1_500_000


def test_no_script_is_needed_to_read(opened, folder):
    page = opened(f"{folder.as_uri()}/index.html", java_script_enabled=False)
    rows = page.locator("#league tbody tr")
    assert rows.count() == 197
    assert rows.first.locator("th").inner_text() == "Finland"


def test_print_leaves_out_what_only_a_screen_needs(opened, folder):
    page = opened(f"{folder.as_uri()}/countries/KEN.html")
    page.emulate_media(media="print")
    assert not page.locator("header.site nav").is_visible()
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("path", ["index.html", "map.html", "compare.html#c=KEN,RWA"])
def test_reduced_motion_is_kept(opened, folder, path):
    page = opened(f"{folder.as_uri()}/{path}", reduced_motion="reduce")
    times = page.evaluate(
        "[...document.querySelectorAll('*')].map(e => parseFloat(getComputedStyle(e).transitionDuration))"
    )
    assert max(times) == 0
