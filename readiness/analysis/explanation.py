"""All that explains one country's score and rank, collected, and as tables of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from readiness.analysis.decompose import largest_remainder
from readiness.analysis.explain import contributions
from readiness.analysis.grade import Grade, grade
from readiness.analysis.income import CountryIncome, beyond_income
from readiness.analysis.marks import Mark, marks
from readiness.analysis.missing import Requirement, requirement
from readiness.analysis.peers import Peer, PeerGroup, by_group, by_structure
from readiness.analysis.terms import Contribution, Term
from readiness.figures.table import Figures
from readiness.scores import Scores, Table

SECTIONS = ("contributions", "strengths", "missing", "income", "groups", "peers", "grade")


@dataclass(frozen=True)
class Explanation:
    """What explains one country's score and rank; `interval` is the range of its rank."""

    country: str
    name: str
    score: float | None
    rank: int | float | None
    interval: tuple[int, int] | None
    ranked_count: int
    contributions: tuple[Contribution, ...]
    strengths: tuple[Mark, ...]
    weaknesses: tuple[Mark, ...]
    requirement: Requirement
    income: CountryIncome | None
    groups: tuple[PeerGroup, ...]
    peers: tuple[Peer, ...]
    grade: Grade


def explain(
    scores: Scores, country: str, figures: Figures, *, among: Sequence[str] | None = None
) -> Explanation:
    """Collect what explains a country's score and rank.

    Parameters
    ----------
    among
        Contributions are set against the median of the ranked among these countries; of all
        where left out.

    Raises
    ------
    UnknownNameError
        When the framework does not assess the country.
    """
    row = scores.position(country)
    beyond = beyond_income(scores, figures)
    strengths, weaknesses = marks(scores, country, figures.series)
    return Explanation(
        country=country,
        name=scores.matrix.names[row],
        score=scores.score(country),
        rank=scores.rank(country),
        interval=scores.interval(country),
        ranked_count=int(scores.ranked.sum()),
        contributions=contributions(scores, country, figures.series, among=among),
        strengths=strengths,
        weaknesses=weaknesses,
        requirement=requirement(scores, country, figures),
        income=None if beyond is None else CountryIncome.of_row(beyond, row),
        groups=by_group(scores, country),
        peers=by_structure(scores, country, figures),
        grade=grade(scores, country, figures.series),
    )


def section(found: Explanation, name: str, depth: int | None = None) -> Table:
    """Return one of `SECTIONS` as a table; contributions down to a depth."""
    if name == "contributions":
        return table(found.contributions, depth)
    columns, rows = {
        "strengths": _strengths, "missing": _missing, "income": _income, "groups": _groups, "peers": _peers,
        "grade": _grade,
    }[name](found)  # fmt: skip
    return Table(columns, tuple(rows))


Rows = tuple[tuple[str, ...], list[tuple[Any, ...]]]


def _strengths(found: Explanation) -> Rows:
    rows: list[tuple[Any, ...]] = [("strength", *asdict(mark).values()) for mark in found.strengths]
    rows += [("weakness", *asdict(mark).values()) for mark in found.weaknesses]
    return ("kind", "indicator", "name", "indicator_rank", "of", "percentile"), rows


def _missing(found: Explanation) -> Rows:
    columns = ("indicator", "name", "path", "publisher", "why", "last_year", "closes")
    return columns, [_cells(gap) for gap in found.requirement.missing]


def _income(found: Explanation) -> Rows:
    columns = ("country", "name", "income", "year", "score", "expected", "residual", "residual_rank", "of")
    if (own := found.income) is None:
        return columns, []
    row = (found.country, found.name, own.income, own.year, found.score, own.expected, own.residual)
    return columns, [(*row, own.rank, own.of)]


def _groups(found: Explanation) -> Rows:
    return ("group", "value", "ranked", "median", "group_rank"), [_cells(group) for group in found.groups]


def _peers(found: Explanation) -> Rows:
    columns = ("country", "name", "distance", "population", "income", "region", "score", "gap")
    return columns, [_cells(peer) for peer in found.peers]


def _grade(found: Explanation) -> Rows:
    rows: list[tuple[Any, ...]] = [("grade", found.grade.letter, None, found.grade.reason)]
    rows += [_cells(item) for item in found.grade.criteria]
    return ("criterion", "letter", "value", "text"), rows


def table(rows: Sequence[Contribution] | Sequence[Term], depth: int | None = None) -> Table:
    """Return one row a part, down to a depth; columns are the fields."""
    kept = [asdict(row) for row in rows if depth is None or row.depth <= depth]
    return Table(tuple(kept[0]), tuple(tuple(row.values()) for row in kept))


def place(scores: Scores, country: str) -> dict[str, Any]:
    """Return a country's code, name, score and rank, the rank with its range."""
    low, high = scores.interval(country) or (None, None)
    name = scores.matrix.names[scores.position(country)]
    return {"country": country, "name": name, "score": scores.score(country), "rank": scores.rank(country),
            "rank_low": low, "rank_high": high}  # fmt: skip


def above(scores: Scores, country: str, other: str) -> float | None:
    """Return the share of the draws with one country above another, None where none are made."""
    ranges = scores.robustness
    rows = scores.position(country), scores.position(other)
    return None if ranges is None else ranges.probability(*rows)


def document(scores: Scores, found: Explanation, depth: int | None = None) -> dict[str, Any]:
    """Return all of it as plain values, for JSON."""
    needed = {key: value for key, value in asdict(found.requirement).items() if key != "missing"}
    return {
        "country": place(scores, found.country), "ranked_count": found.ranked_count,
        "grade": asdict(found.grade), "requirement": needed,
        **{name: _objects(section(found, name, depth)) for name in SECTIONS if name != "grade"},
    }  # fmt: skip


def printed(rows: Sequence[Contribution] | Sequence[Term], field: str, decimals: int, total: float | None
            ) -> list[float | None]:  # fmt: skip
    """Return a field of every part rounded so that parts sum to their node at every node.

    `total` is what the index itself is printed as; `largest_remainder` shares it down the tree.
    """
    found: list[float | None] = [None] * len(rows)
    found[0] = total

    def walk(parent: int) -> None:
        children = below(rows, parent)
        values = [getattr(rows[number], field) for number in children]
        if found[parent] is None or all(value is None for value in values):
            return
        for number, value in zip(children, largest_remainder(values, decimals, found[parent]), strict=True):
            found[number] = value
            walk(number)

    walk(0)
    return found


def largest_first(rows: Sequence[Term]) -> list[int]:
    """Return the rows with the parts of each node by the size of their term, the tree kept."""
    order = [0]

    def walk(parent: int) -> None:
        for number in sorted(below(rows, parent), key=lambda n: (-abs(rows[n].term or 0.0), n)):
            order.append(number)
            walk(number)

    walk(0)
    return order


def below(rows: Sequence[Contribution] | Sequence[Term], parent: int) -> list[int]:
    """Return the numbers of the parts that hang right under a row."""
    found = []
    for number in range(parent + 1, len(rows)):
        if rows[number].depth <= rows[parent].depth:
            break
        if rows[number].depth == rows[parent].depth + 1:
            found.append(number)
    return found


def _cells(item: Any) -> tuple[Any, ...]:
    """Return the fields of a dataclass, paths as one text and truth values as yes and no."""
    return tuple(_cell(value) for value in asdict(item).values())


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " > ".join(value) if isinstance(value, tuple) else value


def _objects(rows: Table) -> list[dict[str, Any]]:
    return [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
