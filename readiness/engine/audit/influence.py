"""What counts for how much: effective weights, width of the rank range, dropping an indicator."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from readiness.engine.audit.facts import Facts, nominal_weights
from readiness.engine.audit.finding import Finding, judged, noted, unassessed
from readiness.engine.rank import rank
from readiness.engine.statistics import covariance_shares, main_effect
from readiness.figures.matrix import Floats
from readiness.scores import Scores


def checks(facts: Facts) -> Iterator[Finding]:
    """Check the weights of the pillars and how far ranks hang on choices."""
    yield from _effective_weights(facts)
    yield _rank_range(facts)
    for name in facts.scores.matrix.indicators:
        yield _drop_shift(facts, name)


def _effective_weights(facts: Facts) -> Iterator[Finding]:
    """Judge each pillar's first-order main effect, made to sum to 1, over its nominal weight."""
    names = [part.id for part in facts.pillars]
    if facts.too_few:
        yield from (unassessed("effective-weight", name, facts.too_few) for name in names)
        return
    nominal = nominal_weights(facts.scores)
    index = facts.column(facts.framework.tree.id)
    columns = np.column_stack([facts.column(name) for name in names])
    effects = np.array([main_effect(column, index).effect for column in columns.T])
    known = np.where(np.isfinite(effects), effects, 0.0)
    effective = known / known.sum() if known.sum() > 0 else np.full(len(known), np.nan)
    shares = covariance_shares(columns, nominal, index)
    for name, weight, effect, mine, share in zip(names, nominal, effects, effective, shares, strict=True):
        if not np.isfinite(effect) or not np.isfinite(mine) or weight == 0:
            why = "its weight is 0" if weight == 0 else "its scores or the index have no variance"
            yield unassessed("effective-weight", name, why)
            continue
        beside = f"{share:.3f}" if np.isfinite(share) else "not defined"
        detail = f"effective {mine:.3f}, nominal {weight:.3f}; covariance share {beside}"
        yield judged("effective-weight", name, float(mine / weight), n=facts.ranked, detail=detail)
        yield noted("main-effect", name, float(effect), n=facts.ranked)
        yield noted("covariance-share", name, float(share), n=facts.ranked)


def _rank_range(facts: Facts) -> Finding:
    """Judge the median width of the rank ranges of the uncertainty's draws, over the ranked."""
    subject = facts.framework.tree.id
    if facts.too_few:
        return unassessed("rank-range", subject, facts.too_few)
    robustness = facts.scores.robustness
    if robustness is None:
        return unassessed("rank-range", subject, "the framework has no `uncertainty:`")
    widths = (robustness.rank_high - robustness.rank_low)[facts.rows]
    median = float(np.median(widths[np.isfinite(widths)]))
    detail = f"{median:g} of {facts.ranked} places at the median, {np.nanmax(widths):g} at most"
    return judged("rank-range", subject, median / facts.ranked, n=facts.ranked, detail=detail)


def _drop_shift(facts: Facts, name: str) -> Finding:
    """Judge the mean change of rank when an indicator is left out, over the countries ranked."""
    left = facts.dropped[name]
    if facts.too_few or left is None:
        return unassessed("drop-shift", name, facts.too_few or "it is the only indicator")
    shifts = rank_shifts(facts.scores, left)
    if not len(shifts):
        return unassessed("drop-shift", name, "no country has a score without it")
    detail = f"{np.abs(shifts).mean():.2f} places on average, {np.abs(shifts).max():g} at most"
    return judged(
        "drop-shift", name, float(np.abs(shifts).mean() / len(shifts)), n=len(shifts), detail=detail
    )


def rank_shifts(before: Scores, after: Scores) -> Floats:
    """Return the change of rank of every country that is ranked before and has a score after.

    Both are ranked among these countries alone, so that nobody moves because another
    country comes or goes.
    """
    one, two = before.nodes[..., 0], after.nodes[..., 0]
    both = before.ranked & np.isfinite(two)
    rule = before.framework.methods.ranking
    first, second = (rank(scores, both, ties=rule.ties, decimals=rule.decimals) for scores in (one, two))
    return np.asarray((second - first)[both])
