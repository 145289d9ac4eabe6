"""Step 10: put the parts of every node together, from the leaves to the root."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from readiness.definitions.methods import (
    Arithmetic,
    BenefitOfTheDoubt,
    Copeland,
    Equal,
    Given,
    Median,
    Minimum,
    Weighting,
)
from readiness.engine import outrank
from readiness.engine.plan import Plan, PlanNode, exponent
from readiness.engine.power import Mask, mask, power_mean
from readiness.engine.weigh import weigh
from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats


class NegativeError(ValueError):
    """A power mean met a negative value; `position` is the first country's."""

    def __init__(self, node: str, position: int) -> None:
        super().__init__(f"a negative value below {node}")
        self.node = node
        self.position = position


@dataclass(frozen=True)
class Known:
    """Scores of all nodes, and the positions of the indicators that have changed since.

    `powers` are the parts of nodes to the power of their means, by number: made by the first that
    needs them, and taken from there where a part has not changed.
    """

    nodes: Sequence[Floats]
    changed: Collection[int]
    powers: dict[int, list[Floats | None]]


def node_score(
    parts: Sequence[Floats], node: PlanNode, *, propagate: bool = False, masks: Sequence[Mask] | None = None,
    powers: list[Floats | None] | None = None,
) -> Floats:  # fmt: skip
    """Put the parts of one node together by its own method: (..., C).

    `masks` is what `mask` says of the parts, where it is known; `powers` as in `power_mean`.

    Raises
    ------
    NegativeError
        When a power mean other than the arithmetic meets a negative value.
    """
    method, weights = node.aggregation, node.weights
    if isinstance(method, Minimum):
        return outrank.minimum(parts, weights, propagate=propagate)
    if isinstance(method, Median):
        return outrank.median(parts, weights, propagate=propagate)
    if isinstance(method, Copeland):
        return outrank.copeland(parts, weights, propagate=propagate, rescale=method.rescale)
    p = exponent(method) if node.exponent is None else node.exponent
    if p is None:  # pragma: no cover - the types allow no other
        raise TypeError(method)
    if not isinstance(p, float) or p != 1:
        _refuse_negative(node.id, parts)
    score = power_mean(parts, weights, p, propagate=propagate, masks=masks, powers=powers)
    return score * weights.sum(axis=-1) if node.summed else score


def aggregate(
    columns: Sequence[Floats], plan: Plan, *, coverage: Floats | None = None, propagate: bool = False,
    weighting: Weighting | None = None, top: float = 1.0, known: Known | None = None,
) -> tuple[list[Floats], dict[int, Floats]]:  # fmt: skip
    """Return the score of every node, and the weights that were estimated for it.

    Parameters
    ----------
    columns : K arrays (..., C)
        Normalised scores of the indicators, NaN where missing.
    coverage : (..., C, N)
        Shares of figures below each node; a node below its own threshold is missing. None
        applies no threshold.
    weighting
        How weights are made from the scores of the parts; None takes those of the plan.
    top
        The score of a country on the frontier of benefit of the doubt.
    known
        The same nodes by other columns: those without a changed part below are taken from there.

    Returns
    -------
    list of N arrays (..., C)
        Parents first: the first is the index.
    dict of arrays (M,) or (C, M)
        Empty where the weights are given.

    Raises
    ------
    NegativeError
        When a power mean other than the arithmetic meets a negative value.
    ReadinessError
        When weights cannot be estimated.
    """
    count = len(plan.nodes)
    done: list[Floats] = [np.empty(0)] * count + list(columns)
    masks: dict[int, Mask] = {}

    def there(position: int) -> Mask:
        if position not in masks:
            masks[position] = mask(done[position])
        return masks[position]

    estimated: dict[int, Floats] = {}
    changed = set(range(count)) if known is None else {count + k for k in known.changed}
    for number in range(count - 1, -1, -1):
        node = plan.nodes[number]
        if known is not None and not changed.intersection(node.parts):
            done[number] = known.nodes[number]
            continue
        changed.add(number)
        parts = [done[position] for position in node.parts]
        if weighting is not None and not isinstance(weighting, Given | Equal):
            estimated[number] = _estimated(parts, node, weighting, top)
            node = plan.weighted({number: estimated[number]}).nodes[number]
        given = [there(position) for position in node.parts]
        powers = None if known is None else _powers(known, number, node, changed)
        score = node_score(parts, node, propagate=propagate, masks=given, powers=powers)
        below = None if coverage is None else coverage[..., number] < node.coverage
        done[number] = score if below is None else _covered(score, below)
        # Where nothing is missing below, nothing is here: no need to look.
        whole = all(part is None for part in given) and (node.weights.sum(axis=-1) > 0).all()
        if whole and (below is None or not below.any()):
            masks[number] = None
    return done[:count], estimated


def _powers(known: Known, number: int, node: PlanNode, changed: set[int]) -> list[Floats | None]:
    """Return the powers of a node's parts that still hold; where none are known, the list to keep them in."""
    if number not in known.powers:
        known.powers[number] = [None] * len(node.parts)
        return known.powers[number]
    kept = zip(node.parts, known.powers[number], strict=True)
    return [None if position in changed else power for position, power in kept]


def _estimated(parts: Sequence[Floats], node: PlanNode, weighting: Weighting, top: float) -> Floats:
    """Estimate the weights of a node; a sum of the doubt's own is on the scale that ends at `top`."""
    weights = weigh(parts, node.weights, weighting)
    if not isinstance(weighting, BenefitOfTheDoubt):
        return weights
    if not isinstance(node.aggregation, Arithmetic):
        raise ReadinessError(
            f"{node.id}: 'weighting: benefit-of-the-doubt' makes a weighted sum, not a mean of another kind",
            "Write aggregation: {method: arithmetic} for every node",
        )
    return weights * top


def _covered(score: Floats, below: np.ndarray) -> Floats:
    """Make scores missing where a country is below a node's coverage."""
    if not below.any():
        return score
    if below.ndim == score.ndim:
        return np.where(below, np.nan, score)
    score = score.copy()
    score[..., below] = np.nan
    return score


def _refuse_negative(node: str, parts: Sequence[Floats]) -> None:
    for part in parts:
        if (part < 0).any():
            raise NegativeError(node, int(np.argwhere(part < 0)[0, -1]))
