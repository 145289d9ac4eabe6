"""Each chart of a country as a file of its own: SVG and PNG with its finding, source and edition."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from readiness.errors import MissingLibraryError, ReadinessError, listed
from readiness.report import charts, fonts, phrases, ranges
from readiness.report.charts.frame import framed, size
from readiness.report.model import CountryProfile, NodeLine, Peers
from readiness.report.palette import DEFAULT, Palette

FORMATS = ("svg", "png")
# Dots of a PNG in a millimetre: 300 in an inch.
_DENSITY = 11.811
_WORLD = (
    "One square a country, placed near its neighbours. Each shade is a fifth of the ranked countries, "
    "by score; hatched: not ranked."
)


@dataclass(frozen=True)
class Drawing:
    """A chart that stands alone: its name within the country's files, and the SVG."""

    name: str
    svg: str


def contents(
    profile: CountryProfile, palette: Palette = DEFAULT, *,
    formats: Collection[str] = FORMATS, disclaimer: str = "",
) -> Iterator[tuple[str, bytes]]:  # fmt: skip
    """Yield the files of every chart that a country has, as `KEN-pillars.svg`, `KEN-pillars.png` and so on.

    Parameters
    ----------
    formats
        `svg`, `png` or both.
    disclaimer
        A sentence for the foot of the map, on names and boundaries.

    Yields
    ------
    Name and content, in order of the charts; the same profile gives the same bytes.

    Raises
    ------
    ReadinessError
        When a format is unknown.
    MissingLibraryError
        When a PNG is wanted and resvg-py is not installed.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise ReadinessError(f"no charts as {listed(unknown)}", f"Write {listed(FORMATS, 'or')}")
    rendered = _renderer() if "png" in formats else None
    for drawing in drawings(profile, palette, disclaimer=disclaimer):
        name = f"{profile.country.code}-{drawing.name}"
        if "svg" in formats:
            yield f"{name}.svg", drawing.svg.encode()
        if rendered is not None:
            yield f"{name}.png", rendered(drawing.svg)


def png(svg: str) -> bytes:
    """Return a chart of this package as PNG, 300 dots in an inch, in the report's typeface.

    Only the package's own font file is used, so the same chart gives the same bytes everywhere.

    Raises
    ------
    MissingLibraryError
        When resvg-py is not installed.
    """
    return _renderer()(svg)


def drawings(
    profile: CountryProfile, palette: Palette = DEFAULT, *, disclaimer: str = ""
) -> tuple[Drawing, ...]:
    """Return the charts that a country has, each with its finding, notes, source and edition."""
    found = []
    for name, drawing, title, notes in _charts(profile, palette):
        if drawing:
            foot = [_source(profile), *([disclaimer] if disclaimer and name == "map" else [])]
            alone = framed(drawing, title, kicker=_kicker(profile), notes=[note for note in notes if note],
                           foot=foot, palette=palette)  # fmt: skip
            found.append(Drawing(name, alone))
    return tuple(found)


Chart = tuple[str, str, str, tuple[str, ...]]


def _charts(profile: CountryProfile, palette: Palette) -> Iterator[Chart]:
    """Yield each chart's name, drawing (nothing where there is none), finding and notes."""
    labels, ends = [peers.label for peers in profile.peers], profile.ends
    bars = charts.bars("Scores by pillar", profile.pillars, labels, ends, width=140, palette=palette)
    notes = (f"{phrases.pillar_note(profile)}.", _key("Bar", profile.peers, profile.pillars))
    yield "pillars", bars, phrases.against_peers(profile), notes
    for view in [view for view in profile.views if view.reading == profile.framework.reading][:1]:
        stack = charts.stack("Scores by layer", view.lines, labels, ends, width=110, palette=palette)
        tree = f"{view.name}: the same indicators in a second tree."
        notes = (tree, _key("Bar", profile.peers, view.lines))
        yield "layers", stack, phrases.of_view(view), notes
    if profile.neighbours:
        what = "The countries nearest in rank"
        strip = charts.strip(what, profile.neighbours, width=140, palette=palette)
        yield "neighbours", strip, ranges.nearest(profile.neighbours), (_strip_note(profile),)
    if len(profile.nodes) > len(profile.pillars):
        dots = charts.dots("Scores by pillar and sub-pillar", profile.nodes, labels, ends, palette=palette)
        ranks = "Scores, and ranks among all countries that have one."
        notes = (ranks, _key("Dot", profile.peers, profile.nodes))
        yield "subpillars", dots, phrases.spread(profile), notes
    yield from _wider(profile, palette)


def _wider(profile: CountryProfile, palette: Palette) -> Iterator[Chart]:
    """Yield the charts of income, the world, prices and changes."""
    found = profile.findings
    if profile.income is not None:
        income = charts.expected("Score and income", profile.income, profile.ends, width=140, height=90,
                                 palette=palette)  # fmt: skip
        yield "income", income, phrases.expected(profile), (phrases.income_note(profile),)
    world = charts.tilemap("Scores of the world", profile.tiles, profile.bounds, codes=True, palette=palette)
    yield "map", world, phrases.world(profile), (_WORLD,)
    if found.affordability is not None:
        what = f"Price of an hour of one {found.affordability.family}"
        prices = charts.prices(what, found.affordability.series, width=120, height=60, palette=palette)
        yield "prices", prices, phrases.affordable(profile), (phrases.affordable_note(profile),)
    if found.changes is not None:
        changes = charts.waterfall("What changed the score", found.changes.waterfall(), palette=palette)
        yield "changes", changes, phrases.changed(profile), (phrases.changed_note(profile),)


def _strip_note(profile: CountryProfile) -> str:
    if profile.range is None:
        return f"Rank and score; {ranges.NONE}. A small gap between two scores is no difference."
    return f"Line: ranks {ranges.SHARE} of method and data. Dot: rank. At the right the score."


def _key(own: str, peers: Sequence[Peers], lines: Sequence[NodeLine]) -> str:
    """Return what the marks of the peers are, as many as the chart has."""
    count = max((len(line.medians) for line in lines), default=0)
    marks = (f"{mark}: median of {group.label} ({group.count})."
             for mark, group in zip(("Tick", "Ring", "Triangle"), peers[:count], strict=False))  # fmt: skip
    return " ".join([f"{own}: this country.", *marks])


def _kicker(profile: CountryProfile) -> str:
    """Return the country, the index and its edition."""
    framework = profile.framework
    edition = f"edition {framework.edition}" if framework.edition else f"figures up to {framework.year}"
    return f"{profile.country.name}. {framework.name}, {edition}"


def _source(profile: CountryProfile) -> str:
    """Return how to cite the chart, and whose figures are behind it."""
    publishers = list(dict.fromkeys(source.short for source in profile.sources))
    by = f" Figures by {listed(publishers)}." if publishers else ""
    return f"Source: {phrases.citation(profile)}{by} Data {profile.fingerprint[:12]}."


def _renderer() -> Callable[[str], bytes]:
    """Return the function from SVG to PNG."""
    try:
        import resvg_py
    except ImportError as error:
        raise MissingLibraryError(
            "PNG charts need resvg-py, which is not installed",
            "Install it with pip install resvg-py, or write SVG alone",
        ) from error
    faces = [str(fonts.face(weight)) for weight in fonts.WEIGHTS]

    def rendered(svg: str) -> bytes:
        wide, _ = size(svg)
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg, width=round(wide * _DENSITY), dpi=96, background="#ffffff", font_files=faces,
                skip_system_fonts=True, font_family=fonts.FAMILY, sans_serif_family=fonts.FAMILY,
            )
        )  # fmt: skip

    return rendered
