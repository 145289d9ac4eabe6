"""Tables from outside: CSV, XLSX and JSON bytes to named columns of text and numbers.

Nothing is guessed silently: bytes that are not UTF-8 need their encoding named, a column has to be there
under its name, and a cell that is no number and no usual mark of a missing one is told.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from readiness.errors import did_you_mean, listed
from readiness.sources.base import SourceError

Form = Literal["csv", "xlsx", "json"]

# What publishers write where there is no figure.
MISSING = frozenset(
    ("", ".", "..", "...", "-", "--", "–", "—", ":", "na", "n/a", "n.a.", "#n/a", "nan", "null", "none", "*")
)
MAX_UNZIPPED = 400_000_000
MAX_CELLS = 50_000_000
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Layout:
    """How a table lies in its file.

    Attributes
    ----------
    encoding
        Of a CSV that is not UTF-8: `latin-1`, `mac-roman` ...
    delimiter
        Of a CSV; the one that parts its first line most where left out.
    decimal
        The sign before decimals, `.` or `,`.
    sheet
        Of a workbook: its name; the first where left out.
    header_row
        The row that names the columns, from 1; the first that is not empty where left out.
    records
        Of JSON: where the list of records is, `data.rows`; the only list of records where left out.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = "."
    sheet: str | None = None
    header_row: int | None = None
    records: str | None = None


@dataclass(frozen=True)
class TableData:
    """A table in memory: the names of its columns, and its rows as they are read."""

    columns: tuple[str, ...]
    rows: Iterable[Sequence[Any]]

    def at(self, name: str) -> int:
        """Return the place of a column.

        Raises
        ------
        SourceError
            When there is none of this name.
        """
        if name in self.columns:
            return self.columns.index(name)
        folded = [column.strip().casefold() for column in self.columns]
        if folded.count(name.strip().casefold()) == 1:
            return folded.index(name.strip().casefold())
        hint = did_you_mean(name, self.columns) or f"It has {listed(self.columns[:12])}"
        raise SourceError(f"the table has no column {name!r}", hint)


def read(data: bytes, form: Form, layout: Layout = Layout()) -> TableData:
    """Read a table from bytes.

    Raises
    ------
    SourceError
        When the bytes are no such table, or an error page in its place.
    """
    return {"csv": _csv, "xlsx": _xlsx, "json": _json}[form](data, layout)


def form_of(name: str, kind: str = "") -> Form:
    """Return the format that a file's name or a content type tells; CSV where neither does."""
    ending = name.split("?", maxsplit=1)[0].rsplit("/", 1)[-1].rsplit(".", 1)[-1].casefold()
    if ending in ("xlsx", "xlsm", "xls", "xlsb", "ods") or "spreadsheet" in kind or "ms-excel" in kind:
        return "xlsx"
    return "json" if ending == "json" or kind.endswith("json") else "csv"


def refuse_page(data: bytes, wanted: str) -> None:
    """Refuse a web page that stands where data are meant.

    Raises
    ------
    SourceError
        When the bytes begin as HTML or XML do.
    """
    start = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"<script")):
        title = re.search(rb"<title[^>]*>([^<]{1,80})", data[:20_000], re.IGNORECASE)
        said = f": {title[1].decode('utf-8', 'replace').strip()}" if title else ""
        raise SourceError(f"a web page came in place of {wanted}{said}")


def _csv(data: bytes, layout: Layout) -> TableData:
    refuse_page(data, "CSV")
    text = _decoded(data, layout.encoding)
    lines = io.StringIO(text, newline="")
    for _ in range((layout.header_row or 1) - 1):
        lines.readline()
    start = lines.tell()
    delimiter = layout.delimiter or _delimiter(lines.readline())
    lines.seek(start)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    header = next((row for row in _strict(reader) if any(cell.strip() for cell in row)), None)
    if header is None:
        raise SourceError("the table is empty")
    return TableData(_named(header), _strict(reader))


def _strict(reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise SourceError(f"not CSV: {error} (line {reader.line_num})") from error


def _decoded(data: bytes, encoding: str | None) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = encoding or "utf-16"
    try:
        text = data.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"line {line} is not {encoding or 'UTF-8'}", "Name the encoding: latin-1, cp1252, mac-roman"
        ) from error
    except LookupError as error:
        raise SourceError(f"there is no encoding {encoding!r}") from error
    if "\0" in text:
        raise SourceError("a NUL character stands in the table: is it a text file?")
    return text


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _xlsx(data: bytes, layout: Layout) -> TableData:
    refuse_page(data, "a workbook")
    import python_calamine

    refuse_bomb(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        if layout.sheet is not None and layout.sheet not in names:
            hint = did_you_mean(layout.sheet, names) or f"It has {listed(names[:12])}"
            raise SourceError(f"the workbook has no sheet {layout.sheet!r}", hint)
        rows = book.get_sheet_by_name(layout.sheet or names[0]).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError, IndexError) as error:
        raise SourceError(f"not a workbook that can be read: {str(error)[:100]}") from error
    first = layout.header_row or next((n for n, row in enumerate(rows, 1) if any(map(_text, row))), 1)
    if not rows or first > len(rows):
        raise SourceError("the table is empty")
    return TableData(_named([_text(cell) for cell in rows[first - 1]]), rows[first:])


def refuse_bomb(data: bytes) -> None:
    """Refuse a workbook that unpacks to more than anybody needs.

    Raises
    ------
    SourceError
        When it does, or is damaged.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SourceError(f"not a workbook that can be read: {error}") from error
    if size > MAX_UNZIPPED:
        raise SourceError(f"the workbook unpacks to more than {MAX_UNZIPPED / 1e6:,.0f} MB")


def _json(data: bytes, layout: Layout) -> TableData:
    records = _records(parsed(data), layout.records)
    names = dict.fromkeys(str(key) for record in records for key in record)
    rows = ([record.get(name) for name in names] for record in records)
    return TableData(tuple(names), rows)


def parsed(data: bytes) -> Any:
    """Return the value of JSON bytes.

    Raises
    ------
    SourceError
        When they are no JSON.
    """
    refuse_page(data, "JSON")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"not JSON: {str(error)[:100]}") from error


def _records(body: Any, path: str | None) -> list[Mapping[str, Any]]:
    if path is not None:
        for part in path.split("."):
            body = body.get(part) if isinstance(body, Mapping) else None
        found = [body] if _is_records(body) else []
    elif _is_records(body):
        found = [body]
    else:
        lists = [item for item in body.values() if _is_records(item)] if isinstance(body, Mapping) else []
        found = [item for item in lists if item] or lists[:1]
    if len(found) != 1:
        what = f"no list of records at {path!r}" if path else f"{len(found) or 'no'} lists of records"
        raise SourceError(f"the answer has {what}", "Name it with records:")
    records: list[Mapping[str, Any]] = found[0]
    return records


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def _named(header: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(cell).strip() for cell in header)


def _text(cell: Any) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def text(cell: Any) -> str:
    """Return a cell as text: `2023` for the number 2023.0, nothing for an empty one."""
    return _text(cell)


def number(cell: Any, decimal: str = ".") -> float | None:
    """Return a cell's number, NaN where it says that there is none; None where it is something else.

    >>> number("1.5"), number("..") != number(".."), number("about 3")
    (1.5, True, None)
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        value = float(cell) if abs(cell) < 1e300 else math.inf
        return None if math.isinf(value) else value
    said = _text(cell)
    if said.casefold() in MISSING:
        return math.nan
    if decimal != ".":
        said = said.replace(".", "x").replace(decimal, ".")
    if not _NUMBER.match(said):
        return None
    value = float(said)
    return value if math.isfinite(value) else None


def year(cell: Any) -> int | None:
    """Return a cell's year: `2023`, 2023.0, `2023-01-01`; None where it is none.

    >>> year("2023"), year(2023.0), year("2023-12-31"), year("2023Q1"), year("FY2023")
    (2023, 2023, 2023, None, None)
    """
    found = re.match(r"([12][0-9]{3})(-[0-9]{2}(-[0-9]{2}([T ].*)?)?)?\Z", _text(cell))
    return int(found[1]) if found else None
