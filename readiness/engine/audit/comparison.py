"""How the index stands to income and to published indices, which are never inputs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from readiness.engine.audit.facts import LEAST_COUNTRIES, Facts
from readiness.engine.audit.finding import Finding, judged, noted, unassessed
from readiness.engine.rank import rank
from readiness.engine.statistics import bootstrap_spearman, correlation
from readiness.figures.matrix import Floats

INCOME = "gdp_per_capita_ppp"
SEED = 20260101
DISAGREEMENTS = 10


def checks(facts: Facts) -> Iterator[Finding]:
    """Correlate the index with income and with every published index, over the ranked countries."""
    yield _income(facts)
    for name in facts.validation.series:
        yield from _published(facts, name)


def _latest(facts: Facts, name: str, *, published: bool) -> Floats:
    figures = facts.validation if published else facts.figures
    found, _ = figures.latest(name, facts.scores.countries, facts.framework.year)
    values = found[facts.rows]
    return np.asarray(-values if figures.series[name].direction == "lower" else values)


def _correlated(facts: Facts, check: str, subject: str, other: str, values: Floats, detail: str) -> Finding:
    index = facts.column(facts.framework.tree.id)
    n = int((np.isfinite(index) & np.isfinite(values)).sum())
    r = correlation(index, values, "spearman")
    if facts.too_few or n < LEAST_COUNTRIES or not np.isfinite(r):
        return unassessed(check, subject, facts.too_few or f"{n} countries have both", other)
    seed = facts.framework.uncertainty.seed if facts.framework.uncertainty else SEED
    low, high = bootstrap_spearman(index, values, seed=seed)
    told = f"95% interval {low:.3f} to {high:.3f}, {n} countries{detail}"
    return judged(check, subject, r, other=other, n=n, low=low, high=high, detail=told)


def _income(facts: Facts) -> Finding:
    subject = facts.framework.tree.id
    if INCOME not in facts.figures.blocks:
        return unassessed("income", subject, f"there is no series {INCOME}", INCOME)
    values = _latest(facts, INCOME, published=False)
    return _correlated(facts, "income", subject, INCOME, values, "")


def _published(facts: Facts, name: str) -> Iterator[Finding]:
    values, source = _latest(facts, name, published=True), facts.validation.series[name].source
    licence = source.licence + ("" if source.redistribute == "yes" else f" ({source.redistribute})")
    detail = f"; {facts.validation.series[name].name} of {source.publisher}, licence: {licence}"
    found = _correlated(facts, "published", name, facts.framework.tree.id, values, detail)
    yield found
    if found.verdict != "not assessed":
        yield from _disagreements(facts, name, values)


def _disagreements(facts: Facts, name: str, values: Floats) -> Iterator[Finding]:
    """List the countries whose places among those in both differ most."""
    index = facts.column(facts.framework.tree.id)
    both = np.isfinite(index) & np.isfinite(values)
    ours, theirs = rank(index, both), rank(values, both)
    gaps = np.where(both, theirs - ours, 0.0)
    order = np.argsort(-np.abs(gaps), kind="stable")[:DISAGREEMENTS]
    n = int(both.sum())
    for row in order[gaps[order] != 0]:
        place = facts.rows[row]
        name_of = facts.scores.matrix.names[place]
        detail = f"{name_of}: {ours[row]:g} here, {theirs[row]:g} there, of {n} in both"
        yield noted(
            "disagreement", facts.scores.countries[place], float(gaps[row]), other=name, n=n, detail=detail
        )
