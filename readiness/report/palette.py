"""The colours of a report: one ink, three greys, an accent for this country, one tone for its peers."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Palette:
    """Colours as `#rrggbb`, the same in the pages' CSS and in every chart, and the typeface of both.

    Attributes
    ----------
    ink, mid
        Text, and text that stands back; both readable on `paper` (4.5 to 1 at least).
    light, rule, track
        Marks of no importance, thin lines, and the empty part of a bar; never text.
    paper
        The page.
    accent, accent_soft
        This country, and its range.
    peer
        The countries it is compared with.
    family
        The typeface of the charts' text.
    """

    ink: str = "#1c1f23"
    mid: str = "#5c636b"
    light: str = "#a9b0b7"
    rule: str = "#d9dde1"
    track: str = "#eceff1"
    paper: str = "#ffffff"
    accent: str = "#0b6e7f"
    accent_soft: str = "#b9d8dd"
    peer: str = "#1c1f23"
    family: str = "IBM Plex Sans"

    def css(self) -> str:
        """Return the colours as custom properties: `--ink: #1c1f23; ...`."""
        return " ".join(f"--{name.replace('_', '-')}: {getattr(self, name)};" for name in COLOURS)


DEFAULT = Palette()
COLOURS = tuple(field.name for field in fields(Palette) if field.name != "family")
# What has to be told from the page: text by 4.5 to 1, marks by 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
NEEDED = {"ink": 4.5, "mid": 4.5, "accent": 4.5, "peer": 3.0}


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21: (L1 + 0.05) / (L2 + 0.05), lighter first.

    Source: WCAG 2.2, "contrast ratio".
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 black to 1 white (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mixed(colour: str, paper: str, share: float) -> str:
    """Return a colour on paper: `share` of the first, the rest of the second, channel by channel."""
    pairs = [(int(colour[i : i + 2], 16), int(paper[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in pairs)
