"""Postures by their rules, the binding layer, leapfrog and direction, against independent counts."""

from __future__ import annotations

import numpy as np
import pytest

from readiness.analysis.layers import STEP


@pytest.fixture(scope="module")
def layers(bundled):
    return bundled.scores("layers")


def test_every_country_has_a_posture_for_each_layer_with_its_rule(bundled, layers):
    ids = [child.id for child in layers.framework.tree.children]
    for code in layers.countries:
        found = bundled.posture(code)
        assert [layer.id for layer in found] == ids
        for layer in found:
            assert layer.posture in ("own", "share", "rent", None)
            assert layer.rule.endswith(".") and "; else " in layer.rule
            assert layer.reason or layer.posture == "rent"
            assert (layer.posture is None) == layer.reason.startswith("Open (")


def test_postures_follow_the_printed_bounds(bundled, layers):
    """The rule of models, recounted: three notable models, or a score of 60 and a large economy."""
    gdp, _ = bundled.figures.latest("gdp_usd", list(layers.countries), 2026)
    stage = bundled.scores().table(stage="selected")
    for row, code in enumerate(layers.countries):
        score = layers.score(code, "models")
        notable = stage.loc[code, "notable_ai_models_5y"]
        posture = next(layer for layer in bundled.posture(code) if layer.id == "models").posture
        if notable >= 3 or (score is not None and score >= 60 and gdp[row] >= 1e12):
            assert posture == "own", code
        elif score is not None and np.isfinite(gdp[row]):
            eu = bool(bundled.countries[code].groups.get("eu"))
            assert posture == ("share" if eu or score >= 25 else "rent"), code


def test_the_binding_layer_is_where_ten_points_add_most(bundled, layers):
    children = layers.framework.tree.children
    power = getattr(layers.framework.tree.aggregation or layers.framework.methods.aggregation, "p", 1.0)
    weights = np.array([child.weight for child in children])
    for code in layers.countries[::7]:
        own = np.array([layers.score(code, child.id) or np.nan if layers.score(code, child.id) != 0 else 0.0
                        for child in children])  # fmt: skip
        found = bundled.binding(code)
        known = np.isfinite(own)
        if known.sum() < 2:
            assert found is None
            continue

        def mean(values, known=known):
            return (weights[known] @ values[known] ** power / weights[known].sum()) ** (1 / power)

        gains = {}
        for n in np.flatnonzero(known):
            more = own.copy()
            more[n] = min(own[n] + STEP, 100)
            gains[children[n].id] = mean(more) - mean(own)
        assert found.gain == pytest.approx(max(gains.values()), abs=1e-9), code
        assert gains[found.id] == pytest.approx(found.gain, abs=1e-9)
        assert found.certainty is None or 0 <= found.certainty <= 1


def test_a_leap_is_its_score_less_what_the_others_explain(bundled, layers):
    found = bundled.leapfrog("KEN")
    for leap in found.leaps:
        assert leap.residual == pytest.approx(leap.score - leap.expected)
        assert leap.score == pytest.approx(layers.score("KEN", leap.id))
        assert leap.candidate == (leap.share >= found.needed) and 0 <= leap.share <= 1
        assert 0 < leap.explained < 1


def test_the_expected_score_is_a_regression_without_the_country(bundled, layers):
    lower = np.column_stack([layers.column(name) for name in ("energy", "chips", "cloud")])
    upper = layers.column("models")
    income, _ = bundled.figures.latest("gdp_per_capita_ppp", list(layers.countries), 2026)
    known = layers.ranked & np.isfinite(lower).all(axis=1) & np.isfinite(upper) & (income > 0)
    row = layers.position("KEN")
    others = known.copy()
    others[row] = False
    design = np.column_stack([np.ones(len(income)), lower, np.log(np.where(known, income, 1))])
    fit = np.linalg.lstsq(design[others], upper[others], rcond=None)[0]
    leap = next(item for item in bundled.leapfrog("KEN").leaps if item.id == "models")
    assert leap.expected == pytest.approx(float(design[row] @ fit), abs=0.05)


def test_the_direction_counts_figures_with_a_history(bundled):
    total = len(bundled.scores().matrix.indicators)
    for code in ("KEN", "USA", "TUV", "IND"):
        found = bundled.direction(code)
        assert found.improved + found.worsened + found.unchanged + found.without == total
        assert all(shift.points > 0 and shift.before != shift.after for shift in found.ups)
        assert all(shift.points < 0 for shift in found.downs)
        for shift in (*found.ups, *found.downs):
            assert 4 <= shift.after_year - shift.before_year <= 6
