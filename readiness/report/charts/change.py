"""The waterfall: from one number to another by the parts between them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from readiness.export.numbers import MINUS
from readiness.report.charts.marks import DOT, LINE, Pen, Scale, segment, text_width, wrapped
from readiness.report.palette import DEFAULT, Palette

_ROW, _THICK, _SIZE = 4.8, 2.6, 2.7


def waterfall(
    what: str, steps: Sequence[tuple[str, float]], *, width: float = 178, palette: Palette = DEFAULT
) -> str:
    """Draw the first and last numbers as dots and the parts between as steps from one to the other.

    A rise is filled, a fall is hollow, and each has its sign: never told by colour alone. The ends
    are dots, since the scale does not begin at zero.

    Parameters
    ----------
    steps
        (label, number): the start, signed parts, the end, which is their sum.
    """
    if len(steps) < 2:
        return ""
    pen = Pen(palette)
    room = min(max(text_width(text, _SIZE, bold=True) for text, _ in steps) + 0.5, width * 0.42)
    levels = [*itertools.accumulate(value for _, value in steps[:-1]), steps[-1][1]]
    scale = _scale(levels, room + 4, width - room - 4 - 13)
    names = [wrapped(text, room, _SIZE, bold=True) for text, _ in steps]
    heights = [_ROW + LINE * (len(name) - 1) for name in names]
    middles = [sum(heights[:n]) + tall / 2 for n, tall in enumerate(heights)]
    body = [_threads(pen, scale, levels, middles)]
    for n, (_, value) in enumerate(steps):
        end = n in (0, len(steps) - 1)
        body += pen.block(0, middles[n], names[n], size=_SIZE, bold=end)
        body += _end(pen, scale, value, middles[n], n > 0) if end else _step(
            pen, scale, levels[n - 1], value, middles[n]
        )  # fmt: skip
    return pen.svg(width, sum(heights), _alternative(what, steps), body)


def _scale(levels: Sequence[float], left: float, width: float) -> Scale:
    """Return a scale that holds all levels, and no less than a twentieth of them: small stays small."""
    middle = (min(levels) + max(levels)) / 2
    half = max(max(levels) - min(levels), 0.05 * max(map(abs, levels)), 0.01) * 0.53
    return Scale(middle - half, middle + half, left, width)


def _threads(pen: Pen, scale: Scale, levels: Sequence[float], middles: Sequence[float]) -> str:
    """Draw the line that carries each level down to the next row."""
    lines = (segment(scale(level), a, scale(level), b)
             for level, (a, b) in zip(levels, itertools.pairwise(middles), strict=False))  # fmt: skip
    return pen.path("".join(lines), pen.palette.light, 0.25)


def _end(pen: Pen, scale: Scale, value: float, middle: float, new: bool) -> list[str]:
    x = scale(value)
    colour = pen.palette.accent if new else pen.palette.mid
    return [
        pen.dot(x, middle, DOT, colour),
        pen.text(x + DOT + 1, middle + 1, f"{value:.1f}".replace("-", MINUS), size=_SIZE, bold=True),
    ]


def _step(pen: Pen, scale: Scale, before: float, value: float, middle: float) -> list[str]:
    left, right = sorted((scale(before), scale(before + value)))
    wide = max(right - left, 0.3)
    box = f"M{left:.2f} {middle - _THICK / 2:.2f}h{wide:.2f}v{_THICK}h{-wide:.2f}z"
    fill = pen.palette.accent if value >= 0 else pen.palette.paper
    return [
        pen.path(box, pen.palette.accent, 0.4, fill),
        pen.text(right + 1.4, middle + 1, _signed(value), size=_SIZE),
    ]


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", MINUS)


def _alternative(what: str, steps: Sequence[tuple[str, float]]) -> str:
    parts = "".join(f" {text} {_signed(value)};" for text, value in steps[1:-1])
    first, last = (f"{value:.1f} ({text})".replace("-", MINUS) for text, value in (steps[0], steps[-1]))
    return f"{what}: from {first},{parts} to {last}."
