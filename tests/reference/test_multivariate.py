"""Correlations, reliability, components and left-out indicators against COINr's tables."""

from __future__ import annotations

import numpy as np
import pytest

from readiness.engine.audit.facts import without
from readiness.engine.audit.influence import rank_shifts
from readiness.engine.statistics import (
    correlation,
    correlations,
    cronbach_alpha,
    p_values,
    principal_components,
)


@pytest.fixture(scope="session")
def meta(tables):
    return [row for row in tables.rows("00_iMeta.csv") if row["Type"] in ("Indicator", "Aggregate")]


def below(meta, node):
    return [row["iCode"] for row in meta if row["Parent"] == node]


def leaves(meta, node):
    found = []
    for row in meta:
        if row["Parent"] == node:
            found += [row["iCode"]] if row["Type"] == "Indicator" else leaves(meta, row["iCode"])
    return found


def parents(meta):
    return {row["iCode"]: row["Parent"] for row in meta}


def number(text):
    return float("nan") if text == "NA" else float(text)


@pytest.fixture(scope="session")
def normalised(tables):
    return tables.columns("07_normalised.csv")


@pytest.fixture(scope="session")
def aggregated(tables):
    return tables.columns("08_aggregated.csv")


def check_pairs(tables, equal, name, columns, kind="pearson"):
    rows = tables.rows(f"multivariate/{name}.csv")
    ours = [correlation(columns[row["Var1"]], columns[row["Var2"]], kind) for row in rows]
    equal(np.array(ours), np.array([number(row["Correlation"]) for row in rows]), name)
    assert len(rows) > 10


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
def test_correlations_of_indicators(tables, equal, normalised, kind):
    check_pairs(tables, equal, f"corr_ind_{kind}", normalised, kind)


@pytest.mark.parametrize("name", ["corr_ind_parent_pillar", "corr_pillars"])
def test_correlations_with_parents_and_between_pillars(tables, equal, aggregated, name):
    check_pairs(tables, equal, name, aggregated)


def test_correlations_with_the_whole_family(tables, equal, meta, aggregated):
    above = parents(meta)
    rows = tables.rows("multivariate/corr_family.csv")
    steps = {"Pillar": 1, "Sub-index": 2, "Index": 3}
    ours = []
    for row in rows:
        node = row["Var2"]
        for _ in range(steps[row["Var1"]]):
            node = above[node]
        ours.append(correlation(aggregated[row["Var2"]], aggregated[node]))
    equal(np.array(ours), np.array([float(row["Correlation"]) for row in rows]), "corr_family")


def test_correlations_of_directed_figures_where_significant(tables, equal, meta):
    """COINr prints NA where p > 0.05; the diagonal, whose p is 0, stays."""
    raw = tables.columns("02_raw.csv")
    direction = {row["iCode"]: float(row["Direction"]) for row in meta if row["Type"] == "Indicator"}
    names = list(direction)
    x = np.column_stack([raw[name] * direction[name] for name in names])
    found, p = correlations(x), p_values(x)
    place = {name: number for number, name in enumerate(names)}
    rows = tables.rows("multivariate/corr_raw_directed_p05.csv")
    pairs = [(place[row["Var1"]], place[row["Var2"]]) for row in rows]
    ours = np.array([found[pair] if p[pair] <= 0.05 else np.nan for pair in pairs])
    theirs = np.array([number(row["Correlation"]) for row in rows])
    equal(ours, theirs, "corr_raw_directed_p05")
    assert np.isnan(theirs).sum() > 100


def test_p_values(tables, equal, normalised):
    rows = tables.rows("multivariate/pvals_normalised.csv")
    names = [row["iCode"] for row in rows]
    ours = p_values(np.column_stack([normalised[name] for name in names]))
    theirs = np.array([[number(row[name]) for name in names] for row in rows])
    equal(ours, theirs, "pvals_normalised")
    # Also where p is far below 1e-9.
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize(("name", "bound"), [("high0.75", 0.75), ("low-0.4", -0.4)])
def test_flags_of_pairs_in_a_pillar(tables, meta, normalised, name, bound):
    rows = tables.rows(f"multivariate/corr_flags_{name}_pillar.csv")
    theirs = {frozenset((row["Ind1"], row["Ind2"])): float(row["Corr"]) for row in rows}
    ours = {}
    for pillar in {parents(meta)[row["iCode"]] for row in meta if row["Type"] == "Indicator"}:
        names = below(meta, pillar)
        found = correlations(np.column_stack([normalised[item] for item in names]))
        for i, j in zip(*np.triu_indices(len(names), 1), strict=True):
            if found[i, j] >= bound if bound > 0 else found[i, j] <= bound:
                ours[frozenset((names[i], names[j]))] = found[i, j]
    assert ours.keys() == theirs.keys()
    for pair, r in theirs.items():
        assert ours[pair] == pytest.approx(r, abs=1e-9)


def test_correlations_with_denominators(tables, meta):
    raw = tables.columns("02_raw.csv")
    rows = sorted(tables.rows("00_iData.csv"), key=lambda row: row["uCode"])
    denominators = ("Area", "Energy", "GDP", "Population")
    ours = {}
    for name in leaves(meta, "Index"):
        for denominator in denominators:
            r = correlation(raw[name], np.array([number(row[denominator]) for row in rows]))
            if abs(r) > 0.7:
                ours[name, denominator] = r
    theirs = {(row["Ind"], row["Denom"]): float(row["Corr"]) for row in
              tables.rows("multivariate/denom_corr_raw0.7.csv")}  # fmt: skip
    assert ours.keys() == theirs.keys()
    for pair, r in theirs.items():
        assert ours[pair] == pytest.approx(r, abs=1e-9)


def test_cronbach_alpha(tables, equal, meta, normalised, aggregated):
    sets = {"Raw": tables.columns("02_raw.csv"), "Normalised": normalised, "Aggregated": aggregated}
    rows = tables.rows("multivariate/cronbach.csv")
    ours = []
    for row in rows:
        names = leaves(meta, row["group"])
        if row["level"] == "2":
            names = list(dict.fromkeys(parents(meta)[name] for name in names))
        ours.append(cronbach_alpha(np.column_stack([sets[row["dset"]][name] for name in names])))
    equal(np.array(ours), np.array([float(row["alpha"]) for row in rows]), "cronbach")


PILLARS = ("ConEcFin", "Environ", "Instit", "P2P", "Physical", "Political", "Social", "SusEcFin")


@pytest.mark.parametrize("pillar", PILLARS)
def test_principal_components_of_a_pillar(tables, equal, normalised, pillar):
    rows = tables.rows(f"multivariate/pca_L1_{pillar}.csv")
    names = [key for key in rows[0] if key not in ("PC", "sdev", "var_frac")]
    found = principal_components(np.column_stack([normalised[name] for name in names]))
    assert found is not None
    equal(np.sqrt(found.eigenvalues), np.array([float(row["sdev"]) for row in rows]), "sdev")
    equal(found.explained, np.array([float(row["var_frac"]) for row in rows]), "var_frac")
    for number_, row in enumerate(rows):
        check_up_to_sign(found.loadings[:, number_], [float(row[name]) for name in names], equal)


def check_up_to_sign(ours, theirs, equal):
    theirs = np.array(theirs)
    equal(ours * np.sign(ours @ theirs), theirs, "loadings")


def test_principal_components_of_all_indicators(tables, equal, normalised):
    eigen, loadings = (tables.rows(f"multivariate/pca_all49_{name}.csv") for name in ("eig", "loadings5"))
    names = [row["iCode"] for row in loadings]
    found = principal_components(np.column_stack([normalised[name] for name in names]))
    assert found is not None
    equal(np.sqrt(found.eigenvalues), np.array([float(row["sdev"]) for row in eigen]), "sdev")
    equal(found.explained, np.array([float(row["var_frac"]) for row in eigen]), "var_frac")
    for place in range(5):
        theirs = [float(row[f"PC{place + 1}"]) for row in loadings]
        check_up_to_sign(found.loadings[:, place], theirs, equal)


@pytest.mark.parametrize("level", ["1", "2"])
def test_first_loadings_of_every_group(tables, equal, meta, aggregated, level):
    """COINr's PCA weights are the first component's loadings, of whatever sign."""
    above = parents(meta)
    rows = [
        row for row in tables.rows(f"multivariate/pca_weights_L{level}_bygroup.csv") if row["Level"] == level
    ]
    theirs = {row["iCode"]: float(row["Weight"]) for row in rows}
    for group in {above[name] for name in theirs}:
        names = below(meta, group)
        found = principal_components(np.column_stack([aggregated[name] for name in names]))
        assert found is not None
        check_up_to_sign(found.loadings[:, 0], [theirs[name] for name in names], equal)


def test_leaving_each_indicator_out(tables, equal, asem):
    """COINr's `remove_elements`: weight 0, everything ranked anew."""
    scores = asem.scores("asem")
    rows = tables.rows("remove_elements/L1_mean_abs_rank_diff.csv")
    theirs = {row["element"]: float(row["MeanAbsDiff"]) for row in rows if row["element"] != "Nominal"}
    after, ranks = (tables.columns(f"remove_elements/L1_{name}.csv") for name in ("scores", "ranks"))
    for name, difference in theirs.items():
        left = without(scores, name)
        assert left is not None
        equal(left.nodes[:, 0], after[name], name)
        shifts = rank_shifts(scores, left)
        equal(shifts, ranks[name] - ranks["Nominal"], name)
        assert np.abs(shifts).mean() == pytest.approx(difference, abs=1e-9)
