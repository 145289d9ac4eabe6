"""The league table and the comparison as people read them, with the notes that make them complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from readiness._version import __version__
from readiness.analysis.compare import ABOVE, BAND, GAP, OF_YEAR
from readiness.definitions.indicator import Series
from readiness.errors import listed
from readiness.export.numbers import MINUS
from readiness.export.printed import Column, Printed
from readiness.export.text import MISSING, number, percent
from readiness.scores import HEAD, Scores, Table


def interval(low: int | None, high: int | None) -> str:
    """Return a range of ranks, `39–52`, one number where its ends are one, a dash where there is none."""
    if low is None or high is None:
        return MISSING
    return f"{low}" if low == high else f"{low}\N{EN DASH}{high}"


def about(scores: Scores) -> list[tuple[str, str]]:
    """Return what a document says of the scores in it, line by line: index, year, ranges, fingerprint."""
    framework = scores.framework
    ends = framework.methods.normalisation.range
    scale = f"from {ends[0]:g} to {ends[1]:g}" if ends else "on a scale without fixed ends"
    ranges = "the framework has no uncertainty: block, so rank_low and rank_high are empty"
    if (found := scores.robustness) is not None:
        ranges = (
            f"rank_low and rank_high are the 5th and 95th percentile of the rank over {found.draws:,} draws "
            f"of the method and the data (seed {found.seed}); a method-and-data range, no confidence interval"
        )
    return [
        ("Index", framework.name),
        ("Framework", f"{framework.id}, {framework.reading} reading"),
        ("Edition", framework.edition or "none"),
        ("Year", f"figures up to {framework.year}"),
        ("Ranked", f"{int(scores.ranked.sum())} of {len(scores.countries)} countries"),
        ("Coverage", f"a country is ranked with {framework.methods.coverage.index:.0%} of the figures and "
                     "a score in every pillar; coverage is the share of figures it has"),
        ("Ranges", ranges),
        ("Scores", f"{scale}; an empty cell is a missing value, never zero"),
        ("Made with", f"readiness {__version__}"),
        ("Fingerprint", scores.fingerprint),
    ]  # fmt: skip


def league(table: Table, scores: Scores, series: Mapping[str, Series], *, figures: bool = False) -> Printed:
    """Return a league table as it is printed: rank, range, country, score, the parts, coverage.

    Parameters
    ----------
    table
        Of `Scores.rows`.
    figures
        The parts are figures in their units, not scores.
    """
    titles = {part.id: part.title for part in scores.framework.tree.nodes()}
    cells = {name: [row[at] for row in table.rows] for at, name in enumerate(table.columns)}
    pairs = list(zip(cells["rank_low"], cells["rank_high"], strict=True))
    columns = [
        Column("name", "Country", cells["name"], cells["name"], "left"),
        Column("rank", "Rank", [number(value) for value in cells["rank"]], cells["rank"]),
        Column("range", "Range", [interval(*pair) for pair in pairs], pairs),
        Column("score", "Score", [number(value, 1) for value in cells["score"]], cells["score"]),
    ]
    for name in (name for name in table.columns if name not in HEAD):
        decimals = None if figures or name == "group_rank" else 1
        heading = _heading(name, titles, series, figures)
        columns.append(Column(name, heading, [number(value, decimals) for value in cells[name]], cells[name]))
    coverage = cells["coverage"]
    columns.append(Column("coverage", "Coverage", [f"{value:.0%}" for value in coverage], coverage))
    return Printed(_title(scores), columns, notes(scores, series, table.columns, figures=figures))


def _heading(name: str, titles: Mapping[str, str], series: Mapping[str, Series], figures: bool) -> str:
    if name == "group_rank":
        return "Rank in group"
    if name in series:
        return f"{series[name].name} ({series[name].unit})" if figures else series[name].name
    return titles.get(name, name.replace("_", " "))


def _title(scores: Scores) -> str:
    framework = scores.framework
    edition = f", edition {framework.edition}" if framework.edition else ""
    return f"{framework.name}{edition}"


_AVERAGES = {"median": "Median", "mean": "Mean", "weighted_mean": "Mean by people"}


def averages(peers: str) -> str:
    """Return the note on the averages of a set of countries."""
    return f"Median, mean, mean by people: of {peers}, over those that have the figure."


def comparison(
    table: Table, scores: Scores, series: Mapping[str, Series], *, figures: bool = False,
    peers: str | None = None,
) -> Printed:  # fmt: skip
    """Return countries side by side as they are printed, the tree down the side.

    Parameters
    ----------
    table
        Of `analysis.compare.compare`.
    peers
        The set of countries whose averages stand beside them, in words.
    """
    names = _AVERAGES | dict(zip(scores.countries, scores.matrix.names, strict=True))
    ends = {row[0]: row for row in table.rows if row[0] in ("rank_low", "rank_high")}
    rows = [row for row in table.rows if row[0] not in ends]
    columns = [Column("part", "Part", [row[1] for row in rows], [row[1] for row in rows], "left")]
    units = [row[3] for row in rows]
    if any(unit not in ("", "score") for unit in units):
        columns.append(Column("unit", "Unit", units, units, "left"))
    for at, code in enumerate(table.columns[4:], start=4):
        cells = [_cell(row[0], row[3], row[at]) for row in rows]
        heading = names.get(code, "")
        if code.startswith(GAP):
            heading = f"{names[table.columns[4]]} over {names[code.removeprefix(GAP)]}, points"
            cells = ["" if row[at] is None else f"{row[at]:+.1f}".replace("-", MINUS) for row in rows]
        elif (low := ends["rank_low"][at]) is not None:
            cells[0] += f" ({interval(low, ends['rank_high'][at])})"
        columns.append(Column(code, heading, cells, [row[at] for row in rows]))
    shown = [row[0] for row in rows]
    depths = [max(0, row[2] - 1) for row in rows]
    title = (
        f"{listed(names[code] for code in table.columns[4:] if code in scores.countries)}: {_title(scores)}"
    )
    said = about_rows(shown, table.columns) + notes(scores, series, shown, figures=figures)
    return Printed(title, columns, [averages(peers), *said] if peers else said, depths)


def about_rows(parts: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Return what stands under a comparison of its further rows and columns."""
    said = []
    if any(name.startswith(GAP) for name in columns):
        said.append("Points: what each part adds to the gap in the index score; parts sum to their node.")
    if BAND in parts:
        said.append("Countries of one band cannot be told apart from its first.")
    if any(part.startswith(OF_YEAR) for part in parts):
        said.append("Scores of all years on the goalposts of today; early years rest on fewer figures.")
    return said


def _cell(part: str, unit: str, value: float | None) -> str:
    if part == "coverage" and value is not None:
        return f"{value:.0%}"
    if part.startswith(ABOVE):
        return percent(value)
    return number(value, 1 if unit == "score" else None)


def notes(
    scores: Scores, series: Mapping[str, Series], shown: Sequence[str], *, figures: bool = False
) -> list[str]:
    """Return what stands under a table: what is in it, how sure it is, where it is from."""
    said = dict(about(scores))
    names = set(shown)
    lines = [
        f"{node.title}: {node.note}."
        for node in scores.framework.tree.nodes()
        if node.note and node.id in names
    ]
    lines += [f"{name}: {said[name]}." for name in ("Ranked", "Coverage")]
    if (found := scores.robustness) is None:
        lines.append("Range: nothing is drawn, so the ranks stand without ranges.")
    else:
        lines.append(
            f"Range: 5th to 95th percentile of the rank over {found.draws:,} draws of the method and the "
            f"data (seed {found.seed}); no confidence interval."
        )
    lines.append(f"{MISSING} is a missing value, never zero, or too few figures for a rank.")
    scored = [name for name in scores.matrix.indicators if name in series]
    chosen = [name for name in scored if name in names] or scored
    if figures:
        lines += [_source(series[name]) for name in chosen]
    else:
        publishers = dict.fromkeys(series[name].source.publisher for name in chosen)
        lines.append(f"Sources: {'; '.join(publishers)}. Licences: readiness indicators --licences.")
    made = f"Made with {said['Made with']}, inputs {scores.fingerprint[:16]}."
    lines.append(f"Framework {scores.framework.id}, {said['Year']}. {made}")
    return lines


def _source(series: Series) -> str:
    source = series.source
    where = ", ".join(filter(None, (source.publisher, source.dataset, source.series)))
    when = f", retrieved {source.retrieved}" if source.retrieved else ""
    return f"{series.name}: {where}{when}. {source.licence}."
