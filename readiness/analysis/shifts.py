"""What countries did with one indicator in three to five years, and what step that makes feasible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readiness.analysis.history import history, span
from readiness.definitions.framework import IndicatorRef
from readiness.engine.normalise import transform, untransform
from readiness.figures.matrix import Floats, Ints
from readiness.figures.table import Figures
from readiness.scores import Scores

# A change over exactly five years counts, else over the longest of these spans.
SPANS = (5, 4, 3)
# Fewer than so many changes tell nothing.
FEWEST = 5
SHARE = 0.75


@dataclass(frozen=True)
class Did:
    """The peer that did it, in the indicator's unit after the denominator."""

    row: int
    start: float
    end: float
    first: int
    last: int


@dataclass(frozen=True)
class Shifts:
    """What countries did: their rows, start and change in the transform's unit, and the years, (P,) each."""

    rows: Ints
    start: Floats
    change: Floats
    first: Ints
    last: Ints

    def among(self, peers: Ints) -> Shifts:
        """Return what those of some rows did."""
        kept = np.isin(self.rows, peers)
        return Shifts(self.rows[kept], self.start[kept], self.change[kept], self.first[kept], self.last[kept])

    def step(self, own: float, reference: IndicatorRef) -> float | str:
        """Return the signed step in the unit of the transform, or why there is none.

        The 75th percentile (`inverted_cdf`) of the changes for the better, no larger than the largest
        of a country that began near.

        Parameters
        ----------
        own
            Where the country is, in the unit of the transform.
        """
        if len(self.rows) < FEWEST:
            return f"fewer than {FEWEST} peers have a history of three to five years"
        sign = 1.0 if reference.direction == "higher" else -1.0
        better = sign * self.change
        step = float(np.quantile(better, SHARE, method="inverted_cdf"))
        if not step > 0:
            return "three quarters of its peers have not improved"
        reached = float(better[self._near(own)].max(initial=0.0))
        return sign * min(step, reached) if reached > 0 else "no peer that began near it has improved"

    def _near(self, own: float) -> Ints:
        """Return the places of those that began within one standard deviation of where it is."""
        return np.flatnonzero(np.abs(self.start - own) <= np.std(self.start) + 1e-12)

    def who(self, wanted: float, own: float, reference: IndicatorRef) -> Did:
        """Return the one that changed at least as much and began nearest."""
        able = np.flatnonzero(np.sign(wanted) * self.change >= abs(wanted) - 1e-12)
        n = int(able[np.argmin(np.abs(self.start[able] - own))])
        start, end = from_scale(np.array([self.start[n], self.start[n] + self.change[n]]), reference)
        return Did(int(self.rows[n]), float(start), float(end), int(self.first[n]), int(self.last[n]))


def shifts(scores: Scores, figures: Figures, reference: IndicatorRef) -> Shifts:
    """Return what each country with a history did, in the unit of the indicator's transform."""
    year = scores.framework.year
    values, years = history(figures, reference, scores.countries, year)
    oldest = -1 if reference.max_age is None else year - reference.max_age
    start, end, first, last = span(values, years, oldest, SPANS)
    begun, ended = to_scale(start, reference), to_scale(end, reference)
    rows = np.flatnonzero(np.isfinite(begun) & np.isfinite(ended))
    return Shifts(rows, begun[rows], (ended - begun)[rows], first[rows], last[rows])


def to_scale(values: Floats, reference: IndicatorRef) -> Floats:
    """Return figures in the unit of the indicator's transform."""
    return transform(values, reference.transform, reference.scale)


def from_scale(values: Floats, reference: IndicatorRef) -> Floats:
    """Undo `to_scale`."""
    return untransform(values, reference.transform, reference.scale)
