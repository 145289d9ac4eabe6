"""Two results in the same draws: what a change does to a rank, all that is random being equal.

Both go through the same weights, exponents, normalisations, treatments and left-out indicators.
The noise of a missing cell or of a measurement error belongs to its cell: where a change fills
a gap, the others keep theirs; a cell that only the changed figures lack has noise of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from readiness.engine.draws import FACTORS, Factors
from readiness.engine.simulate import Simulation
from readiness.figures.matrix import Floats, Ints
from readiness.scores import Scores

# The streams of cells that are drawn in a changed result only: none of the factors' own.
_FRESH = len(FACTORS)


def gains(
    scores: Scores, changed: Sequence[Scores], row: int, places: Sequence[int], draws: int
) -> list[tuple[float, ...] | None]:
    """Return, for each changed result, in what shares of the draws a country gains so many places.

    The draws are the first so many of those that the ranges are made of. The spread that
    z-scores are put on stays that of the first result. Columns of indicators with the same
    figures are made once for all.

    Parameters
    ----------
    scores
        With an `uncertainty:` block.
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

    Raises
    ------
    ValueError
        When the framework has no `uncertainty:` block.
    """
    block = scores.framework.uncertainty
    if block is None:
        raise ValueError(f"the framework {scores.framework.id!r} has no uncertainty: block")
    first = Simulation(scores, block)
    others = {
        number: replace(first, scores=after, spread=first.spread_of_scores, cache={})
        for number, after in enumerate(changed)
        if scores.ranked[row] and (after.ranked == scores.ranked).all()
    }
    counts = np.zeros((len(changed), len(places)))
    for number, factors in enumerate(first.blocks(draws) if others else ()):
        drawn = _Block(first, factors, number)
        for which, other in others.items():
            gained = drawn.gained(other, row)
            counts[which] += [(gained >= wanted).sum() for wanted in places]
    shares = counts / draws
    return [tuple(map(float, shares[n])) if n in others else None for n in range(len(changed))]


@dataclass(frozen=True)
class _Group:
    """Draws of one normalisation and treatment, and the columns they have made."""

    members: Ints
    normalisation: int
    treatment: int
    columns: list[Floats]


class _Block:
    """One block of draws of a first result, beside which changed ones are set."""

    def __init__(self, first: Simulation, factors: Factors, number: int) -> None:
        self.first, self.factors, self.number = first, factors, number
        self.groups = [
            _Group(members, *key, first.columns(_of(factors, members), *key))
            for key, group in first.alternatives(factors).items()
            for members in np.array_split(group, -(-len(group) // first.chunk))
        ]
        self.ranks = first.ranks(self._index(first, factors, ()))

    def gained(self, other: Simulation, row: int) -> Ints:
        """Return the places (R,) that a country gains in a changed result."""
        changed = differing(self.first.scores, other.scores)
        after = other.ranks(self._index(other, self._aligned(other), changed))
        place = int(np.flatnonzero(self.first.rows == row)[0])
        # Ranks are unsigned where they are small.
        return self.ranks[:, place].astype(np.int64) - after[:, place].astype(np.int64)

    def _index(self, simulation: Simulation, factors: Factors, changed: Sequence[int]) -> Floats:
        """Return the index (R, n) in single precision, with the changed columns made anew."""
        result = np.empty((len(factors["weights"]), len(simulation.rows)), dtype=np.float32)
        for group in self.groups:
            own = _of(factors, group.members)
            columns = list(group.columns)
            for k in changed:
                columns[k] = simulation.one_column(k, own, group.normalisation, group.treatment)
            result[group.members] = simulation.nodes_of(columns, own)[0]
        return result

    def _aligned(self, other: Simulation) -> Factors:
        """Return the factors with the noise of each cell where the changed result looks for it."""
        found = dict(self.factors)
        for factor, cells in (("imputation", _gaps), ("error", _errors)):
            old = {cell: place for place, cell in enumerate(cells(self.first))}
            wanted = cells(other)
            if list(old) == wanted:
                continue
            noise = self.factors[factor]
            made = [noise[:, old[cell]] if cell in old else self._fresh(factor, cell) for cell in wanted]
            empty = np.empty((len(self.factors["weights"]), 0), dtype=np.float32)
            found[factor] = np.stack(made, axis=-1) if made else empty
        return found

    def _fresh(self, factor: str, cell: tuple[int, int]) -> Floats:
        key = (_FRESH, FACTORS.index(factor), self.number, *cell)
        seed = np.random.SeedSequence(self.first.block.seed, spawn_key=key)
        stream = np.random.Generator(np.random.PCG64(seed))
        return stream.standard_normal(len(self.factors["weights"]), np.float32)


def _of(factors: Factors, members: Ints) -> Factors:
    return {name: array[members] for name, array in factors.items()}


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
