"""Which columns of a table are country, year and figure; and the rows that follow."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from readiness.errors import listed
from readiness.sources import tables
from readiness.sources.base import Answer, Refused, Row, SourceError, once
from readiness.sources.tables import TableData

# `2023`, and `2023 [YR2023]` as World Bank's DataBank heads its columns.
_YEAR_HEAD = re.compile(r"([12][0-9]{3})( \[YR\1\])?\Z")


@dataclass(frozen=True)
class Columns:
    """Where the figures of one series are in a table.

    Attributes
    ----------
    country
        The column of codes or names.
    year
        The column of years; a number where all rows are of that year; None where the years are
        columns.
    value
        The column of figures, a sum `a + b` of columns, or `mys_{year}` for a column each year; None
        where the columns are named by the year alone.
    where
        Only rows whose columns say this.
    factor
        Figures are multiplied by it.
    """

    country: str
    year: str | int | None = None
    value: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    factor: float = 1.0


def answer(
    table: TableData, columns: Columns, *, decimal: str = ".", codes: Mapping[str, str] | None = None,
    vintage: str | None = None,
) -> Answer:  # fmt: skip
    """Read the figures of one series.

    Parameters
    ----------
    codes
        Codes of the source's own, and what they stand for.

    Raises
    ------
    SourceError
        When a column is missing, two rows say different figures for one place and year, or there is
        no figure at all.
    """
    place, kept = table.at(columns.country), _filter(table, columns.where)
    cells = _cells(table, columns)
    texts, years = Refused("cells that are no numbers"), Refused("years that are no calendar year")
    rows: list[Row] = []
    for row in table.rows:
        where = tables.text(row[place]) if place < len(row) else ""
        if not where or not kept(row):
            continue
        for said, parts in cells(row):
            year = said if isinstance(said, int) else tables.year(said)
            values = [tables.number(part, decimal) for part in parts]
            if None in values:
                texts.add(f"{where} {tables.text(said)} {tables.text(parts[values.index(None)])!r}")
                continue
            total = math.fsum(value for value in values if value is not None) * columns.factor
            if year is None and not math.isnan(total):
                years.add(repr(tables.text(said)))
            elif year is not None and not math.isnan(total):
                rows.append(Row((codes or {}).get(where, where), year, total))
    if not rows:
        raise SourceError("the table has no figure in these columns", " ".join(texts.words() + years.words()))
    return Answer(once(rows), vintage, (*texts.words(), *years.words()))


def _filter(table: TableData, where: Mapping[str, str]) -> Any:
    wanted = [(table.at(name), str(value)) for name, value in where.items()]
    return lambda row: all(at < len(row) and tables.text(row[at]) == value for at, value in wanted)


def _cells(table: TableData, columns: Columns) -> Any:
    """Return what gives a row's (year, cells to add up), one a figure."""
    if columns.value is not None and "{year}" in columns.value:
        return _wide(table, re.escape(columns.value).replace(re.escape("{year}"), "([12][0-9]{3})"))
    if columns.value is None:
        return _wide(table, _YEAR_HEAD.pattern)
    parts = [table.at(name) for name in _parts(table, columns.value)]
    if columns.year is None:
        raise SourceError("neither a column of years nor a year is named", "Add year:")
    at = table.at(columns.year) if isinstance(columns.year, str) else None

    def long(row: Sequence[Any]) -> Iterator[tuple[Any, list[Any]]]:
        yield _cell(row, at) if at is not None else columns.year, [_cell(row, part) for part in parts]

    return long


def _parts(table: TableData, value: str) -> list[str]:
    return [value] if value in table.columns else [part.strip() for part in value.split(" + ")]


def _wide(table: TableData, pattern: str) -> Any:
    found = [(int(match[1]), number) for number, name in enumerate(table.columns)
             if (match := re.match(rf"(?:{pattern})\Z", name))]  # fmt: skip
    if not found:
        raise SourceError("the table has no column of a year", f"It has {listed(table.columns[:12])}")

    def wide(row: Sequence[Any]) -> Iterator[tuple[Any, list[Any]]]:
        for year, number in found:
            yield year, [_cell(row, number)]

    return wide


def _cell(row: Sequence[Any], at: int) -> Any:
    return row[at] if at < len(row) else None
