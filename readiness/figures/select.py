"""Steps 1 and 2 of the method: the latest figure within its age, and declared zeros.

Also looks up what step 3 divides by.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from readiness.countries import Countries
from readiness.definitions.block import Block
from readiness.definitions.columns import LastKnown, LinearInTime
from readiness.definitions.framework import Framework, IndicatorRef
from readiness.definitions.indicator import Series
from readiness.errors import ReadinessError
from readiness.figures import carry
from readiness.figures.matrix import Flag, Floats, Ints, Matrix
from readiness.figures.table import Figures, latest, remark_on


def select(
    framework: Framework, figures: Figures, countries: Countries, *, own_countries: bool = True
) -> Matrix:
    """Pivot the figures to the countries and indicators of a completed framework.

    For each cell the latest figure not later than the framework's `year` and not older
    than `max_age` (step 1); for a series with `absence: {zero: ...}` a declared zero where
    there is none (step 2): a census counts in its latest list only, and a list that is
    itself too old declares nothing.

    Parameters
    ----------
    framework
        Completed, see `Framework.completed`.
    own_countries
        Whether the index has its own `countries.yaml`: then `countries: all` is all of
        it, else every country with a figure for an indicator of the framework.

    Raises
    ------
    ReadinessError
        When no country is left.
    """
    references = framework.tree.references()
    codes = _codes(framework, references, figures, countries, own_countries)
    if not codes:
        raise ReadinessError(f"the framework {framework.id!r} has no country", "See its 'countries:'")
    columns = [_column(item, figures, codes, framework.year) for item in references]
    return Matrix(
        countries=codes,
        names=tuple(countries[code].name for code in codes),
        indicators=tuple(item.id for item in references),
        values=np.column_stack([column.values for column in columns]),
        years=np.column_stack([column.years for column in columns]),
        flags=np.column_stack([column.flags for column in columns]),
        denominators=np.column_stack([column.denominators for column in columns]),
        denominator_years=np.column_stack([column.denominator_years for column in columns]),
        groups=_groups(codes, countries),
        errors=np.column_stack(
            [
                _errors(figures.series[item.id], codes, column)
                for item, column in zip(references, columns, strict=True)
            ]
        ),
        publishers=tuple(figures.series[item.id].source.publisher for item in references),
        carried=_carried(references, figures, codes, framework, columns),
        context={
            name: figures.latest(name, codes, framework.year)[0] for name in _predictors(framework, figures)
        },
    )


def reselected(framework: Framework, matrix: Matrix, figures: Figures, touched: Collection[str]) -> Matrix:
    """Return the matrix with what hangs on some series selected anew, as from edited figures.

    The countries stay.

    Parameters
    ----------
    touched
        The series with other figures: columns of these indicators are made anew, of those divided
        by them, and the context.
    """
    references, codes = framework.tree.references(), matrix.countries
    names = ("values", "years", "flags", "denominators", "denominator_years")
    tables = {name: getattr(matrix, name).copy() for name in names}
    errors = None if matrix.errors is None else matrix.errors.copy()
    columns = {}
    for k, item in enumerate(references):
        if not {item.id, item.denominator} & set(touched):
            continue
        columns[k] = column = _column(item, figures, codes, framework.year)
        for name in names:
            tables[name][:, k] = getattr(column, name)
        if errors is not None:
            errors[:, k] = _errors(figures.series[item.id], codes, column)
    carried = matrix.carried
    if carried is not None:
        carried = carried.copy()
        made = [references[k] for k in columns]
        again = _carried(made, figures, codes, framework, list(columns.values()))
        if made and again is not None:
            carried[:, list(columns)] = again
    context = {
        name: figures.latest(name, codes, framework.year)[0] if name in touched else values
        for name, values in matrix.context.items()
    }
    return replace(matrix, **tables, errors=errors, carried=carried, context=context)


def _predictors(framework: Framework, figures: Figures) -> list[str]:
    """Return the series that missing figures are regressed on, by the method or in the draws."""
    drawn = framework.uncertainty.imputation if framework.uncertainty else None
    names = [*getattr(framework.methods.imputation, "on", ()), *(drawn.on if drawn else ())]
    return [name for name in dict.fromkeys(names) if name in figures.blocks]


def _carried(
    references: Sequence[IndicatorRef], figures: Figures, codes: tuple[str, ...], framework: Framework,
    columns: Sequence[_Column],
) -> Floats | None:  # fmt: skip
    """Return what is carried over time, after the denominator, (C, K); None where nothing is."""
    method = framework.methods.imputation
    if not isinstance(method, LastKnown | LinearInTime):
        return None
    carried = []
    for item, column in zip(references, columns, strict=True):
        values, years = _over_time(figures.blocks[item.id], codes, framework.year, method)
        missing = np.where(np.isfinite(column.values), 0, years)
        divisors, _ = denominators(item, figures, codes, missing)
        carried.append(values / divisors * item.per)
    return np.column_stack(carried)


def _over_time(
    block: Block, codes: tuple[str, ...], year: int, method: LastKnown | LinearInTime
) -> tuple[Floats, Ints]:
    """Return each country's value carried to a year, and the year its denominator is of."""
    row = {code: number for number, code in enumerate(block.countries)}
    table = np.full((len(codes), len(block.years)), np.nan)
    here = [number for number, code in enumerate(codes) if code in row]
    table[here] = block.values[[row[codes[number]] for number in here]]
    if isinstance(method, LastKnown):
        return carry.last_known(table, block.years, year, method.max_years)
    return carry.linear(table, block.years, year), np.full(len(codes), year)


def _errors(series: Series, codes: tuple[str, ...], column: _Column) -> Floats:
    """Return one standard deviation of each figure: the remark's, else the series' own, else 0."""
    errors = np.where(column.flags == Flag.FIGURE, series.error or 0.0, 0.0)
    own = {remark.country: remark for remark in series.remarks if remark.error is not None}
    for row, code in enumerate(codes):
        if code in own and column.flags[row] == Flag.FIGURE:
            remark = remark_on(series, code, int(column.years[row]))
            errors[row] = remark.error if remark and remark.error else errors[row]
    return errors


def _codes(
    framework: Framework, references: Sequence[IndicatorRef], figures: Figures,
    countries: Countries, own: bool,
) -> tuple[str, ...]:  # fmt: skip
    wanted = framework.countries
    if isinstance(wanted, tuple):
        return tuple(sorted(code for code in wanted if code in countries))
    if isinstance(wanted, Mapping):
        return countries.having(wanted)
    if own:
        return tuple(countries)
    present: set[str] = set()
    for item in references:
        block = figures.blocks[item.id]
        if block.values.size:
            rows = np.flatnonzero(np.isfinite(block.values).any(axis=1))
            present.update(block.countries[row] for row in rows)
    return tuple(code for code in countries if code in present)


def _groups(codes: tuple[str, ...], countries: Countries) -> dict[str, tuple[object, ...]]:
    keys = {key for code in codes for key in countries[code].groups}
    return {key: tuple(countries[code].groups.get(key) for code in codes) for key in sorted(keys)}


class _Column(NamedTuple):
    """One indicator's column of a Matrix."""

    values: Floats
    years: Ints
    flags: Ints
    denominators: Floats
    denominator_years: Ints


def _column(reference: IndicatorRef, figures: Figures, codes: tuple[str, ...], year: int) -> _Column:
    series, block = figures.series[reference.id], figures.blocks[reference.id]
    oldest = -1 if reference.max_age is None else year - reference.max_age
    window = (block.years <= year) & (block.years >= oldest)
    listed = np.isfinite(block.values).any(axis=0) & window if block.values.size else window & False
    if series.zero == "census" and listed.any():
        window = block.years == block.years[listed].max()
    values, years = latest(block, codes, window)
    flags = np.where(np.isfinite(values), Flag.FIGURE, Flag.MISSING).astype(np.int64)
    divisors, divisor_years = denominators(reference, figures, codes, years)
    if series.zero is not None and listed.any():
        zero = ~np.isfinite(values)
        flag = Flag.ZERO_CENSUS if series.zero == "census" else Flag.ZERO_PARTIAL
        values, flags = np.where(zero, 0.0, values), np.where(zero, flag, flags)
        years = np.where(zero, year, years)
        divisors = np.where(zero, 1.0, divisors)
    return _Column(values, years, flags, divisors, divisor_years)


def denominators(
    reference: IndicatorRef, figures: Figures, codes: tuple[str, ...], years: Ints
) -> tuple[Floats, Ints]:
    """Look up each cell's denominator: of the figure's year, else the latest earlier within its age."""
    if reference.denominator is None:
        return np.ones(len(codes)), np.zeros(len(codes), dtype=np.int64)
    found, found_years = np.full(len(codes), np.nan), np.zeros(len(codes), dtype=np.int64)
    for year in np.unique(years[years > 0]):
        values, value_years = figures.latest(reference.denominator, codes, int(year))
        here = years == year
        found[here], found_years[here] = values[here], value_years[here]
    return np.where(found == 0, np.nan, found), found_years
