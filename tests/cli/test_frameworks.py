"""`readiness frameworks`: the list, and two of them on the same figures."""

from __future__ import annotations

import csv
import io
import json

import pytest
import scipy.stats

HEADINGS = ("rank", "rank_low", "rank_high", "score")


def table(text):
    return list(csv.DictReader(io.StringIO(text), strict=True))


def test_the_list(done, bundled):
    rows = table(done("frameworks", "--format", "csv"))
    assert [row["framework"] for row in rows] == list(bundled.frameworks)
    for row in rows:
        scores = bundled.scores(row["framework"])
        assert row["name"] == scores.framework.name and row["reading"] == scores.framework.reading
        assert row["ranked"] == str(int(scores.ranked.sum())) and row["edition"] == scores.framework.edition
        assert row["indicators"] == str(len(scores.matrix.indicators))
        assert row["ranges"] == ("no" if scores.framework.uncertainty is None else "yes")


def test_the_list_fits_a_terminal(terminal, bundled):
    ran = terminal("frameworks")
    lines = ran.out.split("\n")
    assert ran.code == 0 and max(map(len, lines)) <= 80
    assert sum(line.startswith("pillars ") for line in lines) == 1


def test_ranks_side_by_side_the_largest_movers_first(done, bundled):
    text = done("frameworks", "pillars", "scale", "--format", "csv")
    heading = [f"{name}:{part}" for name in ("pillars", "scale") for part in HEADINGS]
    assert text.split("\n")[0] == ",".join(["country", "name", *heading, "places"])
    rows = table(text)
    one, two = bundled.scores("pillars"), bundled.scores("scale")
    assert [row["country"] for row in rows] != sorted(row["country"] for row in rows)
    assert {row["country"] for row in rows} == {*one.countries, *two.countries}
    for row in rows:
        for name, scores in (("pillars", one), ("scale", two)):
            rank, score = scores.rank(row["country"]), scores.score(row["country"])
            assert row[f"{name}:rank"] == ("" if rank is None else str(rank))
            assert row[f"{name}:score"] == ("" if score is None else repr(score))
    both = [row for row in rows if row["pillars:rank"] and row["scale:rank"]]
    assert rows[: len(both)] == both and not any(row["places"] for row in rows[len(both) :])
    moves = [abs(int(row["places"])) for row in both]
    assert moves == sorted(moves)[::-1] and moves[0] > 50
    places = {
        name: scipy.stats.rankdata([int(row[f"{name}:rank"]) for row in both], method="min")
        for name in ("pillars", "scale")
    }
    assert [int(row["places"]) for row in both] == list(places["pillars"] - places["scale"])


def test_ranges_stand_where_a_framework_has_them(done, bundled):
    rows = table(done("frameworks", "pillars", "layers", "--format", "csv"))
    for name in ("pillars", "layers"):
        robustness = bundled.scores(name).robustness
        for row in rows:
            low, high = row[f"{name}:rank_low"], row[f"{name}:rank_high"]
            if robustness is None or not row[f"{name}:rank"]:
                assert (low, high) == ("", "")
            else:
                assert int(low) <= int(high)


def test_the_spearman_correlation_is_over_those_ranked_in_both(done):
    document = json.loads(done("frameworks", "pillars", "scale", "--format", "json"))
    both = [
        row
        for row in document["countries"]
        if row["pillars:rank"] is not None and row["scale:rank"] is not None
    ]
    assert document["ranked_in_both"] == len(both)
    r = scipy.stats.spearmanr([r["pillars:rank"] for r in both], [r["scale:rank"] for r in both]).statistic
    assert document["spearman"] == pytest.approx(r, abs=1e-12)
    alone = sum(row["pillars:rank"] is not None for row in document["countries"]) - len(both)
    assert document["only_in_first"] == alone
    assert document["first"]["framework"] == "pillars" and document["second"]["framework"] == "scale"


def test_the_terminal_shows_the_movers_with_their_ranges(terminal, done, bundled):
    ran = terminal("frameworks", "pillars", "scale", "--top", "5")
    lines = ran.out.split("\n")
    assert ran.code == 0 and max(map(len, lines)) <= 80
    first = table(done("frameworks", "pillars", "scale", "--format", "csv"))[0]
    row = next(line for line in lines if line.startswith(first["name"] + " "))
    assert row.split()[-1] == f"{int(first['places']):+d}"
    low, high = (first[f"pillars:rank_{end}"] for end in ("low", "high"))
    assert f" {low}\N{EN DASH}{high} " in row and "Range: 5th to 95th percentile" in ran.out
    assert any(line.startswith("Spearman correlation of the ranks: 0.") for line in lines)


def test_a_framework_without_draws_says_so(terminal, make_index, index_files):
    other = index_files["frameworks/main.yaml"].replace("id: main", "id: other", 1)
    root = make_index({"frameworks/other.yaml": other})
    ran = terminal("frameworks", "main", "other", "--indicators", str(root))
    assert ran.code == 0 and "No range: main has no `uncertainty:` block" in " ".join(ran.out.split())


def test_the_list_has_what_each_was_computed_from(done, bundled):
    rows = table(done("frameworks", "--format", "csv"))
    assert {row["framework"]: row["fingerprint"] for row in rows} == {
        name: bundled.scores(name).fingerprint for name in bundled.frameworks
    }


def test_one_framework_has_none_to_stand_beside(terminal, make_index):
    ran = terminal("frameworks", "--indicators", str(make_index()))
    assert ran.code == 0 and "side by side" not in ran.out


def test_two_frameworks_may_assess_other_countries(done, make_index, index_files):
    main = index_files["frameworks/main.yaml"]
    few = main.replace("id: main", "id: few", 1).replace(
        "year: 2024", "year: 2024\ncountries: [AUT, IND, NOR]"
    )
    root = make_index({"frameworks/few.yaml": few})
    rows = table(done("frameworks", "main", "few", "--indicators", root, "--format", "csv"))
    assert len(rows) == 6 and sum(bool(row["few:rank"]) for row in rows) == 3
    # The same order among the three: nobody moves because three others are not there.
    assert [row["places"] for row in rows] == ["0", "0", "0", "", "", ""]
    document = json.loads(done("frameworks", "main", "few", "--indicators", root, "--format", "json"))
    assert (document["spearman"], document["only_in_first"]) == (pytest.approx(1), 3)
    text = done("frameworks", "main", "few", "--indicators", root, "--format", "table")
    assert "3 ranked in main only" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("pillars",), "frameworks takes two names to compare, or none, not 1"),
        (("pillars", "scale", "layers"), "frameworks takes two names to compare, or none, not 3"),
        (("pillars", "pillars"), "pillars and pillars are the same framework"),
        (("pillars", "scail"), "unknown framework 'scail'. Did you mean 'scale'?"),
        (("--top", "3"), "--top belongs to a comparison"),
    ],
)
def test_what_cannot_be_compared_is_refused(refused, arguments, message):
    assert refused("frameworks", *arguments).startswith(message)
