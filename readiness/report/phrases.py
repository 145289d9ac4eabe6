"""Every sentence of a report, built from the profile: no adjective the numbers don't carry."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.errors import counted, listed
from readiness.export.numbers import ordinal
from readiness.report import ranges
from readiness.report.model import CountryProfile, FigureLine, NodeLine, View

# Scores are printed with one decimal: what prints alike is called alike.
DECIMALS = 1
# So many missing figures are named, more are counted.
FEW = 3


def name(profile: CountryProfile, *, start: bool = False) -> str:
    """Return the country's name as it stands in a sentence, with its article."""
    if not profile.country.the:
        return profile.country.name
    return f"{'The' if start else 'the'} {profile.country.name}"


def inner(title: str) -> str:
    """Return a title as it stands inside a sentence: `Adoption barriers` in lower case, `AI` not."""
    first, _, rest = title.partition(" ")
    kept = first if first.upper() == first or any(letter.isupper() for letter in first[1:]) else first.lower()
    return f"{kept} {rest}".strip()


def place(number: int | float, of: int) -> str:
    """Return `first`, `12th` or `last` of so many."""
    if number == 1:
        return "first"
    return "last" if number == of else ordinal(number)


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


def comparison(score: float | None, median: float | None) -> str:
    """Return `above`, `below` or `level with`, by the printed digits; empty where one is missing."""
    if score is None or median is None:
        return ""
    gap = round(score, DECIMALS) - round(median, DECIMALS)
    return "level with" if abs(gap) < 10**-DECIMALS / 2 else "above" if gap > 0 else "below"


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


def coverage(profile: CountryProfile) -> str:
    """Return `30 figures and 5 true zeros of 38`."""
    words = counted(profile.have, "figure")
    if profile.zeros:
        words += f" and {counted(profile.zeros, 'declared zero')}"
    return f"{words} of {profile.total}"


def against_peers(profile: CountryProfile) -> str:
    """Return the finding of the pillar chart: above and below the peers' median in how many."""
    pairs = [(line.score, line.medians[0]) for line in profile.pillars]
    known = [comparison(score, median) for score, median in pairs if comparison(score, median)]
    if not known:
        return "No pillar can be compared"
    above, total = known.count("above"), len(known)
    label = profile.peers[0].label
    if above == total:
        many = "the one pillar" if total == 1 else f"all {total} pillars"
        return f"Above the median of {label} in {many}"
    if above == 0:
        rest = "Below" if "level with" not in known else "Not above"
        return f"{rest} the median of {label} in {'the one pillar' if total == 1 else f'all {total} pillars'}"
    return f"Above the median of {label} in {above} of {total} pillars"


def of_view(view: View) -> str:
    """Return the finding of a second tree's chart: its highest and lowest parts."""
    scores = [(line.title, round(line.score, DECIMALS)) for line in view.lines if line.score is not None]
    values = {score for _, score in scores}
    if len(values) < 2:
        return view.name
    first, *others = [title for title, score in scores if score == max(values)]
    lowest = listed(inner(title) for title, score in scores if score == min(values))
    verb = "score" if others else "scores"
    return f"{listed([first, *map(inner, others)])} {verb} highest, {lowest} lowest"


def reading(view: View) -> str:
    """Return a sentence on another reading, such as absolute scale."""
    if view.rank is None:
        return f"By {view.reading}, it is not ranked."
    where = f"By {view.reading}, it is {place(view.rank, view.of)} of {view.of}"
    if view.range is None:
        return f"{where} ({ranges.NONE})."
    return f"{where}, {ranges.drawn(view.range)}."


def mark(line: FigureLine) -> str:
    """Return how many countries an indicator's figure is ahead of."""
    if line.percentile is None:
        return ""
    return f"ahead of {line.percentile:.0%} of {line.of}"


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
