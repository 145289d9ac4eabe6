"""How far to trust a country's rank: a grade from A to D with its reason in words (step 17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from readiness.definitions.indicator import Series
from readiness.errors import listed
from readiness.figures.matrix import Flag
from readiness.scores import Scores

Letter = Literal["A", "B", "C", "D"]

# Kinds of series whose figures were counted, measured or asked for; a derived series is observed
# where all it is made of is. Not observed: what a model estimates and what an index of others'
# or experts' judgement says.
OBSERVED = ("observed", "count", "survey")
# The limit of an A and of a B; what is worse is a C.
COVERAGE, AGE, SOURCES, WIDTH = (0.9, 0.8), (2.0, 3.0), (0.8, 0.65), (0.1, 0.2)


@dataclass(frozen=True)
class Criterion:
    """One criterion of the grade: its letter and value, None where it was not assessed.

    `text` is what is so and what the next better letter asks for, `short` the same in a word or two.
    """

    name: str
    letter: Letter | None
    value: float | None
    text: str
    short: str = ""


@dataclass(frozen=True)
class Grade:
    """A confidence grade; `reason` names what decided it."""

    letter: Letter
    reason: str
    criteria: tuple[Criterion, ...]


def grade(scores: Scores, country: str, series: Mapping[str, Series]) -> Grade:
    """Return a country's grade: the worst of its criteria, D for the unranked.

    Coverage without declared zeros (A from 90%, B from 80%); the median age of its figures in
    years before the framework's (A to 2, B to 3); the share of its figures from observed sources
    (A from 80%, B from 65%); the width of its rank range over the number of ranked countries (A to
    10%, B to 20%). C meets the rule for a rank. A framework without `uncertainty:` has no range:
    that criterion is not assessed, and the reason says so.
    """
    row = scores.position(country)
    criteria = (*_of_figures(scores, row, series), _width(scores, row))
    if not scores.ranked[row]:
        return Grade("D", "D: unranked, too few figures for the rule", criteria)
    letters = [item.letter for item in criteria if item.letter is not None]
    worst = max(letters)
    said = [item.text for item in criteria if item.letter == worst]
    why = "every criterion meets the limit" if worst == "A" else listed(said)
    unknown = [item.text for item in criteria if item.letter is None]
    return Grade(worst, "; ".join([f"{worst}: {why}", *unknown]), criteria)


def _of_figures(scores: Scores, row: int, series: Mapping[str, Series]) -> list[Criterion]:
    stage, year = scores.stages["denominated"], scores.framework.year
    own = stage.flags[row] == Flag.FIGURE
    have, total = int(own.sum()), len(own)
    share = have / total
    words = f"{have} of {total} figures without declared zeros"
    found = [_high("coverage", share, COVERAGE, words, f"{have} of {total} figures")]
    if not have:
        none = "no figure to tell age and source by"
        return [*found, Criterion("age", "C", None, none), Criterion("sources", "C", None, none)]
    age = float(np.median(year - stage.years[row][own]))
    words = f"the median figure is {age:g} {'year' if age == 1 else 'years'} old"
    found.append(_low("age", age, AGE, words, "their age", lambda limit: f"{limit:g} or less"))
    observed = sum(is_observed(name, series)
                   for name, there in zip(scores.matrix.indicators, own, strict=True) if there)  # fmt: skip
    words, short = f"{observed} of {have} figures were observed", f"{observed} of {have} observed"
    return [*found, _high("sources", observed / have, SOURCES, words, short)]


def is_observed(name: str, series: Mapping[str, Series]) -> bool:
    """Tell whether a series comes from observation rather than from a model or judgement."""
    item = series[name]
    if item.derived is not None:
        return all(is_observed(operand, series) for operand in item.derived.series)
    return item.kind in OBSERVED


def _width(scores: Scores, row: int) -> Criterion:
    if (ranges := scores.robustness) is None:
        return Criterion("range", None, None, "the rank's range is not assessed, for want of 'uncertainty:'")
    if (interval := ranges.interval(row)) is None:
        return Criterion("range", None, None, "there is no rank")
    (low, high), count = interval, int(scores.ranked.sum())
    ends = f"lies between {low} and {high}" if low < high else f"is {low} in nine of ten draws,"
    text = f"the rank {ends} of {count}"
    width = (high - low) / count
    return _low("range", width, WIDTH, text, "a wide range", lambda limit: f"{limit:.0%} of them or less")


def _high(name: str, value: float, limits: tuple[float, float], text: str, short: str) -> Criterion:
    letter: Letter = "A" if value >= limits[0] else "B" if value >= limits[1] else "C"
    return _said(name, letter, value, (text, short), [f"{limit:.0%} or more" for limit in limits])


def _low(
    name: str, value: float, limits: tuple[float, float], text: str, short: str, words: Callable[[float], str]
) -> Criterion:
    letter: Letter = "A" if value <= limits[0] else "B" if value <= limits[1] else "C"
    return _said(name, letter, value, (text, short), [words(limit) for limit in limits])


def _said(name: str, letter: Letter, value: float, texts: tuple[str, str], limits: list[str]) -> Criterion:
    """Add to what is so what the next better letter asks for."""
    better = {"B": f" (A: {limits[0]})", "C": f" (B: {limits[1]})"}.get(letter, "")
    return Criterion(name, letter, value, f"{texts[0]}{better}", texts[1])
