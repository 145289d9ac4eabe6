"""Every rule of the audit, on 60 made-up places in which one thing is wrong at a time.

`world()` writes an index of three pillars of two sub-pillars of two indicators that passes
every check; a test plants one bad indicator and expects that check, and that one alone, to
say so, with a number that is computed here in another way.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from itertools import chain
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from readiness.definitions.load import load
from readiness.engine.audit import INFORMATION, SECTIONS, THRESHOLDS, audit
from readiness.engine.audit.facts import nominal_weights, without
from readiness.engine.audit.thresholds import BY_CHECK, outside
from readiness.figures.table import Figures
from readiness.index import Index

PLACES = tuple(f"P{number:02d}" for number in range(60))
PILLARS = {
    "a": {"a.one": ["a1", "a2"], "a.two": ["a3", "a4"]},
    "b": {"b.one": ["b1", "b2"], "b.two": ["b3", "b4"]},
    "c": {"c.one": ["c1", "c2"], "c.two": ["c3", "c4"]},
}


def noise(seed, size=60):
    """Return `size` numbers of mean 0 and standard deviation 1."""
    x = np.random.default_rng(seed).normal(size=size)
    return (x - x.mean()) / x.std()


def factors():
    """Return what each pillar measures: a part in common and one of its own."""
    return {name: 0.7 * noise(1) + 0.7 * noise(seed) for seed, name in enumerate("abc", start=2)}


def columns():
    """Return scores about 50 of every indicator: its pillar and noise."""
    found = {}
    for pillar, factor in factors().items():
        for number in range(1, 5):
            found[f"{pillar}{number}"] = 50 + 8 * factor + 5 * noise(100 + 10 * number + ord(pillar))
    return found


def series(name, values, *, year=2024, header=None, **keys):
    values = np.asarray(values, dtype=float)
    rows = [f"  {place},{value!r}" for place, value in zip(PLACES, values.tolist(), strict=True)
            if math.isfinite(value)]  # fmt: skip
    item = {
        "id": name, "name": name, "unit": "points", "direction": "higher", "goalposts": [0, 100],
        "source": {"publisher": "Nobody", "dataset": "Made up", "licence": "CC0", "redistribute": "yes"},
        **keys,
    }  # fmt: skip
    head = "".join(f"{key}: {json.dumps(value)}\n" for key, value in item.items())
    return head + f"figures: |\n  country,{header or year}\n" + "\n".join(rows) + "\n"


def node(name, below):
    if isinstance(below, dict):
        return {"id": name, "children": [node(key, value) for key, value in below.items()]}
    return {"id": name, "indicators": below}


@pytest.fixture
def world(tmp_path):
    """Return a function that writes the index with `change`d columns and audits it."""

    def make(change=None, *, keys=None, pillars=PILLARS, context=None, validation=None, framework=None,
             accept=None, ranges=None):  # fmt: skip
        root = tmp_path / "index"
        found = {**columns(), **(change or {})}
        lists = [
            below if isinstance(below, list) else list(chain(*below.values())) for below in pillars.values()
        ]
        used = {item if isinstance(item, str) else item["id"] for names in lists for item in names}
        files = {
            f"scored/{name}.yaml": series(name, found[name], **(keys or {}).get(name, {})) for name in used
        }
        income = np.exp(9 + 0.3 * noise(1) + 0.5 * noise(77))
        for name, values in {"gdp_per_capita_ppp": income, **(context or {})}.items():
            files[f"context/{name}.yaml"] = series(name, values, goalposts=None, unit="$")
        for name, values in (validation or {}).items():
            extra = {} if isinstance(values, np.ndarray) else values[1]
            values = values if isinstance(values, np.ndarray) else values[0]
            files[f"validation/{name}.yaml"] = series(name, values, goalposts=None, **extra)
        body = {
            "id": "main",
            "name": "Made up",
            "year": 2025,
            "tree": node("index", pillars),
            **(framework or {}),
        }
        files["frameworks/main.yaml"] = json.dumps(body)
        places = {place: {"name": place} for place in PLACES}
        files["countries.yaml"] = json.dumps({"codes": "free", "countries": places})
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text.replace("goalposts: null\n", ""), encoding="utf-8")
        return audited(Index(load(root)), accept, ranges)

    return make


def audited(index, accept=None, ranges=None):
    definitions = index.definitions
    published = Figures(
        definitions.validation, {name: definitions.blocks[name] for name in definitions.validation}
    )
    scores = index.scores()
    if ranges is not None:
        scores = replace(scores, ranges=lambda _: ranges)
    return audit(scores, index.figures, published, accept)


def said(found):
    """Return what fails or warns: {(check, subject): verdict}."""
    return {(item.check, item.subject): item.verdict for item in found.having("fail", "warn")}


def one(found, check, subject):
    return next(item for item in found.findings if (item.check, item.subject) == (check, subject))


@dataclass(frozen=True)
class Exceptional:
    check: str
    subject: str
    reason: str


# --- the table of thresholds


def test_the_thresholds_are_those_of_the_method():
    assert {rule.check: rule.text for rule in THRESHOLDS} == {
        "item-rest": "fail < 0, warn < 0.3",
        "duplicate": "warn > 0.95",
        "other-pillar": "warn > 0.12",
        "alpha": "warn < 0.6",
        "single-indicator": "warn < 2",
        "effective-weight": "fail outside 0.5-2, warn outside 0.75-1.33",
        "rank-range": "fail > 25%, warn > 15%",
        "drop-shift": "warn > 3%",
        "income": "warn > 0.9",
        "published": "warn outside 0.5-0.95",
        "stale": "warn > 5",
        "licence": "warn: listed",
        "coverage": "warn < 60%",
        "exception": "warn: listed",
    }


def test_every_check_says_what_to_do_and_where_it_belongs():
    for rule in THRESHOLDS:
        assert rule.section in SECTIONS
        for side in ("fail", "warn"):
            low, high = getattr(rule, side)
            assert low is None or rule.advise(low - 1).endswith(".")
            assert high is None or rule.advise(high + 1).endswith(".")
    assert {section for section, _ in INFORMATION.values()} <= set(SECTIONS)
    assert not set(INFORMATION) & set(BY_CHECK)


@pytest.mark.parametrize(
    ("check", "value", "verdict"),
    [
        ("item-rest", -1e-9, "fail"), ("item-rest", 0.0, "warn"), ("item-rest", 0.3, "pass"),
        ("duplicate", 0.95, "pass"), ("duplicate", 0.9501, "warn"),
        ("other-pillar", 0.12, "pass"), ("other-pillar", 0.13, "warn"),
        ("effective-weight", 0.49, "fail"), ("effective-weight", 0.5, "warn"),
        ("effective-weight", 0.75, "pass"), ("effective-weight", 1.34, "warn"),
        ("effective-weight", 2.0, "warn"), ("effective-weight", 2.01, "fail"),
        ("rank-range", 0.15, "pass"), ("rank-range", 0.25, "warn"), ("rank-range", 0.26, "fail"),
        ("published", 0.49, "warn"), ("published", 0.95, "pass"), ("published", 0.96, "warn"),
        ("alpha", float("nan"), "not assessed"),
    ],
)  # fmt: skip
def test_bounds_are_strict(check, value, verdict):
    assert BY_CHECK[check].verdict(value) == verdict


@given(st.sampled_from(THRESHOLDS), st.floats(-2, 300))
def test_what_fails_would_warn_too(rule, value):
    if outside(value, rule.fail):
        assert outside(value, rule.warn) and rule.verdict(value) == "fail" and rule.advise(value)


# --- the whole


def test_an_index_with_nothing_wrong_passes(world):
    found = world()
    assert said(found) == {} and not found.failed
    passed = {item.check for item in found.having("pass")}
    assert passed == set(BY_CHECK) - {"rank-range", "published", "exception"}
    assert [(item.check, item.detail) for item in found.having("not assessed")] == [
        ("rank-range", "the framework has no `uncertainty:`")
    ]


def test_findings_are_a_table_of_plain_values_in_the_order_of_the_thresholds(world):
    found = world(validation={"rival": noise(9) * 3 + factors()["a"] * 5 + 50})
    table = found.rows()
    assert table.columns[:6] == ("section", "check", "subject", "other", "verdict", "value")
    order = [*BY_CHECK, *INFORMATION]
    places = [order.index(row[1]) for row in table.rows]
    assert places == sorted(places)
    for row in table.rows:
        for value in row:
            assert (
                value is None
                or isinstance(value, (str, int))
                or (type(value) is float and math.isfinite(value))
            )
    judged = [row for row in table.rows if row[4] in ("pass", "warn", "fail") and row[1] != "licence"]
    assert all(row[5] is not None for row in judged)
    assert {row[0] for row in found.rows("data").rows} == {"data"}
    json.dumps(found.rows().rows, allow_nan=False)


def test_the_same_figures_give_the_same_findings(world):
    rival = {"rival": noise(9) * 3 + factors()["a"] * 5 + 50}
    assert world(validation=rival).rows() == world(validation=rival).rows()


# --- coherence


def test_an_indicator_against_its_sub_pillar_fails(world):
    bad = 50 - 8 * factors()["a"] + 5 * noise(5)
    found = world({"a1": bad})
    item = one(found, "item-rest", "a1")
    # The rest of a sub-pillar of two is the other one.
    assert item.verdict == "fail" and found.failed
    assert (
        item.value == pytest.approx(np.corrcoef(bad, columns()["a2"])[0, 1], abs=1e-12) and item.value < -0.4
    )
    assert said(found)["item-rest", "a2"] == "fail"
    assert "direction" in item.advice


def test_a_wrong_direction_is_found(world):
    found = world(keys={"b3": {"direction": "lower"}})
    x = columns()
    assert one(found, "item-rest", "b3").value == pytest.approx(
        -np.corrcoef(x["b3"], x["b4"])[0, 1], abs=1e-12
    )
    assert said(found)["item-rest", "b3"] == "fail"


def test_the_rest_is_the_weighted_mean_of_the_others_that_are_there(world):
    x = columns()
    x["a2"][:5] = np.nan
    tree = {**PILLARS, "a": {"a.one": ["a1", "a2", {"id": "a3", "weight": 3}, "a4"]}}
    found = world(x, pillars=tree)
    others, weights = np.column_stack([x["a1"], x["a2"], x["a4"]]), np.ones(3)
    there = np.isfinite(others)
    rest = np.where(there, others, 0) @ weights / (there @ weights)
    assert one(found, "item-rest", "a3").value == pytest.approx(np.corrcoef(x["a3"], rest)[0, 1], abs=1e-12)


def test_an_indicator_with_little_to_do_with_its_sub_pillar_warns(world):
    other = columns()["a2"]
    standard = (other - other.mean()) / other.std()
    mixed = noise(6) - np.corrcoef(noise(6), standard)[0, 1] * standard
    bad = 50 + 5 * (0.2 * standard + mixed)
    found = world({"a1": bad})
    assert 0 < one(found, "item-rest", "a1").value < 0.3
    assert said(found)["item-rest", "a1"] == "warn" and not found.failed


def test_a_duplicate_warns(world):
    copy = columns()["c1"] + 0.5 * noise(8)
    found = world({"c2": copy})
    items = [item for item in found.findings if item.check == "duplicate" and item.verdict == "warn"]
    assert [(item.subject, item.other) for item in items] == [("c1", "c2")]
    assert items[0].value == pytest.approx(np.corrcoef(columns()["c1"], copy)[0, 1], abs=1e-12)
    assert items[0].value > 0.95


def test_an_indicator_of_another_pillar_warns(world):
    stray = 50 + 8 * factors()["b"] + 3 * noise(12)
    found = world({"a4": stray})
    item, x = one(found, "other-pillar", "a4"), columns()
    assert (item.verdict, item.other) == ("warn", "b")
    own = (x["a1"] + x["a2"]) / 4 + x["a3"] / 2
    other = (x["b1"] + x["b2"] + x["b3"] + x["b4"]) / 4
    gap = np.corrcoef(stray, other)[0, 1] - np.corrcoef(stray, own)[0, 1]
    assert item.value == pytest.approx(gap, abs=1e-12)


def test_a_sub_pillar_that_measures_two_things_has_a_low_alpha(world):
    bad = 50 + 8 * noise(31)
    found = world({"b1": bad})
    x = np.column_stack([bad, columns()["b2"]])
    by_hand = 2 * (1 - x.var(axis=0, ddof=1).sum() / x.sum(axis=1).var(ddof=1))
    item = one(found, "alpha", "b.one")
    assert item.verdict == "warn" and item.value == pytest.approx(by_hand, abs=1e-12) and by_hand < 0.6


def test_a_sub_pillar_with_one_indicator_warns(world):
    found = world(pillars={**PILLARS, "a": {"a.one": ["a1"], "a.two": ["a3", "a4"]}})
    item = one(found, "single-indicator", "a.one")
    assert (item.verdict, item.value, item.detail) == ("warn", 1, "a1")
    assert one(found, "item-rest", "a1").verdict == "not assessed"
    assert ("single-indicator", "a.two") not in said(found)


def test_correlations_and_components_are_listed(world):
    found, x = world(), columns()
    pillar = (x["a1"] + x["a2"] + x["a3"] + x["a4"]) / 4
    above = {
        item.other: item for item in found.findings if (item.check, item.subject) == ("correlation", "a1")
    }
    assert list(above) == ["a.one", "a", "index"]
    assert above["a"].value == pytest.approx(np.corrcoef(x["a1"], pillar)[0, 1], abs=1e-12)
    assert f"Spearman {scipy.stats.spearmanr(x['a1'], pillar).statistic:.2f}" in above["a"].detail
    eigen = [item.value for item in found.findings if (item.check, item.subject) == ("eigenvalue", "a.one")]
    r = np.corrcoef(x["a1"], x["a2"])[0, 1]
    assert eigen == pytest.approx([1 + r, 1 - r])
    assert one(found, "mean-correlation", "a.one").value == pytest.approx(r)
    loadings = [item for item in found.findings if item.check == "loading" and item.other == "index PC1"]
    assert [item.subject for item in loadings] == ["a", "b", "c"]


# --- weights


def apart():
    """Return the columns with three pillars that have nothing in common."""
    basis = np.linalg.qr(np.column_stack([noise(seed) for seed in (1, 2, 3)]))[0] * math.sqrt(60)
    return {
        f"{pillar}{number}": 50 + 8 * factor + 2 * noise(100 + 10 * number + ord(pillar))
        for pillar, factor in zip("abc", basis.T, strict=True)
        for number in range(1, 5)
    }


def narrow(pillar, width):
    return {f"{pillar}{number}": {"goalposts": [50 - width, 50 + width]} for number in range(1, 5)}


@pytest.mark.parametrize(("width", "verdict"), [(100, "fail"), (68, "warn"), (50, "pass")])
def test_a_pillar_that_counts_for_too_little(world, width, verdict):
    found = world(apart(), keys=narrow("a", width))
    item = one(found, "effective-weight", "a")
    assert item.verdict == verdict and found.failed == (verdict == "fail")
    # Of independent parts each explains the square of its spread.
    shrunk = (50 / width) ** 2
    assert item.value == pytest.approx(3 * shrunk / (2 + shrunk), abs=0.2)
    assert (item.advice != "") == (verdict != "pass")


def test_a_pillar_that_counts_for_too_much(world):
    found = world(apart(), keys={**narrow("b", 150), **narrow("c", 150)})
    item = one(found, "effective-weight", "a")
    assert item.verdict == "fail" and item.value == pytest.approx(3 / (1 + 2 / 9), abs=0.2)
    assert "more than its weight" in item.advice


def test_effective_weights_are_shares_beside_the_covariance_shares(world):
    found = world()
    items = [item for item in found.findings if item.check == "effective-weight"]
    assert sum(item.value / 3 for item in items) == pytest.approx(1)
    effects = {item.subject: item.value for item in found.findings if item.check == "main-effect"}
    total = sum(effects.values())
    for item in items:
        assert item.value == pytest.approx(effects[item.subject] / total * 3)
    shares = [item.value for item in found.findings if item.check == "covariance-share"]
    x = columns()
    pillars = [sum(x[f"{name}{number}"] for number in range(1, 5)) / 4 for name in "abc"]
    index = sum(pillars) / 3
    assert shares == pytest.approx([np.cov(p, index)[0, 1] / 3 / index.var(ddof=1) for p in pillars])
    # The shares of straight relations are near the squared correlations.
    assert effects["a"] == pytest.approx(np.corrcoef(pillars[0], index)[0, 1] ** 2, abs=0.05)


# --- robustness


@pytest.mark.parametrize(("width", "verdict"), [(9, "pass"), (10, "warn"), (15, "warn"), (16, "fail")])
def test_wide_ranges_of_ranks(world, width, verdict):
    low = np.ones(60)
    high = low + np.where(np.arange(60) < 31, width, 1)  # the median of 60 is the wide one
    ranges = SimpleNamespace(rank_low=low, rank_high=high)
    found = world(ranges=ranges, framework={"uncertainty": {}})
    item = one(found, "rank-range", "index")
    assert (item.verdict, item.value, item.n) == (verdict, width / 60, 60)
    assert found.failed == (verdict == "fail")


def test_an_indicator_that_too_much_hangs_on(world):
    # Ten times the weight of its neighbour, and not like it.
    tree = {"a": {"a.one": [{"id": "a1", "weight": 10}, "a2"]}, "b": {"b.one": ["b1", "b2"]}}
    change = {"a1": 50 + 15 * noise(41), "a2": 50 + 15 * noise(42)}
    found = world(change, pillars=tree)
    item = one(found, "drop-shift", "a1")

    def ranks(a):
        b = (columns()["b1"] + columns()["b2"]) / 2
        return scipy.stats.rankdata(-(a + b) / 2, method="min")

    clipped = {name: np.clip(values, 0, 100) for name, values in change.items()}
    before, after = ranks((10 * clipped["a1"] + clipped["a2"]) / 11), ranks(clipped["a2"])
    assert item.verdict == "warn"
    assert item.value == pytest.approx(np.abs(before - after).mean() / 60, abs=1e-12)


def test_leaving_out_the_only_indicator_of_a_pillar_leaves_the_others(world):
    tree = {"a": {"a.one": ["a1"]}, "b": PILLARS["b"]}
    found = world(pillars=tree)
    left = without(found.scores, "a1")
    x = columns()
    np.testing.assert_allclose(left.nodes[:, 0], sum(x[f"b{number}"] for number in range(1, 5)) / 4)
    assert one(found, "drop-shift", "a1").verdict in ("pass", "warn")
    assert one(found, "other-pillar", "a1").verdict == "not assessed"


def test_the_only_indicator_of_all_cannot_be_left_out(world):
    found = world(pillars={"a": {"a.one": ["a1"]}})
    assert without(found.scores, "a1") is None
    assert one(found, "drop-shift", "a1").verdict == "not assessed"


def test_leaving_out_under_equal_weights(world):
    tree = {**PILLARS, "a": {"a.one": [{"id": "a1", "weight": 9}, "a2"], "a.two": ["a3", "a4"]}}
    found = world(pillars=tree, framework={"methods": {"weighting": {"method": "equal"}}})
    left, x = without(found.scores, "a2"), columns()
    pillar = (x["a1"] + (x["a3"] + x["a4"]) / 2) / 2
    np.testing.assert_allclose(left.column("a"), pillar)
    np.testing.assert_allclose(without(found.scores, "a3").column("a.one"), (x["a1"] + x["a2"]) / 2)


def test_leaving_out_where_weights_are_taken_from_the_figures(world):
    tree = {**PILLARS, "a": {"a.one": ["a1", "a2", "a3"], "a.two": ["a4"]}}
    found = world(pillars=tree, framework={"methods": {"weighting": {"method": "pca"}}})
    left, x = without(found.scores, "a3"), columns()
    assert "a3" not in left.matrix.indicators
    # The first loadings of two columns are equal.
    np.testing.assert_allclose(left.column("a.one"), (x["a1"] + x["a2"]) / 2)
    gone = without(found.scores, "a4")
    assert "a.two" not in gone.node_ids
    items = [item for item in found.findings if item.check == "effective-weight"]
    weights = found.scores.weights["index"]
    for item, weight in zip(items, weights / weights.sum(), strict=True):
        assert f"nominal {weight:.3f}" in item.detail
    assert sum(
        item.value * w for item, w in zip(items, weights / weights.sum(), strict=True)
    ) == pytest.approx(1)


def test_nominal_weights_where_every_country_has_its_own(world):
    tree = {"a": ["a1", "a2"], "b": ["b1", "b2"]}
    found = world(pillars=tree, framework={"methods": {"weighting": {"method": "benefit-of-the-doubt"}}})
    assert found.scores.weights["index"].shape == (60, 2)
    nominal = nominal_weights(found.scores)
    assert nominal.sum() == pytest.approx(1) and (nominal > 0).all()
    json.dumps(found.rows().rows, allow_nan=False)


# --- comparison


def test_mostly_income(world):
    x = columns()
    index = sum(x.values()) / 12
    income = np.exp(index / 10 + 0.02 * noise(51))
    found = world(context={"gdp_per_capita_ppp": income})
    item = one(found, "income", "index")
    assert item.verdict == "warn" and "Mostly income" in item.advice
    assert item.value == pytest.approx(scipy.stats.spearmanr(index, income).statistic, abs=1e-12)
    assert 0.9 < item.low < item.value < item.high <= 1


@pytest.mark.parametrize(
    ("share", "verdict", "advice"),
    [(0.02, "warn", "Nearly the same"), (0.7, "pass", ""), (30, "warn", "explain")],
)
def test_a_published_index(world, share, verdict, advice):
    index = sum(columns().values()) / 12
    rival = index + share * index.std() * noise(61)
    rival[7] = np.nan
    found = world(validation={"rival": rival})
    item = one(found, "published", "rival")
    there = np.isfinite(rival)
    r = scipy.stats.spearmanr(index[there], rival[there]).statistic
    assert (item.verdict, item.n) == (verdict, 59) and advice in item.advice
    assert item.value == pytest.approx(r, abs=1e-12) and item.low <= r <= item.high
    assert "licence: CC0" in item.detail


def test_the_ten_largest_disagreements_are_listed(world):
    index = sum(columns().values()) / 12
    rival = index + index.std() * noise(61)
    found = world(validation={"rival": rival})
    items = [item for item in found.findings if item.check == "disagreement"]
    gaps = scipy.stats.rankdata(-rival) - scipy.stats.rankdata(-index)
    assert len(items) == 10
    assert [abs(item.value) for item in items] == sorted(np.abs(gaps))[::-1][:10]
    for item in items:
        assert item.value == gaps[PLACES.index(item.subject)]


def test_a_published_index_where_lower_is_better_is_turned_round(world):
    index = sum(columns().values()) / 12
    rival = index + 0.7 * index.std() * noise(61)
    straight = one(world(validation={"rival": rival}), "published", "rival")
    turned = one(world(validation={"rival": (-rival, {"direction": "lower"})}), "published", "rival")
    assert turned.value == straight.value


def test_too_few_in_common_are_not_compared(world):
    rival = np.where(np.arange(60) < 9, noise(3) + 50, np.nan)
    item = one(world(validation={"rival": rival}), "published", "rival")
    assert (item.verdict, item.detail) == ("not assessed", "9 countries have both")


# --- data


def test_a_stale_series_warns(world):
    found = world(keys={"a1": {"year": 2019}, "a2": {"year": 2020}})
    item = one(found, "stale", "a1")
    assert (item.verdict, item.value, item.detail) == ("warn", 6, "figures of 2019")
    assert one(found, "stale", "a2").verdict == "pass"
    assert set(said(found)) == {("stale", "a1")}


@pytest.mark.parametrize("state", ["unverified", "no"])
def test_a_licence_that_is_not_free_is_listed(world, state):
    source = {"publisher": "Somebody", "dataset": "x", "licence": "ask", "redistribute": state}
    found = world(keys={"b1": {"source": source}})
    item = one(found, "licence", "b1")
    assert set(said(found)) == {("licence", "b1")}
    assert {"unverified": "not verified", "no": "no redistribution"}[state] in item.detail
    assert "Somebody: ask" in item.detail


def test_low_coverage_warns(world):
    x = columns()["a1"]
    x[:25] = np.nan
    found = world({"a1": x})
    item = one(found, "coverage", "a1")
    assert (item.verdict, item.value, item.n) == ("warn", 35 / 60, 35)
    assert "25 missing: P00 P01" in item.detail and "and 15 more" in item.detail
    assert {check for check, _ in said(found)} == {"coverage"}


def test_outliers_clipping_and_treatment_are_listed(world):
    x = columns()["a1"]
    x[3] = 300
    found = world({"a1": x})
    assert (one(found, "clipped", "a1").value, one(found, "clipped", "a1").detail) == (1, "P03")
    assert (one(found, "outliers", "a1").value, one(found, "outliers", "a1").detail) == (1, "P03")
    assert one(found, "skewness", "a1").value == pytest.approx(scipy.stats.skew(x, bias=False))
    assert one(found, "kurtosis", "a1").value == pytest.approx(scipy.stats.kurtosis(x, bias=False))
    assert one(found, "treated", "a1").value == 0


def test_treated_cells_are_counted(world):
    x = columns()["a1"]
    x[3] = 300
    methods = {"treatment": {"method": "winsorise-then-log"},
               "normalisation": {"method": "min-max", "ends": "sample", "range": [0, 100]}}  # fmt: skip
    found = world({"a1": x}, framework={"methods": methods})
    assert (one(found, "treated", "a1").value, one(found, "treated", "a1").detail) == (1, "P03")
    assert one(found, "treated", "a2").value == 0


# --- exceptions


def test_an_accepted_fail_is_a_warning_with_its_reason(world):
    change = {"a1": 50 - 8 * factors()["a"] + 5 * noise(5)}
    accept = [Exceptional("item-rest", name, "Left in on purpose.") for name in ("a1", "a2")]
    found = world(change, accept=accept)
    assert not found.failed
    item = one(found, "item-rest", "a1")
    assert (item.verdict, item.advice) == ("warn", "Accepted: Left in on purpose.")
    assert item.value < 0  # the number stays what it is
    assert "exception" not in {check for check, _ in said(found)}


@pytest.mark.parametrize("subject", ["b1", "nothing"])
def test_an_exception_that_is_not_needed_is_a_warning(world, subject):
    found = world(accept=[Exceptional("item-rest", subject, "Once it was bad.")])
    item = one(found, "exception", subject)
    assert (item.verdict, item.other) == ("warn", "item-rest") and "no longer needed" in item.detail
    assert set(said(found)) == {("exception", subject)}


def test_exceptions_stand_in_the_framework(world):
    change = {"a1": 50 - 8 * factors()["a"] + 5 * noise(5)}
    rules = [{"check": "item-rest", "subject": name, "reason": "Known."} for name in ("a1", "a2")]
    found = world(change, framework={"audit": {"accept": rules}})
    assert not found.failed and one(found, "item-rest", "a2").advice == "Accepted: Known."


# --- what cannot be assessed


def test_few_countries_are_not_assessed(make_index):
    index = Index(load(make_index()))
    found = audited(index)
    assert not found.failed
    statistics = {"item-rest", "duplicate", "alpha", "effective-weight", "drop-shift", "other-pillar"}
    skipped = [item for item in found.findings if item.check in statistics]
    assert {item.check for item in skipped} == statistics
    assert {(item.verdict, item.detail) for item in skipped} == {
        ("not assessed", "6 ranked, and it takes 10")
    }
    assert one(found, "coverage", "papers").value == pytest.approx(5 / 6)
    # The licences of the small index say nothing of redistribution.
    assert {check for check, _ in said(found)} == {"licence"}


def test_a_constant_indicator_is_not_assessed_and_passes_nothing_on(world):
    found = world({"a1": np.full(60, 40.0)})
    assert one(found, "item-rest", "a1").verdict == "not assessed"
    assert one(found, "duplicate", "a.one").verdict == "not assessed"
    json.dumps(found.rows().rows, allow_nan=False)


def test_an_indicator_nobody_has(world):
    found = world({"a1": np.full(60, np.nan)})
    assert one(found, "stale", "a1").verdict == "not assessed"
    assert one(found, "coverage", "a1").value == 0
    assert one(found, "item-rest", "a1").verdict == "not assessed"
    json.dumps(found.rows().rows, allow_nan=False)


def test_nobody_ranked(world):
    found = world(framework={"methods": {"coverage": {"node": 0.5, "index": 1.0}}},
                  change={"a1": np.full(60, np.nan)})  # fmt: skip
    assert found.scores.ranked.sum() == 0
    assert {item.verdict for item in found.findings if item.section == "coherence"} <= {
        "not assessed",
        "pass",
    }
    json.dumps(found.rows().rows, allow_nan=False)


def test_one_pillar_counts_for_all(world):
    found = world(pillars={"a": PILLARS["a"]})
    assert one(found, "effective-weight", "a").value == pytest.approx(1)
    assert "other-pillar" not in {item.check for item in found.findings}


def test_indicators_right_below_the_root(world):
    flat = {"id": "index", "indicators": ["a1", "a2", "b1"]}
    found = world(pillars={"a": {"x": ["a1", "a2", "b1"]}}, framework={"tree": flat})
    x = columns()
    assert one(found, "item-rest", "a1").value == pytest.approx(
        np.corrcoef(x["a1"], (x["a2"] + x["b1"]) / 2)[0, 1]
    )
    assert one(found, "effective-weight", "a1").verdict == "pass"
    assert "other-pillar" not in {item.check for item in found.findings}
