"""COINr's uncertainty and sensitivity analysis: its replications replayed, its indices, its rank shifts.

Random draws cannot match (R's generator); what it drew is recorded, and scored again here by the
functions that the draws go through.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from readiness.definitions.methods import Methods
from readiness.engine import sobol
from readiness.engine.compute import compute
from readiness.engine.leave_out import leave_one_out
from readiness.engine.uncertainty import quantile

# The two alternatives of the recorded `get_sensitivity`.
NORMALISATION = {
    "n_minmax": {"method": "min-max", "ends": "sample", "range": (1, 100)},
    "n_zscore": {"method": "z-score", "mean": 10, "sd": 2},
}
AGGREGATION = {"a_amean": {"method": "arithmetic"}, "a_gmean": {"method": "geometric"}}


@pytest.fixture(scope="module")
def weight_sets(tables):
    found: dict[str, dict[str, float]] = {}
    for row in tables.rows("ua/noisy_weights_200.csv"):
        found.setdefault(row["rep"], {})[row["iCode"]] = float(row["Weight"])
    return found


def replayed(scores, row, weights):
    """Score the ASEM index under the settings of one replication."""
    methods = Methods.model_validate(
        {
            **scores.framework.methods.model_dump(),
            "treatment": {"method": "winsorise-then-log", "log": "ct", "max_points": int(row["Winmax"])},
            "normalisation": NORMALISATION[row["Normalisation"]],
            "aggregation": AGGREGATION[row["Aggregation"]],
        }
    )

    def part(one: Any) -> Any:
        update: dict[str, Any] = {"weight": weights[one.id]}
        if hasattr(one, "parts"):
            update |= {"children": tuple(map(part, one.children)), "aggregation": methods.aggregation}
            update |= {"indicators": tuple(map(part, one.indicators))}
        else:
            update |= {"treatment": methods.treatment, "normalisation": methods.normalisation}
        return one.model_copy(update=update)

    framework = scores.framework.model_copy(update={"methods": methods, "tree": part(scores.framework.tree)})
    return compute(framework, scores.matrix)


def test_replications(asem, tables, equal, weight_sets):
    theirs, ranks = tables.columns("ua/ua_scores.csv"), tables.columns("ua/ua_ranks.csv")
    scores = asem.scores("asem")
    for row in tables.rows("ua/ua_parameters.csv"):
        ours = replayed(scores, row, weight_sets[row["WeightSet"]])
        equal(ours.nodes[:, 0], theirs[f"r_{row['rep']}"], str(row))
        np.testing.assert_array_equal(ours.ranks, ranks[f"r_{row['rep']}"], err_msg=str(row))


def test_weights_of_the_replications_are_within_the_spread(weight_sets):
    drawn = np.array([list(one.values()) for one in weight_sets.values()])
    assert drawn.shape == (200, 60)
    noise = drawn[:, :-1]  # the index itself stays 1
    assert noise.min() >= 0.75 and noise.max() <= 1.25


def test_rank_statistics(tables):
    """COINr interpolates between ranks (type 7), we name a rank that was drawn: less than a place apart."""
    recorded = tables.columns("ua/ua_ranks.csv")
    ranks = np.array([recorded[name] for name in recorded if name != "Nominal"]).astype(int)
    theirs = tables.columns("ua/ua_rankstats.csv")
    counts = np.array([np.bincount(column - 1, minlength=51) for column in ranks.T])
    np.testing.assert_allclose((counts * np.arange(1, 52)).sum(axis=1) / 100, theirs["Mean"], rtol=1e-12)
    for name, share in (("Q5", 0.05), ("Median", 0.5), ("Q95", 0.95)):
        ours = quantile(counts, share) + 1
        assert np.abs(ours - theirs[name]).max() < 1
        np.testing.assert_array_equal(ours, np.quantile(ranks, share, axis=0, method="inverted_cdf"))
        np.testing.assert_allclose(np.quantile(ranks, share, axis=0), theirs[name], rtol=1e-12)


def split(y, size, factors):
    """COINr's runs: A, B, then A with each factor from B."""
    assert len(y) == size * (factors + 2)
    return y[:size], y[size : 2 * size], y[2 * size :].reshape(factors, size)


@pytest.mark.parametrize(
    ("runs", "estimates", "size", "factors"),
    [("ua/ishigami_sample_N256.csv", "ua/ishigami_SA_estimate_N256.csv", 256, 3),
     ("ua/sa_y_N50_d4.csv", "ua/sa_sensitivity_N50.csv", 50, 4)],
)  # fmt: skip
def test_sobol_indices(tables, equal, runs, estimates, size, factors):
    a, b, mixed = split(np.array([float(row["y"]) for row in tables.rows(runs)]), size, factors)
    theirs = tables.rows(estimates)
    equal(sobol.first_order(a, b, mixed), np.array([float(row["Si"]) for row in theirs]), "Si")
    equal(sobol.total(a, b, mixed), np.array([float(row["STi"]) for row in theirs]), "STi")


def test_taking_the_mean_off_makes_the_first_order_steadier(tables):
    """COINr leaves the mean in: of 50 draws two of its first-order indices are below zero."""
    y = np.array([float(row["y"]) for row in tables.rows("ua/sa_y_N50_d4.csv")])
    ours = sobol.indices(*split(y, 50, 4), seed=1, resamples=500)
    theirs = tables.rows("ua/sa_sensitivity_N50.csv")
    width = np.array([float(row["Si_q95"]) - float(row["Si_q5"]) for row in theirs])
    assert ((ours.first_high - ours.first_low) < width).all()
    np.testing.assert_allclose(ours.total, [float(row["STi"]) for row in theirs], rtol=1e-9)


@pytest.mark.parametrize(("level", "depth"), [(1, 3), (2, 2), (3, 1)])
def test_leave_one_out(asem, tables, level, depth):
    """`remove_elements`: the mean absolute shift of ranks without each element of a level."""
    found = leave_one_out(asem.scores("asem"))
    ours = dict(zip(found.parts, found.mean, strict=True))
    theirs = {row["element"]: float(row["MeanAbsDiff"])
              for row in tables.rows(f"remove_elements/L{level}_mean_abs_rank_diff.csv")}  # fmt: skip
    assert theirs.pop("Nominal") == 0
    assert set(theirs) == {name for name, at in zip(found.parts, found.depths, strict=True) if at == depth}
    for name, shift in theirs.items():
        assert ours[name] == pytest.approx(shift, rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("level", [1, 2, 3])
def test_ranks_without_each_element(asem, tables, level):
    scores = asem.scores("asem")
    found = leave_one_out(scores)
    for name, theirs in tables.columns(f"remove_elements/L{level}_ranks.csv").items():
        if name != "Nominal":
            ours = scores.ranks - found.shifts[found.parts.index(name)]
            np.testing.assert_array_equal(ours, theirs, err_msg=name)
