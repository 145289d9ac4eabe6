"""Pydantic's errors in our words, each at its own line and column."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from readiness.definitions.places import Document, Path, dotted
from readiness.errors import counted, did_you_mean, listed

_TYPES = {
    "string_type": "text",
    "string_sub_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
_BOUNDS = {"greater_than": ("gt", "greater than"), "greater_than_equal": ("ge", "at least"),
           "less_than": ("lt", "less than"), "less_than_equal": ("le", "at most")}  # fmt: skip
_PATTERNS = {
    "^[A-Z]{2}$": "two capital letters",
    "^[0-9]{3}$": "three digits",
    "^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$": "a colour such as '#0b6e7f'",
}
_SYNONYMS = {
    "up": "higher", "high": "higher", "positive": "higher", "max": "higher", "good": "higher",
    "down": "lower", "low": "lower", "negative": "lower", "min": "lower", "bad": "lower",
    "mean": "arithmetic", "amean": "arithmetic", "gmean": "geometric", "hmean": "harmonic",
    "minmax": "min-max", "winsorize": "winsorise-then-log", "ln": "log",
}  # fmt: skip


def explain(
    error: ValidationError, document: Document, model: type[BaseModel], base: Path = ()
) -> None:  # fmt: skip
    """Put every error of a validation into the document's problems; `base` is where the model's data are."""
    data = document.data
    for part in base:
        data = data[part]
    for detail in error.errors(include_url=False):
        path, key = _path(detail, data)
        message, hint = _words(detail, path, model, data)
        whole = (*base, *path)
        place = document.key_place(whole) if key else document.place(whole)
        document.problem(place, dotted(whole), message, hint)


def _path(detail: ErrorDetails, data: Any) -> tuple[Path, bool]:
    """Return the path in the file, without the tags of unions, and whether its key is meant."""
    path: list[str | int] = []
    location = detail["loc"]
    for number, part in enumerate(location):
        if _has(data, part):
            data = data[part]
        elif number < len(location) - 1 or detail["type"] not in ("missing", "union_tag_not_found"):
            continue
        path.append(part)
    if detail["type"] == "readiness":
        path += detail["ctx"]["at"]
    if detail["type"] == "union_tag_invalid":
        path.append("method")
    return tuple(path), detail["type"] == "extra_forbidden"


def _has(data: Any, part: str | int) -> bool:
    if isinstance(data, Mapping):
        return part in data
    return isinstance(data, tuple) and isinstance(part, int) and part < len(data)


def _words(detail: ErrorDetails, path: Path, model: type[BaseModel], data: Any) -> tuple[str, str]:
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "readiness":
        return context["message"], context["hint"]
    if kind == "extra_forbidden":
        return f"unknown key '{path[-1]}'", _nearest_key(str(path[-1]), path[:-1], model, data)
    if kind in ("missing", "union_tag_not_found"):
        return f"'{path[-1] if kind == 'missing' else 'method'}' is required", ""
    if kind == "union_tag_invalid":
        return _not_one_of(context["tag"], _quoted(context["expected_tags"]))
    if kind == "literal_error":
        return _not_one_of(value, _quoted(context["expected"]))
    message, hint = _about_value(kind, context, value), ""
    if kind in _TYPES:
        hint = _type_hint(_TYPES[kind], value, lambda: _models_at(model, path, data))
    return message or detail["msg"], hint


def _about_value(kind: str, context: Mapping[str, Any], value: Any) -> str:
    message = ""
    if kind in _TYPES:
        message = f"has to be {_TYPES[kind]}, not {_shown(value)}"
    elif kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        message = f"{_number(value)} has to be {words} {context[name]:g}"
    elif kind in ("too_short", "too_long"):
        message = f"has {counted(context['actual_length'], 'entry', 'entries')}, not {_length(context)}"
    elif kind == "string_too_short":
        message = "is empty"
    elif kind == "string_pattern_mismatch":
        message = f"{value!r} has to be {_PATTERNS[context['pattern']]}"
    elif kind == "finite_number":
        message = "has to be a finite number"
    return message


def _length(context: Mapping[str, Any]) -> str:
    if "min_length" in context:
        return f"{context['min_length']} or more"
    return str(context["max_length"])


def _quoted(text: str) -> list[str]:
    """`'higher' or 'lower'` as a list of words."""
    return [word for number, word in enumerate(text.split("'")) if number % 2]


def _not_one_of(value: Any, options: list[str]) -> tuple[str, str]:
    if value is None:
        return "is empty", f"Write {listed(map(repr, options), 'or')}"
    if not isinstance(value, str):
        return f"{_shown(value)} is not one of {', '.join(map(repr, options))}", ""
    synonym = _SYNONYMS.get(value.casefold())
    hint = f"Did you mean '{synonym}'?" if synonym in options else did_you_mean(value, options)
    return f"'{value[:60]}' is not one of {', '.join(map(repr, options))}", hint


def _type_hint(wanted: str, value: Any, models: Callable[[], list[type[BaseModel]]]) -> str:
    if wanted == "text" and isinstance(value, (bool, int, float)):
        return "Put it in quotes"
    if wanted in ("a number", "a whole number") and isinstance(value, str):
        return "Write it without quotes, unit or thousands sign"
    if wanted != "a mapping" or not isinstance(value, str):
        return ""
    has_method = any("method" in item.model_fields for item in models())
    return f"Write {{method: {value[:40]}}}" if has_method else ""


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text '{value[:40]}'"
    if isinstance(value, (int, float)):
        return f"the number {_number(value)}"
    return "a list" if isinstance(value, tuple) else "a mapping"


def _number(value: float) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _nearest_key(key: str, above: Path, model: type[BaseModel], data: Any) -> str:
    known = sorted({name for found in _models_at(model, above, data) for name in _keys(found)})
    return did_you_mean(key, known) or f"Known are {', '.join(known)}"


def _keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield field.alias or name


def _models_at(model: Any, path: Path, data: Any) -> list[type[BaseModel]]:
    """Return the models that may stand at a path; of a union, the one its method names."""
    found = list(_models_in(model))
    if not path:
        return _of_method(found, data)
    inner = data[path[0]] if _has(data, path[0]) else None
    if isinstance(path[0], int):
        return _models_at(model, path[1:], inner)
    below: list[type[BaseModel]] = []
    for candidate in _of_method(found, data):
        field = candidate.model_fields.get(path[0])
        if field is not None:
            below += _models_at(field.annotation, path[1:], inner)
    return below or [item for item in found if len(path) == 1 and not below]


def _of_method(models: list[type[BaseModel]], data: Any) -> list[type[BaseModel]]:
    method = data.get("method") if isinstance(data, Mapping) else None
    named: Callable[[type[BaseModel]], bool] = lambda item: (  # noqa: E731
        "method" in item.model_fields and method in get_args(item.model_fields["method"].annotation)
    )
    return list(filter(named, models)) or models


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, types.UnionType, tuple, dict):
        for part in get_args(annotation):
            yield from _models_in(part)
