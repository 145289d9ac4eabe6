"""The sections of what a country can do: the plan, what an income buys, posture, moves."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from readiness.report import phrases
from readiness.report.model import CountryProfile
from readiness.report.outline.section import Section, rows

if TYPE_CHECKING:
    from readiness.analysis.posture import LayerPosture


def plan(profile: CountryProfile) -> Section | None:
    """Return every step of the plan."""
    sizing = profile.findings.sizing
    if sizing is None:
        return None
    columns = ("id", "title", "low", "mid", "high", "unit", "formula")
    sentences = (f"{phrases.plan(profile)}.", phrases.plan_note(profile), phrases.left_out(profile))
    return Section(
        "plan",
        "The plan",
        tuple(filter(None, sentences)),
        rows(sizing.steps, columns),
        ("id", "title", "unit", "formula"),
        ("title", "low", "mid", "high", "unit"),
    )


def inputs(profile: CountryProfile) -> Section | None:
    """Return every input of the plan with its source."""
    sizing = profile.findings.sizing
    if sizing is None:
        return None
    columns = ("key", "name", "low", "mid", "high", "unit", "year", "publisher", "url", "how_known")
    return Section(
        "inputs",
        "Inputs of the plan",
        (),
        rows(sizing.inputs, columns),
        ("key", "name", "unit", "year", "publisher", "url", "how_known"),
        ("key", "low", "mid", "high", "unit"),
    )


def affordability(profile: CountryProfile) -> Section | None:
    """Return how many GPU-hours a year's income buys."""
    found = profile.findings.affordability
    if found is None:
        return None
    sentences = (f"{phrases.affordable(profile)}.", phrases.affordable_note(profile))
    columns = [field.name for field in fields(found) if field.name != "series"]
    return Section(
        "affordability",
        "GPU-hours a year's income buys",
        tuple(filter(None, sentences)),
        rows([found], columns),
        ("country",),
    )


def prices(profile: CountryProfile) -> Section | None:
    """Return the dated prices behind it."""
    found = profile.findings.affordability
    if found is None or not found.series:
        return None
    columns = [field.name for field in fields(found.series[0])]
    return Section(
        "prices",
        "Price of an hour of one H100",
        (),
        rows(found.series, columns),
        (),
        ("year", "low", "median", "high"),
    )


def serving(profile: CountryProfile) -> Section | None:
    """Return what it takes to serve an open model."""
    found = profile.findings.serving
    if found is None:
        return None
    columns = [field.name for field in fields(found)]
    sentences = (f"{phrases.serving(profile)}.", phrases.serving_note(profile))
    return Section(
        "serving",
        "What can run here",
        tuple(filter(None, sentences)),
        rows([found], columns),
        ("country", "model", "licence"),
    )


def posture(profile: CountryProfile) -> Section | None:
    """Return the posture of each layer, with its rule."""
    if not profile.findings.posture:
        return None
    columns = ("id", "title", "posture", "label", "words", "reason", "rule")
    each = (f"{layer.title}. {_said(layer)}" for layer in profile.findings.posture)
    return Section(
        "posture",
        "Posture by layer",
        (f"{phrases.posture(profile)}.", *each),
        rows(profile.findings.posture, columns),
        columns,
    )


def _said(layer: LayerPosture) -> str:
    """Return the reason, which begins with the posture but for rent: that is what is left."""
    begin = f"{phrases.stance(layer).capitalize()}. " if layer.posture == "rent" else ""
    return f"{begin}{layer.reason}"


def leapfrog(profile: CountryProfile) -> Section | None:
    """Return the layers ahead of those below them."""
    found = profile.findings.leapfrog
    if found is None:
        return None
    sentences = (f"{phrases.leapfrog(profile)}.", phrases.leapfrog_note(profile))
    columns = ("id", "title", "score", "expected", "residual", "share", "candidate")
    return Section(
        "leapfrog",
        "Leapfrog",
        tuple(filter(None, sentences)),
        rows(found.leaps, columns),
        ("id", "title"),
        ("title", "score", "expected", "share"),
        ("score", "expected"),
    )


def moves(profile: CountryProfile) -> Section | None:
    """Return the best feasible moves."""
    found = profile.findings.moves
    if found is None:
        return None
    columns = (
        "id",
        "title",
        "unit",
        "before",
        "after",
        "score_change",
        "rank_before",
        "rank_after",
        "places",
        "gain3",
        "peer_code",
        "peer_name",
        "peer_from",
        "peer_to",
        "peer_start",
        "peer_end",
    )
    return Section(
        "moves",
        "Moves",
        (f"{phrases.best_move(profile)}.", phrases.moves_note(profile)),
        rows(found.moves, columns),
        ("id", "title", "unit", "peer_code", "peer_name"),
        ("title", "before", "after", "score_change", "places", "gain3"),
    )
