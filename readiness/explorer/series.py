"""The pages of the series: what one measures, where it is from, how it is spread, every country's figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from readiness.analysis.catalogue import overview
from readiness.definitions.indicator import Series
from readiness.engine.rank import rank
from readiness.errors import counted
from readiness.export.numbers import printed
from readiness.figures.matrix import Flag, Floats, Ints
from readiness.figures.table import remark_on
from readiness.index import Index
from readiness.scores import Scores, plain, whole

BINS = 20
_WORDS = {Flag.ZERO_CENSUS: "true zero", Flag.ZERO_PARTIAL: "assumed zero", Flag.IMPUTED: "imputed"}


@dataclass(frozen=True)
class Cell:
    """A country's figure of one series, as it is scored; `note` is what the source or we say of it."""

    code: str
    name: str
    file: str
    value: float | None
    year: int | None
    flag: str
    score: float | None
    rank: int | float | None
    note: str | None


@dataclass(frozen=True)
class Bin:
    """Countries between two figures: where the bar stands and how tall it is, on a drawing of 600 by 120."""

    x: float
    width: float
    y: float
    height: float
    said: str


@dataclass(frozen=True)
class Page:
    """A series: its definition, where it stands in the tree, and its figures."""

    series: Series
    file: str
    where: str
    unit: str
    goalposts: tuple[float, float] | None
    weight: float | None
    cells: tuple[Cell, ...]
    present: int
    years: tuple[int, int] | None
    bins: tuple[Bin, ...]
    ends: tuple[float, float] | None
    median: float | None
    log: bool
    withheld: bool


def places(scores: Scores, index: Index) -> dict[str, str]:
    """Return where every series stands, in words: the scored ones first, in the order of the tree."""
    table = overview(scores, index.figures, index.definitions.folders)
    titles = {node.id: node.title for node in scores.framework.tree.nodes()}
    return {
        name: " / ".join(titles.get(part, part) for part in (pillar, subpillar) if part)
        for name, _, pillar, subpillar, *_ in table.rows
    }


def page(
    scores: Scores, index: Index, name: str, where: str, files: Mapping[str, str], file: str, *, closed: bool
) -> Page:
    """Return what the page of a series shows.

    Parameters
    ----------
    where
        Where it stands, of `places`.
    files
        The names of the countries' pages, by code.
    file
        The name of its own page.
    closed
        Its figures may not be passed on.
    """
    series = index.indicators[name]
    scored = name in scores.matrix.indicators
    values, years, flags = _scored(scores, name) if scored else _reported(scores, index, name)
    reference = scores.references[scores.matrix.indicators.index(name)] if scored else None
    marks = scores.column(name) if scored else np.full(len(values), np.nan)
    ranks = rank(marks, np.isfinite(marks)) if scored else marks
    cells = []
    for row, code in enumerate(scores.countries):
        there = bool(np.isfinite(values[row]))
        year = int(years[row]) if there and years[row] else None
        remark = remark_on(series, code, year) if year else None
        cells.append(Cell(
            code, scores.matrix.names[row], files[code],
            float(values[row]) if there and not closed else None, year,
            _flag(there, flags[row], remark.status if remark else None, closed), plain(marks[row]),
            whole(ranks[row]), remark.note if remark else None,
        ))  # fmt: skip
    cells.sort(key=lambda cell: (cell.rank is None, cell.rank or 0, cell.value is None, cell.name))
    present = np.isfinite(values)
    counted_years = years[present & (years > 0)]
    shown = values[present] if not closed else np.empty(0)
    # A zero has no place on a logarithmic scale.
    log = bool(reference and reference.transform in ("log", "log1p") and (shown > 0).all())
    return Page(
        series=series, file=file, where=where,
        unit=series.unit_divided(reference.denominator, reference.per) if reference else series.unit,
        goalposts=reference.goalposts if reference else None,
        weight=_weight(scores, name) if scored else None, cells=tuple(cells), present=int(present.sum()),
        years=(int(counted_years.min()), int(counted_years.max())) if len(counted_years) else None,
        bins=_bins(shown, log), ends=(float(shown.min()), float(shown.max())) if len(shown) else None,
        median=float(np.median(shown)) if len(shown) else None,
        log=log, withheld=closed,
    )  # fmt: skip


def _flag(there: bool, flag: int, status: str | None, closed: bool) -> str:
    if not there:
        return "missing"
    if closed:
        return "not passed on"
    return status or _WORDS.get(Flag(flag), "")


def _scored(scores: Scores, name: str) -> tuple[Floats, Ints, Ints]:
    stage, k = scores.stages["denominated"], scores.matrix.indicators.index(name)
    return stage.values[:, k], stage.years[:, k], stage.flags[:, k]


def _reported(scores: Scores, index: Index, name: str) -> tuple[Floats, Ints, Ints]:
    values, years = index.figures.latest(name, scores.countries, scores.framework.year)
    return values, years, np.full(len(values), Flag.FIGURE)


def _weight(scores: Scores, name: str) -> float | None:
    """Return the weight of an indicator in the index: the product of its shares down the tree."""
    share = 1.0
    for node in scores.framework.tree.nodes():
        weights = scores.weights.get(node.id)
        for place, part in enumerate(node.parts):
            inside = part.id == name or (hasattr(part, "references") and any(
                item.id == name for item in part.references()))  # fmt: skip
            if not inside:
                continue
            if weights is None or weights.ndim != 1 or weights.sum() == 0:
                return None
            share *= float(weights[place] / weights.sum())
    return share


def _bins(values: Floats, log: bool) -> tuple[Bin, ...]:
    """Return a histogram, on a logarithmic scale where the indicator is scored on one."""
    if len(np.unique(values)) < 2:
        return ()
    scale = np.log(values) if log else values
    counts, edges = np.histogram(scale, bins=BINS)
    outer = np.exp(edges) if log else edges
    tallest = counts.max()
    bins = []
    for k, count in enumerate(counts):
        height = 110 * count / tallest
        ends = f"from {printed(outer[k])} to {printed(outer[k + 1])}"
        said = f"{counted(int(count), 'country', 'countries')} {ends}"
        bins.append(Bin(round(30 * k + 1, 2), 28, round(118 - height, 2), round(float(height), 2), said))
    return tuple(bins)
