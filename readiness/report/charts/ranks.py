"""The chart of the countries nearest in rank, with their ranges."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.export.numbers import ordinal
from readiness.report import ranges
from readiness.report.charts.marks import LINE, SMALL, Pen, Scale, score, segment, text_width, wrapped
from readiness.report.model import Neighbour
from readiness.report.palette import DEFAULT, Palette

_NAMES = 11.0


def strip(
    what: str, neighbours: Sequence[Neighbour], *, width: float = 178, palette: Palette = DEFAULT
) -> str:  # fmt: skip
    """Draw the countries nearest in rank: their ranges of ranks, or their scores where nothing is drawn."""
    if not neighbours:
        return ""
    pen = Pen(palette)
    ranged = all(item.range is not None for item in neighbours)
    words = [ranges.dash(item.range.low, item.range.high) if item.range and ranged else ""
             for item in neighbours]  # fmt: skip
    room = max(text_width(text, 2.7) for text in words)
    most = width * 0.52 - _NAMES - room - 3
    names = [wrapped(item.name, most, 2.8, bold=item.own) for item in neighbours]
    longest = max(text_width(line, 2.8, bold=item.own)
                  for item, name in zip(neighbours, names, strict=True) for line in name)  # fmt: skip
    left = _NAMES + longest + (room + 3 if room else 0) + 3
    row = 3.75 if ranged else 4.1
    scale = (_rank_scale if ranged else _score_scale)(neighbours, left, width - left - 11)
    bottom = sum(row + LINE * (len(name) - 1) for name in names)
    body = _rank_axis(pen, scale, 0.5, bottom) if ranged else []
    y = 0.0
    for item, name, between in zip(neighbours, names, words, strict=True):
        tall = row + LINE * (len(name) - 1)
        middle = y + tall / 2
        colour = palette.accent if item.own else palette.ink
        body.append(pen.text(8, middle + 1, f"{item.rank:g}", anchor="end", size=2.7, colour=palette.mid))
        body += pen.block(_NAMES, middle, name, bold=item.own, size=2.8, colour=colour)
        if item.range is not None and ranged:
            body.append(pen.text(left - 3, middle + 1, between, anchor="end", size=2.7, colour=palette.mid))
            span = segment(scale(item.range.low), middle, scale(item.range.high), middle)
            body.append(pen.path(span, palette.accent if item.own else palette.light, 0.9))
        else:
            body.append(pen.line(left, middle, scale.right, middle, palette.rule, 0.2))
        place = item.rank if ranged else item.score
        shade = colour if item.own or ranged else palette.light
        body.append(pen.dot(scale(place), middle, 1.5 if item.own else 1.05, shade))
        body.append(pen.text(width, middle + 1, score(item.score), bold=item.own, anchor="end", size=2.7))
        y += tall
    title = f"{what}: {'; '.join(_in_words(item) for item in neighbours)}."
    return pen.svg(width, bottom + (4 if ranged else 0), title, body)


def reach(
    what: str, rank: float, ends: tuple[int, int], of: int, *, width: float = 34, palette: Palette = DEFAULT
) -> str:
    """Draw one range of ranks among so many countries as a line, the rank as a dot: a cell of a table."""
    pen, scale = Pen(palette), Scale(0.5, of + 0.5, 0.8, width - 1.6)
    low, high = (scale(end) for end in (ends[0] - 0.5, ends[1] + 0.5))
    body = [
        pen.line(scale.left, 1.2, scale.right, 1.2, palette.track, 0.9),
        pen.line(low, 1.2, high, 1.2, palette.light, 0.9),
        pen.dot(scale(rank), 1.2, 0.75),
    ]
    return pen.svg(width, 2.4, f"{what}: rank {rank:g} of {of}, between {ends[0]} and {ends[1]}", body)


def _in_words(item: Neighbour) -> str:
    within = f" ({ranges.dash(item.range.low, item.range.high)})" if item.range else ""
    return f"{item.rank:g}{within} {item.name} {score(item.score)}"


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


def _rank_axis(pen: Pen, scale: Scale, top: float, bottom: float) -> list[str]:
    """Draw as many round ranks as have room, the first among them where it is there."""
    inside = range(max(1, int(scale.low + 0.5)), int(scale.high) + 1)
    ticks: list[int] = []
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500):
        ticks = [place for place in inside if place % step == 0]
        apart = step * scale.width / (scale.high - scale.low)
        widest = max((text_width(ordinal(tick), SMALL) for tick in ticks), default=0.0)
        if apart >= max(widest + 4, scale.width / 9):
            break
    if inside.start == 1 and ticks[:1] != [1]:
        free = not ticks or scale(ticks[0]) - scale(1) > text_width(ordinal(ticks[0]), SMALL) + 1
        ticks = [1, *(ticks if free else ticks[1:])]
    return pen.axis(scale, top, bottom, [(float(tick), ordinal(tick)) for tick in ticks])
