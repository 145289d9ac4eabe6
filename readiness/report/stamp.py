"""What a document says of its own making: the versions behind its bytes, and the date of its data.

The same index, profile and versions give the same bytes, so a reader who wants them again has
to know the versions. No clock is read: a report is dated by the newest figure in it.
"""

from __future__ import annotations

import datetime
import functools
import platform
import re
import zlib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from readiness._version import __version__
from readiness.report.model import CountryProfile, Source

_PACKAGES = ("weasyprint", "pydyf", "tinycss2", "fonttools", "fontpkg-ibm-plex-sans", "pillow", "jinja2",
             "numpy", "scipy", "pandas")  # fmt: skip
# What shapes and cuts the letters, beside the package: the line under "created with".
_NAMED = {"weasyprint": "WeasyPrint", "pango": "Pango", "harfbuzz": "HarfBuzz",
          "fontpkg-ibm-plex-sans": "IBM Plex Sans"}  # fmt: skip


@functools.cache
def versions() -> dict[str, str]:
    """Return the version of everything that a PDF's bytes depend on, by name.

    The libraries outside Python (pango, harfbuzz) are left out where they are not installed.
    """
    found = {"readiness": __version__, "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # pragma: no cover - an optional one of WeasyPrint's
            continue
    return {**found, "zlib": zlib.ZLIB_RUNTIME_VERSION, **_libraries()}


def generator() -> str:
    """Return the package and what draws its letters, in one line."""
    found = versions()
    parts = [f"{word} {found[name]}" for name, word in _NAMED.items() if name in found]
    return f"readiness {__version__} ({', '.join(parts)})"


def properties() -> dict[str, str]:
    """Return the versions as names of a document's properties: letters and digits only."""
    return {f"version{re.sub('[^a-z0-9]', '', name)}": text for name, text in versions().items()}


def dated(profile: CountryProfile) -> datetime.datetime:
    """Return the day of the newest figure's retrieval; else the first day of the framework's year.

    A source that gives a month or a year counts from its first day.
    """
    return dated_by(profile.sources, profile.framework.year)


def dated_by(sources: Iterable[Source], year: int) -> datetime.datetime:
    """Return the same of some sources."""
    day = newest_day((source.retrieved for source in sources), year)
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)


def newest_day(retrieved: Iterable[str | None], year: int) -> datetime.date:
    """Return the newest of some days, months and years, each its first day; else that of a year."""
    # A month or a year is filled up to a day.
    days = [f"{text}-01-01"[:10] for text in retrieved if text]
    whole = [day for day in days if re.fullmatch(r"\d{4}-\d\d-\d\d", day)]
    try:
        return datetime.date.fromisoformat(max(whole, default=f"{year:04d}-01-01"))
    except ValueError:
        return datetime.date(year, 1, 1)


def _libraries() -> dict[str, str]:
    """Return the versions of the libraries that WeasyPrint has loaded."""
    try:
        from weasyprint.text.ffi import harfbuzz, pango
    except (ImportError, OSError):
        return {}
    number = pango.pango_version()
    return {
        "pango": f"{number // 10000}.{number // 100 % 100}.{number % 100}",
        "harfbuzz": _harfbuzz(harfbuzz.hb_version_atleast),
    }


def _harfbuzz(at_least: Any) -> str:
    """Find the version by asking: the one question that WeasyPrint declares."""
    parts = [0, 0, 0]
    for place in range(3):
        while parts[place] < 99 and at_least(*parts[:place], parts[place] + 1, *([0] * (2 - place))):
            parts[place] += 1
    return ".".join(map(str, parts))
