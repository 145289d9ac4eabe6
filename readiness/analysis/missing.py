"""What a country lacks for a rank, and the fewest figures that would give it one.

The rule (step 4): a node has a score with `coverage.node` of its figures and at least one part
with a score (all of them where missing propagates); a country is ranked with `coverage.index` of
all figures and a score in every child node of the root. Figures below a node count for the nodes
above it, so the fewest that give a node its score are the larger of what its coverage lacks and
what its parts need.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from readiness.definitions.framework import IndicatorRef, Node
from readiness.definitions.methods import Equal
from readiness.figures.matrix import Flag
from readiness.figures.table import Figures
from readiness.scores import Scores

Part = Node | IndicatorRef


@dataclass(frozen=True)
class Gap:
    """An indicator without a figure that counts, and why.

    `last_year` is that of the newest figure there is, too old to count; None where there is none.
    `closes` tells whether it is in the smallest set of figures that would give the country a rank.
    """

    indicator: str
    name: str
    path: tuple[str, ...]
    publisher: str
    why: str
    last_year: int | None
    closes: bool


@dataclass(frozen=True)
class Need:
    """What a child node of the root has and lacks: figures, declared zeros among them, of `total`.

    `short` is the least number of figures that would give it a score, 0 where it has one.
    """

    node: str
    name: str
    have: int
    total: int
    short: int


@dataclass(frozen=True)
class Requirement:
    """A country and the rule for a rank.

    Attributes
    ----------
    have, total, needed
        Figures (declared zeros among them), indicators, and the least number of figures that the
        rule for the index asks for.
    short
        The least number of further figures that would give it a rank; 0 for the ranked.
    spare
        How many figures it has beyond `needed`; negative where it has fewer.
    """

    ranked: bool
    have: int
    total: int
    needed: int
    short: int
    spare: int
    nodes: tuple[Need, ...]
    missing: tuple[Gap, ...]


def requirement(scores: Scores, country: str, figures: Figures) -> Requirement:
    """Return what a country lacks, and what it would take to be ranked."""
    rule = _Rule(scores, scores.position(country))
    tree = scores.framework.tree
    present = rule.present
    closing = [] if scores.ranked[rule.row] else rule.to_rank()
    nodes = tuple(
        Need(child.id, child.title, rule.have(child), len(child.references()), len(rule.to_score(child)))
        for child in tree.children
    )
    needed = least(scores.framework.methods.coverage.index, len(present))
    have = int(present.sum())
    gaps = tuple(
        _gap(scores, rule.row, number, path, figures, number in closing)
        for number, path in enumerate(_paths(tree))
        if not present[number]
    )
    ranked = bool(scores.ranked[rule.row])
    return Requirement(ranked, have, len(present), needed, len(closing), have - needed, nodes, gaps)


def least(share: float, total: int) -> int:
    """Return the least number of figures that is a share of the total, as the engine compares it."""
    return next(number for number in range(total + 1) if number / total >= share)


class _Rule:
    """The coverage rule for one country, whose figures are at `present`."""

    def __init__(self, scores: Scores, row: int) -> None:
        self.scores, self.row = scores, row
        self.present = np.isfinite(scores.stages["denominated"].values[row])
        self.number = {item.id: k for k, item in enumerate(scores.references)}
        self.equal = isinstance(scores.framework.methods.weighting, Equal)
        self.propagate = scores.framework.methods.missing.method == "propagate"

    def have(self, node: Node) -> int:
        return sum(bool(self.present[self.number[item.id]]) for item in node.references())

    def to_score(self, part: Part) -> list[int]:
        """Return a smallest set of figures that gives a part a score, in tree order where free."""
        if np.isfinite(self.scores.column(part.id)[self.row]):
            return []
        if isinstance(part, IndicatorRef):
            return [self.number[part.id]]
        rule = part.coverage.node if part.coverage else self.scores.framework.methods.coverage.node
        return self._filled(self._parts(part), part, least(rule, len(part.references())))

    def to_rank(self) -> list[int]:
        """Return a smallest set of figures that gives the country a rank."""
        tree, index = self.scores.framework.tree, self.scores.framework.methods.coverage.index
        chosen = [k for child in tree.children for k in self.to_score(child)]
        # A score for every child node is one for the root, but where parts of the root are
        # missing that are no nodes, or weigh nothing.
        chosen = list(dict.fromkeys([*chosen, *self._parts(tree)])) if self._lacks(tree) else chosen
        own = tree.coverage.node if tree.coverage else self.scores.framework.methods.coverage.node
        return self._filled(chosen, tree, least(max(own, index), len(self.present)))

    def _lacks(self, tree: Node) -> bool:
        weighing = [child for child in tree.children if self._weighs(child)]
        return self.propagate or not weighing

    def _parts(self, node: Node) -> list[int]:
        """Return a smallest set that gives enough parts of a node a score."""
        ways = [self.to_score(part) for part in node.parts if self._weighs(part)]
        if self.propagate:
            return [k for way in ways for k in way]
        return min(ways, key=len, default=[])

    def _weighs(self, part: Part) -> bool:
        return self.equal or part.weight > 0

    def _filled(self, chosen: Iterable[int], node: Node, needed: int) -> list[int]:
        """Add figures in tree order until the node has as many as it needs."""
        found = list(chosen)
        for item in node.references():
            if self.have(node) + sum(self.number[r.id] in found for r in node.references()) >= needed:
                break
            number = self.number[item.id]
            if not self.present[number] and number not in found:
                found.append(number)
        return found


def _paths(tree: Node) -> list[tuple[str, ...]]:
    """Return the titles of the nodes above each indicator, in tree order."""
    found: list[tuple[str, ...]] = []

    def walk(node: Node, path: tuple[str, ...]) -> None:
        for child in node.children:
            walk(child, (*path, child.title))
        found.extend(path for _ in node.indicators)

    walk(tree, ())
    return found


def _gap(scores: Scores, row: int, number: int, path: tuple[str, ...], figures: Figures, closes: bool) -> Gap:
    reference = scores.references[number]
    series, year = figures.series[reference.id], scores.framework.year
    last = _last_year(figures, reference.id, scores.countries[row], year)
    if scores.matrix.flags[row, number] != Flag.MISSING:
        why = f"published; no {reference.denominator} to divide by"
    elif last is not None:
        limit = f", older than {reference.max_age} years" if reference.max_age is not None else ""
        why = f"newest is of {last}{limit}"
    else:
        why = "no figure"
    return Gap(reference.id, series.name, path, series.source.publisher, why, last, closes)


def _last_year(figures: Figures, name: str, country: str, year: int) -> int | None:
    block = figures.blocks[name]
    if country not in block.countries or not block.values.size:
        return None
    has = np.isfinite(block.values[block.countries.index(country)]) & (block.years <= year)
    return int(block.years[has].max()) if has.any() else None
