"""What commands share: options, loading, resolving names, and where the result goes."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from readiness.errors import ReadinessError, did_you_mean, listed

if TYPE_CHECKING:
    from readiness.export.printed import Printed
    from readiness.index import Index
    from readiness.scores import Scores, Table
    from readiness.sources.base import Kind

F = TypeVar("F", bound=Callable[..., Any])

SUFFIXES = {
    ".csv": "csv", ".json": "json", ".xlsx": "xlsx", ".txt": "table", ".pdf": "pdf", ".html": "html",
    ".md": "md", ".tex": "latex", ".parquet": "parquet",
}  # fmt: skip


class WithKinds(click.Command):
    """A command whose help ends in the kinds of source there are."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the kinds, with their settings."""
        from readiness.sources import registry

        with formatter.section("Kinds of source (update: {from: KIND, ...})"):
            rows = [(name, _kind(registry.kind(name))) for name in registry.names()]
            formatter.write_dl([*rows, (registry.MANUAL, "kept by hand; not asked")])


def _kind(kind: Kind) -> str:
    fields = kind.settings.model_fields.items()
    keys = [field.alias or name for name, field in fields if name != "from_"]
    mark = "" if kind.verified else " Experimental: read by its documented form."
    return f"{kind.title}.{mark} Settings: {listed(keys)}."


def index_options(function: F) -> F:
    """Add `--indicators` and `--framework`."""
    function = click.option(
        "--framework", metavar="ID", help="Which framework; the only one or 'pillars' by default."
    )(function)
    return click.option(
        "--indicators", "folder", metavar="DIR", type=click.Path(path_type=Path),
        help="An index folder, or a zip of one. Default: the bundled index.",
    )(function)  # fmt: skip


def own_index_options(function: F) -> F:
    """Add `--indicators` for commands that write into it, and `--framework`."""
    function = click.option(
        "--framework", metavar="ID", help="Which framework; the only one or 'pillars' by default."
    )(function)
    return click.option(
        "--indicators", "folder", metavar="DIR", type=click.Path(path_type=Path),
        help="An index folder of your own. Default: ./indicators.",
    )(function)  # fmt: skip


def work_options(function: F) -> F:
    """Add `--jobs` and `--scheduler`."""
    function = click.option(
        "--scheduler", metavar="ADDRESS", help="A Dask cluster does the work: tcp://10.0.0.5:8786."
    )(function)
    return click.option(
        "--jobs", metavar="N", type=click.IntRange(1), default=1, help="So many processes. Default: 1."
    )(function)


def output_options(*formats: str) -> Callable[[F], F]:
    """Add `--format`, `-o` and `--bom`."""

    def add(function: F) -> F:
        function = click.option("--bom", is_flag=True, help="Begin CSV with a mark that Excel needs.")(
            function
        )
        function = click.option(
            "-o", "output", metavar="PATH", type=click.Path(path_type=Path),
            help="Write to this file (its ending says the format), or into this folder.",
        )(function)  # fmt: skip
        return click.option(
            "--format", "form", metavar="|".join(formats), callback=_format_of(formats),
            help="Default: table in a terminal, csv elsewhere.",
        )(function)  # fmt: skip

    return add


def _format_of(formats: Sequence[str]) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    def check(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
        if value is not None and value.casefold() not in formats:
            hint = did_you_mean(value, formats) or f"It is {listed(formats, 'or')}"
            raise ReadinessError(f"unknown format {value!r}", hint)
        return value.casefold() if value else None

    return check


def section_of(name: str | None, sections: Collection[str]) -> str | None:
    """Return a section of a command's result by its name, in any case; None where none is named.

    Raises
    ------
    ReadinessError
        When there is no such section.
    """
    if name is None or name.casefold() in sections:
        return name and name.casefold()
    hint = did_you_mean(name, sections) or f"It is {listed(sections, 'or')}"
    raise ReadinessError(f"unknown section {name!r}", hint)


def load(folder: Path | None, *, warn: bool = True) -> Index:
    """Load an index; its warnings go to stderr."""
    from readiness.index import Index

    index = Index.load(folder)
    if warn:
        for warning in index.warnings:
            note(str(warning))
    return index


def content(path: Path, limit: int) -> bytes:
    """Read a file that the caller names; a pipe into which nobody writes is empty, and not waited for.

    Raises
    ------
    ReadinessError
        When it cannot be read, or has more than `limit` bytes.
    """
    try:
        with open(path, "rb", opener=_at_once) as file:
            found = file.read(limit + 1)
    except OSError as error:
        raise ReadinessError(f"cannot read {path}: {error.strerror or error}") from error
    if len(found) > limit:
        raise ReadinessError(f"{path} has more than {limit / 1e6:,.0f} MB")
    return found


def _at_once(path: str, flags: int) -> int:
    if not hasattr(os, "O_NONBLOCK"):  # Windows, where a pipe is no file
        return os.open(path, flags)
    handle = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(handle, True)
    return handle


def note(text: str) -> None:
    """Print one line to stderr, unwrapped."""
    click.echo(text, err=True)


def progress(path: Path) -> None:
    """Print a file that was written; the work goes on where nobody reads it any longer."""
    try:
        click.echo(path)
    except BrokenPipeError:
        mute()


def mute() -> None:
    """Send what is still to come on stdout nowhere, so that Python does not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def chosen(index: Index, names: Iterable[str], group: str | None, among: Sequence[str]) -> list[str] | None:
    """Resolve names and a group to codes that a framework assesses; None where none are named.

    Raises
    ------
    ReadinessError
        When a name is unknown, or the framework assesses no such country.
    """
    found: list[str] = []
    for name in names:
        country = index.countries.find(name)
        if country.code not in among:
            raise ReadinessError(f"{country.name} ({country.code}) is not in this framework")
        found.append(country.code)
    if group is not None:
        found += [code for code in index.countries.in_group(group) if code in among]
        if not found:
            raise ReadinessError(f"this framework has no country of the group {group!r}")
    return list(dict.fromkeys(found)) or None


def peers(index: Index, text: str | None) -> str | list[str] | None:
    """Resolve `--peers`: `KEY` or `KEY=VALUE` of a group, else countries with commas between them.

    Raises
    ------
    ReadinessError
        When there is no such group or country.
    """
    if text is None or text == "similar":
        return text
    if "=" in text or any(text.casefold() == key.casefold() for key in index.countries.groups()):
        return text
    return [index.countries.find(name.strip()).code for name in text.split(",")]


def deliver(
    writers: dict[str, Callable[[], bytes | str]], form: str | None, output: Path | None, *, name: str
) -> None:
    """Make the result in the format wanted and put it on stdout or into a file.

    Parameters
    ----------
    writers
        What makes each format: bytes, or text for a terminal.
    form
        The format asked for; else the ending of `output`, else table in a terminal and
        csv elsewhere.
    name
        The stem of the file where `output` is a folder.
    """
    target, form = _target(form, output, name, tuple(writers))
    if form not in writers:
        raise ReadinessError(f"this table has no format {form!r}", f"It has {listed(writers)}")
    content = writers[form]()
    data = content.encode("utf-8") if isinstance(content, str) else content
    if target is not None:
        from readiness.export import files

        note(str(files.write(target, data)))
        return
    if form in ("xlsx", "parquet") and sys.stdout.isatty():
        what = "a workbook" if form == "xlsx" else "Parquet"
        raise ReadinessError(f"{what} cannot go to the terminal", f"Name a file with -o {name}.{form}")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def printed(make: Callable[[], Printed]) -> dict[str, Callable[[], bytes | str]]:
    """Return what makes the formats for people of a table: Markdown, HTML, LaTeX."""
    from readiness.export.printed import WRITERS

    return {form: functools.partial(_made, writer, make) for form, writer in WRITERS.items()}


def _made(writer: Callable[[Printed], bytes], make: Callable[[], Printed]) -> bytes:
    return writer(make())


def _target(
    form: str | None, output: Path | None, name: str, formats: tuple[str, ...]
) -> tuple[Path | None, str]:
    if output is None:
        fallback = "table" if sys.stdout.isatty() else "csv"
        return None, form or (fallback if fallback in formats else formats[0])
    if (ending := file_type(output)) is not None:
        of_suffix = SUFFIXES.get(ending)
        if form is None and of_suffix not in formats:
            raise ReadinessError(f"{output}: the ending {ending!r} is no format of this command",
                                 f"Use --format, or {listed(formats, 'or')}")  # fmt: skip
        return output, form or str(of_suffix)
    form = form or "csv"
    suffix = {value: key for key, value in SUFFIXES.items()}[form]
    return output / f"{name}{suffix}", form


def file_type(path: Path) -> str | None:
    """Return the ending of a file's name, `.csv`; None for a folder, which `reports-2026.1` is too."""
    ending = path.suffix.casefold()
    return ending if ending[1:2].isalpha() and not path.is_dir() else None


def screen() -> int | None:
    """Columns of the terminal; None where stdout is not one, and lines may be of any length."""
    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else None


def wrapped(text: str, indent: str = "") -> str:
    """Return a text in lines of the terminal's width, 80 where stdout is none."""
    import textwrap

    return textwrap.fill(text, screen() or 80, initial_indent=indent, subsequent_indent=indent)


def plain_table(table: Table, left: Sequence[str] = (), keys: Sequence[str] = ()) -> str:
    """Return a table of plain values for the terminal; `left` columns are text."""
    from readiness.export import text

    columns = [
        text.Column(
            heading.replace("_", " "),
            [text.number(row[number]) for row in table.rows],
            "left" if heading in left else "right",
            heading in keys,
        )
        for number, heading in enumerate(table.columns)
    ]
    return text.render(columns, screen())


def footnotes(scores: Scores, shown: Iterable[str], missing: bool) -> str:
    """Return the lines under a table: what a dash means, and what a node's name does not say."""
    from readiness.export.text import MISSING

    lines = [f"{MISSING} missing, or too few figures for a rank"] if missing else []
    names = set(shown)
    lines += [
        f"{node.title}: {node.note}"
        for node in scores.framework.tree.nodes()
        if node.note and node.id in names
    ]
    return "".join(f"\n{line}" for line in lines) + "\n" if lines else ""
