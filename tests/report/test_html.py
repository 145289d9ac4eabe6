"""The HTML report: one file, well formed, that needs nothing from anywhere."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

import pytest

from readiness.report import html, phrases

VOID = {"meta", "br", "col", "img", "link", "hr", "input", "circle", "rect", "path"}


class Checker(HTMLParser):
    """Collects tags that are not closed in order, and every reference to something outside."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.outside: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_startendtag(self, tag, attributes):
        self.attributes(tag, attributes)

    def handle_starttag(self, tag, attributes):
        self.attributes(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def attributes(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if tag == "a" and name == "href":
                self.links.append(value)
            elif name in ("src", "href", "xlink:href", "data", "action", "srcset", "background") or (
                name.startswith("on")
            ):
                self.outside.append((tag, name))


@pytest.mark.parametrize("code", ["KEN", "TWN", "PRK", "VCT"])
def test_self_contained_and_well_formed(profiles, code):
    document = html.render(profiles[code], inline=True)
    checker = Checker()
    checker.feed(document)
    checker.close()
    assert checker.open == [] and checker.faults == [] and checker.outside == []
    assert len(checker.ids) == len(set(checker.ids))
    assert all(link.startswith(("https://", "http://")) for link in checker.links) and checker.links
    assert not re.search(r"@import|url\(|<script|javascript:", document)
    assert document.startswith('<!DOCTYPE html>\n<html lang="en">') and "<title>" in document
    assert not re.search(r"\bNone\b|\bnan\b|Undefined|\{\{|\}\}|\{%", document)


def test_the_headline_and_every_figure(kenya):
    document = html.render(kenya, inline=True)
    assert f"<h1>{phrases.headline(kenya)}</h1>" in document
    for line in kenya.figures:
        assert document.count(f'<th scope="row">{escape(line.title)}</th>') >= 1


def test_every_country_renders(profiles):
    for code, profile in profiles.items():
        document = html.render(profile)
        assert not re.search(r"\bNone\b|\bnan\b", document), code
        assert "<style>" not in document


def test_charts_say_their_numbers_in_words(kenya, bundled):
    scores = bundled.scores()
    titles = re.findall(r"<svg[^>]*role=\"img\"[^>]*><title>(.*?)</title>", html.render(kenya), re.S)
    assert len(titles) == 7  # pillars, layers, neighbours, sub-pillars, income, map, prices
    for line in kenya.pillars:
        assert f"{line.title}" in titles[0] and f" {line.score:.1f}, range " in titles[0]
    assert "no score" not in titles[0]
    for item in kenya.neighbours:
        low, high = scores.interval(item.code)
        assert (item.range.low, item.range.high) == (low, high)
        assert f"{item.rank} ({low}\N{EN DASH}{high}) {item.name} {item.score:.1f}" in titles[2]


def test_a_country_s_missing_pillar_is_said_not_drawn(profiles):
    document = html.render(profiles["TWN"])
    assert ">no score</text>" in document and 'Rank</p>\n  <p class="word">none</p>' in document
    assert "Strengths and weaknesses are left out" in document
