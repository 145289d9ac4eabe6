"""Any CSV, XLSX or JSON with its columns named: at an address, or in a file of the index folder."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from readiness.definitions.base import Text, fault
from readiness.definitions.indicator import Url, Year
from readiness.sources import tables
from readiness.sources.base import Answer, Kind, Settings, SourceError, Wanted
from readiness.sources.client import Client
from readiness.sources.columns import Columns, answer


class Tabular(Settings):
    """How a table lies in its file, and which of its columns are country, year and figure.

    `year` is a column or one year; it is left out where years are columns. `value` is a column, a sum
    `a + b`, or `mys_{year}`.
    """

    format: Literal["csv", "xlsx", "json"] | None = None
    country: Text
    year: Year | Text | None = None
    value: Text | None = None
    where: dict[str, str | int | float] = Field(default_factory=dict)
    factor: Annotated[float, Field(gt=0)] = 1.0
    encoding: Text | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[".", ","] = "."
    sheet: Text | None = None
    header_row: Annotated[int, Field(ge=1, le=1000)] | None = None
    records: Text | None = None

    @model_validator(mode="after")
    def _readable(self) -> Tabular:
        if self.value is not None and "{year}" not in self.value and self.year is None:
            raise fault("'year' is required", "A column of years, or one year")
        return self

    def layout(self) -> tables.Layout:
        """How the table lies in its file."""
        return tables.Layout(
            self.encoding, self.delimiter, self.decimal, self.sheet, self.header_row, self.records
        )

    def columns(self) -> Columns:
        """Which columns are meant."""
        where = {name: tables.text(value) for name, value in self.where.items()}
        return Columns(self.country, self.year, self.value, where, self.factor)

    def read(self, data: bytes, name: str, kind: str = "") -> Answer:
        """Read the figures from a file's bytes."""
        form = self.format or tables.form_of(name, kind)
        table = tables.read(data, form, self.layout())
        return answer(table, self.columns(), decimal=self.decimal)


class AtUrl(Tabular):
    """A table at an address."""

    url: Url


def fetch(settings: AtUrl, client: Client, _: Wanted) -> Answer:
    """Ask for the table and read it."""
    content = client.get(settings.url)
    if content.kind == "text/html":
        tables.refuse_page(content.data, "a table")
        raise SourceError("the answer says that it is a web page")
    return settings.read(content.data, settings.url, content.kind)


class AtPath(Tabular):
    """A table in a file below the index folder."""

    path: Text


def fetch_file(settings: AtPath, client: Client, _: Wanted) -> Answer:
    """Read the table from its file."""
    content = client.file(settings.path)
    return settings.read(content.data, settings.path)


FILE = Kind(
    "file", "a CSV, XLSX or JSON file below the index folder, with its columns named", AtPath, fetch_file,
    verified=True,
)  # fmt: skip
KIND = Kind("url", "any CSV, XLSX or JSON at an address, with its columns named", AtUrl, fetch, verified=True)
