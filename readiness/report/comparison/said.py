"""The sentences of the reports on several countries, built from what they show."""

from __future__ import annotations

from collections import Counter
from statistics import median as middle_of

from readiness.errors import counted, listed
from readiness.export.text import percent
from readiness.report.comparison.league import LeagueTable
from readiness.report.comparison.model import Pair, Side, SideBySide
from readiness.report.phrases.words import inner

# So many countries of the first band are named in a headline.
MOST_NAMED = 4
STEPS = "Points of the index score, by the parts below it; they add up."
_FLAGS = {
    "true zero": "z", "assumed zero": "a", "old": "o", "estimated": "e", "provisional": "p", "imputed": "i",
    "disputed": "d", "break": "b", "corrected": "c",
}  # fmt: skip


def share(value: float | None) -> str:
    """Return a share of draws; none and all of them are said only where they are."""
    return percent(value)


def named(report: SideBySide) -> str:
    """Return the countries in words."""
    return listed(side.country.name for side in report.sides)


def headline(report: SideBySide) -> str:
    """Return the finding: who is ahead of whom, and in how many draws; else who has the highest score."""
    ranked = [side for side in report.sides if side.rank is not None]
    if not ranked:
        return f"None of {named(report)} has enough figures for a rank"
    first, *others = ranked
    if not others:
        return f"Of {named(report)} only {first.country.name} has enough figures for a rank"
    drawn = report.above[0][1]
    if drawn is None:
        return f"{first.country.name} scores highest of {named(report)}"
    if len(report.sides) == 2:
        return f"{first.country.name} is ahead of {others[0].country.name} in {share(drawn)} of draws"
    surest = min(value for value in report.above[0][1 : len(ranked)] if value is not None)
    return f"{first.country.name} is ahead of each of the others in {share(surest)} of draws or more"


def deck(report: SideBySide) -> str:
    """Return where the countries are furthest apart and nearest, by the parts below the index."""
    spreads = []
    for k, line in enumerate(report.sides[0].nodes):
        own = [(side.nodes[k].score, side) for side in report.sides]
        there = [(score, side) for score, side in own if score is not None]
        if line.depth == 1 and len(there) > 1:
            low, high = min(there, key=lambda item: item[0]), max(there, key=lambda item: item[0])
            spreads.append((high[0] - low[0], line.title, high[1], low[1]))
    if not spreads:
        return ""
    far, near = max(spreads, key=lambda item: item[0]), min(spreads, key=lambda item: item[0])
    text = (
        f"They are furthest apart in {inner(far[1])}: {far[0]:.1f} points between {far[2].country.name} and "
        f"{far[3].country.name}"
    )
    return f"{text}; nearest in {inner(near[1])}, {near[0]:.1f}." if near[1] != far[1] else f"{text}."


def unranked(report: SideBySide) -> list[str]:
    """Return why those without a rank have none, a sentence each."""
    return [f"{side.country.name} is not ranked: {side.why}." for side in report.sides if side.why]


def ranks_note(report: SideBySide) -> str:
    """Return what stands under the ranks."""
    if report.sides[0].range is None and all(side.range is None for side in report.sides):
        return f"Of {report.ranked_count} ranked countries; the framework draws no ranges."
    return (
        f"Of {report.ranked_count} ranked countries. Range: ranks in nine of ten draws of the method and the "
        "data, no confidence interval. Countries of one band cannot be told apart from its first."
    )


def gap(report: SideBySide, pair: Pair) -> str:
    """Return why one is above the other: the gap and what gives most of it."""
    one, other = (_name(report, code) for code in (pair.one, pair.other))
    parts = pair.steps[1:-1]
    if round(pair.gap, 1) == 0:
        return f"{one} and {other} are level"
    title, points = parts[0]
    verb = "gives" if points >= 0 else "takes"
    return f"{one} leads {other} by {pair.gap:.1f}: {inner(title)} {verb} {abs(points):.1f}"


def sure(pair: Pair) -> str:
    """Return in how many draws the first is ahead; nothing where it is not counted."""
    return "" if pair.above is None else f"Ahead in {share(pair.above)} of draws."


def _name(report: SideBySide, code: str) -> str:
    return next(side.country.name for side in report.sides if side.country.code == code)


def flag(name: str) -> str:
    """Return the letter of a figure's flag; nothing for one that is scored as it is."""
    return _FLAGS.get(name, "")


def flags(report: SideBySide) -> str:
    """Return what the letters stand for that are in the table."""
    used = Counter(line.flag for side in report.sides for line in side.figures)
    words = [f"{letter} {name}" for name, letter in _FLAGS.items() if used[name]]
    dash = ["\N{EN DASH} missing"] if used["missing"] else []
    return "; ".join([*words, *dash])


def complete(side: Side) -> str:
    """Return the share of figures a country has."""
    return f"{side.coverage:.0%}"


def citation(report: SideBySide | LeagueTable) -> str:
    """Return how to cite the report."""
    framework = report.framework
    edition = f", edition {framework.edition}" if framework.edition else ""
    if isinstance(report, SideBySide):
        return f"{framework.name}{edition}: {listed(side.country.code for side in report.sides)} compared."
    return f"{framework.name}{edition}: {'league table' if report.group is None else report.group}."


def foot(report: SideBySide | LeagueTable) -> str:
    """Return what stands at the foot of every page."""
    edition = report.framework.edition or report.framework.year
    what = "comparison" if isinstance(report, SideBySide) else report.group or "league table"
    return f"{report.framework.name} {edition}, {what}."


def league_headline(report: LeagueTable) -> str:
    """Return the finding of the table: who shares its first band, or who is first."""
    if not report.rows:
        return f"No country of {report.group or 'the index'} has enough figures for a rank"
    first = [row.name for row in report.rows if row.band == report.rows[0].band]
    if report.group is not None:
        count = counted(len(report.rows), "ranked country", "ranked countries")
        return f"{report.rows[0].name} has the highest score of the {count} of {report.group}"
    if report.rows[0].band is None or len(first) > MOST_NAMED:
        count = counted(len(report.rows), "country", "countries")
        return f"{report.rows[0].name} has the highest score of {count}"
    if len(first) == 1:
        return f"{first[0]} is alone in the first of {report.bands} bands"
    return f"{listed(first)} share the first of {report.bands} bands"


def league_deck(report: LeagueTable) -> str:
    """Return how many are ranked, and how wide the ranges are."""
    if report.group is None:
        ranked = f"{report.ranked_count} of {report.country_count} countries have enough figures for a rank."
    else:
        total = len(report.rows) + len(report.unranked)
        ranked = (
            f"{len(report.rows)} of its {counted(total, 'country', 'countries')} are ranked; ranks are those "
            f"among all {report.ranked_count} ranked countries."
        )
    if not report.widths:
        return f"{ranked} Nothing is drawn, so the ranks stand without ranges."
    width = middle_of(report.widths)
    return (
        f"{ranked} Half of the ranges of ranks span {width:g} places or more: nine of ten of "
        f"{report.draws:,} draws of the method and the data."
    )
