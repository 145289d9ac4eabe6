"""A country's profile as a notebook shows it."""

from __future__ import annotations

from readiness.export import printed
from readiness.export.printed import Column, Printed
from readiness.export.text import number
from readiness.report import phrases
from readiness.report.model import CountryProfile


def shown(profile: CountryProfile) -> str:
    """Return the scores down the tree with their ranges, beside the medians of the peers, as HTML."""
    lines = profile.nodes
    scores = [line.score for line in lines]
    within = [None if line.low is None or line.high is None else (line.low, line.high) for line in lines]
    columns = [
        Column("part", "Part", [line.title for line in lines], [line.title for line in lines], "left"),
        Column("score", "Score", [number(score, 1) for score in scores], scores),
        Column("range", "Nine of ten draws", [_between(ends) for ends in within], within),
    ]
    for at, peers in enumerate(profile.peers):
        medians = [line.medians[at] for line in lines]
        columns.append(
            Column(peers.key, f"Median, {peers.label}", [number(value, 1) for value in medians], medians)
        )
    notes = [f"{profile.framework.name}. {phrases.citation(profile)}", f"Inputs {profile.fingerprint[:16]}."]
    depths = [max(0, line.depth - 1) for line in lines]
    return printed.fragment(Printed(f"{phrases.headline(profile)}.", columns, notes, depths))


def _between(ends: tuple[float, float] | None) -> str:
    return number(None) if ends is None else f"{ends[0]:.1f}\N{EN DASH}{ends[1]:.1f}"
