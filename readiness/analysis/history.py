"""An indicator over the years, as it is scored: after the denominator, declared zeros in place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from readiness.definitions.framework import IndicatorRef
from readiness.figures.matrix import Floats, Ints
from readiness.figures.select import denominators
from readiness.figures.table import Figures


def history(
    figures: Figures, reference: IndicatorRef, codes: Sequence[str], year: int
) -> tuple[Floats, Ints]:
    """Return an indicator's figures up to a year, (C, Y), and their years, (Y,).

    After the denominator of the figure's own year, as in step 3; NaN where there is none. Where
    absence is a declared zero, a country that a year's list leaves out has zero in it.
    """
    series, block = figures.series[reference.id], figures.blocks[reference.id]
    window = block.years <= year
    years, inside = block.years[window], block.values[:, window]
    values = np.full((len(codes), len(years)), np.nan)
    place = {code: number for number, code in enumerate(block.countries)}
    rows = [number for number, code in enumerate(codes) if code in place]
    values[rows] = inside[[place[codes[number]] for number in rows]]
    found = np.full_like(values, np.nan)
    for column, own in enumerate(years):
        there = np.isfinite(values[:, column])
        if not there.any():
            continue
        divisors, _ = denominators(reference, figures, tuple(codes), np.full(len(codes), own))
        found[:, column] = values[:, column] / divisors * reference.per
        if series.zero is not None:
            found[~there, column] = 0.0
    return found, years


def span(values: Floats, years: Ints, last: int, spans: Sequence[int]) -> tuple[Floats, Floats, Ints, Ints]:
    """Return each country's start, end, first and last year over the first of the spans it has.

    Parameters
    ----------
    values, years
        As `history` returns them.
    last
        The end is the country's latest figure not older than this year.

    Returns
    -------
    start, end : (C,)
        NaN where a country has no figure so many years apart.
    first, ended : (C,)
        Their years, 0 where there is none.
    """
    count = len(values)
    start, end = np.full(count, np.nan), np.full(count, np.nan)
    first, ended = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    position = {int(year): column for column, year in enumerate(years)}
    for row in range(count):
        known = years[np.isfinite(values[row])]
        if not len(known) or known[-1] < last:
            continue
        for length in spans:
            column = position.get(int(known[-1]) - length)
            if column is not None and np.isfinite(values[row, column]):
                start[row], end[row] = values[row, column], values[row, position[int(known[-1])]]
                first[row], ended[row] = known[-1] - length, known[-1]
                break
    return start, end, first, ended
