"""Beyond income: the score a country would be expected to have at its income, and what it adds.

Most indices follow income. The residual of a robust regression of the index score on the
logarithm of GDP per person says where a country stands beyond that. The country itself is left
out of the line it is measured against, so that it cannot pull the line to itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from readiness.engine.rank import rank
from readiness.figures.matrix import Floats, Ints
from readiness.figures.table import Figures
from readiness.scores import Scores, plain, whole

INCOME = "gdp_per_capita_ppp"
# Huber's constant: 95% of the efficiency of least squares under normal errors.
K = 1.345
# The median absolute deviation of a normal distribution, in standard deviations.
_MAD = 0.6744897501960817
# Fewer countries than this draw no line.
FEWEST = 8
_ITERATIONS, _FREE_SCALE = 1000, 200


@dataclass(frozen=True)
class BeyondIncome:
    """Index scores beside those expected at a country's income; arrays are C countries.

    Attributes
    ----------
    income, years
        GDP per person, NaN and 0 where there is none.
    expected
        On the line through the other ranked countries; NaN without income or score.
    residual
        Points of the index score above the expected.
    ranks
        Of the residual, 1 for the most above, among the ranked with income; not a rank of the
        index. NaN for the others.
    lines : (C, 2)
        Intercept and slope of the line on the logarithm of income, through the other ranked countries.
    slope
        Points for an income twice as high, on the line through all ranked countries.
    count
        Ranked countries with income.
    """

    income: Floats
    years: Ints
    expected: Floats
    residual: Floats
    ranks: Floats
    lines: Floats
    slope: float
    count: int


@dataclass(frozen=True)
class CountryIncome:
    """`BeyondIncome` of one country, None where missing."""

    income: float
    year: int
    expected: float | None
    residual: float | None
    rank: int | float | None
    of: int
    # `below` or `above`: the income is outside those of the other ranked countries.
    beyond: Literal["below", "above"] | None
    # Intercept and slope of the line that `expected` is on, over the logarithm of income.
    line: tuple[float, float]

    @classmethod
    def of_row(cls, found: BeyondIncome, row: int) -> CountryIncome | None:
        """Return one country's row; None where it has no income."""
        if not np.isfinite(found.income[row]):
            return None
        others = np.isfinite(found.ranks)
        others[row] = False
        own, incomes = float(found.income[row]), found.income[others]
        beyond: Literal["below", "above"] | None = (
            "below" if own < incomes.min() else "above" if own > incomes.max() else None
        )
        return cls(own, int(found.years[row]), plain(found.expected[row]), plain(found.residual[row]),
                   whole(found.ranks[row]), found.count, beyond,
                   (float(found.lines[row, 0]), float(found.lines[row, 1])))  # fmt: skip


def beyond_income(scores: Scores, figures: Figures, income: str = INCOME) -> BeyondIncome | None:
    """Compare every country's index score with that expected at its income.

    The line is Huber's regression (`huber_line`) of the score on the logarithm of income over the
    ranked countries but the one it is for; an unranked country with a score is beside the line
    through all ranked.

    None where the index has no such series, fewer than `FEWEST` + 1 ranked countries have a
    figure, or all have the same.
    """
    if income not in figures.blocks:
        return None
    values, years = figures.latest(income, scores.countries, scores.framework.year)
    values = np.where(values > 0, values, np.nan)
    logs, y = np.log(values), scores.nodes[:, 0]
    line = scores.ranked & np.isfinite(logs) & np.isfinite(y)
    count = int(line.sum())
    if count <= FEWEST or not _differ(logs[line]):
        return None
    included = np.repeat(line[None, :], count + 1, axis=0)
    rows = np.flatnonzero(line)
    included[np.arange(count), rows] = False
    intercept, slope = huber_line(logs, y, included)
    lines = np.tile([intercept[-1], slope[-1]], (len(logs), 1))
    lines[rows] = np.column_stack([intercept[:-1], slope[:-1]])
    expected = lines[:, 0] + lines[:, 1] * logs
    expected = np.where(np.isfinite(y), expected, np.nan)
    residual = y - expected
    return BeyondIncome(values, np.where(np.isfinite(values), years, 0), expected, residual,
                        rank(residual, line), lines, float(slope[-1] * np.log(2)), count)  # fmt: skip


def _differ(x: Floats) -> bool:
    """Tell whether a line stands with any one country left out."""
    return len(np.unique(x)) > 2 or (len(np.unique(x)) == 2 and min(np.unique(x, return_counts=True)[1]) > 1)


def huber_line(x: Floats, y: Floats, included: np.ndarray, k: float = K) -> tuple[Floats, Floats]:
    """Fit R lines `y = a + b x` by Huber's M-estimator.

    Minimises `sum rho(r_i / s)`, rho quadratic within `k` scales and linear beyond, by iteratively
    reweighted least squares from ordinary least squares on, until no coefficient changes by more
    than 1e-10 of its size. The scale is `s = median |r| / 0.6745`, taken anew in each round; from
    round 200 on it stays, so that the rounds end. A scale of zero ends them: more than half of the
    countries are on the line. Huber 1964, 1981.

    Parameters
    ----------
    x, y : (C,)
        In any unit; NaN where not included.
    included : (R, C) bool
        Which countries each line is fitted to: at least three, with two different x.

    Returns
    -------
    a, b : (R,)
    """
    inside = included & np.isfinite(x) & np.isfinite(y)
    fx, fy = np.where(np.isfinite(x), x, 0.0), np.where(np.isfinite(y), y, 0.0)
    weights = inside.astype(np.float64)
    a, b = _least_squares(fx, fy, weights)
    scale = _scale(fx, fy, a, b, inside)
    for number in range(_ITERATIONS):
        if number < _FREE_SCALE:
            scale = _scale(fx, fy, a, b, inside)
        open_ = scale > 1e-12 * (1 + np.abs(fy[inside.any(axis=0)]).max())
        size = np.abs(fy - a[:, None] - b[:, None] * fx)
        limit = k * np.where(open_, scale, 1.0)[:, None]
        weights = np.where(inside, limit / np.maximum(size, limit), 0.0)
        new_a, new_b = _least_squares(fx, fy, weights)
        new_a, new_b = np.where(open_, new_a, a), np.where(open_, new_b, b)
        still = (np.abs(new_a - a) > 1e-10 * (1 + np.abs(a))) | (np.abs(new_b - b) > 1e-10 * (1 + np.abs(b)))
        a, b = new_a, new_b
        if not still.any():
            break
    return a, b


def _least_squares(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return weighted least squares lines, one a row of weights."""
    total = weights.sum(axis=1)
    mean_x, mean_y = weights @ x / total, weights @ y / total
    dx, dy = x - mean_x[:, None], y - mean_y[:, None]
    b = (weights * dx * dy).sum(axis=1) / (weights * dx * dx).sum(axis=1)
    return mean_y - b * mean_x, b


def _scale(x: Floats, y: Floats, a: Floats, b: Floats, inside: np.ndarray) -> Floats:
    sizes = np.where(inside, np.abs(y - a[:, None] - b[:, None] * x), np.nan)
    return np.asarray(np.nanmedian(sizes, axis=1) / _MAD)
