"""The best feasible moves: one worked by hand in every respect, then the bundled index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import readiness
from readiness.analysis.moves import Moves, moves
from readiness.analysis.whatif import current, edits, rescored, rescored_each, simulate
from readiness.engine.normalise import transform
from readiness.errors import ReadinessError
from readiness.index import Index

SOURCE = "source: {publisher: P, dataset: D, licence: CC0}"
# From 2019 to 2024: peers gained 20, 12, 8, 4, 2, 1 and 0; the sixth of seven reaches 75%.
HISTORY = {
    "AUT": (40, 40), "BEL": (30, 50), "BGR": (38, 50), "CHE": (45, 53), "CZE": (50, 54), "DEU": (60, 62),
    "DNK": (70, 71), "ESP": (80, 80), "KEN": (10, 90),
}  # fmt: skip
Figures = Mapping[str, Mapping[int, float]]


def of_years(history: Mapping[str, tuple[float, float]], first: int = 2019) -> dict[str, dict[int, float]]:
    return {code: {first: start, 2024: end} for code, (start, end) in history.items()}


def block(figures: Figures) -> str:
    years = sorted({year for own in figures.values() for year in own})
    lines = [",".join(["country", *map(str, years)])]
    lines += [",".join([code, *(str(own.get(year, "")) for year in years)]) for code, own in figures.items()]
    return "figures: |\n" + "".join(f"  {line}\n" for line in lines)


@pytest.fixture
def index(tmp_path):
    """Return a function that writes an index of one indicator, or of more files, and loads it."""

    def make(
        figures: Figures | None = None, *, keys: str = "direction: higher\ngoalposts: [0, 100]\n",
        files: Mapping[str, str] | None = None, indicators: str = "a",
        groups: Mapping[str, str] | None = None,
    ) -> Index:  # fmt: skip
        figures = figures or of_years(HISTORY)
        labels = groups or {code: "Rich" if code != "KEN" else "Poor" for code in figures}
        countries = "".join(
            f"  {code}: {{name: Land of {code}, groups: {{income: {labels[code]}, region: All}}}}\n"
            if code in labels
            else f"  {code}: {{name: Land of {code}}}\n"
            for code in figures
        )
        contents = {
            "countries.yaml": f"countries:\n{countries}",
            "one/a.yaml": f"id: a\nname: Alpha\nunit: u\n{SOURCE}\n{keys}{block(figures)}",
            "frameworks/main.yaml": "id: main\nname: Small\nyear: 2024\nmethods: {coverage: {index: 0.4}}\n"
            f"tree:\n  id: index\n  name: Index\n  indicators: [{indicators}]\n",
            **(files or {}),
        }
        for name, text in contents.items():
            path = Path(tmp_path / name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return readiness.load(tmp_path)

    return make


def with_own(start: float, end: float | None = None) -> dict[str, dict[int, float]]:
    return of_years({**HISTORY, "AUT": (start, start if end is None else end)})


def reason(found: Moves) -> str:
    assert found.moves == () and len(found.without) == 1
    assert found.without[0][0] == "Alpha"
    return found.without[0][1]


def test_a_move_by_hand(index):
    small = index()
    found = small.moves("AUT")
    assert (found.code, found.peers_words, found.peer_count) == ("AUT", "the 7 other rich countries", 7)
    (move,) = found.moves
    assert (move.id, move.title, move.path, move.unit) == ("a", "Alpha", (), "u")
    assert (move.before, move.after, move.change, move.year) == (40, 52, 12, 2024)
    assert (move.published_before, move.published_after, move.edit) == (40, 52, "a=52")
    # BEL gained more and BGR as much, which began nearer to 40.
    assert (move.peer_code, move.peer_name, move.peers) == ("BGR", "Land of BGR", 7)
    assert (move.peer_from, move.peer_to, move.peer_start, move.peer_end) == (2019, 2024, 38, 50)
    # Before: KEN 90, ESP 80, DNK 71, DEU 62, CZE 54, CHE 53, BEL and BGR 50, AUT 40.
    assert (move.score_change, move.rank_before, move.rank_after, move.places) == (12, 9, 7, 2)
    assert (move.gain3, move.draws) == (None, 0)  # nothing is drawn


def test_the_other_direction_is_its_mirror(index):
    mirrored = {code: (100 - start, 100 - end) for code, (start, end) in HISTORY.items()}
    found = index(of_years(mirrored), keys="direction: lower\ngoalposts: [0, 100]\n").moves("AUT")
    (move,) = found.moves
    assert (move.before, move.after, move.change, move.edit) == (60, 48, -12, "a=48")
    assert (move.score_change, move.places, move.peer_code) == (12, 2, "BGR")


@pytest.mark.parametrize(
    ("own", "keys", "after"),
    [
        (40, "goalposts: [0, 45]\n", 45),  # the better goalpost
        (40, "goalposts: [0, 100]\nvalid: [0, 90]\n", 52),
        (82, "goalposts: [0, 100]\nvalid: [0, 90]\n", 82 + 1),  # DNK, the largest that began within 16.4
        (65, "goalposts: [0, 100]\nvalid: [0, 90]\n", 65 + 4),  # CZE, from 50
        (82.1, "goalposts: [0, 100]\nvalid: [0, 82.5]\n", 82.5),
        (40.987, "goalposts: [0, 100]\n", 52.9),  # three digits, towards where it is
    ],
)
def test_what_bounds_a_move(index, own, keys, after):
    assert np.std([30, 38, 45, 50, 60, 70, 80]) == pytest.approx(16.45, abs=0.01)
    figures = {**with_own(own), "KEN": {2019: 10, 2024: 20}}
    (move,) = index(figures, keys=f"direction: higher\n{keys}").moves("AUT").moves
    assert move.after == after


def test_growth_is_compared_with_growth(index):
    """In logarithms: AUT doubles as BGR did, from 10 to 20, not by BGR's 100."""
    grown = {"AUT": 1.0, "BEL": 3.0, "BGR": 2.0, "CHE": 1.5, "CZE": 1.2, "DEU": 1.1, "DNK": 1.0, "ESP": 1.0}
    start = {"AUT": 10, "BEL": 12, "BGR": 100, "CHE": 40, "CZE": 50, "DEU": 9, "DNK": 20, "ESP": 2}
    history = {code: (start[code], start[code] * grown[code]) for code in grown}
    keys = "direction: higher\ntransform: log\ngoalposts: [1, 1000]\n"
    (move,) = index(of_years(history), keys=keys).moves("AUT").moves
    assert (move.after, move.peer_code) == (pytest.approx(20), "BEL")  # BEL tripled from 12
    assert move.score_change == pytest.approx(100 * np.log(2) / np.log(1000))
    assert (move.peer_start, move.peer_end) == (pytest.approx(12), pytest.approx(36))


def test_whole_numbers_stay_whole(index):
    """Half again of 3 exchanges is 4: a half is none."""
    history = {"AUT": (3, 3), **dict.fromkeys(("BEL", "BGR", "CHE", "CZE", "DEU"), (2, 3))}
    keys = "direction: higher\ntransform: log\ngoalposts: [1, 1000]\n"
    (move,) = index(of_years({**history, "DNK": (9, 9)}), keys=keys).moves("AUT").moves
    assert move.after == 4
    history = {"AUT": (1, 1), **dict.fromkeys(("BEL", "BGR", "CHE", "CZE", "DEU"), (2, 3))}
    found = index(of_years({**history, "DNK": (30, 30), "ESP": (1, 1)}), keys=keys).moves("AUT")
    assert reason(found) == "at the best there is, or too little left to count"


def test_a_span_is_five_years_else_four_or_three_and_never_stretched(index):
    figures = {
        "AUT": {2024: 40.0},
        "BEL": {2018: 0, 2019: 30, 2020: 49, 2024: 50},  # five
        "BGR": {2020: 38, 2021: 45, 2024: 50},  # four, the longer
        "CHE": {2021: 45, 2024: 53},  # three
        "CZE": {2018: 40, 2023: 46},  # five, to its own latest
        "DEU": {2022: 20, 2024: 62},  # two: no span
        "DNK": {2018: 60, 2024: 71},  # six: no span
        "ESP": {2021: 35.0, 2024: 36},
    }
    (move,) = index(figures).moves("AUT").moves
    # 20, 12, 8, 6 and 1: the fourth of five.
    assert (move.peers, move.change, move.peer_code) == (5, 12, "BGR")
    assert (move.peer_from, move.peer_to) == (2020, 2024)
    old = {**figures, "ESP": {2016: 1, 2021: 36}}
    keys = "direction: higher\ngoalposts: [0, 100]\nmax_age: 2\n"
    assert reason(index(old, keys=keys).moves("AUT")).startswith("fewer than 5 peers have a history")


def test_a_move_is_made_in_the_published_unit(index):
    people = dict.fromkeys(HISTORY, 2000000)
    files = {
        "context/people.yaml": f"id: people\nname: People\nunit: people\n{SOURCE}\n"
        + block({code: {2019: number, 2024: number} for code, number in people.items()}),
    }
    doubled = {code: (2 * start, 2 * end) for code, (start, end) in HISTORY.items()}
    keys = "direction: higher\ngoalposts: [0, 100]\ndenominator: people\nper: 1000000\n"
    small = index(of_years(doubled), keys=keys, files=files)
    (move,) = small.moves("AUT").moves
    assert (move.before, move.after, move.unit) == (40, 52, "u per 1,000,000 people")
    assert (move.published_before, move.published_after, move.published_unit, move.edit) == (
        80,
        104,
        "u",
        "a=104",
    )
    assert (move.peer_start, move.peer_end, move.score_change) == (38, 50, 12)
    # A framework that does not divide says so in the unit.
    (move,) = index(of_years(doubled), keys=keys.replace("100]", "200]"), files=files,
                    indicators="{id: a, denominator: null}").moves("AUT").moves  # fmt: skip
    assert (move.before, move.after, move.unit) == (80, 104, "u")


def test_a_declared_zero_can_move(index):
    """Whom the list of a year leaves out has none: BEL began from there too."""
    figures = {"AUT": {}, "BEL": {2024: 3.5}, "DEU": {2019: 2, 2024: 3}}
    figures |= {code: {2019: 1.5, 2024: 4} for code in ("BGR", "CHE", "CZE")}
    figures = dict(sorted(figures.items()))
    keys = "direction: higher\nabsence: {zero: census}\ngoalposts: [0, 10]\n"
    (move,) = index(figures, keys=keys, groups=dict.fromkeys(figures, "Rich")).moves("AUT").moves
    # Changes 3.5, 2.5, 2.5, 2.5 and 1; of those that began within 0.7 of nothing BEL alone.
    assert (move.before, move.after, move.year, move.peers) == (0, 2.5, 2024, 5)
    assert (move.peer_code, move.peer_start, move.peer_end, move.edit) == ("BEL", 0, 3.5, "a=2.5")


def test_why_there_is_no_move(index):
    higher = "direction: higher\ngoalposts: [0, 100]\n"
    assert reason(index(keys=f"{higher}actionable: false\n").moves("AUT")) == "declared not to act on"
    assert reason(index().moves("KEN")) == "fewer than 5 peers have a history of three to five years"
    assert reason(index(with_own(5)).moves("AUT")) == "no peer that began near it has improved"
    falling = {code: (end, start) for code, (start, end) in HISTORY.items()}
    assert reason(index(of_years(falling)).moves("AUT")) == "three quarters of its peers have not improved"
    assert reason(index(keys="direction: higher\ngoalposts: [0, 40]\n").moves("AUT")) == (
        "at the best there is, or too little left to count")  # fmt: skip


def test_gaps_and_derived_indicators_have_none(index):
    more = {
        "one/b.yaml": f"id: b\nname: Beta\nunit: u\ndirection: higher\ngoalposts: [0, 9]\n{SOURCE}\n"
        + block({code: {2019: 1, 2024: 2} for code in HISTORY if code != "AUT"}),
        "one/c.yaml": f"id: c\nname: Gamma\nunit: u\ndirection: higher\ngoalposts: [0, 200]\n{SOURCE}\n"
        "derived: {sum: [a, a]}\n",
    }
    found = index(files=more, indicators="a, b, c").moves("AUT")
    assert [move.id for move in found.moves] == ["a"]
    assert found.without == (("Beta", "no figure"), ("Gamma", "computed from other series"))
    # What is derived from it moves with it: 12 of 100 and 24 of 200, in two of three.
    assert found.moves[0].score_change == pytest.approx(12)


def test_whose_steps_count(index):
    labelled = {code: "Rich" for code in HISTORY if code not in ("KEN", "AUT")}
    small = index(groups={**labelled, "KEN": "Poor"})
    assert small.moves("AUT").peers_words == "the 8 other countries"  # no income group is known of it
    assert small.moves("BEL").peers_words == "the 6 other rich countries"
    assert small.moves("BEL", peers="region").peers_words == "the 7 other countries of All"
    assert small.moves("BEL", peers="similar").peer_count == 0  # neither size nor income is known
    with pytest.raises(ReadinessError, match=r"unknown peers 'regoin'\. Did you mean 'region'"):
        small.moves("BEL", peers="regoin")


@pytest.fixture(scope="module")
def published(bundled):
    """Every figure as published, by indicator, country and year."""
    return bundled.figures.frame().set_index(["indicator", "country", "year"])["value"].sort_index()


def test_of_a_large_group_the_nearest_in_population_are_peers(bundled, published):
    scores, figures = bundled.scores(), bundled.figures
    found = bundled.moves("IND", draws=10)
    assert (found.peer_count, found.peers_words) == (
        40, "the 40 lower middle income countries nearest in population")  # fmt: skip
    people = dict(zip(scores.countries, figures.latest("population", scores.countries, 2026)[0], strict=True))
    group = [
        c for c in scores.countries if bundled.countries[c].groups.get("income") == "Lower middle income"
    ]
    nearest = sorted((c for c in group if c != "IND"), key=lambda c: abs(np.log(people[c] / people["IND"])))[
        :40
    ]
    assert len(group) > 41 and {move.peer_code for move in found.moves} <= set(nearest)
    history, changes = published["internet_users"], []
    for code in nearest:
        last = max(year for year in history[code].index if year <= 2026)
        first = next((last - n for n in (5, 4, 3) if last - n in history[code].index), None)
        if first is not None and last >= 2022:
            changes.append(history[code][last] - history[code][first])
    move = next(move for move in found.moves if move.id == "internet_users")
    assert move.peers == len(changes)
    assert 0 < move.change <= sorted(changes)[int(np.ceil(0.75 * len(changes))) - 1] + 1e-9


@pytest.mark.parametrize("code", ["KEN", "CHE", "TUV", "PRK", "ETH", "SSD"])
def test_moves_of_the_bundled_index(bundled, published, code):
    scores, figures = bundled.scores(), bundled.figures
    found = bundled.moves(code, top=4, draws=60)
    gains = [move.score_change for move in found.moves]
    assert gains == sorted(gains)[::-1] and gains[-1] > 0
    references = {item.id: item for item in scores.framework.tree.references()}
    for move in found.moves:
        reference, series = references[move.id], figures.series[move.id]
        assert series.actionable and series.derived is None
        low, high = series.valid or (-np.inf, np.inf)
        assert low <= move.published_after <= high
        low, high = reference.goalposts
        assert move.after <= high * (1 + 1e-12) if reference.direction == "higher" else move.after >= low
        # The peer did as much, in the unit of the transform, and its figures are the published ones.
        to = lambda x, item=reference: transform(np.array(x), item.transform, item.scale)  # noqa: E731
        sign = 1 if reference.direction == "higher" else -1
        assert (
            sign * (to(move.peer_end) - to(move.peer_start))
            >= sign * (to(move.after) - to(move.before)) - 1e-9
        )
        if reference.denominator is None:
            values = published[move.id, move.peer_code]
            assert move.peer_start == pytest.approx(values[move.peer_from], rel=1e-12)
            assert move.peer_end == pytest.approx(values[move.peer_to], rel=1e-12)
        assert 3 <= move.peer_to - move.peer_from <= 5
        # It is what `simulate` gives.
        alone = simulate(replace(scores, ranges=None), figures, code, [move.edit], draws=60)
        assert alone.edits[0].after == move.published_after and alone.edits[0].year == move.year
        assert alone.score_after - alone.score_before == pytest.approx(move.score_change, abs=1e-12)
        assert (alone.rank_before, alone.rank_after, alone.gain3) == (
            move.rank_before, move.rank_after, move.gain3)  # fmt: skip
    every = moves(replace(scores, ranked=scores.ranked & False), figures, code, top=99)  # no draws
    assert len(every.moves) + len(every.without) == len(references)


def test_an_unranked_country_has_moves_without_ranks(bundled):
    found = bundled.moves("PRK", draws=20)
    assert found.moves and all(move.score_change > 0 for move in found.moves)
    assert {(m.rank_before, m.rank_after, m.places, m.gain3) for m in found.moves} == {(None,) * 4}


def test_what_is_declared_not_to_act_on_is_never_a_move(bundled):
    hidden = {name for name, series in bundled.indicators.items() if not series.actionable}
    scored = {item.id for item in bundled.scores().framework.tree.references()}
    assert hidden & scored == {"political_stability", "private_credit_gdp"}
    for code in ("NGA", "LBN"):
        assert not hidden & {move.id for move in bundled.moves(code, top=99, draws=1).moves}


@pytest.mark.parametrize("code", ["KEN", "USA", "PRK", "LIE"])
@pytest.mark.parametrize("framework", ["pillars", "scale"])
def test_one_row_alone_gives_what_the_whole_table_gives(bundled, framework, code):
    """The short way through the method, for scores that hang on a country's own figures."""
    scores = bundled.scores(framework)
    made = [
        edits(scores, bundled.figures, code, [f"{name}=-1%"])[0]
        for name in ("internet_users", "electricity_access", "gdp_usd", "cloud_regions_hyperscale")
        if name in scores.matrix.indicators and current(scores, bundled.figures, code, name)[0] is not None
    ]
    for edit, (score, whole) in zip(
        made, rescored_each(scores, bundled.figures, code, made), strict=True
    ):  # fmt: skip
        wanted, found = rescored(scores, bundled.figures, code, [edit]), whole()
        row = scores.position(code)
        assert score == wanted.nodes[row, 0] or (np.isnan(score) and np.isnan(wanted.nodes[row, 0]))
        for name in ("nodes", "coverage", "ranked", "ranks"):
            assert np.array_equal(getattr(found, name), getattr(wanted, name), equal_nan=name != "ranked"), (
                name
            )
        for name, stage in wanted.stages.items():
            assert np.array_equal(found.stages[name].values, stage.values, equal_nan=True), name
            assert np.array_equal(found.stages[name].flags, stage.flags), name


def test_where_others_matter_the_whole_table_is_scored(make_index):
    """A z-score moves with every figure: the short way is not taken."""
    own = "year: 2024\nmethods: {normalisation: {method: z-score}}\n"
    index = Index.load(make_index(edit={"frameworks/main.yaml": ("year: 2024\n", own)}))
    scores = index.scores()
    made = edits(scores, index.figures, "KEN", ["access=90"])
    ((_, whole),) = rescored_each(scores, index.figures, "KEN", made)
    wanted = rescored(scores, index.figures, "KEN", made)
    assert np.array_equal(whole().nodes, wanted.nodes)
    assert not np.array_equal(wanted.nodes[0], scores.nodes[0])


def test_a_list_without_any_of_the_peers_is_a_list_of_zeros(bundled):
    """A census that lists none of a country's peers says that they have nothing, not that nobody knows."""
    without = dict(bundled.moves("COD").without)
    assert without["TOP500 installed performance"] == "three quarters of its peers have not improved"
