"""`readiness frameworks`: which frameworks there are, or two of them side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli import common
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.analysis.frameworks import SideBySide
    from readiness.scores import Scores, Table


@click.command()
@click.argument("names", metavar="[A B]", nargs=-1)
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the N largest movers.")
@click.option("--indicators", "folder", metavar="DIR", type=click.Path(path_type=Path),
              help="An index folder, or a zip of one. Default: the bundled index.")  # fmt: skip
@common.output_options("table", "csv", "json")
def command(
    names: tuple[str, ...], top: int | None, folder: Path | None, form: str | None, output: Path | None,
    bom: bool,
) -> None:  # fmt: skip
    """List the frameworks of the index, or compare two on the same figures.

    \b
    readiness frameworks
    readiness frameworks pillars scale --top 20
    readiness frameworks pillars layers --format csv

    CSV columns of the list: framework,name,reading,edition,year,countries,
    ranked,indicators,ranges,fingerprint.

    Of a comparison: country,name, then for each framework
    ID:rank,ID:rank_low,ID:rank_high,ID:score (the range is empty where the
    framework has no `uncertainty:`), then places: how many places higher in
    the second among the countries ranked in both. Largest movers first.
    """
    from readiness.analysis.frameworks import listing, side_by_side
    from readiness.cli.robustness import drawn
    from readiness.export import tables
    from readiness.scores import Table

    if len(names) not in (0, 2):
        raise ReadinessError(
            f"frameworks takes two names to compare, or none, not {len(names)}",
            "`readiness frameworks` lists them",
        )
    if top is not None and not names:
        raise ReadinessError("--top belongs to a comparison", "Name two frameworks, or leave it out")
    index = common.load(folder)
    if not names:
        table = listing({name: index.scores(name) for name in index.frameworks})
        common.deliver(
            {
                "table": lambda: list_text(table),
                "csv": lambda: tables.to_csv(table, bom=bom),
                "json": lambda: tables.to_json({}, "frameworks", table),
            },
            form, output, name="frameworks",
        )  # fmt: skip
        return
    found = side_by_side(*(drawn(index.scores(name)) for name in names))
    shown = Table(found.table.columns, found.table.rows[:top])
    common.deliver(
        {
            "table": lambda: comparison_text(found, shown),
            "csv": lambda: tables.to_csv(shown, bom=bom),
            "json": lambda: tables.to_json(head(found), "countries", shown),
        },
        form, output, name="-".join(names),
    )  # fmt: skip


def head(found: SideBySide) -> dict[str, Any]:
    """Return what a JSON document says of the comparison as a whole."""
    from readiness.cli.scores import head as of

    return {
        "first": of(found.first),
        "second": of(found.second),
        "spearman": found.spearman,
        "ranked_in_both": found.n,
        "only_in_first": found.only_first,
        "only_in_second": found.only_second,
    }


def list_text(table: Table) -> str:
    """Return the list for the terminal."""
    from readiness.export.text import Column, number, render

    shown = {"Framework": 0, "Name": 1, "Reading": 2, "Edition": 3, "Ranked": 6, "Ranges": 8}
    columns = [
        Column(
            heading,
            [number(row[place]) for row in table.rows],
            "right" if heading == "Ranked" else "left",
            key=place == 0,
        )
        for heading, place in shown.items()
    ]
    more = "\nTwo side by side: readiness frameworks A B\n" if len(table.rows) > 1 else ""
    return f"{render(columns, common.screen())}{more}"


def comparison_text(found: SideBySide, table: Table) -> str:
    """Return the comparison for the terminal: ranks with their ranges, and places between them."""
    from readiness.cli.robustness import interval
    from readiness.export.text import MISSING, Column, number, render

    first, second = found.first.framework, found.second.framework
    agreement = "not defined" if found.spearman is None else f"{found.spearman:.3f}"
    lines = [
        f"{first.id}: {first.name} ({first.reading})",
        f"{second.id}: {second.name} ({second.reading})",
        f"Spearman correlation of the ranks: {agreement}, {found.n} countries ranked in both",
    ]
    lines += [
        f"{count} ranked in {name} only"
        for count, name in ((found.only_first, first.id), (found.only_second, second.id))
        if count
    ]
    columns = [Column("Country", [row[1] for row in table.rows], "left", key=True)]
    for framework, place in ((first, 2), (second, 6)):
        columns += [
            Column(f"Rank {framework.id}", [number(row[place]) for row in table.rows]),
            Column("Range", [interval(row[place + 1], row[place + 2]) for row in table.rows]),
        ]
    columns.append(Column("Places", [_signed(row[-1]) for row in table.rows]))
    notes = ["", f"Places: higher (+) or lower in {second.id}, among the countries ranked in both"]
    if any(value is None for row in table.rows for value in (row[2], row[6])):
        notes.append(f"{MISSING} too few figures for a rank")
    text = "\n".join(lines) + "\n\n" + render(columns, common.screen()) + "\n".join(notes)
    return text + what_ranges_are(found.first, found.second)


def what_ranges_are(first: Scores, second: Scores) -> str:
    """Return what the ranges hold, and which of the two frameworks has none."""
    from readiness.cli.robustness import range_note

    drawn = [item for item in (first, second) if item.framework.uncertainty is not None]
    text = range_note(drawn[0], codes=()) if drawn else "\n"
    without = [item.framework.id for item in (first, second) if item.framework.uncertainty is None]
    return text + "".join(f"No range: {name} has no `uncertainty:` block\n" for name in without)


def _signed(value: float | None) -> str:
    from readiness.export.text import MISSING

    return MISSING if value is None else f"{value:+g}" if value else "0"
