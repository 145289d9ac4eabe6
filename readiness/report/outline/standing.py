"""The sections of where a country stands: verdict, pillars, peers, all figures, changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from readiness.report import method as words
from readiness.report import phrases
from readiness.report.model import CountryProfile, FigureLine, NodeLine
from readiness.report.outline.section import Section, rows
from readiness.scores import Table

_NODE = ("title", "score", "low", "high", "rank", "of")
_POINTS = ("score", "low", "high")
_MARKED = ("id", "title", "value", "unit", "year", "rank", "of", "percentile", "peers")


def verdict(profile: CountryProfile) -> Section:
    """Return the finding, what holds the country back, its ranks in every reading."""
    low, high = (profile.range.low, profile.range.high) if profile.range else (None, None)
    lines: list[tuple[Any, ...]] = [
        (
            profile.framework.id,
            profile.framework.reading,
            profile.rank,
            low,
            high,
            profile.ranked_count,
            profile.score,
        )
    ]
    for view in profile.views:
        ends = (view.range.low, view.range.high) if view.range else (None, None)
        lines.append((view.id, view.reading, view.rank, *ends, view.of, view.score))
    table = Table(("framework", "reading", "rank", "rank_low", "rank_high", "of", "score"), tuple(lines))
    sentences = (
        f"{phrases.headline(profile)}.",
        phrases.deck(profile),
        phrases.beyond_income(profile),
        f"{': '.join(phrases.direction_tile(profile))}.",
        f"Confidence {profile.findings.grade.letter}: {phrases.confidence(profile)}.",
    )
    return Section(
        "verdict",
        "Verdict",
        tuple(filter(None, sentences)),
        table,
        ("framework", "reading"),
        ("framework", "rank", "rank_low", "rank_high", "of", "score"),
        _POINTS,
    )


def _nodes(lines: Sequence[NodeLine], profile: CountryProfile) -> Table:
    labels = tuple(f"median_{peers.key}" for peers in profile.peers)
    base = ("id", "title", "depth", "score", "low", "high", "rank", "of")
    missing = (None,) * len(labels)
    return Table(
        (*base, *labels),
        tuple(
            (*(getattr(line, name) for name in base), *(*line.medians, *missing)[: len(labels)])
            for line in lines
        ),
    )


def pillars(profile: CountryProfile) -> Section | None:
    """Return the pillars and what they are made of, beside the medians of the peers."""
    if not profile.nodes:
        return None
    sentences = (f"{phrases.against_peers(profile)}.", *_notes(profile.nodes))
    table = _nodes(profile.nodes, profile)
    return Section("pillars", "Pillars", sentences, table, ("id", "title"), _NODE, _POINTS)


def _notes(lines: Sequence[NodeLine]) -> tuple[str, ...]:
    """Return what nodes' names do not say, of adoption barriers that fewer is higher."""
    return tuple(f"{line.title}: {line.note}." for line in lines if line.note)


def layers(profile: CountryProfile) -> Section | None:
    """Return the parts of the second tree."""
    view = next((view for view in profile.views if view.reading == profile.framework.reading), None)
    if view is None:
        return None
    sentences = (f"{phrases.of_view(view)}.", phrases.held_back(profile), *_notes(view.lines))
    return Section(
        "layers",
        view.name,
        tuple(filter(None, sentences)),
        _nodes(view.lines, profile),
        ("id", "title"),
        _NODE,
        _POINTS,
    )


def neighbours(profile: CountryProfile) -> Section | None:
    """Return the countries nearest in rank."""
    if not profile.neighbours:
        return None
    lines = [
        (
            item.code,
            item.name,
            item.rank,
            *((item.range.low, item.range.high) if item.range else (None, None)),
            item.score,
        )
        for item in profile.neighbours
    ]
    table = Table(("country", "name", "rank", "rank_low", "rank_high", "score"), tuple(lines))
    return Section(
        "neighbours",
        "The countries nearest in rank",
        (),
        table,
        ("country", "name"),
        ("name", "rank", "rank_low", "rank_high", "score"),
        _POINTS,
    )


def income(profile: CountryProfile) -> Section | None:
    """Return the score beside that expected at the country's income."""
    income = profile.findings.income
    if income is None:
        return None
    columns = ("income", "year", "expected", "residual", "rank", "of")
    table = rows([income], columns)
    sentence = phrases.beyond_income(profile)
    return Section("income", "Beyond income", (sentence,), table, (), columns, ("expected", "residual"))


def strengths(profile: CountryProfile) -> Section | None:
    """Return the strengths and weaknesses."""
    if not profile.strengths:
        return None
    groups = (("strength", profile.strengths), ("weakness", profile.weaknesses))
    lines = [(kind, *row) for kind, lines in groups for row in rows(lines, _MARKED).rows]
    return Section(
        "strengths",
        "Strengths and weaknesses",
        (phrases.marks_note(profile),),
        Table(("kind", *_MARKED), tuple(lines)),
        ("kind", "id", "title", "unit"),
        ("kind", "title", "value", "rank", "of"),
    )


def confidence(profile: CountryProfile) -> Section:
    """Return the grade and what it is made of."""
    grade = profile.findings.grade
    return Section(
        "confidence",
        f"Confidence {grade.letter}",
        (f"{phrases.confidence(profile)}.",),
        rows(grade.criteria, ("name", "letter", "value", "text")),
        ("name", "letter", "text"),
        ("letter", "text"),
    )


def direction(profile: CountryProfile) -> Section | None:
    """Return how figures with a history have moved."""
    found = profile.findings.direction
    if found is None:
        return None
    columns = ("id", "title", "unit", "before", "before_year", "after", "after_year", "points")
    return Section(
        "direction",
        "Direction",
        (f"{': '.join(phrases.direction_tile(profile))}.",),
        rows((*found.ups, *found.downs), columns),
        ("id", "title", "unit"),
        ("title", "before", "after", "points"),
    )


def figures(profile: CountryProfile) -> Section:
    """Return every figure with its source."""
    columns = ("id", "title", "value", "unit", "year", "score", "rank", "of", "flag", "source", "url", "note")

    def row(line: FigureLine) -> tuple[Any, ...]:
        own = {"source": line.source.publisher, "url": line.source.url}
        return tuple(own[name] if name in own else getattr(line, name) for name in columns)

    sentences = (f"{phrases.coverage(profile)}.", phrases.missing(profile))
    return Section(
        "figures",
        "All figures",
        sentences,
        Table(columns, tuple(map(row, profile.figures))),
        ("id", "title", "unit", "flag", "source", "url", "note"),
        ("title", "value", "year", "score", "rank", "flag"),
        _POINTS,
    )


def changes(profile: CountryProfile) -> Section | None:
    """Return what has changed since an earlier edition."""
    found = profile.findings.changes
    if found is None:
        return None
    return Section(
        "changes",
        f"Changes since {found.old_edition}",
        (f"{phrases.changed(profile)}.", phrases.changed_note(profile)),
        rows(found.parts, ("id", "title", "score", "rank")),
        ("id", "title"),
        ("title", "score", "rank"),
    )


def context(profile: CountryProfile) -> Section | None:
    """Return the figures that are reported and not scored."""
    if not profile.facts:
        return None
    lines = [
        (fact.id, fact.title, fact.value, fact.unit, fact.year, fact.source.publisher)
        for fact in profile.facts
    ]
    return Section(
        "context",
        "In context, not scored",
        (),
        Table(("id", "title", "value", "unit", "year", "source"), tuple(lines)),
        ("id", "title", "unit", "source"),
        ("title", "value", "unit", "year"),
    )


def method(profile: CountryProfile) -> Section:
    """Return every step of the method in words."""
    return Section("method", "Method", tuple(words.sentences(profile.framework)))


def sources(profile: CountryProfile) -> Section:
    """Return the sources with their licences."""
    columns = ("number", "publisher", "dataset", "licence", "redistribute", "vintage", "retrieved", "url")
    return Section(
        "sources",
        "Sources",
        (phrases.citation(profile),),
        rows(profile.sources, columns),
        columns[1:],
        ("number", "publisher"),
    )
