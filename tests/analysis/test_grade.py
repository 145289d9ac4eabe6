"""The confidence grade: every limit from both sides, the worst decides, the reason names it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from readiness.analysis.grade import grade, is_observed
from readiness.figures.matrix import Flag

N = 20


@pytest.fixture(scope="module")
def plain(make):
    """20 indicators of which the country A has all, observed and of this year."""
    names = [f"i{n:02}" for n in range(N)]
    tree = {"id": "n", "indicators": [{"id": name} for name in names]}
    return make(tree, {name: {"A": 1.0, "B": 2.0} for name in names}, methods={"coverage": {"index": 0.2}})


def changed(plain, *, zeros: int = 0, missing: int = 0, age: float = 0.0, model: int = 0, width: Any = None):
    """Grade A with so many declared zeros, missing, models, median age; a rank range of `width` of 100."""
    scores, known = plain
    flags = np.full((2, N), Flag.FIGURE, dtype=np.int64)
    flags[0, :zeros] = Flag.ZERO_PARTIAL
    flags[0, N - missing :] = Flag.MISSING
    years = np.full((2, N), 2024 - int(age), dtype=np.int64)
    if age % 1:
        years[0, ::2] -= 1
    stage = replace(scores.stages["denominated"], flags=flags, years=years)
    ranges = None
    if width is not None:
        ranges = lambda _: SimpleNamespace(interval=lambda row: (10, 10 + width))  # noqa: E731
    scores = replace(scores, stages={**scores.stages, "denominated": stage}, ranges=ranges,
                     ranked=np.array([True] * 2 + [True] * 98))  # fmt: skip
    if width is not None:
        uncertain = scores.framework.model_validate({**scores.framework.model_dump(), "uncertainty": {}})
        scores = replace(scores, framework=uncertain)
    series = {name: item.model_copy(update={"kind": "model"}) if number < model else item
              for number, (name, item) in enumerate(known.series.items())}  # fmt: skip
    return grade(scores, "A", series)


@pytest.mark.parametrize(
    ("how", "letter", "why"),
    [
        ({}, "A", "A: every criterion meets the limit"),
        ({"zeros": 2}, "A", "every criterion"),  # 18 of 20 is 90%
        ({"zeros": 3}, "B", "B: 17 of 20 figures without declared zeros (A: 90% or more)"),
        ({"zeros": 1, "missing": 3}, "B", "16 of 20"),
        ({"missing": 5}, "C", "C: 15 of 20 figures without declared zeros (B: 80% or more)"),
        ({"age": 2}, "A", "every criterion"),
        ({"age": 2.5}, "B", "B: the median figure is 2.5 years old (A: 2 or less)"),
        ({"age": 3}, "B", "3 years old"),
        ({"age": 3.5}, "C", "C: the median figure is 3.5 years old (B: 3 or less)"),
        ({"model": 4}, "A", "every criterion"),
        ({"model": 5}, "B", "B: 15 of 20 figures were observed (A: 80% or more)"),
        ({"model": 7}, "B", "13 of 20"),
        ({"model": 8}, "C", "C: 12 of 20 figures were observed (B: 65% or more)"),
        ({"width": 10}, "A", "every criterion"),
        ({"width": 11}, "B", "B: the rank lies between 10 and 21 of 100 (A: 10% of them or less)"),
        ({"width": 20}, "B", "10 and 30"),
        ({"width": 21}, "C", "C: the rank lies between 10 and 31 of 100 (B: 20% of them or less)"),
        # Of the 17 figures left 11 are observed: 64.7%.
        ({"zeros": 3, "model": 9}, "C", "C: 11 of 17 figures were observed (B: 65% or more)"),
        ({"zeros": 3, "age": 4}, "C", "C: the median figure is 4 years old"),
    ],
)
def test_limits(plain, how, letter, why):
    found = changed(plain, **how)
    assert (found.letter, why in found.reason) == (letter, True), found.reason
    assert ("not assessed" in found.reason) == ("width" not in how)


def test_all_that_decide_are_named(plain):
    found = changed(plain, missing=3, age=3, width=5)
    assert found.reason == ("B: 17 of 20 figures without declared zeros (A: 90% or more) and "
                            "the median figure is 3 years old (A: 2 or less)")  # fmt: skip
    assert [(item.name, item.letter) for item in found.criteria] == [
        ("coverage", "B"), ("age", "B"), ("sources", "A"), ("range", "A")
    ]  # fmt: skip
    assert found.criteria[3].value == 0.05


def test_the_unranked_are_d(make):
    tree = {"id": "n", "indicators": [{"id": "x"}, {"id": "y"}]}
    scores, known = make(tree, {"x": {"A": 1.0, "B": 1.0}, "y": {"A": 1.0}},
                         methods={"coverage": {"node": 0, "index": 0.9}}, codes=("A", "B", "C"))  # fmt: skip
    assert grade(scores, "A", known.series).letter == "A"
    for code in "BC":
        found = grade(scores, code, known.series)
        assert (found.letter, found.reason) == ("D", "D: unranked, too few figures for the rule")


def test_what_is_observed():
    from readiness.definitions.indicator import ContextSeries

    base = {"name": "N", "unit": "u", "source": {"publisher": "P", "dataset": "D", "licence": "L"}}

    def series(name: str, **keys: Any) -> ContextSeries:
        own = {"figures": "-"} if "derived" not in keys else {}
        return ContextSeries.model_validate({"id": name, **base, **own, **keys})

    kinds = {kind: series(kind, kind=kind) for kind in ("observed", "count", "survey", "model", "index")}
    assert {name: is_observed(name, kinds) for name in kinds} == {
        "observed": True, "count": True, "survey": True, "model": False, "index": False
    }  # fmt: skip
    kinds["both"] = series("both", kind="derived", derived={"product": ("observed", "count")})
    kinds["mixed"] = series("mixed", kind="derived", derived={"ratio": ("both", "model")})
    assert is_observed("both", kinds) and not is_observed("mixed", kinds)
