"""Editing an indicator file in place: some figures, `retrieved`, a remark. All else stays to the byte.

The file is not written anew from its data: the places of the values to change are looked up in it and
just these stretches of text are replaced. The result is read again before it leaves here, and has to
say what the old file said but for the change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from readiness.definitions import block as figures_block
from readiness.definitions import places
from readiness.definitions.places import Document
from readiness.errors import DefinitionError, Problem

Cells = Mapping[tuple[str, int], float | None]
"""Figures by country and year; None takes a figure away."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# A line of YAML with its end; the last one of a file may have none.
_LINE = re.compile("[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029])|[^\r\n\x85\u2028\u2029]+\\Z")
_END = re.compile("(?:\r\n|[\r\n\x85\u2028\u2029])\\Z")
_BOM = "\ufeff"


@dataclass(frozen=True)
class Change:
    """A stretch of the text, by the offsets of its characters, and what replaces it."""

    start: int
    end: int
    text: str


def edited(
    content: bytes, file: str, cells: Cells, *, retrieved: str | None = None,
    remark: Mapping[str, Any] | None = None,
) -> bytes:  # fmt: skip
    """Return an indicator file with other figures; every other byte is as it was.

    Parameters
    ----------
    content, file
        The file as it is, and its name for messages.
    cells
        The figures to set or take away. A year the block has no column for gets one, a country
        without a line gets one in the order of the codes.
    retrieved
        The day to write into `source: retrieved`.
    remark
        A remark to put before the others: keys and plain values of `Remark`.

    Raises
    ------
    DefinitionError
        When the file is not one that could be loaded, or has no figures of its own.
    """
    document = places.read(content, file)
    block = _checked(document)
    text = document.text
    nodes = _pairs(_root(text))
    at = _stretch(text, nodes["figures"][1], len(block))
    changes = [_figures(at, cells)]
    if retrieved is not None:
        changes.append(_retrieved(text, nodes["source"], retrieved))
    if remark is not None:
        changes.append(_remarked(text, nodes, at, written(remark)))
    result = (_BOM if content.startswith(_BOM.encode()) else "") + _applied(text, changes)
    after = result.encode("utf-8")
    _same_otherwise(document, places.read(after, file), retrieved, remark)
    return after


def number(value: float) -> str:
    """Return a figure as it stands in a block: the shortest text that `float()` reads back."""
    return repr(float(value))


def _checked(document: Document) -> list[str]:
    """Return the lines of the block of a file that can be edited."""
    if not document.problems:
        has = isinstance(document.data, dict) and isinstance(document.data.get("figures"), str)
        if not has or not isinstance(document.data.get("source"), dict):
            hint = "Only a series with 'figures:' can be set"
            document.problem((1, 1), "", "has no figures of its own", hint)
        else:
            figures_block.parse(document)
    if document.problems:
        raise DefinitionError(document.problems)
    lines: list[str] = document.data["figures"].rstrip("\n").split("\n")
    return lines


def _root(text: str) -> yaml.MappingNode:
    loader = _LOADER(text)
    try:
        root = loader.get_single_node()
    finally:
        loader.dispose()
    assert isinstance(root, yaml.MappingNode)
    return root


def _pairs(node: Any) -> dict[str, tuple[Any, Any]]:
    return {key.value: (key, value) for key, value in node.value}


def _applied(text: str, changes: Sequence[Change]) -> str:
    for change in sorted(changes, key=lambda item: item.start, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return text


# The figures ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """Where the lines of a block stand in the text, and what they begin and end with."""

    start: int
    end: int
    indent: str
    bare: list[str]
    ends: list[str]


def _stretch(text: str, value: Any, count: int) -> Stretch:
    """Find the lines of a block scalar of so many lines."""
    first = _LINE.match(text, value.start_mark.index)
    assert first is not None
    raw = [found[0] for found, _ in zip(_LINE.finditer(text, first.end()), range(count), strict=False)]
    ends = [_END.search(line) for line in raw]
    indent = raw[0][: len(raw[0]) - len(raw[0].lstrip(" "))]
    bare = [line[len(indent) : end.start() if end else None] for line, end in zip(raw, ends, strict=True)]
    stop = first.end() + sum(map(len, raw))
    return Stretch(first.end(), stop, indent, bare, [end[0] if end else "" for end in ends])


def _figures(at: Stretch, cells: Cells) -> Change:
    """Return the change of the block: its lines that differ, and nothing of the others."""
    newline = at.ends[0] or "\n"
    ends = {line: end or newline for line, end in zip(at.bare, at.ends, strict=True)}
    made = "".join(f"{at.indent}{line}{ends.get(line, newline)}" for line in rewritten(at.bare, cells))
    return Change(at.start, at.end, made if at.ends[-1] else _END.sub("", made))


def rewritten(lines: Sequence[str], cells: Cells) -> list[str]:
    """Return the lines of a block with some figures changed; lines without a change are kept."""
    years = [int(cell) for cell in lines[0].split(",")[1:]]
    added = {year for (_, year), value in cells.items() if value is not None} - set(years)
    order = sorted({*years, *added})
    rows = {line.partition(",")[0]: line for line in lines[1:]}
    told: dict[str, dict[int, float | None]] = {}
    for (code, year), value in cells.items():
        if year in order and (value is not None or code in rows):
            told.setdefault(code, {})[year] = value
    header = lines[0] if not added else ",".join([lines[0].split(",")[0], *_headings(lines[0], years, order)])
    made = {code: _row(line, years, order, told.get(code, {})) for code, line in rows.items()}
    new = {code: _row(code, years, order, row) for code, row in told.items() if code not in rows}
    return [header, *_in_order(made, new)]


def _headings(header: str, years: Sequence[int], order: Sequence[int]) -> list[str]:
    said = dict(zip(years, header.split(",")[1:], strict=True))
    return [said.get(year, str(year)) for year in order]


def _row(line: str, years: Sequence[int], order: Sequence[int], changed: Mapping[int, float | None]) -> str:
    code, *texts = line.split(",")
    given = dict(zip(years, texts, strict=False))
    now = given | {year: "" if value is None else number(value) for year, value in changed.items()}
    # Only as long as the row was, or as its last figure asks for.
    reach = max((order.index(year) for year, text in now.items() if year in given or text), default=-1)
    return ",".join([code, *(now.get(year, "") for year in order[: reach + 1])])


def _in_order(rows: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Return all rows: by code where the old ones are, else the new ones at the end."""
    if list(rows) == sorted(rows):
        both = {**rows, **new}
        return [both[code] for code in sorted(both)]
    return [*rows.values(), *(new[code] for code in sorted(new))]


# The day, and remarks ---------------------------------------------------------------------------------------


def _retrieved(text: str, pair: tuple[Any, Any], day: str) -> Change:
    source = pair[1]
    inner = _pairs(source)
    if "retrieved" in inner:
        key, value = inner["retrieved"]
        start, end = value.start_mark.index, value.end_mark.index
        if start == end:  # nothing stands after the colon
            at = text.index(":", key.end_mark.index) + 1
            return Change(at, at, f" {day}")
        return Change(start, end, day)
    first = source.value[0][0].start_mark
    if source.flow_style:
        return Change(first.index, first.index, f"retrieved: {day}, ")
    return _line_after(text, source, first, f"retrieved: {day}")


def _line_after(text: str, mapping: Any, first: Any, line: str) -> Change:
    """Put a line below the last key of a block mapping; above the first where that is not one line."""
    last = mapping.value[-1][1]
    newline = _newline(text)
    if isinstance(last, yaml.ScalarNode) and last.style not in ("|", ">"):
        found = _LINE.match(text, last.end_mark.index)
        at = found.end() if found else len(text)
        ended = bool(found and _END.search(found[0]))
        indent = " " * first.column
        return Change(at, at, f"{indent}{line}{newline}" if ended else f"{newline}{indent}{line}")
    return Change(first.index, first.index, f"{line}{newline}{' ' * first.column}")


def _remarked(text: str, nodes: Mapping[str, tuple[Any, Any]], block: Stretch, item: str) -> Change:
    """Put a remark before the others; below the block where it is the first."""
    newline = _newline(text)
    if "remarks" not in nodes:
        lines = f"remarks:{newline}  - {item}"
        made = f"{lines}{newline}" if block.ends[-1] else f"{newline}{lines}"
        return Change(block.end, block.end, made)
    key, value = nodes["remarks"]
    start = value.start_mark.index
    if isinstance(value, yaml.SequenceNode):
        if value.flow_style:
            return Change(start + 1, start + 1, f"{item}, " if value.value else item)
        return Change(start, start, f"- {item}{newline}{' ' * value.start_mark.column}")
    at = text.index(":", key.end_mark.index) + 1
    return Change(at, value.end_mark.index, f"{newline}  - {item}")


def _newline(text: str) -> str:
    found = re.search("\r\n|[\r\n]", text)
    return found[0] if found else "\n"


def written(value: Any) -> str:
    """Return a value as YAML has it on one line; texts in quotes where they need them."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else number(value)
    if isinstance(value, str):
        plain = all(character.isalnum() or character in "_.-" for character in value)
        return value if plain and places.scalar(value) == value and value.isascii() else quoted(value)
    return str(value)


def quoted(text: str) -> str:
    """Return a text as YAML has it in double quotes, on one line."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable() and character != _BOM:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _same_otherwise(
    before: Document, after: Document, retrieved: str | None, remark: Mapping[str, Any] | None
) -> None:
    """Refuse a result that says anything else than the old file and the change."""
    if not after.problems:
        figures_block.parse(after)
    if after.problems:
        raise DefinitionError(after.problems)
    expected = {key: value for key, value in before.data.items() if key != "figures"}
    if retrieved is not None:
        expected["source"] = {**expected["source"], "retrieved": retrieved}
    if remark is not None:
        expected["remarks"] = (dict(remark), *(expected.get("remarks") or ()))
    if {key: value for key, value in after.data.items() if key != "figures"} != expected:
        raise DefinitionError(
            [Problem(before.file, 1, 1, "", "cannot be edited in place", "Change it with an editor")]
        )
