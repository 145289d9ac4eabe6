"""The sentences of the first page: the finding, what holds a country back, where it is going."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from readiness.errors import counted, listed
from readiness.export.numbers import ordinal
from readiness.report import ranges
from readiness.report.model import CountryProfile, NodeLine, View
from readiness.report.phrases.words import DECIMALS, comparison, inner, name, place

if TYPE_CHECKING:
    from readiness.analysis.direction import Direction

# The binding layer is the one where so many points more would add most.
STEP = "ten"


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
        return f"{ranked}, {'but ' if outside(profile) else ''}{ranges.drawn(profile.range)}"
    against = comparison(profile.score, profile.medians[0])
    return f"{ranked}, {against} the median of {profile.peers[0].label}" if against else ranked


def outside(profile: CountryProfile) -> str:
    """Return on which side of its range the rank lies, `better` or `worse`; empty where it is inside."""
    if profile.rank is None or profile.range is None:
        return ""
    if profile.rank < profile.range.low:
        return "better"
    return "worse" if profile.rank > profile.range.high else ""


def _outside(profile: CountryProfile) -> str:
    side = outside(profile)
    other = {"better": "lower", "worse": "higher"}.get(side)
    return f"Most other choices of method and data rank it {other}." if other else ""


def why_unranked(profile: CountryProfile) -> str:
    """Return the rule that is not met, in words."""
    return unmet(profile.have + profile.zeros, profile.needed, profile.total, profile.pillars)


def unmet(have: int, needed: int, total: int, pillars: Sequence[NodeLine]) -> str:
    """Return the same of a country with so many figures, declared zeros among them."""
    reasons = []
    if have < needed:
        reasons.append(f"it has {have} of {counted(total, 'figure')} and needs {needed}")
    for line in pillars:
        if line.score is None:
            reasons.append(
                f"{inner(line.title)} has {line.have} of {counted(line.total, 'figure')}, too few for a score"
            )
    return ", and ".join(reasons) or "it has no score"


def deck(profile: CountryProfile) -> str:
    """Return what stands under the headline: beside its peers, what holds it back, its other readings."""
    against = comparison(profile.score, profile.medians[0]) if profile.range is not None else ""
    first = f"Its score is {against} the median of {profile.peers[0].label}." if against else ""
    others = [reading(view) for view in profile.views if view.reading != profile.framework.reading]
    parts = (_outside(profile), first, held_back(profile) or _best_and_worst(profile), *others)
    return " ".join(part for part in parts if part)


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


def held_back(profile: CountryProfile) -> str:
    """Return what the binding layer is and what ten points more there would add."""
    binding = profile.findings.binding
    if binding is None:
        return ""
    return (
        f"{inner(binding.title).capitalize()} holds it back most: {STEP} points more there would add "
        f"{binding.gain:.1f} to the score of its layers."
    )


def binding_tile(profile: CountryProfile) -> tuple[str, str]:
    """Return the layer that holds the country back, and how sure that is."""
    binding = profile.findings.binding
    if binding is None:
        return "Unknown", "no layer can be judged"
    sure = "" if binding.certainty is None else f"; so in {binding.certainty:.0%} of draws"
    return binding.title, f"{STEP} points more there add {binding.gain:.1f}{sure}"


def direction_tile(profile: CountryProfile) -> tuple[str, str]:
    """Return how many figures are better than some years ago, what that adds, and what adds most."""
    found = profile.findings.direction
    moved = 0 if found is None else found.improved + found.worsened + found.unchanged
    if found is None or not moved:
        return "\N{EN DASH}", "no figure has a history of some years"
    tally = f"{found.improved} up, {found.worsened} down"
    count = f"of {counted(moved, 'figure')} over {_span(found.span)}"
    return tally, f"{count}: {points(found.points)}{_beside(found)}{_why(found)}"


def points(change: float) -> str:
    """Return `2.1 points up`, `0.4 points down`, `no change` by the printed digits."""
    size = f"{abs(change):.{DECIMALS}f}"
    if float(size) == 0:
        return "no change"
    return f"{size} {'point' if size == '1.0' else 'points'} {'up' if change > 0 else 'down'}"


def _beside(found: Direction) -> str:
    """Return the same of the middle country of its income group: most figures rise nearly everywhere."""
    middle = found.peer_median
    return "" if middle is None else f" (its income group: {points(middle)})"


def _why(found: Direction) -> str:
    """Return the figure behind most of the way up, or behind most of the way down."""
    most = found.ups[:1] if found.points > 0 else found.downs[:1]
    return "".join(f", most by {inner(shift.title)}" for shift in most)


def _span(span: tuple[int, int]) -> str:
    low, high = span
    return counted(low, "year") if low == high else f"{low} to {high} years"


def beyond_income(profile: CountryProfile) -> str:
    """Return where income alone would put the country, and how far it is from there."""
    income = profile.findings.income
    if income is None or income.expected is None or income.residual is None:
        return "Income and score cannot be compared: one of them is missing."
    if income.beyond is not None:
        return f"Its income is {income.beyond} those of the other ranked countries, so none to compare with."
    gap = f"{abs(income.residual):.1f}"
    if gap == "0.0":
        return f"Income alone would put it at {income.expected:.1f}, where it is."
    verb = "above" if income.residual > 0 else "below"
    return f"Income alone would put it at {income.expected:.1f}; its score is {gap} {verb} that."


def confidence(profile: CountryProfile) -> str:
    """Return why the grade is what it is, without the letter."""
    return profile.findings.grade.reason.partition(": ")[2] or profile.findings.grade.reason


def confidence_tile(profile: CountryProfile) -> str:
    """Return the same in few words: the criteria that hold the grade down."""
    grade = profile.findings.grade
    if profile.rank is None:
        return "too few figures for a rank"
    held = [item.short for item in grade.criteria if item.letter == grade.letter != "A" and item.short]
    return f"of A to D, for {listed(held)}" if held else "of A to D: every criterion is met"
