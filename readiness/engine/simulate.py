"""One index, scored under other assumptions: the draws go through the steps of `compute`.

What no draw changes is done once: an indicator without a gap keeps its one column (C,), and
only those with gaps, declared zeros or errors have one column a draw (R, C).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from readiness.definitions.columns import (
    MinMax,
    NoTreatment,
    PercentileRank,
    RankScore,
    WinsoriseThenLog,
    ZScore,
)
from readiness.definitions.framework import IndicatorRef, Uncertainty
from readiness.definitions.methods import Propagate
from readiness.engine import draws, normalise
from readiness.engine.aggregate import Known, NegativeError, aggregate
from readiness.engine.cells import Cells, Like
from readiness.engine.compute import columns_of, treated_column
from readiness.engine.draws import Factors
from readiness.engine.fold import DrawnTree
from readiness.engine.plan import Plan, exponent
from readiness.engine.rank import whole_rank, whole_ranks
from readiness.errors import ReadinessError
from readiness.figures.matrix import Floats, Ints
from readiness.scores import Scores

# So many draws at once stay in the processor's cache.
_CHUNK, _CELLS = 512, 200_000
_WINSORISE = WinsoriseThenLog(method="winsorise-then-log")
_KINDS: dict[str, type | tuple[type, ...]] = {
    "goalposts": MinMax,
    "sample": MinMax,
    "z-score": ZScore,
    "rank": (RankScore, PercentileRank),
}


@dataclass(frozen=True)
class Simulation:
    """All that stays the same from draw to draw.

    Attributes
    ----------
    scores
        The headline result; its ranked countries, and no others, are ranked in every draw.
    block
        The framework's `uncertainty:`.
    spread
        Mean and standard deviation that z-scores are put on; those of `scores` where left out.
    like
        Cells that are mostly the same, made already.
    """

    scores: Scores
    block: Uncertainty
    spread: tuple[float, float] | None = None
    like: Like | None = None
    cache: dict[tuple[int, ...], Any] = field(default_factory=dict, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process with what it was made of: it makes the rest anew, the same."""
        plain = replace(self.scores, ranges=None, shown=None)
        return type(self), (plain, self.block, self.spread, self.like)

    @cached_property
    def cells(self) -> Cells:
        """What draws change in the figures."""
        return Cells(self.scores, self.block, self.plan, self.like)

    @cached_property
    def rows(self) -> Ints:
        """The rows of the ranked countries."""
        return np.flatnonzero(self.scores.ranked)

    @cached_property
    def plan(self) -> Plan:
        """The plan with the weights of the headline, estimated ones among them."""
        if self.like is not None and self.like.weighs(self.scores):
            return self.like.cells.plan
        plan = Plan.of(self.scores.framework)
        known = {number: self.scores.weights[node.id] for number, node in enumerate(plan.nodes)}
        known = {n: w if w.ndim == 1 else w[self.rows] for n, w in known.items()}
        return plan.weighted(known)

    @cached_property
    def shape(self) -> draws.Shape:
        """How much there is to draw."""
        known = [(row, k) for k, errors in self.cells.errors.items() for row in np.flatnonzero(errors)]
        rows = np.array([row for row, _ in known], dtype=np.int64)
        publishers = self.scores.matrix.publishers
        names = {name: number for number, name in enumerate(dict.fromkeys(publishers))}
        sources = np.array([names[publishers[k]] for _, k in known], dtype=np.int64)
        return draws.Shape(
            countries=len(self.scores.countries),
            parts=len(self.plan.nodes) - 1 + len(self.plan.references),
            indicators=len(self.plan.references),
            gaps=sum(len(gap.rows) for gap in self.cells.gaps.values()),
            error_rows=rows,
            error_sources=sources,
        )

    def blocks(self, count: int, *, seed: int | None = None, sample: int = 0) -> Iterator[Factors]:
        """Yield the factors of so many draws by the block."""
        return draws.blocks(self.block, self.shape, self.block.seed if seed is None else seed, count, sample)

    def nth(self, number: int, count: int, seed: int) -> Factors:
        """Return one of `blocks`, by its number from 0."""
        return draws.nth(self.block, self.shape, seed, count, number)

    def index_scores(self, factors: Factors) -> Floats:
        """Return the index of the ranked countries in every draw, (R, n) in single precision.

        A country whose index cannot be computed in a draw has NaN there.
        """
        return np.asarray(self.node_scores(factors, (0,))[0])

    def node_scores(self, factors: Factors, nodes: Sequence[int]) -> Floats:
        """Return the scores of nodes in every draw, (W, R, n) in single precision, NaN for none.

        Parameters
        ----------
        nodes
            Numbers of the root, 0, or of nodes directly below it: those further down may be
            folded into them.
        """
        places = [self._tree.kept.index(number) for number in nodes]
        size = len(factors["weights"])
        result = np.empty((len(places), size, len(self.rows)), dtype=np.float32)
        for (normalisation, treatment), group in self.alternatives(factors).items():
            for members in np.array_split(group, -(-len(group) // self.chunk)):
                own = {name: array[members] for name, array in factors.items()}
                columns = self.columns(own, normalisation, treatment)
                scored = self.nodes_of(columns, own)
                for number, place in enumerate(places):
                    result[number, members] = scored[place]
        return result

    def ranks(self, scores: Floats) -> np.ndarray:
        """Return the ranks (R, n) of the ranked countries, whole numbers.

        Scores that agree to the digits of single precision share a rank; a country without a
        score stands last.
        """
        return whole_ranks(*self._rankable(scores))

    def rank_of(self, scores: Floats, place: int) -> np.ndarray:
        """Return one column of `ranks`, (R,)."""
        scores, decimals, ties = self._rankable(scores)
        return whole_rank(scores, place, decimals, ties)

    def _rankable(self, scores: Floats) -> tuple[Floats, int, str]:
        """Return scores without gaps, the decimals they are ranked on, and what becomes of ties."""
        ranking = self.scores.framework.methods.ranking
        decimals = self._decimals if ranking.decimals is None else ranking.decimals
        if np.isnan(scores).any():
            lowest = np.nanmin(scores) if np.isfinite(scores).any() else 0.0
            scores = np.where(np.isnan(scores), np.float32(lowest - 10.0 ** (1 - decimals)), scores)
        return scores, decimals, "min" if ranking.ties == "average" else ranking.ties

    @cached_property
    def scale(self) -> tuple[float, float]:
        """The ends of the scores in the draws: the headline's range, or as wide as its scores spread."""
        method = self.scores.framework.methods.normalisation
        if method.range is not None:
            return method.range
        mean, deviation = self.spread_of_scores
        return mean - np.sqrt(3) * deviation, mean + np.sqrt(3) * deviation

    def comparable(self, factors: Factors) -> np.ndarray:
        """Tell which draws (R,) keep the headline's normalisation, so that scores compare with its own."""
        own = [number for number, name in enumerate(self.block.normalisation) if self._is_own(name)]
        return np.isin(factors["normalisation"], own) if own else np.ones(len(factors["weights"]), dtype=bool)

    @property
    def chunk(self) -> int:
        """So many draws at once stay in the processor's cache."""
        return int(np.clip(_CELLS // max(len(self.scores.countries), 1), 1, _CHUNK))

    @cached_property
    def _decimals(self) -> int:
        low, high = self.scale
        return max(0, 5 - int(np.floor(np.log10(max(high - low, 1e-12)))))

    @cached_property
    def spread_of_scores(self) -> tuple[float, float]:
        """Mean and standard deviation that the headline's normalised indicators have on average."""
        if self.spread is not None:
            return self.spread
        with np.errstate(invalid="ignore"):
            columns = [c[np.isfinite(c)] for c in columns_of(self.scores.stages["normalised"].values)]
        columns = [column for column in columns if len(column) > 1]
        if not columns:
            return 0.0, 1.0
        mean = float(np.mean([column.mean() for column in columns]))
        return mean, float(np.mean([column.std(ddof=1) for column in columns])) or 1.0

    def alternatives(self, factors: Factors) -> dict[tuple[int, int], Ints]:
        """Group draws by normalisation and treatment; treatment is nothing where goalposts clip."""
        found: dict[tuple[int, int], Ints] = {}
        for normalisation in range(len(self.block.normalisation)):
            treated = any(not item.on_goalposts for item in self.references(normalisation, 0))
            for treatment in range(len(self.block.treatment)):
                at = factors["normalisation"] == normalisation
                if treated:
                    at = at & (factors["treatment"] == treatment)
                members = np.flatnonzero(at)
                if len(members) and (treated or treatment == 0):
                    found[normalisation, treatment] = members
        return found

    def references(self, normalisation: int, treatment: int) -> list[IndicatorRef]:
        """Return the indicators as one alternative treats and normalises them."""
        key = normalisation, treatment
        if key not in self.cache:
            treated = _WINSORISE if self.block.treatment[treatment] != "none" else NoTreatment()
            name = self.block.normalisation[normalisation]
            self.cache[key] = [
                item.model_copy(
                    update={"treatment": treated, "normalisation": self._normalisation(item, name)}
                )
                for item in self.plan.references
            ]
        found: list[IndicatorRef] = self.cache[key]
        return found

    def _is_own(self, name: str) -> bool:
        method = self.scores.framework.methods.normalisation
        return isinstance(method, _KINDS[name]) and getattr(method, "ends", name) == name

    def _normalisation(self, reference: IndicatorRef, name: str) -> object:
        """Return the alternative's method, on the scale of the headline."""
        if self._is_own(name) or (name == "goalposts" and reference.goalposts is None):
            return reference.normalisation
        if name in ("goalposts", "sample"):
            return MinMax(ends="sample" if name == "sample" else "goalposts", range=self.scale)
        if name == "rank":
            return PercentileRank(method="percentile-rank", range=self.scale)
        mean, deviation = self.spread_of_scores
        return ZScore(method="z-score", mean=mean, sd=deviation)

    def columns(self, factors: Factors, normalisation: int, treatment: int) -> list[Floats]:
        """Return the normalised indicators of the ranked countries: (n,), or (R, n) where draws differ."""
        count = len(self.plan.references)
        return [self.one_column(k, factors, normalisation, treatment) for k in range(count)]

    def one_column(self, k: int, factors: Factors, normalisation: int, treatment: int) -> Floats:
        """Return one of `columns`."""
        reference = self.references(normalisation, treatment)[k]
        if k in self.cells.drawn:
            return self._normalised(self.cells.column(k, factors), reference)
        return self._shared(k, normalisation, treatment, reference)

    def _shared(self, k: int, normalisation: int, treatment: int, reference: IndicatorRef) -> Floats:
        key = k, normalisation, treatment
        if key not in self.cache:
            self.cache[key] = self._normalised(self.cells.transformed[k], reference)
        found: Floats = self.cache[key]
        return found

    def _normalised(self, x: Floats, reference: IndicatorRef) -> Floats:
        """Take transformed values through steps 6, 8 and 9, for the ranked countries, within the scale."""
        if reference.clipped and reference.goalposts is not None:
            posts = normalise.transform(np.array(reference.goalposts), reference.transform, reference.scale)
            x = np.clip(x, *posts.astype(x.dtype))
        x = treated_column(x, reference)
        x = self._on_scale(x, reference).astype(np.float32, copy=False)
        if len(self.rows) < x.shape[-1]:
            x = x[..., self.rows]
        return np.clip(x, *self.scale) if self._bounded(reference) else x

    def _on_scale(self, x: Floats, reference: IndicatorRef) -> Floats:
        """Direct and normalise; where all countries are equal, another method than the headline's has no say.

        There everyone has the same score, the headline's mean: goalposts can place what a
        sample cannot tell apart.
        """
        try:
            return normalise.normalise(x, reference, self.scores.countries)
        except ReadinessError:
            low, high = normalise.sample_ends(x)
            level = low >= high
            if reference.on_goalposts or not level.any():
                raise
        flat = np.where(np.isfinite(x), np.asarray(self.spread_of_scores[0], dtype=x.dtype), np.nan)
        if level.all():
            return flat
        places = np.arange(x.shape[-1], dtype=x.dtype)
        spread = normalise.normalise(np.where(level, places, x), reference, self.scores.countries)
        return np.where(level, flat, spread)

    def _bounded(self, reference: IndicatorRef) -> bool:
        """Whether scores stay within the scale: all but the headline's own unbounded method."""
        method = reference.normalisation
        if isinstance(method, MinMax):
            return method.truncate
        return not (isinstance(method, (ZScore, RankScore)) and self._is_own(method.method))

    def alike(self, other: Simulation) -> bool:
        """Whether another's draws of the same factors have the same weights and the same nodes."""
        one, two = self._tree, other._tree
        weights = zip(one.plan.nodes, two.plan.nodes, strict=True)
        return (
            (one.kept, one.folded) == (two.kept, two.folded)
            and all(np.array_equal(a.weights, b.weights) for a, b in weights)
            and np.array_equal(self.scores.coverage[self.rows], other.scores.coverage[other.rows])
        )

    def drawn_plan(self, factors: Factors) -> Plan:
        """Return the plan with the weights and the root's exponent of every draw."""
        plan = self._tree.drawn(factors["weights"], factors["leave_out"])
        if exponent(plan.nodes[0].aggregation) is None:
            return plan
        root = replace(plan.nodes[0], exponent=self._exponents(factors["aggregation"]))
        return replace(plan, nodes=(root, *plan.nodes[1:]))

    @cached_property
    def _tree(self) -> DrawnTree:
        """The tree, with what of it is one weighted mean in all draws."""
        gaps = {k for k in range(len(self.plan.references)) if not self.cells.whole(k, self.rows)}
        masked = []
        if self.block.imputation.method == "none":
            covered = self.scores.coverage[self.rows]
            masked = [n for n, node in enumerate(self.plan.nodes) if (covered[:, n] < node.coverage).any()]
        return DrawnTree.of(self.plan, gaps, masked)

    def _exponents(self, drawn: Floats) -> Floats | None:
        low, high = self.block.aggregation.power
        if low == high == exponent(self.plan.nodes[0].aggregation):
            return None
        return drawn[:, None].astype(np.float32)

    def nodes_of(
        self, columns: list[Floats], factors: Factors, *, plan: Plan | None = None, known: Known | None = None
    ) -> list[Floats]:
        """Return the scores (R, n) of the nodes that stay in the tree, the root first.

        Parameters
        ----------
        plan
            That of the draws, where it is made already.
        known
            These scores by other columns, see `aggregate`.
        """
        plan = self.drawn_plan(factors) if plan is None else plan
        methods = self.scores.framework.methods
        coverage = None
        if self.block.imputation.method == "none":
            coverage = self.scores.coverage[self.rows][:, list(self._tree.kept)]
        try:
            nodes, _ = aggregate(
                columns, plan, coverage=coverage, propagate=isinstance(methods.missing, Propagate),
                known=known,
            )  # fmt: skip
        except NegativeError as error:
            raise ReadinessError(
                f"{error.node}: a draw has a score below zero, which a power mean cannot take",
                "Write uncertainty: aggregation: {power: [1, 1]}, or normalise to a range of 0 or more",
            ) from error
        return nodes
