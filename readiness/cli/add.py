"""`readiness add`: a new indicator file."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from readiness.cli import common
from readiness.errors import ReadinessError, listed

# What a file cannot do without: the option, and what to ask in a terminal.
ASKED = {
    "name": "Name, as it is printed",
    "unit": "Unit of its figures, like % of population",
    "direction": "Which is better, higher or lower",
    "publisher": "Publisher of the figures",
    "url": "Page of the figures, https://...",
    "licence": "Licence, as the publisher words it",
    "pillar": "Folder, like energy",
}


@click.command(cls=common.WithKinds)
@click.argument("identifier", metavar="ID")
@click.option("--pillar", metavar="FOLDER", help="The folder it goes into, like energy.")
@click.option("--name", metavar="TEXT", help="Its name, as it is printed.")
@click.option("--description", metavar="TEXT", help="What it measures, in a sentence.")
@click.option("--unit", metavar="TEXT", help="The unit of its figures.")
@click.option("--direction", metavar="D", help="higher or lower is better.")
@click.option("--kind", metavar="K", help="observed, survey, model, index, count or derived.")
@click.option("--goalposts", metavar="LOW HIGH", nargs=2, type=float, help="Figures that score 0 and 100.")
@click.option("--valid", metavar="LOW HIGH", nargs=2, type=float, help="Figures outside are refused.")
@click.option("--max-age", metavar="N", type=int, help="Years before a figure no longer counts.")
@click.option("--denominator", metavar="ID", help="The series it is divided by, like population.")
@click.option("--per", metavar="N", type=float, help="So much of the denominator, like 1000000.")
@click.option("--publisher", metavar="TEXT", help="Who publishes the figures.")
@click.option("--dataset", metavar="TEXT", help="In which dataset.")
@click.option("--url", metavar="URL", help="The page that people find them on.")
@click.option("--licence", metavar="TEXT", help="Under which licence.")
@click.option("--redistribute", metavar="R", help="yes, unverified or no. Default: unverified.")
@click.option("--from", "kind_of_source", metavar="SOURCE", help="The kind of source `update` asks.")
@click.option("--update", "settings", metavar="KEY=VALUE", multiple=True,
              help="A setting of the source, like series=EG.ELC.ACCS.ZS.")  # fmt: skip
@click.option("--indicators", "folder", metavar="DIR", type=click.Path(path_type=Path),
              help="An index folder of your own. Default: ./indicators.")  # fmt: skip
def command(identifier: str, folder: Path | None, **said: Any) -> None:
    """Write a new indicator file, asking for what is not named.

    \b
    readiness add electricity_reserve
    readiness add water_stress --pillar energy --name "Water stress" \\
      --unit "% of resources" --direction lower --publisher "World Bank" \\
      --url https://data.worldbank.org/indicator/ER.H2O.FWST.ZS \\
      --licence CC-BY-4.0 --from worldbank --update series=ER.H2O.FWST.ZS

    The file has no figures yet: `readiness update ID` fetches them, `readiness
    import` takes a table, `readiness set` one. To be scored it has to stand in
    the tree of a framework: the last lines say how.

    In a terminal what is missing is asked for; elsewhere it is an error.
    """
    from readiness.export import files
    from readiness.updating import adding
    from readiness.updating import folder as folders

    root = folders.writable(folder)
    with folders.locked(root):
        definitions = common.load(root, warn=False).definitions
        _ask(said)
        path = adding.path_of(definitions, said["pillar"], identifier)
        content = adding.text(_fields(identifier, said), datetime.now(UTC).year, said["pillar"]).encode()
        adding.checked(content, path, said["pillar"])
        files.write(path, content)
    click.echo(path)
    _next(identifier, said)


def _ask(said: dict[str, Any]) -> None:
    """Ask for what a file cannot do without."""
    if said["dataset"] is not None and said["url"] is None:
        said["url"] = ""
    missing = [key for key in ASKED if said[key] is None]
    if not missing:
        return
    if not sys.stdin.isatty():
        options = listed([f"--{key}" for key in missing])
        raise ReadinessError(
            f"{options} {'is' if len(missing) == 1 else 'are'} missing", "A terminal asks for it"
        )
    for key in missing:
        said[key] = click.prompt(ASKED[key], err=True)


def _fields(identifier: str, said: dict[str, Any]) -> dict[str, Any]:
    keys = (
        "name", "description", "unit", "direction", "kind", "goalposts", "valid", "max_age", "denominator",
        "per",
    )  # fmt: skip
    source = {key: said[key] for key in ("publisher", "dataset", "url", "licence") if said[key]}
    source["redistribute"] = said["redistribute"] or "unverified"
    fields = {"id": identifier, **{key: said[key] for key in keys}, "source": source}
    if said["kind_of_source"] is not None:
        fields["update"] = {"from": said["kind_of_source"], **_settings(said["settings"])}
    elif said["settings"]:
        raise ReadinessError("--update says settings of a source, and no source is named", "Add --from")
    return fields


def _settings(pairs: tuple[str, ...]) -> dict[str, Any]:
    from readiness.definitions import places

    found: dict[str, Any] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or not key:
            raise ReadinessError(f"--update {pair!r} is not KEY=VALUE")
        found[key.strip()] = places.scalar(value) if value else value
    return found


def _next(identifier: str, said: dict[str, Any]) -> None:
    """Say what to do with the new file."""
    fetched = said["kind_of_source"] not in (None, "manual")
    figures = (
        f"readiness update {identifier}" if fetched else f"readiness import FILE --indicator {identifier}"
    )
    common.note(f"Its figures: {figures}")
    common.note(f"To score it: write {identifier} into the indicators of a node in frameworks/*.yaml")
    common.note("Then: readiness check")
