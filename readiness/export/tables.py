"""A `Table` as CSV, JSON or XLSX: full precision, missing empty, nothing that runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from readiness.errors import MissingLibraryError
from readiness.scores import Table

# The colour of bars: the design's accent, softened so that numbers are read on it.
_BAR = "#B9D8DD"
# What a formula begins with in a spreadsheet, in full width too.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def to_csv(table: Table, *, bom: bool = False) -> bytes:
    """Return UTF-8 CSV with `\\n`; floats round trip, missing is empty.

    For programs text is as it is. `bom` is for Excel, which runs a cell that begins as a formula does: such
    a text has an apostrophe before it then.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    cell = _in_excel if bom else _plainly
    writer.writerow(map(cell, table.columns))
    writer.writerows([[cell(value) for value in row] for row in table.rows])
    return (b"\xef\xbb\xbf" if bom else b"") + out.getvalue().encode("utf-8")


def _plainly(value: Any) -> Any:
    return "" if value is None else value


def _in_excel(value: Any) -> Any:
    runs = isinstance(value, str) and value.lstrip().startswith(_FORMULA)
    return f"'{value}" if runs else _plainly(value)


def to_json(head: Mapping[str, Any], name: str, table: Table) -> bytes:
    """Return an object of `head` and the rows under `name`, one object a row."""
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return json_bytes({**head, name: rows})


def json_bytes(data: Any) -> bytes:
    """Return indented JSON in UTF-8; NaN and Inf are refused."""
    return (json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8")


def to_parquet(table: Table, head: Mapping[str, Any]) -> bytes:
    """Return Parquet: a column of its type each, missing as null, `head` in the file's metadata.

    Raises
    ------
    MissingLibraryError
        When pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingLibraryError("Parquet needs pyarrow", "pip install 'readiness[parquet]'") from error
    columns = [[row[at] for row in table.rows] for at in range(len(table.columns))]
    arrays = [pyarrow.array(_of_one_type(cells)) for cells in columns]
    said = {b"readiness": json.dumps(dict(head)).encode("utf-8")}
    made = pyarrow.Table.from_arrays(arrays, names=list(table.columns)).replace_schema_metadata(said)
    out = io.BytesIO()
    pyarrow.parquet.write_table(made, out)
    return out.getvalue()


def _of_one_type(cells: Sequence[Any]) -> list[Any]:
    """Return the cells of a column, whole numbers as floats where there are floats beside them."""
    mixed = any(isinstance(cell, float) for cell in cells)
    return [float(cell) if mixed and isinstance(cell, int) else cell for cell in cells]


def to_xlsx(
    readme: Sequence[tuple[str, str]], sheets: Mapping[str, Table], *,
    bars: Mapping[str, Sequence[str]] | None = None, ends: tuple[float, float] | None = None,
) -> bytes:  # fmt: skip
    """Return a workbook: a readme sheet, then a sheet a table.

    Numbers are numbers, headings are frozen and filtered, and no text becomes a formula or
    a link. The same tables give the same bytes.

    Parameters
    ----------
    bars
        Columns with bars behind their numbers, by sheet.
    ends
        The numbers at which bars are empty and full; the lowest and highest where left out.
    """
    import datetime

    import xlsxwriter

    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
             "in_memory": True}  # fmt: skip
    with xlsxwriter.Workbook(out, plain) as book:
        book.set_properties({"created": datetime.datetime(2026, 1, 1)})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        label = book.add_format({"bold": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        page = book.add_worksheet("readme")
        page.set_column(0, 0, 18)
        page.set_column(1, 1, 90)
        for row, (name, text) in enumerate(readme):
            page.write_string(row, 0, name, label)
            page.write_string(row, 1, text, wrapped)
        for name, table in sheets.items():
            sheet = _sheet(book, name, table, bold)
            for column in (bars or {}).get(name, ()):
                _bars(sheet, table, column, ends)
    return out.getvalue()


def _bars(sheet: Any, table: Table, column: str, ends: tuple[float, float] | None) -> None:
    at = table.columns.index(column)
    # Bars of the first kind: those of 2010 are an extension that not all readers know.
    rule: dict[str, Any] = {"type": "data_bar", "bar_color": _BAR}
    if ends is not None:
        rule |= {"min_type": "num", "min_value": ends[0], "max_type": "num", "max_value": ends[1]}
    sheet.conditional_format(1, at, max(len(table.rows), 1), at, rule)


def _sheet(book: Any, name: str, table: Table, bold: Any) -> Any:
    sheet = book.add_worksheet(name[:31])
    for column, heading in enumerate(table.columns):
        sheet.write_string(0, column, heading, bold)
    for row, values in enumerate(table.rows, start=1):
        for column, value in enumerate(values):
            if isinstance(value, (bool, str)):
                sheet.write_string(row, column, str(value))
            elif value is not None:
                sheet.write_number(row, column, value, _format(book, table.columns[column], value))
    for column, heading in enumerate(table.columns):
        longest = max(
            (len(str(row[column])) for row in table.rows if isinstance(row[column], str)), default=9
        )
        sheet.set_column(column, column, min(max(longest, 9, min(len(heading), 16)) + 1, 60))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    return sheet


def _format(book: Any, column: str, value: float) -> Any:
    """Return one format object a pattern: whole numbers plain, shares in per cent, others as decimals."""
    pattern = "0" if isinstance(value, int) else "0%" if column == "coverage" else "#,##0.0##"
    cache = book.__dict__.setdefault("_readiness_formats", {})
    if pattern not in cache:
        cache[pattern] = book.add_format({"num_format": pattern})
    return cache[pattern]
