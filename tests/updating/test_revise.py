"""What an answer changes in a series, worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.countries import Countries, Country
from readiness.definitions.block import Block
from readiness.definitions.indicator import Indicator
from readiness.sources.base import Answer, Row, SourceError
from readiness.updating.revise import Change, known, match, merged, revise, whole

NAN = math.nan
BLOCK = Block(
    ("AUT", "BRA", "IND"), np.array([2020, 2021, 2022]),
    np.array([[1.0, 2.0, 3.0], [NAN, 5.0, NAN], [7.0, NAN, 9.0]]),
)  # fmt: skip
COUNTRIES = Countries(
    [Country("AUT", "Austria", iso2="AT"), Country("BRA", "Brazil"), Country("IND", "India")]
)


def series(**more) -> Indicator:
    return Indicator(
        id="x", name="X", unit="u", direction="higher", figures="country,2020\n",
        source={"publisher": "P", "licence": "L", "dataset": "D"}, **more,
    )  # fmt: skip


def test_each_kind_of_change():
    said = {
        ("AUT", 2019): 9.0,  # before the first year: left out
        ("AUT", 2020): 1.0000001,  # the same to six digits
        ("AUT", 2021): 2.5,  # revised
        # AUT 2022 is gone
        ("AUT", 2023): 4.0,  # new
        ("BRA", 2020): 4.0,  # filled in
        ("BRA", 2021): 5.0,
        ("BRA", 2022): 6.0,  # new: later than Brazil's latest
        ("FIN", 2021): 8.0,  # a country gained
    }
    found = revise(BLOCK, series(), said)
    assert found.new == (
        Change("AUT", 2023, None, 4.0), Change("BRA", 2022, None, 6.0), Change("FIN", 2021, None, 8.0),
    )  # fmt: skip
    assert found.filled == (Change("BRA", 2020, None, 4.0),)
    assert found.revised == (Change("AUT", 2021, 2.0, 2.5),)
    assert found.withdrawn == (Change("AUT", 2022, 3.0, None),)
    # India is not listed at all: it keeps its figures.
    assert found.unlisted == ("IND",) and found.lost == ()
    assert found.years == (2023,) and found.gained == ("FIN",)
    after = merged(BLOCK, found.changes)
    assert after.countries == ("AUT", "BRA", "FIN", "IND") and list(after.years) == [2020, 2021, 2022, 2023]
    assert known(after) == {
        ("AUT", 2020): 1.0, ("AUT", 2021): 2.5, ("AUT", 2023): 4.0, ("BRA", 2020): 4.0, ("BRA", 2021): 5.0,
        ("BRA", 2022): 6.0, ("FIN", 2021): 8.0, ("IND", 2020): 7.0, ("IND", 2022): 9.0,
    }  # fmt: skip


def test_only_newer_leaves_what_there_is():
    said = {("AUT", 2021): 2.5, ("AUT", 2023): 4.0, ("BRA", 2020): 4.0}
    found = revise(BLOCK, series(), said, only_newer=True)
    assert found.changes == (Change("AUT", 2023, None, 4.0),)


def test_who_is_not_listed_has_none_where_that_is_what_it_means():
    found = revise(BLOCK, series(absence={"zero": "census"}), {("AUT", 2020): 1.0, ("AUT", 2022): 3.0})
    assert {(item.country, item.year) for item in found.withdrawn} == {
        ("AUT", 2021), ("BRA", 2021), ("IND", 2020), ("IND", 2022),
    }  # fmt: skip
    assert found.lost == ("BRA", "IND") and found.unlisted == ()


def test_years_outside_of_the_answer_are_kept():
    found = revise(BLOCK, series(), {("AUT", 2021): 2.0, ("IND", 2021): 8.0})
    assert found.withdrawn == () and found.filled == (Change("IND", 2021, None, 8.0),)
    # A year inside of the answer's that nobody has is gone.
    found = revise(BLOCK, series(), {("AUT", 2020): 1.0, ("AUT", 2022): 3.0})
    assert found.withdrawn == (Change("AUT", 2021, 2.0, None),)


def test_figures_set_by_hand_stay():
    remark = {"country": "AUT", "year": 2021, "status": "corrected", "note": "ministry"}
    said = {("AUT", 2020): 1.0, ("AUT", 2021): 99.0, ("AUT", 2022): 3.0}
    found = revise(BLOCK, series(remarks=(remark,)), said)
    assert found.revised == () and found.by_hand == (Change("AUT", 2021, 2.0, 99.0),)
    del said["AUT", 2021]
    assert revise(BLOCK, series(remarks=(remark,)), said).withdrawn == ()


def test_places_are_found_and_what_is_none_is_named():
    rows = [Row("AT", 2020, 1.0), Row("Austria", 2021, 2.0), Row("bra", 2020, 3.0), Row("WLD", 2020, 4.0),
            Row("World", 2020, 4.0), Row("FRA", 2020, 5.0)]  # fmt: skip
    found = match(rows, COUNTRIES, {})
    assert found.figures == {("AUT", 2020): 1.0, ("AUT", 2021): 2.0, ("BRA", 2020): 3.0}
    assert found.unknown == ("WLD", "World") and found.outside == ("FRA",)
    with pytest.raises(SourceError, match=r"two figures for AUT 2020: 1 and 2 \(Austria\)"):
        match([Row("AT", 2020, 1.0), Row("Austria", 2020, 2.0)], COUNTRIES, {})
    with pytest.raises(SourceError, match="none of its places is a country of this index: WLD"):
        whole(Answer([Row("WLD", 2020, 1.0)]), COUNTRIES, {})


KEYS = st.tuples(st.sampled_from(["AUT", "BRA", "FIN", "IND"]), st.integers(2018, 2024))
FIGURES = st.dictionaries(KEYS, st.floats(-1e6, 1e6))


@given(FIGURES, FIGURES)
def test_an_update_repeated_changes_nothing(before, said):
    codes, years = sorted({key[0] for key in before}), sorted({key[1] for key in before})
    values = np.array([[before.get((code, year), NAN) for year in years] for code in codes])
    block = Block(tuple(codes), np.array(years, dtype=np.int64), values.reshape(len(codes), len(years)))
    found = revise(block, series(), said)
    after = merged(block, found.changes)
    assert revise(after, series(), said).changes == ()
    # All that the source has from the first year on is there, to six digits.
    first = min(years, default=0)
    kept = known(after)
    for key, value in said.items():
        if key[1] >= first:
            assert math.isclose(kept[key], value, rel_tol=5e-6)
    assert set(found.cells) == {key for key in set(before) | set(kept) if before.get(key) != kept.get(key)}
