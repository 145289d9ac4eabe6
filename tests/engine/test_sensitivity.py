"""Which assumption matters most, and the ranks without each part: small indices, SALib, words."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from readiness.analysis import assumptions
from readiness.definitions.load import load
from readiness.engine.compute import compute
from readiness.engine.leave_out import leave_one_out
from readiness.engine.sensitivity import LEAST, Sensitivity, active, sensitivity
from readiness.engine.simulate import Simulation
from readiness.engine.sobol import Indices
from readiness.errors import ReadinessError, UnknownNameError
from readiness.index import Index

STILL = {
    "draws": "300",
    "weights": "{spread: 0}",
    "aggregation": "{power: [1, 1]}",
    "normalisation": "[goalposts]",
    "treatment": "[none]",
    "partial_zero": "[zero]",
    "leave_out": "{indicators: 0}",
    "error": "false",
    "imputation": "{method: none}",
}
# Papers that are not listed are assumed zeros: Kenya has none.
ZEROS = ("direction: higher\ngoalposts: [0, 500]", "direction: higher\nabsence: {zero: partial}\n"
         "goalposts: [0, 500]")  # fmt: skip


@pytest.fixture
def scored(make_index):
    """Score the small index of two pillars with an `uncertainty:` block: nothing varied but what is said."""

    def of(edit=None, tree=None, files=None, **block):
        lines = "".join(f"  {key}: {value}\n" for key, value in {**STILL, **block}.items())
        edits = {"frameworks/main.yaml": ("tree:\n", f"uncertainty:\n{lines}tree:\n"), **(edit or {})}
        return Index(load(make_index(files, edit=edits, name=f"index{len(str(block))}"))).scores()

    return of


def simulated(scores):
    return Simulation(scores, scores.framework.uncertainty)


# What there is to vary

VARIED = {
    "weights": {"weights": "{spread: 0.25}"},
    "aggregation": {"aggregation": "{power: [0.5, 1]}"},
    "normalisation": {"normalisation": "[goalposts, rank]"},
    "treatment": {"normalisation": "[z-score]", "treatment": "[none, winsorise-then-log]"},
    "leave_out": {"leave_out": "{indicators: 1}"},
    "imputation": {"imputation": "{method: group-mean, group: g20}"},
}


@pytest.mark.parametrize("name", VARIED)
def test_one_factor_is_varied(scored, name):
    edit = {}
    if name == "imputation":  # India's papers are estimated from Brazil and one more of the group
        edit = {"skills/papers.yaml": ("  IND,30,38\n", "")}
        edit["countries.yaml"] = ("income: High income, eu: true", "income: High income, g20: true")
    assert active(simulated(scored(edit, **VARIED[name]))) == (name,)


def test_assumed_zeros_are_varied_where_there_are_any(scored):
    options = {"partial_zero": "[zero, missing]"}
    assert active(simulated(scored(**options))) == ()
    assert active(simulated(scored({"skills/papers.yaml": ZEROS}, **options))) == ("partial_zero",)
    assert active(simulated(scored({"skills/papers.yaml": ZEROS}, partial_zero="[missing]"))) == ()


def test_errors_are_varied_where_there_are_any(scored):
    known = {"energy/losses.yaml": ("direction: lower", "direction: lower\nerror: 1.5")}
    assert active(simulated(scored(error="true"))) == ()
    assert active(simulated(scored(known, error="true"))) == ("error",)
    assert active(simulated(scored(known))) == ()


@pytest.mark.parametrize(
    "block",
    [{}, {"treatment": "[none, winsorise-then-log]"}, {"normalisation": "[goalposts, goalposts]"},
     {"imputation": "{method: regression, on: [access], draws: false}"},
     {"treatment": "[none, none]", "normalisation": "[rank]"}],
)  # fmt: skip
def test_nothing_is_varied(scored, block):
    """One option, however often it is named; treatment where goalposts clip; gaps without noise."""
    scores = scored(**block)
    assert active(simulated(scores)) == ()
    found = sensitivity(scores, draws=5)
    assert found.factors == () and not found.varies and found.runs == 10
    assert assumptions.factors(found).rows == ()
    assert "nothing to draw" in assumptions.sentences(found)[0]


def test_the_bundled_index_varies_all_that_its_figures_have(bundled):
    scores = bundled.scores()
    expected = {
        "weights",
        "aggregation",
        "normalisation",
        "treatment",
        "partial_zero",
        "leave_out",
        "imputation",
    }
    assert expected <= set(active(simulated(scores)))


# The indices


def test_the_only_factor_explains_everything(scored):
    found = sensitivity(scored(weights="{spread: 0.9}"), draws=3000)
    assert found.factors == ("weights",) and found.varies
    np.testing.assert_allclose([found.indices.first[0], found.indices.total[0]], 1, atol=0.1)
    assert assumptions.sentences(found)[0].startswith("The weights matter most: alone they explain")


def test_a_factor_that_moves_no_rank_explains_nothing(scored):
    """Of two the exponent does something; the weights are varied by next to nothing."""
    found = sensitivity(scored(weights="{spread: 0.000001}", leave_out="{indicators: 1}"), draws=1000)
    at = dict(zip(found.factors, found.indices.total, strict=True))
    assert at["weights"] < 0.01 and at["leave_out"] == pytest.approx(1, abs=0.1)
    assert found.factors[found.order[0]] == "leave_out"


@pytest.mark.filterwarnings("ignore")
def test_salib_on_the_same_runs(bundled):
    """The whole way: the design of the samples, the results, the estimators."""
    analyze = pytest.importorskip("SALib.analyze.sobol").analyze
    scores, size = bundled.scores(), 60
    run = simulated(scores)
    names = active(run)
    one, other = (next(iter(run.blocks(size, sample=sample))) for sample in (0, 1))

    def shift(drawn):
        return np.abs(run.ranks(run.index_scores(drawn)) - scores.ranks[run.rows]).mean(axis=1)

    mixed = [
        shift({name: other[name] if name == changed else one[name] for name in one}) for changed in names
    ]
    rows = np.column_stack([shift(one), *mixed, shift(other)]).ravel()
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0, 1]] * len(names)}
    theirs = analyze(problem, rows, calc_second_order=False, num_resamples=5)
    ours = sensitivity(scores, draws=size)
    assert ours.factors == names and ours.runs == size * (len(names) + 2)
    factor = 2 * size / (2 * size - 1)
    np.testing.assert_allclose(ours.indices.first * factor, theirs["S1"], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(ours.indices.total * factor, theirs["ST"], rtol=1e-9, atol=1e-9)
    assert ours.mean == pytest.approx(np.concatenate([shift(one), shift(other)]).mean())


def test_the_rank_of_one_country(bundled):
    scores = bundled.scores()
    found = sensitivity(scores, "KEN", draws=40)
    run = simulated(scores)
    place = int(np.flatnonzero(run.rows == scores.position("KEN"))[0])
    ranks = [
        run.ranks(run.index_scores(next(iter(run.blocks(40, sample=sample)))))[:, place] for sample in (0, 1)
    ]
    assert found.country == "KEN" and found.mean == pytest.approx(np.mean(ranks))
    assert found.deviation == pytest.approx(np.std(ranks, ddof=1))


def test_same_seed_same_result(scored):
    scores = scored(weights="{spread: 0.5}", leave_out="{indicators: 1}")
    one, two, other = (sensitivity(scores, seed=seed, draws=200) for seed in (3, 3, 4))
    for name in vars(one.indices):
        assert getattr(one.indices, name).tobytes() == getattr(two.indices, name).tobytes()
    assert one.indices.first.tobytes() != other.indices.first.tobytes()
    assert (one.seed, other.seed) == (3, 4)


@pytest.mark.parametrize(("draws", "expected"), [("300", 3 * 300 // 4), ("10", LEAST)])
def test_how_many_draws_by_default(scored, draws, expected):
    told: list[int] = []
    scores = scored(draws=draws, weights="{spread: 0.5}", leave_out="{indicators: 1}")
    found = sensitivity(scores, progress=told.append)
    assert found.draws == expected and found.runs == 4 * expected == told[-1]
    assert told == sorted(told)


def test_memory_does_not_grow_with_the_draws(scored):
    scores = scored(weights="{spread: 0.5}", normalisation="[goalposts, rank]", leave_out="{indicators: 1}")
    peaks = []
    for draws in (2000, 2000, 10_000):
        tracemalloc.start()
        sensitivity(scores, draws=draws)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # But for the results themselves, five numbers a base draw, and the bootstrap of those.
    assert peaks[2] - peaks[1] < 2e7


def test_who_is_not_ranked_has_no_rank_to_explain(bundled):
    scores = bundled.scores()
    unranked = scores.countries[int(np.flatnonzero(~scores.ranked)[0])]
    with pytest.raises(ReadinessError, match="is not ranked, so there is no rank to explain"):
        sensitivity(scores, unranked, draws=5)
    with pytest.raises(UnknownNameError):
        sensitivity(scores, "XXX", draws=5)


def test_without_the_block(scored):
    scores = scored()
    bare = replace(scores, framework=scores.framework.model_copy(update={"uncertainty": None}))
    with pytest.raises(ValueError, match="no uncertainty: block"):
        sensitivity(bare)


def test_nobody_is_ranked(make_index, index_files):
    empty = {path: text[: text.index("figures: |")] + "figures: |\n  country,2023\n"
             for path, text in index_files.items() if "figures: |" in text}  # fmt: skip
    block = "uncertainty: {imputation: {method: none}, normalisation: [goalposts]}\ntree:\n"
    scores = Index(load(make_index(empty, edit={"frameworks/main.yaml": ("tree:\n", block)}))).scores()
    assert not scores.ranked.any()
    found = sensitivity(scores, draws=10)
    assert not found.varies and np.isnan(found.indices.total).all()
    left = leave_one_out(scores)
    assert np.isnan(left.mean).all() and set(left.mover) == {-1}


# In words


def said(first, total, half=0.02, factors=("weights", "normalisation", "error"), country=None, deviation=1.0):
    first, total = np.array(first), np.array(total)
    found = Indices(first, first - half, first + half, total, total - half, total + half)
    return Sensitivity(country, tuple(factors), found, 4.0, deviation, 1, 100, 500)


def test_what_matters_most_in_words():
    text = assumptions.sentences(said([0.1, 0.41, -0.01], [0.2, 0.55, 0.001]))
    assert text == [
        "The choice of normalisation matters most: alone it explains 41% of the variance of the mean shift "
        "of ranks, with interactions 55% (53% to 57% in 90% of resamples).",
        "Next: the weights, 10% and 20%.",
        "Alone, all together explain 50%; the rest comes from interactions.",
    ]


def test_what_cannot_be_told_apart_in_words():
    text = assumptions.sentences(said([0.40, 0.41, 0.0], [0.54, 0.55, 0.002]), "Kenya")
    assert (
        text[0] == "The choice of normalisation and the weights cannot be told apart at this number of draws."
    )
    assert text[1] == (
        "The largest estimate is that of the choice of normalisation: 41% of the variance of the rank of "
        "Kenya alone, 55% with interactions (53% to 57% in 90% of resamples)."
    )
    assert "cannot be told apart" not in " ".join(
        assumptions.sentences(said([0.40, 0.41, 0.0], [0.54, 0.55, 0.002], half=0.004))
    )


def test_intervals_that_touch_overlap():
    found = said([0.5, 0.2], [0.5, 0.3], half=0.1, factors=("weights", "error"))
    assert not found.apart(0, 1) and not found.apart(1, 0)
    assert said([0.5, 0.2], [0.5, 0.3], half=0.09, factors=("weights", "error")).apart(1, 0)


def test_nothing_varies_in_words():
    none = np.full(2, np.nan)
    found = Sensitivity(None, ("weights", "error"), Indices(*[none] * 6), 0.0, 0.0, 1, 10, 40)
    assert assumptions.sentences(found) == [
        "No draw changes the mean shift of ranks, so no assumption matters more than another."
    ]
    assert assumptions.factors(found).rows[0] == ("mean rank shift", "weights", *[None] * 6)


def test_the_table_is_in_order_of_the_total():
    table = assumptions.factors(said([0.1, 0.41, 0.0], [0.2, 0.55, 0.25], country="KEN"))
    assert [row[:2] for row in table.rows] == [
        ("rank of KEN", "normalisation"), ("rank of KEN", "error"), ("rank of KEN", "weights")
    ]  # fmt: skip
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert (row["first"], row["total_low"], row["total_high"]) == pytest.approx((0.41, 0.53, 0.57))


# Without one part


def test_a_part_left_out_is_a_weight_of_zero(bundled):
    """Against the framework with that weight at 0, for every part that leaves its node something."""
    scores = bundled.scores()
    found = leave_one_out(scores)
    assert len(found.parts) == len(list(scores.framework.tree.walk())) - 1

    def without(node, name):
        if not hasattr(node, "parts"):
            return node.model_copy(update={"weight": 0.0}) if node.id == name else node
        update = {"children": tuple(without(child, name) for child in node.children),
                  "indicators": tuple(without(item, name) for item in node.indicators)}  # fmt: skip
        return node.model_copy(update={**update, **({"weight": 0.0} if node.id == name else {})})

    compared = 0
    for name in found.parts:
        tree = without(scores.framework.tree, name)
        single = compute(scores.framework.model_copy(update={"tree": tree}), scores.matrix)
        at = found.parts.index(name)
        if not np.array_equal(single.ranked, scores.ranked):
            continue  # somebody has nothing else below a pillar; here it stays ranked by the others
        compared += 1
        np.testing.assert_array_equal(scores.ranks - found.shifts[at], single.ranks, err_msg=name)
        moved = np.abs(single.ranks - scores.ranks)[scores.ranked]
        assert found.mean[at] == pytest.approx(moved.mean()) and found.largest[at] == moved.max()
        mover = found.mover[at]
        assert abs(found.shifts[at, mover]) == found.largest[at]
    assert compared > len(found.parts) / 2


def test_a_node_that_loses_its_last_part_goes_with_it(scored):
    """Schooling alone in its pillar: without it the index is energy."""
    scores = scored({"skills/papers.yaml": ZEROS})
    tree = scores.framework.tree
    skills = tree.children[1].model_copy(update={"indicators": tree.children[1].indicators[:1]})
    changed = tree.model_copy(update={"children": (tree.children[0], skills)})
    keep = [0, 1, 2]
    names = [scores.matrix.indicators[k] for k in keep]
    matrix = replace(
        scores.matrix, indicators=tuple(names), publishers=tuple(scores.matrix.publishers[k] for k in keep),
        **{name: getattr(scores.matrix, name)[:, keep]
           for name in ("values", "years", "flags", "denominators", "denominator_years")},
    )  # fmt: skip
    small = compute(scores.framework.model_copy(update={"tree": changed}), matrix)
    found = leave_one_out(small)
    energy = small.column("energy")
    expected = [1 + (energy > own).sum() for own in energy]
    for name in ("skills", "schooling"):
        np.testing.assert_array_equal(small.ranks - found.shifts[found.parts.index(name)], expected)


def test_nothing_is_left_without_the_only_part(bundled):
    scores = bundled.scores()
    tree = scores.framework.tree
    alone = tree.model_copy(update={"children": tree.children[:1]})
    count = len(alone.references())
    matrix = replace(
        scores.matrix, indicators=scores.matrix.indicators[:count],
        **{name: getattr(scores.matrix, name)[:, :count]
           for name in ("values", "years", "flags", "denominators", "denominator_years")},
    )  # fmt: skip
    small = compute(scores.framework.model_copy(update={"tree": alone}), matrix)
    found = leave_one_out(small)
    assert np.isnan(found.mean[0]) and np.isnan(found.shifts[0]).all() and found.mover[0] == -1
    assert np.isnan(found.spearman[0]) and np.isfinite(found.mean[1:]).all()
    last = assumptions.parts(found, small).rows[-1]
    assert last[0] == "energy" and last[4:] == (None, None, None, None, None)


def test_a_part_without_weight_is_not_missed(scored):
    scores = scored({"skills/papers.yaml": ZEROS})
    tree = scores.framework.tree
    skills = tree.children[1]
    items = (skills.indicators[0], skills.indicators[1].model_copy(update={"weight": 0.0}))
    tree = tree.model_copy(
        update={"children": (tree.children[0], skills.model_copy(update={"indicators": items}))}
    )
    zero = compute(scores.framework.model_copy(update={"tree": tree}), scores.matrix)
    found = leave_one_out(zero)
    at = found.parts.index("papers")
    assert found.mean[at] == 0 and found.spearman[at] == pytest.approx(1) and found.mover[at] == -1


def test_the_table_of_parts_goes_by_the_country(bundled):
    scores = bundled.scores()
    found = leave_one_out(scores)
    row = scores.position("KEN")
    table = assumptions.parts(found, scores, "KEN", {"secure_servers": "Servers"})
    own = [abs(cells[-1]) for cells in table.rows]
    assert own == sorted(own, reverse=True) and table.columns[-1] == "places"
    for cells in table.rows:
        assert cells[-1] == found.shifts[found.parts.index(cells[0]), row]
    overall = assumptions.parts(found, scores)
    means = [cells[4] for cells in overall.rows]
    assert means == sorted(means, reverse=True) and "places" not in overall.columns
    assert {cells[3] for cells in overall.rows} == {"node", "indicator"}
