"""`readiness compare`: countries side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli import common
from readiness.errors import ReadinessError, counted, did_you_mean, listed

if TYPE_CHECKING:
    from readiness.analysis.panel import Panel
    from readiness.index import Index
    from readiness.scores import Scores, Table


@click.command()
@click.argument("countries", metavar="[COUNTRY]...", nargs=-1)
@click.option("--group", metavar="KEY[=VALUE]", help="The countries of a group: asean, oecd, region=...")
@click.option(
    "--level", metavar="LEVEL", help="How deep: index, pillar (default), subpillar, indicator, a depth."
)
@click.option("--values", is_flag=True, help="The figures behind the scores, in the source's unit.")
@click.option(
    "--peers", metavar="SET", help="Beside the averages of: income, region, structure, KEY[=VALUE]."
)
@click.option("--why", is_flag=True, help="What each part adds to the lead of the first over each other.")
@click.option(
    "--since",
    type=click.IntRange(1900, 2200),
    metavar="YEAR",
    help="The score of every year since, on one scale.",
)
@click.option("--sort", "order", metavar="ORDER", help="tree (default) or difference, the largest first.")
@click.option("--only", metavar="differences", help="Leave out what is the same in all.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N parts.")
@click.option("--year", type=click.IntRange(1900, 2200), help="Leave out figures of later years.")
@common.index_options
@common.output_options("table", "csv", "json", "md", "html", "xlsx", "latex", "parquet")
def command(
    countries: tuple[str, ...], group: str | None, level: str | None, values: bool, peers: str | None,
    why: bool, since: int | None,
    order: str | None, only: str | None, top: int | None, year: int | None, folder: Path | None,
    framework: str | None, form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Compare two or more countries: a column each, the tree down the side.

    \b
    readiness compare Kenya Rwanda Ghana
    readiness compare KEN RWA --level subpillar
    readiness compare --group asean --format csv
    readiness compare KEN RWA --values
    readiness compare KEN RWA GHA -o compare.html
    readiness compare KEN --peers income
    readiness compare KEN RWA --level indicator --sort difference --top 10
    readiness compare KEN RWA GHA --why --since 2018

    CSV columns: part,name,depth,unit, then one for each country by code; the
    first rows are rank, rank_low, rank_high, score, coverage. Below the tree
    stand band, above_CODE (the share of draws in which each is above that
    country, for up to eight; JSON has all as above) and score_YEAR.

    --why adds a column gap_CODE for each country after the first: points of
    the lead over it, which sum up the tree.

    --peers adds median, mean and weighted_mean (by population) of the set of
    the first country: its income group, its region, the countries of a like
    structure, or any group. They count the members that have the figure.
    """
    from readiness.analysis import compare as comparing
    from readiness.analysis.compare import above, compare
    from readiness.cli.robustness import drawn
    from readiness.cli.scores import head
    from readiness.export import tables, views, workbook

    _check(order, only)
    index = common.load(folder)
    scores = drawn(index.scores(framework, year=year))
    codes = common.chosen(index, countries, group, scores.countries)
    if codes is None or len(codes) < (1 if peers else 2):
        raise ReadinessError("compare takes two countries or more", "readiness compare Kenya Rwanda")
    if why and (len(codes) < 2 or values):
        raise ReadinessError("--why takes two countries or more, and their scores", "Leave --values out")
    table = compare(scores, codes, index.indicators, level=level, values=values)
    table = comparing.differing(table) if only else table
    table = comparing.by_difference(table) if order == "difference" else table
    table = comparing.first(table, top) if top else table
    label, members = _members(index, scores, codes[0], peers)
    beside = {"set": label, "countries": members}
    if members:
        table = comparing.with_averages(table, scores, members, index.figures, values)
    if why:
        table = comparing.with_gaps(table, scores, codes, index.indicators)
    table = comparing.with_certainty(table, scores, codes)
    if since is not None:
        table = comparing.with_years(table, _panel(index, framework, since, year), codes)
    common.deliver(
        {
            "table": lambda: terminal(table, scores, label),
            "csv": lambda: tables.to_csv(table, bom=bom),
            "json": lambda: tables.to_json(
                {**head(scores), "above": above(scores, codes), "peers": beside}, "parts", table
            ),
            **common.printed(
                lambda: views.comparison(table, scores, index.indicators, figures=values, peers=label)
            ),
            "parquet": lambda: tables.to_parquet(table, head(scores)),
            "xlsx": lambda: workbook.of_comparison(scores, index.indicators, table),
        },
        form, output, name="compare",
    )  # fmt: skip


def _panel(index: Index, framework: str | None, since: int, year: int | None) -> Panel:
    if year is not None:
        raise ReadinessError("--since goes up to the framework's year", "Leave --year out")
    return index.panel(framework, since=since)


def _check(order: str | None, only: str | None) -> None:
    for said, known, option in (
        (order, ("tree", "difference"), "--sort"),
        (only, ("differences",), "--only"),
    ):
        if said is not None and said not in known:
            hint = did_you_mean(said, known) or f"It is {listed(known, 'or')}"
            raise ReadinessError(f"unknown {option} {said!r}", hint)


def _members(
    index: Index, scores: Scores, code: str, peers: str | None
) -> tuple[str | None, list[str]]:  # fmt: skip
    """Return the set of a country: in words, and its members that the framework assesses."""
    from readiness.analysis.peers import by_structure

    if peers is None:
        return None, []
    name = index.countries[code].name
    key = peers.removeprefix("group:")
    if key.casefold() in ("structure", "similar"):
        found = [peer.country for peer in by_structure(scores, code, index.figures)]
        if not found:
            raise ReadinessError(f"{name} has no peers by structure", "They need its population and income")
        return f"the {len(found)} countries most like {name}", found
    own = index.countries[code].groups.get(key.casefold())
    text = f"{key}={own}" if "=" not in key and isinstance(own, str) else key
    found = [item for item in index.countries.in_group(text) if item in scores.countries]
    if not found:
        raise ReadinessError(f"this framework has no country of the group {text!r}")
    words = own if isinstance(own, str) and "=" not in key else text
    return f"{words} ({counted(len(found), 'country', 'countries')})", found


def terminal(table: Table, scores: Scores, peers: str | None = None) -> str:
    """Return the comparison for the terminal, the tree indented."""
    from readiness.cli.robustness import range_note
    from readiness.export import text, views

    codes = [code for code in table.columns[4:] if code in scores.countries]
    shown = views.comparison(table, scores, {}, peers=peers)
    labels = [f"{'  ' * shown.depth(row)}{name}" for row, name in enumerate(shown.columns[0].cells)]
    columns = [text.Column("", labels, "left", key=True)]
    columns += [text.Column(column.heading, column.cells, column.align) for column in shown.columns[1:]]
    rows = [row for row in table.rows if row[0] not in ("rank_low", "rank_high")]
    missing = any(value is None for row in rows for value in row[4:])
    notes = common.footnotes(scores, (row[0] for row in rows), missing)
    for sentence in views.about_rows([row[0] for row in table.rows], table.columns):
        notes += common.wrapped(sentence) + "\n"
    if peers is not None:
        notes += common.wrapped(views.averages(peers)) + "\n"
    return text.render(columns, common.screen()) + pairs(scores, codes) + range_note(scores, notes, codes)


def pairs(scores: Scores, codes: Sequence[str]) -> str:
    """Return in how many draws the first of two countries is above the second; nothing for more."""
    from readiness.analysis.compare import above
    from readiness.export.text import percent

    found = above(scores, codes) if len(codes) == 2 else {}
    if not found:
        return ""
    one, other = codes if found[codes[0]][codes[1]] >= 0.5 else codes[::-1]
    names = dict(zip(scores.countries, scores.matrix.names, strict=True))
    return f"\n{names[one]} is above {names[other]} in {percent(found[one][other])} of draws.\n"
