"""Every sentence of a report, built from the profile: no adjective the numbers don't carry."""

from readiness.report.phrases.figures import citation, coverage, missing, notes
from readiness.report.phrases.standing import against_peers, mark, of_view
from readiness.report.phrases.verdict import deck, extremes, headline, reading, standing, why_unranked
from readiness.report.phrases.words import comparison, inner, name, place

__all__ = [
    "against_peers",
    "citation",
    "comparison",
    "coverage",
    "deck",
    "extremes",
    "headline",
    "inner",
    "mark",
    "missing",
    "name",
    "notes",
    "of_view",
    "place",
    "reading",
    "standing",
    "why_unranked",
]
