"""Parts of the tree for several countries: a bar for each, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.report.charts.marks import LINE, SMALL, Pen, Scale, label_room, score, text_width, wrapped
from readiness.report.model import NodeLine
from readiness.report.palette import DEFAULT, Palette

_STEP, _PILLAR, _BELOW = 3.0, 5.2, 4.1
# From the scores of one country to the bars of the next, and from a bar to its score.
_APART, _GAP = 3.5, 1.0


def sides(
    what: str, names: Sequence[str], lines: Sequence[Sequence[NodeLine]], ends: tuple[float, float], *,
    width: float = 178, palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw a row a part and a column a country: a bar on the same scale, its range, its score.

    The highest score of a row is bold where it is alone in its printed digits.

    Parameters
    ----------
    lines
        The parts of each country, all in the same order.
    """
    if not lines or not lines[0]:
        return ""
    pen, parts = Pen(palette), lines[0]
    label = min(label_room((f"{line.title}  " for line in parts), width * 0.25) + _STEP, width * 0.28)
    each = (width - label) / len(names)
    heads = [wrapped(name, each - _APART, SMALL, bold=True) for name in names]
    top = LINE * max(map(len, heads)) + 1.2
    body = [
        mark
        for n, head in enumerate(heads)
        for k, text in enumerate(head)
        for mark in [pen.text(label + n * each + _APART, LINE * (k + 1) - 0.6, text, size=SMALL, bold=True)]
    ]
    room = _GAP + max(text_width(score(line.score), 2.6, bold=True) for own in lines for line in own)
    y = top
    for k, part in enumerate(parts):
        title = _named(part, label)
        tall = (_PILLAR if part.depth == 1 else _BELOW) + LINE * (len(title) - 1)
        body += pen.block(_step(part), y + tall / 2, title, size=_size(part), bold=part.depth == 1)
        cells = [country[k] for country in lines]
        best = _best(cells)
        for n, cell in enumerate(cells):
            box = label + n * each + _APART, y, each - _APART - room, tall
            body += _cell(pen, cell, box, room, ends, best=n == best)
        y += tall
    return pen.svg(width, y + 0.5, _alternative(what, names, lines), body)


def _cell(
    pen: Pen, line: NodeLine, box: tuple[float, float, float, float], room: float, ends: tuple[float, float],
    *, best: bool,
) -> list[str]:  # fmt: skip
    left, y, wide, tall = box
    scale, middle = Scale(*ends, left, wide), y + tall / 2
    thick = 2.5 if line.depth == 1 else 1.5
    if line.score is None:
        return [pen.absent(left, middle - thick / 2, scale.width, thick),
                pen.small(left + wide + room, middle + 0.9, "–", "end")]  # fmt: skip
    whisker = pen.whisker(scale, middle, (line.low, line.high)) if line.depth == 1 else []
    return [
        pen.rect(left, middle - thick / 2, scale.width, thick, pen.palette.track),
        pen.rect(left, middle - thick / 2, scale(line.score) - left, thick, pen.palette.accent),
        *whisker,
        pen.text(left + wide + room, middle + 0.95, score(line.score), size=2.6, bold=best, anchor="end"),
    ]


def _best(cells: Sequence[NodeLine]) -> int | None:
    """Return which of several printed scores is the highest, None where two share it."""
    printed = [-1e9 if cell.score is None else round(cell.score, 1) for cell in cells]
    most = max(printed)
    return printed.index(most) if printed.count(most) == 1 and most > -1e9 else None


def _named(line: NodeLine, label: float) -> list[str]:
    text = f"{line.title} ({line.note})" if line.note else line.title
    return wrapped(text, label - _step(line) - 1, _size(line), bold=line.depth == 1)


def _size(line: NodeLine) -> float:
    return 2.7 if line.depth == 1 else 2.45


def _step(line: NodeLine) -> float:
    return _STEP * min(line.depth - 1, 3)


def _alternative(what: str, names: Sequence[str], lines: Sequence[Sequence[NodeLine]]) -> str:
    rows = []
    for k, part in enumerate(lines[0]):
        own = [f"{name} {score(country[k].score)}" for name, country in zip(names, lines, strict=True)]
        rows.append(f"{part.title} {', '.join(own)}")
    return f"{what}: {'; '.join(rows)}."
