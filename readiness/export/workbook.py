"""The workbook of scores: the table, a sheet for every level of the tree, the figures, the sources."""

from __future__ import annotations

from collections.abc import Mapping

from readiness.analysis.catalogue import licences
from readiness.definitions.framework import Node
from readiness.definitions.indicator import Series
from readiness.export import tables, views
from readiness.scores import HEAD, Scores, Table

# Sheets by the depth of their parts; deeper ones are called by their number.
_LEVELS = {1: "pillars", 2: "sub-pillars"}


def of_scores(scores: Scores, series: Mapping[str, Series], table: Table) -> bytes:
    """Return the workbook of a league table.

    After the readme `scores` (the table as it is), a sheet for each level of the tree, `indicators` (their
    scores), `figures` (as published, with the year and status of each) and `sources`, all of the same
    countries. Scores of the levels have bars behind them, from one end of their scale to the other.
    """
    codes = [row[0] for row in table.rows]
    levels = _levels(scores, codes)
    bars = {name: [column for column in sheet.columns if column not in HEAD or column == "score"]
            for name, sheet in levels.items()}  # fmt: skip
    sheets = {"scores": table, **levels}
    sheets["figures"] = scores.rows(stage="selected", countries=codes)
    sheets["sources"] = licences(series, scores.matrix.indicators)
    ends = scores.framework.methods.normalisation.range
    return tables.to_xlsx(views.about(scores), sheets, bars=bars, ends=ends)


def of_comparison(scores: Scores, series: Mapping[str, Series], table: Table) -> bytes:
    """Return the workbook of countries side by side: the table, their figures, the sources."""
    codes = [code for code in table.columns[4:] if code in scores.countries]
    sheets = {
        "compare": table, "figures": scores.rows(stage="selected", countries=codes),
        "sources": licences(series, scores.matrix.indicators),
    }  # fmt: skip
    return tables.to_xlsx(views.about(scores), sheets)


def _levels(scores: Scores, codes: list[str]) -> dict[str, Table]:
    """Return a table for each depth that has nodes, and one of the indicators."""
    depths = sorted(
        {depth for depth, part in scores.framework.tree.walk() if depth and isinstance(part, Node)}
    )
    found = {
        _LEVELS.get(depth, f"level {depth}"): scores.rows(str(depth), countries=codes) for depth in depths
    }
    return {**found, "indicators": scores.rows("indicator", countries=codes)}
