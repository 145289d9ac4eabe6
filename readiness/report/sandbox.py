"""The sandbox of templates: they see a profile's plain values and the functions given to them, no more.

Someone's own template is untrusted: it can neither reach the file system or the network nor change
what it is given.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, FunctionLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from pydantic import BaseModel

# What of Python's own values is open to a template: their methods read, and write nowhere.
_PLAIN = (str, bytes, int, float, bool, tuple, list, dict, set, frozenset, range, type(None))


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment that escapes everything, knows no undefined names and opens plain values only."""

    def __init__(self, bundled: Path, own: Mapping[str, tuple[str, str]]) -> None:
        """Take the bundled templates, and those that replace them: (text, file) by name."""

        def overriding(name: str) -> tuple[str, str, Callable[[], bool]] | None:
            found = own.get(name)
            return None if found is None else (*found, lambda: True)

        self._known: dict[tuple[type, str, type], bool] = {}
        loaders: list[BaseLoader] = [FunctionLoader(overriding)] if own else []
        super().__init__(
            loader=ChoiceLoader([*loaders, FileSystemLoader(bundled)]), autoescape=True,
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        )  # fmt: skip

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether a template may read this: a field of ours, or a method of a plain value."""
        if isinstance(obj, type):
            return self._is_safe(obj, attr, value)
        # The answer is the same for all of a kind, and is asked for thousands of times a page.
        key = type(obj), attr, type(value)
        if key not in self._known:
            self._known[key] = self._is_safe(obj, attr, value)
        return self._known[key]

    def _is_safe(self, obj: Any, attr: str, value: Any) -> bool:
        if not super().is_safe_attribute(obj, attr, value) or isinstance(value, ModuleType | type):
            return False
        if isinstance(obj, BaseModel):
            # Models inherit methods that read files.
            return attr in type(obj).model_fields or _is_property(obj, attr)
        if dataclasses.is_dataclass(obj):
            return True
        root = type(obj).__module__.partition(".")[0]
        return isinstance(obj, (*_PLAIN, Functions)) or root in ("jinja2", "markupsafe", "datetime")


class Functions:
    """The functions of a module for templates, without what the module has imported."""

    def __init__(self, module: ModuleType, call: Callable[[Any], Any] | None = None) -> None:
        """Take what a module defines (its `__all__`, where it has one); `call` wraps each function."""
        names = getattr(module, "__all__", None) or [
            name for name, value in vars(module).items()
            if not name.startswith("_") and (_own(value, module) or (name.isupper() and _plain(value)))
        ]  # fmt: skip
        for name in names:
            value = getattr(module, name)
            if isinstance(value, ModuleType | type):
                continue
            setattr(self, name, call(value) if call and callable(value) else value)


def _own(value: Any, module: ModuleType) -> bool:
    """Tell whether a module defines this, and did not import it."""
    return getattr(value, "__module__", None) == module.__name__


def _plain(value: Any) -> bool:
    return isinstance(value, _PLAIN)


def markup(draw: Callable[..., str], **given: Any) -> Callable[..., Markup]:
    """Return a chart function whose result is markup; its texts are escaped by the function itself."""
    return lambda *args, **options: Markup(draw(*args, **{**given, **options}))


def _is_property(obj: Any, attr: str) -> bool:
    found = getattr(type(obj), attr, None)
    return isinstance(found, property) and type(obj).__module__.startswith("readiness.")
