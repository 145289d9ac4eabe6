"""`readiness simulate`: what if a figure were another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.analysis.whatif import DRAWS, PLACES, Outcome
from readiness.cli import common
from readiness.scores import Table

if TYPE_CHECKING:
    from readiness.index import Index

_COLUMNS = ("part", "name", "depth", "before", "after", "change")
WHAT_IF = "Score arithmetic, not a forecast: all else unchanged, ranks after are those of a what-if."


@click.command()
@click.argument("country", metavar="COUNTRY")
@click.argument("edits", metavar="INDICATOR=VALUE...", nargs=-1)
@click.option("--draws", type=click.IntRange(1, 1_000_000), metavar="N",
              help=f"So many paired draws for the chances. Default: {DRAWS:,}.")  # fmt: skip
@common.index_options
@common.output_options("table", "csv", "json")
def command(
    country: str, edits: tuple[str, ...], draws: int | None, folder: Path | None, framework: str | None,
    form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Say what score, rank and range would be with other figures.

    \b
    readiness simulate KEN electricity_access=95 internet_users=+10
    readiness simulate KEN td_losses=-20% gov_effectiveness==-0.1
    readiness simulate Kenya low_carbon_share=95 --format json

    \b
    ID=95       the figure, in the unit its source publishes
    ID==-0.1    a negative figure
    ID=+10      so much more; ID=-10 so much less
    ID=+10%     a share of it more; ID=-10% less
    ID=missing  no figure

    Of the year of the figure it replaces; where there is none, of the
    newest year of the series. The same edit in the indicator's YAML gives
    the same score, rank and range. What a derived indicator is made of can
    be edited too.

    The chances are of paired draws: the same weights, methods and noise
    before and after.

    CSV columns: part,name,depth,before,after,change; a row for each edit,
    in the source's unit, each node's score, rank, rank_low, rank_high,
    gain1 and gain3.
    """
    from readiness.cli.robustness import drawn
    from readiness.export import tables

    index = common.load(folder)
    code = checked(index, country, framework, edits)
    drawn(index.scores(framework))
    found = index.simulate(code, edits, framework, draws=draws)
    rows = _rows(found)
    writers: dict[str, Callable[[], bytes | str]] = {
        "csv": lambda: tables.to_csv(Table(_COLUMNS, rows), bom=bom),
        "json": lambda: tables.json_bytes(asdict(found)),
        "table": lambda: _text(found),
    }
    common.deliver(writers, form, output, name=f"{found.code}-simulate")


def checked(index: Index, country: str, framework: str | None, edits: tuple[str, ...]) -> str:
    """Return the country's code; what is wrong with the names comes before any draw."""
    from readiness.analysis import whatif

    scores = index.scores(framework)
    (code,) = common.chosen(index, [country], None, scores.countries) or ("",)
    whatif.edits(scores, index.figures, code, edits)
    return code


def _rows(found: Outcome) -> tuple[tuple[Any, ...], ...]:
    changed: list[tuple[Any, ...]] = [(edit.id, edit.title, None, edit.before, edit.after)
                                      for edit in found.edits]  # fmt: skip
    changed += [(node.id, node.title, node.depth, node.before, node.after) for node in found.nodes]
    before, after = found.range_before or (None, None), found.range_after or (None, None)
    changed += [
        ("rank", "Rank", None, found.rank_before, found.rank_after),
        ("rank_low", "Low end of the range", None, before[0], after[0]),
        ("rank_high", "High end of the range", None, before[1], after[1]),
        ("gain1", "P(gain of a place)", None, None, found.gain1),
        (f"gain{PLACES}", f"P(gain of {PLACES} places)", None, None, found.gain3),
    ]
    return tuple((*row, _gap(*row[-2:])) for row in changed)


def _gap(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _text(found: Outcome) -> str:
    edits = Table(
        ("figure", "from", "to", "unit", "year"),
        tuple((edit.title, edit.before, edit.after, edit.unit, edit.year) for edit in found.edits),
    )
    parts = [
        f"{found.name}: what if\n",
        common.plain_table(edits, ("figure", "unit"), ("figure",)),
        common.plain_table(_scores(found), ("score",), ("score",)),
        "".join(f"{line}\n" for line in _ranks(found)),
        f"{common.wrapped(WHAT_IF)}\n",
    ]
    return "\n".join(parts)


def _scores(found: Outcome) -> Table:
    """Return the scores of the index, the pillars, and of what changes below."""
    rows = [
        ("  " * node.depth + node.title, _points(node.before), _points(node.after),
         _signed(node.before, node.after))
        for node in found.nodes
        if node.depth < 2 or node.before != node.after
    ]  # fmt: skip
    return Table(("score", "before", "after", "change"), tuple(rows))


def _points(score: float | None) -> str | None:
    return None if score is None else f"{score:.2f}"


def _signed(before: float | None, after: float | None) -> str | None:
    gap = _gap(before, after)
    if gap is None:
        return None
    return "0.00" if round(gap, 2) == 0 else f"{gap:+.2f}"


def _ranks(found: Outcome) -> Iterable[str]:
    """Yield the lines on rank, range and chances."""
    from readiness.report import ranges

    for words, rank, between, of in (
        ("Rank before", found.rank_before, found.range_before, found.ranked_before),
        ("Rank in this what-if", found.rank_after, found.range_after, found.ranked_after),
    ):
        if rank is None:
            yield f"{words}: none, too few figures"
        else:
            within = f"{ranges.dash(*between)} {ranges.SHARE}" if between else ranges.NONE
            yield f"{words}: {rank:g} of {of}; {within}"
    if found.gain1 is not None and found.gain3 is not None:
        yield f"A place or more up in {found.gain1:.1%} of {found.draws:,} paired draws"
        yield f"{PLACES} places or more up in {found.gain3:.1%}"
    elif found.range_before or found.range_after:
        yield "No chances: places compare only where the same countries are ranked before and after"
