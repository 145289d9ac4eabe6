"""A page of the site: a filled template with its styles and script inside it, and a strict policy.

Each page stands alone: it reads no other file, so that it works from a folder as from a server. Its
Content-Security-Policy lets nothing run or style but what is in the page, told by its hash.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from readiness.report.charts import world
from readiness.report.design import Design
from readiness.report.palette import COLOURS, Palette, contrast, mixed

_BROWSER = Path(__file__).parent / "browser"
_STYLE = re.compile(r' style="([^"<>&{}]*)"')
_COLOUR = re.compile(r'="(#[0-9a-f]{6})"')
_SIZE = re.compile(r' width="([\d.]+)mm" height="([\d.]+)mm"')
# A chart's text is as large as the page's when it is drawn so many times its size on paper.
_LARGER = 1.35
# Wider ones cannot be read on a telephone: there they scroll.
_BROAD = 200.0
# The page at night; the accent is lightened until it is read there.
_NIGHT = Palette(
    ink="#e8eaed", mid="#a6adb5", light="#6b737c", rule="#343a41", track="#23282e", paper="#14171a",
    accent="#0b6e7f", accent_soft="#1f4b53", peer="#e8eaed",
)  # fmt: skip
BANDS = 5


@dataclass(frozen=True)
class Link:
    """An entry of the navigation; `carries` takes the reader's weights along."""

    href: str
    title: str
    carries: bool = False


@dataclass(frozen=True)
class Pages:
    """Fills the pages of one site.

    Attributes
    ----------
    look
        The design: templates, palette, publisher.
    common
        What every template is given.
    """

    look: Design
    common: Mapping[str, Any]
    _token: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    def page(
        self, path: str, template: str, scripts: Sequence[str], *, report: bool = False, **context: Any
    ) -> bytes:
        """Return a page.

        Parameters
        ----------
        path
            Where it will lie in the site, from which links to other pages are made.
        scripts
            The files of `browser/` that it runs, in their order.
        report
            With the styles of the country report.
        """
        script = _script(("base", *scripts))
        page = self.look.render(
            f"explorer/{template}.html.j2", web=True, root="../" * path.count("/"), here=path,
            head=Markup(self._token), script=Markup(script), **{**self.common, **context},
        )  # fmt: skip
        page = _enlarged(_recoloured(page, self.look.palette))
        page, rules = _out_of_line(page)
        css = "\n".join([_css(self.look, report), *rules])
        return page.replace(self._token, _head(css, script)).encode("utf-8")


def embedded(value: Any) -> Markup:
    """Return a value as JSON that can stand inside a `<script type="application/json">`."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def _head(css: str, script: str) -> str:
    """Return the policy and the styles."""
    policy = (
        f"default-src 'none'; style-src '{_sha256(css)}'; script-src '{_sha256(script)}'; img-src data:; "
        "font-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>{css}</style>'


def _sha256(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


@functools.cache
def _script(names: tuple[str, ...]) -> str:
    """Return the scripts as one, without the lines that only a reader of the source needs."""
    text = "\n".join((_BROWSER / f"{name}.js").read_text(encoding="utf-8") for name in names)
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("//")]
    return "\n".join(kept) + "\n"


@functools.lru_cache(maxsize=4)
def _css(look: Design, report: bool) -> str:
    """Return the styles of a page: the report's where it has some of it, the site's, by day and by night."""
    base = look.sheets if report else f":root {{ {look.palette.css()} }}"
    day, night = look.palette, _night(look.palette)
    return "\n".join([
        base,
        f":root {{ {_bands(day)} }}",
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {night.css()} {_bands(night)} }} }}",
        look.site_sheet,
    ]).replace("\r", "")  # fmt: skip


def _night(day: Palette) -> Palette:
    """Return the palette for dark screens: the accent of the day, lightened until it can be read."""
    share = 1.0
    while share > 0 and contrast(mixed(day.accent, "#ffffff", share), _NIGHT.paper) < 6:
        share -= 0.05
    accent = mixed(day.accent, "#ffffff", max(share, 0.0))
    values = {name: getattr(_NIGHT, name) for name in COLOURS}
    soft = mixed(accent, _NIGHT.paper, 0.35)
    return Palette(**{**values, "accent": accent, "accent_soft": soft, "family": day.family})


def _bands(palette: Palette) -> str:
    """Return the shades of the map's bands, and the colours of letters on them."""
    found = []
    for band in range(BANDS):
        shade = world.shade(palette, band, BANDS)
        ink = max((palette.ink, palette.paper), key=lambda one: contrast(one, shade))
        found.append(f"--band-{band}: {shade}; --on-band-{band}: {ink};")
    return " ".join(found)


def _recoloured(page: str, palette: Palette) -> str:
    """Name the colours of charts, so that the night can change them."""
    names = {getattr(palette, name): f"var(--{name.replace('_', '-')})" for name in reversed(COLOURS)}
    names |= {world.shade(palette, band, BANDS): f"var(--band-{band})" for band in range(BANDS)}

    def named(found: re.Match[str]) -> str:
        drawn = page.endswith(("fill", "stroke"), 0, found.start())
        return f'="{names[found[1]]}"' if drawn and found[1] in names else found[0]

    return _COLOUR.sub(named, page)


def _enlarged(page: str) -> str:
    """Draw charts of the report larger than on paper; styles make them narrower where there is no room."""

    def sized(found: re.Match[str]) -> str:
        width, height = (float(found[n]) * _LARGER for n in (1, 2))
        broad = " data-broad" if width > _BROAD else ""
        return f'{broad} width="{width:.1f}mm" height="{height:.1f}mm"'

    return _SIZE.sub(sized, page)


def _out_of_line(page: str) -> tuple[str, list[str]]:
    """Move the styles that stand in elements into rules, which the policy can know."""
    known: dict[str, int] = {}

    def moved(found: re.Match[str]) -> str:
        return f' data-s="{known.setdefault(found[1], len(known))}"'

    page = _STYLE.sub(moved, page)
    return page, [f'[data-s="{number}"] {{ {style} }}' for style, number in known.items()]
