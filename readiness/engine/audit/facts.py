"""What the checks share: the ranked countries, the tree, and the scores without each indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from readiness.definitions.framework import Framework, IndicatorRef, Node
from readiness.definitions.methods import Equal, Given
from readiness.engine.compute import compute
from readiness.figures.matrix import Floats, Matrix
from readiness.figures.table import Figures
from readiness.scores import Scores

# Of fewer countries a correlation says little, and an effective weight nothing.
LEAST_COUNTRIES = 10


@dataclass(frozen=True)
class Facts:
    """One framework's scores and figures, and the published indices to compare with."""

    scores: Scores
    figures: Figures
    validation: Figures

    @cached_property
    def rows(self) -> np.ndarray:
        """Positions of the ranked countries, which all statistics of scores are taken over."""
        return np.flatnonzero(self.scores.ranked)

    @property
    def ranked(self) -> int:
        """How many countries are ranked."""
        return len(self.rows)

    @property
    def too_few(self) -> str:
        """Why nothing can be said of so few countries; empty where there are enough."""
        if self.ranked >= LEAST_COUNTRIES:
            return ""
        return f"{self.ranked} ranked, and it takes {LEAST_COUNTRIES}"

    @property
    def framework(self) -> Framework:
        """The completed framework."""
        return self.scores.framework

    @cached_property
    def pillars(self) -> tuple[Node | IndicatorRef, ...]:
        """The parts of the root."""
        return self.framework.tree.parts

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes that have indicators of their own: the sub-pillars, or what stands in their place."""
        return tuple(node for node in self.framework.tree.nodes() if node.indicators)

    @cached_property
    def parents(self) -> Mapping[str, Node]:
        """The node each indicator stands in."""
        return {item.id: node for node in self.nodes for item in node.indicators}

    @cached_property
    def pillar_of(self) -> Mapping[str, str]:
        """The pillar above each indicator; one that stands in the root has none."""
        return {
            item.id: part.id for part in self.pillars if isinstance(part, Node) for item in part.references()
        }

    def column(self, part: str) -> Floats:
        """Return the scores of a node or indicator over the ranked countries."""
        return np.asarray(self.scores.column(part)[self.rows])

    def indicators_of(self, node: Node) -> Floats:
        """Return the scores (ranked countries, indicators) of a node's own indicators."""
        return np.column_stack([self.column(item.id) for item in node.indicators])

    @cached_property
    def dropped(self) -> Mapping[str, Scores | None]:
        """The scores of the nodes without each indicator, None where nothing would be left.

        Without the tables of the steps: those of every indicator together would fill the memory.
        """
        found: dict[str, Scores | None] = {}
        for name in self.scores.matrix.indicators:
            left = without(self.scores, name)
            found[name] = None if left is None else replace(left, stages={})
        return found


def without(scores: Scores, indicator: str) -> Scores | None:
    """Score the same figures again without one indicator.

    With given or equal weights the indicator's weight is 0 (COINr's `remove_elements`), so
    that coverage and with it who has a score stay as they were; a node of which nothing is
    left weighs 0 too. Weights that are taken from the figures are found anew without its
    column, which under the benefit of the doubt takes a linear programme a country and node.
    None where it is the only indicator.
    """
    framework = scores.framework
    methods = framework.methods
    if isinstance(methods.weighting, (Given, Equal)):
        tree = _weightless(framework.tree, indicator, equal=isinstance(methods.weighting, Equal))
        if not tree.weight:
            return None
        changed = {"tree": tree, "methods": methods.model_copy(update={"weighting": Given()})}
        return compute(framework.model_copy(update=changed), scores.matrix)
    pruned = _pruned(framework.tree, indicator)
    if pruned is None:
        return None
    return compute(framework.model_copy(update={"tree": pruned}), _narrowed(scores.matrix, indicator))


def _weightless(node: Node, indicator: str, *, equal: bool) -> Node:
    """Return the tree with an indicator's weight 0, and that of a node of which nothing is left."""
    children = tuple(_weightless(child, indicator, equal=equal) for child in node.children)
    references = tuple(
        item.model_copy(update={"weight": 0.0 if item.id == indicator else 1.0 if equal else item.weight})
        for item in node.indicators
    )
    left = any(item.weight for item in children) or any(item.weight for item in references)
    weight = 0.0 if not left else 1.0 if equal else node.weight
    return node.model_copy(update={"children": children, "indicators": references, "weight": weight})


def _pruned(node: Node, indicator: str) -> Node | None:
    children = tuple(kept for child in node.children if (kept := _pruned(child, indicator)) is not None)
    references = tuple(item for item in node.indicators if item.id != indicator)
    if not children and not references:
        return None
    return node.model_copy(update={"children": children, "indicators": references})


def _narrowed(matrix: Matrix, indicator: str) -> Matrix:
    keep = np.array([name != indicator for name in matrix.indicators])
    changed: dict[str, object] = {
        "indicators": tuple(name for name in matrix.indicators if name != indicator)
    }
    for item in fields(matrix):
        value = getattr(matrix, item.name)
        if isinstance(value, np.ndarray) and value.ndim == 2:
            changed[item.name] = value[:, keep]
    if matrix.publishers:
        kept = zip(matrix.publishers, keep, strict=True)
        changed["publishers"] = tuple(publisher for publisher, stays in kept if stays)
    return replace(matrix, **changed)  # type: ignore[arg-type]


def nominal_weights(scores: Scores) -> Floats:
    """Return the weights of the root's parts, summing to 1.

    Those that made the scores: given, equal or taken from the figures; the mean over the
    ranked countries where every country has its own.
    """
    weights = np.asarray(scores.weights[scores.framework.tree.id], dtype=np.float64)
    if weights.ndim == 1:
        return np.asarray(weights / weights.sum())
    shares = weights / weights.sum(axis=-1, keepdims=True)
    return np.asarray(np.nanmean(shares[scores.ranked], axis=0))
