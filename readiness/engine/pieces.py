"""Draws in pieces: each is made by itself, in whatever process, and comes out the same.

A piece is a block of draws, or a slice of one where there are many places. What is made of it is small:
the ranks in two bytes each, the scores as bins of the scale in two bytes each, the pairs counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from readiness.engine import held
from readiness.engine.draws import Factors
from readiness.engine.simulate import Simulation
from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats, Ints

LOW, HIGH = 0.05, 0.95
# So many draws are enough for the ends of a part's scores; a hundred where the numbers get more than this.
_PARTS, _PART_CELLS = 1000, 30_000_000
# So many scores and ranks are held at once, from which on a block of draws is cut up.
_SLICE = 5_000_000

Parts = tuple[Ints, Floats]


@dataclass(frozen=True)
class Piece:
    """The draws `start` to `stop` of a block, by its number; made once more in each `turn`."""

    turn: int
    block: int
    start: int
    stop: int

    @property
    def draws(self) -> int:
        """How many draws it has."""
        return self.stop - self.start


@dataclass(frozen=True)
class Asked:
    """What is wanted of `draws` draws: bins of the scores, whether pairs are counted; by which numpy."""

    seed: int
    draws: int
    bins: int
    pairs: bool
    numpy: str = np.__version__


@dataclass(frozen=True)
class Drawn:
    """What the R draws of a piece give for n ranked countries.

    Attributes
    ----------
    ranks : (R, n)
        Unsigned whole numbers.
    scores : (S, n)
        In which bin of the scale a score lies, -1 for none, over the draws whose scores compare with
        the headline's. None after the first turn, as all that follows.
    above : (n, n) or None
        In how many draws the row's rank is better than the column's; None where it was not wanted.
    parts
        The nodes below the root and the ends of their scores, with the very first draws alone.
    """

    ranks: np.ndarray
    scores: np.ndarray | None = None
    above: np.ndarray | None = None
    parts: Parts | None = None


def pieces(draws: int, block: int, size: int, turns: int) -> list[Piece]:
    """Cut so many draws, in blocks of a size, into pieces for `size` places, in their order."""
    step = max(1, _SLICE // max(size, 1))
    return [
        Piece(turn, first // block, start, min(start + step, block, draws - first))
        for turn in range(turns)
        for first in range(0, draws, block)
        for start in range(0, min(block, draws - first), step)
    ]


def maker(simulation: Simulation, asked: Asked) -> Callable[[Piece], Drawn]:
    """Return what makes a piece.

    Raises
    ------
    ReadinessError
        When numpy has another version here than where the draws are asked for.
    """
    if np.__version__ != asked.numpy:
        raise ReadinessError(
            f"a worker has numpy {np.__version__}, and here it is {asked.numpy}",
            "Only the same versions give the same draws",
        )
    return _Maker(simulation, asked)


class _Maker:
    """Makes pieces; keeps the block that the last one was of."""

    def __init__(self, simulation: Simulation, asked: Asked) -> None:
        self._simulation, self._asked = simulation, asked
        self._number: int | None = None
        self._block: Factors = {}

    def __call__(self, piece: Piece) -> Drawn:
        simulation, asked = self._simulation, self._asked
        whole = self._of(piece.block)
        factors = {name: array[piece.start : piece.stop] for name, array in whole.items()}
        index = simulation.index_scores(factors)
        ranks = simulation.ranks(index)
        small = ranks.astype(held.kind(len(simulation.rows)))
        if piece.turn:
            return Drawn(small)
        return Drawn(
            small,
            _bins(index[simulation.comparable(factors)], simulation.scale, asked.bins),
            _pairs(ranks) if asked.pairs else None,
            parts(simulation, whole) if piece.block == piece.start == 0 else None,
        )

    def _of(self, number: int) -> Factors:
        if number != self._number:
            self._block = self._simulation.nth(number, self._asked.draws, self._asked.seed)
            self._number = number
        return self._block


def _bins(scores: Floats, scale: tuple[float, float], bins: int) -> np.ndarray:
    """Return the bin of every score on the scale, beyond its ends the outermost; -1 for none."""
    low, high = scale
    inside = np.nan_to_num((scores - low) / (high - low) * bins, nan=-1)
    return np.asarray(np.clip(inside.astype(np.int64), -1, bins - 1).astype(np.int16))


def _pairs(ranks: Ints) -> np.ndarray:
    above = np.zeros((ranks.shape[1], ranks.shape[1]), dtype=np.min_scalar_type(len(ranks)))
    count_pairs(ranks, above)
    return above


def count_pairs(ranks: Ints, above: np.ndarray) -> None:
    """Add to (n, n) in how many of the draws (R, n) the row's rank is better than the column's."""
    small = ranks.astype(np.uint8 if ranks.shape[-1] < 256 else np.uint16)
    better = np.empty(above.shape, dtype=bool)
    for start in range(0, len(small), 255):
        count = np.zeros(above.shape, dtype=np.uint8)
        for draw in small[start : start + 255]:
            np.less(draw[:, None], draw, out=better)
            count += better.view(np.uint8)
        above += count


def parts(simulation: Simulation, factors: Factors) -> Parts:
    """Return the nodes below the root, and the ends of their scores (2, P, n) over draws on the same scale.

    Some hundred draws tell 5 and 95% of a score well enough for a chart.
    """
    nodes = [part for part in simulation.plan.nodes[0].parts if part < len(simulation.plan.nodes)]
    most = max(100, _PART_CELLS // max(len(nodes) * len(simulation.rows), 1))
    members = np.flatnonzero(simulation.comparable(factors))[: min(_PARTS, most)]
    if not nodes or not len(members) or not len(simulation.rows):
        return np.array(nodes, dtype=np.int64), np.full((2, len(nodes), len(simulation.rows)), np.nan)
    own = {name: array[members] for name, array in factors.items()}
    drawn = simulation.node_scores(own, nodes)
    ends = np.stack([ends_of_scores(own) for own in drawn], axis=1)
    return np.array(nodes, dtype=np.int64), ends


def ends_of_scores(drawn: Floats) -> Floats:
    """Return the ends of each column (R, n) over the draws that have a score, (2, n); NaN for none."""
    gaps = np.isnan(drawn)
    there, none = ~gaps.any(axis=0), gaps.all(axis=0)
    ends = np.full((2, drawn.shape[1]), np.nan)
    options: dict[str, Any] = {"axis": 0, "method": "inverted_cdf"}
    ends[:, there] = np.quantile(drawn[:, there], (LOW, HIGH), **options)
    some = ~there & ~none
    if some.any():  # a column at a time, in Python: dear where there are many
        ends[:, some] = np.nanquantile(drawn[:, some], (LOW, HIGH), **options)
    return ends
