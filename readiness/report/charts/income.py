"""The chart of score against income, with the line that the others are on."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from readiness.report.charts.marks import LABEL, SMALL, Pen, Scale, quarters, score, text_width
from readiness.report.model import IncomeChart, IncomePoint
from readiness.report.palette import DEFAULT, Palette

_SMALL_DOT, _OWN_DOT = 0.65, 1.5
Place = tuple[float, float]
# Left, top, right, bottom.
Area = tuple[float, float, float, float]


def expected(
    what: str, chart: IncomeChart, ends: tuple[float, float], *, width: float = 85, height: float = 62,
    palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw the score of every ranked country on the logarithm of its income, this one named."""
    if not chart.points:
        return ""
    pen, bottom, left = Pen(palette), height - 8.5, 7.5
    incomes = [point.income for point in chart.points]
    across = Scale(math.log(min(incomes) * 0.88), math.log(max(incomes) * 1.12), left, width - left - 1)
    down = Scale(-ends[1], -ends[0], 4.5, bottom - 4.5)
    places = {point.code: (across(math.log(point.income)), down(-point.score)) for point in chart.points}
    body = _axes(pen, across, down, chart, ends, bottom)
    for peer, colour in ((False, palette.light), (True, palette.ink)):
        body += pen.dots([places[point.code] for point in chart.points
                          if point.peer == peer and not point.own], _SMALL_DOT, colour)  # fmt: skip
    start, end = _line(chart, across, down)
    body.append(pen.line(*start, *end, palette.ink, 0.4))
    taken = [*places.values(), *_along(start, end)]
    area = (left, down.left, across.right, bottom)
    for point in (point for point in chart.points if point.own):
        body += _own(pen, point, places[point.code], taken, area)
    return pen.svg(width, height, _alternative(what, chart), body)


def _axes(
    pen: Pen, across: Scale, down: Scale, chart: IncomeChart, ends: tuple[float, float], bottom: float
) -> list[str]:
    lines, body = "", [pen.small(0, 2.2, "Score")]
    for value, text in quarters(*ends):
        y = down(-value)
        lines += f"M{across.left:.2f} {y:.2f}H{across.right:.2f}"
        body.append(pen.small(across.left - 1.2, y + 0.8, text, "end"))
    body.append(pen.path(lines, pen.palette.rule, 0.15))
    body += pen.axis(across, down.left, bottom, _ticks(across))
    body.append(pen.small(across.right, bottom + 6.6, f"GDP per person, {chart.unit}, log scale", "end"))
    return body


def _ticks(across: Scale) -> list[tuple[float, str]]:
    """Return round incomes inside the scale, as fine as has room: 1, 2, 5, 10 or 1, 3, 10 or 1, 10."""
    found: list[tuple[float, str]] = []
    for steps in ((1, 2, 5), (1, 3), (1,)):
        values = [step * 10.0**power for power in range(-3, 13) for step in steps]
        found = [(math.log(value), f"{value:g}" if value < 1 else f"{value:,.0f}")
                 for value in values if across.low <= math.log(value) <= across.high]  # fmt: skip
        if all(across(right) - across(left) > (text_width(a, SMALL) + text_width(b, SMALL)) / 2 + 2
               for (left, a), (right, b) in itertools.pairwise(found)):  # fmt: skip
            break
    return found


def _line(chart: IncomeChart, across: Scale, down: Scale) -> tuple[Place, Place]:
    """Return the ends of the line as far as it stays on the scale of scores."""
    (x1, y1), (x2, y2) = ((math.log(income), value) for income, value in chart.line)
    low, high = -down.high, -down.low
    slope = (y2 - y1) / (x2 - x1) if x2 > x1 else 0.0

    def held(x: float, y: float) -> Place:
        inside = min(max(y, low), high)
        at = x if inside == y or slope == 0 else x1 + (inside - y1) / slope
        return across(at), down(-inside)

    return held(x1, y1), held(x2, y2)


def _along(start: Place, end: Place) -> list[Place]:
    """Return points of a line close to one another, so that no text is put on it."""
    shares = [n / 60 for n in range(61)]
    return [(start[0] + (end[0] - start[0]) * s, start[1] + (end[1] - start[1]) * s) for s in shares]


def _own(pen: Pen, point: IncomePoint, place: Place, taken: Sequence[Place], area: Area) -> list[str]:
    """Draw this country's dot and its name where it covers no other, with a line to it from afar."""
    text = f"{point.name} {score(point.score)}"
    wide = text_width(text, LABEL, bold=True)
    x, y = place
    left, base = _free(place, wide, taken, area)
    near = (min(max(x, left), left + wide), min(max(y, base - 1.9), base))
    body = []
    if math.dist(near, place) > _OWN_DOT + 1.6:
        body.append(pen.line(x, y, *near, pen.palette.accent, 0.25))
    return [
        *body, pen.dot(x, y, _OWN_DOT),
        pen.text(left, base, text, bold=True, colour=pen.palette.accent),
    ]  # fmt: skip


def _free(place: Place, wide: float, taken: Sequence[Place], area: Area) -> Place:
    """Return where a label begins, the nearest place where it covers least, at its baseline."""
    x, y = place
    best, found = math.inf, (x, y)
    spots = np.array([*taken, *((x + a, y + b) for a in (-1, 0, 1) for b in (-1, 0, 1))])
    for far in (2.3, 4, 6, 8.5, 11, 14, 18, 23, 29, 36, 44):
        if best <= far:  # nothing further away can cost less
            break
        for turn in range(16):
            angle = math.pi * turn / 8
            dx, dy = math.cos(angle) * far, math.sin(angle) * far
            left = x + dx - wide * (1 - math.cos(angle)) / 2
            base = y + dy + 1 + math.sin(angle)
            left = min(max(left, area[0] + 0.5), area[2] - wide)
            if not area[1] + 2.5 <= base <= area[3] - 0.8:
                continue
            across = (left - 1 < spots[:, 0]) & (spots[:, 0] < left + wide + 1)
            cost = far + 40 * int((across & (base - 3 < spots[:, 1]) & (spots[:, 1] < base + 1.2)).sum())
            if cost < best:
                best, found = cost, (left, base)
    return found


def _alternative(what: str, chart: IncomeChart) -> str:
    own = next((point for point in chart.points if point.own), None)
    (low, at_low), (high, at_high) = chart.line
    words = (
        f"{what}: {len(chart.points)} countries, GDP per person from {low:,.0f} to {high:,.0f} {chart.unit}; "
        f"the score expected from income goes from {at_low:.1f} to {at_high:.1f}."
    )
    return words if own is None else f"{words} {own.name}: {own.income:,.0f}, score {score(own.score)}."
