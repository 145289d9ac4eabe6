"""The world as tiles: one square a country, near its neighbours, so that small states are seen.

Positions are data (`templates/tiles.csv`): they were computed once by `place` from the rough
latitudes and longitudes beside them, and a test holds the two together.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping

import numpy as np

from readiness import resources
from readiness.figures.matrix import Floats, Ints

FILE = "tiles.csv"
COLUMNS, ROWS = 40, 17
# Where a country pulls its tile: its own place, and the directions to its nearest neighbours.
NEIGHBOURS, APART, TURNED = 6, 0.35, 3.0
# Degrees of longitude that begin the map: the Pacific is not cut in two.
_WEST = -125.0
_NORTH, _SOUTH = 66.0, -44.0


@functools.cache
def positions() -> Mapping[str, tuple[int, int]]:
    """Return the column and row of each country's tile, counted from the north-west."""
    return {row["code"]: (int(row["column"]), int(row["row"])) for row in _rows()}


@functools.cache
def coordinates() -> Mapping[str, tuple[float, float]]:
    """Return the rough latitude and longitude of each country, in degrees north and east."""
    return {row["code"]: (float(row["latitude"]), float(row["longitude"])) for row in _rows()}


def _rows() -> list[dict[str, str]]:
    text = (resources.bundled("templates") / FILE).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def place(points: Mapping[str, tuple[float, float]]) -> dict[str, tuple[int, int]]:
    """Return the tile of each place: the assignment with the least displacement, then mended by swaps.

    First every place takes the cell of a grid that is nearest, as an assignment of least cost
    (squared distance). Then tiles are swapped, or moved to a free cell, for as long as that lowers
    the sum of displacements and of what each place's nearest neighbours are out of their direction
    and distance. No chance is in it.

    Parameters
    ----------
    points
        Latitude and longitude in degrees.
    """
    from scipy.optimize import linear_sum_assignment

    codes = sorted(points)
    wanted = _projected(np.array([points[code] for code in codes]))
    cells = np.array([(column, row) for row in range(ROWS) for column in range(COLUMNS)], dtype=np.float64)
    cost = ((wanted[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2)
    taken = np.asarray(linear_sum_assignment(cost)[1])
    found = _mended(wanted, cells, taken)
    return {code: (int(cells[cell, 0]), int(cells[cell, 1])) for code, cell in zip(codes, found, strict=True)}


def _projected(points: Floats) -> Floats:
    """Return where places stand on the grid, (n, 2): half on the globe, half by their order.

    By order alone crowded parts get the room they need; by the globe alone continents keep their
    shape.
    """
    longitude = (points[:, 1] - _WEST) % 360
    latitude = np.clip(_NORTH - points[:, 0], 0, _NORTH - _SOUTH)
    across = _spread(longitude, 0.6) * (COLUMNS - 1)
    down = _spread(latitude, 0.5) * (ROWS - 1)
    return np.stack([across, down], axis=1)


def _spread(values: Floats, share: float) -> Floats:
    """Return values from 0 to 1: `share` by their order, the rest by their size."""
    low, high = values.min(), values.max()
    order = np.interp(values, np.sort(values), np.linspace(0, 1, len(values)))
    return np.asarray(share * order + (1 - share) * (values - low) / (high - low))


def _mended(wanted: Floats, cells: Floats, taken: Ints) -> Ints:
    """Swap tiles and move them to free cells for as long as it helps."""
    near = _nearest(wanted)
    arrows = wanted[near] - wanted[:, None, :]
    length = np.linalg.norm(arrows, axis=2, keepdims=True)
    arrows = arrows / np.maximum(length, 1e-9)
    back = [np.flatnonzero((near == n).any(axis=1)) for n in range(len(wanted))]
    spots = cells[taken]

    def cost(members: Ints) -> float:
        own = ((spots[members] - wanted[members]) ** 2).sum() * APART
        gaps = spots[near[members]] - spots[members][:, None, :]
        far = np.maximum(np.linalg.norm(gaps, axis=2), 1e-9)
        turn = 1 - (gaps * arrows[members]).sum(axis=2) / far
        return float(own + (TURNED * turn + 0.3 * (far - 1)).sum())

    for _ in range(30):
        changed = False
        for n in range(len(spots)):
            changed |= _improve(n, spots, cells, back, cost)
        if not changed:
            break
    return np.array([int(np.flatnonzero((cells == spot).all(axis=1))[0]) for spot in spots])


def _improve(n: int, spots: Floats, cells: Floats, back: list[Ints], cost: object) -> bool:
    """Try the cells around a tile; take the best swap or move, if one lowers the cost."""
    around = cells[(np.abs(cells - spots[n]).max(axis=1) <= 3) & (cells != spots[n]).any(axis=1)]
    best, chosen = -1e-9, None
    for cell in around:
        other = np.flatnonzero((spots == cell).all(axis=1))
        m = int(other[0]) if len(other) else None
        touched = np.unique(np.concatenate([[n], back[n], *([[m], back[m]] if m is not None else [])]))
        touched = touched.astype(np.int64)
        before, home = cost(touched), spots[n].copy()  # type: ignore[operator]
        spots[n] = cell
        if m is not None:
            spots[m] = home
        gain = cost(touched) - before  # type: ignore[operator]
        spots[n] = home
        if m is not None:
            spots[m] = cell
        if gain < best:
            best, chosen = gain, (cell.copy(), m, home)
    if chosen is None:
        return False
    cell, m, home = chosen
    spots[n] = cell
    if m is not None:
        spots[m] = home
    return True


def _nearest(points: Floats) -> Ints:
    """Return the numbers of each place's nearest neighbours, (n, NEIGHBOURS)."""
    distance = ((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(distance, np.inf)
    return np.argsort(distance, axis=1, kind="stable")[:, :NEIGHBOURS]
