"""`readiness audit`: every check of a framework with its number, its threshold and what to do."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli import common
from readiness.errors import counted

if TYPE_CHECKING:
    from readiness.engine.audit import Audit, Finding
    from readiness.engine.audit.thresholds import Threshold, Verdict

_WIDTH = 80


@click.command()
@click.option("--section", metavar="NAME", help="Everything of one part: coherence, weights, robustness, "
              "comparison, data, components, outliers.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Passes and listed numbers too.")
@common.index_options
@common.output_options("table", "csv", "json")
def command(
    section: str | None, everything: bool, folder: Path | None, framework: str | None, form: str | None,
    output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Audit a framework: coherence, weights, robustness, comparison, data.

    \b
    readiness audit
    readiness audit --framework scale
    readiness audit --section components
    readiness audit --format csv -o audit.csv

    The table shows what fails or warns, its number, the threshold and what to
    do; csv and json carry everything. CSV columns: section,check,subject,
    other,verdict,value,low,high,n,threshold,detail,advice. A fail that the
    framework accepts (`audit: accept:`) is a warning that gives the reason.
    Exit code 1 when a check fails; warnings are none.
    """
    from readiness.cli.robustness import drawn
    from readiness.engine.audit import SECTIONS
    from readiness.export import tables

    section = common.section_of(section, SECTIONS)
    index = common.load(folder)
    drawn(index.scores(framework))
    found = index.audit(framework)
    common.deliver(
        {
            "table": lambda: text(found, section, everything=everything),
            "csv": lambda: tables.to_csv(found.rows(section), bom=bom),
            "json": lambda: tables.to_json(head(found), "findings", found.rows(section)),
        },
        form, output, name="audit",
    )  # fmt: skip
    if found.failed:
        sys.exit(1)


def head(found: Audit) -> dict[str, Any]:
    """Return what a JSON document says of the audit as a whole: counts and thresholds."""
    from readiness.cli.scores import head as of
    from readiness.engine.audit import THRESHOLDS

    verdicts: tuple[Verdict, ...] = ("fail", "warn", "pass", "not assessed", "info")
    rules = [{"check": rule.check, "what": rule.what, "threshold": rule.text} for rule in THRESHOLDS]
    return {
        **of(found.scores),
        "verdicts": {name: found.count(name) for name in verdicts},
        "thresholds": rules,
    }


def text(found: Audit, section: str | None, *, everything: bool) -> str:
    """Return the audit for the terminal, a paragraph a check, the fails first."""
    from readiness.engine.audit import INFORMATION, THRESHOLDS

    framework = found.scores.framework
    edition = f", edition {framework.edition}" if framework.edition else ""
    shown = [item for item in found.findings if section in (None, item.section)]
    lines = [f"{framework.name}{edition}: audit of {framework.id!r}", ""]
    if section is None and not everything:
        shown = [item for item in shown if item.verdict in ("fail", "warn")]
    for verdict in ("fail", "warn"):
        for rule in THRESHOLDS:
            group = [item for item in shown if (item.check, item.verdict) == (rule.check, verdict)]
            lines += _paragraph(rule, group, verdict) if group else []
    for rule in THRESHOLDS:
        group = [item for item in shown if item.check == rule.check and item.verdict == "pass"]
        lines += _paragraph(rule, group, "pass") if group else []
    for rule in THRESHOLDS:
        group = [item for item in shown if item.check == rule.check and item.verdict == "not assessed"]
        lines += _paragraph(rule, group, "not assessed") if group else []
    for check, (_, what) in INFORMATION.items():
        group = [item for item in shown if item.check == check]
        lines += [*_wrap(f"{check}: {what}", hang=6), *_rows(group), ""] if group else []
    return "\n".join([*lines, *_summary(found, section, everything)]) + "\n"


def _summary(found: Audit, section: str | None, everything: bool) -> list[str]:
    counts = ", ".join((
        counted(found.count("fail"), "fail"), counted(found.count("warn"), "warning"),
        counted(found.count("pass"), "pass", "passes"), f"{found.count('not assessed')} not assessed",
    ))  # fmt: skip
    lines = [counts]
    if section is None and not everything:
        if found.count("not assessed"):
            lines += _wrap("Why what is not assessed is not: --all.")
        lines += _wrap("Everything: --all. One part: --section coherence, weights, robustness, comparison, "
                       "data, components or outliers.")  # fmt: skip
    return lines


def _paragraph(rule: Threshold, group: list[Finding], verdict: str) -> list[str]:
    """Return a check's heading, its findings, and each piece of advice once."""
    name = verdict.upper() if verdict == "fail" else verdict
    lines = _wrap(f"{name}  {rule.check}: {rule.what} ({rule.text})", hang=len(name) + 2)
    lines += _rows(group)
    for advice in dict.fromkeys(item.advice for item in group if item.advice):
        lines += _wrap(f"> {advice}", indent=2, hang=4)
    return [*lines, ""]


def _rows(group: list[Finding]) -> list[str]:
    """Return an aligned line a finding; what is known of it stands beside, or below where it is narrow."""
    from readiness.engine.audit.thresholds import BY_CHECK

    labels = [f"{item.subject} | {item.other}" if item.other else item.subject for item in group]
    forms = [BY_CHECK[item.check].form if item.check in BY_CHECK else "number" for item in group]
    numbers = [_number(item, form) for item, form in zip(group, forms, strict=True)]
    first, second = max(map(len, labels)), max(map(len, numbers))
    longest = max(len(item.detail) for item in group)
    narrow = first + second + 6 + min(longest, 34) > _WIDTH
    beside = 0 if narrow else first + second + 6
    lines = []
    for label, number, item in zip(labels, numbers, group, strict=True):
        start = f"  {label:<{first}}  {number:>{second}}".rstrip()
        if beside:
            lines += _wrap(f"{start:<{beside - 2}}  {item.detail}".rstrip(), hang=beside)
        else:
            lines += [start, *(_wrap(item.detail, indent=6, hang=6) if item.detail else ())]
    return lines


def _number(item: Finding, form: str) -> str:
    from readiness.export.text import MISSING, number
    from readiness.scores import plain

    value = plain(item.value)
    if value is None:
        return "" if form == "listed" else MISSING
    if form == "share":
        return f"{value:.1%}"
    if form in ("years", "count") or item.check in ("outliers", "clipped", "treated", "disagreement"):
        return f"{value:g}"
    # Three decimals: 0.952 is a duplicate, 0.95 is none.
    return number(value, 3)


def _wrap(line: str, *, indent: int = 0, hang: int = 0) -> list[str]:
    """Wrap a line to 80 columns; where stdout is no terminal too, so that files read the same."""
    width = min(common.screen() or _WIDTH, 100)
    lead = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(line, width, initial_indent=" " * indent, subsequent_indent=" " * hang or lead,
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip
