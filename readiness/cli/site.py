"""`readiness site`: the explorer, a static web site."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli import common
from readiness.errors import ReadinessError, counted

if TYPE_CHECKING:
    from readiness.explorer import Outcome

_FILE = click.Path(path_type=Path)
# So many failures are told; the rest is counted.
_TOLD = 20
# For fewer countries than this, starting a second process takes longer than it saves.
_MANY = 60


@click.command()
@click.option("-o", "output", metavar="DIR", type=_FILE, help="The folder: a new one, or an earlier site.")
@click.option("--pdf", is_flag=True, help="The countries' PDF reports too.")
@click.option("--serve", is_flag=True, help="Show it on 127.0.0.1 until Ctrl-C.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="For --serve. Default: 8000, or the next free one."
)
@click.option(
    "--jobs", metavar="N", type=click.IntRange(1), help="So many processes. Default: one a processor."
)
@click.option("--theme", metavar="FILE", type=_FILE, help="Colours, logo, typeface, publisher, names.")
@click.option("--templates", metavar="DIR", type=_FILE, help="Files here replace ours of the same name.")
@common.index_options
def command(
    output: Path | None, pdf: bool, serve: bool, port: int | None, jobs: int | None, theme: Path | None,
    templates: Path | None, folder: Path | None, framework: str | None,
) -> None:  # fmt: skip
    """Write the explorer: a web site that needs no server and no network.

    \b
    readiness site -o site/
    readiness site -o site/ --pdf
    readiness site --serve
    readiness site -o asean/ --indicators my-index --theme ministry.yaml

    League table with weights to change, map, a page a country, comparison,
    indicators with their sources, method and audit, and the data. Open
    site/index.html, or copy the folder to any web server.

    A page that fails is named at the end and the others are made: exit
    code 1. An earlier site in the folder is brought up to date.
    """
    from readiness import explorer
    from readiness import jobs as processes
    from readiness.cli.robustness import drawn
    from readiness.report import design

    if output is None and not serve:
        raise ReadinessError("no folder is named", "Try readiness site -o site/, or --serve")
    if port is not None and not serve:
        raise ReadinessError("--port is for --serve", "Add --serve")
    index = common.load(folder)
    look = design.make(theme, templates)
    drawn(index.scores(framework))
    place = nullcontext(str(output)) if output else tempfile.TemporaryDirectory(prefix="readiness-site-")
    with place as root:
        many = len(index.countries) >= _MANY
        count = jobs or (processes.processors() if many else 1)
        made = explorer.write(index, Path(root), framework, design=look, pdf=pdf, processes=count)
        failed = _written(made, Path(root), telling=output is not None)
        if serve:
            _serve(Path(root), port)
    if failed:
        sys.exit(1)


def _written(made: Iterable[Outcome], root: Path, *, telling: bool) -> bool:
    """Say what was written, and what failed; return whether anything did."""
    outcomes = list(made)
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    for outcome in failed[:_TOLD]:
        common.note(f"{outcome.path}: {outcome.error}")
    if failed:
        common.note(f"{counted(len(failed), 'page')} of {len(outcomes)} failed")
    if telling:
        common.note(f"{counted(len(outcomes) - len(failed), 'file')}; open {root / 'index.html'}")
        common.progress(root / "index.html")
    return bool(failed)


def _serve(root: Path, port: int | None) -> None:
    """Show the folder on this machine alone until it is stopped."""
    from readiness.explorer import server

    with server.listening(root, port) as shown:
        common.note(f"The site is at {shown.address} until Ctrl-C")
        try:
            shown.serve_forever()
        except KeyboardInterrupt:
            common.note("stopped")
