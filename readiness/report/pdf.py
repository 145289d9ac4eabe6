"""HTML to PDF with WeasyPrint, which may read the design's files and nothing else."""

from __future__ import annotations

import contextlib
import datetime
import functools
import gc
import logging
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from readiness.errors import MissingLibraryError
from readiness.report import design as designs
from readiness.report import fast, fonts, html, stamp
from readiness.report.attachment import Attachment
from readiness.report.design import Design
from readiness.report.model import CountryProfile

Variant = Literal["pdf/ua-1", "pdf/a-3a"]
BASE = "asset:/templates/"
_PANGO = """\
PDF needs the library Pango, which is not installed (everything else works without it).
  Debian, Ubuntu  apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
  Fedora          dnf install pango
  Homebrew        brew install pango
  Windows, MSYS2  pacman -S mingw-w64-x86_64-pango"""


def render(
    profile: CountryProfile, *, design: Design | None = None, pages: html.Pages = "full",
    variant: Variant = "pdf/ua-1", attachments: Sequence[Attachment] = (),
) -> bytes:  # fmt: skip
    """Return a country's report as a tagged PDF; the same profile and versions give the same bytes.

    Parameters
    ----------
    variant
        PDF/UA-1 for all readers, or PDF/A-3a for archives: WeasyPrint writes one at a time.
    attachments
        Files that travel inside, dated as the report is.

    Raises
    ------
    MissingLibraryError
        When Pango is not installed; the message names the packages.
    """
    look = design or designs.default()
    text = html.render(profile, design=look, pages=pages)
    return document(text, look, stamp.dated(profile), variant=variant, attachments=attachments)


def document(
    text: str, look: Design, day: datetime.datetime, *, variant: Variant = "pdf/ua-1",
    attachments: Sequence[Attachment] = (), plain: bool = False,
) -> bytes:  # fmt: skip
    """Return a document of `html.document` as a tagged PDF, see `render`.

    With `plain`, WeasyPrint is used as it is; the same bytes come out, only later (see `fast`).
    """
    weasyprint = library()
    configuration, stylesheets, reads, memory = _shared(look)

    def printed(made: Any) -> bytes:
        content: bytes = made.write_pdf(
            stylesheets=stylesheets, font_config=configuration, pdf_variant=variant, cache=None,
            custom_metadata=True, attachments=[_attached(item, day) for item in attachments],
        )  # fmt: skip
        return content

    with _uncollected():
        if not plain and fast.usable(weasyprint, configuration):
            try:
                with fast.printing(memory):
                    return printed(fast.page(weasyprint, text, reads, BASE, xml=not look.own))
            except Exception:  # what is at fault, the page or what was replaced, the plain way tells
                fast.give_up()
        return printed(weasyprint.HTML(string=text, url_fetcher=reads, base_url=BASE))


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector out of a layout.

    All boxes of a page live until it is written, so a collector that looks through them again and
    again finds nothing, and takes a quarter of the time. It sees them once, when it is back.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _attached(item: Attachment, day: Any) -> Any:
    return library().Attachment(
        string=item.content, name=item.name, description=item.description, created=day, modified=day,
        relationship="Data",
    )  # fmt: skip


@functools.cache
def library() -> Any:
    """Import WeasyPrint.

    Raises
    ------
    MissingLibraryError
        When Pango is not installed.
    """
    try:
        import weasyprint
    except OSError as error:
        raise MissingLibraryError(_PANGO) from error
    # What a page lost (a refused address, a property unknown) is for developers.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return weasyprint


@functools.lru_cache(maxsize=1)  # a batch has one design
def _shared(look: Design) -> tuple[Any, list[Any], Any, fast.Memory]:
    """Parse the fonts and styles of a design once for all reports of a batch."""
    weasyprint = library()
    from weasyprint.text.fonts import FontConfiguration

    configuration, reads = FontConfiguration(), fetcher(look)
    sheet = weasyprint.CSS(
        string=look.page_sheets, font_config=configuration, url_fetcher=reads, base_url=BASE
    )
    return configuration, [sheet], reads, fast.Memory(by_page=fast.by_page(look.page_sheets))


def fetcher(look: Design) -> Any:
    """Return what the renderer reads addresses with: our fonts and the design's files, no other."""
    library()
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Assets(URLFetcher):  # type: ignore[misc]
        """Serves `asset:/fonts/WEIGHT.ttf` and the design's files, and refuses every other address."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            """Return the response for an address of ours."""
            for weight in fonts.WEIGHTS:
                if url == f"asset:/fonts/{weight}.ttf":
                    return self._answer(url, fonts.face(weight).read_bytes(), "font/ttf")
            found = look.assets.get(url)
            if found is not None:
                return self._answer(url, found.content, found.media_type)
            raise ValueError(f"the report reads nothing but its own assets, not {url}")

        def _answer(self, url: str, content: bytes, kind: str) -> Any:
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    return Assets()
