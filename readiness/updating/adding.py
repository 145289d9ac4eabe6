"""A new indicator file: from the fields that a person gives to text that is checked before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from readiness.definitions import block, messages, places
from readiness.definitions.edit import written
from readiness.definitions.indicator import ContextSeries, Indicator
from readiness.definitions.load import UNSCORED, Definitions
from readiness.errors import DefinitionError, ReadinessError
from readiness.sources import registry

# The order in which a file says things.
_FIRST = (
    "id", "name", "description", "unit", "direction", "absence", "denominator", "per", "transform", "scale",
    "goalposts", "valid", "max_age", "kind", "actionable", "source", "update",
)  # fmt: skip


def path_of(definitions: Definitions, pillar: str, name: str) -> Path:
    """Return where a new indicator's file goes.

    Raises
    ------
    ReadinessError
        When the index has a series of that id, a file in that place, or the folder's name is odd.
    """
    if name in definitions.files:
        raise ReadinessError(f"{name} is in {definitions.files[name]} already", "Choose another id")
    odd = pillar in ("frameworks", "schema", "scenarios", "rules") or pillar.startswith(".")
    if odd or Path(pillar).name != pillar:
        raise ReadinessError(f"{pillar!r} is not a folder for an indicator", "Name a pillar, like energy")
    path = definitions.root / pillar / f"{name}.yaml"
    if path.exists():
        raise ReadinessError(f"{path} is there already")
    return path


def text(fields: Mapping[str, Any], year: int, pillar: str) -> str:
    """Return the file of an indicator; without figures yet, but for a column of `year`."""
    kind = "context" if pillar in UNSCORED else "indicator"
    lines = [f"# yaml-language-server: $schema=../schema/{kind}.json"]
    for key in _FIRST:
        value = fields.get(key)
        if value is None:
            continue
        if key == "source":
            lines += ["source:", *(f"  {name}: {written(item)}" for name, item in value.items())]
        else:
            lines.append(f"{key}: {written(value)}")
    return "\n".join([*lines, "figures: |", f"  country,{year}", ""])


def checked(content: bytes, path: Path, pillar: str) -> None:
    """Refuse a file that could not be loaded, or whose `update:` block its source cannot use.

    Raises
    ------
    DefinitionError
        With every problem, at its place in the file as it would be.
    """
    document = places.read(content, str(path))
    model = ContextSeries if pillar in UNSCORED else Indicator
    if not document.problems:
        try:
            series = model.model_validate(document.data)
            block.parse(document)
            if series.update is not None and series.update.from_ != registry.MANUAL:
                kind = registry.kind(series.update.from_)
                model = kind.settings  # type: ignore[assignment]
                registry.settings_of(series, kind)
        except ValidationError as error:
            base = ("update",) if model not in (ContextSeries, Indicator) else ()
            messages.explain(error, document, model, base)
        except ReadinessError as error:
            document.problem(document.place(("update", "from")), "update.from", error.message, error.hint)
    if document.problems:
        raise DefinitionError(document.problems)
