"""Two results in the same draws: what a change does to a rank, all that is random being equal.

Both go through the same weights, exponents, normalisations, treatments and left-out indicators.
The noise of a missing cell or of a measurement error belongs to its cell: where a change fills
a gap, the others keep theirs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from readiness.engine.draws import Factors
from readiness.engine.simulate import Simulation
from readiness.figures.matrix import Floats, Ints
from readiness.scores import Scores

# The noise of a gap that only the changed figures have: a stream of its own.
_FRESH = 7


@dataclass(frozen=True)
class _Group:
    """Draws of one normalisation and treatment, and the columns they have made."""

    members: Ints
    normalisation: int
    treatment: int
    columns: list[Floats]


class Paired:
    """A result in so many draws, beside which changed ones are set.

    Parameters
    ----------
    scores
        With an `uncertainty:` block.
    draws
        The first so many of those that the ranges are made of.

    Raises
    ------
    ValueError
        When the framework has no `uncertainty:` block.
    """

    def __init__(self, scores: Scores, draws: int) -> None:
        block = scores.framework.uncertainty
        if block is None:
            raise ValueError(f"the framework {scores.framework.id!r} has no uncertainty: block")
        self.before = Simulation(scores, block)
        blocks = list(self.before.blocks(draws))
        self.factors: Factors = {
            name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]
        }
        self._groups = [
            _Group(members, *key, self.before.columns(self._own(self.factors, members), *key))
            for key, group in self.before.alternatives(self.factors).items()
            for members in np.array_split(group, -(-len(group) // self.before.chunk))
        ]
        self.ranks = self.before.ranks(self._index(self.before, self.factors, ()))

    def after(self, scores: Scores, changed: Collection[int]) -> Ints | None:
        """Return the ranks (R, n) of a changed result in the same draws.

        The spread that z-scores are put on stays that of the first result.

        Parameters
        ----------
        changed
            Positions of the indicators with changed figures; the others are taken as they were.

        Returns
        -------
        None where other countries are ranked than before: places then do not compare.
        """
        if (scores.ranked != self.before.scores.ranked).any():
            return None
        other = replace(self.before, scores=scores, spread=self.before.spread_of_scores, cache={})
        return other.ranks(self._index(other, self._aligned(other), tuple(changed)))

    def gain(self, after: Ints | None, row: int, places: int) -> float | None:
        """Return the share of draws in which the country in `row` gains at least so many places."""
        if after is None or not self.before.scores.ranked[row]:
            return None
        place = int(np.flatnonzero(self.before.rows == row)[0])
        # Ranks are unsigned where they are small.
        gained = self.ranks[:, place].astype(np.int64) - after[:, place].astype(np.int64)
        return float((gained >= places).mean())

    def _index(self, simulation: Simulation, factors: Factors, changed: Collection[int]) -> Floats:
        """Return the index (R, n) in single precision, with the changed columns made anew."""
        result = np.empty((len(factors["weights"]), len(simulation.rows)), dtype=np.float32)
        for group in self._groups:
            own = self._own(factors, group.members)
            columns = list(group.columns)
            for k in changed:
                columns[k] = simulation.one_column(k, own, group.normalisation, group.treatment)
            result[group.members] = simulation.nodes_of(columns, own)[0]
        return result

    @staticmethod
    def _own(factors: Factors, members: Ints) -> Factors:
        return {name: array[members] for name, array in factors.items()}

    def _aligned(self, other: Simulation) -> Factors:
        """Return the factors with the noise of each cell where the changed result looks for it."""
        size = len(self.factors["weights"])
        fresh = np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self.before.block.seed, spawn_key=(_FRESH,)))
        )
        found = dict(self.factors)
        for factor, cells in (("imputation", _gaps), ("error", _errors)):
            old = {cell: number for number, cell in enumerate(cells(self.before))}
            noise, wanted = self.factors[factor], cells(other)
            if list(old) == wanted:
                continue
            made = np.empty((size, len(wanted)), dtype=np.float32)
            for number, cell in enumerate(wanted):
                known = cell in old and noise.size
                made[:, number] = noise[:, old[cell]] if known else fresh.standard_normal(size, np.float32)
            found[factor] = made
        return found


def _gaps(simulation: Simulation) -> list[tuple[int, int]]:
    """Return the cells that are drawn, in the order of their noise; none where it is not."""
    if not simulation.block.imputation.draws:
        return []
    return [(k, int(row)) for k, gap in simulation.cells.gaps.items() for row in gap.rows]


def _errors(simulation: Simulation) -> list[tuple[int, int]]:
    return [(k, int(row)) for k, size in simulation.cells.errors.items() for row in np.flatnonzero(size)]
