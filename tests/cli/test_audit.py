"""`readiness audit`: verdicts for the terminal, everything as csv and json, exit code 1 on a fail."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

from readiness.engine.audit import INFORMATION, SECTIONS, THRESHOLDS

COLUMNS = "section,check,subject,other,verdict,value,low,high,n,threshold,detail,advice"
PLACES = [f"P{number:02d}" for number in range(30)]


def table(text):
    return list(csv.DictReader(io.StringIO(text), strict=True))


def figures(values):
    rows = "".join(f"  {place},{value!r}\n" for place, value in zip(PLACES, values.tolist(), strict=True))
    return f"figures: |\n  country,2024\n{rows}"


def series(name, values, **keys):
    item = {
        "id": name, "name": name, "unit": "points", "direction": "higher", "goalposts": [0, 100],
        "source": {"publisher": "Nobody", "dataset": "x", "licence": "CC0", "redistribute": "yes"}, **keys,
    }  # fmt: skip
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in item.items()) + figures(values)


@pytest.fixture
def world(tmp_path):
    """Return a function that writes an index of 30 places; `b` may be scored the wrong way round."""

    def make(direction="higher"):
        root = tmp_path / direction
        generator = np.random.default_rng(1)
        factor = generator.normal(size=30)
        names = ("a", "b", "c", "d")
        columns = {name: 50 + 8 * factor + 4 * generator.normal(size=30) for name in names}
        keys = {"b": {"direction": direction}}
        files = {f"x/{name}.yaml": series(name, x, **keys.get(name, {})) for name, x in columns.items()}
        tree = {"id": "index", "children": [
            {"id": "one", "indicators": ["a", "b"]}, {"id": "two", "indicators": ["c", "d"]}]}  # fmt: skip
        files["frameworks/main.yaml"] = json.dumps(
            {"id": "main", "name": "Small", "year": 2024, "tree": tree}
        )
        files["countries.yaml"] = json.dumps({"codes": "free", "countries": {p: {"name": p} for p in PLACES}})
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        return root

    return make


def test_csv_carries_everything(run):
    ran = run("audit", "--format", "csv")
    assert ran.out.split("\n")[0] == COLUMNS
    rows = table(ran.out)
    checks = {row["check"] for row in rows}
    assert checks >= {rule.check for rule in THRESHOLDS} - {"exception"}
    assert checks >= set(INFORMATION)
    assert {row["section"] for row in rows} == set(SECTIONS)
    assert ran.code == (1 if any(row["verdict"] == "fail" for row in rows) else 0)


def test_our_own_index_has_no_fail(run, bundled):
    for framework in bundled.frameworks:
        ran = run("audit", "--framework", framework, "--format", "csv")
        fails = [
            (row["check"], row["subject"], row["value"]) for row in table(ran.out) if row["verdict"] == "fail"
        ]
        assert (ran.code, fails) == (0, []), framework


def test_a_fail_is_exit_code_1_with_the_whole_result(run, done, world):
    assert "0 fails" in done("audit", "--indicators", world(), "--format", "table")
    ran = run("audit", "--indicators", world("lower"), "--format", "table")
    assert (ran.code, ran.err) == (1, "")
    lines = ran.out.split("\n")
    assert "FAIL  item-rest: correlation of an indicator with the rest of its sub-pillar" in lines
    assert any(line.startswith("  b  -0.") and "with the rest of one" in line for line in lines)
    assert any(line.startswith("  > Check its direction") for line in lines)
    rows = table(run("audit", "--indicators", world("lower"), "--format", "csv").out)
    bad = [row for row in rows if row["verdict"] == "fail"]
    assert any(line.startswith(f"{len(bad)} fails, ") for line in lines)
    # A pillar that cancels itself out weighs nothing either.
    assert [(row["check"], row["subject"]) for row in bad] == [
        ("item-rest", "a"), ("item-rest", "b"), ("effective-weight", "one")]  # fmt: skip
    assert float(bad[0]["value"]) < 0 and bad[0]["threshold"] == "fail < 0, warn < 0.3"


def test_the_table_shows_fails_and_warnings_and_counts_the_rest(run):
    rows = table(run("audit", "--format", "csv").out)
    text = run("audit", "--format", "table").out
    count = {
        name: sum(row["verdict"] == name for row in rows) for name in ("fail", "warn", "pass", "not assessed")
    }
    assert f"{count['pass']} passes, {count['not assessed']} not assessed" in text
    for row in rows:
        if row["verdict"] in ("fail", "warn"):
            assert f"  {row['subject']} " in text.replace("\n", " \n")
    assert "\npass  " not in text and "\ncorrelation: " not in text


def test_all_shows_passes_and_listed_numbers(run):
    text = run("audit", "--all", "--format", "table").out
    assert "\npass  item-rest: " in text and "\neigenvalue: " in text


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_is_that_part_in_full(run, section):
    rows = table(run("audit", "--section", section.upper(), "--format", "csv").out)
    assert rows and {row["section"] for row in rows} == {section}
    text = run("audit", "--section", section, "--format", "table").out
    for row in rows[:5]:
        assert row["subject"] in text


def test_an_unknown_section_is_refused(refused):
    assert refused("audit", "--section", "wieghts") == "unknown section 'wieghts'. Did you mean 'weights'?"


def test_a_small_index_says_where_to_look_for_what_is_not_assessed(terminal, make_index):
    ran = terminal("audit", "--indicators", str(make_index()))
    assert ran.code == 0 and "Why what is not assessed is not: --all." in ran.out


def test_components_stand_beside_their_numbers(terminal):
    ran = terminal("audit", "--section", "components")
    first = next(line for line in ran.out.split("\n") if "energy.supply | PC1" in line)
    assert "explains" in first and max(map(len, ran.out.split("\n"))) <= 80


def test_json_says_the_thresholds_and_counts(run):
    document = json.loads(run("audit", "--framework", "scale", "--format", "json").out)
    assert document["framework"] == "scale" and document["fingerprint"]
    assert {
        "check": "alpha",
        "what": "Cronbach's alpha of a sub-pillar",
        "threshold": "warn < 0.6",
    } in document["thresholds"]
    for verdict, count in document["verdicts"].items():
        assert sum(row["verdict"] == verdict for row in document["findings"]) == count
    weights = [row for row in document["findings"] if row["check"] == "effective-weight"]
    assert len(weights) == 5 and all(type(row["value"]) is float and type(row["n"]) is int for row in weights)


def test_eighty_columns_are_enough(terminal):
    for arguments in (("audit",), ("audit", "--all")):
        ran = terminal(*arguments)
        assert ran.code in (0, 1)
        # An id is never broken.
        long = [line for line in ran.out.split("\n") if len(line) > 80]
        assert long == []


def test_the_same_audit_gives_the_same_bytes(run):
    assert run("audit", "--format", "json").out == run("audit", "--format", "json").out


def test_it_goes_into_a_file(run, tmp_path):
    ran = run("audit", "-o", tmp_path / "audit.csv")
    assert ran.out == "" and (tmp_path / "audit.csv").read_text(encoding="utf-8").startswith(COLUMNS)


def test_a_small_index_is_audited_without_an_error(run, make_index):
    ran = run("audit", "--indicators", make_index(), "--format", "table")
    assert ran.code == 0 and "not assessed" in ran.out
