"""`readiness compare`: countries side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli import common
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.scores import Scores, Table


@click.command()
@click.argument("countries", metavar="[COUNTRY]...", nargs=-1)
@click.option("--group", metavar="KEY[=VALUE]", help="The countries of a group: asean, oecd, region=...")
@click.option(
    "--level", metavar="LEVEL", help="How deep: index, pillar (default), subpillar, indicator, a depth."
)
@click.option("--values", is_flag=True, help="The figures behind the scores, in the source's unit.")
@click.option("--year", type=click.IntRange(1900, 2200), help="Leave out figures of later years.")
@common.index_options
@common.output_options("table", "csv", "json", "md", "html", "xlsx", "latex", "parquet")
def command(
    countries: tuple[str, ...], group: str | None, level: str | None, values: bool, year: int | None,
    folder: Path | None, framework: str | None, form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Compare two or more countries: a column each, the tree down the side.

    \b
    readiness compare Kenya Rwanda Ghana
    readiness compare KEN RWA --level subpillar
    readiness compare --group asean --format csv
    readiness compare KEN RWA --values
    readiness compare KEN RWA GHA -o compare.html

    CSV columns: part,name,depth,unit, then one for each country by code; the
    first rows are rank, rank_low, rank_high, score, coverage. JSON has, as
    above, the probability that one country ranks above another.
    """
    from readiness.analysis.compare import above, compare
    from readiness.cli.robustness import drawn
    from readiness.cli.scores import head, workbook
    from readiness.export import tables, views

    index = common.load(folder)
    scores = drawn(index.scores(framework, year=year))
    codes = common.chosen(index, countries, group, scores.countries)
    if codes is None or len(codes) < 2:
        raise ReadinessError("compare takes two countries or more", "readiness compare Kenya Rwanda")
    table = compare(scores, codes, index.indicators, level=level, values=values)
    common.deliver(
        {
            "table": lambda: terminal(table, scores),
            "csv": lambda: tables.to_csv(table, bom=bom),
            "json": lambda: tables.to_json({**head(scores), "above": above(scores, codes)}, "parts", table),
            **common.printed(lambda: views.comparison(table, scores, index.indicators, figures=values)),
            "parquet": lambda: tables.to_parquet(table, head(scores)),
            "xlsx": lambda: tables.to_xlsx(views.about(scores), workbook(index, scores, table, "compare")),
        },
        form, output, name="compare",
    )  # fmt: skip


def terminal(table: Table, scores: Scores) -> str:
    """Return the comparison for the terminal, the tree indented."""
    from readiness.cli.robustness import range_note
    from readiness.export import text, views

    codes = table.columns[4:]
    shown = views.comparison(table, scores, {})
    labels = [f"{'  ' * shown.depth(row)}{name}" for row, name in enumerate(shown.columns[0].cells)]
    columns = [text.Column("", labels, "left", key=True)]
    columns += [text.Column(column.heading, column.cells, column.align) for column in shown.columns[1:]]
    rows = [row for row in table.rows if row[0] not in ("rank_low", "rank_high")]
    missing = any(value is None for row in rows for value in row[4:])
    notes = common.footnotes(scores, (row[0] for row in rows), missing)
    return text.render(columns, common.screen()) + pairs(scores, codes) + range_note(scores, notes, codes)


def pairs(scores: Scores, codes: Sequence[str]) -> str:
    """Return in how many draws the first of two countries is above the second; nothing for more."""
    from readiness.analysis.compare import above
    from readiness.cli.robustness import percent

    found = above(scores, codes) if len(codes) == 2 else {}
    if not found:
        return ""
    one, other = codes if found[codes[0]][codes[1]] >= 0.5 else codes[::-1]
    names = dict(zip(scores.countries, scores.matrix.names, strict=True))
    return f"\n{names[one]} is above {names[other]} in {percent(found[one][other])} of draws.\n"
