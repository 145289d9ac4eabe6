"""An update: ask the sources, compare, hold back what is odd, write the rest.

One file never costs another: what fails leaves its indicator as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from readiness.definitions import messages, places
from readiness.definitions.block import Block
from readiness.definitions.indicator import Series
from readiness.definitions.load import Definitions
from readiness.errors import DefinitionError, Problem, ReadinessError, UnknownNameError, counted, did_you_mean
from readiness.sources import registry
from readiness.sources.base import Answer, Kind, Settings, SourceError, Wanted
from readiness.sources.client import Client
from readiness.updating import folder as folders
from readiness.updating.revise import Change, Revision, merged, revise, whole
from readiness.updating.suspicion import Suspicion, suspicions

State = Literal["updated", "unchanged", "held back", "failed", "by hand", "derived"]
# Sources asked at the same time.
AT_ONCE = 4
# Years asked for where a series has none yet.
YEARS = 15


@dataclass(frozen=True)
class Outcome:
    """What became of one series.

    Attributes
    ----------
    state
        `updated` (or would be, in a dry run), `unchanged`, `held back` for suspicions, `failed`, or not
        asked for: `by hand`, `derived`.
    message
        Why it failed, or what the source said.
    revision
        What the answer changes; None where there was no answer.
    vintage
        The source's own date or release.
    left_out
        What in the answer is no figure of this index.
    """

    id: str
    state: State
    message: str = ""
    revision: Revision | None = None
    suspicions: tuple[Suspicion, ...] = ()
    vintage: str | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """What an update is asked to do; `partial` where answers are no whole editions, see `revise`."""

    day: date
    only_newer: bool = False
    partial: bool = False
    accepted: frozenset[str] = frozenset()


def every(definitions: Definitions) -> dict[str, Series]:
    """Return every series of an index, those to compare with too."""
    return {**definitions.series, **definitions.validation}


def chosen(definitions: Definitions, names: Sequence[str]) -> list[str]:
    """Return the series to update: those named, else all that are scored, derived from or divided by.

    Raises
    ------
    UnknownNameError
        When there is no such series.
    """
    known = every(definitions)
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or "`readiness indicators` lists them"
            raise UnknownNameError(f"unknown indicator {name!r}", hint)
    return list(dict.fromkeys(names)) or list(definitions.series)


def contents(definitions: Definitions, names: Iterable[str]) -> dict[str, bytes]:
    """Return the files of series as they are now.

    Raises
    ------
    ReadinessError
        When one cannot be read.
    """
    found = {}
    for name in names:
        path = path_of(definitions, name)
        try:
            found[name] = path.read_bytes()
        except OSError as error:
            raise ReadinessError(f"cannot read {path}: {error.strerror or error}") from error
    return found


def settings(definitions: Definitions, name: str, content: bytes) -> tuple[Kind, Settings]:
    """Return the kind of source of a series and its settings.

    Raises
    ------
    DefinitionError
        When the `update:` block is wrong, with its place.
    """
    series = every(definitions)[name]
    document = places.read(content, str(definitions.root / definitions.files[name]))
    assert series.update is not None
    try:
        kind = registry.kind(series.update.from_)
        return kind, registry.settings_of(series, kind)
    except ValidationError as error:
        messages.explain(error, document, kind.settings, ("update",))
    except ReadinessError as error:
        document.problem(document.place(("update", "from")), "update.from", error.message, error.hint)
    raise DefinitionError(document.problems)


def ask(
    definitions: Definitions, read: Mapping[str, bytes], client: Client, request: Request,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:  # fmt: skip
    """Ask the source of each series and say what its answer changes; nothing is written.

    Parameters
    ----------
    read
        The series to ask for, with their files as they are.
    tell
        Is told each outcome as it comes, in the order of `read`.
    """
    codes: dict[str, str | None] = {}

    def one(name: str) -> Outcome:
        return _one(definitions, name, read[name], client, request, codes)

    found = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            for outcome in pool.map(one, read):
                tell(outcome)
                found.append(outcome)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


def _one(
    definitions: Definitions, name: str, content: bytes, client: Client, request: Request,
    codes: dict[str, str | None],
) -> Outcome:  # fmt: skip
    series = every(definitions)[name]
    if series.derived is not None:
        return Outcome(name, "derived")
    if series.update is None or series.update.from_ == registry.MANUAL:
        return Outcome(name, "by hand")
    block = definitions.blocks[name]
    try:
        kind, said = settings(definitions, name, content)
        answer = kind.fetch(said, client, _wanted(block, request.day))
        return judged(definitions, name, answer, request, codes)
    except ReadinessError as error:
        return Outcome(name, "failed", str(error))


def _wanted(block: Block, day: date) -> Wanted:
    first = int(block.years[0]) if block.count else day.year - YEARS
    return Wanted(first, day.year)


def judged(
    definitions: Definitions, name: str, answer: Answer, request: Request, codes: dict[str, str | None]
) -> Outcome:
    """Say what an answer changes in a series, and whether it may.

    Raises
    ------
    SourceError
        When a figure is outside the series' `valid` bounds, or none is of a country of the index.
    """
    series = every(definitions)[name]
    matched = whole(answer, definitions.countries, codes)
    found = revise(
        definitions.blocks[name], series, matched.figures, only_newer=request.only_newer,
        partial=request.partial,
    )  # fmt: skip
    _refuse_invalid(series, found.changes)
    odd = suspicions(found, series, request.day.year, partial=request.partial)
    held = odd and name not in request.accepted
    state: State = "held back" if held else "updated" if found.changes else "unchanged"
    message = f"{counted(len(found.figures), 'figure')}"
    left = (*answer.left_out, *_left_out(matched.unknown, matched.outside))
    return Outcome(name, state, message, found, odd, answer.vintage, left)


def _refuse_invalid(series: Series, changes: Sequence[Change]) -> None:
    if series.valid is None:
        return
    low, high = series.valid
    bad = [item for item in changes if item.after is not None and not low <= item.after <= high]
    if bad:
        first = bad[0]
        raise SourceError(
            f"{counted(len(bad), 'figure')} outside valid: [{low:.12g}, {high:.12g}], first "
            f"{first.country} {first.year}: {first.after:.12g}",
            "Has the source's unit changed?",
        )


def _left_out(unknown: Sequence[str], outside: Sequence[str]) -> Iterator[str]:
    if unknown:
        yield f"no countries: {_few(unknown)}"
    if outside:
        yield f"not in this index: {_few(sorted(outside))}"


def _few(words: Sequence[str]) -> str:
    return ", ".join(words[:8]) + (f" and {len(words) - 8} more" if len(words) > 8 else "")


def after(definitions: Definitions, outcomes: Iterable[Outcome]) -> Definitions:
    """Return the index as it is when the updates are in it."""
    blocks = dict(definitions.blocks)
    for item in outcomes:
        if item.state == "updated" and item.revision is not None:
            blocks[item.id] = merged(blocks[item.id], item.revision.changes)
    return replace(definitions, blocks=blocks)


def write(
    definitions: Definitions, outcomes: Sequence[Outcome], read: Mapping[str, bytes], request: Request
) -> list[Outcome]:
    """Write the updates into their files, each whole; return the outcomes, with those that failed.

    A series that the source says unchanged gets the day into `retrieved` alone, if all of the answer
    was asked for.
    """
    found = []
    for item in outcomes:
        if item.state == "updated" or (item.state == "unchanged" and not request.only_newer):
            assert item.revision is not None
            path = path_of(definitions, item.id)
            try:
                folders.put(path, read[item.id], item.revision.cells, retrieved=request.day.isoformat())
            except ReadinessError as error:
                item = replace(item, state="failed", message=str(error))
        found.append(item)
    return found


def wrong_settings(definitions: Definitions) -> list[Problem]:
    """Return what is wrong with the `update:` blocks of an index."""
    problems: list[Problem] = []
    series = every(definitions)
    asked = [name for name, item in series.items() if item.update and item.update.from_ != registry.MANUAL]
    for name, content in contents(definitions, asked).items():
        try:
            settings(definitions, name, content)
        except DefinitionError as error:
            problems += error.problems
    return problems


def newer(definitions: Definitions, snapshot: Path) -> dict[str, int]:
    """Return how many figures of newer years a snapshot has of each series that it was asked for."""
    from readiness.updating.snapshot import Replay

    replay = Replay(snapshot)
    read = contents(definitions, definitions.series)
    outcomes = ask(definitions, read, replay, Request(replay.day))
    return {item.id: len(item.revision.new) for item in outcomes if item.revision and item.revision.new}


def path_of(definitions: Definitions, name: str) -> Path:
    """Return the file of a series."""
    return definitions.root / definitions.files[name]


def failed(outcomes: Collection[Outcome]) -> bool:
    """Tell whether some of the work was not done."""
    return any(item.state in ("failed", "held back") for item in outcomes)
