"""What is held back, and what is not."""

from __future__ import annotations

import numpy as np
import pytest

from readiness.definitions.block import Block
from readiness.definitions.indicator import Indicator
from readiness.definitions.load import load
from readiness.updating.revise import known, merged, revise
from readiness.updating.suspicion import suspicions, usual_change

RNG = np.random.default_rng(7)
CODES = tuple(f"C{n:02}" for n in range(40))
YEARS = np.arange(2015, 2025)
# Shares that move by about one point a year.
SHARES = np.clip(50 + 15 * RNG.standard_normal((40, 1)) + RNG.standard_normal((40, 10)).cumsum(axis=1), 5, 95)
MONEY = 1e9 * np.exp(3 * RNG.standard_normal((40, 1)) + 0.05 * RNG.standard_normal((40, 10)).cumsum(axis=1))


def series(**more) -> Indicator:
    return Indicator(
        id="x", name="X", unit="u", direction="higher", figures="country,2020\n",
        source={"publisher": "P", "licence": "L", "dataset": "D"}, **more,
    )  # fmt: skip


def held(values, change, this_year=2026, **more):
    block = Block(CODES, YEARS, values)
    said = known(block)
    change(said)
    one = series(**more)
    return {item.why: item.message for item in suspicions(revise(block, one, said), one, this_year)}


def nothing(_):
    pass


@pytest.mark.parametrize("values", [SHARES, MONEY, SHARES - 50, np.full((40, 10), 3.0)])
def test_nothing_odd(values):
    assert held(values, nothing) == {}

    def usual(said):
        said["C03", 2024] = said["C03", 2024] * 1.01
        for code in CODES:
            said[code, 2025] = said[code, 2024] * 1.005

    assert held(values, usual) == {}


@pytest.mark.parametrize(("factor", "words"), [
    (10, "10 times"), (1000, "1,000 times"), (1e6, "1,000,000 times"), (0.01, "a hundredth of"),
    (0.001, "a thousandth of"),
])  # fmt: skip
@pytest.mark.parametrize("only_new", [False, True])
def test_another_unit(factor, words, only_new):
    def other(said):
        for code, year in list(said):
            if only_new:
                said[code, 2025] = said[code, 2024] * factor
            else:
                said[code, year] *= factor
        if only_new:
            for key in list(said):
                if key[1] < 2025:
                    del said[key]

    found = held(MONEY, other)
    assert found["unit"] == f"figures are {words} what they were: has the unit changed?"


def test_growth_is_no_change_of_unit():
    def double(said):
        for code in CODES:
            said[code, 2025] = said[code, 2024] * 2

    assert "unit" not in held(MONEY, double)


def test_one_revision_beyond_what_is_usual():
    def large(said):
        said["C05", 2020] += 20

    found = held(SHARES, large)
    assert (
        list(found) == ["revision"]
        and "1 revision of more than 10 usual changes, first C05 2020" in found["revision"]
    )

    def slight(said):
        said["C05", 2020] += 2

    assert held(SHARES, slight) == {}

    def doubled(said):
        said["C05", 2020] *= 3

    assert list(held(MONEY, doubled)) == ["revision"]


def test_the_yardstick_by_hand():
    figures = {("A", 2020): 1.0, ("A", 2021): 2.0, ("A", 2022): 4.0, ("B", 2020): 0.0, ("B", 2022): 9.0}
    # Steps 1 and 2; B has no two years in a row.
    assert usual_change(figures, float) == pytest.approx(1.4826 * 1.5)
    # One year only: a hundredth of the 10th to the 90th percentile of 0 to 10.
    flat = {(str(n), 2020): float(n) for n in range(11)}
    assert usual_change(flat, float) == pytest.approx(0.01 * (9 - 1))
    assert usual_change({}, float) == 0


def test_coverage():
    def year_gone(said):
        for code in CODES:
            del said[code, 2020]

    assert held(SHARES, year_gone)["coverage"] == "40 of 400 figures are gone"

    def unlisted(said):
        for code, year in list(said):
            if code < "C10":
                del said[code, year]

    assert held(SHARES, unlisted)["coverage"] == "10 of 40 countries are not listed"
    assert held(SHARES, unlisted, absence={"zero": "partial"})["coverage"] == "100 of 400 figures are gone"

    def older(said):
        for code in CODES:
            del said[code, 2024]

    assert held(SHARES, older)["coverage"] == "the source ends in 2023, the file in 2024"

    def one_gone(said):
        del said["C01", 2020]

    assert held(SHARES, one_gone) == {}


def test_the_future():
    def ahead(said):
        said["C01", 2026] = 50.0
        said["C01", 2027] = 50.0

    assert held(SHARES, ahead)["future"] == "figures of 2027, which have not been yet"
    assert held(SHARES, ahead, this_year=2027) == {}


def test_the_bundled_series_are_not_suspicious_of_themselves():
    definitions = load()
    for name, block in definitions.blocks.items():
        one = definitions.series.get(name) or definitions.validation[name]
        # A tenth of the usual change in every figure of the last year, and a year more like the last.
        said = known(block)
        last = int(block.years[-1])
        for code, year in list(said):
            if year == last:
                said[code, last + 1] = said[code, year]
        found = suspicions(revise(block, one, said), one, last + 1)
        assert found == (), name
        assert known(merged(block, ())) == known(block)
