"""What each part of one node gives to its score, and to the gap between two countries, exactly.

A node puts the scores `x` of its parts together as `y`. Two questions, each answered by terms
that sum to what is asked for:

*The level.* A power mean (arithmetic, geometric and harmonic among them), a minimum and a
median are homogeneous of degree one: twice the parts give twice the score. By Euler's theorem
`y = sum x_j dy/dx_j`, so a part's term is `x_j dy/dx_j = w_j x_j^p y^(1-p)`: `w_j x_j` for the
arithmetic mean, `w_j y` for the geometric. The minimum comes from the lowest part alone.

*The gap.* With `g(x) = x^p` (`ln x` for p = 0) the mean is additive: `g(y) = sum w_j g(x_j)`. So
`yA - yB = sum w_j [g(xA_j) - g(xB_j)] (yA - yB) / [g(yA) - g(yB)]`, the generalised logarithmic
mean (for p = 0 the logarithmic mean: LMDI of Ang 2004). Each term is the part's own gap times a
slope, the ratio of two divided differences of g, so terms go down the tree by multiplication.
Minimum and median take the mean slope on the straight line between the two countries (Aumann and
Shapley 1974), which is exact: they are linear between a few points. Exchanging the countries
exchanges the sign of every term; equal parts give zero.

*Zeros.* Under p <= 0 a zero makes the whole zero: then the level has zero terms throughout, and
the gap to a country without a zero belongs to the zero parts in proportion to their weights,
which is the limit as they go to zero together.

*Weights of a country's own* (benefit of the doubt): the gap is the mean of the gaps under either
country's weights, plus what the weights make on their own, which goes to parts by how much their
weights differ. That is the Shapley value of the two players, scores and weights.

*Copeland* counts countries beaten, which no derivative describes: each part has its Shapley value
in the game "net wins with these parts alone". Below such a node terms are in proportion.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from readiness.definitions.methods import Aggregation, Copeland, Minimum
from readiness.engine import outrank
from readiness.engine.plan import exponent
from readiness.engine.power import power_mean
from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats

# As the engine has it: an exponent nearer to zero is the geometric mean.
GEOMETRIC = 1e-6
# Scores this near, at their size, are level in a pair of countries: as the engine has it.
TIE = 1e-12
# Subsets of more parts than this are too many for a Shapley value.
MOST_PARTS = 14


@dataclass(frozen=True)
class Split:
    """What the M parts of a node give to its score, or to a gap.

    `terms` sum to it. `slopes` are what one point of a part makes: a part's own terms times its
    slope sum to its term. A slope is None where terms below are in proportion instead.
    """

    terms: tuple[float, ...]
    slopes: tuple[float | None, ...]


def combine(method: Aggregation, x: Sequence[float], w: Sequence[float]) -> float:
    """Put M scores of one country together as the engine does.

    Raises
    ------
    ReadinessError
        For a method that needs the other countries.
    """
    p = exponent(method)
    parts, weights = [np.array([value]) for value in x], np.asarray(w, dtype=np.float64)
    if p is not None:
        return float(power_mean(parts, weights, p)[0])
    if isinstance(method, Copeland):
        raise ReadinessError("a Copeland score needs the other countries")
    kernel = outrank.minimum if isinstance(method, Minimum) else outrank.median
    return float(kernel(parts, weights, propagate=False)[0])


def level(method: Aggregation, x: Sequence[float], w: Sequence[float], y: float) -> Split:
    """Split the score `y` of a node over its parts.

    Parameters
    ----------
    x : length M
        Scores of the parts that are there.
    w : length M
        Their weights, relative, positive.
    """
    p = exponent(method)
    if p is None:
        slopes = _selected(x, y)
        return _split(slopes, x)
    shares = _shares(w)
    if p == 1:
        return _split(shares, x)
    if y == 0:
        return _nothing(len(x))
    if abs(p) < GEOMETRIC:
        return Split(tuple(share * y for share in shares),
                     tuple(share * y / value for share, value in zip(shares, x, strict=True)))  # fmt: skip
    slopes = [
        share * math.exp((p - 1) * math.log(value / y)) if value > 0 else 0.0
        for share, value in zip(shares, x, strict=True)
    ]
    return _split(slopes, x)


def gap(
    method: Aggregation, a: Sequence[float], b: Sequence[float], wa: Sequence[float], wb: Sequence[float],
    ya: float, yb: float, stands_in: Sequence[tuple[bool, bool]] | None = None,
) -> Split:  # fmt: skip
    """Split the gap `ya - yb` between two countries over the parts of a node.

    Parameters
    ----------
    a, b : length M
        Scores of the parts of either country. For a part that only one has, the other's is its
        own score of the node: that is what leaving it out and reweighting takes it for.
    wa, wb : length M
        Weights over the same parts, relative.
    stands_in : length M
        Whether a score of `a` or `b` is such a stand-in; it is never the cause of a zero.
    """
    marks = stands_in or [(False, False)] * len(a)
    sa, sb = _shares(wa), _shares(wb)
    if all(math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-15) for one, other in zip(sa, sb, strict=True)):
        return _same_weights(method, a, b, sa, ya, yb, marks)
    ab, ba = combine(method, a, sb), combine(method, b, sa)
    under_a = _same_weights(method, a, b, sa, ya, ba, marks)
    under_b = _same_weights(method, a, b, sb, ab, yb, marks)
    weights = (ya - ab + ba - yb) / 2
    differ = _shares([abs(one - other) for one, other in zip(sa, sb, strict=True)])
    terms = tuple(
        (one + other) / 2 + weights * share
        for one, other, share in zip(under_a.terms, under_b.terms, differ, strict=True)
    )
    # What the weights make is no multiple of the part's gap: below, terms are in proportion.
    return Split(terms, (None,) * len(terms))


def _same_weights(
    method: Aggregation, a: Sequence[float], b: Sequence[float], shares: Sequence[float], ya: float,
    yb: float, stands_in: Sequence[tuple[bool, bool]],
) -> Split:  # fmt: skip
    differences = [one - other for one, other in zip(a, b, strict=True)]
    p = exponent(method)
    if p is None:
        return _split(_path_slopes(a, b, lambda x: combine(method, x, shares)), differences)
    if p == 1:
        return _split(shares, differences)
    if ya == 0 and yb == 0:
        return _nothing(len(a))
    if p < GEOMETRIC and (ya == 0 or yb == 0):
        return _from_zero(a, b, shares, ya, yb, stands_in)
    if (ya == 0 and any(a)) or (yb == 0 and any(b)):
        return _split(_slopes_of_powers(a, b, shares, ya, yb, p), differences)
    below = _log_divided(ya, yb, p)
    slopes = [
        # Both zero: a part that is nothing in either country, and nothing below it.
        share * math.exp(_log_divided(one, other, p) - below) if one > 0 or other > 0 else 0.0
        for share, one, other in zip(shares, a, b, strict=True)
    ]
    return _split(slopes, differences)


def _log_divided(a: float, b: float, p: float) -> float:
    """Return the logarithm of `|g(a) - g(b)| / |a - b|` for g = x^p or ln x; of `|g'|` for a = b.

    Neither is negative and one is positive; both are for p <= 0. `expm1` and `log1p` keep every
    digit where a and b are close, logarithms keep high powers in range.
    """
    low, high = min(a, b), max(a, b)
    if abs(p) < GEOMETRIC:
        r = (high - low) / low
        return math.log(math.log1p(r) / r if r > 0 else 1.0) - math.log(low)
    # The end whose power is greater, so that the other's is a fraction of it.
    base = high if p > 0 else low
    if high == low:
        return math.log(abs(p)) + (p - 1) * math.log(base)
    ratio = math.log1p((high - low) / low) if low > 0 else math.inf
    power = math.log(-math.expm1(-abs(p) * ratio))
    return p * math.log(base) + power - math.log(high - low)


def _slopes_of_powers(
    a: Sequence[float], b: Sequence[float], shares: Sequence[float], ya: float, yb: float, p: float
) -> list[float]:
    """Return the slopes where a mean is too small to be written down and its power is not.

    That is so for small p > 0 and a zero among the parts: 0.25^(1/p).
    """
    powers = [(one**p, other**p) for one, other in zip(a, b, strict=True)]
    total = math.fsum(share * (one - other) for share, (one, other) in zip(shares, powers, strict=True))
    factor = (ya - yb) / total
    return [
        share * factor * (ga - gb) / (one - other) if one != other else 0.0
        for share, one, other, (ga, gb) in zip(shares, a, b, powers, strict=True)
    ]


def _from_zero(
    a: Sequence[float], b: Sequence[float], shares: Sequence[float], ya: float, yb: float,
    stands_in: Sequence[tuple[bool, bool]],
) -> Split:  # fmt: skip
    """Give the whole gap to the parts whose zero makes one of the countries zero."""
    first = ya == 0
    zero = [
        share if (one if first else other) == 0 and not mark[0 if first else 1] else 0.0
        for share, one, other, mark in zip(shares, a, b, stands_in, strict=True)
    ]
    if not any(zero):  # a stand-in throughout: no part of it is more to blame than another
        zero = list(shares)
    terms = [share * (ya - yb) for share in _shares(zero)]
    slopes = [term / (one - other) if term else 0.0 for term, one, other in zip(terms, a, b, strict=True)]
    return Split(tuple(terms), tuple(slopes))


def _selected(x: Sequence[float], y: float) -> list[float]:
    """Return how much each part makes of an order statistic: those equal to it, or the two about it."""
    equal = [value == y for value in x]  # to the last bit: it is one of them, or a mean of two
    if any(equal):
        return [float(item) / sum(equal) for item in equal]
    under, over = max(v for v in x if v < y), min(v for v in x if v > y)
    upper = (y - under) / (over - under)
    lows, highs = [value == under for value in x], [value == over for value in x]
    return [
        (1 - upper) * low / sum(lows) + upper * high / sum(highs)
        for low, high in zip(lows, highs, strict=True)
    ]


def _path_slopes(
    a: Sequence[float], b: Sequence[float], value: Callable[[Sequence[float]], float]
) -> list[float]:
    """Return the mean of `_selected` on the straight line from b to a.

    Between the points where two parts are equal it is the same everywhere, so its middle will do.
    """
    crossings = {0.0, 1.0}
    for i, (ai, bi) in enumerate(zip(a, b, strict=True)):
        for aj, bj in zip(a[:i], b[:i], strict=True):
            slope = (ai - bi) - (aj - bj)
            at = (bj - bi) / slope if slope else -1.0
            if 0 < at < 1:
                crossings.add(at)
    slopes = [0.0] * len(a)
    for begin, end in pairwise(sorted(crossings)):
        middle = (begin + end) / 2
        x = [other + middle * (one - other) for one, other in zip(a, b, strict=True)]
        for number, share in enumerate(_selected(x, value(x))):
            slopes[number] += (end - begin) * share
    return slopes


def copeland_terms(
    parts: Sequence[Floats], weights: Sequence[float], row: int, *, rescale: bool = False,
    propagate: bool = False,
) -> list[float]:  # fmt: skip
    """Return the Shapley value (M,) of each part of one country's Copeland score.

    Parameters
    ----------
    parts : M arrays (C,)
        Scores of all countries; NaN takes no part in a pair.
    weights : length M
        Relative; a part of weight zero has no term.
    row
        The country's place.
    rescale, propagate
        As in `engine.outrank.copeland`. The half that rescaling gives for no win at all goes to
        the parts by weight.

    For each subset of parts the net wins with it alone are counted as the engine counts them, and
    a part's term is the mean of what it adds over all orders in which the parts may come.

    Raises
    ------
    ReadinessError
        For more parts than `MOST_PARTS`.
    """
    used = [k for k, weight in enumerate(weights) if weight > 0 and np.isfinite(parts[k][row])]
    count = len(used)
    if count > MOST_PARTS:
        raise ReadinessError(f"a Copeland score of {count} parts cannot be explained part by part",
                             f"Give the node sub-nodes of at most {MOST_PARTS} parts")  # fmt: skip
    there = np.stack([np.isfinite(part) for part, weight in zip(parts, weights, strict=True) if weight > 0])
    playing = there.all(axis=0) if propagate else there.any(axis=0)
    shares = _shares([weights[k] for k in used])
    wins = _net_wins([np.where(playing, parts[k], np.nan) for k in used], shares, row)
    members = np.arange(len(wins))
    sizes = np.array([int(number).bit_count() for number in members])
    orders = np.array([math.factorial(s) * math.factorial(count - s - 1) for s in range(count)])
    most = max(int(playing.sum()) - 1, 1)
    factor, base = (1 / (2 * most), 0.5) if rescale else (1.0, 0.0)
    terms = [0.0] * len(parts)
    for place, k in enumerate(used):
        without = members[(members >> place) & 1 == 0]
        added = wins[without | (1 << place)] - wins[without]
        value = float((added * orders[sizes[without]]).sum() / math.factorial(count))
        terms[k] = value * factor + base * shares[place]
    return terms


def _net_wins(parts: Sequence[Floats], shares: Sequence[float], row: int) -> Floats:
    """Return the countries beaten less those that beat it with each subset of the parts, (2^M,).

    A subset's number has a bit for each of its parts; the empty one, 0, has no wins.
    """
    margin, shared = np.zeros((1, len(parts[0]))), np.zeros((1, len(parts[0])))
    for part, share in zip(parts, shares, strict=True):
        level = TIE * max(1.0, float(np.abs(part[np.isfinite(part)]).max(initial=0.0)))
        lead = part[row] - part
        vote = share * ((lead > level).astype(np.float64) - (lead < -level))
        margin = np.concatenate([margin, margin + vote])
        shared = np.concatenate([shared, shared + share * np.isfinite(lead)])
    won = margin / np.where(shared == 0, 1.0, shared)
    return np.asarray((won > TIE).sum(axis=1) - (won < -TIE).sum(axis=1), dtype=np.float64)


def largest_remainder(
    values: Sequence[float | None], decimals: int, total: float | None = None
) -> list[float | None]:
    """Round terms so that what is printed sums to the printed total.

    Each is rounded down; the units that are then missing go to the largest remainders, the first
    of equals. None stays None.

    Parameters
    ----------
    total
        What they have to sum to, on as many decimals; their own sum rounded where left out. A
        total that was itself rounded this way can always be met.

    Raises
    ------
    ValueError
        When no rounding of the values up or down sums to the total.

    >>> largest_remainder([1.25, 1.25, 1.25], 1)
    [1.3, 1.3, 1.2]
    """
    factor = 10**decimals
    there = [number for number, value in enumerate(values) if value is not None]
    scaled = {number: float(values[number] or 0.0) * factor for number in there}
    units = {number: math.floor(value) for number, value in scaled.items()}
    exact = math.fsum(float(values[number] or 0.0) for number in there) if total is None else total
    # As it is printed: by the digits, not by the binary fraction.
    missing = round(float(f"{exact:.{decimals}f}") * factor) - sum(units.values())
    order = sorted(there, key=lambda number: (units[number] - scaled[number], number))
    if missing < 0:
        # The total was a whole number but for its last bit, and was rounded down.
        order = [number for number in order if scaled[number] - units[number] < 1e-6]
    if abs(missing) > len(order):
        raise ValueError(f"{len(there)} terms do not round to {exact:.{decimals}f}")
    for number in order[: abs(missing)]:
        units[number] += 1 if missing > 0 else -1
    return [units[number] / factor if number in units else None for number in range(len(values))]


def _shares(weights: Sequence[float]) -> list[float]:
    total = math.fsum(weights)
    return [weight / total if total else 0.0 for weight in weights]


def _split(slopes: Sequence[float], x: Sequence[float]) -> Split:
    return Split(tuple(slope * value for slope, value in zip(slopes, x, strict=True)), tuple(slopes))


def _nothing(count: int) -> Split:
    return Split((0.0,) * count, (0.0,) * count)
