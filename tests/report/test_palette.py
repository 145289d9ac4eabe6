"""Colours: the ones a page is read by stand out from it, and the arithmetic is WCAG's."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.report.palette import COLOURS, DEFAULT, NEEDED, contrast, luminance, mixed

COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_of_known_pairs():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # WebAIM's example
    assert contrast("#123456", "#123456") == 1
    assert luminance("#ff0000") == pytest.approx(0.2126)


@given(COLOUR, COLOUR)
def test_contrast_has_no_order_and_stays_in_its_bounds(one, other):
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001


@given(COLOUR, COLOUR, st.floats(0, 1))
def test_a_mix_lies_between_its_colours(one, other, share):
    for start in (1, 3, 5):
        parts = sorted(int(colour[start : start + 2], 16) for colour in (one, other))
        assert parts[0] <= int(mixed(one, other, share)[start : start + 2], 16) <= parts[1]
    assert mixed(one, other, 1) == one and mixed(one, other, 0) == other


def test_what_is_read_stands_out_from_the_page():
    for name, least in NEEDED.items():
        assert contrast(getattr(DEFAULT, name), DEFAULT.paper) >= least
    # A bar is told from its track, and a hatch from the page, in grey print.
    assert contrast(DEFAULT.accent, DEFAULT.track) >= 3
    assert contrast(DEFAULT.light, DEFAULT.paper) >= 2


def test_greys_are_told_from_one_another():
    shades = [luminance(colour) for colour in (DEFAULT.ink, DEFAULT.mid, DEFAULT.light, DEFAULT.rule)]
    assert all(darker + 0.05 < lighter for darker, lighter in itertools.pairwise(shades))


def test_css_has_every_colour_once():
    css = DEFAULT.css()
    assert css.count("--") == len(COLOURS) and "--accent-soft: #b9d8dd;" in css and "family" not in css
