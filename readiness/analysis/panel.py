"""Scores for every year on one scale, so that they can be compared over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from readiness.definitions.framework import Framework
from readiness.engine.compute import compute
from readiness.figures.matrix import Flag, Floats, Matrix
from readiness.scores import Scores, Table, plain


@dataclass(frozen=True)
class Panel:
    """The scores of C countries in Y years.

    Attributes
    ----------
    years
        Oldest first.
    scores
        One result over all years: its rows are the countries of the newest year, then those
        of the year before, and so on. Its ranks are over all years and mean nothing.
    own_year : (Y, C)
        The share of a country's indicators whose figure is really of that year; the others
        are the latest before it, or missing.
    """

    years: tuple[int, ...]
    scores: Scores
    own_year: Floats

    @property
    def countries(self) -> tuple[str, ...]:
        """The codes, in order of code."""
        return self.scores.countries[: len(self.scores.countries) // len(self.years)]

    @property
    def coverage(self) -> Floats:
        """The share of the indicators that a country has a figure for, (Y, C)."""
        return self._by_year(self.scores.coverage[:, 0])

    def column(self, part: str) -> Floats:
        """Return the scores of the index, a node or an indicator, (Y, C); NaN where missing."""
        return self._by_year(self.scores.column(part))

    def rows(self, level: str = "index", countries: Sequence[str] | None = None) -> Table:
        """Return one row a country and year: countries in order of code, years rising.

        Columns are `country,name,year,status,score,coverage,own_year`, then one a part of the level
        (see `Scores.parts`). There is no rank: who is ranked changes from year to year.
        """
        parts = [part.id for part in self.scores.parts(level)]
        columns = [self.column(name) for name in parts]
        score, coverage = self.column(self.scores.node_ids[0]), self.coverage
        ranked = self._by_year(self.scores.ranked)
        names = self.scores.matrix.names
        rows = [
            (
                code, names[place], year, "ranked" if ranked[number, place] else "unranked",
                plain(score[number, place]), float(coverage[number, place]),
                float(self.own_year[number, place]), *(plain(column[number, place]) for column in columns),
            )
            for place, code in enumerate(self.countries)
            if countries is None or code in countries
            for number, year in enumerate(self.years)
        ]  # fmt: skip
        head = ("country", "name", "year", "status", "score", "coverage", "own_year")
        return Table((*head, *parts), tuple(rows))

    def _by_year(self, values: Floats) -> Floats:
        return values.reshape(len(self.years), -1, *values.shape[1:])[::-1]


def panel(framework: Framework, matrices: Mapping[int, Matrix]) -> Panel:
    """Score every year of a completed framework on one scale.

    Goalposts are frozen, so that a year's scores are those of that year alone. What compares
    countries (ends of the sample, z-scores, ranks, treatment, estimated weights) compares
    them with those of all years at once; COINr calls that a global normalisation.

    Parameters
    ----------
    matrices
        The selected figures by year, each with the same countries.

    Raises
    ------
    ReadinessError
        When a method cannot be carried out on these figures.
    """
    newest_first = sorted(matrices, reverse=True)
    stacked = Matrix.stacked([matrices[year] for year in newest_first])
    own = [
        ((matrices[year].years == year) & (matrices[year].flags == Flag.FIGURE)).mean(axis=1)
        for year in sorted(matrices)
    ]
    return Panel(tuple(sorted(matrices)), compute(framework, stacked), np.stack(own))
