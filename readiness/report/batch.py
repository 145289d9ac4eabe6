"""Many reports: one file a country, and a failed one never costs the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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


def write(
    profile_of: Callable[[str], CountryProfile], countries: Sequence[tuple[str, Path]], making: Making
) -> Iterator[Outcome]:
    """Write the report of each country to its path, one after another.

    Raises
    ------
    MissingLibraryError
        When no report can be made at all.
    """
    for code, path in countries:
        try:
            profile = profile_of(code)
            files.write(path, content(profile, making))
            if making.charts is not None:
                _charts(profile, making.charts, making.design or design.default())
        except MissingLibraryError:
            raise
        except Exception as error:  # one country never costs the others
            yield Outcome(code, path, told(error))
        else:
            yield Outcome(code, path)


def told(error: Exception) -> str:
    """Return an error in one line: a bug's with its kind."""
    return str(error) if isinstance(error, ReadinessError) else f"{type(error).__name__}: {error}"


def _charts(profile: CountryProfile, folder: Path, look: Design) -> None:
    from readiness.report import chart_files

    chart_files.write(profile, folder, look.palette, disclaimer=look.theme.disclaimer)
