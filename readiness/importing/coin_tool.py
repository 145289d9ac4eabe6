"""The JRC's COIN Tool, an Excel workbook, as a deck.

Its sheet `Database` has the units from row 17 on (names in column B, codes in C) and the indicators from
column E on: row 16 holds their codes, 15 their names, 14 to 11 the codes of the sub-pillar, pillar,
sub-index and index they belong to, 10 and 9 the upper and lower goalpost, 8 the direction, 7 the weight.
The sheet `Framework` has below row 4 the codes of all parts in column C, their weights in E and their
names in H. A level whose code is the same throughout is not used. Missing is `n/a`.

The layout is as COINr's `import_coin_tool` reads it (Becker et al. 2022, Journal of Open Source Software).
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from typing import Any

from readiness.errors import DefinitionError, Problem
from readiness.importing.deck import Deck, Part, Unit
from readiness.sources import tables

_FIRST_ROW, _FIRST_COLUMN, _LAST_ROW, _LAST_COLUMN = 17, 5, 315, 103
_CODE, _NAME, _UPPER, _LOWER, _DIRECTION, _WEIGHT = 16, 15, 10, 9, 8, 7
_LEVELS = (14, 13, 12, 11)


def read(content: bytes, file: str, *, year: int) -> Deck:
    """Read a workbook.

    Parameters
    ----------
    year
        The year of all figures, which the workbook does not say.

    Raises
    ------
    DefinitionError
        When it is no such workbook, or cells are not what they should be.
    """
    database, framework = _sheets(content, file)
    problems: list[Problem] = []
    columns = [n for n in range(_FIRST_COLUMN, _LAST_COLUMN + 1) if _has_figures(database, n)]
    rows = [n for n in range(_FIRST_ROW, _LAST_ROW + 1)
            if any(_is_figure(_at(database, n, column)) for column in columns)]  # fmt: skip
    if not columns:
        raise DefinitionError([Problem(file, _CODE, _FIRST_COLUMN, "Database", "there is no figure")])
    levels = _used(database, columns)
    parts = [_indicator(database, column, levels, file, problems) for column in columns]
    parts += _aggregates(database, framework, columns, levels, file, problems)
    figures: dict[str, dict[tuple[str, int], float]] = {}
    for column, part in zip(columns, parts, strict=False):
        figures[part.code] = dict(_figures(database, rows, column, year, file, problems))
    units = [_unit(database, row) for row in rows]
    if problems:
        raise DefinitionError(problems)
    return Deck(units, parts, figures, (file, file), "COIN Tool")


def _unit(sheet: Sequence[Sequence[Any]], row: int) -> Unit:
    code = tables.text(_at(sheet, row, 3))
    return Unit(code, tables.text(_at(sheet, row, 2)) or code, {}, row)


def _sheets(content: bytes, file: str) -> tuple[list[Any], list[Any]]:
    import python_calamine

    try:
        tables.refuse_bomb(content)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                 for name in ("Database", "Framework") if name in book.sheet_names}  # fmt: skip
    except Exception as error:
        said = f"not a workbook that can be read: {str(error)[:100]}"
        raise DefinitionError([Problem(file, 1, 1, "", said)]) from error
    missing = [name for name in ("Database", "Framework") if name not in found]
    if missing:
        said = f"has no sheet {' and no sheet '.join(missing)}"
        raise DefinitionError([Problem(file, 1, 1, "", said, "A workbook of the COIN Tool has both")])
    return found["Database"], found["Framework"]


def _at(sheet: Sequence[Sequence[Any]], row: int, column: int) -> Any:
    """Return a cell by its row and column, from 1."""
    if row > len(sheet) or column > len(sheet[row - 1]):
        return None
    return sheet[row - 1][column - 1]


def _is_figure(cell: Any) -> bool:
    value = tables.number(cell)
    return value is None or not math.isnan(value)


def _has_figures(sheet: Sequence[Sequence[Any]], column: int) -> bool:
    return any(_is_figure(_at(sheet, row, column)) for row in range(_FIRST_ROW, _LAST_ROW + 1))


def _used(sheet: Sequence[Sequence[Any]], columns: Sequence[int]) -> list[int]:
    """Return the rows of the levels that are used, from below; the index is always one."""

    def said(row: int) -> set[str]:
        return {tables.text(_at(sheet, row, column)) for column in columns}

    return [row for row in _LEVELS[:-1] if len(said(row)) > 1] + [_LEVELS[-1]]


def _number(
    sheet: Sequence[Sequence[Any]], row: int, column: int, file: str, problems: list[Problem]
) -> float:
    value = tables.number(_at(sheet, row, column))
    if value is None:
        said = tables.text(_at(sheet, row, column))
        problems.append(Problem(file, row, column, "Database", f"{said[:40]!r} is not a number"))
        return math.nan
    return value


def _indicator(
    sheet: Sequence[Sequence[Any]], column: int, levels: Sequence[int], file: str, problems: list[Problem]
) -> Part:
    code = tables.text(_at(sheet, _CODE, column))
    if not code:
        problems.append(Problem(file, _CODE, column, "Database", "the indicator has no code"))
    weight, direction, low, high = (
        _number(sheet, row, column, file, problems) for row in (_WEIGHT, _DIRECTION, _LOWER, _UPPER)
    )
    ends = None if math.isnan(low) or math.isnan(high) or low == high else (low, high)
    return Part(
        code, tables.text(_at(sheet, _NAME, column)) or code, "Indicator",
        tables.text(_at(sheet, levels[0], column)) or None, 1.0 if math.isnan(weight) else weight,
        1 if math.isnan(direction) else int(direction), goalposts=ends, row=_CODE, column=column,
    )  # fmt: skip


def _aggregates(
    database: Sequence[Sequence[Any]], framework: Sequence[Sequence[Any]], columns: Sequence[int],
    levels: Sequence[int], file: str, problems: list[Problem],
) -> list[Part]:  # fmt: skip
    """Return the inner nodes, each below the node that its indicators name next."""
    above: dict[str, str | None] = {}
    for column in columns:
        path = [tables.text(_at(database, row, column)) for row in levels]
        for name, parent in zip(path, [*path[1:], None], strict=True):
            if above.setdefault(name, parent) != parent:
                said = f"{name} lies below both {above[name]} and {parent}"
                problems.append(Problem(file, levels[0], column, "Database", said))
    names = {tables.text(_at(framework, row, 3)): row for row in range(5, len(framework) + 1)}
    found = []
    for code, parent in above.items():
        row = names.get(code)
        name = tables.text(_at(framework, row, 8)) if row else ""
        weight = tables.number(_at(framework, row, 5)) if row else None
        known = weight is not None and not math.isnan(weight)
        found.append(Part(code, name or code, "Aggregate", parent, float(weight or 0) if known else 1.0,
                          row=row or 1, column=3))  # fmt: skip
    return found


def _figures(
    sheet: Sequence[Sequence[Any]], rows: Sequence[int], column: int, year: int, file: str,
    problems: list[Problem],
) -> Iterator[tuple[tuple[str, int], float]]:  # fmt: skip
    for row in rows:
        value = _number(sheet, row, column, file, problems)
        if not math.isnan(value):
            yield (tables.text(_at(sheet, row, 3)), year), value
