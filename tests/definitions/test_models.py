"""One file against its model: keys, types, values, and what belongs together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from readiness.definitions.base import RESERVED
from readiness.definitions.columns import MinMax, WinsoriseThenLog
from readiness.definitions.framework import Framework, IndicatorRef
from readiness.definitions.indicator import Derived, Indicator
from readiness.definitions.load import Definitions
from readiness.definitions.methods import Methods

Faults = Callable[..., list[str]]

ACCESS = "energy/access.yaml"
MAIN = "frameworks/main.yaml"
COUNTRIES = "countries.yaml"
GOALPOSTS = "goalposts: [0, 100]"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("direction: higher", "direction: highr",
         "4:12: direction: 'highr' is not one of 'higher', 'lower'. Did you mean 'higher'?"),
        ("direction: higher", "direction: up",
         "4:12: direction: 'up' is not one of 'higher', 'lower'. Did you mean 'higher'?"),
        ("direction: higher", "direction: 3",
         "4:12: direction: the number 3 is not one of 'higher', 'lower'"),
        ("direction: higher", "direction:", "4:11: direction: is empty. Write 'higher' or 'lower'."),
        ("name: Access to electricity", "name: 3",
         "2:7: name: has to be text, not the number 3. Put it in quotes."),
        ("name: Access to electricity", "name: true",
         "2:7: name: has to be text, not true. Put it in quotes."),
        ("name: Access to electricity", "name: [a]", "2:7: name: has to be text, not a list"),
        ("name: Access to electricity", "name: {a: b}", "2:7: name: has to be text, not a mapping"),
        ("name: Access to electricity", "name:", "2:6: name: has to be text, not empty"),
        ("name: Access to electricity", "name: ''", "2:7: name: is empty"),
        ("id: access", "id: 3x",
         "1:5: id: '3x' is not an id. Begin with a letter; then letters, digits, '_', '.' and '-'."),
        ("id: access", "id: a/b",
         "1:5: id: 'a/b' is not an id. Begin with a letter; then letters, digits, '_', '.' and '-'."),
        (GOALPOSTS, "goalposts: [100, 0]",
         "5:12: goalposts: the ends are the wrong way round: [100.0, 0.0]. "
         "Write the low end first, whatever the direction."),
        (GOALPOSTS, "goalposts: [100, 100]",
         "5:12: goalposts: the two ends meet: [100.0, 100.0]. "
         "Write the low end first, whatever the direction."),
        (GOALPOSTS, "goalposts: []", "5:12: goalposts: has 0 entries, not 2"),
        (GOALPOSTS, "goalposts: [0]", "5:12: goalposts: has 1 entry, not 2"),
        (GOALPOSTS, "goalposts: [0, 1, 2]", "5:12: goalposts: has 3 entries, not 2"),
        (GOALPOSTS, "goalposts: 100", "5:12: goalposts: has to be a list, not the number 100"),
        (GOALPOSTS, "goalposts: [0, '100']",
         "5:16: goalposts[1]: has to be a number, not the text '100'. "
         "Write it without quotes, unit or thousands sign."),
        (GOALPOSTS, "goalposts: [0, 1_000]",
         "5:16: goalposts[1]: has to be a number, not the text '1_000'. "
         "Write it without quotes, unit or thousands sign."),
        (GOALPOSTS, "goalposts: [0, true]", "5:16: goalposts[1]: has to be a number, not true"),
        (GOALPOSTS, "goalposts: [0, .inf]", "5:16: goalposts[1]: has to be a finite number"),
        (GOALPOSTS, "goalposts: [0, 1e400]", "5:16: goalposts[1]: has to be a finite number"),
        (GOALPOSTS, f"goalposts: [0, 1{'0' * 350}]",
         f"5:16: goalposts[1]: has to be a number, not the number 1{'0' * 39}..."),
        (GOALPOSTS, f"{GOALPOSTS}\ntransform: log",
         "5:12: goalposts: the low goalpost has to be positive under 'transform: log'"),
        (GOALPOSTS, "goalposts: [-5, 100]\ntransform: log1p\nscale: 5",
         "5:12: goalposts: the low goalpost has to be above -scale under 'transform: log1p'"),
        (GOALPOSTS, f"{GOALPOSTS}\nscale: 5", "6:8: scale: 'scale' belongs to 'transform: log1p' or 'asinh'"),
        (GOALPOSTS, "goalposts: [1, 100]\ntransform: log\nscale: 5",
         "7:8: scale: 'scale' belongs to 'transform: log1p' or 'asinh'"),
        (GOALPOSTS, f"{GOALPOSTS}\ntransform: log1p\nscale: 0", "7:8: scale: 0 has to be greater than 0"),
        (GOALPOSTS, f"{GOALPOSTS}\ntransform: ln",
         "6:12: transform: 'ln' is not one of 'log', 'log1p', 'asinh'. Did you mean 'log'?"),
        (GOALPOSTS, f"{GOALPOSTS}\nper: 1000", "6:6: per: 'per' belongs to a denominator"),
        (GOALPOSTS, f"{GOALPOSTS}\nabsence: {{zero: sensus}}",
         "6:17: absence.zero: 'sensus' is not one of 'census', 'partial'. Did you mean 'census'?"),
        (GOALPOSTS, f"{GOALPOSTS}\nabsence: zero",
         "6:10: absence: has to be missing, {zero: census} or {zero: partial}"),
        (GOALPOSTS, f"{GOALPOSTS}\nabsence:",
         "6:9: absence: has to be missing, {zero: census} or {zero: partial}"),
        (GOALPOSTS, f"{GOALPOSTS}\nmax_age: 1.5",
         "6:10: max_age: has to be a whole number, not the number 1.5"),
        (GOALPOSTS, f"{GOALPOSTS}\nmax_age: -1", "6:10: max_age: -1 has to be at least 0"),
        (GOALPOSTS, f"{GOALPOSTS}\nmax_age: five",
         "6:10: max_age: has to be a whole number, not the text 'five'. "
         "Write it without quotes, unit or thousands sign."),
        (GOALPOSTS, f"{GOALPOSTS}\nactionable: yes",
         "6:13: actionable: has to be true or false, not the text 'yes'"),
        (GOALPOSTS, f"{GOALPOSTS}\nupdate: {{series: x}}", "6:9: update.from: 'from' is required"),
        (GOALPOSTS, f"{GOALPOSTS}\nerror: 0", "6:8: error: 0 has to be greater than 0"),
        (GOALPOSTS, f"{GOALPOSTS}\nremarks:\n  - {{year: 2023, status: estimatd, note: x}}",
         "7:26: remarks[0].status: 'estimatd' is not one of 'estimated', 'provisional', 'corrected', "
         "'break', 'disputed'. Did you mean 'estimated'?"),
        ("valid: [0, 100]", "colour: red\nvalid: [0, 100]",
         "6:1: colour: unknown key 'colour'. Known are absence, actionable, denominator, derived, "
         "description, direction, error, figures, goalposts, id, kind, max_age, name, per, remarks, scale, "
         "source, transform, unit, unit_denominated, update, valid."),
        ("  publisher: World Bank", "  publisher: World Bank\n  vintag: x",
         "9:3: source.vintag: unknown key 'vintag'. Did you mean 'vintage'?"),
        ("  licence: CC-BY-4.0\n", "", "8:3: source.licence: 'licence' is required"),
        ("  dataset: World Development Indicators\n", "",
         "8:3: source: 'url' or 'dataset' is required. Say where the figures can be found."),
        ("  dataset: World Development Indicators\n", "  url: www.worldbank.org\n",
         "9:8: source.url: 'www.worldbank.org' is not a web address. Begin with https://."),
        ("  licence:", "  retrieved: 20/11/2026\n  licence:",
         "10:14: source.retrieved: '20/11/2026' is not a date. "
         'Write 2026-11-20, or "2026-11" or "2026" in quotes.'),
        ("  licence:", "  retrieved: 2026\n  licence:",
         "10:14: source.retrieved: has to be text, not the number 2026. Put it in quotes."),
        ("  licence:", "  redistribute: never\n  licence:",
         "10:17: source.redistribute: 'never' is not one of 'yes', 'unverified', 'no'"),
    ],
)  # fmt: skip
def test_a_fault_of_an_indicator(faults: Faults, old: str, new: str, problem: str) -> None:
    assert faults(edit={ACCESS: (old, new)}) == [f"{ACCESS}:{problem}"]


def test_a_misspelt_key_that_is_required_is_missing_too(faults: Faults) -> None:
    assert faults(edit={ACCESS: ("direction: higher", "direktion: higher")}) == [
        f"{ACCESS}:1:1: direction: 'direction' is required",
        f"{ACCESS}:4:1: direktion: unknown key 'direktion'. Did you mean 'direction' or 'description'?",
    ]


BLOCK = "figures: has to be a block of CSV lines. Write 'figures: |' and the lines below it, indented."


@pytest.mark.parametrize(
    ("figures", "problem"),
    [
        ("figures: 3\n", f"11:10: {BLOCK}"),
        ("figures: [1, 2]\n", f"11:10: {BLOCK}"),
        ("figures:\n  AUT: {2023: 3}\n", f"12:3: {BLOCK}"),
        ("figures:\n  country,2023\n  AUT,3\n", f"12:3: {BLOCK}"),
        ("figures: |\n", f"11:10: {BLOCK}"),
        ("figures:\n", "1:1: 'figures' is required. A series computed from others has 'derived:' instead."),
        ("", "1:1: 'figures' is required. A series computed from others has 'derived:' instead."),
        ("derived: {ratio: [losses, schooling]}\nfigures: |\n  country,2023\n",
         "1:1: 'figures' and 'derived' exclude each other"),
    ],
)  # fmt: skip
def test_an_indicator_has_a_block_of_figures_or_is_derived(
    faults: Faults, index_files: Mapping[str, str], figures: str, problem: str
) -> None:
    text = index_files[ACCESS]
    assert faults({ACCESS: text[: text.index("figures:")] + figures}) == [f"{ACCESS}:{problem}"]


@pytest.mark.parametrize("name", [*RESERVED, "rank_", "rank_energy"])
def test_the_columns_of_the_tables_are_no_ids(faults: Faults, name: str) -> None:
    problem = f"id: '{name}' is a column name of the tables. Choose another id."
    assert f"{ACCESS}:1:5: {problem}" in faults(edit={ACCESS: ("id: access", f"id: {name}")})
    assert faults(edit={MAIN: ("- id: energy", f"- id: {name}")}) == [
        f"{MAIN}:8:11: tree.children[0].{problem}"
    ]


@pytest.mark.parametrize("name", ["LPI", "CO2", "energy.supply", "a-b", "ranks", "Rank", "names"])
def test_ids_may_hold_capitals_digits_and_signs(
    faults: Faults, index_files: Mapping[str, str], name: str
) -> None:
    text = index_files[ACCESS].replace("id: access", f"id: {name}")
    edit = {MAIN: ("[access,", f"[{name},")}
    assert faults({f"energy/{name}.yaml": text}, edit=edit, remove=[ACCESS]) == []


DERIVED = """\
id: ratio
name: Ratio
unit: share
direction: higher
kind: derived
source: {publisher: us, dataset: our own, licence: CC0-1.0}
derived: %s
"""


@pytest.mark.parametrize(
    ("derived", "problem"),
    [
        ("{ratio: [access]}", "7:18: derived.ratio: has 1 entry, not 2 or more"),
        ("{ratio: [access, losses, papers]}", "7:18: derived.ratio: takes two, not 3"),
        ("{difference: [access, losses, papers]}", "7:23: derived.difference: takes two, not 3"),
        ("{ratio: [1, 3]}", "7:18: derived.ratio: names no series"),
        ("{growth: [access, losses]}",
         "7:19: derived.growth: takes a series and a whole number of years: [x, 5]"),
        ("{growth: [access, 0]}", "7:19: derived.growth: takes a series and a whole number of years: [x, 5]"),
        ("{growth: [access, 2.5]}",
         "7:19: derived.growth: takes a series and a whole number of years: [x, 5]"),
        ("{sum: [access, losses], product: [access, 2]}",
         "7:10: derived: one of product, ratio, sum, difference, growth is required, not 2"),
        ("{per: 3}", "7:10: derived: one of product, ratio, sum, difference, growth is required, not 0"),
        ("{sum: [access, losses], per: 0}", "7:39: derived.per: 0 has to be greater than 0"),
        ("{sums: [access, losses]}", "7:11: derived.sums: unknown key 'sums'. Did you mean 'sum'?"),
        ("access / losses", "7:10: derived: has to be a mapping, not the text 'access / losses'"),
    ],
)  # fmt: skip
def test_a_fault_of_a_derived_series(faults: Faults, derived: str, problem: str) -> None:
    file = "alternatives/ratio.yaml"
    assert faults({file: DERIVED % derived}) == [f"{file}:{problem}"]


@pytest.mark.parametrize(
    ("derived", "operands"),
    [("{product: [access, 2, losses]}", ("access", 2, "losses")), ("{sum: [access, 1.5]}", ("access", 1.5)),
     ("{ratio: [access, losses], per: 100}", ("access", "losses")), ("{growth: [access, 5]}", ("access", 5)),
     ("{difference: [100, access]}", (100, "access"))],
)  # fmt: skip
def test_a_derived_series_is_one_operation(
    loaded: Callable[..., Definitions], derived: str, operands: tuple[object, ...]
) -> None:
    found = loaded({"alternatives/ratio.yaml": DERIVED % derived}).series["ratio"].derived
    assert isinstance(found, Derived)
    assert derived.startswith(f"{{{found.operation}:")
    assert found.operands == operands
    assert found.series == tuple(item for item in operands if isinstance(item, str))


@pytest.mark.parametrize(
    ("methods", "problem"),
    [
        ("imputation: none",
         "5:15: methods.imputation: has to be a mapping, not the text 'none'. Write {method: none}."),
        ("imputation: {group: income}", "5:15: methods.imputation: 'method' is required"),
        ("imputation: {method: group-mean}", "5:15: methods.imputation.group: 'group' is required"),
        ("imputation: {method: groupmean, group: income}",
         "5:24: methods.imputation.method: 'groupmean' is not one of 'none', 'mean', 'median', 'group-mean', "
         "'group-median', 'knn', 'regression', 'last-known', 'linear'. "
         "Did you mean 'group-mean' or 'group-median'?"),
        ("treatment: {method: winsorise-then-log, max_point: 3}",
         "5:43: methods.treatment.max_point: unknown key 'max_point'. Did you mean 'max_points'?"),
        ("treatment: {method: winsorise-then-log, log: CT}",
         "5:48: methods.treatment.log: 'CT' is not one of 'ct-plus', 'ct', 'ct-orig', 'gii'. "
         "Did you mean 'ct'?"),
        ("normalisation: {ends: goalpost}",
         "5:25: methods.normalisation.ends: 'goalpost' is not one of 'goalposts', 'sample'. "
         "Did you mean 'goalposts'?"),
        ("normalisation: {range: [100, 0]}",
         "5:26: methods.normalisation.range: the ends are the wrong way round: [100.0, 0.0]. "
         "Write the low end first, whatever the direction."),
        ("aggregation: {method: power}", "5:16: methods.aggregation.p: 'p' is required"),
        ("aggregation: {method: power, p: high}",
         "5:35: methods.aggregation.p: has to be a number, not the text 'high'. "
         "Write it without quotes, unit or thousands sign."),
        ("aggregation: {method: mean}",
         "5:25: methods.aggregation.method: 'mean' is not one of 'arithmetic', 'geometric', 'harmonic', "
         "'power', 'minimum', 'median', 'copeland'. Did you mean 'arithmetic'?"),
        ("agregation: {method: geometric}",
         "5:3: methods.agregation: unknown key 'agregation'. Did you mean 'aggregation'?"),
        ("coverage: {node: 50}", "5:20: methods.coverage.node: 50 has to be at most 1"),
        ("ranking: {ties: minimum}",
         "5:19: methods.ranking.ties: 'minimum' is not one of 'min', 'max', 'average', 'dense'. "
         "Did you mean 'min'?"),
        ("ranking: {decimals: 1.5}",
         "5:23: methods.ranking.decimals: has to be a whole number, not the number 1.5"),
    ],
)  # fmt: skip
def test_a_fault_of_the_methods(faults: Faults, methods: str, problem: str) -> None:
    edit = {MAIN: ("year: 2024", f"year: 2024\nmethods:\n  {methods}")}
    assert faults(edit=edit) == [f"{MAIN}:{problem}"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("year: 2024", "year: '2024'",
         "3:7: year: has to be a whole number, not the text '2024'. "
         "Write it without quotes, unit or thousands sign."),
        ("year: 2024", "edition: 2026.1\nyear: 2024",
         "3:10: edition: has to be text, not the number 2026.1. Put it in quotes."),
        ("year: 2024", "countries: AUT\nyear: 2024",
         "3:12: countries: has to be all, a list of codes, or a mapping {group: value}"),
        ("year: 2024", "countries: []\nyear: 2024",
         "3:12: countries: has to be all, a list of codes, or a mapping {group: value}"),
        ("year: 2024", "countries: [AUT, 3]\nyear: 2024",
         "3:18: countries[1]: has to be text, not the number 3. Put it in quotes."),
        ("year: 2024", "countries: {region: [Asia]}\nyear: 2024",
         "3:21: countries.region: has to be text, a number or true"),
        ("year: 2024", "year: 2024\nuncertainty: {draw: 10}",
         "4:15: uncertainty.draw: unknown key 'draw'. Did you mean 'draws'?"),
        ("      name: Energy\n", "      aggregation: geometric\n",
         "9:20: tree.children[0].aggregation: has to be a mapping, not the text 'geometric'. "
         "Write {method: geometric}."),
        ("      name: Energy\n", "      coverage: 1.4\n",
         "9:17: tree.children[0].coverage: 1.4 has to be at most 1"),
        ("      name: Energy\n", "      weigth: 2\n",
         "9:7: tree.children[0].weigth: unknown key 'weigth'. Did you mean 'weight'?"),
        ("weight: 2", "wieght: 2",
         "13:44: tree.children[1].indicators[1].wieght: unknown key 'wieght'. Did you mean 'weight'?"),
        ("weight: 2", "weight: -1", "13:52: tree.children[1].indicators[1].weight: -1 has to be at least 0"),
        ("weight: 2", "weight: two",
         "13:52: tree.children[1].indicators[1].weight: has to be a number, not the text 'two'. "
         "Write it without quotes, unit or thousands sign."),
        ("{id: papers, weight: 2}", "{weight: 2}",
         "13:31: tree.children[1].indicators[1].id: 'id' is required"),
        ("[access, losses]", "[]", "8:7: tree.children[0]: has neither 'children' nor 'indicators'"),
        ("[access, losses]", "[{id: access, weight: 0}, {id: losses, weight: 0}]",
         "8:7: tree.children[0]: the weights below it are all zero. Leave weights out where all are equal."),
        ("  children:", "  childen:",
         "7:3: tree.childen: unknown key 'childen'. Did you mean 'children'?"),
    ],
)  # fmt: skip
def test_a_fault_of_a_framework(faults: Faults, old: str, new: str, problem: str) -> None:
    assert f"{MAIN}:{problem}" in faults(edit={MAIN: (old, new)})


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("AUT: {name: Austria, iso2: AT", "AUT: {iso2: AT", "2:8: countries.AUT.name: 'name' is required"),
        ("iso2: AT", "iso2: at", "2:30: countries.AUT.iso2: 'at' has to be two capital letters"),
        ("iso2: AT", "numeric: '40'", "2:33: countries.AUT.numeric: '40' has to be three digits"),
        ("iso2: AT", "numeric: 040",
         "2:33: countries.AUT.numeric: has to be text, not the number 40. Put it in quotes."),
        ("iso2: AT", "iso: AT", "2:24: countries.AUT.iso: unknown key 'iso'. Did you mean 'iso2'?"),
        ("eu: true", "eu: [a]", "2:84: countries.AUT.groups.eu: has to be text, a number or true"),
        ("countries:", "codes: fre\ncountries:",
         "1:8: codes: 'fre' is not one of 'iso', 'free'. Did you mean 'free'?"),
        ("  BRA:", "  AUT:", "3:3: countries.AUT: the key 'AUT' stands twice. The first is in line 2."),
    ],
)  # fmt: skip
def test_a_fault_of_the_countries(faults: Faults, old: str, new: str, problem: str) -> None:
    assert faults(edit={COUNTRIES: (old, new)}) == [f"{COUNTRIES}:{problem}"]


def test_a_group_of_norway_is_no_boolean(loaded: Callable[..., Definitions]) -> None:
    assert loaded().countries["NOR"].iso2 == "NO"


def test_what_is_left_out_has_the_values_of_the_headline_index(loaded: Callable[..., Definitions]) -> None:
    framework = loaded().frameworks["main"]
    assert framework.methods == Methods()
    assert (framework.countries, framework.reading, framework.uncertainty) == ("all", "intensity", None)
    said = framework.model_dump()["methods"]
    assert said == {
        "imputation": {"method": "none"},
        "treatment": {"method": "none"},
        "normalisation": {"method": "min-max", "ends": "goalposts", "range": (0, 100), "truncate": True},
        "weighting": {"method": "given"},
        "aggregation": {"method": "arithmetic"},
        "missing": {"method": "reweight"},
        "coverage": {"node": 0.5, "index": 0.65},
        "ranking": {"ties": "min", "decimals": None},
    }


def test_a_method_has_the_defaults_of_the_contract() -> None:
    method = WinsoriseThenLog(method="winsorise-then-log")
    assert (method.max_points, method.skewness, method.kurtosis, method.log) == (5, 2, 3.5, "ct-plus")


def test_an_indicator_has_the_defaults_of_the_contract(loaded: Callable[..., Definitions]) -> None:
    item = loaded().series["losses"]
    assert (item.absence, item.zero, item.kind, item.actionable) == ("missing", None, "observed", True)
    assert (item.denominator, item.per, item.transform, item.scale) == (None, 1, None, None)
    assert (item.valid, item.max_age, item.error, item.update, item.remarks) == (None, None, None, None, ())
    assert (item.source.redistribute, item.source.retrieved) == ("unverified", None)


def test_models_are_frozen_values(loaded: Callable[..., Definitions]) -> None:
    item = loaded().series["losses"]
    assert item == item.model_copy()
    with pytest.raises(ValueError, match="frozen"):
        item.name = "x"


def indicator(**said: object) -> Indicator:
    source = {"publisher": "x", "dataset": "x", "licence": "x"}
    head = {"id": "x", "name": "x", "unit": "kWh", "direction": "higher", "figures": "country,2023\n"}
    return Indicator.model_validate({**head, "source": source, **said})


COUNTED = {"denominator": "population", "per": 1000, "transform": "log1p", "scale": 5, "goalposts": (1, 2),
           "max_age": 3}  # fmt: skip


def test_a_reference_takes_what_it_does_not_say_from_the_indicator() -> None:
    series = indicator(**COUNTED)
    found = IndicatorRef(id="x", weight=2.0).completed(series, Methods())
    assert (found.direction, found.denominator, found.per, found.max_age) == ("higher", "population", 1000, 3)
    assert (found.transform, found.scale, found.goalposts, found.weight) == ("log1p", 5, (1, 2), 2)
    assert found.on_goalposts
    assert found.normalisation == MinMax()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"denominator": None}, {"denominator": None, "per": 1, "transform": "log1p", "scale": 5}),
        ({"per": 10.0}, {"denominator": "population", "per": 10}),
        ({"transform": None}, {"transform": None, "scale": None}),
        ({"transform": "log"}, {"transform": "log", "scale": None}),
        ({"transform": "asinh"}, {"transform": "asinh", "scale": 5}),
        ({"goalposts": None}, {"goalposts": None}),
        ({"direction": "lower", "max_age": None}, {"direction": "lower", "max_age": None}),
    ],
)
def test_a_reference_overrides_what_it_says(said: dict[str, object], expected: dict[str, object]) -> None:
    series = indicator(**COUNTED)
    found = IndicatorRef.model_validate({"id": "x", **said}).completed(series, Methods())
    assert {key: getattr(found, key) for key in expected} == expected


def test_the_unit_of_what_is_scored() -> None:
    assert indicator().unit_scored == "kWh"
    assert indicator(denominator="population", per=1000).unit_scored == "kWh per 1,000 population"
    assert indicator(denominator="population", unit_denominated="kWh a head").unit_scored == "kWh a head"


def test_a_tree_is_walked_children_first_then_indicators() -> None:
    tree = {"id": "a", "indicators": ("x", {"id": "y", "weight": 2.0}),
            "children": ({"id": "b", "indicators": ("z",)},)}  # fmt: skip
    framework = Framework.model_validate({"id": "f", "name": "F", "year": 2024, "tree": tree})
    assert [(depth, part.id) for depth, part in framework.tree.walk()] == [
        (0, "a"), (1, "b"), (2, "z"), (1, "x"), (1, "y")
    ]  # fmt: skip
    assert [part.id for part in framework.tree.parts] == ["b", "x", "y"]
    assert [node.title for node in framework.tree.nodes()] == ["a", "b"]
    assert [reference.weight for reference in framework.tree.references()] == [1, 1, 2]


@pytest.mark.parametrize("coverage", ["0.4", "{node: 0.4}"])
def test_a_node_may_say_its_coverage_in_short(loaded: Callable[..., Definitions], coverage: str) -> None:
    edit = {MAIN: ("      name: Energy\n", f"      coverage: {coverage}\n")}
    tree = loaded(edit=edit).completed().tree
    assert [node.coverage.node for node in tree.nodes() if node.coverage] == [0.5, 0.4, 0.5]
