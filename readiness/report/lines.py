"""The lines of a report: one a node of the tree, one an indicator, one a context figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from readiness.analysis.marks import marks
from readiness.analysis.treated import treated
from readiness.definitions.framework import Framework, IndicatorRef, Node
from readiness.definitions.indicator import Remark, Series
from readiness.engine.rank import rank
from readiness.export.numbers import printed
from readiness.figures.matrix import Flag, Floats
from readiness.figures.table import Figures, remark_on
from readiness.report.model import Fact, FigureLine, NodeLine, Source
from readiness.scores import Scores, plain, whole

# A figure is marked as old from this many years before the framework's year.
OLD = 4
# So many peers need a figure for a place among them to be said.
FEWEST_PEERS = 8


def median(values: Floats) -> float | None:
    """Return the median of the values there are."""
    present = values[np.isfinite(values)]
    return float(np.median(present)) if len(present) else None


def node_lines(row: int, scores: Scores, masks: Sequence[np.ndarray]) -> tuple[NodeLine, ...]:
    """Return a line a node below the root, parents before their children."""
    lines = []
    ids, drawn = scores.node_ids, scores.robustness
    ends = {} if drawn is None else {
        int(number): (plain(drawn.part_low[row, place]), plain(drawn.part_high[row, place]))
        for place, number in enumerate(drawn.parts)
    }  # fmt: skip
    for depth, part in scores.framework.tree.walk():
        if depth == 0 or not isinstance(part, Node):
            continue
        number = ids.index(part.id)
        column = scores.nodes[:, number]
        present = np.isfinite(column)
        total = len(part.references())
        lines.append(NodeLine(
            id=part.id, title=part.title, description=(part.description or "").strip(),
            note=part.note, depth=depth, score=plain(column[row]),
            rank=whole(rank(column, present)[row]), of=int(present.sum()),
            medians=tuple(median(column[mask]) for mask in masks),
            have=round(float(scores.coverage[row, number]) * total), total=total,
            low=ends.get(number, (None, None))[0], high=ends.get(number, (None, None))[1],
        ))  # fmt: skip
    return tuple(lines)


def figure_lines(
    row: int, scores: Scores, figures: Figures, sources: Mapping[str, Source], peers: np.ndarray
) -> tuple[FigureLine, ...]:
    """Return a line an indicator, in the order of the tree; `peers` is a mask of the first peers."""
    above: dict[str, tuple[str, ...]] = {}

    def walk(node: Node, path: tuple[str, ...]) -> None:
        for child in node.children:
            walk(child, (*path, child.title))
        above.update({item.id: path for item in node.indicators})

    walk(scores.framework.tree, ())
    lines = [
        _figure_line(
            row, number, reference, above[reference.id], scores, figures, sources[reference.id], peers
        )
        for number, reference in enumerate(scores.references)
    ]
    return tuple(_with_treatment(lines, scores.countries[row], scores))


def _figure_line(
    row: int, number: int, reference: IndicatorRef, path: tuple[str, ...], scores: Scores,
    figures: Figures, source: Source, peers: np.ndarray,
) -> FigureLine:  # fmt: skip
    series = figures.series[reference.id]
    stage = scores.stages["denominated"]
    score = plain(scores.stages["normalised"].values[row, number])
    column = stage.values[:, number]
    value, flag = plain(column[row]), Flag(scores.stages["imputed"].flags[row, number])
    year = int(stage.years[row, number]) if flag == Flag.FIGURE else None
    directed = column if reference.direction == "higher" else -column
    present = np.isfinite(column)
    remark = remark_on(series, scores.countries[row], year) if year else None
    normalised = scores.stages["normalised"].values[:, number]
    middle, others = median(normalised[peers]), np.isfinite(directed) & peers
    return FigureLine(
        id=series.id, title=series.name, path=path, value=value, unit=series.unit_scored,
        published=plain(scores.matrix.values[row, number]) if reference.denominator else None,
        published_unit=series.unit if reference.denominator else None,
        year=year, score=score,
        share=0.0 if score is None else _share(score, normalised, scores),
        rank=whole(rank(directed, present)[row]), of=int(present.sum()),
        behind=int((directed < directed[row]).sum()),
        percentile=_percentile(directed[row], directed[present]),
        peers=_percentile(directed[row], directed[others]) if others.sum() >= FEWEST_PEERS else None,
        median=None if middle is None else _share(middle, normalised, scores),
        flag=_flag(flag, year, scores.framework.year, remark),
        note=remark.note if remark else _undivided(flag, row, number, scores, series), source=source,
    )  # fmt: skip


def _share(score: float, column: Floats, scores: Scores) -> float:
    """Return where a score stands between the ends of its scale, in per cent.

    Where an indicator's scale is not the index's, its ends are the lowest and highest country.
    """
    least, most = float(np.nanmin(column)), float(np.nanmax(column))
    low, high = scores.framework.methods.normalisation.range or (least, most)
    slack = 1e-9 * (high - low)
    if least < low - slack or most > high + slack:
        low, high = least, most
    return round((score - low) / (high - low) * 100, 1) if high > low else 0.0


def _with_treatment(lines: Sequence[FigureLine], code: str, scores: Scores) -> list[FigureLine]:
    """Say of every figure that the treatment of outliers changed how, and from what to what."""
    references = scores.references
    if all(reference.on_goalposts or reference.treatment is None for reference in references):
        return list(lines)
    changed = {row[0]: row[3:] for row in treated(scores).rows if row[1] == code}
    found = []
    for line in lines:
        if line.id in changed:
            how, before, after = changed[line.id]
            words = (
                f"Treated as an outlier for its score ({how}): {printed(before)} counts as {printed(after)}."
            )
            line = replace(line, note=f"{line.note} {words}" if line.note else words)
        found.append(line)
    return found


def _undivided(flag: Flag, row: int, number: int, scores: Scores, series: Series) -> str | None:
    """Say so where a published figure is missing for want of a denominator."""
    published = scores.matrix.values[row, number]
    if flag != Flag.MISSING or not np.isfinite(published):
        return None
    year = scores.matrix.years[row, number]
    return (
        f"{printed(published)} {series.unit} are published for {year}, but the {series.denominator} of that "
        "year or shortly before is not."
    )


def _flag(flag: Flag, year: int | None, now: int, remark: Remark | None) -> str:
    if flag != Flag.FIGURE:
        return {Flag.ZERO_CENSUS: "true zero", Flag.ZERO_PARTIAL: "assumed zero",
                Flag.IMPUTED: "imputed"}.get(flag, "missing")  # fmt: skip
    if remark is not None and remark.status in ("estimated", "provisional", "disputed"):
        return remark.status
    return "old" if year is not None and now - year >= OLD else "scored"


def _percentile(own: float, values: Floats) -> float | None:
    """Share of the figures that the country's own is ahead of, ties counting half."""
    if not np.isfinite(own):
        return None
    return float(((values < own).sum() + 0.5 * (values == own).sum()) / len(values))


def marked(
    lines: Sequence[FigureLine], code: str, scores: Scores, series: Mapping[str, Series]
) -> tuple[tuple[FigureLine, ...], tuple[FigureLine, ...]]:
    """Return the lines of a country's strengths and weaknesses; none below the coverage rule."""
    by_id = {line.id: line for line in lines}
    strengths, weaknesses = marks(scores, code, series)
    return tuple(by_id[mark.indicator] for mark in strengths), tuple(
        by_id[mark.indicator] for mark in weaknesses
    )


def fact_names(framework: Framework, figures: Figures) -> list[str]:
    """Return the context series that are not scored."""
    scored = {reference.id for reference in framework.tree.references()}
    return [name for name in figures.series if name in figures.context and name not in scored]


def facts(
    code: str, framework: Framework, figures: Figures, sources: Mapping[str, Source]
) -> tuple[Fact, ...]:
    """Return the latest figures of the context series that count, in the order of their names."""
    found = []
    for name in fact_names(framework, figures):
        series = figures.series[name]
        values, years = figures.latest(name, [code], framework.year)
        if np.isfinite(values[0]):
            remark = remark_on(series, code, int(years[0]))
            found.append(Fact(name, series.name, float(values[0]), series.unit, int(years[0]),
                              remark.note if remark else None, sources[name]))  # fmt: skip
    return tuple(sorted(found, key=lambda fact: fact.title.casefold()))
