"""COINr's iData and iMeta, two tables in CSV, as a deck.

iMeta has a row for each column of iData: `iCode`, `Type` (Indicator, Aggregate, Denominator, Group,
Other), `Parent`, `Weight`, `Direction`, and where they are given `iName`, `Unit` and `Denominator`.
iData has a row for each unit, and year where there is a `Time` column: `uCode`, `uName` and a column
for each code.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from readiness.errors import DefinitionError, Problem, did_you_mean, listed
from readiness.importing.deck import Deck, Kind, Part, Unit
from readiness.sources import tables
from readiness.sources.base import SourceError

_REQUIRED = ("iCode", "Type", "Parent", "Weight", "Direction")
_OWN = ("uCode", "uName", "Time")


@dataclass
class _Table:
    """A CSV with the line of each row, and what is wrong with it."""

    file: str
    columns: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    problems: list[Problem] = field(default_factory=list)

    def cell(self, row: Sequence[str], name: str) -> str:
        at = self.columns.index(name) if name in self.columns else len(row)
        text = row[at].strip() if at < len(row) else ""
        return "" if text == "NA" else text

    def problem(self, line: int, name: str, message: str, hint: str = "") -> None:
        column = self.columns.index(name) + 1 if name in self.columns else 1
        self.problems.append(Problem(self.file, line, column, name, message, hint))


def read(data: bytes, meta: bytes, files: tuple[str, str], *, year: int | None = None) -> Deck:
    """Read the two tables.

    Parameters
    ----------
    files
        Their names, for messages.
    year
        The year of all figures, where iData has no `Time`.

    Raises
    ------
    DefinitionError
        When they are not such tables: every fault, with its line and the number of its column.
    """
    values, parts = _table(data, files[0]), _table(meta, files[1])
    missing = [name for name in _REQUIRED if name not in parts.columns]
    if missing:
        parts.problem(1, "", f"has no column {listed(missing)}", f"iMeta has {listed(_REQUIRED)}")
    if "uCode" not in values.columns:
        values.problem(1, "", "has no column uCode", "iData has a row for each unit")
    if "Time" not in values.columns and year is None:
        values.problem(1, "", "has no column Time", "Say the year of its figures with --year")
    _stop(values, parts)
    found = [_part(parts, line, row) for line, row in parts.rows]
    known = [part for part in found if part is not None]
    _columns(values, parts, known)
    units, figures = _units(values, known), _figures(values, known, year)
    _stop(values, parts)
    return Deck(units, known, figures, files, "COINr")


def _stop(*found: _Table) -> None:
    problems = [problem for table in found for problem in table.problems]
    if problems:
        raise DefinitionError(problems)


def _table(content: bytes, file: str) -> _Table:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DefinitionError([Problem(file, line, 1, "", "is not UTF-8", "Save it as UTF-8")]) from error
    try:
        tables.refuse_page(content, "CSV")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise DefinitionError([Problem(file, reader.line_num, 1, "", f"not CSV: {error}")]) from error
    except SourceError as error:
        raise DefinitionError([Problem(file, 1, 1, "", error.message)]) from error
    if not rows:
        raise DefinitionError([Problem(file, 1, 1, "", "the file is empty")])
    columns = tuple(cell.strip() for cell in rows[0][1])
    twice = sorted({name for name in columns if columns.count(name) > 1})
    table = _Table(file, columns, rows[1:])
    for name in twice:
        table.problem(1, name, f"the column {name!r} stands twice")
    return table


def _part(table: _Table, line: int, row: Sequence[str]) -> Part | None:
    code, said = table.cell(row, "iCode"), table.cell(row, "Type")
    if not code:
        table.problem(line, "iCode", "has no code")
        return None
    kinds: tuple[Kind, ...] = get_args(Kind)
    kind = next((name for name in kinds if name == said), None)
    if kind is None:
        hint = did_you_mean(said, kinds) or f"It is {listed(kinds, 'or')}"
        table.problem(line, "Type", f"unknown type {said!r}", hint)
        return None
    scored = kind == "Indicator"
    weight = _number(table, line, row, "Weight", 1.0) if kind in ("Indicator", "Aggregate") else 1.0
    direction = _number(table, line, row, "Direction", math.nan if scored else 1.0) if scored else 1.0
    if scored and math.isnan(direction):
        table.problem(line, "Direction", "has no direction", "Write 1 or -1")
        direction = 1.0
    return Part(
        code, table.cell(row, "iName") or code, kind, table.cell(row, "Parent") or None, weight,
        int(direction) if direction.is_integer() else 0, table.cell(row, "Unit") or None,
        table.cell(row, "Denominator") or None, row=line, column=table.columns.index("iCode") + 1,
    )  # fmt: skip


def _number(table: _Table, line: int, row: Sequence[str], name: str, otherwise: float) -> float:
    text = table.cell(row, name)
    value = tables.number(text)
    if value is None:
        table.problem(line, name, f"{text[:40]!r} is not a number")
        return otherwise
    return otherwise if math.isnan(value) else value


def _columns(values: _Table, meta: _Table, parts: Sequence[Part]) -> None:
    """Say which columns and codes do not meet."""
    known = {part.code for part in parts}
    for name in values.columns:
        if name not in known and name not in _OWN:
            values.problem(1, name, f"iMeta says nothing of the column {name!r}", did_you_mean(name, known))
    for part in parts:
        if part.kind != "Aggregate" and part.code not in values.columns:
            hint = did_you_mean(part.code, values.columns)
            meta.problem(part.row, "iCode", f"iData has no column {part.code!r}", hint)


def _units(table: _Table, parts: Sequence[Part]) -> list[Unit]:
    groups = [part.code for part in parts if part.kind == "Group" and part.code in table.columns]
    found: dict[str, Unit] = {}
    seen: dict[tuple[str, str], int] = {}
    for line, row in table.rows:
        code, time = table.cell(row, "uCode"), table.cell(row, "Time")
        if not code:
            table.problem(line, "uCode", "has no code")
            continue
        if (code, time) in seen:
            first = seen[code, time]
            table.problem(
                line,
                "uCode",
                f"{code} stands twice{' in ' + time if time else ''}",
                f"The first is in line {first}",
            )
        seen.setdefault((code, time), line)
        labels = {name: table.cell(row, name) for name in groups}
        found[code] = Unit(code, table.cell(row, "uName") or code, labels, line)
    return list(found.values())


def _figures(
    table: _Table, parts: Sequence[Part], year: int | None
) -> Mapping[str, Mapping[tuple[str, int], float]]:
    wanted = [
        part.code
        for part in parts
        if part.kind in ("Indicator", "Denominator") and part.code in table.columns
    ]
    found: dict[str, dict[tuple[str, int], float]] = {code: {} for code in wanted}
    for line, row in table.rows:
        time = tables.year(table.cell(row, "Time")) if "Time" in table.columns else year
        if time is None:
            table.problem(line, "Time", f"{table.cell(row, 'Time')[:40]!r} is not a year")
            continue
        for code in wanted:
            value = _number(table, line, row, code, math.nan)
            if not math.isnan(value):
                found[code][table.cell(row, "uCode"), time] = value
    return found
