"""What an index says beside its figures: posture rules and scenarios; the package's own where it has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from readiness import resources
from readiness.definitions import messages, places
from readiness.definitions.folder import Member, members
from readiness.definitions.places import Document
from readiness.errors import DefinitionError, Problem

M = TypeVar("M", bound=BaseModel)

RULES = "rules"
SCENARIOS = "scenarios"


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


def own_or_bundled(found: Iterable[Member], folder: str) -> tuple[list[Member], bool]:
    """Return the files of a folder of this index and True; the package's and False where it has none."""
    own = [item for item in found if item.folder == folder]
    if own:
        return own, True
    bundled, _ = members(resources.bundled("indicators"))
    return [item for item in bundled if item.folder == folder], False


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
