"""`readiness explain --against`: the gap between two countries, and the words both explanations share."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from readiness.cli import common
from readiness.errors import counted

if TYPE_CHECKING:
    from readiness.analysis.terms import Contribution, Term
    from readiness.scores import Scores


def terminal(terms: Sequence[Term], scores: Scores, codes: Sequence[str], depth: int | None, top: int) -> str:
    """Return the gap for the terminal: nodes down the tree, then indicators, largest first."""
    from readiness.analysis.explanation import largest_first, printed
    from readiness.export.text import Column, number, render

    names = [scores.matrix.names[scores.position(code)] for code in codes]
    total = rounded(rounded(terms[0].score) - rounded(terms[0].against_score))
    points = printed(terms, "term", 1, total)
    shown = [
        n
        for n in largest_first(terms)
        if terms[n].unit == "score" and not terms[n].status and (depth is None or terms[n].depth <= depth)
    ]
    tree = render(
        [
            Column("Points of the gap", [label(terms[n]) for n in shown], "left", key=True),
            Column("Points", [signed(points[n]) for n in shown]),
            Column(names[0], [number(terms[n].score, 1) for n in shown]),
            Column(names[1], [number(terms[n].against_score, 1) for n in shown]),
        ],
        common.screen(),
    )
    ordered = [] if depth is not None else _ordered(terms, points)
    figures = "" if depth is not None else "\n" + _figures(terms, points, names, ordered, top)
    dashes = any(None in (terms[n].score, terms[n].against_score) for n in shown)
    dashes |= any(None in (terms[n].value, terms[n].against_value) for n in ordered[:top])
    notes = common.footnotes(scores, (terms[n].part for n in shown), dashes)
    if any((term.score is None) != (term.against_score is None) for term in terms):
        notes += wrapped("What only one of them has is measured against the other's score of the part above "
                         "it, which is what leaving it out takes it for.")  # fmt: skip
    return _head(scores, codes, names) + "\n" + tree + figures + notes


def _head(scores: Scores, codes: Sequence[str], names: Sequence[str]) -> str:
    """Return the score and rank of both, and how often the first is above the second."""
    from readiness.analysis.explanation import above
    from readiness.cli.robustness import outside
    from readiness.export.text import percent

    both = [f"{name}: {placed(scores, code)}." for name, code in zip(names, codes, strict=True)]
    if (share := above(scores, *codes)) is not None:
        both.append(f"{names[0]} is above {names[1]} in {percent(share)} of draws.")
    return "".join(map(wrapped, both)) + outside(scores, codes)


def _ordered(terms: Sequence[Term], points: Sequence[float | None]) -> list[int]:
    """Return the rows of the indicators with a term, the largest first."""
    indicators = [n for n, term in enumerate(terms) if term.status and points[n] is not None]
    return sorted(indicators, key=lambda n: (-abs(terms[n].term or 0.0), n))


def _figures(
    terms: Sequence[Term], points: Sequence[float | None], names: Sequence[str], ordered: Sequence[int],
    top: int,
) -> str:  # fmt: skip
    """Return the indicators with the largest terms, the figures of both beside them, and the rest."""
    from readiness.export.text import Column, render

    rest = ordered[top:]
    cells: list[tuple[str, str, str, str]] = []
    both = [
        (_figure(terms[n].value, terms[n].year), _figure(terms[n].against_value, terms[n].against_year))
        for n in ordered[:top]
    ]
    wide = sum(max(map(len, side), default=0) for side in zip(*both, strict=True))
    room = min(40, max(24, (common.screen() or 80) - wide - 12))
    for n, (own, other) in zip(ordered[:top], both, strict=True):
        lines = textwrap.wrap(f"{terms[n].name}, {terms[n].unit}", room, subsequent_indent="  ")
        cells.append((lines[0], signed(points[n]), own, other))
        cells += [(line, "", "", "") for line in lines[1:]]
    if rest:
        left = sum(points[n] or 0.0 for n in rest)
        cells.append((f"The other {counted(len(rest), 'indicator')}", signed(rounded(left)), "", ""))
    headings = ("Indicators, largest first", "Points", *names)
    columns = [
        Column(heading, [row[place] for row in cells], "left" if place == 0 else "right", place == 0)
        for place, heading in enumerate(headings)
    ]
    return render(columns, common.screen())


def _figure(value: float | None, year: int | None) -> str:
    """Return a figure and its year: trillions of dollars in full would take the table apart."""
    from readiness.export.numbers import MINUS, printed
    from readiness.export.text import MISSING

    if value is None:
        return MISSING
    text = printed(value).replace(MINUS, "-")
    return text if year is None else f"{text} ({year})"


def placed(scores: Scores, code: str) -> str:
    """Return a country's score and rank in words, the rank with its range."""
    from readiness.report.ranges import dash

    score, rank, interval = scores.score(code), scores.rank(code), scores.interval(code)
    said = "no score" if score is None else f"score {score:.1f}"
    if rank is None:
        return f"{said}, unranked"
    between = f"range {dash(*interval)}" if interval else "no range, for want of 'uncertainty:'"
    return f"{said}, rank {rank} ({between}) of {int(scores.ranked.sum())}"


def label(row: Contribution | Term) -> str:
    """Return a part's name, indented by its depth."""
    return f"{'  ' * max(0, row.depth - 1)}{row.name}"


def rounded(value: float | None) -> float:
    """Return a number as it is printed, on one decimal."""
    return float(f"{value or 0.0:.1f}")


def signed(value: float | None) -> str:
    """Return points with their sign, none before what rounds to 0."""
    from readiness.export.text import MISSING

    if value is None:
        return MISSING
    return "0.0" if rounded(value) == 0 else f"{value:+,.1f}"


def wrapped(text: str) -> str:
    """Return a line wrapped to the terminal, to 80 columns elsewhere."""
    return textwrap.fill(text, common.screen() or 80, break_on_hyphens=False) + "\n"
