"""Many reports: one file a country, and a failed one never costs the others.

Reports are made here, by several processes or by a cluster; this process alone writes them, so that a
cluster needs no folder in common with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from readiness import jobs
from readiness.errors import MissingLibraryError, ReadinessError, listed
from readiness.export import files
from readiness.report import design, kept, stamp
from readiness.report.attachments import Attachments
from readiness.report.design import Design
from readiness.report.html import Pages
from readiness.report.kept import Records
from readiness.report.model import CountryProfile


@dataclass(frozen=True)
class Outcome:
    """What became of one report: its file, or the error; `kept` where it said the same already."""

    country: str
    path: Path
    error: str | None = None
    kept: bool = False


@dataclass(frozen=True)
class Making:
    """How reports are made: the format, the design, which pages, and what travels inside a PDF.

    `charts` is a folder for each chart as a file of its own.
    """

    form: str = "pdf"
    design: Design | None = None
    pages: Pages = "full"
    pdfa: bool = False
    attachments: Attachments | None = None
    charts: Path | None = None


def content(profile: CountryProfile, making: Making) -> bytes:
    """Return one report as `pdf` or `html`."""
    if making.form == "html":
        from readiness.report import html

        text = html.render(profile, design=making.design, pages=making.pages, inline=True)
        return text.encode("utf-8")
    from readiness.report import pdf

    attached = () if making.attachments is None else making.attachments.of(profile)
    return pdf.render(
        profile, design=making.design, pages=making.pages, attachments=attached,
        variant="pdf/a-3a" if making.pdfa else "pdf/ua-1",
    )  # fmt: skip


class Profiler(Protocol):
    """What is asked for profiles: `readiness.index.Index` answers."""

    def profile(
        self, country: str, framework: str | None = None, *, peers: Any = None, previous: Any = None
    ) -> CountryProfile:
        """Return what a country's report says."""


@dataclass(frozen=True)
class Request:
    """Which profiles are wanted: of which framework, beside which peers, since which edition."""

    index: Profiler
    framework: str | None = None
    peers: str | Sequence[str] | None = None
    previous: Any = None


@dataclass(frozen=True)
class Target:
    """A report that is wanted: of whom, where, and the hash of the content that is there already."""

    country: str
    path: Path
    known: str | None = None


@dataclass(frozen=True)
class Made:
    """What a process has made of a target: the files, the hash of their content; or the error.

    No file where the content is the known one.
    """

    target: Target
    files: Mapping[Path, bytes] = field(default_factory=dict, repr=False)
    content: str | None = None
    error: str | None = None


def write(
    request: Request, countries: Sequence[tuple[str, Path]], making: Making, processes: int = 1, *,
    scheduler: str | None = None, records: Records | None = None, force: bool = False,
) -> Generator[Outcome, None, None]:  # fmt: skip
    """Write the report of each country to its path; a failed one never costs the others.

    Parameters
    ----------
    processes
        So many work at once; the reports are the same, and come in the same order.
    scheduler
        The address of a Dask cluster that makes them in their place.
    records
        Where it is written down what was made. A report whose content is the same and whose file is
        as it was written is kept; with `force` it is made all the same.

    Raises
    ------
    MissingLibraryError
        When no report can be made at all.
    ReadinessError
        When the cluster does not answer, or a worker of it has other versions.
    """
    known = {} if records is None or force else records.known()
    targets = [
        Target(code, path, known.get(records.relative(path)) if records else None) for code, path in countries
    ]
    if making.attachments is not None and making.form == "pdf":
        making = replace(making, attachments=making.attachments.read())
    arguments = (request, making, records is not None, stamp.versions())
    made = jobs.run(_maker, arguments, targets, processes, scheduler=scheduler, lost=_lost)
    with contextlib.closing(made):
        for one in made:
            yield _written(one, records)


def _lost(target: Target) -> Made:
    return Made(target, error=jobs.STOPPED)


def _maker(
    request: Request, making: Making, hashed: bool, versions: Mapping[str, str]
) -> Callable[[Target], Made]:
    """Return what makes a report; in a process whose libraries are those of the first one."""
    others = [name for name, found in stamp.versions().items() if versions.get(name) != found]
    if others:
        raise ReadinessError(
            f"a worker has other versions of {listed(others)} than this machine",
            "Only the same versions give the same reports",
        )
    return partial(_made, request, making, hashed)


def _made(request: Request, making: Making, hashed: bool, target: Target) -> Made:
    try:
        profile = request.index.profile(
            target.country, request.framework, peers=request.peers, previous=request.previous
        )
        digest = kept.digest(profile, making) if hashed else None
        if digest is not None and digest == target.known:
            return Made(target, content=digest)
        found = {target.path: content(profile, making)}
        if making.charts is not None:
            found |= _charts(profile, making.charts, making.design or design.default())
    except MissingLibraryError:
        raise
    except Exception as error:  # one country never costs the others
        return Made(target, error=told(error))
    return Made(target, found, digest)


def _written(made: Made, records: Records | None) -> Outcome:
    country, path = made.target.country, made.target.path
    if made.error is not None:
        return Outcome(country, path, made.error)
    try:
        for file, data in made.files.items():
            files.write(file, data)
    except ReadinessError as error:
        return Outcome(country, path, told(error))
    if records is not None and made.content is not None and made.files:
        records.keep(path, made.content, made.files)
    return Outcome(country, path, kept=not made.files)


def told(error: Exception) -> str:
    """Return an error in one line: a bug's with its kind."""
    return str(error) if isinstance(error, ReadinessError) else f"{type(error).__name__}: {error}"


def _charts(profile: CountryProfile, folder: Path, look: Design) -> dict[Path, bytes]:
    from readiness.report import chart_files

    made = chart_files.contents(profile, look.palette, disclaimer=look.theme.disclaimer)
    return {folder / name: data for name, data in made}
