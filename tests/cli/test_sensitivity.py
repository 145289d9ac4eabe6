"""`readiness sensitivity`: its sections, the same bytes for the same seed, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from readiness.cli.main import COMMANDS

SHARES = ["first", "first_low", "first_high", "total", "total_low", "total_high"]
FACTORS = ["result", "factor", *SHARES]
PARTS = ["part", "name", "depth", "kind", "mean_shift", "max_shift", "spearman", "most_moved",
         "most_moved_places"]  # fmt: skip
WEIGHTS = ["country", "name", "rank", "rank_low", "rank_high", "best_within", "worst_within", "exact_within",
           "best_any", "worst_any", "exact_any"]  # fmt: skip
BLOCK = "uncertainty: {draws: 60, imputation: {method: none}, normalisation: [goalposts, rank]}\ntree:\n"
DRAWN = {"frameworks/main.yaml": ("tree:\n", BLOCK)}


def table(text):
    return list(csv.DictReader(io.StringIO(text), strict=True))


@pytest.fixture
def drawn(make_index):
    """The small index with an `uncertainty:` block."""
    return make_index(edit=DRAWN)


def test_it_is_listed():
    assert "sensitivity" in COMMANDS["Why"]


def test_factors_are_the_default(done):
    text = done("sensitivity", "--draws", "60", "--format", "csv")
    rows = table(text)
    assert list(rows[0]) == FACTORS
    assert {row["result"] for row in rows} == {"mean rank shift"}
    assert {"weights", "normalisation", "aggregation"} <= {row["factor"] for row in rows}
    totals = [float(row["total"]) for row in rows]
    assert totals == sorted(totals, reverse=True)
    for row in rows:
        for name in ("first", "total"):
            assert float(row[f"{name}_low"]) <= float(row[f"{name}_high"])
    assert done("sensitivity", "--section", "factors", "--draws", "60", "--format", "csv") == text


def test_the_same_seed_gives_the_same_bytes(done, drawn):
    one, two, other = (
        done("sensitivity", "--indicators", drawn, "--seed", seed, "--format", "json") for seed in "773"
    )
    assert one == two != other
    assert (json.loads(one)["seed"], json.loads(other)["seed"]) == (7, 3)


def test_a_country(done, bundled):
    rows = table(done("sensitivity", "kenya", "--draws", "60", "--format", "csv"))
    assert {row["result"] for row in rows} == {"rank of KEN"}
    document = json.loads(done("sensitivity", "KEN", "--draws", "60", "--format", "json"))
    assert document["framework"] == "pillars" and document["runs"] == 60 * (len(rows) + 2)
    assert "Kenya" in document["sentences"][0]
    (own,) = document["weights"]
    scores = bundled.scores()
    assert (own["rank_low"], own["rank_high"]) == scores.interval("KEN")
    assert own["best_any"] <= own["best_within"] <= own["rank"] <= own["worst_within"] <= own["worst_any"]
    assert len(document["leave_one_out"]) == len(list(scores.framework.tree.walk())) - 1


def test_all_parts(done, bundled):
    rows = table(done("sensitivity", "--section", "leave-one-out", "--format", "csv"))
    assert list(rows[0]) == PARTS
    walked = {part.id for _, part in bundled.scores().framework.tree.walk()} - {"index"}
    assert {row["part"] for row in rows} == walked
    assert {row["name"] for row in rows if row["part"] == "secure_servers"} == {"Secure internet servers"}
    for row in rows:
        assert row["max_shift"] == str(int(row["max_shift"])) == row["most_moved_places"].lstrip("-")
    own = table(done("sensitivity", "RWA", "--section", "leave-one-out", "--format", "csv"))
    assert list(own[0]) == [*PARTS, "places"]
    places = [abs(int(row["places"])) for row in own]
    assert places == sorted(places, reverse=True)


def test_all_weights(done, drawn):
    rows = table(done("sensitivity", "--indicators", drawn, "--section", "weights", "--format", "csv"))
    assert list(rows[0]) == WEIGHTS
    assert [int(row["rank"]) for row in rows] == sorted(int(row["rank"]) for row in rows)
    for row in rows:
        low, best, rank, worst, high = (
            int(row[key]) for key in ("best_any", "best_within", "rank", "worst_within", "worst_any")
        )
        assert low <= best <= rank <= worst <= high
        assert row["exact_within"] == row["exact_any"] == "yes"
        assert int(row["rank_low"]) <= int(row["rank_high"])


def test_in_a_terminal(terminal, drawn):
    ran = terminal("sensitivity", "--indicators", str(drawn))
    assert ran.code == 0
    assert all(len(line) <= 80 for line in ran.out.split("\n"))
    assert "Small index: what its ranks hang on" in ran.out
    assert "matters most" in ran.out or "matter most" in ran.out or "cannot be told apart" in ran.out
    assert "Losses of the grid" in ran.out and "--section leave-one-out" in ran.out


def test_a_country_in_a_terminal_stands_with_its_range(terminal, drawn):
    ran = terminal("sensitivity", "NOR", "--indicators", str(drawn))
    assert ran.code == 0 and all(len(line) <= 80 for line in ran.out.split("\n"))
    assert "Norway: rank 1, range 1" in ran.out
    assert "weights" in ran.out and "what-if" in ran.out


def test_all_countries_in_a_terminal(terminal, drawn):
    ran = terminal("sensitivity", "--indicators", str(drawn), "--section", "weights")
    assert ran.code == 0 and "Austria" in ran.out and "25% weights" in " ".join(ran.out.split())


def test_into_a_file(run, drawn, tmp_path):
    target = tmp_path / "parts.csv"
    ran = run("sensitivity", "--indicators", drawn, "--section", "leave-one-out", "-o", target)
    assert (ran.code, ran.out) == (0, "") and table(target.read_text())[0]["part"]


def test_nothing_to_draw(done, make_index):
    block = ("uncertainty: {weights: {spread: 0}, aggregation: {power: [1, 1]}, normalisation: [goalposts], "
             "leave_out: {indicators: 0}, imputation: {method: none}}\ntree:\n")  # fmt: skip
    root = make_index(edit={"frameworks/main.yaml": ("tree:\n", block)})
    assert "nothing to draw" in done("sensitivity", "--indicators", root, "--format", "table")
    assert done("sensitivity", "--indicators", root, "--format", "csv").strip() == ",".join(FACTORS)


def test_without_the_block(refused, make_index):
    said = refused("sensitivity", "--indicators", make_index())
    assert said.startswith("the framework 'main' has no 'uncertainty:' block")


def test_a_root_that_is_no_power_mean(done, refused, make_index):
    root = make_index(edit={**DRAWN, "frameworks/main.yaml": (
        "tree:\n  id: index\n", BLOCK + "  id: index\n  aggregation: {method: minimum}\n")})  # fmt: skip
    said = refused("sensitivity", "--indicators", root, "--section", "weights", "--format", "csv")
    assert said.startswith("best and worst ranks are not available: the root's aggregation is 'minimum'")
    text = done("sensitivity", "NOR", "--indicators", root, "--format", "table")
    assert "not available" in text
    assert "weights" not in json.loads(done("sensitivity", "NOR", "--indicators", root, "--format", "json"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["Atlantis"], "Atlantis"), (["--section", "weight"], "Did you mean 'weights'?"),
     (["--section", "weights", "--draws", "50"], "--seed and --draws belong to the factors"),
     (["--framework", "nothing"], "nothing"), (["--draws", "1"], "--draws"), (["KEN", "RWA"], "RWA")],
)  # fmt: skip
def test_refused(refused, arguments, says):
    assert says in refused("sensitivity", *arguments)


def test_sections_are_named_in_any_case(done):
    text = done("sensitivity", "--section", "leave-one-out", "--format", "csv")
    assert done("sensitivity", "--section", "Leave-One-Out", "--format", "csv") == text


def test_estimates_beyond_their_ends_are_called_so(done):
    rough = done("sensitivity", "KEN", "--draws", "2", "--section", "factors", "--format", "table")
    assert "chance may take one below 0 or above 1" in rough
    fine = done("sensitivity", "--section", "factors", "--draws", "2000", "--format", "table")
    assert "chance may take" not in fine


def test_nobody_ranked_is_no_table_of_dashes(done, make_index, index_files):
    strict = {
        "frameworks/main.yaml": (
            "tree:\n",
            "countries: [KEN, AUT]\nuncertainty: {draws: 50, imputation: {method: none}}\ntree:\n",
        )
    }
    nothing = {path: re.sub(r"(?m)^  (KEN|AUT),.*\n?", "", text) for path, text in index_files.items()
               if "figures: |" in text and not path.startswith("context/")}  # fmt: skip
    folder = make_index(nothing, edit=strict)
    for command in ("sensitivity", "robustness", "scores"):
        text = done(command, "--indicators", folder, "--format", "table")
        assert "No country" in text and ("----" not in text or command == "scores")


def test_an_unranked_country(refused, bundled):
    scores = bundled.scores()
    code = next(code for code, ranked in zip(scores.countries, scores.ranked, strict=True) if not ranked)
    assert "is not ranked" in refused("sensitivity", code, "--draws", "5", "--format", "csv")
