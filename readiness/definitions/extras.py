"""What an index says beside its figures: posture rules and scenarios; the package's own where it has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from readiness import resources
from readiness.definitions import messages, places
from readiness.definitions.folder import BASE, Member, members
from readiness.definitions.places import Document
from readiness.definitions.scenario import Scenario
from readiness.errors import DefinitionError, Problem, ReadinessError

M = TypeVar("M", bound=BaseModel)

RULES = "rules"
SCENARIOS = "scenarios"
PRICES = "gpu_prices"


def parse(
    data: bytes, shown: str, model: type[M], check: Callable[[Document, M], None] | None = None
) -> tuple[M | None, list[Problem]]:
    """Read one file as a model; its problems have file, line and column.

    `check` adds to the document what the model cannot know: what it names and there is not.
    """
    document = places.read(data, shown)
    if document.problems:
        return None, document.problems
    if not isinstance(document.data, dict):
        document.problem((1, 1), "", "the file has to be a mapping of keys to values")
        return None, document.problems
    try:
        found = model.model_validate(document.data)
    except ValidationError as error:
        messages.explain(error, document, model)
        return None, document.problems
    if check is not None:
        check(document, found)
    return found, document.problems


def base(found: Iterable[Member]) -> list[Member]:
    """Return what an index goes by where it says nothing itself: kept in it, else the package's."""
    kept = [replace(item, path=item.path.removeprefix(f"{BASE}/")) for item in found if item.folder == BASE]
    return kept or members(resources.bundled("indicators"))[0]


def own_or_bundled(
    found: Iterable[Member], folder: str, stem: str | None = None
) -> tuple[list[Member], bool]:
    """Return the files of a folder of this index and True; the package's and False where it has none.

    With a `stem` the one file of that name.
    """
    found = list(found)
    own = [item for item in found if item.folder == folder and stem in (None, item.stem)]
    if own:
        return own, True
    return [item for item in base(found) if item.folder == folder and stem in (None, item.stem)], False


def scenarios(found: Iterable[Member], problems: list[Problem]) -> list[Scenario]:
    """Return the scenarios of an index's own, in the order of their names."""
    own = (item for item in found if item.folder == SCENARIOS and item.stem != PRICES)
    read_in = (_one(member, Scenario, _check_stem) for member in own)
    return _kept(read_in, problems)


def bundled_scenario(problems: list[Problem], found: Iterable[Member] = ()) -> Scenario | None:
    """Return the scenario that others are completed from: the package's, or as an edition keeps it."""
    return next(iter(scenarios(base(found), problems)), None)


def scenario(path: Path, base: Scenario | None) -> Scenario:
    """Read a scenario of the caller's own; what it leaves out is the base's.

    Raises
    ------
    DefinitionError
        With every problem, each with its line and column.
    ReadinessError
        When there is no such file.
    """
    if not path.is_file():
        raise ReadinessError(f"there is no file {path}", "Name a scenario: a YAML file")
    found, problems = _one(Member(path.name, str(path), lambda: _bytes(path)), Scenario, None)
    refuse(problems)
    assert found is not None  # nothing is wrong
    return found if base is None else found.completed(base)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(places.MAX_BYTES + 1)


def _check_stem(document: Document, found: Scenario) -> None:
    stem = document.file.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if stem != found.id:
        message = f"'{found.id}' is not the file's name '{stem}'"
        document.problem(document.place(("id",)), "id", message, f"Rename the file to {found.id}.yaml")


def _kept(
    read_in: Iterable[tuple[M | None, list[Problem]]], problems: list[Problem]
) -> list[M]:  # fmt: skip
    result = []
    for one, faults in read_in:
        problems += faults
        result += [] if one is None else [one]
    return result


def read(
    found: Iterable[Member], folder: str, model: type[M], problems: list[Problem],
    check: Callable[[Document, M], None] | None = None,
) -> dict[str, M]:  # fmt: skip
    """Read every file of a folder by its name; problems are added to those there are.

    A file that cannot be read is left out. `check` is for the index's own files: the package's
    may name what another index does not have.
    """
    result = {}
    files, own = own_or_bundled(found, folder)
    for member in files:
        one, faults = _one(member, model, check if own else None)
        problems += faults
        if one is not None:
            result[member.stem] = one
    return result


def _one(
    member: Member, model: type[M], check: Callable[[Document, M], None] | None
) -> tuple[M | None, list[Problem]]:
    try:
        data = member.read()
    except OSError as error:
        reason = error.strerror or str(error)
        return None, [Problem(member.shown, 1, 1, "", f"cannot be read: {reason}")]
    return parse(data, member.shown, model, check)


def refuse(problems: list[Problem]) -> None:
    """Raise what is wrong, if anything is.

    Raises
    ------
    DefinitionError
        With every problem.
    """
    if problems:
        raise DefinitionError(problems)
