"""The best feasible moves: what a country's own peers have done in five years, and what it would give.

A move changes one figure by no more than the change that a quarter of its peers have matched or
beaten, and names one that did. Score arithmetic, not a forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from readiness.analysis.history import history, span
from readiness.analysis.peers import POPULATION
from readiness.analysis.whatif import PLACES, Edit, current, rescored
from readiness.definitions.framework import IndicatorRef
from readiness.definitions.indicator import Series
from readiness.engine.normalise import transform, untransform
from readiness.engine.paired import Paired
from readiness.figures.matrix import Floats, Ints
from readiness.figures.select import denominators
from readiness.figures.table import Figures
from readiness.scores import Scores

# A change over exactly five years counts, else over the longest of these spans.
SPANS = (5, 4, 3)
# Of the income group, so many nearest in population are peers; fewer than so many changes tell nothing.
NEAREST, FEWEST = 40, 5
SHARE = 0.75
DRAWS = 1000
# Moves are rounded towards where the country is, to so many digits.
_DIGITS = 3


@dataclass(frozen=True)
class Move:
    """One indicator changed: from, to, what it gives, and the peer that did as much.

    `before`, `after`, `peer_start` and `peer_end` are after the denominator, in `unit`; `edit` is
    what `simulate` takes. `gain3` is the share of `draws` paired draws that gain three places;
    `peers` had a change to compare with.
    """

    id: str
    title: str
    path: tuple[str, ...]
    unit: str
    before: float
    after: float
    year: int
    edit: str
    score_change: float
    rank_before: int | float | None
    rank_after: int | float | None
    places: int | float | None
    gain3: float | None
    draws: int
    peer_code: str
    peer_name: str
    peer_from: int
    peer_to: int
    peer_start: float
    peer_end: float
    peers: int


@dataclass(frozen=True)
class Moves:
    """A country's moves, the largest gain of score first, and the indicators that give none."""

    code: str
    moves: tuple[Move, ...]
    peers_words: str
    peer_count: int
    without: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Shift:
    """What peers did with one indicator: transformed start and change, and the years, (P,) each."""

    rows: Ints
    start: Floats
    change: Floats
    first: Ints
    last: Ints


def moves(
    scores: Scores, figures: Figures, code: str, *, top: int = 5, draws: int = DRAWS
) -> Moves:  # fmt: skip
    """Return the `top` feasible moves of a country.

    Peers are the countries of its income group, the 40 nearest in population where there are more.
    For each indicator with a figure and not declared `actionable: false`, the step is the 75th
    percentile of the peers' changes over five years (four or three where there are none over
    five), in the unit of the indicator's transform, so that growth compares with growth. It ends
    at the better goalpost and within what is `valid`. The peer that did it is the one with at
    least that change that began nearest to where the country is.

    Parameters
    ----------
    draws
        Paired draws for the chance of gaining three places.

    Raises
    ------
    UnknownNameError
        When the framework does not assess the country.
    """
    row = scores.position(code)
    peers, words = _peers(scores, figures, row)
    found: list[tuple[Move, Scores, int]] = []
    without: list[tuple[str, str]] = []
    for k, reference in enumerate(scores.framework.tree.references()):
        made = _move(scores, figures, row, k, reference, peers)
        if isinstance(made, str):
            without.append((figures.series[reference.id].name, made))
        else:
            found.append((*made, k))
    found.sort(key=lambda item: (-item[0].score_change, item[0].id))
    return Moves(code, _with_chances(scores, row, found[:top], draws), words, len(peers), tuple(without))


def _peers(scores: Scores, figures: Figures, row: int) -> tuple[Ints, str]:
    """Return the rows of the peers and how they are called."""
    labels = scores.matrix.groups.get("income", (None,) * len(scores.countries))
    own = labels[row]
    rows = np.array([n for n, label in enumerate(labels) if n != row and label == own], dtype=np.int64)
    words = "all countries" if own is None else f"{str(own)[0].lower()}{str(own)[1:]} countries"
    if len(rows) <= NEAREST or POPULATION not in figures.blocks:
        return rows, words
    people = figures.latest(POPULATION, scores.countries, scores.framework.year)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.abs(np.log(people[rows] / people[row]))
    nearest = rows[np.argsort(np.where(np.isfinite(distance), distance, np.inf), kind="stable")[:NEAREST]]
    return np.sort(nearest), f"the {NEAREST} {words} nearest in population"


def _move(
    scores: Scores, figures: Figures, row: int, k: int, reference: IndicatorRef, peers: Ints
) -> tuple[Move, Scores] | str:
    """Return one indicator's move and the scores after it, or why there is none."""
    series = figures.series[reference.id]
    code, value = scores.countries[row], float(scores.stages["denominated"].values[row, k])
    if not series.actionable:
        return "not in the country's hands"
    if series.derived is not None:
        return "derived from others"
    published, year = current(scores, figures, code, reference)
    factor = _factor(scores, figures, code, reference, year)
    if not np.isfinite(value) or published is None or factor is None:
        return "no figure"
    shifts = _shifts(scores, figures, reference, peers)
    step = _step(shifts, reference)
    if isinstance(step, str):
        return step
    low, high = series.valid or (-np.inf, np.inf)
    target = float(np.clip(_target(value, step, reference) / factor, low, high))
    after = _rounded(target, published)
    gained = _to(np.array([after * factor]), reference)[0] - _to(np.array([value]), reference)[0]
    changed = rescored(
        scores, figures, code, [Edit(series.id, series.name, series.unit, published, after, year)]
    )
    gain = float(changed.nodes[row, 0] - scores.nodes[row, 0])
    if not gained * np.sign(step) > 0 or not gain > 0:
        return "at the best there is, or too little left to count"
    return _as_move(scores, changed, row, series, _who(shifts, gained, value, reference), {
        "before": value, "after": after * factor, "year": year, "score_change": gain,
        "edit": f"{series.id}={'=' if after < 0 else ''}{after:.12g}", "peers": len(shifts.rows),
    }), changed  # fmt: skip


def _step(shifts: _Shift, reference: IndicatorRef) -> float | str:
    """Return the signed step in the unit of the transform, or why there is none."""
    if len(shifts.rows) < FEWEST:
        return f"fewer than {FEWEST} peers have a history of three to five years"
    sign = 1.0 if reference.direction == "higher" else -1.0
    step = float(np.quantile(sign * shifts.change, SHARE, method="inverted_cdf"))
    return sign * step if step > 0 else "three quarters of its peers have not improved"


@dataclass(frozen=True)
class _Did:
    """The peer that did it, in the indicator's unit after the denominator."""

    row: int
    start: float
    end: float
    first: int
    last: int


def _who(shifts: _Shift, wanted: float, value: float, reference: IndicatorRef) -> _Did:
    """Return the peer that changed at least as much and began nearest."""
    sign = np.sign(wanted)
    able = np.flatnonzero(sign * shifts.change >= abs(wanted) - 1e-12)
    own = float(_to(np.array([value]), reference)[0])
    n = int(able[np.argmin(np.abs(shifts.start[able] - own))])
    start, end = _back(np.array([shifts.start[n], shifts.start[n] + shifts.change[n]]), reference)
    return _Did(int(shifts.rows[n]), float(start), float(end), int(shifts.first[n]), int(shifts.last[n]))


def _as_move(
    scores: Scores, changed: Scores, row: int, series: Series, did: _Did, known: dict[str, Any]
) -> Move:  # fmt: skip
    before, after = scores.rank(scores.countries[row]), changed.rank(scores.countries[row])
    return Move(
        id=series.id, title=series.name, path=_path(scores, series.id), unit=series.unit_scored,
        rank_before=before, rank_after=after,
        places=None if before is None or after is None else before - after, gain3=None, draws=0,
        peer_code=scores.countries[did.row], peer_name=scores.matrix.names[did.row], peer_from=did.first,
        peer_to=did.last, peer_start=did.start, peer_end=did.end, **known,
    )  # fmt: skip


def _shifts(scores: Scores, figures: Figures, reference: IndicatorRef, peers: Ints) -> _Shift:
    """Return what each peer with a history did, in the unit of the indicator's transform."""
    codes, year = [scores.countries[n] for n in peers], scores.framework.year
    values, years = history(figures, reference, codes, year)
    oldest = -1 if reference.max_age is None else year - reference.max_age
    start, end, first, last = span(values, years, oldest, SPANS)
    begun, ended = _to(start, reference), _to(end, reference)
    there = np.isfinite(begun) & np.isfinite(ended)
    return _Shift(peers[there], begun[there], (ended - begun)[there], first[there], last[there])


def _to(values: Floats, reference: IndicatorRef) -> Floats:
    return transform(values, reference.transform, reference.scale)


def _back(values: Floats, reference: IndicatorRef) -> Floats:
    return untransform(values, reference.transform, reference.scale)


def _target(value: float, change: float, reference: IndicatorRef) -> float:
    """Return the value a step further, no further than the better goalpost."""
    found = float(_back(_to(np.array([value]), reference) + change, reference)[0])
    if reference.goalposts is None:
        return found
    low, high = reference.goalposts
    return min(found, high) if reference.direction == "higher" else max(found, low)


def _factor(
    scores: Scores, figures: Figures, code: str, reference: IndicatorRef, year: int
) -> float | None:  # fmt: skip
    """Return what a published figure is multiplied by to be scored; None without a denominator."""
    divisor = denominators(reference, figures, (code,), np.array([year]))[0][0]
    return float(reference.per / divisor) if np.isfinite(divisor) else None


def _rounded(after: float, before: float) -> float:
    """Round to some digits towards where the country is, so that a move is never made larger."""
    if not np.isfinite(after) or after == 0:
        return after
    unit = 10.0 ** (np.floor(np.log10(abs(after))) - _DIGITS + 1)
    steps = after / unit
    whole = np.floor(steps + 1e-9) if after > before else np.ceil(steps - 1e-9)
    return float(f"{whole * unit:.12g}")


def _path(scores: Scores, name: str) -> tuple[str, ...]:
    """Return the titles of the nodes above an indicator."""
    found: list[str] = []
    for part in scores.framework.tree.nodes()[1:]:
        if any(item.id == name for item in part.references()):
            found.append(part.title)
    return tuple(found)


def _with_chances(
    scores: Scores, row: int, found: Sequence[tuple[Move, Scores, int]], draws: int
) -> tuple[Move, ...]:  # fmt: skip
    if not found or scores.framework.uncertainty is None or not scores.ranked[row]:
        return tuple(move for move, _, _ in found)
    paired = Paired(scores, draws)
    return tuple(
        replace(move, gain3=paired.gain(paired.after(after, (k,)), row, PLACES), draws=draws)
        for move, after, k in found
    )
