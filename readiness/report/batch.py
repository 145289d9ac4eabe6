"""Many reports: one file a country, and a failed one never costs the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from readiness import jobs
from readiness.errors import MissingLibraryError, ReadinessError
from readiness.export import files
from readiness.report import design
from readiness.report.attachments import Attachments
from readiness.report.design import Design
from readiness.report.html import Pages
from readiness.report.model import CountryProfile


@dataclass(frozen=True)
class Outcome:
    """What became of one report: its file, or the error."""

    country: str
    path: Path
    error: str | None = None


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


def write(
    request: Request, countries: Sequence[tuple[str, Path]], making: Making, processes: int = 1
) -> Iterator[Outcome]:
    """Write the report of each country to its path; a failed one never costs the others.

    Parameters
    ----------
    processes
        So many work at once; the reports are the same, and come in the same order.

    Raises
    ------
    MissingLibraryError
        When no report can be made at all.
    """
    yield from jobs.run(_writer, (request, making), countries, processes)


def _writer(request: Request, making: Making) -> Callable[[tuple[str, Path]], Outcome]:
    return partial(_written, request, making)


def _written(request: Request, making: Making, target: tuple[str, Path]) -> Outcome:
    code, path = target
    try:
        profile = request.index.profile(
            code, request.framework, peers=request.peers, previous=request.previous
        )
        files.write(path, content(profile, making))
        if making.charts is not None:
            _charts(profile, making.charts, making.design or design.default())
    except MissingLibraryError:
        raise
    except Exception as error:  # one country never costs the others
        return Outcome(code, path, told(error))
    return Outcome(code, path)


def told(error: Exception) -> str:
    """Return an error in one line: a bug's with its kind."""
    return str(error) if isinstance(error, ReadinessError) else f"{type(error).__name__}: {error}"


def _charts(profile: CountryProfile, folder: Path, look: Design) -> None:
    from readiness.report import chart_files

    chart_files.write(profile, folder, look.palette, disclaimer=look.theme.disclaimer)
