"""What if a figure were another: new score, rank and range, all else unchanged.

An edit is made in the figures themselves and goes through every step of the method, so that it
gives what the same edit in YAML gives. It is score arithmetic, not a forecast.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from readiness.definitions.block import Block
from readiness.definitions.framework import IndicatorRef, Node
from readiness.engine.compute import compute
from readiness.engine.paired import Paired
from readiness.errors import ReadinessError, did_you_mean, listed
from readiness.figures.derive import derive_all
from readiness.figures.matrix import Flag
from readiness.figures.select import reselected
from readiness.figures.table import Figures
from readiness.scores import Scores, plain

# P(gain) is over so many of the framework's draws where nothing else is asked for.
DRAWS = 2000
PLACES = 3
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

    The range after is that of the same draws as the framework's own. P(gain) comes from paired
    draws: every factor the same before and after, the noise of every cell that stays missing too.

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
    row = scores.position(code)
    made = edits(scores, figures, code, wanted)
    after = rescored(scores, figures, code, made)
    changed = [scores.matrix.indicators.index(edit.id) for edit in made]
    count = draws or DRAWS
    gain1 = gain3 = None
    if scores.framework.uncertainty is not None and scores.ranked[row]:
        paired = Paired(scores, count)
        ranks = paired.after(after, changed)
        gain1, gain3 = (paired.gain(ranks, row, places) for places in (1, PLACES))
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
    `ID==-0.4` sets a negative figure, `ID=missing` takes it away.

    Raises
    ------
    ReadinessError
        When one cannot be read, is no indicator of the framework, is derived, comes twice, or is
        outside `valid`.
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
    reference = _reference(match["id"], scores, figures)
    before, year = current(scores, figures, code, reference)
    after = _after(text, match, before, reference.id)
    series = figures.series[reference.id]
    low, high = series.valid or (-np.inf, np.inf)
    if after is not None and not low <= after <= high:
        raise ReadinessError(
            f"{text}: {after:g} is outside what is valid, {low:g} to {high:g} {series.unit}",
            "A figure is in the unit the source publishes: `readiness indicators ID` shows it",
        )
    return Edit(reference.id, series.name, series.unit, before, after, year)


def _reference(name: str, scores: Scores, figures: Figures) -> IndicatorRef:
    references = {item.id: item for item in scores.framework.tree.references()}
    if name not in references:
        if name in figures.series:
            raise ReadinessError(
                f"{name!r} is not scored in {scores.framework.id!r}",
                "Only an indicator of the framework can be simulated",
            )
        hint = did_you_mean(name, references) or "`readiness indicators` lists them"
        raise ReadinessError(f"unknown indicator {name!r}", hint)
    derived = figures.series[name].derived
    if derived is not None:
        raise ReadinessError(f"{name!r} is derived and has no figures of its own",
                             f"It is made of {listed(derived.series)}")  # fmt: skip
    return references[name]


def _after(text: str, match: re.Match[str], before: float | None, name: str) -> float | None:
    number = match["number"].strip()
    if number == "missing" and not match["step"]:
        return None
    try:
        value = float(number)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise ReadinessError(f"{text!r} is no edit: {number!r} is no number",
                             "Write a number, +10, -10, +10% or missing")  # fmt: skip
    if match["step"] is None:
        if match["percent"]:
            raise ReadinessError(f"{text!r} is no edit", "A share is added: +10% or -10%")
        return value
    if before is None:
        raise ReadinessError(f"{text}: {name} has no figure to add to", "Set it: ID=VALUE")
    signed = -value if match["step"] == "-" else value
    return before * (1 + signed / 100) if match["percent"] else before + signed


def current(scores: Scores, figures: Figures, code: str, reference: IndicatorRef) -> tuple[float | None, int]:
    """Return a country's selected figure as published and the year an edit of it takes.

    That is the figure's own year; for a declared zero or a gap the newest year the series has
    that still counts, else the framework's.
    """
    row, k = scores.position(code), scores.matrix.indicators.index(reference.id)
    matrix, year = scores.matrix, scores.framework.year
    if matrix.flags[row, k] == Flag.FIGURE:
        return float(matrix.values[row, k]), int(matrix.years[row, k])
    block = figures.blocks[reference.id]
    oldest = -1 if reference.max_age is None else year - reference.max_age
    listed_years = (
        block.years[np.isfinite(block.values).any(axis=0)] if block.values.size else block.years[:0]
    )
    counts = listed_years[(listed_years <= year) & (listed_years >= oldest)]
    before = 0.0 if matrix.flags[row, k] in (Flag.ZERO_CENSUS, Flag.ZERO_PARTIAL) else None
    return before, int(counts.max()) if len(counts) else year


def rescored(scores: Scores, figures: Figures, code: str, made: Sequence[Edit]) -> Scores:
    """Return the scores with a country's figures edited, through every step of the method."""
    blocks = dict(figures.blocks)
    for edit in made:
        blocks[edit.id] = with_figure(blocks[edit.id], code, edit.year, edit.after)
    own = {name: block for name, block in blocks.items() if figures.series[name].derived is None}
    edited = replace(figures, blocks=derive_all(figures.series, own))
    touched = {edit.id for edit in made} | _made_of(figures, {edit.id for edit in made})
    matrix = reselected(scores.framework, scores.matrix, edited, touched)
    return replace(compute(scores.framework, matrix), ranges=scores.ranges)


def _made_of(figures: Figures, names: set[str]) -> set[str]:
    """Return the derived series that hang on these."""
    return {
        name
        for name, series in figures.series.items()
        if series.derived is not None and names & set(series.derived.series)
    }


def with_figure(block: Block, code: str, year: int, value: float | None) -> Block:
    """Return a block with one figure set, or taken away; country and year are added where they lack.

    A figure that is taken away takes the country's earlier ones with it: an edit to missing
    leaves nothing to select.
    """
    countries = tuple(sorted({*block.countries, code}))
    years = np.array(sorted({*block.years.tolist(), year}), dtype=np.int64)
    values = np.full((len(countries), len(years)), np.nan)
    rows = np.array([countries.index(name) for name in block.countries], dtype=np.int64)
    columns = np.searchsorted(years, block.years)
    if block.values.size:
        values[np.ix_(rows, columns)] = block.values
    row = countries.index(code)
    if value is None:
        values[row, years <= year] = np.nan
    else:
        values[row, np.searchsorted(years, year)] = value
    return Block(countries, years, values)
