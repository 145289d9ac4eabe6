"""The design of reports: templates, styles, theme and all files behind them, made once for a batch.

Everything a report uses is in memory and checked before a page is laid out; the renderer and the
templates reach nothing else.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import TemplateSyntaxError

from readiness import resources
from readiness._version import __version__
from readiness.definitions.country import CountryEntry
from readiness.errors import DefinitionError, Problem, ReadinessError, counted, listed
from readiness.export.numbers import MINUS, ordinal, printed
from readiness.report import charts, fonts, method, phrases, ranges, theme
from readiness.report import css as stylesheets
from readiness.report.assets import FONT, IMAGE, TEXT, Asset, Unusable, asset, folder_files
from readiness.report.comparison import said
from readiness.report.palette import Palette
from readiness.report.sandbox import Functions, Sandbox, markup

STYLES = ("tokens.css", "report.css")
FACES, SITE = "fonts.css", "explorer/explorer.css"
THEME, TEMPLATES = "asset:/theme/", "asset:/templates/"


@dataclass(frozen=True, eq=False)
class Design:
    """What makes a profile a document; each is itself and equal to no other.

    Attributes
    ----------
    environment
        The sandbox of the templates, the publisher's before ours.
    assets
        Every file that the renderer may read, by its address.
    sheets, page_sheets
        The styles of a browser, whose files lie inside them, and those of the renderer, with faces.
    site_sheet
        The styles that the explorer adds.
    own
        The publisher's templates, styles and pictures, by name.
    folder
        Where the publisher's templates lie, for messages; None without.
    """

    environment: Sandbox
    theme: theme.Theme
    assets: Mapping[str, Asset] = field(repr=False)
    sheets: str = field(repr=False)
    page_sheets: str = field(repr=False)
    site_sheet: str = field(repr=False)
    own: Mapping[str, Asset] = field(repr=False)
    folder: Path | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process, on this machine or another, as the files that were read here."""
        return _made, (self.theme, self.own, self.folder)

    @property
    def palette(self) -> Palette:
        """The colours of pages and charts."""
        return self.theme.palette

    @property
    def names(self) -> Mapping[str, CountryEntry]:
        """Names that replace the index's, by code."""
        return self.theme.names

    def logo(self, *, inline: bool) -> str | None:
        """Return the address of the publisher's logo, or the logo itself; None where there is none."""
        found = self.theme.logo
        if found is None:
            return None
        return found.data_uri if inline else _address(THEME)(found)

    def embedded(self, page: str) -> str:
        """Return a page that stands alone: pictures that its templates name lie inside it."""
        for address, item in self.assets.items():
            if item.kind == IMAGE and address.startswith(TEMPLATES):
                for name in (item.name, quote(item.name), address):
                    page = page.replace(f'src="{name}"', f'src="{item.data_uri}"')
        return page

    def render(self, template: str, **context: Any) -> str:
        """Fill a template.

        Raises
        ------
        ReadinessError
            When a template of the publisher's own is at fault; it names file and line.
        """
        try:
            return self.environment.get_template(template).render(**context)
        except Exception as error:
            place = _place(error, self.folder)
            if place is None:
                raise
            raise ReadinessError(f"{place}: {type(error).__name__}: {error}") from error


@functools.cache
def default() -> Design:
    """Return the bundled design."""
    return make()


def make(theme_file: Path | None = None, templates: Path | None = None) -> Design:
    """Read a theme and a folder of templates, and put them before the bundled ones.

    Parameters
    ----------
    theme_file
        A YAML or CSS file, see `definitions.theme`.
    templates
        A folder whose files (`country/plan.html.j2`, `report.css`, pictures) replace those of the
        same name and may add others.

    Raises
    ------
    ReadinessError
        With every problem of these files.
    """
    chosen = theme.Theme() if theme_file is None else theme.read(theme_file, _address(THEME))
    return _made(chosen, {} if templates is None else _files(templates), templates)


def _made(chosen: theme.Theme, own: Mapping[str, Asset], templates: Path | None) -> Design:
    assets = {
        **{_address(THEME)(item): item for item in chosen.files.values()},
        **{_address(TEMPLATES)(item): item for item in own.values() if item.kind != TEXT},
    }
    environment = _environment(own, templates, chosen)
    pages = _sheets(own, templates, _address(TEMPLATES)) + _themed(chosen, _address(THEME))
    screen = _sheets(own, templates, lambda item: item.data_uri) + _inline(_themed(chosen, _uri), assets)
    site = _sheets(own, templates, _uri, (SITE,)) + _inline(f"\n{chosen.css}\n", assets)
    faces = _text(own, FACES) if chosen.family is None else ""
    return Design(environment, chosen, assets, screen, f"{faces}\n{pages}", site, own, templates)


def _address(base: str) -> Callable[[Asset], str]:
    return lambda item: base + quote(item.name)


def _uri(item: Asset) -> str:
    return item.data_uri


def _inline(text: str, assets: Mapping[str, Asset]) -> str:
    """Return styles with the files they name inside them, for a page that stands alone."""
    for address, item in assets.items():
        text = text.replace(f'"{address}"', f'"{item.data_uri}"')
    return text


def _files(folder: Path) -> dict[str, Asset]:
    found, problems = {}, []
    for name in folder_files(folder):
        try:
            found[name] = asset(folder, name, (TEXT, IMAGE, FONT))
        except Unusable as error:
            problems.append(Problem(str(folder / name), 1, 1, "", error.message, error.hint))
    if problems:
        raise DefinitionError(problems)
    return found


def _text(own: Mapping[str, Asset], name: str) -> str:
    if name in own:
        return own[name].text
    return (resources.bundled("templates") / name).read_text(encoding="utf-8")


def _sheets(
    own: Mapping[str, Asset], folder: Path | None, address: Callable[[Asset], str],
    names: Sequence[str] = STYLES,
) -> str:  # fmt: skip
    """Return the styles, the publisher's file where there is one, its addresses checked."""
    texts, problems = [], []
    for name in names:
        text = _text(own, name)
        if name in own and folder is not None:

            def take(wanted: str, kinds: tuple[str, ...]) -> Asset:
                found = own.get(wanted)
                if found is None or found.kind not in kinds:
                    raise Unusable(f"there is no file {wanted[:80]!r} of that kind in {folder}")
                return found

            text, faults = stylesheets.checked(text, str(folder / name), take, address)
            problems += faults
        texts.append(text)
    if problems:
        raise DefinitionError(problems)
    return "\n".join(texts)


def _themed(chosen: theme.Theme, address: Callable[[Asset], str]) -> str:
    """Return the theme's styles: its colours, its typeface, its own rules, the foot of the page."""
    faces = "".join(
        f'@font-face {{ font-family: "{_quoted(chosen.family or "")}"; font-weight: {weight}; '
        f'src: url("{address(item)}"); }}\n'
        for weight, item in chosen.faces.items()
    )
    family = f' --family: "{_quoted(chosen.family)}", sans-serif;' if chosen.family else ""
    name = _quoted(chosen.family or fonts.FAMILY)
    palette = chosen.palette
    page = (
        f'@page {{ @bottom-left {{ color: {palette.mid}; font-family: "{name}"; }} '
        f'@bottom-right {{ color: {palette.ink}; font-family: "{name}"; }} }}\n'
    )
    # Our own typeface has figures of one width; another may have to be asked for them.
    figures = "body { font-variant-numeric: tabular-nums; }\n" if chosen.family else ""
    return f"\n{faces}:root {{ {palette.css()}{family} }}\n{figures}{page}{chosen.css}\n"


def _quoted(text: str) -> str:
    """Return a name as the inside of a CSS string."""
    return "".join(
        letter if letter.isalnum() or letter in " -_." else f"\\{ord(letter):x} " for letter in text
    )


def _environment(own: Mapping[str, Asset], folder: Path | None, chosen: theme.Theme) -> Sandbox:
    base = folder or Path()
    texts = {name: (item.text, str(base / name)) for name, item in own.items() if name.endswith(".j2")}
    env = Sandbox(resources.bundled("templates"), texts)
    env.filters |= {"printed": printed, "ordinal": ordinal, "score": _score, "listed": listed, "link": _link}
    drawn = Functions(charts, lambda draw: markup(draw, palette=chosen.palette))
    env.globals |= {
        "phrases": Functions(phrases), "ranges": Functions(ranges), "method": Functions(method),
        "said": Functions(said),
        "charts": drawn, "counted": counted, "version": __version__, "publisher": chosen.publisher,
        "disclaimer": chosen.disclaimer, "web": False,
    }  # fmt: skip
    for name, (_, file) in texts.items():
        try:
            env.get_template(name)
        except TemplateSyntaxError as error:
            problem = Problem(file, error.lineno, 1, "", f"not a template: {error.message}")
            raise DefinitionError([problem]) from None
    return env


def _place(error: BaseException, folder: Path | None) -> str | None:
    """Return `file:line:1` of the publisher's template that an error came from, None for ours."""
    found, trace = None, error.__traceback__
    while trace is not None and folder is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".j2") and Path(name).is_relative_to(folder):
            found = f"{name}:{trace.tb_lineno}:1"
        trace = trace.tb_next
    return found


def _score(value: float | None) -> str:
    """Return a score with one decimal; a dash where there is none."""
    return "–" if value is None else f"{value:.1f}".replace("-", MINUS)


def _link(url: str | None) -> str | None:
    """Return an address if it is one of the web, so that no other scheme becomes a link."""
    return url if url and url.startswith(("https://", "http://")) else None
