"""Where a country's index score comes from, and the gap between two countries, down the tree.

The terms of a node's parts sum to the node's own, on every level (to 1e-9; `decompose` has the
formulas and why they were chosen). A score that is missing has no term; a score that does not
count, for want of weight or coverage above it, has a term of zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from readiness.analysis import decompose
from readiness.analysis.decompose import Split
from readiness.analysis.terms import Contribution, Term
from readiness.definitions.framework import IndicatorRef, Node
from readiness.definitions.indicator import Series
from readiness.definitions.methods import Aggregation, Copeland
from readiness.errors import ReadinessError
from readiness.figures.matrix import Flag, Floats
from readiness.scores import Scores, plain

Part = Node | IndicatorRef
Walk = Callable[[Node, float, float | None], None]


@dataclass(frozen=True)
class Side:
    """One country, or what it is measured against, on the tree.

    `values` has the scores by id of node or indicator, without what hangs below a missing node.
    `weights` are those of the parts of each node in tree order, relative. `wins` has the terms of
    a Copeland node's parts; `sums` what a node's score is of its weighted mean, where that is not
    1 (benefit of the doubt).
    """

    values: Mapping[str, float]
    weights: Mapping[str, Sequence[float]]
    wins: Mapping[str, Sequence[float]] = field(default_factory=dict)
    sums: Mapping[str, float] = field(default_factory=dict)


def contributions(
    scores: Scores, country: str, series: Mapping[str, Series], *, among: Sequence[str] | None = None
) -> tuple[Contribution, ...]:
    """Return every part of the tree in a country's score, the index first, in tree order.

    Parameters
    ----------
    among
        The reference is the median over the ranked of these; over all ranked where left out.
    """
    row, tree, columns = scores.position(country), scores.framework.tree, columns_of(scores)
    side = side_of(scores, row, columns)
    middle = reference(scores, row, columns, among)
    own = level_terms(tree, side)
    both = tree.id in side.values and middle is not None and tree.id in middle.values
    terms = gap_terms(tree, side, middle) if both and middle is not None else {}
    shares = dict(_index_weights(tree, side))
    return tuple(
        Contribution(
            *_what(scores, part, depth, series, row, columns),
            weight=shares.get(part.id),
            contribution=_or_zero(own.get(part.id), part, [row], side, columns),
            reference=middle.values.get(part.id) if middle else None,
            against_reference=_or_zero(terms.get(part.id), part, [row], side, columns) if both else None,
        )
        for depth, part in tree.walk()
    )


def against(
    scores: Scores, country: str, other: str, series: Mapping[str, Series]
) -> tuple[Term, ...]:  # fmt: skip
    """Return the gap between two countries' index scores as terms, the index first, in tree order.

    Exchanging the countries exchanges the sign of every term.

    Raises
    ------
    ReadinessError
        When one of them has no index score.
    """
    rows, tree = [scores.position(country), scores.position(other)], scores.framework.tree
    columns = columns_of(scores)
    for row in rows:
        if not np.isfinite(scores.nodes[row, 0]):
            name, code = scores.matrix.names[row], scores.countries[row]
            raise ReadinessError(f"{name} has no index score, so there is no gap to explain",
                                 f"`readiness explain {code}` says what is missing")  # fmt: skip
    first, second = (side_of(scores, row, columns) for row in sorted(rows))
    # In one order always, so that the other way round is the same to the last bit.
    sign = 1.0 if rows[0] <= rows[1] else -1.0
    terms = {name: sign * term + 0.0 for name, term in gap_terms(tree, first, second).items()}
    found = []
    for depth, part in tree.walk():
        here, there = (_what(scores, part, depth, series, row, columns) for row in rows)
        term = _or_zero(terms.get(part.id), part, rows, first, columns)
        found.append(Term(*here, *there[4:], term))
    return tuple(found)


def columns_of(scores: Scores) -> dict[str, Floats]:
    """Return the scores (C,) of every node and indicator by id."""
    found = {name: scores.nodes[:, number] for number, name in enumerate(scores.node_ids)}
    normalised = scores.stages["normalised"].values
    return found | {name: normalised[:, number] for number, name in enumerate(scores.matrix.indicators)}


def side_of(scores: Scores, row: int, columns: Mapping[str, Floats] | None = None) -> Side:
    """Return one country's side: the scores its index score is made of."""
    columns = columns or columns_of(scores)
    own = _own_weights(scores, row)
    propagate = scores.framework.methods.missing.method == "propagate"
    values: dict[str, float] = {}
    wins: dict[str, Sequence[float]] = {}

    def walk(part: Part) -> None:
        score = plain(columns[part.id][row])
        if score is None:
            return
        values[part.id] = score
        if isinstance(part, IndicatorRef):
            return
        method = _method(part)
        if isinstance(method, Copeland):
            parts = [columns[item.id] for item in part.parts]
            wins[part.id] = decompose.copeland_terms(parts, own[part.id], row, rescale=method.rescale,
                                                     propagate=propagate)  # fmt: skip
        for item in part.parts:
            walk(item)

    walk(scores.framework.tree)
    return Side(values, own, wins, _sums(scores, row))


def _own_weights(scores: Scores, row: int) -> dict[str, list[float]]:
    """Return the weights that the engine used for one country, by node."""
    return {name: [float(w) for w in (array if array.ndim == 1 else array[row])]
            for name, array in scores.weights.items()}  # fmt: skip


def reference(
    scores: Scores, row: int, columns: Mapping[str, Floats], among: Sequence[str] | None = None
) -> Side | None:
    """Return a country with the median score in every indicator, put together by the same tree.

    The median is over the ranked countries (of `among`). Weights of each country's own are those
    of `row`. None where a Copeland node leaves a country on its own without a score.
    """
    tree = scores.framework.tree
    if any(isinstance(_method(node), Copeland) for node in tree.nodes()):
        return None
    members = scores.ranked & np.isin(np.array(scores.countries), list(among or scores.countries))
    own, sums = _own_weights(scores, row), _sums(scores, row)
    values: dict[str, float] = {}

    def walk(part: Part) -> float | None:
        if isinstance(part, IndicatorRef):
            column = columns[part.id][members]
            present = column[np.isfinite(column)]
            score = float(np.median(present)) if len(present) else None
        else:
            there = [(found, weight) for item, weight in zip(part.parts, own[part.id], strict=True)
                     if (found := walk(item)) is not None and weight > 0]  # fmt: skip
            score = decompose.combine(_method(part), *zip(*there, strict=True)) if there else None
            score = score if score is None else score * sums.get(part.id, 1.0)
        if score is not None:
            values[part.id] = score
        return score

    walk(tree)
    return Side(values, own, sums=sums)


def _sums(scores: Scores, row: int) -> dict[str, float]:
    """Return the sum of a country's own weights of each node where they are no shares."""
    return {name: float(own[row].sum()) for name, own in scores.weights.items() if own.ndim == 2}


def level_terms(tree: Node, side: Side) -> dict[str, float]:
    """Return the points that each part that counts gives to the index score, the index included."""
    if tree.id not in side.values:
        return {}
    terms = {tree.id: side.values[tree.id]}

    def walk(node: Node, total: float, slope: float | None) -> None:
        there = [(part, weight, number)
                 for number, (part, weight) in enumerate(zip(node.parts, side.weights[node.id], strict=True))
                 if weight > 0 and part.id in side.values]  # fmt: skip
        y, w = side.values[node.id], [weight for _, weight, _ in there]
        if node.id in side.wins:
            own = [side.wins[node.id][number] for _, _, number in there]
            split = Split(tuple(own), (None,) * len(own))
        else:
            times = side.sums.get(node.id, 1.0)
            x = [times * side.values[part.id] for part, _, _ in there]
            split = _times(decompose.level(_method(node), x, w, y), times)
        _spread(node, [part for part, _, _ in there], split, y, total, slope, w, terms, walk)

    walk(tree, terms[tree.id], 1.0)
    return terms


def gap_terms(tree: Node, a: Side, b: Side) -> dict[str, float]:
    """Return the points that each part gives to the gap `a - b` of the index scores.

    A part that only one of them has is measured against the other's score of the node it hangs
    under: reweighting takes it for just that. The same goes for all that hangs below it.
    """
    terms = {tree.id: a.values[tree.id] - b.values[tree.id]}
    stand: dict[str, tuple[float, float]] = {tree.id: (a.values[tree.id], b.values[tree.id])}

    def walk(node: Node, total: float, slope: float | None) -> None:
        ya, yb = stand[node.id]
        there = [number for number, part in enumerate(node.parts) if _counts(part, node, number, a, b)]
        parts = [node.parts[number] for number in there]
        ta, tb = a.sums.get(node.id, 1.0), b.sums.get(node.id, 1.0)
        xa, xb = (
            [side.values.get(part.id, y / times) for part in parts]
            for side, y, times in ((a, ya, ta), (b, yb, tb))
        )
        stand.update({part.id: (one, other) for part, one, other in zip(parts, xa, xb, strict=True)})
        wa, wb = ([side.weights[node.id][number] for number in there] for side in (a, b))
        marks = [(part.id not in a.values, part.id not in b.values) for part in parts]
        if isinstance(_method(node), Copeland):
            split = _copeland_gap(node, there, a, b, ya, yb)
        else:
            one, other = [ta * x for x in xa], [tb * x for x in xb]
            split = decompose.gap(_method(node), one, other, wa, wb, ya, yb, marks)
            split = _times(split, ta) if ta == tb else Split(split.terms, (None,) * len(parts))
        w = [one + other for one, other in zip(wa, wb, strict=True)]
        _spread(node, parts, split, ya - yb, total, slope, w, terms, walk)

    walk(tree, terms[tree.id], 1.0)
    return terms


def _times(split: Split, times: float) -> Split:
    """Take slopes over scores that were multiplied back to the scores themselves."""
    if times == 1:
        return split
    return Split(split.terms, tuple(None if slope is None else slope * times for slope in split.slopes))


def _counts(part: Part, node: Node, number: int, a: Side, b: Side) -> bool:
    weighs = any(side.weights[node.id][number] > 0 for side in (a, b))
    return weighs and any(part.id in side.values for side in (a, b))


def _copeland_gap(node: Node, there: Sequence[int], a: Side, b: Side, ya: float, yb: float) -> Split:
    """Return the difference of the Shapley values; a stand-in has its score by weight."""

    def own(side: Side, y: float) -> list[float]:
        if node.id in side.wins:
            return [side.wins[node.id][number] for number in there]
        weights = [side.weights[node.id][number] for number in there]
        return [y * weight / (math.fsum(weights) or 1.0) for weight in weights]

    terms = tuple(one - other for one, other in zip(own(a, ya), own(b, yb), strict=True))
    return Split(terms, (None,) * len(terms))


def _spread(
    node: Node, parts: Sequence[Part], split: Split, own: float, total: float, slope: float | None,
    weights: Sequence[float], terms: dict[str, float], walk: Walk,
) -> None:  # fmt: skip
    """Hand the `total` of a node in the index on to its parts, and to what is below them.

    `split` is over the node's `own` score or gap, of which one point makes `slope` in the index.
    Without a slope its parts are in proportion, and by weight where they pull different ways
    or `own` is no more than rounding.
    """
    if not parts:
        return
    made = math.fsum(split.terms)
    if slope is not None:
        shares = [slope * term for term in split.terms]
    elif own and math.isclose(made, own, rel_tol=1e-6) and all(term * own >= 0 for term in split.terms):
        shares = [total * (term / made) for term in split.terms]
    else:
        shares = [total * weight / math.fsum(weights) for weight in weights]
    for part, share, steep in zip(parts, _closed(node, shares, total), split.slopes, strict=True):
        terms[part.id] = share
        if isinstance(part, Node):
            walk(part, share, None if slope is None or steep is None else slope * steep)


def _closed(node: Node, shares: Sequence[float], total: float) -> list[float]:
    """Add the last digits that rounding lost, in proportion; anything more is a fault of ours."""
    size = math.fsum(map(abs, shares))
    rest = total - math.fsum(shares)
    if abs(rest) > 1e-6 * (1 + size + abs(total)):
        raise RuntimeError(f"the terms of {node.id} sum to {math.fsum(shares)}, not to {total}")
    # Plus 0.0, which makes -0.0 zero.
    return [share + rest * (abs(share) / size if size else 1 / len(shares)) + 0.0 for share in shares]


def _index_weights(tree: Node, side: Side) -> Iterator[tuple[str, float]]:
    """Yield the weight in the index of each part that counts."""

    def walk(node: Node, weight: float) -> Iterator[tuple[str, float]]:
        yield node.id, weight
        pairs = [(part, own) for part, own in zip(node.parts, side.weights[node.id], strict=True)
                 if own > 0 and part.id in side.values]  # fmt: skip
        total = math.fsum(own for _, own in pairs)
        for part, own in pairs:
            if isinstance(part, Node):
                yield from walk(part, weight * own / total)
            else:
                yield part.id, weight * own / total

    if tree.id in side.values:
        yield from walk(tree, 1.0)


def _method(node: Node) -> Aggregation:
    if node.aggregation is None:
        raise ValueError("explain takes the scores of a completed framework")
    return node.aggregation


def _or_zero(
    term: float | None, part: Part, rows: Sequence[int], side: Side, columns: Mapping[str, Floats]
) -> float | None:
    """Return the term; zero for a score that is there and does not count."""
    if term is not None or not side.values:
        return term
    return 0.0 if any(np.isfinite(columns[part.id][row]) for row in rows) else None


def _what(
    scores: Scores, part: Part, depth: int, series: Mapping[str, Series], row: int,
    columns: Mapping[str, Floats],
) -> tuple[str, str, int, str, float | None, int | None, str, float | None]:  # fmt: skip
    """Return id, name, depth, unit, figure, year, status and score of a part for one country."""
    score = plain(columns[part.id][row])
    if isinstance(part, Node):
        return part.id, part.title, depth, "score", None, None, "", score
    number, stage = scores.matrix.indicators.index(part.id), scores.stages["imputed"]
    flag = Flag(stage.flags[row, number])
    year = int(stage.years[row, number]) or None
    return (part.id, series[part.id].name, depth, _unit(part, series[part.id]),
            plain(stage.values[row, number]), year, flag.name.lower(), score)  # fmt: skip


def _unit(part: IndicatorRef, series: Series) -> str:
    """Return the unit after the denominator; a framework may divide otherwise than the file says."""
    if part.denominator is None:
        return series.unit
    same = (part.denominator, part.per) == (series.denominator, series.per)
    return series.unit_scored if same else f"{series.unit} per {part.per:,.12g} {part.denominator}"
