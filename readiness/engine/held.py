"""The ranks of many places, held draw by draw, for ends of their ranges that are exact.

A count of every rank takes places x places numbers: of 50,000 places ten gigabytes. Their draws
take two bytes a rank. What does not fit at once is drawn again, the same, for other places.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from readiness.figures.matrix import Floats, Ints

# So many bytes of ranks are held at once, and so often are draws made for them.
BYTES = 700_000_000
PASSES = 2
# So many ranks are put in order at a time.
_SORTED = 2_000_000


def passes(size: int, draws: int) -> int:
    """Return how often the draws are made to hold the ranks of all places, each time of a part."""
    return max(1, -(-size * draws * np.dtype(kind(size)).itemsize // BYTES))


def kind(size: int) -> type[np.unsignedinteger]:
    """Return the numbers that hold the ranks of so many places."""
    return np.uint16 if size < 2**16 else np.uint32


@dataclass
class Held:
    """Ranks (draws, places) of a part of the places, and what they say once all draws are in.

    `ends` are each place's 5, 50 and 95% (3, n); `halves` 5 and 95% over the even and over the odd
    draws (2, 2, n), NaN where there are none; `counts` (n, bins) how often its rank is in each bin
    of ranks, which begin at `firsts`.
    """

    size: int
    draws: int
    firsts: Ints
    shares: tuple[float, float, float]
    ends: Floats = field(init=False)
    halves: Floats = field(init=False)
    counts: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.ends = np.full((3, self.size), np.nan)
        self.halves = np.full((2, 2, self.size), np.nan)
        self.counts = np.zeros((self.size, len(self.firsts)), dtype=np.int32)
        parts = passes(self.size, self.draws)
        self._limits = [int(limit) for limit in np.linspace(0, self.size, parts + 1)]
        width = int(np.diff(self._limits).max())
        self._ranks = np.empty((self.draws, width), dtype=kind(self.size))
        self._turn, self._filled = 0, 0

    @property
    def passes(self) -> int:
        """How often the draws are made."""
        return len(self._limits) - 1

    def add(self, ranks: Ints) -> None:
        """Hold the next draws (R, n); when all of a turn are in, say what they tell and begin the next."""
        first, last = self._limits[self._turn : self._turn + 2]
        self._ranks[self._filled : self._filled + len(ranks), : last - first] = ranks[:, first:last]
        self._filled += len(ranks)
        if self._filled == self.draws:
            self._tell(first, last)
            self._turn, self._filled = self._turn + 1, 0
            if self._turn == self.passes:
                del self._ranks

    def _tell(self, first: int, last: int) -> None:
        bins = len(self.firsts)
        bin_of = np.searchsorted(self.firsts, np.arange(self.size + 1), side="right") - 1
        step = max(1, _SORTED // self.draws)
        low, _, high = self.shares
        for start in range(first, last, step):
            rows = slice(start, min(start + step, last))
            own = np.ascontiguousarray(self._ranks[:, start - first : rows.stop - first].T)
            for half in (0, 1):
                self.halves[half][:, rows] = _quantiles(own[:, half::2], (low, high))
            self.ends[:, rows] = _quantiles(own, self.shares)
            flat = bin_of[own] + np.arange(len(own))[:, None] * bins
            counted = np.bincount(flat.ravel(), minlength=len(own) * bins)
            self.counts[rows] = counted.reshape(len(own), bins)


def _quantiles(ranks: np.ndarray, shares: tuple[float, ...]) -> Floats:
    """Return the first rank of each row that reaches a share of its draws (inverted_cdf), (shares, n)."""
    count = ranks.shape[1]
    if not count:
        return np.full((len(shares), len(ranks)), np.nan)
    # As `quantile` has it: a whole number of draws reaches its share exactly.
    places = [max(int(np.ceil(share * count - 1e-9)), 1) - 1 for share in shares]
    return np.sort(ranks, axis=1)[:, places].T.astype(np.float64)
