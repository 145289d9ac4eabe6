"""What if: edits as they are read, and that simulating one equals making it in YAML."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import readiness
from readiness import resources
from readiness.analysis import whatif
from readiness.engine.uncertainty import robustness
from readiness.errors import ReadinessError
from readiness.index import Index

SOURCE = "source: {publisher: P, dataset: D, licence: CC0}"
MORE = {
    "context/population.yaml": f"""\
id: population
name: Population
unit: people
{SOURCE}
figures: |
  country,2020,2022,2023,2024
  AUT,8900000,9000000,9100000,9200000
  BRA,210000000,211000000,211500000,212000000
  IND,1390000000,1410000000,1430000000,1450000000
  KEN,52000000,54000000,55000000
  NOR,5300000,5400000,5500000,5600000
  VNM,97000000,98000000,99000000,100000000
""",
    "context/share.yaml": f"""\
id: share
name: Share of clean power
unit: "%"
valid: [0, 100]
{SOURCE}
figures: |
  country,2022,2023,2024
  AUT,80,81,82
  BRA,88,89,90
  IND,20,21,22
  KEN,,90
  NOR,99,99,98
  VNM,40,42
""",
    "energy/generation.yaml": f"""\
id: generation
name: Generation
unit: GWh
direction: higher
denominator: population
per: 1000000
transform: log
goalposts: [0.1, 30000]
valid: [0, 10000000]
max_age: 3
{SOURCE}
figures: |
  country,2020,2022,2023,2024
  AUT,70000,69000,68000
  BRA,620000,680000,690000,700000
  IND,1500000,1700000,,1900000
  KEN,11000,12000,12500
  NOR,150000,146000,153000
  VNM,240000
""",
    "energy/clean.yaml": f"""\
id: clean
name: Clean generation
unit: GWh
direction: higher
denominator: population
per: 1000000
transform: log1p
scale: 10
goalposts: [0, 30000]
derived: {{product: [generation, share], per: 0.01}}
{SOURCE}
""",
    "skills/machines.yaml": f"""\
id: machines
name: Listed machines
unit: machines
direction: higher
absence: {{zero: census}}
denominator: population
per: 1000000
goalposts: [0, 2]
max_age: 2
{SOURCE}
figures: |
  country,2023,2024
  AUT,2,3
  BRA,4,3
  IND,5,
  NOR,1,2
""",
    "frameworks/main.yaml": """\
id: main
name: Small index
year: 2024
methods: {aggregation: {method: arithmetic}}
uncertainty:
  draws: 200
  imputation: {method: regression, on: [population], draws: true}
tree:
  id: index
  name: Index
  children:
    - id: energy
      name: Energy
      indicators: [access, losses, generation, clean]
    - id: skills
      name: Skills
      indicators: [schooling, {id: papers, weight: 2}, machines]
""",
}
# What a figure may become: of an indicator and of what a derived one is made of.
VALUES = {
    "access": st.floats(0, 100), "losses": st.floats(0, 60), "generation": st.floats(0, 1e7),
    "share": st.floats(0, 100), "schooling": st.floats(-5, 30), "papers": st.floats(0, 900),
    "machines": st.integers(0, 40).map(float),
}  # fmt: skip
COUNTRIES = ("AUT", "BRA", "IND", "KEN", "NOR", "VNM")


def files_of(index_files) -> dict[str, str]:
    schooling = index_files["skills/schooling.yaml"].replace("goalposts:", "error: 0.4\ngoalposts:")
    return {**index_files, "skills/schooling.yaml": schooling, **MORE}


@pytest.fixture(scope="module")
def files(index_files) -> dict[str, str]:
    return files_of(index_files)


@pytest.fixture(scope="module")
def index(files, tmp_path_factory) -> Index:
    return loaded(files, tmp_path_factory.mktemp("index"))


def loaded(files: dict[str, str], root: Path) -> Index:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return readiness.load(root)


def written(text: str, code: str, year: int, value: float | None) -> str:
    """Edit a figure in a file as a person would; one that is taken away leaves no earlier one."""
    head, block = text.split("figures: |\n")
    size = next((n for n, line in enumerate(block.split("\n")) if not line.startswith("  ")), None)
    block, tail = block.split("\n")[:size], block.split("\n")[size:]
    first, *lines = [line.strip() for line in block]
    years = first.split(",")[1:]
    rows = {line.split(",")[0]: dict(zip(years, line.split(",")[1:], strict=False)) for line in lines}
    row = rows.setdefault(code, {})
    if value is not None:
        row[str(year)] = repr(value)
    else:
        rows[code] = {key: cell for key, cell in row.items() if int(key) > year}
    years = sorted({*years, str(year)})
    new = [",".join([name, *(rows[name].get(key, "") for key in years)]) for name in sorted(rows)]
    lines = "".join(f"  {line}\n" for line in [",".join(["country", *years]), *new])
    return f"{head}figures: |\n{lines}" + "\n".join(tail)


def path_of(files, name: str) -> str:
    return next(path for path in files if path.endswith(f"/{name}.yaml"))


def same(found, wanted) -> None:
    """The same scores and ranks to the last bit, and the same ranges."""
    assert found.fingerprint == wanted.fingerprint
    np.testing.assert_array_equal(found.nodes, wanted.nodes)
    np.testing.assert_array_equal(found.ranks, wanted.ranks)
    one, other = robustness(found), robustness(wanted)
    np.testing.assert_array_equal(one.rank_low, other.rank_low)
    np.testing.assert_array_equal(one.rank_high, other.rank_high)
    np.testing.assert_array_equal(one.counts, other.counts)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_simulating_an_edit_equals_making_it_in_yaml(index, files, data):
    code = data.draw(st.sampled_from(COUNTRIES))
    names = data.draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3, unique=True))
    scores, changed, texts = index.scores(), dict(files), []
    for name in names:
        gone = name != "machines" and data.draw(st.integers(0, 4)) == 0
        value = None if gone else data.draw(VALUES[name])
        year = whatif.current(scores, index.figures, code, name)[1]
        changed[path_of(files, name)] = written(files[path_of(files, name)], code, year, value)
        texts.append(f"{name}={'missing' if value is None else f'={value!r}'}")
    made = whatif.edits(scores, index.figures, code, texts)
    found = whatif.rescored(scores, index.figures, code, made)
    with tempfile.TemporaryDirectory() as folder:
        wanted = loaded(changed, Path(folder)).scores()
    same(found, wanted)
    assert scores.fingerprint == index.scores().fingerprint  # nothing is edited in place


def test_it_does_so_in_the_bundled_index(tmp_path):
    root = resources.bundled("indicators")
    names = (
        "internet_users",
        "low_carbon_share",
        "gov_effectiveness",
        "saidi_hours",
        "cloud_regions_hyperscale",
    )
    files = {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in root.rglob("*.yaml")}
    files["frameworks/pillars.yaml"] = files["frameworks/pillars.yaml"].replace("draws: 10000", "draws: 60")
    index = loaded(files, tmp_path / "before")
    scores = index.scores()
    texts = ["internet_users=+10%", "low_carbon_share=80", "gov_effectiveness==-0.1", "saidi_hours=missing",
             "cloud_regions_hyperscale=2"]  # fmt: skip
    made = whatif.edits(scores, index.figures, "KEN", texts)
    for edit, name in zip(made, names, strict=True):
        path = path_of(files, name)
        files[path] = written(files[path], "KEN", edit.year, edit.after)
    wanted = loaded(files, tmp_path / "after").scores()
    same(whatif.rescored(scores, index.figures, "KEN", made), wanted)
    assert index.simulate("KEN", texts, draws=10).range_after == wanted.interval("KEN")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("access=95", 95), ("access=+10", 86.2), ("access=-10", 66.2), ("access=+10%", 83.82),
        ("access=-50%", 38.1), ("access=+.5", 76.7), ("access=0", 0), ("access==95", 95), ("access=1e1", 10),
        ("access=missing", None), (" access =95", 95),
    ],
)  # fmt: skip
def test_an_edit_is_read(index, text, after):
    (edit,) = whatif.edits(index.scores(), index.figures, "KEN", [text])
    assert (edit.id, edit.before, edit.year, edit.unit) == ("access", 76.2, 2023, "% of population")
    assert edit.after == pytest.approx(after, rel=1e-15) if after is not None else edit.after is None


def test_a_negative_figure_has_a_spelling_of_its_own(index):
    """One sign steps, after two equals signs it is part of the number."""
    of = lambda text: whatif.edits(index.scores(), index.figures, "KEN", [text])[0].after  # noqa: E731
    assert of("schooling=-0.5") == pytest.approx(7.2) and of("schooling==-0.5") == -0.5


@pytest.mark.parametrize(
    ("name", "code", "before", "year"),
    [
        ("access", "KEN", 76.2, 2023),  # its own latest figure
        ("generation", "VNM", None, 2024),  # too old to count: the newest year of the series
        ("schooling", "KEN", 7.7, 2022),
        ("machines", "KEN", 0.0, 2024),  # a declared zero: the year of the latest list
        ("machines", "IND", 0.0, 2024),  # on an earlier list only
        ("share", "VNM", 42, 2023),  # of what a derived indicator is made
    ],
)
def test_which_figure_and_year_an_edit_replaces(index, name, code, before, year):
    assert whatif.current(index.scores(), index.figures, code, name) == (before, year)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([], "no edit is named"),
        (["access"], "'access' is no edit"),
        (["=95"], "'=95' is no edit"),
        (["papres=95"], "unknown indicator 'papres'. Did you mean 'papers'?"),
        (["access=101"], "access=101: 101 is outside what is valid, 0 to 100 % of population"),
        (["access=+30"], "130 is outside"),
        (["access=many"], "'many' is no number"),
        (["access=nan"], "'nan' is no number"),
        (["access=1_0"], "'1_0' is no number"),
        (["access=10%"], "A share is added: +10%"),
        (["access=+missing"], "'+missing' is no number"),
        (["access=90", "access=95"], "access is edited twice"),
        (["generation=+10"], "generation has no figure to add to. Set it: generation=VALUE"),
        (["population=1"], "'population' is not scored in 'main'"),
        (["clean=9"], "derived and has no figures of its own. Edit what it is made of: generation and share"),
        (["machines=missing"], "has zero of it, not a gap. Write machines=0"),
    ],
)  # fmt: skip
def test_what_is_no_edit_is_refused(index, texts, words):
    with pytest.raises(ReadinessError) as refused:
        index.simulate("VNM", texts)
    assert words in str(refused.value)


def test_what_a_derived_indicator_is_made_of_moves_it(index):
    found = index.simulate("IND", ["share=100"], draws=50)
    scores, after = {n.id: n.before for n in found.nodes}, {n.id: n.after for n in found.nodes}
    assert found.edits[0].before == 22 and after["energy"] > scores["energy"]
    assert after["skills"] == scores["skills"] and found.score_after > found.score_before
    # 1,900,000 GWh of 1.45 billion people, a fifth of it clean and all of it.
    unit = 1900000 / 1450
    gained = 100 * np.log((10 + unit) / (10 + 0.22 * unit)) / np.log(3001)
    assert after["energy"] - scores["energy"] == pytest.approx(gained / 4, rel=1e-12)


def test_an_edit_that_changes_nothing_gives_nothing(index):
    found = index.simulate("KEN", ["access=76.2", "losses=+0"], draws=100)
    assert (found.score_after, found.rank_after, found.range_after) == (
        found.score_before, found.rank_before, found.range_before)  # fmt: skip
    assert (found.gain1, found.gain3, found.draws) == (0.0, 0.0, 100)
    assert all(node.before == node.after for node in found.nodes)


def test_the_chances_are_of_the_gain_in_places(index):
    texts = ["access=100", "losses=0", "generation=1000000", "share=100", "schooling=15", "papers=800"]
    best = index.simulate("KEN", [*texts, "machines=100"], draws=200)
    assert (best.rank_before, best.rank_after, best.range_after) == (6, 1, (1, 1))
    assert best.gain1 == 1.0 and 0.9 < best.gain3 < 1.0  # in some draws it is third before
    worst = index.simulate("NOR", ["access=0", "losses=50", "papers=0"], draws=200)
    assert worst.rank_after > worst.rank_before and worst.gain3 == 0.0


def test_unranked_before_or_after_is_handled(index, files, tmp_path):
    gone = ["losses=missing", "schooling=missing"]
    lost = index.simulate("KEN", gone, draws=50)
    assert lost.rank_before and lost.range_before and lost.score_after is not None
    assert (lost.rank_after, lost.range_after, lost.gain1, lost.gain3) == (None, None, None, None)
    assert lost.ranked_after == lost.ranked_before - 1
    changed = dict(files)
    for name in ("losses", "schooling"):
        changed[path_of(files, name)] = written(files[path_of(files, name)], "KEN", 2024, None)
    less = loaded(changed, tmp_path)
    back = less.simulate("KEN", ["losses=9", "schooling=8"], draws=50)
    assert (back.rank_before, back.range_before, back.gain3) == (None, None, None)
    assert back.rank_after and back.range_after and back.edits[0].before is None


def test_a_framework_without_draws_gives_no_range(files, tmp_path):
    changed = {
        **files,
        "frameworks/main.yaml": MORE["frameworks/main.yaml"].replace(
            "uncertainty:\n  draws: 200\n  imputation: {method: regression, on: [population], draws: true}\n",
            "",
        ),
    }
    found = loaded(changed, tmp_path).simulate("KEN", ["access=90"])
    assert (found.range_after, found.gain3) == (None, None) and found.score_after > found.score_before


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_worse_figure_never_raises_a_score_and_touches_no_other(bundled, data):
    scores, figures = bundled.scores(), bundled.figures
    k = data.draw(st.integers(0, len(scores.matrix.indicators) - 1))
    reference = scores.framework.tree.references()[k]
    series, values = figures.series[reference.id], scores.matrix.values[:, k]
    row = data.draw(st.sampled_from([int(n) for n in np.flatnonzero(np.isfinite(values))]))
    code, own = scores.countries[row], float(values[row])
    if series.derived is not None:
        return
    low, high = series.valid or (own - 1, own + 1)
    worse = data.draw(st.floats(low, own) if reference.direction == "higher" else st.floats(own, high))
    made = whatif.edits(scores, figures, code, [f"{series.id}=={worse!r}"])
    after = whatif.rescored(scores, figures, code, made)
    assert made[0].after == worse and not (after.nodes[row] > scores.nodes[row]).any()
    others = np.arange(len(scores.countries)) != row
    np.testing.assert_array_equal(after.nodes[others], scores.nodes[others])


def test_what_is_scored_and_divided_by_moves_all_that_hangs_on_it(files, tmp_path):
    """Here the population is an indicator, a denominator, and what gaps are regressed on."""
    scored = "{id: population, direction: higher, transform: log, goalposts: [1000000, 2000000000]}"
    main = files["frameworks/main.yaml"].replace("[access, losses,", f"[access, losses, {scored},")
    files = {**files, "frameworks/main.yaml": main}
    index = loaded(files, tmp_path / "before")
    made = whatif.edits(index.scores(), index.figures, "KEN", ["population=+20%"])
    assert (made[0].before, made[0].after, made[0].year) == (55000000, 66000000, 2023)
    path = path_of(files, "population")
    changed = {**files, path: written(files[path], "KEN", 2023, 66000000.0)}
    wanted = loaded(changed, tmp_path / "after").scores()
    same(whatif.rescored(index.scores(), index.figures, "KEN", made), wanted)
    assert wanted.score("KEN", "generation") < index.scores().score("KEN", "generation")
