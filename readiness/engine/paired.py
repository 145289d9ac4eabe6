"""Two results in the same draws: what a change does to a rank, all that is random being equal.

Both go through the same weights, exponents, normalisations, treatments and left-out indicators.
The noise of a missing cell or of a measurement error belongs to its cell: where a change fills
a gap, the others keep theirs; a cell that only the changed figures lack has noise of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from readiness.engine.aggregate import Known
from readiness.engine.cells import Like
from readiness.engine.draws import FACTORS, Factors
from readiness.engine.plan import Plan
from readiness.engine.simulate import Simulation
from readiness.figures.matrix import Floats, Ints
from readiness.scores import Scores

# The streams of cells that are drawn in a changed result only: none of the factors' own.
_FRESH = len(FACTORS)


def gains(
    scores: Scores, changed: Sequence[Scores], row: int, places: Sequence[int], draws: int
) -> list[tuple[float, ...] | None]:
    """Return, for each changed result, in what shares of the draws a country gains so many places.

    See `Paired.gains`, for one country.

    Raises
    ------
    ValueError
        When the framework has no `uncertainty:` block.
    """
    return Paired(scores, draws).gains(changed, row, places)


class Paired:
    """The draws of a first result, kept to set changed ones beside.

    The draws are the first so many of those that the ranges are made of. The spread that z-scores are
    put on stays that of the first result. Columns of indicators with the same figures, and nodes with
    nothing but those below, are made once for all.
    """

    def __init__(self, scores: Scores, draws: int) -> None:
        """Take a result with an `uncertainty:` block.

        Raises
        ------
        ValueError
            When the framework has none.
        """
        block = scores.framework.uncertainty
        if block is None:
            raise ValueError(f"the framework {scores.framework.id!r} has no uncertainty: block")
        self.draws = draws
        self.first = Simulation(scores, block)

    @cached_property
    def _blocks(self) -> list[_Block]:
        drawn = self.first.blocks(self.draws)
        return [_Block(self.first, factors, number) for number, factors in enumerate(drawn)]

    def gains(
        self, changed: Sequence[Scores], row: int, places: Sequence[int]
    ) -> list[tuple[float, ...] | None]:
        """Return, for each changed result, in what shares of the draws a country gains so many places.

        Parameters
        ----------
        changed
            Results of the same framework and countries with other figures.
        row
            The country.
        places
            Numbers of places: a share for each, of the draws that gain at least so many.

        Returns
        -------
        None for a result where other countries are ranked than before, or not this one: places
        then do not compare.
        """
        return [self._shares(after, row, places) for after in changed]

    def _shares(self, after: Scores, row: int, places: Sequence[int]) -> tuple[float, ...] | None:
        first = self.first
        if not (first.scores.ranked[row] and (after.ranked == first.scores.ranked).all()):
            return None
        differ = differing(first.scores, after)
        like = Like(first.cells, frozenset(differ))
        # How indicators are treated and normalised is the same; what that makes of the figures is not.
        methods: dict[tuple[int, ...], Any] = {
            key: made for key, made in first.cache.items() if len(key) == 2
        }
        other = replace(first, scores=after, spread=first.spread_of_scores, like=like, cache=methods)
        counts = np.zeros(len(places))
        for block in self._blocks:
            gained = block.gained(other, differ, row)
            counts += [(gained >= wanted).sum() for wanted in places]
        return tuple(map(float, counts / self.draws))


@dataclass(frozen=True)
class _Group:
    """Draws of one normalisation and treatment, and what they have made: columns, weights, nodes."""

    members: Ints
    normalisation: int
    treatment: int
    columns: list[Floats]
    plan: Plan
    nodes: list[Floats]
    powers: dict[int, list[Floats | None]]
    factors: Factors

    @classmethod
    def of(cls, first: Simulation, factors: Factors, members: Ints, key: tuple[int, int]) -> _Group:
        own = _of(factors, members)
        columns, plan = first.columns(own, *key), first.drawn_plan(own)
        known = Known((), range(len(columns)), {})
        nodes = first.nodes_of(columns, own, plan=plan, known=known)
        return cls(members, *key, columns, plan, nodes, known.powers, own)


class _Block:
    """One block of draws of a first result, beside which changed ones are set."""

    def __init__(self, first: Simulation, factors: Factors, number: int) -> None:
        self.first, self.factors, self.number = first, factors, number
        self.groups = [
            _Group.of(first, factors, members, key)
            for key, group in first.alternatives(factors).items()
            for members in np.array_split(group, -(-len(group) // first.chunk))
        ]
        index = np.empty((len(factors["weights"]), len(first.rows)), dtype=np.float32)
        for group in self.groups:
            index[group.members] = group.nodes[0]
        self.ranks = first.ranks(index)

    def gained(self, other: Simulation, changed: Sequence[int], row: int) -> Ints:
        """Return the places (R,) that a country gains in a changed result."""
        place = int(np.flatnonzero(self.first.rows == row)[0])
        after = other.rank_of(self._index(other, changed), place)
        # Ranks are unsigned where they are small.
        return self.ranks[:, place].astype(np.int64) - after.astype(np.int64)

    def _index(self, other: Simulation, changed: Sequence[int]) -> Floats:
        """Return the index (R, n) in single precision, with what hangs on changed columns made anew."""
        factors, alike = self._aligned(other), self.first.alike(other)
        result = np.empty((len(factors["weights"]), len(other.rows)), dtype=np.float32)
        for group in self.groups:
            own = group.factors if factors is self.factors else _of(factors, group.members)
            columns = list(group.columns)
            for k in changed:
                columns[k] = other.one_column(k, own, group.normalisation, group.treatment)
            if alike:
                known = Known(group.nodes, changed, group.powers)
                nodes = other.nodes_of(columns, own, plan=group.plan, known=known)
            else:
                nodes = other.nodes_of(columns, own)
            result[group.members] = nodes[0]
        return result

    def _aligned(self, other: Simulation) -> Factors:
        """Return the factors with the noise of each cell where the changed result looks for it."""
        found = self.factors
        for factor, cells in (("imputation", _gaps), ("error", _errors)):
            if factor == "imputation" and _same_gaps(self.first, other):
                continue
            old = {cell: place for place, cell in enumerate(cells(self.first))}
            wanted = cells(other)
            if list(old) == wanted:
                continue
            noise = self.factors[factor]
            made = [noise[:, old[cell]] if cell in old else self._fresh(factor, cell) for cell in wanted]
            empty = np.empty((len(self.factors["weights"]), 0), dtype=np.float32)
            found = {**found, factor: np.stack(made, axis=-1) if made else empty}
        return found

    def _fresh(self, factor: str, cell: tuple[int, int]) -> Floats:
        key = (_FRESH, FACTORS.index(factor), self.number, *cell)
        seed = np.random.SeedSequence(self.first.block.seed, spawn_key=key)
        stream = np.random.Generator(np.random.PCG64(seed))
        return stream.standard_normal(len(self.factors["weights"]), np.float32)


def _of(factors: Factors, members: Ints) -> Factors:
    return {name: array[members] for name, array in factors.items()}


def _same_gaps(one: Simulation, other: Simulation) -> bool:
    first, second = one.cells.gaps, other.cells.gaps
    return list(first) == list(second) and all(
        first[k].rows is second[k].rows or np.array_equal(first[k].rows, second[k].rows) for k in first
    )


def _gaps(simulation: Simulation) -> list[tuple[int, int]]:
    """Return the cells that are drawn, in the order of their noise; none where it is not."""
    if not simulation.block.imputation.draws:
        return []
    return [(k, int(row)) for k, gap in simulation.cells.gaps.items() for row in gap.rows]


def _errors(simulation: Simulation) -> list[tuple[int, int]]:
    return [(k, int(row)) for k, size in simulation.cells.errors.items() for row in np.flatnonzero(size)]


def differing(before: Scores, after: Scores) -> list[int]:
    """Return the positions of the indicators whose figures, or what was made of them, differ."""
    one, other = _tables(before), _tables(after)
    same = [(a == b) | (np.isnan(a) & np.isnan(b)) for a, b in zip(one, other, strict=True)]
    return [int(k) for k in np.flatnonzero(~np.all(same, axis=(0, 1)))]


def _tables(scores: Scores) -> list[Floats]:
    matrix = scores.matrix
    errors = np.zeros(matrix.values.shape) if matrix.errors is None else matrix.errors
    stages = [scores.stages[name].values for name in ("denominated", "imputed")]
    return [*stages, matrix.flags.astype(np.float64), errors, matrix.denominators]
