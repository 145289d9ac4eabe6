"""COINr's unit summaries and strengths and weaknesses, at 1e-9.

Its strengths are ordered by rank alone (ours by percentile, since not all countries have every
figure), and its weaknesses leave out the indicators in which a country is last: `extremes` does
that with `by="rank"`. Only raw figures are ranked in their direction: in its treated data a high
debt is a strength of Japan. Ours rank the directed figures always.
"""

from __future__ import annotations

import numpy as np
import pytest

from readiness.analysis.marks import extremes, standing
from readiness.engine.rank import rank

COUNTRIES = ("AUT", "CHN", "GBR", "JPN", "MMR")
TABLES = {"Raw": "02_raw.csv", "Treated": "06_treated.csv", "Normalised": "07_normalised.csv"}


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("table", TABLES)
def test_strengths_and_weaknesses(asem, tables, country, table):
    scores, columns = asem.scores("asem"), tables.columns(TABLES[table])
    row_here = scores.position(country)
    direction = {item.id: item.direction for item in scores.framework.tree.references()}
    # Equals stand in the order of its metadata: by parent, then as they were written.
    parent = {row["iCode"]: row["Parent"] for row in tables.rows("00_iMeta.csv")}
    ids = sorted(columns, key=lambda name: parent[name])
    # Its own figures: some of ours differ in the last bit, where two of its own are equal.
    values = np.column_stack([columns[name] for name in ids])
    signs = [-1.0 if table == "Raw" and direction[name] == "lower" else 1.0 for name in ids]
    place = standing(values * np.array(signs), row_here)
    strengths, weaknesses = extremes(place, 5, by="rank")
    theirs = tables.rows(f"units/strweak_{country}_{table}.csv")
    assert [row["kind"] for row in theirs] == ["strength"] * 5 + ["weakness"] * 5
    stage = scores.stages[{"Raw": "selected"}.get(table, table.lower())]
    for row, k in zip(theirs, [*strengths, *weaknesses], strict=True):
        assert (row["Code"], float(row["Rank"])) == (ids[k], place.ranks[k])
        own = stage.values[row_here, scores.matrix.indicators.index(ids[k])]
        assert own == pytest.approx(float(row["Value"]), rel=1e-9, abs=1e-9)
        assert row["Name"] == asem.indicators[ids[k]].name


@pytest.mark.parametrize("country", COUNTRIES)
def test_summary(asem, tables, country):
    scores, theirs = asem.scores("asem"), tables.rows(f"units/summary_{country}.csv")
    columns, everyone = tables.columns("08_aggregated.csv"), np.ones(51, dtype=bool)
    assert {row["Code"] for row in theirs} == {*scores.node_ids, *scores.matrix.indicators}
    row_here = scores.position(country)
    for row in theirs:
        assert scores.score(country, row["Code"]) == pytest.approx(float(row["Score"]), rel=1e-9, abs=1e-9)
        ours = scores.column(row["Code"]) if row["Code"] in scores.node_ids else columns[row["Code"]]
        assert rank(ours, everyone)[row_here] == float(row["Rank"])
