"""Charts of the parts of a tree: bars of pillars, the stack of layers, dots of sub-pillars."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.report.charts.marks import (
    LABEL,
    LINE,
    SMALL,
    Pen,
    Scale,
    label_room,
    quarters,
    score,
    segment,
    text_width,
    wrapped,
)  # fmt: skip
from readiness.report.model import NodeLine
from readiness.report.palette import DEFAULT, Palette

_NONE = "no score"
# What a score on one decimal takes at the right, with air before it.
_SCORE = 11.0


def bars(
    what: str, lines: Sequence[NodeLine], peers: Sequence[str], ends: tuple[float, float], *,
    width: float = 100, palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw a bar a node with its range, its score and rank; the medians of the peers below the bar.

    The first peers' median crosses the bar; rings and triangles stand under it, clear of the range.
    """
    if not lines:
        return ""
    pen, thick = Pen(palette), 3.6
    label, ranks = _label(lines, width * 0.36), _rank_room(lines)
    heights = _heights(lines, label, 9.6)
    scale = Scale(*ends, label + 2.5, width - label - 2.5 - _SCORE - ranks)
    body, y = pen.axis(scale, 0.5, sum(heights), quarters(*ends)), 0.0
    for line, tall in zip(lines, heights, strict=True):
        top, middle = y + (tall - thick) / 2 - 0.8, y + tall / 2 - 0.8
        body += _named(pen, line, label, middle)
        body += _bar(pen, scale, line, top, thick)
        body += pen.medians(scale, line.medians, (top - 0.7, top + thick + 3), top + thick + 1.7)
        body += _numbers(pen, line, width, ranks, middle)
        y += tall
    return pen.svg(width, y + 4, _alternative(what, lines, peers), body)


def stack(
    what: str, lines: Sequence[NodeLine], peers: Sequence[str], ends: tuple[float, float], *,
    width: float = 72, palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw the layers of a stack one upon another, the first at the bottom."""
    if not lines:
        return ""
    pen, gap = Pen(palette), 0.5
    label = _label(lines, width * 0.46)
    scale = Scale(*ends, label + 2.5, width - label - 2.5 - max(_SCORE, _none_room(lines)))
    body, y = [], 0.0
    for line, tall in zip(reversed(lines), reversed(_heights(lines, label, 9.6)), strict=True):
        height = tall - gap
        middle = y + height / 2
        body += _named(pen, line, label, middle)
        body += _bar(pen, scale, line, y, height, whisker=y + height * 0.3)
        body += pen.medians(scale, line.medians, (y + 0.9, y + height - 0.9), y + height * 0.72)
        body += _numbers(pen, line, width, None, middle)
        y += tall
    return pen.svg(width, y, _alternative(what, lines, peers), body)


def dots(
    what: str, lines: Sequence[NodeLine], peers: Sequence[str], ends: tuple[float, float], *,
    width: float = 178, palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw a dot a node, indented by depth, with the medians of the peers on the same line."""
    if not lines:
        return ""
    pen, row = Pen(palette), 3.95
    label, ranks = min(max(map(_indented, lines)) + 1.5, width * 0.42), _rank_room(lines)
    names = [_dot_name(line, label) for line in lines]
    heights = [row + LINE * (len(name) - 1) for name in names]
    scale, bottom = Scale(*ends, label + 2.5, width - label - 2.5 - _SCORE - ranks), sum(heights) + 1
    body, rules, y = pen.axis(scale, 0, bottom, quarters(*ends)), [], 0.5
    for line, name, tall in zip(lines, names, heights, strict=True):
        middle = y + tall / 2
        size, bold = _type(line)
        body += pen.block(_step(line), middle, name, size=size, bold=bold)
        if line.note:
            body.append(pen.small(label, middle + 0.9, line.note, "end"))
        rules.append(segment(scale.left, middle, scale.right, middle))
        body += _row(pen, scale, line, middle)
        body += _numbers(pen, line, width, ranks, middle, bold=bold)
        y += tall
    body.insert(0, pen.path("".join(rules), palette.rule, 0.2))
    return pen.svg(width, bottom + 4, _alternative(what, lines, peers), body)


def _row(pen: Pen, scale: Scale, line: NodeLine, middle: float) -> list[str]:
    """Draw the dot over the medians, but never so that it hides one."""
    if line.score is None:
        track = segment(scale.left, middle, scale.right, middle)
        hollow = pen.path(track, pen.palette.light, 0.5, dash="1 1")
        return [hollow, *pen.medians(scale, line.medians, (middle - 1.5, middle + 1.5), middle)]
    x = scale(line.score)
    hidden = [None if value is None or abs(scale(value) - x) > 0.7 else value for value in line.medians]
    seen = [None if covered is not None else value
            for value, covered in zip(line.medians, hidden, strict=True)]  # fmt: skip
    ticks = (middle - 1.5, middle + 1.5)
    over = pen.medians(scale, hidden, (middle - 2, middle + 2), middle)
    return [*pen.medians(scale, seen, ticks, middle), pen.dot(x, middle), *over]


def _bar(
    pen: Pen, scale: Scale, line: NodeLine, top: float, height: float, *, whisker: float | None = None
) -> list[str]:
    """Draw the track, the bar and the range; what is missing is hollow."""
    if line.score is None:
        return [pen.absent(scale.left, top, scale.width, height)]
    middle = top + height / 2 if whisker is None else whisker
    return [
        pen.rect(scale.left, top, scale.width, height, pen.palette.track),
        pen.rect(scale.left, top, scale(line.score) - scale.left, height, pen.palette.accent),
        *pen.whisker(scale, middle, (line.low, line.high)),
    ]


def _numbers(
    pen: Pen, line: NodeLine, width: float, ranks: float | None, middle: float, *, bold: bool = True
) -> list[str]:
    """Write the score and, with `ranks` millimetres for it, the rank."""
    if line.score is None:
        return [pen.small(width, middle + 0.9, _NONE, "end")]
    end = width if ranks is None else width - ranks - 1.5
    number = pen.text(end, middle + 1, score(line.score), bold=bold, anchor="end")
    return [number] if ranks is None else [number, pen.small(width, middle + 0.9, _rank(line), "end")]


def _label(lines: Sequence[NodeLine], most: float) -> float:
    """Return the room for names in bold and notes below them."""
    titles = label_room((line.title for line in lines), most)
    return max(titles, label_room((line.note for line in lines if line.note), most, SMALL, bold=False))


def _heights(lines: Sequence[NodeLine], label: float, row: float) -> list[float]:
    """Return how tall the row of each node is, by the lines its name and its note take."""
    return [max(row, LINE * len(_name(line, label) + _note(line, label)) + 2.4) for line in lines]


def _name(line: NodeLine, label: float) -> list[str]:
    return wrapped(line.title, label, bold=True)


def _note(line: NodeLine, label: float) -> list[str]:
    return wrapped(line.note, label, SMALL) if line.note else []


def _named(pen: Pen, line: NodeLine, label: float, middle: float) -> list[str]:
    """Draw a name in one or more lines round the middle, and its note below."""
    names, notes = _name(line, label), _note(line, label)
    middle -= len(notes) * (LINE / 2 - 0.2)
    below = middle + LINE * len(names) / 2 + 2.3
    return [
        *pen.block(0, middle, names, size=LABEL, bold=True),
        *(pen.small(0, below + LINE * n, text) for n, text in enumerate(notes)),
    ]


def _type(line: NodeLine) -> tuple[float, bool]:
    return (LABEL, True) if line.depth == 1 else (2.7, False)


def _step(line: NodeLine) -> float:
    return 4.0 * min(line.depth - 1, 3)


def _indented(line: NodeLine) -> float:
    """Return the room of a name and its note in one line."""
    size, bold = _type(line)
    note = text_width(line.note, SMALL) + 3 if line.note else 0.0
    return _step(line) + text_width(line.title, size, bold=bold) + note


def _dot_name(line: NodeLine, label: float) -> list[str]:
    size, bold = _type(line)
    note = text_width(line.note, SMALL) + 3 if line.note else 0.0
    return wrapped(line.title, max(label - _step(line) - note, 12.0), size, bold=bold)


def _rank(line: NodeLine) -> str:
    return "" if line.rank is None else f"{line.rank:g} of {line.of}"


def _rank_room(lines: Sequence[NodeLine]) -> float:
    return max([text_width(_rank(line), SMALL) for line in lines] + [_none_room(lines) - _SCORE + 1.5])


def _none_room(lines: Sequence[NodeLine]) -> float:
    return text_width(_NONE, SMALL) + 2 if any(line.score is None for line in lines) else 0.0


def _alternative(what: str, lines: Sequence[NodeLine], peers: Sequence[str]) -> str:
    """Say a chart's numbers in words."""
    return f"{what}: {'; '.join(_in_words(line, peers) for line in lines)}."


def _in_words(line: NodeLine, peers: Sequence[str]) -> str:
    note = f" ({line.note})" if line.note else ""
    ranged = line.score is not None and line.low is not None and line.high is not None
    drawn = f", range {line.low:.1f} to {line.high:.1f}" if ranged else ""
    rank = "" if line.rank is None else f", rank {_rank(line)}"
    medians = [f"median of {label} {score(value)}" for label, value in zip(peers, line.medians, strict=False)]
    return f"{line.title}{note} {score(line.score)}{drawn}{rank} ({', '.join(medians)})"
