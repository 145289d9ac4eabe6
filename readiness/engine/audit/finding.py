"""What an audit finds: one `Finding` a check and subject, and all of them as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from readiness.engine.audit.thresholds import BY_CHECK, INFORMATION, THRESHOLDS, Threshold, Verdict
from readiness.scores import Scores, Table, plain

COLUMNS = ("section", "check", "subject", "other", "verdict", "value", "low", "high", "n", "threshold",
           "detail", "advice")  # fmt: skip


class Acceptance(Protocol):
    """An exception that a framework accepts: a check, its subject, and the reason."""

    @property
    def check(self) -> str:
        """The id of the check."""

    @property
    def subject(self) -> str:
        """What it was found on."""

    @property
    def reason(self) -> str:
        """Why it stays."""


@dataclass(frozen=True)
class Finding:
    """One result: of a check on a subject, or a number listed without a verdict.

    `value` is the number (NaN where there is none), `low` and `high` an interval around it,
    `n` how many countries it rests on; `other` is the second subject: the other indicator,
    pillar, index or component.
    """

    check: str
    subject: str
    verdict: Verdict
    value: float = float("nan")
    other: str = ""
    low: float = float("nan")
    high: float = float("nan")
    n: int | None = None
    detail: str = ""
    advice: str = ""

    @property
    def section(self) -> str:
        """The part of the audit it belongs to."""
        return BY_CHECK[self.check].section if self.check in BY_CHECK else INFORMATION[self.check][0]

    @property
    def threshold(self) -> str:
        """The thresholds of its check in words, empty where there is none."""
        return BY_CHECK[self.check].text if self.check in BY_CHECK else ""


def judged(
    check: str, subject: str, value: float, *, other: str = "", n: int | None = None,
    low: float = float("nan"), high: float = float("nan"), detail: str = "",
) -> Finding:  # fmt: skip
    """Judge a number by the threshold of its check."""
    rule: Threshold = BY_CHECK[check]
    verdict = rule.verdict(value)
    advice = rule.advise(value) if verdict in ("fail", "warn") else ""
    return Finding(check, subject, verdict, value, other, low, high, n, detail, advice)


def unassessed(check: str, subject: str, why: str, other: str = "") -> Finding:
    """Return the finding of a check that could not be made."""
    return Finding(check, subject, "not assessed", other=other, detail=why)


def noted(
    check: str, subject: str, value: float, *, other: str = "", n: int | None = None, detail: str = ""
) -> Finding:
    """Return a number that is listed without a verdict."""
    return Finding(check, subject, "info", value, other, n=n, detail=detail)


@dataclass(frozen=True)
class Audit:
    """The findings on one framework, in the order of the thresholds, then the listed numbers."""

    scores: Scores
    findings: tuple[Finding, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many findings have a verdict."""
        return sum(item.verdict == verdict for item in self.findings)

    @property
    def failed(self) -> bool:
        """Whether any check fails."""
        return any(item.verdict == "fail" for item in self.findings)

    def having(self, *verdicts: Verdict) -> tuple[Finding, ...]:
        """Return the findings of these verdicts."""
        return tuple(item for item in self.findings if item.verdict in verdicts)

    def rows(self, section: str | None = None) -> Table:
        """Return the findings as a table, of one section or of all.

        Columns: `section,check,subject,other,verdict,value,low,high,n,threshold,detail,advice`.
        """
        rows = [
            (item.section, item.check, item.subject, item.other, item.verdict, plain(item.value),
             plain(item.low), plain(item.high), item.n, item.threshold, item.detail, item.advice)
            for item in self.findings
            if section in (None, item.section)
        ]  # fmt: skip
        return Table(COLUMNS, tuple(rows))


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put findings in the order of the thresholds, then of the listed numbers; else as they came."""
    place = {name: number for number, name in enumerate([*(item.check for item in THRESHOLDS), *INFORMATION])}
    return tuple(sorted(findings, key=lambda item: place[item.check]))


def accepted(findings: Sequence[Finding], accept: Sequence[Acceptance]) -> list[Finding]:
    """Turn every fail that the framework accepts into a warning that gives the reason.

    An exception without a fail to accept is itself a warning: it is no longer needed.
    """
    reasons = {(item.check, item.subject): item.reason for item in accept}
    found = [
        replace(item, verdict="warn", advice=f"Accepted: {reasons[item.check, item.subject]}")
        if item.verdict == "fail" and (item.check, item.subject) in reasons
        else item
        for item in findings
    ]
    needed = {(item.check, item.subject) for item in findings if item.verdict == "fail"}
    for check, subject in reasons:
        if (check, subject) not in needed:
            now = next(
                (item.verdict for item in findings if (item.check, item.subject) == (check, subject)), None
            )
            why = f"the check says {now!r}" if now else "no check has this id and subject"
            advice = BY_CHECK["exception"].advice
            found.append(
                Finding(
                    "exception",
                    subject,
                    "warn",
                    other=check,
                    detail=f"no longer needed: {why}",
                    advice=advice,
                )
            )
    return found
