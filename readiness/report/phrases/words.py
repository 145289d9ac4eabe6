"""Words that sentences share: names, places, comparisons by the digits that are printed."""

from __future__ import annotations

from readiness.export.numbers import ordinal
from readiness.report.model import CountryProfile

# Scores are printed with one decimal: what prints alike is called alike.
DECIMALS = 1


def name(profile: CountryProfile, *, start: bool = False) -> str:
    """Return the country's name as it stands in a sentence, with its article."""
    if not profile.country.the:
        return profile.country.name
    return f"{'The' if start else 'the'} {profile.country.name}"


def inner(title: str) -> str:
    """Return a title as it stands inside a sentence: `Adoption barriers` in lower case, names not.

    The first word stays where it has capitals inside (`GitHub`, `AI`), or where the second is one of
    a name (`Statistical Performance Index`).
    """
    first, _, rest = title.partition(" ")
    capitals = any(letter.isupper() for letter in first[1:]) or rest.partition(" ")[0].istitle()
    return f"{first if capitals else first.lower()} {rest}".strip()


def place(number: int | float, of: int) -> str:
    """Return `first`, `12th` or `last` of so many."""
    if number == 1:
        return "first"
    return "last" if number == of else ordinal(number)


def comparison(score: float | None, median: float | None) -> str:
    """Return `above`, `below` or `level with`, by the printed digits; empty where one is missing."""
    if score is None or median is None:
        return ""
    gap = round(score, DECIMALS) - round(median, DECIMALS)
    return "level with" if abs(gap) < 10**-DECIMALS / 2 else "above" if gap > 0 else "below"
