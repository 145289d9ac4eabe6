"""What a profile says, recomputed with pandas from the tables of the engine."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import readiness
from readiness.analysis.peers import by_structure

CODES = ["KEN", "FIN", "USA", "TWN", "PRK", "LCA", "VCT", "TUV", "CHN", "SSD"]


@pytest.fixture(scope="module")
def scores(bundled):
    return bundled.scores()


@pytest.fixture(scope="module")
def nodes(scores):
    return scores.table("all")


@pytest.fixture(scope="module")
def groups(bundled):
    return pd.DataFrame({code: dict(item.groups) for code, item in bundled.countries.items()}).T


@pytest.fixture(scope="module")
def stage(scores):
    return scores.table(stage="denominated")


def same(value: float | None, expected: float) -> bool:
    return value is None if pd.isna(expected) else value == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("code", CODES)
def test_rank_score_and_coverage(profiles, scores, nodes, stage, code):
    profile, row = profiles[code], nodes.loc[code]
    assert same(profile.rank, row["rank"]) and same(profile.score, row["score"])
    assert profile.status == row["status"]
    assert profile.ranked_count == (nodes["status"] == "ranked").sum()
    assert profile.country_count == len(nodes)
    status = stage.loc[code, [f"{name}:status" for name in scores.matrix.indicators]]
    assert profile.have == (status == "figure").sum()
    assert profile.zeros == status.isin(["zero_census", "zero_partial"]).sum()
    assert profile.total == len(scores.matrix.indicators)
    assert profile.needed == min(n for n in range(profile.total + 1) if n / profile.total >= 0.65)
    assert profile.coverage == row["coverage"] == (profile.have + profile.zeros) / profile.total
    assert profile.fingerprint == scores.fingerprint


@pytest.mark.parametrize("code", CODES)
def test_peers_and_medians(profiles, bundled, scores, nodes, groups, code):
    profile = profiles[code]
    keys = [key for key in ("income", "region") if isinstance(groups.loc[code, key], str)]
    assert [peer.key for peer in profile.peers] == [*keys, "similar"][: len(profile.peers)]
    for number, peer in enumerate(profile.peers):
        if peer.key == "similar":
            members = list(peer.members)
            assert members == [other.country for other in by_structure(scores, code, bundled.figures)]
        else:
            members = groups.index[groups[peer.key] == groups.loc[code, peer.key]]
            assert peer.value == groups.loc[code, peer.key] and peer.count == len(members)
        assert same(profile.medians[number], nodes.loc[members, "score"].median())
        for line in profile.nodes:
            assert same(line.medians[number], nodes.loc[members, line.id].median())


@pytest.mark.parametrize("code", CODES)
def test_every_node(profiles, scores, nodes, code):
    profile = profiles[code]
    parts = [part for part in scores.parts("all") if part.id in scores.node_ids]
    assert [line.id for line in profile.nodes] == [part.id for part in parts]
    assert profile.pillars == tuple(line for line in profile.nodes if line.depth == 1)
    for line, part in zip(profile.nodes, parts, strict=True):
        assert line.title == part.title
        assert same(line.score, nodes.loc[code, line.id])
        assert same(line.rank, nodes[line.id].rank(ascending=False, method="min")[code])
        assert line.of == nodes[line.id].notna().sum()
        assert line.total == len(part.references()) and 0 <= line.have <= line.total
        below = [reference.id for reference in part.references()]
        values = scores.table(stage="denominated", countries=[code])[below]
        assert line.have == values.notna().sum().sum()


def percentiles(scores, stage):
    """The share of countries with a figure that each is ahead of, ties counting half; and the ranks."""
    table, ranks = {}, {}
    for reference in scores.framework.tree.references():
        values = stage[reference.id] if reference.direction == "higher" else -stage[reference.id]
        table[reference.id] = (values.rank(method="average") - 0.5) / values.notna().sum()
        ranks[reference.id] = values.rank(ascending=False, method="min")
    return pd.DataFrame(table), pd.DataFrame(ranks)


def test_strengths_and_weaknesses_of_every_country(profiles, scores, stage):
    shares, ranks = percentiles(scores, stage)
    behind = {name: values.rank(method="min") - 1 for name, values in (
        (reference.id, stage[reference.id] if reference.direction == "higher" else -stage[reference.id])
        for reference in scores.framework.tree.references()
    )}  # fmt: skip
    for code, profile in profiles.items():
        own = shares.loc[code].dropna()
        order = [reference.id for reference in scores.framework.tree.references()]
        ordered = sorted(own.index, key=lambda name: (-round(own[name], 12), order.index(name)))
        if profile.coverage < 0.65:
            assert profile.strengths == profile.weaknesses == ()
            continue
        best = [name for name in ordered if behind[name][code] > 0][:5]
        worst = [name for name in reversed(ordered) if ranks.loc[code, name] > 1 and name not in best][:5]
        assert [line.id for line in profile.strengths] == best, code
        assert [line.id for line in profile.weaknesses] == worst, code
        for line in profile.figures:
            assert same(line.percentile, shares.loc[code, line.id])
            assert same(line.rank, ranks.loc[code, line.id])


@pytest.mark.parametrize("code", CODES)
def test_every_figure(profiles, bundled, scores, stage, code):
    normalised = scores.table(stage="normalised").loc[code]
    selected = scores.table(stage="selected").loc[code]
    words = {"zero_census": {"true zero"}, "zero_partial": {"assumed zero"}, "missing": {"missing"},
             "figure": {"scored", "old", "estimated", "provisional", "disputed"}}  # fmt: skip
    for line in profiles[code].figures:
        series = bundled.indicators[line.id]
        assert (line.title, line.unit) == (series.name, series.unit_scored)
        assert same(line.value, stage.loc[code, line.id])
        assert same(line.score, normalised[line.id])
        assert line.of == stage[line.id].notna().sum()
        status = stage.loc[code, f"{line.id}:status"]
        assert line.flag in words[status]
        assert line.year == (selected[f"{line.id}:year"] if status == "figure" else None)
        assert (line.flag != "old") or line.year <= 2022
        assert line.source.publisher == series.source.publisher and line.source.url == series.source.url
        assert line.share == pytest.approx(line.score or 0, abs=0.06)
        if series.denominator:
            assert same(line.published, selected[line.id]) and line.published_unit == series.unit


def test_neighbours_are_the_nearest_in_rank(profiles, nodes):
    for code, profile in profiles.items():
        if profile.rank is None:
            assert profile.neighbours == ()
            continue
        ranks = [item.rank for item in profile.neighbours]
        assert len(ranks) == 11 and ranks == sorted(ranks)
        assert [item.code for item in profile.neighbours if item.own] == [code]
        assert ranks == list(range(int(ranks[0]), int(ranks[0]) + 11))
        first = min(max(1, profile.rank - 5), profile.ranked_count - 10)
        assert ranks[0] == first
        for item in profile.neighbours:
            assert nodes.loc[item.code, "score"] == item.score


@pytest.mark.parametrize("code", CODES)
def test_other_frameworks_are_views(profiles, bundled, code):
    views = {view.id: view for view in profiles[code].views}
    assert set(views) == set(bundled.frameworks) - {"pillars"}
    for name, view in views.items():
        scores = bundled.scores(name)
        assert (view.score, view.rank, view.of) == (
            scores.score(code),
            scores.rank(code),
            scores.ranked.sum(),
        )
        assert [(line.id, line.score) for line in view.lines] == [
            (child.id, scores.score(code, child.id)) for child in scores.framework.tree.children
        ]


def test_facts_are_the_latest_context_figures(profiles, bundled):
    for code in CODES:
        facts = {fact.id: fact for fact in profiles[code].facts}
        for name in bundled.figures.context:
            series, block = bundled.indicators[name], bundled.figures.blocks[name]
            row = block.values[block.countries.index(code)] if code in block.countries else []
            known = [
                (int(year), value) for year, value in zip(block.years, row, strict=False)
                if math.isfinite(value) and 2026 - (series.max_age or 1000) <= year <= 2026
            ]  # fmt: skip
            assert (name in facts) == bool(known)
            if known:
                assert (facts[name].year, facts[name].value) == known[-1]


def test_sources_are_numbered_once(kenya, bundled):
    assert [source.number for source in kenya.sources] == list(range(1, len(kenya.sources) + 1))
    numbers = {source.number for source in kenya.sources}
    assert {line.source.number for line in (*kenya.figures, *kenya.facts)} <= numbers
    unverified = {line.id for line in kenya.figures if line.source.redistribute != "yes"}
    assert unverified == {
        line.id for line in kenya.figures if bundled.indicators[line.id].source.redistribute != "yes"
    }


def test_a_treated_figure_says_so(make_index):
    """Norway's 380 papers beside figures of 20 to 45 are capped at the next, Austria's 22."""
    papers = ("  AUT,300,320\n", "  AUT,20,22\n")
    root = make_index(edit={"skills/papers.yaml": papers})
    main = root / "frameworks/main.yaml"
    methods = (
        "methods: {normalisation: {ends: sample}, treatment: {method: winsorise, skewness: 1, kurtosis: 1}}\n"
    )
    main.write_text(main.read_text().replace("tree:\n", methods + "tree:\n"))
    index = readiness.load(root)
    cells = index.treated().reset_index()
    assert {"papers"} <= set(cells["indicator"])
    notes = {line.id: line.note for line in index.profile("NOR").figures}
    assert "Treated as an outlier" in notes["papers"] and "380 counts as 45" in notes["papers"]
    assert all(
        "Treated" not in (line.note or "") for line in index.profile("IND").figures if line.id == "papers"
    )
