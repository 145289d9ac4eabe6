"""The tile map of the world: one equal square a country, so that small states are seen."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

from readiness.report import tiles as world
from readiness.report.charts.marks import LABEL, SMALL, Pen, score, segment, text_width
from readiness.report.model import Tile
from readiness.report.palette import DEFAULT, Palette, contrast, mixed

# So much of the ink is in the tiles of the lowest band and of the highest: told apart in grey too.
_LIGHTEST, _DARKEST = 0.13, 0.88
_GAP = 0.17
# Three letters of the smallest text fit into a square so wide.
_LETTERED = 5.7
_LEGEND, _BOX = 4.2, 2.8
# A map of few countries is drawn as if it had so many columns.
_COLUMNS = 12
Place = tuple[int, int]
Placed = Sequence[tuple[Tile, Place]]


def tilemap(
    what: str, tiles: Sequence[Tile], bounds: Sequence[float], *, width: float = 178,
    codes: bool = False, palette: Palette = DEFAULT,
) -> str:  # fmt: skip
    """Draw the countries whose place is known: shaded by band, hatched where unranked, this one outlined.

    Nothing where fewer than two have a place or there are no bands.

    Parameters
    ----------
    codes
        Write the countries' codes in the squares, where those are wide enough for letters. On a page
        they would cost more time than all else.
    """
    placed = [(tile, world.positions()[tile.code]) for tile in tiles if tile.code in world.positions()]
    if len(placed) < 2 or not bounds:
        return ""
    pen = Pen(palette)
    columns, rows = _spread(placed, 0), _spread(placed, 1)
    size = width / max(columns[1] - columns[0] + 1, _COLUMNS)
    placed = [(tile, (x - columns[0], y - rows[0])) for tile, (x, y) in placed]
    height = (rows[1] - rows[0] + 1) * size
    codes = codes and size >= _LETTERED
    body = _squares(pen, placed, len(bounds) + 1, size, codes)
    if codes:
        body += [_code(pen, tile, place, len(bounds) + 1, size) for tile, place in placed]
    body += [mark for tile, place in placed if tile.own for mark in _own(pen, tile, place, placed, size)]
    unranked = any(tile.band is None for tile, _ in placed)
    legend, below = _legend(pen, bounds, unranked, height + 4, width)
    return pen.svg(width, height + 4 + below, _alternative(what, tiles, bounds), body + legend)


def _spread(placed: Placed, axis: int) -> tuple[int, int]:
    numbers = [place[axis] for _, place in placed]
    return min(numbers), max(numbers)


def shade(palette: Palette, band: int, bands: int) -> str:
    """Return the colour of a band of the map, the lowest lightest."""
    share = _LIGHTEST + (_DARKEST - _LIGHTEST) * band / (bands - 1)
    return mixed(palette.ink, palette.paper, share)


def _squares(pen: Pen, placed: Placed, bands: int, size: float, codes: bool) -> list[str]:
    """Draw all squares of a band as one path."""
    body = []
    for band in range(bands):
        squares = [_square(place, size) for tile, place in placed if tile.band == band]
        if squares:
            body.append(f'<path d="{"".join(squares)}" fill="{shade(pen.palette, band, bands)}"/>')
    hatched = [_hatch(*_corner(place, size), lettered=codes)
               for tile, place in placed if tile.band is None]  # fmt: skip
    return [*body, pen.path("".join(hatched), pen.palette.light, 0.2)] if hatched else body


def _square(place: Place, size: float) -> str:
    return _box(*_corner(place, size))


def _box(x: float, y: float, side: float) -> str:
    return f"M{x:.2f} {y:.2f}h{side:.2f}v{side:.2f}h{-side:.2f}z"


def _corner(place: Place, size: float) -> tuple[float, float, float]:
    return place[0] * size + _GAP, place[1] * size + _GAP, size - 2 * _GAP


def _hatch(x: float, y: float, side: float, *, lettered: bool = False) -> str:
    """Return the outline of a square and diagonals in it, in its corners only where letters stand."""
    cut = side * (0.3 if lettered else 0.5)
    corners = segment(x, y + cut, x + cut, y) + segment(x + side - cut, y + side, x + side, y + side - cut)
    return _box(x, y, side) + corners + ("" if lettered else segment(x, y + side, x + side, y))


def _code(pen: Pen, tile: Tile, place: Place, bands: int, size: float) -> str:
    """Write a country's code in its square, in the colour that is read there."""
    ink, paper = pen.palette.ink, pen.palette.paper
    under = paper if tile.band is None else shade(pen.palette, tile.band, bands)
    colour = max((ink, paper), key=lambda one: contrast(one, under))
    x, y = (place[0] + 0.5) * size, (place[1] + 0.5) * size + 0.85
    return pen.text(x, y, tile.code, size=SMALL, colour=colour, anchor="middle", bold=tile.own)


def _own(pen: Pen, tile: Tile, place: Place, placed: Placed, size: float) -> list[str]:
    """Outline this country's tile and name it in the nearest free cells, with a line from there."""
    accent, paper = pen.palette.accent, pen.palette.paper
    x, y = place[0] * size, place[1] * size
    stroke = min(0.9, size * 0.2)
    outline = [pen.path(_box(x, y, size), paper, stroke * 1.9), pen.path(_box(x, y, size), accent, stroke)]
    # A rank of the index is never written without its range, for which a map has no room.
    text = tile.name
    wide = text_width(text, LABEL, bold=True)
    taken = {spot for _, spot in placed}
    # One row more than the map has: a long name finds room below it at the latest.
    across, down = (max(spot[axis] for spot in taken) + 1 for axis in (0, 1))
    start = _free(place, wide + 1.6, taken, size, (max(across, _COLUMNS), down + 1))
    if start is None:
        return outline
    left, middle = start[0] * size + 0.8, (start[1] + 0.5) * size
    near = min(max(x + size / 2, left - 0.4), left + wide + 0.4)
    edge = middle + (1.9 if middle < y else -1.9) if abs(middle - y - size / 2) > 0.1 else middle
    centre = x + size / 2, y + size / 2
    thread = pen.line(near, edge, *_leaving((near, edge), centre, size / 2), accent, 0.3)
    return [thread, *outline, pen.text(left, middle + 1, text, bold=True, colour=accent)]


def _leaving(start: tuple[float, float], centre: tuple[float, float], half: float) -> tuple[float, float]:
    """Return where a line to the middle of a square meets its side."""
    dx, dy = centre[0] - start[0], centre[1] - start[1]
    longest = max(abs(dx), abs(dy), 1e-9)
    share = max(0.0, 1 - half / longest)
    return start[0] + dx * share, start[1] + dy * share


def _free(
    place: Place, wide: float, taken: Collection[Place], size: float, area: tuple[int, int]
) -> Place | None:
    """Return the first of the nearest empty cells in a row that hold a text so wide; None if none does."""
    cells = int(-(-wide // size))
    best: tuple[float, Place] | None = None
    for row in range(area[1]):
        for column in range(area[0] - cells + 1):
            if any((column + n, row) in taken for n in range(cells)):
                continue
            beside = max(column - place[0], place[0] - column - cells + 1, 0)
            cost = beside**2 + (row - place[1]) ** 2
            if best is None or cost < best[0]:
                best = (cost, (column, row))
    return None if best is None else best[1]


def _legend(
    pen: Pen, bounds: Sequence[float], unranked: bool, top: float, width: float
) -> tuple[list[str], float]:
    """Draw a square and the scores of each band, in as many rows as they take; return how tall they are."""
    ends = [f"under {bounds[0]:.1f}"]
    ends += [f"{low:.1f} to {high:.1f}" for low, high in itertools.pairwise(bounds)]
    ends.append(f"{bounds[-1]:.1f} and over")
    body, x, y = [], 0.0, top
    for band, text in enumerate([*ends, *(["not ranked"] if unranked else [])]):
        wide = _BOX + 1 + text_width(text, SMALL)
        if x and x + wide > width:
            x, y = 0.0, y + _LEGEND
        if band < len(ends):
            fill = shade(pen.palette, band, len(ends))
            body.append(f'<path d="{_box(x + 0.1, y, _BOX)}" fill="{fill}"/>')
        else:
            body.append(pen.path(_hatch(x + 0.1, y, _BOX), pen.palette.light, 0.2))
        body.append(pen.small(x + _BOX + 1, y + 2.25, text))
        x += wide + 4
    return body, y + _LEGEND - top


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
    band = "not ranked" if own.band is None else f"in band {own.band + 1} of {len(counts)}"
    return f"{words} {own.name} is {band}."
