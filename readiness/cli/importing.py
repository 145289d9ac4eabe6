"""`readiness import`: figures from a table of yours, or a whole index from COINr or the COIN Tool."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli import common
from readiness.errors import ReadinessError, UnknownNameError, did_you_mean

if TYPE_CHECKING:
    from readiness.sources.base import Row
    from readiness.sources.tables import Layout, TableData
    from readiness.updating.by_hand import Names

# What columns are often called, the surest first; which ones are taken is said.
COUNTRY = (
    "iso3", "iso3c", "iso 3", "iso code", "country code", "countrycode", "code", "alpha 3", "iso2", "country",
    "country name", "countryname", "economy", "entity", "ref area", "geo", "location", "name",
)  # fmt: skip
YEAR = ("year", "time", "time period", "date", "period")
VALUE = ("value", "obs value", "figure", "amount", "score")
INDICATOR = ("indicator", "series", "variable", "indicator code", "id")


@click.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--indicator", metavar="ID", help="The indicator that all figures are of.")
@click.option("--indicator-column", metavar="NAME", help="The column of indicator ids, for several at once.")
@click.option("--country-column", metavar="NAME", help="The column of country codes or names.")
@click.option("--year-column", metavar="NAME", help="The column of years.")
@click.option("--year", type=click.IntRange(1000, 9999), metavar="YEAR", help="The year of all figures.")
@click.option("--value-column", metavar="NAME", help="The column of figures.")
@click.option("--where", metavar="NAME=VALUE", multiple=True, help="Only rows whose column says this.")
@click.option("--factor", type=float, default=1.0, metavar="F", help="Multiply all figures by this.")
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook; the first one by default.")
@click.option("--header-row", type=click.IntRange(1, 1000), metavar="N", help="The row that names columns.")
@click.option("--encoding", metavar="NAME", help="Of a CSV that is not UTF-8: latin-1, cp1252 ...")
@click.option("--delimiter", metavar="CHAR", help="Of a CSV; found in its first line by default.")
@click.option("--decimal", type=click.Choice([".", ","]), default=".", help="The sign before decimals.")
@click.option("--as", "are", metavar="NAME=CODE", multiple=True, help="A place, and the country it is.")
@click.option("--leave-out", metavar="NAME", multiple=True, help="A place to leave out, like World.")
@click.option("--leave-out-all", is_flag=True, help="Leave out every place that is no country.")
@click.option("--only-newer", is_flag=True, help="Only figures of later years; revisions stay out.")
@click.option("--accept", "accepted", metavar="ID", multiple=True, help="Take what was held back of it.")
@click.option("--dry-run", is_flag=True, help="Say what it would change and mean; write nothing.")
@click.option("--coinr", is_flag=True, help="FILEs are iData.csv and iMeta.csv of COINr.")
@click.option("--coin-tool", is_flag=True, help="FILE is a workbook of the JRC's COIN Tool.")
@click.option(
    "--impute", metavar="METHOD[=GROUP]", help="Of that index, like group-mean=Region. Default: none."
)
@click.option("--treat", metavar="METHOD", help="Of that index. Default: COINr's, winsorise-then-log.")
@common.own_index_options
@common.output_options("table", "csv", "json")
def command(
    paths: tuple[Path, ...], folder: Path | None, framework: str | None, form: str | None,
    output: Path | None, bom: bool, coinr: bool, coin_tool: bool, dry_run: bool, only_newer: bool,
    accepted: tuple[str, ...], **said: Any,
) -> None:  # fmt: skip
    """Import figures from a CSV or workbook; or a whole index from COINr.

    \b
    readiness import access.csv --indicator electricity_access
    readiness import wb.xlsx --indicator internet_users --sheet Data
    readiness import tidy.csv --indicator-column series --dry-run
    readiness import --coinr iData.csv iMeta.csv -o my-index
    readiness import --coin-tool tool.xlsx --year 2024 -o my-tool

    Columns with usual names are found, and named on stderr; where no column
    is called year or value, columns headed by a year are taken. Countries in
    any spelling; a place that is none stops the import, with the nearest
    names, until --as or --leave-out says what to do with it.

    The table should come from the source that the indicator names. What it
    does not list stays as it is. Figures that look wrong are
    held back as `readiness update` does, until --accept ID. Writes into the
    index folder of your own: --indicators DIR, else ./indicators.

    --coinr and --coin-tool make a new folder, -o DIR, of an index that was
    made elsewhere: its tree, weights, directions, denominators and figures.
    What its files do not say of the method are --impute, --treat and, where
    they have no time, --year; scores are by min-max and arithmetic means.

    CSV columns: those of `readiness update`.
    """
    if coinr or coin_tool:
        _whole_index(paths, coinr, coin_tool, output, said)
        return
    if len(paths) > 1:
        raise ReadinessError("one FILE at a time", "For COINr's iData.csv and iMeta.csv add --coinr")
    _figures(
        paths[0], said, folder=folder, framework=framework, dry_run=dry_run, only_newer=only_newer,
        accepted=accepted, deliver=(form, output, bom),
    )  # fmt: skip


def _whole_index(
    paths: Sequence[Path], coinr: bool, coin_tool: bool, output: Path | None, said: dict[str, Any]
) -> None:  # fmt: skip
    """Write an index that was made elsewhere as a folder of ours."""
    from readiness.export import files
    from readiness.importing import coin_tool as workbook
    from readiness.importing import coinr as tables
    from readiness.importing.deck import Method, folder

    if coinr and coin_tool:
        raise ReadinessError("--coinr and --coin-tool are two kinds of files", "Name one of them")
    if len(paths) != (2 if coinr else 1):
        takes = (
            "--coinr takes two files, iData.csv and iMeta.csv" if coinr else "--coin-tool takes one workbook"
        )
        raise ReadinessError(takes)
    if output is None:
        raise ReadinessError("no folder is named for the index", "Name a new one with -o DIR")
    contents, year = [_bytes(path) for path in paths], said["year"]
    if coinr:
        deck = tables.read(contents[0], contents[1], (paths[0].name, paths[1].name), year=year)
    elif year is None:
        raise ReadinessError("the workbook does not say the year of its figures", "Say it with --year")
    else:
        deck = workbook.read(contents[0], paths[0].name, year=year)
    made = folder(deck, Method(_impute(said["impute"]), _treat(said["treat"])))
    _refuse_unloadable(made, output)
    files.empty_folder(output)
    for name, content in made.items():
        common.progress(files.write(output / name, content))


def _refuse_unloadable(made: dict[str, bytes], output: Path) -> None:
    """Load the folder before it is written, as if it lay where it is meant to."""
    import tempfile
    from dataclasses import replace

    from readiness.errors import DefinitionError
    from readiness.export import files

    with tempfile.TemporaryDirectory() as there:
        for name, content in made.items():
            files.write(Path(there) / name, content)
        try:
            common.load(Path(there))
        except DefinitionError as error:
            here = [replace(item, file=item.file.replace(there, str(output))) for item in error.problems]
            raise DefinitionError(here) from None


def _impute(text: str | None) -> dict[str, Any]:
    """Return the framework's imputation: `METHOD` or `METHOD=GROUP`."""
    method, _, group = (text or "none").partition("=")
    return {"method": method, **({"group": group} if group else {})}


def _treat(text: str | None) -> dict[str, Any]:
    """Return the framework's treatment; COINr's own where none is named."""
    return {"method": "winsorise-then-log", "log": "ct"} if text is None else {"method": text}


def _bytes(path: Path) -> bytes:
    from readiness.sources.client import Limits

    return common.content(path, Limits().size)


def _figures(
    path: Path, said: dict[str, Any], *, folder: Path | None, framework: str | None, dry_run: bool,
    only_newer: bool, accepted: Sequence[str], deliver: tuple[str | None, Path | None, bool],
) -> None:  # fmt: skip
    from readiness.cli import update
    from readiness.updating import by_hand, run
    from readiness.updating import folder as folders

    root = folders.writable(folder)
    with folders.locked(root):
        index = common.load(root)
        definitions = index.definitions
        request = run.Request(
            datetime.now(UTC).date(), only_newer=only_newer, partial=True, accepted=frozenset(accepted)
        )
        names = _names(said, definitions.countries)
        tables: dict[str, list[Row]] = {}
        for name, rows in _tables(path, said, list(run.every(definitions))).items():
            tables[name], left = by_hand.named(rows, definitions, names)
            if left:
                common.note(f"Left out: {', '.join(left[:20])}{' ...' if len(left) > 20 else ''}")
        outcomes = by_hand.compare(definitions, tables, request)
        read = run.contents(definitions, [item.id for item in outcomes])
        meant = update.meant(index, outcomes, framework)
        if not dry_run:
            outcomes = run.write(definitions, outcomes, read, request)
    form, output, bom = deliver
    common.deliver(update.writers(outcomes, meant, request, dry_run, bom), form, output, name="import")
    if run.failed(outcomes):
        sys.exit(1)


def _names(said: dict[str, Any], countries: Any) -> Names:
    from readiness.updating.by_hand import Names

    are = dict(_pair(text, "--as") for text in said["are"])
    for place, code in are.items():
        are[place] = countries.find(code).code
    return Names(are, frozenset(said["leave_out"]), said["leave_out_all"])


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.rpartition("=")
    if not sign or not name or not value:
        raise ReadinessError(f"{option} {text!r} is not NAME=VALUE")
    return name.strip(), value.strip()


def _tables(path: Path, said: dict[str, Any], known: Sequence[str]) -> dict[str, list[Row]]:
    """Read the file; return its rows by indicator."""
    from readiness.errors import ReadinessError
    from readiness.sources import tables

    content = _bytes(path)
    try:
        table = tables.read(content, tables.form_of(path.name), _layout(said))
        if said["indicator"] is not None:
            if said["indicator_column"] is not None:
                raise ReadinessError("--indicator and --indicator-column exclude each other")
            return {_known(said["indicator"], known): _rows(table, said)}
        column = _column(table, said["indicator_column"], INDICATOR, "indicator")
        if column is None:
            raise ReadinessError("no indicator is named", "Add --indicator ID, or --indicator-column NAME")
        return _by_indicator(table, column, said, known)
    except ReadinessError as error:
        if isinstance(error, UnknownNameError):
            raise
        raise ReadinessError(f"{path}: {error.message}", error.hint) from error


def _layout(said: dict[str, Any]) -> Layout:
    from readiness.sources.tables import Layout

    return Layout(said["encoding"], said["delimiter"], said["decimal"], said["sheet"], said["header_row"])


def _known(name: str, known: Sequence[str]) -> str:
    if name not in known:
        hint = did_you_mean(name, known) or "`readiness indicators` lists them"
        raise UnknownNameError(f"unknown indicator {name!r}", hint)
    return name


def _by_indicator(
    table: TableData, column: str, said: dict[str, Any], known: Sequence[str]
) -> dict[str, list[Row]]:
    from readiness.sources import tables

    at = table.at(column)
    groups: dict[str, list[Any]] = {}
    for row in table.rows:
        name = tables.text(row[at]) if at < len(row) else ""
        if name:
            groups.setdefault(name, []).append(row)
    for name in groups:
        _known(name, known)
    return {name: _rows(tables.TableData(table.columns, rows), said, quiet=number > 0)
            for number, (name, rows) in enumerate(groups.items())}  # fmt: skip


def _rows(table: TableData, said: dict[str, Any], *, quiet: bool = False) -> list[Row]:
    """Read the rows of one indicator; which columns are taken is said."""
    from readiness.sources import columns

    country = _column(table, said["country_column"], COUNTRY, "country")
    year = said["year"] or _column(table, said["year_column"], YEAR, "year")
    value = _column(table, said["value_column"], VALUE, "value")
    wide = value is None and year is None
    _refuse_missing(table, country, year or wide, value or wide)
    assert country is not None
    if not quiet:
        years = "columns headed by a year" if wide else f"year {year!r}"
        common.note(f"Columns: country {country!r}, {years}{'' if wide else f', value {value!r}'}")
    chosen = columns.Columns(
        country, None if wide else year, value, dict(_pair(text, "--where") for text in said["where"]),
        said["factor"],
    )  # fmt: skip
    found = columns.answer(table, chosen, decimal=said["decimal"])
    for text in found.left_out:
        common.note(f"Left out: {text}")
    return list(found.rows)


def _refuse_missing(table: TableData, country: object, year: object, value: object) -> None:
    from readiness.errors import listed

    has = f"there is {listed(table.columns[:12])}"
    for found, what, hint in (
        (country, "country", f"Name it with --country-column; {has}"),
        (year, "year", f"Name it with --year-column, or one year with --year; {has}"),
        (value, "figure", f"Name it with --value-column; {has}"),
    ):
        if not found:
            raise ReadinessError(f"no column says the {what}", hint)


def _column(table: TableData, wanted: str | None, usual: Sequence[str], what: str) -> str | None:
    """Return the column that is named, else the first that has a usual name."""
    if wanted is not None:
        return table.columns[table.at(wanted)]
    folded = {name.casefold().replace("_", " ").replace("-", " ").strip(): name for name in table.columns}
    return next((folded[name] for name in usual if name in folded), None)
