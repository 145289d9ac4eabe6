"""Step 13: what the ranks would be without each part of the tree."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from readiness.definitions.methods import Propagate
from readiness.engine.aggregate import aggregate
from readiness.engine.compute import columns_of
from readiness.engine.plan import Plan
from readiness.engine.rank import rank
from readiness.engine.statistics import correlation
from readiness.figures.matrix import Floats
from readiness.scores import Scores


@dataclass(frozen=True)
class LeaveOneOut:
    """The ranks without one node or indicator, for each of the P parts below the root.

    Attributes
    ----------
    parts, depths, nodes : length P
        Ids in the order of the tables, how deep each one lies (1 is a pillar), and whether it is
        a node (or an indicator).
    shifts : (P, C)
        Places gained without the part: headline rank - rank without it; NaN for the
        unranked, and where nothing would be left.
    mean, largest : (P,)
        Mean and largest absolute shift of the ranked countries.
    spearman : (P,)
        Rank correlation with the headline; NaN where it is not defined.
    mover : (P,)
        The row of the country that moves most, the first in order of code among equals; -1
        where none moves.
    """

    parts: tuple[str, ...]
    depths: tuple[int, ...]
    nodes: tuple[bool, ...]
    shifts: Floats
    mean: Floats
    largest: Floats
    spearman: Floats
    mover: tuple[int, ...]


def leave_one_out(scores: Scores) -> LeaveOneOut:
    """Give each node and indicator in turn the weight 0 and rank again.

    The weights of its siblings are relative, so they take its place; a node that loses its last
    part goes with it. Who is ranked, the scores of indicators and estimated weights stay as in
    the headline; a country that has no score without the part stands last. OECD/JRC Handbook,
    step 7; COINr's `remove_elements`.
    """
    plan = _weighted(scores)
    columns = columns_of(scores.stages["normalised"].values)
    positions = {node.id: number for number, node in enumerate(plan.nodes)}
    positions |= {item.id: len(plan.nodes) + number for number, item in enumerate(plan.references)}
    walked = list(scores.framework.tree.walk())[1:]
    ranked = np.array(
        [_ranks(scores, columns, _without(plan, positions[part.id])) for _, part in walked]
    ).reshape(len(walked), len(scores.countries))
    shifts = scores.ranks - ranked
    there = np.isfinite(shifts).any(axis=1)
    size = np.where(np.isfinite(shifts), np.abs(shifts), 0.0)
    count = max(int(scores.ranked.sum()), 1)
    return LeaveOneOut(
        parts=tuple(part.id for _, part in walked),
        depths=tuple(depth for depth, _ in walked),
        nodes=tuple(part.id in scores.node_ids for _, part in walked),
        shifts=shifts,
        mean=np.where(there, size.sum(axis=1) / count, np.nan),
        largest=np.where(there, size.max(axis=1, initial=0.0), np.nan),
        spearman=np.array([correlation(scores.ranks, row, "spearman") for row in ranked]),
        mover=tuple(int(row.argmax()) if row.any() else -1 for row in size),
    )


def _weighted(scores: Scores) -> Plan:
    plan = Plan.of(scores.framework)
    return plan.weighted({number: scores.weights[node.id] for number, node in enumerate(plan.nodes)})


def _without(plan: Plan, position: int) -> Plan | None:
    """Return the plan with one part at weight 0, and its parent too where it was the last; or None."""
    nodes = list(plan.nodes)
    for number in range(len(nodes) - 1, -1, -1):
        node = nodes[number]
        if position not in node.parts:
            continue
        weights = node.weights.astype(np.float64, copy=True)
        lost = (weights > 0).any()
        weights[..., node.parts.index(position)] = 0
        nodes[number] = replace(node, weights=weights)
        if not lost or (weights > 0).any():
            break
        if number == 0:
            return None
        position = number
    return replace(plan, nodes=tuple(nodes))


def _ranks(scores: Scores, columns: list[Floats], plan: Plan | None) -> Floats:
    """Return the ranks (C,) of the headline's ranked countries under another plan."""
    if plan is None:
        return np.full(len(scores.countries), np.nan)
    methods = scores.framework.methods
    nodes, _ = aggregate(
        columns, plan, coverage=scores.coverage, propagate=isinstance(methods.missing, Propagate)
    )
    present = nodes[0][scores.ranked & np.isfinite(nodes[0])]
    below = float(present.min(initial=np.inf)) - 1 if len(present) else 0.0
    found = np.where(np.isfinite(nodes[0]), nodes[0], below)
    return rank(found, scores.ranked, ties=methods.ranking.ties, decimals=methods.ranking.decimals)
