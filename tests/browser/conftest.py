"""The site of the bundled index in a real browser: Debian's Chromium, driven by Playwright.

Where there is no Chromium the tests are skipped; `make test-browser` installs it.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from readiness.explorer import server
from readiness.explorer.site import Site
from readiness.index import Index
from readiness.report import design

playwright = pytest.importorskip("playwright.sync_api")
FOUND = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
COUNTRIES = ("KEN", "PRK", "TWN", "USA")
PAGES = [
    "index.html", "league-scale.html", "map.html", "compare.html", "indicators.html", "method.html",
    "data.html",
    "indicators/electricity_access.html", "indicators/population.html",
    *(f"countries/{code}.html" for code in COUNTRIES),
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Return Chromium, without a window."""
    if FOUND is None:
        pytest.skip("there is no Chromium here: `make test-browser` installs it")
    with playwright.sync_playwright() as started:
        # As root, as in CI, Chromium has no sandbox of its own.
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        shown = started.chromium.launch(executable_path=FOUND, args=arguments)
        yield shown
        shown.close()


@pytest.fixture(scope="session")
def bundled() -> Index:
    """Return the bundled index."""
    return Index.load()


@pytest.fixture(scope="session")
def folder(bundled: Index, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a page of every kind; workers share it."""
    base = tmp_path_factory.getbasetemp()
    root = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "site"
    with FileLock(f"{root}.lock"):
        if not root.exists():
            site = Site(bundled, bundled.scores(), design.default())
            for path in PAGES:
                for name, content in site.jobs[path]().files.items():
                    (root / name).parent.mkdir(parents=True, exist_ok=True)
                    (root / name).write_bytes(content)
    return root


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    """Return where a web server shows the folder."""
    with server.listening(folder, 0) as shown:
        thread = threading.Thread(target=shown.serve_forever, daemon=True)
        thread.start()
        yield shown.address
        shown.shutdown()
        thread.join()


@pytest.fixture(params=["file", "server"])
def base(request: pytest.FixtureRequest, folder: Path) -> str:
    """Return where the site begins, as a folder and from a server."""
    if request.param == "file":
        return f"{folder.as_uri()}/"
    return str(request.getfixturevalue("address"))


Open = Callable[..., object]


@pytest.fixture
def opened(browser) -> Iterator[Open]:
    """Return a function that opens a page; at the end nothing may have been said in its console."""
    contexts, said = [], []

    def failed(request: object) -> None:
        # A download is a request that the page gives up.
        if "ERR_ABORTED" not in (request.failure or ""):
            said.append(f"failed: {request.url}")

    def go(address: str, **options: object) -> object:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("requestfailed", failed)
        page.goto(address)
        return page

    yield go
    for context in contexts:
        context.close()
    assert said == []
