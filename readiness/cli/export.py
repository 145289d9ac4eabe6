"""`readiness export`: the whole index in every format."""

from __future__ import annotations

from pathlib import Path

import click

from readiness.cli import common


@click.command()
@click.option("-o", "output", metavar="DIR", required=True, type=click.Path(path_type=Path),
              help="The folder to write into; it is made.")  # fmt: skip
@click.option("--indicators", "folder", metavar="DIR", type=click.Path(path_type=Path),
              help="An index folder, or a zip of one. Default: the bundled index.")  # fmt: skip
def command(output: Path, folder: Path | None) -> None:
    """Write figures, scores, indicators and countries in every format.

    \b
    readiness export -o data/
    readiness export -o mine/ --indicators my-index

    data/*.csv with datapackage.json is a Frictionless data package: every
    figure, the scores of every framework at every level with their ranges,
    the series with their licences, the countries. scores-ID is the league
    table of each framework as JSON, XLSX, Markdown, HTML and LaTeX, and as
    Parquet where pyarrow is installed. sdmx/ has SDMX-CSV with its structure
    where sdmx1 is installed, schema/ the JSON Schemas of what scores and
    compare print as JSON.

    Figures with `redistribute: no` are left out and named. To freeze the
    index itself: readiness edition save.
    """
    from readiness.editions import withheld
    from readiness.editions.everything import export

    index = common.load(folder)
    for path in export(index, output):
        common.progress(path)
    if closed := withheld.closed(index):
        common.note(f"Figures left out, for they may not be passed on: {', '.join(closed)}")
