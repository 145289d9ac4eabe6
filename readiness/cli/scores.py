"""`readiness scores`: the league table."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli import common
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.index import Index
    from readiness.scores import Scores, Table

# Figures of so many countries are printed down the page, one country after the other.
_FEW = 3


@click.command()
@click.argument("countries", metavar="[COUNTRY]...", nargs=-1)
@click.option("--group", metavar="KEY[=VALUE]", help="Only this group: asean, income='Low income'.")
@click.option(
    "--level", metavar="LEVEL", help="index, pillar (default), subpillar, indicator, all, or a depth."
)
@click.option("--values", is_flag=True, help="The figures behind the scores, in the source's unit.")
@click.option("--stage", metavar="STEP",
              help="A step's table: selected, denominated, imputed, treated, normalised.")  # fmt: skip
@click.option("--year", type=click.IntRange(1900, 2200), help="Leave out figures of later years.")
@click.option("--since", type=click.IntRange(1900, 2200), metavar="YEAR",
              help="Every year from this one on, on one scale.")  # fmt: skip
@click.option("--by", "key", metavar="KEY", help="A row for each value of a group: region, income ...")
@click.option("--average", "how", metavar="A", help="With --by: median (default), mean, weighted_mean.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N.")
@common.index_options
@common.output_options("table", "csv", "json", "md", "html", "xlsx", "latex", "parquet")
def command(
    countries: tuple[str, ...], group: str | None, level: str | None, values: bool, stage: str | None,
    year: int | None, since: int | None, key: str | None, how: str | None, top: int | None,
    folder: Path | None, framework: str | None, form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Show scores and ranks, best first, the unranked last.

    \b
    readiness scores --top 10
    readiness scores Kenya RWA gh --level subpillar
    readiness scores --group income='Low income' --format csv
    readiness scores --values -o figures.xlsx
    readiness scores --framework scale --top 20
    readiness scores Kenya --since 2015
    readiness scores --by region --average weighted_mean

    COUNTRY is a code or a name in any common spelling. CSV columns:
    country,name,status,rank,score,coverage,rank_low,rank_high, then one for
    each part of the level; group_rank comes last under --group. With --since
    they are country,name,year,status,score,coverage,own_year, then the parts;
    with --by group,countries,ranked,average,score,coverage, then the parts.
    """
    if (values or stage) and level not in (None, "indicator"):
        raise ReadinessError("--values and --stage show indicators", "Leave --level out")
    if values and stage:
        raise ReadinessError("--values and --stage exclude each other", "--stage selected has the years")
    index = common.load(folder)
    if since is not None:
        if values or stage or year or top:
            raise ReadinessError("--since shows scores by year", "Leave --values, --stage, --year, --top out")
        from readiness.cli import years

        years.show(index, since, countries, group, level, framework, form, output, bom)
        return
    if key is not None or how is not None:
        from readiness.cli import groups

        if values or stage or group or countries:
            raise ReadinessError("--by shows groups of countries", "Leave --group, --values, --stage out")
        groups.show(index, key, how, level, framework, year, form, output, bom)
        return
    from readiness.cli.robustness import drawn

    scores = drawn(index.scores(framework, year=year))
    codes = common.chosen(index, countries, group, scores.countries)
    table = scores.rows(level or "pillar", values=values, stage=stage, countries=codes)
    if group is not None:
        ranks = scores.group_ranks(index.countries.in_group(group))
        rows = tuple((*row, ranks.get(row[0])) for row in table.rows)
        table = replace(table, columns=(*table.columns, "group_rank"), rows=rows)
    table = replace(table, rows=table.rows[:top])
    _deliver(table, scores, index, values, stage, form, output, bom)


def _deliver(
    table: Table, scores: Scores, index: Index, values: bool, stage: str | None, form: str | None,
    output: Path | None, bom: bool,
) -> None:  # fmt: skip
    from readiness.export import tables, views, workbook

    common.deliver(
        {
            "table": lambda: (
                figures(table, scores, index)
                if (values or stage) and len(table.rows) <= _FEW
                else terminal(table, scores, unit="" if values or stage else "score")
            ),
            "csv": lambda: tables.to_csv(table, bom=bom),
            "json": lambda: tables.to_json(head(scores), "countries", table),
            **common.printed(
                lambda: views.league(
                    table, scores, index.indicators, figures=bool(values or stage == "selected")
                )
            ),
            "parquet": lambda: tables.to_parquet(table, head(scores)),
            "xlsx": lambda: workbook.of_scores(scores, index.indicators, table),
        },
        form, output, name="scores",
    )  # fmt: skip


def head(scores: Scores) -> dict[str, Any]:
    """Return what a JSON document says of where its numbers come from."""
    return {
        "framework": scores.framework.id,
        "name": scores.framework.name,
        "edition": scores.framework.edition,
        "year": scores.framework.year,
        "fingerprint": scores.fingerprint,
    }


def terminal(table: Table, scores: Scores, unit: str) -> str:
    """Return the league table for the terminal: rank, range, country, score, parts, coverage."""
    from readiness.cli.robustness import interval, range_note
    from readiness.export.text import Column, number, render
    from readiness.scores import HEAD

    titles = {part.id: part.title for part in scores.framework.tree.nodes()}
    cells = {name: [row[number] for row in table.rows] for number, name in enumerate(table.columns)}
    ranges = []
    if scores.robustness is not None:
        pairs = zip(cells["rank_low"], cells["rank_high"], strict=True)
        ranges = [Column("Range", [interval(low, high) for low, high in pairs], key=True)]
    columns = [
        Column("Rank", [number(value) for value in cells["rank"]], key=True),
        *ranges,
        Column("Country", [str(value) for value in cells["name"]], "left", key=True),
        Column("Score", [number(value, 1) for value in cells["score"]]),
    ]
    for name in (name for name in table.columns if name not in HEAD):
        decimals = 1 if unit and name != "group_rank" else None
        title = "Rank in group" if name == "group_rank" else titles.get(name, name.replace("_", " "))
        columns.append(Column(title, [number(value, decimals) for value in cells[name]]))
    coverage = [f"{value:.0%}" for value in cells["coverage"]]
    columns.append(Column("Coverage", coverage))
    framework = scores.framework
    edition = f", edition {framework.edition}" if framework.edition else ""
    ranked = f"{int(scores.ranked.sum())} of {len(scores.countries)} countries ranked"
    text = f"{framework.name}{edition}: {ranked}\n\n"
    shown = [name for name in table.columns if name not in ("rank_low", "rank_high")]
    missing = any(value is None for name in shown for value in cells[name])
    notes = common.footnotes(scores, table.columns, missing)
    return text + render(columns, common.screen()) + range_note(scores, notes, cells["country"])


def figures(table: Table, scores: Scores, index: Index) -> str:
    """Return the figures of a few countries for the terminal, a line an indicator."""
    from readiness.cli.gap import placed, wrapped
    from readiness.cli.robustness import range_note
    from readiness.export.text import Column, number, render

    blocks, codes, missing = [], [row[0] for row in table.rows], False
    for row in table.rows:
        cells = dict(zip(table.columns, row, strict=True))
        lines: dict[str, list[str]] = {"Indicator": [], "Value": [], "Year": [], "Status": []}
        for name in scores.matrix.indicators:
            first, *more = textwrap.wrap(index.indicators[name].name, 40, subsequent_indent="  ")
            status = (cells.get(f"{name}:status") or "").replace("_", " ")
            found = (first, number(cells[name]), number(cells.get(f"{name}:year")), status)
            for column, *texts in zip(
                lines.values(), found, *((text, "", "", "") for text in more), strict=True
            ):
                column += texts
        missing |= any(cells[name] is None for name in scores.matrix.indicators)
        shown = [heading for heading in lines if any(text.strip("\N{EN DASH}") for text in lines[heading])]
        columns = [
            Column(
                heading,
                lines[heading],
                "right" if heading in ("Value", "Year") else "left",
                heading == "Indicator",
            )
            for heading in lines
            if heading in shown or heading in ("Indicator", "Value")
        ]
        title = wrapped(f"{cells['name']}, {scores.framework.name}: {placed(scores, cells['country'])}.")
        blocks.append(f"{title}\n{render(columns, common.screen())}")
    return "\n".join(blocks) + range_note(scores, common.footnotes(scores, (), missing), codes)
