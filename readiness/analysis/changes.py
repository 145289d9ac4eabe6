"""What changed between two editions of an index, and why: exact parts of a score and of a rank.

Five things can differ between an old and a new edition (`PLAYERS`; `editions` says which figure or
setting belongs to which). For one country each of them is taken from the old or from the new
edition, 32 runs, and the parts are their Shapley values (`shapley`): they sum to the change of the
score, and those of the rank to the change of the rank, and they hang on no order.

Below that, by indicator. A step of a player between two of the runs is a gap between two scores of
one country, and `explain.gap_terms` splits such a gap over the indicators exactly (contributions of
the generalised logarithmic mean, OECD/JRC Handbook step 10; Ang 2004). An indicator's part is the
mean of its terms over the player's steps, with the weights of the Shapley value; so the parts sum to
the player's own. The method's part is split this way where both trees have the same nodes with the
same aggregation; a tree of another shape has no indicator-by-indicator gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from readiness.analysis import change_runs
from readiness.analysis.decompose import largest_remainder
from readiness.analysis.editions import Between, Edition, same_method
from readiness.analysis.shapley import shapley
from readiness.definitions.framework import IndicatorRef
from readiness.errors import UnknownNameError, listed
from readiness.figures.matrix import Floats
from readiness.figures.table import Figures
from readiness.scores import Scores, Table, plain

PLAYERS = ("new_years", "revisions", "method", "others", "set")
TITLES = {
    "new_years": "Its own new years",
    "revisions": "Its own figures revised",
    "method": "Method",
    "others": "Other countries' figures",
    "set": "Countries entering or leaving",
}
# The players whose parts are split by indicator, and the word for each.
WHY = {"new_years": "new years", "revisions": "revision", "method": "method"}
COLUMNS = (
    "country", "name", "rank_old", "rank_old_low", "rank_old_high", "rank_new", "rank_new_low",
    "rank_new_high", "rank_change", "score_old", "score_new", "score_change", *PLAYERS,
    *(f"rank_{player}" for player in PLAYERS),
)  # fmt: skip
# A part that is less than this is rounding.
_NOTHING = 1e-11


@dataclass(frozen=True)
class Part:
    """One player's part of the change.

    Attributes
    ----------
    score
        In points; None where one of the runs gives the country no score.
    rank
        In places, positive where the rank's number has grown (a worse place); None where one of the
        runs does not rank the country.
    """

    id: str
    title: str
    score: float | None
    rank: float | None


@dataclass(frozen=True)
class IndicatorPart:
    """One indicator's part of a player's part of the change of the score.

    Attributes
    ----------
    score
        In points of the index.
    before, before_year, after, after_year
        The figure that either edition scores, after the denominator, in `unit`; None where it has
        none.
    why
        The player: `new years`, `revision` or `method`.
    """

    id: str
    title: str
    score: float
    before: float | None
    before_year: int | None
    after: float | None
    after_year: int | None
    unit: str
    why: str


@dataclass(frozen=True)
class Changes:
    """What changed for one country between two editions.

    Attributes
    ----------
    old_edition, new_edition
        What the frameworks call their editions, else their years.
    parts
        One for each of `PLAYERS`, in their order; the scores sum to `score_new - score_old`, the
        ranks to `rank_new - rank_old`.
    indicators
        The largest first within each player; they sum to the parts of the players in their `why`.
    note
        What the numbers do not say: why there is no split, or that the methods differ.
    same_method
        Whether the two editions score by one method. Ranks of two methods do not compare.
    range_old, range_new
        The ranges of the two ranks; None where nothing is drawn.
    """

    code: str
    old_edition: str
    new_edition: str
    score_old: float | None
    score_new: float | None
    rank_old: int | float | None
    rank_new: int | float | None
    ranked_old: int
    ranked_new: int
    parts: tuple[Part, ...]
    indicators: tuple[IndicatorPart, ...]
    note: str | None
    same_method: bool
    name: str = ""
    range_old: tuple[int, int] | None = None
    range_new: tuple[int, int] | None = None

    @property
    def score_change(self) -> float | None:
        """Points gained; None where either edition has no score."""
        return _less(self.score_new, self.score_old)

    @property
    def rank_change(self) -> float | None:
        """How much the rank's number has grown; None where either edition has no rank."""
        return _less(self.rank_new, self.rank_old)

    def printed(self, decimals: int = 1) -> tuple[float | None, ...]:
        """Return the parts of the score so rounded that they sum to the change as it is printed.

        That is the difference of the two scores, each rounded (`decompose.largest_remainder`).
        """
        if self.score_old is None or self.score_new is None:
            return (None,) * len(self.parts)
        total = _rounded(self.score_new, decimals) - _rounded(self.score_old, decimals)
        return _to_total([part.score for part in self.parts], decimals, total)

    def printed_ranks(self, decimals: int = 1) -> tuple[float | None, ...]:
        """Return the parts of the rank so rounded that they sum to the change of the rank."""
        return _to_total([part.rank for part in self.parts], decimals, self.rank_change)

    def printed_indicators(self, decimals: int = 1) -> tuple[float | None, ...]:
        """Return the parts of the indicators so rounded that each player's sum to `printed`."""
        found: list[float | None] = [None] * len(self.indicators)
        for part, total in zip(self.parts, self.printed(decimals), strict=True):
            own = [n for n, item in enumerate(self.indicators) if item.why == WHY.get(part.id)]
            values = _to_total([self.indicators[n].score for n in own], decimals, total)
            for n, value in zip(own, values, strict=True):
                found[n] = value
        return tuple(found)

    def waterfall(self, decimals: int = 1) -> tuple[tuple[str, float], ...]:
        """Return (label, value) pairs: the old score, the parts that print as more than zero, the new.

        The first and the parts sum to the last, as printed on so many decimals. Empty where there
        is no split.
        """
        parts = self.printed(decimals)
        if self.score_old is None or self.score_new is None or None in parts:
            return ()
        return (
            (self.old_edition, _rounded(self.score_old, decimals)),
            *((part.title, value) for part, value in zip(self.parts, parts, strict=True) if value),
            (self.new_edition, _rounded(self.score_new, decimals)),
        )


def changes(old: Scores, old_figures: Figures, new: Scores, new_figures: Figures, code: str) -> Changes:
    """Return what changed for one country, split exactly.

    Parameters
    ----------
    old, new
        The scores of the two editions, of frameworks that compare.
    old_figures, new_figures
        All figures behind them.

    Raises
    ------
    UnknownNameError
        When neither edition assesses the country.
    ReadinessError
        When a run of one edition's method on the other's figures is not possible.
    """
    between = Between(Edition(old, old_figures), Edition(new, new_figures))
    if code not in between.codes:
        raise UnknownNameError(f"neither edition assesses {code}", "`readiness countries` lists them")
    return _Split.of(between, [code]).changes(code, detailed=True)


def changed(old: Scores, old_figures: Figures, new: Scores, new_figures: Figures) -> Table:
    """Return the changes of every country that either edition assesses, `COLUMNS`, a row each.

    Those whose rank has moved most come first, then those whose score has; last, in order of code,
    those that do not compare. The parts of the score are the columns named as the players, those of
    the rank begin with `rank_`.
    """
    between = Between(Edition(old, old_figures), Edition(new, new_figures))
    split = _Split.of(between, between.codes)
    found = [split.changes(code) for code in between.codes]
    found.sort(key=lambda one: (
        one.rank_change is None, -abs(one.rank_change or 0), one.score_change is None,
        -abs(one.score_change or 0.0),
    ))  # fmt: skip
    return Table(COLUMNS, tuple(map(_row, found)))


def _row(found: Changes) -> tuple[Any, ...]:
    low, high = found.range_old or (None, None), found.range_new or (None, None)
    return (
        found.code, found.name, found.rank_old, *low, found.rank_new, *high, found.rank_change,
        found.score_old, found.score_new, found.score_change, *(part.score for part in found.parts),
        *(part.rank for part in found.parts),
    )  # fmt: skip


def same(old: Scores, old_figures: Figures, new: Scores, new_figures: Figures) -> bool:
    """Tell whether two editions score by one method, see `editions.same_method`."""
    return same_method(Edition(old, old_figures), Edition(new, new_figures))


@dataclass(frozen=True)
class _Split:
    """The 32 runs of n countries, and what they split into.

    `scores` and `ranks` are (2, 2, 2, 2, 2, n), the axes in the order of `PLAYERS`.
    """

    between: Between
    codes: Sequence[str]
    scores: Floats
    ranks: Floats
    same_method: bool

    @classmethod
    def of(cls, between: Between, codes: Sequence[str]) -> _Split:
        """Make the runs of some countries."""
        same = same_method(between.old, between.new)
        return cls(between, codes, *change_runs.runs(between, codes), same)

    @property
    def one_tree(self) -> bool:
        """Whether the method's part can be split by indicator."""
        return change_runs.same_shape(*(one.framework.tree for one in (self.between.old, self.between.new)))

    def changes(self, code: str, *, detailed: bool = False) -> Changes:
        """Return the changes of one country; with its indicators where `detailed`."""
        between, n = self.between, self.codes.index(code)
        ends = [edition.scores if code in edition.countries else None
                for edition in (between.old, between.new)]  # fmt: skip
        scores = shapley(self.scores[..., n], len(PLAYERS))
        ranks = shapley(self.ranks[..., n], len(PLAYERS))
        parts = tuple(
            Part(player, TITLES[player], _clean(scores[number]), _clean(ranks[number]))
            for number, player in enumerate(PLAYERS)
        )
        split = parts[0].score is not None
        editions = labels(between.old.scores, between.new.scores)
        score_old, score_new = (None if one is None else one.score(code) for one in ends)
        rank_old, rank_new = (None if one is None else one.rank(code) for one in ends)
        range_old, range_new = (None if one is None else one.interval(code) for one in ends)
        return Changes(
            code=code, name=_name(between, code), old_edition=editions[0], new_edition=editions[1],
            score_old=score_old, score_new=score_new, rank_old=rank_old, rank_new=rank_new,
            ranked_old=int(between.old.scores.ranked.sum()), ranked_new=int(between.new.scores.ranked.sum()),
            parts=parts, indicators=_indicators(between, code, self.one_tree) if detailed and split else (),
            note=self._note(n, ends), same_method=self.same_method, range_old=range_old, range_new=range_new,
        )  # fmt: skip

    def _note(self, n: int, ends: Sequence[Scores | None]) -> str | None:
        said = []
        code, names = self.codes[n], labels(self.between.old.scores, self.between.new.scores)
        absent = [name for name, one in zip(names, ends, strict=True) if one is None]
        unscored = [name for name, one in zip(names, ends, strict=True) if one and one.score(code) is None]
        unranked = [name for name, one in zip(names, ends, strict=True) if one and one.rank(code) is None]
        if absent:
            said.append(f"Edition {absent[0]} does not assess it, so there is no change to split.")
        elif unscored:
            said.append(f"It has no score in edition {listed(unscored)}, so there is no change to split.")
        elif (without := _without(self.scores[..., n])) is not None:
            said.append(f"The score cannot be split: {_in_words(without, names)} it has none.")
        if not absent and not unscored and unranked:
            said.append(f"It is not ranked in edition {listed(unranked)}, so its rank is not split.")
        elif not absent and not unranked and (without := _without(self.ranks[..., n])) is not None:
            said.append(f"The rank cannot be split: {_in_words(without, names)} it has none.")
        if not self.same_method:
            said.append("The method differs between the editions: ranks of two methods do not compare.")
            if not self.one_tree:
                said.append("So does the tree, so that the method's part is not split by indicator.")
        return " ".join(said) or None


def _without(runs: Floats) -> tuple[int, ...] | None:
    """Return the first of the runs, the fewest players first, that has no value; None where all do."""
    missing = [tuple(map(int, place)) for place in np.argwhere(~np.isfinite(runs))]
    return min(missing, key=lambda place: (sum(place), place)) if missing else None


def _in_words(coalition: Sequence[int], editions: Sequence[str]) -> str:
    words = ("its new years", "its revisions", "the method", "the others' figures", "the set of countries")
    new = [word for word, one in zip(words, coalition, strict=True) if one]
    return f"with {listed(new)} of edition {editions[1]} and the rest of {editions[0]}" if new else "before"


def _indicators(between: Between, code: str, same: bool) -> tuple[IndicatorPart, ...]:
    """Return every indicator's part of the own players' parts, and of the method's in one tree."""
    players = [player for player in WHY if same or player != "method"]
    terms = change_runs.indicator_terms(between, code, [PLAYERS.index(player) for player in players])
    return tuple(
        _indicator(between, code, name, own[name], WHY[player])
        for player, own in zip(players, terms, strict=True)
        for name in sorted(own, key=lambda name: -abs(own[name]))
        if abs(own[name]) > _NOTHING
    )


def _indicator(between: Between, code: str, name: str, score: float, why: str) -> IndicatorPart:
    old, new = (_figure(edition, code, name) for edition in (between.old, between.new))
    edition = between.new if name in between.new.scores.matrix.indicators else between.old
    reference = _reference(edition, name)
    series = edition.figures.series[name]
    unit = series.unit_divided(reference.denominator, reference.per)
    return IndicatorPart(name, series.name, score, *old, *new, unit, why)


def _figure(edition: Edition, code: str, name: str) -> tuple[float | None, int | None]:
    """Return the figure an edition scores, after the denominator, and its year."""
    scores = edition.scores
    if name not in scores.matrix.indicators:
        return None, None
    row, k, stage = scores.position(code), scores.matrix.indicators.index(name), scores.stages["denominated"]
    return plain(stage.values[row, k]), int(stage.years[row, k]) or None


def _reference(edition: Edition, name: str) -> IndicatorRef:
    return next(item for item in edition.framework.tree.references() if item.id == name)


def labels(old: Scores, new: Scores) -> tuple[str, str]:
    """Return what the editions are called: by name, else by year; old and new where that is the same."""
    one, other = (found.framework.edition or str(found.framework.year) for found in (old, new))
    return (f"{one} (old)", f"{other} (new)") if one == other else (one, other)


def _name(between: Between, code: str) -> str:
    edition = between.new if code in between.new.countries else between.old
    return edition.countries[code].name


def _clean(value: float) -> float | None:
    """Return a part as a plain number: rounding in the last digits is nothing."""
    return None if not np.isfinite(value) else 0.0 if abs(value) < _NOTHING else float(value)


def _less(new: float | None, old: float | None) -> float | None:
    return None if new is None or old is None else new - old


def _to_total(
    values: Sequence[float | None], decimals: int, total: float | None
) -> tuple[float | None, ...]:  # fmt: skip
    if total is None or None in values or not values:
        return (None,) * len(values)
    return tuple(
        None if value is None else value + 0.0 for value in largest_remainder(values, decimals, total)
    )


def _rounded(value: float, decimals: int) -> float:
    return float(f"{value:.{decimals}f}")
