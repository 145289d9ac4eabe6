"""Sizing: worked by hand, then by what has to hold of every country and every target."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.analysis.sizing import Fact, Facts, Peers, Target, facts, serve, size
from readiness.definitions.block import Block
from readiness.definitions.indicator import ContextSeries, Source
from readiness.definitions.scenario import UNITS, Scenario, ScenarioInput
from readiness.errors import ReadinessError, UnknownNameError
from readiness.figures.table import Figures

SOURCE = Source(publisher="A", dataset="B", url="https://example.org", licence="C")
TARGETS = ("per-million", "per-million=7", "accelerators=10000", "mw=50", "peer-median", "serve", "serve=20%")
# What each step is of the steps and inputs before it, in the units of both: the test's own arithmetic.
FORMULAS = {
    "facility_mw": lambda s, i: s["it_mw"] * i["pue"],
    "twh": lambda s, i: s["facility_mw"] * i["load_factor"] * 8.76 / 1e3,
    "generation_share": lambda s, i: 100 * s["twh"] / i["generation"],
    "capacity_share": lambda s, i: 100 * s["facility_mw"] / i["capacity"],
    "capex_servers": lambda s, i: s["servers"] * i["server_price"] / 1e6,
    "capex_network": lambda s, i: s["accelerators"] * i["network_price"] / 1e6,
    "capex_building": lambda s, i: s["it_mw"] * i["build_cost"] * (1 + i["build_premium"]),
    "capex_storage": lambda s, i: s["capex"] * i["storage_share"],
    "capex": lambda s, i: sum(s[f"capex_{part}"] for part in ("servers", "network", "building", "storage")),
    "capex_gdp_share": lambda s, i: 100 * s["capex"] / i["gdp"],
    "yearly_energy": lambda s, i: s["twh"] * 1e9 * i["price"] / 1e6,
    "yearly_other": lambda s, i: s["capex"] * i["other_cost"],
    "yearly": lambda s, i: s["yearly_capital"] + s["yearly_energy"] + s["yearly_other"],
    "yearly_gdp_share": lambda s, i: 100 * s["yearly"] / i["gdp"],
    "hours": lambda s, i: s["accelerators"] * i["busy_share"] * 8760 / 1e6,
    "rent_yearly": lambda s, i: s["hours"] * i["contract_price"],
}


def fact(key, value, unit, year=2024):
    return Fact(key, key, value, unit, year, SOURCE)


def country(**values):
    units = {"population": "people", "gdp": "million US$", "generation": "TWh a year", "capacity": "MW",
             "price": "US$ per kWh", "h100e": "H100-equivalents"}  # fmt: skip
    return Facts("KEN", "Kenya", {key: fact(key, value, units[key]) for key, value in values.items()})


def changed(scenario, **inputs):
    """Return the scenario with other numbers: one, or low, middle and high."""
    new = {}
    for key, given_ in inputs.items():
        low, mid, high = given_ if isinstance(given_, tuple) else (given_, given_, given_)
        new[key] = scenario.inputs[key].model_copy(update={"low": low, "mid": mid, "high": high})
    return scenario.model_copy(update={"inputs": {**scenario.inputs, **new}})


def mids(sizing):
    return {step.id: step.mid for step in sizing.steps}


@pytest.fixture(scope="module")
def scenario(bundled) -> Scenario:
    return bundled.definitions.scenario


# By hand.


def test_a_facility_of_50_mw_holds_32051_accelerators(scenario):
    # 50,000 kW / (1.0 x 1.3 x 1.2) = 32,051.3; of five years at 70% load and 0.08 US$ a kWh
    # 50,000 x 0.7 x 8,760 x 5 x 0.08 = 122,640,000 US$.
    by_hand = changed(scenario, it_power=1.0 * 1.3, pue=1.2, load_factor=0.7)
    found = size(by_hand, country(), Target("mw", 50), power_price=0.08)
    steps = mids(found)
    assert steps["accelerators"] == 32_051
    assert steps["facility_mw"] == 50
    assert steps["it_mw"] == pytest.approx(50 / 1.2)
    assert 5 * steps["yearly_energy"] == pytest.approx(122.64)


def test_ten_thousand_accelerators(scenario):
    # The worked example of the inputs: GDP of 500 billion US$, 0.10 US$ a kWh.
    found = size(scenario, country(gdp=500_000), Target("accelerators", 10_000), power_price=0.10)
    steps = mids(found)
    wanted = {
        "accelerators": (10_000, 0), "servers": (1_250, 0), "it_mw": (12.2, 0.05),
        "facility_mw": (14.6, 0.05), "twh": (0.099, 5e-4), "capex_servers": (388, 0.5),
        "capex_network": (43, 0.5), "capex_storage": (8, 0.5), "capex_building": (155, 0.5),
        "capex": (593, 1), "yearly_capital": (99, 0.5), "yearly_energy": (10, 0.2), "yearly_other": (18, 0.5),
        "yearly": (126, 1), "capex_gdp_share": (0.12, 5e-3), "yearly_gdp_share": (0.025, 5e-4),
        "hour_cost": (1.80, 0.01),
    }  # fmt: skip
    assert {key: steps[key] for key in wanted} == {
        key: pytest.approx(value, abs=within) for key, (value, within) in wanted.items()
    }
    # Against renting 10,000 x 0.8 x 8,760 hours at 2.35.
    assert steps["rent_yearly"] == pytest.approx(10_000 * 0.8 * 8760 * 2.35 / 1e6)
    assert steps["capex"] / 10_000 * 1e6 == pytest.approx(59_000, abs=500)
    assert steps["capex"] / steps["it_mw"] == pytest.approx(48.6, abs=0.1)


def test_five_million_weekly_users(scenario):
    # 5 million x 3.67 x 500 tokens, twice that at the peak: 24.8 servers, 31 with a fifth spare.
    peak = changed(scenario, peak_factor=2.0)
    found = serve(peak, country(population=50e6, h100e=62.0), 0.1)
    assert found.users == pytest.approx(5e6)
    assert found.tokens_per_day == pytest.approx(9.2e9, rel=0.01)
    assert found.tokens_per_second == pytest.approx(106_000, rel=0.005)
    assert found.tokens_per_second * 2 / 8575 == pytest.approx(24.8, abs=0.05)
    assert found.mid == 248 and found.mid % 8 == 0
    assert found.facility_mw == pytest.approx(0.36, abs=0.005)
    assert found.at_minimum is False and found.enough == pytest.approx(62 / 248)
    # 0.37 Wh a message at the average load: between what is published of chat, 0.24 to 0.34, and more.
    assert found.facility_mw * 0.77 * 24e6 / (5e6 * 3.67) == pytest.approx(0.37, abs=0.005)
    assert size(peak, country(population=50e6), Target("serve", 0.1)).step("accelerators").mid == 248


def test_accelerators_per_million_people_are_rounded_up(scenario):
    found = size(scenario, country(population=9_492), Target("per-million", 50))
    assert found.step("accelerators").mid == 1  # 0.47 of one
    assert found.step("servers").mid == 1
    found = size(scenario, country(population=57_532_500), Target("per-million", 50))
    assert (found.step("accelerators").mid, found.step("servers").mid) == (2_877, 360)
    exact = size(scenario, country(population=2e6), Target("per-million", 4))
    assert (exact.step("accelerators").mid, exact.step("servers").mid) == (8, 1)


def test_the_cost_of_capital_is_an_annuity(scenario):
    one = changed(scenario, life_it=5, life_building=14)
    plain = mids(size(one, country(), Target("accelerators", 8), power_price=0.1))
    found = size(one, country(), Target("accelerators", 8), power_price=0.1, capital_cost=0.08)
    steps = mids(found)
    # What 8% takes of 1 US$ over 5 and 14 years, from a table of annuities.
    machines = steps["capex"] - steps["capex_building"]
    wanted = 0.250456 * machines + 0.121297 * steps["capex_building"]
    assert steps["yearly_capital"] == pytest.approx(wanted, rel=1e-5)
    assert plain["yearly_capital"] == pytest.approx(machines / 5 + steps["capex_building"] / 14)
    assert "annuity at 8%" in found.step("yearly_capital").formula
    assert not any("cost of capital" in part for part in found.left_out)
    # A rate of 0 is given: nothing is left out, and nothing is paid.
    free = size(one, country(), Target("accelerators", 8), power_price=0.1, capital_cost=0.0)
    assert mids(free) == plain
    assert not any("cost of capital" in part for part in free.left_out)
    without = size(one, country(), Target("accelerators", 8))
    assert without.left_out[-1] == "the cost of capital (no rate is given)"
    tiny = size(one, country(), Target("accelerators", 8), power_price=0.1, capital_cost=1e-9)
    assert mids(tiny)["yearly"] == pytest.approx(plain["yearly"], rel=1e-6)


def test_the_peer_median_is_that_of_known_clusters(scenario):
    own = replace(country(population=10e6), peers=Peers("small countries with a known cluster", 6, 12.5))
    found = size(scenario, own, Target("peer-median"))
    assert found.step("accelerators").mid == 125
    assert found.target_words == (
        "As much per person as the middle one of 6 small countries with a known cluster"
    )
    few = replace(own, peers=Peers("small countries with a known cluster", 4, None))
    found = size(scenario, few, Target("peer-median"))
    assert found.unknown[0] == "the peer median (only 4 small countries with a known cluster)"
    assert found.step("accelerators").mid is None and found.step("capex").mid is None
    found = size(scenario, country(population=10e6), Target("peer-median"))
    assert found.unknown[0] == "the peer median (no income group)"


# What has to hold.


def inputs_of(found, case):
    return {item.key: getattr(item, case) for item in found.inputs}


@pytest.mark.parametrize("target", TARGETS)
def test_each_step_is_its_formula(bundled, target):
    found = bundled.size("FIN", target)
    steps, inputs = mids(found), inputs_of(found, "mid")
    assert {key: steps[key] for key in FORMULAS} == {
        key: pytest.approx(formula(steps, inputs)) for key, formula in FORMULAS.items()
    }
    assert steps["hour_cost"] == pytest.approx(steps["yearly"] / steps["hours"])
    assert steps["servers"] == -(-steps["accelerators"] // inputs["accelerators_per_server"])


@pytest.mark.parametrize("target", TARGETS)
def test_low_and_high_are_round_the_middle(bundled, target):
    for code in ("FIN", "KEN", "USA", "TUV", "PRK", "IND"):
        for step in bundled.size(code, target, capital_cost=0.1).steps:
            if step.mid is None:
                assert (step.low, step.high) == (None, None), (code, step.id)
            else:
                assert 0 <= step.low <= step.mid <= step.high, (code, step.id)


# Which end of an input makes the cost of a year smaller.
SMALLER = dict.fromkeys(
    ("it_power", "pue", "load_factor", "server_price", "network_price", "storage_share", "build_cost",
     "build_premium", "other_cost"), "low",
) | dict.fromkeys(("life_it", "life_building"), "high")  # fmt: skip


@pytest.mark.parametrize("key", SMALLER)
def test_the_low_case_takes_each_input_at_the_cheap_end(scenario, key):
    own = country(population=5e6)
    plain = size(scenario, own, Target("per-million", 50), power_price=0.1)
    low, mid, high = scenario.inputs[key].triple
    for end, factor in (("low", 0.9), ("high", 1.1)):
        moved = [low, mid, high]
        at = 0 if end == "low" else 2
        moved[at] *= factor if high * factor <= 1 or "share" not in UNITS[key] else 1
        other = size(
            changed(scenario, **{key: tuple(moved)}), own, Target("per-million", 50), power_price=0.1
        )
        assert other.step("yearly").mid == plain.step("yearly").mid
        cheap = (SMALLER[key] == "low") == (end == "low")
        untouched, touched = ("high", "low") if cheap else ("low", "high")
        assert getattr(other.step("yearly"), untouched) == getattr(plain.step("yearly"), untouched)
        before, after = (getattr(item.step("yearly"), touched) for item in (plain, other))
        assert after < before if touched == "low" else after > before


def test_an_hour_of_use_costs_what_one_project_pays(scenario):
    # Of 50 MW fewer, hungrier accelerators are the low case of the count and the high one of an hour.
    wide = changed(scenario, it_power=(0.5, 1.0, 4.0))
    found = size(wide, country(), Target("mw", 50), power_price=0.1)
    count, hour = found.step("accelerators"), found.step("hour_cost")
    assert count.high > 5 * count.low
    same = size(wide, country(), Target("accelerators", count.mid), power_price=0.1).step("hour_cost")
    assert (hour.low, hour.mid, hour.high) == (same.low, pytest.approx(same.mid, rel=1e-3), same.high)
    assert hour.note == "At the middle number of accelerators"
    assert same.note is None


def test_the_grid_connection_is_at_least_the_facility(scenario):
    for pue in (1.2, 1.9):
        for target in (Target("accelerators", 800), Target("mw", 10)):
            steps = mids(size(changed(scenario, pue=pue), country(), target))
            peak = max(scenario.inputs["grid_ratio"].mid, pue)
            assert steps["grid_mw"] == pytest.approx(steps["it_mw"] * peak)


@given(
    population=st.floats(1e3, 2e9),
    power=st.floats(0.2, 3),
    pue=st.floats(1, 2.5),
    factor=st.sampled_from([10.0, 1000.0]),
)
def test_a_facility_of_the_size_found_holds_what_was_asked(bundled, population, power, pue, factor):
    one = changed(bundled.definitions.scenario, it_power=power, pue=pue)
    asked = size(one, country(population=population), Target("per-million", factor))
    mw = asked.step("facility_mw").mid
    back = size(one, country(), Target("mw", mw))
    assert back.step("accelerators").mid == asked.step("accelerators").mid
    assert back.step("capex").mid == pytest.approx(asked.step("capex").mid)
    assert asked.step("accelerators").mid == pytest.approx(population * factor / 1e6, abs=1)


def test_the_dimensions_agree(scenario):
    # Of a number in another unit by a factor the steps move as their units say: nothing is thousandfold off.
    own = country(population=5e6, gdp=1e5, generation=10.0, capacity=3e3)
    base = size(scenario, own, Target("accelerators", 8000), power_price=0.1)
    by = {"it_power": {"it_mw", "facility_mw", "grid_mw", "twh", "generation_share", "capacity_share",
                       "capex_building", "yearly_energy"},
          "server_price": {"capex_servers"}, "network_price": {"capex_network"},
          "build_cost": {"capex_building"}, "contract_price": {"rent_yearly"}, "other_cost": {"yearly_other"},
          "load_factor": {"twh", "generation_share", "yearly_energy"}}  # fmt: skip
    for key, steps in by.items():
        half = tuple(value / 2 for value in scenario.inputs[key].triple)
        found = size(changed(scenario, **{key: half}), own, Target("accelerators", 8000), power_price=0.1)
        halved = {step.id for step in base.steps if found.step(step.id).mid == pytest.approx(step.mid / 2)}
        assert halved == steps, key


# Blanks.

NEEDS = {
    "population": set(),
    "generation": {"generation_share"},
    "capacity": {"capacity_share"},
    "gdp": {"capex_gdp_share", "yearly_gdp_share"},
    "price": {"yearly_energy", "yearly", "yearly_gdp_share", "hour_cost"},
}


@pytest.mark.parametrize("missing", NEEDS)
def test_a_step_without_its_figure_is_blank_and_so_is_what_follows(scenario, missing):
    known = {"population": 5e6, "gdp": 1e5, "generation": 10.0, "capacity": 3e3, "price": 0.1}
    del known[missing]
    found = size(scenario, country(**known), Target("accelerators", 800))
    assert {step.id for step in found.steps if step.mid is None} == NEEDS[missing]
    assert len(found.unknown) == (missing != "population")
    assert all("blank" in words for words in found.unknown)
    assert missing not in inputs_of(found, "mid")


def test_nothing_is_assumed_of_a_country_without_figures(scenario):
    found = size(scenario, country(), Target("per-million"))
    assert {step.id for step in found.steps if step.mid is not None} == set()
    assert len(found.unknown) == 5
    assert not any(item.how_known == "figure" for item in found.inputs)
    served = serve(scenario, country())
    assert (served.users, served.low, served.mid, served.high, served.enough, served.known) == (None,) * 6
    assert served.model == "DeepSeek-R1" and served.assumed_zero is False


def test_a_given_price_is_taken_before_the_country_s(scenario):
    own = country(population=5e6, price=0.3)
    found = size(scenario, own, Target("accelerators", 800), power_price=0.05)
    energy = found.step("yearly_energy")
    assert energy.mid == pytest.approx(found.step("twh").mid * 50)
    assert energy.inputs == ("power_price",) and energy.note is None
    assert "price" not in inputs_of(found, "mid") and inputs_of(found, "mid")["power_price"] == 0.05
    own_price = size(scenario, own, Target("accelerators", 800)).step("yearly_energy")
    assert own_price.formula == "TWh x 0.3 US$ per kWh of 2024" and own_price.inputs == ("price",)
    assert "business" in own_price.note


def test_serving_is_at_least_the_smallest_installation(scenario):
    found = serve(scenario, country(population=10_000))
    assert (found.low, found.mid, found.high) == found.minimum == (32, 176, 176)
    assert found.at_minimum is True
    assert found.share == scenario.serving.share and found.users == pytest.approx(100)
    nobody = Facts("TUV", "Tuvalu", {
        "population": fact("population", 1e4, "people"),
        "h100e": Fact("h100e", "h", 0.0, "H100-equivalents", 2026, SOURCE, assumed_zero=True),
    })  # fmt: skip
    found = serve(scenario, nobody)
    assert (found.known, found.known_year, found.assumed_zero, found.enough) == (0.0, 2026, True, 0.0)
    assert serve(scenario.model_copy(update={"serving": None}), nobody) is None


def test_serving_grows_with_its_inputs(scenario):
    own = country(population=300e6)
    base = serve(scenario, own, 0.2)
    for key in ("messages", "tokens", "peak_factor"):
        twice = tuple(2 * value for value in scenario.inputs[key].triple)
        assert serve(changed(scenario, **{key: twice}), own, 0.2).mid == pytest.approx(2 * base.mid, abs=8)
    for key in ("serving_rate", "filled"):
        half = tuple(value / 2 for value in scenario.inputs[key].triple)
        assert serve(changed(scenario, **{key: half}), own, 0.2).mid == pytest.approx(2 * base.mid, abs=8)


# The target.


@pytest.mark.parametrize(("text", "kind", "value"), [
    ("per-million", "per-million", None), ("per-million=50", "per-million", 50), ("MW=50", "mw", 50),
    (" accelerators = 1e4 ", "accelerators", 1e4), ("peer-median", "peer-median", None),
    ("serve", "serve", None), ("serve=1%", "serve", 0.01), ("serve=0.01", "serve", 0.01),
])  # fmt: skip
def test_targets(text, kind, value):
    target = Target.of(text)
    assert (target.kind, target.value) == (kind, value)
    assert Target.of(str(target)) == target


@pytest.mark.parametrize(("text", "message"), [
    ("permillion=50", "unknown target 'permillion'. Did you mean 'per-million'?"),
    ("mw", "'mw' needs a number. Write mw=50"),
    ("accelerators", "'accelerators' needs a number. Write accelerators=50"),
    ("peer-median=3", "'peer-median' takes no number. It is what the middle peer has"),
    ("mw=-1", "'-1' is not a number above 0 for 'mw'. Write mw=50"),
    ("mw=nan", "'nan' is not a number above 0 for 'mw'. Write mw=50"),
    ("mw=inf", "'inf' is not a number above 0 for 'mw'. Write mw=50"),
    ("mw=5%", "'5%' is not a number above 0 for 'mw'. Write mw=50"),
    ("mw=many", "'many' is not a number above 0 for 'mw'. Write mw=50"),
    ("serve=2", "'2' is not a share above 0 and at most 1 for 'serve'. Write serve=1% or serve=0.01"),
    ("serve=0%", "'0%' is not a share above 0 and at most 1 for 'serve'. Write serve=1% or serve=0.01"),
])  # fmt: skip
def test_targets_that_are_none(text, message):
    with pytest.raises(ReadinessError) as error:
        Target.of(text)
    assert str(error.value).removesuffix(".") == message


# What is known of a country.


def context(name, unit, years, values, **keys):
    """Return a context series and its block."""
    series = ContextSeries.model_validate(
        {"id": name, "name": name, "unit": unit, "figures": "-", "source": SOURCE.model_dump(), **keys}
    )
    codes = tuple(sorted(values))
    return series, Block(codes, np.array(years), np.array([values[code] for code in codes], dtype=np.float64))


@pytest.fixture
def known(make):
    tree = {"id": "index", "name": "Index", "children": ({"id": "a", "name": "A", "indicators": ("x",)},)}
    codes = ("AUT", "FIN", "FRA", "ITA", "KEN", "NOR", "SWE")
    scores, figures = make(tree, {"x": dict.fromkeys(codes, 50.0)}, groups={
        code: {"income": "Low income" if code == "KEN" else "High income"} for code in codes
    })  # fmt: skip

    def of(**series):
        return scores, Figures(
            {**figures.series, **{name: pair[0] for name, pair in series.items()}},
            {**figures.blocks, **{name: pair[1] for name, pair in series.items()}},
            frozenset(series),
        )

    return of


NAN = float("nan")


def test_facts_are_in_the_units_of_the_chain(known):
    scores, figures = known(
        gdp_usd=context("gdp_usd", "current US$", [2022, 2023, 2025], {"KEN": [1e9, 2.5e9, 9e9]}),
        electricity_capacity=context("electricity_capacity", "GW", [2023], {"KEN": [3.5]}),
        electricity_price_business=context(
            "electricity_price_business", "US cents per kWh", [2018], {"KEN": [21.5]}
        ),
        population=context("population", "people", [2010], {"KEN": [5e7]}, max_age=5),
        electricity_generation=context("electricity_generation", "TWh per year", [2023], {"KEN": [0.0]}),
    )
    found = facts(scores, figures, "KEN")
    # 2025 is after the framework's year, 2010 too old, and of nothing nothing is a share.
    assert {key: (item.value, item.unit, item.year) for key, item in found.known.items()} == {
        "gdp": (2500.0, "million US$", 2023),
        "capacity": (3500.0, "MW", 2023),
        "price": (pytest.approx(0.215), "US$ per kWh", 2018),
    }
    assert facts(scores, figures, "FIN").known == {}
    with pytest.raises(UnknownNameError):
        facts(scores, figures, "XYZ")


def test_a_series_in_another_unit_is_unknown_and_says_so(known, scenario):
    scores, figures = known(
        gdp_usd=context("gdp_usd", "million US$", [2023], {"KEN": [2.5e3]}),
        population=context("population", "people", [2023], {"KEN": [5e7]}),
    )
    found = size(scenario, facts(scores, figures, "KEN"), Target("per-million", 50))
    assert found.step("accelerators").mid == 2500 and found.step("capex_gdp_share").mid is None
    assert (
        "GDP (its share is blank): the series 'gdp_usd' is in 'million US$', not in 'current US$'"
        in found.unknown
    )


def test_peers_are_the_others_of_its_income_group_with_a_known_cluster(known):
    people = {code: [1e6, 2e6] for code in ("AUT", "FIN", "FRA", "ITA", "KEN", "NOR", "SWE")}
    clusters = {"AUT": [8], "FIN": [10], "FRA": [2], "ITA": [4], "KEN": [1000], "NOR": [0], "SWE": [6]}
    scores, figures = known(
        population=context("population", "people", [2023, 2024], people),
        ai_cluster_h100e=context("ai_cluster_h100e", "H100-equivalents", [2024], clusters),
    )
    # Of the others but Norway, which has none: 8, 2, 4, 6 over two million people. Four are too few.
    assert facts(scores, figures, "FIN").peers == Peers("high income countries with a known cluster", 4, None)
    # Norway itself has five: 4, 5, 1, 2, 3 per million.
    assert facts(scores, figures, "NOR").peers == Peers("high income countries with a known cluster", 5, 3.0)
    assert facts(scores, figures, "KEN").peers == Peers("low income countries with a known cluster", 0, None)


def test_the_bundled_index_has_every_series_in_its_unit(bundled):
    found = facts(bundled.scores(), bundled.figures, "FIN")
    assert not found.unfit
    assert set(found.known) == {"population", "gdp", "generation", "capacity", "price", "h100e"}
    value = {key: item.value for key, item in found.known.items()}
    assert 5e6 < value["population"] < 6e6
    assert 2e5 < value["gdp"] < 5e5
    assert 50 < value["generation"] < 120
    # A year of all plants at full power is more than is generated, and less than ten times that.
    assert 1 < value["capacity"] * 8760 / 1e6 / value["generation"] < 10
    assert 0.03 < value["price"] < 0.5


# The bundled index.


def test_all_countries_are_sized(bundled, scenario):
    scores = bundled.scores()
    people = bundled.figures.latest("population", scores.countries, scores.framework.year)[0]
    for code, population in zip(scores.countries, people, strict=True):
        found = bundled.size(code)
        assert found.country == code and found.target == "per-million"
        if not np.isfinite(population):
            assert found.step("accelerators").mid is None
            continue
        assert found.step("accelerators").mid == np.ceil(population * 50 / 1e6)
        share, cost = found.step("generation_share").mid, found.step("capex_gdp_share").mid
        assert share is None or 0 < share < 10, code
        assert cost is None or 0 < cost < 5, code
        blank = {step.id for step in found.steps if step.mid is None}
        assert bool(blank) == bool(found.unknown), code
        served = bundled.serving(code)
        assert served.mid >= 176 and served.mid % 8 == 0 and served.low <= served.mid <= served.high


def test_kenya(bundled):
    found = bundled.size("KEN")
    # 57.5 million people, 14 TWh: 2,877 accelerators take a fifth of a percent of what Kenya generates.
    assert found.step("accelerators").mid == 2877
    assert found.step("generation_share").mid == pytest.approx(0.2, abs=0.01)
    assert found.step("capex_gdp_share").mid == pytest.approx(0.126, abs=0.005)
    assert found.unknown == ()
    assert found.target_words == "50 accelerators per million people"
    target = next(item for item in found.inputs if item.key == "target")
    assert target.how_known == "assumed" and target.note.startswith("A policy, not a finding")
    asked = bundled.size("KEN", "per-million=50")
    assert asked.steps == found.steps
    assert next(item for item in asked.inputs if item.key == "target").how_known == "given"


@pytest.mark.parametrize("target", TARGETS)
def test_every_input_has_a_source_and_is_in_its_unit(bundled, target):
    found = bundled.size("FIN", target, capital_cost=0.08)
    keys = [item.key for item in found.inputs]
    assert len(keys) == len(set(keys))
    for item in found.inputs:
        assert item.unit and item.mid is not None
        assert item.publisher and (item.how_known in ("given", "assumed") or item.publisher != "given")
        if item.key in UNITS:
            assert item.unit == UNITS[item.key]
            assert item.how_known in ("assumed", "unverified") or item.url, item.key
    named = {key for step in found.steps for key in step.inputs}
    assert named <= {*keys, "price"}
    assert not {item.key for item in found.compare} & set(keys)
    # No step says a formula that has no word in it, or a note that is no sentence.
    for step in found.steps:
        assert step.formula and not re.search(r"None|nan|\bkey\b", f"{step.formula} {step.note or ''}")


def test_what_is_compared_with_depends_on_the_target(bundled):
    beside = [item.mid for item in bundled.size("KEN").compare if item.key.startswith("observed")]
    assert beside == [26, 80, 127]
    others = bundled.size("KEN", "mw=50").compare
    assert [item.key for item in others] == ["all_in", "colossus", "isambard", "message"]


def test_a_scenario_of_one_s_own(bundled, scenario):
    own = Scenario(id="own", name="Own", inputs={
        "pue": ScenarioInput(mid=1.5, unit="ratio", year="2026", publisher="Us"),
        "load_factor": scenario.inputs["load_factor"],
    })  # fmt: skip
    found = bundled.size("KEN", scenario=own.completed(scenario))
    plain = bundled.size("KEN")
    assert found.differs == ("pue",) and plain.differs == ()
    assert found.scenario == "Own" and found.dated == plain.dated
    assert found.step("it_mw") == plain.step("it_mw")
    assert found.step("facility_mw").mid == pytest.approx(plain.step("it_mw").mid * 1.5)
