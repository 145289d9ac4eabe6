"""`readiness set`: one figure, in place, with a remark."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from readiness.cli import common
from readiness.errors import ReadinessError, did_you_mean
from readiness.scores import Table

if TYPE_CHECKING:
    from readiness.index import Index
    from readiness.updating.by_hand import Figure
    from readiness.updating.revise import Change

COLUMNS = ("indicator", "country", "name", "year", "before", "after", "unit", "file")
MISSING = "missing"


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("indicator", metavar="INDICATOR")
@click.argument("country", metavar="COUNTRY")
@click.argument("year", metavar="YEAR")
@click.argument("value", metavar="VALUE")
@click.option("--source", metavar="URL", help="The page that says it.")
@click.option("--note", metavar="TEXT", help="Why it is set; it is printed beside the figure.")
@click.option("--status", metavar="STATUS", default="corrected", show_default=True,
              help="corrected, estimated, provisional, break or disputed.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what it would change and mean; write nothing.")
@common.own_index_options
@common.output_options("table", "csv", "json")
def command(
    indicator: str, country: str, year: str, value: str, source: str | None, note: str | None, status: str,
    dry_run: bool, folder: Path | None, framework: str | None, form: str | None, output: Path | None,
    bom: bool,
) -> None:  # fmt: skip
    """Set one figure in place, with a remark that says where it comes from.

    \b
    readiness set electricity_access KEN 2023 78.1 --source https://x.org/p
    readiness set gov_effectiveness Kenya 2024 -0.41 --note "Ministry, May 2026"
    readiness set electricity_access KEN 2023 missing --note "Withdrawn"

    In the unit that the series' source publishes. Writes into the index
    folder of your own: --indicators DIR, else ./indicators. Nothing but the
    figure and the remark changes in the file; the newest remark on a figure
    is the one that is printed. `readiness update` leaves a corrected figure
    as you set it, and says what the source has.

    --dry-run says which ranks it would move.

    CSV columns: indicator,country,name,year,before,after,unit,file.
    """
    from readiness.updating import by_hand
    from readiness.updating import folder as folders

    root = folders.writable(folder)
    with folders.locked(root):
        index = common.load(root)
        figure = by_hand.Figure(
            indicator, index.countries.find(country).code, _year(year), _value(value), _url(source), note,
            _status(status),
        )  # fmt: skip
        change, remark = by_hand.checked(index.definitions, figure, datetime.now(UTC).date())
        _warn(change)
        said = _meaning(index, figure, change, framework) if dry_run else ""
        if not dry_run:
            by_hand.put(index.definitions, figure, change, remark)
    _deliver(index, figure, change, said, dry_run, (form, output, bom))


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise ReadinessError(f"{text!r} is not a year of four digits")
    return int(text)


def _value(text: str) -> float | None:
    from readiness.sources import tables

    if text.casefold() == MISSING:
        return None
    value = tables.number(text)
    if value is None or value != value:  # noqa: PLR0124
        raise ReadinessError(
            f"{text!r} is not a number", "Write 78.1, or `missing`; without a unit or thousands sign"
        )
    return value


def _url(text: str | None) -> str | None:
    import re

    if text is not None and not re.match(r"https?://[^\s<>\"]+\Z", text):
        raise ReadinessError(f"{text!r} is not a web address", "Begin with https://, or say it in --note")
    return text


def _status(text: str) -> Any:
    from readiness.definitions.indicator import Status

    known = get_args(Status)
    if text not in known:
        raise ReadinessError(
            f"unknown status {text!r}", did_you_mean(text, known) or f"It is {', '.join(known)}"
        )
    return text


def _warn(change: Change) -> None:
    """Say where a figure looks as if it were in another unit."""
    if change.before and change.after and change.after / change.before > 0:
        ratio = change.after / change.before
        if ratio > 5 or ratio < 0.2:
            common.note(f"warning: the figure is {ratio:.3g} times what it was: is it in the same unit?")


def _meaning(index: Index, figure: Figure, change: Change, framework: str | None) -> str:
    from readiness.cli import updates
    from readiness.index import Index
    from readiness.updating import by_hand
    from readiness.updating.meaning import meaning

    now = Index(by_hand.after(index.definitions, figure.series, change))
    return "\n" + updates.moves(meaning(index, now, framework))


def _deliver(
    index: Index, figure: Figure, change: Change, said: str, dry_run: bool,
    deliver: tuple[str | None, Path | None, bool],
) -> None:  # fmt: skip
    from readiness.cli.changes import figure as printed
    from readiness.export import tables
    from readiness.updating.run import every, path_of

    form, output, bom = deliver
    series = every(index.definitions)[figure.series]
    path = path_of(index.definitions, figure.series)
    name = index.countries[change.country].name
    row = (series.id, change.country, name, change.year, change.before, change.after, series.unit, str(path))
    done = "Would set" if dry_run else "Set"
    text = common.wrapped(
        f"{done} {series.name}, {name} {change.year}: {printed(change.before, None)} to "
        f"{printed(change.after, None)} ({series.unit})."
    )
    where = "Nothing was written.\n" if dry_run else f"Written: {path}\n"
    table = Table(COLUMNS, (row,))
    common.deliver(
        {
            "table": lambda: f"{text}\n{said}{where}",
            "csv": lambda: tables.to_csv(table, bom=bom),
            "json": lambda: tables.to_json({"written": not dry_run}, "figures", table),
        },
        form, output, name="set",
    )  # fmt: skip
