"""A chart that stands alone: above it what it shows, below it where it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape

from readiness.report.charts.marks import SMALL, Pen, families, wrapped
from readiness.report.palette import DEFAULT, Palette

_HEAD = re.compile(
    r'<svg [^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*><title>(.*?)</title>(.*)</svg>', re.DOTALL
)
_MARGIN, _TITLE, _NOTE = 6.0, 4.6, 2.9
# From line to line, as a share of the size of the text.
_LEAD = 1.3


def framed(
    drawing: str, title: str, *, kicker: str = "", notes: Sequence[str] = (), foot: Sequence[str] = (),
    palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Return a drawing with a margin, a kicker, a title, notes below the title and a foot.

    All text is broken into lines as wide as the drawing; nothing is cut off.

    Raises
    ------
    ValueError
        When the drawing is none of this package's charts.
    """
    found = _HEAD.fullmatch(drawing)
    if found is None:
        raise ValueError("not a chart of this package")
    pen, width, height = Pen(palette), float(found[1]), float(found[2])
    room = max(width, 70.0)
    head, y = _lines(pen, [kicker] if kicker else [], room, SMALL, _MARGIN)
    for texts, size, bold in (([title], _TITLE, True), (notes, _NOTE, False)):
        more, y = _lines(pen, texts, room, size, y, bold=bold)
        head += more
    top = y + 3
    tail, y = _lines(pen, foot, room, SMALL, top + height + 3.5)
    rule = pen.line(_MARGIN, top + height + 2.5, _MARGIN + room, top + height + 2.5, palette.rule, 0.2)
    wide, tall = room + 2 * _MARGIN, y + _MARGIN
    inner = f'<g transform="translate({_MARGIN:g} {top:.2f})">{found[4]}</g>'
    body = [pen.rect(0, 0, wide, tall, palette.paper), *head, inner, *([rule] if foot else []), *tail]
    words = escape(f"{title}. {unescape(found[3])}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {tall:.2f}" width="{wide:g}mm" '
        f'height="{tall:.2f}mm" role="img" font-family="{families(palette)}">'
        f"<title>{words}</title>{''.join(body)}</svg>\n"
    )


def _lines(
    pen: Pen, texts: Sequence[str], room: float, size: float, top: float, *, bold: bool = False
) -> tuple[list[str], float]:
    """Return texts as lines from `top` downwards, and where they end."""
    body, y = [], top
    colour = None if bold else pen.palette.mid
    for text in texts:
        for line in wrapped(text, room, size, bold=bold):
            y += size * _LEAD
            body.append(pen.text(_MARGIN, y - size * 0.3, line, size=size, bold=bold, colour=colour))
        y += size * 0.35
    return body, y


def size(drawing: str) -> tuple[float, float]:
    """Return the width and height of a chart in millimetres.

    Raises
    ------
    ValueError
        When the drawing is none of this package's charts.
    """
    found = _HEAD.fullmatch(drawing.strip())
    if found is None:
        raise ValueError("not a chart of this package")
    return float(found[1]), float(found[2])
