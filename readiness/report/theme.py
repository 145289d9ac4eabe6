"""A theme as it is read: colours, typeface, logo, names; every file checked and in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from readiness.definitions import extras
from readiness.definitions.country import CountriesFile, CountryEntry
from readiness.definitions.places import Document
from readiness.definitions.theme import Fonts
from readiness.definitions.theme import Theme as ThemeFile
from readiness.errors import Problem, ReadinessError
from readiness.report import css as stylesheets
from readiness.report.assets import FONT, IMAGE, TEXT, Asset, Unusable, asset
from readiness.report.palette import COLOURS, DEFAULT, NEEDED, Palette, contrast

DISCLAIMER = (
    "The names and groups of countries and the places of the tiles imply no opinion on the legal status of "
    "any territory or on its borders."
)


@dataclass(frozen=True)
class Theme:
    """What a publisher changes of the look.

    Attributes
    ----------
    files
        What it brings, by name: logo, fonts, pictures of its CSS.
    css
        Its own rules, as text; addresses in it are those of its files.
    faces
        The files of the typeface by weight.
    names
        Names by country code that replace the index's.
    """

    palette: Palette = DEFAULT
    publisher: str | None = None
    logo: Asset | None = None
    disclaimer: str = DISCLAIMER
    css: str = ""
    family: str | None = None
    faces: Mapping[int, Asset] = field(default_factory=dict)
    files: Mapping[str, Asset] = field(default_factory=dict)
    names: Mapping[str, CountryEntry] = field(default_factory=dict)


def read(path: Path, address: Callable[[Asset], str]) -> Theme:
    """Read a theme: a YAML file, or a CSS file alone.

    Parameters
    ----------
    address
        How the renderer calls a file of the theme.

    Raises
    ------
    ReadinessError
        With every problem, each with its file, line and column.
    """
    if not path.is_file():
        raise ReadinessError(f"there is no file {path}", "Name a theme: a YAML or a CSS file")
    return _Reader(path, address).read()


class _Reader:
    """One theme on its way in; problems are collected."""

    def __init__(self, path: Path, address: Callable[[Asset], str]) -> None:
        self.path, self.folder, self.address = path, path.parent, address
        self.problems: list[Problem] = []
        self.files: dict[str, Asset] = {}

    def read(self) -> Theme:
        try:
            own = asset(self.folder, self.path.name, (TEXT,))
        except Unusable as error:
            raise ReadinessError(f"{self.path}: {error.message}", error.hint) from None
        if self.path.suffix.casefold() == ".css":
            theme = self._with_css(Theme(), own.text, str(self.path))
        else:
            theme = self._yaml(own.content)
        extras.refuse(self.problems)
        return replace(theme, files=self.files)

    def take(self, name: str, kinds: tuple[str, ...]) -> Asset:
        """Read one of the theme's files and keep it."""
        found = asset(self.folder, name, kinds)
        self.files[found.name] = found
        return found

    def _yaml(self, data: bytes) -> Theme:
        theme = Theme()

        def check(document: Document, file: ThemeFile) -> None:
            nonlocal theme
            theme = self._filled(document, file)

        _, problems = extras.parse(data, str(self.path), ThemeFile, check)
        self.problems += problems
        return theme

    def _filled(self, document: Document, file: ThemeFile) -> Theme:
        colours = {name: stylesheets.long(value) for name, value in file.colours.given().items()}
        palette = replace(DEFAULT, **colours, family=file.fonts.family if file.fonts else DEFAULT.family)
        for name, message, hint in _too_faint(palette):
            if name in colours or "paper" in colours:
                place = document.place(("colours", name if name in colours else "paper"))
                document.problem(place, f"colours.{name}", message, hint)
        theme = Theme(
            palette=palette, publisher=file.publisher, disclaimer=file.disclaimer or DISCLAIMER,
            logo=self._file(document, "logo", file.logo, (IMAGE,)),
            family=file.fonts.family if file.fonts else None, faces=self._faces(document, file.fonts),
            names=self._names(document, file.names),
        )  # fmt: skip
        sheet = self._file(document, "css", file.css, (TEXT,))
        return theme if sheet is None else self._with_css(theme, sheet.text, str(self.folder / sheet.name))

    def _file(self, document: Document, key: str, name: str | None, kinds: tuple[str, ...]) -> Asset | None:
        if name is None:
            return None
        try:
            return self.take(name, kinds)
        except Unusable as error:
            document.problem(document.place(tuple(key.split("."))), key, error.message, error.hint)
            return None

    def _faces(self, document: Document, given: Fonts | None) -> dict[int, Asset]:
        if given is None:
            return {}
        regular = self._file(document, "fonts.regular", given.regular, (FONT,))
        bold = self._file(document, "fonts.semibold", given.semibold, (FONT,)) or regular
        return {weight: face for weight, face in ((400, regular), (600, bold)) if face is not None}

    def _names(self, document: Document, name: str | None) -> Mapping[str, CountryEntry]:
        found = self._file(document, "names", name, (TEXT,))
        if found is None:
            return {}
        file, problems = extras.parse(found.content, str(self.folder / found.name), CountriesFile)
        self.problems += problems
        return {} if file is None else file.countries

    def _with_css(self, theme: Theme, text: str, shown: str) -> Theme:
        checked, problems = stylesheets.checked(text, shown, self.take, self.address)
        self.problems += problems
        said = stylesheets.root_colours(text)
        palette = replace(
            theme.palette, **{name: colour for name, (colour, _, _) in said.items() if name in COLOURS}
        )
        for name, message, hint in _too_faint(palette):
            if name in said or "paper" in said:
                _, line, column = said[name if name in said else "paper"]
                self.problems.append(Problem(shown, line, column, f"--{name}", message, hint))
        return replace(theme, css=checked, palette=palette)


def _too_faint(palette: Palette) -> list[tuple[str, str, str]]:
    """Return the colours that are not told from the page: name, message, hint."""
    found = []
    for name, needed in NEEDED.items():
        ratio = contrast(getattr(palette, name), palette.paper)
        if ratio < needed:
            message = f"{getattr(palette, name)} has a contrast of {ratio:.1f} to 1 with the page"
            found.append((name, message, f"At least {needed:g} to 1: take a darker one"))
    return found
