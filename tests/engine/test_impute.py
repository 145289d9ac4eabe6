"""Imputation: by hand, against scikit-learn and statsmodels' formulas, and what holds always."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.impute import KNNImputer
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

from readiness.definitions.columns import (
    GroupMean,
    GroupMedian,
    LastKnown,
    LinearInTime,
    MeanImputation,
    MedianImputation,
    NearestNeighbours,
    NoImputation,
    RegressionImputation,
)
from readiness.definitions.framework import IndicatorRef
from readiness.engine.impute import impute, nearest, regression_prediction

NAN = float("nan")
MODEST = settings(max_examples=60, deadline=None)
SEED = st.integers(0, 2**32 - 1)
GROUPS = {"region": ["E", "E", "E", "A", None]}
GDP = np.array([1.0, 10.0, 100.0, 1000.0, 10000.0])


def fill(columns, method, *, directions=None, labels=GROUPS, context=None, siblings=None, carried=None):
    columns = [np.array(column, dtype=float) for column in columns]
    directions = directions or ["higher"] * len(columns)
    return impute(
        columns,
        method,
        labels=labels,
        context=context or {},
        references=[IndicatorRef(id=f"x{k}", direction=d) for k, d in enumerate(directions)],
        siblings=siblings or [range(len(columns))] * len(columns),
        carried=carried,
    )


X = [1.0, 2.0, NAN, 6.0, NAN]


@pytest.mark.parametrize(
    ("method", "wanted"),
    [
        (NoImputation(), X),
        (MeanImputation(method="mean"), [1, 2, 3, 6, 3]),
        (MedianImputation(method="median"), [1, 2, 2, 6, 2]),
        (GroupMean(method="group-mean", group="region"), [1, 2, 1.5, 6, NAN]),
        (GroupMedian(method="group-median", group="region"), [1, 2, 1.5, 6, NAN]),
        (GroupMean(method="group-mean", group="of no country"), X),
    ],
)
def test_by_indicator(method, wanted):
    np.testing.assert_array_equal(fill([X], method)[0], wanted)


@pytest.mark.parametrize("method", [LastKnown(method="last-known"), LinearInTime(method="linear")])
def test_carried_values_fill_gaps_only(method):
    carried = [np.array([9.0, 9.0, 7.0, 9.0, NAN])]
    np.testing.assert_array_equal(fill([X], method, carried=carried)[0], [1, 2, 7, 6, NAN])
    np.testing.assert_array_equal(fill([X], method)[0], X)


def test_a_group_without_a_figure_stays_missing():
    filled = fill([[NAN, NAN, NAN, 4, 5]], GroupMedian(method="group-median", group="region"))[0]
    np.testing.assert_array_equal(filled, [NAN, NAN, NAN, 4, 5])


def test_beside_is_worked_by_hand():
    """Scores 0-1 of the others: country 2 has 0.5 (of b) and 1 - 0.25 (of c, lower is better)."""
    a, b, c = [0.0, 10.0, NAN, 5.0], [0.0, 4.0, 2.0, 1.0], [8.0, 0.0, 2.0, 4.0]
    directions = ["higher", "higher", "lower"]
    mean = fill([a, b, c], MeanImputation(method="mean", by="subpillar"), directions=directions)
    np.testing.assert_allclose(mean[0], [0, 10, 10 * (0.5 + 0.75) / 2, 5], rtol=1e-12)
    # Lower is better of the gap's own indicator: a score of 0.625 is 37.5% of the way up.
    turned = fill([a, b, c], MedianImputation(method="median", by="subpillar"),
                  directions=["lower", "higher", "lower"])  # fmt: skip
    np.testing.assert_allclose(turned[0][2], 10 * (1 - 0.625), rtol=1e-12)
    # Another node's indicators play no role.
    apart = fill([a, b, c], MeanImputation(method="mean", by="subpillar"), directions=directions,
                 siblings=[[0, 1], [0, 1], [2]])  # fmt: skip
    np.testing.assert_allclose(apart[0][2], 5, rtol=1e-12)


def test_beside_without_variance_or_anything():
    method = MeanImputation(method="mean", by="subpillar")
    same = fill([[3.0, 3.0, NAN], [1.0, 2.0, 3.0]], method)
    np.testing.assert_array_equal(same[0], [3, 3, 3])
    nothing = fill([[1.0, 2.0, NAN], [1.0, 2.0, NAN]], method)
    assert np.isnan(nothing[0][2]) and np.isnan(nothing[1][2])


@MODEST
@given(SEED, st.integers(1, 6), st.integers(2, 6))
def test_nearest_is_scikit_learns(seed, k, count):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(20, count)) * rng.uniform(0.1, 100, count) + rng.normal(size=count)
    x[rng.random(x.shape) < 0.3] = NAN
    if np.isnan(x).all(axis=0).any():
        return
    scaler = StandardScaler()
    theirs = scaler.inverse_transform(KNNImputer(n_neighbors=k).fit_transform(scaler.fit_transform(x)))
    ours = np.column_stack(fill(list(x.T), NearestNeighbours(method="knn", k=k)))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_nearest_counts_all_that_are_as_near():
    """Countries 1 and 2 are level for country 0: both count for k = 1, in either order."""
    beside, x = np.array([0.0, 1.0, 1.0, 9.0]), np.array([NAN, 4.0, 6.0, 50.0])
    for order in ([0, 1, 2, 3], [0, 2, 1, 3]):
        assert nearest([x[order], beside[order]], 1)[0][0] == 5


def test_nearest_without_a_neighbour_is_the_mean():
    x, beside = np.array([NAN, 4.0, 6.0]), np.array([1.0, NAN, NAN])
    assert nearest([x, beside], 1)[0][0] == 5
    assert np.isnan(nearest([np.full(3, NAN), beside], 2)[0]).all()


@MODEST
@given(SEED, st.integers(1, 3))
def test_regression_is_scikit_learns(seed, count):
    rng = np.random.default_rng(seed)
    predictors = np.exp(rng.normal(size=(count, 40)) * 2)
    predictors[0] -= 1.0  # not positive throughout: no logarithm
    y = rng.normal(size=40) * 50
    y[rng.random(40) < 0.3] = NAN
    predictors[:, rng.random(40) < 0.1] = NAN
    prediction, deviation = regression_prediction(y, predictors)
    design = np.vstack([predictors[:1], np.log(predictors[1:])]).T
    known = np.isfinite(design).all(axis=1)
    fit = known & np.isfinite(y)
    model = LinearRegression().fit(design[fit], y[fit])
    np.testing.assert_allclose(prediction[known], model.predict(design[known]), rtol=1e-9, atol=1e-9)
    residuals = y[fit] - model.predict(design[fit])
    x = np.column_stack([np.ones(40), design])
    leverage = np.einsum("ci,ij,cj->c", x[known], np.linalg.inv(x[fit].T @ x[fit]), x[known])
    s2 = (residuals**2).sum() / (fit.sum() - count - 1)
    np.testing.assert_allclose(deviation[known], np.sqrt(s2 * (1 + leverage)), rtol=1e-7)
    assert np.isnan(prediction[~known]).all() and np.isnan(deviation[~known]).all()


def test_regression_by_hand():
    """y = 2 + 3 log10 of GDP, exactly: the missing one is 2 + 3 * 4, without error."""
    y = np.array([2.0, 5.0, 8.0, 11.0, NAN])
    prediction, deviation = regression_prediction(y, GDP[None])
    np.testing.assert_allclose(prediction, [2, 5, 8, 11, 14], rtol=1e-12)
    np.testing.assert_allclose(deviation, 0, atol=1e-12)
    filled = fill([y], RegressionImputation(method="regression", on=("gdp",)), context={"gdp": GDP})[0]
    np.testing.assert_allclose(filled, [2, 5, 8, 11, 14], rtol=1e-12)


def test_regression_with_too_little_says_nothing():
    y = np.array([2.0, 5.0, 8.0, NAN, NAN])
    assert np.isnan(regression_prediction(y, GDP[None])[0]).all()
    assert np.isnan(regression_prediction(np.full(5, NAN), GDP[None])[1]).all()


@pytest.mark.parametrize("useless", [np.full(8, 7.0), 3 * np.arange(1.0, 9.0), np.full(8, -1e6)])
def test_a_predictor_that_adds_nothing_does_no_harm(useless):
    y, x = np.array([1.0, 3, 2, 5, 4, 7, 8, NAN]), -np.arange(1.0, 9.0)
    if useless[0] != 7.0 and useless[0] > 0:
        useless = -useless
    alone, both = regression_prediction(y, x[None]), regression_prediction(y, np.stack([x, useless]))
    np.testing.assert_allclose(both[0], alone[0], rtol=1e-9)
    np.testing.assert_allclose(both[1], alone[1], rtol=1e-9)


METHODS = [
    MeanImputation(method="mean"), MedianImputation(method="median"),
    MeanImputation(method="mean", by="subpillar"), MedianImputation(method="median", by="subpillar"),
    GroupMean(method="group-mean", group="g"), GroupMedian(method="group-median", group="g"),
    NearestNeighbours(method="knn", k=3), RegressionImputation(method="regression", on=("gdp",)),
]  # fmt: skip


@pytest.mark.parametrize("method", METHODS, ids=lambda method: f"{method.method}-{getattr(method, 'by', '')}")
@settings(max_examples=25, deadline=None)
@given(SEED)
def test_what_always_holds(method, seed):
    """Figures stay, whole columns are the same object, draws are filled like single runs in any order."""
    rng = np.random.default_rng(seed)
    size = 12
    columns = [rng.normal(size=(3, size)), rng.normal(size=size), rng.normal(size=size)]
    for column in columns[:2]:
        column[rng.random(column.shape) < 0.3] = NAN
    columns[0][0, 0] = NAN
    context = {"gdp": rng.normal(size=size)}
    labels = {"g": [None, *rng.integers(0, 3, size - 1).tolist()]}
    keys = {"directions": ["higher", "lower", "higher"], "context": context, "labels": labels}
    filled = fill(columns, method, **keys)
    assert impute_same(columns, method, **keys)
    for column, new in zip(columns, filled, strict=True):
        # A column that is the same in every draw may come to differ, where others do.
        figures = np.broadcast_to(column, new.shape)
        known = np.isfinite(figures)
        np.testing.assert_array_equal(figures[known], new[known])
    for draw in range(3):
        single = fill([columns[0][draw], *columns[1:]], method, **keys)
        for one, new in zip(single, filled, strict=True):
            np.testing.assert_allclose(new if new.ndim == 1 else new[draw], one, rtol=1e-10, atol=1e-10)
    order = rng.permutation(size)
    keys |= {"context": {"gdp": context["gdp"][order]}, "labels": {"g": [labels["g"][c] for c in order]}}
    turned = fill([column[..., order] for column in columns], method, **keys)
    for new, one in zip(filled, turned, strict=True):
        np.testing.assert_allclose(new[..., order], one, rtol=1e-9, atol=1e-9)


def impute_same(columns, method, **keys):
    """Whether a column without a gap comes back as the same object."""
    references = [IndicatorRef(id=f"x{k}", direction=d) for k, d in enumerate(keys["directions"])]
    filled = impute(columns, method, labels=keys["labels"], context=keys["context"], references=references,
                    siblings=[range(3)] * 3, carried=None)  # fmt: skip
    return filled[2] is columns[2]
