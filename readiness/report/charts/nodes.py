"""Charts of the parts of a tree: bars of pillars, the stack of layers, dots of sub-pillars."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.report.charts.marks import (
    LABEL,
    SMALL,
    Pen,
    Scale,
    label_room,
    quarters,
    score,
    segment,
    text_width,
    wrapped,
)
from readiness.report.model import NodeLine
from readiness.report.palette import DEFAULT, Palette

_LINE = 3.1


def bars(
    what: str, lines: Sequence[NodeLine], peers: Sequence[str], ends: tuple[float, float], *,
    width: float = 100, palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw a bar a node with its score, its range and its rank, and the medians of the peers."""
    if not lines:
        return ""
    pen, row, thick = Pen(palette), 9.6, 3.8
    label, ranks = _label(lines, width * 0.36), _rank_room(lines)
    scale = Scale(*ends, label + 2.5, width - label - 2.5 - 9.5 - ranks)
    body, y = pen.axis(scale, 0.5, _height(lines, label, row), quarters(*ends)), 0.0
    for line in lines:
        names = wrapped(line.title, label, bold=True)
        tall = max(row, _LINE * (len(names) + bool(line.note)) + 2)
        top, middle = y + (tall - thick) / 2, y + tall / 2
        body += _named(pen, names, line.note, middle)
        if line.score is None:
            body += [pen.absent(scale.left, top, scale.width, thick),
                     pen.small(width, middle + 0.9, "no score", "end")]  # fmt: skip
        else:
            body.append(pen.rect(scale.left, top, scale.width, thick, palette.track))
            body.append(pen.rect(scale.left, top, scale(line.score) - scale.left, thick, palette.accent))
            body.append(pen.text(width - ranks - 1.5, middle + 1, score(line.score), bold=True, anchor="end"))
            body.append(pen.small(width, middle + 0.9, _rank(line), "end"))
        body += pen.medians(scale, top, thick, line.medians)
        body += pen.whisker(scale, middle, (line.low, line.high)) if line.score is not None else []
        y += tall
    return pen.svg(width, y + 4, _alternative(what, lines, peers), body)


def stack(
    what: str, lines: Sequence[NodeLine], peers: Sequence[str], ends: tuple[float, float], *,
    width: float = 72, palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw the layers of a stack one upon another, the first at the bottom."""
    if not lines:
        return ""
    pen, row, gap = Pen(palette), 9.6, 0.5
    label = _label(lines, width * 0.46)
    scale = Scale(*ends, label + 2.5, width - label - 2.5 - 9.5)
    body, y = [], 0.0
    for line in reversed(lines):
        names = wrapped(line.title, label, bold=True)
        tall = max(row, _LINE * (len(names) + bool(line.note)) + 2)
        middle, height = y + (tall - gap) / 2, tall - gap
        body += _named(pen, names, line.note, middle)
        if line.score is None:
            body += [pen.absent(scale.left, y, scale.width, height),
                     pen.small(width, middle + 0.9, "no score", "end")]  # fmt: skip
        else:
            body.append(pen.rect(scale.left, y, scale.width, height, palette.track))
            body.append(pen.rect(scale.left, y, scale(line.score) - scale.left, height, palette.accent))
            body.append(pen.text(width, middle + 1, score(line.score), bold=True, anchor="end"))
        body += pen.medians(scale, y + 1.6, height - 3.2, line.medians)
        body += pen.whisker(scale, middle, (line.low, line.high)) if line.score is not None else []
        y += tall
    return pen.svg(width, y + 0.5, _alternative(what, lines, peers), body)


def dots(
    what: str, lines: Sequence[NodeLine], peers: Sequence[str], ends: tuple[float, float], *,
    width: float = 178, palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw a dot a node, indented by depth, with the medians of the peers on the same line."""
    if not lines:
        return ""
    pen, row, indent = Pen(palette), 4.25, 4.0
    sizes = [(2.9, True) if line.depth == 1 else (2.7, False) for line in lines]
    steps = [indent * min(line.depth - 1, 3) for line in lines]
    notes = max((text_width(line.note, SMALL) + 3 for line in lines if line.note), default=0.0)
    wide = max(
        step + text_width(line.title, size, bold=bold) + (notes if line.note else 0)
        for line, step, (size, bold) in zip(lines, steps, sizes, strict=True)
    )
    label, ranks = min(wide + 1.5, width * 0.42), _rank_room(lines)
    names = [
        wrapped(line.title, label - step - (notes if line.note else 0), size, bold=bold)
        for line, step, (size, bold) in zip(lines, steps, sizes, strict=True)
    ]
    scale = Scale(*ends, label + 2.5, width - label - 2.5 - 10 - ranks)
    bottom = sum(row + _LINE * (len(name) - 1) for name in names) + 1
    body, rules, y = pen.axis(scale, 0, bottom, quarters(*ends)), [], 0.5
    for line, step, (size, bold), name in zip(lines, steps, sizes, names, strict=True):
        middle = y + (row + _LINE * (len(name) - 1)) / 2
        first = middle - _LINE * (len(name) - 1) / 2 + 1
        body += [
            pen.text(step, first + _LINE * n, text, bold=bold, size=size) for n, text in enumerate(name)
        ]
        if line.note:
            body.append(pen.small(label, middle + 0.9, line.note, "end"))
        rules.append(segment(scale.left, middle, scale.right, middle))
        body += pen.medians(scale, middle - 0.6, 1.2, line.medians)
        if line.score is None:
            body.append(pen.small(width, middle + 0.9, "no score", "end"))
        else:
            body.append(pen.dot(scale(line.score), middle))
            number = score(line.score)
            body.append(pen.text(width - ranks - 1.5, middle + 1, number, bold=bold, anchor="end", size=2.7))
            body.append(pen.small(width, middle + 0.9, _rank(line), "end"))
        y += row + _LINE * (len(name) - 1)
    body.insert(0, pen.path("".join(rules), palette.rule, 0.2))
    return pen.svg(width, bottom + 4, _alternative(what, lines, peers), body)


def _label(lines: Sequence[NodeLine], most: float) -> float:
    """Return the room for names in bold and notes below them."""
    titles = label_room((line.title for line in lines), most)
    return max(titles, label_room((line.note for line in lines if line.note), most, SMALL, bold=False))


def _height(lines: Sequence[NodeLine], label: float, row: float) -> float:
    return sum(
        max(row, _LINE * (len(wrapped(line.title, label, bold=True)) + bool(line.note)) + 2) for line in lines
    )


def _named(pen: Pen, names: Sequence[str], note: str | None, middle: float) -> list[str]:
    """Draw a name in one or more lines round the middle, and its note below."""
    first = middle + 1 - _LINE * (len(names) - 1) / 2 - (_LINE / 2 - 0.3 if note else 0)
    body = [pen.text(0, first + _LINE * n, text, bold=True, size=LABEL) for n, text in enumerate(names)]
    return body + ([pen.small(0, first + _LINE * len(names) - 0.1, note)] if note else [])


def _rank(line: NodeLine) -> str:
    return "" if line.rank is None else f"{line.rank:g} of {line.of}"


def _rank_room(lines: Sequence[NodeLine]) -> float:
    return max([text_width(_rank(line), SMALL) for line in lines] + [text_width("no score", SMALL) - 8])


def _alternative(what: str, lines: Sequence[NodeLine], peers: Sequence[str]) -> str:
    """Say a chart's numbers in words."""
    parts = []
    for line in lines:
        note = f" ({line.note})" if line.note else ""
        drawn = "" if line.low is None or line.high is None else f", range {line.low:.1f} to {line.high:.1f}"
        rank = "" if line.rank is None else f", rank {_rank(line)}"
        medians = [
            f"median of {label} {score(median)}" for label, median in zip(peers, line.medians, strict=False)
        ]
        parts.append(f"{line.title}{note} {score(line.score)}{drawn}{rank} ({', '.join(medians)})")
    return f"{what}: {'; '.join(parts)}."
