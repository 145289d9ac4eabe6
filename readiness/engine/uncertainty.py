"""Step 12: how sure a rank is. Score and rank under every draw; count, and keep no draw."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

import numpy as np

from readiness import jobs
from readiness.engine import held
from readiness.engine.held import Held
from readiness.engine.pieces import HIGH, LOW, Asked, Drawn, Parts, maker, pieces
from readiness.engine.simulate import Simulation
from readiness.figures.matrix import Floats, Ints
from readiness.scores import Progress, Robustness, Scores

# Above this many places pairs are not counted, and counts of ranks after the hundredth fall into bins.
PAIRS = 2000
_EXACT = 100
_CELLS = 20_000_000
# So many counts are added up at a time.
_QUANTILE = 8_000_000
_BAND = 0.95
# Fewer ranks are drawn before other processes have begun.
_WORTH = 8_000_000


def robustness(
    scores: Scores, *, seed: int | None = None, draws: int | None = None,
    progress: Progress | None = None, processes: int = 1, scheduler: str | None = None,
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
        Called with the number of draws done, now and then; where draws are made twice, each time
        is half of one. What it raises ends the work.
    processes
        So many make the draws at once, where there are enough to be worth it. The result is the same.
    scheduler
        The address of a Dask cluster that makes them in their place. The result is the same, to the
        bit where its processors are of the same kind.

    Raises
    ------
    MissingLibraryError
        When there is a `scheduler` and Dask is not installed.
    ReadinessError
        When a drawn method cannot be carried out on these scores; when the cluster does not answer,
        or a worker of it has other versions.
    ValueError
        When the framework has no `uncertainty:` block.
    """
    block = scores.framework.uncertainty
    if block is None:
        raise ValueError(f"the framework {scores.framework.id!r} has no uncertainty: block")
    simulation = Simulation(scores, block)
    count = block.draws if draws is None else draws
    seed = block.seed if seed is None else seed
    size = len(simulation.rows)
    held_ranks = _held(size, count)
    tally = _Tally(size, simulation.scale, counts=held_ranks is None)
    asked = Asked(seed, count, bins=tally.scores.shape[1], pairs=tally.above is not None)
    keys = pieces(count, simulation.shape.block, size, times := turns(size, count))
    processes = processes if size * count * times >= _WORTH else 1
    done, parts = 0, None
    made = jobs.run(maker, (simulation, asked), keys, processes, scheduler=scheduler)
    with contextlib.closing(made):
        for piece, drawn in zip(keys, made, strict=True):
            parts = parts or drawn.parts
            if piece.turn == 0:
                tally.add(drawn)
            if held_ranks is not None:
                held_ranks.add(drawn.ranks)
            done += piece.draws
            if progress is not None:
                progress(done // times)
    ranges = _counted(tally) if held_ranks is None else _told(held_ranks)
    return _result(
        scores, simulation.rows, tally, ranges, seed, parts or (simulation.rows[:0], np.empty((2, 0, 0)))
    )


def _held(size: int, draws: int) -> Held | None:
    """Return what holds the ranks of many places; None where each rank is counted, or they are too many."""
    if not _holds(size, draws):
        return None
    return Held(size, draws, _bins_of_ranks(size), (LOW, 0.5, HIGH))


def turns(size: int, draws: int) -> int:
    """Return how often the draws of so many places are made: twice where their ranks are held in parts."""
    return held.passes(size, draws) if _holds(size, draws) else 1


def _holds(size: int, draws: int) -> bool:
    return size > PAIRS and held.passes(size, draws) <= held.PASSES


@dataclass
class _Tally:
    """Counts over draws, of a size that does not grow with their number.

    `ranks` counts, for the even and the odd draws, how often each of the n countries falls into
    each bin of ranks, which begin at `firsts` (None where it `counts` none); `scores` the same in bins
    over the scale; `above` how often one country's rank is better than another's.
    """

    size: int
    scale: tuple[float, float]
    counts: bool = True
    draws: int = 0
    firsts: Ints = field(init=False)
    ranks: Ints | None = field(init=False)
    scores: Ints = field(init=False)
    above: Ints | None = field(init=False)

    def __post_init__(self) -> None:
        self.firsts = _bins_of_ranks(self.size)
        shape = 2, self.size, len(self.firsts)
        self.ranks = np.zeros(shape, dtype=np.int32) if self.counts else None
        bins = int(np.clip(_CELLS // 5 // max(self.size, 1), 200, 20_000))
        self.scores = np.zeros((self.size, bins), dtype=np.int32)
        pairs = 0 < self.size <= PAIRS
        self.above = np.zeros((self.size, self.size), dtype=np.int64) if pairs else None

    def add(self, drawn: Drawn) -> None:
        """Count a piece of the draws, in their order."""
        ranks = drawn.ranks
        if self.ranks is not None:
            # A piece of an odd number of draws begins the next with the other half.
            places = np.searchsorted(self.firsts, ranks, side="right") - 1 if self.size > PAIRS else ranks - 1
            for half in (0, 1):
                _count(places[(half + self.draws) % 2 :: 2], self.ranks[half])
        if drawn.scores is not None:
            rows = np.arange(self.size)
            for draw in drawn.scores:
                there = draw >= 0
                self.scores[rows[there], draw[there]] += 1
        if self.above is not None and drawn.above is not None:
            self.above += drawn.above
        self.draws += len(ranks)


def _bins_of_ranks(size: int) -> Ints:
    """Return the first rank of each bin: one a rank up to 2,000 places, then wider after the hundredth."""
    if size <= PAIRS:
        return np.arange(1, size + 1)
    width = -(-size // int(np.clip(_CELLS // size, 100, 1000)))
    exact = min(_EXACT, size)
    return np.concatenate([np.arange(1, exact + 1), np.arange(exact + 1, size + 1, width)])


def _count(places: np.ndarray, counts: Ints) -> None:
    """Add to (n, bins) how often each column of `places` (R, n) holds each bin."""
    size, bins = counts.shape
    if places.size >= counts.size:  # one pass over all bins pays
        flat = places + np.arange(size) * bins
        counts += np.bincount(flat.ravel(), minlength=counts.size).reshape(counts.shape).astype(np.int32)
        return
    rows = np.arange(size)
    for draw in places:
        counts[rows, draw] += 1


def quantile(counts: Ints, *shares: float) -> Floats:
    """Return the first position of each row's histogram that reaches a share of it (inverted_cdf).

    Parameters
    ----------
    counts : (n, places)
    shares
        One or several.

    Returns
    -------
    (n,), or (shares, n) for several
        Positions from 0, NaN for an empty row.
    """
    if counts.size > _QUANTILE:
        step = max(1, _QUANTILE // counts.shape[-1])
        parts = [quantile(counts[row : row + step], *shares) for row in range(0, len(counts), step)]
        return np.concatenate(parts, axis=-1)
    cumulated = counts.cumsum(axis=-1)
    total = cumulated[..., -1:] if counts.shape[-1] else np.zeros((len(counts), 1))
    found = []
    for share in shares:
        # A whole number of draws reaches its share exactly; the product may miss it by a bit.
        reached = cumulated >= np.ceil(share * total - 1e-9)
        place = np.argmax(reached, axis=-1) if counts.shape[-1] else np.zeros(len(counts))
        found.append(np.where(total[..., 0] > 0, place, np.nan))
    return found[0] if len(found) == 1 else np.stack(found)


@dataclass(frozen=True)
class _Ranges:
    """The 5, 50 and 95% of the ranks (3, n), 5 and 95% in two halves of the draws (2, 2, n), and counts."""

    ends: Floats
    halves: Floats
    counts: Ints


def _counted(tally: _Tally) -> _Ranges:
    """Return what counts say; in bins of several ranks the range is taken outwards, by less than a bin."""
    ranks, firsts = np.asarray(tally.ranks), tally.firsts
    lasts = np.append(firsts[1:] - 1, tally.size)[: len(firsts)]
    counts = ranks.sum(axis=0)
    halves = np.stack([_ends(half, firsts, lasts)[::2] for half in ranks])
    return _Ranges(_ends(counts, firsts, lasts), halves, counts)


def _told(held_ranks: Held) -> _Ranges:
    return _Ranges(held_ranks.ends, held_ranks.halves, held_ranks.counts)


def _result(
    scores: Scores, rows: Ints, tally: _Tally, ranges: _Ranges, seed: int, parts: Parts
) -> Robustness:
    low, median, high = ranges.ends
    bins, (least, most) = tally.scores.shape[1], tally.scale
    width = (most - least) / bins
    values = least + (quantile(tally.scores, LOW, 0.5, HIGH) + 0.5) * width
    above = None if tally.above is None else _probabilities(tally.above, tally.draws)
    difference = np.abs(ranges.halves[0] - ranges.halves[1])
    total = len(scores.countries)

    def wide(values: Floats) -> Floats:
        full = np.full(total, np.nan)
        full[rows] = values
        return full

    none = np.empty((total, 0))
    return Robustness(
        seed=seed,
        draws=tally.draws,
        rank_low=wide(low),
        rank_median=wide(median),
        rank_high=wide(high),
        score_low=wide(values[0]),
        score_median=wide(values[1]),
        score_high=wide(values[2]),
        parts=parts[0],
        part_low=np.stack([wide(low) for low in parts[1][0]], axis=-1) if len(parts[0]) else none,
        part_high=np.stack([wide(high) for high in parts[1][1]], axis=-1) if len(parts[0]) else none,
        band=wide(_bands(median, scores.ranks[rows], above)),
        rows=rows,
        counts=ranges.counts,
        firsts=tally.firsts,
        above=above,
        convergence=float(np.nanmax(difference, initial=0.0)),
        convergence_mean=float(np.nanmean(difference)) if difference.size and tally.draws > 1 else 0.0,
    )


def _ends(counts: Ints, firsts: Ints, lasts: Ints) -> Floats:
    """Return the low end, the median and the high end of the ranks counted."""
    low, median, high = quantile(counts, LOW, 0.5, HIGH)
    return np.stack([_at(firsts, low), _at((firsts + lasts) // 2, median), _at(lasts, high)])


def _at(ranks: Ints, bins: Floats) -> Floats:
    """Return the rank that a bin stands for, NaN for none."""
    if not len(ranks):
        return bins
    return np.where(np.isfinite(bins), ranks[np.nan_to_num(bins).astype(np.int64)], np.nan)


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
