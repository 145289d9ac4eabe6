"""Averages of groups, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.analysis.averages import AVERAGES, average, by_group
from readiness.index import Index

NAN = float("nan")
PEOPLE = """\
id: population
name: Population
unit: people
source: {publisher: P, dataset: D, licence: L}
figures: |
  country,2024
  BRA,200
  IND,600
  KEN,100
"""


@pytest.mark.parametrize(
    ("values", "weights", "expected"),
    [
        ([1, 2, 9], [1, 1, 2], (2, 4, 21 / 4)),
        ([1, NAN, 9], [1, 5, NAN], (5, 5, 1)),
        ([NAN, NAN], [1, 1], (None, None, None)),
        ([1, 2], [NAN, 0], (1.5, 1.5, None)),
        ([], [], (None, None, None)),
    ],
)
def test_averages_by_hand(values, weights, expected):
    found = [average(np.array(values, dtype=float), np.array(weights, dtype=float), how) for how in AVERAGES]
    assert found == [None if item is None else pytest.approx(item) for item in expected]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=9), st.floats(0.1, 10))
def test_an_average_lies_between_its_ends_and_equal_weights_are_the_mean(values, weight):
    array = np.array(values)
    for how in AVERAGES:
        found = average(array, np.full(len(values), weight), how)
        assert min(values) - 1e-9 <= found <= max(values) + 1e-9
    mean, weighed = (average(array, np.full(len(values), weight), how) for how in AVERAGES[1:])
    assert weighed == pytest.approx(mean)


def test_rows_of_groups(make_index):
    index = Index.load(make_index({"context/population.yaml": PEOPLE}))
    scores = index.scores()
    table = by_group(scores, index.figures, index.countries.groups()["income"], "weighted_mean")
    assert table.columns == (
        "group",
        "countries",
        "ranked",
        "average",
        "score",
        "coverage",
        "energy",
        "skills",
    )
    rows = {row[0]: row for row in table.rows}
    assert list(rows)[-1] == "all" and set(rows) == {*index.countries.groups()["income"], "all"}
    lower = rows["Lower middle income"]
    # India 600, Kenya 100; Vietnam has no population.
    energy = [scores.score(code, "energy") for code in ("IND", "KEN")]
    assert lower[6] == pytest.approx((600 * energy[0] + 100 * energy[1]) / 700)
    assert rows["High income"][4] is None  # nobody there has a population
    ranked = sum(scores.rank(code) is not None for code in ("IND", "KEN", "VNM"))
    assert lower[2] == ranked
    scored = [row[4] for row in table.rows[:-1]]
    assert [item for item in scored if item is not None] == sorted(
        (x for x in scored if x is not None), reverse=True
    )


def test_a_yes_or_no_group_has_its_members_alone(make_index):
    index = Index.load(make_index())
    table = by_group(index.scores(), index.figures, index.countries.groups()["g20"], "mean", "index")
    assert [(row[0], row[1]) for row in table.rows] == [("true", 2), ("all", 6)]
