"""`readiness profile`: what a country's report says, as text or JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli import common
from readiness.errors import ReadinessError, did_you_mean, listed

if TYPE_CHECKING:
    from readiness.report.outline import Section
    from readiness.scores import Table


@click.command()
@click.argument("country")
@click.option("--section", "wanted", metavar="ID", multiple=True,
              help="Only this section; again for more. --section list names them.")  # fmt: skip
@click.option("--peers", metavar="WHO", help="The third set it is compared with: a group, or RWA,UGA,TZA.")
@click.option("--since", "previous", metavar="OLD", type=click.Path(path_type=Path, exists=True),
              help="An earlier edition, a folder or zip: what has changed since.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]),
              help="Default: table in a terminal, else json; csv holds one section.")  # fmt: skip
@click.option("-o", "output", metavar="PATH", type=click.Path(path_type=Path))
@common.index_options
def command(
    country: str, wanted: tuple[str, ...], peers: str | None, previous: Path | None, form: str | None,
    output: Path | None, folder: Path | None, framework: str | None,
) -> None:  # fmt: skip
    """Print what a country's report says: every sentence and every number.

    \b
    readiness profile Kenya
    readiness profile KEN --section posture --section moves
    readiness profile KEN --section figures --format csv -o KEN.csv
    readiness profile KEN --format json -o KEN.json
    """
    from readiness.cli.robustness import drawn
    from readiness.export import tables
    from readiness.report import outline

    if "list" in wanted:
        click.echo("\n".join(outline.section_ids()))
        return
    _known(wanted, outline.section_ids())
    index = common.load(folder)
    drawn(index.scores(framework))
    profile = index.profile(country, framework, peers=common.peers(index, peers),
                            previous=common.load(previous) if previous else None)  # fmt: skip
    shown = [item for item in outline.sections(profile) if not wanted or item.id in wanted]
    for name in wanted:
        if name not in [item.id for item in shown]:
            common.note(f"{name}: nothing to say of {profile.country.name}")

    def rows() -> bytes:
        numbered = [item for item in shown if item.table is not None]
        if len(numbered) != 1 or numbered[0].table is None:
            raise ReadinessError("csv holds the rows of one section", "Name it: --section figures")
        return tables.to_csv(numbered[0].table)

    writers: dict[str, Callable[[], bytes | str]] = {
        "json": lambda: tables.json_bytes(outline.document(profile, wanted)),
        "table": lambda: _text(shown),
    }
    if form == "csv" or len(wanted) == 1 or (output and common.file_type(output) == ".csv"):
        writers["csv"] = rows
    common.deliver(writers, form, output, name=profile.country.code)


def _known(wanted: tuple[str, ...], names: tuple[str, ...]) -> None:
    for name in wanted:
        if name not in names:
            raise ReadinessError(f"unknown section {name!r}",
                                 did_you_mean(name, names) or f"There are {listed(names)}")  # fmt: skip


def _text(shown: list[Section]) -> str:
    """Return the sections for a terminal: heading, sentences, and the columns that fit."""
    width = common.screen() or 80
    parts = []
    for section in shown:
        lines = [section.title, "-" * len(section.title)]
        lines += [textwrap.fill(sentence, width) for sentence in section.sentences]
        text = "\n".join(lines) + "\n"
        if section.table is not None and section.shown and section.table.rows:
            text += "\n" + common.plain_table(_shown(section), section.left, section.shown[:1])
        parts.append(text)
    return "\n".join(parts)


def _shown(section: Section) -> Table:
    """Return the columns for a screen, scores as text with one decimal."""
    from readiness.scores import Table

    if section.table is None:
        return Table(section.shown, ())
    records = [dict(zip(section.table.columns, row, strict=True)) for row in section.table.rows]
    return Table(section.shown, tuple(tuple(_cell(name, row[name], section) for name in section.shown)
                                      for row in records))  # fmt: skip


def _cell(name: str, value: object, section: Section) -> object:
    return f"{value:.1f}" if name in section.points and isinstance(value, float) else value
