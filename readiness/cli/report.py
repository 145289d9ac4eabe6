"""`readiness report`: country reports as PDF or HTML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli import common
from readiness.errors import ReadinessError, counted

if TYPE_CHECKING:
    from readiness.report.batch import Outcome
    from readiness.report.html import Pages

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("countries", metavar="[COUNTRY]...", nargs=-1)
@click.option("--group", metavar="KEY[=VALUE]", help="The countries of a group: asean, income='Low income'.")
@click.option("--all", "everyone", is_flag=True, help="Every country of the framework.")
@click.option(
    "--compare", "together", is_flag=True, help="One report on two to eight countries, or on a group."
)
@click.option("--league", is_flag=True, help="One report of the whole table in bands, or of a group's part.")
@click.option("--pages", type=click.Choice(["brief", "full"]), default="full",
              help="brief: the verdict and all figures. Default: full.")  # fmt: skip
@click.option("--peers", metavar="WHO", help="The third set it is compared with: a group, or RWA,UGA,TZA.")
@click.option("--since", "previous", metavar="OLD", type=_FILE,
              help="An earlier edition, a folder or zip: what has changed since.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["pdf", "html"]), help="Default: pdf.")
@click.option("--pdfa", is_flag=True, help="PDF/A-3a for archives in place of PDF/UA-1.")
@click.option("--jobs", metavar="N", type=click.IntRange(1), default=1, help="So many processes. Default: 1.")
@click.option("--theme", metavar="FILE", type=_FILE, help="Colours, logo, typeface, publisher, names.")
@click.option("--templates", metavar="DIR", type=_FILE, help="Files here replace ours of the same name.")
@click.option("--charts", metavar="DIR", type=_FILE, help="Write each chart there too, as SVG and PNG.")
@click.option("-o", "output", metavar="PATH", type=_FILE,
              help="A file (one report) or a folder. Default: KEN.pdf in this folder.")  # fmt: skip
@common.index_options
def command(
    countries: tuple[str, ...], group: str | None, everyone: bool, together: bool, league: bool,
    pages: Pages, peers: str | None, previous: Path | None, form: str | None, pdfa: bool, jobs: int,
    theme: Path | None, templates: Path | None,
    charts: Path | None, output: Path | None, folder: Path | None, framework: str | None,
) -> None:  # fmt: skip
    """Write country reports, one file a country.

    \b
    readiness report Kenya
    readiness report KEN RWA --pages brief -o reports/
    readiness report KEN --peers RWA,UGA,TZA --charts charts/
    readiness report KEN --since 2025.zip --theme ministry.yaml
    readiness report --group asean --format html -o asean/
    readiness report --all --jobs 2 -o reports/
    readiness report --compare KEN RWA GHA -o compare.pdf
    readiness report --compare --group asean
    readiness report --league -o league.pdf

    A theme is a YAML file (publisher, logo, colours, fonts, names,
    disclaimer, css) or a CSS file whose :root colours recolour the charts
    too. A PDF carries an index that gives the same score, and the league
    table: `readiness verify KEN.pdf` scores it again.

    Prints each file as it is written. A country that fails is named at the
    end and the others are made: exit code 1.
    """
    from readiness.cli import together as several
    from readiness.cli.robustness import drawn
    from readiness.export import files
    from readiness.report import batch, design
    from readiness.report.attachments import Attachments

    index = common.load(folder)
    look = design.make(theme, templates)
    index = index.named(look.names)
    scores = index.scores(framework)
    codes = list(scores.countries) if everyone else common.chosen(index, countries, group, scores.countries)
    if together or league:
        several.refuse(
            {"--peers": peers, "--since": previous, "--charts": charts, "--pages": pages != "full"}
        )
        form = several.form_of(output, form)
        _renderer(form, pdfa=pdfa)
        drawn(scores)
        making = batch.Making(form, look, pdfa=pdfa)
        which = None if everyone else codes
        several.write(index, scores, which, None if countries else group, output, making, league=league)
        return
    if codes is None:
        raise ReadinessError("no country is named", "Try readiness report Kenya, or --group, or --all")
    targets, form = paths(codes, output, form)
    _renderer(form, pdfa=pdfa)
    chosen = common.peers(index, peers)
    earlier = None if previous is None else common.load(previous, warn=False).named(look.names)
    drawn(scores)
    for place in (targets[0][1].parent, charts):
        if place is not None:
            files.writable(place)

    request = batch.Request(index, framework, chosen, earlier)
    making = batch.Making(form, look, pages, pdfa, Attachments(index.definitions, scores), charts)
    made = batch.write(request, targets, making, jobs)
    failed = [outcome for outcome in made if not _written(outcome)]
    for outcome in failed:
        common.note(f"{outcome.country}: {outcome.error}")
    if failed:
        common.note(f"{counted(len(failed), 'report')} of {len(codes)} failed")
        sys.exit(1)


def _renderer(form: str, *, pdfa: bool) -> None:
    """Look that PDF can be made before anything is written."""
    if form == "pdf":
        from readiness.report import pdf

        pdf.library()
    elif pdfa:
        raise ReadinessError("--pdfa is for PDF", "Leave out --format html")


def _written(outcome: Outcome) -> bool:
    """Print the file of a report that was written; False for one that failed."""
    if outcome.error is None:
        common.progress(outcome.path)
    return outcome.error is None


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
