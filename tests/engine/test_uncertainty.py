"""The draws behind a rank's range: against single runs, by hand, and what always holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from readiness.definitions.framework import Framework
from readiness.definitions.indicator import Indicator
from readiness.engine import draws as drawing
from readiness.engine.aggregate import aggregate
from readiness.engine.compute import columns_of, compute
from readiness.engine.pieces import count_pairs
from readiness.engine.plan import Plan
from readiness.engine.simulate import Simulation
from readiness.engine.uncertainty import _bands, quantile, robustness
from readiness.errors import DefinitionError, ReadinessError
from readiness.figures.matrix import Flag, Matrix
from readiness.index import Index
from readiness.scores import Robustness, Scores

SOURCE = {"publisher": "A", "dataset": "B", "licence": "C"}
TREE = {
    "id": "index",
    "aggregation": {"method": "power", "p": 0.5},
    "children": (
        {
            "id": "energy",
            "children": ({"id": "supply", "indicators": ("a", "b")}, {"id": "clean", "indicators": ("c",)}),
        },
        {"id": "skills", "indicators": ("d", "e", {"id": "f", "weight": 2.0})},
    ),
}
NAMES = ("a", "b", "c", "d", "e", "f")
# Nothing at all is varied; a test says what is.
STILL: dict[str, Any] = {
    "draws": 50,
    "weights": {"spread": 0},
    "aggregation": {"power": (0.5, 0.5)},
    "normalisation": ("goalposts",),
    "treatment": ("none",),
    "partial_zero": ("zero",),
    "leave_out": {"indicators": 0},
    "error": False,
    "imputation": {"method": "none"},
}


def made(
    values: Any, block: Mapping[str, Any], *, tree: Mapping[str, Any] = TREE, names: Sequence[str] = NAMES,
    methods: Mapping[str, Any] | None = None, keys: Mapping[str, Mapping[str, Any]] | None = None,
    partial: Any = None, errors: Any = None, publishers: Sequence[str] = (), context: Any = None,
    groups: Mapping[str, tuple[Any, ...]] | None = None,
) -> Scores:  # fmt: skip
    """Score a table (C, K) whose goalposts are 0 and 10; `partial` marks assumed zeros."""
    values = np.array(values, dtype=float)
    flags = np.where(np.isnan(values), Flag.MISSING, Flag.FIGURE)
    if partial is not None:
        flags[np.array(partial)] = Flag.ZERO_PARTIAL
        values[np.array(partial)] = 0.0
    codes = tuple(f"P{number:05d}" for number in range(len(values)))
    years, ones = np.full(values.shape, 2023), np.ones(values.shape)
    matrix = Matrix(
        codes, codes, tuple(names), values, years, flags.astype(np.int64), ones, years,
        groups=groups or {}, errors=None if errors is None else np.array(errors, dtype=float),
        publishers=tuple(publishers or ["A"] * len(names)), context=context or {},
    )  # fmt: skip
    series = {
        name: Indicator.model_validate(
            {"id": name, "name": name, "unit": "u", "direction": "higher", "source": SOURCE, "figures": "-",
             "goalposts": (0, 10), **(keys or {}).get(name, {})}
        )
        for name in names
    }  # fmt: skip
    framework = Framework.model_validate(
        {"id": "f", "name": "F", "year": 2024, "tree": tree, "uncertainty": {**STILL, **block},
         "methods": {"coverage": {"node": 0, "index": 0}, **(methods or {})}}
    )  # fmt: skip
    return compute(framework.completed(series), matrix)


def uniform(countries: int, seed: int = 1, names: Sequence[str] = NAMES) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.5, 9.5, (countries, len(names)))


def simulation(scores: Scores) -> Simulation:
    assert scores.framework.uncertainty is not None
    return Simulation(scores, scores.framework.uncertainty)


def same_as_headline(scores: Scores, found: Robustness) -> None:
    for ends in (found.rank_low, found.rank_median, found.rank_high):
        np.testing.assert_array_equal(ends, scores.ranks)


# Nothing to draw


@settings(max_examples=25)
@given(st.integers(1, 30), st.integers(0, 10_000), st.booleans())
def test_nothing_varied_is_the_headline(countries, seed, gaps):
    values = uniform(countries, seed)
    if gaps:
        values[np.random.default_rng(seed).random(values.shape) < 0.1] = np.nan
        values[:, (2, 3)] = 5.0 + values[:, (2, 3)] * 0 if np.isnan(values).all() else values[:, (2, 3)]
    scores = made(values, {})
    index = np.sort(scores.nodes[scores.ranked, 0])
    assume(not len(index) or np.diff(index).min(initial=1) > 0.01)  # in draws nearer ones are level
    found = robustness(scores)
    same_as_headline(scores, found)
    assert found.convergence == found.convergence_mean == 0
    np.testing.assert_array_equal(np.isfinite(found.band), scores.ranked)


def test_scores_are_the_headline_to_a_bin():
    scores = made(uniform(20), {})
    found = robustness(scores)
    for ends in (found.score_low, found.score_median, found.score_high):
        np.testing.assert_allclose(ends, scores.nodes[:, 0], atol=100 / 20_000 + 1e-4)


@pytest.mark.parametrize(
    "options", [{"error": True}, {"imputation": {"method": "regression"}},
                {"partial_zero": ("zero", "missing")}, {"treatment": ("none", "winsorise-then-log")}]
)  # fmt: skip
def test_a_factor_with_nothing_to_draw_changes_nothing(options):
    """No errors, no gaps, no assumed zeros; goalposts clip, so that there is nothing to treat."""
    scores = made(uniform(15), options)
    same_as_headline(scores, robustness(scores))


def test_equal_weights_and_exponent_of_one_option():
    scores = made(uniform(15), {"normalisation": ("goalposts", "goalposts")})
    same_as_headline(scores, robustness(scores))


# One draw is a single run


def factors(scores: Scores, **drawn: Any) -> dict[str, np.ndarray]:
    """Return the factors of one draw, the headline's where not said."""
    shape = simulation(scores).shape
    plain = {
        "weights": np.ones((1, shape.parts)),
        "aggregation": np.array([0.5]),
        "normalisation": np.array([0]),
        "treatment": np.array([0]),
        "partial_zero": np.array([0]),
        "leave_out": np.empty((1, 0), dtype=np.int64),
        "error": np.zeros((1, len(shape.error_rows))),
        "imputation": np.zeros((1, shape.gaps)),
    }
    return plain | {name: np.asarray(value) for name, value in drawn.items()}


def edited(
    scores: Scores, weights: np.ndarray, power: float, left_out: str | None = None,
    normalisation: Mapping[str, Any] | None = None, treatment: str | None = None,
) -> Framework:  # fmt: skip
    """Write a draw into the framework: the multipliers are of nodes below the root, then indicators."""
    framework = scores.framework
    ids = [
        *(node.id for node in framework.tree.nodes()[1:]),
        *(item.id for item in framework.tree.references()),
    ]
    times = dict(zip(ids, weights, strict=True))

    def of(part: Any) -> Any:
        weight = part.weight * times.get(part.id, 1.0) * (part.id != left_out)
        update: dict[str, Any] = {"weight": weight}
        if not hasattr(part, "parts"):
            if normalisation:
                own = type(framework.methods).model_validate({"normalisation": normalisation}).normalisation
                update["normalisation"] = own
            if treatment:
                own = type(framework.methods).model_validate({"treatment": {"method": treatment}}).treatment
                update["treatment"] = own
            return part.model_copy(update=update)
        update["children"] = tuple(map(of, part.children))
        update["indicators"] = tuple(map(of, part.indicators))
        return part.model_copy(update=update)

    tree = of(framework.tree)
    root = tree.aggregation.model_copy(update={"p": power})
    return framework.model_copy(update={"tree": tree.model_copy(update={"aggregation": root})})


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(-1, 2), st.sampled_from([None, "a", "d", "f"]))
def test_a_draw_of_weights_exponent_and_left_out_is_a_single_run(seed, power, left_out):
    power = power if abs(power) > 0.02 else 0.02  # nearer to 0 the next test
    scores = made(uniform(20, seed), {"aggregation": {"power": (-1, 2)}})
    weights = np.random.default_rng(seed).uniform(0.5, 1.5, 10)
    gone = np.empty((1, 0), dtype=int) if left_out is None else [[NAMES.index(left_out)]]
    drawn = factors(scores, weights=weights[None], aggregation=[power], leave_out=gone)
    single = compute(edited(scores, weights, power, left_out), scores.matrix)
    run = simulation(scores)
    ours = run.index_scores(drawn)
    np.testing.assert_allclose(ours[0], single.nodes[:, 0], atol=1e-3)
    np.testing.assert_allclose(run.ranks(ours)[0], single.ranks, atol=1)


@pytest.mark.parametrize("power", [-0.01, -1e-3, 0.0, 1e-9, 1e-3, 2e-3, 0.01])
def test_an_exponent_near_zero_is_the_geometric_mean(power):
    """Single precision loses digits there: up to half a hundredth of a point on the scale of 100."""
    scores = made(uniform(20), {"aggregation": {"power": (-1, 1)}})
    single = compute(edited(scores, np.ones(10), power), scores.matrix)
    ours = simulation(scores).index_scores(factors(scores, aggregation=[power]))
    np.testing.assert_allclose(ours[0], single.nodes[:, 0], atol=1e-2)


@pytest.mark.parametrize("treatment", ["none", "winsorise-then-log"])
@pytest.mark.parametrize(
    ("number", "method"),
    [(0, {"method": "min-max", "ends": "goalposts", "range": (0, 100)}),
     (1, {"method": "min-max", "ends": "sample", "range": (0, 100)}),
     (2, {"method": "percentile-rank", "range": (0, 100)}),
     (3, None)],
)  # fmt: skip
@pytest.mark.parametrize("gaps", [False, True])
def test_a_draw_of_normalisation_and_treatment_is_a_single_run(number, method, treatment, gaps):
    values = uniform(30)
    values[4, 1], values[7, 3] = 300.0, 900.0  # to be treated; beyond the goalposts
    if gaps:
        values[[2, 9, 9, 20], [0, 3, 4, 5]] = np.nan
    scores = made(values, {"normalisation": ("goalposts", "sample", "rank", "z-score"),
                           "treatment": ("none", "winsorise-then-log")})  # fmt: skip
    run = simulation(scores)
    columns = [c[np.isfinite(c)] for c in scores.stages["normalised"].values.T]
    mean, sd = np.mean([c.mean() for c in columns]), np.mean([c.std(ddof=1) for c in columns])
    if method is None:
        method = {"method": "z-score", "mean": float(mean), "sd": float(sd)}
    ours = run.index_scores(factors(scores, normalisation=[number], treatment=[int(treatment != "none")]))
    single = compute(edited(scores, np.ones(10), 0.5, normalisation=method, treatment=treatment)
                     if method["method"] != "z-score" else
                     _arithmetic(edited(scores, np.ones(10), 0.5, normalisation=method, treatment=treatment)),
                     scores.matrix)  # fmt: skip
    # Drawn scores stay on the headline's scale; a single run of a z-score does not.
    clipped = np.clip(single.stages["normalised"].values, 0, 100)
    expected, _ = aggregate(columns_of(clipped), Plan.of(scores.framework))
    np.testing.assert_allclose(ours[0], expected[0], atol=1e-3)


def _arithmetic(framework: Framework) -> Framework:
    """A power mean would refuse the negative z-scores before they are clipped."""
    root = type(framework.methods).model_validate({"aggregation": {"method": "arithmetic"}}).aggregation
    return framework.model_copy(update={"tree": framework.tree.model_copy(update={"aggregation": root})})


def test_leaving_out_the_only_indicator_leaves_its_node_out():
    scores = made(uniform(20), {})
    ours = simulation(scores).index_scores(factors(scores, leave_out=[[NAMES.index("c")]]))
    x = np.clip(scores.stages["normalised"].values, 0, 100)
    energy = x[:, :2].mean(axis=1)  # supply alone
    skills = (x[:, 3] + x[:, 4] + 2 * x[:, 5]) / 4
    np.testing.assert_allclose(ours[0], ((np.sqrt(energy) + np.sqrt(skills)) / 2) ** 2, atol=1e-3)


def test_the_only_indicator_of_an_index_is_never_left_out():
    tree = {"id": "index", "indicators": ("a",)}
    scores = made([[1], [5], [3]], {"leave_out": {"indicators": 2}}, tree=tree, names=("a",))
    same_as_headline(scores, robustness(scores))


def test_assumed_zeros_are_zero_or_missing():
    values = uniform(12)
    partial = np.zeros(values.shape, dtype=bool)
    partial[[1, 4, 5], [3, 0, 3]] = True
    scores = made(values, {"partial_zero": ("zero", "missing")}, partial=partial)
    run = simulation(scores)
    np.testing.assert_allclose(run.index_scores(factors(scores))[0], scores.nodes[:, 0], atol=1e-3)
    gone = np.where(partial, np.nan, values)
    single = made(gone, {})
    missing = run.index_scores(factors(scores, partial_zero=[1]))[0]
    np.testing.assert_allclose(missing, single.nodes[:, 0], atol=1e-3)
    assert (missing[[1, 4, 5]] > scores.nodes[[1, 4, 5], 0]).all()


def test_regression_fills_a_gap_with_the_line_through_the_others():
    size = np.exp(np.random.default_rng(4).uniform(0, 3, 12))
    values = uniform(12)
    values[:, 3] = 2 + 1.5 * np.log(size) + np.random.default_rng(5).normal(0, 0.2, 12)
    values[6, 3] = np.nan
    scores = made(values, {"imputation": {"method": "regression", "on": ("size",), "draws": False}},
                  context={"size": size})  # fmt: skip
    kept = np.arange(12) != 6
    slope, constant = np.polyfit(np.log(size[kept]), values[kept, 3], 1)
    filled = values.copy()
    filled[6, 3] = np.clip(
        constant + slope * np.log(size[6]), np.nanmin(values[:, 3]), np.nanmax(values[:, 3])
    )
    single = made(filled, {})
    np.testing.assert_allclose(
        simulation(scores).index_scores(factors(scores))[0], single.nodes[:, 0], atol=1e-3
    )


def test_group_mean_fills_a_gap_with_the_mean_of_the_others():
    values = uniform(8)
    values[2, 4] = np.nan
    labels = ("x", "y", "x", "y", "x", "y", "x", None)
    scores = made(values, {"imputation": {"method": "group-mean", "group": "g", "draws": False}},
                  groups={"g": labels})  # fmt: skip
    filled = values.copy()
    filled[2, 4] = values[[0, 4, 6], 4].mean()
    np.testing.assert_allclose(
        simulation(scores).index_scores(factors(scores))[0], made(filled, {}).nodes[:, 0], atol=1e-3
    )


def test_an_error_is_added_in_the_unit_of_the_figure():
    values, errors = uniform(10), np.zeros((10, 6))
    errors[3, 1], errors[5, 4] = 0.5, 2.0
    scores = made(values, {"error": True}, errors=errors)
    run = simulation(scores)
    moved = values.copy()
    moved[3, 1] += 0.5 * 1.2
    moved[5, 4] += 2.0 * -0.7
    np.testing.assert_allclose(
        run.index_scores(factors(scores, error=[[1.2, -0.7]]))[0], made(moved, {}).nodes[:, 0], atol=1e-3
    )


# What widens a range


def width(found: Robustness) -> np.ndarray:
    return np.asarray(found.rank_high - found.rank_low)


def test_gaps_widen_the_range_of_the_country_that_has_them():
    rng = np.random.default_rng(2)
    values = np.linspace(1, 9, 25)[:, None] + rng.normal(0, 1.5, (25, 6))
    size = np.exp(values.mean(axis=1) / 3)
    block = {"draws": 500, "imputation": {"method": "regression", "on": ("size",)}}
    assert not width(robustness(made(values, block, context={"size": size}))).any()
    values[12, [0, 3]] = np.nan
    wide = width(robustness(made(values, block, context={"size": size})))
    assert wide[12] == wide.max() > 0


def test_errors_widen_the_range_of_the_country_that_has_them():
    values = np.linspace(1, 9, 25)[:, None] + np.zeros((25, 6))
    errors = np.zeros((25, 6))
    errors[12] = 2.0
    wide = width(robustness(made(values, {"draws": 500, "error": True}, errors=errors)))
    assert wide[12] == wide.max() > 2


def test_assumed_zeros_widen_the_range():
    values, partial = uniform(25), np.zeros((25, 6), dtype=bool)
    partial[12, [3, 4]] = True
    wide = width(robustness(made(values, {"partial_zero": ("zero", "missing")}, partial=partial)))
    assert wide[12] == wide.max() > 0


def test_a_wider_spread_of_weights_gives_wider_ranges():
    widths = [
        width(robustness(made(uniform(40), {"draws": 2000, "weights": {"spread": spread}}))).mean()
        for spread in (0.05, 0.25, 0.75)
    ]
    assert widths[0] < widths[1] < widths[2]


def test_errors_of_one_source_and_country_are_correlated_by_a_half():
    rows = np.array([0, 1, 0, 0])
    shape = drawing.Shape(9, 9, 6, 0, rows, np.array([0, 0, 0, 1]))
    errors = drawing._errors(np.random.default_rng(1), shape, True)
    expected = np.eye(4)
    expected[0, 2] = expected[2, 0] = 0.5  # the same country and source; the others share only one
    np.testing.assert_allclose(np.corrcoef(errors.T), expected, atol=0.08)
    np.testing.assert_allclose(errors.std(axis=0), 1, atol=0.06)


# The streams


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    scores = made(uniform(30), {"weights": {"spread": 0.25}, "leave_out": {"indicators": 1}, "draws": 300})
    one, two = robustness(scores, seed=7), robustness(scores, seed=7)
    assert one.counts.tobytes() == two.counts.tobytes()
    assert one.above is not None and two.above is not None and one.above.tobytes() == two.above.tobytes()
    other = robustness(scores, seed=8)
    assert other.counts.tobytes() != one.counts.tobytes()


def test_more_draws_begin_with_the_same(bundled):
    run = simulation(bundled.scores())
    few, many = list(run.blocks(2500)), list(run.blocks(5000))
    assert [len(block["weights"]) for block in many] == [2000, 2000, 1000]
    for name in drawing.FACTORS:
        one = np.concatenate([block[name] for block in few])
        np.testing.assert_array_equal(one, np.concatenate([block[name] for block in many])[:2500], name)


def test_samples_and_factors_are_independent(bundled):
    run = simulation(bundled.scores())
    one, two = (next(iter(run.blocks(2000, sample=sample))) for sample in (0, 1))
    for name in ("weights", "imputation"):
        both = np.stack([one[name][:, 0], one[name][:, 1], two[name][:, 0]])
        assert np.abs(np.corrcoef(both) - np.eye(3)).max() < 0.1


def test_weights_are_uniform_about_the_headline(bundled):
    run = simulation(bundled.scores())
    drawn = next(iter(run.blocks(2000)))
    assert drawn["weights"].min() >= 0.75 and drawn["weights"].max() <= 1.25
    np.testing.assert_allclose(drawn["weights"].mean(), 1, atol=2e-3)
    np.testing.assert_allclose(drawn["weights"].std(), 0.5 / np.sqrt(12), atol=2e-3)
    assert set(np.unique(drawn["normalisation"])) == {0, 1, 2}
    assert drawn["aggregation"].min() >= 0 and drawn["aggregation"].max() <= 1
    assert set(np.unique(drawn["leave_out"])) == set(range(run.shape.indicators))


@settings(max_examples=20)
@given(st.integers(1, 8), st.integers(0, 10))
def test_no_indicator_is_left_out_twice(indicators, count):
    gone = drawing._left_out(np.random.default_rng(0), 100, indicators, count)
    assert gone.shape[1] == min(count, indicators - 1)
    assert all(len(set(row)) == len(row) for row in gone[:50])


def test_the_size_of_a_block_changes_nothing(bundled, monkeypatch):
    """The same draws, scored in other portions: only the last digits of single precision move."""
    run = simulation(bundled.scores())
    drawn = next(iter(run.blocks(300)))
    whole = run.index_scores(drawn)
    parts = [
        run.index_scores({name: x[at : at + 70] for name, x in drawn.items()}) for at in range(0, 300, 70)
    ]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=5e-3)


def test_another_seed_moves_the_ranges_of_the_bundled_index_by_a_place_or_two(bundled):
    scores = bundled.scores()
    one, other = robustness(scores, draws=4000), robustness(scores, seed=5, draws=4000)
    for name in ("rank_low", "rank_median", "rank_high"):
        assert np.nanmax(np.abs(getattr(one, name) - getattr(other, name))) <= 2
    assert one.convergence <= 3 and 0 < one.convergence_mean < 1


def test_progress_is_told():
    told: list[int] = []
    robustness(made(uniform(5), {"draws": 4500}), progress=told.append)
    assert told == [2000, 4000, 4500]


# The summary


@settings(max_examples=60)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=300), st.sampled_from([0.05, 0.25, 0.5, 0.95]))
def test_quantiles_are_those_of_numpy(sample, share):
    counts = np.bincount(sample, minlength=41)[None]
    assert quantile(counts, share)[0] == np.quantile(sample, share, method="inverted_cdf")


def test_the_quantile_of_nothing_is_missing():
    assert np.isnan(quantile(np.zeros((1, 5), dtype=np.int64), 0.5)[0])


@settings(max_examples=20)
@given(st.integers(1, 12), st.integers(1, 600), st.integers(0, 1000))
def test_summary_of_drawn_ranks(countries, count, seed):
    """Counts, quantiles, P(A above B) and P(top k) against the draws themselves."""
    block = {"weights": {"spread": 0.5}, "leave_out": {"indicators": 1}, "draws": count, "seed": seed}
    scores = made(uniform(countries, seed), block)
    run = simulation(scores)
    ranks = np.concatenate([run.ranks(run.index_scores(drawn)) for drawn in run.blocks(count)])
    found = robustness(scores)
    assert found.draws == count and found.seed == seed
    np.testing.assert_array_equal(found.counts.sum(axis=1), count)
    for name, share in (("rank_low", 0.05), ("rank_median", 0.5), ("rank_high", 0.95)):
        ours = getattr(found, name)
        np.testing.assert_array_equal(ours, np.quantile(ranks, share, axis=0, method="inverted_cdf"))
    better = (ranks[:, :, None] < ranks[:, None, :]).mean(axis=0)
    same = (ranks[:, :, None] == ranks[:, None, :]).mean(axis=0)
    assert found.above is not None
    np.testing.assert_allclose(found.above, better + same / 2, atol=1e-12)
    np.testing.assert_allclose(found.above + found.above.T, 1, atol=1e-12)
    for first in (1, 3, 100):
        np.testing.assert_allclose(found.top(first), (ranks <= first).mean(axis=0), atol=1e-12)


@pytest.mark.parametrize("countries", [3, 255, 256, 400])
def test_pairs_are_counted_whatever_their_number(countries):
    rng = np.random.default_rng(countries)
    ranks = np.argsort(np.argsort(rng.random((520, countries)), axis=1), axis=1) + 1
    above = np.zeros((countries, countries), dtype=np.int64)
    count_pairs(ranks, above)
    one, other = 0, countries - 1
    assert above[one, other] == (ranks[:, one] < ranks[:, other]).sum()
    np.testing.assert_array_equal(above + above.T, 520 * (1 - np.eye(countries, dtype=int)))


def test_bands_by_hand():
    """P(first of the band above): 0.9 and 0.94 stay, 0.95 opens the next."""
    above = np.full((5, 5), 0.5)
    above[0, 1:] = 0.90, 0.94, 0.95, 0.99
    above[3, 4] = 0.949
    median, ranks = np.array([1.0, 2, 3, 4, 5]), np.array([1.0, 2, 3, 4, 5])
    np.testing.assert_array_equal(_bands(median, ranks, above), [1, 1, 1, 2, 2])
    # In order of median rank, then of rank: the last is first here.
    flipped = above[::-1, ::-1]
    np.testing.assert_array_equal(_bands(median[::-1], ranks[::-1], flipped), [2, 2, 1, 1, 1])
    np.testing.assert_array_equal(_bands(np.ones(5), ranks[::-1], flipped), [2, 2, 1, 1, 1])
    assert np.isnan(_bands(median, ranks, None)).all()


def test_three_countries_by_hand():
    """One is best in every draw; the other two are best in one pillar each."""
    tree = {"id": "index", "indicators": ("a", "b")}
    block = {"weights": {"spread": 0.5}, "draws": 4000, "aggregation": {"power": (1, 1)}}
    scores = made([[9, 9], [8, 2], [2, 8]], block, tree=tree, names=("a", "b"))
    found = robustness(scores)
    np.testing.assert_array_equal(found.rank_low, [1, 2, 2])
    np.testing.assert_array_equal(found.rank_high, [1, 3, 3])
    np.testing.assert_array_equal(found.band, [1, 2, 2])
    assert found.probability(0, 1) == found.probability(0, 2) == 1
    half = found.probability(1, 2)
    assert half is not None and abs(half - 0.5) < 0.03
    np.testing.assert_allclose(found.top(2), [1, half, 1 - half], atol=1e-3)
    assert found.interval(1) == (2, 3)


# The ends


def test_one_country():
    found = robustness(made(uniform(1), {"weights": {"spread": 0.25}, "leave_out": {"indicators": 1}}))
    assert (found.rank_low, found.rank_high, found.band, found.top(1)) == (1, 1, 1, 1)


def test_two_countries():
    found = robustness(made([[9] * 6, [1] * 6], {"weights": {"spread": 0.9}}))
    np.testing.assert_array_equal(found.rank_low, [1, 2])
    np.testing.assert_array_equal(found.rank_high, [1, 2])
    np.testing.assert_array_equal(found.above, [[0.5, 1], [0, 0.5]])


@pytest.mark.parametrize("methods", [{"coverage": {"node": 0, "index": 1.0}}, {}])
def test_nobody_ranked(methods):
    values = uniform(5)
    values[:, 0] = np.nan
    if not methods:
        values[:] = np.nan
    full = {"weights": {"spread": 0.25}, "normalisation": ("goalposts",), "imputation": {"method": "none"}}
    scores = made(values, full, methods=methods)
    assert not scores.ranked.any()
    found = robustness(scores)
    for name in ("rank_low", "rank_high", "score_low", "band"):
        assert np.isnan(getattr(found, name)).all()
    assert np.isnan(found.top(10)).all() and found.interval(0) is None
    assert found.convergence == found.convergence_mean == 0
    assert found.counts.shape == (0, 0)


@pytest.mark.parametrize("normalisation", ["goalposts", "sample", "z-score", "rank"])
def test_nobody_ranked_under_any_normalisation(normalisation):
    scores = made(np.full((4, 6), np.nan), {"normalisation": (normalisation,)})
    assert np.isnan(robustness(scores).rank_low).all()


def test_all_missing_but_one_country():
    values = np.full((4, 6), np.nan)
    values[1] = 5.0
    found = robustness(made(values, {"weights": {"spread": 0.25}, "leave_out": {"indicators": 1}}))
    np.testing.assert_array_equal(found.rank_low, [np.nan, 1, np.nan, np.nan])


def test_a_missing_figure_of_a_ranked_country_is_reweighted_in_draws():
    values = uniform(10)
    values[3, [0, 5]] = np.nan
    scores = made(values, {})
    np.testing.assert_allclose(
        simulation(scores).index_scores(factors(scores))[0], scores.nodes[:, 0], atol=1e-3
    )


def test_a_country_without_a_score_in_a_draw_stands_last():
    scores = made(uniform(4), {})
    ranks = simulation(scores).ranks(np.array([[50, np.nan, 70, 50], [np.nan] * 4], dtype=np.float32))
    np.testing.assert_array_equal(ranks, [[2, 4, 1, 2], [1, 1, 1, 1]])


def test_propagated_gaps_make_a_country_stand_last_in_a_draw():
    """A zero that is taken as missing is missing in the pillar, and in the index."""
    values, partial = uniform(6), np.zeros((6, 6), dtype=bool)
    values[2] = 9.5
    partial[2, 3] = True
    block = {"partial_zero": ("zero", "missing"), "draws": 400}
    scores = made(values, block, partial=partial, methods={"missing": {"method": "propagate"}})
    found = robustness(scores)
    assert scores.rank("P00002") != 6 and found.rank_high[2] == 6
    assert found.top(5)[2] == pytest.approx(0.5, abs=0.1)


def test_an_indicator_left_out_is_not_missed_by_propagation():
    values = uniform(6)
    scores = made(values, {"leave_out": {"indicators": 1}, "draws": 200},
                  methods={"missing": {"method": "propagate"}})  # fmt: skip
    run = simulation(scores)
    assert np.isfinite(run.index_scores(next(iter(run.blocks(200))))).all()


def test_a_z_score_headline_has_its_own_scale():
    methods = {"normalisation": {"method": "z-score"}}
    tree = {**TREE, "aggregation": {"method": "arithmetic"}}
    block = {"normalisation": ("z-score", "rank"), "aggregation": {"power": (1, 1)}, "draws": 300}
    scores = made(uniform(25), block, tree=tree, methods=methods)
    run = simulation(scores)
    ours = run.index_scores(factors(scores, aggregation=[1.0]))
    np.testing.assert_allclose(ours[0], scores.nodes[:, 0], atol=1e-4)
    found = robustness(scores)
    assert (found.rank_low <= found.rank_median).all() and width(found).max() > 0
    still = robustness(
        made(uniform(25), {**block, "normalisation": ("z-score",)}, tree=tree, methods=methods)
    )
    same_as_headline(scores, still)


def test_a_power_mean_of_drawn_z_scores_says_what_to_do():
    methods = {"normalisation": {"method": "z-score"}}
    tree = {**TREE, "aggregation": {"method": "arithmetic"}}
    scores = made(uniform(25), {"normalisation": ("z-score",), "aggregation": {"power": (0, 1)}}, tree=tree,
                  methods=methods)  # fmt: skip
    with pytest.raises(ReadinessError, match=r"a draw has a score below zero.*power: \[1, 1\]"):
        robustness(scores)


@pytest.mark.parametrize("method", ["copeland", "minimum", "median"])
def test_roots_that_are_no_power_mean(method):
    tree = {**TREE, "aggregation": {"method": method}}
    still = made(uniform(20), {"aggregation": {"power": (0, 1)}}, tree=tree)
    same_as_headline(still, robustness(still))
    moved = robustness(made(uniform(20), {"weights": {"spread": 0.5}, "draws": 300}, tree=tree))
    assert width(moved).max() > 0


@pytest.mark.parametrize("ties", ["min", "max", "dense", "average"])
def test_ties_of_the_headline(ties):
    values = uniform(10)
    values[4] = values[7] = values[1]
    scores = made(values, {"draws": 10}, methods={"ranking": {"ties": ties}})
    found = robustness(scores)
    if ties == "average":  # whole numbers: the best of their places
        np.testing.assert_array_equal(found.rank_low, [1 + (scores.ranks < r).sum() for r in scores.ranks])
    else:
        same_as_headline(scores, found)


def test_scores_that_agree_to_the_digits_of_single_precision_share_a_rank():
    """On a scale of 100 that is a thousandth; the headline tells them apart."""
    values = np.repeat([[5.0], [5.00001], [7.0]], 6, axis=1)
    scores = made(values, {})
    np.testing.assert_array_equal(scores.ranks, [3, 2, 1])
    np.testing.assert_array_equal(robustness(scores).rank_median, [2, 2, 1])


def test_ranks_on_so_many_decimals():
    values = np.repeat([[5.0], [5.004], [7.0]], 6, axis=1)
    scores = made(values, {}, methods={"ranking": {"decimals": 0}})
    np.testing.assert_array_equal(scores.ranks, [2, 2, 1])
    same_as_headline(scores, robustness(scores))


def test_many_places_have_no_pairs_and_no_bands():
    values = np.random.default_rng(3).uniform(0, 10, (2100, 6))
    found = robustness(made(values, {"weights": {"spread": 0.25}, "draws": 40}))
    assert found.above is None and np.isnan(found.band).all()
    assert found.probability(0, 1) is None
    assert (found.rank_low <= found.rank_high).all() and found.rank_high.max() <= 2100
    assert found.top(2100).min() == 1


def test_the_order_of_countries_and_their_number_of_gaps_do_not_change_the_ranks_of_draws():
    """Countries in another order: the same draws give each the same ranks."""
    values = uniform(20)
    block = {"weights": {"spread": 0.3}, "normalisation": ("goalposts", "rank"), "draws": 500}
    order = np.random.default_rng(9).permutation(20)
    one, other = robustness(made(values, block)), robustness(made(values[order], block))
    np.testing.assert_allclose(one.rank_low[order], other.rank_low, atol=1)
    np.testing.assert_array_equal(one.rank_median[order], other.rank_median)


def test_without_the_block_there_is_nothing_to_draw():
    scores = made(uniform(5), {})
    bare = replace(scores, framework=scores.framework.model_copy(update={"uncertainty": None}))
    with pytest.raises(ValueError, match="no uncertainty: block"):
        robustness(bare)
    assert bare.robustness is None


@pytest.mark.parametrize("count", [1, 2])
def test_alternatives_that_cannot_tell_countries_apart_have_no_say(make_index, count):
    """Goalposts place one country, or equal ones; a z-score or a rank cannot."""
    codes = "[NOR]" if count == 1 else "[NOR, AUT]"
    block = f"countries: {codes}\nuncertainty: {{draws: 300, imputation: {{method: none}}}}\ntree:\n"
    scores = Index.load(make_index(edit={"frameworks/main.yaml": ("tree:\n", block)})).scores()
    found = robustness(scores)
    assert np.isfinite(found.rank_low).all() and found.rank_high.max() <= count
    if count == 1:
        assert found.rank_low[0] == found.rank_high[0] == 1


def test_a_constant_indicator_under_draws(make_index, index_files):
    """All at 50 between goalposts of 0 and 100: nobody gains from it, whatever is drawn."""
    figures = "figures: |\n  country,2022,2023\n" + "".join(
        f"  {code},50,50\n" for code in ("AUT", "BRA", "IND", "KEN", "NOR", "VNM")
    )
    constant = (
        "id: constant\nname: C\nunit: u\ndirection: higher\ngoalposts: [0, 100]\n"
        "source: {publisher: A, dataset: B, licence: C}\n" + figures
    )
    block = "uncertainty: {draws: 300, leave_out: {indicators: 0}, imputation: {method: none}}\ntree:\n"
    files = {"energy/constant.yaml": constant}
    text = index_files["frameworks/main.yaml"].replace("tree:\n", block)
    files["frameworks/main.yaml"] = text.replace("[access, losses]", "[access, losses, constant]")
    found = robustness(Index.load(make_index(files)).scores())
    assert np.isfinite(found.rank_low).all() and np.isfinite(found.score_low).all()


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("{normalisation: []}", "uncertainty.normalisation: has 0 entries, not 1 or more"),
        ("{treatment: []}", "uncertainty.treatment: has 0 entries, not 1 or more"),
        ("{aggregation: {power: [1, 0]}}", "uncertainty.aggregation.power: the ends are the wrong way round"),
        ("{imputation: {method: group-mean}}", "'group' is required by 'method: group-mean'"),
    ],
)
def test_a_block_that_cannot_be_drawn(make_index, block, message):
    root = make_index(edit={"frameworks/main.yaml": ("tree:\n", f"uncertainty: {block}\ntree:\n")})
    with pytest.raises(DefinitionError, match=re.escape(message)):
        Index.load(root)


def test_the_scores_of_pillars_have_ranges(bundled):
    scores = bundled.scores()
    drawn = scores.robustness
    ids = [scores.node_ids[number] for number in drawn.parts]
    assert ids == [child.id for child in scores.framework.tree.children]
    own = scores.nodes[:, drawn.parts]
    ranked = scores.ranked
    assert np.isnan(drawn.part_low[~ranked]).all()
    assert (drawn.part_low[ranked] <= drawn.part_high[ranked]).all()
    inside = (drawn.part_low <= own + 0.05) & (own - 0.05 <= drawn.part_high)
    assert inside[ranked].mean() > 0.9
