"""The sentences of the first page: the finding, what holds a country back, where it is going."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.errors import counted
from readiness.export.numbers import ordinal
from readiness.report import ranges
from readiness.report.model import CountryProfile, NodeLine, View
from readiness.report.phrases.words import comparison, inner, name, place


def headline(profile: CountryProfile) -> str:
    """Return the finding: the rank with its range.

    Where nothing is drawn, the rank and how the score compares with the first peer group.
    """
    if profile.rank is None:
        return f"{name(profile, start=True)} is not ranked: {why_unranked(profile)}"
    where = place(profile.rank, profile.ranked_count)
    verb = f"shares {ordinal(profile.rank)} place" if profile.shared else f"ranks {where}"
    countries = counted(profile.ranked_count, "country", "countries")
    ranked = f"{name(profile, start=True)} {verb} of {countries}"
    if profile.range is not None:
        return f"{ranked}, {ranges.drawn(profile.range)}"
    against = comparison(profile.score, profile.medians[0])
    return f"{ranked}, {against} the median of {profile.peers[0].label}" if against else ranked


def why_unranked(profile: CountryProfile) -> str:
    """Return the rule that is not met, in words."""
    reasons = []
    if profile.have + profile.zeros < profile.needed:
        have = profile.have + profile.zeros
        reasons.append(f"it has {have} of {counted(profile.total, 'figure')} and needs {profile.needed}")
    for line in profile.pillars:
        if line.score is None:
            reasons.append(
                f"{inner(line.title)} has {line.have} of {counted(line.total, 'figure')}, too few for a score"
            )
    return ", and ".join(reasons) or "it has no score"


def deck(profile: CountryProfile) -> str:
    """Return what stands under the headline: beside its peers, and where it stands best and worst."""
    against = comparison(profile.score, profile.medians[0]) if profile.range is not None else ""
    first = f"Its score is {against} the median of {profile.peers[0].label}." if against else ""
    return " ".join(part for part in (first, _best_and_worst(profile)) if part)


def _best_and_worst(profile: CountryProfile) -> str:
    best, worst = extremes(profile.pillars)
    if best is None or worst is None or best.id == worst.id:
        return ""
    if (best.rank, best.of) == (worst.rank, worst.of):
        where = f"{place(best.rank or 0, best.of)} of {best.of}"
        return f"It stands alike in every pillar it is scored in: {where}."
    return (
        f"It stands best in {inner(best.title)} ({standing(best)}) and worst in "
        f"{inner(worst.title)} ({standing(worst)})."
    )


def standing(line: NodeLine) -> str:
    """Return `54th of 197`, after what the node's name does not say of its direction."""
    note = f"{line.note}; " if line.note else ""
    return f"{note}{place(line.rank or 0, line.of)} of {line.of}"


def extremes(lines: Sequence[NodeLine]) -> tuple[NodeLine | None, NodeLine | None]:
    """Return the nodes with the best and worst standing: the share of countries behind it."""
    placed = [line for line in lines if line.rank is not None]
    if not placed:
        return None, None
    ordered = sorted(placed, key=lambda line: (line.rank or 0) / line.of)
    return ordered[0], ordered[-1]


def reading(view: View) -> str:
    """Return a sentence on another reading, such as absolute scale."""
    if view.rank is None:
        return f"By {view.reading}, it is not ranked."
    where = f"By {view.reading}, it is {place(view.rank, view.of)} of {view.of}"
    if view.range is None:
        return f"{where} ({ranges.NONE})."
    return f"{where}, {ranges.drawn(view.range)}."
