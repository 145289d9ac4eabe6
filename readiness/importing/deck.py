"""An index as other tools hand it over: places, parts of a tree and figures; and the folder it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from readiness.countries import is_known_code
from readiness.definitions import checks
from readiness.definitions.base import ID, RESERVED
from readiness.definitions.edit import number, quoted
from readiness.errors import DefinitionError, Problem

Kind = Literal["Indicator", "Aggregate", "Denominator", "Group", "Other"]
# Folders of an index that hold something else than a pillar.
_TAKEN = ("context", "validation", "alternatives", "frameworks", "scenarios", "rules", "schema")


@dataclass(frozen=True)
class Part:
    """One row of a tool's metadata; `row` and `column` are its place there."""

    code: str
    name: str
    kind: Kind
    parent: str | None = None
    weight: float = 1.0
    direction: int = 1
    unit: str | None = None
    denominator: str | None = None
    goalposts: tuple[float, float] | None = None
    row: int = 1
    column: int = 1


@dataclass(frozen=True)
class Unit:
    """What is assessed: its code, its name, its groups."""

    code: str
    name: str
    groups: Mapping[str, str] = field(default_factory=dict)
    row: int = 1


@dataclass(frozen=True)
class Method:
    """What the tool's tables do not say of the method.

    Attributes
    ----------
    imputation, treatment
        Of the framework, as its YAML has them.
    """

    imputation: Mapping[str, Any]
    treatment: Mapping[str, Any]


@dataclass(frozen=True)
class Deck:
    """An index of another tool.

    Attributes
    ----------
    figures
        By part, place and year; missing ones are not there.
    files
        The names of its data and its metadata, for messages.
    """

    units: Sequence[Unit]
    parts: Sequence[Part]
    figures: Mapping[str, Mapping[tuple[str, int], float]]
    files: tuple[str, str]
    tool: str


def folder(deck: Deck, method: Method) -> dict[str, bytes]:
    """Return the files of the index folder: their paths below it, and their content.

    Raises
    ------
    DefinitionError
        When codes, parents, weights or directions are at fault: every one of them, with its place.
    """
    problems = list(_problems(deck))
    if problems:
        raise DefinitionError(problems)
    ids = _ids(deck.parts)
    files = {"countries.yaml": _countries(deck)}
    used = {part.denominator for part in deck.parts if part.denominator}
    for part in deck.parts:
        if part.kind == "Indicator":
            assert part.parent is not None
            files[f"{_folder(ids[part.parent])}/{ids[part.code]}.yaml"] = _series(deck, part, ids)
        elif part.kind == "Denominator" and part.code in used:
            files[f"context/{ids[part.code]}.yaml"] = _series(deck, part, ids)
    root = next(part for part in deck.parts if part.kind == "Aggregate" and part.parent is None)
    files[f"frameworks/{ids[root.code]}.yaml"] = _framework(deck, root, ids, method)
    return {path: text.encode("utf-8") for path, text in files.items()}


# What is wrong --------------------------------------------------------------------------------------------


def _problems(deck: Deck) -> Iterator[Problem]:
    meta = deck.files[1]
    by_code: dict[str, Part] = {}
    for part in deck.parts:
        if part.code in by_code:
            first = by_code[part.code].row
            yield Problem(
                meta,
                part.row,
                part.column,
                part.code,
                "the code stands twice",
                f"The first is in line {first}",
            )
        by_code.setdefault(part.code, part)
    for part in deck.parts:
        yield from (
            Problem(meta, part.row, part.column, part.code, *said) for said in _of_part(part, by_code)
        )
    roots = [part for part in deck.parts if part.kind == "Aggregate" and part.parent is None]
    if len(roots) != 1:
        said = f"{len(roots) or 'no'} aggregates without a parent: {', '.join(part.code for part in roots)}"
        yield Problem(meta, 1, 1, "", said.rstrip(": "), "The index is the only one")
    yield from _of_units(deck)


def _of_part(part: Part, by_code: Mapping[str, Part]) -> Iterator[tuple[str, str]]:
    if part.kind == "Indicator" and part.direction not in (1, -1):
        yield f"the direction {part.direction} is neither 1 nor -1", ""
    if part.weight < 0:
        yield f"the weight {part.weight:g} is negative", ""
    if part.kind == "Indicator" and part.parent is None:
        yield "has no parent", "Every indicator belongs to an aggregate"
    above = by_code.get(part.parent or "")
    if part.parent is not None and (above is None or above.kind != "Aggregate"):
        yield f"its parent {part.parent!r} is no aggregate", ""
    if part.denominator is not None:
        below = by_code.get(part.denominator)
        if below is None or below.kind not in ("Denominator", "Indicator"):
            yield f"its denominator {part.denominator!r} is no denominator", ""
    if _is_cycle(part, by_code):
        yield "lies below itself", ""


def _is_cycle(part: Part, by_code: Mapping[str, Part]) -> bool:
    seen = {part.code}
    above = by_code.get(part.parent or "")
    while above is not None and above.code not in seen:
        seen.add(above.code)
        above = by_code.get(above.parent or "")
    return above is not None and above.code == part.code


def _of_units(deck: Deck) -> Iterator[Problem]:
    data = deck.files[0]
    free = not all(is_known_code(unit.code) for unit in deck.units)
    if not deck.units:
        yield Problem(data, 1, 1, "", "there is no unit")
    for unit in deck.units:
        if free and not checks.is_place_id(unit.code):
            yield Problem(data, unit.row, 1, "uCode", f"{unit.code[:60]!r} is not a place id",
                          "Use letters, digits, '_', '.' and '-'")  # fmt: skip


# The files ------------------------------------------------------------------------------------------------


def _ids(parts: Sequence[Part]) -> dict[str, str]:
    """Return our ids of the tool's codes: the same where it is one, else the nearest that is free."""
    found: dict[str, str] = {}
    taken = {part.code for part in parts if _is_id(part.code)}
    for part in parts:
        if _is_id(part.code):
            found[part.code] = part.code
            continue
        plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in part.code)[:80]
        plain = plain if plain[:1].isalpha() else f"x_{plain}"
        name, count = plain, 2
        while name in taken or not _is_id(name):
            name, count = f"{plain}_{count}", count + 1
        found[part.code] = name
        taken.add(name)
    return found


def _is_id(text: str) -> bool:
    return bool(ID.match(text)) and len(text) <= 100 and text not in RESERVED and not text.startswith("rank_")


def _folder(name: str) -> str:
    return f"{name}_" if name in _TAKEN else name


def _countries(deck: Deck) -> str:
    lines = [] if all(is_known_code(unit.code) for unit in deck.units) else ["codes: free"]
    lines.append("countries:")
    for unit in sorted(deck.units, key=lambda item: item.code):
        groups = ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in unit.groups.items() if value)
        more = f", groups: {{{groups}}}" if groups else ""
        lines.append(f"  {quoted(unit.code)}: {{name: {quoted(unit.name)}{more}}}")
    return "\n".join(lines) + "\n"


def _series(deck: Deck, part: Part, ids: Mapping[str, str]) -> str:
    kind = "indicator" if part.kind == "Indicator" else "context"
    lines = [
        f"# yaml-language-server: $schema=../schema/{kind}.json", f"id: {ids[part.code]}",
        f"name: {quoted(part.name)}",
    ]  # fmt: skip
    if ids[part.code] != part.code:
        lines.append(f"description: {quoted(f'Code in {deck.tool}: {part.code}')}")
    lines.append(f"unit: {quoted(part.unit or 'not stated')}")
    if part.kind == "Indicator":
        lines.append(f"direction: {'higher' if part.direction > 0 else 'lower'}")
    if part.denominator is not None:
        lines.append(f"denominator: {ids[part.denominator]}")
    if part.goalposts is not None:
        low, high = sorted(part.goalposts)
        lines.append(f"goalposts: [{number(low)}, {number(high)}]")
    source = quoted(deck.files[0])
    lines.append(f"source: {{publisher: {source}, dataset: {source}, licence: not stated}}")
    return "\n".join([*lines, *_block(deck, part), ""])


def _block(deck: Deck, part: Part) -> Iterator[str]:
    cells = deck.figures.get(part.code, {})
    years = sorted({year for values in deck.figures.values() for _, year in values})
    yield "figures: |"
    yield f"  country,{','.join(map(str, years))}"
    for code in sorted({code for code, _ in cells}):
        row = [number(cells[code, year]) if (code, year) in cells else "" for year in years]
        yield f"  {code},{','.join(row)}"


def _framework(deck: Deck, root: Part, ids: Mapping[str, str], method: Method) -> str:
    years = {year for values in deck.figures.values() for _, year in values}
    ends = [part.goalposts for part in deck.parts if part.kind == "Indicator"]
    fixed = "goalposts" if ends and None not in ends else "sample"
    files = " and ".join(map(quoted, dict.fromkeys(deck.files)))
    lines = [
        "# yaml-language-server: $schema=../schema/framework.json",
        f"# From {files} of {deck.tool}, which do not say the method: it is what follows.",
        f"id: {ids[root.code]}", f"name: {quoted(root.name)}", f"year: {max(years)}", "methods:",
        "  coverage: {node: 0, index: 0}",
        f"  imputation: {_flow(method.imputation)}", f"  treatment: {_flow(method.treatment)}",
        f"  normalisation: {{method: min-max, ends: {fixed}, range: [0, 100]}}",
        "  aggregation: {method: arithmetic}", "tree:",
    ]  # fmt: skip
    return "\n".join([*lines, *_node(deck, root, ids, "  "), ""])


def _flow(values: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in values.items()) + "}"


def _node(deck: Deck, part: Part, ids: Mapping[str, str], indent: str) -> Iterator[str]:
    below = [item for item in deck.parts if item.parent == part.code]
    yield f"{indent}id: {ids[part.code]}"
    yield f"{indent}name: {quoted(part.name)}"
    if part.weight != 1:
        yield f"{indent}weight: {number(part.weight)}"
    if any(item.kind == "Aggregate" for item in below):
        yield f"{indent}children:"
        for item in below:
            if item.kind == "Aggregate":
                first, *rest = _node(deck, item, ids, f"{indent}    ")
                yield f"{indent}  - {first.strip()}"
                yield from rest
    scored = [item for item in below if item.kind == "Indicator"]
    if scored:
        yield f"{indent}indicators:"
        for item in scored:
            weight = "" if item.weight == 1 else f", weight: {number(item.weight)}"
            yield f"{indent}  - {{id: {ids[item.code]}{weight}}}"
