"""`readiness report`: country reports as PDF or HTML."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli import common
from readiness.cli.progress import bar
from readiness.errors import ReadinessError, counted

if TYPE_CHECKING:
    from readiness.index import Index
    from readiness.report.batch import Outcome
    from readiness.report.html import Pages
    from readiness.scores import Scores

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
@common.work_options
@click.option("--force", is_flag=True, help="With --all or --group: those too that say the same.")
@click.option("--compendium", metavar="FILE", type=_FILE, help="One PDF of them all too, with contents.")
@click.option("--theme", metavar="FILE", type=_FILE, help="Colours, logo, typeface, publisher, names.")
@click.option("--templates", metavar="DIR", type=_FILE, help="Files here replace ours of the same name.")
@click.option("--charts", metavar="DIR", type=_FILE, help="Write each chart there too, as SVG and PNG.")
@click.option("-o", "output", metavar="PATH", type=_FILE,
              help="A file (one report) or a folder. Default: KEN.pdf in this folder.")  # fmt: skip
@common.index_options
def command(
    countries: tuple[str, ...], group: str | None, everyone: bool, together: bool, league: bool,
    pages: Pages, peers: str | None, previous: Path | None, form: str | None, pdfa: bool, jobs: int,
    scheduler: str | None, force: bool, compendium: Path | None, theme: Path | None, templates: Path | None,
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
    readiness report --group asean -o asean/ --compendium asean.pdf
    readiness report --compare KEN RWA GHA -o compare.pdf
    readiness report --compare --group asean
    readiness report --league -o league.pdf

    A theme is a YAML file (publisher, logo, colours, fonts, names,
    disclaimer, css) or a CSS file whose :root colours recolour the charts
    too. A PDF carries an index that gives the same score, and the league
    table: `readiness verify KEN.pdf` scores it again.

    Prints each file as it is written. A country that fails is named at the
    end and the others are made: exit code 1. After Ctrl-C the same call goes
    on: with --all or --group a report whose content is the same is kept.
    """
    from readiness.cli import together as several
    from readiness.cli.robustness import drawn
    from readiness.report import batch, design
    from readiness.report.attachments import Attachments
    from readiness.report.kept import Records

    index = common.load(folder)
    look = design.make(theme, templates)
    index = index.named(look.names)
    scores = index.scores(framework)
    codes = list(scores.countries) if everyone else common.chosen(index, countries, group, scores.countries)
    if together or league:
        several.refuse(
            {"--peers": peers, "--since": previous, "--charts": charts, "--pages": pages != "full",
             "--force": force, "--scheduler": scheduler, "--compendium": compendium}
        )  # fmt: skip
        making = batch.Making(_renderer(several.form_of(output, form), pdfa=pdfa), look, pdfa=pdfa)
        which = None if everyone else codes
        several.write(
            index, drawn(scores), which, None if countries else group, output, making, league=league
        )
        return
    if codes is None:
        raise ReadinessError("no country is named", "Try readiness report Kenya, or --group, or --all")
    targets, form = paths(codes, output, form)
    _renderer(form, pdfa=pdfa)
    home = targets[0][1].parent
    many = everyone or group is not None
    _suitable(force=force and not many, compendium=compendium, form=form)
    chosen = common.peers(index, peers)
    earlier = None if previous is None else common.load(previous, warn=False).named(look.names)
    _draw(index, scores, jobs, scheduler)
    _writable(home, charts, None if compendium is None else compendium.parent)

    making = batch.Making(form, look, pages, pdfa, Attachments(index.definitions, scores), charts)
    made = batch.write(
        batch.Request(index, framework, chosen, earlier), targets, making, jobs,
        scheduler=scheduler, records=Records(home) if many else None, force=force,
    )  # fmt: skip
    outcomes = _told(made, index, len(targets))
    done = _closing(outcomes)
    if compendium is not None and any(outcome.error is None for outcome in outcomes):
        called = None if everyone or countries or group is None else group
        done &= _tried(lambda: several.bind(index, scores, outcomes, called, compendium, making))
    if not done:
        sys.exit(1)


def _draw(index: Index, scores: Scores, jobs: int, scheduler: str | None) -> None:
    """Make the draws that the reports tell of; all of them for a cluster, so that no worker draws again."""
    from readiness.cli.robustness import drawn

    if scheduler:
        from readiness import cluster

        cluster.reach(scheduler)
    for name in index.frameworks if scheduler else (scores.framework.id,):
        drawn(index.scores(name), jobs, scheduler)


def _tried(work: Callable[[], None]) -> bool:
    """Do what comes after the reports, which are there whatever becomes of it; tell whether it was done."""
    try:
        work()
    except ReadinessError as error:
        common.note(str(error))
        return False
    return True


def _writable(*places: Path | None) -> None:
    """Try the folders that files will be written into."""
    from readiness.export import files

    for place in places:
        if place is not None:
            files.writable(place)


def _closing(outcomes: Sequence[Outcome]) -> bool:
    """Say which reports failed, and how many were kept; return whether none failed."""
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    for outcome in failed:
        common.note(f"{outcome.country}: {outcome.error}")
    if kept := sum(outcome.kept for outcome in outcomes):
        same = "says the same and is" if kept == 1 else "say the same and are"
        common.note(f"{counted(kept, 'report')} {same} kept; --force makes all")
    if failed:
        common.note(f"{counted(len(failed), 'report')} of {len(outcomes)} failed")
    return not failed


def _told(made: Generator[Outcome, None, None], index: Index, total: int) -> list[Outcome]:
    """Print the file of each report that is written; return what became of all."""
    outcomes = []
    with contextlib.closing(made), bar(total, "Reports") as told:
        for outcome in made:
            outcomes.append(outcome)
            written = outcome.error is None and not outcome.kept
            told(index.countries[outcome.country].name, outcome.path if written else None)
    return outcomes


def _suitable(*, force: bool, compendium: Path | None, form: str) -> None:
    """Refuse options that say nothing here."""
    if force:
        raise ReadinessError(
            "--force is for --all and --group", "A report whose country is named is always made"
        )
    if compendium is None:
        return
    if form != "pdf":
        raise ReadinessError("--compendium is for PDF", "Leave out --format html")
    if common.file_type(compendium) != ".pdf":
        raise ReadinessError(f"{compendium} is not a name for a PDF", "End it in .pdf")


def _renderer(form: str, *, pdfa: bool) -> str:
    """Look that PDF can be made before anything is written; return the format."""
    if form == "pdf":
        from readiness.report import pdf

        pdf.library()
    elif pdfa:
        raise ReadinessError("--pdfa is for PDF", "Leave out --format html")
    return form


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
