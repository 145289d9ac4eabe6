"""Two to eight countries side by side: who is ahead and how sure that is, where, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from readiness.analysis.compare import above as drawn_above
from readiness.analysis.explain import against
from readiness.analysis.explanation import printed
from readiness.analysis.income import BeyondIncome
from readiness.analysis.terms import Term
from readiness.countries import Countries
from readiness.definitions.indicator import Series
from readiness.errors import ReadinessError
from readiness.figures.table import Figures
from readiness.report.comparison.model import GapTerm, Pair, Side, SideBySide
from readiness.report.lines import figure_lines, node_lines
from readiness.report.model import NodeLine, Source
from readiness.report.phrases.verdict import unmet
from readiness.report.profile import ends, needed, rank_range
from readiness.report.sources import scored, sources
from readiness.scores import Scores, plain

# Of a group up to so large, the table is followed by who is above whom, why, and every figure.
FEWEST, MOST, LARGE = 2, 8, 16
# So many indicators are named as the widest apart, and as the terms of a gap.
WIDEST, TERMS = 10, 8


def side_by_side(
    codes: Sequence[str], scores: Scores, figures: Figures, countries: Countries, beyond: BeyondIncome | None
) -> SideBySide:
    """Collect what a comparison report says of some countries.

    Parameters
    ----------
    codes
        Two to eight different ones.
    beyond
        Every country's score beside what its income would give.

    Raises
    ------
    ReadinessError
        When they are fewer or more.
    UnknownNameError
        When the framework does not assess one of them.
    """
    codes = list(dict.fromkeys(codes))
    if not FEWEST <= len(codes) <= MOST:
        raise ReadinessError(
            f"a comparison is of {FEWEST} to {MOST} countries, not {len(codes)}",
            "`readiness report --league --group KEY` prints a larger group",
        )
    return collected(codes, scores, figures, countries, beyond)


def collected(
    codes: Sequence[str], scores: Scores, figures: Figures, countries: Countries, beyond: BeyondIncome | None
) -> SideBySide:
    """Collect the same of any number of countries, each once."""
    codes = list(codes)
    cited = sources(scores.matrix.indicators, (), figures.series)
    places = {scores.countries[row]: place for place, row in enumerate(scores.order())}
    for code in codes:
        scores.position(code)
    codes.sort(key=lambda code: places[code])
    sides = tuple(_side(code, scores, figures, countries, cited, beyond) for code in codes)
    found = drawn_above(scores, codes)
    return SideBySide(
        framework=scores.framework, title=scores.framework.tree.title, sides=sides,
        above=tuple(tuple(found.get(one, {}).get(other) for other in codes) for one in codes),
        pairs=tuple(_pairs(codes, scores, figures.series, found)), widest=_widest(sides),
        sources=scored(scores.matrix.indicators, figures.series), ends=ends(scores),
        ranked_count=int(scores.ranked.sum()), country_count=len(scores.countries),
        fingerprint=scores.fingerprint,
    )  # fmt: skip


def _side(
    code: str, scores: Scores, figures: Figures, countries: Countries, cited: Mapping[str, Source],
    beyond: BeyondIncome | None,
) -> Side:  # fmt: skip
    row = scores.position(code)
    nodes = node_lines(row, scores, ())
    return Side(
        country=countries[code], rank=scores.rank(code), range=rank_range(row, scores),
        score=scores.score(code), coverage=float(scores.coverage[row, 0]), nodes=nodes,
        figures=figure_lines(row, scores, figures, cited, scores.ranked),
        beyond=None if beyond is None else plain(beyond.residual[row]),
        why=None if scores.ranked[row] else why(row, scores, nodes),
    )  # fmt: skip


def why(row: int, scores: Scores, nodes: Sequence[NodeLine]) -> str:
    """Return in words why a country is not ranked."""
    total = len(scores.matrix.indicators)
    have = round(float(scores.coverage[row, 0]) * total)
    return unmet(have, needed(scores), total, [line for line in nodes if line.depth == 1])


def _pairs(
    codes: Sequence[str],
    scores: Scores,
    series: Mapping[str, Series],
    above: Mapping[str, Mapping[str, float]],
) -> list[Pair]:
    """Return why each of those with a score is above the next, by score."""
    with_score = [code for code in codes if scores.score(code) is not None]
    with_score.sort(key=lambda code: -(scores.score(code) or 0.0))
    return [_pair(one, other, scores, series, above) for one, other in pairwise(with_score)]


def _pair(
    one: str, other: str, scores: Scores, series: Mapping[str, Series],
    above: Mapping[str, Mapping[str, float]],
) -> Pair:  # fmt: skip
    terms = against(scores, one, other, series)
    high, low = (round(score or 0.0, 1) for score in (scores.score(one), scores.score(other)))
    gap = round(high - low, 1)
    points = printed(terms, "term", 1, gap)
    names = dict(zip(scores.countries, scores.matrix.names, strict=True))
    below = [(term.name, point or 0.0) for term, point in zip(terms, points, strict=True) if term.depth == 1]
    below.sort(key=lambda item: -abs(item[1]))
    largest, rest = _largest(terms, points)
    return Pair(
        one, other, above.get(one, {}).get(other), gap, ((names[other], low), *below, (names[one], high)),
        largest, rest,
    )  # fmt: skip


def _largest(terms: Sequence[Term], points: Sequence[float | None]) -> tuple[tuple[GapTerm, ...], float]:
    """Return the indicators with the largest terms, and the points of all others together."""
    own = [n for n, term in enumerate(terms) if term.status and points[n] is not None]
    own.sort(key=lambda n: (-abs(terms[n].term or 0.0), n))
    shown = tuple(
        GapTerm(terms[n].name, terms[n].unit, points[n] or 0.0, terms[n].value, terms[n].year,
                terms[n].against_value, terms[n].against_year)
        for n in own[:TERMS]
    )  # fmt: skip
    return shown, round(sum(points[n] or 0.0 for n in own[TERMS:]), 1) + 0.0


def _widest(sides: Sequence[Side]) -> tuple[int, ...]:
    """Return the positions of the indicators whose scores are furthest apart, the furthest first."""
    scores = np.array(
        [[np.nan if line.score is None else line.score for line in side.figures] for side in sides]
    )
    apart = [
        float(np.nanmax(column) - np.nanmin(column)) if np.isfinite(column).sum() > 1 else 0.0
        for column in scores.T
    ]
    order = sorted(range(len(apart)), key=lambda k: (-apart[k], k))
    return tuple(k for k in order[:WIDEST] if apart[k] > 0)
