"""Draws a second on one core, beside a plain pandas loop, and the memory they take.

Run it as a script: `python tests/benchmarks/bench_draws.py [DRAWS]`. Synthetic indices of 195
countries and 50 indicators, two levels below the root (ten sub-pillars, five pillars), and the
bundled index. A draw is scored and ranked; `all` counts ranks, scores and pairs as well, which
is all that `readiness robustness` does.
"""

# ruff: noqa: E402 - the number of threads is read when numpy is imported

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from readiness.definitions.framework import Framework
from readiness.definitions.indicator import Indicator
from readiness.engine.compute import compute
from readiness.engine.draws import BLOCK, Factors
from readiness.engine.simulate import Simulation
from readiness.engine.uncertainty import robustness
from readiness.figures.matrix import Flag, Matrix
from readiness.index import Index
from readiness.scores import Scores

COUNTRIES, INDICATORS, PILLARS = 195, 50, 5
NAMES = tuple(f"i{number:02d}" for number in range(INDICATORS))
# Weights x normalisation x aggregation, and nothing else.
CHOICES: dict[str, Any] = {
    "weights": {"spread": 0.25},
    "aggregation": {"power": (0, 1)},
    "normalisation": ("goalposts", "z-score", "rank"),
    "treatment": ("none",),
    "partial_zero": ("zero",),
    "leave_out": {"indicators": 0},
    "error": False,
    "imputation": {"method": "none"},
}
EVERYTHING: dict[str, Any] = {
    **CHOICES,
    "treatment": ("none", "winsorise-then-log"),
    "leave_out": {"indicators": 1},
    "imputation": {"method": "regression", "on": ("income",), "draws": True},
}


def synthetic(block: Mapping[str, Any], gaps: float) -> Scores:
    """Score an index of correlated, skewed figures, a share of them missing."""
    rng = np.random.default_rng(20260101)
    level = rng.normal(size=(COUNTRIES, 1))
    values = np.exp(0.5 * (level + rng.normal(size=(COUNTRIES, INDICATORS))))
    values[rng.random(values.shape) < gaps] = np.nan
    years = np.full(values.shape, 2024)
    codes = tuple(f"C{number:03d}" for number in range(COUNTRIES))
    flags = np.where(np.isnan(values), Flag.MISSING, Flag.FIGURE).astype(np.int64)
    matrix = Matrix(
        codes, codes, NAMES, values, years, flags, np.ones(values.shape), years,
        publishers=("A",) * INDICATORS, context={"income": np.exp(level[:, 0] + 9)},
    )  # fmt: skip
    series = {name: _indicator(name, values[:, number]) for number, name in enumerate(NAMES)}
    framework = Framework.model_validate(
        {"id": "synthetic", "name": "Synthetic", "year": 2024, "tree": _tree(), "uncertainty": block,
         "methods": {"coverage": {"node": 0, "index": 0}}}
    )  # fmt: skip
    return compute(framework.completed(series), matrix)


def _indicator(name: str, x: np.ndarray) -> Indicator:
    low, high = np.nanquantile(x, [0.025, 0.975])
    return Indicator.model_validate(
        {"id": name, "name": name, "unit": "u", "direction": "higher", "figures": "-",
         "goalposts": (float(low), float(high)),
         "source": {"publisher": "A", "dataset": "B", "licence": "C"}}
    )  # fmt: skip


def _tree() -> dict[str, Any]:
    each = INDICATORS // (2 * PILLARS)
    return {
        "id": "index",
        "aggregation": {"method": "power", "p": 0.5},
        "children": tuple(
            {
                "id": f"p{pillar}",
                "children": tuple(
                    {"id": f"s{sub}", "indicators": NAMES[each * sub : each * (sub + 1)]}
                    for sub in (2 * pillar, 2 * pillar + 1)
                ),
            }
            for pillar in range(PILLARS)
        ),
    }


def ranked(scores: Scores, draws: int) -> float:
    """Seconds to score and rank so many draws."""
    assert scores.framework.uncertainty is not None
    start = time.process_time()
    run = Simulation(scores, scores.framework.uncertainty)
    for factors in run.blocks(draws):
        run.ranks(run.index_scores(factors))
    return time.process_time() - start


def counted(scores: Scores, draws: int) -> float:
    """Seconds for the ranges, bands and pairs of so many draws."""
    start = time.process_time()
    robustness(scores, draws=draws)
    return time.process_time() - start


def pandas_loop(scores: Scores, run: Simulation, factors: Factors, draws: int) -> np.ndarray:
    """Weights x normalisation x aggregation as one writes it in pandas: ranks (draws, C)."""
    x = pd.DataFrame(scores.matrix.values, index=scores.countries, columns=scores.matrix.indicators)
    posts = pd.DataFrame(
        {r.id: r.goalposts for r in scores.framework.tree.references()}, index=["low", "high"]
    )
    scored = (
        (x.clip(posts.loc["low"], posts.loc["high"], axis=1) - posts.loc["low"])
        / (posts.loc["high"] - posts.loc["low"])
        * 100
    )
    mean, deviation = scored.mean().mean(), scored.std().mean()
    nodes = [node.id for node in scores.framework.tree.nodes()[1:]]
    subs = {r.id: node.id for node in scores.framework.tree.nodes() for r in node.indicators}
    pillars = {child.id: node.id for node in scores.framework.tree.children for child in node.children}
    ranks = []
    for draw in range(draws):
        kind = scores.framework.uncertainty.normalisation[factors["normalisation"][draw]]
        if kind == "goalposts":
            normalised = scored
        elif kind == "z-score":
            normalised = ((x - x.mean()) / x.std() * deviation + mean).clip(0, 100)
        else:
            normalised = (x.rank(method="min") - 1) / (x.notna().sum() - 1) * 100
        weights = pd.Series(factors["weights"][draw], index=[*nodes, *NAMES])
        sub = _weighted(normalised, weights, subs)
        pillar = _weighted(sub, weights, pillars)
        p = float(factors["aggregation"][draw])
        w = weights[pillar.columns] / weights[pillar.columns].sum()
        index = ((pillar**p) * w).sum(axis=1) ** (1 / p)
        ranks.append(index.rank(ascending=False, method="min").to_numpy())
    return np.array(ranks)


def _weighted(values: pd.DataFrame, weights: pd.Series, parents: Mapping[str, str]) -> pd.DataFrame:
    """Weighted means of the columns under each parent, over what is there."""
    own = weights[values.columns]
    total = (values * own).T.groupby(parents, sort=False).sum().T
    there = (values.notna() * own).T.groupby(parents, sort=False).sum().T
    return total / there


def peak(function: Callable[[], object]) -> float:
    """Megabytes allocated at the most while a function runs."""
    tracemalloc.start()
    function()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def main(draws: int = 20_000) -> None:
    """Print the table."""
    with_gaps = replace(Index.load().scores())  # warm: imports and parsing
    cases = {
        "weights x normalisation x aggregation": (synthetic(CHOICES, 0.0), draws),
        "the same, 5% of cells missing": (synthetic(CHOICES, 0.05), draws),
        "treatment and imputation drawn too, 5% missing": (synthetic(EVERYTHING, 0.05), draws // 2),
        "the bundled index, its own block": (with_gaps, draws // 2),
    }
    print(f"195 x 50, one core, blocks of {BLOCK:,}; draws a second\n")
    print(f"{'':48}{'ranked':>10}{'all':>10}")
    speeds = {}
    for name, (scores, count) in cases.items():
        ranked(scores, BLOCK)
        best = min(ranked(scores, count) for _ in range(3))
        speeds[name] = count / best
        print(f"{name:48}{count / best:>10,.0f}{count / counted(scores, count):>10,.0f}", flush=True)
    for name in list(cases)[:2]:
        scores = cases[name][0]
        speed, agree = beside_pandas(scores)
        print(f"\npandas, {name}: {speed:,.1f} a second, {speeds[name] / speed:,.0f} times slower;")
        print(f"{agree:.2%} of its ranks are ours")
    print("\npeak memory of all, MB (allocations traced)")
    for name in list(cases)[1:]:
        small, large = (
            peak(lambda n=n, name=name: robustness(cases[name][0], draws=n)) for n in (2000, 20_000)
        )
        print(f"{name:48}{small:>8,.0f} at 2,000 draws{large:>8,.0f} at 20,000")


def beside_pandas(scores: Scores, draws: int = 100) -> tuple[float, float]:
    """Return the loop's draws a second and the share of its ranks that equal ours."""
    assert scores.framework.uncertainty is not None
    run = Simulation(scores, scores.framework.uncertainty)
    factors = next(iter(run.blocks(draws)))
    ours = run.ranks(run.index_scores(factors))
    start = time.process_time()
    theirs = pandas_loop(scores, run, factors, draws)
    seconds = time.process_time() - start
    assert np.abs(ours - theirs).max() <= 1, "the loop ranks otherwise"
    return draws / seconds, float((ours == theirs).mean())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
