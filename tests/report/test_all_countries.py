"""Every country's report as a PDF: four pages, nothing beyond the margins, our letters, our numbers."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2
import pytest

from readiness.report import phrases

CHUNKS = 16
LEFT, RIGHT, TOP, BOTTOM = (mm * 72 / 25.4 for mm in (16, 210 - 16, 297 - 14, 6))
SLACK = 1.0
# The two faces of the bundled family, as the file embeds them.
FACES = {"IBM-Plex-Sans", "IBM-Plex-Sans-Semi-Bold"}


def boxes(page: pypdfium2.PdfPage) -> list[tuple[float, float, float, float]]:
    """Return the box of every printed letter: left, bottom, right, top in points from the lower left."""
    text = page.get_textpage()
    return [
        text.get_charbox(number) for number in range(text.count_chars())
        if text.get_text_range(number, 1).strip()
    ]  # fmt: skip


def fonts(content: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(content)) as document:
        found = {
            str(font.BaseFont) for page in document.pages for font in page.Resources.get("/Font", {}).values()
        }
    return {re.sub(r"^/[A-Z]{6}\+", "", name) for name in found}


def links(content: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(content)) as document:
        marks = [mark for page in document.pages for mark in page.get("/Annots", [])]
        return {str(mark.A.URI) for mark in marks if "/A" in mark and "/URI" in mark.A}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_four_whole_pages(profiles, rendered, chunk):
    for code in list(profiles)[chunk::CHUNKS]:
        content = rendered(code)
        document = pypdfium2.PdfDocument(content)
        assert len(document) == 4, code
        assert fonts(content) <= FACES, code
        texts = []
        for page in document:
            for left, bottom, right, top in boxes(page):
                assert left >= LEFT - SLACK and right <= RIGHT + SLACK, code
                assert bottom >= BOTTOM and top <= TOP + SLACK, code
            texts.append(page.get_textpage().get_text_range())
        words = re.sub(r"\s+", " ", "".join(texts))
        assert not re.search(r"\bNone\b|\bnan\b|Undefined|\{\{|\}\}|\ufffd", words), code
        profile = profiles[code]
        urls = {line.source.url for line in profile.figures} | {item.url for item in phrases.cited(profile)}
        assert links(content) == urls - {None}, code
        first = re.sub(r"\s+", " ", texts[0])
        assert phrases.headline(profile) in first, code
        assert profile.country.name in first, code
        # The table of the last page: every score and every rank of the engine, in the order of the tree.
        last = re.sub(r"\s", "", texts[3])
        place = 0
        for line in profile.figures:
            score = "–" if line.score is None else f"{line.score:.1f}"
            rank = "" if line.rank is None else f"{line.rank:g}/{line.of}"
            row = re.compile(re.escape(re.sub(r"\s", "", line.title)) + r".{0,80}?" + re.escape(score + rank))
            found = row.search(last, place)
            assert found, (code, line.title)
            place = found.start()
