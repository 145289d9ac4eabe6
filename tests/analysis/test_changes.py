"""What changed between two editions: every part adds up, and belongs to the cause that was changed."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.analysis.changes import PLAYERS
from readiness.analysis.shapley import shapley
from readiness.errors import UnknownNameError
from readiness.index import Index


def by_orders(values: np.ndarray) -> list[float]:
    """The Shapley value as it is defined: the mean over all orders of what each player adds."""
    size = values.ndim
    parts = np.zeros(size)
    for order in itertools.permutations(range(size)):
        place = [0] * size
        for player in order:
            before = values[tuple(place)]
            place[player] = 1
            parts[player] += values[tuple(place)] - before
    return list(parts / math.factorial(size))


@given(st.lists(st.floats(-100, 100), min_size=8, max_size=8))
def test_shapley_is_the_mean_over_all_orders_and_adds_up(numbers):
    values = np.array(numbers).reshape(2, 2, 2)
    parts = shapley(values, 3)
    assert parts == pytest.approx(by_orders(values), abs=1e-9)
    assert sum(parts) == pytest.approx(values[1, 1, 1] - values[0, 0, 0], abs=1e-9)


def test_shapley_by_hand():
    """Two players: alone they add 1 and 2, together 5, so each has half of the 2 left over."""
    assert list(shapley(np.array([[0.0, 2.0], [1.0, 5.0]]), 2)) == pytest.approx([2.0, 3.0])


@pytest.fixture
def editions(make_index):
    """Return a function that loads the small index and a second edition of it with edits."""

    def of(edit=None, files=None, remove=()):
        old = Index.load(make_index())
        return old, Index.load(make_index(files or {}, edit=edit or {}, remove=remove))

    return of


def adds_up(found) -> None:
    if None not in (found.score_old, found.score_new) and found.parts[0].score is not None:
        assert sum(part.score for part in found.parts) == pytest.approx(found.score_change, abs=1e-9)
        for player, word in (("new_years", "new years"), ("revisions", "revision")):
            own = [item.score for item in found.indicators if item.why == word]
            part = next(part.score for part in found.parts if part.id == player)
            assert sum(own) == pytest.approx(part, abs=1e-9)
        steps = found.waterfall()
        assert steps[0][1] + sum(value for _, value in steps[1:-1]) == pytest.approx(steps[-1][1], abs=1e-9)
    if found.parts[0].rank is not None:
        assert sum(part.rank for part in found.parts) == pytest.approx(found.rank_change, abs=1e-9)


def parts(found) -> dict[str, float]:
    return {part.id: part.score for part in found.parts}


def causes(found) -> set[str]:
    return {name for name, value in parts(found).items() if abs(value) > 1e-9}


def test_a_revised_figure_is_a_revision_and_another_s_moves_no_score(editions, index_files):
    line = next(
        row for row in index_files["energy/access.yaml"].split("\n") if row.strip().startswith("KEN,")
    )
    head, _, last = line.rpartition(",")
    old, new = editions(edit={"energy/access.yaml": (line, f"{head},{float(last) * 0.8:g}")})
    found = new.changes(old, "KEN")
    adds_up(found)
    assert causes(found) == {"revisions"} and found.score_change < 0
    assert [item.id for item in found.indicators] == ["access"]
    other = new.changes(old, "IND")
    adds_up(other)
    assert causes(other) == set() and other.score_change == 0
    if other.rank_change:
        assert {part.id for part in other.parts if part.rank} == {"others"}


def test_a_new_year_is_new(make_index, index_files):
    """In the old edition Kenya's last figure is not out yet."""
    line = next(
        row for row in index_files["energy/access.yaml"].split("\n") if row.strip().startswith("KEN,")
    )
    old = Index.load(make_index(edit={"energy/access.yaml": (line, line.rpartition(",")[0])}))
    found = Index.load(make_index()).changes(old, "KEN")
    adds_up(found)
    assert causes(found) == {"new_years"}


def test_other_weights_are_the_method_and_ranks_do_not_compare(editions, index_files):
    main = index_files["frameworks/main.yaml"]
    assert "id: energy" in main
    flow = "{id: energy" in main
    heavier = "id: energy, weight: 3" if flow else "id: energy\n      weight: 3"
    old, new = editions(edit={"frameworks/main.yaml": ("id: energy", heavier)})
    found = new.changes(old, "KEN")
    adds_up(found)
    assert causes(found) <= {"method"} and not found.same_method
    assert "ranks of two methods do not compare" in (found.note or "")


def test_every_country_of_two_editions_adds_up(bundled):
    framework = bundled.definitions.frameworks["pillars"]
    earlier = framework.model_copy(update={"year": 2024, "edition": "2024.1"})
    definitions = replace(
        bundled.definitions, frameworks={**bundled.definitions.frameworks, "pillars": earlier}
    )
    old = Index(definitions)
    table = bundled.changed(old).reset_index()
    assert len(table) == 197
    split = table.dropna(subset=list(PLAYERS))
    assert len(split) > 150
    assert np.allclose(split[list(PLAYERS)].sum(axis=1), split["score_change"], atol=1e-9)
    ranked = table.dropna(subset=[f"rank_{player}" for player in PLAYERS])
    totals = ranked[[f"rank_{player}" for player in PLAYERS]].sum(axis=1)
    assert np.allclose(totals.astype(float), ranked["rank_change"].astype(float), atol=1e-9)
    found = bundled.changes(old, "KEN")
    adds_up(found)
    back = old.changes(bundled, "KEN")
    assert back.score_change == pytest.approx(-found.score_change)


def test_a_country_that_neither_edition_has(editions):
    old, new = editions()
    with pytest.raises(UnknownNameError):
        new.changes(old, "Atlantis")
