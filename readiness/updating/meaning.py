"""What an update means: which countries' ranks and bands move, and which figures move them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from readiness.analysis.changes import changed
from readiness.errors import ReadinessError
from readiness.index import Index
from readiness.scores import Scores

# The countries whose move is explained by indicator.
EXPLAINED = 12
# A part of less than this many points is not named.
_NOTHING = 0.005


@dataclass(frozen=True)
class Move:
    """One country's move.

    Attributes
    ----------
    rank_old, rank_new
        None for the unranked.
    range_old, range_new
        5th and 95th percentile of the ranks over the draws; None where nothing is drawn.
    band_old, band_new
        1 at the top; countries of one band cannot be told apart.
    points
        Change of the score; None where either has none.
    why
        The indicators with the largest parts of it, in points, where it is explained.
    """

    code: str
    name: str
    rank_old: int | float | None
    rank_new: int | float | None
    range_old: tuple[int, int] | None
    range_new: tuple[int, int] | None
    band_old: int | None
    band_new: int | None
    points: float | None
    why: tuple[tuple[str, float], ...] = ()

    @property
    def places(self) -> float | None:
        """How much the rank's number has grown; None where either has none."""
        if self.rank_old is None or self.rank_new is None:
            return None
        return self.rank_new - self.rank_old

    @property
    def outside(self) -> bool:
        """Whether the rank moves to outside its old range: a move that is more than noise."""
        if self.range_old is None or self.rank_new is None or not self.places:
            return False
        return not self.range_old[0] <= self.rank_new <= self.range_old[1]


@dataclass(frozen=True)
class Meaning:
    """What an update means for one framework.

    Attributes
    ----------
    moves
        The countries whose rank, band or score changes, the largest moves first; those that come into
        the ranking or leave it before all.
    moved, banded, scored
        How many change rank, band and score.
    ranked
        How many are ranked after it.
    """

    framework: str
    moves: tuple[Move, ...]
    ranked: int

    @property
    def moved(self) -> int:
        """How many countries change rank, or come into the ranking or leave it."""
        return sum(item.rank_old != item.rank_new for item in self.moves)

    @property
    def banded(self) -> int:
        """How many countries of both rankings change band."""
        both = [item for item in self.moves if item.band_old is not None and item.band_new is not None]
        return sum(item.band_old != item.band_new for item in both)

    @property
    def outside(self) -> int:
        """How many come to lie outside their old range."""
        return sum(item.outside for item in self.moves)


def meaning(before: Index, after: Index, framework: str | None = None, *, kept: bool = True) -> Meaning:
    """Say what an update means.

    Parameters
    ----------
    kept
        Keep the draws of the new ranks in the user's cache.

    Raises
    ------
    ReadinessError
        When the framework does not exist, or the index has no score without what is gone.
    """
    old, new = before.scores(framework), after.scores(framework)
    table = changed(old, before.figures, new, after.figures)
    bands = [_bands(index, framework, kept) for index in (before, after)]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    moves = [_move(row, bands) for row in rows]
    moves = [item for item in moves if _says_something(item)]
    moves.sort(key=_size)
    shown = [_explained(item, before, after, framework) for item in moves[:EXPLAINED]]
    return Meaning(new.framework.id, (*shown, *moves[EXPLAINED:]), int(sum(new.ranked)))


def _bands(index: Index, framework: str | None, kept: bool) -> dict[str, int]:
    """Return each country's band; nothing where nothing is drawn."""
    scores: Scores = index.scores(framework)
    if scores.framework.uncertainty is None:
        return {}
    found = index.robustness(framework, kept=kept)
    return {
        code: int(band) for code, band in zip(scores.countries, found.band, strict=True) if not np.isnan(band)
    }


def _move(row: dict[str, object], bands: Sequence[dict[str, int]]) -> Move:
    code = str(row["country"])

    def between(when: str) -> tuple[int, int] | None:
        low, high = row[f"rank_{when}_low"], row[f"rank_{when}_high"]
        return None if low is None or high is None else (int(str(low)), int(str(high)))

    return Move(
        code, str(row["name"]), row["rank_old"], row["rank_new"], between("old"), between("new"),  # type: ignore[arg-type]
        bands[0].get(code), bands[1].get(code), row["score_change"],  # type: ignore[arg-type]
    )  # fmt: skip


def _says_something(move: Move) -> bool:
    moved = move.rank_old != move.rank_new or move.band_old != move.band_new
    return moved or abs(move.points or 0.0) >= _NOTHING


def _size(move: Move) -> tuple[float, bool, float, str]:
    places = move.places
    entering = places is None and move.rank_old != move.rank_new
    same_band = move.band_old == move.band_new
    return (-1e9 if entering else -abs(places or 0.0), same_band, -abs(move.points or 0.0), move.code)


def _explained(move: Move, before: Index, after: Index, framework: str | None) -> Move:
    from dataclasses import replace

    try:
        found = after.changes(before, move.code, framework)
    except ReadinessError:
        return move
    parts: dict[str, float] = {}
    for item in found.indicators:
        parts[item.id] = parts.get(item.id, 0.0) + item.score
    largest = sorted(parts.items(), key=lambda part: -abs(part[1]))[:3]
    return replace(move, why=tuple(part for part in largest if abs(part[1]) >= _NOTHING))
