"""`readiness indicators`: what is measured, or one indicator in full."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli import common
from readiness.errors import UnknownNameError, counted, did_you_mean

if TYPE_CHECKING:
    from readiness.definitions.indicator import Series
    from readiness.index import Index
    from readiness.scores import Scores, Table


@click.command()
@click.argument("indicator", metavar="[ID]", required=False)
@click.option(
    "--licences", "show_licences", is_flag=True, help="Publisher, licence and page of every series."
)
@click.option(
    "--software", is_flag=True, help="The libraries it runs with: version, licence, who asks for each."
)
@click.option("--stale", is_flag=True, help="What is past its maximum age or has newer figures at hand.")
@common.index_options
@common.output_options("table", "csv", "json")
def command(
    indicator: str | None, show_licences: bool, software: bool, stale: bool, folder: Path | None,
    framework: str | None, form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """List the indicators with coverage after selection, or show one in full.

    \b
    readiness indicators
    readiness indicators electricity_access
    readiness indicators electricity_access --format csv
    readiness indicators --licences --format csv
    readiness indicators --software
    readiness indicators --stale

    Coverage is the share of countries with a figure young enough to count (or
    a declared zero). CSV of one indicator is its figures, one a row.

    --stale says by pillar, oldest first, how long each series' newest figure
    still counts, for how many countries the latest is past its maximum age,
    and how many newer figures the last `readiness update` (a --dry-run, too)
    heard of and did not write. CSV columns: indicator,name,pillar,
    latest_year,max_age,years_left,countries,too_old,newer,retrieved.
    """
    from readiness.analysis import catalogue
    from readiness.export import tables

    if software:
        _software(form, output, bom)
        return
    index = common.load(folder)
    scores = index.scores(framework)
    if indicator is not None:
        if indicator not in index.indicators:
            hint = did_you_mean(indicator, index.indicators) or "`readiness indicators` lists them"
            raise UnknownNameError(f"unknown indicator {indicator!r}", hint)
        one = index.indicators[indicator]
        figures = catalogue.figures_of(index.figures, indicator, index.countries)
        common.deliver(
            {
                "table": lambda: in_full(index, scores, one),
                "csv": lambda: tables.to_csv(figures, bom=bom),
                "json": lambda: tables.to_json(definition(index, one), "figures", figures),
            },
            form, output, name=indicator,
        )  # fmt: skip
        return
    if stale:
        _stale(index, scores, form, output, bom)
        return
    if show_licences:
        table = catalogue.licences(index.indicators, list(index.indicators))
    else:
        table = catalogue.overview(scores, index.figures, index.definitions.folders)
    common.deliver(
        {
            "table": lambda: licence_text(table) if show_licences else overview_text(table, scores),
            "csv": lambda: tables.to_csv(table, bom=bom),
            "json": lambda: tables.to_json({"framework": scores.framework.id}, "indicators", table),
        },
        form, output, name="licences" if show_licences else "indicators",
    )  # fmt: skip


def _software(form: str | None, output: Path | None, bom: bool) -> None:
    from readiness.cli import software
    from readiness.export import tables

    table = software.software()
    common.deliver(
        {
            "table": lambda: software.software_text(table),
            "csv": lambda: tables.to_csv(table, bom=bom),
            "json": lambda: tables.to_json({}, "software", table),
        },
        form, output, name="software",
    )  # fmt: skip


def _stale(index: Index, scores: Scores, form: str | None, output: Path | None, bom: bool) -> None:
    from readiness.analysis.stale import stale
    from readiness.export import tables
    from readiness.updating.folder import last_snapshot
    from readiness.updating.run import newer

    snapshot = last_snapshot(index.definitions.root)
    known = {} if snapshot is None else newer(index.definitions, snapshot)
    table = stale(scores, index.figures, index.definitions.folders, known)
    count = len(index.indicators)
    common.deliver(
        {
            "table": lambda: stale_text(table, scores, count, None if snapshot is None else snapshot.name),
            "csv": lambda: tables.to_csv(table, bom=bom),
            "json": lambda: tables.to_json({"framework": scores.framework.id}, "stale", table),
        },
        form, output, name="stale",
    )  # fmt: skip


def stale_text(table: Table, scores: Scores, count: int, snapshot: str | None) -> str:
    """Return what is getting old for the terminal, a block a pillar."""
    from readiness.export.text import MISSING, Column, render

    titles = {node.id: node.title for node in scores.framework.tree.nodes()}
    parts = [common.wrapped(
        f"{len(table.rows)} of {counted(count, 'series', 'series')} are past their maximum age for some "
        f"country, in their last year, or have newer figures at hand; as of {scores.framework.year}."
    ) + "\n"]  # fmt: skip
    for pillar in dict.fromkeys(row[2] for row in table.rows):
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows if row[2] == pillar]
        columns = [
            Column("Series", [row["indicator"] for row in rows], "left", key=True),
            Column("Newest", [str(row["latest_year"] or MISSING) for row in rows]),
            Column(
                "Years left",
                [MISSING if row["years_left"] is None else str(row["years_left"]) for row in rows],
            ),
            Column(
                "Too old",
                [f"{row['too_old']} of {row['countries']}" if row["too_old"] else "" for row in rows],
            ),
            Column("Newer", [f"{row['newer']:,}" if row["newer"] else "" for row in rows]),
            Column("Retrieved", [row["retrieved"] or MISSING for row in rows], "left"),
        ]
        parts.append(f"\n{titles.get(pillar, pillar)}\n{render(columns, common.screen())}")
    heard = f"of {snapshot}" if snapshot else "not known before a `readiness update --dry-run`"
    parts.append("\n" + common.wrapped(
        "Years left: how long the newest figure still counts, negative where none does. Too old: countries "
        f"whose latest figure is past the age. Newer: figures that the sources had in the snapshot {heard}."
        if snapshot else "Years left: how long the newest figure still counts, negative where none does. Too "
        f"old: countries whose latest figure is past the age. Newer figures: {heard}."
    ) + "\n")  # fmt: skip
    return "".join(parts)


def overview_text(table: Table, scores: Scores) -> str:
    """Return the list for the terminal, a block a pillar."""
    from readiness.export.text import MISSING, Column, render

    screen = common.screen()
    scored = set(scores.matrix.indicators)
    titles = {node.id: node.title for node in scores.framework.tree.nodes()}
    parts = [f"{counted(len(scored), 'indicator')} scored by {scores.framework.id!r}, "
             f"{len(scores.countries)} countries\n"]  # fmt: skip
    for pillar in dict.fromkeys(row[2] for row in table.rows):
        rows = [row for row in table.rows if row[2] == pillar]
        heading = titles.get(pillar, pillar or "top") if rows[0][0] in scored else f"{pillar} (not scored)"
        columns = [
            Column("Indicator", [row[0] for row in rows], "left"),
            Column("Coverage", [f"{row[6]:.0%}" for row in rows]),
            Column("Latest", [str(row[8] or MISSING) for row in rows]),
            Column("Unit", [_cut(row[4], screen) for row in rows], "left"),
        ]
        parts.append(f"\n{heading}\n{render(columns, None)}")
    parts.append("\nOne in full: readiness indicators ID. Who is missing: --format csv.\n")
    return "".join(parts)


def _cut(unit: str, screen: int | None) -> str:
    room = None if screen is None else max(12, screen - 48)
    return unit if room is None or len(unit) <= room else f"{unit[: room - 1]}…"


def licence_text(table: Table) -> str:
    """Return the licences for the terminal: those to be verified first."""
    lines = []
    for state, heading in (("no", "May not be redistributed"), ("unverified", "Licence not verified"),
                           ("yes", "May be redistributed")):  # fmt: skip
        rows = [row for row in table.rows if row[6] == state]
        if not rows:
            continue
        lines.append(f"{heading}: {len(rows)}\n")
        by_licence: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            by_licence.setdefault((row[2], row[5]), []).append(row[0])
        for (publisher, licence), names in sorted(by_licence.items()):
            lines += textwrap.wrap(f"{publisher}: {licence}", 78, initial_indent="  ", subsequent_indent="  ")
            lines += textwrap.wrap(", ".join(names), 76, initial_indent="    ", subsequent_indent="    ")
        lines.append("")
    return "\n".join(lines)


def definition(index: Index, series: Series) -> dict[str, Any]:
    """Return the definition as it stands in the file, defaults left out."""
    body = series.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    return {"file": index.definitions.files[series.id], **body}


def in_full(index: Index, scores: Scores, series: Series) -> str:
    """Return one indicator for the terminal: definition, scoring, source, coverage, remarks."""
    from readiness.analysis.catalogue import present_in

    lines = [f"{series.name} ({series.id})", ""]
    if series.description:
        lines += [*textwrap.wrap(series.description, 78), ""]
    present = present_in(scores, index.figures, series.id)
    facts = [
        ("Unit", series.unit),
        ("Direction", f"{series.direction} is better" if series.direction else None),
    ]
    facts += _scoring(series)
    source = series.source
    facts += [
        ("Kind", series.kind),
        ("Source", ", ".join(filter(None, (source.publisher, source.dataset, source.series)))),
        ("Licence", source.licence + ("" if source.redistribute == "yes" else f" ({source.redistribute})")),
        ("Page", source.url),
        ("Vintage", source.vintage),
        ("Retrieved", source.retrieved),
        ("File", index.definitions.files[series.id]),
        ("Coverage", f"{len(present)} of {len(scores.countries)} countries have a figure that counts"),
        *_missing(index, scores, present),
    ]
    for name, text in facts:
        if text:
            lines += textwrap.wrap(text, 78, initial_indent=f"{name:<13}", subsequent_indent=" " * 13,
                                   break_long_words=False, break_on_hyphens=False)  # fmt: skip
    lines += _remarks(index, series)
    lines += ["", f"Figures: readiness indicators {series.id} --format csv", ""]
    return "\n".join(lines)


def _scoring(series: Series) -> list[tuple[str, str | None]]:
    goalposts = None
    if series.goalposts:
        goalposts = f"{series.goalposts[0]:,.12g} to {series.goalposts[1]:,.12g} {series.unit_scored}"
    transform: str | None = series.transform
    if transform and series.scale:
        transform = f"{transform}, bending at {series.scale:,.12g}"
    derived = None
    if series.derived:
        operands = ", ".join(map(str, series.derived.operands))
        derived = f"{series.derived.operation} of {operands}"
        derived += f", times {series.derived.per:g}" if series.derived.per != 1 else ""
    return [
        ("Scored as", series.unit_scored if series.denominator else None),
        ("Derived", derived),
        ("Goalposts", goalposts),
        ("Transform", transform),
        ("Absent", f"zero ({series.zero})" if series.zero else "missing"),
        ("Oldest", f"{series.max_age} years" if series.max_age is not None else "no limit"),
    ]


def _missing(index: Index, scores: Scores, present: set[str]) -> list[tuple[str, str | None]]:
    missing = [code for code in scores.countries if code not in present]
    members = [code for code in missing if index.countries[code].groups.get("oecd")]
    return [
        ("Missing", " ".join(missing) or "nobody"),
        ("  of OECD", " ".join(members) or None),
    ]


def _remarks(index: Index, series: Series) -> list[str]:
    lines: list[str] = []
    for remark in series.remarks:
        where = " ".join(str(part) for part in (remark.country, remark.year) if part)
        text = f"{where + ': ' if where else ''}{remark.status}. {remark.note}"
        lines += textwrap.wrap(text, 78, initial_indent="- ", subsequent_indent="  ")
    return ["", "Remarks", *lines] if lines else []
