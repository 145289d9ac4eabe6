"""`readiness scores --since`: scores year by year, the years down the side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from readiness.cli import common
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.analysis.panel import Panel
    from readiness.index import Index

_NOTE = """
Every year is scored on the goalposts of today. A figure stands for later years
until it is too old; "of the year" is the share of the indicators whose figure
is really of that year. What no source counted yet is missing, so that early
years rest on other indicators than late ones: compare where the coverage is
alike. There are no ranks: who is ranked changes from year to year."""


def show(
    index: Index, since: int, names: Sequence[str], group: str | None, level: str | None,
    framework: str | None, form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Print the scores of every year from `since` on.

    Raises
    ------
    ReadinessError
        When a name or level is unknown, or the terminal is asked for all countries.
    """
    from readiness.cli.scores import head
    from readiness.export import tables, views

    panel = index.panel(framework, since=since)
    codes = common.chosen(index, names, group, panel.countries)
    table = panel.rows(level or "pillar", codes)
    common.deliver(
        {
            "table": lambda: terminal(panel, codes, level),
            "csv": lambda: tables.to_csv(table, bom=bom),
            "json": lambda: tables.to_json(head(panel.scores), "years", table),
            "xlsx": lambda: tables.to_xlsx(views.about(index.scores(framework)), {"years": table}),
        },
        form, output, name="years",
    )  # fmt: skip


def terminal(panel: Panel, codes: Sequence[str] | None, level: str | None) -> str:
    """Return one country with its parts, or several with the index alone, a row a year."""
    from readiness.export.text import Column, number, render

    if codes is None:
        raise ReadinessError(
            "every country and year is too much for the terminal", "Name some, or use --format csv"
        )
    places = [panel.countries.index(code) for code in codes]
    framework, names = panel.scores.framework, panel.scores.matrix.names
    columns = [Column("Year", [str(year) for year in panel.years], key=True)]
    root = panel.column(framework.tree.id)
    if len(places) == 1:
        parts = {part.id: getattr(part, "title", part.id) for part in panel.scores.parts(level or "pillar")}
        shown = {"Score": root, **{title: panel.column(part) for part, title in parts.items()}}
        title = f"{names[places[0]]}, {framework.name}"
        cells = {heading: values[:, places[0]] for heading, values in shown.items()}
    else:
        title = f"{framework.name}, by year"
        cells = {names[place]: root[:, place] for place in places}
    for heading, values in cells.items():
        cleaned = [None if np.isnan(value) else float(value) for value in values]
        columns.append(Column(heading, [number(value, 1) for value in cleaned]))
    coverage = np.median(panel.coverage[:, places], axis=1)
    own = np.median(panel.own_year[:, places], axis=1)
    columns.append(Column("Coverage", [f"{share:.0%}" for share in coverage]))
    columns.append(Column("Of the year", [f"{share:.0%}" for share in own]))
    missing = any(np.isnan(values).any() for values in cells.values())
    several = "\nCoverage and share of the year: the median of these countries." if len(places) > 1 else ""
    shown_ids = [part.id for part in panel.scores.parts(level or "pillar")] if len(places) == 1 else []
    notes = common.footnotes(panel.scores, shown_ids, missing)
    return f"{title}\n\n{render(columns, common.screen())}{several}{notes}{_NOTE}\n"
