"""What an answer changes in the figures of a series: new years, revisions, what is gone. Pure.

Figures are compared to six significant digits, the precision the bundled files were rounded to: what
agrees to that is not a revision, and its text stays. Of countries that an answer does not list at all
the figures are kept (they may come from elsewhere) unless not being listed means zero. A figure that
was set by hand (a remark `status: corrected` on its country and year) is kept too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from readiness.countries import Countries
from readiness.definitions.block import Block
from readiness.definitions.indicator import Series
from readiness.sources.base import Answer, Row, SourceError

# Six significant digits.
SAME = 5e-6
CORRECTED = "corrected"

Figures = Mapping[tuple[str, int], float]
"""Figures by country and year."""


@dataclass(frozen=True)
class Change:
    """One figure before and after; None where there is none."""

    country: str
    year: int
    before: float | None
    after: float | None

    @property
    def relative(self) -> float:
        """The size of the change beside the figures: their distance over the mean of their sizes, 0 to 2."""
        before, after = self.before or 0.0, self.after or 0.0
        size = abs(before) + abs(after)
        return 2 * abs(after - before) / size if size else 0.0


@dataclass(frozen=True)
class Matched:
    """The figures of an answer by our codes, and the places that are not ours.

    Attributes
    ----------
    unknown
        Names and codes that are no country: aggregates, and spellings that nobody knows.
    outside
        Codes of countries that the index does not have.
    """

    figures: Figures
    unknown: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Revision:
    """What an answer changes in a series.

    Attributes
    ----------
    new
        Figures of years later than the latest that their country has.
    filled
        Figures of earlier years that it did not have.
    revised
        Figures that are other now.
    withdrawn
        Figures that the source had and has no longer, of years between the first and the last that it
        has.
    by_hand
        Figures set by hand that the source says otherwise: kept as they are.
    unlisted
        Countries with figures that the answer does not list: kept as they are.
    common
        Every figure that both know, before and after.
    """

    new: tuple[Change, ...] = ()
    filled: tuple[Change, ...] = ()
    revised: tuple[Change, ...] = ()
    withdrawn: tuple[Change, ...] = ()
    by_hand: tuple[Change, ...] = ()
    unlisted: tuple[str, ...] = ()
    common: tuple[Change, ...] = ()
    figures: Figures = field(default_factory=dict)
    known: Figures = field(default_factory=dict)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every figure that changes."""
        return (*self.new, *self.filled, *self.revised, *self.withdrawn)

    @property
    def cells(self) -> dict[tuple[str, int], float | None]:
        """The changes by country and year."""
        return {(item.country, item.year): item.after for item in self.changes}

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that get their first figure."""
        before = {year for _, year in self.known}
        return tuple(sorted({item.year for item in self.new} - before))

    @cached_property
    def gained(self) -> tuple[str, ...]:
        """The countries that get their first figure."""
        before = {code for code, _ in self.known}
        return tuple(sorted({item.country for item in self.changes if item.after is not None} - before))

    @cached_property
    def lost(self) -> tuple[str, ...]:
        """The countries that lose their last figure."""
        after = dict(self.known) | self.cells
        left = {code for (code, _), value in after.items() if value is not None}
        return tuple(sorted({code for code, _ in self.known} - left))


def known(block: Block) -> dict[tuple[str, int], float]:
    """Return the figures of a block by country and year."""
    return {
        (code, int(year)): float(value)
        for code, row in zip(block.countries, block.values, strict=True)
        for year, value in zip(block.years, row, strict=True)
        if math.isfinite(value)
    }


def match(rows: Iterable[Row], countries: Countries, codes: dict[str, str | None]) -> Matched:
    """Find the countries that an answer's places are.

    Parameters
    ----------
    codes
        The places that were looked up before, and what they were; it grows.

    Raises
    ------
    SourceError
        When two places are one country, with different figures.
    """
    figures: dict[tuple[str, int], float] = {}
    unknown: dict[str, None] = {}
    outside: dict[str, None] = {}
    for row in rows:
        if row.place not in codes:
            codes[row.place] = countries.code_of(row.place)
        code = codes[row.place]
        if code is None:
            unknown[row.place] = None
        elif code not in countries:
            outside[code] = None
        elif figures.setdefault((code, row.year), row.value) != row.value:
            said = figures[code, row.year]
            raise SourceError(f"two figures for {code} {row.year}: {said:g} and {row.value:g} ({row.place})")
    return Matched(figures, tuple(unknown), tuple(outside))


def revise(
    block: Block, series: Series, figures: Figures, *, only_newer: bool = False, partial: bool = False
) -> Revision:
    """Compare the figures of an answer with those of a file.

    Parameters
    ----------
    figures
        By country and year; years before the file's first are left out, unless `partial`.
    only_newer
        Take only figures of years later than the latest that their country has.
    partial
        The answer is no whole edition of the series: what it does not list stays.
    """
    before = known(block)
    first = int(block.years[0]) if before and not partial else 0
    said = {key: value for key, value in figures.items() if key[1] >= first}
    latest: dict[str, int] = {}
    for code, year in before:
        latest[code] = max(year, latest.get(code, 0))
    kinds: dict[str, list[Change]] = {name: [] for name in ("new", "filled", "revised", "by_hand", "common")}
    hands = _by_hand(series)
    for (code, year), value in sorted(said.items()):
        old = before.get((code, year))
        change = Change(code, year, old, value)
        if old is None:
            kinds["new" if year > latest.get(code, 0) else "filled"].append(change)
            continue
        kinds["common"].append(change)
        if not math.isclose(old, value, rel_tol=SAME):
            kinds["by_hand" if (code, year) in hands else "revised"].append(change)
    withdrawn, unlisted = _gone(before, said, hands, listed_only=series.zero is None)
    if partial:
        withdrawn, unlisted = (), ()
    found = {name: tuple(changes) for name, changes in kinds.items()}
    if only_newer:
        found |= {"filled": (), "revised": ()}
        withdrawn = ()
    return Revision(**found, withdrawn=withdrawn, unlisted=unlisted, figures=said, known=before)


def _by_hand(series: Series) -> set[tuple[str, int]]:
    return {
        (remark.country, remark.year)
        for remark in series.remarks
        if remark.status == CORRECTED and remark.country is not None and remark.year is not None
    }


def _gone(
    before: Figures, said: Figures, hands: set[tuple[str, int]], *, listed_only: bool
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Return the figures that a source no longer has, and the countries that it does not list."""
    years, places = [year for _, year in said], {code for code, _ in said}
    inside = range(min(years, default=0), max(years, default=-1) + 1)
    missing = [key for key in sorted(before) if key[1] in inside and key not in said and key not in hands]
    gone = [key for key in missing if not listed_only or key[0] in places]
    unlisted = dict.fromkeys(code for code, _ in sorted(before) if code not in places)
    return tuple(Change(*key, before[key], None) for key in gone), tuple(unlisted) if listed_only else ()


def merged(block: Block, changes: Sequence[Change]) -> Block:
    """Return the block with some figures changed, as the file says it afterwards."""
    import numpy as np

    cells = known(block)
    for change in changes:
        if change.after is None:
            cells.pop((change.country, change.year), None)
        else:
            cells[change.country, change.year] = change.after
    codes = list(block.countries) + sorted({code for code, _ in cells} - set(block.countries))
    if list(block.countries) == sorted(block.countries):
        codes.sort()
    years = sorted({*map(int, block.years), *(year for _, year in cells)})
    row, column = ({key: n for n, key in enumerate(keys)} for keys in (codes, years))
    values = np.full((len(codes), len(years)), np.nan)
    for (code, year), value in cells.items():
        values[row[code], column[year]] = value
    return Block(tuple(codes), np.array(years, dtype=np.int64), values)


def whole(answer: Answer, countries: Countries, codes: dict[str, str | None]) -> Matched:
    """Match an answer's places.

    Raises
    ------
    SourceError
        When none of them is a country of the index.
    """
    found = match(answer.rows, countries, codes)
    if not found.figures:
        shown = ", ".join((*found.unknown, *found.outside)[:8])
        raise SourceError(f"none of its places is a country of this index: {shown}")
    return found
