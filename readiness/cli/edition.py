"""`readiness edition`: an index frozen with all that made it."""

from __future__ import annotations

from pathlib import Path

import click

from readiness.cli import common


@click.group()
def command() -> None:
    """Freeze an index with all that made it.

    \b
    readiness edition save edition-2026.1
    readiness edition save mine --indicators my-index --author "Our Institute"

    One folder: the index with its figures, the scores and ranks of every
    framework with their ranges, versions, seeds and the sha256 of every
    file; a valid Frictionless data package; CITATION.cff. `readiness verify
    DIR` says later whether its results still follow from it, and
    --indicators and `readiness changes` take it, or a zip of it, like any
    index.

    Figures of series with `redistribute: no` are left out and named; where
    a framework scores them, their scores stand in their place.
    """


@command.command()
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--author", "authors", metavar="NAME", multiple=True, help="Whom to cite; once for each.")
@click.option("--indicators", "folder", metavar="DIR", type=click.Path(path_type=Path),
              help="An index folder, or a zip of one. Default: the bundled index.")  # fmt: skip
@click.option("--framework", metavar="ID",
              help="Whose edition it is called by; the only one or 'pillars' by default.")  # fmt: skip
def save(target: Path, authors: tuple[str, ...], folder: Path | None, framework: str | None) -> None:
    """Write an edition into DIR, a new folder.

    \b
    readiness edition save edition-2026.1
    readiness edition save mine --indicators my-index

    DIR has to be new or empty; it is there whole or not at all.
    """
    from readiness.editions import withheld
    from readiness.editions.save import save as write

    index = common.load(folder)
    for path in write(index, target, framework=framework, authors=authors):
        common.progress(path)
    if closed := withheld.closed(index):
        common.note(f"Figures left out, for they may not be passed on: {', '.join(closed)}")
