"""Normalisation kernels against the reference's tables, at 1e-9.

What ours does on purpose otherwise than COINr:

- `fraction-of-max` where lower is better is `min(x) / x`; COINr's `n_fracmax` gives
  `x / min(x)`, which is 1 for the best and the greater the worse (`test_fraction_of_max`).
- A target that no country is short of is refused, and so is a reference country that is the
  worst: COINr divides by what is negative or zero, and turns the order round.
- `n_scaled` is min-max on goalposts without truncation.
"""

from __future__ import annotations

import numpy as np
import pytest

from readiness.definitions.columns import (
    Borda,
    DistanceToMax,
    DistanceToReference,
    DistanceToTarget,
    FractionOfMax,
    MinMax,
    NoNormalisation,
    PercentileRank,
    RankScore,
    ZScore,
)
from readiness.definitions.framework import IndicatorRef
from readiness.engine.normalise import clip, normalise

SAMPLE = MinMax(ends="sample")
TREATED = {
    "n_minmax_0_100": SAMPLE,
    "n_minmax_1_100": MinMax(ends="sample", range=(1.0, 100.0)),
    "n_zscore_0_1": ZScore(method="z-score"),
    "n_zscore_10_2": ZScore(method="z-score", mean=10.0, sd=2.0),
    "n_dist2max": DistanceToMax(method="distance-to-max"),
    "n_prank": PercentileRank(method="percentile-rank"),
    "n_rank": RankScore(method="rank"),
    "n_rank_average_ties": RankScore(method="rank", ties="average"),
    "n_borda": Borda(method="borda"),
    "none": NoNormalisation(method="none"),
}
WITH_GAPS = {
    "minmax": SAMPLE,
    "zscore": ZScore(method="z-score"),
    "prank": PercentileRank(method="percentile-rank"),
    "rank": RankScore(method="rank"),
    "borda": Borda(method="borda"),
    "dist2max": DistanceToMax(method="distance-to-max"),
}


@pytest.fixture(scope="module")
def meta(tables):
    rows = tables.rows("normalisation/goalposts_iMeta.csv")
    return {row["iCode"]: row for row in rows if row["Type"] == "Indicator"}


@pytest.fixture(scope="module")
def countries(tables):
    return sorted(row["uCode"] for row in tables.rows("06_treated.csv"))


def reference(row, method, **parameters):
    direction = "higher" if row["Direction"] == "1" else "lower"
    return IndicatorRef(id=row["iCode"], direction=direction, normalisation=method, **parameters)


def cases():
    for name, method in TREATED.items():
        yield pytest.param(name, "06_treated", method, id=name)
    for name, method in WITH_GAPS.items():
        yield pytest.param(f"withNA_denominated_n_{name}", "03_denominated", method, id=f"gaps_{name}")


@pytest.mark.parametrize(("name", "data", "method"), list(cases()))
def test_normalisation(tables, equal, meta, countries, name, data, method):
    theirs, columns = tables.columns(f"normalisation/{name}.csv"), tables.columns(f"{data}.csv")
    assert set(theirs) == set(columns) == set(meta)
    for indicator, x in columns.items():
        ours = normalise(x, reference(meta[indicator], method), countries)
        equal(ours, theirs[indicator], indicator)
        draws = normalise(np.stack([x[::-1], x]), reference(meta[indicator], method), countries)
        np.testing.assert_allclose(draws[1], ours, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("name", "row", "cap"), [("row1", 0, False), ("row10_cap", 9, True)])
def test_distance_to_a_country(tables, equal, meta, countries, name, row, cap):
    method = DistanceToReference(method="distance-to-reference", country=countries[row], cap=cap)
    theirs = tables.columns(f"normalisation/n_dist2ref_{name}.csv")
    worst = 0
    for indicator, x in tables.columns("06_treated.csv").items():
        item = reference(meta[indicator], method)
        if np.isfinite(theirs[indicator]).all():
            equal(normalise(x, item, countries), theirs[indicator], indicator)
        else:
            # COINr divides by zero where the reference is the worst country.
            worst += 1
            with pytest.raises(Exception, match=f"{countries[row]} is no better than the worst country"):
                normalise(x, item, countries)
    assert worst < 10


@pytest.mark.parametrize(("name", "cap"), [("", False), ("_cap", True)])
def test_distance_to_a_target(tables, equal, meta, countries, name, cap):
    theirs = tables.columns(f"normalisation/n_dist2targ_use_iMeta{name}.csv")
    above = 0
    for indicator, x in tables.columns("06_treated.csv").items():
        target = float(meta[indicator]["Target"])
        method = DistanceToTarget(method="distance-to-target", target=target, cap=cap)
        ours = normalise(x, reference(meta[indicator], method), countries)
        equal(ours, theirs[indicator], indicator)
        above += int((ours > 1).sum())
    assert (above == 0) == cap


def test_fraction_of_max(tables, equal, meta, countries):
    method = FractionOfMax(method="fraction-of-max")
    theirs = tables.columns("normalisation/n_fracmax.csv")
    turned = 0
    for indicator, x in tables.columns("06_treated.csv").items():
        item = reference(meta[indicator], method)
        if meta[indicator]["Direction"] == "1":
            equal(normalise(x, item, countries), theirs[indicator], indicator)
        elif x.min() > 0:
            ours = normalise(x, item, countries)
            equal(ours, 1 / theirs[indicator], indicator)
            assert ours.max() == 1 and ours[np.argmin(x)] == 1 and theirs[indicator][np.argmax(x)] > 1
            turned += 1
        else:
            assert not np.isfinite(theirs[indicator]).all()
            with pytest.raises(Exception, match="a fraction of the lowest value needs it to be positive"):
                normalise(x, item, countries)
    assert turned > 3


@pytest.mark.parametrize("truncate", [True, False])
def test_goalposts(tables, equal, meta, countries, truncate):
    method = MinMax(truncate=truncate)
    name = f"normalisation/n_goalposts_use_iMeta_{'trunc' if truncate else 'notrunc'}.csv"
    for indicator, theirs in tables.columns(name).items():
        row, x = meta[indicator], tables.columns("06_treated.csv")[indicator]
        ends = (float(row["goalpost_lower"]), float(row["goalpost_upper"]))
        item = reference(row, method, goalposts=ends)
        ours = normalise(clip(x, ends) if item.clipped else x, item, countries)
        equal(ours, theirs, indicator)
        assert (ours.min() < 0 and ours.max() > 100) != truncate


@pytest.mark.parametrize(("name", "ends", "top"), [("0_100", (0, 100), 100), ("m5_20_sf10", (-5, 20), 10)])
def test_scaled(tables, equal, meta, countries, name, ends, top):
    """`n_scaled` takes its ends on the directed values: [a, b] of -x are [-b, -a] of x."""
    method = MinMax(truncate=False, range=(0.0, float(top)))
    for indicator, theirs in tables.columns(f"normalisation/n_scaled_{name}.csv").items():
        low, high = ends if meta[indicator]["Direction"] == "1" else (-ends[1], -ends[0])
        item = reference(meta[indicator], method, goalposts=(float(low), float(high)))
        x = tables.columns("06_treated.csv")[indicator]
        equal(normalise(x, item, countries), theirs, indicator)
