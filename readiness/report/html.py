"""A profile as HTML: Jinja templates in a sandbox, and the CSS beside them."""

from __future__ import annotations

import functools
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from readiness import resources
from readiness._version import __version__
from readiness.errors import counted, listed
from readiness.export.numbers import MINUS, ordinal, printed
from readiness.report import charts, method, phrases, ranges
from readiness.report.model import CountryProfile

CSS = ("tokens.css", "report.css")
FONTS = "fonts.css"


@functools.cache
def environment() -> SandboxedEnvironment:
    """Return the Jinja environment: sandboxed, escaping everything, no undefined names."""
    env = SandboxedEnvironment(
        loader=FileSystemLoader(resources.bundled("templates")), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    env.filters |= {"printed": printed, "ordinal": ordinal, "score": _score, "listed": listed, "link": _link}
    env.globals |= {"phrases": phrases, "ranges": ranges, "method": method, "charts": _Charts(),
                    "counted": counted, "version": __version__}  # fmt: skip
    return env


def stylesheet(*, fonts: bool = False) -> str:
    """Return the report's CSS, with the faces of the PDF or without."""
    folder = resources.bundled("templates")
    names = (FONTS, *CSS) if fonts else CSS
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def render(profile: CountryProfile, *, inline: bool = False) -> str:
    """Return a country's report as one HTML document.

    Parameters
    ----------
    inline
        Put the CSS into the document, so that a browser shows it; the PDF shares one
        stylesheet instead.
    """
    template = environment().get_template("country/report.html.j2")
    css = Markup(stylesheet()) if inline else None
    return template.render(profile=profile, css=css)


class _Charts:
    """The chart functions for templates: what they return is markup, their texts are escaped."""

    def __getattr__(self, name: str) -> Any:
        draw = getattr(charts, name)
        return lambda *args, **options: Markup(draw(*args, **options))


def _score(value: float | None) -> str:
    """Return a score with one decimal; a dash where there is none."""
    return "–" if value is None else f"{value:.1f}".replace("-", MINUS)


def _link(url: str | None) -> str | None:
    """Return an address if it is one of the web, so that no other scheme becomes a link."""
    return url if url and url.startswith(("https://", "http://")) else None
