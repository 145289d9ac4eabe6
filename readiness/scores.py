"""Results, frozen: every step's table, the score of every node, ranks, and tables of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from readiness.definitions.framework import Framework, IndicatorRef, Node
from readiness.errors import UnknownNameError, did_you_mean, listed
from readiness.figures.matrix import Flag, Floats, Ints, Matrix

if TYPE_CHECKING:
    import pandas as pd

# Told now and then how many draws are done.
Progress = Callable[[int], None]

LEVELS = ("index", "pillar", "subpillar", "indicator", "all")
HEAD = ("country", "name", "status", "rank", "score", "coverage", "rank_low", "rank_high")
STAGES = ("selected", "denominated", "imputed", "treated", "normalised")


@dataclass(frozen=True)
class Stage:
    """The table after one step: values, the year and the `Flag` of each cell, all C x K."""

    name: str
    values: Floats
    years: Ints
    flags: Ints


@dataclass(frozen=True)
class Table:
    """Columns and rows of plain values, None where there is none: what every format prints."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def frame(self) -> pd.DataFrame:
        """Return it as a DataFrame, indexed by its first column."""
        import pandas as pd

        # As objects first: pandas would turn whole numbers with gaps into floats.
        frame = pd.DataFrame(list(self.rows), columns=list(self.columns), dtype="object")
        for column in frame.columns:
            there = [value for value in frame[column] if value is not None]
            if any(isinstance(value, float) for value in there) or (self.rows and not there):
                frame[column] = frame[column].astype("float64")
            elif any(isinstance(value, int) for value in there):
                frame[column] = frame[column].astype("Int64")
            else:
                frame[column] = frame[column].astype("str")
        return frame.set_index(self.columns[0])


@dataclass(frozen=True)
class Robustness:
    """What the draws of the `uncertainty:` block say of the ranks and scores of C countries.

    Attributes
    ----------
    rank_low, rank_median, rank_high : (C,)
        5, 50 and 95% of a country's ranks, whole numbers; NaN for the unranked.
    score_low, score_median, score_high : (C,)
        The same of its scores, over the draws that keep the headline's normalisation, to
        within half a bin of the scale.
    parts : (P,)
        The numbers of the nodes below the root, see `Scores.node_ids`.
    part_low, part_high : (C, P)
        5 and 95% of their scores, over up to 1,000 such draws; NaN for the unranked.
    band : (C,)
        From 1 at the top; countries of one band cannot be told apart from its first. NaN
        for the unranked and where pairs were not counted.
    rows : (n,)
        The rows of the ranked countries, to which the next two belong.
    counts : (n, bins)
        In how many draws each country had each rank; above 2,000 places ranks after the
        hundredth are counted in bins, and `rank_low` to `rank_high` are exact all the same, up to
        some 700 million ranks drawn (`engine.held`); above, they are the outer ends of their bins.
    firsts : (bins,)
        The first rank of each bin.
    above : (n, n) or None
        P(row above column), ties counting half; None above 2,000 places.
    convergence, convergence_mean
        The largest and the mean difference, in places, of the ends of the rank ranges between the
        even and the odd half of the draws.
    """

    seed: int
    draws: int
    rank_low: Floats
    rank_median: Floats
    rank_high: Floats
    score_low: Floats
    score_median: Floats
    score_high: Floats
    parts: Ints
    part_low: Floats
    part_high: Floats
    band: Floats
    rows: Ints
    counts: Ints
    firsts: Ints
    above: Floats | None
    convergence: float
    convergence_mean: float

    def top(self, count: int) -> Floats:
        """Return P(among the first `count`) of every country, NaN for the unranked: (C,).

        A bin of several ranks that `count` cuts through counts in proportion.
        """
        result = np.full(len(self.rank_low), np.nan)
        sizes = np.diff(np.append(self.firsts, len(self.rows) + 1))
        shares = np.clip((count + 1 - self.firsts) / sizes, 0, 1)
        result[self.rows] = self.counts @ shares / self.draws
        return result

    def probability(self, one: int, other: int) -> float | None:
        """Return P(country in row `one` above that in row `other`), None where it was not counted."""
        if self.above is None:
            return None
        places = {int(row): place for place, row in enumerate(self.rows)}
        if one not in places or other not in places:
            return None
        return float(self.above[places[one], places[other]])

    def interval(self, row: int) -> tuple[int, int] | None:
        """Return the rank range of the country in a row, None for the unranked."""
        low, high = self.rank_low[row], self.rank_high[row]
        return (int(low), int(high)) if np.isfinite(low) else None


@dataclass(frozen=True)
class Scores:
    """The scores of one framework.

    Attributes
    ----------
    framework
        Completed: every setting that made the scores.
    matrix
        The selected figures, C countries x K indicators.
    stages
        The table after each step, by name (`STAGES`).
    nodes : (C, N)
        The score of every node in the order of `node_ids`, the index first; NaN is missing.
    coverage : (C, N)
        The share of indicators below each node that have a figure.
    ranked : (C,) bool
    ranks : (C,)
        NaN for the unranked.
    weights
        What the parts of each node weigh, by the node's id: (M,) relative within the node, or
        (C, M) where every country has its own.
    ranges
        What computes `robustness` of these scores when it is first asked for; it takes what `drawn` does.
    shown
        What a notebook shows, as HTML.
    """

    framework: Framework
    matrix: Matrix
    stages: Mapping[str, Stage]
    nodes: Floats
    coverage: Floats
    ranked: np.ndarray
    ranks: Floats
    weights: Mapping[str, Floats] = field(default_factory=dict)
    ranges: Callable[..., Robustness] | None = field(default=None, repr=False, compare=False)
    shown: Callable[[Scores], str] | None = field(default=None, repr=False, compare=False)

    def _repr_html_(self) -> str | None:
        """Return the first of the league table for a notebook; None where nobody knows how to show it."""
        return None if self.shown is None else self.shown(self)

    @cached_property
    def robustness(self) -> Robustness | None:
        """How sure the ranks are; None for a framework without `uncertainty:`.

        The draws are made, or read from the cache, when this is first asked for.
        """
        return self.drawn()

    def drawn(self, progress: Progress | None = None, **how: Any) -> Robustness | None:
        """Return `robustness`; `progress` is told the draws done. `how`: see `Index.robustness`."""
        if self.framework.uncertainty is None or self.ranges is None:
            return None
        if "robustness" not in vars(self):  # where a cached property keeps what it has
            told = {} if progress is None else {"progress": progress}
            vars(self)["robustness"] = self.ranges(self, **told, **how)
        found: Robustness = vars(self)["robustness"]
        return found

    def interval(self, country: str) -> tuple[int, int] | None:
        """Return the rank range of a country, 5 to 95% of the draws; None where there is none."""
        ranges = self.robustness
        return None if ranges is None else ranges.interval(self.position(country))

    @property
    def countries(self) -> tuple[str, ...]:
        """The codes, in order of code."""
        return self.matrix.countries

    @cached_property
    def node_ids(self) -> tuple[str, ...]:
        """The ids of the tree's nodes, parents first."""
        return tuple(node.id for node in self.framework.tree.nodes())

    @cached_property
    def references(self) -> tuple[IndicatorRef, ...]:
        """The indicators as the framework has them, in the order of the matrix's columns."""
        return self.framework.tree.references()

    def position(self, country: str) -> int:
        """Return the row of a country.

        Raises
        ------
        UnknownNameError
            When the framework does not assess it.
        """
        if country not in self._positions:
            raise UnknownNameError(
                f"{country} is not among the {len(self.countries)} countries of {self.framework.id!r}",
                did_you_mean(country, self.countries),
            )
        return self._positions[country]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {code: row for row, code in enumerate(self.countries)}

    def score(self, country: str, part: str | None = None) -> float | None:
        """Return the score of a country: of the index, or of a node or indicator."""
        return plain(self.column(part or self.node_ids[0])[self.position(country)])

    def rank(self, country: str) -> int | float | None:
        """Return the rank of a country, None where it is unranked."""
        return whole(self.ranks[self.position(country)])

    def group_ranks(self, group: Iterable[str]) -> dict[str, int | None]:
        """Return the rank of each country of a group among its ranked ones; equals share the best."""
        members = np.isin(np.array(self.countries), list(group))
        own = np.where(members, self.ranks, np.nan)
        return {
            code: None if not np.isfinite(place) else 1 + int((own < place).sum())
            for code, place, member in zip(self.countries, own, members, strict=True)
            if member
        }

    def column(self, part: str) -> Floats:
        """Return the scores (C,) of one node or indicator.

        Raises
        ------
        UnknownNameError
            When the tree has no such part.
        """
        if part in self.node_ids:
            return np.asarray(self.nodes[:, self.node_ids.index(part)])
        if part in self.matrix.indicators:
            return np.asarray(self.stages["normalised"].values[:, self.matrix.indicators.index(part)])
        known = (*self.node_ids, *self.matrix.indicators)
        raise UnknownNameError(f"the tree has no {part!r}", did_you_mean(part, known))

    def order(self) -> list[int]:
        """Return rows best first, the unranked last, ties and unranked in order of code."""
        keys = np.where(np.isfinite(self.ranks), self.ranks, np.inf)
        return [int(row) for row in np.argsort(keys, kind="stable")]

    def parts(self, level: str = "pillar") -> list[Node | IndicatorRef]:
        """Return the parts of the tree at a level, in tree order.

        `index` has none; `pillar` is depth 1, `subpillar` depth 2, a number any depth; a
        branch that ends earlier shows nothing there. `indicator` is every indicator, `all`
        every part below the root.

        Raises
        ------
        UnknownNameError
            When there is no such level.
        """
        parts = list(self.framework.tree.walk())[1:]
        if level == "all":
            return [part for _, part in parts]
        if level == "indicator":
            return [part for _, part in parts if isinstance(part, IndicatorRef)]
        named = {"index": "0", "pillar": "1", "subpillar": "2"}.get(level, level)
        deepest = max(depth for depth, _ in parts)
        if not named.isdecimal() or int(named) > deepest:
            numbers = listed((*LEVELS, *(f"{number}" for number in range(1, deepest + 1))), "or")
            hint = did_you_mean(level, LEVELS) or f"It is {numbers}"
            raise UnknownNameError(f"the tree has no level {level!r}", hint)
        return [part for depth, part in parts if depth == int(named)]

    def rows(
        self, level: str = "pillar", *, values: bool = False, stage: str | None = None,
        countries: Sequence[str] | None = None,
    ) -> Table:  # fmt: skip
        """Return the league table: one row a country, best first.

        Columns are `country,name,status,rank,score,coverage,rank_low,rank_high`, then one a part
        of the level. The range of the rank is empty for a framework without `uncertainty:`.

        Parameters
        ----------
        level
            See `parts`.
        values
            The figures behind the scores instead, in the source's unit, one column an
            indicator.
        stage
            The table after a step instead (`STAGES`): a column an indicator, with its year
            (`id:year`) and status (`id:status`).
        countries
            Only these, in the same order.
        """
        if stage is not None and stage not in STAGES:
            raise UnknownNameError(
                f"unknown stage {stage!r}", did_you_mean(stage, STAGES) or f"It is {listed(STAGES, 'or')}"
            )
        columns = self._stage_columns(stage) if stage else self._columns(level, values)
        wanted = None if countries is None else {self.position(code) for code in countries}
        rows = [
            (*self._head(row), *(column[row] for column in columns.values()))
            for row in self.order()
            if wanted is None or row in wanted
        ]
        return Table((*HEAD, *columns), tuple(rows))

    def table(
        self, level: str = "pillar", *, values: bool = False, stage: str | None = None,
        countries: Sequence[str] | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Return `rows` as a DataFrame indexed by country code."""
        return self.rows(level, values=values, stage=stage, countries=countries).frame()

    def _head(self, row: int) -> tuple[Any, ...]:
        status = "ranked" if self.ranked[row] else "unranked"
        return (self.countries[row], self.matrix.names[row], status, whole(self.ranks[row]),
                plain(self.nodes[row, 0]), float(self.coverage[row, 0]),
                *(self.interval(self.countries[row]) or (None, None)))  # fmt: skip

    def _columns(self, level: str, values: bool) -> dict[str, list[float | None]]:
        if values:
            selected = self.stages["selected"].values
            return {name: [plain(x) for x in selected[:, k]] for k, name in enumerate(self.matrix.indicators)}
        return {part.id: [plain(x) for x in self.column(part.id)] for part in self.parts(level)}

    def _stage_columns(self, stage: str) -> dict[str, list[Any]]:
        table = self.stages[stage]
        columns: dict[str, list[Any]] = {}
        for number, name in enumerate(self.matrix.indicators):
            columns[name] = [plain(x) for x in table.values[:, number]]
            columns[f"{name}:year"] = [int(year) or None for year in table.years[:, number]]
            columns[f"{name}:status"] = [Flag(flag).name.lower() for flag in table.flags[:, number]]
        return columns

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that went in: the completed framework and the selected figures."""
        hashed = hashlib.sha256()
        # What the audit accepts changes no score.
        framework = self.framework.model_dump(mode="json", exclude={"audit"})
        hashed.update(json.dumps(framework, sort_keys=True).encode())
        # The labels that a group mean goes by decide scores as much as figures do.
        drawn = self.framework.uncertainty.imputation if self.framework.uncertainty else None
        labels = [
            self.matrix.groups.get(getattr(method, "group", None) or "")
            for method in (self.framework.methods.imputation, drawn)
        ]
        hashed.update(json.dumps([self.matrix.countries, self.matrix.indicators, labels]).encode())
        matrix = self.matrix
        optional = (matrix.errors, matrix.carried, *matrix.context.values())
        arrays = (matrix.values, matrix.years, matrix.flags, matrix.denominators, *optional)
        for array in arrays:
            hashed.update(b"-" if array is None else np.ascontiguousarray(array).tobytes())
        return hashed.hexdigest()


def plain(value: float) -> float | None:
    """Return a number of an array as a plain one, None for NaN."""
    return float(value) if np.isfinite(value) else None


def whole(value: float) -> int | float | None:
    """Return a rank as a whole number where it is one, None for NaN."""
    if not np.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
