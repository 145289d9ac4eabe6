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
@click.argument("file", metavar="FILE.pdf|DIR|ZIP", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["table", "json"]),
              help="Default: table.")  # fmt: skip
def command(file: Path, form: str | None) -> None:
    """Score a report or an edition again from what it carries, and compare.

    \b
    readiness verify KEN.pdf
    readiness verify edition-2026.1

    Of an edition, a folder or a zip of it, every file's sha256 is checked
    too. Exit code 0: every number follows. 1: one or more do not, and they are named. 2: neither a
    report nor an edition of this package, or damaged.
    """
    edition = file.is_dir() or _is_zip(file)
    found = _edition(file) if edition else _report(file)
    if found.outcome == "not ours":
        wrote = "a folder that `readiness edition save`" if edition else "a PDF that `readiness report`"
        raise ReadinessError(f"{file}: {found.reason}", f"Name {wrote} wrote")
    if form == "json":
        from readiness.export import tables

        sys.stdout.buffer.write(tables.json_bytes(_object(found)))
    else:
        click.echo(_text(file, found), nl=False)
    sys.exit(_CODES[found.outcome])


def _is_zip(file: Path) -> bool:
    """Say whether a file begins as a zip does; a PDF that ends in one does not."""
    if not file.is_file():
        return False
    with file.open("rb") as handle:
        return handle.read(2) == b"PK"


def _edition(folder: Path) -> Verdict:
    from readiness.editions.check import verify

    return verify(folder)


def _report(file: Path) -> Verdict:
    from readiness import verifying

    return verifying.verify(common.content(file, verifying.MAX_REPORT))


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
            Column("Said", [_value(check.said) for check in shown]),
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
