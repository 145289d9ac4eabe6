"""`readiness report`: country reports as PDF or HTML."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from readiness.cli import common
from readiness.errors import ReadinessError, counted


@click.command()
@click.argument("countries", metavar="[COUNTRY]...", nargs=-1)
@click.option("--group", metavar="KEY[=VALUE]", help="The countries of a group: asean, income='Low income'.")
@click.option("--all", "everyone", is_flag=True, help="Every country of the framework.")
@click.option("--format", "form", type=click.Choice(["pdf", "html"]), help="Default: pdf.")
@click.option("-o", "output", metavar="PATH", type=click.Path(path_type=Path),
              help="A file (one country) or a folder. Default: KEN.pdf in this folder.")  # fmt: skip
@common.index_options
def command(
    countries: tuple[str, ...], group: str | None, everyone: bool, form: str | None,
    output: Path | None, folder: Path | None, framework: str | None,
) -> None:  # fmt: skip
    """Write country reports, one file a country.

    \b
    readiness report Kenya
    readiness report KEN RWA -o reports/
    readiness report --group asean --format html -o asean/
    readiness report --all -o reports/

    Prints each file as it is written. A country that fails is named at the
    end and the others are made: exit code 1.
    """
    from readiness.cli.robustness import drawn
    from readiness.export import files
    from readiness.report import batch

    index = common.load(folder)
    scores = index.scores(framework)
    codes = list(scores.countries) if everyone else common.chosen(index, countries, group, scores.countries)
    if codes is None:
        raise ReadinessError("no country is named", "Try readiness report Kenya, or --group, or --all")
    targets, form = paths(codes, output, form)
    if form == "pdf":
        from readiness.report import pdf

        pdf.library()
    drawn(scores)
    files.writable(targets[0][1].parent)
    failed = []
    for outcome in batch.write(lambda code: index.profile(code, framework), targets, form):
        if outcome.error is None:
            common.progress(outcome.path)
        else:
            failed.append(outcome)
    for outcome in failed:
        common.note(f"{outcome.country}: {outcome.error}")
    if failed:
        common.note(f"{counted(len(failed), 'report')} of {len(codes)} failed")
        sys.exit(1)


def paths(codes: list[str], output: Path | None, form: str | None) -> tuple[list[tuple[str, Path]], str]:
    """Return each country's file, and the format: from the option, else from the file's ending."""
    ending = common.file_type(output) if output else None
    if output is not None and ending is not None:
        suffix = ending.removeprefix(".")
        if suffix not in ("pdf", "html") or (form and form != suffix):
            raise ReadinessError(
                f"{output} is not a name for {form or 'a report'}", "End it in .pdf or .html"
            )
        if len(codes) > 1:
            raise ReadinessError(f"{output} is one file for {len(codes)} countries", "Name a folder")
        return [(codes[0], output)], suffix
    form = form or "pdf"
    return [(code, (output or Path()) / f"{code}.{form}") for code in codes], form
