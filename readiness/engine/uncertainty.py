"""Step 12: how sure a rank is. Score and rank under every draw; count, and keep no draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from readiness.engine.simulate import Simulation
from readiness.figures.matrix import Floats, Ints
from readiness.scores import Robustness, Scores

# Above this many places pairs are not counted: they would take more than the draws.
PAIRS = 2000
LOW, HIGH = 0.05, 0.95
_BAND = 0.95


def robustness(
    scores: Scores, *, seed: int | None = None, draws: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Robustness:  # fmt: skip
    """Rank the ranked countries in every draw of the framework's `uncertainty:` block.

    Weights are varied about those in use, the root's exponent, the normalisation and the
    treatment are drawn, indicators are left out, assumed zeros are taken as missing, missing
    figures and measurement errors are drawn. Who is ranked does not change. OECD/JRC Handbook,
    step 7; Saisana, Saltelli and Tarantola 2005. "Method-and-data range", not a confidence
    interval: it holds what the block varies and nothing else.

    Parameters
    ----------
    seed, draws
        The block's own where left out. The same seed gives the same result; more draws
        begin with the same ones.
    progress
        Called with the number of draws done, now and then.

    Raises
    ------
    ReadinessError
        When a drawn method cannot be carried out on these scores.
    ValueError
        When the framework has no `uncertainty:` block.
    """
    block = scores.framework.uncertainty
    if block is None:
        raise ValueError(f"the framework {scores.framework.id!r} has no uncertainty: block")
    simulation = Simulation(scores, block)
    count = block.draws if draws is None else draws
    seed = block.seed if seed is None else seed
    tally = _Tally(len(simulation.rows), simulation.scale)
    for factors in simulation.blocks(count, seed=seed):
        index = simulation.index_scores(factors)
        tally.add(simulation.ranks(index), index, simulation.comparable(factors))
        if progress is not None:
            progress(tally.draws)
    return _result(scores, simulation.rows, tally, seed)


@dataclass
class _Tally:
    """Counts over draws, of a size that does not grow with their number.

    `ranks` counts how often each of the n countries has each rank 1 to n, for the even and the
    odd draws; `scores` falls into bins over the scale; `above` counts how often one country's
    rank is better than another's.
    """

    size: int
    scale: tuple[float, float]
    draws: int = 0
    ranks: Ints = field(init=False)
    scores: Ints = field(init=False)
    above: Ints | None = field(init=False)

    def __post_init__(self) -> None:
        bins = int(np.clip(4_000_000 // max(self.size, 1), 500, 20_000))
        self.ranks = np.zeros((2, self.size, self.size), dtype=np.int64)
        self.scores = np.zeros((self.size, bins), dtype=np.int64)
        pairs = 0 < self.size <= PAIRS
        self.above = np.zeros((self.size, self.size), dtype=np.int64) if pairs else None

    def add(self, ranks: Ints, scores: Floats, comparable: np.ndarray) -> None:
        """Count a block of draws: ranks and scores (R, n), and which draws' scores count (R,)."""
        for half in (0, 1):
            self.ranks[half] += _counted(ranks[half::2] - 1, self.size)
        bins = self.scores.shape[1]
        low, high = self.scale
        kept = scores[comparable]
        places = np.nan_to_num((kept - low) / (high - low) * bins, nan=-1)
        places = np.clip(places.astype(np.int64), -1, bins - 1)
        for column in range(self.size):
            own = places[:, column]
            self.scores[column] += np.bincount(own[own >= 0], minlength=bins)
        if self.above is not None:
            _count_pairs(ranks, self.above)
        self.draws += len(ranks)


def _counted(places: Ints, size: int) -> Ints:
    """Count (n, size) how often each column of `places` (R, n) holds each place."""
    flat = places + np.arange(places.shape[-1]) * size
    return np.bincount(flat.ravel(), minlength=places.shape[-1] * size).reshape(-1, size)


def _count_pairs(ranks: Ints, above: Ints) -> None:
    """Add to (n, n) in how many of the draws (R, n) the row's rank is better than the column's."""
    small = ranks.astype(np.uint8 if ranks.shape[-1] < 256 else np.uint16)
    better = np.empty(above.shape, dtype=bool)
    for start in range(0, len(small), 255):
        count = np.zeros(above.shape, dtype=np.uint8)
        for draw in small[start : start + 255]:
            np.less(draw[:, None], draw, out=better)
            count += better.view(np.uint8)
        above += count


def quantile(counts: Ints, share: float) -> Floats:
    """Return the first position of each row's histogram that reaches a share of it (inverted_cdf).

    Parameters
    ----------
    counts : (n, places)

    Returns
    -------
    (n,)
        Positions from 0, NaN for an empty row.
    """
    cumulated = counts.cumsum(axis=-1)
    total = cumulated[..., -1:]
    # A whole number of draws reaches its share exactly; the product may miss it by a bit.
    reached = cumulated >= np.ceil(share * total - 1e-9)
    found = np.argmax(reached, axis=-1).astype(np.float64)
    return np.where(total[..., 0] > 0, found, np.nan)


def _result(scores: Scores, rows: Ints, tally: _Tally, seed: int) -> Robustness:
    counts = tally.ranks.sum(axis=0)
    low, median, high = (quantile(counts, share) + 1 for share in (LOW, 0.5, HIGH))
    bins, (least, most) = tally.scores.shape[1], tally.scale
    width = (most - least) / bins
    values = [least + (quantile(tally.scores, share) + 0.5) * width for share in (LOW, 0.5, HIGH)]
    above = None if tally.above is None else _probabilities(tally.above, tally.draws)
    ends = [np.stack([quantile(half, LOW), quantile(half, HIGH)]) for half in tally.ranks]
    difference = np.abs(ends[0] - ends[1])
    total = len(scores.countries)

    def wide(values: Floats) -> Floats:
        full = np.full(total, np.nan)
        full[rows] = values
        return full

    return Robustness(
        seed=seed,
        draws=tally.draws,
        rank_low=wide(low),
        rank_median=wide(median),
        rank_high=wide(high),
        score_low=wide(values[0]),
        score_median=wide(values[1]),
        score_high=wide(values[2]),
        band=wide(_bands(median, scores.ranks[rows], above)),
        rows=rows,
        counts=counts,
        above=above,
        convergence=float(np.nanmax(difference, initial=0.0)),
        convergence_mean=float(np.nanmean(difference)) if difference.size and tally.draws > 1 else 0.0,
    )


def _probabilities(above: Ints, draws: int) -> Floats:
    """Return P(row above column), ties counting half; half on the diagonal."""
    return np.asarray(0.5 + (above - above.T) / (2 * draws))


def _bands(median: Floats, ranks: Floats, above: Floats | None) -> Floats:
    """Return the number of each country's band, from the top.

    In order of median rank (then of rank) a country opens a new band when the first country
    of the band is above it in at least 95% of draws.
    """
    bands = np.full(len(median), np.nan)
    if above is None:
        return bands
    band, first = 0, -1
    for row in np.lexsort((ranks, median)):
        if first < 0 or above[first, row] >= _BAND:
            band, first = band + 1, int(row)
        bands[row] = band
    return bands
