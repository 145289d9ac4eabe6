"""What charts are drawn with: one scale, one stroke, one dot. Lengths are millimetres.

Letters are measured with the typeface's own widths, so that a name never runs into a mark.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from readiness.report.palette import Palette

# Text of charts: labels, and what stands back (6.8 pt, the smallest of the page).
LABEL, SMALL = 2.8, 2.4
# From one line of a label to the next.
LINE = 3.1
DOT, RING = 1.35, 1.0
FALLBACKS = "Segoe UI, Helvetica Neue, Arial, sans-serif"


@dataclass(frozen=True)
class Scale:
    """A linear scale from values to millimetres."""

    low: float
    high: float
    left: float
    width: float

    def __call__(self, value: float) -> float:
        """Return where a value stands; beyond the ends it stands at the end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.left + share * self.width

    @property
    def right(self) -> float:
        """Where the scale ends."""
        return self.left + self.width


@dataclass(frozen=True)
class Pen:
    """Draws marks in the colours of a palette; everything it returns is SVG."""

    palette: Palette

    def svg(self, width: float, height: float, title: str, body: Sequence[str]) -> str:
        """Return a whole drawing with its text for those who cannot see it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:.2f}" '
            f'width="{width:g}mm" height="{height:.2f}mm" role="img" font-family="{families(self.palette)}">'
            f"<title>{escape(title)}</title>{''.join(body)}</svg>"
        )

    def text(
        self, x: float, y: float, text: str, *, size: float = LABEL, colour: str | None = None,
        anchor: str = "start", bold: bool = False,
    ) -> str:  # fmt: skip
        """Return a line of text at its baseline."""
        weight = ' font-weight="600"' if bold else ""
        return (
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" fill="{colour or self.palette.ink}" '
            f'text-anchor="{anchor}"{weight}>{escape(text)}</text>'
        )

    def small(self, x: float, y: float, text: str, anchor: str = "start") -> str:
        """Return a line of text that stands back."""
        return self.text(x, y, text, size=SMALL, colour=self.palette.mid, anchor=anchor)

    def rect(self, x: float, y: float, width: float, height: float, colour: str) -> str:
        """Return a filled rectangle."""
        return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{colour}"/>'

    def block(self, x: float, middle: float, lines: Sequence[str], **style: Any) -> list[str]:
        """Return lines of text round a middle, styled as in `text`."""
        first = middle + 1 - LINE * (len(lines) - 1) / 2
        return [self.text(x, first + LINE * n, line, **style) for n, line in enumerate(lines)]

    def path(
        self, data: str, colour: str, width: float = 0.25, fill: str = "none", *, dash: str | None = None
    ) -> str:
        """Return a stroke; several lines in one path are one node."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        return f'<path d="{data}" stroke="{colour}" stroke-width="{width:g}"{dashed} fill="{fill}"/>'

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 0.25) -> str:
        """Return a straight stroke."""
        return self.path(segment(x1, y1, x2, y2), colour, width)

    def dot(self, x: float, y: float, radius: float = DOT, colour: str | None = None) -> str:
        """Return a filled dot, the country's own where no colour is named."""
        fill = colour or self.palette.accent
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:g}" fill="{fill}"/>'

    def dots(self, places: Sequence[tuple[float, float]], radius: float, colour: str) -> list[str]:
        """Return many dots as one node: points of a round pen, which cost far less than circles."""
        if not places:
            return []
        data = "".join(f"M{x:.2f} {y:.2f}h0" for x, y in places)
        return [f'<path d="{data}" stroke="{colour}" stroke-width="{2 * radius:g}" stroke-linecap="round" '
                'fill="none"/>']  # fmt: skip

    def ring(self, x: float, y: float) -> str:
        """Return the mark of the second peers."""
        return (
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{RING:g}" fill="{self.palette.paper}" '
            f'stroke="{self.palette.mid}" stroke-width="0.4"/>'
        )

    def triangle(self, x: float, y: float) -> str:
        """Return the mark of the third peers."""
        corners = f"M{x:.2f} {y - 1.1:.2f}l1.1 1.9h-2.2z"
        return self.path(corners, self.palette.mid, 0.35, self.palette.paper)

    def medians(
        self, scale: Scale, values: Sequence[float | None], tick: tuple[float, float], y: float
    ) -> list[str]:
        """Draw the medians of the peers: the first a tick from top to bottom, a ring, a triangle."""
        first, second, third = (*values[:3], *[None] * 3)[:3]
        body = [] if third is None else [self.triangle(scale(third), y)]
        body += [] if second is None else [self.ring(scale(second), y)]
        if first is not None:
            body.append(self.line(scale(first), tick[0], scale(first), tick[1], self.palette.peer, 0.6))
        return body

    def whisker(self, scale: Scale, y: float, ends: tuple[float | None, float | None]) -> list[str]:
        """Draw a range: a line with caps in ink on a lighter one, to be seen on bar and track."""
        low, high = ends
        if low is None or high is None:
            return []
        left, right = scale(low), scale(high)
        shape = f"{segment(left, y, right, y)}{segment(left, y - 0.7, left, y + 0.7)}" + segment(
            right, y - 0.7, right, y + 0.7
        )
        return [self.path(shape, self.palette.paper, 0.85), self.path(shape, self.palette.ink, 0.35)]

    def absent(self, x: float, y: float, width: float, height: float) -> str:
        """Return a hollow, hatched track: what is missing."""
        step, lines = 2.0, []
        at = x - height
        while at < x + width:
            start, end = max(at, x), min(at + height, x + width)
            if end > start:
                lines.append(segment(start, y + height - (start - at), end, y + height - (end - at)))
            at += step
        outline = f"M{x:.2f} {y:.2f}h{width:.2f}v{height:.2f}h{-width:.2f}z"
        return self.path("".join(lines) + outline, self.palette.light, 0.18)

    def axis(self, scale: Scale, top: float, bottom: float, ticks: Iterable[tuple[float, str]]) -> list[str]:
        """Draw the lines of a scale in one path, and a number below each."""
        marks = [(scale(value), text) for value, text in ticks]
        lines = "".join(segment(x, top, x, bottom) for x, _ in marks)
        return [
            self.path(lines, self.palette.rule, 0.15),
            *(self.small(x, bottom + 3, text, "middle") for x, text in marks),
        ]


def families(palette: Palette) -> str:
    """Return the typefaces of charts as an attribute: the palette's, then what a reader may have."""
    return escape(f"{palette.family}, {FALLBACKS}")


def segment(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a straight line as part of a path."""
    return f"M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}"


def quarters(low: float, high: float) -> list[tuple[float, str]]:
    """Return the ends of a scale and what parts it into four, with their numbers."""
    values = [low + (high - low) * share / 4 for share in range(5)]
    return [(value, f"{value:g}") for value in values]


def score(value: float | None) -> str:
    """Return a score on one decimal, or the words for none."""
    return "no score" if value is None else f"{value:.1f}"


@functools.lru_cache(maxsize=4096)
def text_width(text: str, size: float = LABEL, *, bold: bool = False) -> float:
    """Return how wide a text is, in the unit of `size`, from the advance widths of the typeface.

    A letter that the typeface has not counts one em.
    """
    widths = _widths(600 if bold else 400)
    return sum(widths.get(ord(letter), 1.0) for letter in text) * size


def wrapped(text: str, room: float, size: float = LABEL, *, bold: bool = False) -> list[str]:
    """Return a text in lines no wider than `room`; a single word that is wider is cut by hyphens."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, bold=bold) <= room:
            lines[-1] = joined
        else:
            lines += _pieces(word, room, size, bold)
    return lines or [""]


def _pieces(word: str, room: float, size: float, bold: bool) -> list[str]:
    if text_width(word, size, bold=bold) <= room:
        return [word]
    end = next(
        (n for n in range(len(word) - 1, 1, -1) if text_width(f"{word[:n]}-", size, bold=bold) <= room), 1
    )
    return [f"{word[:end]}-", *_pieces(word[end:], room, size, bold)]


def label_room(texts: Iterable[str], most: float, size: float = LABEL, *, bold: bool = True) -> float:
    """Return how wide a column of labels is: as the widest, up to `most`."""
    widest = max((text_width(text, size, bold=bold) for text in texts), default=0.0)
    return min(widest + 0.5, most)


@functools.cache
def _widths(weight: int) -> Mapping[int, float]:
    """Return the advance width of each character in ems, at a weight of the variable font."""
    import fontpkg_ibm_plex_sans
    from fontTools.ttLib import TTFont

    file = Path(fontpkg_ibm_plex_sans.__file__).parent / "files" / "IBMPlexSans[wdth,wght].ttf"
    with TTFont(file, lazy=True) as font:
        glyphs, unit = font.getGlyphSet(location={"wght": weight, "wdth": 100}), font["head"].unitsPerEm
        return {code: glyphs[name].width / unit for code, name in font.getBestCmap().items()}
