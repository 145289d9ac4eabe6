"""The tile map of the world: one equal square a country, so that small states are seen."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.report import tiles as world
from readiness.report.charts.marks import LABEL, Pen, score, segment, text_width
from readiness.report.model import Tile
from readiness.report.palette import DEFAULT, Palette, mixed

# So much of the ink is in the tiles of each band, the lowest first: told apart in grey too.
_SHADES = (0.10, 0.24, 0.42, 0.62, 0.85)
_GAP = 0.07
_LEGEND = 8.0


def tilemap(
    what: str, tiles: Sequence[Tile], bounds: Sequence[float], *, width: float = 178, palette: Palette = DEFAULT
) -> str:
    """Draw the countries whose place is known: shaded by band, hatched where unranked, this one outlined.

    Nothing where fewer than two have a place or there are no bands.
    """
    placed = [(tile, world.positions()[tile.code]) for tile in tiles if tile.code in world.positions()]
    if len(placed) < 2 or not bounds:
        return ""
    pen, size = Pen(palette), width / world.COLUMNS
    first = min(row for _, (_, row) in placed)
    height = (max(row for _, (_, row) in placed) - first + 1) * size
    body = []
    for band in range(len(bounds) + 1):
        squares = [_square(column, row - first, size) for tile, (column, row) in placed if tile.band == band]
        if squares:
            body.append(f'<path d="{"".join(squares)}" fill="{_shade(palette, band)}"/>')
    unranked = [place for tile, place in placed if tile.band is None]
    if unranked:
        lines = "".join(_hatch(column, row - first, size) for column, row in unranked)
        body.append(pen.path(lines, palette.mid, 0.2))
    for tile, (column, row) in placed:
        if tile.own:
            body += _own(pen, tile, column * size, (row - first) * size, size, width)
    body += _legend(pen, bounds, any(tile.band is None for tile, _ in placed), height + 3.2)
    return pen.svg(width, height + _LEGEND, _alternative(what, tiles, bounds), body)


def _shade(palette: Palette, band: int) -> str:
    return mixed(palette.ink, palette.paper, _SHADES[min(band, len(_SHADES) - 1)])


def _square(column: int, row: int, size: float) -> str:
    gap, side = size * _GAP, size * (1 - 2 * _GAP)
    x, y = column * size + gap, row * size + gap
    return f"M{x:.2f} {y:.2f}h{side:.2f}v{side:.2f}h{-side:.2f}z"


def _hatch(column: int, row: int, size: float) -> str:
    """Return the outline of a tile and three diagonals in it."""
    gap, side = size * _GAP, size * (1 - 2 * _GAP)
    x, y = column * size + gap, row * size + gap
    half = side / 2
    return (
        _square(column, row, size) + segment(x, y + half, x + half, y) + segment(x, y + side, x + side, y)
        + segment(x + half, y + side, x + side, y + half)
    )  # fmt: skip


def _own(pen: Pen, tile: Tile, x: float, y: float, size: float, width: float) -> list[str]:
    """Outline this country's tile and name it, above or below so that the name stays on the page."""
    accent, paper = pen.palette.accent, pen.palette.paper
    box = f"M{x:.2f} {y:.2f}h{size:.2f}v{size:.2f}h{-size:.2f}z"
    text = tile.name if tile.rank is None else f"{tile.name} {tile.rank:g}"
    wide = text_width(text, LABEL, bold=True)
    start = min(max(0.4, x + size / 2 - wide / 2), width - wide - 0.4)
    base = y - 1.1 if y >= LABEL + 1.5 else y + size + LABEL
    return [
        pen.path(box, accent, 0.9),
        pen.rect(start - 0.5, base - 2.5, wide + 1, 3.3, paper),
        pen.text(start, base, text, bold=True, colour=accent),
    ]


def _legend(pen: Pen, bounds: Sequence[float], unranked: bool, y: float) -> list[str]:
    """Draw a square and the scores of each band in a row."""
    ends = [f"under {bounds[0]:.1f}"]
    ends += [f"{low:.1f} to {high:.1f}" for low, high in zip(bounds, bounds[1:], strict=False)]
    ends.append(f"{bounds[-1]:.1f} and over")
    body, x = [], 0.0
    for band, text in enumerate(ends):
        body.append(pen.rect(x, y, 3, 3, _shade(pen.palette, band)))
        body.append(pen.small(x + 4, y + 2.4, text))
        x += 4 + text_width(text, 2.4) + 5
    if unranked:
        size = 3 / (1 - 2 * _GAP)
        shape = _hatch(0, 0, size)
        body.append(f'<g transform="translate({x - size * _GAP:.2f} {y - size * _GAP:.2f})">'
                    f"{pen.path(shape, pen.palette.mid, 0.2)}</g>")  # fmt: skip
        body.append(pen.small(x + 4, y + 2.4, "not ranked"))
    return body


def _alternative(what: str, tiles: Sequence[Tile], bounds: Sequence[float]) -> str:
    """Say how many countries are in each band, and in which this one is."""
    counts = [sum(tile.band == band for tile in tiles) for band in range(len(bounds) + 1)]
    ends = ", ".join(score(bound) for bound in bounds)
    unranked = sum(tile.band is None for tile in tiles)
    words = (
        f"{what}: bands parted at {ends} hold {', '.join(map(str, counts))} countries, the lowest first; "
        f"{unranked} are not ranked."
    )
    own = next((tile for tile in tiles if tile.own), None)
    if own is None:
        return words
    band = "not ranked" if own.band is None else f"in band {own.band + 1} of {len(counts)}, rank {own.rank:g}"
    return f"{words} {own.name} is {band}."
