"""The chart of rental prices by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from readiness.report.charts.marks import Pen, Scale, segment
from readiness.report.palette import DEFAULT, Palette

_SIZE = 2.6


class YearPrice(Protocol):
    """The quotes of a year: quartiles and median in US$ an hour, and how many they are."""

    @property
    def year(self) -> int: ...  # noqa: D102
    @property
    def low(self) -> float: ...  # noqa: D102
    @property
    def median(self) -> float: ...  # noqa: D102
    @property
    def high(self) -> float: ...  # noqa: D102
    @property
    def quotes(self) -> int: ...  # noqa: D102


def prices(
    what: str, series: Sequence[YearPrice], *, width: float = 85, height: float = 42,
    palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw the median price of each year as a dot, the middle half of the quotes as a line, both named.

    Years stand at their distance from one another; the scale begins at zero.
    """
    if not series:
        return ""
    pen, bottom = Pen(palette), height - 7.5
    down = Scale(-max(item.high for item in series), 0, 5.6, bottom - 5.6)
    first, last = min(item.year for item in series), max(item.year for item in series)
    across = Scale(first, max(last, first + 1), 7.0, width - 7 - 9)
    body = [
        pen.line(0, bottom, width, bottom, palette.light, 0.25),
        pen.small(0, 2.2, "US$ an hour: median; line and below: the middle half of the quotes"),
    ]
    spans = (segment(x, down(-item.low), x, down(-item.high)) for x, item in _placed(across, series))
    body.append(pen.path("".join(spans), palette.light, 1.1))
    if len(series) > 1:
        way = "L".join(f"{x:.2f} {down(-item.median):.2f}" for x, item in _placed(across, series))
        body.append(pen.path(f"M{way}", palette.accent, 0.4))
    for x, item in _placed(across, series):
        body += _year(pen, x, item, down, bottom)
    return pen.svg(width, height, _alternative(what, series), body)


def _placed(across: Scale, series: Sequence[YearPrice]) -> list[tuple[float, YearPrice]]:
    return [(across(item.year), item) for item in series]


def _year(pen: Pen, x: float, item: YearPrice, down: Scale, bottom: float) -> list[str]:
    """Draw a year's dot and median; below the scale the year, how many quotes, and their middle half."""
    y = down(-item.median)
    half = f"{item.low:.2f}" if item.low == item.high else f"{item.low:.2f}\N{EN DASH}{item.high:.2f}"
    return [
        pen.dot(x, y, 1.1),
        pen.text(x + 1.9, y - 0.7, f"{item.median:.2f}", size=_SIZE, bold=True),
        pen.small(x, bottom + 3.2, f"{item.year}, n {item.quotes}", "middle"),
        pen.small(x, bottom + 6.4, half, "middle"),
    ]


def _alternative(what: str, series: Sequence[YearPrice]) -> str:
    years = "; ".join(
        f"{item.year} {item.median:.2f} US$ (middle half of {item.quotes} "
        f"{'quote' if item.quotes == 1 else 'quotes'} from {item.low:.2f} to {item.high:.2f})"
        for item in series
    )
    return f"{what}, median by year: {years}."
