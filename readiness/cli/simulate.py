"""`readiness simulate`: what if a figure were another."""

from __future__ import annotations

from pathlib import Path

import click

from readiness.analysis.whatif import DRAWS, PLACES, Outcome
from readiness.cli import common
from readiness.scores import Table

_COLUMNS = ("part", "name", "depth", "before", "after", "change")
WHAT_IF = "Score arithmetic, not a forecast: all else unchanged, ranks after are those of a what-if."


@click.command()
@click.argument("country")
@click.argument("edits", metavar="INDICATOR=VALUE...", nargs=-1)
@click.option("--draws", type=click.IntRange(1, 1_000_000), help=f"For the chances. Default: {DRAWS:,}.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]),
              help="Default: table in a terminal, csv elsewhere.")  # fmt: skip
@click.option("-o", "output", metavar="PATH", type=click.Path(path_type=Path))
@common.index_options
def command(
    country: str, edits: tuple[str, ...], draws: int | None, form: str | None, output: Path | None,
    folder: Path | None, framework: str | None,
) -> None:  # fmt: skip
    """Say what score, rank and range would be with other figures.

    \b
    readiness simulate KEN electricity_access=95 internet_users=+10
    readiness simulate KEN td_losses=-20% gov_effectiveness==-0.1

    A figure is in the unit its source publishes: ID=VALUE sets it, +X and
    -X add to it, +X% adds a share of it, ID==-X sets a negative figure,
    ID=missing takes it away. The same edit in the indicator's YAML gives
    the same score, rank and range.
    """
    from readiness.cli.robustness import drawn
    from readiness.export import tables

    index = common.load(folder)
    drawn(index.scores(framework))
    found = index.simulate(country, edits, framework, draws=draws)
    rows = _rows(found)
    writers = {
        "csv": lambda: tables.to_csv(Table(_COLUMNS, rows)),
        "json": lambda: tables.json_bytes(document(found)),
        "table": lambda: _text(found, rows),
    }
    common.deliver(writers, form, output, name=f"{found.code}-simulate")


def document(found: Outcome) -> dict[str, object]:
    """Return an outcome as plain objects for JSON."""
    from dataclasses import asdict

    return asdict(found)


def _rows(found: Outcome) -> tuple[tuple[object, ...], ...]:
    rows: list[tuple[object, ...]] = [
        (edit.id, edit.title, None, edit.before, edit.after, _gap(edit.before, edit.after))
        for edit in found.edits
    ]
    rows += [
        (node.id, node.title, node.depth, node.before, node.after, _gap(node.before, node.after))
        for node in found.nodes
    ]
    ranks = found.rank_before, found.rank_after
    before, after = found.range_before or (None, None), found.range_after or (None, None)
    rows += [
        ("rank", "Rank", None, *ranks, _gap(*ranks)),
        ("rank_low", "Low end of the range", None, before[0], after[0], _gap(before[0], after[0])),
        ("rank_high", "High end of the range", None, before[1], after[1], _gap(before[1], after[1])),
        ("gain1", "P(gain of a place)", None, None, found.gain1, None),
        (f"gain{PLACES}", f"P(gain of {PLACES} places)", None, None, found.gain3, None),
    ]  # fmt: skip
    return tuple(rows)


def _gap(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _text(found: Outcome, rows: tuple[tuple[object, ...], ...]) -> str:
    from readiness.export.text import MISSING
    from readiness.report import ranges

    parts = [f"{found.name}: what if\n\n"]
    edits = [(edit.title, edit.before, edit.after, edit.unit, edit.year) for edit in found.edits]
    parts.append(common.plain_table(Table(("figure", "from", "to", "unit", "year"), tuple(edits)),
                                    ("figure", "unit"), ("figure",)))  # fmt: skip
    nodes = [("  " * node.depth + node.title, node.before, node.after, _gap(node.before, node.after))
             for node in found.nodes if node.depth < 2 or node.before != node.after]  # fmt: skip
    cells = [
        (name, *(None if value is None else f"{value:.2f}" for value in values)) for name, *values in nodes
    ]
    parts.append("\n" + common.plain_table(Table(("score", "before", "after", "change"), tuple(cells)),
                                           ("score",), ("score",)))  # fmt: skip
    for words, rank, between, of in (
        ("Rank before", found.rank_before, found.range_before, found.ranked_before),
        ("Rank after", found.rank_after, found.range_after, found.ranked_after),
    ):
        where = MISSING if rank is None else f"{rank:g}"
        within = f", {ranges.dash(*between)} {ranges.SHARE}" if between else ""
        parts.append(f"{'' if words.endswith('after') else chr(10)}{words}: {where} of {of}{within}\n")
    if found.gain3 is not None and found.gain1 is not None:
        parts.append(f"Chance of a place up: {found.gain1:.0%}; of {PLACES} places: {found.gain3:.0%} "
                     f"(of {found.draws:,} paired draws)\n")  # fmt: skip
    return "".join(parts) + f"\n{common.wrapped(WHAT_IF)}\n"
