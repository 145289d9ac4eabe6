"""A profile as HTML: templates filled with its plain values."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from markupsafe import Markup

from readiness.report import design as designs
from readiness.report import stamp
from readiness.report.design import Design
from readiness.report.model import CountryProfile

Pages = Literal["brief", "full"]
REPORT = "country/report.html.j2"


def render(
    profile: CountryProfile, *, design: Design | None = None, pages: Pages = "full", inline: bool = False
) -> str:
    """Return a country's report as one HTML document.

    Parameters
    ----------
    design
        The bundled one where left out.
    pages
        `brief` is the verdict and all figures.
    inline
        Put styles, logo and pictures into the document, so that a browser shows it alone; the PDF
        shares one stylesheet instead.

    Raises
    ------
    ReadinessError
        When a template of the publisher's own is at fault.
    """
    return document(
        REPORT, design or designs.default(), stamp.dated(profile), inline=inline, profile=profile, pages=pages
    )


def document(
    template: str, look: Design, day: datetime.datetime, *, inline: bool = False, **context: Any
) -> str:
    """Return a document of any template, see `render`; `day` is the date of what is in it."""
    page = look.render(
        template, css=Markup(look.sheets) if inline else None, logo=look.logo(inline=inline),
        generator=stamp.generator(), dated=day.date().isoformat(),
        properties={} if inline else stamp.properties(), **context,
    )  # fmt: skip
    return look.embedded(page) if inline else page
