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
    --indicators and `readiness changes` take it like any index.
    """


@command.command()
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--author", "authors", metavar="NAME", multiple=True, help="Whom to cite; once for each.")
@click.option("--indicators", "folder", metavar="DIR", type=click.Path(path_type=Path),
              help="An index folder, or a zip of one. Default: the bundled index.")  # fmt: skip
def save(target: Path, authors: tuple[str, ...], folder: Path | None) -> None:
    """Write an edition into DIR, a new folder."""
    from readiness.editions.save import save as write

    index = common.load(folder)
    for path in write(index, target, authors=authors):
        common.progress(path)
    closed = [name for name, item in index.indicators.items() if item.source.redistribute == "no"]
    if closed:
        common.note(
            f"May not be passed on: {', '.join(closed)}. Keep {target} to yourself, or leave them out."
        )
