"""The sentences of the second page: beside peers, strengths and weaknesses, income."""

from __future__ import annotations

from readiness.errors import listed
from readiness.report.model import CountryProfile, FigureLine, View
from readiness.report.phrases.words import DECIMALS, comparison, inner


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
