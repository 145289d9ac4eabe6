"""The method page: every step in words, the tree with its weights, and what the audit says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import get_args

from readiness.definitions.framework import Node
from readiness.engine.audit.finding import Audit, Finding
from readiness.engine.audit.thresholds import BY_CHECK, Verdict
from readiness.export.text import number
from readiness.index import Index
from readiness.scores import Scores

_VERDICTS: tuple[Verdict, ...] = tuple(verdict for verdict in get_args(Verdict) if verdict != "info")


@dataclass(frozen=True)
class Branch:
    """A part of the tree: its weight within its parent as a share, and how it puts its parts together."""

    id: str
    title: str
    note: str | None
    description: str
    depth: int
    share: float | None
    aggregation: str
    indicator: bool


@dataclass(frozen=True)
class Judged:
    """A finding of the audit, as it is printed."""

    verdict: str
    check: str
    what: str
    subject: str
    value: str
    threshold: str
    detail: str
    advice: str


@dataclass(frozen=True)
class Likeness:
    """How far the ranks agree with another series or a published index: Spearman's rho, its interval, n."""

    title: str
    value: str
    interval: str
    n: int | None


def tree(scores: Scores, index: Index) -> tuple[Branch, ...]:
    """Return the tree with the weights that were used, as shares of the parent."""
    shares: dict[str, float | None] = {}
    for node in scores.framework.tree.nodes():
        weights = scores.weights.get(node.id)
        common = weights is not None and weights.ndim == 1 and weights.sum() > 0
        for place, part in enumerate(node.parts):
            shares[part.id] = (
                float(weights[place] / weights.sum()) if common and weights is not None else None
            )
    found = []
    for depth, part in scores.framework.tree.walk():
        inner = isinstance(part, Node)
        found.append(Branch(
            part.id, part.title if isinstance(part, Node) else index.indicators[part.id].name,
            part.note if isinstance(part, Node) else None,
            ((part.description if isinstance(part, Node) else None) or "").strip(), depth,
            shares.get(part.id), _aggregation(part) if isinstance(part, Node) else "", not inner,
        ))  # fmt: skip
    return tuple(found)


def _aggregation(node: Node) -> str:
    method = node.aggregation
    if method is None:
        return ""
    return f"power mean, p = {method.p:g}" if method.method == "power" else method.method


def findings(audit: Audit, index: Index) -> tuple[Judged, ...]:
    """Return the findings that fail or warn, the fails first."""
    titles = {name: series.name for name, series in index.indicators.items()}
    found = []
    for verdict in ("fail", "warn"):
        for item in audit.findings:
            if item.verdict != verdict:
                continue
            rule = BY_CHECK[item.check]
            subject = " | ".join(titles.get(name, name) for name in (item.subject, item.other) if name)
            value = f"{item.value:.1%}" if rule.form == "share" else number(_finite(item.value), 2)
            found.append(Judged(
                verdict, item.check, rule.what, subject, "" if rule.form == "listed" else value, rule.text,
                item.detail, item.advice,
            ))  # fmt: skip
    return tuple(found)


def counts(audit: Audit) -> dict[str, int]:
    """Return how many findings have each verdict."""
    return {verdict: audit.count(verdict) for verdict in _VERDICTS}


def likenesses(audit: Audit, index: Index) -> tuple[Likeness, ...]:
    """Return how far the ranks agree with income and with published indices, the closest first."""
    found = [
        item for item in audit.findings
        if item.check in ("published", "income") and _finite(item.value) is not None
    ]  # fmt: skip
    found.sort(key=lambda item: -item.value)
    return tuple(
        Likeness(_title(item, index), number(item.value, 2),
                 "" if _finite(item.low) is None else f"{item.low:.2f} to {item.high:.2f}", item.n)
        for item in found
    )  # fmt: skip


def _title(item: Finding, index: Index) -> str:
    if item.check == "income":
        return index.indicators[item.other].name if item.other in index.indicators else item.other
    published = index.definitions.validation.get(item.subject)
    return item.subject if published is None else f"{published.name} ({published.source.publisher})"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
