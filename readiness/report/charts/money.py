"""The chart of rental prices by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from readiness.report.charts.marks import Pen, Scale, segment
from readiness.report.palette import DEFAULT, Palette

if TYPE_CHECKING:
    from readiness.analysis.affordability import YearPrice


def prices(
    what: str, series: Sequence[YearPrice], *, width: float = 85, height: float = 40,
    palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw the median price of each year as a dot with its number, and half of the quotes as a line."""
    if not series:
        return ""
    pen, bottom = Pen(palette), height - 7.5
    top = max(item.high for item in series) * 1.12
    down = Scale(-top, 0, 3.5, bottom - 3.5)
    step = 16.0 if len(series) > 1 else 0.0
    left = 9.0 + 5
    step = (width - left - 9) / (len(series) - 1) if len(series) > 1 else 0.0
    body = _axis(pen, down, top, width)
    places = [left + step * n for n in range(len(series))]
    spans = "".join(
        segment(x, down(-item.low), x, down(-item.high)) for x, item in zip(places, series, strict=True)
    )
    body.append(pen.path(spans, palette.light, 1.1))
    if len(series) > 1:
        way = "L".join(
            f"{x:.2f} {down(-item.median):.2f}" for x, item in zip(places, series, strict=True)
        )
        body.append(pen.path(f"M{way}", palette.accent, 0.4))
    for x, item in zip(places, series, strict=True):
        y = down(-item.median)
        body.append(pen.dot(x, y, 1.1))
        body.append(pen.text(x + 1.9, y - 0.9, f"{item.median:.2f}", size=2.6, bold=True))
        body.append(pen.small(x, bottom + 3, f"{item.year}", "middle"))
        body.append(pen.small(x, bottom + 6, f"n {item.quotes}", "middle"))
    return pen.svg(width, height, _alternative(what, series), body)


def _axis(pen: Pen, down: Scale, top: float, width: float) -> list[str]:
    size = next(one for one in (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000) if top / one <= 5)
    values = [size * n for n in range(int(top / size) + 1)]
    lines = "".join(segment(7, down(-value), width, down(-value)) for value in values)
    return [
        pen.path(lines, pen.palette.rule, 0.15),
        *(pen.small(5.8, down(-value) + 0.8, f"{value:g}", "end") for value in values),
    ]


def _alternative(what: str, series: Sequence[YearPrice]) -> str:
    years = "; ".join(
        f"{item.year} {item.median:.2f} US$ (half of {item.quotes} quotes from {item.low:.2f} to {item.high:.2f})"
        for item in series
    )
    return f"{what}, median by year: {years}."
