"""A report as sections of sentences and tables: what `profile` prints, and what JSON carries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from readiness.report.model import CountryProfile
from readiness.report.outline import planning, standing
from readiness.report.outline.section import Section

__all__ = ["Section", "document", "section_ids", "sections"]

_SECTIONS: dict[str, Callable[[CountryProfile], Section | None]] = {
    "verdict": standing.verdict,
    "pillars": standing.pillars,
    "layers": standing.layers,
    "neighbours": standing.neighbours,
    "income": standing.income,
    "direction": standing.direction,
    "confidence": standing.confidence,
    "strengths": standing.strengths,
    "plan": planning.plan,
    "inputs": planning.inputs,
    "affordability": planning.affordability,
    "prices": planning.prices,
    "serving": planning.serving,
    "posture": planning.posture,
    "leapfrog": planning.leapfrog,
    "moves": planning.moves,
    "figures": standing.figures,
    "changes": standing.changes,
    "context": standing.context,
    "method": standing.method,
    "sources": standing.sources,
}


def sections(profile: CountryProfile) -> tuple[Section, ...]:
    """Return the sections of a country's report that it has something to say in, in its order."""
    found = (make(profile) for make in _SECTIONS.values())
    return tuple(section for section in found if section is not None)


def section_ids() -> tuple[str, ...]:
    """Return the ids of all sections, in the order of the report."""
    return tuple(_SECTIONS)


def document(profile: CountryProfile, wanted: Sequence[str] = ()) -> dict[str, Any]:
    """Return the report as plain objects for JSON, all sections or those wanted, numbers unrounded."""
    return {
        "country": profile.country.code,
        "name": profile.country.name,
        "framework": profile.framework.id,
        "edition": profile.framework.edition,
        "fingerprint": profile.fingerprint,
        "sections": {
            section.id: {
                "title": section.title,
                "sentences": list(section.sentences),
                "rows": []
                if section.table is None
                else [dict(zip(section.table.columns, row, strict=True)) for row in section.table.rows],
            }
            for section in sections(profile)
            if not wanted or section.id in wanted
        },
    }
