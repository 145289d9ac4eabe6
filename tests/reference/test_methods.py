"""Single methods from the YAML on, against the reference's tables, at 1e-9.

The kernels have their own tests beside this one (`test_imputation.py`, `test_treatment.py`,
`test_normalisation.py`, `test_outranking.py`, `test_weights.py`), each of which begins with
what our method does otherwise than COINr on purpose. Of the tables for methods, these have
no variant here and are tested there: `winmax1_log_GII` (ours is the formula), `winmax1_boxcox0.5`
(Box-Cox is a treatment of its own), `elem_winsorise_force3` (caps what passes),
`n_scaled_*` (goalposts of the directed values), `n_fracmax` (ours is not turned round),
`n_dist2ref_*` (their country is the worst in one of the indicators, which ours refuses).
"""

from __future__ import annotations

import numpy as np
import pytest

from readiness.definitions.columns import WinsoriseThenLog
from readiness.engine import treat


def compare(index, equal, framework, stage, theirs):
    scores = index.scores(framework)
    for number, name in enumerate(scores.matrix.indicators):
        equal(scores.stages[stage].values[:, number], theirs[name], name)


@pytest.mark.parametrize(
    ("framework", "name"),
    [
        ("imputed_by_GDP_group", "i_mean_grp_GDP"),
        ("imputed_by_group_median", "i_median_grp_EurAsia"),
        ("imputed_by_world", "i_mean"),
        ("imputed_by_mean", "i_mean"),
        ("imputed_by_median", "i_median"),
        ("imputed_beside_mean", "row_mean_in_pillar_normfirst"),
    ],
)
def test_imputation(asem, tables, equal, framework, name):
    compare(asem, equal, framework, "imputed", tables.columns(f"imputation/{name}.csv"))


@pytest.mark.parametrize(
    ("framework", "name"),
    [
        ("winmax1", "default_winmax1_log_CT"),
        ("winmax1_plus", "winmax1_log_CT_plus"),
        ("winmax1_combine", "winmax1_combine"),
        ("winmax1_orig", "winmax1_log_CT_orig"),
        ("thresholds_1_2", "thresholds_1_2"),
        ("unlimited", "winmaxNULL_unlimited"),
        ("single", "indiv_specs"),
        ("log_plus", "elem_log_CT_plus"),
        ("boxcox_0", "elem_boxcox_0"),
        ("boxcox_0.5", "elem_boxcox_0.5"),
        ("boxcox_2", "elem_boxcox_2"),
    ],
)
def test_treatment(asem, tables, equal, framework, name):
    compare(asem, equal, framework, "treated", tables.columns(f"treatment/{name}.csv"))


@pytest.mark.parametrize(("name", "plus"), [("elem_log_CT", False), ("elem_log_CT_plus", True)])
def test_logarithms(tables, equal, name, plus):
    screened, theirs = tables.columns("05_screened.csv"), tables.columns(f"treatment/{name}.csv")
    for indicator, x in screened.items():
        equal(treat.log_ct(x, plus=plus), theirs[indicator], indicator)


@pytest.mark.parametrize(
    ("stage", "statistics"),
    [
        ("02_raw", "10_stats_Raw"),
        ("03_denominated", "10_stats_Denominated"),
        ("05_screened", "treatment/elem_skew_kurt_screened"),
        ("06_treated", "10_stats_Treated"),
        ("07_normalised", "10_stats_Normalised"),
        ("08_aggregated", "10_stats_Aggregated"),
    ],
)
def test_skewness_and_kurtosis(tables, equal, stage, statistics):
    data = tables.columns(f"{stage}.csv")
    for row in tables.rows(f"{statistics}.csv"):
        theirs = [float(row.get(key) or row[key.lower()]) for key in ("Skew", "Kurt")]
        x = data[row["iCode"]]
        equal(np.array([treat.skewness(x), treat.kurtosis(x)]), np.array(theirs), row["iCode"])


@pytest.mark.parametrize(
    ("details", "max_points"),
    [("06_treated_details", 5), ("treatment/default_winmax1_log_CT_details", 1)],
)
def test_decisions(tables, equal, details, max_points):
    screened = tables.columns("05_screened.csv")
    method = WinsoriseThenLog(method="winsorise-then-log", max_points=max_points, log="ct")
    for row in tables.rows(f"{details}.csv"):
        x = screened[row["iCode"]]
        assert bool(treat.passes(x, method)) == (row["check_SkewKurt0.Pass"] == "TRUE")
        if row["winsorise.nwin"] != "NA":
            capped = treat.winsorise(x, method)
            assert (capped != x).sum() == int(row["winsorise.nwin"]), row["iCode"]
            assert bool(treat.passes(capped, method)) == (row["check_SkewKurt1.Pass"] == "TRUE")
            equal(treat.skewness(capped), float(row["check_SkewKurt1.Skew"]), row["iCode"])


@pytest.mark.parametrize(
    ("framework", "name"),
    [
        ("asem", "n_minmax_0_100"),
        ("minmax_1_100", "n_minmax_1_100"),
        ("na_0_100", "withNA_denominated_n_minmax"),
        ("na_0_1", "withNA_denominated_n_dist2max"),
        ("na_distance-to-max", "withNA_denominated_n_dist2max"),
        ("na_z-score", "withNA_denominated_n_zscore"),
        ("na_rank", "withNA_denominated_n_rank"),
        ("na_percentile-rank", "withNA_denominated_n_prank"),
        ("na_borda", "withNA_denominated_n_borda"),
    ],
)
def test_normalisation(asem, tables, equal, framework, name):
    compare(asem, equal, framework, "normalised", tables.columns(f"normalisation/{name}.csv"))


@pytest.mark.parametrize(
    ("framework", "name"),
    [
        ("goalposts", "n_goalposts_use_iMeta_trunc"),
        ("beyond", "n_goalposts_use_iMeta_notrunc"),
        ("unit", "n_dist2max"),
        ("z", "n_zscore_0_1"),
        ("z_10_2", "n_zscore_10_2"),
        ("places", "n_rank"),
        ("places_average", "n_rank_average_ties"),
        ("percentile", "n_prank"),
        ("borda", "n_borda"),
        ("to_max", "n_dist2max"),
        ("to_target", "n_dist2targ_use_iMeta"),
        ("to_target_cap", "n_dist2targ_use_iMeta_cap"),
        ("none", "none"),
    ],
)
def test_normalisation_of_treated_figures(treated, tables, equal, framework, name):
    compare(treated, equal, framework, "normalised", tables.columns(f"normalisation/{name}.csv"))


@pytest.mark.parametrize(
    ("framework", "name"),
    [
        ("asem", "a_amean_0_100"),
        ("minmax_1_100", "a_amean_1_100"),
        ("geometric", "a_gmean_1_100"),
        ("harmonic", "a_hmean_1_100"),
        ("power_0.5", "a_genmean_p0.5"),
        ("power_2", "a_genmean_p2"),
        ("power_-2", "a_genmean_pm2"),
        ("mixed", "mixed_amean_gmean_hmean"),
        ("equal", "a_amean_w_none_equal"),
        ("arithmetic_w_random", "a_amean_w_random"),
        ("geometric_w_random", "a_gmean_w_random"),
        ("harmonic_w_random", "a_hmean_w_random"),
        ("na_arithmetic", "withNA_amean"),
        ("na_geometric", "withNA_gmean"),
        ("na_harmonic", "withNA_hmean"),
        ("na_power_2_propagate", "withNA_genmean_p2"),
    ],
)
def test_aggregation(asem, tables, equal, framework, name):
    scores = asem.scores(framework)
    for part, theirs in tables.columns(f"aggregation/{name}.csv").items():
        equal(scores.column(part), theirs, part)


@pytest.mark.parametrize(
    ("framework", "name"),
    [("copeland", "a_copeland_all_levels"), ("copeland_w_random", "a_copeland_w_random"),
     ("copeland_on_top", "mixed_amean_amean_copeland")],
)  # fmt: skip
def test_copeland(asem, tables, equal, framework, name):
    """Below the root ours is rescaled to 0-1, which changes no comparison further up."""
    scores, wins = asem.scores(framework), framework != "copeland_on_top"
    for node, theirs in tables.columns(f"aggregation/{name}.csv").items():
        if node in scores.node_ids:
            equal(scores.column(node), (theirs + 50) / 100 if wins and node != "Index" else theirs, node)


def test_power_mean_is_reweighted_like_the_others(asem, tables, equal):
    """COINr's genmean takes no NA away, so any gap makes it NA; ours follows `missing: reweight`."""
    scores, theirs = asem.scores("na_power_2"), tables.columns("aggregation/withNA_genmean_p2.csv")
    assert np.isnan(theirs["Index"]).any() and np.isfinite(scores.nodes).all()
    for node in scores.node_ids:
        complete = np.isfinite(theirs[node])
        equal(scores.column(node)[complete], theirs[node][complete], node)


def test_coverage_of_nodes(asem, tables, equal):
    """COINr counts the parts of each level, we count indicators: the same in the lowest nodes."""
    scores = asem.scores("na_085")
    theirs = tables.columns("aggregation/withNA_amean_datthresh0.85.csv")
    assert any(np.isnan(theirs[node.id]).any() for node in scores.framework.tree.nodes())
    for node in scores.framework.tree.nodes():
        if node.indicators:
            equal(scores.column(node.id), theirs[node.id], node.id)


def test_indicators_left_out(asem, tables, equal):
    scores = asem.scores("dropped")
    for part, theirs in tables.columns("adjust/drop_LPI_Forest_aggregated.csv").items():
        equal(scores.column(part), theirs, part)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_weights_of_zero(asem, tables, equal, level):
    """`remove_elements` sets one weight after the other to zero."""
    scores = tables.columns(f"remove_elements/L{level}_scores.csv")
    ranks = tables.columns(f"remove_elements/L{level}_ranks.csv")
    names = [name for name in scores if name != "Nominal"]
    assert len(names) == {1: 49, 2: 8, 3: 2}[level]
    for name in names:
        ours = asem.scores(f"without_{name}")
        equal(ours.column("Index"), scores[name], name)
        np.testing.assert_array_equal(ours.ranks, ranks[name], err_msg=name)
