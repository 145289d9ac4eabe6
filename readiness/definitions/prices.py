"""`scenarios/gpu_prices.yaml`: dated rental quotes of accelerators, as a CSV block.

    quotes: |
      date,provider,family,card,region,country,usd_per_hour,kind,source
      2025-03-03,RunPod,H100,NVIDIA H100 PCIe,,,2.39,on-demand,epoch

A date may be a year alone. Every fault points at its own line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from readiness.definitions.base import Id, Model, Text, fault
from readiness.definitions.indicator import Source
from readiness.definitions.places import Document

COLUMNS = ("date", "provider", "family", "card", "region", "country", "usd_per_hour", "kind", "source")
KINDS = ("on-demand", "spot", "reserved")
_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?\Z")
_HINT = "Write 'quotes: |' and the lines below it, indented"

Kind = Literal["on-demand", "spot", "reserved"]


@dataclass(frozen=True)
class Quote:
    """One price that a provider asked for: US$ for an hour of one accelerator."""

    date: str
    provider: str
    family: str
    card: str
    region: str | None
    country: str | None
    price: float
    kind: Kind
    source: str

    @property
    def year(self) -> int:
        """The year of the quote."""
        return int(self.date[:4])


def _block(value: Any) -> Any:
    if isinstance(value, str):
        return value
    raise fault("has to be a block of CSV lines", _HINT)


class PriceFile(Model):
    """The file of the quotes: what they are, their sources, and the quotes themselves.

    `family` is the accelerator that a world price is taken of. A year in which one provider has
    more than `largest_share` of the quotes of one kind tells that provider's prices, not the
    world's, and gives no price.
    """

    id: Id
    name: Text
    description: Text | None = None
    unit: Literal["US$ per hour"]
    family: Text
    largest_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    sources: Annotated[dict[str, Source], Field(min_length=1)]
    quotes: Annotated[str, BeforeValidator(_block)]
    note: Text | None = None


@dataclass(frozen=True)
class Prices:
    """Dated rental quotes: the file's own words, without the block, and the quotes by date."""

    file: PriceFile
    quotes: tuple[Quote, ...]


def prices(document: Document, file: PriceFile) -> Prices:
    """Read the quotes of a file; faults go to the document's problems."""
    lines = file.quotes.rstrip("\n").split("\n")
    first = document.place(("quotes",))[0] + 1
    found: list[Quote] = []
    if ("quotes",) not in document.blocks:
        document.problem(document.place(("quotes",)), "quotes", "has to be a block of CSV lines", _HINT)
    elif tuple(lines[0].split(",")) != COLUMNS:
        document.problem((first, 1), "quotes", "the first line is not the columns",
                         f"Write {','.join(COLUMNS)}")  # fmt: skip
    else:
        for number, line in enumerate(lines[1:], start=1):
            quote = _quote(line.split(","), file.sources)
            if isinstance(quote, Quote):
                found.append(quote)
            else:
                indent = len(document.lines[first + number - 1]) - len(line)
                document.problem((first + number, indent + 1), "quotes", *quote)
    found.sort(key=lambda item: item.date)
    return Prices(file.model_copy(update={"quotes": ""}), tuple(found))


def _quote(cells: list[str], sources: Mapping[str, Source]) -> Quote | tuple[str, str]:
    """Return the quote of one line, or what is wrong with it and what to do."""
    if len(cells) != len(COLUMNS):
        return f"{len(cells)} cells for {len(COLUMNS)} columns", "No comma may stand inside a cell"
    date, provider, family, card, region, country, amount, kind, source = (cell.strip() for cell in cells)
    price = _price(amount)
    known: dict[str, Kind] = {"on-demand": "on-demand", "spot": "spot", "reserved": "reserved"}
    faults = [
        (not _DATE.match(date), f"'{date[:20]}' is not a date", "Write 2026-11-20, 2026-11 or 2026"),
        (price is None, f"'{amount[:20]}' is not a price", "US$ for an hour of one accelerator, above 0"),
        (kind not in known, f"'{kind[:20]}' is not one of {', '.join(map(repr, KINDS))}", ""),
        (source not in sources, f"'{source[:20]}' is not among 'sources'", f"There is {', '.join(sources)}"),
        (not (provider and family and card), "a quote needs a provider, a family and a card", ""),
    ]
    wrong = next(((message, hint) for is_so, message, hint in faults if is_so), None)
    if wrong is not None or price is None:
        return wrong or ("", "")
    return Quote(date, provider, family, card, region or None, country or None, price, known[kind], source)


def _price(text: str) -> float | None:
    try:
        price = float(text)
    except ValueError:
        return None
    return price if 0 < price < math.inf else None
