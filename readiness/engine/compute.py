"""The whole method on one page, in the order of the README.

Steps 1 and 2, selection and declared zeros, have made the Matrix. From there a step takes one
indicator's values (..., C) at a time; leading axes are draws, which go through the same
functions as a single run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from readiness.definitions.framework import Framework, IndicatorRef
from readiness.definitions.methods import Propagate
from readiness.engine import coverage, impute, normalise, treat
from readiness.engine.aggregate import NegativeError, aggregate
from readiness.engine.denominate import denominate
from readiness.engine.plan import Plan
from readiness.engine.rank import rank
from readiness.errors import ReadinessError
from readiness.figures.matrix import Flag, Floats, Matrix
from readiness.scores import Robustness, Scores, Stage


def compute(framework: Framework, matrix: Matrix) -> Scores:
    """Score and rank the countries of a matrix by a completed framework.

    Raises
    ------
    ReadinessError
        When a method cannot be carried out on these figures: a logarithm of what is not
        positive, a mean over negative scores, a sample without any difference.
    """
    methods, plan = framework.methods, Plan.of(framework)
    per = np.array([reference.per for reference in plan.references])

    denominated = denominate(matrix.values, matrix.denominators, per)  # 3
    present = np.isfinite(denominated)
    shares = coverage.shares(present, plan)  # 4
    imputed = imputed_columns(columns_of(denominated), framework, plan, matrix)  # 5
    transformed = [
        transformed_column(column, reference, matrix.countries)  # 6 and 7
        for column, reference in zip(imputed, plan.references, strict=True)
    ]
    treated = [
        treated_column(column, reference)  # 8
        for column, reference in zip(transformed, plan.references, strict=True)
    ]
    normalised = [
        normalise.normalise(column, reference, matrix.countries)  # 9
        for column, reference in zip(treated, plan.references, strict=True)
    ]
    nodes, weights = _aggregated(normalised, shares, framework, plan, matrix)  # 10
    ranked = _ranked(nodes, shares, framework)
    ranks = rank(nodes[..., 0], ranked, ties=methods.ranking.ties, decimals=methods.ranking.decimals)  # 11

    known = np.where(present, matrix.flags, Flag.MISSING)
    filled = np.stack(imputed, axis=-1)
    flags = np.where(~present & np.isfinite(filled), Flag.IMPUTED, known)
    years = np.where(present, matrix.years, 0)
    stages = {
        "selected": Stage("selected", matrix.values, matrix.years, matrix.flags),
        "denominated": Stage("denominated", denominated, years, known),
        "imputed": Stage("imputed", filled, years, flags),
        "treated": Stage("treated", np.stack(treated, axis=-1), years, flags),
        "normalised": Stage("normalised", np.stack(normalised, axis=-1), years, flags),
    }
    return Scores(framework, matrix, stages, nodes, shares, ranked, ranks, weights, _robustness)


def _robustness(scores: Scores, **how: Any) -> Robustness:
    from readiness.engine.uncertainty import robustness  # it simulates by the steps above

    return robustness(scores, **how)


def columns_of(values: Floats) -> list[Floats]:
    """Return a table (..., C, K) as K arrays (..., C)."""
    return [np.ascontiguousarray(values[..., number]) for number in range(values.shape[-1])]


def imputed_columns(
    columns: Sequence[Floats], framework: Framework, plan: Plan, matrix: Matrix
) -> list[Floats]:
    """Fill missing figures as the framework says (5), (..., C) each."""
    return impute.impute(
        columns,
        framework.methods.imputation,
        labels=matrix.groups,
        context=matrix.context,
        references=plan.references,
        siblings=plan.siblings,
        carried=None if matrix.carried is None else columns_of(matrix.carried),
    )


def transformed_column(x: Floats, reference: IndicatorRef, countries: Sequence[str]) -> Floats:
    """Clip to the goalposts where they are used (6), then transform (7), (..., C).

    Raises
    ------
    ReadinessError
        When a value has no logarithm; it names the country.
    """
    if reference.clipped and reference.goalposts is not None:
        x = normalise.clip(x, reference.goalposts)
    changed = normalise.transform(x, reference.transform, reference.scale)
    lost = np.isfinite(x) & ~np.isfinite(changed)
    if lost.any():
        country = countries[int(np.argwhere(lost)[0, -1])]
        value = x[tuple(np.argwhere(lost)[0])]
        raise ReadinessError(
            f"{reference.id}: {value:.12g} of {country} has no {reference.transform}",
            "Use goalposts that keep it positive, or log1p with a scale",
        )
    return changed


def treated_column(x: Floats, reference: IndicatorRef) -> Floats:
    """Treat outliers where a sample sets the scale (8), (..., C)."""
    if reference.treatment is None or reference.on_goalposts:
        return x
    return treat.treat(x, reference.treatment)


def _aggregated(
    normalised: Sequence[Floats], shares: Floats, framework: Framework, plan: Plan, matrix: Matrix
) -> tuple[Floats, dict[str, Floats]]:
    propagate = isinstance(framework.methods.missing, Propagate)
    scale = framework.methods.normalisation.range
    try:
        nodes, weights = aggregate(
            normalised,
            plan,
            coverage=shares,
            propagate=propagate,
            weighting=framework.methods.weighting,
            top=1.0 if scale is None else scale[1],
        )
    except NegativeError as error:
        country = matrix.countries[error.position]
        raise ReadinessError(
            f"{error.node}: a score below zero for {country} cannot go into a power mean",
            "Normalise to a range of 0 or more, or use the arithmetic mean",
        ) from error
    used = {node.id: weights.get(number, node.weights) for number, node in enumerate(plan.nodes)}
    return np.stack(nodes, axis=-1), used


def _ranked(nodes: Floats, shares: Floats, framework: Framework) -> np.ndarray:
    """Ranked: enough figures over all indicators, and a score for every child node of the root."""
    children = {child.id for child in framework.tree.children}
    ids = [node.id for node in framework.tree.nodes()]
    needed = [0] + [number for number, name in enumerate(ids) if name in children]
    enough = shares[..., 0] >= framework.methods.coverage.index
    return enough & np.isfinite(nodes[..., needed]).all(axis=-1)
