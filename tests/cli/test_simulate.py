"""`readiness simulate` and `readiness moves`: what they print, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import fields

import pytest

from readiness.analysis.moves import Move

DRAWN = {"frameworks/main.yaml": ("tree:\n", "uncertainty: {draws: 40, imputation: {method: none}}\ntree:\n")}
HEAD = "part,name,depth,before,after,change"


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


@pytest.fixture
def drawn(make_index):
    """The small index with an `uncertainty:` block of 40 draws."""
    return make_index(edit=DRAWN)


def test_a_what_if_in_words(done, drawn):
    text = done("simulate", "Brazil", "access=100", "losses=-50%", "--indicators", drawn, "--draws", "30",
                "--format", "table")  # fmt: skip
    assert text.startswith("Brazil: what if\n\nfigure ")
    assert re.search(r"^Access to electricity +99\.8 +100 +% of population +2023$", text, re.M)
    assert re.search(r"^Losses of the grid +15\.5 +7\.75 +% of output +2023$", text, re.M)
    # Energy: (99.8 + 25) / 2 and (100 + 68.06) / 2; skills (56 + 2 x 9) / 3.
    assert re.search(r"^  Energy +62\.40 +84\.03 +\+21\.63$", text, re.M)
    assert re.search(r"^  Skills +24\.67 +24\.67 +0\.00$", text, re.M)
    assert re.search(r"^Rank before: 5 of 6; \d+(–\d)? in nine of ten draws$", text, re.M)
    assert re.search(r"^Rank in this what-if: 4 of 6; \d(–\d)? in nine of ten draws$", text, re.M)
    assert re.search(r"^A place or more up in [\d.]+% of 30 paired draws$", text, re.M)
    assert "Score arithmetic, not a forecast" in text
    assert max(map(len, text.split("\n"))) <= 80


def test_csv_and_json_say_the_same(done, bundled):
    call = ("simulate", "KEN", "internet_users=+10", "--draws", "100")
    text = done(*call, "--format", "csv")
    rows = {row["part"]: row for row in table(text)}
    assert text.split("\n")[0] == HEAD
    found = json.loads(done(*call, "--format", "json"))
    wanted = bundled.simulate("KEN", ["internet_users=+10"], draws=100)
    assert found["code"] == "KEN" and found["draws"] == 100
    assert float(rows["index"]["after"]) == found["score_after"] == wanted.score_after
    assert float(rows["internet_users"]["change"]) == pytest.approx(10)
    assert (rows["rank"]["before"], rows["rank"]["after"]) == (
        str(wanted.rank_before),
        str(wanted.rank_after),
    )
    ends = [rows[f"rank_{end}"][when] for when in ("before", "after") for end in ("low", "high")]
    assert ends == [str(n) for n in (*wanted.range_before, *wanted.range_after)]
    assert float(rows["gain3"]["after"]) == found["gain3"] == wanted.gain3
    assert 0 < found["gain3"] < found["gain1"] < 1
    assert [node["id"] for node in found["nodes"]] == list(bundled.scores().node_ids)


def test_more_draws_begin_with_the_same(bundled):
    few, many = (bundled.simulate("KEN", ["internet_users=+10"], draws=n).gain1 for n in (500, 1000))
    assert few != many and abs(few - many) < 0.05


def test_unranked_is_said(done, drawn, make_index):
    text = done("simulate", "KEN", "papers=60", "--indicators", drawn, "--format", "table")
    assert "Rank before: " in text and "paired draws" in text
    text = done("simulate", "KEN", "losses=missing", "--indicators", drawn, "--format", "table")
    assert "Rank in this what-if: none, too few figures" in text
    assert "No chances: places compare only where the same countries are ranked" in text
    text = done("simulate", "KEN", "losses=9", "--indicators", make_index(name="plain"), "--format", "table")
    assert "of 6; no range: the framework draws none" in text and "chances" not in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Kenia", "access=1"), "unknown country 'Kenia'. Did you mean Kenya (KEN)?"),
        (("KEN",), "no edit is named"),
        (("KEN", "acces=9"), "unknown indicator 'acces'. Did you mean 'access'?"),
        (("KEN", "access=101"), "access=101: 101 is outside what is valid, 0 to 100 % of population"),
        (("KEN", "access=9", "--draws", "0"), "0 is not in the range"),
        (("KEN", "access=9", "--format", "xml"), "unknown format 'xml'"),
    ],
)
def test_what_is_refused(refused, drawn, arguments, words):
    assert words in refused("simulate", *arguments, "--indicators", drawn)


def test_names_come_before_draws(refused, drawn, monkeypatch):
    """What is wrong with the call is said at once, not after seconds of draws."""
    monkeypatch.setattr("readiness.cli.robustness.drawn", lambda _: pytest.fail("drew"))
    refused("simulate", "KEN", "acces=9", "--indicators", drawn)
    refused("moves", "Kenia", "--indicators", drawn)
    refused("moves", "KEN", "--peers", "nobody", "--indicators", drawn)


def test_moves_in_words(done, bundled):
    text = done("moves", "Kenya", "--top", "2", "--draws", "80", "--format", "table")
    found = bundled.moves("KEN", top=2, draws=80)
    assert re.match(r"Kenya: score [\d.]+, rank \d+ \(range \d+–\d+\) of \d+\n\n1\. ", text)
    for number, move in enumerate(found.moves, start=1):
        assert f"{number}. {move.title}\n" in text
        assert f"   readiness simulate KEN {move.edit}\n" in text
        assert f"   {move.score_change:+.2f} points" in text and f"as {move.peer_name}, " in text
        assert f"three places or more up in {move.gain3:.0%} of draws" in text
    assert "3. " not in text and "Score arithmetic, not a forecast" in text
    flat = re.sub(r"\s+", " ", text)
    assert found.peers_words in flat
    for title, reason in found.without:
        assert title in flat and f"{reason}: " in flat
    assert max(map(len, text.split("\n"))) <= 80


def test_the_columns_of_moves_are_those_of_the_help(done, bundled):
    names = [field.name for field in fields(Move)]
    said = re.sub(r"\s+", " ", done("moves", "--help")).split("CSV columns: ")[1].split(". ")[0]
    assert re.sub(r" \([^)]*\)", "", said).split(", ") == names
    call = ("moves", "KEN", "--top", "3", "--draws", "50")
    rows = table(done(*call, "--format", "csv"))
    assert list(rows[0]) == names and len(rows) == 3
    found = json.loads(done(*call, "--format", "json"))
    assert [row["edit"] for row in rows] == [move["edit"] for move in found["moves"]]
    for row, move in zip(rows, found["moves"], strict=True):
        assert float(row["score_change"]) == move["score_change"]
        assert row["path"] == "; ".join(move["path"]) and len(move["path"]) == 2
        assert row["rank_after"] == str(move["rank_after"])
    assert found["peer_count"] == 40 and found["without"]


def test_the_edit_of_a_move_is_what_simulate_takes(done):
    (row,) = table(done("moves", "KEN", "--top", "1", "--draws", "50", "--format", "csv"))
    found = json.loads(done("simulate", "KEN", row["edit"], "--draws", "50", "--format", "json"))
    assert found["score_after"] - found["score_before"] == float(row["score_change"])
    assert (str(found["rank_after"]), found["gain3"]) == (row["rank_after"], float(row["gain3"]))


def test_an_unranked_country_has_moves(done):
    text = done("moves", "PRK", "--draws", "5", "--format", "table")
    assert text.startswith("North Korea: score ") and "unranked\n" in text
    assert "% of draws" not in text and "places up" not in text and "1. " in text


def test_peers_are_chosen(done, refused):
    call = ("moves", "KEN", "--draws", "5", "--format", "json", "--peers")
    assert json.loads(done(*call, "region"))["peers_words"].startswith(
        "the 40 countries of Sub-Saharan Africa"
    )
    assert json.loads(done(*call, "SIMILAR"))["peers_words"].startswith("the 40 countries most like it")
    assert "'regions'. Did you mean 'region'?" in refused(*call, "regions")


def test_files_are_written(run, tmp_path):
    ran = run("moves", "KEN", "--draws", "5", "-o", tmp_path / "out")
    assert (ran.code, ran.out) == (0, "") and ran.err.rstrip().endswith("KEN-moves.csv")
    assert (tmp_path / "out" / "KEN-moves.csv").read_bytes().startswith(b"id,title,")
    run("simulate", "KEN", "td_losses=9", "--draws", "5", "--bom", "-o", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfpart,name,")
