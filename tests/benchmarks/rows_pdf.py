"""The rows about PDF: beside a plain WeasyPrint loop, and beside Chromium that stays open."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from measuring import Commands, Line, Pairs, Size, Spent, Worker, alternately, readiness, timed

LOOP = "plain loop `HTML(string).write_pdf(stylesheets=[CSS])`, same templates"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def plain() -> Callable[[str], Spent]:
    """Print a country as one does without further thought: styles and fonts are read for each document."""
    from readiness.index import Index
    from readiness.report import design, html, pdf

    index, look = Index.load(), design.default()
    weasyprint, reads = pdf.library(), pdf.fetcher(look)
    from weasyprint.text.fonts import FontConfiguration

    def printed(text: str) -> bytes:
        faces, base = FontConfiguration(), "asset:/templates/"
        sheet = weasyprint.CSS(string=look.page_sheets, font_config=faces, url_fetcher=reads, base_url=base)
        page = weasyprint.HTML(string=text, url_fetcher=reads, base_url=base)
        content: bytes = page.write_pdf(stylesheets=[sheet], font_config=faces, pdf_variant="pdf/ua-1")
        return content

    return _printing(index, lambda code: html.render(index.profile(code), design=look), printed)


def ours() -> Callable[[str], Spent]:
    """Print a country as `readiness report` does."""
    from readiness.index import Index
    from readiness.report import design, html, pdf, stamp

    index, look = Index.load(), design.default()
    day = stamp.dated(index.profile("KEN"))
    return _printing(
        index,
        lambda code: html.render(index.profile(code), design=look),
        lambda text: pdf.document(text, look, day),
    )


def chromium(codes: Sequence[str]) -> Callable[[str], Spent]:
    """Print a country by Chromium, which is open already, as are all pages to print."""
    from playwright.sync_api import sync_playwright

    from readiness.index import Index
    from readiness.report import html

    index = Index.load()
    texts = {code: html.render(index.profile(code), inline=True) for code in codes}
    started = sync_playwright().start()
    # As root Chromium has no sandbox of its own.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    page = started.chromium.launch(executable_path=CHROMIUM, args=arguments).new_page()

    def printed(text: str) -> bytes:
        page.set_content(text, wait_until="load")
        content: bytes = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
        return content

    return _printing(index, texts.__getitem__, printed)


def _printing(
    index: Any, text: Callable[[str], str], printed: Callable[[str], bytes]
) -> Callable[[str], Spent]:
    assert index.scores().robustness is not None  # draws are read or made before anything is timed

    def work(code: str) -> Spent:
        made: list[bytes] = []
        page = text(code)
        spent = timed(lambda: made.append(printed(page)))
        if not made[0].startswith(b"%PDF"):
            raise ValueError(f"{code}: no PDF was made")
        return spent

    return work


def codes(count: int | None = None) -> list[str]:
    """Return so many countries from all over the list, or all of them."""
    from readiness.index import Index

    every = list(Index.load().scores().countries)
    if count is None or count >= len(every):
        return every
    return [every[number * len(every) // count] for number in range(count)]


def one(size: Size) -> list[Line]:
    """Compare single documents, each printed both ways, in two processes that take turns."""
    sample = codes(size.sample)
    with Worker(ours) as us, Worker(plain) as them:
        for worker in (us, them):  # the first document reads the fonts' files
            worker(sample[0])
        pairs = Pairs(*alternately(us, them, sample), memory=None)
        pairs = Pairs(pairs.ours, pairs.baseline, (us.peak, them.peak))
    return [Line("one country's PDF, one process", LOOP, "0.40", pairs,
                 f"processor time of {len(sample)} countries, HTML made beforehand")]  # fmt: skip


def batch(size: Size) -> list[Line]:
    """Compare the whole command on two processors with the loop's time for as many documents."""
    every = codes(size.batch)
    sample = [every[number * len(every) // size.sample] for number in range(min(size.sample, len(every)))]
    half = len(sample) // 2
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as folder, Worker(plain) as them:
        commands = Commands(Path(folder) / "compiled")
        commands.run(*readiness("report", every[0], "-o", f"{folder}/first"))  # compiles
        them(sample[0])
        before = [them(code).wall for code in sample[:half]]
        spent = _reports(commands, every, Path(folder) / "reports")
        loop = [*before, *(them(code).wall for code in sample[half:])]
        pairs = Pairs([spent.wall], [sum(loop) / len(loop) * len(every)], (commands.peak, them.peak))
    how = f"the loop over {len(sample)} of them, times {len(every) / len(sample):.1f}"
    return [Line(f"{len(every)} PDFs, two cores, wall", LOOP, "0.22, then lower", pairs,
                 f"`readiness report --jobs 2`, with start, profiles and attachments; {how}")]  # fmt: skip


def beside_chromium(size: Size) -> list[Line]:
    """Compare the whole command with two Chromiums that print at once."""
    every = codes(size.batch)
    work = f"{len(every)} PDFs, two cores, wall"
    baseline = "two headless Chromiums, open already, printing the same HTML"
    if CHROMIUM is None:
        return [Line(work, baseline, "as near to 1 as it gets", None, "left out: there is no Chromium here")]
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as folder:
        commands = Commands(Path(folder) / "compiled")
        commands.run(*readiness("report", every[0], "-o", f"{folder}/first"))  # compiles
        with Worker(chromium, every) as left, Worker(chromium, every) as right:
            for worker in (left, right):
                worker(every[0])
            first = timed(lambda: _at_once((left, right), every)).wall
            spent = _reports(commands, every, Path(folder) / "reports")
            second = timed(lambda: _at_once((left, right), every)).wall
            memory = commands.peak, left.peak + right.peak
    pairs = Pairs([spent.wall] * 2, [first, second], memory)
    return [Line(work, baseline, "as near to 1 as it gets", pairs,
                 "ours with start, profiles and attachments; theirs with pages made beforehand")]  # fmt: skip


def _reports(commands: Commands, every: Sequence[str], folder: Path) -> Spent:
    spent = commands.run(*readiness("report", *every, "--jobs", "2", "-o", str(folder)))
    made = len(list(folder.glob("*.pdf")))
    if made != len(every):
        raise RuntimeError(f"{made} reports of {len(every)} were made")
    return spent


def _at_once(workers: Sequence[Worker], keys: Sequence[str]) -> None:
    """Do all keys, each by the worker that is free."""
    left, lock = iter(keys), threading.Lock()
    failures: list[Exception] = []

    def take() -> str | None:
        with lock:
            return next(left, None)

    def serve(worker: Worker) -> None:
        try:
            while (key := take()) is not None:
                worker(key)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=serve, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
