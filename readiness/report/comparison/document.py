"""The reports on several countries as documents: HTML and PDF."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.report import design as designs
from readiness.report import html, stamp
from readiness.report.attachment import Attachment
from readiness.report.batch import Making
from readiness.report.comparison.league import LeagueTable
from readiness.report.comparison.model import SideBySide

SIDES, LEAGUE = "comparison/sides.html.j2", "comparison/league.html.j2"


def content(
    report: SideBySide | LeagueTable, making: Making, attachments: Sequence[Attachment] = ()
) -> bytes:
    """Return a report as `pdf` or `html`; the same report and versions give the same bytes.

    Raises
    ------
    MissingLibraryError
        When PDF is wanted and Pango is not installed.
    ReadinessError
        When a template of the publisher's own is at fault.
    """
    look = making.design or designs.default()
    day = stamp.dated_by(report.sources, report.framework.year)
    template = LEAGUE if isinstance(report, LeagueTable) else SIDES
    web = making.form == "html"
    text = html.document(template, look, day, inline=web, report=report)
    if web:
        return text.encode("utf-8")
    from readiness.report import pdf

    variant: pdf.Variant = "pdf/a-3a" if making.pdfa else "pdf/ua-1"
    return pdf.document(text, look, day, variant=variant, attachments=attachments)
