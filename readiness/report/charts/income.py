"""The chart of score against income, with the line that the others are on."""

from __future__ import annotations

import math

from readiness.report.charts.marks import LABEL, SMALL, Pen, Scale, circle, quarters, score, text_width
from readiness.report.model import IncomeChart, IncomePoint
from readiness.report.palette import DEFAULT, Palette

_SMALL_DOT = 0.65


def expected(
    what: str, chart: IncomeChart, ends: tuple[float, float], *, width: float = 85, height: float = 62,
    palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw the score of every ranked country on the logarithm of its income, this one named."""
    pen = Pen(palette)
    incomes = [point.income for point in chart.points]
    left, bottom = 7.5, height - 8.5
    across = Scale(math.log(min(incomes) * 0.88), math.log(max(incomes) * 1.12), left, width - left - 1)
    down = Scale(-ends[1], -ends[0], 1.5, bottom - 1.5)
    body = _axes(pen, across, down, chart, ends, bottom)
    for peer, colour in ((False, palette.light), (True, palette.ink)):
        dots = [circle(across(math.log(point.income)), down(-point.score), _SMALL_DOT)
                for point in chart.points if point.peer == peer and not point.own]  # fmt: skip
        if dots:
            body.append(f'<path d="{"".join(dots)}" fill="{colour}"/>')
    body.append(_line(pen, chart, across, down))
    for point in chart.points:
        if point.own:
            body += _own(pen, point, across, down, width)
    return pen.svg(width, height, _alternative(what, chart), body)


def _axes(
    pen: Pen, across: Scale, down: Scale, chart: IncomeChart, ends: tuple[float, float], bottom: float
) -> list[str]:
    grey = pen.palette.rule
    body = []
    for value, text in quarters(*ends):
        y = down(-value)
        body.append(pen.line(across.left, y, across.right, y, grey, 0.15))
        body.append(pen.small(across.left - 1.2, y + 0.8, text, "end"))
    body += pen.axis(across, 1.5, bottom, _ticks(across))
    body.append(pen.small(across.right, bottom + 6.6, f"GDP per person, {chart.unit}, log scale", "end"))
    return body


def _ticks(across: Scale) -> list[tuple[float, str]]:
    """Return round incomes inside the scale, as many as have room: 1,000, 10,000, 100,000, else finer."""
    for steps in ((1, 2, 5), (1, 3), (1,)):
        values = [step * 10.0**power for power in range(-2, 12) for step in steps]
        inside = [value for value in values if across.low <= math.log(value) <= across.high]
        room = sum(text_width(f"{value:,.0f}", SMALL) + 3 for value in inside)
        if room <= across.width:
            break
    return [(math.log(value), f"{value:,.10g}" if value < 1 else f"{value:,.0f}") for value in inside]


def _line(pen: Pen, chart: IncomeChart, across: Scale, down: Scale) -> str:
    """Draw the line as far as it stays on the scale of scores."""
    (x1, y1), (x2, y2) = ((math.log(income), value) for income, value in chart.line)
    low, high = -down.high, -down.low
    slope = (y2 - y1) / (x2 - x1) if x2 > x1 else 0.0

    def held(x: float, y: float) -> tuple[float, float]:
        inside = min(max(y, low), high)
        return (x, y) if inside == y or slope == 0 else (x1 + (inside - y1) / slope, inside)

    (a, b), (c, d) = held(x1, y1), held(x2, y2)
    return pen.line(across(a), down(-b), across(c), down(-d), pen.palette.ink, 0.4)


def _own(pen: Pen, point: IncomePoint, across: Scale, down: Scale, width: float) -> list[str]:
    """Draw this country's dot and its name beside it, on a patch of paper."""
    x, y = across(math.log(point.income)), down(-point.score)
    text = f"{point.name} {score(point.score)}"
    wide = text_width(text, LABEL, bold=True)
    start = x + 2.4 if x + 2.4 + wide <= width else max(across.left + 0.5, x - 2.4 - wide)
    above = start < x < start + wide
    base = y - 2.2 if above else y + 1
    return [
        pen.rect(start - 0.4, base - 2.4, wide + 0.8, 3.2, pen.palette.paper),
        pen.dot(x, y, 1.5),
        pen.text(start, base, text, bold=True, colour=pen.palette.accent),
    ]


def _alternative(what: str, chart: IncomeChart) -> str:
    own = next((point for point in chart.points if point.own), None)
    (low, at_low), (high, at_high) = chart.line
    words = (
        f"{what}: {len(chart.points)} countries, GDP per person from {low:,.0f} to {high:,.0f} {chart.unit}; "
        f"the line rises from {at_low:.1f} to {at_high:.1f}."
    )
    return words if own is None else f"{words} {own.name}: {own.income:,.0f}, score {score(own.score)}."

