"""A country's page: what its report says, and its figures as CSV."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from readiness.export import tables
from readiness.report.model import CountryProfile, FigureLine
from readiness.scores import Table

WITHHELD = "not passed on"
COLUMNS = (
    "country", "name", "indicator", "title", "pillar", "subpillar", "value", "unit", "published",
    "published_unit", "year", "flag", "score", "rank", "of", "publisher", "licence", "redistribute", "url",
    "retrieved", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Around:
    """The files of the countries before and after this one in the league table, and its peers to compare."""

    before: tuple[str, str] | None
    after: tuple[str, str] | None
    compare: str


def around(order: Sequence[tuple[str, str, str]], place: int, profile: CountryProfile) -> Around:
    """Return what a country's page links to.

    Parameters
    ----------
    order
        Code, name and file of every country, as in the league table.
    place
        Where this one stands among them.
    """
    before = order[place - 1][1:] if place else None
    after = order[place + 1][1:] if place + 1 < len(order) else None
    near = [item.code for item in profile.neighbours if not item.own]
    middle = len(near) // 2
    others = near[max(0, middle - 1) : middle + 1] or [
        code for code, *_ in order[:1] if code != order[place][0]
    ]
    return Around(before, after, ",".join((order[place][0], *others)))


def openly(profile: CountryProfile, withheld: Collection[str]) -> CountryProfile:
    """Return a profile without the figures that may not be passed on; their scores stay."""
    if not withheld:
        return profile

    def shown(lines: Sequence[FigureLine]) -> tuple[FigureLine, ...]:
        return tuple(
            replace(line, value=None, published=None, flag=WITHHELD)
            if line.id in withheld and line.value is not None
            else line
            for line in lines
        )

    found = profile.findings
    moves = found.moves
    if moves is not None:
        moves = replace(moves, moves=tuple(move for move in moves.moves if move.id not in withheld))
    return replace(
        profile, figures=shown(profile.figures), strengths=shown(profile.strengths),
        weaknesses=shown(profile.weaknesses), findings=replace(found, moves=moves),
        facts=tuple(fact for fact in profile.facts if fact.id not in withheld),
    )  # fmt: skip


def csv(profile: CountryProfile) -> bytes:
    """Return the figures of a country as CSV: one a row, missing ones empty with their flag."""
    country = profile.country
    rows = [
        (country.code, country.name, line.id, line.title, *(*line.path[:2], *(None,) * (2 - len(line.path))),
         line.value, line.unit, line.published, line.published_unit, line.year, line.flag, line.score,
         line.rank, line.of, line.source.publisher, line.source.licence, line.source.redistribute,
         line.source.url, line.source.retrieved, line.note)
        for line in profile.figures
    ]  # fmt: skip
    return tables.to_csv(Table(COLUMNS, tuple(rows)))
