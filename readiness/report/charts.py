"""Charts as pure functions to SVG: one scale, one stroke, one dot; a title for who cannot see them.

Lengths are millimetres. Every chart has the country in the accent colour, its first peers'
median as a tick, its second peers' as a ring; missing is a hollow, hatched track with a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from readiness.export.numbers import ordinal
from readiness.report import ranges
from readiness.report.model import Neighbour, NodeLine

INK, MID, LIGHT, TRACK = "#1c1f23", "#5c636b", "#a9b0b7", "#eceff1"
ACCENT, PEER = "#0b6e7f", "#1c1f23"
FONT = "IBM Plex Sans"


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


def _svg(width: float, height: float, title: str, body: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}mm" '
        f'height="{height:g}mm" role="img" font-family="{FONT}"><title>{escape(title)}</title>'
        f"{''.join(body)}</svg>"
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: float = 2.9,
    colour: str = INK,
    anchor: str = "start",
    bold: bool = False,
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"{weight}>'
        f"{escape(text)}</text>"
    )


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{colour}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 0.25) -> str:
    path = f"M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}"
    return f'<path d="{path}" stroke="{colour}" stroke-width="{width:g}" fill="none"/>'


def _ring(x: float, y: float, radius: float = 1.0) -> str:
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:g}" fill="#fff" stroke="{MID}" stroke-width="0.4"/>'


def _dot(x: float, y: float, radius: float = 1.35, colour: str = ACCENT) -> str:
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:g}" fill="{colour}"/>'


def _score(value: float | None) -> str:
    return "no score" if value is None else f"{value:.1f}"


def _alternative(what: str, lines: Sequence[NodeLine], peers: Sequence[str]) -> str:
    """Say a chart's numbers in words."""
    parts = []
    for line in lines:
        medians = [
            f"median of {label} {_score(median)}" for label, median in zip(peers, line.medians, strict=False)
        ]
        note = f" ({line.note})" if line.note else ""
        parts.append(f"{line.title}{note} {_score(line.score)} ({', '.join(medians)})")
    return f"{what}: {'; '.join(parts)}."


def _axis(scale: Scale, top: float, bottom: float) -> list[str]:
    ticks = [scale.low + (scale.high - scale.low) * share / 4 for share in range(5)]
    lines = [_line(scale(tick), top, scale(tick), bottom, "#d9dde1", 0.15) for tick in ticks]
    return lines + [
        _text(scale(tick), bottom + 3, f"{tick:g}", size=2.4, colour=MID, anchor="middle") for tick in ticks
    ]


def _marks(scale: Scale, y: float, height: float, medians: Sequence[float | None]) -> list[str]:
    """Draw the first peers' median as a tick and the second's as a ring."""
    body = []
    if len(medians) > 1 and medians[1] is not None:
        body.append(_ring(scale(medians[1]), y + height / 2))
    if medians and medians[0] is not None:
        x = scale(medians[0])
        body.append(_line(x, y - 0.9, x, y + height + 0.9, PEER, 0.6))
    return body


def bars(
    what: str, lines: Sequence[NodeLine], peers: Sequence[str], ends: tuple[float, float], *,
    width: float = 100, label: float = 34,
) -> str:  # fmt: skip
    """Draw a bar a node with its score and rank, and the medians of the peers."""
    row, thick = 9.6, 3.8
    scale = Scale(*ends, label, width - label - 22)
    bottom = len(lines) * row
    body = _axis(scale, 0.5, bottom)
    for number, line in enumerate(lines):
        y = number * row + (row - thick) / 2
        middle = y + thick / 2 + 1
        body.append(_text(0, middle, line.title, bold=True))
        if line.note:
            body.append(_text(0, middle + 3, line.note, size=2.4, colour=MID))
        body.append(_rect(scale.left, y, scale.width, thick, TRACK))
        if line.score is None:
            body.append(_text(width, middle, "no score", size=2.4, colour=MID, anchor="end"))
        else:
            body.append(_rect(scale.left, y, scale(line.score) - scale.left, thick, ACCENT))
            body.append(_text(width - 13, middle, _score(line.score), bold=True, anchor="end"))
            body.append(_text(width, middle, _rank_words(line), size=2.4, colour=MID, anchor="end"))
        body += _marks(scale, y, thick, line.medians)
    return _svg(width, bottom + 4, _alternative(what, lines, peers), body)


def _rank_words(line: NodeLine) -> str:
    return "" if line.rank is None else f"{line.rank:g} of {line.of}"


def stack(
    what: str, lines: Sequence[NodeLine], peers: Sequence[str], ends: tuple[float, float], *,
    width: float = 72, label: float = 33,
) -> str:  # fmt: skip
    """Draw the layers of a stack one upon another, the first at the bottom."""
    row, gap = 9.6, 0.5
    scale = Scale(*ends, label, width - label - 10)
    body = []
    for number, line in enumerate(reversed(lines)):
        y, height = number * row, row - gap
        middle = y + height / 2 + 1
        body.append(_text(0, middle, line.title, bold=True))
        body.append(_rect(label, y, scale.width, height, TRACK))
        if line.score is not None:
            body.append(_rect(label, y, scale(line.score) - label, height, ACCENT))
        body += _marks(scale, y + 0.9, height - 1.8, line.medians)
        if line.score is None:
            body.append(_text(width, middle, "no score", size=2.4, colour=MID, anchor="end"))
        else:
            body.append(_text(width, middle, _score(line.score), bold=True, anchor="end"))
    return _svg(width, len(lines) * row + 0.5, _alternative(what, lines, peers), body)


def dots(
    what: str, lines: Sequence[NodeLine], peers: Sequence[str], ends: tuple[float, float], *,
    width: float = 178, label: float = 52,
) -> str:  # fmt: skip
    """Draw a dot a node, indented by depth, with the medians of the peers on the same line."""
    row = 4.25
    scale = Scale(*ends, label, width - label - 24)
    bottom = len(lines) * row + 1
    body = _axis(scale, 0, bottom)
    for number, line in enumerate(lines):
        y = number * row + row / 2 + 0.5
        top = line.depth == 1
        body.append(_text(0 if top else 4, y + 1, line.title, bold=top, size=2.9 if top else 2.7))
        if line.note:
            body.append(_text(label - 2, y + 1, line.note, size=2.4, colour=MID, anchor="end"))
        body.append(_line(scale.left, y, scale.left + scale.width, y, "#d9dde1", 0.2))
        body += _marks(scale, y - 0.6, 1.2, line.medians)
        if line.score is None:
            body.append(_text(width, y + 1, "no score", size=2.4, colour=MID, anchor="end"))
            continue
        body.append(_dot(scale(line.score), y))
        body.append(_text(width - 14, y + 1, _score(line.score), bold=top, anchor="end", size=2.7))
        body.append(_text(width, y + 1, _rank_words(line), size=2.4, colour=MID, anchor="end"))
    return _svg(width, bottom + 4, _alternative(what, lines, peers), body)


def strip(what: str, neighbours: Sequence[Neighbour], *, width: float = 178) -> str:
    """Draw the countries nearest in rank: their ranges of ranks, or their scores where nothing is drawn."""
    ranged = all(item.range is not None for item in neighbours)
    row, label = (3.75, 78.0) if ranged else (4.1, 62.0)
    scale = (_rank_scale if ranged else _score_scale)(neighbours, label, width - label - 14)
    bottom = len(neighbours) * row
    body = _rank_axis(scale, 0.5, bottom) if ranged else []
    for number, item in enumerate(neighbours):
        y = number * row + row / 2
        colour = ACCENT if item.own else INK
        body.append(_text(8, y + 1, f"{item.rank:g}", anchor="end", size=2.7, colour=MID))
        body.append(_text(11, y + 1, item.name, bold=item.own, size=2.8, colour=colour))
        if item.range is not None and ranged:
            words = ranges.dash(item.range.low, item.range.high)
            body.append(_text(label - 4, y + 1, words, anchor="end", size=2.7, colour=MID))
            line = _line(scale(item.range.low), y, scale(item.range.high), y, colour, 0.9)
            body.append(line if item.own else line.replace(INK, LIGHT))
        else:
            body.append(_line(label, y, width - 14, y, "#d9dde1", 0.2))
        place = item.rank if ranged else item.score
        body.append(_dot(scale(place), y, 1.5 if item.own else 1.05, colour if item.own or ranged else LIGHT))
        body.append(_text(width, y + 1, _score(item.score), bold=item.own, anchor="end", size=2.7))
    words = "; ".join(_neighbour(item) for item in neighbours)
    return _svg(width, bottom + (4 if ranged else 0), f"{what}: {words}.", body)


def _neighbour(item: Neighbour) -> str:
    within = f" ({ranges.dash(item.range.low, item.range.high)})" if item.range else ""
    return f"{item.rank:g}{within} {item.name} {_score(item.score)}"


def _score_scale(neighbours: Sequence[Neighbour], left: float, width: float) -> Scale:
    scores = [item.score for item in neighbours]
    span = max(max(scores) - min(scores), 0.2)
    return Scale(min(scores) - span * 0.06, max(scores) + span * 0.06, left, width)


def _rank_scale(neighbours: Sequence[Neighbour], left: float, width: float) -> Scale:
    """Return a scale that holds every range and every rank, which may lie outside its range."""
    drawn = [item.range for item in neighbours if item.range is not None]
    low = min(*(item.low for item in drawn), *(item.rank for item in neighbours))
    high = max(*(item.high for item in drawn), *(item.rank for item in neighbours))
    return Scale(low - 0.5, high + 0.5, left, width)


def _rank_axis(scale: Scale, top: float, bottom: float) -> list[str]:
    """Draw four to eight ranks at round numbers, the first among them where it is there."""
    span = scale.high - scale.low
    step = next((size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500) if span / size <= 8), 1000)
    inside = range(max(1, int(scale.low + 0.5)), int(scale.high) + 1)
    body = []
    for tick in (place for place in inside if place % step == 0 or (place == 1 and step > 2)):
        body.append(_line(scale(tick), top, scale(tick), bottom, "#d9dde1", 0.15))
        body.append(_text(scale(tick), bottom + 3, ordinal(tick), size=2.4, colour=MID, anchor="middle"))
    return body
