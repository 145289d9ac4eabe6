"""What the fuzzers call: each takes any bytes, and raises only where the package is at fault."""

from __future__ import annotations

import functools
import math
import textwrap
from collections.abc import Callable
from pathlib import Path

from readiness.countries import Countries
from readiness.definitions import block, places
from readiness.definitions.folder import Member
from readiness.definitions.load import _Loader, load
from readiness.errors import ReadinessError, UnknownNameError
from readiness.importing import coin_tool, coinr
from readiness.sources import tables
from readiness.sources.base import SourceError


def definition(data: bytes) -> None:
    """Read the bytes as an indicator's file, a framework's and that of the countries."""
    loader = _Loader(Path("fuzz"))
    loader._series(Member("energy/x.yaml", "x.yaml", lambda: data))
    loader._framework(Member("frameworks/x.yaml", "x.yaml", lambda: data))
    loader._countries(Member("countries.yaml", "countries.yaml", lambda: data))
    for problem in loader.problems:
        assert problem.line >= 1 and problem.column >= 1 and problem.message
        str(problem).encode()


def figures(data: bytes) -> None:
    """Read the bytes as the lines of a figures block."""
    text = data.decode("utf-8", "replace")
    document = places.read(f"figures: |\n{textwrap.indent(text, '  ', lambda _: True)}\n".encode(), "x.yaml")
    if document.problems or not isinstance(document.data.get("figures"), str):
        return
    found = block.parse(document)
    assert found.values.shape == (len(found.countries), len(found.years))
    assert not any(math.isinf(value) for value in found.values.flat)
    for row in range(len(found.countries)):
        block.cell_place(document, found, row, 0)


def table(data: bytes) -> None:
    """Read the bytes as CSV, as a workbook and as JSON."""
    for form in ("csv", "xlsx", "json"):
        try:
            found = tables.read(data, form)
            for row in found.rows:
                for cell in row:
                    value = tables.number(cell)
                    assert value is None or not math.isinf(value)
                    tables.year(cell)
        except SourceError:
            pass


def deck(data: bytes) -> None:
    """Read the bytes as the files of COINr and of the COIN Tool."""
    for read in (
        lambda: coinr.read(data, data, ("iData.csv", "iMeta.csv"), year=2024),
        lambda: coin_tool.read(data, "tool.xlsx", year=2024),
    ):
        try:
            read()
        except ReadinessError as error:
            str(error).encode()


@functools.cache
def _countries() -> Countries:
    return load().countries


def country(data: bytes) -> None:
    """Look the bytes up as a country and as a group."""
    text = data.decode("utf-8", "replace")
    for find in (_countries().find, _countries().in_group):
        try:
            find(text)
        except UnknownNameError as error:
            str(error).encode()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "definition": definition, "figures": figures, "table": table, "deck": deck, "country": country,
}  # fmt: skip
