"""The reports on several countries: numbers against the engine, sums that add up, documents that hold."""

from __future__ import annotations

import html as escaping
import re
from dataclasses import replace

import pikepdf
import pytest

from readiness.errors import ReadinessError
from readiness.index import Index
from readiness.report import charts
from readiness.report.batch import Making
from readiness.report.comparison import MOST, said, side_by_side, table
from readiness.report.comparison.document import content
from readiness.report.groups import called
from tests.report.test_hostile import TEXTS

WEB = Making("html")


def compared(index, codes, framework=None):
    scores = index.scores(framework)
    beyond = index.beyond_income(framework)
    return side_by_side(codes, scores, index.figures, index.countries, beyond)


def text_of(page: bytes) -> str:
    body = re.sub(r"<style>.*?</style>", "", page.decode("utf-8"), flags=re.S)
    return escaping.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body)))


@pytest.fixture(scope="module")
def three(bundled):
    return compared(bundled, ["RWA", "GHA", "KEN"])


def test_sides_are_the_engines(bundled, three):
    scores, beyond = bundled.scores(), bundled.beyond_income()
    assert [side.country.code for side in three.sides] == ["KEN", "GHA", "RWA"]
    for side in three.sides:
        code, row = side.country.code, scores.position(side.country.code)
        assert (side.rank, side.score) == (scores.rank(code), scores.score(code))
        assert (side.range.low, side.range.high) == scores.interval(code)
        assert side.beyond == beyond.residual[row]
        assert [line.score for line in side.nodes] == [scores.score(code, line.id) for line in side.nodes]
        figures = scores.stages["denominated"].values[row]
        assert [line.value for line in side.figures] == [None if x != x else x for x in figures]
        assert side.why is None
    for a, one in enumerate(three.sides):
        for b, other in enumerate(three.sides):
            rows = [scores.position(side.country.code) for side in (one, other)]
            assert three.above[a][b] == (None if a == b else scores.robustness.probability(*rows))


def test_the_steps_of_a_gap_add_up_as_printed(bundled):
    report = compared(bundled, ["USA", "CHN", "DEU", "JPN", "IND", "GBR", "FRA", "BRA"])
    assert len(report.sides) == MOST and len(report.pairs) == MOST - 1
    for pair in report.pairs:
        start, *parts, end = pair.steps
        assert round(start[1] + sum(points for _, points in parts), 1) == end[1]
        assert round(end[1] - start[1], 1) == pair.gap >= 0
        terms = {term.name: term.term for term in bundled.explain(pair.one, against=pair.other)}
        assert all(abs(terms[name] - points) < 0.1 for name, points in parts)


def test_the_terms_of_indicators_add_up_to_the_gap(bundled):
    (pair,) = compared(bundled, ["KEN", "RWA"]).pairs
    assert round(sum(term.points for term in pair.terms) + pair.rest, 1) == pair.gap
    assert pair.one == "KEN" and "leads Rwanda" in said.gap(compared(bundled, ["KEN", "RWA"]), pair)


def test_the_widest_apart_come_first(three):
    def spread(k):
        scores = [side.figures[k].score for side in three.sides if side.figures[k].score is not None]
        return max(scores) - min(scores)

    spreads = [spread(k) for k in three.widest]
    assert spreads == sorted(spreads, reverse=True)
    others = set(range(len(three.sides[0].figures))) - set(three.widest)
    assert (
        max(spread(k) for k in others if sum(s.figures[k].score is not None for s in three.sides) > 1)
        <= spreads[-1]
    )


@pytest.mark.parametrize("codes", [["KEN"], ["KEN", "KEN"], list("ABCDEFGHI")])
def test_so_many_cannot_be_set_side_by_side(bundled, codes):
    with pytest.raises(ReadinessError, match="2 to 8 countries"):
        compared(bundled, codes)


@pytest.mark.parametrize(
    ("share", "words"),
    [(None, "–"), (0.0, "0%"), (0.001, "<1%"), (0.42, "42%"), (0.9999, ">99%"), (1.0, "100%")],
)
def test_shares_are_none_or_all_only_where_they_are(share, words):
    assert said.share(share) == words


def test_sentences_say_what_is_there(bundled, three):
    least = min(three.above[0][1:])
    assert (
        said.headline(three)
        == f"Kenya is ahead of each of the others in {said.share(least)} of draws or more"
    )
    two = compared(bundled, ["RWA", "KEN"])
    assert said.headline(two) == f"Kenya is ahead of Rwanda in {said.share(two.above[0][1])} of draws"
    lone = compared(bundled, ["PRK", "KEN"])
    assert said.headline(lone) == "Of Kenya and North Korea only Kenya has enough figures for a rank"
    assert said.unranked(lone)[0].startswith(
        "North Korea is not ranked: it has 22 of 37 figures and needs 25"
    )
    none = compared(bundled, ["PRK", "TWN"])
    assert said.headline(none) == "None of North Korea and Taiwan has enough figures for a rank"
    energy = {side.country.name: side.nodes[0].score for side in three.sides}
    gap = max(energy.values()) - min(energy.values())
    assert f"apart in energy: {gap:.1f} points between Ghana and Rwanda" in said.deck(three)


def test_every_rank_stands_with_its_range_and_every_figure_is_there(bundled, three):
    text = text_of(content(three, WEB))
    for side in three.sides:
        assert f"{side.rank} {side.range.low}–{side.range.high} {side.range.band} {side.score:.1f}" in text
    for k in range(len(three.sides[0].figures)):
        assert three.sides[0].figures[k].title in text
    assert all(source.publisher in text and source.licence in text for source in three.sources)
    assert "missing" in text and three.fingerprint[:16] in text


def test_a_country_without_figures_is_never_zero(bundled):
    page = content(compared(bundled, ["KEN", "PRK"]), WEB).decode("utf-8")
    row = re.search(r"Mean years of schooling.*?</tr>", page[page.index("Every figure behind") :], re.S)[0]
    assert '<span class="none">–</span>' in row


def test_it_is_a_tagged_pdf_with_the_same_bytes(bundled, three, tmp_path):
    made = [content(three, Making()) for _ in range(2)]
    assert made[0] == made[1]
    (tmp_path / "a.pdf").write_bytes(made[0])
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang) == "en"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Kenya, Ghana and Rwanda: Country AI Readiness Index 2026.1"
        assert len(pdf.pages) == 3


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_names_are_text(make_index, text):
    index = Index.load(make_index())
    report = compared(index, ["AUT", "KEN"])
    sides = tuple(
        replace(
            side, country=replace(side.country, name=text), why=text,
            nodes=tuple(replace(line, title=text, note=text) for line in side.nodes),
            figures=tuple(replace(line, title=text, unit=text, path=(text,)) for line in side.figures),
        )
        for side in report.sides
    )  # fmt: skip
    page = content(replace(report, sides=sides), WEB).decode("utf-8")
    assert "<script" not in page and "onload=alert(1)>" not in page.replace("&gt;", "")
    league = table(index.scores(), index.figures)
    rows = tuple(replace(row, name=text) for row in league.rows)
    page = content(replace(league, rows=rows, unranked=((text, text),)), WEB).decode("utf-8")
    assert "<script" not in page and "<img" not in page


def test_without_draws_and_for_another_index(make_index):
    index = Index.load(make_index())
    report = compared(index, ["AUT", "KEN", "NOR"])
    text = text_of(content(report, WEB))
    assert "the framework draws no ranges" in text and "In how many draws" not in text
    assert (
        said.headline(report).endswith("scores highest of Norway, Austria and Kenya")
        or "scores highest" in text
    )
    league = text_of(content(table(index.scores(), index.figures), WEB))
    assert "the ranks stand without ranges" in league and "Norway" in league


def test_the_league_is_the_engines_table(bundled):
    scores = bundled.scores()
    report = table(scores, bundled.figures)
    assert [row.code for row in report.rows] == [
        scores.countries[row] for row in scores.order() if scores.ranked[row]
    ]
    assert len(report.rows) + len(report.unranked) == len(scores.countries)
    for row in report.rows:
        assert (row.low, row.high) == scores.interval(row.code)
        assert dict(row.parts) == {
            part.id: scores.score(row.code, part.id) for part in scores.framework.tree.parts
        }
    bands = [row.band for row in report.rows]
    assert [row.opens for row in report.rows] == [
        n == 0 or band != bands[n - 1] for n, band in enumerate(bands)
    ]
    first = [row.name for row in report.rows if row.band == 1]
    assert said.league_headline(report) == "Finland, Sweden and Singapore share the first of 24 bands"
    assert len(first) == 3
    page = text_of(content(report, WEB))
    assert all(f"{row.rank} {row.low}–{row.high} " in page for row in report.rows if row.low != row.high)
    assert all(why in page for _, why in report.unranked)


def test_a_group_has_its_own_ranks_and_averages(bundled):
    codes = bundled.countries.in_group("asean")
    report = table(bundled.scores(), bundled.figures, codes=codes, group=called(bundled.countries, "asean"))
    assert report.group == "ASEAN" and not report.tiles
    assert [row.group_rank for row in report.rows] == list(range(1, len(codes) + 1))
    scores = sorted(row.score for row in report.rows)
    assert report.averages[0].title == "Median" and report.averages[0].score == scores[len(scores) // 2]
    assert "Singapore has the highest score of the 11 ranked countries of ASEAN" in text_of(
        content(report, WEB)
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [("asean", "ASEAN"), ("income=Low income", "low income countries"), ("region=south asia", "South Asia"),
     ("african union", "African Union")],
)  # fmt: skip
def test_groups_are_called_by_their_names(bundled, text, words):
    assert called(bundled.countries, text) == words


def test_bars_of_several_countries_say_their_numbers(three):
    lines = [side.nodes for side in three.sides]
    drawn = charts.sides("What", ["A", "B", "C"], lines, (0, 100))
    title = re.search(r"<title>(.*?)</title>", drawn)[1]
    assert f"Energy A {lines[0][0].score:.1f}, B {lines[1][0].score:.1f}" in title
    # Ghana has too few figures there.
    assert re.search(r"Specialists A [\d.]+, B no score, C [\d.]+", title)
    assert charts.sides("What", [], [], (0, 100)) == ""
