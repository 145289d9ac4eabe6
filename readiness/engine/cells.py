"""The figures in every draw: measurement error, assumed zeros taken as missing, gaps imputed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from readiness.definitions.framework import IndicatorRef, Uncertainty
from readiness.engine import impute
from readiness.engine.compute import columns_of, transformed_column
from readiness.engine.draws import Factors
from readiness.engine.plan import Plan
from readiness.figures.matrix import Flag, Floats, Ints
from readiness.scores import Scores


@dataclass(frozen=True)
class Gap:
    """The cells of one indicator that draws fill: rows (G,), what is expected and how surely."""

    rows: Ints
    first: int  # where its noise begins among all gaps
    expected: Floats
    deviation: Floats
    ends: tuple[float, float]


@dataclass(frozen=True)
class Like:
    """The cells of a result of which only some indicators' figures have changed since."""

    cells: Cells
    changed: frozenset[int]

    def weighs(self, scores: Scores) -> bool:
        """Whether the parts of every node weigh the same as there."""
        one, two = self.cells.scores.weights, scores.weights
        return list(one) == list(two) and all(np.array_equal(one[name], two[name]) for name in one)

    def predicts(self, scores: Scores) -> bool:
        """Whether gaps are filled from the same predictors as there."""
        one, two = self.cells.scores.matrix, scores.matrix
        return one.groups == two.groups and all(
            np.array_equal(one.context[name], values, equal_nan=True) for name, values in two.context.items()
        )


@dataclass(frozen=True)
class Cells:
    """What draws change in the figures, in the unit of each indicator's transform.

    Missing figures are imputed there too, around what others like the country have, and stay
    between the ends observed.
    """

    scores: Scores
    block: Uncertainty
    plan: Plan
    like: Like | None = None

    @cached_property
    def drawn(self) -> frozenset[int]:
        """The indicators whose figures differ between draws."""
        return frozenset({*self.gaps, *self.partial, *self.errors})

    @cached_property
    def denominated(self) -> list[Floats]:
        """Figures after the denominator, gaps left open where draws fill them."""
        stage = "imputed" if self.block.imputation.method == "none" else "denominated"
        return columns_of(self.scores.stages[stage].values)

    @cached_property
    def transformed(self) -> list[Floats]:
        """Figures after the transform and before any clipping that the method does not need."""
        return [self._transformed(k, column) for k, column in enumerate(self.denominated)]

    def _transformed(self, k: int, column: Floats) -> Floats:
        if self.like is not None and k not in self.like.changed:
            return self.like.cells.transformed[k]
        item, codes = self.plan.references[k], self.scores.countries
        return transformed_column(self._positive(column, item), self._unclipped(item), codes)

    def _unclipped(self, reference: IndicatorRef) -> IndicatorRef:
        return reference.model_copy(update={"goalposts": None})

    def _positive(self, x: Floats, reference: IndicatorRef) -> Floats:
        """Keep a logarithm possible where another normalisation takes the place of goalposts."""
        if reference.transform not in ("log", "log1p") or reference.goalposts is None:
            return x
        bound = 0.0 if reference.transform == "log" else -(reference.scale or 1.0)
        return np.where(x <= bound, reference.goalposts[0], x)

    @cached_property
    def partial(self) -> dict[int, Ints]:
        """Rows of the assumed zeros, by indicator, where draws take some as missing."""
        if "missing" not in self.block.partial_zero:
            return {}
        flags = self.scores.matrix.flags
        found = {k: np.flatnonzero(flags[:, k] == Flag.ZERO_PARTIAL) for k in range(flags.shape[1])}
        return {k: rows for k, rows in found.items() if len(rows)}

    @cached_property
    def errors(self) -> dict[int, Floats]:
        """One standard deviation (C,) after the denominator, by indicator, 0 where none is known."""
        matrix = self.scores.matrix
        if matrix.errors is None or not self.block.error:
            return {}
        per = np.array([item.per for item in self.plan.references])
        errors = np.nan_to_num(matrix.errors / matrix.denominators * per)
        return {k: errors[:, k] for k in range(errors.shape[1]) if errors[:, k].any()}

    @cached_property
    def gaps(self) -> dict[int, Gap]:
        """The missing cells that are imputed, by indicator, in the unit of its transform."""
        method, found, first = self.block.imputation, dict[int, Gap](), 0
        if method.method == "none":
            return found
        like = self.like if self.like is not None and self.like.predicts(self.scores) else None
        for k, column in enumerate(self.transformed):
            if like is not None and k not in like.changed:
                same = like.cells.gaps.get(k)
                if same is not None:
                    found[k] = replace(same, first=first)
                    first += len(same.rows)
                continue
            expected, deviation = self._prediction(k, column)
            rows = np.flatnonzero(~np.isfinite(column) & np.isfinite(expected))
            if len(rows):
                present = column[np.isfinite(column)]
                ends = float(present.min()), float(present.max())
                found[k] = Gap(rows, first, expected[rows], deviation[rows], ends)
                first += len(rows)
        return found

    def _prediction(self, k: int, column: Floats) -> tuple[Floats, Floats]:
        method, matrix = self.block.imputation, self.scores.matrix
        observed = column.copy()
        if k in self.partial:  # an assumed zero is no observation to predict others from
            observed[self.partial[k]] = np.nan
        if method.method == "regression":
            predictors = [matrix.context[name] for name in method.on if name in matrix.context]
            if not predictors:
                return np.full(len(column), np.nan), np.full(len(column), np.nan)
            return impute.regression_prediction(observed, np.array(predictors))
        return _group_prediction(observed, matrix.groups.get(method.group or "", ()))

    def whole(self, k: int, rows: Ints) -> bool:
        """Whether an indicator has a value in these rows in every draw."""
        there = np.isfinite(self.transformed[k])
        if k in self.gaps:
            there[self.gaps[k].rows] = True
        return k not in self.partial and bool(there[rows].all())

    def column(self, k: int, factors: Factors) -> Floats:
        """Return one indicator's transformed values in every draw, (R, C)."""
        size = len(factors["weights"])
        base = self.transformed[k].astype(np.float32)
        x = np.repeat(base[None], size, axis=0)
        if k in self.errors:
            x = self._with_errors(k, factors["error"])
        if k in self.gaps:
            gap = self.gaps[k]
            noise = factors["imputation"][:, gap.first : gap.first + len(gap.rows)]
            values = gap.expected + (gap.deviation * noise if noise.size else 0.0)
            x[:, gap.rows] = np.clip(values, *gap.ends)
        if k in self.partial:
            options = np.array([name == "missing" for name in self.block.partial_zero])
            gone = np.flatnonzero(options[factors["partial_zero"]])
            x[np.ix_(gone, self.partial[k])] = np.nan
        return x

    def _with_errors(self, k: int, noise: Floats) -> Floats:
        """Add measurement error in the figure's unit; a transformed one stays between the ends observed."""
        reference, deviation = self._unclipped(self.plan.references[k]), self.errors[k]
        rows = np.flatnonzero(deviation)
        before = [len(np.flatnonzero(e)) for other, e in self.errors.items() if other < k]
        noise = noise[:, sum(before) : sum(before) + len(rows)]
        column = self.denominated[k]
        x = np.repeat(column[None], len(noise), axis=0)
        x[:, rows] += deviation[rows] * noise
        if reference.transform is not None:
            x = np.clip(x, np.nanmin(column), np.nanmax(column))
        x = self._positive(x, self.plan.references[k])
        return transformed_column(x, reference, self.scores.countries).astype(np.float32)


def _group_prediction(x: Floats, labels: Sequence[object]) -> tuple[Floats, Floats]:
    """Return the mean of each country's group and the deviation of a new member from it, (C,) each."""
    expected, deviation = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for label in {item for item in labels if item is not None}:
        members = np.array([item == label for item in labels])
        inside = x[members & np.isfinite(x)]
        if len(inside) > 1:
            expected[members] = inside.mean()
            deviation[members] = inside.std(ddof=1) * np.sqrt(1 + 1 / len(inside))
    return expected, deviation
