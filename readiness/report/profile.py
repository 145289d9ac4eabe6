"""What a report says of a country, as plain values: templates do no arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from readiness.analysis.treated import treated
from readiness.countries import Countries, Country
from readiness.definitions.framework import Framework, IndicatorRef, Node
from readiness.definitions.indicator import Remark, Series
from readiness.engine.rank import rank
from readiness.export.numbers import printed
from readiness.figures.matrix import Flag, Floats
from readiness.figures.table import Figures, remark_on
from readiness.report.model import (
    CountryProfile,
    Fact,
    FigureLine,
    Neighbour,
    NodeLine,
    Peers,
    Range,
    Source,
    View,
)
from readiness.scores import Scores, plain, whole

# A figure is marked as old from this many years before the framework's year.
OLD = 4
MARKS = 5
NEIGHBOURS = 10


def build(
    code: str, scores: Scores, others: Sequence[Scores], figures: Figures, countries: Countries
) -> CountryProfile:
    """Collect what a report says of one country.

    Parameters
    ----------
    scores
        Of the headline framework.
    others
        Of the index's other frameworks: second trees and other readings.

    Raises
    ------
    UnknownNameError
        When the framework does not assess the country.
    """
    row, framework = scores.position(code), scores.framework
    peers, masks = _peers(countries[code], scores, countries)
    sources = _sources([*scores.matrix.indicators, *_fact_names(framework, figures)], figures.series)
    lines = tuple(_with_treatment(_figure_lines(row, scores, figures, sources), code, scores))
    nodes = tuple(_node_lines(row, scores, masks))
    flags = scores.stages["denominated"].flags[row]
    strengths, weaknesses = _marks(lines, scores, row)
    facts = tuple(_facts(code, framework, figures, sources))
    rank_here = scores.rank(code)
    return CountryProfile(
        country=countries[code],
        framework=framework,
        title=framework.tree.title,
        status="ranked" if scores.ranked[row] else "unranked",
        score=scores.score(code),
        rank=rank_here,
        range=_range(row, scores),
        shared=bool((scores.ranks == rank_here).sum() > 1) if rank_here is not None else False,
        ranked_count=int(scores.ranked.sum()),
        country_count=len(scores.countries),
        coverage=float(scores.coverage[row, 0]),
        have=int((flags == Flag.FIGURE).sum()),
        zeros=int(((flags == Flag.ZERO_CENSUS) | (flags == Flag.ZERO_PARTIAL)).sum()),
        total=len(flags),
        needed=int(np.ceil(framework.methods.coverage.index * len(flags) - 1e-9)),
        peers=peers,
        medians=tuple(_median(scores.nodes[mask, 0]) for mask in masks),
        pillars=tuple(line for line in nodes if line.depth == 1),
        nodes=nodes,
        views=tuple(_view(code, other, countries) for other in others if code in other.countries),
        neighbours=_neighbours(row, scores),
        strengths=strengths,
        weaknesses=weaknesses,
        figures=lines,
        facts=facts,
        sources=tuple({source.number: source for source in sources.values()}.values()),
        ends=_ends(scores),
        fingerprint=scores.fingerprint,
    )


def _range(row: int, scores: Scores) -> Range | None:
    """Return the range of a country's rank; None for the unranked and where nothing is drawn."""
    drawn = scores.robustness
    found = None if drawn is None else drawn.interval(row)
    if drawn is None or found is None:
        return None
    band, bands = (None, None) if drawn.above is None else (int(drawn.band[row]), int(np.nanmax(drawn.band)))
    return Range(found[0], int(drawn.rank_median[row]), found[1], band, bands)


def _ends(scores: Scores) -> tuple[float, float]:
    """Return the ends of the scale of scores: whole numbers round them where nothing sets them."""
    fixed = scores.framework.methods.normalisation.range
    if fixed is not None:
        return fixed
    present = scores.nodes[np.isfinite(scores.nodes)]
    low, high = (np.floor(present.min()), np.ceil(present.max())) if len(present) else (0.0, 1.0)
    return float(low), float(high if high > low else low + 1)


def _peers(
    country: Country, scores: Scores, countries: Countries
) -> tuple[tuple[Peers, ...], list[np.ndarray]]:
    """Return the income group and the region where there are, else all countries."""
    peers: list[Peers] = []
    masks: list[np.ndarray] = []
    for key, label in (("income", "{} countries"), ("region", "{}")):
        value = country.groups.get(key)
        if not isinstance(value, str):
            continue
        mask = np.array([countries[code].groups.get(key) == value for code in scores.countries])
        words = value[0].lower() + value[1:] if key == "income" else value
        peers.append(Peers(key, value, label.format(words), int(mask.sum())))
        masks.append(mask)
    if not peers:
        mask = np.ones(len(scores.countries), dtype=bool)
        peers.append(Peers("all", "all", "all countries", int(mask.sum())))
        masks.append(mask)
    return tuple(peers), masks


def _median(values: Floats) -> float | None:
    present = values[np.isfinite(values)]
    return float(np.median(present)) if len(present) else None


def _node_lines(row: int, scores: Scores, masks: Sequence[np.ndarray]) -> list[NodeLine]:
    lines = []
    ids = scores.node_ids
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
            medians=tuple(_median(column[mask]) for mask in masks),
            have=round(float(scores.coverage[row, number]) * total), total=total,
        ))  # fmt: skip
    return lines


def _figure_lines(
    row: int, scores: Scores, figures: Figures, sources: Mapping[str, Source]
) -> list[FigureLine]:
    above: dict[str, tuple[str, ...]] = {}

    def walk(node: Node, path: tuple[str, ...]) -> None:
        for child in node.children:
            walk(child, (*path, child.title))
        above.update({item.id: path for item in node.indicators})

    walk(scores.framework.tree, ())
    return [
        _figure_line(row, number, reference, above[reference.id], scores, figures, sources[reference.id])
        for number, reference in enumerate(scores.framework.tree.references())
    ]


def _figure_line(
    row: int, number: int, reference: IndicatorRef, path: tuple[str, ...], scores: Scores,
    figures: Figures, source: Source,
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
    return FigureLine(
        id=series.id, title=series.name, path=path, value=value, unit=series.unit_scored,
        published=plain(scores.matrix.values[row, number]) if reference.denominator else None,
        published_unit=series.unit if reference.denominator else None,
        year=year, score=score,
        share=0.0 if score is None else _share(score, scores.stages["normalised"].values[:, number], scores),
        rank=whole(rank(directed, present)[row]), of=int(present.sum()),
        behind=int((directed < directed[row]).sum()), percentile=_percentile(directed, row),
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
    references = scores.framework.tree.references()
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


def _percentile(directed: Floats, row: int) -> float | None:
    """Share of countries with a figure that this one is ahead of, ties counting half."""
    if not np.isfinite(directed[row]):
        return None
    present = directed[np.isfinite(directed)]
    return float(((present < directed[row]).sum() + 0.5 * (present == directed[row]).sum()) / len(present))


def _marks(
    lines: Sequence[FigureLine], scores: Scores, row: int
) -> tuple[tuple[FigureLine, ...], tuple[FigureLine, ...]]:
    """Return the highest and lowest percentiles of the country's own profile.

    None for a country below the coverage rule. Where it shares the worst value it has no
    strength, and where it shares the best no weakness, however many share it.
    """
    if scores.coverage[row, 0] < scores.framework.methods.coverage.index:
        return (), ()
    placed = [line for line in lines if line.percentile is not None]
    placed.sort(key=lambda line: (-(line.percentile or 0.0), line.id))
    count = min(MARKS, len(placed) // 2)
    strengths = [line for line in placed if line.behind][:count]
    weaknesses = [line for line in reversed(placed) if line.rank != 1 and line not in strengths][:count]
    return tuple(strengths), tuple(weaknesses)


def _fact_names(framework: Framework, figures: Figures) -> list[str]:
    scored = {reference.id for reference in framework.tree.references()}
    return [name for name in figures.series if name in figures.context and name not in scored]


def _facts(code: str, framework: Framework, figures: Figures, sources: Mapping[str, Source]) -> list[Fact]:
    """Return the latest figures of the context series that count, in the order of their names."""
    facts = []
    for name in _fact_names(framework, figures):
        series = figures.series[name]
        values, years = figures.latest(name, [code], framework.year)
        if np.isfinite(values[0]):
            remark = remark_on(series, code, int(years[0]))
            facts.append(Fact(name, series.name, float(values[0]), series.unit, int(years[0]),
                              remark.note if remark else None, sources[name]))  # fmt: skip
    return sorted(facts, key=lambda fact: fact.title.casefold())


def _view(code: str, scores: Scores, countries: Countries) -> View:
    row, framework = scores.position(code), scores.framework
    _, masks = _peers(countries[code], scores, countries)
    lines = tuple(line for line in _node_lines(row, scores, masks) if line.depth == 1)
    return View(
        framework.id, framework.name, framework.reading, (framework.description or "").strip(),
        scores.score(code), scores.rank(code), _range(row, scores), int(scores.ranked.sum()), lines,
    )  # fmt: skip


def _neighbours(row: int, scores: Scores) -> tuple[Neighbour, ...]:
    """Return the countries nearest in rank, this one among them; none for the unranked."""
    if not scores.ranked[row]:
        return ()
    order = [number for number in scores.order() if scores.ranked[number]]
    here = order.index(row)
    first = max(0, min(here - NEIGHBOURS // 2, len(order) - NEIGHBOURS - 1))
    return tuple(
        Neighbour(scores.countries[number], scores.matrix.names[number], whole(scores.ranks[number]) or 0,
                  _range(number, scores), float(scores.nodes[number, 0]), number == row)
        for number in order[first : first + NEIGHBOURS + 1]
    )  # fmt: skip


def _sources(names: Sequence[str], series: Mapping[str, Series]) -> dict[str, Source]:
    """Return the source of each series; series of one publisher and licence share one."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name in names:
        source = series[name].source
        groups.setdefault((source.publisher, source.licence), []).append(name)
    found: dict[str, Source] = {}
    for number, key in enumerate(sorted(groups, key=lambda key: (key[0].casefold(), key[1])), start=1):
        members = [series[name] for name in groups[key]]
        sources = [member.source for member in members]
        shared = Source(
            number, key[0], _short(key[0]), _joined(item.dataset for item in sources), key[1],
            sources[0].redistribute, sources[0].url, _joined(item.vintage for item in sources),
            _joined(item.retrieved for item in sources), tuple(member.name for member in members),
        )  # fmt: skip
        found |= {member.id: replace(shared, url=member.source.url) for member in members}
    return found


def _joined(texts: Iterable[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(text for text in texts if text)) or None


def _short(publisher: str) -> str:
    """Return the first name of `Ember / Energy Institute via Our World in Data`."""
    return re.split(r" via |, via | / |;|, | \(", publisher)[0]
