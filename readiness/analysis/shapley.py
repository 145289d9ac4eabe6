"""The Shapley value: the one split of a change over its causes that hangs on no order.

`n` players are each in their old or in their new state, and `v` is known for all `2^n` of these
coalitions. A player's value is the mean of what its step from old to new adds, over all orders in
which the players may step:

    phi_i = sum over T without i of |T|! (n - |T| - 1)! / n! * [v(T + i) - v(T)]

The values sum to v(all) - v(none); a player that never adds anything has zero; two that always
add the same have the same (Shapley 1953; Shorrocks 2013 for decompositions of an index).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from readiness.figures.matrix import Floats

Coalition = tuple[int, ...]


def coalitions(count: int) -> Iterator[Coalition]:
    """Yield every coalition of so many players: 1 where a player has stepped, 0 where it has not."""
    return itertools.product((0, 1), repeat=count)


def steps(player: int, count: int) -> Iterator[tuple[Coalition, Coalition, float]]:
    """Yield each step of a player: the coalition before, the one after, and the step's weight.

    The weights of a player's steps sum to 1.
    """
    for before in coalitions(count):
        if before[player]:
            continue
        size = sum(before)
        weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
        yield before, (*before[:player], 1, *before[player + 1 :]), weight


def shapley(values: Floats, count: int) -> Floats:
    """Return the Shapley value of each player.

    Parameters
    ----------
    values : (2,) * count + (...)
        The value of every coalition, one axis a player; further axes are games of their own.

    Returns
    -------
    (count, ...)
        NaN where one of the coalitions has no value.

    >>> shapley(np.array([[0.0, 1.0], [2.0, 7.0]]), 2).tolist()  # 2 and 1 alone, 7 together
    [4.0, 3.0]
    """
    return np.stack(
        [
            sum((weight * (values[after] - values[before]) for before, after, weight in steps(player, count)),
                np.zeros(values.shape[count:]))
            for player in range(count)
        ]
    )  # fmt: skip
