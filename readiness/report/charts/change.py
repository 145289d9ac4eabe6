"""The waterfall: from one number to another by the parts between them."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.export.numbers import MINUS
from readiness.report.charts.marks import SMALL, Pen, Scale, text_width, wrapped
from readiness.report.palette import DEFAULT, Palette

_ROW, _THICK, _LINE = 5.0, 2.6, 3.1


def waterfall(
    what: str, steps: Sequence[tuple[str, float]], *, width: float = 178, palette: Palette = DEFAULT
) -> str:
    """Draw the first and last numbers as bars and the parts between as steps that add up.

    A rise is filled, a fall is hollow, and each has its sign: never told by colour alone.

    Parameters
    ----------
    steps
        (label, number): the start, signed parts, the end, which is their sum.
    """
    if len(steps) < 2:
        return ""
    pen = Pen(palette)
    room = min(max(text_width(text, 2.7, bold=True) for text, _ in steps), width * 0.4)
    levels, at = [steps[0][1]], steps[0][1]
    for _, change in steps[1:-1]:
        at += change
        levels.append(at)
    low, high = min(levels), max(levels)
    span = max(high - low, abs(high) * 0.05, 0.5)
    scale = Scale(low - 0.35 * span, high + 0.12 * span, room + 3, width - room - 3 - 14)
    body, y, before = [], 0.0, steps[0][1]
    for number, (text, value) in enumerate(steps):
        names = wrapped(text, room, 2.7, bold=True)
        tall = max(_ROW, _LINE * len(names) + 1.5)
        middle = y + tall / 2
        end = number in (0, len(steps) - 1)
        first = middle + 1 - _LINE * (len(names) - 1) / 2
        body += [pen.text(0, first + _LINE * n, name, size=2.7, bold=end) for n, name in enumerate(names)]
        start, stop = (scale.low, value) if end else (before, before + value)
        left, right = sorted((scale(start), scale(stop)))
        box = f"M{left:.2f} {middle - _THICK / 2:.2f}h{max(right - left, 0.2):.2f}v{_THICK}h{-max(right - left, 0.2):.2f}z"
        fill = palette.mid if end else palette.accent if value >= 0 else palette.paper
        body.append(pen.path(box, palette.mid if end else palette.accent, 0.4, fill))
        words = f"{value:.1f}" if end else f"{value:+.1f}".replace("-", MINUS)
        body.append(pen.text(right + 1.5, middle + 1, words, size=2.7, bold=end))
        before = value if end else before + value
        y += tall
    body.append(pen.small(width, y - 1.2, "Bars do not begin at 0", "end"))
    return pen.svg(width, y, _alternative(what, steps), body)


def _alternative(what: str, steps: Sequence[tuple[str, float]]) -> str:
    parts = [f"{text} {value:+.1f}".replace("-", MINUS) for text, value in steps[1:-1]]
    middle = f" {'; '.join(parts)};" if parts else ""
    return f"{what}: from {steps[0][1]:.1f} ({steps[0][0]}),{middle} to {steps[-1][1]:.1f} ({steps[-1][0]})."
