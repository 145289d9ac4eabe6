"""`readiness robustness`: its columns, the same bytes for the same seed, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import sys
import time

import numpy as np
import pytest

from readiness import cluster
from readiness.cli import robustness
from readiness.cli.progress import Line
from readiness.engine import pieces, uncertainty
from readiness.export.text import percent
from readiness.index import Index

HEAD = "country,name,rank,rank_median,rank_low,rank_high,score,score_low,score_high,band,p_top10"
COLUMNS = HEAD.split(",")
DRAWN = {
    "frameworks/main.yaml": ("tree:\n", "uncertainty: {draws: 300, imputation: {method: none}}\ntree:\n")
}


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


@pytest.fixture(scope="module")
def scores(bundled):
    return bundled.scores()


@pytest.fixture
def drawn(make_index):
    """The small index with an `uncertainty:` block of 300 draws."""
    return make_index(edit=DRAWN)


def test_columns_order_and_whole_numbers(done, scores):
    text = done("robustness", "--format", "csv")
    rows = table(text)
    assert text.split("\n")[0] == HEAD
    assert [row["country"] for row in rows] == [scores.countries[row] for row in scores.order()]
    for row in rows:
        if row["rank"] == "":
            assert {row[name] for name in COLUMNS if name not in ("country", "name", "score")} == {""}
            continue
        low, median, high = (int(row[name]) for name in ("rank_low", "rank_median", "rank_high"))
        assert 1 <= low <= median <= high <= scores.ranked.sum() and int(row["rank"]) == scores.rank(
            row["country"]
        )
        assert (low, high) == scores.interval(row["country"])
        assert float(row["score"]) == scores.score(row["country"])
        assert 0 <= float(row["score_low"]) <= float(row["score_high"]) <= 100
        assert int(row["band"]) >= 1 and 0 <= float(row["p_top10"]) <= 1


def test_the_chance_of_the_top_ten_is_counted(done, scores):
    rows = {row["country"]: row for row in table(done("robustness", "--format", "csv"))}
    found = scores.robustness
    for place, row in enumerate(found.rows):
        expected = sum(found.counts[place, rank] for rank in range(10)) / 10_000
        assert float(rows[scores.countries[row]]["p_top10"]) == expected
    shares = [float(row["p_top10"]) for row in rows.values() if row["p_top10"]]
    # Ten places to a draw, a few more where places are shared.
    assert 10 <= sum(shares) < 10.01


def test_the_same_seed_gives_the_same_bytes(done, drawn, tmp_path, monkeypatch):
    command = ("robustness", "--indicators", drawn, "--format", "csv")
    first = done(*command)
    assert done(*command) == first
    assert done(*command, "--no-cache") == first
    monkeypatch.setenv("READINESS_CACHE", str(tmp_path / "empty"))
    assert done(*command) == first and list((tmp_path / "empty").rglob("*.npz"))
    assert done(*command, "--seed", "20260101", "--draws", "300") == first
    monkeypatch.setenv("READINESS_CACHE", str(tmp_path / "unused"))
    assert done(*command, "--no-cache") == first and not (tmp_path / "unused").exists()


def test_another_seed_gives_ranges_within_two_places(done):
    mine, other = (
        table(done("robustness", "--format", "csv", "--draws", "4000", "--seed", seed)) for seed in "12"
    )
    assert mine != other
    ends = [
        [
            [float(row[name]) for name in ("rank_low", "rank_median", "rank_high")]
            for row in rows
            if row["rank"]
        ]
        for rows in (mine, other)
    ]
    difference = np.abs(np.array(ends[0]) - np.array(ends[1]))
    assert difference.max() <= 2 and difference.mean() < 0.5


def test_some_countries_a_group_the_first(done, bundled, scores):
    rows = table(done("robustness", "kenya", "TWN", "fi", "--format", "csv"))
    assert [row["country"] for row in rows] == ["FIN", "KEN", "TWN"]
    assert rows[1]["rank"] == str(scores.rank("KEN"))
    rows = table(done("robustness", "--group", "asean", "--format", "csv"))
    assert {row["country"] for row in rows} == set(bundled.countries.in_group("asean"))
    rows = table(done("robustness", "--top", "3", "--format", "csv"))
    assert [row["rank"] for row in rows] == ["1", "2", "3"]


def test_json_says_what_was_drawn(done, scores):
    document = json.loads(done("robustness", "KEN", "TWN", "--format", "json"))
    assert (document["seed"], document["draws"]) == (20260101, 10_000)
    assert document["fingerprint"] == scores.fingerprint and document["framework"] == "pillars"
    found = scores.robustness
    assert document["convergence"] == {"largest": found.convergence, "mean": found.convergence_mean}
    assert "weights by up to 25% either way" in document["varied"]
    kenya, taiwan = document["countries"]
    assert list(kenya) == COLUMNS
    assert {type(kenya[name]) for name in ("rank", "rank_median", "rank_low", "rank_high", "band")} == {int}
    assert taiwan["rank_low"] is taiwan["band"] is taiwan["p_top10"] is None
    document = json.loads(done("robustness", "KEN", "--format", "json", "--seed", "3", "--draws", "50"))
    assert (document["seed"], document["draws"]) == (3, 50)


def test_the_terminal_shows_bands(terminal, scores):
    ran = terminal("robustness")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.split("\n")
    assert max(map(len, lines)) <= 80
    assert lines[0] == "Country AI Readiness Index, edition 2026.1: 10,000 draws, seed 20260101"
    unranked = int((~scores.ranked).sum())
    assert f"{unranked} countries are not ranked and have no range." in lines
    said = [line for line in lines if line.startswith("Band ")]
    bands = np.unique(scores.robustness.band[scores.ranked]).astype(int)
    assert said == [f"Band {band}" for band in bands]
    # Below each heading stand the countries of the band, and no other.
    sizes = [len(part.strip().split("\n")) for part in "\n".join(lines).split("\nBand ")[1:]]
    counts = [int((scores.robustness.band == band).sum()) for band in bands]
    assert [size - 1 for size in sizes[:-1]] == counts[:-1]


def test_the_head_says_how_far_the_draws_have_converged(done, scores):
    text = " ".join(done("robustness", "KEN", "--format", "table").split())
    found = scores.robustness
    assert f"differ by {found.convergence_mean:.2g} places on average, {found.convergence:g} at most" in text
    assert "Varied: weights by up to 25% either way;" in text


def test_a_framework_without_uncertainty_is_refused(refused, make_index):
    said = refused("robustness", "--indicators", make_index())
    assert "'main' has no 'uncertainty:' block" in said and "uncertainty: {}" in said


def test_names_are_resolved_before_anything_is_drawn(refused, monkeypatch):
    monkeypatch.setattr(Index, "robustness", lambda *_, **__: pytest.fail("drawn for nothing"))
    assert "unknown country" in refused("robustness", "Atlantis")


@pytest.mark.parametrize(
    ("option", "value"), [("--draws", "0"), ("--draws", "-1"), ("--draws", "1000001"), ("--seed", "-1")]
)
def test_numbers_that_make_no_sense(refused, option, value):
    assert "Invalid value" in refused("robustness", option, value)


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "–"), (0.0, "0%"), (0.0004, "<1%"), (0.005, "<1%"), (0.006, "1%"), (0.5, "50%"), (0.994, "99%"),
     (0.996, ">99%"), (0.9999, ">99%"), (1.0, "100%")],
)  # fmt: skip
def test_shares_say_never_and_always_only_where_it_is_so(share, text):
    assert percent(share) == text


def test_a_terminal_hears_what_takes_so_long(scores, capsys, monkeypatch):
    monkeypatch.setattr(robustness, "_BLINK", 0.01)
    with robustness.patience(scores):  # stderr is no terminal
        time.sleep(0.1)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with robustness.patience(scores, 500):
        time.sleep(0.1)
    assert capsys.readouterr().err == "making 500 draws of method and data, once for these figures ...\n"
    monkeypatch.setattr(robustness, "_BLINK", 0.2)
    with robustness.patience(scores):
        pass
    time.sleep(0.3)
    assert capsys.readouterr().err == ""


def test_minutes_are_said_where_nobody_looks_too(scores, capsys, monkeypatch):
    monkeypatch.setattr(robustness, "_BLINK", 0.01)
    monkeypatch.setattr(robustness, "_A_MINUTE", int(scores.ranked.sum()) * 200)
    with robustness.patience(scores, 600):
        time.sleep(0.1)
    said = capsys.readouterr().err
    assert "some 3 minutes" in said and "fewer `draws:`" in said


def test_the_unranked_alone_are_no_empty_table(done, scores):
    text = done("robustness", "PRK", "--format", "table")
    assert "North Korea is not ranked: no range.\n" in text and "----" not in text
    both = done("robustness", "PRK", "TWN", "KEN", "--format", "table")
    assert "North Korea and Taiwan are not ranked: no range.\n" in both and "Kenya" in both


def test_one_draw_has_no_halves(done, drawn):
    text = done("robustness", "--indicators", drawn, "--draws", "1", "--format", "table")
    assert ": 1 draw, seed" in text and "halves" not in text and "Outside" not in text


def test_the_starter_s_own_block_is_carried_out(done, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done("init", "mine")
    rows = table(done("robustness", "--indicators", "mine", "--format", "csv"))
    assert len(rows) == 6 and all(row["rank_low"] for row in rows)
    assert any(row["rank_low"] != row["rank_high"] for row in rows)


def test_progress_is_one_line_in_a_terminal_and_nothing_elsewhere(scores, capsys, monkeypatch):
    monkeypatch.setattr(Line, "_PAUSE", 0)
    monkeypatch.setattr(Line, "_EVERY", 0)
    with robustness.patience(scores, 1500) as tell:
        tell(500)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with robustness.patience(scores, 1500) as tell:
        tell(500)
        tell(1500)
    assert capsys.readouterr().err == (
        f"\r500 of 1,500 draws\r1,500 of 1,500 draws\r{'':20}\r"
    )  # fmt: skip


def test_progress_is_shown_a_few_times_a_second_and_taken_away_when_stopped(scores, capsys, monkeypatch):
    monkeypatch.setattr(Line, "_PAUSE", 0)
    monkeypatch.setattr(Line, "_EVERY", 60)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with pytest.raises(KeyboardInterrupt), robustness.patience(scores, 1500) as tell:
        tell(500)
        tell(501)
        raise KeyboardInterrupt
    assert capsys.readouterr().err == f"\r500 of 1,500 draws\r{'':18}\r"


def test_processes_change_nothing(done, drawn, monkeypatch):
    command = ("robustness", "--indicators", drawn, "--format", "csv", "--no-cache")
    first = done(*command)
    monkeypatch.setattr(uncertainty, "_WORTH", 0)
    monkeypatch.setattr(pieces, "_SLICE", 6 * 40)
    assert done(*command, "--jobs", "2") == first


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_is_told(refused, drawn, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    at = ("--indicators", drawn, "--scheduler", "tcp://127.0.0.1:9")
    assert "no Dask scheduler answers at" in refused("robustness", *at, "--no-cache")
    # The reports of a batch leave no folder behind that nothing was written into.
    out = tmp_path / "reports"
    assert "no Dask scheduler answers at" in refused("report", "--all", *at, "--format", "html", "-o", out)
    assert not out.exists()


def test_without_dask_robustness_says_what_to_install(refused, drawn, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = refused("robustness", "--indicators", drawn, "--no-cache", "--scheduler", "tcp://127.0.0.1:1")
    assert "pip install 'readiness[dask]'" in said
