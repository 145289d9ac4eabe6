"""What a year's income buys: the price of a year, its spread, and the hours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from readiness.analysis.affordability import FEWEST, YearPrice, affordability, year_prices
from readiness.definitions.prices import PriceFile, Prices, Quote
from readiness.errors import UnknownNameError

SOURCE = {"publisher": "A", "dataset": "B", "licence": "C"}
TREE = {"id": "index", "name": "Index", "children": ({"id": "a", "name": "A", "indicators": ("x",)},)}


def quotes(*given, largest_share=0.5):
    """Return prices of quotes: year, provider, price, and what else is said of one."""
    file = PriceFile.model_validate({
        "id": "gpu_prices", "name": "P", "unit": "US$ per hour", "family": "H100", "sources": {"a": SOURCE},
        "quotes": "", "largest_share": largest_share,
    })  # fmt: skip
    return Prices(file, tuple(
        Quote(**{
            "date": str(year), "provider": provider, "family": "H100", "card": "H100 PCIe", "region": None,
            "country": None, "price": price, "kind": "on-demand", "source": "a", **dict(*more),
        })
        for year, provider, price, *more in given
    ))  # fmt: skip


def known(make, unit="US$"):
    """Return scores and figures of two countries, of which one has an income of 2,400."""
    figures = {"x": {"KEN": 50.0, "PRK": 5.0}}
    scores, found = make(TREE, figures, context={"gdp_per_capita_usd": {"KEN": 2400.0}})
    own = found.series["gdp_per_capita_usd"].model_copy(update={"unit": unit})
    return scores, replace(found, series={**found.series, "gdp_per_capita_usd": own})


FIVE = [(2025, name, price) for name, price in zip("abcde", (1.0, 2.0, 3.0, 4.0, 10.0), strict=True)]


def test_the_price_of_a_year_is_the_median_and_its_spread_the_quartiles():
    assert year_prices(quotes(*FIVE)) == (YearPrice(2025, 2.0, 3.0, 4.0, 5, 5),)
    # Halfway between the two in the middle; the quartiles a quarter of the way, as numpy has them.
    assert year_prices(quotes(*FIVE, (2025, "f", 5.0))) == (YearPrice(2025, 2.25, 3.5, 4.75, 6, 6),)


def test_quotes_of_another_kind_or_family_do_not_count():
    others = [(2025, "f", 99.0, {"kind": "spot"}), (2025, "g", 99.0, {"kind": "reserved"}),
              (2025, "h", 99.0, {"family": "A100"}), (2024, "a", 99.0)]  # fmt: skip
    assert year_prices(quotes(*FIVE, *others)) == year_prices(quotes(*FIVE))


def test_too_few_quotes_or_too_few_providers_give_no_price():
    assert year_prices(quotes(*FIVE[: FEWEST - 1])) == ()
    two = [(2025, name, 2.0) for name in "aaabbb"]
    assert year_prices(quotes(*two)) == (YearPrice(2025, 2.0, 2.0, 2.0, 6, 2),)
    most = [(2025, name, 2.0) for name in "aaaabbb"]
    assert year_prices(quotes(*most)) == ()
    assert len(year_prices(quotes(*most, largest_share=0.6))) == 1


def test_the_latest_year_with_a_price_counts(make):
    thin = [(2026, "a", 9.0), (2026, "b", 9.0)]
    old = [(2023, name, 8.0) for name in "abcde"]
    scores, figures = known(make)
    series = year_prices(quotes(*FIVE, *thin, *old))
    assert [price.year for price in series] == [2023, 2025]
    found = affordability(scores, figures, "H100", series, "KEN")
    assert (found.income, found.income_year) == (2400.0, 2024)
    assert (found.price, found.price_low, found.price_high) == (3.0, 2.0, 4.0)
    assert (found.price_year, found.quotes, found.family) == (2025, 5, "H100")
    # 2,400 over 3, over 4 and over 2; over half and over one and a half of 3.
    assert (found.hours, found.hours_low, found.hours_high) == (800.0, 600.0, 1200.0)
    assert (found.cheaper, found.dearer) == (1600.0, pytest.approx(2400 / 4.5))
    assert found.series == series


def test_an_unknown_income_buys_an_unknown_number(make):
    series = year_prices(quotes(*FIVE))
    scores, figures = known(make)
    found = affordability(scores, figures, "H100", series, "PRK")
    assert (found.income, found.income_year, found.hours, found.hours_low, found.hours_high) == (None,) * 5
    assert (found.cheaper, found.dearer) == (None, None) and found.price == 3.0
    scores, figures = make(TREE, {"x": {"KEN": 50.0}})
    assert affordability(scores, figures, "H100", series, "KEN").income is None
    with pytest.raises(UnknownNameError):
        affordability(scores, figures, "H100", series, "XYZ")


def test_without_a_price_the_income_still_stands(make):
    scores, figures = known(make)
    found = affordability(scores, figures, "H100", (), "KEN")
    assert (found.income, found.price, found.price_year, found.quotes, found.hours) == (
        2400.0, None, None, 0, None,
    )  # fmt: skip


def test_income_is_in_dollars_of_the_day_or_unknown(make):
    series = year_prices(quotes(*FIVE))
    scores, figures = known(make, unit="international $")
    assert affordability(scores, figures, "H100", series, "KEN").income is None


# The bundled index.


def test_the_bundled_prices(bundled):
    series = year_prices(bundled.definitions.prices)
    assert [(price.year, price.median, price.quotes) for price in series] == [
        (2023, 4.76, 10), (2024, 3.49, 21), (2025, 2.49, 21),
    ]  # fmt: skip
    for price in series:
        assert price.low <= price.median <= price.high
        assert price.providers >= 5


def test_all_countries(bundled):
    scores = bundled.scores()
    derived = bundled.figures.latest("gpu_hours_affordable", scores.countries, scores.framework.year)[0]
    unknown = 0
    for code, wanted in zip(scores.countries, derived, strict=True):
        found = bundled.affordability(code)
        if found.hours is None:
            unknown += 1
            assert not np.isfinite(wanted) and found.income is None
            continue
        # The context series says the same of the same price.
        assert found.hours == pytest.approx(wanted, rel=1e-9), code
        assert found.dearer < found.hours < found.cheaper
        assert found.hours_low < found.hours < found.hours_high
        assert found.cheaper == pytest.approx(2 * found.hours)
        assert found.dearer == pytest.approx(found.hours / 1.5)
    assert 0 < unknown < 20


def test_the_series_is_made_once(bundled):
    assert bundled.affordability("KEN").series is bundled.affordability("FIN").series
