"""`readiness explain`: sums in every format, gaps, what is missing, words and refusals."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest

from readiness.analysis.explain import against, contributions
from readiness.analysis.income import beyond_income
from readiness.analysis.missing import requirement
from readiness.cli import main
from readiness.errors import counted
from readiness.export.text import width

COLUMNS = "part,name,depth,unit,value,year,status,score,weight,contribution,reference,against_reference"
GAP = ("part,name,depth,unit,value,year,status,score,against_value,against_year,against_status,against_score,"
       "term")  # fmt: skip
SECTIONS = {
    "contributions": COLUMNS,
    "strengths": "kind,indicator,name,indicator_rank,of,percentile",
    "missing": "indicator,name,path,publisher,why,last_year,closes",
    "income": "country,name,income,year,score,expected,residual,residual_rank,of",
    "groups": "group,value,ranked,median,group_rank",
    "peers": "country,name,distance,population,income,region,score,gap",
    "grade": "criterion,letter,value,text",
}


@pytest.fixture(scope="module", autouse=True)
def _listed():
    """Until the command is in the list, put it there."""
    patch = pytest.MonkeyPatch()
    if not any("explain" in names for names in main.COMMANDS.values()):
        why = {**main.COMMANDS.get("Why", {}), "explain": "Where a score comes from."}
        patch.setitem(main.COMMANDS, "Why", why)
    yield
    patch.undo()


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


@pytest.fixture(scope="module")
def scores(bundled):
    return bundled.scores()


def children(rows, number):
    depth = int(rows[number]["depth"])
    for row in rows[number + 1 :]:
        if int(row["depth"]) <= depth:
            break
        if int(row["depth"]) == depth + 1:
            yield row


@pytest.mark.parametrize("country", ["KEN", "fin", "Taiwan", "PRK"])
def test_csv_adds_up_at_every_node(done, scores, bundled, country):
    text = done("explain", country, "--format", "csv")
    assert text.split("\n")[0] == COLUMNS
    rows = table(text)
    code = bundled.countries.find(country).code
    tree = list(scores.framework.tree.walk())
    assert [(row["part"], int(row["depth"])) for row in rows] == [(part.id, depth) for depth, part in tree]
    assert float(rows[0]["contribution"]) == scores.score(code)
    for field in ("contribution", "against_reference"):
        for number, row in enumerate(rows):
            parts = [float(child[field]) for child in children(rows, number) if child[field]]
            if row[field] and parts:
                assert sum(parts) == pytest.approx(float(row[field]), abs=1e-9)
    named = dict(zip([row["part"] for row in rows], rows, strict=True))
    for number, name in enumerate(scores.matrix.indicators):
        value = scores.stages["denominated"].values[scores.position(code), number]
        assert named[name]["value"] == ("" if value != value else repr(float(value)))
        assert (named[name]["contribution"] == "") == (scores.score(code, name) is None)


def test_a_gap_adds_up_and_changes_sign(done, scores, bundled):
    text = done("explain", "KEN", "--against", "Rwanda", "--format", "csv")
    assert text.split("\n")[0] == GAP
    rows, back = table(text), table(done("explain", "RWA", "--against", "ke", "--format", "csv"))
    assert float(rows[0]["term"]) == scores.score("KEN") - scores.score("RWA")
    for number, row in enumerate(rows):
        parts = [float(child["term"]) for child in children(rows, number) if child["term"]]
        if parts:
            assert sum(parts) == pytest.approx(float(row["term"]), abs=1e-9)
    for row, its in zip(rows, back, strict=True):
        assert row["part"] == its["part"]
        assert (row["value"], row["year"], row["score"]) == (
            its["against_value"], its["against_year"], its["against_score"])  # fmt: skip
        assert float(row["term"]) == pytest.approx(-float(its["term"]), abs=1e-9)


def numbers(line: str) -> list[str]:
    return re.findall(r"[+-]?\d[\d,]*\.\d|–", line)


def printed_tree(text: str, heading: str, column: int) -> list[tuple[int, float]]:
    """Return depth and value of each line of a table whose first column is the tree."""
    lines = text.split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith(heading)) + 2
    found = []
    for line in lines[start:]:
        if not line.strip() or line.startswith("Median"):
            break
        indent = len(line) - len(line.lstrip())
        cell = re.split(r"  +", line.strip())[column]
        found.append((indent // 2 + 1 if found else 0, 0.0 if cell == "–" else float(cell)))
    return found


@pytest.mark.parametrize("country", ["KEN", "DEU", "IND"])
def test_what_is_printed_adds_up_at_every_node(done, scores, country):
    text = done("explain", country, "--format", "table")
    for column in (3, 5):
        rows = printed_tree(text, "Points of the score", column)
        assert len(rows) == len(list(scores.framework.tree.walk()))
        for number, (depth, value) in enumerate(rows):
            parts = []
            for other, term in rows[number + 1 :]:
                if other <= depth:
                    break
                parts += [term] * (other == depth + 1)
            if parts:
                assert round(10 * sum(parts)) == round(10 * value)
    assert f"score {scores.score(country):.1f}" in text.split("\n")[0]


def test_the_rank_stands_with_its_range(done, scores):
    low, high = scores.interval("KEN")
    place = f"rank {scores.rank('KEN')} (range {low}\N{EN DASH}{high}) of {int(scores.ranked.sum())}"
    assert place in done("explain", "KEN", "--format", "table")
    text = done("explain", "RWA", "--against", "KEN", "--format", "table")
    assert f"Kenya: score {scores.score('KEN'):.1f}, {place}." in text
    document = json.loads(done("explain", "KEN", "--format", "json"))
    own = document["country"]
    assert (own["country"], own["name"], own["score"]) == ("KEN", "Kenya", scores.score("KEN"))
    assert (own["rank"], own["rank_low"], own["rank_high"]) == (scores.rank("KEN"), low, high)


def test_a_rank_outside_its_range_is_said_to_be(done, scores):
    codes = [code for code in scores.countries if (ends := scores.interval(code)) is not None
             and not ends[0] <= scores.rank(code) <= ends[1]]  # fmt: skip
    assert codes, "where none is left, plant one in a small index"
    for arguments in (("explain", codes[0]), ("explain", "KEN", "--against", codes[0]), ("scores", codes[0]),
                      ("compare", "KEN", codes[0]), ("robustness", codes[0])):  # fmt: skip
        name = scores.matrix.names[scores.position(codes[0])]
        text = " ".join(done(*arguments, "--format", "table").split())
        assert f"Outside its own range: the rank of {name}. Most other choices" in text
    assert "Outside its own range" not in done("explain", "KEN", "--format", "table")


def test_a_country_against_itself_is_refused(refused):
    assert refused("explain", "KEN", "--against", "kenya") == (
        "KEN and kenya are the same country. Name another one.")  # fmt: skip


def test_the_median_of_a_group_is_named_by_its_value(done):
    text = " ".join(done("explain", "KEN", "--group", "region", "--format", "table").split())
    assert "the median score of the ranked countries of Sub-Saharan Africa in every indicator" in text


def test_sections_are_named_in_any_case(done):
    text = done("explain", "KEN", "--section", "grade", "--format", "csv")
    assert done("explain", "KEN", "--section", "Grade", "--format", "csv") == text


def test_trillions_stay_beside_each_other_in_80_columns(terminal):
    ran = terminal("explain", "IND", "--framework", "scale", "--against", "CHN")
    lines = ran.out.split("\n")
    assert ran.code == 0 and max(map(len, lines)) <= 80
    (gdp,) = [line for line in lines if line.startswith("GDP, current US$")]
    assert len(re.findall(r"\d trillion \(\d{4}\)", gdp)) == 2


def test_an_income_outside_those_of_the_ranked_is_said_to_be(done, scores, bundled):
    found = beyond_income(scores, bundled.figures)
    ranked = np.isfinite(found.ranks)
    low = int(np.nanargmin(np.where(np.isfinite(found.income), found.income, np.nan)))
    assert not ranked[low], "the poorest country is not ranked"
    text = " ".join(
        done("explain", scores.countries[low], "--section", "income", "--format", "table").split()
    )
    assert (
        "Its income is below those of all other ranked countries" in text and "its own is 16.1 above" in text
    )
    assert "all other ranked" not in done("explain", "KEN", "--section", "income", "--format", "table")


def test_a_framework_without_uncertainty_says_so(done, make_index):
    text = done("explain", "NOR", "--format", "table", "--indicators", make_index())
    assert "rank 1 (no range, for want of 'uncertainty:') of 6" in " ".join(text.split())
    assert "the rank's range is not assessed" in " ".join(text.split())


def test_json_carries_every_section(done, scores, bundled):
    document = json.loads(done("explain", "TWN", "--format", "json"))
    assert document["fingerprint"] == scores.fingerprint and document["framework"] == "pillars"
    assert document["country"]["rank"] is None and document["grade"]["letter"] == "D"
    rows = contributions(scores, "TWN", bundled.indicators)
    assert [row["contribution"] for row in document["contributions"]] == [row.contribution for row in rows]
    assert set(SECTIONS) < set(document)
    assert document["requirement"]["short"] == sum(row["closes"] == "yes" for row in document["missing"])
    one = json.loads(done("explain", "TWN", "--section", "peers", "--format", "json"))
    assert one["peers"] == document["peers"] and "missing" not in one and one["country"]["country"] == "TWN"


def test_json_of_a_gap(done, scores, bundled):
    document = json.loads(done("explain", "KEN", "--against", "RWA", "--format", "json"))
    terms = against(scores, "KEN", "RWA", bundled.indicators)
    assert [row["term"] for row in document["terms"]] == [row.term for row in terms]
    assert document["gap"] == terms[0].term and document["against"]["country"] == "RWA"
    rows = [scores.position(code) for code in ("KEN", "RWA")]
    assert document["p_above"] == scores.robustness.probability(*rows)


@pytest.mark.parametrize("name", SECTIONS)
def test_sections(done, run, name):
    text = done("explain", "KEN", "--section", name, "--format", "csv")
    assert text.split("\n")[0] == SECTIONS[name]
    assert SECTIONS[name].replace(",", "") in re.sub(r"[\s,]", "", run("explain", "--help").out)
    assert "Kenya, AI readiness" in done("explain", "KEN", "--section", name, "--format", "table")


def test_the_unranked_are_told_what_it_takes(done, scores, bundled):
    text = " ".join(done("explain", "Taiwan", "--format", "table").split())
    assert "unranked. Confidence D: unranked, too few figures for the rule." in text
    need = requirement(scores, "TWN", bundled.figures)
    assert need.short > 0
    assert f"It has {need.have} of {need.total} figures; the rule asks for {need.needed}" in text
    assert f"{counted(need.short, 'more figure')} would give it a rank, for example those marked." in text
    for node in need.nodes:
        assert (f"{node.name} ({node.have} of {node.total}, {node.short} short)" in text) == bool(node.short)
    rows = table(done("explain", "TWN", "--section", "missing", "--format", "csv"))
    closing = {row["indicator"] for row in rows if row["closes"] == "yes"}
    assert closing == {gap.indicator for gap in need.missing if gap.closes} and len(closing) == need.short


def test_the_reference_may_be_a_group(done, scores, bundled):
    whole = {row["part"]: row for row in table(done("explain", "KEN", "--format", "csv"))}
    named = table(done("explain", "KEN", "--group", "income=Lower middle income", "--format", "csv"))
    assert done("explain", "KEN", "--group", "INCOME", "--format", "csv") == done(
        "explain", "KEN", "--group", "income=Lower middle income", "--format", "csv")  # fmt: skip
    members = bundled.countries.in_group("income=Lower middle income")
    rows = contributions(scores, "KEN", bundled.indicators, among=members)
    assert [row["reference"] for row in named] == [repr(row.reference) for row in rows]
    assert named[0]["reference"] != whole["index"]["reference"]
    assert named[0]["contribution"] == whole["index"]["contribution"]


def test_levels(done):
    rows = table(done("explain", "KEN", "--level", "pillar", "--format", "csv"))
    assert [row["depth"] for row in rows] == ["0"] + ["1"] * 5
    whole = table(done("explain", "KEN", "--format", "csv"))
    assert rows == [row for row in whole if row["depth"] in "01"]
    terms = table(done("explain", "KEN", "--against", "RWA", "--level", "2", "--format", "csv"))
    assert {row["depth"] for row in terms} == {"0", "1", "2"}


def test_the_largest_terms_come_first_and_the_rest_makes_up_the_sum(done, scores, bundled):
    text = done("explain", "KEN", "--against", "RWA", "--top", "4", "--format", "table")
    tree = printed_tree(text, "Points of the gap", 1)
    pillars = [abs(value) for depth, value in tree if depth == 1]
    assert pillars == sorted(pillars, reverse=True)
    total = tree[0][1]
    assert total == pytest.approx(float(f"{scores.score('KEN'):.1f}") - float(f"{scores.score('RWA'):.1f}"))
    part = text.split("Indicators, largest first")[1]
    shown = [float(found) for found in re.findall(r"  ([+-]\d+\.\d|0\.0)(?=\s)", part)]
    assert len(shown) == 5 and f"The other {len(scores.matrix.indicators) - 4} indicators" in part
    assert round(10 * sum(shown)) == round(10 * total)
    names = sorted(against(scores, "KEN", "RWA", bundled.indicators),
                   key=lambda term: -abs(term.term) if term.status else 0.0)  # fmt: skip
    assert part.index(names[0].name) < part.index(names[1].name) < part.index(names[2].name)
    assert re.search(r"Internet exchange points, exchanges +\+1\.\d +10 \(2026\) +1 \(2026\)", part)


def test_a_terminal_of_eighty_columns(terminal):
    for arguments in (("KEN",), ("TWN",), ("KEN", "--against", "RWA"), ("TUV",)):
        # The command is listed by the test's own process only: import it as it will be called.
        ran = terminal("explain", *arguments)
        if "unknown command" in ran.err:
            pytest.skip("the command is not in the list yet")
        assert ran.code == 0, ran.err
        assert max(width(line) for line in ran.out.split("\n")) <= 80


def test_refusals(refused, make_index):
    assert "unknown country 'Kenia'. Did you mean Kenya (KEN)?" in refused("explain", "Kenia")
    assert "unknown country" in refused("explain", "KEN", "--against", "Nowhereland")
    assert refused("explain", "KEN", "--section", "peer") == "unknown section 'peer'. Did you mean 'peers'?"
    assert "goes with neither" in refused("explain", "KEN", "--against", "RWA", "--section", "peers")
    assert "no level" in refused("explain", "KEN", "--level", "nine")
    assert "unknown format" in refused("explain", "KEN", "--format", "xlsx")
    folder = make_index(edit={"countries.yaml": ("  NOR:", "  NZL: {name: New Zealand}\n  NOR:")})
    text = refused("explain", "NOR", "--against", "NZL", "--indicators", folder)
    assert text == ("New Zealand has no index score, so there is no gap to explain. "
                    "`readiness explain NZL` says what is missing.")  # fmt: skip


def test_a_country_without_any_figure_is_explained(done, make_index):
    folder = make_index(edit={"countries.yaml": ("  NOR:", "  NZL: {name: New Zealand}\n  NOR:")})
    text = " ".join(done("explain", "NZL", "--indicators", folder, "--format", "table").split())
    assert "New Zealand, Index: no score, unranked." in text
    assert "It has 0 of 4 figures" in text and "There is no index score to explain by its parts." in text
    rows = table(done("explain", "NZL", "--indicators", folder, "--format", "csv"))
    assert {row["contribution"] for row in rows} == {""}


def test_into_a_file(run, tmp_path):
    ran = run("explain", "KEN", "--against", "RWA", "-o", tmp_path / "gap.json")
    assert (ran.code, ran.out) == (0, "")
    assert json.loads((tmp_path / "gap.json").read_text())["country"]["country"] == "KEN"
    run("explain", "KEN", "--against", "RWA", "-o", tmp_path / "out")
    assert (tmp_path / "out" / "explain-KEN-RWA.csv").read_text().startswith("part,name")
