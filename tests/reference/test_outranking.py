"""Copeland and the outranking matrix against the reference's tables.

COINr counts a part that one of a pair lacks for the country that comes later in the table, so
that its result on gaps hangs on the order of rows; ours compares a pair on what both have
(`test_gaps`). It takes two figures for different, and 0.5 for no draw, by the last bit; ours
are level within 1e-12 (`test_flat`: 7.9 of two tables of one source is 7.9 to us).
"""

from __future__ import annotations

import numpy as np
import pytest

from readiness.engine.outrank import copeland, outranking_matrix
from readiness.engine.power import power_mean


@pytest.fixture(scope="module")
def tree(tables):
    """Every node with its children, the lowest level first, and the weights of the table."""
    meta = tables.rows("00_iMeta.csv")
    nodes = [row for row in meta if row["Type"] == "Aggregate"]
    nodes.sort(key=lambda row: int(row["Level"]))
    below = {
        row["iCode"]: sorted(item["iCode"] for item in meta if item["Parent"] == row["iCode"])
        for row in nodes
    }
    assert [len(below[name]) for name in ("Conn", "Sust", "Index")] == [5, 3, 2]
    return below


def aggregated(tree, data, weights, by_level):
    """Aggregate from the leaves up; `by_level` has the function of pillars, sub-indices, index."""
    columns = dict(data)
    for name, below in tree.items():
        level = 0 if below[0] in data else 2 if name == "Index" else 1
        w = np.array([weights.get(item, 1.0) for item in below])
        columns[name] = by_level[level]([columns[item] for item in below], w)
    return columns


def wins(parts, weights):
    return copeland(parts, weights, propagate=False)


def mean(parts, weights):
    return power_mean(parts, weights, 1.0)


@pytest.mark.parametrize(
    ("name", "random", "by_level"),
    [
        ("a_copeland_all_levels", False, (wins, wins, wins)),
        ("a_copeland_w_random", True, (wins, wins, wins)),
        ("mixed_amean_amean_copeland", False, (mean, mean, wins)),
    ],
)
def test_copeland(tables, tree, equal, name, random, by_level):
    theirs = tables.columns(f"aggregation/{name}.csv")
    rows = tables.rows("aggregation/weights_random.csv") if random else []
    weights = {row["iCode"]: float(row["Weight"]) for row in rows}
    data = {item: theirs[item] for item in tables.columns("07_normalised.csv")}
    ours = aggregated(tree, data, weights, by_level)
    assert set(ours) == set(theirs)
    for part in tree:
        equal(ours[part], theirs[part], part)


def test_flat(tables, equal):
    """The 49 indicators at once: the matrix, and the wins that follow from it."""
    rows = sorted(tables.rows("aggregation/outrank_matrix_49_equal.csv"), key=lambda row: row["uCode"])
    codes = [row["uCode"] for row in rows]
    theirs = np.array([[float(row[code]) for code in codes] for row in rows])
    parts = list(tables.columns("07_normalised.csv").values())
    ours = outranking_matrix(parts, np.ones(49))
    x = np.stack(parts)
    near = np.abs(x[:, :, None] - x[:, None]) < 1e-12 * np.abs(x).max()
    level = near & (x[:, :, None] != x[:, None])
    first = level & (x[:, :, None] > x[:, None])
    assert level.any(axis=0).sum() == 4
    # A win by the last bit is half a win to us.
    equal(ours + (first.sum(axis=0) - (level & ~first).sum(axis=0)) / 2 / 49, theirs, "matrix")
    flat = tables.columns("aggregation/copeland_49_flat_equal.csv")["copeland"]
    margin = theirs - 0.5
    np.fill_diagonal(margin, 0.0)
    np.testing.assert_array_equal((margin > 0).sum(axis=1) - (margin < 0).sum(axis=1), flat)
    # 24.5 of 49 is a draw to us, also where the sum of 49 numbers misses 0.5 by its last bit.
    drawn = np.where(np.abs(margin) < 1e-12, 0.0, margin)
    assert ((drawn == 0) & (margin != 0)).any()
    wins_less_losses = (drawn > 0).sum(axis=1) - (drawn < 0).sum(axis=1)
    np.testing.assert_array_equal(wins(parts, np.ones(49)), wins_less_losses)


def test_gaps(tables, tree):
    """`withNA_copeland`: equal where nobody lacks anything, and COINr's follows the order of rows."""
    data = tables.columns("aggregation/withNA_input_minmax_1_100.csv")
    theirs = tables.columns("aggregation/withNA_copeland.csv")
    whole = [name for name, below in tree.items()
             if below[0] in data and all(np.isfinite(data[item]).all() for item in below)]  # fmt: skip
    gappy = [name for name, below in tree.items() if below[0] in data and name not in whole]
    assert whole and gappy
    differ = 0
    for name in whole + gappy:
        parts, weights = [data[item] for item in tree[name]], np.ones(len(tree[name]))
        ours = wins(parts, weights)
        reversed_ = wins([part[::-1] for part in parts], weights)[::-1]
        np.testing.assert_array_equal(ours, reversed_)
        np.testing.assert_array_equal(coinr(parts, weights), theirs[name])
        if name in whole:
            np.testing.assert_array_equal(ours, theirs[name])
        else:
            turned = coinr([part[::-1] for part in parts], weights)[::-1]
            differ += int((turned != theirs[name]).sum())
    assert differ > 0


def coinr(parts, weights):
    """COINr's own count, with its bias: o_ji = 1 - o_ij, whatever is missing."""
    size = len(parts[0])
    score = np.zeros(size)
    share = np.asarray(weights) / np.sum(weights)
    for i in range(size):
        for j in range(i + 1, size):
            o = sum(
                w * (1.0 if part[i] > part[j] else 0.5 if part[i] == part[j] else 0.0)
                for part, w in zip(parts, share, strict=True)
            )
            other = 1 - o
            score[i] += np.sign(round(o - 0.5, 12))
            score[j] += np.sign(round(other - 0.5, 12))
    return score
