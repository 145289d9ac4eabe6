"""Reports of someone else's index: the starter, one tree without groups, odd trees and scales."""

from __future__ import annotations

import re

import pytest

from readiness import resources
from readiness.index import Index
from readiness.report import html, pdf, phrases, ranges


def rendered(index: Index, code: str) -> str:
    document = html.render(index.profile(code), inline=True)
    assert not re.search(r"\bNone\b|\bnan\b|Undefined", document)
    return document


def test_the_starter(pages):
    index = Index.load(resources.bundled("templates") / "starter")
    profile = index.profile("Rwanda")
    assert profile.views == () and len(profile.neighbours) == 6
    text = " ".join(page.text for page in pages(pdf.render(profile)))
    assert "My index" in text and "edition 1" in text
    low, high = index.scores().interval("RWA")
    assert low < high == 6  # what it says follows from the starter's own block
    assert phrases.headline(profile) == (
        f"Rwanda ranks last of 6 countries, between {low}th and 6th in nine of ten draws"
    )
    assert phrases.deck(profile).startswith("Its score is level with the median of low income countries.")


def test_one_framework_without_groups(make_index, index_files, pages):
    countries = re.sub(r", groups: \{[^}]*\}", "", index_files["countries.yaml"])
    index = Index.load(make_index({"countries.yaml": countries}))
    profile = index.profile("KEN")
    assert [peer.label for peer in profile.peers] == ["all countries"]
    assert "the median of all countries" in phrases.headline(profile)
    document = rendered(index, "KEN")
    assert "Ring: median" not in document and "figures up to 2024" in document
    assert len(pages(pdf.render(profile))) >= 3


def test_without_a_countries_file(make_index):
    index = Index.load(make_index(remove=["countries.yaml"]))
    assert "Kenya" in rendered(index, "KEN")


TREES = {
    "flat": "{id: index, name: Index, indicators: [access, losses, schooling, papers]}",
    "one pillar": "{id: index, children: [{id: energy, name: Energy,"
    " indicators: [access, losses, schooling, papers]}]}",
    "uneven": "{id: index, children: [{id: energy, children: [{id: energy.grid, indicators: [access]}],"
    " indicators: [losses]}], indicators: [schooling, papers]}",
    "deep": "{id: index, children: [{id: a, children: [{id: b, children: [{id: c, indicators: [access]}]}]},"
    " {id: d, indicators: [schooling, losses, papers]}]}",
}
METHODS = {
    "other scale": "{normalisation: {range: [1, 7]}}",
    "sample": "{normalisation: {ends: sample}}",
    "all or none": "{coverage: {node: 1, index: 1}}",
    "anything": "{coverage: {node: 0, index: 0}}",
    "imputed": "{imputation: {method: group-mean, group: income}}",
    "propagated": "{missing: {method: propagate}}",
    "shared ranks": "{ranking: {ties: average, decimals: 0}}",
    "z-scores": "{normalisation: {method: z-score}}",
    "places": "{normalisation: {method: rank}, aggregation: {method: median}}",
    "shares": "{normalisation: {method: percentile-rank}, weighting: {method: equal}}",
    "as they are": "{normalisation: {method: none}, aggregation: {method: minimum}}",
}


@pytest.fixture
def other(make_index, index_files):
    """Return a function that loads the small index with another tree and methods."""

    def of(tree: str, methods: str = "{}") -> Index:
        head = index_files["frameworks/main.yaml"].split("tree:\n")[0]
        return Index.load(make_index({"frameworks/main.yaml": f"{head}methods: {methods}\ntree: {tree}\n"}))

    return of


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize("methods", METHODS)
def test_any_tree_and_method(other, tree, methods):
    index = other(TREES[tree], METHODS[methods])
    for code in ("KEN", "NOR"):
        document = rendered(index, code)
        profile = index.profile(code)
        assert f"<h1>{phrases.headline(profile)}</h1>" in document
        assert all(f'<th scope="row">{line.title}</th>' in document for line in profile.figures)
        assert all(0 <= line.share <= 100 for line in profile.figures)
        assert profile.range is None and "Ranks stand without ranges" in document
        assert ("no range: the framework draws none" in document) == (profile.rank is not None)
        assert "in nine of ten draws" not in document


@pytest.mark.parametrize(
    "methods", ["{}", METHODS["z-scores"], METHODS["all or none"], METHODS["shared ranks"]]
)
def test_ranges_of_any_method(other, methods):
    block = "{draws: 200, imputation: {method: none}, aggregation: {power: [1, 1]}}"
    drawn = f"{methods}\nuncertainty: {block}"
    index = other(TREES["uneven"], drawn)
    scores = index.scores()
    for code in scores.countries:
        profile, document = index.profile(code), rendered(index, code)
        interval = scores.interval(code)
        assert (profile.range is None) == (profile.rank is None) == (interval is None)
        if interval is None:
            assert "in nine of ten draws" not in document
            continue
        words = ranges.drawn(profile.range)
        assert re.findall(r"\d+", words) == [str(end) for end in dict.fromkeys(interval)]
        assert (
            re.search(f", (but )?{words}</h1>", document)
            and f'<span class="beside">{ranges.dash(*interval)}</span>' in document
        )
        for item in profile.neighbours:
            assert f">{ranges.dash(*scores.interval(item.code))}</text>" in document


def test_a_flat_index_claims_nothing_of_pillars(other):
    document = rendered(other(TREES["flat"]), "NOR")
    assert "No pillar can be compared" not in document and "Stands best in" not in document
    assert "Tick: median" not in document


def test_a_single_pillar_is_not_the_best_and_the_worst(other):
    document = rendered(other(TREES["one pillar"]), "NOR")
    assert "Stands worst in" not in document and "in the one pillar" in document


def test_imputed_figures_are_marked(other):
    index = other(TREES["deep"], METHODS["imputed"])
    profile = index.profile("KEN")
    papers = next(line for line in profile.figures if line.id == "papers")
    assert (papers.flag, papers.value, papers.year) == ("imputed", None, None) and papers.score is not None
    assert phrases.missing(profile) == "1 figure is missing: Papers on AI."
    assert "Imputed: missing, and scored with" in rendered(index, "KEN")
    assert "Imputed:" not in rendered(other(TREES["deep"]), "KEN")


def test_one_country_alone(make_index, index_files):
    text = index_files["frameworks/main.yaml"].replace("tree:\n", "countries: [NOR]\ntree:\n")
    index = Index.load(make_index({"frameworks/main.yaml": text}))
    assert phrases.headline(index.profile("NOR")).startswith("Norway ranks first of 1 country,")
    rendered(index, "NOR")
