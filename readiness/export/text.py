"""Tables for the terminal: aligned, split into blocks where the screen is too narrow."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from readiness.export.numbers import significant

MISSING = "–"
GAP = 2


@dataclass(frozen=True)
class Column:
    """A column of a text table: its heading, its cells, and how they align.

    `key` columns are repeated in every block of a table that is split.
    """

    heading: str
    cells: Sequence[str]
    align: Literal["left", "right"] = "right"
    key: bool = False

    @cached_property
    def width(self) -> int:
        """Columns of the screen that the longest cell and heading word take."""
        words = [*self.heading.split(), *self.cells]
        return max((width(word) for word in words), default=0)


def render(columns: Sequence[Column], screen: int | None, heads: Sequence[str | None] = ()) -> str:
    """Return the table as text of at most `screen` columns; None is as wide as it gets.

    Columns that do not fit follow in further blocks, each with the key columns. `heads` has a
    line to print above each row, or None.
    """
    # One space between columns is less easy to read, but easier than a table in two parts.
    tight = sum(column.width + 1 for column in columns) - 1
    whole = sum(column.width + GAP for column in columns) - GAP
    gap = 1 if screen is not None and tight <= screen < whole else GAP
    blocks = _blocks(columns, screen, gap)
    return "\n\n".join("\n".join(_block(block, heads, gap)) for block in blocks) + "\n"


def _blocks(columns: Sequence[Column], screen: int | None, gap: int) -> list[list[Column]]:
    keys = [column for column in columns if column.key]
    key_width = sum(column.width + gap for column in keys)
    blocks: list[list[Column]] = [list(keys)]
    used = key_width
    for column in columns:
        if column.key:
            continue
        used += column.width + gap
        if screen is not None and used - gap > screen and len(blocks[-1]) > len(keys):
            blocks.append(list(keys))
            used = key_width + column.width + gap
        blocks[-1].append(column)
    return blocks


def _block(columns: Sequence[Column], heads: Sequence[str | None], gap: int) -> list[str]:
    headings = [_wrapped(column) for column in columns]
    height = max(len(lines) for lines in headings)
    headings = [[""] * (height - len(lines)) + lines for lines in headings]
    lines = [[heading[row] for heading in headings] for row in range(height)]
    lines.append(["-" * column.width for column in columns])
    count = len(columns[0].cells) if columns else 0
    text = [_line(line, columns, gap) for line in lines]
    for row in range(count):
        if row < len(heads) and (title := heads[row]) is not None:
            text.append(title)
        text.append(_line([column.cells[row] for column in columns], columns, gap))
    return text


def _line(cells: Sequence[str], columns: Sequence[Column], gap: int) -> str:
    padded = [_padded(cell, column) for cell, column in zip(cells, columns, strict=True)]
    return (" " * gap).join(padded).rstrip()


def _padded(cell: str, column: Column) -> str:
    space = " " * (column.width - width(cell))
    return cell + space if column.align == "left" else space + cell


def _wrapped(column: Column) -> list[str]:
    return textwrap.wrap(column.heading, column.width, break_long_words=False) or [""]


def width(text: str) -> int:
    """Columns of the screen that a text takes: two for wide East Asian characters."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    marks = sum(unicodedata.combining(character) > 0 for character in text)
    return len(text) + wide - marks


def number(value: Any, decimals: int | None = None) -> str:
    """Return a cell: numbers with so many decimals or three significant digits, a dash for None."""
    if value is None:
        return MISSING
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, int):
        return str(value)
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    return significant(value)


def percent(share: float | None) -> str:
    """Return a share of draws: no `0%` for what happened and no `100%` for what did not always."""
    if share is None:
        return MISSING
    text = f"{share:.0%}"
    if text == "0%" and share > 0:
        return "<1%"
    return ">99%" if text == "100%" and share < 1 else text
