"""Passages in columns: all of them, in order, the tallest column as low as can be."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.report.columns import LINE, lines, parted


def tallest(columns, heights):
    return max(sum(heights[number] for number in column) for column in columns)


@given(st.lists(st.integers(0, 20), max_size=8), st.integers(1, 4))
def test_no_other_parting_is_lower(heights, count):
    numbers = list(range(len(heights)))
    columns = parted(numbers, heights, count)
    assert len(columns) == count
    assert [number for column in columns for number in column] == numbers
    others = (
        [numbers[start:end] for start, end in zip((0, *cuts), (*cuts, len(numbers)), strict=True)]
        for cuts in combinations_with_replacement(range(len(numbers) + 1), count - 1)
    )
    assert tallest(columns, heights) == min(tallest(other, heights) for other in others)


def test_the_first_columns_are_the_fuller_ones():
    assert parted("abcd", [1, 1, 1, 1], 3) == [["a", "b"], ["c", "d"], []]


@pytest.mark.parametrize(("length", "expected"), [(0, 0), (1, 1), (LINE, 1), (LINE + 1, 2)])
def test_lines_are_rounded_up(length, expected):
    assert lines(length) == expected
