"""The method of the draws as one writes it in pandas: one draw after another, a table at a time.

The random numbers are ours, so that its ranks can be set beside ours; drawing them is not timed.
Treatment and regression call the engine's formulas, one column at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from readiness.definitions.columns import WinsoriseThenLog
from readiness.engine import impute, normalise, treat
from readiness.engine.simulate import Simulation
from readiness.scores import Scores

_TREATMENT = WinsoriseThenLog(method="winsorise-then-log")


class Loop:
    """The draws of a result's own `uncertainty:` block.

    With `once` what no draw changes is taken out of the loop: what gaps are expected to be.
    """

    def __init__(self, scores: Scores, *, once: bool = False) -> None:
        block = scores.framework.uncertainty
        assert block is not None and block.imputation.method == "regression"
        self.scores, self.block, self.ours = scores, block, Simulation(scores, block)
        cells = self.ours.cells
        self.references = {item.id: item for item in self.ours.plan.references}
        self.names = list(self.references)
        self.figures = self._table(scores.stages["denominated"].values)
        self.partial = self._table(np.zeros(self.figures.shape, dtype=bool))
        for k, rows in cells.partial.items():
            self.partial.iloc[rows, k] = True
        self.deviations = self._table(np.zeros(self.figures.shape))
        for k, errors in cells.errors.items():
            self.deviations.iloc[:, k] = errors
        self.incomes = np.array([scores.matrix.context[name] for name in block.imputation.on])
        self.higher = pd.Series({name: item.direction == "higher" for name, item in self.references.items()})
        posts = {
            name: normalise.transform(np.array(item.goalposts), item.transform, item.scale)
            for name, item in self.references.items()
        }
        self.posts = pd.DataFrame(posts, index=["low", "high"])
        self.expected = self._expected() if once else None

    def _table(self, values: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(values, index=self.scores.countries, columns=self.names)

    def run(self, draws: int) -> np.ndarray:
        """Return the ranks (R, n) of the ranked countries in so many draws."""
        return self.ranks(self.factors(draws))

    def factors(self, draws: int) -> Mapping[str, np.ndarray]:
        """Return what is drawn, in one block."""
        return next(iter(self.ours.blocks(draws)))

    def ranks(self, factors: Mapping[str, np.ndarray]) -> np.ndarray:
        """Rank in every draw."""
        found = [
            self._ranked({name: array[draw] for name, array in factors.items()})
            for draw in range(len(factors["weights"]))
        ]
        return np.array(found)

    def agreement(self, draws: int) -> float:
        """Return the share of ranks that equal ours."""
        factors = self.factors(draws)
        ours = self.ours.ranks(self.ours.index_scores(factors))
        return float((self.ranks(factors) == ours).mean())

    def _ranked(self, draw: Mapping[str, Any]) -> np.ndarray:
        x = self._transformed(self._with_errors(draw["error"]))
        x = self._imputed(x, draw["imputation"])
        if self.block.partial_zero[draw["partial_zero"]] == "missing":
            x = x.mask(self.partial)
        kind = self.block.normalisation[draw["normalisation"]]
        if kind != "goalposts" and self.block.treatment[draw["treatment"]] != "none":
            x = x.apply(lambda column: treat.treat(column.to_numpy(), _TREATMENT), raw=False)
        index = self._index(self._normalised(x, kind), draw)
        return index[self.scores.ranked].rank(ascending=False, method="min").to_numpy()

    def _with_errors(self, noise: np.ndarray) -> pd.DataFrame:
        """Add an error to every figure whose precision is known."""
        errors = self.deviations.T.to_numpy(copy=True)  # our noise goes indicator by indicator
        there = errors != 0
        errors[there] *= noise
        return self.figures + self._table(errors.T)

    def _transformed(self, x: pd.DataFrame) -> pd.DataFrame:
        """Take logarithms where the indicator is on one, within what was observed."""
        x = x.copy()
        for name, item in self.references.items():
            if item.transform is None:
                continue
            own = x[name].clip(self.figures[name].min(), self.figures[name].max())
            if item.transform in ("log", "log1p") and item.goalposts is not None:
                bound = 0.0 if item.transform == "log" else -(item.scale or 1.0)
                own = own.mask(own <= bound, item.goalposts[0])
            x[name] = normalise.transform(own.to_numpy(), item.transform, item.scale)
        return x

    def _expected(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Return what income lets expect of every figure, how surely, and what was observed."""
        observed = self._transformed(self.figures)
        expected, deviations = {}, {}
        for name, column in observed.mask(self.partial).items():
            expected[name], deviations[name] = impute.regression_prediction(column.to_numpy(), self.incomes)
        index = list(self.scores.countries)
        return pd.DataFrame(expected, index=index), pd.DataFrame(deviations, index=index), observed

    def _imputed(self, x: pd.DataFrame, noise: np.ndarray) -> pd.DataFrame:
        """Fill the gaps by a regression on income, with noise, within what was observed."""
        expected, deviations, observed = self.expected or self._expected()
        gaps = (observed.isna() & expected.notna()).T.to_numpy()
        drawn = np.zeros(gaps.shape)
        drawn[gaps] = noise
        filled = (expected + deviations * self._table(drawn.T)).clip(observed.min(), observed.max(), axis=1)
        return x.where(observed.notna(), filled)

    def _normalised(self, x: pd.DataFrame, kind: str) -> pd.DataFrame:
        low, high = self.ours.scale
        mean, deviation = self.ours.spread_of_scores
        if kind == "goalposts":
            width = self.posts.loc["high"] - self.posts.loc["low"]
            share = (
                x.clip(self.posts.loc["low"], self.posts.loc["high"], axis=1) - self.posts.loc["low"]
            ) / width
            return low + share.where(self.higher, 1 - share, axis=1) * (high - low)
        directed = x.where(self.higher, -x, axis=1)
        if kind == "z-score":
            z = (directed - directed.mean()) / directed.std()
            return (z * deviation + mean).clip(low, high)
        places = (directed.rank(method="min") - 1) / (directed.notna().sum() - 1)
        return low + places * (high - low)

    def _index(self, scored: pd.DataFrame, draw: Mapping[str, Any]) -> pd.Series:
        """Aggregate up the tree with the drawn weights, over what is there."""
        nodes = self.ours.plan.nodes
        known: dict[int, pd.Series] = {
            len(nodes) + k: scored[name] for k, name in enumerate(self.names) if k not in draw["leave_out"]
        }
        for number in range(len(nodes) - 1, -1, -1):
            node = nodes[number]
            own = [part for part in node.parts if part in known]
            if not own:
                continue
            parts = pd.concat([known[part] for part in own], axis=1, keys=own)
            base = dict(zip(node.parts, node.weights, strict=True))
            weights = pd.Series({part: base[part] * draw["weights"][part - 1] for part in own})
            p = 1.0 if number else float(draw["aggregation"])
            total = (parts.notna() * weights).sum(axis=1)
            mean = (parts**p * weights).sum(axis=1, min_count=1) / total
            known[number] = mean ** (1 / p)
        return known[0]
