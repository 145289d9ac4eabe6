"""How old, complete and free the figures are, and how they are distributed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from readiness.definitions.framework import IndicatorRef
from readiness.engine.audit.facts import Facts
from readiness.engine.audit.finding import Finding, judged, noted, unassessed
from readiness.engine.audit.thresholds import BY_CHECK
from readiness.engine.compute import transformed_column
from readiness.engine.statistics import robust_z
from readiness.engine.treat import kurtosis, skewness
from readiness.errors import counted
from readiness.figures.matrix import Flag

OUTLIER = 3.5
NAMED = 10


def checks(facts: Facts) -> Iterator[Finding]:
    """Check age, licence and coverage and list outliers, over all countries of the framework."""
    for number, reference in enumerate(facts.framework.tree.references()):
        yield _age(facts, number, reference.id)
        yield _licence(facts, reference)
        yield _coverage(facts, number, reference.id)
        yield from _distribution(facts, number, reference)


def _age(facts: Facts, number: int, name: str) -> Finding:
    """Judge the median age of the figures that count, before the framework's year."""
    matrix = facts.scores.matrix
    years = matrix.years[:, number][matrix.flags[:, number] == Flag.FIGURE]
    if not len(years):
        return unassessed("stale", name, "it has no figure")
    first, last, most = years.min(), years.max(), np.bincount(years).argmax()
    detail = f"figures of {first}" if first == last else f"figures of {first} to {last}, most of {most}"
    median = float(np.median(facts.framework.year - years))
    return judged("stale", name, median, n=len(years), detail=detail)


def _licence(facts: Facts, reference: IndicatorRef) -> Finding:
    """List a licence that is not verified, the denominator's too, or that forbids redistribution."""
    said = []
    for name in filter(None, (reference.id, reference.denominator)):
        source = facts.figures.series[name].source
        if source.redistribute != "yes":
            state = "not verified" if source.redistribute == "unverified" else "no redistribution"
            whose = "" if name == reference.id else f"its denominator {name}: "
            said.append(f"{whose}{state}; {source.publisher}: {source.licence}")
    advice = BY_CHECK["licence"].advice if said else ""
    return Finding("licence", reference.id, "warn" if said else "pass", detail=". ".join(said), advice=advice)


def _coverage(facts: Facts, number: int, name: str) -> Finding:
    matrix = facts.scores.matrix
    present = np.isfinite(facts.scores.stages["denominated"].values[:, number])
    zeros = int((present & (matrix.flags[:, number] != Flag.FIGURE)).sum())
    missing = [code for code, there in zip(matrix.countries, present, strict=True) if not there]
    detail = f"{counted(zeros, 'declared zero')}, {len(missing)} missing{_names(missing)}"
    return judged("coverage", name, float(present.mean()), n=int(present.sum()), detail=detail)


def _distribution(facts: Facts, number: int, reference: IndicatorRef) -> Iterator[Finding]:
    """List skewness, kurtosis, outliers, and what clipping and treatment changed."""
    stages, name = facts.scores.stages, reference.id
    figures, treated = stages["imputed"].values[:, number], stages["treated"].values[:, number]
    n = int(np.isfinite(figures).sum())
    for check, statistic in (("skewness", skewness), ("kurtosis", kurtosis)):
        raw, after = float(statistic(figures)), float(statistic(treated))
        if np.isfinite(raw):
            told = f"{after:.2f}" if np.isfinite(after) else "undefined"
            yield noted(check, name, raw, n=n, detail=f"{told} in what is normalised")
    far = np.abs(robust_z(treated)) > OUTLIER
    yield _counted(facts, "outliers", name, far, n)
    if reference.clipped and reference.goalposts is not None:
        low, high = reference.goalposts
        yield _counted(facts, "clipped", name, (figures < low) | (figures > high), n)
    before = transformed_column(figures, reference, facts.scores.countries)
    changed = np.isfinite(figures) & (treated != before)
    yield _counted(facts, "treated", name, changed, n)


def _counted(facts: Facts, check: str, name: str, here: np.ndarray, n: int) -> Finding:
    codes = [code for code, there in zip(facts.scores.countries, here, strict=True) if there]
    return noted(check, name, float(len(codes)), n=n, detail=_names(codes).removeprefix(": "))


def _names(codes: list[str]) -> str:
    if not codes:
        return ""
    more = f" and {len(codes) - NAMED} more" if len(codes) > NAMED else ""
    return f": {' '.join(codes[:NAMED])}{more}"
