"""A whole folder: what it holds, all problems of all files, codes, the examples of the contract."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from readiness import resources
from readiness.definitions import places
from readiness.definitions.load import Definitions, load
from readiness.errors import DefinitionError, ReadinessError, UnknownNameError

Faults = Callable[..., list[str]]
Loaded = Callable[..., Definitions]

ACCESS = "energy/access.yaml"
MAIN = "frameworks/main.yaml"
COUNTRIES = "countries.yaml"


def test_a_folder_is_an_index(loaded: Loaded) -> None:
    found = loaded()
    assert list(found.series) == ["access", "losses", "papers", "schooling"]
    assert list(found.folders.values()) == ["energy", "energy", "skills", "skills"]
    assert found.files["access"] == ACCESS
    assert list(found.frameworks) == ["main"]
    assert list(found.countries) == ["AUT", "BRA", "IND", "KEN", "NOR", "VNM"]
    assert found.own_countries
    assert found.warnings == ()
    assert found.blocks["access"].values[0].tolist() == [100, 100, 100]
    assert found.series["access"].figures is None


def test_folders_may_have_any_name_and_depth(loaded: Loaded, index_files: Mapping[str, str]) -> None:
    found = loaded({"Énergie 1/a/b/access.yaml": index_files[ACCESS]}, remove=[ACCESS])
    assert found.folders["access"] == "Énergie 1"


def test_an_indicator_may_lie_at_the_top(loaded: Loaded, index_files: Mapping[str, str]) -> None:
    assert loaded({"access.yaml": index_files[ACCESS]}, remove=[ACCESS]).folders["access"] == ""


@pytest.mark.parametrize("path", ["schema/x.yaml", ".git/x.yaml", "a/.x.yaml"])
def test_what_is_no_indicator_is_not_read(faults: Faults, path: str) -> None:
    assert faults({path: "no: [index"}) == []


@pytest.mark.parametrize("path", ["scenarios/x.yaml", "scenarios/gpu_prices.yaml", "rules/a/x.yaml"])
def test_rules_scenarios_and_prices_are_read(faults: Faults, path: str) -> None:
    assert faults({path: "no: [index"}) == [f"{path}:2:1: not YAML: did not find expected ',' or ']'"]


def test_validation_series_are_kept_apart(loaded: Loaded, index_files: Mapping[str, str]) -> None:
    text = index_files[ACCESS].replace("id: access", "id: other").replace("direction: higher\n", "")
    found = loaded({"validation/other.yaml": text})
    assert list(found.validation) == ["other"]
    assert "other" not in found.series
    assert "other" in found.blocks
    assert found.warnings == ()


def test_a_validation_series_is_never_an_input(faults: Faults, index_files: Mapping[str, str]) -> None:
    text = index_files[ACCESS].replace("id: access", "id: other")
    problems = faults({"validation/other.yaml": text}, edit={MAIN: ("[access,", "[access, other,")})
    assert problems == [f"{MAIN}:10:28: tree.children[0].indicators[1].id: unknown indicator 'other'"]


@pytest.mark.parametrize("folder", ["energy", "alternatives"])
def test_a_series_that_may_be_scored_has_a_direction(
    faults: Faults, index_files: Mapping[str, str], folder: str
) -> None:
    text = index_files[ACCESS].replace("id: access", "id: other").replace("direction: higher\n", "")
    file = f"{folder}/other.yaml"
    assert faults({file: text}) == [f"{file}:1:1: direction: 'direction' is required"]


def test_a_context_series_needs_no_direction(faults: Faults, index_files: Mapping[str, str]) -> None:
    text = index_files[ACCESS].replace("id: access", "id: other").replace("direction: higher\n", "")
    assert faults({"context/other.yaml": text}) == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "1:1: the file is empty"),
        ("- a\n", "1:1: the file has to be a mapping of keys to values"),
        ("access\n", "1:1: the file has to be a mapping of keys to values"),
        ("id: access\n---\nid: b\n", "2:1: a second document begins. Keep one document a file."),
        (b"id: \xe9\n", "1:5: byte 0xe9 is not UTF-8. Save the file as UTF-8."),
        (b"#" * (places.MAX_BYTES + 7), "1:1: the file has more than 4 MB (4,000,000 bytes)"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem(
    faults: Faults, content: str | bytes, problem: str
) -> None:
    assert faults({ACCESS: content}) == [f"{ACCESS}:{problem}"]


def test_a_broken_countries_file_makes_no_other_problem(faults: Faults) -> None:
    edit = {MAIN: ("year: 2024", "countries: {region: Asia}\nyear: 2024")}
    assert faults({COUNTRIES: "countries: {\n"}, edit=edit) == [
        f"{COUNTRIES}:2:1: not YAML: did not find expected node content"
    ]


def test_a_broken_framework_makes_no_other_problem(faults: Faults) -> None:
    assert faults({MAIN: "id: main\n"}) == [
        f"{MAIN}:1:1: name: 'name' is required",
        f"{MAIN}:1:1: tree: 'tree' is required",
        f"{MAIN}:1:1: year: 'year' is required",
    ]


def test_yml_is_refused_anywhere(faults: Faults) -> None:
    assert faults({"energy/more.yml": "id: more\n", "schema/x.YML": ""}) == [
        "energy/more.yml:1:1: ends in .yml. Rename it to .yaml.",
        "schema/x.YML:1:1: ends in .yml. Rename it to .yaml.",
    ]


def test_the_name_of_a_file_is_its_id(faults: Faults) -> None:
    hint = "Rename the file to acces.yaml, or change the id."
    assert faults(edit={ACCESS: ("id: access", "id: acces")}) == [
        f"{ACCESS}:1:5: id: 'acces' is not the file's name 'access'. {hint}"
    ]


def test_the_name_of_a_framework_is_its_id(faults: Faults) -> None:
    assert faults(edit={MAIN: ("id: main", "id: headline")}) == [
        f"{MAIN}:1:5: id: 'headline' is not the file's name 'main'. "
        "Rename the file to headline.yaml, or change the id."
    ]


@pytest.mark.parametrize("copy", ["energy/a_copy.yaml", "energy/z_copy.yaml"])
def test_a_copy_with_the_old_id_is_one_problem(
    faults: Faults, index_files: Mapping[str, str], copy: str
) -> None:
    stem = Path(copy).stem
    assert faults({copy: index_files[ACCESS]}) == [
        f"{copy}:1:5: id: 'access' is not the file's name '{stem}'. "
        "Rename the file to access.yaml, or change the id."
    ]


@pytest.mark.parametrize("folder", ["skills", "context", "alternatives", "validation"])
def test_an_id_is_used_once_in_all_folders(
    faults: Faults, index_files: Mapping[str, str], folder: str
) -> None:
    assert faults({f"{folder}/losses.yaml": index_files["energy/losses.yaml"]}) == [
        f"{max(folder, 'energy')}/losses.yaml:1:5: id: the id 'losses' is used twice. "
        f"It is in {min(folder, 'energy')}/losses.yaml too."
    ]


def test_an_id_used_twice_once_with_figures_and_once_derived(faults: Faults) -> None:
    text = (
        "id: access\nname: A\nunit: x\ndirection: higher\n"
        "source: {publisher: us, dataset: own, licence: CC0}\nderived: {ratio: [losses, 2]}\n"
    )
    assert faults({"zz/access.yaml": text}, edit={ACCESS: ("AUT,", "AUX,")}) == [
        f"{ACCESS}:13:3: figures: AUX: unknown country code 'AUX'. Did you mean 'AUT'?",
        f"zz/access.yaml:1:5: id: the id 'access' is used twice. It is in {ACCESS} too.",
    ]


def test_a_framework_id_is_used_once(faults: Faults, index_files: Mapping[str, str]) -> None:
    assert faults({"frameworks/more/main.yaml": index_files[MAIN]}) == [
        f"frameworks/more/main.yaml:1:5: id: the id 'main' is used twice. It is in {MAIN} too."
    ]


def test_all_problems_of_all_files_are_collected_in_order(faults: Faults) -> None:
    problems = faults(
        {"energy/more.yml": ""},
        edit={
            MAIN: ("[schooling,", "[schoolin,"),
            ACCESS: ("AUT,100,100,100", "AUT,100,x,101"),
            "skills/papers.yaml": ("direction: higher", "direction: hihger"),
            COUNTRIES: ("  BRA:", "  BRX:"),
        },
    )
    assert problems == [
        f"{COUNTRIES}:3:3: countries: unknown country code 'BRX'. Did you mean 'BRA', 'BRB' or 'BRN'?",
        f"{ACCESS}:13:11: figures: AUT 2023: 'x' is not a number. "
        "Leave the cell empty where there is no figure.",
        f"{ACCESS}:13:13: figures: AUT 2024: 101 is outside valid: [0, 100]. Is it in another unit?",
        "energy/more.yml:1:1: ends in .yml. Rename it to .yaml.",
        f"{MAIN}:13:20: tree.children[1].indicators[0].id: unknown indicator 'schoolin'. "
        "Did you mean 'schooling'?",
        "skills/papers.yaml:4:12: direction: 'hihger' is not one of 'higher', 'lower'. "
        "Did you mean 'higher'?",
    ]


def test_lines_sort_as_numbers(faults: Faults) -> None:
    problems = faults(edit={ACCESS: ("NOR,100,100,100", "NOR,x"), "energy/losses.yaml": ("unit:", "units:")})
    places_found = [tuple(map(int, line.split(":")[1:3])) for line in problems]
    assert places_found == [(17, 7), (1, 1), (3, 1)]


def test_the_error_counts_its_problems(make_index: Callable[..., Path]) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(make_index(edit={ACCESS: ("AUT,100,100,100", "AUT,x,y")}))
    assert caught.value.message == "2 problems in the index"
    assert [item.column for item in caught.value.problems] == [7, 9]


def test_a_figure_outside_valid_points_at_itself(faults: Faults) -> None:
    edit = {ACCESS: ("IND,98.5,99.2,99.5", "IND,-0.5,,1e3")}
    assert faults(edit=edit) == [
        f"{ACCESS}:15:7: figures: IND 2022: -0.5 is outside valid: [0, 100]. Is it in another unit?",
        f"{ACCESS}:15:13: figures: IND 2024: 1000 is outside valid: [0, 100]. Is it in another unit?",
    ]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_hold_with_any_line_end_and_byte_order_mark(
    faults: Faults, index_files: Mapping[str, str], end: str, mark: str
) -> None:
    text = index_files[ACCESS].replace("higher", "up").replace("KEN,76,", "KEN,760,").replace("VNM", "VNX")
    problems = faults({ACCESS: mark + text.replace("\n", end).replace("up", "higher")})
    assert problems == [
        f"{ACCESS}:16:7: figures: KEN 2022: 760 is outside valid: [0, 100]. Is it in another unit?",
        f"{ACCESS}:18:3: figures: VNX: unknown country code 'VNX'. Did you mean 'VNM'?",
    ]
    assert faults({ACCESS: mark + text.replace("\n", end)})[0].startswith(f"{ACCESS}:4:12: direction: 'up'")


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("AUX", " Did you mean 'AUT'?"), ("aut", " Did you mean 'AUT'?"), ("NOW", " Did you mean 'NOR'?"),
        ("Austria", " Did you mean 'AUT'?"), ("Viet Nam", " Did you mean 'VNM'?"),
        ("AT", " Did you mean 'AUT'?"), ('"AUT"', " Did you mean 'AUT'?"),
        ("CHX", " Did you mean 'CHE', 'CHL' or 'CHN'?"), ("KNE", " Did you mean 'KEN'?"),
        ("AUT;5;5", " Did you mean 'AUT'?"),
        ("Total world", " Write ISO 3166 alpha-3 codes, with commas between the cells."),
    ],
)  # fmt: skip
def test_an_unknown_country_code(faults: Faults, code: str, hint: str) -> None:
    assert faults(edit={ACCESS: ("AUT,100,100,100", code)}) == [
        f"{ACCESS}:13:3: figures: {code}: unknown country code '{code}'.{hint}"
    ]


def test_thousands_of_unknown_codes_are_told_at_once(faults: Faults) -> None:
    rows = "".join(f"P{number},1\n  " for number in range(5_000))
    start = time.perf_counter()
    assert len(faults(edit={ACCESS: ("AUT,", f"{rows}AUT,")})) == 5_000
    assert time.perf_counter() - start < 10


def test_known_codes_that_are_not_in_the_folder_are_one_warning(warnings: Faults) -> None:
    edit = {ACCESS: ("AUT,", "CHE,1\n  DEU,1\n  AUT,"), "energy/losses.yaml": ("AUT,", "CHE,1\n  AUT,")}
    assert warnings(edit=edit) == [
        f"{COUNTRIES}:1:1: warning: countries: 2 countries with figures not in countries.yaml, "
        "left out: CHE, DEU"
    ]


def test_one_known_code_that_is_not_in_the_folder(warnings: Faults) -> None:
    assert warnings(edit={ACCESS: ("AUT,", "XKX,1\n  AUT,")}) == [
        f"{COUNTRIES}:1:1: warning: countries: 1 country with figures not in countries.yaml, left out: XKX"
    ]


def test_many_known_codes_are_cut_short(warnings: Faults) -> None:
    codes = ["AFG", "ALB", "ARE", "ARG", "ARM", "AUS", "AZE", "BEL", "BGD"]
    rows = "".join(f"{code},1\n  " for code in codes)
    assert warnings(edit={ACCESS: ("AUT,", f"{rows}AUT,")}) == [
        f"{COUNTRIES}:1:1: warning: countries: 9 countries with figures not in countries.yaml, "
        "left out: AFG, ALB, ARE, ARG, ARM, AUS, AZE, BEL ..."
    ]


def test_without_countries_the_names_and_groups_are_the_packages(loaded: Loaded) -> None:
    found = loaded(edit={ACCESS: ("AUT,", "GRL,99\n  AUT,")}, remove=[COUNTRIES])
    assert not found.own_countries
    assert found.countries["KEN"].name == "Kenya"
    assert found.countries["KEN"].groups["african_union"] is True
    assert found.countries["GRL"].name == "Greenland"
    assert found.warnings == ()


def test_without_countries_an_unknown_code_is_an_error(faults: Faults) -> None:
    assert faults(edit={ACCESS: ("AUT,", "AUX,1\n  AUT,")}, remove=[COUNTRIES]) == [
        f"{ACCESS}:13:3: figures: AUX: unknown country code 'AUX'. Did you mean 'AUS', 'AUT' or 'LUX'?"
    ]


@pytest.mark.parametrize(
    ("code", "hint"),
    [("AUX", "Did you mean 'AUS', 'AUT' or 'LUX'?"), ("aut", "Did you mean 'AUT'?"),
     ("North", "Codes are ISO 3166 alpha-3; 'codes: free' takes any.")],
)  # fmt: skip
def test_codes_of_the_folders_own_countries_are_iso_3166(faults: Faults, code: str, hint: str) -> None:
    assert faults({COUNTRIES: f"countries:\n  {code}: {{name: A}}\n"})[0] == (
        f"{COUNTRIES}:2:3: countries: unknown country code '{code}'. {hint}"
    )


def free(index_files: Mapping[str, str], old: str = "", new: str = "") -> dict[str, str]:
    places_said = "".join(f"  st-{code.lower()}: {{name: {code}}}\n" for code in ("AUT", "BRA", "KEN"))
    files = {COUNTRIES: f"codes: free\ncountries:\n{places_said}"}
    for path in (ACCESS, "energy/losses.yaml", "skills/schooling.yaml", "skills/papers.yaml"):
        head = index_files[path].split("figures:")[0]
        files[path] = f"{head}figures: |\n  country,2023\n  st-aut,5\n  st-ken,7\n"
    files[ACCESS] = files[ACCESS].replace(old, new)
    return files


def test_free_codes_are_places_of_any_kind(loaded: Loaded, index_files: Mapping[str, str]) -> None:
    found = loaded(free(index_files))
    assert list(found.countries) == ["st-aut", "st-bra", "st-ken"]
    assert found.blocks["access"].countries == ("st-aut", "st-ken")
    assert found.countries.find("ken").code == "st-ken"


def test_an_unknown_free_code_is_an_error_even_if_iso_knows_it(
    faults: Faults, index_files: Mapping[str, str]
) -> None:
    assert faults(free(index_files, "st-aut", "st-aux")) == [
        f"{ACCESS}:13:3: figures: st-aux: unknown country code 'st-aux'. Did you mean 'st-aut' or 'st-bra'?"
    ]
    assert faults(free(index_files, "st-aut", "AUT")) == [
        f"{ACCESS}:13:3: figures: AUT: unknown country code 'AUT'. Did you mean 'st-aut'?"
    ]


@pytest.mark.parametrize("code", ["../etc", "a..b", "a/b", "-a", "a b", "é", "x" * 65, "=1+1"])
def test_a_free_code_is_safe_in_tables_and_file_names(faults: Faults, code: str) -> None:
    problems = faults({COUNTRIES: f'codes: free\ncountries:\n  "{code}": {{name: A}}\n'})
    assert problems[0] == (
        f"{COUNTRIES}:3:3: countries: '{code[:60]}' is not a place id. Use letters, digits, '_', '.' and '-'."
    )


def test_one_framework_is_the_default(loaded: Loaded) -> None:
    found = loaded()
    assert found.framework().id == "main"
    with pytest.raises(UnknownNameError) as caught:
        found.framework("mian")
    assert str(caught.value) == "unknown framework 'mian'. Did you mean 'main'?"
    with pytest.raises(UnknownNameError) as caught:
        found.framework("layers")
    assert str(caught.value) == "unknown framework 'layers'. There is main."


def test_of_several_frameworks_pillars_is_the_default(loaded: Loaded, index_files: Mapping[str, str]) -> None:
    text = index_files[MAIN]
    found = loaded({"frameworks/pillars.yaml": text.replace("id: main", "id: pillars")})
    assert found.framework().id == "pillars"
    assert found.framework("main").id == "main"


def test_several_frameworks_without_pillars_have_no_default(
    loaded: Loaded, index_files: Mapping[str, str]
) -> None:
    found = loaded({"frameworks/other.yaml": index_files[MAIN].replace("id: main", "id: other")})
    with pytest.raises(UnknownNameError) as caught:
        found.framework()
    assert str(caught.value) == "the index has several frameworks: main, other. Name one with --framework."


def test_a_folder_without_a_framework(make_index: Callable[..., Path]) -> None:
    root = make_index(remove=[MAIN])
    with pytest.raises(ReadinessError) as caught:
        load(root)
    assert str(caught.value) == f"{root} has no framework. Write one to frameworks/NAME.yaml."


def test_completed_writes_every_setting_out(loaded: Loaded) -> None:
    references = loaded().completed().tree.references()
    assert [(item.id, item.direction, item.goalposts, item.weight) for item in references] == [
        ("access", "higher", (0, 100), 1), ("losses", "lower", (2, 20), 1),
        ("schooling", "higher", (0, 15), 1), ("papers", "higher", (0, 500), 2),
    ]  # fmt: skip


# The examples of the contract, word for word, but for an address where it has "...".
INDICATOR = """\
# yaml-language-server: $schema=../schema/indicator.json
id: electricity_access
name: Access to electricity
description: Share of the population with access to electricity.
unit: "% of population"
direction: higher            # higher | lower
absence: missing             # missing | {zero: census} | {zero: partial}
denominator: null            # or the id of a context series, with per: 1000000
transform: null              # log | log1p | asinh (the last two take scale:)
goalposts: [0, 100]          # in this unit, after the denominator, before the transform; scores are clipped to them
valid: [0, 100]              # a figure outside is refused
max_age: 5                   # years before a figure no longer counts
kind: observed               # observed | survey | model | index | count | derived
source:
  publisher: World Bank
  dataset: World Development Indicators
  series: EG.ELC.ACCS.ZS
  url: https://data.worldbank.org/indicator/EG.ELC.ACCS.ZS
  licence: CC-BY-4.0
  redistribute: yes          # yes | unverified | no
  retrieved: 2026-11-20
update: {from: worldbank, series: EG.ELC.ACCS.ZS}
figures: |
  country,2019,2020,2021,2022,2023
  AFG,97.7,97.7,97.7,85.3,85.3
remarks:
  - {country: AFG, year: 2023, status: estimated, note: "...", url: "https://example.org/"}
"""  # noqa: E501

PILLARS = """\
id: pillars
name: Country AI Readiness Index
edition: "2026.1"
year: 2026                    # figures of later years are ignored
countries: all                # or a list of codes, or {group: value} of countries.yaml
reading: intensity            # a label
methods:
  imputation: {method: none}
  treatment: {method: none}
  normalisation: {method: min-max, ends: goalposts, range: [0, 100]}
  weighting: {method: given}
  aggregation: {method: arithmetic}         # default of every node; a node may say its own
  missing: {method: reweight}
  coverage: {node: 0.5, index: 0.65}
  ranking: {ties: min, decimals: null}
uncertainty:
  seed: 20260101
  draws: 10000
  weights: {spread: 0.25}
  aggregation: {power: [0, 1]}
  normalisation: [goalposts, z-score, rank]
  treatment: [none, winsorise-then-log]
  partial_zero: [zero, missing]
  leave_out: {indicators: 1}
  error: true
  imputation: {method: regression, on: [gdp_per_capita_ppp], draws: true}
tree:
  id: index
  name: AI readiness
  aggregation: {method: power, p: 0.5}
  children:
    - id: energy
      name: Energy
      children:
        - id: energy.supply
          name: Supply
          indicators: [electricity_generation, {id: electricity_access, weight: 1}]
"""

AUSTRIA = """\
countries:
  AUT: {name: Austria, groups: {region: Europe & Central Asia, income: High income, eu: true}}
"""


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    files = {
        f"{path}.yaml": INDICATOR.replace("electricity_access", Path(path).name)
        for path in (
            "energy/electricity_access",
            "energy/electricity_generation",
            "context/gdp_per_capita_ppp",
        )
    } | {
        "frameworks/pillars.yaml": PILLARS,
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_examples_of_the_contract_load(contract: Path) -> None:
    found = load(contract)
    item = found.series["electricity_access"]
    assert item.source.redistribute == "yes"
    assert item.source.retrieved == "2026-11-20"
    assert item.update is not None
    assert item.update.model_dump(by_alias=True) == {"from": "worldbank", "series": "EG.ELC.ACCS.ZS"}
    assert found.blocks["electricity_access"].values.tolist() == [[97.7, 97.7, 97.7, 85.3, 85.3]]
    assert found.warnings == ()


def test_the_example_of_a_framework_is_made_of_the_defaults(contract: Path) -> None:
    said = load(contract).frameworks["pillars"]
    path = contract / "frameworks/pillars.yaml"
    head, rest = PILLARS.split("edition:")
    path.write_text(f"{head}year: 2026\nuncertainty: {{}}\ntree:{rest.split('tree:')[1]}", encoding="utf-8")
    assert load(contract).frameworks["pillars"] == said.model_copy(update={"edition": None})


def test_the_example_of_countries_loads(contract: Path) -> None:
    (contract / "countries.yaml").write_text(AUSTRIA, encoding="utf-8")
    found = load(contract)
    groups = {"region": "Europe & Central Asia", "income": "High income", "eu": True}
    assert found.countries["AUT"].groups == groups
    assert [str(item).rsplit(": ", 3)[1:] for item in found.warnings] == [
        ["countries", "1 country with figures not in countries.yaml, left out", "AFG"]
    ]


NOISE = st.sampled_from(
    ["", " ", "\n", ":", ": ", "- ", "[", "]", "{", "}", ",", "|", "~", "#", "'", '"', "NO", "true", "1e999",
     "-1", "0", "2024", "access", "id", "method", "&a", "*a", "!!x", "\t", "\x00", "\x85", "\u2028", "é",
     "[[]]", "{a: }"]
)  # fmt: skip
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), NOISE), max_size=4)


@given(st.integers(0, 5), DAMAGE)
def test_no_damage_to_a_file_raises_anything_but_its_problems(
    tmp_path_factory: pytest.TempPathFactory,
    index_files: Mapping[str, str],
    number: int,
    damage: list[tuple[float, int, str]],
) -> None:
    root = tmp_path_factory.getbasetemp() / "damaged"
    path = sorted(index_files)[number]
    text = index_files[path]
    for share, length, noise in damage:
        at = int(share * len(text))
        text = text[:at] + noise + text[at + length :]
    for name, content in {**index_files, path: text}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    try:
        load(root)
    except DefinitionError as error:
        assert all(item.line >= 1 and item.column >= 1 for item in error.problems)
        assert len(set(error.problems)) == len(error.problems)
    except ReadinessError as error:
        assert "has no framework" in str(error)


@pytest.fixture(scope="module")
def bundled() -> Definitions:
    return load()


def test_the_bundled_index_has_no_error_and_no_warning(bundled: Definitions) -> None:
    assert [str(item) for item in bundled.warnings] == []
    assert bundled.root == resources.bundled("indicators")
    assert bundled.framework().id == "pillars"
    assert {"pillars", "layers", "scale"} <= set(bundled.frameworks)


def test_every_reader_of_yaml_takes_the_bundled_files() -> None:
    # libyaml, which we read with, is laxer than others: it takes a plain `a?` within {}.
    for path in sorted(resources.bundled("indicators").rglob("*.yaml")):
        assert isinstance(yaml.load(path.read_text(encoding="utf-8"), yaml.SafeLoader), dict), path


def test_the_pillars_of_the_bundled_index(bundled: Definitions) -> None:
    tree = bundled.framework("pillars").tree
    assert " ".join(node.id for node in tree.children) == "energy compute cloud skills adoption_barriers"
    assert all(below.id.startswith(f"{node.id}.") for node in tree.children for below in node.children)


def test_the_layers_hold_the_same_indicators_as_the_pillars(bundled: Definitions) -> None:
    pillars, layers = (
        {reference.id for reference in bundled.framework(name).tree.references()}
        for name in ("pillars", "layers")
    )
    assert layers == pillars


def test_every_bundled_country_is_named_once(bundled: Definitions) -> None:
    assert len(bundled.countries) == 197
    assert len({item.name for item in bundled.countries.values()}) == 197
