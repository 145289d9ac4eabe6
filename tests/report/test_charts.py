"""The strip of neighbours: where its lines, dots and numbers stand."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from readiness.report import charts
from readiness.report.model import Neighbour, Range

LINE = re.compile(r'<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" stroke="(#\w+)" stroke-width="0.9"')
DOT = re.compile(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"')
TEXT = re.compile(r'<text x="([\d.]+)"[^>]*>([^<]*)</text>')


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
    assert min(places) > 78 and max(places) < 178 - 14
    # A row each, from the best down; this country's in the accent colour and larger.
    rows = [float(line[1]) for line in lines]
    assert rows == sorted(rows) == [float(dot[1]) for dot in dots]
    own = [item.own for item in neighbours].index(True)
    assert [line[4] for line in lines].count(charts.ACCENT) == 1 and lines[own][4] == charts.ACCENT
    assert max(range(11), key=lambda row: float(dots[row][2])) == own


def test_ticks_stand_at_their_rank_and_never_on_one_another(profiles):
    for profile in profiles.values():
        if profile.rank is None:
            continue
        drawing = strip(profile.neighbours)
        ticks = [(float(x), int(text[:-2])) for x, text in TEXT.findall(drawing) if text[-2:] in
                 ("st", "nd", "rd", "th") and text[:-2].isdigit()]  # fmt: skip
        assert 2 <= len(ticks) <= 10
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
    words = drawing.split("<title>")[1].split("</title>")[0]
    assert f"{kenya.rank} Kenya {kenya.score:.1f}" in words and "(" not in words


def test_one_country_alone():
    own = Neighbour("KEN", "Kenya", 1, Range(1, 1, 1, 1, 1), 50.0, True)
    drawing = strip([own])
    assert "nan" not in drawing and ">1st</text>" in drawing
