"""`readiness robustness`: how sure the ranks are, and what other commands say of ranges."""

from __future__ import annotations

import contextlib
import sys
import textwrap
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli import common
from readiness.cli.progress import Line
from readiness.errors import counted, listed
from readiness.jobs import processors

if TYPE_CHECKING:
    from readiness.scores import Progress, Robustness, Scores, Table

COLUMNS = ("country", "name", "rank", "rank_median", "rank_low", "rank_high", "score", "score_low",
           "score_high", "band", "p_top10")  # fmt: skip
TOP = 10
# Draws that are in the cache are read in less than this.
_BLINK = 0.4
# Fewer draws say nothing of what most choices do.
_TELLING = 100
# Ranks of draws made in a minute on one core, to say beforehand where it takes several.
_A_MINUTE = 1.2e8


@click.command()
@click.argument("countries", metavar="[COUNTRY]...", nargs=-1)
@click.option("--group", metavar="KEY[=VALUE]", help="Only this group: asean, income='Low income'.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N.")
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Another seed than the framework's.")
@click.option("--draws", type=click.IntRange(1, 1_000_000), metavar="N",
              help="Another number of draws than the framework's.")  # fmt: skip
@click.option("--no-cache", is_flag=True, help="Draw anew, whatever is kept, and keep nothing.")
@common.work_options
@common.index_options
@common.output_options("table", "csv", "json")
def command(
    countries: tuple[str, ...], group: str | None, top: int | None, seed: int | None, draws: int | None,
    no_cache: bool, jobs: int, scheduler: str | None, folder: Path | None, framework: str | None,
    form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Show how sure the ranks are: their ranges over draws of method and data.

    \b
    readiness robustness --top 20
    readiness robustness Kenya Rwanda Ghana
    readiness robustness --group asean --format csv
    readiness robustness KEN --seed 7 --draws 2000
    readiness robustness --draws 1000000 --jobs 2

    The framework's `uncertainty:` block says what is varied. A range holds the
    5th to 95th percentile of the draws; countries of one band are not told
    apart from its first. It is a method-and-data range, not a confidence
    interval. Whoever makes the draws, they are the same; what is in the cache
    is not drawn again. CSV columns: country,name,rank,rank_median,rank_low,rank_high,
    score,score_low,score_high,band,p_top10.
    """
    from readiness.export import tables

    index = common.load(folder)
    scores = index.scores(framework)
    codes = common.chosen(index, countries, group, scores.countries)
    with patience(scores, draws, None if scheduler else jobs) as tell:
        found = index.robustness(
            framework, seed=seed, draws=draws, kept=not no_cache, progress=tell, processes=jobs,
            scheduler=scheduler,
        )  # fmt: skip
    table = rows(scores, found, codes)
    table = replace(table, rows=table.rows[:top])
    common.deliver(
        {
            "table": lambda: terminal(table, scores, found),
            "csv": lambda: tables.to_csv(table, bom=bom),
            "json": lambda: tables.to_json(head(scores, found), "countries", table),
        },
        form, output, name="robustness",
    )  # fmt: skip


def rows(scores: Scores, found: Robustness, codes: list[str] | None) -> Table:
    """Return one row a country, best first, the unranked last with no range; only `codes` if given."""
    from readiness.scores import Table, plain, whole

    top = found.top(TOP)

    def row(number: int) -> tuple[Any, ...]:
        return (
            scores.countries[number], scores.matrix.names[number], whole(scores.ranks[number]),
            whole(found.rank_median[number]), whole(found.rank_low[number]),
            whole(found.rank_high[number]), plain(scores.nodes[number, 0]), plain(found.score_low[number]),
            plain(found.score_high[number]), whole(found.band[number]), plain(top[number]),
        )  # fmt: skip

    wanted = None if codes is None else set(codes)
    order = [n for n in scores.order() if wanted is None or scores.countries[n] in wanted]
    return Table(COLUMNS, tuple(map(row, order)))


def head(scores: Scores, found: Robustness) -> dict[str, Any]:
    """Return what a JSON document says of where its numbers come from."""
    from readiness.cli.scores import head as of
    from readiness.report import ranges

    block = scores.framework.uncertainty
    return {
        **of(scores),
        "seed": found.seed,
        "draws": found.draws,
        "convergence": {"largest": found.convergence, "mean": found.convergence_mean},
        "varied": [] if block is None else ranges.varied(block, scores.framework),
    }


def terminal(table: Table, scores: Scores, found: Robustness) -> str:
    """Return the ranges for the terminal, in bands from the top; within a band by rank."""
    from readiness.export.text import Column, number, percent, render

    cells = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    cells = sorted((row for row in cells if row["rank"] is not None), key=lambda row: row["band"] or 0)
    bands = [row["band"] for row in cells]
    heads = [
        f"Band {band}" if band is not None and bands[:place][-1:] != [band] else None
        for place, band in enumerate(bands)
    ]

    def column(title: str, text: Any, **options: Any) -> Column:
        return Column(title, [text(row) for row in cells], **options)

    columns = [
        column("Rank", lambda row: number(row["rank"]), key=True),
        column("Country", lambda row: row["name"], align="left", key=True),
        column("Median", lambda row: number(row["rank_median"])),
        column("Range", lambda row: interval(row["rank_low"], row["rank_high"])),
        column("Score", lambda row: number(row["score"], 1)),
        column("Score range", lambda row: _between(row["score_low"], row["score_high"])),
        column(f"P(top {TOP})", lambda row: percent(row["p_top10"])),
    ]
    shown = f"\n{render(columns, common.screen(), heads)}" if cells else ""
    notes = outside(scores, [row["country"] for row in cells], found)
    left = _unranked([row[1] for row in table.rows if row[2] is None])
    return f"{_preface(scores, found)}{shown}{notes and f'{chr(10)}{notes}'}{left and f'{chr(10)}{left}'}"


def _unranked(names: list[str]) -> str:
    """Return who of the shown has no rank and so no range."""
    if not names:
        return ""
    if len(names) > 3:
        return f"{len(names)} countries are not ranked and have no range.\n"
    return _wrapped(f"{listed(names)} {'is' if len(names) == 1 else 'are'} not ranked: no range.")


def outside(scores: Scores, codes: Sequence[str], found: Robustness | None = None) -> str:
    """Return a note on the ranks that lie outside their own ranges; nothing where there is none."""
    if (ranges := found or scores.robustness) is None or ranges.draws < _TELLING:
        return ""
    # Comparisons with NaN are false: the unranked have no range to be outside of.
    beyond = (scores.ranks < ranges.rank_low) | (scores.ranks > ranges.rank_high)
    wanted = set(codes)
    rows = [int(row) for row in beyond.nonzero()[0] if scores.countries[row] in wanted]
    names = [scores.matrix.names[row] for row in rows]
    if not names:
        return ""
    whose = listed(names) if len(names) <= 3 else f"{len(names)} countries"
    return _wrapped(f"Outside its own range: the rank of {whose}. Most other choices of method and data move "
                    "it one way.")  # fmt: skip


def _preface(scores: Scores, found: Robustness) -> str:
    from readiness.report import ranges

    framework = scores.framework
    edition = f", edition {framework.edition}" if framework.edition else ""
    text = f"{framework.name}{edition}: {counted(found.draws, 'draw')}, seed {found.seed}\n"
    if framework.uncertainty is not None and (what := ranges.varied(framework.uncertainty, framework)):
        text += _wrapped(f"Varied: {'; '.join(what)}.")
    said = "Ranges hold the 5th to 95th percentile, a method-and-data range"
    if framework.uncertainty is not None and len(framework.uncertainty.normalisation) > 1:
        said += "; those of scores are of the draws on the framework's own scale"
    if not len(found.rows):
        return text + _wrapped("No country is ranked, so that there is no range.")
    if found.draws < 2:
        return text + _wrapped(f"{said}.")
    ends = f"differ by {found.convergence_mean:.2g} places on average, {found.convergence:g} at most"
    if not found.convergence:
        ends = "are the same"
    return text + _wrapped(f"{said}. Between two halves of the draws the ends of the ranks' ranges {ends}.")


def interval(low: int | None, high: int | None) -> str:
    """Return a range of ranks, `39–52`, or a dash where there is none."""
    from readiness.export.text import MISSING
    from readiness.report import ranges

    return MISSING if low is None or high is None else ranges.dash(low, high)


def _between(low: float | None, high: float | None) -> str:
    from readiness.export.text import MISSING

    if low is None or high is None:
        return MISSING
    joint = " to " if low < 0 else "\N{EN DASH}"
    return f"{low:.1f}{joint}{high:.1f}"


def range_note(scores: Scores, notes: str = "", codes: Sequence[str] | None = None) -> str:
    """Return the notes under a table of ranks, and last what the ranges are or why there are none.

    `codes` are the countries of the table, None for all.
    """
    found = scores.robustness
    if not scores.ranked.any():
        text = "No country has the figures that a rank takes."
    elif found is None:
        text = (
            f"The framework {scores.framework.id!r} has no uncertainty: block, so nothing is drawn and the "
            "ranks stand without ranges."
        )
    else:
        text = (
            f"Range: 5th to 95th percentile of the rank over {found.draws:,} draws of the method and the "
            "data (`readiness robustness`)"
        )
    return (notes or "\n") + _wrapped(text) + outside(scores, scores.countries if codes is None else codes)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 80, break_long_words=False, break_on_hyphens=False) + "\n"


def drawn(scores: Scores, jobs: int = 1, scheduler: str | None = None) -> Scores:
    """Make the draws behind the ranges now, where the framework says what to draw."""
    with patience(scores, jobs=None if scheduler else jobs) as tell:
        scores.drawn(tell, processes=jobs, scheduler=scheduler)
    return scores


@contextlib.contextmanager
def patience(scores: Scores, draws: int | None = None, jobs: int | None = 1) -> Iterator[Progress]:
    """Say what takes so long: draws that are not in the cache; in a terminal, and where it is minutes.

    `jobs` processes make them, None for a cluster: nobody knows how many minutes that takes.
    What it yields takes the number of draws done, and shows it in a terminal.
    """
    block = scores.framework.uncertainty
    count = 0 if block is None else draws or block.draws
    text = f"making {counted(count, 'draw')} of method and data, once for these figures"
    minutes = 0 if jobs is None else count * int(scores.ranked.sum()) / _A_MINUTE / min(jobs, processors())
    if minutes >= 1:
        from readiness.engine.uncertainty import turns

        minutes *= turns(int(scores.ranked.sum()), count)
    if minutes >= 1:
        text += f", some {counted(round(minutes), 'minute')}; fewer `draws:` in `uncertainty:` take less"
    line = Line()
    with waiting(f"{text} ...", always=minutes >= 1) if count else contextlib.nullcontext():
        try:
            yield lambda done: line.show(f"{done:,} of {counted(count, 'draw')}")
        finally:
            line.clear()


@contextlib.contextmanager
def waiting(text: str, *, always: bool = False) -> Iterator[None]:
    """Say what takes so long, where it does; `always` where stderr is no terminal too."""
    if sys.stderr is None or not (always or sys.stderr.isatty()):
        yield
        return
    timer = threading.Timer(_BLINK, common.note, (text,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
