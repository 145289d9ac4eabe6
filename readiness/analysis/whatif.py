"""What if a figure were another: new score, rank and range, all else unchanged.

An edit is made in the figures themselves and goes through every step of the method, so that it
gives what the same edit in YAML gives. It is score arithmetic, not a forecast.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from readiness.definitions.block import Block
from readiness.definitions.framework import Framework, Node
from readiness.definitions.indicator import Series
from readiness.engine.compute import compute
from readiness.engine.paired import gains
from readiness.engine.plan import is_local
from readiness.engine.rank import rank
from readiness.errors import ReadinessError, did_you_mean, listed
from readiness.figures.derive import derive_all
from readiness.figures.matrix import Flag, Matrix
from readiness.figures.select import reselected
from readiness.figures.table import Figures
from readiness.scores import Scores, Stage, plain

# P(gain) is over so many of the framework's draws where nothing else is asked for.
DRAWS = 2000
PLACES = 3
_PARTS = ("values", "years", "flags")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
_EDIT = re.compile(r"(?P<id>[^=]+)=(?P<step>[+-](?=[0-9.]))?=?(?P<number>.*?)(?P<percent>%)?\Z")


@dataclass(frozen=True)
class Edit:
    """One figure put in the place of another, as the source publishes it; None is missing.

    `year` is that of the figure it replaces; where there is none, the newest year of the series.
    """

    id: str
    title: str
    unit: str
    before: float | None
    after: float | None
    year: int


@dataclass(frozen=True)
class NodeChange:
    """A node's score before and after."""

    id: str
    title: str
    depth: int
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Outcome:
    """What edits do to one country: scores, ranks with their ranges, chances of gaining places.

    Ranks after are those of a what-if. `gain1` and `gain3` are the shares of `draws` paired
    draws in which the country gains at least one place and three; None where it is not ranked
    before and after, or nothing is drawn.
    """

    code: str
    name: str
    framework: str
    edits: tuple[Edit, ...]
    score_before: float | None
    score_after: float | None
    rank_before: int | float | None
    rank_after: int | float | None
    range_before: tuple[int, int] | None
    range_after: tuple[int, int] | None
    ranked_before: int
    ranked_after: int
    nodes: tuple[NodeChange, ...]
    gain1: float | None
    gain3: float | None
    draws: int


def simulate(
    scores: Scores, figures: Figures, code: str, wanted: Sequence[str], *, draws: int | None = None
) -> Outcome:
    """Return what edits would do to a country's score, rank and range.

    The range after is what the same edit in YAML gives: the framework's draws, made anew. P(gain)
    comes from paired draws: every factor the same before and after, the noise of every cell that
    stays missing too (in YAML the noise of the gaps behind a filled one moves up by one).

    Parameters
    ----------
    wanted
        Edits as text, see `edits`.
    draws
        For P(gain), `DRAWS` where left out.

    Raises
    ------
    ReadinessError
        When an edit cannot be read, names no indicator of the framework, or is not `valid`.
    """
    row, count = scores.position(code), draws or DRAWS
    made = edits(scores, figures, code, wanted)
    after = rescored(scores, figures, code, made)
    shares = None
    if scores.framework.uncertainty is not None:
        shares = gains(scores, [after], row, (1, PLACES), count)[0]
    gain1, gain3 = shares or (None, None)
    return Outcome(
        code=code, name=scores.matrix.names[row], framework=scores.framework.id, edits=made,
        score_before=scores.score(code), score_after=after.score(code),
        rank_before=scores.rank(code), rank_after=after.rank(code),
        range_before=scores.interval(code), range_after=after.interval(code),
        ranked_before=int(scores.ranked.sum()), ranked_after=int(after.ranked.sum()),
        nodes=tuple(_node_changes(scores, after, row)), gain1=gain1, gain3=gain3, draws=count,
    )  # fmt: skip


def _node_changes(before: Scores, after: Scores, row: int) -> list[NodeChange]:
    return [
        NodeChange(
            part.id, part.title, depth, plain(before.nodes[row, number]), plain(after.nodes[row, number])
        )
        for depth, part in before.framework.tree.walk()
        if isinstance(part, Node)
        for number in [before.node_ids.index(part.id)]
    ]


def edits(scores: Scores, figures: Figures, code: str, wanted: Sequence[str]) -> tuple[Edit, ...]:
    """Read edits.

    `ID=95` sets the published figure, `ID=+10` and `ID=-10` add, `ID=+10%` adds a share of it,
    `ID==-0.4` sets a negative figure, `ID=missing` takes it away. What can be edited: the
    indicators of the framework, and the series that its derived ones are made of.

    Raises
    ------
    ReadinessError
        When one cannot be read, names no such series, comes twice, is outside `valid`, or takes
        away what then is a declared zero.
    """
    if not wanted:
        raise ReadinessError("no edit is named", "Try electricity_access=95 or internet_users=+10")
    found = tuple(_edit(text, scores, figures, code) for text in wanted)
    names = [edit.id for edit in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ReadinessError(f"{twice} is edited twice", "One edit an indicator")
    return found


def _edit(text: str, scores: Scores, figures: Figures, code: str) -> Edit:
    match = _EDIT.match(text)
    if match is None:
        raise ReadinessError(f"{text!r} is no edit", "Write INDICATOR=VALUE, like electricity_access=95")
    series = _series(match["id"].strip(), scores.framework, figures)
    before, year = current(scores, figures, code, series.id)
    after = _after(text, match, before, series)
    low, high = series.valid or (-np.inf, np.inf)
    if after is not None and not low <= after <= high:
        raise ReadinessError(
            f"{text}: {after:.12g} is outside what is valid, {low:.12g} to {high:.12g} {series.unit}",
            f"A figure is in the unit the source publishes: `readiness indicators {series.id}` shows it",
        )
    return Edit(series.id, series.name, series.unit, before, after, year)


def _series(name: str, framework: Framework, figures: Figures) -> Series:
    """Return the series that an edit names."""
    scored = [item.id for item in framework.tree.references()]
    known = [*scored, *(part for item in scored for part in _made_of(item, figures))]
    if name not in known:
        if name in figures.series:
            raise ReadinessError(
                f"{name!r} is not scored in {framework.id!r}",
                "An edit takes an indicator of the framework, or what a derived one is made of",
            )
        hint = did_you_mean(name, known) or "`readiness indicators` lists them"
        raise ReadinessError(f"unknown indicator {name!r}", hint)
    if figures.series[name].derived is not None:
        raise ReadinessError(f"{name!r} is derived and has no figures of its own",
                             f"Edit what it is made of: {listed(_made_of(name, figures))}")  # fmt: skip
    return figures.series[name]


def _made_of(name: str, figures: Figures) -> tuple[str, ...]:
    """Return the series with figures of their own that a derived one goes back to; none for others."""
    derived = figures.series[name].derived
    if derived is None:
        return ()
    found = [_made_of(part, figures) or (part,) for part in derived.series]
    return tuple(dict.fromkeys(part for parts in found for part in parts))


def _after(text: str, match: re.Match[str], before: float | None, series: Series) -> float | None:
    number, step = match["number"].strip(), match["step"]
    if number == "missing" and step is None and not match["percent"]:
        if series.zero is not None:
            raise ReadinessError(f"{text}: whom this series leaves out has zero of it, not a gap",
                                 f"Write {series.id}=0")  # fmt: skip
        return None
    if not _NUMBER.match(number):
        raise ReadinessError(f"{text!r} is no edit: {number!r} is no number",
                             "Write a number, +10, -10, +10% or missing")  # fmt: skip
    value = float(number)
    if step is None:
        if match["percent"]:
            raise ReadinessError(f"{text!r} is no edit", "A share is added: +10% or -10%")
        return value
    if before is None:
        raise ReadinessError(f"{text}: {series.id} has no figure to add to", f"Set it: {series.id}=VALUE")
    signed = -value if step == "-" else value
    return before * (1 + signed / 100) if match["percent"] else before + signed


def current(scores: Scores, figures: Figures, code: str, name: str) -> tuple[float | None, int]:
    """Return a country's selected figure as published and the year an edit of it takes.

    That is the figure's own year; for a declared zero or a gap the newest year the series has
    that still counts, else the framework's.

    Parameters
    ----------
    name
        An indicator of the framework, or a series that a derived one is made of.
    """
    matrix, year, block = scores.matrix, scores.framework.year, figures.blocks[name]
    zero, max_age = False, figures.series[name].max_age
    if name in matrix.indicators:
        row, k = scores.position(code), matrix.indicators.index(name)
        value, own = matrix.values[row, k], matrix.years[row, k]
        zero = matrix.flags[row, k] in (Flag.ZERO_CENSUS, Flag.ZERO_PARTIAL)
        max_age = scores.references[k].max_age
    else:
        value, own = (found[0] for found in figures.latest(name, (code,), year))
    if np.isfinite(value) and not zero:
        return float(value), int(own)
    listed_years = block.years[np.isfinite(block.values).any(axis=0)] if block.values.size else block.years
    oldest = -1 if max_age is None else year - max_age
    counting = listed_years[(listed_years <= year) & (listed_years >= oldest)]
    return 0.0 if zero else None, int(counting.max()) if len(counting) else year


def rescored(scores: Scores, figures: Figures, code: str, made: Sequence[Edit]) -> Scores:
    """Return the scores with a country's figures edited, through every step of the method.

    Derived series, denominators and what gaps are regressed on follow the edited figures.
    """
    return _computed(scores, _edited(scores, figures, code, made))


def rescored_each(
    scores: Scores, figures: Figures, code: str, edits: Sequence[Edit]
) -> list[tuple[float, Callable[[], Scores]]]:
    """Return the index score after each of some edits of a country's figures, and what gives all scores.

    Each edit is made alone; the scores are those of `rescored`. Where a country's scores hang on its own
    figures alone (`plan.is_local`), only its row goes through the method, for all edits at once.
    """
    matrices = [_edited(scores, figures, code, [edit]) for edit in edits]
    row = scores.position(code)
    alone = is_local(scores.framework) and all(_only_row(scores.matrix, matrix, row) for matrix in matrices)
    if not alone or not matrices:
        whole = [_computed(scores, matrix) for matrix in matrices]
        return [(float(made.nodes[row, 0]), partial(_same, made)) for made in whole]
    rows = compute(scores.framework, Matrix.stacked([matrix.take(np.array([row])) for matrix in matrices]))
    return [
        (float(rows.nodes[place, 0]), partial(_with_row, scores, matrix, row, rows, place))
        for place, matrix in enumerate(matrices)
    ]


def _same(scores: Scores) -> Scores:
    return scores


def _computed(scores: Scores, matrix: Matrix) -> Scores:
    return replace(compute(scores.framework, matrix), ranges=scores.ranges)


def _edited(scores: Scores, figures: Figures, code: str, made: Sequence[Edit]) -> Matrix:
    """Return the selected figures with a country's edited."""
    blocks = {name: block for name, block in figures.blocks.items() if figures.series[name].derived is None}
    for edit in made:
        blocks[edit.id] = with_figure(blocks[edit.id], code, edit.year, edit.after)
    touched = _touched(figures, {edit.id for edit in made})
    # Of the derived ones only those that hang on an edit are computed again.
    known = {name: figures.blocks[name] for name in figures.blocks if name not in touched}
    edited = replace(figures, blocks=derive_all(figures.series, {**blocks, **known}))
    return reselected(scores.framework, scores.matrix, edited, touched)


def _only_row(before: Matrix, after: Matrix, row: int) -> bool:
    """Whether two selections differ in one row at most: a new year of a census changes others too."""
    others = np.arange(len(before.countries)) != row
    pairs = [(getattr(before, name), getattr(after, name)) for name in ("values", "flags", "denominators")]
    return all(np.array_equal(a[others], b[others], equal_nan=True) for a, b in pairs)


def _with_row(scores: Scores, matrix: Matrix, row: int, rows: Scores, place: int) -> Scores:
    """Return the scores with one country's row taken from others, ranked anew."""

    def put(old: np.ndarray, new: np.ndarray) -> np.ndarray:
        made = old.copy()
        made[row] = new[place]
        return made

    stages = {
        name: Stage(name, *(put(getattr(stage, part), getattr(rows.stages[name], part)) for part in _PARTS))
        for name, stage in scores.stages.items()
    }
    nodes, ranked = put(scores.nodes, rows.nodes), put(scores.ranked, rows.ranked)
    ranking = scores.framework.methods.ranking
    return replace(
        scores, matrix=matrix, stages=stages, nodes=nodes, ranked=ranked,
        coverage=put(scores.coverage, rows.coverage),
        ranks=rank(nodes[:, 0], ranked, ties=ranking.ties, decimals=ranking.decimals),
    )  # fmt: skip


def _touched(figures: Figures, names: set[str]) -> set[str]:
    """Return these series and the derived ones that go back to them."""
    return names | {name for name in figures.series if names & set(_made_of(name, figures))}


def with_figure(block: Block, code: str, year: int, value: float | None) -> Block:
    """Return a block with one figure set, or taken away; country and year are added where they lack.

    A figure that is taken away takes the country's earlier ones with it: an edit to missing
    leaves nothing to select.
    """
    if code not in block.countries or year not in block.years:
        block = _with_room(block, code, year)
    row, values = block.countries.index(code), block.values.copy()
    if value is None:
        values[row, block.years <= year] = np.nan
    else:
        values[row, np.searchsorted(block.years, year)] = value
    return Block(block.countries, block.years, values)


def _with_room(block: Block, code: str, year: int) -> Block:
    countries = tuple(sorted({*block.countries, code}))
    years = np.array(sorted({*block.years.tolist(), year}), dtype=np.int64)
    values = np.full((len(countries), len(years)), np.nan)
    if block.values.size:
        rows = np.flatnonzero(np.isin(countries, block.countries))
        values[np.ix_(rows, np.searchsorted(years, block.years))] = block.values
    return Block(countries, years, values)
