"""What a notebook shows of scores and of a country."""

from __future__ import annotations

from readiness.index import SHOWN, Index
from readiness.scores import Scores


def test_scores_show_the_first_of_the_league_table(make_index):
    scores = Index.load(make_index()).scores()
    shown = scores._repr_html_()
    assert shown.startswith("<table>") and shown.count("<tr>") == 7
    assert f'<data value="{scores.score("NOR")!r}">' in shown
    assert "nothing is drawn" in shown and "And " not in shown


def test_only_so_many_countries(profiles):
    scores = Index.load().scores()
    shown = scores._repr_html_()
    assert shown.count("<tr>") == SHOWN + 1
    assert f"And {len(scores.countries) - SHOWN} more: scores.table() has all." in shown


def test_a_profile_shows_the_tree_beside_its_peers(profiles):
    profile = profiles["KEN"]
    shown = profile._repr_html_()
    assert shown.count("<tr>") == len(profile.nodes) + 1
    assert "<caption>Kenya ranks " in shown
    for line in profile.nodes:
        assert f'<data value="{line.score!r}">{line.score:.1f}</data>' in shown
    assert all(f"Median, {peers.label}" in shown for peers in profile.peers)
    unranked = profiles["TWN"]._repr_html_()
    assert '<span aria-label="missing">' in unranked


def test_scores_without_an_index_show_nothing_special(make_index):
    from dataclasses import replace

    scores = Index.load(make_index()).scores()
    assert isinstance(scores, Scores) and replace(scores, shown=None)._repr_html_() is None


def test_a_comparison_shows_itself(bundled):
    found = bundled.compare(["KEN", "RWA"], why=True, since=2024)
    shown = found._repr_html_()
    assert "Kenya over Rwanda, points" in shown and "Score, 2024" in shown and "108 (94–116)" in shown
    frame = found.table()
    assert frame.loc["score", "KEN"] == bundled.scores().score("KEN")
    assert found.above["KEN"]["RWA"] == frame.loc["above_RWA", "KEN"]
