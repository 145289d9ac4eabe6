"""`readiness check`: all problems of an index folder at once."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli import common
from readiness.definitions.folder import EDITION
from readiness.errors import DefinitionError, Problem, ReadinessError, counted

if TYPE_CHECKING:
    from readiness.index import Index

# Enough to come past every alternative of an `uncertainty:` block.
_DRAWS = 64


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--indicators", "named", metavar="DIR", type=click.Path(path_type=Path),
              help="The same folder, as other commands name it.")  # fmt: skip
@common.output_options("table", "csv", "json")
def command(
    folder: Path | None, named: Path | None, form: str | None, output: Path | None, bom: bool
) -> None:
    """Check an index folder or zip; the bundled index where none is named.

    \b
    readiness check my-index
    readiness check my-index --format json

    Problems go to stderr, one a line: file:line:column: where: message. hint.
    Exit code 0 when there is none (warnings may be), 2 when there are.
    """
    from readiness.export import tables
    from readiness.scores import Table

    if folder is not None and named is not None:
        raise ReadinessError(f"{folder} and {named} are two folders", "Name one of them")
    index: Index | None = None
    problems: list[Problem] = []
    try:
        index = common.load(folder or named, warn=False)
        problems = [*index.warnings, *not_scored(index), *not_fetched(index)]
    except DefinitionError as error:
        problems = list(error.problems)
    for problem in problems:
        common.note(str(problem))
    found = counts(index, problems)
    columns = ("file", "line", "column", "where", "severity", "message", "hint")
    table = Table(columns, tuple(tuple(getattr(item, name) for name in columns) for item in problems))
    name = str(folder or named or "the bundled index")
    common.deliver(
        {
            "table": lambda: summary(name, found),
            "csv": lambda: tables.to_csv(table, bom=bom),
            "json": lambda: tables.to_json(found, "problems", table),
        },
        form or (None if output else "table"), output, name="check",
    )  # fmt: skip
    if found["errors"]:
        sys.exit(2)


def not_scored(index: Index) -> list[Problem]:
    """Compute every framework and return what a method could not do with these figures.

    Some draws too: what cannot be drawn would stop every command that prints ranges.
    """
    problems = []
    for name in index.frameworks:
        where = ""
        try:
            scores = index.scores(name)
            if scores.framework.uncertainty is not None:
                where = "uncertainty"
                index.robustness(name, draws=_DRAWS, kept=False)
        except ReadinessError as error:
            file = str(index.definitions.root / "frameworks" / f"{name}.yaml")
            problems.append(Problem(file, 1, 1, where, error.message, error.hint))
    return problems


def not_fetched(index: Index) -> list[Problem]:
    """Return what is wrong with the `update:` blocks, as warnings: the index scores without them."""
    from readiness.updating.run import wrong_settings

    root = index.definitions.root
    if not root.is_dir() or (root / EDITION).is_file():  # nothing is fetched into a zip or an edition
        return []
    return [replace(item, severity="warning") for item in wrong_settings(index.definitions)]


def counts(index: Index | None, problems: list[Problem]) -> dict[str, Any]:
    """Count what the folder holds."""
    errors = sum(problem.severity == "error" for problem in problems)
    found: dict[str, Any] = {"errors": errors, "warnings": len(problems) - errors}
    if index is not None:
        definitions = index.definitions
        scored = {item.id for name in index.frameworks for item in index.frameworks[name].tree.references()}
        found |= {
            "scored": len(scored),
            "unscored": len(definitions.series) - len(scored),
            "validation": len(definitions.validation),
            "frameworks": len(definitions.frameworks),
            "countries": len(definitions.countries),
            "figures": sum(block.count for block in definitions.blocks.values()),
        }
    return found


def summary(name: str, found: dict[str, Any]) -> str:
    """Return the counts in two lines."""
    state = f"{counted(found['errors'], 'error')}, {counted(found['warnings'], 'warning')}"
    if "scored" not in found:
        return f"{name}: {state}\n"
    held = ", ".join((
        f"{counted(found['scored'], 'scored indicator')}", f"{found['unscored']} other series",
        f"{found['validation']} to compare with", counted(found["frameworks"], "framework"),
        counted(found["countries"], "country", "countries"), counted(found["figures"], "figure"),
    ))  # fmt: skip
    width = common.screen() or sys.maxsize
    return f"{textwrap.fill(f'{name}: {held}', width, break_long_words=False)}\n{state}\n"
