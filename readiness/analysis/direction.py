"""The direction: how the figures of a country have moved in about five years, on today's goalposts.

Not a change of rank: every figure is set against its own earlier one, and what that would be in
the score today.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from readiness.analysis.history import history, span
from readiness.engine.compute import compute
from readiness.engine.plan import is_local
from readiness.errors import ReadinessError
from readiness.figures.matrix import Flag, Floats, Ints
from readiness.figures.table import Figures
from readiness.scores import Scores

# The span looked for first, then the others.
SPANS = (5, 4, 6)
SHOWN = 3
# Scores of an indicator that print alike are unchanged.
DECIMALS = 1
# Points that print as zero are no up or down.
LEAST = 0.005


@dataclass(frozen=True)
class Shift:
    """One figure then and now, after the denominator, in `unit`; `points` of the index score."""

    id: str
    title: str
    unit: str
    before: float
    before_year: int
    after: float
    after_year: int
    points: float


@dataclass(frozen=True)
class Direction:
    """How many figures are better, worse and unchanged, and how many have no history.

    `span` are the fewest and the most years between two figures, (0, 0) where there is none;
    `points` what all of them together have added to the index score. `ups` and `downs` are the
    largest among the improved and the worsened. `median` is the median of such `points` among all
    ranked countries, `peer_median` among those of the income group `peers`: figures such as the
    number of secure servers rise nearly everywhere. None where other countries' figures enter
    the score.
    """

    code: str
    improved: int
    worsened: int
    unchanged: int
    without: int
    span: tuple[int, int]
    ups: tuple[Shift, ...]
    downs: tuple[Shift, ...]
    points: float
    median: float | None = None
    peer_median: float | None = None
    peers: str | None = None


def direction(scores: Scores, figures: Figures, code: str) -> Direction | None:
    """Return how a country's figures have moved, see `Directions.of`."""
    return Directions(scores, figures).of(code)


@dataclass(frozen=True)
class _Then:
    """Scores with an indicator as it was: the indicator's own, printed, and the index, both (C,)."""

    normalised: Floats
    index: Floats


@dataclass(frozen=True)
class Directions:
    """The directions of all countries of a framework; what they share is made once."""

    scores: Scores
    figures: Figures
    cache: dict[tuple[int, ...], _Then | None] = field(default_factory=dict, repr=False)

    def of(self, code: str) -> Direction | None:
        """Return how a country's figures have moved; None for a country without an index score.

        For each indicator with a figure now and one five years before it (four or six where there
        is none): improved, worsened or unchanged by its score, both on today's scale, to the
        decimal that is printed; the points are the index score now less the index score with that
        figure as it was, all else as it is now. The `points` of all together are the score now
        less that with every one of them as it was: the single ones add up to about that, not to
        it, where means are not arithmetic. A figure beyond the goalposts then and now has not
        moved.

        Raises
        ------
        UnknownNameError
            When the framework does not assess the country.
        """
        row = self.scores.position(code)
        now = float(self.scores.nodes[row, 0])
        if not np.isfinite(now):
            return None
        moved = {k: change for k in self._known(row) if (change := self._moved(row, k)) is not None}
        shifts = [(self._shift(row, k), change) for k, change in moved.items()]
        shifts.sort(key=lambda item: (-item[0].points, item[0].id))
        total = self._then(row, tuple(moved)) if moved else None
        medians = self._medians(row)
        return Direction(
            code=code, improved=sum(change > 0 for change in moved.values()),
            worsened=sum(change < 0 for change in moved.values()),
            unchanged=sum(change == 0 for change in moved.values()),
            without=len(self.scores.matrix.indicators) - len(moved), span=self._span(row, tuple(moved)),
            ups=tuple(shift for shift, change in shifts if change > 0 and shift.points >= LEAST)[:SHOWN],
            downs=tuple(shift for shift, change in reversed(shifts)
                        if change < 0 and shift.points <= -LEAST)[:SHOWN],
            points=0.0 if total is None else now - float(total.index[row]),
            median=medians[0], peer_median=medians[1], peers=medians[2],
        )  # fmt: skip

    @cached_property
    def _pairs(self) -> tuple[Floats, Ints, Ints]:
        """What each figure was, after the denominator, the year of that and of the figure now, (C, K).

        NaN and 0 where there is no history, or it is not that of the scored figure.
        """
        scores, year = self.scores, self.scores.framework.year
        now = scores.stages["denominated"].values
        before, first, last = np.full(now.shape, np.nan), np.zeros(now.shape, int), np.zeros(now.shape, int)
        for k, reference in enumerate(scores.references):
            values, years = history(self.figures, reference, scores.countries, year)
            oldest = -1 if reference.max_age is None else year - reference.max_age
            start, end, begun, ended = span(values, years, oldest, SPANS)
            with np.errstate(invalid="ignore"):
                same = np.isclose(end, now[:, k], rtol=1e-9) & (scores.matrix.flags[:, k] != Flag.MISSING)
            before[:, k] = np.where(same, start, np.nan)
            first[:, k], last[:, k] = np.where(same, begun, 0), np.where(same, ended, 0)
        return before, first, last

    def _known(self, row: int) -> list[int]:
        return [int(k) for k in np.flatnonzero(np.isfinite(self._pairs[0][row]))]

    def _span(self, row: int, known: tuple[int, ...]) -> tuple[int, int]:
        _, first, last = self._pairs
        spans = [int(last[row, k] - first[row, k]) for k in known] or [0]
        return min(spans), max(spans)

    def _moved(self, row: int, k: int) -> float | None:
        """Return by how much an indicator's printed score has changed; None where it cannot be said."""
        then = self._then(row, (k,))
        if then is None or not np.isfinite(then.index[row]):
            return None
        after = float(self.scores.stages["normalised"].values[row, k])
        return round(after, DECIMALS) - round(float(then.normalised[row]), DECIMALS)

    def _shift(self, row: int, k: int) -> Shift:
        reference = self.scores.references[k]
        series, then = self.figures.series[reference.id], self._then(row, (k,))
        before, first, last = (float(table[row, k]) for table in self._pairs)
        return Shift(
            series.id, series.name, series.unit_divided(reference.denominator, reference.per),
            before, int(first), float(self.scores.stages["denominated"].values[row, k]), int(last),
            0.0 if then is None else float(self.scores.nodes[row, 0] - then.index[row]),
        )  # fmt: skip

    @cached_property
    def _alone(self) -> bool:
        """Whether no country's score depends on other countries' figures."""
        return is_local(self.scores.framework)

    def _then(self, row: int, known: tuple[int, ...]) -> _Then | None:
        """Return the scores with these indicators as they were; None where they cannot be computed.

        Where every country's score is its own, all countries are put back at once.
        """
        rows = np.arange(len(self.scores.countries)) if self._alone else np.array([row])
        key = known if self._alone else (*known, -1 - row)
        if key not in self.cache:
            try:
                found = self._put_back(rows, known)
            except ReadinessError:  # what was cannot be transformed as what is
                self.cache[key] = None
            else:
                normalised = found.stages["normalised"].values[:, known[0]]
                self.cache[key] = _Then(normalised, found.nodes[:, 0])
        return self.cache[key]

    def _put_back(self, rows: Ints, known: tuple[int, ...]) -> Scores:
        matrix, references = self.scores.matrix, self.scores.references
        values, denominators, before = matrix.values.copy(), matrix.denominators.copy(), self._pairs[0]
        for k in known:
            there = rows[np.isfinite(before[rows, k])]
            values[there, k], denominators[there, k] = before[there, k] / references[k].per, 1.0
        return compute(self.scores.framework, replace(matrix, values=values, denominators=denominators))

    def _medians(self, row: int) -> tuple[float | None, float | None, str | None]:
        """Return the median of the points of all together, of all ranked and of the income group."""
        if not self._alone:
            return None, None, None
        everything = self._then(row, tuple(range(len(self.scores.matrix.indicators))))
        if everything is None:
            return None, None, None
        points = self.scores.nodes[:, 0] - everything.index
        there = self.scores.ranked & np.isfinite(points)
        labels = self.scores.matrix.groups.get("income", (None,) * len(points))
        peers = there & np.array([label is not None and label == labels[row] for label in labels])
        return (
            float(np.median(points[there])) if there.any() else None,
            float(np.median(points[peers])) if peers.any() else None,
            str(labels[row]) if peers.any() else None,
        )
