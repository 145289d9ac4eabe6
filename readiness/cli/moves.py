"""`readiness moves`: the best feasible moves of a country."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.analysis.moves import DRAWS, PEERS, Move, Moves
from readiness.cli import common
from readiness.cli.simulate import WHAT_IF
from readiness.scores import Table

if TYPE_CHECKING:
    from readiness.scores import Scores


@click.command()
@click.argument("country", metavar="COUNTRY")
@click.option("--top", type=click.IntRange(1), metavar="N", default=5, show_default=True, help="So many.")
@click.option("--peers", metavar="|".join(PEERS), default=PEERS[0], show_default=True,
              help="Whose steps count: of its income group or region the 40 nearest in population, or the "
              "40 most like it in size, income and region.")  # fmt: skip
@click.option("--draws", type=click.IntRange(1, 1_000_000), metavar="N", default=DRAWS, show_default=True,
              help="So many paired draws for the chances.")  # fmt: skip
@common.index_options
@common.output_options("table", "csv", "json")
def command(
    country: str, top: int, peers: str, draws: int, folder: Path | None, framework: str | None,
    form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Name the moves that would raise a country's score most, as peers did.

    \b
    readiness moves Kenya
    readiness moves KEN --top 10 --format csv
    readiness moves KEN --peers region

    A move is no bigger than the change that a quarter of the country's
    peers made in five years (four or three where a peer has no figure five
    years back), nor than the largest of those that began near it, within
    one standard deviation; it ends at the goalpost. Changes are compared as
    they are scored: in logarithms where the indicator is. Never an
    indicator declared `actionable: false`, nor one with a history of fewer
    than five peers: those are listed with the reason.

    CSV columns: id, title, path, unit, before, after, change (as scored),
    year, published_before, published_after, published_unit (as the source
    has it), edit (what `simulate` takes), score_change, rank_before,
    rank_after, places, gain3 (chance of three places), draws, peer_code,
    peer_name, peer_from, peer_to, peer_start, peer_end, peers.
    """
    from readiness.cli.robustness import drawn
    from readiness.export import tables

    index = common.load(folder)
    scores = index.scores(framework)
    (code,) = common.chosen(index, [country], None, scores.countries) or ("",)
    kind = common.section_of(peers, PEERS) or PEERS[0]
    drawn(scores)
    found = index.moves(code, framework, top=top, draws=draws, peers=kind)
    writers: dict[str, Callable[[], bytes | str]] = {
        "csv": lambda: tables.to_csv(_table(found), bom=bom),
        "json": lambda: tables.json_bytes(asdict(found)),
        "table": lambda: "".join(f"{line}\n" for line in _lines(found, scores)),
    }
    common.deliver(writers, form, output, name=f"{code}-moves")


def _table(found: Moves) -> Table:
    columns = tuple(field.name for field in fields(Move))
    rows = [{**asdict(move), "path": "; ".join(move.path)} for move in found.moves]
    return Table(columns, tuple(tuple(row[name] for name in columns) for row in rows))


def _lines(found: Moves, scores: Scores) -> Iterable[str]:
    from readiness.cli.gap import placed

    name = scores.matrix.names[scores.position(found.code)]
    yield from common.wrapped(f"{name}: {placed(scores, found.code)}").splitlines()
    yield ""
    for number, move in enumerate(found.moves, start=1):
        yield f"{number}. {move.title}"
        for line in _of(move, found.code):
            yield from common.wrapped(line, indent="   ").splitlines()
        yield ""
    if not found.moves:
        yield from ("No move can be shown.", "")
    bound = f"No move is bigger than what a quarter of {found.peers_words} did in up to five years"
    yield from common.wrapped(f"{WHAT_IF} {bound}.").splitlines()
    if found.without:
        yield from ("", "No move for:")
    for reason in dict.fromkeys(reason for _, reason in found.without):
        titles = "; ".join(title for title, why in found.without if why == reason)
        yield from common.wrapped(f"{reason}: {titles}", indent="  ").splitlines()


def _of(move: Move, code: str) -> Iterable[str]:
    """Yield the lines on one move."""
    from readiness.report import phrases

    yield phrases.from_to(move)
    chance = "" if move.gain3 is None else f"; three places or more up in {move.gain3:.0%} of draws"
    yield f"{_gives(move)}{chance}"
    yield f"as {phrases.who(move)}"
    yield f"readiness simulate {code} {move.edit}"


def _gives(move: Move) -> str:
    points = f"{move.score_change:+.2f} points"
    if move.places is None:
        return points
    if not move.places:
        return f"{points}, no place"
    return f"{points}, {move.places:g} place{'' if move.places == 1 else 's'} up"
