"""`readiness scores --by`: averages of groups of countries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from readiness.cli import common
from readiness.errors import ReadinessError, UnknownNameError, counted, did_you_mean, listed

if TYPE_CHECKING:
    from readiness.export.printed import Printed
    from readiness.index import Index
    from readiness.scores import Scores, Table

# So long may the name of a group be in a terminal.
_NAME = 26
_WORDS = {"median": "median", "mean": "mean", "weighted_mean": "mean by population"}


def show(
    index: Index, key: str | None, how: str | None, level: str | None, framework: str | None,
    year: int | None, form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Print the averages of every value of a group.

    Raises
    ------
    ReadinessError
        When the group or the average is unknown.
    """
    from readiness.analysis.averages import AVERAGES, by_group
    from readiness.analysis.catalogue import licences
    from readiness.cli.scores import head
    from readiness.export import tables, views

    groups = index.countries.groups()
    if key is None:
        raise ReadinessError("--average belongs to --by", "readiness scores --by region --average mean")
    if key.casefold() not in groups:
        hint = did_you_mean(key, groups) or "`readiness countries --groups` lists them"
        raise UnknownNameError(f"unknown group {key!r}", hint)
    chosen = next((name for name in AVERAGES if name == (how or "median")), None)
    if chosen is None:
        hint = did_you_mean(str(how), AVERAGES) or f"It is {listed(AVERAGES, 'or')}"
        raise ReadinessError(f"unknown average {how!r}", hint)
    scores = index.scores(framework, year=year)
    table = by_group(scores, index.figures, groups[key.casefold()], chosen, level or "pillar")
    view = printed(table, scores, key.casefold(), _WORDS[chosen])
    sources = licences(index.indicators, scores.matrix.indicators)
    common.deliver(
        {
            "table": lambda: terminal(view),
            "csv": lambda: tables.to_csv(table, bom=bom),
            "json": lambda: tables.to_json(head(scores), "groups", table),
            **common.printed(lambda: view),
            "parquet": lambda: tables.to_parquet(table, head(scores)),
            "xlsx": lambda: tables.to_xlsx(views.about(scores), {"groups": table, "sources": sources}),
        },
        form, output, name=f"scores-by-{key.casefold()}",
    )  # fmt: skip


def printed(table: Table, scores: Scores, key: str, words: str) -> Printed:
    """Return the averages as they are printed."""
    from readiness.export.printed import Column, Printed
    from readiness.export.text import number

    titles = {part.id: part.title for part in scores.framework.tree.nodes()}
    cells = {name: [row[at] for row in table.rows] for at, name in enumerate(table.columns)}
    names = [name if name != "all" else "All countries" for name in cells["group"]]
    columns = [
        Column("group", key.replace("_", " ").capitalize(), names, cells["group"], "left"),
        Column("countries", "Countries", [str(value) for value in cells["countries"]], cells["countries"]),
        Column("score", "Score", [number(value, 1) for value in cells["score"]], cells["score"]),
    ]
    for name in table.columns[6:]:
        texts = [number(value, 1) for value in cells[name]]
        columns.append(Column(name, titles.get(name, name), texts, cells[name]))
    total = counted(len(scores.countries), "country", "countries")
    notes = [f"Each number is the {words} over the countries that have it, of {total}. Groups have no rank."]
    return Printed(f"{scores.framework.name}, by {key.replace('_', ' ')}", columns, notes)


def terminal(view: Printed) -> str:
    """Return the averages for the terminal."""
    from readiness.export import text

    columns = [
        text.Column(item.heading, item.cells, item.align, item.name == "group") for item in view.columns
    ]
    notes = "".join(f"{common.wrapped(note)}\n" for note in view.notes)
    return f"{view.title}\n\n{text.render(columns, common.screen())}\n{notes}"


def _short(cell: str) -> str:
    return cell if len(cell) <= _NAME else f"{cell[: _NAME - 1].rstrip()}…"
