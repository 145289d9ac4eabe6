"""`readiness indicators --software`: the libraries that this installation runs with, and their licences."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readiness.scores import Table

COLUMNS = ("package", "version", "licence", "asked_by", "url")
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?[^;]*(?:;(.*))?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?(?:.+\(([^()]+)\)|(.+))")


def software(package: str = "readiness") -> Table:
    """Return a row a library that a package requires, directly or by another; itself first.

    The licence is what the library's metadata say: its licence expression, else its licence if that is
    one line, else its classifiers; None where they say nothing. A library that is required on other
    machines only, and not installed here, has no row.
    """
    from readiness.scores import Table

    found: dict[str, metadata.Distribution] = {}
    asked: dict[str, set[str]] = {}
    waiting = [(package, frozenset[str](), "")]
    seen = set()
    while waiting:
        name, extras, by = waiting.pop()
        if by:
            asked.setdefault(_plain(name), set()).add(by)
        if (_plain(name), extras) in seen:
            continue
        seen.add((_plain(name), extras))
        try:
            found[_plain(name)] = distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        waiting += [(each, more, distribution.name) for each, more in _required(distribution, extras)]
    order = sorted(found, key=lambda name: (name != _plain(package), name))
    return Table(COLUMNS, tuple(
        (found[name].name, found[name].version, licence(found[name].metadata),
         ", ".join(sorted(asked.get(name, ()))) or None, _page(found[name].metadata))
        for name in order
    ))  # fmt: skip


def licence(told: metadata.PackageMetadata) -> str | None:
    """Return the licence that a library's metadata name."""
    expression = _one(told, "License-Expression")
    if expression:
        return expression
    text = (_one(told, "License") or "").strip()
    if text and text != "UNKNOWN" and "\n" not in text and len(text) <= 80:
        return text
    matches = map(_CLASSIFIER.fullmatch, told.get_all("Classifier") or [])
    names = [match[1] or match[2] for match in matches if match]
    return " or ".join(names) or None


def _one(told: metadata.PackageMetadata, name: str) -> str | None:
    values: list[str] = told.get_all(name) or []
    return values[0] if values else None


def _page(told: metadata.PackageMetadata) -> str | None:
    links = dict(link.split(", ", 1) for link in told.get_all("Project-URL") or [] if ", " in link)
    by_name: dict[str, str] = {name.lower(): link for name, link in links.items()}
    for name in ("homepage", "home", "source", "source code", "repository"):
        if name in by_name:
            return by_name[name]
    return _one(told, "Home-page") or next(iter(links.values()), None)


def _required(
    distribution: metadata.Distribution, extras: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what is required without extras, and with those that were asked for."""
    for line in distribution.requires or ():
        match = _REQUIREMENT.match(line)
        if match is None:
            continue
        name, wanted, marker = match[1], match[2] or "", match[3] or ""
        of = set(map(_plain, _EXTRA.findall(marker)))
        if not of or of & extras:
            yield name, frozenset(_plain(extra.strip()) for extra in wanted.split(",") if extra.strip())


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def software_text(table: Table) -> str:
    """Return the libraries for the terminal."""
    from readiness.cli import common
    from readiness.export.text import MISSING, Column, render

    screen = common.screen()
    room = 200 if screen is None else max(20, screen - 43)
    columns = [
        Column("Package", [row[0] for row in table.rows], "left", key=True),
        Column("Version", [row[1] for row in table.rows], "left"),
        Column("Licence", [textwrap.shorten(row[2] or MISSING, room, placeholder=" …") for row in table.rows],
               "left"),
    ]  # fmt: skip
    silent = [row[0] for row in table.rows if row[2] is None]
    text = render(columns, screen)
    if silent:
        text += "\n" + common.wrapped(f"No licence in the metadata of {', '.join(silent)}.") + "\n"
    return text
