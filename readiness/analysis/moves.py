"""The best feasible moves: what a country's own peers have done in five years, and what it would give.

A move changes one figure by no more than the change that a quarter of its peers have matched or
beaten, and names one that did, from where the country is. Score arithmetic, not a forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from readiness.analysis.peers import POPULATION, by_structure
from readiness.analysis.shifts import Did, Shifts, from_scale, shifts, to_scale
from readiness.analysis.whatif import PLACES, Edit, current, rescored_each
from readiness.definitions.framework import IndicatorRef
from readiness.engine.paired import Paired
from readiness.errors import ReadinessError, did_you_mean, listed
from readiness.figures.matrix import Ints
from readiness.figures.select import denominators
from readiness.figures.table import Figures
from readiness.scores import Scores

# So many of a group that are nearest in population are peers.
NEAREST = 40
DRAWS = 1000
PEERS = ("income", "region", "similar")
# Moves are rounded towards where the country is, to so many digits.
_DIGITS = 3


@dataclass(frozen=True)
class Move:
    """One indicator changed: from, to, what it gives, and the peer that did as much.

    `before`, `after`, `change`, `peer_start` and `peer_end` are after the denominator, in `unit`;
    `published_before` and `published_after` are the source's numbers, in `published_unit`; `edit`
    is what `simulate` takes. `gain3` is the share of `draws` paired draws that gain three places;
    `peers` had a change to compare with.
    """

    id: str
    title: str
    path: tuple[str, ...]
    unit: str
    before: float
    after: float
    change: float
    year: int
    published_before: float
    published_after: float
    published_unit: str
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


def moves(
    scores: Scores, figures: Figures, code: str, *, top: int = 5, draws: int = DRAWS, peers: str = "income"
) -> Moves:
    """Return the `top` feasible moves of a country.

    For each indicator with a figure and not declared `actionable: false`, the step is the 75th
    percentile (`inverted_cdf`) of the peers' changes over five years, over four or three for a
    peer without a figure five years before its latest; never stretched to five. Changes are taken
    in the unit of the indicator's transform, so that growth compares with growth. The step is no
    larger than the largest of a peer that began within one standard deviation of the peers'
    starts from where the country is; it ends at the better goalpost and within what is `valid`,
    and a figure published in whole numbers stays whole. The peer that did it is, of those, the one
    with at least that change that began nearest.

    Parameters
    ----------
    draws
        Paired draws for the chance of gaining three places.
    peers
        `income` or `region`, the 40 nearest in population where the group has more; `similar`,
        the 40 nearest in size, income and region. A country without that label has all others.

    Raises
    ------
    UnknownNameError
        When the framework does not assess the country.
    ReadinessError
        When there are no such peers.
    """
    return Mover(scores, figures, draws).moves(code, top=top, peers=peers)


class Mover:
    """Finds the moves of many countries of one result: what they share is made once."""

    def __init__(self, scores: Scores, figures: Figures, draws: int = DRAWS) -> None:
        self.scores, self.figures, self.draws = scores, figures, draws
        self._shifts: dict[str, Shifts] = {}

    def moves(self, code: str, *, top: int = 5, peers: str = "income") -> Moves:
        """Return the moves of one country, see `moves`."""
        row = self.scores.position(code)
        rows, words = _peers(self.scores, self.figures, row, peers)
        without: list[tuple[str, str]] = []
        found: list[_Candidate] = []
        for k, reference in enumerate(self.scores.references):
            made = self._candidate(row, k, reference, rows)
            if isinstance(made, str):
                without.append((self.figures.series[reference.id].name, made))
            else:
                found.append(made)
        changed = rescored_each(self.scores, self.figures, code, [made.edit for made in found])
        now = self.scores.nodes[row, 0]
        better = [
            (score - now, made, scores_after)
            for made, (score, scores_after) in zip(found, changed, strict=True)
            if made.gained > 0 and score > now
        ]
        kept = {made.edit.id for _, made, _ in better}
        names = [self.figures.series[made.edit.id].name for made in found if made.edit.id not in kept]
        without += [(name, "at the best there is, or too little left to count") for name in names]
        better.sort(key=lambda item: (-item[0], item[1].edit.id))
        first = [(made, scores_after()) for _, made, scores_after in better[:top]]
        best = [(made.move(self.scores, after, row), after) for made, after in first]
        order = [self.figures.series[item.id].name for item in self.scores.references]
        without.sort(key=lambda item: order.index(item[0]))
        return Moves(code, self._with_chances(row, best), words, len(rows), tuple(without))

    def _candidate(self, row: int, k: int, reference: IndicatorRef, peers: Ints) -> _Candidate | str:
        """Return one indicator's edit, or why there is none."""
        scores, figures = self.scores, self.figures
        series, code = figures.series[reference.id], scores.countries[row]
        value = float(scores.stages["denominated"].values[row, k])
        if not series.actionable or series.derived is not None:
            return "computed from other series" if series.actionable else "declared not to act on"
        published, year = current(scores, figures, code, series.id)
        factor = _factor(reference, figures, code, year)
        if not np.isfinite(value) or published is None or factor is None:
            return "no figure"
        if not np.isfinite(scores.nodes[row, 0]):
            return "too few figures for a score"
        did = self._shifts_of(reference).among(peers)
        own = float(to_scale(np.array([value]), reference)[0])
        step = did.step(own, reference)
        if isinstance(step, str):
            return step
        low, high = series.valid or (-np.inf, np.inf)
        target = float(np.clip(_target(own + step, reference) / factor, low, high))
        after = _rounded(target, published, whole=_whole(figures, series.id))
        gained = float(to_scale(np.array([after * factor]), reference)[0]) - own
        made = Edit(series.id, series.name, series.unit, published, after, year)
        return _Candidate(made, reference, did, own, gained, step, value, after * factor,
                          series.unit_divided(reference.denominator, reference.per))  # fmt: skip

    def _shifts_of(self, reference: IndicatorRef) -> Shifts:
        if reference.id not in self._shifts:
            self._shifts[reference.id] = shifts(self.scores, self.figures, reference)
        return self._shifts[reference.id]

    @cached_property
    def _paired(self) -> Paired:
        return Paired(self.scores, self.draws)

    def _with_chances(self, row: int, found: Sequence[tuple[Move, Scores]]) -> tuple[Move, ...]:
        """Give moves their chance of three places, all over the same draws."""
        if self.scores.framework.uncertainty is None or not self.scores.ranked[row]:
            return tuple(move for move, _ in found)
        shares = self._paired.gains([after for _, after in found], row, (PLACES,))
        return tuple(
            replace(move, gain3=share[0] if share else None, draws=self.draws)
            for (move, _), share in zip(found, shares, strict=True)
        )


@dataclass(frozen=True)
class _Candidate:
    """An edit that peers have matched, before it is known what it gives.

    `own`, `gained` and `step` are in the unit of the transform; `gained` counts towards the better.
    """

    edit: Edit
    reference: IndicatorRef
    shifts: Shifts
    own: float
    change: float
    step: float
    before: float
    after: float
    unit: str

    @property
    def gained(self) -> float:
        return float(self.change * np.sign(self.step))

    def move(self, scores: Scores, changed: Scores, row: int) -> Move:
        """Return the move, with what it gives and the peer that did as much."""
        return _as_move(
            scores, changed, row, self.edit, self.shifts.who(self.change, self.own, self.reference),
            unit=self.unit, before=self.before, after=self.after, peers=len(self.shifts.rows),
        )  # fmt: skip


def _peers(scores: Scores, figures: Figures, row: int, kind: str) -> tuple[Ints, str]:
    """Return the rows of the peers and how they are called."""
    if kind not in PEERS:
        raise ReadinessError(f"unknown peers {kind!r}", did_you_mean(kind, PEERS) or listed(PEERS, "or"))
    if kind == "similar":
        alike = by_structure(scores, scores.countries[row], figures, count=NEAREST)
        rows = np.array(sorted(scores.position(peer.country) for peer in alike), dtype=np.int64)
        return rows, f"the {len(rows)} countries most like it in size, income and region"
    labels = scores.matrix.groups.get(kind, (None,) * len(scores.countries))
    own = labels[row]
    rows = np.array(
        [n for n, label in enumerate(labels) if n != row and own in (None, label)], dtype=np.int64
    )
    words = _called(kind, own)
    if len(rows) <= NEAREST or POPULATION not in figures.blocks:
        return rows, f"the {len(rows)} other {words}"
    people = figures.latest(POPULATION, scores.countries, scores.framework.year)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.abs(np.log(people[rows] / people[row]))
    nearest = rows[np.argsort(np.where(np.isfinite(distance), distance, np.inf), kind="stable")[:NEAREST]]
    return np.sort(nearest), f"the {NEAREST} {words} nearest in population"


def _called(kind: str, label: object) -> str:
    if label is None:
        return "countries"
    if kind == "income":
        return f"{str(label)[0].lower()}{str(label)[1:]} countries"
    return f"countries of {label}"


def _as_move(scores: Scores, changed: Scores, row: int, made: Edit, did: Did, **known: Any) -> Move:
    code, after = scores.countries[row], float(made.after or 0.0)
    ranks = scores.rank(code), changed.rank(code)
    return Move(
        id=made.id, title=made.title, path=_path(scores, made.id), year=made.year,
        change=known["after"] - known["before"], published_before=float(made.before or 0.0),
        published_after=after, published_unit=made.unit,
        edit=f"{made.id}={'=' if after < 0 else ''}{after:.12g}",
        score_change=float(changed.nodes[row, 0] - scores.nodes[row, 0]),
        rank_before=ranks[0], rank_after=ranks[1],
        places=None if ranks[0] is None or ranks[1] is None else ranks[0] - ranks[1], gain3=None, draws=0,
        peer_code=scores.countries[did.row], peer_name=scores.matrix.names[did.row], peer_from=did.first,
        peer_to=did.last, peer_start=did.start, peer_end=did.end, **known,
    )  # fmt: skip


def _target(wanted: float, reference: IndicatorRef) -> float:
    """Return the value of a place in the transform's unit, no further than the better goalpost."""
    found = float(from_scale(np.array([wanted]), reference)[0])
    if reference.goalposts is None:
        return found
    low, high = reference.goalposts
    return min(found, high) if reference.direction == "higher" else max(found, low)


def _factor(reference: IndicatorRef, figures: Figures, code: str, year: int) -> float | None:
    """Return what a published figure is multiplied by to be scored; None without a denominator."""
    divisor = denominators(reference, figures, (code,), np.array([year]))[0][0]
    return float(reference.per / divisor) if np.isfinite(divisor) else None


def _whole(figures: Figures, name: str) -> bool:
    """Whether every figure of a series is a whole number: half a cloud region is none."""
    values = figures.blocks[name].values
    there = values[np.isfinite(values)]
    return bool(len(there)) and bool((there == np.round(there)).all())


def _rounded(after: float, before: float, *, whole: bool) -> float:
    """Round to some digits towards where the country is, so that a move is never made larger."""
    if not np.isfinite(after) or after == 0:
        return after
    unit = 10.0 ** (np.floor(np.log10(abs(after))) - _DIGITS + 1)
    unit = max(unit, 1.0) if whole else unit
    steps = after / unit
    rounded = np.floor(steps + 1e-9) if after > before else np.ceil(steps - 1e-9)
    return float(f"{rounded * unit:.12g}")


def _path(scores: Scores, name: str) -> tuple[str, ...]:
    """Return the titles of the nodes above an indicator."""
    found: list[str] = []
    for part in scores.framework.tree.nodes()[1:]:
        if any(item.id == name for item in part.references()):
            found.append(part.title)
    return tuple(found)
