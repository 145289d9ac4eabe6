"""The tile map: a square a country, near its neighbours; what shades, hatches and the outline tell."""

from __future__ import annotations

import itertools
import re
from html import unescape

import pytest

from readiness import resources
from readiness.report import charts, tiles
from readiness.report.charts.marks import LABEL, text_width
from readiness.report.model import Tile
from readiness.report.palette import DEFAULT, contrast, luminance

SQUARE = re.compile(r"M([\d.]+) ([\d.]+)h([\d.]+)v")
BAND = re.compile(r'<path d="([^"]*)" fill="(#\w+)"/>')
BOUNDS = (20.0, 30.0, 40.0, 60.0)


@pytest.fixture(scope="module")
def computed():
    return tiles.table(tiles.coordinates())


def test_every_country_has_a_square_of_its_own(bundled):
    found = tiles.positions()
    assert set(found) == set(bundled.countries)
    assert len(set(found.values())) == len(found) == 197
    assert all(0 <= x < tiles.COLUMNS and 0 <= y < tiles.ROWS for x, y in found.values())


def test_positions_are_what_the_coordinates_give(computed):
    assert (resources.bundled("templates") / tiles.FILE).read_text(encoding="utf-8") == computed


@pytest.mark.parametrize(("one", "sign", "other"), tiles.relations())
def test_neighbours_lie_where_they_do_on_the_globe(one, sign, other):
    axis = 0 if sign == "<" else 1
    assert tiles.positions()[one][axis] < tiles.positions()[other][axis]
    # And the rough coordinates say the same, so that no relation is made up.
    (north, east), (south, west) = tiles.coordinates()[one], tiles.coordinates()[other]
    assert (east - tiles._WEST) % 360 <= (west - tiles._WEST) % 360 if sign == "<" else north >= south


def test_places_on_the_globe_are_plausible():
    for latitude, longitude in tiles.coordinates().values():
        assert -45 <= latitude <= 66 and -180 <= longitude <= 180
    assert tiles.coordinates()["KEN"] == (0, 38) and tiles.coordinates()["NZL"] == (-42, 172)


def test_neighbours_are_near_one_another():
    found = tiles.positions()
    apart = [max(abs(a - b) for a, b in zip(found[one], found[other], strict=True))
             for one, _, other in tiles.relations()]  # fmt: skip
    assert sum(step <= 1 for step in apart) / len(apart) > 0.6
    assert sum(step <= 2 for step in apart) / len(apart) > 0.85 and max(apart) <= 7


def test_placing_is_free_of_order_and_takes_any_places():
    points = dict(itertools.islice(tiles.coordinates().items(), 30))
    turned = dict(reversed(points.items()))
    assert tiles.place(points) == tiles.place(turned)
    assert len(set(tiles.place(points).values())) == 30
    assert tiles.place({"A": (10.0, 10.0), "B": (10.0, 10.0)})["A"] != (9, 9)


def world(**bands) -> list[Tile]:
    return [Tile(code, f"Name of {code}", None if band is None else 5, band, code == "KEN")
            for code, band in bands.items()]  # fmt: skip


def test_squares_of_a_band_are_one_path_of_equal_squares_from_light_to_dark():
    found = world(KEN=2, ETH=0, UGA=0, TZA=1, SOM=3, RWA=4, DJI=None)
    drawing = charts.tilemap("Scores", found, BOUNDS)
    paths = BAND.findall(drawing)
    counts = [len(SQUARE.findall(path)) for path, _ in paths]
    assert counts == [2, 1, 1, 1, 1, *[1] * 5]  # five bands, then the five of the legend
    sides = {side for path, _ in paths[:5] for _, _, side in SQUARE.findall(path)}
    assert len(sides) == 1
    lights = [luminance(shade) for _, shade in paths[:5]]
    assert lights == sorted(lights, reverse=True)
    # Each is told from the next in grey, and the lightest from the page.
    shades = [DEFAULT.paper, *(shade for _, shade in paths[:5])]
    assert all(contrast(a, b) > 1.25 for a, b in itertools.pairwise(shades))
    assert [shade for _, shade in paths[:5]] == [shade for _, shade in paths[5:]]


def test_squares_keep_their_order():
    drawing = charts.tilemap("Scores", world(KEN=0, ETH=1, TZA=2, UGA=3), BOUNDS)
    (kenya, ethiopia, tanzania, uganda) = (
        tuple(map(float, SQUARE.findall(path)[0][:2])) for path, _ in BAND.findall(drawing)[:4]
    )
    assert ethiopia[1] < kenya[1] < tanzania[1] and uganda[0] < kenya[0]


def test_what_is_not_ranked_is_hatched_and_in_the_legend():
    drawing = charts.tilemap("Scores", world(KEN=2, DJI=None, TUV=None), BOUNDS)
    hatch = re.search(rf'<path d="([^"]*)" stroke="{DEFAULT.light}" stroke-width="0.2"', drawing)[1]
    assert hatch.count("h") // 2 == 2 and hatch.count("L") == 6
    assert ">not ranked</text>" in drawing and "2 are not ranked." in drawing
    assert ">not ranked</text>" not in charts.tilemap("Scores", world(KEN=2, ETH=1), BOUNDS)


@pytest.mark.parametrize("width", [85, 102])
def test_the_country_is_outlined_and_named_clear_of_every_square(profiles, width):
    for profile in profiles.values():
        drawing = charts.tilemap("Scores", profile.tiles, profile.bounds, width=width)
        label = re.search(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*font-weight="600">([^<]*)<', drawing)
        name = unescape(label[3])
        assert name == profile.country.name  # no rank: it would stand there without its range
        left, base = float(label[1]), float(label[2])
        right = left + text_width(name, LABEL, bold=True)
        assert left >= 0 and right <= width
        for x, y, side in squares(drawing):
            assert right <= x or left >= x + side or base <= y or base - 2 >= y + side, (name, x, y)
        assert len(re.findall(rf'z" stroke="{DEFAULT.accent}"', drawing)) == 1


def squares(drawing: str) -> list[tuple[float, ...]]:
    return [tuple(map(float, square)) for square in SQUARE.findall(drawing)]


def test_the_legend_has_the_bounds_and_the_words_the_counts(kenya):
    drawing = charts.tilemap("Scores of the world", kenya.tiles, kenya.bounds)
    low, *_, high = kenya.bounds
    assert f">under {low:.1f}</text>" in drawing and f">{high:.1f} and over</text>" in drawing
    said = drawing.partition("<title>")[2].partition("</title>")[0]
    rest = 197 - kenya.ranked_count
    assert f"hold 36, 36, 36, 36, 36 countries, the lowest first; {rest} are not ranked." in said
    assert "Kenya is in band 3 of 5." in said and len(said) < 300


def test_codes_are_in_the_squares_where_they_are_wanted_and_fit(kenya):
    def drawn(**options) -> str:
        return charts.tilemap("Scores", kenya.tiles, kenya.bounds, **options)

    code = re.compile(r">[A-Z]{3}</text>")
    assert len(code.findall(drawn(codes=True))) == 197
    assert not code.search(drawn()) and not code.search(drawn(codes=True, width=85))
    side = squares(drawn(codes=True))[0][2]
    assert all(text_width(name, 2.4) <= side + 0.1 for name in tiles.positions())


def test_codes_without_a_place_are_left_out():
    found = [*world(KEN=2, ETH=1), Tile("X01", "A place of its own", 3, 0, False)]
    drawing = charts.tilemap("Scores", found, BOUNDS)
    assert [len(SQUARE.findall(path)) for path, _ in BAND.findall(drawing)][:2] == [1, 1]
    assert "X01" not in drawing
    assert charts.tilemap("Scores", [found[0], found[2]], BOUNDS) == ""
    assert charts.tilemap("Scores", found, ()) == ""
    assert charts.tilemap("Scores", [], BOUNDS) == ""
