"""Figures carried over time: the last known one, and a line between two.

A figure within `max_age` is a selection; what is older, or between two years, is
imputation. Both take a series' figures of all years, countries x years, and answer for one year.
"""

from __future__ import annotations

import numpy as np

from readiness.figures.matrix import Floats, Ints


def last_known(values: Floats, years: Ints, year: int, max_years: int | None = None) -> tuple[Floats, Ints]:
    """Return each country's latest figure not later than a year, and the figure's year.

    Parameters
    ----------
    values : (C, Y)
        Figures of a series, NaN where there is none.
    years : (Y,)
        Ascending.
    max_years
        How many years before `year` it may be from; None is no limit.

    Returns
    -------
    values (C,), years (C,)
        NaN and 0 where there is none. OECD/JRC Handbook, step 3 (last value carried
        forward); COINr `impute_panel(imp_type = "latest")`, which counts the years that the
        table has, not those of the calendar.
    """
    window = years <= year
    if max_years is not None:
        window &= years >= year - max_years
    has = np.isfinite(values) & window
    found = has.any(axis=1)
    if not values.shape[1]:
        return np.full(len(values), np.nan), np.zeros(len(values), dtype=np.int64)
    last = values.shape[1] - 1 - np.argmax(has[:, ::-1], axis=1)
    picked = values[np.arange(len(values)), last]
    return np.where(found, picked, np.nan), np.where(found, years[last], 0)


def linear(values: Floats, years: Ints, year: int) -> Floats:
    """Return each country's value on the line between its figures before and after a year.

    Before the first and after the last figure it is the nearest one: no trend is continued.
    Figures later than the year count here, and here only. COINr
    `impute_panel(imp_type = "linear-constant")`, R's `approx(rule = 2)`.

    Parameters
    ----------
    values : (C, Y)
        Figures of a series, NaN where there is none.
    years : (Y,)
        Ascending.

    Returns
    -------
    (C,)
        In the unit of the figures; NaN for a country without any.
    """
    before, before_year = last_known(values, years, year)
    after, after_year = last_known(values[:, ::-1], -years[::-1], -year)
    left, right = np.isfinite(before), np.isfinite(after)
    span = np.where(left & right, -after_year - before_year, 0)
    share = np.where(span > 0, (year - before_year) / np.where(span > 0, span, 1), 0.0)
    between = before + (after - before) * share
    return np.where(left & right, between, np.where(left, before, after))
