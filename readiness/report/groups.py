"""The peers a country is set beside: its income group, its region, and a set of countries."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from readiness.analysis.peers import by_structure
from readiness.countries import Countries, Country
from readiness.figures.table import Figures
from readiness.report.model import Peers
from readiness.scores import Scores

SIMILAR, CHOSEN = "similar", "chosen"
# Keys up to so many letters are acronyms: EU, OECD, ASEAN.
ACRONYM = 5


def peers(
    country: Country, scores: Scores, countries: Countries, figures: Figures | None = None,
    chosen: str | Sequence[str] | None = None,
) -> tuple[tuple[Peers, ...], list[np.ndarray]]:  # fmt: skip
    """Return the income group and the region, then the chosen set, each with its rows as a mask.

    Where there is neither, all countries stand for them.

    Parameters
    ----------
    figures
        Without them no third set is taken where none is chosen.
    chosen
        Codes, or `KEY` or `KEY=VALUE` of a group. The countries nearest in size, income and
        region where left out.

    Raises
    ------
    UnknownNameError
        When there is no such group, or it needs a value.
    """
    found = [
        Peers(key, value, _words(key, value), len(codes), codes)
        for key in ("income", "region")
        for value in [country.groups.get(key)]
        if isinstance(value, str)
        for codes in [_members(scores, countries, key, value)]
    ] or [Peers("all", "all", "all countries", len(scores.countries), scores.countries)]
    third = _chosen(country, scores, countries, figures, chosen)
    found += [third] if third is not None and third.count else []
    masks = [np.isin(np.array(scores.countries), item.members) for item in found]
    kept = (SIMILAR, CHOSEN)
    return tuple(
        item if item.key in kept else Peers(item.key, item.value, item.label, item.count) for item in found
    ), masks


def _members(scores: Scores, countries: Countries, key: str, value: object) -> tuple[str, ...]:
    return tuple(code for code in scores.countries if countries[code].groups.get(key) == value)


def _words(key: str, value: object) -> str:
    """Return how a group is called: `low income countries`, `South Asia`, `EU`, `African Union`."""
    if isinstance(value, str):
        return f"{value[0].lower()}{value[1:]} countries" if key == "income" else value
    return key.upper() if len(key) <= ACRONYM else key.replace("_", " ").title()


def called(countries: Countries, text: str) -> str:
    """Return how a group is called that is named as `KEY` or `KEY=VALUE`.

    Raises
    ------
    UnknownNameError
        When there is no such group.
    """
    codes, (wanted, _, value) = countries.in_group(text), text.partition("=")
    own = countries[codes[0]].groups if codes else {}
    key = next((name for name in own if _same(name, wanted)), wanted)
    return _words(key, own.get(key, value) if value else True)


def _same(one: str, other: str) -> bool:
    return re.sub(r"[\W_]+", "", one.casefold()) == re.sub(r"[\W_]+", "", other.casefold())


def _chosen(
    country: Country, scores: Scores, countries: Countries, figures: Figures | None,
    chosen: str | Sequence[str] | None,
) -> Peers | None:  # fmt: skip
    if isinstance(chosen, str) and chosen != SIMILAR:
        own = country.groups.get(chosen)
        codes = countries.in_group(f"{chosen}={own}" if isinstance(own, str) else chosen)
        codes = tuple(code for code in codes if code in scores.countries)
        key, _, value = chosen.partition("=")
        return Peers(
            key, value, _words(key, own if isinstance(own, str) else value or True), len(codes), codes
        )
    if chosen is not None and not isinstance(chosen, str):
        codes = tuple(code for code in chosen if code != country.code and code in scores.countries)
        return Peers(CHOSEN, CHOSEN, "the countries chosen", len(codes), codes)
    if figures is None:
        return None
    codes = tuple(peer.country for peer in by_structure(scores, country.code, figures))
    return Peers(SIMILAR, SIMILAR, "the countries most like it", len(codes), codes)
