"""`readiness explain`: where a score comes from, or the gap between two countries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli import common, gap
from readiness.cli.gap import label, placed, rounded, signed, wrapped
from readiness.errors import ReadinessError, counted, listed

if TYPE_CHECKING:
    from readiness.analysis.explanation import Explanation
    from readiness.index import Index
    from readiness.scores import Scores


@click.command()
@click.argument("country", metavar="COUNTRY")
@click.option("--against", metavar="COUNTRY", help="Explain the gap to this country.")
@click.option("--group", metavar="KEY[=VALUE]",
              help="Set points against the median of this group, not of all ranked.")  # fmt: skip
@click.option("--level", metavar="LEVEL", help="How deep: pillar, subpillar, indicator (default), a depth.")
@click.option("--section", metavar="NAME", help="One part: contributions, strengths, missing, income, "
              "groups, peers, grade.")  # fmt: skip
@click.option("--top", type=click.IntRange(min=1), metavar="N", default=12, show_default=True,
              help="So many indicators in the table of a gap.")  # fmt: skip
@click.option("--year", type=click.IntRange(1900, 2200), help="Leave out figures of later years.")
@common.index_options
@common.output_options("table", "csv", "json")
def command(
    country: str, against: str | None, group: str | None, level: str | None, section: str | None, top: int,
    year: int | None, folder: Path | None, framework: str | None, form: str | None, output: Path | None,
    bom: bool,
) -> None:  # fmt: skip
    """Explain a country's score, or its gap to another country.

    \b
    readiness explain Kenya
    readiness explain KEN --against RWA
    readiness explain KEN --group region --level pillar
    readiness explain KEN --section missing --format csv

    Points of parts sum to those of the part above, on every level: a part
    gives what the score would lose in proportion (Euler's theorem). Also:
    strengths and weaknesses, what is missing and what a rank would take,
    the score beside that expected at the country's income, peers, and how
    far to trust it, A to D. A country without a rank is explained too.

    CSV columns: part,name,depth,unit,value,year,status,score,weight,
    contribution,reference,against_reference. The reference is a country
    with the median score in every indicator.

    Of a gap: part,name,depth,unit,value,year,status,score,against_value,
    against_year,against_status,against_score,term.

    Of --section: strengths kind,indicator,name,indicator_rank,of,
    percentile; missing indicator,name,path,publisher,why,last_year,closes;
    income country,name,income,year,score,expected,residual,residual_rank,
    of; groups group,value,ranked,median,group_rank; peers country,name,
    distance,population,income,region,score,gap; grade criterion,letter,
    value,text.
    """
    from readiness.analysis.explanation import SECTIONS
    from readiness.cli.robustness import drawn

    section = common.section_of(section, SECTIONS)
    if against is not None and (section or group):
        raise ReadinessError("--against goes with neither --section nor --group")
    index = common.load(folder)
    scores = drawn(index.scores(framework, year=year))
    named = [country] if against is None else [country, against]
    codes = [code for name in named for code in common.chosen(index, [name], None, scores.countries) or ()]
    if len(set(codes)) < len(codes):
        raise ReadinessError(f"{country} and {against} are the same country", "Name another one")
    depth = deepest(scores, level)
    writers = (
        _one(index, scores, codes[0], group, depth, section, bom)
        if against is None
        else _gap(index, scores, codes, depth, top, bom)
    )
    common.deliver(writers, form, output, name="-".join(["explain", *codes]))


def deepest(scores: Scores, level: str | None) -> int | None:
    """Return the depth of a level's deepest part, None for the whole tree."""
    if level in (None, "all", "indicator"):
        return None
    wanted = {part.id for part in scores.parts(str(level))}
    return max((depth for depth, part in scores.framework.tree.walk() if part.id in wanted), default=0)


def reference_group(
    index: Index, scores: Scores, code: str, group: str | None
) -> tuple[list[str] | None, str | None]:
    """Return the countries of `KEY=VALUE`, or of `KEY` with the country's own value, and their name.

    None and None for all.
    """
    if group is None:
        return None, None
    key = group.partition("=")[0]
    own = next((value for name, value in index.countries[code].groups.items()
                if name.casefold() == key.casefold()), None)  # fmt: skip
    if "=" not in group and own is not None and not isinstance(own, bool):
        group = f"{key}={own}"
    members = [member for member in index.countries.in_group(group) if member in scores.countries]
    if not any(scores.rank(member) is not None for member in members):
        raise ReadinessError(f"no country of the group {group!r} is ranked in this framework")
    return members, group.partition("=")[2] or group


def _one(
    index: Index, scores: Scores, code: str, group: str | None, depth: int | None, section: str | None,
    bom: bool,
) -> dict[str, Callable[[], bytes | str]]:  # fmt: skip
    from readiness.analysis import explanation
    from readiness.cli.scores import head
    from readiness.export import tables

    among, called = reference_group(index, scores, code, group)
    found = explanation.explain(scores, code, index.figures, among=among)
    whole = explanation.document(scores, found, depth)
    return {
        "table": lambda: terminal(found, scores, depth, called, section),
        "csv": lambda: tables.to_csv(explanation.section(found, section or "contributions", depth), bom=bom),
        "json": lambda: tables.json_bytes(
            {**head(scores), **({key: value for key, value in whole.items()
                                 if key in ("country", section)} if section else whole)}
        ),
    }  # fmt: skip


def _gap(
    index: Index, scores: Scores, codes: Sequence[str], depth: int | None, top: int, bom: bool
) -> dict[str, Callable[[], bytes | str]]:
    from readiness.analysis import explanation
    from readiness.analysis.explain import against
    from readiness.cli.scores import head
    from readiness.export import tables

    terms = against(scores, codes[0], codes[1], index.indicators)
    rows = explanation.table(terms, depth)
    sides: dict[str, Any] = {
        "country": explanation.place(scores, codes[0]), "against": explanation.place(scores, codes[1]),
        "gap": terms[0].term, "p_above": explanation.above(scores, *codes),
    }  # fmt: skip
    return {
        "table": lambda: gap.terminal(terms, scores, codes, depth, top),
        "csv": lambda: tables.to_csv(rows, bom=bom),
        "json": lambda: tables.to_json({**head(scores), **sides}, "terms", rows),
    }


def terminal(
    found: Explanation, scores: Scores, depth: int | None, group: str | None, section: str | None
) -> str:
    """Return the explanation for the terminal: a heading and a few lines or a table for each section.

    `group` names the countries whose median points are set against, None for all ranked.
    """
    from readiness.cli.robustness import outside

    makers: dict[str, Callable[[], str]] = {
        "contributions": lambda: _points(found, scores, depth, group),
        "strengths": lambda: _marks(found),
        "missing": lambda: _missing(found),
        "income": lambda: _income(found),
        "groups": lambda: _groups(found),
        "peers": lambda: _peers(found),
        "grade": lambda: wrapped(f"Confidence {found.grade.reason}."),
    }
    first = wrapped(f"{found.name}, {scores.framework.tree.title}: {placed(scores, found.country)}.")
    first += outside(scores, [found.country])
    if section is not None:
        return f"{first}\n{makers[section]()}"
    order = ("grade", "missing", "contributions", "strengths", "income", "groups", "peers")
    if scores.rank(found.country) is not None:
        order = ("grade", "contributions", "strengths", "missing", "income", "groups", "peers")
    texts = [makers[name]() for name in order]
    return "\n".join([first + texts[0], *(text for text in texts[1:] if text)])


def _points(found: Explanation, scores: Scores, depth: int | None, group: str | None) -> str:
    from readiness.analysis.explanation import printed
    from readiness.export.text import Column, number, render

    rows = found.contributions
    if rows[0].contribution is None:
        return wrapped("There is no index score to explain by its parts.")
    points = printed(rows, "contribution", 1, rounded(rows[0].contribution))
    far = None
    if rows[0].reference is not None:
        far = rounded(rounded(rows[0].contribution) - rounded(rows[0].reference))
    gaps = printed(rows, "against_reference", 1, far)
    shown = [n for n, row in enumerate(rows) if depth is None or row.depth <= depth]
    columns = [
        Column("Points of the score", [label(rows[n]) for n in shown], "left", key=True),
        Column("Score", [number(rows[n].score, 1) for n in shown]),
        Column("Weight", [_percent(rows[n].weight) for n in shown]),
        Column("Points", [number(points[n], 1) for n in shown]),
    ]
    if far is not None:
        columns.append(Column("Median", [number(rows[n].reference, 1) for n in shown]))
        columns.append(Column("Points from it", [signed(gaps[n]) for n in shown]))
    whose = f"the ranked countries of {group}" if group else "all ranked countries"
    median = f"Median: a country with the median score of {whose} in every indicator."
    missing = any(rows[n].score is None for n in shown)
    notes = common.footnotes(scores, (rows[n].part for n in shown), missing)
    return render(columns, common.screen()) + ("" if far is None else wrapped(median)) + notes


def _marks(found: Explanation) -> str:
    from readiness.export.text import Column, render

    if not found.strengths and not found.weaknesses:
        return ""
    # Relative to itself: the highest place of a country that is low in all is a strength too.
    both = [("strength", mark) for mark in found.strengths]
    both += [("weakness", mark) for mark in found.weaknesses]
    return render(
        [
            Column("", [kind for kind, _ in both], "left", key=True),
            Column("Indicator", [mark.name for _, mark in both], "left"),
            Column("Rank in it", [f"{mark.rank} of {mark.of}" for _, mark in both]),
        ],
        common.screen(),
    ) + wrapped("Where it stands highest and lowest within its own profile, by the figures themselves.")


def _missing(found: Explanation) -> str:
    from readiness.export.text import Column, render

    need = found.requirement
    lacking = [f"{node.name} ({node.have} of {node.total}, {node.short} short)"
               for node in need.nodes if node.short]  # fmt: skip
    text = f"It has {need.have} of {need.total} figures; the rule asks for {need.needed}"
    if need.ranked:
        text += f": {need.spare} to spare." if need.spare else ": none to spare."
    else:
        text += f", and a score in every part: {listed(lacking)}." if lacking else "."
        text += f" {counted(need.short, 'more figure')} would give it a rank, for example those marked."
    if not need.missing:
        return wrapped(text)
    columns = [
        Column("", ["*" if gap.closes else "" for gap in need.missing], "left", key=True),
        Column("Missing", [gap.name for gap in need.missing], "left", key=True),
        Column("Why", [gap.why for gap in need.missing], "left"),
    ]
    if need.ranked:
        columns = columns[1:]
    return wrapped(text) + "\n" + render(columns, common.screen())


def _income(found: Explanation) -> str:
    own = found.income
    if own is None:
        return ""
    money = f"At its income of {own.income:,.0f} international dollars a person (GDP at PPP, {own.year})"
    if own.expected is None or own.residual is None:
        return wrapped(f"{money} there is nothing to compare, for want of a score.")
    side = "above" if own.residual >= 0 else "below"
    text = (
        f"{money} a score of {own.expected:.1f} would be expected; its own is {abs(own.residual):.1f} {side}"
    )
    if own.rank is not None:
        text += f", number {own.rank} of {own.of} in this difference (no rank of the index)"
    if own.beyond is not None:
        text += (f". Its income is {own.beyond} those of all other ranked countries, so that the expected "
                 "score is beyond what they can tell")  # fmt: skip
    return wrapped(f"{text}.")


def _groups(found: Explanation) -> str:
    lines = []
    for group in found.groups:
        what = group.value if not isinstance(group.value, bool) else group.key
        own = f", number {group.group_rank} within it" if group.group_rank is not None else ""
        median = "" if group.median is None else f", median score {group.median:.1f}"
        lines.append(wrapped(f"{what}: {counted(group.ranked, 'country', 'countries')} ranked{median}{own}."))
    return "".join(lines)


def _peers(found: Explanation) -> str:
    from readiness.export.text import Column, number, render

    if not found.peers:
        return ""
    return render(
        [
            Column(
                "Nearest in size, income and region", [peer.name for peer in found.peers], "left", key=True
            ),
            Column("Distance", [number(peer.distance, 2) for peer in found.peers]),
            Column("Million people", [number(peer.population / 1e6, 1) for peer in found.peers]),
            Column("Income a person", [number(peer.income) for peer in found.peers]),
            Column("Score", [number(peer.score, 1) for peer in found.peers]),
            Column("Gap to it", [signed(peer.gap) for peer in found.peers]),
        ],
        common.screen(),
    )


def _percent(value: float | None) -> str:
    from readiness.export.text import MISSING

    return MISSING if value is None else f"{value:.1%}"
