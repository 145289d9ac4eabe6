"""A comparison sorted, cut and set beside a group's averages, worked by hand on the small index."""

from __future__ import annotations

import numpy as np
import pytest

from readiness.analysis.compare import by_difference, compare, differing, first, with_averages
from readiness.index import Index

PEOPLE = """\
id: population
name: Population
unit: people
source: {publisher: P, dataset: D, licence: L}
figures: |
  country,2024
  BRA,200
  IND,600
"""


@pytest.fixture
def index(make_index) -> Index:
    return Index.load(make_index({"context/population.yaml": PEOPLE}))


def rows(table):
    return {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}


def test_averages_count_who_has_the_figure(index):
    scores = index.scores()
    table = compare(scores, ["KEN"], index.indicators, level="indicator", values=True)
    found = rows(with_averages(table, scores, ["BRA", "IND", "KEN"], index.figures, True))
    # Papers: Brazil 45, India 38, Kenya none; by people (200 * 45 + 600 * 38) / 800.
    papers = found["papers"]
    assert (papers["KEN"], papers["median"], papers["mean"]) == (None, 41.5, 41.5)
    assert papers["weighted_mean"] == pytest.approx((200 * 45 + 600 * 38) / 800)
    # Losses: 15.5, 17 and 22; Kenya has no population and no weight.
    losses = found["losses"]
    assert (losses["median"], losses["mean"]) == (17.0, pytest.approx((15.5 + 17 + 22) / 3))
    assert losses["weighted_mean"] == pytest.approx((200 * 15.5 + 600 * 17) / 800)
    assert [found[name]["median"] for name in ("rank", "rank_low", "rank_high")] == [None] * 3
    assert found["score"]["mean"] == pytest.approx(
        np.nanmean([scores.score(c) or np.nan for c in ("BRA", "IND", "KEN")])
    )


def test_scores_of_a_group_are_scores(index):
    scores = index.scores()
    table = compare(scores, ["KEN"], index.indicators)
    found = rows(with_averages(table, scores, ["AUT", "NOR"], index.figures, False))
    assert found["energy"]["mean"] == pytest.approx(
        (scores.score("AUT", "energy") + scores.score("NOR", "energy")) / 2
    )
    # Nobody of them has a population.
    assert found["energy"]["weighted_mean"] is None


def test_the_furthest_apart_come_first(index):
    scores = index.scores()
    table = by_difference(compare(scores, ["AUT", "KEN"], index.indicators, level="indicator"))
    body = table.rows[5:]
    gaps = [abs(row[4] - row[5]) if None not in row[4:] else -1 for row in body]
    assert gaps == sorted(gaps, reverse=True) and gaps[-1] == -1
    assert [row[0] for row in table.rows[:5]] == ["rank", "rank_low", "rank_high", "score", "coverage"]
    assert [row[0] for row in first(table, 2).rows] == [row[0] for row in table.rows[:7]]


def test_what_is_the_same_goes(index):
    scores = index.scores()
    table = compare(scores, ["AUT", "NOR"], index.indicators, level="indicator", values=True)
    parts = {row[0] for row in differing(table).rows}
    assert "access" not in parts and {"rank", "score", "losses", "papers"} <= parts
