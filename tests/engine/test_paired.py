"""Two results in the same draws: against draws made one by one, and whose noise is whose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from readiness.engine import paired
from readiness.engine.compute import compute
from readiness.engine.paired import differing, gains
from readiness.engine.simulate import Simulation
from readiness.figures.matrix import Flag


@pytest.fixture(scope="module")
def scores(bundled):
    return bundled.scores()


def changed(scores, cells):
    """Score the figures with other cells: (country, indicator, value), NaN for a gap."""
    values, flags = scores.matrix.values.copy(), scores.matrix.flags.copy()
    denominators = scores.matrix.denominators.copy()
    for code, name, value in cells:
        at = scores.position(code), scores.matrix.indicators.index(name)
        values[at], flags[at] = value, Flag.MISSING if np.isnan(value) else Flag.FIGURE
        denominators[at] = 1.0 if np.isnan(denominators[at]) else denominators[at]
    matrix = replace(scores.matrix, values=values, flags=flags, denominators=denominators)
    return replace(compute(scores.framework, matrix), ranges=None)


def naive(scores, after, row, places, draws):
    """Return the shares from two simulations of their own, the spread kept."""
    block = scores.framework.uncertainty
    first = Simulation(scores, block)
    second = Simulation(after, block, spread=first.spread_of_scores)
    at = np.flatnonzero(first.rows == row)[0]
    gained = []
    for factors in first.blocks(draws):
        ranks = [one.ranks(one.index_scores(factors))[:, at].astype(int) for one in (first, second)]
        gained.append(ranks[0] - ranks[1])
    return tuple(float((np.concatenate(gained) >= wanted).mean()) for wanted in places)


@pytest.mark.parametrize(
    "cells",
    [
        [("KEN", "internet_users", 60.0)],
        [("KEN", "internet_users", 60.0), ("KEN", "carbon_intensity", 30.0), ("KEN", "td_losses", 30.0)],
        [("KEN", "cloud_regions_hyperscale", 9.0)],  # a declared zero before
        [("KEN", "rule_of_law", -2.0)],
    ],
)
def test_gains_are_those_of_two_simulations_in_the_same_draws(scores, cells):
    """Without a gap opened or filled the noise lies alike; more than a block, and not a whole one."""
    row, places, draws = scores.position("KEN"), (1, 3, -3), 2100
    after = changed(scores, cells)
    assert gains(scores, [after], row, places, draws) == [naive(scores, after, row, places, draws)]


def test_several_results_are_each_as_if_alone(scores):
    row = scores.position("KEN")
    several = [changed(scores, [("KEN", "internet_users", value)]) for value in (20.0, 50.0, 90.0)]
    together = gains(scores, several, row, (1,), 300)
    assert together == [gains(scores, [one], row, (1,), 300)[0] for one in several]
    assert together[0] < together[1] < together[2]
    assert gains(scores, [scores], row, (1, 0), 300) == [(0.0, 1.0)]


def test_a_cell_keeps_its_noise_when_a_gap_before_it_is_filled(scores):
    before = Simulation(scores, scores.framework.uncertainty)
    cells = paired._gaps(before)
    k, row = cells[3]
    filled = changed(scores, [(scores.countries[row], scores.matrix.indicators[k], 1.0)])
    other = replace(before, scores=filled, spread=before.spread_of_scores, cache={})
    after = paired._gaps(other)
    assert [cell for cell in cells if cell != (k, row)] == after
    factors = next(before.blocks(50))
    aligned = paired._Block(before, factors, 0)._aligned(other)["imputation"]
    assert aligned.shape == (50, len(after))
    for place, cell in enumerate(after):
        np.testing.assert_array_equal(aligned[:, place], factors["imputation"][:, cells.index(cell)])
    # The streams alone would have given every cell behind the gap its neighbour's.
    assert (aligned[:, 3:] != factors["imputation"][:, 3:-1]).any()


def test_a_new_gap_has_noise_of_its_own_that_more_draws_keep(scores):
    before = Simulation(scores, scores.framework.uncertainty)
    code = next(code for code in scores.countries if scores.rank(code) == 1)
    opened = changed(scores, [(code, "internet_users", float("nan")), (code, "rule_of_law", float("nan"))])
    other = replace(before, scores=opened, spread=before.spread_of_scores, cache={})
    fresh = sorted(set(paired._gaps(other)) - set(paired._gaps(before)))
    assert len(fresh) == 2
    at = [paired._gaps(other).index(cell) for cell in fresh]
    few, many = (
        paired._Block(before, next(before.blocks(draws)), 0)._aligned(other)["imputation"][:, at]
        for draws in (40, 400)
    )
    np.testing.assert_array_equal(few, many[:40])
    assert abs(np.corrcoef(many.T)[0, 1]) < 0.2 and 0.8 < many.std() < 1.2
    assert len(np.unique(many)) == many.size


def test_which_columns_differ(scores):
    names = scores.matrix.indicators
    after = changed(scores, [("KEN", "internet_users", 60.0), ("CHE", "td_losses", float("nan"))])
    assert {names[k] for k in differing(scores, after)} == {"internet_users", "td_losses"}
    assert differing(scores, scores) == []


def test_where_places_do_not_compare_there_is_no_chance(scores):
    code = "KEN"
    lost = changed(scores, [(code, name, float("nan")) for name in scores.matrix.indicators[:20]])
    row = scores.position(code)
    assert scores.ranked[row] and not lost.ranked[row]
    assert gains(scores, [lost, scores], row, (1,), 20) == [None, (0.0,)]
    unranked = int(np.flatnonzero(~scores.ranked)[0])
    assert gains(scores, [scores], unranked, (1,), 20) == [None]
    without = replace(scores, framework=scores.framework.model_copy(update={"uncertainty": None}))
    with pytest.raises(ValueError, match="no uncertainty"):
        gains(without, [without], row, (1,), 20)
