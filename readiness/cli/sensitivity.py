"""`readiness sensitivity`: what the ranks hang on."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli import common
from readiness.errors import ReadinessError, listed

if TYPE_CHECKING:
    from readiness.engine.admissible import Admissible
    from readiness.engine.sensitivity import Sensitivity
    from readiness.scores import Scores, Table

SECTIONS = ("factors", "leave-one-out", "weights")
# So many parts of the tree are shown beside the factors in a terminal.
_TOP = 10


@click.command()
@click.argument("country", metavar="[COUNTRY]", required=False)
@click.option("--section", metavar="NAME", help=f"Only one part, in full: {listed(SECTIONS, 'or')}.")
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Another seed than the framework's.")
@click.option("--draws", type=click.IntRange(2, 1_000_000), metavar="N",
              help="So many base draws; each takes a run a factor, and two more.")  # fmt: skip
@common.index_options
@common.output_options("table", "csv", "json")
def command(
    country: str | None, section: str | None, seed: int | None, draws: int | None, folder: Path | None,
    framework: str | None, form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Show which assumption matters most, to all ranks or to a country's.

    \b
    readiness sensitivity
    readiness sensitivity Kenya
    readiness sensitivity --section leave-one-out --format csv
    readiness sensitivity --section weights -o weights.csv

    factors: the share of the variance of the mean rank shift (or of the
    country's rank) that each assumption of the `uncertainty:` block explains
    alone and with its interactions (Sobol indices, with bootstrap intervals).
    It takes about three times as long as the draws of `robustness`.
    leave-one-out: the ranks without each part of the tree. weights: the best
    and worst rank under any admissible weights of the tree's first level.

    CSV is one of them (factors by default). factors: result,factor,first,
    first_low,first_high,total,total_low,total_high. leave-one-out: part,name,
    depth,kind,mean_shift,max_shift,spearman,most_moved,most_moved_places, and
    places for a COUNTRY. weights: country,name,rank,rank_low,rank_high,
    best_within,worst_within,exact_within,best_any,worst_any,exact_any.
    """
    from readiness.cli.scores import head
    from readiness.export import tables

    section = common.section_of(section, SECTIONS)
    if section not in (None, "factors") and (seed is not None or draws is not None):
        raise ReadinessError("--seed and --draws belong to the factors", "Leave them out")
    index = common.load(folder)
    scores = index.scores(framework)
    if scores.framework.uncertainty is None:
        raise ReadinessError(
            f"the framework {scores.framework.id!r} has no 'uncertainty:' block, so nothing is drawn",
            "Add one: `uncertainty: {}` takes the defaults",
        )
    codes = common.chosen(index, [country] if country else [], None, scores.countries)
    names = {name: series.name for name, series in index.indicators.items()}
    work = Work(scores, codes[0] if codes else None, seed, draws, names)
    writers: dict[str, Callable[[], bytes | str]] = {
        "table": lambda: terminal(work, section),
        "csv": lambda: tables.to_csv(work.table(section or "factors"), bom=bom),
        "json": lambda: tables.json_bytes({**head(scores), **document(work, section)}),
    }
    common.deliver(writers, form, output, name="sensitivity")


@dataclass(frozen=True)
class Work:
    """What was asked; each section is computed when it is first wanted."""

    scores: Scores
    country: str | None
    seed: int | None
    draws: int | None
    names: Mapping[str, str]

    @cached_property
    def name(self) -> str | None:
        """The country's name."""
        return None if self.country is None else self.scores.matrix.names[self.scores.position(self.country)]

    @cached_property
    def factors(self) -> Sensitivity:
        """What each assumption explains."""
        from readiness.cli.robustness import waiting
        from readiness.engine.sensitivity import sensitivity

        with waiting("varying every assumption, a few seconds ..."):
            return sensitivity(self.scores, self.country, seed=self.seed, draws=self.draws)

    @cached_property
    def unavailable(self) -> str | None:
        """Why there are no best and worst ranks; None where there are."""
        from readiness.engine.admissible import unavailable

        return unavailable(self.scores)

    @cached_property
    def weights(self) -> list[Admissible]:
        """The ranks under all admissible weights."""
        from readiness.cli.robustness import drawn
        from readiness.engine.admissible import admissible

        return admissible(drawn(self.scores), None if self.country is None else [self.country])

    def table(self, section: str) -> Table:
        """Return a section in full."""
        from readiness.analysis import assumptions
        from readiness.engine.leave_out import leave_one_out

        if section == "factors":
            return assumptions.factors(self.factors)
        if section == "weights":
            return assumptions.weights(self.weights, self.scores)
        return assumptions.parts(leave_one_out(self.scores), self.scores, self.country, self.names)


def document(work: Work, section: str | None) -> dict[str, Any]:
    """Return the sections of a JSON document: one, or all but the weights of every country."""
    from readiness.analysis import assumptions

    wanted = SECTIONS if section is None else (section,)
    found: dict[str, Any] = {}
    if "factors" in wanted:
        ran = work.factors
        found |= {
            "result": assumptions.result(ran), "mean": ran.mean, "deviation": ran.deviation,
            "seed": ran.seed, "draws": ran.draws, "runs": ran.runs,
            "sentences": assumptions.sentences(ran, work.name),
        }  # fmt: skip
    for name in wanted:
        if name == "weights" and section is None and (work.country is None or work.unavailable):
            continue
        table = work.table(name)
        found[name.replace("-", "_")] = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return found


def terminal(work: Work, section: str | None) -> str:
    """Return the sections for the terminal."""
    framework = work.scores.framework
    edition = f", edition {framework.edition}" if framework.edition else ""
    blocks = [f"{framework.name}{edition}: what its ranks hang on\n"]
    if not work.scores.ranked.any():
        return "\n".join([*blocks, "No country is ranked, so there is no rank to move.\n"])
    if work.country is not None:
        blocks.append(_standing(work))
    if section in (None, "factors"):
        blocks.append(_factors(work))
    if section in (None, "leave-one-out"):
        blocks.append(_parts(work, None if section else _TOP))
    if section == "weights" or (section is None and work.country is not None):
        blocks.append(_weights(work))
    if section is None:
        more = "All parts: --section leave-one-out. Best and worst ranks under any admissible weights: "
        blocks.append(_wrapped(more + ("--section weights." if work.country is None else "without COUNTRY.")))
    return "\n".join(blocks)


def _standing(work: Work) -> str:
    """Return the country's rank with its range."""
    from readiness.cli.robustness import drawn, interval

    assert work.country is not None
    scores = drawn(work.scores)
    rank, ends = scores.rank(work.country), scores.interval(work.country)
    if rank is None or ends is None:
        return f"{work.name} is not ranked\n"
    return f"{work.name}: rank {rank}, range {interval(*ends)}\n"


def _factors(work: Work) -> str:
    from readiness.analysis import assumptions
    from readiness.export.text import Column, render

    found, table = work.factors, work.table("factors")
    cells = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    columns = [
        Column("Assumption", [assumptions.label(row["factor"]) for row in cells], "left", key=True),
        Column("Alone", [_share(row["first"]) for row in cells]),
        Column("5–95%", [_ends(row["first_low"], row["first_high"]) for row in cells]),
        Column("With interactions", [_share(row["total"]) for row in cells]),
        Column("5–95%", [_ends(row["total_low"], row["total_high"]) for row in cells]),
    ]
    what = "ranks shift from the headline's" if work.name is None else f"{work.name} ranks"
    measured = (
        f"Shares of the variance (Sobol indices) of how far {what}: {found.mean:.1f} places on average, "
        if work.name is None
        else f"Shares of the variance (Sobol indices) of where {what}: {found.mean:.1f} on average, "
    )
    cost = f"{found.draws:,} base draws, {found.runs:,} runs of the index, seed {found.seed}"
    text = _wrapped(f"{measured}standard deviation {found.deviation:.2g}; {cost}. Intervals: bootstrap.")
    said = _wrapped(" ".join(assumptions.sentences(found, work.name)))
    if not cells or not found.varies:
        return said
    shares = [row[key] for row in cells for key in ("first", "total", "first_high", "total_high")]
    if any(share is not None and not -0.005 < share < 1.005 for share in shares):
        text += _wrapped("Estimates: chance may take one below 0 or above 1; more --draws narrow them.")
    return f"{said}\n{render(columns, common.screen())}\n{text}"


def _ends(low: float | None, high: float | None) -> str:
    from readiness.export.text import MISSING

    return MISSING if low is None or high is None else f"{_share(low)} to {_share(high)}"


def _share(value: float | None) -> str:
    """Return a share with two decimals, and no minus before what rounds to 0."""
    from readiness.export.text import number

    return number(None if value is None else round(value, 2) + 0.0, 2)


def _parts(work: Work, top: int | None) -> str:
    from readiness.export.text import Column, number, render

    table = work.table("leave-one-out")
    cells = [dict(zip(table.columns, row, strict=True)) for row in table.rows[:top]]
    columns = [Column("Without", [row["name"] for row in cells], "left", key=True)]
    if work.country is not None:
        columns.append(Column(work.country, [_signed(row["places"]) for row in cells]))
    columns += [
        Column("Mean shift", [number(row["mean_shift"], 1) for row in cells]),
        Column("Largest", [_signed(row["most_moved_places"]) for row in cells]),
        Column("of", [row["most_moved"] or "" for row in cells], "left"),
        Column("Spearman", [number(row["spearman"], 3) for row in cells]),
    ]
    text = "Places gained (+) or lost (-) in a what-if without one part of the tree, among the ranked"
    return f"{render(columns, common.screen())}\n{_wrapped(text)}"


def _signed(value: float | None) -> str:
    from readiness.export.text import MISSING

    return MISSING if value is None else f"{value:+g}" if value else "0"


def _weights(work: Work) -> str:
    from readiness.export.text import Column, number, render

    if work.unavailable is not None:
        return _wrapped(f"Best and worst ranks are not available: {work.unavailable}.")
    from readiness.cli.robustness import interval

    table = work.table("weights")
    cells = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    columns = [
        Column("Rank", [number(row["rank"]) for row in cells], key=True),
        Column("Country", [row["name"] for row in cells], "left", key=True),
        Column("Range", [interval(row["rank_low"], row["rank_high"]) for row in cells]),
    ]
    spread = work.weights[0].spread if work.weights else 0.0
    for kind, title in (("within", f"Weights within {spread:.0%}"), ("any", "Any weights")):
        columns.append(Column(title, [_reach(row, kind, interval) for row in cells]))
    notes = ["Best and worst rank in a what-if with other weights of the first level of the tree."]
    if any("no" in (row["exact_within"], row["exact_any"]) for row in cells):
        notes.append("≤ a bound: no weights go beyond it, and perhaps none reach it.")
    return f"{render(columns, common.screen())}\n{_wrapped(' '.join(notes))}{_how(work)}"


def _reach(row: dict[str, Any], kind: str, interval: Callable[[int, int], str]) -> str:
    text = interval(row[f"best_{kind}"], row[f"worst_{kind}"])
    return text if row[f"exact_{kind}"] == "yes" else f"≤ {text}"


def _how(work: Work) -> str:
    """Return the weights that take the country to its best and worst rank."""
    from readiness.export.text import Column, render

    if work.country is None:
        return ""
    (one,) = work.weights
    root = work.scores.framework.tree
    weights = dict(zip((part.id for part in root.parts), work.scores.weights[root.id], strict=True))
    titles = {node.id: node.title for node in root.children}
    total = sum(weights[part] for part in one.parts)
    columns = [
        Column("Weights that reach it", [titles.get(part, part) for part in one.parts], "left", key=True),
        Column("Headline", [f"{weights[part] / total:.0%}" for part in one.parts]),
    ]
    for title, found in (
        (f"best, {one.within.best}", one.within.best_weights),
        (f"worst, {one.within.worst}", one.within.worst_weights),
        (f"best of any, {one.anywhere.best}", one.anywhere.best_weights),
        (f"worst of any, {one.anywhere.worst}", one.anywhere.worst_weights),
    ):
        columns.append(Column(title, [f"{share:.0%}" for share in found]))
    return f"\n{render(columns, common.screen())}"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 80, break_long_words=False, break_on_hyphens=False) + "\n"
