"""The 32 runs between two editions, and what they say of a score by indicator; see `changes`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from readiness.analysis.editions import Between
from readiness.analysis.explain import Side, gap_terms, side_of
from readiness.analysis.shapley import coalitions, steps
from readiness.definitions.framework import Node
from readiness.engine.rank import rank
from readiness.figures.matrix import Floats

# Own new years, own revisions, method, other countries' figures, set of countries.
COUNT = 5


def runs(between: Between, codes: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the scores and the ranks of n countries in every run.

    Returns
    -------
    scores, ranks : (2, 2, 2, 2, 2, n)
        An axis for each player, 0 where it is of the old edition and 1 of the new one. NaN where a
        run gives no score or rank, and for a country that only one edition assesses.
    """
    return (_local_runs if between.local else _all_runs)(between, codes)


def _local_runs(between: Between, codes: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the runs' scores and ranks where a score hangs on the country's own figures alone.

    Then eight runs hold every country's scores, and the ranks are those of one country's score among
    the others' own: nothing is computed twice.
    """
    count = len(between.codes)
    index, ranked = np.full((2, 2, 2, count), np.nan), np.zeros((2, 2, 2, count), dtype=bool)
    for rows in coalitions(3):
        found = between.rows(rows)
        index[rows], ranked[rows] = found.nodes[:, 0], found.ranked
    chosen = np.array([between.codes.index(code) for code in codes], dtype=np.int64)
    scores, ranks = (np.full((2,) * COUNT + (len(codes),), np.nan) for _ in range(2))
    own = np.arange(len(codes))
    compared = between.both[chosen]
    for coalition in coalitions(COUNT):
        years, revisions, method, others, members = coalition
        # A country that only one edition assesses comes with its figures of that edition.
        which = np.where(between.both, others, between.members(1).astype(np.int64))
        place = np.arange(count)
        score, has_rank = index[which, which, method, place], ranked[which, which, method, place]
        has_rank = has_rank & between.members(members)
        all_scores = np.broadcast_to(score, (len(codes), count)).copy()
        all_ranked = np.broadcast_to(has_rank, (len(codes), count)).copy()
        all_scores[own, chosen] = index[years, revisions, method, chosen]
        all_ranked[own, chosen] = ranked[years, revisions, method, chosen]
        rule = between.edition(method).framework.methods.ranking
        found_ranks = rank(all_scores, all_ranked, ties=rule.ties, decimals=rule.decimals)
        scores[coalition] = np.where(compared, all_scores[own, chosen], np.nan)
        ranks[coalition] = np.where(compared, found_ranks[own, chosen], np.nan)
    return scores, ranks


def _all_runs(between: Between, codes: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the runs' scores and ranks where methods look at other countries: 32 for each country."""
    scores, ranks = (np.full((2,) * COUNT + (len(codes),), np.nan) for _ in range(2))
    for n, code in enumerate(codes):
        if not between.both[between.codes.index(code)]:
            continue
        for coalition in coalitions(COUNT):
            found = between.together(code, coalition)
            row = found.position(code)
            scores[(*coalition, n)], ranks[(*coalition, n)] = found.nodes[row, 0], found.ranks[row]
    return scores, ranks


def indicator_terms(between: Between, code: str, players: Sequence[int]) -> list[dict[str, float]]:
    """Return, for each of some players, every indicator's part of its part of the score.

    Each step of a player between two runs is a gap between two scores of one country; a term is the
    mean over its steps, by the weights of the Shapley value.

    Parameters
    ----------
    players
        The two own ones, and the method where `same_shape`.
    """
    sides = _sides(between, code)
    # Where a score hangs on its own figures alone the others' two players never add anything.
    count = 3 if between.local else COUNT
    found: list[dict[str, float]] = []
    for player in players:
        terms: dict[str, float] = {}
        for before, after, weight in steps(player, count):
            tree = between.edition(after[2]).framework.tree
            made = gap_terms(tree, sides(after), sides(before))
            for item in tree.references():
                terms[item.id] = terms.get(item.id, 0.0) + weight * made.get(item.id, 0.0)
        found.append(terms)
    return found


def _sides(between: Between, code: str) -> Callable[[tuple[int, ...]], Side]:
    """Return what gives the country's scores down the tree in a run; each is made once."""
    made: dict[tuple[int, ...], Side] = {}

    def of(coalition: tuple[int, ...]) -> Side:
        if coalition not in made:
            alone = between.local
            scores = between.rows(coalition) if alone else between.together(code, coalition)
            made[coalition] = side_of(scores, scores.position(code))
        return made[coalition]

    return of


def same_shape(old: Node, new: Node) -> bool:
    """Tell whether two trees have the same nodes, put together the same way from the same parts."""
    shapes = [
        {node.id: (node.aggregation, tuple(part.id for part in node.parts)) for node in tree.nodes()}
        for tree in (old, new)
    ]
    return old.id == new.id and shapes[0] == shapes[1]
