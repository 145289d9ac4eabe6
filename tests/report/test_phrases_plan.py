"""Sentences of posture, moves, leapfrog, direction and change: their numbers are those of the analyses."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from readiness.export.numbers import MINUS, printed
from readiness.report import phrases

BAD = re.compile(r"None|\bnan\b|NaN|inf\b|  |\.\.| ,|\( |\{|\}|<|>")


def said(profile):
    found = profile.findings
    moves = found.moves.moves if found.moves else ()
    return [
        phrases.posture(profile), phrases.leapfrog(profile), phrases.leapfrog_note(profile),
        phrases.best_move(profile), phrases.moves_note(profile), *phrases.binding_tile(profile),
        *phrases.direction_tile(profile), phrases.beyond_income(profile), phrases.confidence_tile(profile),
        phrases.spread(profile), phrases.world(profile), phrases.expected(profile),
        phrases.income_note(profile), phrases.pillar_note(profile), phrases.marks_note(profile),
        *(word(move) for move in moves for word in (phrases.move, phrases.who, phrases.from_to)),
        *(phrases.stance(layer) for layer in found.posture),
        *(text for layer in found.posture for text in (layer.reason, layer.rule)),
    ]  # fmt: skip


def test_no_sentence_of_any_country_is_broken(profiles):
    for code, profile in profiles.items():
        for sentence in said(profile):
            assert not BAD.search(sentence), (code, sentence)
            assert sentence == sentence.strip(), (code, sentence)


def test_postures_of_all_countries(profiles):
    for profile in profiles.values():
        sentence = phrases.posture(profile).casefold()
        for layer in profile.findings.posture:
            title = phrases.inner(layer.title).casefold()
            assert (title in sentence) == (layer.posture is not None)
            if layer.posture is None:
                assert phrases.stance(layer) == "open" and layer.reason.startswith("Open (")
            elif layer.label == layer.posture:
                assert re.search(rf"{layer.posture} [^;]*{re.escape(title)}", sentence)
            else:
                assert f"{title}: {layer.label}" in sentence
                assert phrases.stance(layer) == f"{layer.label} ({layer.posture})"


def test_moves_of_all_countries(profiles, bundled):
    scores = bundled.scores()
    for code, profile in profiles.items():
        moves = profile.findings.moves.moves
        assert [move.score_change for move in moves] == sorted(
            (move.score_change for move in moves), reverse=True
        )
        if not moves:
            continue
        first = moves[0]
        rank = ""
        if first.places:
            rank = f" and {first.places:g} place{'' if first.places == 1 else 's'}"
        assert phrases.best_move(profile) == (
            f"{first.title} would give most: {first.score_change:.1f} points{rank}"
        )
        for move in moves:
            value = scores.table(stage="denominated", countries=[code]).loc[code, move.id]
            assert move.before == pytest.approx(value)
            start, _, end = phrases.from_to(move).removesuffix(f" {move.unit}").partition(" to ")
            assert (start, end) == (printed(move.before), printed(move.after)) and start != end
            assert phrases.move(move).startswith(f"{phrases.from_to(move)}: +{move.score_change:.1f} points")
            assert f", {move.peer_from} to {move.peer_to}" in phrases.who(move)
            assert move.peer_code != code and bundled.countries[move.peer_code].name == move.peer_name
            if profile.rank is None:
                assert (phrases.places(move), phrases.chance(move)) == ("–", "–")
            else:
                assert phrases.chance(move) == f"{move.gain3:.0%}"


def test_the_direction_of_all_countries(profiles):
    for profile in profiles.values():
        found = profile.findings.direction
        tally, note = phrases.direction_tile(profile)
        if found is None or not found.improved + found.worsened + found.unchanged:
            assert tally == "–"
            continue
        assert tally == f"{found.improved} up, {found.worsened} down"
        assert note.startswith(f"of {found.improved + found.worsened + found.unchanged} figure")
        assert f": {phrases.points(found.points)}" in note
        assert ("its income group" in note) == (found.peer_median is not None)
        most = found.ups if found.points > 0 else found.downs
        assert note.endswith(f"most by {phrases.inner(most[0].title)}" if most else note[-1])


@pytest.mark.parametrize(
    ("change", "words"),
    [(2.06, "2.1 points up"), (-0.4, "0.4 points down"), (0.04, "no change"), (-0.04, "no change"),
     (1.0, "1.0 point up"), (-1.04, "1.0 point down")],
)  # fmt: skip
def test_points(change, words):
    assert phrases.points(change) == words


def test_layers_held_back_and_ahead(profiles):
    for profile in profiles.values():
        binding, leap = profile.findings.binding, profile.findings.leapfrog
        if binding is not None:
            title, note = phrases.binding_tile(profile)
            assert title == binding.title and f"add {binding.gain:.1f}" in note
            assert ("of draws" in note) == (binding.certainty is not None)
        if leap is None:
            assert phrases.leapfrog(profile) == phrases.leapfrog_note(profile) == ""
            continue
        ahead = [item for item in leap.leaps if item.candidate]
        assert phrases.leapfrog(profile).startswith("Leapfrog:" if ahead else "No layer leaps")
        for item in leap.leaps:
            assert f"{item.score:.1f}" in phrases.leapfrog_note(profile)
            assert f"{item.share:.0%} of {leap.draws:,} draws" in phrases.leapfrog_note(profile)
            assert item.candidate == (item.share >= leap.needed)


def test_incomes_beyond_all_others_are_not_compared(profiles):
    incomes = [(profile, profile.findings.income) for profile in profiles.values()]
    odd = [(profile, income) for profile, income in incomes if income is not None and income.beyond]
    assert odd  # North Korea's is below all others'
    for profile, income in odd:
        assert income.beyond in phrases.beyond_income(profile)
        assert not re.search(r"\d", phrases.beyond_income(profile))


def test_grades(profiles):
    for profile in profiles.values():
        grade, words = profile.findings.grade, phrases.confidence_tile(profile)
        if profile.rank is None:
            assert grade.letter == "D" and words == "too few figures for a rank"
        elif grade.letter == "A":
            assert words == "of A to D: every criterion is met"
        else:
            held = [item for item in grade.criteria if item.letter == grade.letter]
            assert held and all(item.short in words for item in held)
            assert f"{profile.have} of {profile.total} figures" in words or all(
                item.name != "coverage" for item in held
            )


def layer(title, posture, label=""):
    return SimpleNamespace(title=title, posture=posture, label=label or posture or "")


def test_a_posture_with_a_name_of_its_own_stands_by_it(kenya):
    energy = layer("Energy", "rent", "host abroad")
    rows = (energy, layer("Chips and computing", "rent"), layer("Cloud", None))
    profile = replace(kenya, findings=replace(kenya.findings, posture=rows))
    assert phrases.posture(profile) == "Energy: host abroad; rent chips and computing"
    assert [phrases.stance(row) for row in rows] == ["host abroad (rent)", "rent", "open"]
    nothing = replace(kenya, findings=replace(kenya.findings, posture=rows[2:]))
    assert phrases.posture(nothing) == "No posture: the rules lack figures"


@pytest.mark.parametrize(
    ("places", "words"), [(None, ""), (0, ", no place"), (1, ", 1 place up"), (2.5, ", 2.5 places up")]
)
def test_grammar_of_moves(kenya, places, words):
    first = kenya.findings.moves.moves[0]
    move = replace(first, places=places, before=1.0, after=2.0, unit="x", score_change=1)
    assert phrases.move(move) == f"1 to 2 x: +1.0 points{words}"


@pytest.mark.parametrize(("count", "words"), [(0, "No move"), (1, "One realistic"), (3, "Three realistic")])
def test_headings_of_moves(kenya, count, words):
    assert phrases.moves_title(kenya, count).startswith(words)


def test_negative_figures_have_a_true_minus(kenya):
    move = replace(kenya.findings.moves.moves[0], before=-0.4, after=-0.2, unit="score")
    assert phrases.from_to(move) == f"{MINUS}0.4 to {MINUS}0.2 score"
