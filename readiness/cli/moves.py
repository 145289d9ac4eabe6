"""`readiness moves`: the best feasible moves of a country."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

import click

from readiness.analysis.moves import DRAWS, Move, Moves
from readiness.cli import common
from readiness.cli.simulate import WHAT_IF
from readiness.scores import Table


@click.command()
@click.argument("country")
@click.option("--top", type=click.IntRange(1), default=5, help="How many. Default: 5.")
@click.option("--draws", type=click.IntRange(1, 1_000_000), default=DRAWS,
              help=f"For the chances. Default: {DRAWS:,}.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]),
              help="Default: table in a terminal, csv elsewhere.")  # fmt: skip
@click.option("-o", "output", metavar="PATH", type=click.Path(path_type=Path))
@common.index_options
def command(
    country: str, top: int, draws: int, form: str | None, output: Path | None, folder: Path | None,
    framework: str | None,
) -> None:  # fmt: skip
    """Name the moves that would raise a country's score most, as peers did.

    \b
    readiness moves Kenya
    readiness moves KEN --top 10 --format csv

    A move is no bigger than the change that a quarter of the country's
    peers (income group, nearest in population) made in five years. Never
    an indicator declared `actionable: false`.
    """
    from readiness.cli.robustness import drawn
    from readiness.export import tables

    index = common.load(folder)
    drawn(index.scores(framework))
    found = index.moves(country, framework, top=top, draws=draws)
    columns = tuple(field.name for field in fields(Move))
    rows = tuple(
        tuple("; ".join(value) if isinstance(value, tuple) else value for value in
              (getattr(move, name) for name in columns))
        for move in found.moves
    )  # fmt: skip
    writers = {
        "csv": lambda: tables.to_csv(Table(columns, rows)),
        "json": lambda: tables.json_bytes(asdict(found)),
        "table": lambda: _text(found, index.countries[found.code].name),
    }
    common.deliver(writers, form, output, name=f"{found.code}-moves")


def _text(found: Moves, name: str) -> str:
    from readiness.export.numbers import significant
    from readiness.report import phrases

    lines = [f"{name}: the moves that would give most", ""]
    for number, move in enumerate(found.moves, start=1):
        chance = "" if move.gain3 is None else f"; three places up in {move.gain3:.0%} of draws"
        places = "" if move.places is None else f", {move.places:g} up from {move.rank_before:g}"
        lines += [
            f"{number}. {move.title}",
            f"   {significant(move.before)} to {significant(move.after)} {move.unit}",
            f"   score +{move.score_change:.2f}{places}{chance}",
            *common.wrapped(f"as {phrases.who(move)}", indent="   ").splitlines(),
            f"   readiness simulate {found.code} {move.edit}",
            "",
        ]
    if not found.moves:
        lines += ["No move can be shown.", ""]
    lines += common.wrapped(
        f"{WHAT_IF} No move is bigger than what a quarter of {found.peers_words} did in five years."
    ).splitlines()
    if found.without:
        reasons = dict.fromkeys(reason for _, reason in found.without)
        lines += ["", "No move for:"]
        for reason in reasons:
            names = "; ".join(title for title, why in found.without if why == reason)
            lines += common.wrapped(f"{reason}: {names}", indent="  ").splitlines()
    return "\n".join(lines) + "\n"
