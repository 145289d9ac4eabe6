"""A saved table beside the same table computed again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from readiness.export import tables
from readiness.scores import Table
from readiness.verifying import Check

# So many cells that differ are named.
_NAMED = 20


@dataclass(frozen=True)
class Compared:
    """How two tables are compared.

    Attributes
    ----------
    keys
        The columns that tell rows apart.
    without_rows, without_columns
        Rows, by the first of their keys, and columns that are not compared.
    tolerance
        What a number may differ by; 0 is to the last bit.
    """

    keys: Sequence[str]
    without_rows: frozenset[str] = frozenset()
    without_columns: Sequence[str] = ()
    tolerance: float = 0.0


def compared(path: str, content: bytes, table: Table, how: Compared) -> Iterator[Check]:
    """Yield the first cells of a saved table that are not as they are computed, then how many there are."""
    wrong = [] if content == tables.to_csv(table) else list(_cells(content, table, how))
    yield from wrong[:_NAMED]
    yield Check(f"{path}: cells that follow", "all", f"{len(wrong)} do not" if wrong else "all", not wrong)


def _cells(content: bytes, table: Table, how: Compared) -> Iterator[Check]:
    rows = _rows(content)
    if rows is None:
        yield Check("table", "CSV", "damaged", False)
        return
    if not rows or tuple(rows[0]) != table.columns:
        said = ",".join(rows[0])[:40] if rows else "none"
        yield Check("columns", said, ",".join(table.columns)[:40], False)
        return
    at = [table.columns.index(key) for key in how.keys]
    saved: dict[tuple[str, ...], list[str]] = {}
    for row in rows[1:]:
        key = tuple(row[place] if place < len(row) else "" for place in at)
        if key in saved:
            yield Check(f"row {' '.join(key)}", "twice", "once", False)
        saved[key] = row
    for cells in table.rows:
        key = tuple(str(cells[place]) for place in at)
        yield from _row(key, saved.pop(key, None), cells, table, how)
    for key in saved:
        if key[0] not in how.without_rows:
            yield Check(f"row {' '.join(key)}", "there", "not computed", False)


def _row(
    key: tuple[str, ...], own: list[str] | None, cells: tuple[Any, ...], table: Table, how: Compared
) -> Iterator[Check]:
    if key[0] in how.without_rows:
        return
    if own is None or len(own) != len(cells):
        yield Check(f"row {' '.join(key)}", "missing" if own is None else "damaged", "there", False)
        return
    for column, text, value in zip(table.columns, own, cells, strict=True):
        if column not in how.without_columns and not _same(text, value, how.tolerance):
            yield Check(f"{' '.join(key)} {column}", text, value, False)


def _rows(content: bytes) -> list[list[str]] | None:
    """Return the rows of a CSV; None where it is damaged."""
    try:
        text = content.decode("utf-8")
        return [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except (UnicodeDecodeError, csv.Error):
        return None


def _same(text: str, value: Any, tolerance: float) -> bool:
    if value is None or isinstance(value, str):
        return text == (value or "")
    try:
        return abs(float(text) - float(value)) <= (tolerance if isinstance(value, float) else 0)
    except ValueError:
        return False
