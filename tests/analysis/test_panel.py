"""Scores for every year on one scale."""

from __future__ import annotations

import numpy as np
import pytest

import readiness
from readiness.errors import ReadinessError


def test_a_year_is_scored_as_it_would_be_alone(bundled):
    """Goalposts are frozen: a year's scores do not depend on the years beside it."""
    panel = bundled.panel(since=2019)
    assert panel.years == tuple(range(2019, 2027))
    for number, year in enumerate(panel.years):
        alone = bundled.scores(year=year)
        assert alone.countries == panel.countries
        for part in alone.node_ids:
            np.testing.assert_array_equal(panel.column(part)[number], alone.column(part), err_msg=part)


def test_which_figures_are_of_the_year_by_hand(make_index):
    panel = readiness.load(make_index()).panel(since=2022)
    kenya = [row for row in panel.rows().rows if row[0] == "KEN"]
    # access 76 and 76.2, losses 23 and 22, schooling 7.7 in 2022 alone, no papers.
    assert [row[2:4] for row in kenya] == [(2022, "ranked"), (2023, "ranked"), (2024, "ranked")]
    assert [row[6] for row in kenya] == [3 / 4, 2 / 4, 0]
    assert [row[5] for row in kenya] == [3 / 4] * 3


def test_a_score_by_hand(make_index):
    panel = readiness.load(make_index()).panel(since=2022)
    energy = panel.column("energy")[:, panel.countries.index("KEN")]
    # Losses of 20 or more score 0: (76 + 0) / 2, then (76.2 + 0) / 2.
    np.testing.assert_allclose(energy, [38.0, 38.1, 38.1])


def test_sample_ends_are_those_of_all_years(make_index):
    edit = {"frameworks/main.yaml": ("tree:", "methods: {normalisation: {ends: sample}}\ntree:")}
    panel = readiness.load(make_index(edit=edit)).panel(since=2022)
    access = panel.column("access")
    assert access[0, panel.countries.index("KEN")] == 0 and access.max() == 100
    # 76.2 of 2023 is not the least of all years, though it is of its own.
    assert 0 < access[1, panel.countries.index("KEN")] < 1


def test_rows_are_by_country_then_year(make_index):
    table = readiness.load(make_index()).panel(since=2023).rows("pillar", countries=["NOR", "AUT"])
    assert table.columns == (
        "country", "name", "year", "status", "score", "coverage", "own_year", "energy", "skills",
    )  # fmt: skip
    assert [row[:3] for row in table.rows] == [
        ("AUT", "Austria", 2023), ("AUT", "Austria", 2024), ("NOR", "Norway", 2023), ("NOR", "Norway", 2024),
    ]  # fmt: skip


def test_a_panel_that_begins_after_its_end(make_index):
    with pytest.raises(ReadinessError, match="ends in 2024, before 2025"):
        readiness.load(make_index()).panel(since=2025)
