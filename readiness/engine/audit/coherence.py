"""Do indicators belong where they stand? Item-rest, duplicates, other pillars, alpha, components."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from readiness.definitions.framework import Node
from readiness.engine.audit.facts import Facts
from readiness.engine.audit.finding import Finding, judged, noted, unassessed
from readiness.engine.statistics import (
    Components,
    correlation,
    correlations,
    cronbach_alpha,
    p_value,
    principal_components,
)
from readiness.figures.matrix import Floats

_NO_VARIANCE = "fewer than three countries have both, or one of the two is constant"


def checks(facts: Facts) -> Iterator[Finding]:
    """Check and list all that concerns the coherence of the tree, over the ranked countries."""
    for node in facts.nodes:
        yield from _node(facts, node)
        if not facts.too_few:
            yield from _components(node.id, [item.id for item in node.indicators], facts.indicators_of(node))
    for name in facts.scores.matrix.indicators:
        yield _item_rest(facts, name)
        yield from _other_pillar(facts, name)
        yield from _correlations(facts, name)
    if not facts.too_few:
        names = [part.id for part in facts.pillars]
        yield from _components(
            facts.framework.tree.id, names, np.column_stack([facts.column(name) for name in names])
        )


def _node(facts: Facts, node: Node) -> Iterator[Finding]:
    """Check one sub-pillar as a whole."""
    if not node.children:
        only = node.indicators[0].id if len(node.indicators) == 1 else ""
        yield judged("single-indicator", node.id, float(len(node.indicators)), detail=only)
    if len(node.indicators) < 2:
        return
    if facts.too_few:
        yield unassessed("duplicate", node.id, facts.too_few)
        yield unassessed("alpha", node.id, facts.too_few)
        return
    columns = facts.indicators_of(node)
    found = correlations(columns)
    yield from _duplicates(node, found, facts.ranked)
    alpha = cronbach_alpha(columns)
    yield (
        judged("alpha", node.id, alpha, n=facts.ranked, detail=f"{len(node.indicators)} indicators")
        if np.isfinite(alpha)
        else unassessed("alpha", node.id, "its scores have no variance")
    )
    pairs = found[np.triu_indices(len(found), 1)]
    if np.isfinite(pairs).any():
        yield noted("mean-correlation", node.id, float(np.nanmean(pairs)), n=facts.ranked)


def _duplicates(node: Node, found: Floats, n: int) -> Iterator[Finding]:
    """Judge every pair that is too alike; where none is, the most alike."""
    pairs = [
        (float(found[i, j]), node.indicators[i].id, node.indicators[j].id)
        for i, j in zip(*np.triu_indices(len(found), 1), strict=True)
        if np.isfinite(found[i, j])
    ]
    if not pairs:
        yield unassessed("duplicate", node.id, _NO_VARIANCE)
        return
    findings = [
        judged("duplicate", a, r, other=b, n=n, detail=f"in {node.id}") for r, a, b in sorted(pairs)[::-1]
    ]
    yield from [item for item in findings if item.verdict != "pass"] or findings[:1]


def _item_rest(facts: Facts, name: str) -> Finding:
    """Correlate an indicator with its sub-pillar's score without it, both directed and normalised."""
    parent, rest = facts.parents[name], facts.dropped[name]
    if facts.too_few:
        return unassessed("item-rest", name, facts.too_few)
    if len(parent.parts) < 2 or rest is None or parent.id not in rest.node_ids:
        return unassessed("item-rest", name, f"the only indicator of {parent.id}")
    own, others = facts.column(name), rest.column(parent.id)[facts.rows]
    r = correlation(own, others)
    if not np.isfinite(r):
        return unassessed("item-rest", name, _NO_VARIANCE)
    return judged("item-rest", name, r, n=_both(own, others), detail=f"with the rest of {parent.id}")


def _other_pillar(facts: Facts, name: str) -> Iterator[Finding]:
    """Compare an indicator's correlation with its own pillar, without it, and with each other one."""
    pillar = facts.pillar_of.get(name)
    others = [part.id for part in facts.pillars if isinstance(part, Node) and part.id != pillar]
    if pillar is None or not others:
        return
    rest = facts.dropped[name]
    if facts.too_few or rest is None or pillar not in rest.node_ids:
        yield unassessed("other-pillar", name, facts.too_few or f"the only indicator of {pillar}")
        return
    own = correlation(facts.column(name), rest.column(pillar)[facts.rows])
    found = {other: correlation(facts.column(name), facts.column(other)) for other in others}
    best = max(found, key=lambda other: found[other] if np.isfinite(found[other]) else -np.inf)
    if not np.isfinite(own) or not np.isfinite(found[best]):
        yield unassessed("other-pillar", name, _NO_VARIANCE)
        return
    detail = f"{found[best]:.2f} with {best}, {own:.2f} with {pillar} without it"
    yield judged("other-pillar", name, found[best] - own, other=best, n=facts.ranked, detail=detail)


def _correlations(facts: Facts, name: str) -> Iterator[Finding]:
    """List an indicator's correlations with what stands above it, which contains it."""
    own = facts.column(name)
    above = dict.fromkeys(
        (facts.parents[name].id, facts.pillar_of.get(name, facts.framework.tree.id), facts.framework.tree.id)
    )
    for other in above:
        scores = facts.column(other)
        r, n = correlation(own, scores), _both(own, scores)
        if not facts.too_few and np.isfinite(r):
            detail = (
                f"Spearman {correlation(own, scores, 'spearman'):.2f}, "
                f"Kendall {correlation(own, scores, 'kendall'):.2f}, p {float(p_value(r, n)):.2g}"
            )
            yield noted("correlation", name, r, other=other, n=n, detail=detail)


def _both(x: Floats, y: Floats) -> int:
    return int((np.isfinite(x) & np.isfinite(y)).sum())


def _components(subject: str, names: list[str], columns: Floats) -> Iterator[Finding]:
    """List eigenvalues with the variance they explain, and the loadings that matter."""
    found = principal_components(columns)
    if found is None:
        return
    for number, (value, share) in enumerate(zip(found.eigenvalues, found.explained, strict=True)):
        detail = f"explains {share:.1%}"
        yield noted("eigenvalue", subject, float(value), other=f"PC{number + 1}", n=found.n, detail=detail)
    yield from _loadings(subject, names, found)


def _loadings(subject: str, names: list[str], found: Components) -> Iterator[Finding]:
    for number in range(max(1, int((found.eigenvalues >= 1).sum()))):
        for name, loading in zip(names, found.loadings[:, number], strict=True):
            yield noted("loading", name, float(loading), other=f"{subject} PC{number + 1}", n=found.n)
