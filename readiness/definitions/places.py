"""YAML with places: YAML 1.2 core scalars, and the line and column of every value.

`yaml.safe_load` reads `NO:` as False, `12:30` as 750, keeps the last of two equal
keys and expands alias bombs. This reader goes over the events of PyYAML's parser
(the C one where it is there), refuses what a definitions file has no use for, and
remembers where each key and value stands.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from readiness.errors import Problem

Path = tuple[str | int, ...]
Place = tuple[int, int]

MAX_BYTES = 4_000_000
MAX_DEPTH = 40

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]{1,400}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
# A tab does no harm in a text, and a line may end inside one.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BASED = re.compile(r"(0x[0-9a-fA-F]{1,400}|0o[0-7]{1,400})\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf"), float("inf")),
    "-.inf": float("-inf"),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


@dataclass
class Document:
    """One YAML file: its data, where everything stands, and what is wrong with it.

    Sequences are tuples and keys are always text. `values` and `keys` map the path
    of a value (and of the key that holds it) to (line, column), counted from 1;
    `blocks` holds the paths of literal block scalars (`|`).
    """

    file: str
    text: str = ""
    data: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    blocks: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    @functools.cached_property
    def lines(self) -> list[str]:
        """The lines of the file, without their ends."""
        return self.text.splitlines()

    def place(self, path: Path) -> Place:
        """Return the place of the value at `path`, or of the nearest value above it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def key_place(self, path: Path) -> Place:
        """Return the place of the key that holds `path`, else of its value."""
        return self.keys.get(path) or self.place(path)

    def problem(self, place: Place, where: str, message: str, hint: str = "") -> None:
        """Add a problem at a place of this file."""
        self.problems.append(Problem(self.file, *place, where, message, hint))


def dotted(path: Path) -> str:
    """`('tree', 'children', 0, 'id')` as `tree.children[0].id`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read(content: bytes, file: str) -> Document:
    """Read one YAML document from bytes; every fault lands in `problems`."""
    document = Document(file)
    if len(content) > MAX_BYTES:
        document.problem((1, 1), "", f"the file has more than 4 MB ({MAX_BYTES:,} bytes)")
        return document
    text = _decoded(content, document)
    if text is None:
        return document
    document.text = text
    try:
        _Composer(document).run(text)
    except _StopError:
        pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.problem(place, "", f"not YAML: {error.problem or error.context}", _syntax_hint(error))
    except yaml.reader.ReaderError as error:
        position = error.position if isinstance(error.position, int) else 0
        document.problem(_offset_place(text.encode(), position), "", f"not YAML: {error.reason}")
    if document.problems:
        document.data = None
    return document


def scalar(text: str) -> Any:
    """Resolve a plain scalar by the core schema of YAML 1.2: `NO` and `12:30` stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    if _BASED.match(text):
        return int(text, 0)
    return text


def _decoded(content: bytes, document: Document) -> str | None:
    """Decode UTF-8 and refuse tabs and NUL, which no definitions file needs."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _offset_place(content, error.start)
        document.problem(
            place, "", f"byte {content[error.start]:#04x} is not UTF-8",
            "Save the file as UTF-8",
        )  # fmt: skip
        return None
    for character, name in (("\t", "a tab"), ("\0", "a NUL character")):
        at = text.find(character)
        if at >= 0:
            line = text.count("\n", 0, at) + 1
            column = at - text.rfind("\n", 0, at)
            document.problem((line, column), "", f"{name} is not allowed", "Use spaces")
    return None if document.problems else text


def _offset_place(content: bytes, offset: int) -> Place:
    """Return the line and column of a byte offset."""
    before = content[:offset].decode("utf-8-sig", errors="replace")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _syntax_hint(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    if "mapping values are not allowed" in problem:
        return "A text with ': ' in it has to stand in quotes"
    if "could not find expected ':'" in problem:
        return "Is a colon missing, or a line not indented?"
    return ""


class _StopError(Exception):
    """Reading ends here; the problem is in the document already."""


class _Composer:
    """Build plain data from parser events, keeping the place of everything."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def run(self, text: str) -> None:
        loader = _LOADER(text)
        try:
            events = iter(loader.get_event, None)
            self._documents(events)
        finally:
            loader.dispose()

    def _documents(self, events: Iterator[Any]) -> None:
        seen = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    self._refuse(event, (), "a second document begins", "Keep one document a file")
                    return
            elif isinstance(event, yaml.StreamEndEvent):
                break
            elif not isinstance(event, (yaml.StreamStartEvent, yaml.DocumentEndEvent)):
                self.document.data = self._value(event, events, ())
        if not seen:
            self.document.problem((1, 1), "", "the file is empty")

    def _value(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        document = self.document
        document.values[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, path, f"alias '*{event.anchor}' is not allowed", "Write the value out")
            return None
        if event.anchor:
            self._refuse(event, path, f"anchor '&{event.anchor}' is not allowed", "Leave it out")
        if event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, path, f"tag '{tag}' is not allowed", "Leave it out")
        if isinstance(event, yaml.ScalarEvent):
            if event.style == "|":
                document.blocks.add(path)
            return self._text(event, path) if event.style else scalar(event.value)
        if len(path) >= MAX_DEPTH:
            self._refuse(event, path[:1], f"nested more than {MAX_DEPTH} levels deep")
            raise _StopError
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._mapping(events, path)

    def _sequence(self, events: Iterator[Any], path: Path) -> tuple[Any, ...]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, events, (*path, len(items))))
        return tuple(items)

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        items: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, events, path)
            inner = (*path, key)
            first = self.document.keys.get(inner)
            if first and key in items:
                hint = f"The first is in line {first[0]}"
                self._refuse(event, inner, f"the key '{key}' stands twice", hint)
            self.document.keys[inner] = (event.start_mark.line + 1, event.start_mark.column + 1)
            items[key] = self._value(next(events), events, inner)
        return items

    def _key(self, event: Any, events: Iterator[Any], path: Path) -> str:
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor or event.tag:
                self._refuse(event, path, "anchors and tags are not allowed on keys", "Leave it out")
            return self._text(event, path)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, path, f"alias '*{event.anchor}' is not allowed", "Write the key out")
            return f"*{event.anchor}"
        self._refuse(event, path, "a key has to be text")
        raise _StopError

    def _text(self, event: Any, path: Path) -> str:
        """Return a text in quotes, whose escapes can write what the file itself may not hold."""
        if found := _CONTROL.search(event.value):
            self._refuse(event, path, f"the control character {found[0]!a} is not allowed", "Leave it out")
        return str(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", event.value))

    def _refuse(self, event: Any, path: Path, message: str, hint: str = "") -> None:
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        self.document.problem(place, dotted(path), message, hint)
