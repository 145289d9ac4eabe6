"""The world as tiles: one square a country, near its neighbours, so that small states are seen.

Positions are data (`templates/tiles.csv`): they were computed once by `place` from the rough
latitudes and longitudes beside them, and a test holds the two together. To change them, change a
coordinate or a relation and write what `table(coordinates())` gives.
"""

from __future__ import annotations

import csv
import functools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from readiness import resources
from readiness.figures.matrix import Floats

FILE = "tiles.csv"
COLUMNS, ROWS = 31, 18
# Who lies west (<) and north (^) of whom: what a reader checks first. Kept to the letter.
RELATIONS = """
    ISL<NOR NOR<SWE SWE<FIN IRL<GBR GBR<DNK PRT<ESP ESP<ITA FRA<CHE CHE<AUT NLD<DEU DEU<POL POL<LTU LTU<BLR
    BEL<DEU AUT<HUN SVN<HUN HUN<ROU SRB<BGR ROU<UKR HRV<SRB BLR<RUS UKR<RUS GRC<TUR TUR<ARM GEO<AZE ARM<AZE
    MAR<DZA DZA<TUN TUN<LBY LBY<EGY MRT<MLI MLI<NER NER<TCD TCD<SDN SDN<ERI SEN<MLI GIN<MLI LBR<CIV
    CIV<GHA GHA<TGO TGO<BEN BEN<NGA NGA<CMR CMR<CAF CAF<SSD SSD<ETH ETH<SOM UGA<KEN KEN<SOM RWA<UGA GAB<COG
    COG<COD COD<RWA AGO<ZMB ZMB<MWI MWI<MOZ NAM<BWA BWA<ZWE ZWE<MOZ MOZ<MDG MDG<MUS COM<SYC
    ISR<JOR JOR<IRQ SYR<IRQ IRQ<IRN IRN<AFG AFG^PAK PAK<IND IND<BGD BGD<MMR MMR<LAO LAO<VNM THA<KHM KHM<VNM
    SAU<QAT QAT<ARE ARE<OMN YEM<OMN UZB<KGZ TKM<UZB KAZ<MNG CHN<PRK CHN<KOR KOR<JPN PRK<JPN NPL<BTN
    MEX<CUB CUB<HTI HTI<DOM GTM<HND COL<VEN VEN<GUY GUY<SUR ECU<BRA PER<BRA CHL<ARG ARG<URY BOL<PRY JAM<HTI
    CRI<PAN PAN<COL DOM<KNA KNA<ATG LCA<BRB MYS<BRN IDN<TLS TLS<PNG PNG<SLB SLB<TUV FJI<TON VUT<FJI AUS<NZL
    PLW<FSM FSM<MHL NRU<KIR
    CAN^USA USA^MEX MEX^GTM GTM^SLV HND^NIC NIC^CRI CUB^JAM BHS^CUB COL^ECU ECU^PER PER^CHL BRA^PRY PRY^ARG
    BOL^ARG VCT^GRD GRD^TTO ATG^DMA DMA^LCA TTO^GUY
    SWE^DNK NOR^DNK DNK^DEU FIN^EST EST^LVA LVA^LTU DEU^CHE DEU^AUT AUT^SVN CHE^ITA FRA^ESP ESP^MAR
    CZE^AUT POL^SVK SVK^HUN HUN^SRB SRB^MKD MKD^GRC BIH^MNE MNE^ALB ALB^GRC ITA^MLT GBR^FRA NLD^BEL BEL^FRA
    BLR^UKR LTU^UKR LTU^ROU UKR^TUR ROU^BGR BGR^GRC GEO^ARM TUR^SYR SYR^JOR CYP^EGY MLT^LBY
    GRC^LBY LBN^ISR TUR^CYP JOR^SAU
    KWT^SAU SAU^YEM MAR^MRT DZA^NER LBY^TCD EGY^SDN SDN^SSD SSD^UGA ETH^KEN KEN^TZA TZA^MOZ RWA^BDI UGA^TZA
    CAF^COD COD^AGO AGO^NAM ZMB^ZWE ZWE^ZAF BWA^ZAF ZAF^LSO CMR^GNQ GNQ^GAB NGA^STP NER^NGA MLI^BFA BFA^GHA
    SEN^GMB GMB^GNB GNB<GIN GIN^SLE SLE^LBR
    RUS^KAZ RUS^MNG MNG^CHN KAZ^UZB UZB^AFG KGZ^TJK TJK^PAK CHN^VNM PRK^KOR KOR^TWN TWN^PHL CHN^HKG LAO^THA
    IND^LKA LKA^MDV THA^MYS MYS^SGP SGP^IDN PNG^AUS FSM^PNG
"""
# Lengths are cells. A tile is drawn to its own place, towards its neighbours, and into their direction.
NEIGHBOURS = 5
OWN, NEAR, TURNED = 0.25, 0.5, 1.5
# What a relation that does not hold costs: first little, so that tiles can pass, then much.
WRONG = (6.0, 20.0, 60.0)
REACH, PASSES = 3, 40
STEPS = ((1, 0), (-1, 0), (0, 1), (0, -1))
# The longitude and latitudes that bound the map: the Pacific is not cut in two.
_WEST, _NORTH, _SOUTH = -110.0, 66.0, -44.0
# Cells between America and Africa, east of a longitude, so that they do not run into one another.
_OCEAN, _ATLANTIC = 2.0, -40.0
# North of this latitude a degree counts more, for the room that Europe needs.
_STRETCHED, _STRETCH = 46.0, 2.4


Cell = tuple[int, int]


@functools.cache
def positions() -> Mapping[str, tuple[int, int]]:
    """Return the column and row of each country's tile, counted from the north-west."""
    return {row["code"]: (int(row["column"]), int(row["row"])) for row in _rows()}


@functools.cache
def coordinates() -> Mapping[str, tuple[float, float]]:
    """Return the rough latitude and longitude of each country, in degrees north and east."""
    return {row["code"]: (float(row["latitude"]), float(row["longitude"])) for row in _rows()}


def table(points: Mapping[str, tuple[float, float]]) -> str:
    """Return the file of positions that some coordinates give."""
    found = place(points)
    lines = [f"{code},{points[code][0]:g},{points[code][1]:g},{found[code][0]},{found[code][1]}"
             for code in sorted(points)]  # fmt: skip
    return "\n".join(["code,latitude,longitude,column,row", *lines, ""])


def relations() -> tuple[tuple[str, str, str], ...]:
    """Return (one, `<` or `^`, other): the first lies west or north of the second."""
    return tuple((item[:3], item[3], item[4:]) for item in RELATIONS.split())


def place(points: Mapping[str, tuple[float, float]]) -> dict[str, tuple[int, int]]:
    """Return the column and row of each place's tile; no two share one.

    First every place takes a cell of the grid so that the sum of squared distances is least (a
    linear assignment). Then tiles move to a free cell or swap with another for as long as that lowers
    the sum of their displacements, of how far and in what direction their neighbours are, and of the
    relations that do not hold. No chance is in it.

    Parameters
    ----------
    points
        Latitude and longitude in degrees.
    """
    from scipy.optimize import linear_sum_assignment

    codes = sorted(points)
    wanted = _projected(np.array([points[code] for code in codes]))
    cells = [(column, row) for row in range(ROWS) for column in range(COLUMNS)]
    cost = ((wanted[:, None, :] - np.array(cells)[None, :, :]) ** 2).sum(axis=2)
    spots = [cells[cell] for cell in linear_sum_assignment(cost)[1]]
    _Board([(float(x), float(y)) for x, y in wanted], spots, _pairs(codes, wanted)).settle()
    first = (min(column for column, _ in spots), min(row for _, row in spots))
    return {code: (x - first[0], y - first[1]) for code, (x, y) in zip(codes, spots, strict=True)}


def _rows() -> list[dict[str, str]]:
    text = (resources.bundled("templates") / FILE).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _projected(points: Floats) -> Floats:
    """Return where places stand on the grid, (n, 2): partly by the globe, partly by their order.

    By order alone crowded parts get the room they need; by the globe alone continents keep their
    shape.
    """
    longitude = (points[:, 1] - _WEST) % 360
    latitude = np.clip(_NORTH - points[:, 0], 0, _NORTH - _SOUTH)
    latitude = latitude + (_STRETCH - 1) * np.minimum(latitude, _NORTH - _STRETCHED)
    across = _spread(longitude, 0.65) * (COLUMNS - 1 - _OCEAN) + _OCEAN * (longitude > _ATLANTIC - _WEST)
    down = _spread(latitude, 0.5) * (ROWS - 1)
    return np.stack([across, down], axis=1)


def _spread(values: Floats, share: float) -> Floats:
    """Return values from 0 to 1: `share` by their order, the rest by their size."""
    low, high = values.min(), values.max()
    order = np.interp(values, np.sort(values), np.linspace(0, 1, len(values)))
    return np.asarray(share * order + (1 - share) * (values - low) / max(high - low, 1e-9))


@dataclass(frozen=True)
class _Pair:
    """Two places, the direction from the first to the second, and which order is kept, if any."""

    one: int
    other: int
    across: float
    down: float
    kept: str = ""

    def cost(self, spots: Sequence[Cell], wrong: float) -> float:
        x, y = spots[self.other][0] - spots[self.one][0], spots[self.other][1] - spots[self.one][1]
        far = math.hypot(x, y) or 1e-9
        cost = NEAR * (far - 1) + TURNED * (1 - (x * self.across + y * self.down) / far)
        if self.kept:
            cost += wrong * max(0, 1 - (x if self.kept == "<" else y))
        return cost

    def broken(self, spots: Sequence[Cell]) -> bool:
        """Say whether the order that is to be kept is not."""
        (a, b), (x, y) = spots[self.one], spots[self.other]
        return (self.kept == "<" and a >= x) or (self.kept == "^" and b >= y)


def _pairs(codes: Sequence[str], wanted: Floats) -> Iterator[_Pair]:
    """Yield each place with its nearest ones, and the relations."""
    distance = ((wanted[:, None, :] - wanted[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(distance, np.inf)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :NEIGHBOURS]
    number = {code: n for n, code in enumerate(codes)}
    kept = {(number[one], number[other]): sign for one, sign, other in relations()
            if one in number and other in number}  # fmt: skip
    near = {(n, int(m)) if n < m else (int(m), n) for n, row in enumerate(nearest) for m in row}
    for one, other in sorted({*kept, *(pair for pair in near if pair[::-1] not in kept)}):
        x, y = wanted[other] - wanted[one]
        far = math.hypot(x, y) or 1e-9
        yield _Pair(one, other, float(x) / far, float(y) / far, kept.get((one, other), ""))


class _Board:
    """Tiles on a grid, and how well they stand."""

    def __init__(self, wanted: list[tuple[float, float]], spots: list[Cell], pairs: Iterator[_Pair]) -> None:
        self.wanted, self.spots, self.wrong = wanted, spots, WRONG[0]
        self.pairs: list[list[_Pair]] = [[] for _ in spots]
        for pair in pairs:
            self.pairs[pair.one].append(pair)
            self.pairs[pair.other].append(pair)

    def settle(self) -> None:
        """Move and swap tiles for as long as it helps."""
        for self.wrong in WRONG:
            for _ in range(PASSES):
                if sum(self._improve(n) for n in range(len(self.spots))) == 0:
                    break

    def _cost(self, tiles: Collection[int]) -> float:
        """Return what these tiles add to the sum: each pair once."""
        cost = 0.0
        for n in tiles:
            (x, y), (a, b) = self.spots[n], self.wanted[n]
            cost += OWN * ((x - a) ** 2 + (y - b) ** 2)
            cost += sum(
                pair.cost(self.spots, self.wrong)
                for pair in self.pairs[n]
                if pair.one == n or pair.one not in tiles
            )
        return cost

    def _improve(self, n: int) -> bool:
        """Try the cells around a tile; take the best one if it lowers the cost."""
        taken = {spot: k for k, spot in enumerate(self.spots)}
        best, chosen = -1e-9, None
        for move in self._moves(n, taken):
            before, home = self._cost(move), {k: self.spots[k] for k in move}
            self._put(move)
            gain = self._cost(move) - before
            self._put(home)
            if gain < best:
                best, chosen = gain, move
        if chosen is None:
            return False
        self._put(chosen)
        return True

    def _moves(self, n: int, taken: Mapping[Cell, int]) -> Iterator[dict[int, Cell]]:
        """Yield where tiles would go: this one to a cell nearby, who is there to its place or a step on."""
        column, row = self.spots[n]
        broken = any(pair.broken(self.spots) for pair in self.pairs[n])
        for x in range(max(0, column - REACH), min(COLUMNS, column + REACH + 1)):
            for y in range(max(0, row - REACH), min(ROWS, row + REACH + 1)):
                if (x, y) == (column, row):
                    continue
                other = taken.get((x, y))
                yield {n: (x, y)} if other is None else {n: (x, y), other: (column, row)}
                if other is not None and broken:
                    yield from (move for step in STEPS if (move := self._pushed(n, (x, y), step, taken)))

    def _pushed(self, n: int, cell: Cell, step: Cell, taken: Mapping[Cell, int]) -> dict[int, Cell]:
        """Return the move to a cell that pushes all in its way a step on, to a free cell; {} at the edge."""
        move, at, tile = {}, cell, n
        while True:
            if not (0 <= at[0] < COLUMNS and 0 <= at[1] < ROWS):
                return {}
            move[tile] = at
            if at == self.spots[n] or at not in taken:
                return move
            tile, at = taken[at], (at[0] + step[0], at[1] + step[1])

    def _put(self, move: Mapping[int, Cell]) -> None:
        for k, cell in move.items():
            self.spots[k] = cell
