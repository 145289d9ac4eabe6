"""SDMX REST: any body of statistics that speaks it, SDMX-ML or SDMX-CSV, read by the library sdmx1."""

from __future__ import annotations

import io
import math
from typing import Any

from pydantic import Field

from readiness.definitions.base import Text
from readiness.definitions.indicator import Url
from readiness.errors import MissingLibraryError
from readiness.sources import tables
from readiness.sources.base import Answer, Kind, Refused, Row, Settings, SourceError, Wanted, once
from readiness.sources.client import Client
from readiness.sources.columns import Columns, answer

TIME, VALUE = "TIME_PERIOD", "OBS_VALUE"


class Sdmx(Settings):
    """`url` is the service up to its `/data`, `dataflow` and `key` what is asked, `country` the dimension.

    `where` picks values of other dimensions.
    """

    url: Url
    dataflow: Text
    key: Text = "all"
    country: Text = "REF_AREA"
    where: dict[str, str] = Field(default_factory=dict)


def fetch(settings: Sdmx, client: Client, wanted: Wanted) -> Answer:
    """Ask for the data flow and read its yearly figures."""
    address = f"{settings.url.rstrip('/')}/data/{settings.dataflow}/{settings.key}"
    content = client.get(address, {"startPeriod": wanted.first, "endPeriod": wanted.last})
    if content.kind.endswith("csv"):
        columns = Columns(settings.country, TIME, VALUE, settings.where)
        return answer(tables.read(content.data, "csv"), columns)
    if not content.data.lstrip().startswith(b"<"):
        raise SourceError("the answer is neither SDMX-ML nor SDMX-CSV")
    return _message(content.data, settings)


def _message(data: bytes, settings: Sdmx) -> Answer:
    try:
        import sdmx
    except ImportError as error:
        raise MissingLibraryError("Reading SDMX-ML needs sdmx1", "pip install 'readiness[sdmx]'") from error
    start = data[:300].lower()
    if b"<html" in start or b"<!doctype" in start:
        tables.refuse_page(data, "SDMX")
    try:
        message = sdmx.read_sdmx(io.BytesIO(data))
        observations = [item for dataset in getattr(message, "data", ()) for item in dataset.obs]
    except Exception as error:
        raise SourceError(f"not SDMX that can be read: {type(error).__name__}: {str(error)[:100]}") from error
    years, texts = Refused("periods that are no year"), Refused("values that are no numbers")
    rows = [row for item in observations if (row := _row(item, settings, years, texts)) is not None]
    if not rows:
        raise SourceError("the answer has no yearly figure", " ".join((*texts.words(), *years.words())))
    return Answer(once(rows), None, (*texts.words(), *years.words()))


def _row(item: Any, settings: Sdmx, years: Refused, texts: Refused) -> Row | None:
    """Return an observation's row; None for what is not meant or no figure."""
    said = {key: str(value.value) for key, value in item.key.values.items()}
    if any(said.get(key) != value for key, value in settings.where.items()):
        return None
    if settings.country not in said:
        raise SourceError(f"the data have no dimension {settings.country!r}", f"They have {', '.join(said)}")
    period, value = said.get(TIME, ""), tables.number(item.value)
    year = tables.year(period)
    if value is None:
        texts.add(f"{said[settings.country]} {period} {item.value!r}")
    elif year is None:
        years.add(repr(period))
    elif not math.isnan(value):
        return Row(said[settings.country], year, value)
    return None


KIND = Kind("sdmx", "SDMX REST services (SDMX-ML with the extra readiness[sdmx], SDMX-CSV)", Sdmx, fetch)
