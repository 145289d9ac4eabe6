"""`readiness changes`: what changed between two editions of an index, and why."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.analysis.changes import PLAYERS, TITLES, WHY, Changes, IndicatorPart
from readiness.cli import common
from readiness.cli.gap import wrapped
from readiness.errors import ReadinessError, counted, listed
from readiness.scores import Table

if TYPE_CHECKING:
    from readiness.index import Index
    from readiness.scores import Scores

BUNDLED = "bundled"
_COLUMNS = ("country", "name", "kind", "part", "title", "why", "score", "rank", "before", "before_year",
            "after", "after_year", "unit")  # fmt: skip
# So many indicators of a country where nothing else is asked for.
_TOP = 12
_SHORT = {"new_years": "New years", "revisions": "Revi- sions", "method": "Method", "others": "Others'",
          "set": "Set"}  # fmt: skip
SPLIT = ("Parts are Shapley values: what each cause adds on average over all orders in which they could "
         "come. They sum to the change.")  # fmt: skip


@click.command()
@click.argument("old", metavar="OLD", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW", type=click.Path(path_type=Path))
@click.argument("countries", metavar="[COUNTRY]...", nargs=-1)
@click.option("--framework", metavar="ID", help="Which framework; the only one or 'pillars' by default.")
@click.option("--top", type=click.IntRange(min=1), metavar="N",
              help=f"So many countries; of a country so many indicators ({_TOP}).")  # fmt: skip
@common.output_options("table", "csv", "json")
def command(
    old: Path, new: Path, countries: tuple[str, ...], framework: str | None, top: int | None,
    form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Say what changed between two editions, and why.

    \b
    readiness changes 2025.zip 2026.zip
    readiness changes 2025.zip bundled Kenya
    readiness changes old/ new/ KEN RWA --format json

    OLD and NEW are index folders or zips of one; 'bundled' is the package's
    own index. Without a country: all of them, the largest moves first. With
    one: its change of score and rank in parts, and by indicator.

    \b
    new years  its own figures of years that OLD did not have yet, and the
               framework's year
    revisions  its own earlier figures: other values, gone or added
    method     tree, weights, goalposts, ages, definitions of indicators
    others     the figures of all other countries
    set        countries that enter or leave

    The parts are Shapley values over 32 runs, exact and in no order, and sum
    to the change. A part of the rank is positive where it gives a worse place.

    CSV columns: country,name,rank_old,rank_old_low,rank_old_high,rank_new,
    rank_new_low,rank_new_high,rank_change,score_old,score_new,score_change,
    then the five parts of the score (new_years,revisions,method,others,set)
    and of the rank (rank_new_years ...). Of countries: country,name,kind
    (edition, player or indicator),part,title,why,score,rank,before,
    before_year,after,after_year,unit.
    """
    from readiness.cli.robustness import drawn
    from readiness.cli.scores import head

    editions = [_load(path) for path in (old, new)]
    named = editions[1].definitions.framework(framework).id
    if named not in editions[0].frameworks:
        raise ReadinessError(
            f"{old} has no framework {named!r}", f"It has {listed(editions[0].frameworks)}: name one of both"
        )
    scores = [index.scores(named) for index in editions]
    codes = [_code(editions, name, scores) for name in countries]
    for one in scores:
        drawn(one)
    said = {"old": head(scores[0]), "new": head(scores[1])}
    if codes:
        found = [editions[1].changes(editions[0], code, named) for code in dict.fromkeys(codes)]
        writers = _of_countries(found, scores, said, top or _TOP, bom)
    else:
        writers = _of_all(editions, scores, said, top, bom)
    common.deliver(writers, form, output, name="changes" if len(codes) != 1 else f"{codes[0]}-changes")


def _of_countries(
    found: Sequence[Changes], scores: Sequence[Scores], said: dict[str, Any], top: int, bom: bool
) -> dict[str, Callable[[], bytes | str]]:
    from readiness.export import tables

    return {
        "table": lambda: "\n".join(_detail(one, scores, top) for one in found),
        "csv": lambda: tables.to_csv(_rows(found), bom=bom),
        "json": lambda: tables.json_bytes({**said, "countries": [_object(one) for one in found]}),
    }


def _of_all(
    editions: Sequence[Index], scores: Sequence[Scores], said: dict[str, Any], top: int | None, bom: bool
) -> dict[str, Callable[[], bytes | str]]:
    from readiness.analysis.changes import changed, labels, same
    from readiness.export import tables

    table = changed(scores[0], editions[0].figures, scores[1], editions[1].figures)
    one_method = same(scores[0], editions[0].figures, scores[1], editions[1].figures)
    at = {player: table.columns.index(player) for player in PLAYERS}
    causes = [player for player in PLAYERS if any(abs(row[at[player]] or 0.0) >= 0.005 for row in table.rows)]
    table = Table(table.columns, table.rows[:top])
    names = labels(*scores)
    return {
        "table": lambda: _all(table, causes, scores, names, one_method),
        "csv": lambda: tables.to_csv(table, bom=bom),
        "json": lambda: tables.to_json({**said, "same_method": one_method}, "countries", table),
    }


def _load(path: Path) -> Index:
    """Load an edition; `bundled` is the package's own where there is no file of that name."""
    return common.load(None if str(path) == BUNDLED and not path.exists() else path, warn=False)


def _code(editions: Sequence[Index], name: str, scores: Sequence[Scores]) -> str:
    """Return the code of a country that either edition assesses, the new one asked first."""
    from readiness.errors import UnknownNameError

    try:
        country = editions[1].countries.find(name)
    except UnknownNameError:
        if not _knows(editions[0], name):
            raise
        country = editions[0].countries.find(name)
    if not any(country.code in one.countries for one in scores):
        raise ReadinessError(f"{country.name} ({country.code}) is in this framework in neither edition")
    return country.code


def _knows(index: Index, name: str) -> bool:
    from readiness.errors import UnknownNameError

    try:
        index.countries.find(name)
    except UnknownNameError:
        return False
    return True


def _object(found: Changes) -> dict[str, Any]:
    return {**asdict(found), "score_change": found.score_change, "rank_change": found.rank_change}


def _rows(found: Sequence[Changes]) -> Table:
    """Return, for each country, both editions, the players and their indicators, a row each."""
    rows: list[tuple[Any, ...]] = []
    for one in found:
        blank = (None,) * 5
        ends = (("old", one.old_edition, one.score_old, one.rank_old),
                ("new", one.new_edition, one.score_new, one.rank_new))  # fmt: skip
        rows += [(one.code, one.name, "edition", part, title, None, score, rank, *blank)
                 for part, title, score, rank in ends]  # fmt: skip
        rows += [(one.code, one.name, "player", part.id, part.title, None, part.score, part.rank, *blank)
                 for part in one.parts]  # fmt: skip
        rows += [
            (one.code, one.name, "indicator", item.id, item.title, item.why, item.score, None, item.before,
             item.before_year, item.after, item.after_year, item.unit)
            for item in one.indicators
        ]  # fmt: skip
    return Table(_COLUMNS, tuple(rows))


def _all(
    table: Table, causes: Sequence[str], scores: Sequence[Scores], names: Sequence[str], one_method: bool
) -> str:  # fmt: skip
    """Return countries for the terminal; a column for each of the causes that change a score at all."""
    from readiness.cli.robustness import interval, range_note
    from readiness.export.text import MISSING, Column, number, render

    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]

    def place(row: dict[str, Any], when: str) -> str:
        between = interval(row[f"rank_{when}_low"], row[f"rank_{when}_high"])
        return number(row[f"rank_{when}"]) + (f" ({between})" if between != MISSING else "")

    columns = [
        Column("Country", [row["name"] for row in rows], "left", key=True),
        *(Column(f"Rank {name}", [place(row, when) for row in rows])
          for name, when in zip(names, ("old", "new"), strict=True)),
        Column("Moved", [moved(row["rank_change"]) for row in rows]),
        Column("Points", [points(row["score_change"]) for row in rows]),
        *(Column(_SHORT[player], [points(row[player]) for row in rows]) for player in causes),
    ]  # fmt: skip
    framework = scores[1].framework
    title = wrapped(f"{framework.name}: from edition {names[0]} to {names[1]}, largest moves first.")
    said = [f"Points: the change of the score, and its parts. {SPLIT}"]
    left = [TITLES[player].lower() for player in PLAYERS if player not in causes]
    if left:
        said.append(f"No score changes by: {listed(left)}.")
    if not one_method:
        said.append("The method differs between the editions: ranks of two methods do not compare.")
    notes = "\n" + "".join(wrapped(text) for text in said)
    if any(None in (row["rank_old"], row["rank_new"]) for row in rows):
        notes += f"{MISSING} missing, or too few figures for a rank\n"
    codes = [row["country"] for row in rows if row["country"] in scores[1].countries]
    return f"{title}\n{render(columns, common.screen())}{range_note(scores[1], notes, codes)}"


def _detail(found: Changes, scores: Sequence[Scores], top: int) -> str:
    """Return one country for the terminal: what it was and is, the causes, the indicators."""
    from readiness.cli.robustness import range_note
    from readiness.export.text import Column, render

    framework = scores[1].framework
    before = _placed(found.score_old, found.rank_old, found.range_old, found.ranked_old)
    after = _placed(found.score_new, found.rank_new, found.range_new, found.ranked_new)
    text = wrapped(f"{found.name}, {framework.name}") + "".join(
        wrapped(f"Edition {name}: {place}.")
        for name, place in ((found.old_edition, before), (found.new_edition, after))
    )
    notes = wrapped(found.note) if found.note else ""
    if found.parts[0].score is not None:
        score, ranks = found.printed(2), found.printed_ranks(1)
        columns = [
            Column("What changed", [*(part.title for part in found.parts), "Together"], "left", key=True),
            Column("Points", [*map(points, score), points(sum(value or 0.0 for value in score))]),
        ]
        if found.parts[0].rank is not None:
            columns.append(Column("Rank", [*(moved(rank, 1) for rank in ranks), moved(found.rank_change)]))
        text += "\n" + render(columns, common.screen())
        text += _indicators(found, top)
        notes = wrapped(SPLIT) + _standing(found.indicators) + notes
    codes = [found.code] if found.code in scores[1].countries else []
    return text + range_note(scores[1], f"\n{notes}", codes)


def _placed(
    score: float | None, rank: float | None, between: tuple[int, int] | None, ranked: int
) -> str:  # fmt: skip
    from readiness.report.ranges import dash

    said = "no score" if score is None else f"score {score:.2f}"
    if rank is None:
        return f"{said}, unranked"
    words = f"range {dash(*between)}" if between else "no range, for want of 'uncertainty:'"
    return f"{said}, rank {rank:g} ({words}) of {ranked}"


def _indicators(found: Changes, top: int) -> str:
    """Return the indicators with the largest parts under their causes, and what the others make."""
    from readiness.export.text import Column, render

    printed = found.printed_indicators(2)
    if not found.indicators:
        return ""
    order = sorted(range(len(printed)), key=lambda n: (-abs(found.indicators[n].score), n))[:top]
    cells: list[tuple[str, str, str, str]] = []
    heads: list[str | None] = []
    room = _room(found)
    for player, word in WHY.items():
        own = [n for n, item in enumerate(found.indicators) if item.why == word]
        if not own:
            continue
        first = len(cells)
        shown = [n for n in own if n in order]
        for n in shown:
            item = found.indicators[n]
            lines = textwrap.wrap(f"{item.title}, {item.unit}", room, subsequent_indent="  ")
            figures = figure(item.before, item.before_year), figure(item.after, item.after_year)
            cells.append((lines[0], points(printed[n]), *figures))
            cells += [(line, "", "", "") for line in lines[1:]]
        if rest := [n for n in own if n not in order]:
            label = (
                f"The other {counted(len(rest), 'indicator')}" if shown else counted(len(rest), "indicator")
            )
            cells.append((label, points(sum(printed[n] or 0.0 for n in rest)), "", ""))
        heads += [TITLES[player], *[None] * (len(cells) - first - 1)]
    columns = [
        Column(heading, [row[place] for row in cells], "left" if place == 0 else "right", place == 0)
        for place, heading in enumerate(("Indicator", "Points", found.old_edition, found.new_edition))
    ]
    return "\n" + render(columns, common.screen(), heads)


def _room(found: Changes) -> int:
    """Return how many columns of the screen are left for the names of the indicators."""
    from readiness.export.text import width

    wide = sum(
        max(width(figure(value, year)) for value, year in side)
        for side in (
            [(item.before, item.before_year) for item in found.indicators],
            [(item.after, item.after_year) for item in found.indicators],
        )
    )
    return min(44, max(24, (common.screen() or 80) - wide - 14))


def _standing(indicators: Sequence[IndicatorPart]) -> str:
    """Return what a part of an indicator with one and the same figure is."""
    same = any(item.before is not None and item.before == item.after and item.why != WHY["method"]
               and abs(item.score) >= 0.005 for item in indicators)  # fmt: skip
    if not same:
        return ""
    return wrapped("The same figure in both has a part where what is beside it has come or gone: it weighs "
                   "more or less then, or the part above it has a score in one edition only.")  # fmt: skip


def figure(value: float | None, year: int | None) -> str:
    """Return a figure and its year, a dash where there is none."""
    from readiness.export.numbers import MINUS, printed
    from readiness.export.text import MISSING

    if value is None:
        return MISSING
    text = printed(value).replace(MINUS, "-")
    return text if year is None else f"{text} ({year})"


def points(value: float | None) -> str:
    """Return points on two decimals with their sign, none before what rounds to 0."""
    from readiness.export.text import MISSING

    if value is None:
        return MISSING
    return "0.00" if round(value, 2) == 0 else f"{value:+.2f}"


def moved(change: float | None, decimals: int | None = None) -> str:
    """Return a change of rank in words: `3 up`, `1.5 down`, 0."""
    from readiness.export.text import MISSING

    if change is None:
        return MISSING
    size = f"{abs(change):g}" if decimals is None else f"{abs(change):.{decimals}f}"
    if float(size) == 0:
        return "0" if decimals is None else size
    return f"{size} {'down' if change > 0 else 'up'}"
