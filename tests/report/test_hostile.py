"""Text of someone else's index is text: it neither breaks a report nor runs nor reads a file in it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from readiness.report import design, html, method, pdf
from readiness.report.phrases import figures

TEXTS = [
    "<script>alert(1)</script>", "{{ 7*7 }} {% for x in y %}", "</title></style><svg onload=alert(1)>",
    "<text x='0'>", '"><img src="file:///etc/passwd">', "&lt;b&gt; &amp;", "a" * 99, "W " * 50,
    "مرحبا بالعالم", "日本語の指標", "]]> --> <!--", "%s %(x)s {0} {x}", "\N{RIGHT-TO-LEFT OVERRIDE}abc",
    "=HYPERLINK(1)", "line\ttab", "\N{ZERO WIDTH SPACE}\N{COMBINING ACUTE ACCENT}",
]  # fmt: skip
URLS = ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,<script>1</script>", "//evil.example",
        "JAVASCRIPT:alert(1)", " https://x", "asset:/fonts/400.ttf", "../../etc/passwd"]  # fmt: skip


def poisoned(profile, text, url=None):
    """Return a profile in which every text that a folder can bring is this one."""
    sources = {
        source.number: replace(
            source, publisher=text, short=text, dataset=text, licence=text, vintage=text, url=url
        )
        for source in profile.sources
    }
    lines = {
        line.id: replace(
            line,
            title=text,
            unit=text,
            note=text,
            path=(text,) * len(line.path),
            source=sources[line.source.number],
        )
        for line in profile.figures
    }
    nodes = tuple(replace(line, title=text, note=text, description=text) for line in profile.nodes)
    return replace(
        profile,
        country=replace(profile.country, name=text, note=text),
        framework=profile.framework.model_copy(update={"name": text, "edition": text}),
        peers=tuple(replace(peer, label=text) for peer in profile.peers),
        nodes=nodes,
        pillars=tuple(line for line in nodes if line.depth == 1),
        views=tuple(
            replace(
                view, name=text, reading=text, lines=tuple(replace(line, title=text) for line in view.lines)
            )
            for view in profile.views
        ),
        neighbours=tuple(replace(item, name=text) for item in profile.neighbours),
        figures=tuple(lines.values()),
        strengths=tuple(lines[line.id] for line in profile.strengths),
        weaknesses=tuple(lines[line.id] for line in profile.weaknesses),
        facts=tuple(
            replace(fact, title=text, unit=text, source=sources[fact.source.number]) for fact in profile.facts
        ),
        sources=tuple(sources.values()),
        findings=poisoned_findings(profile.findings, text),
        tiles=tuple(replace(tile, name=text) for tile in profile.tiles),
        income=profile.income and replace(
            profile.income, unit=text,
            points=tuple(replace(point, name=text) for point in profile.income.points),
        ),
    )  # fmt: skip


def poisoned_findings(found, text):
    """Return what the analyses say with every text that a folder, rules or a scenario can bring."""
    moves, sizing, leap = found.moves, found.sizing, found.leapfrog
    return replace(
        found,
        binding=found.binding and replace(found.binding, title=text),
        direction=found.direction and replace(
            found.direction, ups=tuple(replace(shift, title=text) for shift in found.direction.ups)
        ),
        posture=tuple(
            replace(layer, title=text, label=text, words=text, reason=text, rule=text)
            for layer in found.posture
        ),
        leapfrog=leap and replace(leap, leaps=tuple(replace(item, title=text) for item in leap.leaps)),
        moves=moves and replace(moves, peers_words=text, moves=tuple(
            replace(move, title=text, unit=text, peer_name=text) for move in moves.moves
        )),
        sizing=sizing and replace(
            sizing, target_words=text, scenario=text, dated=text, left_out=(text,), unknown=(text,),
            steps=tuple(replace(step, title=text, unit=text, formula=text) for step in sizing.steps),
        ),
        serving=found.serving and replace(found.serving, model=text, scenario=text),
        affordability=found.affordability and replace(found.affordability, family=text),
    )  # fmt: skip


DRAWN = {"svg", "/svg", "title", "/title", "text", "/text", "rect", "path", "circle", "g", "/g"}


def tags(document: str) -> list[str]:
    """Return the tags of a page; charts draw a long text in more lines, with the marks they always use."""
    charts = re.findall(r"<svg.*?</svg>", document, re.S)
    assert {tag for chart in charts for tag in re.findall(r"<(/?[a-zA-Z!][\w-]*)", chart)} <= DRAWN
    return re.findall(r"<(/?[a-zA-Z!][\w-]*)", re.sub(r"<svg.*?</svg>", "<chart>", document, flags=re.S))


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_no_text_becomes_markup(kenya, text, monkeypatch):
    # A longer text moves passages to another column, and lists end with a column; no other tag changes.
    parted = [unlisted(html.render(poisoned(kenya, found), inline=True)) for found in ("plain", text)]
    assert parted[0] == parted[1]
    for module in (figures, method):
        monkeypatch.setattr(module, "parted", lambda passages, _, count: [passages] + [[]] * (count - 1))
    clean = tags(html.render(poisoned(kenya, "plain"), inline=True))
    document = html.render(poisoned(kenya, text), inline=True)
    assert tags(document) == clean
    if "{{" in text:
        assert "{{ 7*7 }}" in document


def unlisted(document: str) -> Counter[str]:
    return Counter(tag for tag in tags(document) if tag not in ("ol", "/ol"))


@pytest.mark.parametrize("url", URLS)
def test_only_addresses_of_the_web_become_links(kenya, url):
    document = html.render(poisoned(kenya, "plain", url), inline=True)
    assert "<a " not in document and url not in document


def test_an_address_is_escaped(kenya):
    document = html.render(poisoned(kenya, "plain", 'https://x.example/?a=1&b="><script>'), inline=True)
    assert (
        "<script>" not in document
        and 'href="https://x.example/?a=1&amp;b=&#34;&gt;&lt;script&gt;"' in document
    )


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "مرحبا " + "a" * 50], ids=ascii)
def test_a_pdf_is_made_of_it(small, pages, text):
    found = pages(pdf.render(poisoned(small, text, "file:///etc/passwd")))
    assert len(found) >= 3
    assert [link for page in found for link in page.links] == []
    assert not any("root:" in page.text for page in found)


@pytest.fixture
def fetcher():
    return pdf.fetcher(design.default())


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://127.0.0.1:9/", "https://example.org/x.css", "data:text/css,*{}", "ftp://x/y",
     "asset:/", "asset:/fonts/500.ttf", "asset:/fonts/../fonts/400.ttf", "asset:/fonts/400.ttf?x",
     "asset:/etc/passwd", "fonts/400.ttf", "/etc/passwd", "", "FILE:///etc/passwd"],
)  # fmt: skip
def test_the_renderer_reads_its_own_assets_alone(fetcher, url):
    for read in (fetcher, fetcher.fetch, fetcher.open):
        with pytest.raises(ValueError, match="nothing but its own assets"):
            read(url)


def test_the_renderer_reads_its_fonts(fetcher):
    assert fetcher("asset:/fonts/400.ttf").read()[:4] == b"\x00\x01\x00\x00"


def test_markup_that_slips_through_reaches_nothing(small, monkeypatch, tmp_path, pages):
    secret = tmp_path / "secret.txt"
    secret.write_text("a very secret word", encoding="utf-8")
    url = secret.as_uri()
    page = (
        f"<html><head><link rel=stylesheet href='{url}'><link rel=attachment href='{url}'>"
        f"<base href='{tmp_path.as_uri()}/'></head><body>words<img src='secret.txt'><img src='{url}'>"
        f"<object data='{url}'></object><a rel=attachment href='secret.txt'>x</a>"
        "<svg><image href='http://127.0.0.1:9/x.png'/></svg><style>@import url(secret.txt)</style></body>"
    )
    monkeypatch.setattr(html, "render", lambda profile, **_: page)
    content = pdf.render(small)
    assert b"secret word" not in content and b"EmbeddedFile" not in content
    assert "words" in pages(content)[0].text
