"""The rental quotes: what one is, what the bundled file holds, and every fault at its own line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from readiness.definitions.load import Definitions, load
from readiness.definitions.prices import Prices

Faults = Callable[..., list[str]]
Loaded = Callable[..., Definitions]
PATH = "scenarios/gpu_prices.yaml"
HEAD = """\
id: gpu_prices
name: Prices
unit: US$ per hour
family: H100
sources:
  a: {publisher: A, dataset: B, licence: C}
quotes: |
  date,provider,family,card,region,country,usd_per_hour,kind,source
"""
GOOD = "2025-03-03,RunPod,H100,NVIDIA H100 PCIe,,,2.39,on-demand,a"


def text(*lines: str) -> str:
    return HEAD + "".join(f"  {line}\n" for line in lines)


@pytest.fixture(scope="module")
def bundled() -> Prices:
    found = load().prices
    assert found is not None
    return found


def test_a_line_is_a_quote(loaded: Loaded) -> None:
    found = loaded({PATH: text(GOOD, "2024,B,A100,A100-80GB,us-east,USA,1,spot,a")}).prices
    assert found is not None and found.file.quotes == "" and found.file.largest_share == 0.5
    # By date, whatever the order of the lines.
    old, new = found.quotes
    assert (old.date, old.year, old.region, old.country, old.kind) == (
        "2024", 2024, "us-east", "USA", "spot",
    )  # fmt: skip
    assert (new.provider, new.family, new.card, new.region, new.country, new.price, new.source) == (
        "RunPod", "H100", "NVIDIA H100 PCIe", None, None, 2.39, "a",
    )  # fmt: skip
    assert new.year == 2025


def test_an_index_without_prices_has_the_bundled(loaded: Loaded, bundled: Prices) -> None:
    assert loaded().prices == bundled


LINE = f"{PATH}:9:3: quotes: "


@pytest.mark.parametrize(("line", "fault"), [
    ("2025,RunPod,H100", "3 cells for 9 columns. No comma may stand inside a cell."),
    (GOOD.replace("2025-03-03", "2025-13-03"),
     "'2025-13-03' is not a date. Write 2026-11-20, 2026-11 or 2026."),
    (GOOD.replace("2025-03-03", "3/3/2025"), "'3/3/2025' is not a date. Write 2026-11-20, 2026-11 or 2026."),
    (GOOD.replace("2.39", "0"), "'0' is not a price. US$ for an hour of one accelerator, above 0."),
    (GOOD.replace("2.39", "nan"), "'nan' is not a price. US$ for an hour of one accelerator, above 0."),
    (GOOD.replace("2.39", "inf"), "'inf' is not a price. US$ for an hour of one accelerator, above 0."),
    (GOOD.replace("2.39", ""), "'' is not a price. US$ for an hour of one accelerator, above 0."),
    (GOOD.replace("on-demand", "demand"), "'demand' is not one of 'on-demand', 'spot', 'reserved'"),
    (GOOD.removesuffix("a") + "b", "'b' is not among 'sources'. There is a."),
    (GOOD.replace("RunPod", ""), "a quote needs a provider, a family and a card"),
])  # fmt: skip
def test_a_fault_stands_at_its_line(faults: Faults, line: str, fault: str) -> None:
    assert faults({PATH: text(line)}) == [LINE + fault]


def test_all_faulty_lines_are_told(faults: Faults) -> None:
    found = faults({PATH: text(GOOD, "x", GOOD, GOOD.replace("2.39", "-1"))})
    assert [item.split(": ")[0] for item in found] == [f"{PATH}:10:3", f"{PATH}:12:3"]


def test_the_columns_stand_first(faults: Faults) -> None:
    wrong = text(GOOD).replace("usd_per_hour", "price")
    assert faults({PATH: wrong}) == [
        f"{PATH}:8:1: quotes: the first line is not the columns. Write "
        "date,provider,family,card,region,country,usd_per_hour,kind,source."
    ]


def test_the_quotes_are_a_block(faults: Faults) -> None:
    for value in ("date", "[1, 2]"):
        changed = f"{HEAD.partition('quotes:')[0]}quotes: {value}\n"
        (found,) = faults({PATH: changed})
        assert "has to be a block of CSV lines. Write 'quotes: |' and the lines below it" in found


def test_another_unit_is_refused(faults: Faults) -> None:
    (found,) = faults({PATH: text(GOOD).replace("unit: US$ per hour", "unit: EUR per hour")})
    assert found.startswith(f"{PATH}:3:7: unit: 'EUR per hour' is not one of 'US$ per hour'")


# The bundled file.


def test_the_bundled_quotes(bundled: Prices) -> None:
    assert len(bundled.quotes) == 612
    assert Counter(quote.source for quote in bundled.quotes) == {"epoch": 458, "skypilot": 154}
    assert Counter(quote.kind for quote in bundled.quotes) == {"on-demand": 557, "spot": 55}
    assert (bundled.quotes[0].date, bundled.quotes[-1].year) == ("2018-06-08", 2026)
    assert [quote.date for quote in bundled.quotes] == sorted(quote.date for quote in bundled.quotes)
    assert bundled.file.sources["epoch"].licence == "CC-BY-4.0"
    assert all(0.005 < quote.price < 100 for quote in bundled.quotes)


def test_a_family_is_the_card_without_memory_and_form(bundled: Prices) -> None:
    for quote in bundled.quotes:
        card = quote.card.removeprefix("NVIDIA ").removeprefix("Tesla ").removeprefix("Google ")
        card = card.removeprefix("GeForce ").removeprefix("Quadro ")
        card = card.replace("RTX4090", "RTX 4090").replace("RTX5090", "RTX 5090")
        assert card.startswith(quote.family), (quote.family, quote.card)
        assert (" Ti" in card) == (" Ti" in quote.family), (quote.family, quote.card)
        # What follows says the memory or the form, never another model.
        assert not card.removeprefix(quote.family)[:1].isalnum(), (quote.family, quote.card)
    families = {quote.card: quote.family for quote in bundled.quotes}
    assert {card for card, family in families.items() if family == "H100"} == {
        "H100-80GB", "H100-94GB-NVL", "NVIDIA H100 NVL", "NVIDIA H100 PCIe", "NVIDIA H100 SXM5 80GB",
    }  # fmt: skip


def test_the_countries_of_quotes_are_known(bundled: Prices) -> None:
    countries = load().countries
    codes = {quote.country for quote in bundled.quotes} - {None}
    assert codes and all(code in countries for code in codes)
