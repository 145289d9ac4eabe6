"""What the engine needs of a completed framework, as arrays and positions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from readiness.definitions.columns import (
    LastKnown,
    LinearInTime,
    NoImputation,
    NoNormalisation,
    NoTreatment,
)
from readiness.definitions.framework import Framework, IndicatorRef, Node
from readiness.definitions.methods import Aggregation, Copeland, Equal, Given, Power
from readiness.figures.matrix import Floats, Ints


@dataclass(frozen=True)
class PlanNode:
    """A node: where its parts stand, what they weigh, how they are put together.

    `parts` are positions in the row of all parts of a country: nodes 0 to N-1 (parents
    first, the root is 0), then indicators N to N+K-1. `leaves` are the positions 0 to K-1
    of the indicators below it. `weights` are relative: (M,), one row a draw (..., 1, M), or one
    row a country (C, M). `exponent`, where draws say it, replaces that of its power mean:
    (..., 1). `summed`: the weights are no shares, and their sum counts (benefit of the doubt).
    """

    id: str
    parts: tuple[int, ...]
    weights: Floats
    aggregation: Aggregation
    coverage: float
    leaves: Ints
    exponent: Floats | None = None
    summed: bool = False


@dataclass(frozen=True)
class Plan:
    """A framework ready to compute; `nodes` parents first, `references` in tree order."""

    nodes: tuple[PlanNode, ...]
    references: tuple[IndicatorRef, ...]

    @classmethod
    def of(cls, framework: Framework) -> Plan:
        """Lay out a completed framework."""
        nodes, references = framework.tree.nodes(), framework.tree.references()
        position = {node.id: number for number, node in enumerate(nodes)}
        position |= {item.id: len(nodes) + number for number, item in enumerate(references)}
        leaf = {item.id: number for number, item in enumerate(references)}
        equal = isinstance(framework.methods.weighting, Equal)
        return cls(tuple(_plan_node(node, position, leaf, equal) for node in nodes), references)

    def weighted(self, weights: dict[int, Floats]) -> Plan:
        """Return the plan with other weights for some nodes, by their number."""
        nodes = [
            replace(node, weights=weights[number], summed=weights[number].ndim == 2)
            if number in weights
            else node
            for number, node in enumerate(self.nodes)
        ]
        return replace(self, nodes=tuple(nodes))

    @property
    def siblings(self) -> list[list[int]]:
        """For each indicator the positions of the indicators that hang under the same node."""
        count = len(self.nodes)
        found: list[list[int]] = [[]] * len(self.references)
        for node in self.nodes:
            own = [part - count for part in node.parts if part >= count]
            for position in own:
                found[position] = own
        return found


def _plan_node(node: Node, position: dict[str, int], leaf: dict[str, int], equal: bool) -> PlanNode:
    weights = [1.0 if equal else float(part.weight) for part in node.parts]
    if node.aggregation is None or node.coverage is None:
        raise ValueError("compute takes a completed framework: call framework.completed(series)")
    return PlanNode(
        node.id,
        tuple(position[part.id] for part in node.parts),
        np.array(weights),
        node.aggregation,
        node.coverage.node,
        np.array([leaf[item.id] for item in node.references()], dtype=np.int64),
    )


def is_local(framework: Framework) -> bool:
    """Tell whether no step of a completed framework looks at other countries.

    So it is with given or equal weights, goalposts, no imputation from others and no Copeland.
    """
    methods, tree = framework.methods, framework.tree
    return (
        isinstance(methods.imputation, NoImputation | LastKnown | LinearInTime)
        and isinstance(methods.weighting, Given | Equal)
        and all(map(_scored_alone, tree.references()))
        and not any(isinstance(node.aggregation, Copeland) for node in tree.nodes())
    )


def _scored_alone(reference: IndicatorRef) -> bool:
    if reference.on_goalposts:
        return True
    treated = reference.treatment is not None and not isinstance(reference.treatment, NoTreatment)
    return isinstance(reference.normalisation, NoNormalisation) and not treated


def exponent(aggregation: Aggregation) -> float | None:
    """Return the power mean's exponent of a method: 1, 0, -1 or its own; None for other methods."""
    if isinstance(aggregation, Power):
        return aggregation.p
    return {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}.get(aggregation.method)
