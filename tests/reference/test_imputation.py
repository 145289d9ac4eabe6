"""Imputation kernels against the reference's tables, at 1e-9.

What ours does on purpose otherwise than COINr's `impute_panel`:

- "latest" with `max_time` counts the years the table has, `max_years` those of the calendar
  (the same in this table, which has every year).
- "constant" fills the years before the first figure with it; `last-known` never looks ahead.
"""

from __future__ import annotations

import numpy as np
import pytest

from readiness.definitions.columns import GroupMean, GroupMedian, MeanImputation, MedianImputation
from readiness.definitions.framework import IndicatorRef
from readiness.engine.impute import impute
from readiness.figures.carry import last_known, linear


@pytest.fixture(scope="module")
def fill(tables):
    """Impute `03_denominated.csv` by a method; `level` says which node's indicators are siblings."""
    data = tables.columns("03_denominated.csv")
    rows = sorted(tables.rows("00_iData.csv"), key=lambda row: row["uCode"])
    labels = {key: [row[key] for row in rows] for key in ("EurAsia_group", "GDP_group")}
    meta = {row["iCode"]: row for row in tables.rows("00_iMeta.csv")}
    above = {row["Indicator"]: row for row in tables.rows("01_lineage.csv")}
    references = [
        IndicatorRef(id=name, direction="higher" if meta[name]["Direction"] == "1" else "lower")
        for name in data
    ]

    def run(method, level="Pillar"):
        siblings = [
            [place for place, other in enumerate(data) if above[other][level] == above[name][level]]
            for name in data
        ]
        filled = impute(
            list(data.values()), method, labels=labels, context={}, references=references,
            siblings=siblings, carried=None,
        )  # fmt: skip
        assert sum(np.isnan(column).sum() for column in data.values()) > 50
        return dict(zip(data, filled, strict=True))

    return run


@pytest.mark.parametrize(
    ("method", "level", "name"),
    [
        (MeanImputation(method="mean"), "Pillar", "imputation/i_mean"),
        (MedianImputation(method="median"), "Pillar", "imputation/i_median"),
        (GroupMean(method="group-mean", group="EurAsia_group"), "Pillar", "04_imputed"),
        (GroupMean(method="group-mean", group="GDP_group"), "Pillar", "imputation/i_mean_grp_GDP"),
        (GroupMedian(method="group-median", group="EurAsia_group"), "Pillar",
         "imputation/i_median_grp_EurAsia"),
        (MeanImputation(method="mean", by="subpillar"), "Pillar", "imputation/row_mean_in_pillar_normfirst"),
        (MedianImputation(method="median", by="subpillar"), "Sub-index",
         "imputation/row_median_in_subindex_normfirst"),
    ],
)  # fmt: skip
def test_imputation(fill, tables, equal, method, level, name):
    ours, theirs = fill(method, level), tables.columns(f"{name}.csv")
    assert set(ours) == set(theirs)
    for indicator, column in ours.items():
        equal(column, theirs[indicator], indicator)


YEARS = np.arange(2018, 2023)


@pytest.fixture(scope="module")
def panel(tables):
    """Read a panel table: country x year blocks of the 49 indicators."""
    indicators = [row["iCode"] for row in tables.rows("00_iMeta.csv") if row["Type"] == "Indicator"]

    def read(name):
        rows = sorted(tables.rows(f"imputation/{name}.csv"), key=lambda row: (row["uCode"], row["Time"]))
        assert [int(row["Time"]) for row in rows[:5]] == YEARS.tolist()
        return {
            item: np.array([float(row[item].replace("NA", "nan")) for row in rows]).reshape(-1, 5)
            for item in indicators
        }

    return read


@pytest.mark.parametrize(
    ("name", "carry"),
    [
        ("panel_latest", lambda x, year: last_known(x, YEARS, year)[0]),
        ("panel_latest_maxtime1", lambda x, year: last_known(x, YEARS, year, 1)[0]),
        ("panel_linear-constant", lambda x, year: linear(x, YEARS, year)),
    ],
)
def test_panel(panel, equal, name, carry):
    gaps, theirs = panel("panel_input_with_NAs"), panel(name)
    for indicator, x in gaps.items():
        assert np.isnan(x).any()
        ours = np.column_stack([carry(x, year) for year in YEARS])
        equal(ours, theirs[indicator], indicator)


def test_panel_constant(panel, equal):
    """Where there is an earlier figure the two agree; where there is none ours stays missing."""
    gaps, theirs = panel("panel_input_with_NAs"), panel("panel_constant")
    ahead = 0
    for indicator, x in gaps.items():
        ours = np.column_stack([last_known(x, YEARS, year)[0] for year in YEARS])
        known = np.isfinite(ours)
        equal(ours[known], theirs[indicator][known], indicator)
        ahead += int((~known & np.isfinite(theirs[indicator])).sum())
    assert ahead > 0
