"""Editions between two editions: each of the things that can change taken from the old or the new.

The five players of a change, for one country:

*own new years*: the country's figures of years later than the latest that OLD has of the series for
it, and the framework's `year`, by which figures count and age. Where absence is a declared zero
(`absence: {zero: ...}`) a list that leaves a country out says something of it too: there the years
later than OLD's latest list are new, for every country.

*own revisions*: its figures of years up to that one that are other, gone or added. Figures of the
series it is divided by, derived from or regressed on are its own figures like any other.

*method*: the framework and the definition of every series: tree, weights, goalposts, methods,
`max_age`, direction, denominator, transform, what a derived series is made of, group labels. A
series that has figures of its own in one edition only comes and goes with it, and so does one whose
`unit` reads otherwise while most of its figures differ: the same numbers do not mean the same.

*others' figures*: new years and revisions of every other country that both editions assess. Where
neither method looks at other countries they move ranks, and no score.

*set of countries*: who is assessed. A country that only one edition assesses comes and goes with its
figures of that edition.

So every country's row of figures is one of eight (own new years x own revisions x method), and an
edition in between puts such rows together: one country's by its own two players, all others' by the
one of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from readiness.analysis.shapley import coalitions
from readiness.countries import Countries, Country
from readiness.definitions.block import Block
from readiness.definitions.framework import Framework
from readiness.definitions.indicator import Series
from readiness.engine.compute import compute
from readiness.engine.plan import is_local
from readiness.errors import ReadinessError
from readiness.figures.derive import derive_all
from readiness.figures.matrix import Floats, Matrix
from readiness.figures.select import select
from readiness.figures.table import Figures
from readiness.scores import Scores

# 0 for a player of the old edition, 1 for one of the new; own new years, own revisions, method first.
Runs = tuple[int, ...]
_LABELS = ("your own new years", "your own revisions", "the method", "the others' figures", "the countries")


@dataclass(frozen=True)
class Edition:
    """One edition of an index: the scores of a framework and all figures behind them."""

    scores: Scores
    figures: Figures

    @property
    def framework(self) -> Framework:
        """The completed framework."""
        return self.scores.framework

    @cached_property
    def countries(self) -> dict[str, Country]:
        """The assessed countries by code, with the groups that methods may go by."""
        matrix = self.scores.matrix
        return {
            code: Country(code, name, groups={
                key: labels[row] for key, labels in matrix.groups.items()  # type: ignore[misc]
                if labels[row] is not None
            })
            for row, (code, name) in enumerate(zip(matrix.countries, matrix.names, strict=True))
        }  # fmt: skip


@dataclass(frozen=True)
class Between:
    """All editions between an old and a new one.

    `codes` are the U countries that either assesses, in order of code.
    """

    old: Edition
    new: Edition
    _computed: dict[Runs, Scores] = field(default_factory=dict, repr=False)
    _together: dict[tuple[object, ...], Scores] = field(default_factory=dict, repr=False)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every country that either edition assesses."""
        return tuple(sorted({*self.old.countries, *self.new.countries}))

    @cached_property
    def both(self) -> np.ndarray:
        """Which countries both assess, (U,) bool."""
        return np.array([code in self.old.countries and code in self.new.countries for code in self.codes])

    @cached_property
    def local(self) -> bool:
        """Whether a score hangs on the country's own figures alone, in both editions."""
        return all(is_local(edition.framework) for edition in (self.old, self.new))

    def members(self, which: int) -> np.ndarray:
        """Return which countries the old (0) or new (1) edition assesses, (U,) bool."""
        countries = (self.old, self.new)[which].countries
        return np.array([code in countries for code in self.codes])

    def edition(self, which: int) -> Edition:
        """Return the old (0) or the new (1) edition."""
        return (self.old, self.new)[which]

    @cached_property
    def _matrices(self) -> dict[Runs, Matrix]:
        return {rows: self._matrix(rows) for rows in coalitions(3)}

    def _matrix(self, rows: Runs) -> Matrix:
        """Return the selected figures of all U countries with these players of their own."""
        years, _, method = rows
        made = self.edition(method)
        figures = self._figures(rows)
        matrix = self._select(made.framework, figures, self.edition(years).framework.year)
        if self.old.framework.year == self.new.framework.year:
            return matrix
        # What comes with the method is selected as its edition has it.
        travelling = [k for k, name in enumerate(matrix.indicators) if name in self.travelling]
        if not travelling:
            return matrix
        as_there = self._select(made.framework, figures, made.framework.year)
        tables = {}
        for name in ("values", "years", "flags", "denominators", "denominator_years", "carried"):
            if (table := getattr(matrix, name)) is not None:
                tables[name] = table.copy()
                tables[name][:, travelling] = getattr(as_there, name)[:, travelling]
        return replace(matrix, **tables)

    def _select(self, framework: Framework, figures: Figures, year: int) -> Matrix:
        at = framework.model_copy(update={"year": year, "countries": self.codes})
        countries = Countries({**self.new.countries, **self.old.countries}.values(), free=True)
        if framework is self.new.framework:
            countries = Countries({**self.old.countries, **self.new.countries}.values(), free=True)
        return select(at, figures, countries)

    @cached_property
    def travelling(self) -> frozenset[str]:
        """The series with figures of their own that come and go with the method."""
        own = [_own_blocks(edition.figures) for edition in (self.old, self.new)]
        one = set(own[0]) ^ set(own[1])
        units = {
            name
            for name in set(own[0]) & set(own[1])
            if self.old.figures.series[name].unit != self.new.figures.series[name].unit
            and _mostly_other(own[0][name], own[1][name])
        }
        return frozenset(one | units)

    def _figures(self, rows: Runs) -> Figures:
        years, revisions, method = rows
        made = self.edition(method).figures
        blocks = {
            name: block if name in self.travelling else self._mixed(name, years, revisions)
            for name, block in _own_blocks(made).items()
        }
        return replace(made, blocks=derive_all(made.series, blocks))

    def _mixed(self, name: str, years: int, revisions: int) -> Block:
        if years == revisions:
            return self.edition(years).figures.blocks[name]
        old, new = (edition.figures.blocks[name] for edition in (self.old, self.new))
        if _equal(old, new):
            return new
        listed = any(edition.figures.series[name].zero is not None for edition in (self.old, self.new))
        return mixed(old, new, years=bool(years), revisions=bool(revisions), listed=listed)

    def rows(self, rows: Runs) -> Scores:
        """Return the scores of all U countries, each by its own first three players."""
        if rows not in self._computed:
            framework = self.edition(rows[2]).framework
            self._computed[rows] = _attempt(framework, self._matrices[rows], rows)
        return self._computed[rows]

    def together(self, code: str, coalition: Runs) -> Scores:
        """Return the scores of the edition in between that a country sees.

        Its own row by its two own players, those of the others by theirs, a country that only one
        edition assesses as that edition has it.
        """
        years, revisions, method, others, members = coalition
        own, rest = self._matrices[(years, revisions, method)], self._matrices[(others, others, method)]
        row = self.codes.index(code)
        # Without a change of its own the edition is the same for all countries.
        key: tuple[object, ...] = (method, others, members)
        if not same_row(own, rest, row):
            key = (*coalition, code)
        if key not in self._together:
            matrix = self._assembled(method, others, members, row, own)
            found = _attempt(self.edition(method).framework, matrix, coalition)
            if len(key) > 3:  # asked for once
                return found
            self._together[key] = found
        return self._together[key]

    def _assembled(self, method: int, others: int, members: int, row: int, own: Matrix) -> Matrix:
        sources = [self._matrices[(one, one, method)] for one in (0, 1)]
        which = np.full(len(self.codes), others)
        which[~self.both] = self.members(1)[~self.both]
        which[row] = 2
        stacked = Matrix.stacked([*sources, own])
        kept = np.flatnonzero(self.members(members))
        return stacked.take(which[kept] * len(self.codes) + kept)


def mixed(old: Block, new: Block, *, years: bool, revisions: bool, listed: bool = False) -> Block:
    """Return a block with the new or the old edition's new years, and its or the other's older ones.

    Parameters
    ----------
    years, revisions
        Whether figures of new years, and all others, are those of `new`.
    listed
        Whether a country that a year's list leaves out has a declared zero in it: then a year is
        new when it is later than the latest list of `old`, for every country; else when it is later
        than the country's latest figure there.
    """
    countries = tuple(sorted({*old.countries, *new.countries}))
    when = np.array(sorted({*old.years.tolist(), *new.years.tolist()}), dtype=np.int64)
    before, after = (placed(block, countries, when) for block in (old, new))
    known = np.isfinite(before)
    if listed:
        known = np.broadcast_to(known.any(axis=0), known.shape)
    last = np.where(known, when, -1).max(axis=1, initial=-1)
    later = when > last[:, None]
    values = np.where(later, after if years else before, after if revisions else before)
    return Block(countries, when, values)


def placed(block: Block, countries: tuple[str, ...], years: np.ndarray) -> Floats:
    """Return a block's figures on these countries and years, which hold its own; NaN elsewhere."""
    values = np.full((len(countries), len(years)), np.nan)
    if block.values.size:
        place = {code: row for row, code in enumerate(countries)}
        rows = np.array([place[code] for code in block.countries], dtype=np.int64)
        values[np.ix_(rows, np.searchsorted(years, block.years))] = block.values
    return values


def _equal(one: Block, other: Block) -> bool:
    return (
        one.countries == other.countries
        and np.array_equal(one.years, other.years)
        and np.array_equal(one.values, other.values, equal_nan=True)
    )


def same_row(one: Matrix, other: Matrix, row: int) -> bool:
    """Tell whether a country's row is the same in two matrices of one framework."""
    tables = [("values", "denominators"), ("years", "flags")]
    same = all(
        np.array_equal(getattr(one, name)[row], getattr(other, name)[row], equal_nan=number == 0)
        for number, names in enumerate(tables)
        for name in names
    )
    if one.carried is not None and other.carried is not None:
        same = same and np.array_equal(one.carried[row], other.carried[row], equal_nan=True)
    return same and all(
        np.array_equal(one.context[name][row], other.context[name][row], equal_nan=True)
        for name in one.context
    )


def _own_blocks(figures: Figures) -> Mapping[str, Block]:
    """Return the blocks of the series that are not derived."""
    return {name: block for name, block in figures.blocks.items() if figures.series[name].derived is None}


def _mostly_other(old: Block, new: Block) -> bool:
    """Tell whether most figures that both have, of a country and a year, differ."""
    countries = tuple(sorted({*old.countries, *new.countries}))
    years = np.array(sorted({*old.years.tolist(), *new.years.tolist()}), dtype=np.int64)
    before, after = placed(old, countries, years), placed(new, countries, years)
    shared = np.isfinite(before) & np.isfinite(after)
    return bool((before != after)[shared].mean() > 0.5) if shared.any() else False


def _attempt(framework: Framework, matrix: Matrix, coalition: tuple[int, ...]) -> Scores:
    try:
        return compute(framework, matrix)
    except ReadinessError as error:
        new = [label for label, chosen in zip(_LABELS, coalition, strict=False) if chosen]
        raise ReadinessError(
            f"the change cannot be split: with {' and '.join(new) or 'nothing'} of the new edition and the "
            f"rest of the old one, {error}",
            "Compare editions whose methods take each other's figures",
        ) from error


def same_method(old: Edition, new: Edition) -> bool:
    """Tell whether two editions score by one method, whatever their figures, years and countries.

    Names, descriptions, what is drawn for the ranges and what the audit accepts are no method.
    """
    shared = sorted(set(old.countries) & set(new.countries))
    return _method(old, shared) == _method(new, shared)


def _method(edition: Edition, codes: Sequence[str]) -> object:
    framework, series = edition.framework, edition.figures.series
    left_out = {"name", "description", "note"}

    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items() if key not in left_out}
        if not isinstance(value, list):
            return value
        # The order of the parts of a node is for the eye only.
        parts = sorted(value, key=lambda part: part["id"] if isinstance(part, dict) and "id" in part else "")
        return [plain(item) for item in parts]

    dumped = framework.model_dump(mode="json", include={"methods", "tree"})
    group = getattr(framework.methods.imputation, "group", None)
    labels = [edition.countries[code].groups.get(group) for code in codes] if group else []
    return plain(dumped), labels, {name: _definition(series[name]) for name in _used(framework, series)}


def _used(framework: Framework, series: Mapping[str, Series]) -> list[str]:
    """Return every series that goes into the scores of a framework."""
    found: list[str] = []

    def add(name: str | None) -> None:
        if name is None or name in found or name not in series:
            return
        found.append(name)
        for part in series[name].derived.series if series[name].derived else ():  # type: ignore[union-attr]
            add(part)

    for item in framework.tree.references():
        add(item.id)
        add(item.denominator)
    for name in getattr(framework.methods.imputation, "on", ()):
        add(name)
    return sorted(found)


def _definition(series: Series) -> object:
    derived = series.derived.model_dump() if series.derived else None
    return series.zero, series.max_age, derived
