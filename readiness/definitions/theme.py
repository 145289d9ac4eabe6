"""The model of a theme: what a publisher changes of a report's look, and which names it prints.

    publisher: Ministry of Digital Economy
    logo: logo.svg
    colours: {accent: "#7a1f3d", accent_soft: "#e3c9d2"}
    fonts: {family: Source Sans 3, regular: fonts/regular.ttf, semibold: fonts/semibold.ttf}
    names: names.yaml
    disclaimer: The names and boundaries used here imply no opinion of the Ministry.
    css: extra.css

Files are named relative to the theme's own folder, and lie inside it. `names` is a file in the form
of `countries.yaml`, of which `name`, `official`, `the` and `note` are used.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from readiness.definitions.base import Model, Text

Hex = Annotated[str, Field(pattern="^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")]


class Colours(Model):
    """Colours that replace ours, by what they are for; what is left out stays."""

    ink: Hex | None = None
    mid: Hex | None = None
    light: Hex | None = None
    rule: Hex | None = None
    track: Hex | None = None
    paper: Hex | None = None
    accent: Hex | None = None
    accent_soft: Hex | None = None
    peer: Hex | None = None

    def given(self) -> dict[str, str]:
        """Return the colours that are said."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


class Fonts(Model):
    """A typeface of the publisher's: TrueType, OpenType or WOFF files, upright."""

    family: Text
    regular: Text
    semibold: Text | None = None


class Theme(Model):
    """A theme; everything can be left out."""

    publisher: Text | None = None
    logo: Text | None = None
    colours: Colours = Colours()
    fonts: Fonts | None = None
    names: Text | None = None
    disclaimer: Text | None = None
    css: Text | None = None
