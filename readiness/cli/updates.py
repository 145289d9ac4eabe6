"""What `readiness update` says in a terminal: what sources changed, what was held back, what it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from readiness.cli import common
from readiness.cli.changes import figure, moved, points
from readiness.errors import counted

if TYPE_CHECKING:
    from readiness.updating.meaning import Meaning, Move
    from readiness.updating.run import Outcome, Request

# So many of the largest revisions, and of the countries that move.
TOP = 10
_NAME = 20
_REST = {"unchanged": "unchanged", "by hand": "kept by hand", "derived": "derived"}


def text(outcomes: Sequence[Outcome], said: Meaning | None, request: Request, dry_run: bool) -> str:
    """Return an update for the terminal: what the sources changed, what was held back, what it means."""
    of: dict[str, list[Outcome]] = {}
    for item in outcomes:
        of.setdefault(item.state, []).append(item)
    day = f"{request.day.day} {request.day:%B %Y}"
    updated = of.get("updated", [])
    done = "Would be updated" if dry_run else "Updated"
    parts = [f"{done}, {day}: {counted(len(updated), 'series', 'series')}\n", _table(updated)]
    parts += [
        _largest(updated),
        _coverage(updated),
        _held(of.get("held back", [])),
        _failed(of.get("failed", [])),
    ]
    rest = [
        f"{counted(len(of[state]), 'series', 'series')} {words}"
        for state, words in _REST.items()
        if state in of
    ]
    if rest:
        parts.append(common.wrapped(f"{', '.join(rest)}.") + "\n")
    if said is not None:
        parts.append(moves(said))
    if dry_run:
        parts.append("Nothing was written.\n")
    return "\n".join(part for part in parts if part)


def _table(items: Sequence[Outcome]) -> str:
    from readiness.export.text import Column, render

    found = [(item, item.revision) for item in items if item.revision is not None]
    if not found:
        return ""

    def numbers(kind: str) -> list[str]:
        counts = [len(getattr(revision, kind)) for _, revision in found]
        return [f"{count:,}" if count else "" for count in counts]

    columns = [
        Column("Series", [item.id for item, _ in found], "left", key=True),
        Column("New years", [_span(revision.years) for _, revision in found], "left"),
        Column("Newer", numbers("new")),
        Column("Filled in", numbers("filled")),
        Column("Revised", numbers("revised")),
        Column("Gone", numbers("withdrawn")),
    ]
    note = ("Newer: figures of years later than a country's latest. Filled in: of earlier years. Gone: the "
            "source has them no longer.")  # fmt: skip
    return f"{render(columns, common.screen())}\n{common.wrapped(note)}\n"


def _span(years: Sequence[int]) -> str:
    return "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"


def _largest(items: Sequence[Outcome]) -> str:
    """Return the revisions that are largest beside what is usual in their series."""
    from readiness.export.text import Column, render

    found = [
        (change.relative, item.id, change)
        for item in items
        if item.revision
        for change in item.revision.revised
    ]
    found.sort(key=lambda entry: (-entry[0], entry[1], entry[2].country, entry[2].year))
    if not found:
        return ""
    shown = found[:TOP]
    columns = [
        Column(
            "Largest revisions",
            [f"{change.country} {change.year}" for _, _, change in shown],
            "left",
            key=True,
        ),
        Column("Series", [name for _, name, _ in shown], "left"),
        Column("Before", [figure(change.before, None) for _, _, change in shown]),
        Column("After", [figure(change.after, None) for _, _, change in shown]),
    ]
    more = (
        f"and {counted(len(found) - TOP, 'more', 'more')}; all of them: --format json\n"
        if len(found) > TOP
        else ""
    )
    return render(columns, common.screen()) + more


def _coverage(items: Sequence[Outcome]) -> str:
    lines = []
    for item in items:
        if item.revision is None:
            continue
        for words, codes in (("gains", item.revision.gained), ("loses", item.revision.lost),
                             ("keeps, unlisted by its source,", item.revision.unlisted)):  # fmt: skip
            if codes:
                shown = " ".join(codes[:15]) + (f" and {len(codes) - 15} more" if len(codes) > 15 else "")
                lines.append(common.wrapped(f"{item.id} {words} {shown}", "  ") + "\n")
    return "Countries\n" + "".join(lines) if lines else ""


def _held(items: Sequence[Outcome]) -> str:
    lines = [
        common.wrapped(f"{item.id}: {odd.message}", "  ") + "\n" for item in items for odd in item.suspicions
    ]
    if not lines:
        return ""
    example = f"  Look at the source; to take it:\n  readiness update {items[0].id} --accept {items[0].id}\n"
    return f"Held back: {counted(len(items), 'series', 'series')}\n{''.join(lines)}{example}"


def _failed(items: Sequence[Outcome]) -> str:
    if not items:
        return ""
    lines = [common.wrapped(f"{item.id}: {item.message}", "  ") + "\n" for item in items]
    return f"Failed, and as they were: {counted(len(items), 'series', 'series')}\n{''.join(lines)}"


def moves(said: Meaning) -> str:
    """Return which ranks and bands move, and which figures move them."""
    countries = counted(said.moved, "country", "countries")
    head = (
        f"What it means for {said.framework!r}: {countries} of {said.ranked} change rank, {said.banded} "
        f"their band; {said.outside} come to lie outside their old range."
    )
    from readiness.export.text import Column, render

    shown = said.moves[:TOP]
    if not shown:
        return common.wrapped(head) + "\n"
    columns = [
        Column("Country", [_short(move.name) for move in shown], "left", key=True),
        Column("Rank before", [_place(move.rank_old, move.range_old) for move in shown]),
        Column("after", [_place(move.rank_new, move.range_new) for move in shown]),
        Column("Moved", [moved(move.places) for move in shown]),
        Column("Band", [_band(move) for move in shown]),
        Column("Points", [points(move.points) for move in shown]),
    ]
    why = [f"  {move.code}: " + ", ".join(f"{name} {points(part)}" for name, part in move.why)
           for move in shown if move.why]  # fmt: skip
    more = f"and {len(said.moves) - TOP} more whose score changes\n" if len(said.moves) > TOP else ""
    because = (
        "Why, in points of the score\n" + "".join(f"{common.wrapped(line)}\n" for line in why) if why else ""
    )
    return f"{common.wrapped(head)}\n\n{render(columns, common.screen())}{more}\n{because}"


def _short(name: str) -> str:
    """Return a name that leaves the table within a terminal of 80 columns."""
    return name if len(name) <= _NAME else f"{name[: _NAME - 1].rstrip()}…"


def _place(rank: float | None, between: tuple[int, int] | None) -> str:
    from readiness.export.text import MISSING, number

    if rank is None:
        return MISSING
    return number(rank) + (f" ({between[0]}-{between[1]})" if between else "")


def _band(move: Move) -> str:
    from readiness.export.text import MISSING

    if move.band_old is None or move.band_new is None:
        return MISSING
    return str(move.band_new) if move.band_old == move.band_new else f"{move.band_old} to {move.band_new}"
