"""Step 13: the best and the worst rank a country can have under any admissible weights of the root.

Under a root that is a power mean of fixed exponent, one country is above another where
`sum_j w_j (f(x_j) - f(y_j)) > 0` with f(x) = x^p, ln x or -x^p: linear in the weights, so that
the best rank is a mixed-integer linear programme: as few countries above as can be at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from readiness.definitions.framework import Node
from readiness.engine.plan import exponent
from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats, Ints
from readiness.scores import Scores

# Two countries are level where they differ by less than this share of the most they can differ
# by under the weights admitted: what a solver of linear programmes can tell apart.
TIE = 1e-5
# A search that has not ended after so many branches gives bounds that hold but may be wide.
_BRANCHES = 2000
# Above this many opponents that may be on either side, only the bounds by pairs are given.
_OPPONENTS = 1000


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


@dataclass(frozen=True)
class _Set:
    """Admissible weights: low <= w <= high, and they add up to 1 where `normed`."""

    low: Floats
    high: Floats
    normed: bool

    def ends(self, differences: Floats) -> tuple[Floats, Floats]:
        """Return the least and the most of w d over the set for each row d of (n, M)."""
        if self.normed:
            return differences.min(axis=1), differences.max(axis=1)
        positive, negative = np.maximum(differences, 0), np.minimum(differences, 0)
        return positive @ self.low + negative @ self.high, positive @ self.high + negative @ self.low


def unavailable(scores: Scores) -> str | None:
    """Return why best and worst ranks cannot be told, None where they can."""
    root = scores.framework.tree
    if root.aggregation is None or exponent(root.aggregation) is None:
        method = root.aggregation.method if root.aggregation else "none"
        return f"the root's aggregation is {method!r}, and only that of power means is linear in the weights"
    if scores.weights[root.id].ndim > 1:
        return "every country has weights of its own"
    return None


def admissible(scores: Scores, countries: Iterable[str] | None = None, *, spread: float | None = None) -> list[Admissible]:  # fmt: skip
    """Return the best and worst rank of ranked countries over the weights of the root's parts.

    The scores of the parts and the exponent stay as they are, and so do the countries that are
    ranked. Level countries share the better rank. Each range holds the rank of the headline,
    and is exact (see `RankRange`), with two exceptions. A country that lacks a part of the root
    (only an indicator that hangs there can be missing) is scored by the others, whose weights
    then differ from everybody else's: the part is taken anywhere between the lowest and the
    highest of its others, which gives bounds. Where more than a thousand countries may stand on
    either side of one, the bounds are those of pairs. For an exponent of 0 or less a country
    with a zero has an index of zero under any weights, none of which is then zero.

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
        raise ReadinessError(f"best and worst ranks are not available: {why}", "")
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
    near = _Set(weights * (1 - spread), weights * (1 + spread), False)
    far = _Set(np.zeros(len(parts)), np.ones(len(parts)), True)
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


def _range(lower: Floats, upper: Floats, place: int, headline: int, weights: Floats, one: _Set) -> RankRange:
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
    differences: Floats, one: _Set, centre: Floats, *, level: bool = False
) -> tuple[int, Floats, bool]:
    """Return for how few of the rows d of (n, M) `w d > 0` can be had, with weights and whether it is sure.

    Parameters
    ----------
    differences : (n, M)
    one
        The weights admitted.
    centre : (M,)
        Weights given where any will do.
    level
        Whether `w d = 0` counts as well.

    Returns
    -------
    int
        The number; where it is not sure, no weights have fewer.
    """
    least, most = one.ends(differences)
    scale = np.maximum(np.abs(least), np.abs(most))
    scale = np.where(scale > 0, scale, 1.0)
    least, most, scaled = least / scale, most / scale, differences / scale[:, None]
    # What counts: more than TIE, or with `level` more than -TIE.
    bar = -TIE if level else TIE
    always, open_ = least > bar, (least <= bar) & (most > bar)
    base = int(always.sum())
    if not open_.any():
        return base, centre, True
    if open_.sum() > _OPPONENTS:
        return base, centre, False
    found = _solved(scaled[open_], most[open_], bar, one)
    if found is None:
        return base, centre, False
    weights, bound = found
    reached = base + int((scaled[open_] @ weights > bar + TIE / 2).sum())
    weights = weights / weights.sum()
    bound += base
    return bound, weights, reached <= bound


def _solved(d: Floats, most: Floats, bar: float, one: _Set) -> tuple[Floats, int] | None:
    """Minimise how many rows have `w d > bar`: weights, and a number that none go below; None if not found.

    Binary z_i: `w d_i <= bar + (most_i - bar) z_i`.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, diags_array, hstack

    count, parts = d.shape
    rows = hstack([csr_array(d), diags_array(bar - most)]).tocsr()
    limits = [LinearConstraint(rows, -np.inf, bar)]
    if one.normed:
        limits.append(LinearConstraint(np.concatenate([np.ones(parts), np.zeros(count)])[None], 1, 1))
    kinds = np.concatenate([np.zeros(parts), np.ones(count)])
    result = milp(
        kinds,
        integrality=kinds,
        bounds=Bounds(np.concatenate([one.low, np.zeros(count)]), np.concatenate([one.high, np.ones(count)])),
        constraints=limits,
        options={"node_limit": _BRANCHES, "mip_rel_gap": 0.0, "presolve": False},
    )
    if result.x is None:
        return None
    return result.x[:parts], int(np.ceil(result.mip_dual_bound - 1e-6))


def rows_of(found: Iterable[Admissible]) -> Ints:
    """Return the rows of the countries."""
    return np.array([one.row for one in found], dtype=np.int64)
