"""The sentences of the second page: beside peers, strengths and weaknesses, income."""

from __future__ import annotations

from readiness.errors import counted, listed
from readiness.report.model import CountryProfile, FigureLine, View
from readiness.report.phrases.words import DECIMALS, comparison, inner

# A place among the peers is marked from this share on.
QUARTER = 0.25


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


def mark(line: FigureLine) -> str:
    """Return how many countries an indicator's figure is ahead of."""
    if line.percentile is None:
        return ""
    return f"ahead of {line.percentile:.0%} of {line.of}"


def spread(profile: CountryProfile) -> str:
    """Return the finding of the sub-pillars' chart: the parts with the highest and the lowest score."""
    deepest = max((line.depth for line in profile.nodes), default=0)
    found = [line for line in profile.nodes if line.depth == deepest and line.score is not None]
    if len({round(line.score or 0.0, DECIMALS) for line in found}) < 2:
        return "Scores by pillar and what they are made of"
    best = max(found, key=lambda line: line.score or 0.0)
    worst = min(found, key=lambda line: line.score or 0.0)
    return f"{best.title} scores highest ({best.score:.1f}), {inner(worst.title)} lowest ({worst.score:.1f})"


def beyond_peers(line: FigureLine) -> bool:
    """Tell whether a strength is in the best quarter of the first peers too, a weakness in the worst."""
    if line.peers is None or line.percentile is None:
        return False
    return line.peers >= 1 - QUARTER if line.percentile >= 0.5 else line.peers <= QUARTER


def marks_note(profile: CountryProfile) -> str:
    """Return how strengths and weaknesses are chosen, and what the mark says."""
    return (
        "The indicators on which it is ahead of the most and of the fewest countries; ties count half. "
        f"\N{LOZENGE} also in the best or worst quarter of {profile.peers[0].label}."
    )


def expected(profile: CountryProfile) -> str:
    """Return the finding of the chart of score against income."""
    income = profile.findings.income
    if income is None or income.expected is None or income.residual is None:
        return "Score and income of the ranked countries"
    points = f"{abs(income.residual):.1f}"
    if points == "0.0":
        return "Its score is what its income alone would give"
    return f"{points} points {'above' if income.residual > 0 else 'below'} what its income alone would give"


def income_note(profile: CountryProfile) -> str:
    """Return what the chart of score against income shows: unit, years, n, and how the line is drawn."""
    chart = profile.income
    if chart is None:
        return ""
    first, last = chart.years
    years = f"{first}" if first == last else f"{first} to {last}"
    others = counted(sum(not point.own for point in chart.points), "other country", "other countries")
    return (
        f"Score against GDP per person ({chart.unit}, {years}), {others}. "
        f"Line: Huber regression without this country. Dark dots: {profile.peers[0].label}."
    )


def world(profile: CountryProfile) -> str:
    """Return the finding of the world map: in which fifth of the ranked countries this one is."""
    own = next((tile for tile in profile.tiles if tile.own), None)
    if own is None or own.band is None:
        return "The ranked countries of the world by score"
    fifth = ("lowest", "second lowest", "middle", "second highest", "highest")[own.band]
    return f"In the {fifth} fifth of the {profile.ranked_count} ranked countries by score"


def pillar_note(profile: CountryProfile) -> str:
    """Return what the chart of pillars shows: scale, whiskers, year."""
    low, high = profile.ends
    drawn = any(line.low is not None for line in profile.pillars)
    whisker = "; whisker: nine of ten draws" if drawn else ""
    return f"Scores from {low:g} to {high:g} and ranks in the pillar, {profile.framework.year}{whisker}"
