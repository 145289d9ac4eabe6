"""The figures block: a CSV block scalar, one row a country, one column a year.

    figures: |
      country,2022,2023
      AFG,85.3,85.3
      ALB,,100

Numbers are read by `float()`, to the last bit. An empty cell is no figure, `0` an
observed zero. Every fault points at its own line and column of the file.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from readiness.definitions.places import Document, Path
from readiness.errors import counted

_YEAR = re.compile(r"[0-9]{4}\Z")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
_PLAIN = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_.-]*(?:,[-+0-9.eE]*)*\n)*\Z")
_THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}([ '_\u00a0\u202f][0-9]{3})+(\.[0-9]+)?\Z")

_NAN = float("nan")


@dataclass(frozen=True)
class Block:
    """The figures of one series: `values` is countries x years, NaN where there is none.

    `rows` holds the line of each country in the file, for messages and write-back.
    """

    countries: tuple[str, ...]
    years: NDArray[np.int64]
    values: NDArray[np.float64]
    rows: tuple[int, ...] = ()
    _places: dict[tuple[str, ...], NDArray[np.int64]] = field(default_factory=dict, repr=False, compare=False)

    def places(self, codes: tuple[str, ...]) -> NDArray[np.int64]:
        """Return the row of each country, -1 where it has none; looked up once."""
        if codes not in self._places:
            row = {code: number for number, code in enumerate(self.countries)}
            self._places[codes] = np.array([row.get(code, -1) for code in codes], dtype=np.int64)
        return self._places[codes]

    @property
    def count(self) -> int:
        """Number of figures."""
        return int(np.isfinite(self.values).sum())


NO_BLOCK = "has to be a block of CSV lines"
BLOCK_HINT = "Write 'figures: |' and the lines below it, indented"

EMPTY = Block((), np.empty(0, dtype=np.int64), np.empty((0, 0)))


def parse(document: Document, path: Path = ("figures",)) -> Block:
    """Read the block at `path`; faults go to the document's problems."""
    return _Reader(document, path).read()


class _Reader:
    """One pass over a block's lines."""

    def __init__(self, document: Document, path: Path) -> None:
        self.document = document
        self.path = path
        self.text: str = document.data
        for part in path:
            self.text = self.text[part]  # type: ignore[index]
        self.first = document.place(path)[0] + 1
        self.lines = self.text.rstrip("\n").split("\n")
        self.plain = _PLAIN.match(self.text.rstrip("\n") + "\n") is not None

    def read(self) -> Block:
        if self.path not in self.document.blocks or not self.text.strip():
            self.document.problem(self.document.place(self.path), "figures", NO_BLOCK, BLOCK_HINT)
            return EMPTY
        years = self._header(self.lines[0])
        return EMPTY if years is None else self._body(years)

    def _header(self, line: str) -> list[int] | None:
        cells = line.split(",")
        if cells[0].strip() != "country":
            self._problem(0, 0, "figures", "the first line has to begin with 'country'",
                          "Write 'country,2022,2023' with the years that follow")  # fmt: skip
            return None
        years: list[int] = []
        column = len(cells[0]) + 1
        good = True
        for cell in cells[1:]:
            text = cell.strip()
            if not _YEAR.match(text):
                self._problem(0, column, "figures", f"'{text}' is not a year of four digits")
                good = False
            elif years and int(text) <= years[-1]:
                again = int(text) in years
                message = f"the year {text} stands twice" if again else f"the year {text} is out of order"
                self._problem(0, column, "figures", message, "Years go up from left to right")
                good = False
            else:
                years.append(int(text))
            column += len(cell) + 1
        if good and not years:
            self._problem(0, 0, "figures", "the first line names no year",
                          "Write 'country,2022,2023' with the years that follow")  # fmt: skip
        return years if good and years else None

    def _body(self, years: list[int]) -> Block:
        countries: dict[str, int] = {}
        rows: list[list[float]] = []
        blank = [_NAN] * len(years)
        for number, line in enumerate(self.lines[1:], start=1):
            code, _, rest = line.partition(",")
            if code != code.strip() or not code or code.startswith("#"):
                self._code_problem(number, line, code)
                continue
            if code in countries:
                self._problem(number, 0, f"figures: {code}", f"the country {code} stands twice",
                              f"The first is in line {countries[code]}")  # fmt: skip
                continue
            countries[code] = self.first + number
            cells = rest.split(",") if rest else []
            row = self._row(number, code, cells, years)
            rows.append(row + blank[len(row) :])
        values = np.array(rows, dtype=np.float64).reshape(len(rows), len(years))
        return Block(tuple(countries), np.array(years, dtype=np.int64), values, tuple(countries.values()))

    def _row(self, number: int, code: str, cells: list[str], years: list[int]) -> list[float]:
        if len(cells) > len(years):
            self._problem(number, 0, f"figures: {code}",
                          f"{counted(len(cells), 'cell')} for {counted(len(years), 'year')}",
                          "A comma stands between figures, never inside one")  # fmt: skip
            return []
        if self.plain and (finite := _finite(cells)) is not None:
            return finite
        row: list[float] = []
        column = len(code) + 1
        for cell, year in zip(cells, years, strict=False):
            row.append(self._figure(number, column, code, year, cell) if cell else _NAN)
            column += len(cell) + 1
        return row

    def _figure(self, number: int, column: int, code: str, year: int, cell: str) -> float:
        text = cell.strip()
        if _NUMBER.match(text):
            value = float(text)
            if np.isfinite(value):
                return value
        elif not text:
            return _NAN
        hint = "Leave the cell empty where there is no figure"
        if _THOUSANDS.match(text):
            hint = "Write it without a thousands sign"
        elif '"' in text:
            hint = "Write it without quotes and thousands sign"
        self._problem(number, column, f"figures: {code} {year}", f"'{text[:40]}' is not a number", hint)
        return _NAN

    def _code_problem(self, number: int, line: str, code: str) -> None:
        if not line.strip():
            self._problem(number, 0, "figures", "an empty line")
        elif line.lstrip().startswith("#"):
            self._problem(number, 0, "figures", "a comment inside the figures block",
                          "Put it above 'figures:' or in 'remarks:'")  # fmt: skip
        else:
            self._problem(number, 0, "figures", f"'{code[:60]}' is not a country code",
                          "A line begins with the code, without spaces")  # fmt: skip

    def _problem(self, number: int, column: int, where: str, message: str, hint: str = "") -> None:
        line = self.first + number
        indented = len(self.document.lines[line - 1]) - len(self.lines[number])
        self.document.problem((line, indented + column + 1), where, message, hint)


def _finite(cells: list[str]) -> list[float] | None:
    """Read the cells of a row at once; None where one of them needs a closer look."""
    try:
        row = [float(cell) if cell else _NAN for cell in cells]
    except ValueError:
        return None
    return None if math.inf in row or -math.inf in row else row


def indent(document: Document, line: int) -> int:
    """Return the number of spaces that a line of the file begins with."""
    raw = document.lines[line - 1]
    return len(raw) - len(raw.lstrip(" "))


def cell_place(document: Document, block: Block, row: int, column: int) -> tuple[int, int]:
    """Return the place in the file of one figure of a block."""
    line = block.rows[row]
    cells = document.lines[line - 1].split(",")
    return line, sum(len(cell) + 1 for cell in cells[: column + 1]) + 1
