"""Columns of small type, filled before the page is laid out.

A renderer that balances columns lays their text out again and again until they are even: a fifth of
the time of a report. Passages of known length are parted here instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Passage = TypeVar("Passage")

# Letters on a line of the smallest type in a third of a page.
LINE = 50


def lines(length: int) -> int:
    """Return how many lines so many letters take, about."""
    return -(-length // LINE)


def parted(passages: Sequence[Passage], heights: Sequence[float], count: int) -> list[list[Passage]]:
    """Part passages into columns in their order, so that the tallest is as low as can be.

    Parameters
    ----------
    passages, heights
        What stands in the columns, and how high each is, in any unit.
    count
        So many columns; the last may be empty where there are fewer passages.

    Returns
    -------
    The passages of each column: `count` lists.

    Notes
    -----
    The linear partition problem, by dynamic programming over the prefixes (Skiena, The Algorithm
    Design Manual, 8.5). Of equals the one with the fuller first columns.
    """
    size = len(passages)
    before = [0.0]
    for height in heights:
        before.append(before[-1] + height)
    best = [before]
    starts: list[list[int]] = []
    for _ in range(count - 1):
        tallest, start = [], []
        for end in range(size + 1):
            options = [max(best[-1][at], before[end] - before[at]) for at in range(end + 1)]
            least = min(options)
            tallest.append(least)
            start.append(max(at for at, value in enumerate(options) if value == least))
        best.append(tallest)
        starts.append(start)
    columns: list[list[Passage]] = []
    end = size
    for start in reversed(starts):
        columns.insert(0, list(passages[start[end] : end]))
        end = start[end]
    return [list(passages[:end]), *columns]
