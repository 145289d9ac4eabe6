"""`readiness verify`: whether a report's numbers follow from what is attached to it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli import common
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.verifying import Check, Verdict

_CODES = {"equal": 0, "different": 1, "not ours": 2}


@click.command()
@click.argument("file", metavar="FILE.pdf", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["table", "json"]),
              help="Default: table.")  # fmt: skip
def command(file: Path, form: str | None) -> None:
    """Score a report again from its attachments, and compare.

    \b
    readiness verify KEN.pdf

    Exit code 0: every number follows. 1: one or more do not, and they are
    named. 2: not a report of this package, or damaged.
    """
    from readiness import verifying
    from readiness.export import tables

    try:
        with file.open("rb") as handle:
            content = handle.read(verifying.MAX_REPORT + 1)
    except OSError as error:
        raise ReadinessError(f"cannot read {file}: {error.strerror or error}") from error
    found = verifying.verify(content)
    if found.outcome == "not ours":
        raise ReadinessError(f"{file}: {found.reason}", "Name a PDF that `readiness report` wrote")
    if form == "json":
        sys.stdout.buffer.write(tables.json_bytes(_object(found)))
    else:
        click.echo(_text(file, found), nl=False)
    sys.exit(_CODES[found.outcome])


def _object(found: Verdict) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(found)


def _text(file: Path, found: Verdict) -> str:
    from readiness.export.text import Column, render

    text = common.wrapped(f"{file}: {found.reason}.") + "\n"
    shown = [check for check in found.checks if _short(check)]
    if shown:
        columns = [
            Column("What", [check.what for check in shown], "left", key=True),
            Column("In the report", [_value(check.said) for check in shown]),
            Column("Computed", [_value(check.found) for check in shown]),
            Column("Same", ["yes" if check.same else "no" for check in shown], "left"),
        ]
        text += f"\n{render(columns, common.screen())}\n"
    return text + "".join(f"{common.wrapped(note)}\n" for note in found.notes)


def _short(check: Check) -> bool:
    """Leave sentences out of the table where they agree."""
    return check.what != "headline" or not check.same


def _value(value: object) -> str:
    from readiness.export.text import MISSING

    if value is None:
        return MISSING
    return f"{value:.9g}" if isinstance(value, float) else str(value)[:40]
