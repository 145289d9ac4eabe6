"""`readiness report --compare` and `--league`: one report on several countries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from readiness.cli import common
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.index import Index
    from readiness.report.attachment import Attachment
    from readiness.report.batch import Making, Outcome
    from readiness.report.comparison import LeagueTable, SideBySide
    from readiness.scores import Scores

FORMS = ("pdf", "html")


def write(
    index: Index, scores: Scores, codes: list[str] | None, group: str | None, output: Path | None,
    making: Making, *, league: bool,
) -> None:  # fmt: skip
    """Write the report, and print its file.

    Parameters
    ----------
    codes, group
        The countries that were chosen, and the group where they are one; None for all.
    league
        Print the table in bands, whatever the number of countries.
    """
    from readiness.export import files
    from readiness.report.comparison import document

    report = _report(index, scores, codes, group, league=league)
    path = target(output, "league" if league else "comparison", making.form)
    attached = () if making.form == "html" else attachments(index, scores, codes)
    files.writable(path.parent)
    files.write(path, document.content(report, making, attached))
    common.progress(path)


def _report(
    index: Index, scores: Scores, codes: list[str] | None, group: str | None, *, league: bool
) -> LeagueTable | SideBySide:
    from readiness.report import comparison
    from readiness.report.groups import called

    if not league and codes is None:
        raise ReadinessError(
            "no countries to compare are named", "Try --compare KEN RWA, --compare --group asean, or --league"
        )
    large = group is not None and len(codes or ()) > comparison.MOST
    beyond = index.beyond_income(scores.framework.id)
    if not league and not large:
        return comparison.side_by_side(codes or [], scores, index.figures, index.countries, beyond)
    if league and codes is not None and group is None:
        raise ReadinessError("--league is of all countries, or of a group", "For some: --compare")
    name = None if group is None else called(index.countries, group)
    table = comparison.table(scores, index.figures, codes=codes, group=name)
    if league or codes is None or len(codes) > comparison.LARGE:
        return table
    beside = comparison.collected(codes, scores, index.figures, index.countries, beyond)
    return replace(table, beside=beside)


def bind(
    index: Index, scores: Scores, outcomes: Sequence[Outcome], group: str | None, path: Path, making: Making
) -> None:
    """Bind the reports that are there into one PDF, and print its file.

    Parameters
    ----------
    group
        The group where the countries are one; None for all, or some.
    """
    from readiness.report import comparison, compendium
    from readiness.report.groups import called

    name = None if group is None else called(index.countries, group)
    codes = [outcome.country for outcome in outcomes]
    names = {code: index.countries[code].name for code in codes}
    table = replace(comparison.table(scores, index.figures), group=name)
    there = [
        compendium.Entry(outcome.country, names[outcome.country], outcome.path)
        for outcome in outcomes
        if outcome.error is None
    ]
    missing = [names[outcome.country] for outcome in outcomes if outcome.error is not None]
    compendium.write(path, there, table, scores, making, missing)
    common.progress(path)


def target(output: Path | None, stem: str, form: str) -> Path:
    """Return the file: the one that is named, else `comparison.pdf` in the folder that is."""
    if output is not None and (ending := common.file_type(output)):
        if ending.removeprefix(".") not in FORMS:
            raise ReadinessError(f"{output} is not a name for a report", "End it in .pdf or .html")
        return output
    return (output or Path()) / f"{stem}.{form}"


def form_of(output: Path | None, form: str | None) -> str:
    """Return the format: from the option, else from the file's ending."""
    ending = (common.file_type(output) or "").removeprefix(".") if output else ""
    if form and ending in FORMS and ending != form:
        raise ReadinessError(f"{output} is not a name for {form}", f"End it in .{form}")
    return form or (ending if ending in FORMS else "pdf")


def attachments(index: Index, scores: Scores, codes: Sequence[str] | None) -> tuple[Attachment, ...]:
    """Return the tables that travel inside: the league table, and the countries side by side."""
    from readiness.analysis.compare import compare
    from readiness.export import tables
    from readiness.report.attachment import Attachment

    league = tables.to_csv(scores.rows("pillar"))
    found = [Attachment("league-table.csv", league, "League table of the edition", "text/csv")]
    if codes is not None:
        side = tables.to_csv(compare(scores, codes, index.indicators, level="all"))
        found.append(Attachment("comparison.csv", side, "Scores of the countries side by side", "text/csv"))
    return tuple(found)


def refuse(given: dict[str, object]) -> None:
    """Refuse options that are for reports on one country.

    Raises
    ------
    ReadinessError
        When one of them is given.
    """
    wrong = [name for name, value in given.items() if value]
    if wrong:
        raise ReadinessError(f"{wrong[0]} is for reports on one country each", "Leave it out")
