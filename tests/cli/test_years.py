"""`readiness scores --since`: every year on one scale."""

from __future__ import annotations

import csv
import io
import json

import pytest


def table(text):
    return list(csv.DictReader(io.StringIO(text), strict=True))


def test_csv_is_what_python_gives(done, bundled):
    rows = table(done("scores", "KEN", "Rwanda", "--since", "2020", "--level", "index"))
    ours = bundled.panel(since=2020).rows("index", ["KEN", "RWA"])
    assert tuple(rows[0]) == ours.columns
    assert [(row["country"], int(row["year"]), row["status"]) for row in rows] == [
        (row[0], row[2], row[3]) for row in ours.rows
    ]
    for row, own in zip(rows, ours.rows, strict=True):
        assert [float(row[name]) if row[name] else None for name in ours.columns[4:]] == list(own[4:])


def test_all_countries_by_default(done, bundled):
    rows = table(done("scores", "--since", "2025"))
    assert len(rows) == 2 * len(bundled.countries)
    assert {"energy", "adoption_barriers"} < set(rows[0])


def test_one_country_in_a_terminal_shows_its_pillars(done):
    text = done("scores", "Kenya", "--since", "2022", "--format", "table")
    lines = text.split("\n")
    assert lines[0].startswith("Kenya, ") and all(len(line) <= 80 for line in lines)
    assert "Skills" in text and "Coverage" in text and "There are no ranks" in text
    assert [line.split()[0] for line in lines if line[:2] == "20"] == ["2022", "2023", "2024", "2025", "2026"]


def test_several_in_a_terminal_show_the_index(done):
    text = done("scores", "Kenya", "Rwanda", "--since", "2024", "--format", "table")
    assert "Kenya" in text and "Rwanda" in text and "Skills" not in text


def test_json_says_which_years(done):
    found = json.loads(done("scores", "KEN", "--since", "2025", "--format", "json"))
    assert found["framework"] == "pillars" and [row["year"] for row in found["years"]] == [2025, 2026]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("KEN", "--since", "2020", "--top", "3"), "--since shows scores by year"),
        (("KEN", "--since", "2020", "--values"), "--since shows scores by year"),
        (("KEN", "--since", "2027"), "ends in 2026, before 2027"),
        (("Kenia", "--since", "2020"), "Kenya"),
        (("--since", "2020", "--format", "table"), "Name some"),
    ],
)
def test_what_is_refused(run, arguments, message):
    ran = run("scores", *arguments)
    assert ran.code == 2 and message in ran.err and not ran.out
