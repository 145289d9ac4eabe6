"""What a report says of a country, as plain values: templates do no arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from readiness.countries import Countries
from readiness.figures.matrix import Flag
from readiness.figures.table import Figures
from readiness.report.groups import peers as peer_groups
from readiness.report.income import chart as income_chart
from readiness.report.lines import fact_names, facts, figure_lines, marked, median, node_lines
from readiness.report.model import CountryProfile, Findings, Neighbour, Range, Tile, View
from readiness.report.sources import sources
from readiness.scores import Scores, whole

NEIGHBOURS = 10
BANDS = 5


def build(
    code: str, scores: Scores, others: Sequence[Scores], figures: Figures, countries: Countries,
    findings: Findings, *, peers: str | Sequence[str] | None = None,
) -> CountryProfile:  # fmt: skip
    """Collect what a report says of one country.

    Parameters
    ----------
    scores
        Of the headline framework.
    others
        Of the index's other frameworks: second trees and other readings.
    findings
        What the analyses say of the country.
    peers
        The third comparison set, see `groups.peers`.

    Raises
    ------
    UnknownNameError
        When the framework does not assess the country, or there is no such group.
    """
    row, framework = scores.position(code), scores.framework
    groups, masks = peer_groups(countries[code], scores, countries, figures, peers)
    cited = sources(scores.matrix.indicators, fact_names(framework, figures), figures.series)
    lines = figure_lines(row, scores, figures, cited, masks[0])
    nodes = node_lines(row, scores, masks)
    flags = scores.stages["denominated"].flags[row]
    strengths, weaknesses = marked(lines, code, scores, figures.series)
    rank_here = scores.rank(code)
    limits = bounds(scores)
    return CountryProfile(
        country=countries[code],
        framework=framework,
        title=framework.tree.title,
        status="ranked" if scores.ranked[row] else "unranked",
        score=scores.score(code),
        rank=rank_here,
        range=rank_range(row, scores),
        shared=bool((scores.ranks == rank_here).sum() > 1) if rank_here is not None else False,
        ranked_count=int(scores.ranked.sum()),
        country_count=len(scores.countries),
        coverage=float(scores.coverage[row, 0]),
        have=int((flags == Flag.FIGURE).sum()),
        zeros=int(((flags == Flag.ZERO_CENSUS) | (flags == Flag.ZERO_PARTIAL)).sum()),
        total=len(flags),
        needed=needed(scores),
        peers=groups,
        medians=tuple(median(scores.nodes[mask, 0]) for mask in masks),
        pillars=tuple(line for line in nodes if line.depth == 1),
        nodes=nodes,
        views=tuple(_view(code, other, countries) for other in others if code in other.countries),
        neighbours=_neighbours(row, scores),
        strengths=strengths,
        weaknesses=weaknesses,
        figures=lines,
        facts=facts(code, framework, figures, cited),
        sources=tuple({source.number: source for source in cited.values()}.values()),
        ends=ends(scores),
        fingerprint=scores.fingerprint,
        findings=findings,
        income=income_chart(row, scores, figures, masks[0], findings.income),
        tiles=tiles(row, scores, limits),
        bounds=limits,
    )


def needed(scores: Scores) -> int:
    """Return how many figures a rank takes, declared zeros among them."""
    share, total = scores.framework.methods.coverage.index, len(scores.matrix.indicators)
    return int(np.ceil(share * total - 1e-9))


def rank_range(row: int, scores: Scores) -> Range | None:
    """Return the range of a country's rank; None for the unranked and where nothing is drawn."""
    drawn = scores.robustness
    found = None if drawn is None else drawn.interval(row)
    if drawn is None or found is None:
        return None
    band, bands = (None, None) if drawn.above is None else (int(drawn.band[row]), int(np.nanmax(drawn.band)))
    return Range(found[0], int(drawn.rank_median[row]), found[1], band, bands)


def ends(scores: Scores) -> tuple[float, float]:
    """Return the ends of the scale of scores: whole numbers round them where nothing sets them."""
    fixed = scores.framework.methods.normalisation.range
    if fixed is not None:
        return fixed
    present = scores.nodes[np.isfinite(scores.nodes)]
    low, high = (np.floor(present.min()), np.ceil(present.max())) if len(present) else (0.0, 1.0)
    return float(low), float(high if high > low else low + 1)


def _view(code: str, scores: Scores, countries: Countries) -> View:
    row, framework = scores.position(code), scores.framework
    _, masks = peer_groups(countries[code], scores, countries)
    lines = tuple(line for line in node_lines(row, scores, masks) if line.depth == 1)
    return View(
        framework.id, framework.name, framework.reading, (framework.description or "").strip(),
        scores.score(code), scores.rank(code), rank_range(row, scores), int(scores.ranked.sum()), lines,
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
                  rank_range(number, scores), float(scores.nodes[number, 0]), number == row)
        for number in order[first : first + NEIGHBOURS + 1]
    )  # fmt: skip


def bounds(scores: Scores) -> tuple[float, ...]:
    """Return the scores that part the ranked countries into bands of equal size, lowest first."""
    ranked = scores.nodes[scores.ranked, 0]
    if len(np.unique(ranked)) < BANDS:
        return ()
    return tuple(float(bound) for bound in np.quantile(ranked, np.arange(1, BANDS) / BANDS))


def tiles(row: int | None, scores: Scores, limits: Sequence[float]) -> tuple[Tile, ...]:
    """Return every country's band; a country without a rank has none, and `row` is marked as its own."""
    names, ranked = scores.matrix.names, scores.ranked
    bands = np.searchsorted(limits, scores.nodes[:, 0], side="right")
    return tuple(
        Tile(code, names[n], whole(scores.ranks[n]), int(bands[n]) if ranked[n] else None, n == row)
        for n, code in enumerate(scores.countries)
    )
