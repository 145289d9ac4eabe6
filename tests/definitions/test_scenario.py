"""Scenarios: units, sizes, what one of one's own takes from the bundled one, and every fault in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from readiness import resources
from readiness.definitions import extras
from readiness.definitions.load import Definitions, load
from readiness.definitions.scenario import UNITS, Observed, Reference, Scenario, ScenarioInput
from readiness.errors import DefinitionError, Problem, ReadinessError

Faults = Callable[..., list[str]]
Loaded = Callable[..., Definitions]
PATH = "scenarios/own.yaml"
HEAD = "id: own\nname: Own\n"
PUE = '{mid: 1.5, unit: ratio, year: "2026", publisher: Us}'


def text(inputs: str = f"pue: {PUE}", head: str = HEAD) -> str:
    return f"{head}inputs:\n  {inputs}\n"


@pytest.fixture(scope="module")
def base() -> Scenario:
    problems: list[Problem] = []
    found = extras.bundled_scenario(problems)
    assert found is not None and problems == []
    return found


# The bundled scenario.


def test_the_bundled_scenario_is_whole(base: Scenario) -> None:
    assert base.missing == () and base.differs == ()
    assert list(base.inputs) == list(UNITS)
    assert base.dated and base.left_out and base.references


def test_every_bundled_number_says_where_it_comes_from(base: Scenario) -> None:
    assert base.per_million is not None
    named: list[ScenarioInput | Reference | Observed] = [
        *base.inputs.values(), *base.references.values(), *base.per_million.observed,
    ]  # fmt: skip
    for item in named:
        assert item.name
        if item.how_known in ("read", "derived"):
            assert item.url and item.publisher != "none", item.name
        if item.how_known == "derived":
            assert item.note, f"{item.name}: derived how?"
        if item.url is None:
            # Known from nowhere that can be looked up: it says so.
            assert item.how_known in ("assumed", "unverified") and item.note, item.name


def test_the_policy_says_that_it_is_one(base: Scenario) -> None:
    assert base.per_million is not None
    assert base.per_million.reason.startswith("A policy, not a finding")
    assert [item.mid for item in base.per_million.observed] == [26, 80, 127]
    assert all(item.note for item in base.per_million.observed)


@pytest.mark.parametrize(("key", "wanted"), [
    # 0.70 kW x 1.53 x 1.14; 7.75 kW / 8 x 1.14; 10.2 kW / 8 x 1.14.
    ("it_power", (7.75 / 8 * 1.14, 0.70 * 1.53 * 1.14, 10.2 / 8 * 1.14)),
    # Busy 80% at 76% of the rating, idle at 20% of it, over the middle IT power of a server and its network.
    ("load_factor", (None, (0.8 * 0.76 + 0.2 * 0.2) * 10.2 / 8 * 1.14 / 1.22, None)),
    # Network of 512, 2,048 and 32,768 accelerators.
    ("network_price", (963_840 / 512, 8_698_880 / 2048, 216_678_400 / 32_768)),
    # 18 billion messages a week of 700 million; 168 billion tokens a day of 226.75 servers.
    ("messages", (None, 18 / 0.7 / 7, None)),
    ("serving_rate", (None, 168e9 / 86_400 / 226.75, None)),
    ("peak_factor", (278 / 226.75, None, None)),
    ("serving_minimum", (4 * 8, 22 * 8, 22 * 8)),
])  # fmt: skip
def test_derived_numbers_are_what_their_notes_say(
    base: Scenario, key: str, wanted: tuple[float | None, ...]
) -> None:
    for found, value in zip(base.inputs[key].triple, wanted, strict=True):
        assert value is None or found == pytest.approx(value, rel=0.01)


def test_the_references_agree_with_the_chain(base: Scenario) -> None:
    # 1.22 kW x 1.2 of the facility an accelerator; a published cluster of 200,000 took 300 MW.
    power = base.inputs["it_power"].mid * base.inputs["pue"].mid
    assert power == pytest.approx(base.references["colossus"].mid, rel=0.05)


# One of one's own.


def test_an_index_without_one_has_the_bundled(loaded: Loaded, base: Scenario) -> None:
    assert loaded().scenario == base


def test_what_is_left_out_comes_from_the_bundled(loaded: Loaded, base: Scenario) -> None:
    found = loaded({PATH: text()}).scenario
    assert found is not None
    assert (found.id, found.name, found.missing, found.differs) == ("own", "Own", (), ("pue",))
    assert found.inputs["pue"].triple == (1.5, 1.5, 1.5)
    assert found.inputs["pue"].name == base.inputs["pue"].name
    assert {key: item for key, item in found.inputs.items() if key != "pue"} == {
        key: item for key, item in base.inputs.items() if key != "pue"
    }
    assert (found.dated, found.serving, found.per_million, found.left_out, found.references) == (
        base.dated, base.serving, base.per_million, base.left_out, base.references,
    )  # fmt: skip


def test_the_first_by_name_counts(loaded: Loaded) -> None:
    files = {PATH: text(), "scenarios/a.yaml": text(head="id: a\nname: A\n")}
    found = loaded(files).scenario
    assert found is not None and found.id == "a"


def test_the_same_number_does_not_differ(loaded: Loaded, base: Scenario) -> None:
    same = "pue: {low: 1.1, mid: 1.2, high: 1.3, unit: ratio, year: '2026', publisher: Us}"
    found = loaded({PATH: text(same)}).scenario
    assert found is not None and found.differs == ()


def test_a_file_on_an_own_scenario_differs_in_what_either_changes(
    loaded: Loaded, tmp_path: Path, base: Scenario
) -> None:
    own = loaded({PATH: text()}).scenario
    path = tmp_path / "file.yaml"
    filled = '{mid: 0.7, unit: share, year: "2026", publisher: Us}'
    path.write_text(text(f"filled: {filled}", head="id: other\nname: Other\n"))
    found = extras.scenario(path, own)
    assert found.differs == ("pue", "filled") and found.inputs["pue"].mid == 1.5
    # What is put back as the index has it does not differ from the index.
    path.write_text(text(f"pue: {PUE}"))
    assert extras.scenario(path, own).differs == ()
    assert extras.scenario(path, base).differs == ("pue",)
    path.write_text(text())
    assert extras.scenario(path, None).missing[:3] == ("dated", "per_million", "serving")


# Faults.


@pytest.mark.parametrize(("inputs", "fault"), [
    ("pue: {mid: 1.2, unit: '%', year: '1', publisher: A}",
     ":4:25: inputs.pue.unit: the unit is '%', not 'ratio'. Convert the numbers, then write unit: ratio."),
    ("pue: {mid: 0.9, unit: ratio, year: '1', publisher: A}",
     ":4:8: inputs.pue: 0.9 is less than 1. The whole is never less than its part."),
    ("puee: {mid: 1.2, unit: ratio, year: '1', publisher: A}",
     ":4:9: inputs.puee: unknown input 'puee'. Did you mean 'pue'?"),
    ("load_factor: {mid: 77, unit: share, year: '1', publisher: A}",
     ":4:16: inputs.load_factor: 77 is more than a share of 1. Write 0.8 for 80%."),
    ("load_factor: {mid: 0, unit: share, year: '1', publisher: A}",
     ":4:16: inputs.load_factor: has to be greater than 0"),
    ("storage_share: {mid: 0.1, high: 1, unit: share, year: '1', publisher: A}",
     ":4:18: inputs.storage_share: storage cannot be all of the cost"),
    ("pue: {low: 1.3, mid: 1.2, unit: ratio, year: '1', publisher: A}",
     ":4:8: inputs.pue: low, mid and high do not rise: 1.3, 1.2. Low is the smaller number, whatever it does "
     "to the cost."),
    ("pue: {mid: -1, unit: ratio, year: '1', publisher: A}",
     ":4:14: inputs.pue.mid: -1 has to be at least 0"),
    ("pue: {unit: ratio, year: '1', publisher: A}", ":4:8: inputs.pue.mid: 'mid' is required"),
    ("pue: {mid: 1.2, unit: ratio, year: '1'}", ":4:8: inputs.pue.publisher: 'publisher' is required"),
])  # fmt: skip
def test_a_fault_stands_in_its_place(faults: Faults, inputs: str, fault: str) -> None:
    assert faults({PATH: text(inputs)}) == [PATH + fault]


def test_what_is_wrong_with_each_input_is_told_at_once(faults: Faults) -> None:
    lines = ("pue: {mid: 0.9, unit: ratio, year: '1', publisher: A}\n"
             "  load_factor: {mid: 77, unit: share, year: '1', publisher: A}\n"
             "  x: {mid: 1, unit: share, year: '1', publisher: A}")  # fmt: skip
    found = faults({PATH: f"{text(lines)}colour: red\ndiffers: [pue]\n"})
    assert [line.split(": ")[0] for line in found] == [f"{PATH}:{at}" for at in
                                                      ("4:8", "5:16", "6:6", "7:1", "8:1")]  # fmt: skip


def test_a_file_is_named_after_its_id(faults: Faults) -> None:
    assert faults({PATH: text(head="id: other\nname: Own\n")}) == [
        f"{PATH}:1:5: id: 'other' is not the file's name 'own'. Rename the file to other.yaml."
    ]


def test_a_file_that_is_no_mapping(faults: Faults, tmp_path: Path) -> None:
    assert faults({PATH: "- a\n"}) == [f"{PATH}:1:1: the file has to be a mapping of keys to values"]
    path = tmp_path / "mine.yaml"
    path.write_text("- a\n")
    with pytest.raises(DefinitionError) as error:
        extras.scenario(path, None)
    assert str(error.value) == f"{path}:1:1: the file has to be a mapping of keys to values"
    with pytest.raises(ReadinessError, match="there is no file"):
        extras.scenario(tmp_path / "none.yaml", None)


@pytest.mark.parametrize("key", UNITS)
def test_each_input_has_one_unit(key: str, base: Scenario) -> None:
    given = {**base.inputs[key].model_dump(), "unit": f"other {UNITS[key]}"}
    with pytest.raises(ValidationError, match="the unit is"):
        Scenario(id="a", name="A", inputs={key: ScenarioInput.model_validate(given)})


def test_the_prices_are_no_scenario() -> None:
    folder = resources.bundled("indicators") / "scenarios"
    assert (folder / "gpu_prices.yaml").is_file()
    found = load().scenario
    assert found is not None and found.id == "sovereign_2026"
