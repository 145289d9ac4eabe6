"""Peers: the distance by hand, order, what has no figure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.analysis.peers import by_group, by_structure, distances

NAN = math.nan
TREE = {"id": "n", "indicators": [{"id": "x"}]}


def test_distance_by_hand():
    # Logs are 0, 1, 2 of either: the standard deviation is 1.
    population, income = np.exp([0.0, 1.0, 2.0]), np.exp([2.0, 0.0, 1.0])
    found = distances(population, income, ["a", "a", "b"], 0)
    assert found == pytest.approx([0.0, math.sqrt(1 + 4), math.sqrt(4 + 1 + 1)])


def test_a_missing_figure_is_no_peer_and_has_none():
    population, income = np.array([1.0, 2.0, NAN, 0.0]), np.array([3.0, 4.0, 5.0, 6.0])
    found = distances(population, income, ["a"] * 4, 0)
    assert np.isfinite(found).tolist() == [True, True, False, False]
    assert np.isnan(distances(population, income, ["a"] * 4, 2)).all()


def test_an_unknown_region_is_another_one_and_no_difference_plays_no_role():
    same = np.full(3, 5.0)
    assert distances(same, same, [None, None, "a"], 0) == pytest.approx([0.0, 1.0, 1.0])
    assert distances(same, same, ["a", "a", None], 0) == pytest.approx([0.0, 0.0, 1.0])


positive = st.floats(1.0, 1e9)


@given(rows=st.lists(st.tuples(positive, positive, st.sampled_from("ab")), min_size=2, max_size=8),
       factor=st.sampled_from([1e-3, 7.0]))  # fmt: skip
def test_distance_is_symmetric_and_knows_no_unit(rows, factor):
    population, income = (np.array([row[n] for row in rows]) for n in (0, 1))
    regions = [row[2] for row in rows]
    first, second = distances(population, income, regions, 0), distances(population, income, regions, 1)
    assert first[0] == 0 and first[1] == pytest.approx(second[0])
    assert distances(population * factor, income, regions, 0) == pytest.approx(first, abs=1e-6)


@pytest.fixture(scope="module")
def index(make):
    codes = "ABCDE"
    figures = {"x": dict(zip(codes, [50.0, 40.0, 30.0, 20.0, 10.0], strict=True))}
    context = {"population": {"A": 10.0, "B": 10.0, "C": 40.0, "D": 10.0, "E": 90.0},
               "gdp_per_capita_ppp": {"A": 5.0, "B": 5.0, "C": 5.0, "D": 5.0}}  # fmt: skip
    groups = {
        code: {"region": "R" if code in "ABC" else "S", "income": "Low", "eu": code == "A"} for code in codes
    }
    return make(TREE, figures, context=context, groups=groups)


def test_nearest_first_equals_by_code_and_no_more_than_asked_for(index):
    scores, known = index
    peers = by_structure(scores, "A", known)
    assert [(peer.country, peer.name) for peer in peers] == [("B", "The B"), ("D", "The D"), ("C", "The C")]
    assert [peer.distance for peer in peers] == pytest.approx([0.0, 1.0, 2.0])  # log 4 is two of log 2
    assert (peers[0].score, peers[0].gap, peers[0].population) == (40.0, 10.0, 10.0)
    assert len(by_structure(scores, "A", known, count=1)) == 1
    assert by_structure(scores, "E", known) == ()


def test_peers_by_group(index):
    scores, _ = index
    income, region = by_group(scores, "B")
    assert (income.value, income.ranked, income.median, income.group_rank) == ("Low", 5, 30.0, 2)
    assert (region.value, region.ranked, region.median, region.group_rank) == ("R", 3, 40.0, 2)
    assert by_group(scores, "B", ["eu", "no_such_group"]) == ()
    assert by_group(scores, "A", ["eu"])[0].ranked == 1


def test_an_index_without_population_has_no_peers(make):
    scores, known = make(TREE, {"x": {"A": 1.0, "B": 2.0}})
    assert by_structure(scores, "A", known) == () and by_group(scores, "A") == ()
