"""The chart of score against income: the points, and the line they are set against."""

from __future__ import annotations

import numpy as np

from readiness.analysis.income import INCOME, CountryIncome
from readiness.figures.table import Figures
from readiness.report.model import IncomeChart, IncomePoint
from readiness.scores import Scores


def chart(
    row: int, scores: Scores, figures: Figures, peers: np.ndarray, found: CountryIncome | None
) -> IncomeChart | None:
    """Return the ranked countries' scores and incomes with the line through all but this one.

    The line is that of `analysis.income`; None where there is none.
    """
    if found is None:
        return None
    values, years = figures.latest(INCOME, scores.countries, scores.framework.year)
    known = np.isfinite(values) & (values > 0) & np.isfinite(scores.nodes[:, 0])
    shown = known & (scores.ranked | (np.arange(len(values)) == row))
    intercept, slope = found.line
    ends = float(values[shown].min()), float(values[shown].max())
    points = tuple(
        IncomePoint(scores.countries[n], scores.matrix.names[n], float(values[n]), float(scores.nodes[n, 0]),
                    bool(peers[n]), n == row)
        for n in np.flatnonzero(shown)
    )  # fmt: skip
    low, high = ((end, float(intercept + slope * np.log(end))) for end in ends)
    return IncomeChart(points, (low, high), figures.series[INCOME].unit,
                       (int(years[shown].min()), int(years[shown].max())))  # fmt: skip
