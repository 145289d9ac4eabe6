"""Charts: marks stand where their numbers are, words say them, and no text runs into another."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from readiness.report import charts, fonts
from readiness.report.charts import marks
from readiness.report.model import IncomeChart, IncomePoint, Neighbour, NodeLine, Range
from readiness.report.palette import DEFAULT

LINE = re.compile(r'<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" stroke="(#\w+)" stroke-width="0.9"')
DOT = re.compile(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)" fill="#(?!f)')
TEXT = re.compile(r'<text x="([\d.]+)"[^>]*>([^<]*)</text>')
RECT = re.compile(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="(#\w+)"/>')
RING = re.compile(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="1" fill="#ffffff"')
TRIANGLE = re.compile(r'<path d="M([\d.]+) ([\d.]+)l1.1 1.9h-2.2z"')
TICK = re.compile(r'<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" stroke="#1c1f23" stroke-width="0.6"')
WHISKER = re.compile(r'<path d="M([\d.]+) ([\d.]+)L([\d.]+) [^"]*" stroke="#1c1f23" stroke-width="0.35"')
PEERS = ["low income countries", "Asia", "the countries most like it"]
ENDS = (0.0, 100.0)
LONG = "Harmonised interoperability of Telecommunicationsinfrastructures and Donaudampfschifffahrtskapitäne"


def words(drawing: str) -> str:
    return drawing.partition("<title>")[2].partition("</title>")[0]


@dataclass(frozen=True)
class Box:
    """What a line of text takes."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right - 0.05 and other.left < self.right - 0.05
            and self.top < other.bottom - 0.05 and other.top < self.bottom - 0.05
        )  # fmt: skip


def boxes(drawing: str) -> tuple[tuple[float, float], list[Box]]:
    """Return the size of a drawing and the boxes of its texts, measured with the faces of the PDF."""
    root = ElementTree.fromstring(drawing)
    _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
    found = []
    for node in root.iter("{http://www.w3.org/2000/svg}text"):
        size = float(node.attrib["font-size"])
        assert size >= 2.4
        wide = measured(node.text or "", 600 if node.get("font-weight") else 400) * size
        x, y = float(node.attrib["x"]), float(node.attrib["y"])
        left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[node.attrib["text-anchor"]] * wide
        found.append(Box(node.text or "", left, left + wide, y - 0.72 * size, y + 0.2 * size))
    return (width, height), found


FACES: dict[int, tuple[dict[int, str], dict, int]] = {}


def measured(text: str, weight: int) -> float:
    if weight not in FACES:
        font = TTFont(fonts.face(weight))
        FACES[weight] = (font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm)
    cmap, metrics, unit = FACES[weight]
    return sum(metrics[cmap[ord(letter)]][0] / unit if ord(letter) in cmap else 1.0 for letter in text)


def is_tidy(drawing: str) -> None:
    """Check that all text is inside the drawing and none on another."""
    (width, height), found = boxes(drawing)
    for box in found:
        assert box.left >= -0.02 and box.right <= width + 0.02, box
        assert box.top >= -0.02 and box.bottom <= height + 0.02, box
    found.sort(key=lambda box: box.top)
    for number, one in enumerate(found):
        for other in itertools.takewhile(lambda box, one=one: box.top < one.bottom, found[number + 1 :]):
            assert not one.meets(other), (one, other)


def node(title: str = "Energy", score: float | None = 50.0, **fields) -> NodeLine:
    plain = {"id": "x", "title": title, "description": "", "note": None, "depth": 1, "score": score,
             "rank": None if score is None else 3, "of": 150, "medians": (40.0, 30.0, 70.0), "have": 3,
             "total": 4}  # fmt: skip
    return NodeLine(**plain | fields)


def every_chart(profile) -> dict[str, str]:
    labels, ends, income = [peers.label for peers in profile.peers], profile.ends, profile.income
    view = next(view for view in profile.views if view.reading == profile.framework.reading)
    return {
        "bars": charts.bars("Scores by pillar", profile.pillars, labels, ends),
        "stack": charts.stack("Scores by layer", view.lines, labels, ends),
        "dots": charts.dots("Scores", profile.nodes, labels, ends),
        "strip": charts.strip("The countries nearest in rank", profile.neighbours, width=100),
        "expected": charts.expected("Score and income", income, ends) if income else "",
        "narrow": charts.expected("Score and income", income, ends, width=70) if income else "",
        "map": charts.tilemap("Scores of the world", profile.tiles, profile.bounds, width=102),
    }


def test_no_text_of_any_country_leaves_the_drawing_or_meets_another(profiles):
    for profile in profiles.values():
        for name, drawing in every_chart(profile).items():
            assert drawing or (name == "strip" and profile.rank is None) or profile.income is None, name
            if drawing:
                assert "nan" not in drawing and 'role="img"' in drawing and len(words(drawing)) > 60
                is_tidy(drawing)


def test_widths_are_those_of_the_faces_in_the_pdf():
    for text, bold in itertools.product(("Côte d'Ivoire 39.4", "WWWiiilll", "Åland–Šárka"), (False, True)):
        wide = measured(text, 600 if bold else 400)
        assert marks.text_width(text, 1.0, bold=bold) == pytest.approx(wide, rel=0.002)
    assert marks.text_width("日", 2.0) == 2.0


@pytest.mark.parametrize("room", [6.0, 11.0, 25.0, 60.0])
def test_wrapped_lines_fit_and_lose_no_letter(room):
    lines = marks.wrapped(LONG, room)
    assert max(marks.text_width(line) for line in lines) <= room
    assert "".join(lines).replace("-", "").replace(" ", "") == LONG.replace(" ", "")


@pytest.mark.parametrize("draw", [charts.bars, charts.stack, charts.dots])
@pytest.mark.parametrize("score", [0.0, 47.25, 100.0, None])
def test_long_names_never_run_into_marks(draw, score):
    lines = [node(LONG, score, note="fewer of them is higher"), node("B", 12.0), node(LONG, 3.0, depth=2)]
    drawing = draw("Scores", lines, PEERS, ENDS)
    is_tidy(drawing)
    _, found = boxes(drawing)
    names = [box for box in found if box.text[0].isalpha() and not re.match(r"no score|\d", box.text)]
    edge = min(float(rect[0]) for rect in RECT.findall(drawing)) if RECT.search(drawing) else None
    assert edge is None or max(box.right for box in names) <= edge
    letters = "".join(box.text for box in names).replace("-", "").replace(" ", "")
    assert LONG.replace(" ", "") in letters


def test_bars_whiskers_and_medians_stand_on_one_scale():
    second = node("B", 80.0, low=70.0, high=85.0, medians=(55.0, 5.0, 90.0))
    lines = [node("A", 20.0, low=15.0, high=30.0), second]
    drawing = charts.bars("Scores", lines, PEERS, ENDS)
    tracks = [rect for rect in RECT.findall(drawing) if rect[4] == DEFAULT.track]
    filled = [rect for rect in RECT.findall(drawing) if rect[4] == DEFAULT.accent]
    left, width = float(tracks[0][0]), float(tracks[0][2])

    def value(place: str) -> float:
        return (float(place) - left) / width * 100

    assert [float(bar[2]) / width * 100 for bar in filled] == pytest.approx([20, 80], abs=0.05)
    assert [value(x) for x, *_ in TICK.findall(drawing)] == pytest.approx([40, 55], abs=0.05)
    assert [value(x) for x, _ in RING.findall(drawing)] == pytest.approx([30, 5], abs=0.05)
    assert [value(x) for x, _ in TRIANGLE.findall(drawing)] == pytest.approx([70, 90], abs=0.05)
    ends = [value(x) for whisker in WHISKER.findall(drawing) for x in (whisker[0], whisker[2])]
    assert ends == pytest.approx([15, 30, 70, 85], abs=0.05)
    said = "A 20.0, range 15.0 to 30.0, rank 3 of 150 (median of low income countries 40.0, median of Asia"
    assert said in words(drawing)
    # The ring and the triangle stand below the bar, clear of the range.
    assert min(float(y) for _, y in RING.findall(drawing)) > float(filled[0][1]) + float(filled[0][3])


@pytest.mark.parametrize("draw", [charts.bars, charts.stack, charts.dots])
def test_missing_is_a_hollow_mark_with_a_word(draw):
    drawing = draw("Scores", [node("A", None, low=1.0, high=2.0)], PEERS, ENDS)
    assert DEFAULT.accent not in drawing and ">no score</text>" in drawing and not WHISKER.search(drawing)
    assert "A no score (median" in words(drawing) and "rank" not in words(drawing)
    assert draw("Scores", [], PEERS, ENDS) == ""


def test_the_first_layer_is_at_the_bottom():
    drawing = charts.stack("Scores", [node("Power", 10.0), node("Use", 90.0)], PEERS, ENDS)
    assert [text for _, text in TEXT.findall(drawing) if text.isalpha()] == ["Use", "Power"]


def test_a_dot_hides_no_median():
    drawing = charts.dots("Scores", [node("A", 40.0, medians=(40.0, 40.0, 80.0))], PEERS, ENDS)
    own = drawing.index(f'r="1.35" fill="{DEFAULT.accent}"')
    assert drawing.index('r="1" fill="#ffffff"') > own and drawing.index('stroke-width="0.6"') > own
    assert drawing.index("l1.1 1.9h-2.2z") < own


def strip(neighbours) -> str:
    return charts.strip("The countries nearest in rank", neighbours)


@pytest.mark.parametrize("code", ["KEN", "FIN", "COD", "CPV", "GUY"])
def test_lines_are_ranges_and_dots_are_ranks_on_one_scale(profiles, code):
    neighbours = profiles[code].neighbours
    drawing = strip(neighbours)
    lines, dots = LINE.findall(drawing), DOT.findall(drawing)
    assert len(lines) == len(dots) == len(neighbours) == 11
    places = [float(x) for line in lines for x in (line[0], line[2])] + [float(dot[0]) for dot in dots]
    ranks = [end for item in neighbours for end in (item.range.low, item.range.high)]
    ranks += [item.rank for item in neighbours]
    slope, start = np.polyfit(ranks, places, 1)
    assert slope > 0 and np.abs(slope * np.array(ranks) + start - places).max() < 0.02
    # Clear of the names and ranges at the left, and of the scores at the right.
    _, found = boxes(drawing)
    assert min(places) > max(box.right for box in found if box.text[:1].isalpha() or "–" in box.text)
    assert max(places) < min(box.left for box in found if re.fullmatch(r"\d+\.\d", box.text))
    # A row each, from the best down; this country's in the accent colour and larger.
    rows = [float(line[1]) for line in lines]
    assert rows == sorted(rows) == [float(dot[1]) for dot in dots]
    own = [item.own for item in neighbours].index(True)
    assert [line[4] for line in lines].count(DEFAULT.accent) == 1 and lines[own][4] == DEFAULT.accent
    assert max(range(11), key=lambda row: float(dots[row][2])) == own


def test_ticks_stand_at_their_rank_and_never_on_one_another(profiles):
    for profile in profiles.values():
        if profile.rank is None:
            continue
        drawing = strip(profile.neighbours)
        ticks = [(float(x), int(text[:-2])) for x, text in TEXT.findall(drawing) if text[-2:] in
                 ("st", "nd", "rd", "th") and text[:-2].isdigit()]  # fmt: skip
        assert 2 <= len(ticks) <= 12
        places, ranks = zip(*ticks, strict=True)
        assert min(np.diff(places)) > 4.5  # millimetres: a label is four wide
        first, line = profile.neighbours[0], LINE.findall(drawing)[0]
        scale = np.polyfit(ranks, places, 1)
        assert float(line[0]) == pytest.approx(np.polyval(scale, first.range.low), abs=0.03)


def test_without_ranges_dots_are_scores(kenya):
    bare = [replace(item, range=None) for item in kenya.neighbours]
    drawing = strip(bare)
    assert LINE.findall(drawing) == []
    places = [float(dot[0]) for dot in DOT.findall(drawing)]
    scores = [item.score for item in bare]
    slope, start = np.polyfit(scores, places, 1)
    assert np.abs(slope * np.array(scores) + start - places).max() < 0.02
    said = words(drawing)
    assert f"{kenya.rank} Kenya {kenya.score:.1f}" in said and "(" not in said


def test_one_country_alone():
    own = Neighbour("KEN", "Kenya", 1, Range(1, 1, 1, 1, 1), 50.0, True)
    drawing = strip([own])
    assert "nan" not in drawing and ">1st</text>" in drawing
    assert strip([]) == ""


DOTS = re.compile(r"M([\d.]+) ([\d.]+)h0")


def test_income_is_on_a_log_scale_and_the_label_covers_nobody(profiles):
    covered = 0
    for profile in profiles.values():
        if profile.income is None:
            continue
        drawing = charts.expected("Score and income", profile.income, profile.ends, width=70)
        others = [point for point in profile.income.points if not point.own]
        places = np.array([(float(x), float(y)) for x, y in DOTS.findall(drawing)])
        assert len(places) == len(others)
        own = next((point for point in profile.income.points if point.own), None)
        if own is None:
            continue
        _, found = boxes(drawing)
        label = next(box for box in found if box.text == f"{own.name} {own.score:.1f}")
        inside = (places[:, 0] > label.left) & (places[:, 0] < label.right)
        covered += bool((inside & (places[:, 1] > label.top) & (places[:, 1] < label.bottom)).any())
    assert covered == 0
    grey = [point for point in others if not point.peer] + [point for point in others if point.peer]
    for axis, numbers in enumerate(([np.log(p.income) for p in grey], [p.score for p in grey])):
        slope, start = np.polyfit(numbers, places[:, axis], 1)
        assert np.abs(slope * np.array(numbers) + start - places[:, axis]).max() < 0.02


def test_ticks_of_income_are_round_and_the_line_stays_on_the_scale():
    points = tuple(
        IncomePoint(f"X{n}", f"X{n}", 600 * 1.4**n, 5.0 * n, n % 2 == 0, n == 3) for n in range(17)
    )
    chart = IncomeChart(points, ((600.0, -30.0), (130000.0, 130.0)), "US$", (2023, 2024))
    drawing = charts.expected("Score and income", chart, ENDS)
    ticks = [text for _, text in TEXT.findall(drawing) if re.fullmatch(r"[\d,]+", text) and len(text) > 3]
    assert ticks == ["1,000", "3,000", "10,000", "30,000", "100,000"]
    assert ">GDP per person, US$, log scale</text>" in drawing and ">Score</text>" in drawing
    x1, y1, x2, y2 = map(float, re.search(
        rf'<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" stroke="{DEFAULT.ink}" stroke-width="0.4"', drawing
    ).groups())  # fmt: skip
    assert (y1, y2) == (53.5, 4.5) and x1 < x2
    assert "goes from -30.0 to 130.0. X3: 1,646, score 15.0." in words(drawing)
    assert charts.expected("Score and income", replace(chart, points=()), ENDS) == ""


def year(number: int, low: float, median: float, high: float, quotes: int = 9) -> SimpleNamespace:
    return SimpleNamespace(year=number, low=low, median=median, high=high, quotes=quotes, providers=3)


PRICES = [year(2023, 2.2, 2.9, 4.1), year(2024, 2.1, 2.5, 3.9), year(2026, 0.1, 1.0, 2.0, quotes=1)]


@pytest.mark.parametrize("height", [25, 42])
@pytest.mark.parametrize("series", [PRICES, PRICES[:1], [year(2024, 2.0, 2.0, 2.0)]])
def test_prices_stand_at_their_heights_from_zero(series, height):
    drawing = charts.prices("Price of an hour", series, height=height)
    is_tidy(drawing)
    dots = [(float(x), float(y)) for x, y, _ in DOT.findall(drawing)]
    base = float(re.search(r'<path d="M0.00 ([\d.]+)L', drawing)[1])
    heights = [base - y for _, y in dots]
    unit = heights[0] / series[0].median
    assert heights == pytest.approx([unit * item.median for item in series], abs=0.03)
    assert [f"{item.median:.2f}" in drawing for item in series] == [True] * len(series)
    if len(series) == 3:  # years stand at their distance
        assert dots[2][0] - dots[1][0] == pytest.approx(2 * (dots[1][0] - dots[0][0]), abs=0.03)
        said = words(drawing)
        assert "2023 2.90 US$ (middle half of 9 quotes from 2.20 to 4.10); 2024 2.50 US$" in said
        assert "of 1 quote from" in said
    assert charts.prices("Price of an hour", []) == ""


STEPS = [("2025", 38.1), ("New figures", 1.2), ("Weights", -0.7), (LONG, 0.2), ("2026", 38.8)]


def test_steps_of_a_waterfall_lead_from_the_first_to_the_last():
    drawing = charts.waterfall("What changed the score", STEPS)
    is_tidy(drawing)
    box = r'<path d="M([\d.]+) [\d.]+h([\d.]+)v[^"]*" stroke="#\w+" stroke-width="0.4" fill="(#\w+)"'
    found = re.findall(box, drawing)
    first, last = (float(x) for x, *_ in DOT.findall(drawing))
    scale = (last - first) / 0.7
    at = first
    for (left, wide, fill), (_, value) in zip(found, STEPS[1:-1], strict=True):
        assert float(left) == pytest.approx(min(at, at + value * scale), abs=0.05)
        assert float(wide) == pytest.approx(abs(value) * scale, abs=0.05)
        assert fill == (DEFAULT.accent if value > 0 else DEFAULT.paper)
        at += value * scale
    assert at == pytest.approx(last, abs=0.05)
    assert ">+1.2</text>" in drawing and ">−0.7</text>" in drawing
    said = "What changed the score: from 38.1 (2025), New figures +1.2; Weights −0.7;"
    assert words(drawing).startswith(said) and words(drawing).endswith(" to 38.8 (2026).")


def test_a_small_change_stays_small_and_nothing_draws_nothing():
    drawing = charts.waterfall("w", [("2025", 50.0), ("Weights", 0.1), ("2026", 50.1)])
    wide = float(re.search(r'h([\d.]+)v[^"]*" stroke="#\w+" stroke-width="0.4"', drawing)[1])
    assert wide < 10
    assert "nan" not in charts.waterfall("w", [("2025", 0.0), ("2026", 0.0)])
    assert charts.waterfall("w", []) == charts.waterfall("w", [("2025", 1.0)]) == ""


def test_a_palette_recolours_every_mark(kenya):
    dark = {"ink": "#102030", "mid": "#405060", "accent": "#7a1f5c", "peer": "#102030"}
    other = replace(DEFAULT, family="Gill <Sans>", **dark)
    drawings = [
        charts.bars("b", kenya.pillars, PEERS, ENDS, palette=other),
        charts.dots("d", kenya.nodes, PEERS, ENDS, palette=other),
        charts.strip("s", kenya.neighbours, palette=other),
        charts.expected("e", kenya.income, ENDS, palette=other),
        charts.tilemap("t", kenya.tiles, kenya.bounds, palette=other),
        charts.prices("p", PRICES, palette=other),
        charts.waterfall("w", STEPS, palette=other),
    ]
    for drawing in drawings:
        assert "#7a1f5c" in drawing and not {DEFAULT.accent, DEFAULT.mid, DEFAULT.ink} & set(
            re.findall(r"#\w{6}", drawing)
        )
        assert 'font-family="Gill &lt;Sans&gt;, ' in drawing
        ElementTree.fromstring(drawing)


def test_names_are_escaped():
    drawing = charts.bars("<b>", [node('<script>"&', 1.0)], ["<i>"], ENDS)
    assert "<script" not in drawing and "<i>" not in drawing
    ElementTree.fromstring(drawing)
