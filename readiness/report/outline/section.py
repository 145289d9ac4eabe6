"""A part of a report: its heading, its sentences and its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from readiness.scores import Table


@dataclass(frozen=True)
class Section:
    """A part of the report: its heading, its sentences, and its numbers, unrounded.

    `left` names the columns of text, `shown` those that a narrow screen has room for, `points` those
    of scores, which print with one decimal.
    """

    id: str
    title: str
    sentences: tuple[str, ...]
    table: Table | None = None
    left: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


def rows(items: Iterable[Any], columns: Sequence[str]) -> Table:
    """Return a table of these attributes, a row an item; sequences are joined."""
    return Table(
        tuple(columns), tuple(tuple(_value(getattr(item, name)) for name in columns) for item in items)
    )


def _value(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return "; ".join(str(part) for part in value)
    return value
