"""Step 13: the best and the worst rank a country can have under any admissible weights of the root.

Under a root that is a power mean of fixed exponent, one country is above another where
`sum_j w_j (f(x_j) - f(y_j)) > 0` with f(x) = x^p, ln x or -x^p: linear in the weights. The best
rank has as few countries above as can be at once. It is found by branch and bound: a set of
weights is halved again and again; in every piece those are counted that are above throughout
it, and a piece that has no fewer of them than weights found so far is dropped.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from readiness.definitions.framework import Node
from readiness.engine.plan import exponent
from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats
from readiness.scores import Scores

# Two countries are level where they differ by less than this share of the most they can differ
# by under the weights admitted; so small a piece is not halved any more.
TIE = 1e-6
# A search that has not ended after so many pieces gives bounds, which hold but may be wide. Up
# to six parts it ends before; with ten it seldom does.
_PIECES = 40_000
_AT_ONCE = 256
# After so many pieces a linear programme decides on those that would have one country fewer.
_EASY = 20_000
# Powers beyond this leave the range of numbers.
_STEEPEST = 20


@dataclass(frozen=True)
class RankRange:
    """The best and the worst rank of a country under one set of weights.

    `exact` tells that both are reached by some weights of the set; else no weights of the set
    give a better or a worse one. `best_weights` and `worst_weights` (M,) give the ranks that were
    found; they add up to 1.
    """

    best: int
    worst: int
    exact: bool
    best_weights: Floats
    worst_weights: Floats


@dataclass(frozen=True)
class Admissible:
    """A country's ranks over the weights of the parts of the root.

    Attributes
    ----------
    row
        The country's.
    parts : length M
        The ids of the root's parts that have a weight.
    spread
        s of `within`.
    within
        Every weight anywhere between w (1 - s) and w (1 + s).
    anywhere
        Every weight of zero or more.
    """

    row: int
    parts: tuple[str, ...]
    spread: float
    within: RankRange
    anywhere: RankRange


class _Pieces(ABC):
    """Pieces of a set of weights, R of them."""

    def __init__(self, pieces: Floats) -> None:
        self.pieces = pieces

    @abstractmethod
    def least(self, d: Floats) -> Floats:
        """Return the least of w d over each piece, (R, n), for the rows d of (n, M)."""

    @abstractmethod
    def points(self) -> Floats:
        """Return weights in the pieces to try, (any, M)."""

    @abstractmethod
    def halves(self) -> Floats:
        """Cut every piece in two where it is widest."""

    @abstractmethod
    def corners(self, piece: int) -> tuple[Floats, Floats, Floats]:
        """Return (A, low, high): the weights of one piece are A v with v between low and high.

        Where A is not the identity, the numbers v add up to 1.
        """

    def joint(self, piece: int, d: Floats, bar: float) -> Floats | None:
        """Return weights of one piece with w d < bar for every row d of (n, M), None where there are none."""
        from scipy.optimize import linprog

        corners, low, high = self.corners(piece)
        total = None if isinstance(self, _Boxes) else np.ones((1, len(low)))
        found = linprog(
            np.zeros(len(low)),
            A_ub=d @ corners,
            b_ub=np.full(len(d), bar - TIE / 4),
            A_eq=total,
            b_eq=None if total is None else [1.0],
            bounds=np.stack([low, high], axis=1),
        )
        return corners @ found.x if found.status == 0 else None


class _Boxes(_Pieces):
    """Pieces of the weights between w (1 - s) and w (1 + s): (R, 2, M), low and high ends."""

    @classmethod
    def about(cls, weights: Floats, spread: float) -> _Boxes:
        """Return the faces of the box where one weight is at its high end.

        Weights are relative: any in the box can be made larger in proportion until one is there.
        """
        low, high = weights * (1 - spread), weights * (1 + spread)
        faces = np.repeat(np.stack([low, high])[None], len(weights), axis=0)
        np.einsum("jj->j", faces[:, 0])[:] = high
        return cls(faces)

    def least(self, d: Floats) -> Floats:
        low, high = self.pieces[:, 0], self.pieces[:, 1]
        return np.asarray(low @ np.maximum(d, 0).T + high @ np.minimum(d, 0).T)

    def points(self) -> Floats:
        return np.asarray(self.pieces.mean(axis=1))

    def halves(self) -> Floats:
        # The widest side as a share of its middle.
        low, high = self.pieces[:, 0], self.pieces[:, 1]
        side = ((high - low) / (high + low)).argmax(axis=1)
        rows = np.arange(len(side))
        one, other = self.pieces.copy(), self.pieces.copy()
        one[rows, 1, side] = other[rows, 0, side] = self.pieces[rows, :, side].mean(axis=1)
        return np.stack([one, other], axis=1).reshape(-1, *self.pieces.shape[1:])

    def corners(self, piece: int) -> tuple[Floats, Floats, Floats]:
        low, high = self.pieces[piece]
        return np.eye(len(low)), low, high


class _Simplices(_Pieces):
    """Pieces of all weights that add up to 1: (R, M, M), the M corners of each."""

    def least(self, d: Floats) -> Floats:
        # It is at a corner.
        return np.asarray((self.pieces @ d.T).min(axis=1))

    def points(self) -> Floats:
        corners = self.pieces.reshape(-1, self.pieces.shape[-1])
        return np.concatenate([corners, self.pieces.mean(axis=1)])

    def halves(self) -> Floats:
        count = self.pieces.shape[1]
        edges = self.pieces[:, :, None] - self.pieces[:, None]
        longest = (edges**2).sum(axis=-1).reshape(len(edges), count * count).argmax(axis=1)
        rows, first, second = np.arange(len(edges)), longest // count, longest % count
        one, other = self.pieces.copy(), self.pieces.copy()
        one[rows, first] = other[rows, second] = (self.pieces[rows, first] + self.pieces[rows, second]) / 2
        return np.stack([one, other], axis=1).reshape(-1, *self.pieces.shape[1:])

    def corners(self, piece: int) -> tuple[Floats, Floats, Floats]:
        count = self.pieces.shape[1]
        return self.pieces[piece].T, np.zeros(count), np.ones(count)


def unavailable(scores: Scores) -> str | None:
    """Return why best and worst ranks cannot be told, None where they can."""
    root = scores.framework.tree
    p = exponent(root.aggregation) if root.aggregation else None
    if p is None:
        method = root.aggregation.method if root.aggregation else "none"
        return f"the root's aggregation is {method!r}, and only that of power means is linear in the weights"
    if scores.weights[root.id].ndim > 1:
        return "every country has weights of its own"
    if abs(p) > _STEEPEST:
        return f"an exponent of {p:g} leaves nothing to the weights"
    return None


def admissible(
    scores: Scores, countries: Iterable[str] | None = None, *, spread: float | None = None
) -> list[Admissible]:
    """Return the best and worst rank of ranked countries over the weights of the root's parts.

    The scores of the parts and the exponent stay as they are, and so do the countries that are
    ranked. Level countries share the better rank. Each range holds the rank of the headline,
    and is exact (see `RankRange`), with two exceptions. Where the root has many parts the search
    may stop before it is sure. And a country that lacks a part of the root (only an indicator
    that hangs there can be missing) is scored by the others, whose weights then differ from
    everybody else's: the part is taken anywhere between the lowest and the highest of its
    others. Both give bounds that no weights go beyond. For an exponent of 0 or less a country
    with a zero has an index of zero under any weights, none of which is then zero. Foster,
    McGillivray and Seth 2013 call ranks that hold under all weights robust.

    Parameters
    ----------
    countries
        Codes; every ranked country where left out.
    spread
        s; that of the framework's `uncertainty:` where left out.

    Raises
    ------
    ReadinessError
        When a country is not ranked, or the root's mean is not linear in the weights.
    ValueError
        When there is no `uncertainty:` and no spread is given.
    """
    if (why := unavailable(scores)) is not None:
        raise ReadinessError(f"best and worst ranks are not available: {why}")
    block = scores.framework.uncertainty
    if spread is None:
        if block is None:
            raise ValueError(f"the framework {scores.framework.id!r} has no uncertainty: block")
        spread = block.weights.spread
    root, rows = scores.framework.tree, np.flatnonzero(scores.ranked)
    used = scores.weights[root.id] > 0
    parts = tuple(part.id for part, kept in zip(root.parts, used, strict=True) if kept)
    weights = scores.weights[root.id][used]
    lower, upper = _bounds(scores, root, parts)
    near = _Boxes.about(weights, spread)
    far = _Simplices(np.eye(len(parts))[None])
    wanted = [scores.countries[row] for row in rows] if countries is None else countries
    found = []
    for code in wanted:
        row = _ranked(scores, code)
        place = int(np.flatnonzero(rows == row)[0])
        headline = int(1 + (scores.ranks < scores.ranks[row]).sum())
        ranges = (_range(lower, upper, place, headline, weights, one) for one in (near, far))
        found.append(Admissible(row, parts, spread, *ranges))
    return found


def _ranked(scores: Scores, code: str) -> int:
    row = scores.position(code)
    if not scores.ranked[row]:
        raise ReadinessError(f"{scores.matrix.names[row]} is not ranked", "Name a ranked country")
    return row


def _bounds(scores: Scores, root: Node, parts: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Return f of the parts of the ranked countries, (n, M), at the least and the most they can be.

    They are equal but for a missing part. Each is scaled so that 1 is the largest. A row of a
    country whose mean is zero whatever the weights is -inf.
    """
    x = np.stack([scores.column(part)[scores.ranked] for part in parts], axis=-1)
    p = exponent(root.aggregation) if root.aggregation else None
    assert p is not None
    gaps = np.isnan(x)
    low, high = np.where(gaps, np.inf, x).min(axis=1), np.where(gaps, -np.inf, x).max(axis=1)
    lower, upper = np.where(gaps, low[:, None], x), np.where(gaps, high[:, None], x)
    unit = float(np.abs(upper).max(initial=0)) or 1.0
    none = (lower == 0).any(axis=1) if p < 1e-6 else np.zeros(len(x), dtype=bool)
    both = []
    for values in (lower, upper):
        values = np.where(none[:, None], unit, values) / unit
        powered = values if p == 1 else np.log(values) if abs(p) < 1e-6 else np.sign(p) * values**p
        both.append(np.where(none[:, None], -np.inf, powered))
    return both[0], both[1]


def _range(
    lower: Floats, upper: Floats, place: int, headline: int, weights: Floats, one: _Pieces
) -> RankRange:
    """Return the range of the country in `place` of the ranked, over one set of weights."""
    total = len(lower)
    others = np.arange(total) != place
    if np.isneginf(lower[place, 0]):
        rank = 1 + int(np.isfinite(lower[:, 0]).sum())
        return RankRange(rank, rank, True, weights / weights.sum(), weights / weights.sum())
    rivals = others & np.isfinite(lower[:, 0])
    centre = weights / weights.sum()
    whole = bool(np.array_equal(lower, upper))
    above, best_weights, sure = fewest(lower[rivals] - upper[place], one, centre)
    below, worst_weights, certain = fewest(lower[place] - upper[rivals], one, centre, level=True)
    worst = 1 + int(rivals.sum()) - below
    return RankRange(
        best=min(1 + above, headline),
        worst=max(worst, headline),
        exact=whole and sure and certain,
        best_weights=best_weights,
        worst_weights=worst_weights,
    )


def fewest(
    differences: Floats, one: _Pieces, centre: Floats, *, level: bool = False
) -> tuple[int, Floats, bool]:
    """Return for how few of the rows d of (n, M) `w d > 0` can be had, with weights and whether it is sure.

    Parameters
    ----------
    differences : (n, M)
    one
        The weights admitted.
    centre : (M,)
        Weights among them.
    level
        Whether `w d = 0` counts as well.

    Returns
    -------
    int
        The number; where it is not sure, no weights have fewer.
    """
    least, most = one.least(differences).min(axis=0), -one.least(-differences).min(axis=0)
    scale = np.maximum(np.abs(least), np.abs(most))
    scale = np.where(scale > 0, scale, 1.0)
    bar = -TIE if level else TIE
    always, never = least > bar * scale, most <= bar * scale
    base, open_ = int(always.sum()), ~always & ~never
    number, weights, bound = _search(differences[open_] / scale[open_, None], one, centre, bar)
    return base + bound, weights / weights.sum(), number == bound


def _search(d: Floats, one: _Pieces, centre: Floats, bar: float) -> tuple[int, Floats, int]:
    """Minimise how many rows have `w d > bar`: the number found, its weights, what none go below."""
    best, weights = int((d @ centre > bar).sum()), centre
    kind, todo, done = type(one), one.pieces, 0
    while len(todo) and done < _PIECES:
        now, todo = kind(todo[-_AT_ONCE:]), todo[:-_AT_ONCE]
        done += len(now.pieces)
        points = now.points()
        counts = (points @ d.T > bar).sum(axis=1)
        if counts.min() < best:
            best, weights = int(counts.min()), points[counts.argmin()]
        above = now.least(d) > bar
        bounds = above.sum(axis=1)
        if done > _EASY:
            for piece in np.flatnonzero(bounds == best - 1):
                # Fewer than the best means none but those that are above throughout.
                found = now.joint(int(piece), d[~above[piece]], bar)
                if found is not None and (count := int((d @ found > bar).sum())) < best:
                    best, weights = count, found
                    break
                bounds[piece] = best
        # The most promising last: they are taken first.
        order = np.argsort(-bounds, kind="stable")
        kept = order[bounds[order] < best]
        todo = np.concatenate([todo, kind(now.pieces[kept]).halves()])
    parts = [kind(todo[at : at + _AT_ONCE]) for at in range(0, len(todo), _AT_ONCE)]
    left = [int((part.least(d) > bar).sum(axis=1).min()) for part in parts]
    return best, weights, min([best, *left])
