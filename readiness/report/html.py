"""A profile as HTML: templates filled with its plain values."""

from __future__ import annotations

from typing import Literal

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
    look = design or designs.default()
    page = look.render(
        REPORT, profile=profile, pages=pages, css=Markup(look.sheets) if inline else None,
        logo=look.logo(inline=inline),
        generator=stamp.generator(), dated=stamp.dated(profile).date().isoformat(),
        properties={} if inline else stamp.properties(),
    )  # fmt: skip
    return look.embedded(page) if inline else page
