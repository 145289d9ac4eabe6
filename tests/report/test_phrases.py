"""Sentences: their numbers are the profile's, for every country; their grammar, for odd profiles."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest

from readiness.definitions import methods
from readiness.definitions.framework import Framework
from readiness.report import method, phrases, ranges
from readiness.report.model import Range

BAD = re.compile(r"None|\bnan\b|NaN|inf\b|  |\.\.| ,|\( |\{|\}|<|>")


def sentences(profile):
    best, worst = phrases.extremes(profile.pillars)
    return [
        phrases.headline(profile), phrases.deck(profile), phrases.coverage(profile), phrases.missing(profile),
        phrases.against_peers(profile), phrases.citation(profile), *map(phrases.reading, profile.views),
        *map(phrases.of_view, profile.views), *map(phrases.mark, profile.figures),
        *(phrases.standing(line) for line in (best, worst) if line), *method.sentences(profile.framework),
    ]  # fmt: skip


def nth(number):
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def place(number, of):
    return "first" if number == 1 else "last" if number == of else nth(number)


def against(score, median):
    one, other = float(f"{score:.1f}"), float(f"{median:.1f}")
    return "above" if one > other else "below" if one < other else "level with"


def test_no_sentence_of_any_country_is_broken(profiles):
    for code, profile in profiles.items():
        for sentence in sentences(profile):
            assert not BAD.search(sentence), (code, sentence)
            assert sentence == sentence.strip()
            assert not sentence or sentence[0].isupper() or sentence[0].isdigit() or "of" in sentence


@pytest.fixture
def ranged(bundled):
    """The range of every ranked country from the draws' own counts of ranks."""
    drawn, found = bundled.scores().robustness, {}
    for place, row in enumerate(drawn.rows):
        ranks = [rank + 1 for rank, count in enumerate(drawn.counts[place]) for _ in range(count)]
        found[bundled.scores().countries[row]] = (ranks[499], ranks[9499])
    return found


def test_headlines_of_all_countries(profiles, ranged):
    for profile in profiles.values():
        country = profile.country
        name = f"The {country.name}" if country.the else country.name
        sentence = phrases.headline(profile)
        if profile.rank is None:
            assert sentence.startswith(f"{name} is not ranked: ")
            lacking = [line for line in profile.pillars if line.score is None]
            have = profile.have + profile.zeros
            numbers = [have, profile.total, profile.needed] if have < profile.needed else []
            numbers += [number for line in lacking for number in (line.have, line.total)]
            assert list(map(int, re.findall(r"\d+", sentence.removeprefix(name)))) == numbers
            assert numbers
            continue
        low, high = ranged[profile.country.code]
        assert low < high  # in the bundled index; equal ends are tried below
        but = "" if low <= profile.rank <= high else "but "
        assert sentence == (
            f"{name} ranks {place(profile.rank, len(ranged))} of {len(ranged)} countries, "
            f"{but}between {nth(low)} and {nth(high)} in nine of ten draws"
        )


def test_decks_of_all_countries(profiles):
    for profile in profiles.values():
        first = outside = ""
        if profile.rank is not None:
            label = profile.peers[0].label
            first = f"Its score is {against(profile.score, profile.medians[0])} the median of {label}. "
            low, high = profile.range.low, profile.range.high
            if not low <= profile.rank <= high:
                side = "lower" if profile.rank < low else "higher"
                outside = f"Most other choices of method and data rank it {side}. "
                assert ", but between" in phrases.headline(profile)
        binding = profile.findings.binding
        title = phrases.inner(binding.title).capitalize()
        held = (
            f"{title} holds it back most: ten points more there would add {binding.gain:.1f} to the score of "
            "its layers."
        )
        scale = next(view for view in profile.views if view.id == "scale")
        assert phrases.deck(profile) == f"{outside}{first}{held} {phrases.reading(scale)}"


def test_without_layers_the_deck_names_the_best_and_the_worst_pillar(profiles):
    for profile in profiles.values():
        bare = replace(profile, views=(), findings=replace(profile.findings, binding=None))
        placed = [line for line in profile.pillars if line.rank is not None]
        shares = {line.id: line.rank / line.of for line in placed}
        best, worst = phrases.extremes(profile.pillars)
        assert shares[best.id] == min(shares.values()) and shares[worst.id] == max(shares.values())
        notes = {line.id: f"{line.note}; " if line.note else "" for line in placed}
        words = [
            f"{phrases.inner(line.title)} ({notes[line.id]}{place(line.rank, line.of)} of {line.of})"
            for line in (best, worst)
        ]
        assert phrases.deck(bare).endswith(f"It stands best in {words[0]} and worst in {words[1]}.")


def test_coverage_and_missing_of_all_countries(profiles):
    for profile in profiles.values():
        figures, *rest = map(int, re.findall(r"\d+", phrases.coverage(profile)))
        zeros, total = rest if len(rest) == 2 else (0, rest[0])
        assert (figures, zeros, total) == (profile.have, profile.zeros, profile.total)
        names = [line.title for line in profile.figures if line.flag == "missing"]
        assert figures + zeros + len(names) == profile.total == len(profile.figures)
        sentence = phrases.missing(profile)
        if names:
            assert sentence.startswith(f"{len(names)} figure{' is' if len(names) == 1 else 's are'} missing")
            assert sentence.endswith(f": {'; '.join(names)}." if len(names) <= 3 else "missing.")
        else:
            assert sentence == "No figure is missing."


def test_peers_of_all_countries(profiles):
    for profile in profiles.values():
        words = [
            against(line.score, line.medians[0])
            for line in profile.pillars
            if line.score is not None and line.medians[0] is not None
        ]
        sentence = phrases.against_peers(profile)
        above, total, label = words.count("above"), len(words), profile.peers[0].label
        if above == total:
            assert sentence == f"Above the median of {label} in all {total} pillars"
        elif above == 0:
            head = "Not above" if "level with" in words else "Below"
            assert sentence == f"{head} the median of {label} in all {total} pillars"
        else:
            assert sentence == f"Above the median of {label} in {above} of {total} pillars"


def test_views_of_all_countries(profiles, bundled):
    for profile in profiles.values():
        for view in profile.views:
            expected = "not ranked" if view.rank is None else f"{place(view.rank, view.of)} of {view.of}"
            interval = bundled.scores(view.id).interval(profile.country.code)
            if interval is not None:
                ends = [nth(end) for end in dict.fromkeys(interval)]
                expected += (
                    f", {'between ' if len(ends) > 1 else ''}{' and '.join(ends)} in nine of ten draws"
                )
            elif view.rank is not None:
                expected += " (no range: the framework draws none)"
            assert phrases.reading(view) == f"By {view.reading}, it is {expected}."
            parts: dict[str, list[str]] = {}
            for line in sorted(view.lines, key=lambda line: line.score or 0):
                if line.score is not None:
                    parts.setdefault(f"{line.score:.1f}", []).append(line.title)
            sentence = phrases.of_view(view).casefold()
            if len(parts) > 1:
                *_, high = parts.values()
                low = next(iter(parts.values()))
                first, last = sentence.split(f" score{'' if len(high) > 1 else 's'} highest, ")
                assert all(title.casefold() in first for title in high)
                assert all(title.casefold() in last for title in low) and last.endswith(" lowest")
                others = {line.title for line in view.lines} - {*high, *low}
                assert not any(title.casefold() in sentence for title in others)


def test_marks_of_all_countries(profiles):
    for profile in profiles.values():
        for line in profile.figures:
            text = phrases.mark(line)
            assert text == ("" if line.percentile is None else f"ahead of {line.percentile:.0%} of {line.of}")


@pytest.mark.parametrize(
    ("fields", "headline"),
    [
        ({"rank": 1, "range": None},
         "Kenya ranks first of 175 countries, above the median of lower middle income count"),
        ({"rank": 175}, "Kenya ranks last of 175 countries, but between 99th and 115th in nine of ten draws"),
        ({"rank": 21}, "Kenya ranks 21st of 175 countries, but between "),
        ({"rank": 112}, "Kenya ranks 112th of 175 countries, between "),
        ({"rank": 3, "shared": True}, "Kenya shares 3rd place of 175 countries"),
        ({"rank": 1, "shared": True}, "Kenya shares 1st place of 175 countries"),
        ({"rank": 4.5, "shared": True}, "Kenya shares 4.5th place of 175 countries"),
        ({"rank": 1, "ranked_count": 1}, "Kenya ranks first of 1 country,"),
        ({"medians": (None, None)}, "Kenya ranks 107th of 175 countries"),
        ({"range": Range(3, 3, 3, 1, 4)}, "Kenya ranks 107th of 175 countries, but 3rd in nine of ten draws"),
        ({"rank": 3, "range": Range(3, 3, 3, 1, 4)}, "Kenya ranks 3rd of 175 countries, 3rd in nine of ten"),
        ({"range": Range(101, 107, 112, None, None)}, "countries, between 101st and 112th in nine of ten"),
        ({"range": None, "score": 50.04, "medians": (49.96, 1)}, "level with the median of"),
        ({"range": None, "score": 50.06, "medians": (50.04, 1)}, "above the median of"),
        ({"rank": None, "have": 1, "zeros": 0}, "Kenya is not ranked: it has 1 of 38 figures and needs 25"),
        ({"rank": None, "have": 0, "zeros": 0, "total": 1, "needed": 1},
         "Kenya is not ranked: it has 0 of 1 figure and needs 1"),
        ({"rank": None}, "Kenya is not ranked: it has no score"),
        ({"country": {"name": "Gambia", "the": True}}, "The Gambia ranks 107th"),
    ],
)  # fmt: skip
def test_grammar_of_headlines(kenya, changed, fields, headline):
    kenya = changed(kenya, rank=107, ranked_count=175, total=38, needed=25, range=Range(99, 109, 115, 16, 24))
    sentence = phrases.headline(changed(kenya, **fields))
    assert headline in sentence and not BAD.search(sentence)


def test_an_unranked_country_says_which_pillar_lacks_figures(kenya, changed):
    lacking = {"score": None, "rank": None, "have": 1}
    profile = changed(kenya, rank=None, pillars=[lacking, {}, {}, {}, lacking])
    assert phrases.headline(profile) == (
        "Kenya is not ranked: energy has 1 of 6 figures, too few for a score, and adoption barriers has "
        "1 of 12 figures, too few for a score"
    )


def test_the_article_is_small_inside_a_sentence(kenya, changed):
    gambia = changed(kenya, country={"name": "Gambia", "the": True})
    assert phrases.name(gambia) == "the Gambia" and phrases.name(gambia, start=True) == "The Gambia"
    assert phrases.name(kenya) == phrases.name(kenya, start=True) == "Kenya"


def test_decks_of_odd_profiles(kenya, changed):
    bare = replace(kenya.findings, binding=None)
    kenya = changed(kenya, range=None, findings=bare, views=())
    alike = changed(kenya, pillars=[{"rank": 5, "of": 10}] * 5)
    assert phrases.deck(alike) == "It stands alike in every pillar it is scored in: 5th of 10."
    unlike = changed(kenya, pillars=[{"rank": 5, "of": 10}, *[{"rank": 5, "of": 100}] * 4])
    assert phrases.deck(unlike).startswith(
        "It stands best in compute (5th of 100) and worst in energy (5th of 10)"
    )
    assert phrases.deck(changed(kenya, pillars=[{"rank": None, "score": None}] * 5)) == ""
    one = changed(kenya, pillars=[{}, *[{"rank": None, "score": None}] * 4])
    assert phrases.deck(one) == ""


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        ([60] * 5, "Above the median of {} in all 5 pillars"),
        ([40] * 5, "Below the median of {} in all 5 pillars"),
        ([40, 40, 40, 40, 50], "Not above the median of {} in all 5 pillars"),
        ([60, 40, 40, 40, 40], "Above the median of {} in 1 of 5 pillars"),
        ([60, None, None, None, None], "Above the median of {} in the one pillar"),
        ([40, None, None, None, None], "Below the median of {} in the one pillar"),
        ([None] * 5, "No pillar can be compared"),
    ],
)
def test_against_peers(kenya, changed, scores, sentence):
    profile = changed(kenya, pillars=[{"score": score, "medians": (50, 50)} for score in scores])
    assert phrases.against_peers(profile) == sentence.format("lower middle income countries")


def test_titles_inside_a_sentence():
    titles = ("Adoption barriers", "AI readiness", "GitHub use", "Cloud", "", "Global Cybersecurity Index",
              "Notable AI models", "Developers on GitHub", "TOP500 systems")  # fmt: skip
    assert [phrases.inner(title) for title in titles] == [
        "adoption barriers", "AI readiness", "GitHub use", "cloud", "", "Global Cybersecurity Index",
        "notable AI models", "developers on GitHub", "TOP500 systems",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"range": Range(99, 109, 115, 16, 24)}, "of 175 ranked, with its range; band 16 of 24"),
        ({"range": Range(99, 109, 115, None, None)}, "of 175 ranked, with its range"),
        ({"range": None}, "of 175 ranked countries; no range: the framework draws none"),
    ],
)
def test_what_stands_under_the_rank(kenya, changed, fields, words):
    assert ranges.tile(changed(kenya, ranked_count=175, **fields)) == words


def test_bands_of_all_countries(profiles, bundled):
    drawn = bundled.scores().robustness
    for code, profile in profiles.items():
        row = bundled.scores().position(code)
        if profile.rank is None:
            assert profile.range is None and profile.neighbours == ()
            continue
        assert (profile.range.band, profile.range.bands) == (drawn.band[row], max(drawn.band[drawn.rows]))
        assert profile.range.median == drawn.rank_median[row]


def test_neighbours_of_all_countries(profiles, ranged):
    for profile in profiles.values():
        if profile.rank is None:
            continue
        own = set(range(ranged[profile.country.code][0], ranged[profile.country.code][1] + 1))
        many = 0
        for item in profile.neighbours:
            low, high = ranged[item.code]
            assert (item.range.low, item.range.high) == (low, high)
            many += not item.own and not own.isdisjoint(range(low, high + 1))
        which = "those of all 10 countries" if many == 10 else f"that of {many} of the 10 countries"
        assert ranges.nearest(profile.neighbours) == f"Its range of ranks overlaps {which} nearest to it"


def test_neighbours_without_ranges(kenya):
    bare = [replace(item, range=None) for item in kenya.neighbours]
    assert ranges.nearest(bare) == ranges.nearest([]) == "The countries nearest in rank"


def test_notes_are_said_once(kenya, changed):
    first, second, third, *rest = kenya.figures
    rest = [replace(line, note=None) for line in rest]
    first, second = (
        replace(line, title=title, note="x", year=2020) for line, title in ((first, "A"), (second, "B"))
    )
    figures = (first, second, replace(third, title="C", note="x", year=None), *rest)
    assert phrases.notes(changed(kenya, figures=figures)) == [("A and B, 2020", "x"), ("C", "x")]


def test_parts_that_print_alike_are_named_together(kenya):
    view = next(view for view in kenya.views if view.id == "layers")
    energy, chips, cloud, models, use = view.lines
    odd = (replace(energy, score=70.04), replace(chips, score=0.04), replace(cloud, score=0.0),
           replace(models, score=None), replace(use, score=69.96))  # fmt: skip
    assert phrases.of_view(replace(view, lines=odd)) == (
        "Energy and applications score highest, chips and computing and cloud lowest"
    )
    assert phrases.of_view(replace(view, lines=odd[:1])) == view.name
    assert phrases.of_view(replace(view, lines=(energy, energy))) == view.name


def test_one_of_each(kenya, changed):
    kenya = changed(kenya, total=38)
    assert phrases.coverage(changed(kenya, have=1, zeros=1)) == "1 figure and 1 declared zero of 38"
    assert phrases.coverage(changed(kenya, have=38, zeros=0)) == "38 figures of 38"
    figures = (replace(kenya.figures[0], value=None, flag="missing"), *kenya.figures[1:])
    assert phrases.missing(changed(kenya, figures=figures)) == "1 figure is missing: Electricity generation."


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, ["No figure is estimated.", "between two fixed goalposts", "by an arithmetic mean.",
              "the others weigh more"]),
        ({"imputation": {"method": "group-mean", "group": "income"}}, ["filled with the mean of the"]),
        ({"normalisation": {"ends": "sample", "range": (1, 7)}}, ["from 1 to 7 between the lowest and"]),
        ({"aggregation": {"method": "harmonic"}}, ["by a harmonic mean"]),
        ({"aggregation": {"method": "geometric"}, "missing": {"method": "propagate"}},
         ["by a geometric mean", "A node with a missing part has no score."]),
        ({"imputation": {"method": "knn", "k": 1}}, ["the mean of the 1 country most alike"]),
        ({"imputation": {"method": "median", "by": "subpillar"}}, ["the median of the country's others"]),
        ({"imputation": {"method": "last-known", "max_years": 9}}, ["last known one, at most 9 years old."]),
        ({"normalisation": {"method": "z-score", "mean": 100, "sd": 15}},
         ["a mean of 100 and a standard deviation of 15"]),
        ({"normalisation": {"method": "min-max", "truncate": False}}, [", and may lie beyond them."]),
        ({"normalisation": {"method": "distance-to-reference", "country": "KEN"}}, ["of the way of KEN, on"]),
        ({"normalisation": {"method": "percentile-rank"}}, ["that are worse, on a scale from 0 to 1."]),
        ({"treatment": {"method": "winsorise"}}, ["Outliers are capped."]),
        ({"weighting": {"method": "critic"}}, ["repeats the others less weighs more; parts"]),
        ({"aggregation": {"method": "copeland"}}, ["counting which country beats which"]),
        ({"aggregation": {"method": "power", "p": 0.5}}, ["by a power mean of 0.5."]),
        ({"weighting": {"method": "equal"}}, ["Every part of a node weighs the same"]),
        ({"coverage": {"node": 0.25, "index": 0.8}}, ["needs 25% of its figures", "ranked with 80% of all"]),
    ],
)  # fmt: skip
def test_the_method_in_words(said, words):
    text = {"id": "x", "name": "X", "year": 2024, "methods": said,
            "tree": {"id": "root", "indicators": ("a",)}}  # fmt: skip
    said = " ".join(method.sentences(Framework.model_validate(text)))
    assert said.startswith("The index has 1 indicator. ") and "2024" in said
    for part in words:
        assert part in said
    assert not BAD.search(said)


def choices(union) -> list[type]:
    """Return the models of a union of methods."""
    return list(get_args(get_args(union)[0]))


@pytest.mark.parametrize(
    ("key", "union"),
    [("imputation", methods.Imputation), ("treatment", methods.Treatment), ("weighting", methods.Weighting),
     ("normalisation", methods.Normalisation), ("aggregation", methods.Aggregation)],
)  # fmt: skip
def test_every_method_has_words_of_its_own(key, union):
    needed = {"group": "income", "on": ("x",), "country": "KEN", "target": 5.0, "p": 0.25}
    said = {}
    for model in choices(union):
        name = model.model_fields["method"].annotation.__args__[0]
        values = {field: needed[field] for field in model.model_fields if field in needed}
        text = {"id": "x", "name": "X", "year": 2024, "methods": {key: {"method": name, **values}},
                "tree": {"id": "root", "indicators": ("a",)}}  # fmt: skip
        said[name] = " ".join(method.sentences(Framework.model_validate(text)))
        assert not BAD.search(said[name]), name
    assert len(set(said.values())) == len(said) >= 5


def test_departures_are_said():
    node = {"id": "c", "indicators": ("d",), "aggregation": {"method": "harmonic"}}
    own = {"id": "a", "normalisation": {"method": "rank"}}
    tree = {"id": "root", "indicators": (own, "b"), "children": (node,)}
    said = method.sentences(Framework.model_validate({"id": "x", "name": "X", "year": 2024, "tree": tree}))
    assert "1 indicator has a scale or treatment of its own." in said
    assert "1 node is put together in another way than the rest." in said


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({}, ["weights by up to 25% either way", "the exponent of the mean at the top from 0 to 1",
              "the scale (goalposts, z-scores or ranks)", "outliers left or treated",
              "assumed zeros counted or missing", "one indicator left out",
              "measurement error where a source gives it", "missing figures drawn by regression"]),
        ({"weights": {"spread": 0}, "aggregation": {"power": (1, 1)}, "normalisation": ("goalposts",),
          "partial_zero": ("zero",), "leave_out": {"indicators": 0}, "error": False,
          "imputation": {"method": "none"}}, []),
        ({"weights": {"spread": 0.1}, "aggregation": {"power": (0.5, 0.5)}, "normalisation": ("z-score",),
          "treatment": ("none",), "partial_zero": ("missing",), "leave_out": {"indicators": 3},
          "error": False,
          "imputation": {"method": "group-mean", "group": "income", "draws": False}},
         ["weights by up to 10% either way", "the exponent of the mean at the top set to 0.5",
          "the scale (z-scores)", "assumed zeros missing", "3 indicators left out",
          "missing figures drawn by the mean of the group, without its error"]),
    ],
)  # fmt: skip
def test_what_is_varied(block, words):
    framework = Framework.model_validate({"id": "x", "name": "X", "year": 2024, "uncertainty": block,
                                          "tree": {"id": "root", "indicators": ("a",)}})  # fmt: skip
    assert ranges.varied(framework.uncertainty, framework) == words
    said = " ".join(ranges.method(framework))
    assert "10,000 draws (seed 20260101)" in said and all(word in said for word in words)
    assert "method-and-data range, not a confidence interval" in said


def test_the_exponent_is_not_varied_where_there_is_none():
    tree = {"id": "root", "indicators": ("a",), "aggregation": {"method": "minimum"}}
    text = {"id": "x", "name": "X", "year": 2024, "uncertainty": {}, "tree": tree}
    framework = Framework.model_validate(text)
    assert not any("exponent" in words for words in ranges.varied(framework.uncertainty, framework))


def test_the_bundled_method_in_words(kenya):
    said = " ".join(method.sentences(kenya.framework))
    assert (
        f"{len(kenya.figures)} indicators" in said
        and "the pillars by a power mean of 0.5" in said
        and "65%" in said
    )
