"""Step 13: which assumption matters most. Sobol indices of the factors of the `uncertainty:` block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from readiness.engine import sobol
from readiness.engine.draws import FACTORS
from readiness.engine.plan import exponent
from readiness.engine.simulate import Simulation
from readiness.engine.sobol import Indices
from readiness.errors import ReadinessError
from readiness.figures.matrix import Flag, Floats, Ints
from readiness.scores import Scores

# As many runs as this many times the draws of the block, and no fewer base draws than that.
COST = 3
LEAST = 100


@dataclass(frozen=True)
class Sensitivity:
    """How much of a result's variance over the draws each factor accounts for.

    Attributes
    ----------
    country
        Whose rank the result is; None for the mean absolute shift of the ranked countries'
        ranks from the headline.
    factors : length d
        Those of the block with something to draw, in the block's order.
    indices
        (d,) each; NaN where the result is the same in every draw.
    mean, deviation
        Of the result, over the two independent samples.
    seed, draws, runs
        `draws` base draws N took `runs` = N (d + 2) runs of the index.
    """

    country: str | None
    factors: tuple[str, ...]
    indices: Indices
    mean: float
    deviation: float
    seed: int
    draws: int
    runs: int

    @property
    def varies(self) -> bool:
        """Whether the result differs from draw to draw."""
        return self.deviation > 0

    @property
    def order(self) -> list[int]:
        """The factors' positions, the largest total index first."""
        return [int(at) for at in np.argsort(-np.nan_to_num(self.indices.total), kind="stable")]

    def apart(self, one: int, other: int) -> bool:
        """Whether the intervals of two factors' total indices do not overlap."""
        low, high = self.indices.total_low, self.indices.total_high
        return bool(low[one] > high[other] or low[other] > high[one])


def sensitivity(
    scores: Scores, country: str | None = None, *, seed: int | None = None, draws: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Sensitivity:  # fmt: skip
    """Estimate first-order and total Sobol indices of the grouped factors.

    All weights are one factor, all missing figures are one, and so on. The result whose
    variance is shared out is the mean over ranked countries of |rank - headline rank|, or one
    country's rank. First order: Saltelli et al. 2010; total: Jansen 1999; see `engine.sobol`.
    OECD/JRC Handbook, step 7; Saisana, Saltelli and Tarantola 2005. Memory does not grow with
    the draws, but for a number a run.

    Parameters
    ----------
    country
        The code of a ranked country; None for the mean shift.
    seed
        The block's own where left out.
    draws
        Base draws; where left out, so many that all takes about three times the runs of the
        block's draws, and at least 100.
    progress
        Called with the number of runs done, now and then.

    Raises
    ------
    ReadinessError
        When the country is not ranked, or a drawn method cannot be carried out.
    ValueError
        When the framework has no `uncertainty:` block.
    """
    block = scores.framework.uncertainty
    if block is None:
        raise ValueError(f"the framework {scores.framework.id!r} has no uncertainty: block")
    run = Simulation(scores, block)
    factors = active(run)
    count = max(LEAST, COST * block.draws // (len(factors) + 2)) if draws is None else draws
    seed = block.seed if seed is None else seed
    results = _results(run, factors, count, seed, _measured(run, country), progress)
    a, b, mixed = results[0], results[1], results[2:]
    both = np.concatenate([a, b])
    return Sensitivity(
        country=country,
        factors=factors,
        indices=sobol.indices(a, b, mixed, seed=seed),
        mean=float(both.mean()),
        deviation=float(np.sqrt(sobol.variance(a, b))),
        seed=seed,
        draws=count,
        runs=count * (len(factors) + 2),
    )


def active(run: Simulation) -> tuple[str, ...]:
    """Return the factors with something to draw: more than one option, a spread, gaps, errors ..."""
    block, shape, plan = run.block, run.shape, run.plan
    root = plan.nodes[0]
    low, high = block.aggregation.power
    varied = {
        "weights": block.weights.spread > 0 and any((node.weights > 0).sum() > 1 for node in plan.nodes),
        "aggregation": low < high and exponent(root.aggregation) is not None and len(root.parts) > 1,
        "normalisation": len({_settings(run, number) for number in range(len(block.normalisation))}) > 1,
        "treatment": len(set(block.treatment)) > 1 and _treated(run),
        "partial_zero": len(set(block.partial_zero)) > 1 and _assumed_zeros(run),
        "leave_out": block.leave_out.indicators > 0 and shape.indicators > 1,
        "error": len(shape.error_rows) > 0,
        "imputation": shape.gaps > 0 and block.imputation.draws,
    }
    return tuple(name for name in FACTORS if varied[name])


def _settings(run: Simulation, number: int) -> tuple[str, ...]:
    """Return what an option of the normalisation comes to, one text an indicator."""
    return tuple(
        item.normalisation.model_dump_json() if item.normalisation else ""
        for item in run.references(number, 0)
    )


def _treated(run: Simulation) -> bool:
    """Whether there is an indicator, under some normalisation, that goalposts do not clip."""
    options = range(len(run.block.normalisation))
    return any(not item.on_goalposts for number in options for item in run.references(number, 0))


def _assumed_zeros(run: Simulation) -> bool:
    return bool((run.scores.matrix.flags == Flag.ZERO_PARTIAL).any())


def _measured(run: Simulation, country: str | None) -> Callable[[Ints], Floats]:
    """Return what makes a draw's result (R,) of its ranks (R, n)."""
    headline = run.scores.ranks[run.rows]
    if country is None:
        if not len(headline):
            return lambda ranks: np.zeros(len(ranks))
        return lambda ranks: np.abs(ranks - headline).mean(axis=-1)
    row = run.scores.position(country)
    if not run.scores.ranked[row]:
        raise ReadinessError(
            f"{run.scores.matrix.names[row]} is not ranked, so there is no rank to explain",
            "Leave the country out for what matters to all ranks",
        )
    place = int(np.flatnonzero(run.rows == row)[0])
    return lambda ranks: ranks[:, place].astype(np.float64)


def _results(
    run: Simulation, factors: tuple[str, ...], count: int, seed: int,
    measured: Callable[[Ints], Floats], progress: Callable[[int], None] | None,
) -> Floats:  # fmt: skip
    """Return the result of every run, (d + 2, N): of A, of B, of A with each factor from B."""
    found = np.empty((len(factors) + 2, count))
    at = done = 0
    for one, other in zip(run.blocks(count, seed=seed), run.blocks(count, seed=seed, sample=1), strict=True):
        size = len(one["weights"])
        designs = [one, other, *({**one, name: other[name]} for name in factors)]
        for row, design in enumerate(designs):
            found[row, at : at + size] = measured(run.ranks(run.index_scores(design)))
            done += size
            if progress is not None:
                progress(done)
        at += size
    return found
