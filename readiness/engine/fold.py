"""The weights of the tree in every draw, and a shortcut through it.

A weighted mean of weighted means is one weighted mean. Where nothing is missing below an
arithmetic node and everything below it is arithmetic, its score is the sum of its indicators
by the products of their shares down the tree: the same `aggregate` then has fewer nodes to put
together.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from readiness.engine.plan import Plan, PlanNode, exponent
from readiness.figures.matrix import Floats, Ints


@dataclass(frozen=True)
class DrawnTree:
    """A plan whose weights are drawn.

    `kept` are the numbers of the nodes that stay, parents first; `folded` ones among them take
    in all that is below them. Parts below the root are numbered nodes first, then
    indicators, from 0.
    """

    plan: Plan
    kept: tuple[int, ...]
    folded: frozenset[int]

    @classmethod
    def of(cls, plan: Plan, gaps: Collection[int], masked: Collection[int] = ()) -> DrawnTree:
        """Choose what can be folded.

        Parameters
        ----------
        gaps
            Positions of the indicators that may be missing somewhere.
        masked
            Numbers of the nodes that coverage makes missing somewhere.
        """
        count = len(plan.nodes)

        def plain(number: int) -> bool:
            node = plan.nodes[number]
            below = (plain(part) if part < count else part - count not in gaps for part in node.parts)
            return (
                exponent(node.aggregation) == 1
                and node.weights.ndim == 1
                and number not in masked
                and all(below)
            )

        kept, folded = [0], []

        def walk(number: int) -> None:
            for part in (part for part in plan.nodes[number].parts if part < count):
                kept.append(part)
                if plain(part):
                    folded.append(part)
                else:
                    walk(part)

        walk(0)
        return cls(plan, tuple(sorted(kept)), frozenset(folded))

    def drawn(self, multipliers: Floats, left_out: Ints) -> Plan:
        """Return the plan of the nodes that stay, with the weights (R, 1, M) of R draws.

        Parameters
        ----------
        multipliers : (R, parts)
            Of the weight of every part below the root.
        left_out : (R, L)
            Positions of the indicators that weigh nothing in a draw.
        """
        shares = self._shares(multipliers, left_out)
        nodes = []
        for number, (node, moved) in zip(self.kept, self._moved, strict=True):
            if number in self.folded:
                own = shares[:, self._paths[number][0]]
                for step in self._paths[number][1:]:
                    own *= shares[:, step]
            else:
                own = shares[:, [part - 1 for part in self.plan.nodes[number].parts]]
            weights = own[:, None, :]
            if node.weights.ndim == 2:  # every country has its own
                weights = node.weights.astype(own.dtype) * weights
            nodes.append(replace(node, weights=weights, parts=moved))
        return Plan(tuple(nodes), self.plan.references)

    def _shares(self, multipliers: Floats, left_out: Ints) -> Floats:
        """Return each part's share of its node in every draw (R, parts), and a last column of ones.

        The parts of a node whose countries have weights of their own keep their multipliers.
        """
        size, parts = multipliers.shape
        weights = np.empty((size, parts + 1), dtype=multipliers.dtype)
        np.multiply(multipliers, self._base.astype(multipliers.dtype), out=weights[:, :parts])
        weights[:, parts] = 1
        first = len(self.plan.nodes) - 1
        for positions in left_out.T:
            weights[np.arange(size), first + positions] = 0
        if left_out.size:  # a node that has lost its last indicator is left out with it
            for number in range(first, 0, -1):
                below = [part - 1 for part in self.plan.nodes[number].parts]
                weights[:, number - 1] *= (weights[:, below] > 0).any(axis=1)
        totals = weights[:, :parts] @ self._belongs.astype(weights.dtype)
        np.divide(weights[:, :parts], totals[:, self._parents], out=weights[:, :parts],
                  where=totals[:, self._parents] > 0)  # fmt: skip
        return weights

    @cached_property
    def _base(self) -> Floats:
        """The weight of every part below the root; 1 where every country has its own."""
        base = np.ones(len(self._parents))
        for node in self.plan.nodes:
            if node.weights.ndim == 1:
                base[[part - 1 for part in node.parts]] = node.weights
        return base

    @cached_property
    def _parents(self) -> Ints:
        """The number of the node that each part below the root hangs under."""
        parents = np.zeros(len(self.plan.nodes) - 1 + len(self.plan.references), dtype=np.int64)
        for number, node in enumerate(self.plan.nodes):
            parents[[part - 1 for part in node.parts]] = number
        return parents

    @cached_property
    def _belongs(self) -> Floats:
        """One where a part (row) hangs under a node (column)."""
        belongs = np.zeros((len(self._parents), len(self.plan.nodes)))
        belongs[np.arange(len(self._parents)), self._parents] = 1
        return belongs

    @cached_property
    def _paths(self) -> dict[int, list[Ints]]:
        """For each folded node the columns of shares to multiply: its indicators, then what is above them."""
        found = {}
        count, one = len(self.plan.nodes), len(self._parents)
        for number in self.folded:
            step = self.plan.nodes[number].leaves + count - 1
            steps = [step]
            while True:
                above = np.where(step == one, number, self._parents[np.minimum(step, one - 1)])
                step = np.where(above == number, one, above - 1)
                if (step == one).all():
                    break
                steps.append(step)
            found[number] = steps
        return found

    @cached_property
    def _moved(self) -> list[tuple[PlanNode, tuple[int, ...]]]:
        """The nodes that stay, and where their parts stand among those that stay."""
        count, size = len(self.plan.nodes), len(self.kept)
        place = {number: new for new, number in enumerate(self.kept)}
        found = []
        for number in self.kept:
            node = self.plan.nodes[number]
            parts = [count + leaf for leaf in node.leaves] if number in self.folded else node.parts
            moved = tuple(place[part] if part < count else int(part) - count + size for part in parts)
            found.append((node, moved))
        return found
