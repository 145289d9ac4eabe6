"""Figures that a person sets: one at a time with its remark, or a table of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from readiness.definitions.indicator import Series, Status
from readiness.definitions.load import Definitions
from readiness.errors import ReadinessError, UnknownNameError, counted, did_you_mean
from readiness.sources.base import Answer, Row, SourceError
from readiness.updating import folder as folders
from readiness.updating.revise import Change, known, merged
from readiness.updating.run import Outcome, Request, contents, every, judged, path_of


@dataclass(frozen=True)
class Figure:
    """One figure to set.

    Attributes
    ----------
    value
        In the unit of the series' source; None takes the figure away.
    source, note
        The page that says it, and why it is set: they go into the remark.
    """

    series: str
    country: str
    year: int
    value: float | None
    source: str | None
    note: str | None = None
    status: Status = "corrected"


def checked(definitions: Definitions, figure: Figure, today: date) -> tuple[Change, dict[str, Any]]:
    """Return the change that setting a figure makes, and its remark.

    Raises
    ------
    ReadinessError
        When the series has no figures of its own, the year has not been, the figure is outside the
        series' `valid` bounds, nothing says where it comes from, or there is nothing to take away.
    """
    series = _series(definitions, figure.series)
    if not 1000 <= figure.year <= today.year:
        raise ReadinessError(f"{figure.year} is not a year that a figure can be of")
    _refuse_invalid(series, figure)
    if figure.source is None and figure.note is None:
        raise ReadinessError("nothing says where the figure comes from", "Add --source URL or --note TEXT")
    before = known(definitions.blocks[figure.series]).get((figure.country, figure.year))
    if before is None and figure.value is None:
        raise ReadinessError(f"{figure.series} has no figure of {figure.country} {figure.year}")
    return Change(figure.country, figure.year, before, figure.value), _remark(figure, before)


def _series(definitions: Definitions, name: str) -> Series:
    found = every(definitions)
    if name not in found:
        hint = did_you_mean(name, found) or "`readiness indicators` lists them"
        raise UnknownNameError(f"unknown indicator {name!r}", hint)
    derived = found[name].derived
    if derived is not None:
        raise ReadinessError(
            f"{name} is computed from other series", f"Set one of them: {', '.join(derived.series)}"
        )
    return found[name]


def _refuse_invalid(series: Series, figure: Figure) -> None:
    if figure.value is None:
        return
    low, high = series.valid or (-math.inf, math.inf)
    if not (math.isfinite(figure.value) and low <= figure.value <= high):
        raise ReadinessError(
            f"{figure.value:.12g} is outside valid: [{low:.12g}, {high:.12g}] of {series.id}",
            f"Figures are in {series.unit}",
        )


def _remark(figure: Figure, before: float | None) -> dict[str, Any]:
    said = "no figure" if before is None else f"{before!r}"
    note = figure.note or f"Set by hand; before: {said}."
    found: dict[str, Any] = {
        "country": figure.country, "year": figure.year, "status": figure.status, "note": note,
    }  # fmt: skip
    return found | ({} if figure.source is None else {"url": figure.source})


def put(definitions: Definitions, figure: Figure, change: Change, remark: Mapping[str, Any]) -> Path:
    """Write a figure and its remark into its file; return the path.

    Raises
    ------
    ReadinessError
        When the file was changed meanwhile or cannot be written.
    """
    path = path_of(definitions, figure.series)
    content = contents(definitions, [figure.series])[figure.series]
    folders.put(path, content, {(change.country, change.year): change.after}, remark=remark)
    return path


def after(definitions: Definitions, series: str, change: Change) -> Definitions:
    """Return the index as it is when the figure is in it."""
    blocks = {**definitions.blocks, series: merged(definitions.blocks[series], [change])}
    return replace(definitions, blocks=blocks)


# A table of figures ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """What to make of places that are no country of the index.

    Attributes
    ----------
    are
        Places of the table, and the codes that they stand for.
    left_out
        Places of the table to leave out, like `World`.
    leave_all
        Leave out every place that is not known.
    """

    are: Mapping[str, str]
    left_out: frozenset[str] = frozenset()
    leave_all: bool = False


def named(rows: Sequence[Row], definitions: Definitions, names: Names) -> tuple[list[Row], list[str]]:
    """Return the rows by country code, and the places that were left out.

    Raises
    ------
    ReadinessError
        When a place is neither a country of the index nor left out by name: all such are listed, with
        the nearest names.
    """
    countries = definitions.countries
    codes: dict[str, str | None] = {}
    unknown: dict[str, str] = {}
    left: dict[str, None] = {}
    found = []
    for row in rows:
        if row.place not in codes:
            codes[row.place] = names.are.get(row.place) or countries.code_of(row.place)
        code = codes[row.place]
        if code is not None and code in countries:
            found.append(Row(code, row.year, row.value))
        elif row.place in names.left_out or names.leave_all:
            left[row.place] = None
        elif row.place not in unknown:
            unknown[row.place] = _hint(definitions, row.place)
    if unknown:
        raise ReadinessError(_unknown(unknown))
    return found, list(left)


def _hint(definitions: Definitions, place: str) -> str:
    try:
        definitions.countries.find(place)
    except UnknownNameError as error:
        return error.hint if "lists them" not in error.hint else ""
    return ""


def _unknown(places: Mapping[str, str]) -> str:
    shown = list(places.items())[:30]
    lines = [f"  {place!r}{': ' + hint if hint else ''}" for place, hint in shown]
    lines += [f"  and {len(places) - 30} more"] if len(places) > 30 else []
    head = f"{counted(len(places), 'place')} not among the countries of this index; nothing was written:"
    tail = (
        'Say what they are: --as "NAME=CODE", or leave them out: --leave-out "NAME", or all: --leave-out-all'
    )
    return "\n".join([head, *lines, tail])


def compare(
    definitions: Definitions, tables: Mapping[str, Sequence[Row]], request: Request
) -> list[Outcome]:  # fmt: skip
    """Say what tables of figures change, by series; nothing is written.

    Raises
    ------
    ReadinessError
        When a series does not exist or has no figures of its own.
    """
    for name in tables:
        _series(definitions, name)
    found = []
    for name, rows in tables.items():
        try:
            found.append(judged(definitions, name, Answer(rows), request, {}))
        except SourceError as error:
            found.append(Outcome(name, "failed", str(error)))
    return found
