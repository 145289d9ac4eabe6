"""`readiness update`: real sources in, one line of diff a country, and what it moves."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli import common
from readiness.errors import ReadinessError
from readiness.scores import Table

if TYPE_CHECKING:
    from readiness.index import Index
    from readiness.sources.client import Client
    from readiness.updating.meaning import Meaning
    from readiness.updating.run import Outcome, Request

COLUMNS = ("indicator", "state", "years", "new", "filled", "revised", "withdrawn", "gained", "lost",
           "unlisted", "vintage", "message")  # fmt: skip


@click.command(cls=common.WithKinds)
@click.argument("names", metavar="[INDICATOR]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Say what it would change and mean; write nothing.")
@click.option("--only-newer", is_flag=True, help="Only figures of later years; revisions stay out.")
@click.option("--accept", "accepted", metavar="ID", multiple=True,
              help="Take what was held back of this indicator.")  # fmt: skip
@click.option("--offline", metavar="SNAPSHOT", type=click.Path(path_type=Path),
              help="Ask nobody: take what this snapshot holds.")  # fmt: skip
@click.option("--mirror", metavar="URL", help="Ask URL/HOST/PATH instead of https://HOST/PATH.")
@common.own_index_options
@common.output_options("table", "csv", "json")
def command(
    names: tuple[str, ...], dry_run: bool, only_newer: bool, accepted: tuple[str, ...],
    offline: Path | None, mirror: str | None, folder: Path | None, framework: str | None,
    form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Fetch figures anew from their sources, and say which ranks move.

    \b
    readiness update --dry-run
    readiness update electricity_access internet_users
    readiness update gdp_usd --accept gdp_usd
    readiness update --offline indicators/.readiness/snapshots/2026-11-26T09-30-00

    Writes into the index folder of your own: --indicators DIR, else
    ./indicators; `readiness init DIR --full` makes one. Of a file only the
    figures and `retrieved` change. Each indicator's `update:` block says its
    source; `update: {from: manual}` is kept by hand.

    Held back, until --accept ID takes it: a revision far beyond what is usual
    in the series, figures 10, 100 or 1,000 times what they were, a loss of
    coverage, a year that has not been yet. Countries that a source does not
    list keep their figures, and so does what was `readiness set` by hand.

    What the sources said is kept below DIR/.readiness/snapshots: --offline
    repeats an update from there, to the byte.

    Exit code 1: some were held back or failed, and are listed; the others
    were updated.

    CSV columns: indicator,state,years,new,filled,revised,withdrawn,gained,
    lost,unlisted,vintage,message.
    """
    from readiness.updating import folder as folders

    root = folders.writable(folder)
    with folders.locked(root):
        index = common.load(root)
        _run(
            index, names, _request(offline, only_newer, accepted), offline=offline, mirror=mirror,
            dry_run=dry_run, framework=framework, deliver=(form, output, bom),
        )  # fmt: skip


def _request(offline: Path | None, only_newer: bool, accepted: Sequence[str]) -> Request:
    from readiness.updating.run import Request
    from readiness.updating.snapshot import Replay

    day = datetime.now(UTC).date() if offline is None else Replay(offline).day
    return Request(day, only_newer, accepted=frozenset(accepted))


def _run(
    index: Index, names: Sequence[str], request: Request, *, offline: Path | None, mirror: str | None,
    dry_run: bool, framework: str | None, deliver: tuple[str | None, Path | None, bool],
) -> None:  # fmt: skip
    from readiness.updating import folder as folders
    from readiness.updating import run

    definitions = index.definitions
    ids = run.chosen(definitions, names)
    run.chosen(definitions, sorted(request.accepted))
    read = run.contents(definitions, ids)
    snapshot = None if offline else folders.snapshot_folder(definitions.root)
    client = _client(definitions.root, offline, mirror, snapshot, request)
    with contextlib.closing(client):
        outcomes = run.ask(definitions, read, client, request, _telling(len(ids)))
    said = meant(index, outcomes, framework)
    if not dry_run:
        outcomes = run.write(definitions, outcomes, read, request)
    form, output, bom = deliver
    common.deliver(writers(outcomes, said, request, dry_run, bom), form, output, name="update")
    _left_out(outcomes)
    if snapshot is not None and snapshot.exists():
        common.note(f"What the sources said is in {snapshot}")
    if run.failed(outcomes):
        sys.exit(1)


def _client(
    root: Path, offline: Path | None, mirror: str | None, snapshot: Path | None, request: Request
) -> Client:  # fmt: skip
    from readiness.sources.client import HttpClient
    from readiness.updating.snapshot import Recorder, Replay

    if offline is not None:
        return Replay(offline)
    assert snapshot is not None
    return HttpClient(mirror=mirror, root=root, heard=Recorder(snapshot, request.day))


def _telling(count: int) -> Callable[[Outcome], None]:
    """Return what prints each outcome as it comes, with how many are done."""
    done = [0]

    def tell(item: Outcome) -> None:
        done[0] += 1
        if item.state in ("by hand", "derived"):
            return
        vintage = f", as of {item.vintage}" if item.vintage else ""
        common.note(f"[{done[0]}/{count}] {item.id}: {item.state}: {item.message}{vintage}")

    return tell


def _left_out(outcomes: Iterable[Outcome]) -> None:
    """Say once what in the answers is no figure of this index."""
    of: dict[str, list[str]] = {}
    for item in outcomes:
        for text in item.left_out:
            of.setdefault(text, []).append(item.id)
    for text, names in of.items():
        where = names[0] if len(names) == 1 else f"{len(names)} series"
        common.note(f"Left out of {where}: {text}")


def meant(index: Index, outcomes: Iterable[Outcome], framework: str | None) -> Meaning | None:
    """Return what the updates mean; None where nothing is updated.

    Raises
    ------
    ReadinessError
        When the index could not be scored with them: then nothing is written.
    """
    from readiness.index import Index
    from readiness.updating import run
    from readiness.updating.meaning import meaning

    if not any(item.state == "updated" for item in outcomes):
        return None
    try:
        return meaning(index, Index(run.after(index.definitions, outcomes)), framework)
    except ReadinessError as error:
        raise ReadinessError(
            f"the index could not be scored with these figures: {error.message}", error.hint
        ) from error


def writers(
    outcomes: Sequence[Outcome], said: Meaning | None, request: Request, dry_run: bool, bom: bool
) -> dict[str, Callable[[], bytes | str]]:
    """Return what makes each format of an update."""
    from readiness.cli import updates
    from readiness.export import tables

    return {
        "table": lambda: updates.text(outcomes, said, request, dry_run),
        "csv": lambda: tables.to_csv(Table(COLUMNS, tuple(map(_row, outcomes))), bom=bom),
        "json": lambda: tables.json_bytes(_object(outcomes, said, request, dry_run)),
    }


def _row(item: Outcome) -> tuple[Any, ...]:
    found = item.revision
    held = item.state == "held back"
    message = "; ".join(odd.message for odd in item.suspicions) if held else item.message
    if found is None:
        return (item.id, item.state, *(None,) * 8, item.vintage, message or None)
    return (
        item.id, item.state, " ".join(map(str, found.years)) or None, len(found.new), len(found.filled),
        len(found.revised), len(found.withdrawn), " ".join(found.gained) or None,
        " ".join(found.lost) or None, " ".join(found.unlisted) or None, item.vintage, message,
    )  # fmt: skip


def _object(
    outcomes: Sequence[Outcome], said: Meaning | None, request: Request, dry_run: bool
) -> dict[str, Any]:
    def one(item: Outcome) -> dict[str, Any]:
        row = dict(zip(COLUMNS, _row(item), strict=True))
        row["held_back"] = [asdict(odd) for odd in item.suspicions]
        row["left_out"] = list(item.left_out)
        found = item.revision
        row["changes"] = [asdict(change) for change in found.changes] if found else []
        row["by_hand"] = [asdict(change) for change in found.by_hand] if found else []
        return row

    moves = [{**asdict(move), "why": dict(move.why)} for move in said.moves] if said else []
    return {
        "day": request.day.isoformat(), "written": not dry_run, "indicators": list(map(one, outcomes)),
        "framework": said.framework if said else None, "moves": moves,
    }  # fmt: skip
