"""`readiness compare`: a column a country, in the order given."""

from __future__ import annotations

import csv
import io
import json
import math
import re

import pytest


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


@pytest.fixture(scope="module")
def scores(bundled):
    return bundled.scores()


def test_columns_are_countries_in_the_order_given(done, scores):
    text = done("compare", "Rwanda", "KEN", "fi", "--format", "csv")
    assert text.split("\n")[0] == "part,name,depth,unit,RWA,KEN,FIN"
    rows = {row["part"]: row for row in table(text)}
    head = ["rank", "rank_low", "rank_high", "score", "coverage"]
    below = ["band", "above_RWA", "above_KEN", "above_FIN"]
    assert list(rows) == [*head, *(part.id for part in scores.parts("pillar")), *below]
    for code in ("RWA", "KEN", "FIN"):
        assert rows["rank"][code] == str(scores.rank(code))
        assert (rows["rank_low"][code], rows["rank_high"][code]) == tuple(map(str, scores.interval(code)))
        assert float(rows["score"][code]) == scores.score(code)
        assert float(rows["cloud"][code]) == scores.score(code, "cloud")
    assert rows["energy"]["depth"] == "1" and rows["energy"]["unit"] == "score"


@pytest.mark.parametrize("level", ["index", "pillar", "subpillar", "indicator", "all", "2", "3"])
def test_a_level_is_the_tree_down_to_it(done, scores, level):
    rows = [
        row for row in table(done("compare", "KEN", "TWN", "--level", level, "--format", "csv"))
        if row["depth"] != "0"
    ]  # fmt: skip
    deepest = {"index": 0, "pillar": 1, "subpillar": 2, "indicator": 3, "all": 3}.get(level, level)
    walk = [(depth, part) for depth, part in scores.framework.tree.walk() if 0 < depth <= int(deepest)]
    assert [(int(row["depth"]), row["part"]) for row in rows] == [(depth, part.id) for depth, part in walk]
    for row in rows:
        value = scores.score("TWN", row["part"])
        assert row["TWN"] == "" if value is None else float(row["TWN"]) == value


def test_values_are_figures_with_their_unit(done, bundled, scores):
    rows = {row["part"]: row for row in table(done("compare", "KEN", "PRK", "--values", "--format", "csv"))}
    for number, name in enumerate(scores.matrix.indicators):
        figure = scores.matrix.values[scores.position("PRK"), number]
        assert rows[name]["unit"] == bundled.indicators[name].unit
        assert rows[name]["PRK"] == "" if math.isnan(figure) else float(rows[name]["PRK"]) == figure
    assert rows["energy"]["unit"] == "score"
    assert (rows["rank"]["PRK"], rows["rank"]["KEN"]) == ("", str(scores.rank("KEN")))


def test_a_group_comes_after_the_countries_named(done, bundled):
    text = done("compare", "NOR", "--group", "asean", "--format", "csv")
    assert text.split("\n")[0].split(",")[4:] == ["NOR", *bundled.countries.in_group("asean")]


def test_json_keeps_types(done, scores):
    document = json.loads(done("compare", "KEN", "TWN", "--format", "json"))
    assert document["framework"] == "pillars" and document["fingerprint"] == scores.fingerprint
    parts = {row["part"]: row for row in document["parts"]}
    assert parts["rank"]["KEN"] == scores.rank("KEN") and type(parts["rank"]["KEN"]) is int
    assert parts["rank"]["TWN"] is None
    low, high = scores.interval("KEN")
    assert (parts["rank_low"]["KEN"], parts["rank_high"]["KEN"]) == (low, high)
    assert type(parts["rank_low"]["KEN"]) is int and parts["rank_low"]["TWN"] is None
    assert document["above"] == {}  # an unranked country is in no pair
    assert parts["score"]["TWN"] == scores.score("TWN")


def test_the_terminal_shows_the_tree(done):
    text = done("compare", "KEN", "TWN", "--level", "subpillar", "--format", "table")
    lines = text.split("\n")
    assert any(line.startswith("Adoption barriers ") for line in lines)
    assert any(line.startswith("  Clean power ") for line in lines)
    assert "– missing, or too few figures for a rank" in lines
    assert "Adoption barriers: fewer is higher" in lines


def test_the_terminal_shows_the_range_beside_the_rank(done, scores):
    lines = done("compare", "KEN", "TWN", "FIN", "--format", "table").split("\n")
    low, high = scores.interval("KEN")
    first = next(line.split() for line in lines if line.startswith("Rank "))
    assert first[1:4] == [str(scores.rank("KEN")), f"({low}\N{EN DASH}{high})", "\N{EN DASH}"]
    assert not any(line.startswith("Rank,") for line in lines)
    assert "Range: 5th to 95th percentile of the rank over 10,000 draws" in "\n".join(lines)
    assert not any("of draws" in line and "above" in line for line in lines)


@pytest.mark.parametrize("pair", [("chn", "ind"), ("ind", "chn"), ("KEN", "RWA"), ("FJI", "KEN")])
def test_two_countries_are_told_apart_by_the_draws(done, bundled, scores, pair):
    codes = [bundled.countries.find(name).code for name in pair]
    drawn = scores.robustness
    places = [list(drawn.rows).index(scores.position(code)) for code in codes]
    # P(A above B) from the draws' own pairs, the better one named first.
    share = drawn.above[places[0], places[1]]
    one, other = codes if share >= 0.5 else codes[::-1]
    text = done("compare", *pair, "--format", "table")
    said = re.search(r"^(.*) is above (.*) in (>?)([\d]+)% of draws\.$", text, re.M)
    assert said.group(1, 2) == (bundled.countries[one].name, bundled.countries[other].name)
    assert int(said[4]) == (99 if said[3] else round(max(share, 1 - share) * 100))
    document = json.loads(done("compare", *pair, "--format", "json"))
    assert document["above"][codes[0]] == {codes[1]: share}
    assert document["above"][codes[1]][codes[0]] == pytest.approx(1 - share, abs=1e-12)


def test_without_uncertainty_it_says_so(done, make_index):
    folder = make_index()
    text = done("compare", "nor", "ken", "--indicators", folder, "--format", "table")
    assert "the ranks stand without ranges" in " ".join(text.split())
    assert "of draws" not in text
    rows = {row["part"]: row for row in table(done("compare", "nor", "ken", "--indicators", folder))}
    assert rows["rank_low"]["NOR"] == rows["rank_high"]["KEN"] == "" and rows["rank"]["NOR"] == "1"


def test_an_earlier_year_and_another_framework(done, bundled):
    scores = bundled.scores("layers", year=2023)
    rows = table(done("compare", "KEN", "RWA", "--framework", "layers", "--year", "2023", "--format", "csv"))
    assert [row["part"] for row in rows[5:]] == [part.id for part in scores.parts("pillar")]
    assert float(rows[3]["KEN"]) == scores.score("KEN")


def test_of_another_index(done, make_index):
    rows = table(done("compare", "nor", "ken", "--values", "--indicators", make_index(), "--format", "csv"))
    parts = {row["part"]: row for row in rows}
    assert parts["losses"]["NOR"] == "6.5" and parts["losses"]["unit"] == "% of output"
    assert parts["papers"]["KEN"] == ""


@pytest.mark.parametrize(
    ("name", "start"),
    [("c.md", b"# Kenya and Rwanda: "), ("c.html", b"<!DOCTYPE html>"), ("c.tex", b"\\documentclass"),
     ("c.xlsx", b"PK"), ("c.parquet", b"PAR1"), ("c.json", b"{")],
)  # fmt: skip
def test_every_format_by_the_ending_of_its_file(run, tmp_path, name, start):
    ran = run("compare", "KEN", "RWA", "-o", tmp_path / name)
    assert ran.code == 0 and (tmp_path / name).read_bytes().startswith(start)


def test_the_same_numbers_in_every_format(done):
    table = done("compare", "KEN", "RWA", "--format", "csv")
    exact = [line.split(",")[4] for line in table.splitlines() if line.startswith("score,")]
    assert f'<data value="{exact[0]}">' in done("compare", "KEN", "RWA", "--format", "html")
    for form in ("md", "latex"):
        assert f"{float(exact[0]):.1f}" in done("compare", "KEN", "RWA", "--format", form)


def test_beside_the_averages_of_a_set(done, refused, bundled):
    text = done("compare", "KEN", "--peers", "income", "--format", "json")
    said = json.loads(text)
    own = bundled.countries["KEN"].groups["income"]
    assert said["peers"]["set"] == f"{own} ({len(said['peers']['countries'])} countries)"
    assert set(said["peers"]["countries"]) == set(bundled.countries.in_group(f"income={own}"))
    assert list(said["parts"][0])[4:] == ["KEN", "median", "mean", "weighted_mean"]
    assert "the 10 countries most like Kenya" in done(
        "compare", "KEN", "--peers", "structure", "--format", "table"
    )
    assert "eu (27 countries)" in done("compare", "KEN", "--peers", "group:eu", "--format", "md")
    assert "unknown group 'ue'" in refused("compare", "KEN", "--peers", "ue")
    assert "two countries or more" in refused("compare", "KEN")


def test_sorted_and_cut(done, refused):
    rows = table(done("compare", "KEN", "RWA", "--level", "indicator", "--sort", "difference", "--top", "3",
                      "--only", "differences", "--format", "csv"))[5:8]  # fmt: skip
    gaps = [abs(float(row["KEN"]) - float(row["RWA"])) for row in rows]
    assert len(gaps) == 3 and gaps == sorted(gaps, reverse=True) and rows[0]["part"] == "ai_strategy"
    assert "unknown --sort 'diference'. Did you mean 'difference'?" in refused(
        "compare", "KEN", "RWA", "--sort", "diference"
    )
    assert "unknown --only 'same'" in refused("compare", "KEN", "RWA", "--only", "same")


def test_how_sure_the_order_is(done, scores):
    rows = {row["part"]: row for row in table(done("compare", "KEN", "RWA", "PRK", "--format", "csv"))}
    drawn = scores.robustness
    for code in ("KEN", "RWA"):
        assert rows["band"][code] == str(int(drawn.band[scores.position(code)]))
    share = drawn.probability(scores.position("KEN"), scores.position("RWA"))
    assert float(rows["above_RWA"]["KEN"]) == share and float(rows["above_KEN"]["RWA"]) == 1 - share
    # An unranked country is in no pair, and nobody is above himself.
    assert rows["band"]["PRK"] == rows["above_KEN"]["KEN"] == rows["above_KEN"]["PRK"] == ""
    assert "above_PRK" not in rows
    many = table(done("compare", "--group", "g20", "--format", "csv"))
    assert [row["part"] for row in many if row["depth"] == "0"][5:] == ["band"]


def test_why_adds_up_down_the_tree(done, bundled, scores):
    rows = table(done("compare", "KEN", "RWA", "GHA", "--why", "--level", "all", "--format", "csv"))
    parts = {row["part"]: row for row in rows}
    for other in ("RWA", "GHA"):
        gaps = {name: float(row[f"gap_{other}"]) for name, row in parts.items() if row[f"gap_{other}"]}
        lead = scores.score("KEN") - scores.score(other)
        assert gaps["score"] == pytest.approx(lead, abs=1e-9)
        for node in scores.framework.tree.nodes():
            below = sum(gaps.get(part.id, 0.0) for part in node.parts)
            assert below == pytest.approx(gaps["score" if node.id == "index" else node.id], abs=1e-9)
    document = json.loads(done("compare", "KEN", "RWA", "GHA", "--why", "--level", "all", "--format", "json"))
    assert {row["part"]: row["gap_RWA"] for row in document["parts"]}["energy"] == float(
        parts["energy"]["gap_RWA"]
    )


def test_without_a_score_there_is_no_gap(done):
    rows = table(done("compare", "KEN", "PRK", "--why", "--format", "csv"))
    assert {row["part"]: bool(row["gap_PRK"]) for row in rows}["rank"] is False


def test_since_when_is_the_panels(done, bundled):
    rows = {
        row["part"]: row for row in table(done("compare", "KEN", "RWA", "--since", "2020", "--format", "csv"))
    }
    panel = bundled.panel(since=2020)
    column, place = panel.column("index"), panel.countries.index("KEN")
    for number, year in enumerate(panel.years):
        assert float(rows[f"score_{year}"]["KEN"]) == column[number, place]
    assert float(rows["score_2026"]["KEN"]) == float(rows["score"]["KEN"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["KEN", "RWA", "--why", "--values"], "--why takes"),
     (["KEN", "RWA", "--since", "2030"], "ends in 2026"),
     (["KEN", "--peers", "income", "--why"], "--why takes"),
     (["KEN", "RWA", "--since", "2020", "--year", "2024"], "--since goes")],
)  # fmt: skip
def test_what_cannot_be_asked_together(run, arguments, says):
    ran = run("compare", *arguments)
    assert ran.code == 2 and says in ran.err


def test_eighty_columns_are_enough_for_all_of_it(terminal):
    ran = terminal("compare", "KEN", "RWA", "GHA", "--why", "--since", "2022")
    assert max(map(len, ran.out.splitlines())) <= 80
    assert "Above RWA, share of draws" in ran.out and "Score, 2024" in ran.out
