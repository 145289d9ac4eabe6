"""Many places: ranks held draw by draw, draws in slices and passes, bounded memory, stopping."""

from __future__ import annotations

import tracemalloc
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from readiness import cache
from readiness.definitions.framework import Framework
from readiness.definitions.indicator import Indicator
from readiness.engine import held, pieces, treat, uncertainty
from readiness.engine.compute import compute
from readiness.engine.uncertainty import robustness
from readiness.errors import ReadinessError
from readiness.figures.matrix import Flag, Matrix
from readiness.scores import Robustness, Scores

EXACT = ("rank_low", "rank_median", "rank_high", "convergence", "convergence_mean", "score_low", "score_high")


def synthetic(size: int) -> Scores:
    """Score six indicators with gaps, in two pillars; whatever can be drawn is drawn."""
    rng = np.random.default_rng(size)
    values = rng.uniform(1, 10, (size, 1)) + rng.uniform(0, 5, (size, 6))
    values[rng.random(values.shape) < 0.05] = np.nan
    values[0] = 3.0
    codes = tuple(f"P{number:05d}" for number in range(size))
    names = tuple("abcdef")
    flags = np.where(np.isnan(values), Flag.MISSING, Flag.FIGURE).astype(np.int64)
    years = np.full(values.shape, 2024)
    matrix = Matrix(codes, codes, names, values, years, flags, np.ones(values.shape), years,
                    publishers=("A",) * 6)  # fmt: skip
    series = {
        name: Indicator.model_validate(
            {"id": name, "name": name, "unit": "u", "direction": "higher", "figures": "-",
             "goalposts": (1.0, 15.0), "source": {"publisher": "A", "dataset": "B", "licence": "C"}}
        )
        for name in names
    }  # fmt: skip
    framework = Framework.model_validate(
        {"id": "large", "name": "Large", "year": 2024, "methods": {"coverage": {"node": 0, "index": 0}},
         "uncertainty": {"imputation": {"method": "none"}},
         "tree": {"id": "index", "children": ({"id": "p", "indicators": names[:3]},
                                              {"id": "q", "indicators": names[3:]})}}
    )  # fmt: skip
    return compute(framework.completed(series), matrix)


def same(one: Robustness, other: Robustness, names: tuple[str, ...]) -> None:
    for name in names:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)


@pytest.mark.parametrize("draws", [1, 2, 501])
@pytest.mark.parametrize("times", [1, 2])
def test_ranks_that_are_held_say_what_counts_of_every_rank_say(monkeypatch, draws, times):
    scores = synthetic(40)
    counted = robustness(scores, draws=draws)
    monkeypatch.setattr(uncertainty, "PAIRS", 5)
    monkeypatch.setattr(held, "BYTES", 40 * draws * 2 // times)
    assert uncertainty.turns(40, draws) == times
    found = robustness(scores, draws=draws)
    assert found.above is None
    assert counted.above is not None
    same(found, counted, (*EXACT, "counts", "firsts"))
    np.testing.assert_array_equal(found.top(10), counted.top(10))


def test_in_bins_the_range_is_taken_outwards_by_less_than_a_bin(monkeypatch):
    scores = synthetic(300)
    exact = robustness(scores, draws=400)
    monkeypatch.setattr(uncertainty, "PAIRS", 100)
    monkeypatch.setattr(uncertainty, "_EXACT", 10)
    monkeypatch.setattr(uncertainty, "_CELLS", 0)
    told = robustness(scores, draws=400)
    same(told, exact, EXACT[:5])
    monkeypatch.setattr(held, "BYTES", 400)  # too many passes: bins of three ranks
    assert uncertainty.turns(300, 400) == 1
    binned = robustness(scores, draws=400)
    width = np.diff(binned.firsts).max()
    assert width == 3
    same(binned, told, ("counts", "firsts"))
    at = scores.ranked
    low, high = (exact.rank_low - binned.rank_low)[at], (binned.rank_high - exact.rank_high)[at]
    assert low.min() >= 0
    assert high.min() >= 0
    assert 0 < max(low.max(), high.max()) < width
    assert np.abs(binned.rank_median - exact.rank_median)[at].max() < width


def test_uint16_is_enough_up_to_65535_places():
    assert held.kind(65_535) is np.uint16
    assert held.kind(65_536) is np.uint32
    assert held.passes(50_000, 10_000) <= held.PASSES < held.passes(50_000, 100_000)


@pytest.mark.parametrize("rows", [1, 7, 100])
def test_slices_of_any_size_give_the_same(monkeypatch, rows):
    scores = synthetic(60)
    whole = robustness(scores, draws=300)
    monkeypatch.setattr(pieces, "_SLICE", 60 * rows)
    names = tuple(field.name for field in fields(Robustness))
    same(robustness(scores, draws=300), whole, names)


@pytest.mark.parametrize("many", [False, True])
def test_two_processes_give_the_same_to_the_bit(monkeypatch, many):
    scores, told = synthetic(60), []
    monkeypatch.setattr(pieces, "_SLICE", 60 * 70)
    if many:  # held, in two turns
        monkeypatch.setattr(uncertainty, "PAIRS", 5)
        monkeypatch.setattr(held, "BYTES", 60 * 301)
    whole = robustness(scores, draws=301)
    monkeypatch.setattr(uncertainty, "_WORTH", 0)
    found = robustness(scores, draws=301, processes=2, progress=told.append)
    same(found, whole, tuple(field.name for field in fields(Robustness)))
    assert told[-1] == 301
    assert len(told) == (10 if many else 5)


def test_few_draws_start_no_process(monkeypatch):
    counts = []
    monkeypatch.setattr(uncertainty.jobs, "run", lambda start, of, keys, count, **_: counts.append(count) or (
        start(*of)(key) for key in keys))  # fmt: skip
    robustness(synthetic(10), draws=20, processes=2)
    monkeypatch.setattr(uncertainty, "_WORTH", 200)
    robustness(synthetic(10), draws=20, processes=2)
    assert counts == [1, 2]


def test_another_numpy_is_refused():
    asked = pieces.Asked(1, 10, 200, pairs=False, numpy="0.1")
    with pytest.raises(ReadinessError, match=r"a worker has numpy .*and here it is 0\.1"):
        pieces.maker(None, asked)


def test_progress_rises_to_the_number_of_draws_over_all_passes(monkeypatch):
    scores, told = synthetic(40), []
    monkeypatch.setattr(uncertainty, "PAIRS", 5)
    monkeypatch.setattr(pieces, "_SLICE", 40 * 50)
    monkeypatch.setattr(held, "BYTES", 40 * 200)
    robustness(scores, draws=200, progress=told.append)
    assert told == [25, 50, 75, 100, 125, 150, 175, 200]


def test_what_progress_raises_ends_the_work_and_nothing_is_kept(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(pieces, "_SLICE", 40 * 50)
    told: list[int] = []

    def stop(done: int) -> None:
        told.append(done)
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.robustness(synthetic(40), draws=2000, progress=stop)
    assert told == [50, 100]
    assert list(tmp_path.rglob("*")) == []
    cache.robustness(synthetic(40), draws=100, progress=told.append)
    assert [path.suffix for path in tmp_path.rglob("*.*")] == [".npz"]


def test_scores_tell_of_their_draws_and_keep_them():
    scores, told = synthetic(10), []
    found = scores.drawn(told.append)
    assert told[-1] == 10_000
    assert scores.robustness is found
    assert scores.drawn(told.append) is found
    assert told.count(10_000) == 1


def test_memory_does_not_grow_with_places_by_places_or_draws(monkeypatch):
    """It holds the ranks of a pass, two sets of counts, a slice of draws and the figures; no more."""
    size, draws = 4000, 1500
    scores = synthetic(size)
    monkeypatch.setattr(held, "BYTES", size * draws)  # half the ranks, at two bytes each
    monkeypatch.setattr(pieces, "_SLICE", size * 50)
    monkeypatch.setattr(pieces, "_PART_CELLS", 0)
    monkeypatch.setattr(uncertainty, "_QUANTILE", 100_000)
    monkeypatch.setattr(held, "_SORTED", 100_000)
    tracemalloc.start()
    found = robustness(scores, draws=draws)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    counts = found.counts.nbytes + size * 1000 * 4
    figures = 6 * size * 8 * 10
    parts = 100 * 2 * size * 4 * 4  # a hundred draws of two pillars, and what their ends take
    bound = size * draws + counts + figures + parts + 16 * 50 * size
    assert peak < bound, (peak, bound)
    assert bound < size * size * 4  # a count of every rank would not fit


def test_ends_of_scores_are_those_of_nanquantile():
    drawn = np.random.default_rng(1).normal(size=(37, 6)).astype(np.float32)
    drawn[:, 2] = np.nan
    drawn[::3, 4] = np.nan
    expected = np.nanquantile(drawn[:, [0, 1, 3, 4, 5]], (0.05, 0.95), axis=0, method="inverted_cdf")
    found = pieces.ends_of_scores(drawn)
    np.testing.assert_array_equal(found[:, [0, 1, 3, 4, 5]], expected)
    assert np.isnan(found[:, 2]).all()


def test_long_rows_have_the_same_shape(monkeypatch):
    x = np.random.default_rng(2).lognormal(size=(3, 12_000))
    long = treat.skewness(x), treat.kurtosis(x)
    monkeypatch.setattr(treat, "_LONG", 20_000)
    np.testing.assert_allclose(long, (treat.skewness(x), treat.kurtosis(x)), rtol=1e-10)


def test_a_row_is_found_by_its_code():
    scores = synthetic(10)
    assert [scores.position(code) for code in scores.countries] == list(range(10))
    assert replace(scores).position("P00003") == 3
