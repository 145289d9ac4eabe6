"""What the league table, the map and the comparison show: every country at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from readiness.countries import Countries, as_written
from readiness.definitions.indicator import Series
from readiness.explorer.model import adjustable, said
from readiness.export.numbers import printed
from readiness.figures.matrix import Flag
from readiness.index import Index
from readiness.report import tiles
from readiness.report.comparison.league import LeagueRow, rows
from readiness.report.profile import ends
from readiness.scores import Robustness, Scores

# A group of so many countries or fewer is no choice of its own.
_FEWEST = 2


@dataclass(frozen=True)
class Part:
    """A part of the tree: its id, name, note and depth, 0 for the index itself."""

    id: str
    title: str
    note: str | None
    depth: int


@dataclass(frozen=True)
class Choice:
    """A group to choose: its key in the address, its name, how many countries it has."""

    value: str
    title: str
    count: int


@dataclass(frozen=True)
class Place:
    """A country's square on the map."""

    code: str
    name: str
    file: str
    x: int
    y: int


@dataclass(frozen=True)
class League:
    """All that the pages of a framework's league table, map and comparison show.

    `files` are the names of the countries' pages, by code: another framework may assess more countries
    than have one. `words` are those that find a country, beside its name.
    """

    rows: tuple[LeagueRow, ...]
    files: Mapping[str, str]
    words: Mapping[str, str]
    parts: tuple[Part, ...]
    tree: tuple[Part, ...]
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]
    places: tuple[Place, ...]
    ranked: int
    adjustable: bool
    drawn: bool
    draws: int
    seed: int | None


def league(scores: Scores, index: Index, files: Mapping[str, str]) -> League:
    """Collect a framework's league table.

    Parameters
    ----------
    files
        The name of each country's page, by code, without its ending.
    """
    drawn = scores.robustness
    titles = _titles(scores, index.indicators)
    depths = {part.id: depth for depth, part in scores.framework.tree.walk()}
    notes = {node.id: node.note for node in scores.framework.tree.nodes()}
    tree = tuple(Part(name, title, notes.get(name), depths[name]) for name, title in titles.items())
    return League(
        rows=rows(scores), words=_words(scores, index.countries), files=dict(files),
        parts=tuple(part for part in tree if part.depth == 1), tree=tree,
        groups=_choices(scores, index.countries), places=_squares(scores, files),
        ranked=int(scores.ranked.sum()), adjustable=adjustable(scores), drawn=drawn is not None,
        draws=drawn.draws if drawn else 0, seed=drawn.seed if drawn else None,
    )  # fmt: skip


def _words(scores: Scores, countries: Countries) -> dict[str, str]:
    """Return by what else a country is found: codes, the official name, other spellings."""
    found = {}
    for code in scores.countries:
        country = countries[code]
        words = (code, country.iso2, country.official, *country.aliases)
        found[code] = " ".join(filter(None, words))
    return found


def _titles(scores: Scores, series: Mapping[str, Series]) -> dict[str, str]:
    """Return the name of every part of the tree, the index first, in the order of the tables."""
    titles = {node.id: node.title for node in scores.framework.tree.nodes()}
    return {
        part.id: titles[part.id] if part.id in titles else series[part.id].name
        for _, part in scores.framework.tree.walk()
    }


def _choices(scores: Scores, countries: Countries) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Return the groups by their kind: those with values, then those that a country is in or not."""
    own = set(scores.countries)
    kinds, flags = [], []
    for key, values in countries.groups().items():
        title = key.replace("_", " ")
        found = [
            Choice(key if value is True else f"{key}={as_written(value)}",
                   _member(title) if value is True else str(as_written(value)), len(own & set(codes)))
            for value, codes in values.items() if value is not False
        ]  # fmt: skip
        found = [choice for choice in found if choice.count >= _FEWEST]
        if set(values) <= {True, False}:
            flags += found
        elif found:
            kinds.append((title[0].upper() + title[1:], tuple(found)))
    return (*kinds, *([("Member of", tuple(flags))] if flags else []))


def _member(title: str) -> str:
    return title.upper() if len(title) <= 5 else title[0].upper() + title[1:]


def _squares(scores: Scores, files: Mapping[str, str]) -> tuple[Place, ...]:
    """Return the squares of the countries whose place on the map is known."""
    known = tiles.positions()
    names = dict(zip(scores.countries, scores.matrix.names, strict=True))
    return tuple(
        Place(code, names[code], files[code], *known[code]) for code in scores.countries if code in known
    )


# For the scripts ------------------------------------------------------------------------------------------


def data(scores: Scores, index: Index) -> dict[str, Any]:
    """Return what the script of the league table and of the map needs beside the model."""
    return {
        "titles": _titles(scores, index.indicators),
        "said": said(index.frameworks[scores.framework.id]),
        "groups": _members(scores, index.countries),
    }


def _members(scores: Scores, countries: Countries) -> dict[str, list[int]]:
    """Return the rows of each group, by its key in the address."""
    at = {code: number for number, code in enumerate(scores.countries)}
    return {
        choice.value: sorted(at[code] for code in countries.in_group(choice.value) if code in at)
        for _, choices in _choices(scores, countries)
        for choice in choices
    }


def side_by_side(
    scores: Scores, index: Index, files: Mapping[str, str], series: Mapping[str, str], withheld: Sequence[str]
) -> dict[str, Any]:
    """Return what the script of the comparison needs beside the model.

    `above` are the shares of draws, in per mille, in which one ranked country is above another, for each
    pair in the order of the ranked rows; `places` says where a country stands among those.

    Parameters
    ----------
    series
        The name of each indicator's page, by id, without its ending.
    withheld
        The indicators whose figures may not be passed on.
    """
    drawn = scores.robustness
    names = scores.matrix.indicators
    every = range(len(scores.countries))
    at = {} if drawn is None else {int(row): place for place, row in enumerate(drawn.rows)}
    return {
        "titles": _titles(scores, index.indicators),
        "files": [files[code] for code in scores.countries],
        "series": [series[name] for name in names],
        "units": [_unit(scores, index.indicators, k) for k in range(len(names))],
        "figures": [_figures(scores, k, name in withheld) for k, name in enumerate(names)],
        "coverage": [round(float(share), 6) for share in scores.coverage[:, 0]],
        "ends": list(ends(scores)),
        "ranges": drawn is not None,
        "bands": None if drawn is None or drawn.above is None else [_band(drawn, row) for row in every],
        "places": [at.get(row) for row in every],
        "ranked": len(at),
        "above": None if drawn is None or drawn.above is None else _pairs(drawn),
    }


def _band(drawn: Robustness, row: int) -> int | None:
    return int(drawn.band[row]) if np.isfinite(drawn.band[row]) else None


def _pairs(drawn: Robustness) -> list[int]:
    if drawn.above is None:
        return []
    upper = drawn.above[np.triu_indices(len(drawn.above), k=1)]
    # A share that is not whole is not printed as none or all of the draws.
    mille = np.clip(np.round(upper * 1000), np.where(upper > 0, 1, 0), np.where(upper < 1, 999, 1000))
    return [int(share) for share in mille]


def _unit(scores: Scores, series: Mapping[str, Series], k: int) -> str:
    reference = scores.references[k]
    return series[reference.id].unit_divided(reference.denominator, reference.per)


def _figures(scores: Scores, k: int, withheld: bool) -> list[str | None]:
    """Return an indicator's figures as they are printed, with their years; None where there is none."""
    stage = scores.stages["denominated"]
    found: list[str | None] = []
    for value, year, flag in zip(stage.values[:, k], stage.years[:, k], stage.flags[:, k], strict=True):
        if not np.isfinite(value):
            found.append(None)
        elif withheld:
            found.append("not to be passed on")
        else:
            zero = {Flag.ZERO_CENSUS: ", true zero", Flag.ZERO_PARTIAL: ", assumed zero"}
            found.append(f"{printed(float(value))} ({int(year)}{zero.get(Flag(flag), '')})")
    return found
