"""The sentences of the page of all figures: coverage, notes, how to cite."""

from __future__ import annotations

from readiness.errors import counted, listed
from readiness.report.model import CountryProfile

# So many missing figures are named, more are counted.
FEW = 3


def coverage(profile: CountryProfile) -> str:
    """Return `30 figures and 5 true zeros of 38`."""
    words = counted(profile.have, "figure")
    if profile.zeros:
        words += f" and {counted(profile.zeros, 'declared zero')}"
    return f"{words} of {profile.total}"


def missing(profile: CountryProfile) -> str:
    """Return how many figures are missing; which, where they are few."""
    names = [line.title for line in profile.figures if line.value is None]
    if not names:
        return "No figure is missing."
    which = f": {'; '.join(names)}" if len(names) <= FEW else ""
    return f"{counted(len(names), 'figure is', 'figures are')} missing{which}."


def notes(profile: CountryProfile) -> list[tuple[str, str]]:
    """Return the notes on figures, each once: the indicators it is on with their year, and the note."""
    found: dict[tuple[str, int | None], list[str]] = {}
    for line in profile.figures:
        if line.note:
            found.setdefault((line.note, line.year), []).append(line.title)
    return [
        (f"{listed(titles)}, {year}" if year else listed(titles), note)
        for (note, year), titles in found.items()
    ]


def citation(profile: CountryProfile) -> str:
    """Return how to cite the report."""
    framework = profile.framework
    edition = f", edition {framework.edition}" if framework.edition else ""
    return f"{framework.name}{edition}: {profile.country.name} ({profile.country.code})."
