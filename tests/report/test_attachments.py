"""What travels inside a report: an index that gives the same score, bit for bit; the league table."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from readiness.index import Index
from readiness.report.attachments import LEAGUE, SUMMARY, Attachments

CODES = ["KEN", "USA", "TUV", "PRK", "XKX", "COD"]


@pytest.fixture(scope="module")
def attachments(bundled):
    return Attachments(bundled.definitions, bundled.scores())


def attached(made, profile):
    return {item.name: item.content for item in made.of(profile)}


def load(content: bytes, folder) -> Index:
    path = folder / "attached.zip"
    path.write_bytes(content)
    return Index.load(path)


@pytest.mark.parametrize("code", CODES)
def test_the_index_gives_the_same_score(attachments, profiles, bundled, tmp_path, code):
    index = load(attached(attachments, profiles[code])[f"{code}-index.zip"], tmp_path)
    again, scores = index.scores("pillars"), bundled.scores()
    assert again.countries == (code,) and index.warnings == ()
    assert again.score(code) == scores.score(code)
    for part in scores.parts("all"):
        assert again.score(code, part.id) == scores.score(code, part.id), part.id
    row = again.position(code)
    assert again.coverage[row].tolist() == scores.coverage[scores.position(code)].tolist()
    assert again.ranked[row] == scores.ranked[scores.position(code)]


def test_no_other_country_s_figures_but_of_worldwide_lists(attachments, profiles, bundled, tmp_path):
    index = load(attached(attachments, profiles["KEN"])["KEN-index.zip"], tmp_path)
    for name, block in index.definitions.blocks.items():
        if bundled.indicators[name].zero is None:
            assert set(block.countries) <= {"KEN"}, name


def test_the_zip_is_plain_and_the_same_each_time(attachments, profiles):
    content = attached(attachments, profiles["KEN"])["KEN-index.zip"]
    assert content == attached(attachments, profiles["KEN"])["KEN-index.zip"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = archive.read("README.txt").decode()
    assert names == sorted(names) and {"countries.yaml", "frameworks/pillars.yaml"} < set(names)
    assert "readiness scores --indicators KEN-index.zip" in about
    assert not any(name.startswith("/") or ".." in name for name in names)


def test_the_league_table_is_that_of_the_engine(attachments, profiles, bundled):
    rows = list(csv.DictReader(io.StringIO(attached(attachments, profiles["KEN"])[LEAGUE].decode())))
    table = bundled.scores().table("pillar")
    assert [row["country"] for row in rows] == list(table.index)
    for row in rows:
        assert row["score"] == "" or float(row["score"]) == table.loc[row["country"], "score"]
        assert row["rank"] == "" or int(row["rank"]) == table.loc[row["country"], "rank"]


def test_the_summary_says_what_the_profile_says(attachments, profiles):
    profile = profiles["KEN"]
    said = json.loads(attached(attachments, profile)[SUMMARY])
    assert (said["country"], said["score"], said["rank"]) == ("KEN", profile.score, profile.rank)
    assert (said["rank_low"], said["rank_high"]) == (profile.range.low, profile.range.high)
    assert said["pillars"] == {line.id: line.score for line in profile.pillars}
    assert said["fingerprint"] == profile.fingerprint and said["whole"] is False and said["withheld"] == []


def test_a_framework_with_a_sample_brings_all_its_figures(make_index, tmp_path):
    root = make_index()
    main = root / "frameworks/main.yaml"
    methods = "methods: {normalisation: {ends: sample}, imputation: {method: group-mean, group: income}}\n"
    main.write_text(main.read_text().replace("tree:\n", methods + "tree:\n"))
    index = Index.load(root)
    scores, made = index.scores(), Attachments(index.definitions, index.scores())
    files = attached(made, index.profile("KEN"))
    again = load(files["KEN-index.zip"], tmp_path).scores()
    assert json.loads(files[SUMMARY])["whole"] is True
    assert again.countries == scores.countries
    assert again.nodes.tolist() == scores.nodes.tolist() and again.ranks.tolist() == scores.ranks.tolist()


def test_what_may_not_be_redistributed_is_there_as_a_score(make_index, index_files, tmp_path):
    text = index_files["energy/access.yaml"]
    assert "redistribute" not in text
    closed = text.replace("source:\n", "source:\n  redistribute: no\n")
    index = Index.load(make_index({"energy/access.yaml": closed}))
    scores, made = index.scores(), Attachments(index.definitions, index.scores())
    files = attached(made, index.profile("KEN"))
    assert json.loads(files[SUMMARY])["withheld"] == ["access"]
    other = load(files["KEN-index.zip"], tmp_path)
    assert other.scores().score("KEN") == pytest.approx(scores.score("KEN"), abs=1e-12)
    assert other.indicators["access"].unit == "score, 0 to 100"
    with zipfile.ZipFile(io.BytesIO(files["KEN-index.zip"])) as archive:
        kept = archive.read("energy/access.yaml").decode()
    figures = [line for line in text.splitlines() if line.strip().startswith("KEN,")]
    assert figures and not any(line.strip() in kept for line in figures)
