"""What the browser needs to score and rank again: the tree, its methods, the normalised scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from readiness.definitions.framework import Framework, Node
from readiness.definitions.methods import Copeland, Power, Propagate
from readiness.engine.plan import Plan, PlanNode
from readiness.scores import Scores, plain, whole


def adjustable(scores: Scores) -> bool:
    """Whether every country has the same weights, so that sliders can change them."""
    return all(weights.ndim == 1 for weights in scores.weights.values())


def model(scores: Scores) -> dict[str, Any]:
    """Return a framework's results as plain values for the page: `rescore` of engine.js reads them.

    Scores are at full precision, None where missing. A node's `parts` are positions among the nodes
    (parents first) and then the indicators; `weights` are relative within it, `below` are the rows of
    the countries whose coverage of it is too small. `enough` says which countries have the figures
    that a rank takes.
    """
    plan, framework = Plan.of(scores.framework), scores.framework
    drawn = scores.robustness
    methods = framework.methods
    return {
        "id": framework.id,
        "name": framework.name,
        "edition": framework.edition,
        "year": framework.year,
        "ties": methods.ranking.ties,
        "decimals": methods.ranking.decimals,
        "propagate": isinstance(methods.missing, Propagate),
        "countries": list(scores.countries),
        "names": list(scores.matrix.names),
        "enough": [bool(share >= methods.coverage.index) for share in scores.coverage[:, 0]],
        "ranks": [whole(rank) for rank in scores.ranks],
        "ranges": [None if drawn is None else drawn.interval(row) for row in range(len(scores.countries))],
        "nodes": [
            _node(scores, node, planned, number)
            for number, (node, planned) in enumerate(zip(framework.tree.nodes(), plan.nodes, strict=True))
        ],
        "indicators": [
            {"id": name, "scores": [plain(x) for x in scores.column(name)]}
            for name in scores.matrix.indicators
        ],
    }


def _node(scores: Scores, node: Node, planned: PlanNode, number: int) -> dict[str, Any]:
    method = planned.aggregation
    weights = scores.weights.get(node.id, planned.weights)
    return {
        "id": node.id,
        "title": node.title,
        "note": node.note,
        "parts": list(planned.parts),
        "weights": [float(w) for w in (weights if weights.ndim == 1 else planned.weights)],
        "method": method.method,
        "p": method.p if isinstance(method, Power) else None,
        "rescale": method.rescale if isinstance(method, Copeland) else False,
        "below": [int(row) for row in np.flatnonzero(scores.coverage[:, number] < planned.coverage)],
    }


def said(framework: Framework) -> dict[str, Any]:
    """Return a framework as its file says it, for the page to write a new file with other weights.

    What a file leaves out is left out. The weights are those that the page gives.
    """
    made = framework.model_dump(mode="json", exclude_unset=True)
    made["methods"] = {**made.get("methods", {}), "weighting": {"method": "given"}}
    tree = made.pop("tree")
    return {**made, "tree": tree}
