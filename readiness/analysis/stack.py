"""The parts of a tree in the draws: what binding layer and leapfrog are told from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readiness.engine.plan import exponent
from readiness.engine.power import power_mean
from readiness.engine.simulate import Simulation
from readiness.figures.matrix import Floats, Ints
from readiness.scores import Scores

DRAWS = 1000


@dataclass(frozen=True)
class StackDraws:
    """The nodes directly below the root in R draws.

    `parts` are their numbers (see `Scores.node_ids`), `rows` the rows of the n ranked countries.
    `scores` is (P, R, n) in single precision, `weights` (R, P) as they are at the root (the
    first country's where every country has its own), and `exponents` (R,) those of its mean. The draws
    are the first so many of those the ranges are made of.
    """

    parts: Ints
    rows: Ints
    scores: Floats
    weights: Floats
    exponents: Floats


def stack_draws(scores: Scores, draws: int = DRAWS) -> StackDraws | None:
    """Return the parts of a tree in the draws; None where nothing is drawn or the root is no mean."""
    block, tree = scores.framework.uncertainty, scores.framework.tree
    power = exponent(tree.aggregation or scores.framework.methods.aggregation)
    if block is None or power is None or tree.indicators or not tree.children or not scores.ranked.any():
        return None
    simulation = Simulation(scores, block)
    parts = simulation.plan.nodes[0].parts
    found, weights, exponents = [], [], []
    for factors in simulation.blocks(draws):
        root = simulation.drawn_plan(factors).nodes[0]
        own = np.full(len(factors["weights"]), power) if root.exponent is None else np.ravel(root.exponent)
        found.append(simulation.node_scores(factors, parts))
        weights.append(np.asarray(root.weights[:, 0], dtype=np.float64))
        exponents.append(own.astype(np.float64))
    return StackDraws(
        np.array(parts, dtype=np.int64), simulation.rows, np.concatenate(found, axis=1),
        np.concatenate(weights), np.concatenate(exponents),
    )  # fmt: skip


def gains(parts: Floats, weights: Floats, powers: Floats, step: float, top: float | None) -> Floats:
    """Return what `step` points more in each part would add to the mean, (..., P).

    Parameters
    ----------
    parts, weights : (..., P)
        NaN where a part is missing: it adds nothing and has NaN.
    powers : (...,)
        Of the power mean.
    top
        The end of the scale, which no part goes beyond.
    """

    def mean(values: Floats) -> Floats:
        columns = [values[..., None, number] for number in range(values.shape[-1])]
        return np.asarray(power_mean(columns, weights[..., None, :], powers[..., None])[..., 0])

    now = mean(parts)
    found = np.full(parts.shape, np.nan)
    for number in range(parts.shape[-1]):
        more = parts.copy()
        more[..., number] = parts[..., number] + step
        if top is not None:
            more[..., number] = np.maximum(parts[..., number], np.minimum(more[..., number], top))
        found[..., number] = np.where(np.isfinite(parts[..., number]), mean(more) - now, np.nan)
    return found
