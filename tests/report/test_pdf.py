"""The PDF: what a reader finds in it, what is embedded, and the same bytes each time."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pdfplumber
import pytest

from readiness.export.numbers import printed
from readiness.report import method, pdf, phrases, theme
from readiness.report.attachments import Attachments

ROOT = Path(__file__).resolve().parents[2]
# Complete; unranked, with a note; the longest name; without an income group; the first.
CODES = ["KEN", "TWN", "VCT", "PRK", "FIN"]
MARGIN = 16 * 72 / 25.4


def squeezed(text: str) -> str:
    """Return a text without spaces and hyphens, which lines and columns move."""
    return re.sub(r"[\s\u00ad-]+", "", text).casefold()


def nth(number: int) -> str:
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def words_of(text: str) -> set[str]:
    """Return the words of a text without punctuation: what two columns side by side leave whole.

    The reader of PDF gives a hyphen at the end of a line as a letter of its own (U+0002 or U+FFFE).
    """
    return {word.strip(".,;:()*") for word in re.split(r"[\s/\x02\ufffe-]+", text)} - {""}


@pytest.mark.parametrize("code", CODES)
def test_a_report(rendered, pages, profiles, code):
    found = pages(rendered(code))
    assert len(found) == 4
    for number, page in enumerate(found, start=1):
        within_margins(page)
        assert page.fonts == {"IBM-Plex-Sans", "IBM-Plex-Sans-Semi-Bold"}
        assert str(number) in page.text.split("Method readiness")[-1].split()
    says(profiles[code], "".join(page.text for page in found))


def within_margins(page) -> None:
    width, height = page.size
    assert (round(width), round(height)) == (595, 842)
    for word in page.words:
        assert word["x0"] >= MARGIN - 0.1 and word["x1"] <= width - MARGIN + 0.1, word
        assert word["top"] >= 14 * 72 / 25.4 - 1 and word["bottom"] <= height - 14, word


def says(profile, text: str) -> None:
    """Look for all of a profile in the text of its pages."""
    flowing, words = squeezed(text), words_of(text)
    assert words.isdisjoint({"None", "nan", "NaN", "inf", "Undefined", "{{", "}}"})
    for sentence in (phrases.headline(profile), phrases.deck(profile), phrases.missing(profile),
                     phrases.coverage(profile), *(line.title for line in profile.nodes)):  # fmt: skip
        assert squeezed(sentence) in flowing, sentence
    found = profile.findings
    for sentence in (*method.short(profile.framework), phrases.against_peers(profile),
                     phrases.citation(profile), phrases.plan(profile), phrases.plan_note(profile),
                     phrases.left_out(profile), phrases.affordable(profile), phrases.serving(profile),
                     phrases.posture(profile), phrases.moves_note(profile), theme.DISCLAIMER,
                     *(layer.reason for layer in found.posture), *(layer.rule for layer in found.posture),
                     *map(phrases.who, found.moves.moves)):  # fmt: skip
        assert words_of(sentence) <= words, sentence
    if profile.range is not None:
        assert squeezed(f"between {nth(profile.range.low)} and {nth(profile.range.high)}") in flowing
    for item in profile.neighbours:
        assert squeezed(f"{item.name}{item.range.low}\N{EN DASH}{item.range.high}") in flowing
    for source in phrases.cited(profile):
        assert words_of(f"{source.publisher} {source.licence}") <= words, source
    for line in (*profile.strengths, *profile.weaknesses):
        assert words_of(f"{line.title} {printed(line.value)}") <= words


@pytest.mark.parametrize("code", CODES[:2])
def test_every_figure_stands_in_the_table(rendered, profiles, code):
    with pdfplumber.open(io.BytesIO(rendered(code))) as document:
        page = document.pages[3]
        settings = {"vertical_strategy": "explicit", "explicit_vertical_lines": edges(page),
                    "horizontal_strategy": "lines", "snap_y_tolerance": 1}  # fmt: skip
        rows = [
            [squeezed(cell or "") for cell in row]
            for table in page.find_tables(settings)
            for row in table.extract(x_tolerance=1)
        ]
    by_name = {row[0]: row for row in rows}
    assert len(profiles[code].figures) == profiles[code].total > 30
    for line in profiles[code].figures:
        row = by_name[squeezed(line.title)]
        assert row[1] == ("–" if line.value is None else squeezed(printed(line.value)))
        assert row[2] == squeezed(line.unit)
        assert row[3] == (str(line.year) if line.year else "")
        assert row[5] == ("–" if line.score is None else f"{line.score:.1f}")
        assert row[6] == (f"{line.rank:g}/{line.of}" if line.rank is not None else "")
        assert row[7] == ("" if line.flag == "scored" else squeezed(line.flag))
        assert squeezed(line.source.short) in row[8] and f"[{line.source.number}]" in row[8]


def edges(page) -> list[float]:
    """Return the edges of the columns of the table, from the widths in the template."""
    template = (ROOT / "templates" / "country" / "figures.html.j2").read_text(encoding="utf-8")
    left, right = MARGIN, page.width - MARGIN
    places = [left]
    for share in re.findall(r'<col style="width: ([\d.]+)%">', template):
        places.append(places[-1] + float(share) / 100 * (right - left))
    return [*places, right]


def test_links_are_those_of_the_sources(rendered, pages, kenya):
    found = pages(rendered("KEN"))
    urls = {line.source.url for line in kenya.figures} | {source.url for source in phrases.cited(kenya)}
    assert {link for page in found for link in page.links} == urls - {None}
    assert len(found[3].links) >= sum(line.source.url is not None for line in kenya.figures)


@pytest.mark.parametrize("code", ["KEN", "TWN"])
def test_tagged_and_titled(rendered, profiles, code):
    with pdfplumber.open(io.BytesIO(rendered(code))) as document:
        catalogue, metadata = document.doc.catalog, document.metadata
    assert catalogue["MarkInfo"]["Marked"] is True and catalogue["StructTreeRoot"]
    assert catalogue["Lang"] == b"en"
    assert metadata["Title"] == f"{profiles[code].country.name}: Country AI Readiness Index 2026.1"
    assert metadata["Subject"] == f"{phrases.headline(profiles[code])}."
    assert not re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile|OpenAction)\b", rendered(code))


def test_the_same_profile_gives_the_same_bytes(kenya, bundled, tmp_path):
    path = bundled.report("Kenya", tmp_path / "KEN.pdf")
    attached = Attachments(bundled.definitions, bundled.scores()).of(kenya)
    assert path.read_bytes() == pdf.render(kenya, attachments=attached)


def test_a_process_with_another_seed_and_clock_gives_the_same_bytes(profiles, bundled, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "12345", "TZ": "UTC+7"}
    code = f"import readiness; readiness.load().report('TWN', {str(tmp_path / 'TWN.pdf')!r})"
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path, check=True)
    attached = Attachments(bundled.definitions, bundled.scores()).of(profiles["TWN"])
    assert (tmp_path / "TWN.pdf").read_bytes() == pdf.render(profiles["TWN"], attachments=attached)


def test_fonts_can_be_made_where_the_cache_cannot_be_written(tmp_path, monkeypatch):
    from readiness.report import fonts

    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("READINESS_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    face = fonts.face(400)
    assert face.is_relative_to(tmp_path) and face.read_bytes()[:4] == b"\x00\x01\x00\x00"
    assert fonts.face(400) == face
    with pytest.raises(ValueError, match="no face of weight 700"):
        fonts.face(700)
