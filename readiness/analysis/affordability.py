"""How many hours of one accelerator a year's income buys, at a dated price with its spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from readiness.definitions.prices import Prices, Quote
from readiness.figures.table import Figures
from readiness.scores import Scores

# Nominal: the price is in US dollars of the day, and has to be paid in them.
INCOME = "gdp_per_capita_usd"
UNIT = "US$"
SHOCK = 0.5
# Fewer quotes than this tell no price of a year.
FEWEST = 5


@dataclass(frozen=True)
class YearPrice:
    """The on-demand quotes of one year: quartiles in US$ for an hour, how many, of how many providers."""

    year: int
    low: float
    median: float
    high: float
    quotes: int
    providers: int


@dataclass(frozen=True)
class Affordability:
    """What a year's income per person buys.

    Attributes
    ----------
    income, income_year
        GDP per person in US dollars of the day; None where unknown.
    price, price_low, price_high, price_year, quotes
        The median and the quartiles of the on-demand quotes of the latest year with a price.
    hours, hours_low, hours_high
        Income over price: at the median, at the upper quartile, at the lower one.
    cheaper, dearer
        Hours at a price lower and higher by half.
    series
        The prices of all years that have one.
    """

    country: str
    family: str
    income: float | None
    income_year: int | None
    price: float | None
    price_low: float | None
    price_high: float | None
    price_year: int | None
    quotes: int
    hours: float | None
    hours_low: float | None
    hours_high: float | None
    cheaper: float | None
    dearer: float | None
    series: tuple[YearPrice, ...]


def year_prices(prices: Prices) -> tuple[YearPrice, ...]:
    """Return the price of every year that has one.

    Of a year the on-demand quotes of the file's family count. It has a price where there are five of
    them or more, and no provider has more than the file's `largest_share` of them: else they tell
    that provider's prices, not the world's.
    """
    family = [
        quote for quote in prices.quotes if quote.family == prices.file.family and quote.kind == "on-demand"
    ]
    years = sorted({quote.year for quote in family})
    found = (_year([quote for quote in family if quote.year == year], prices.file.largest_share)
             for year in years)  # fmt: skip
    return tuple(price for price in found if price is not None)


def _year(quotes: Sequence[Quote], largest_share: float) -> YearPrice | None:
    providers = Counter(quote.provider for quote in quotes)
    if len(quotes) < FEWEST or max(providers.values()) > largest_share * len(quotes):
        return None
    low, median, high = np.quantile([quote.price for quote in quotes], [0.25, 0.5, 0.75])
    return YearPrice(quotes[0].year, float(low), float(median), float(high), len(quotes), len(providers))


def affordability(
    scores: Scores, figures: Figures, family: str, series: tuple[YearPrice, ...], code: str
) -> Affordability:
    """Return how many GPU-hours a year's income buys in a country.

    Parameters
    ----------
    series
        The prices by year, see `year_prices`; the latest is taken.

    Raises
    ------
    UnknownNameError
        When the framework does not assess the country.
    """
    scores.position(code)
    income, year = _income(scores, figures, code)
    last = series[-1] if series else None

    def hours(price: float | None) -> float | None:
        return None if income is None or price is None else income / price

    median = None if last is None else last.median
    return Affordability(
        country=code, family=family, income=income, income_year=year, price=median,
        price_low=None if last is None else last.low, price_high=None if last is None else last.high,
        price_year=None if last is None else last.year, quotes=0 if last is None else last.quotes,
        hours=hours(median), hours_low=hours(None if last is None else last.high),
        hours_high=hours(None if last is None else last.low),
        cheaper=hours(None if median is None else median * (1 - SHOCK)),
        dearer=hours(None if median is None else median * (1 + SHOCK)), series=series,
    )  # fmt: skip


def _income(scores: Scores, figures: Figures, code: str) -> tuple[float | None, int | None]:
    """Return GDP per person and its year; unknown where the index has it in another unit, or not at all."""
    if INCOME not in figures.blocks or figures.series[INCOME].unit != UNIT:
        return None, None
    values, years = figures.latest(INCOME, [code], scores.framework.year)
    return (float(values[0]), int(years[0])) if np.isfinite(values[0]) else (None, None)
