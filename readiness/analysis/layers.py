"""The layers of the stack: which one binds, and all else that is told from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from readiness.analysis.leapfrog import Leapfrog, LeapTable, leap_table, leapfrog
from readiness.analysis.posture import LayerPosture, posture
from readiness.analysis.stack import DRAWS, StackDraws, gains, stack_draws
from readiness.definitions.rules import Rules
from readiness.engine.plan import exponent
from readiness.figures.matrix import Floats, Ints
from readiness.figures.table import Figures
from readiness.scores import Scores, plain

# The binding layer is the one where so many points more would add most.
STEP = 10.0
PEERS = "income"


@dataclass(frozen=True)
class Binding:
    """What holds a country back: the layer, its score, and what `STEP` points more would add.

    `certainty` is the share of `draws` draws in which the same layer binds, None for the unranked;
    `peer_median` the layer's median among the ranked countries of the income group `peers`;
    `others` every layer with its gain, the largest first, the binding one among them; `missing`
    the titles of layers without a score, which cannot be judged. `behind` is the layer furthest
    below its peers' median, with the points that it lacks; None where none is below.
    """

    id: str
    title: str
    score: float
    gain: float
    certainty: float | None
    peer_median: float | None
    others: tuple[tuple[str, str, float], ...]
    missing: tuple[str, ...]
    peers: str | None = None
    behind: tuple[str, str, float] | None = None
    draws: int = 0


@dataclass(frozen=True)
class Layers:
    """What an index and its rules say of the layers; what takes draws is made once, when asked for.

    Of a country that the framework does not assess it says nothing.
    """

    scores: Scores
    figures: Figures
    rules: Rules | None = None
    others: Sequence[Scores] = ()

    @cached_property
    def drawn(self) -> StackDraws | None:
        """The layers in the draws."""
        rule = None if self.rules is None else self.rules.leapfrog
        return stack_draws(self.scores, DRAWS if rule is None else rule.draws)

    @cached_property
    def _table(self) -> LeapTable | None:
        if self.rules is None or self.rules.leapfrog is None:
            return None
        return leap_table(self.scores, self.figures, self.rules.leapfrog, self.drawn)

    def binding(self, code: str) -> Binding | None:
        """Return the layer that holds a country back, see `binding`."""
        return binding(self.scores, code, self.drawn) if code in self.scores.countries else None

    def leapfrog(self, code: str) -> Leapfrog | None:
        """Return whether a country's upper layers are ahead, see `leapfrog.leapfrog`."""
        return leapfrog(self.scores, code, self._table) if code in self.scores.countries else None

    def posture(self, code: str) -> tuple[LayerPosture, ...]:
        """Return a country's posture for each layer, see `posture.posture`; empty without rules."""
        if self.rules is None or code not in self.scores.countries:
            return ()
        return posture(self.scores, self.figures, code, self.rules, self.others)


def binding(scores: Scores, code: str, drawn: StackDraws | None = None) -> Binding | None:
    """Return the layer that holds a country back.

    It is the one whose score, ten points higher (no higher than the scale), would raise the index
    most; of equals the first. Where the root is a power mean below 1 and the weights are equal,
    that is the lowest layer. A layer without a score cannot be judged. None where the root is no
    power mean, every country has weights of its own, or fewer than two layers have a score.

    Parameters
    ----------
    drawn
        The layers in the draws, for how sure it is: each has weights and a mean of its own.

    Raises
    ------
    UnknownNameError
        When the framework does not assess the country.
    """
    row, tree = scores.position(code), scores.framework.tree
    power = exponent(tree.aggregation or scores.framework.methods.aggregation)
    weights = scores.weights[tree.id]
    if power is None or tree.indicators or weights.ndim > 1:
        return None
    numbers = [scores.node_ids.index(child.id) for child in tree.children]
    own = scores.nodes[row, numbers]
    if np.isfinite(own).sum() < 2:
        return None
    found = gains(own, weights, np.asarray(float(power)), STEP, _top(scores))
    best = int(_first(found))
    order = sorted((n for n in range(len(own)) if np.isfinite(found[n])), key=lambda n: (-found[n], n))
    titles = [(child.id, child.title) for child in tree.children]
    label, medians = _peer_medians(scores, row, numbers)
    gaps = {n: middle - float(own[n]) for n in order if (middle := medians[n]) is not None}
    worst = max(gaps, key=gaps.__getitem__, default=best)
    return Binding(
        *titles[best], score=float(own[best]), gain=float(found[best]),
        certainty=_certainty(scores, row, best, drawn), peer_median=medians[best],
        others=tuple((*titles[n], float(found[n])) for n in order),
        missing=tuple(title for (_, title), score in zip(titles, own, strict=True) if not np.isfinite(score)),
        peers=label, behind=(*titles[worst], gaps[worst]) if gaps.get(worst, 0.0) > 0 else None,
        draws=0 if drawn is None or row not in drawn.rows else len(drawn.exponents),
    )  # fmt: skip


def _first(found: Floats) -> Ints:
    """Return the place (...,) of the largest gain (..., P), the first of those that agree to nine digits."""
    most = np.nanmax(found, axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.argmax(found >= most - 1e-9 * np.abs(most), axis=-1))


def _top(scores: Scores) -> float | None:
    scale = scores.framework.methods.normalisation.range
    return None if scale is None else scale[1]


def _certainty(scores: Scores, row: int, best: int, drawn: StackDraws | None) -> float | None:
    """Return the share of draws in which the layer's gain is the largest."""
    if drawn is None or row not in drawn.rows:
        return None
    place = int(np.flatnonzero(drawn.rows == row)[0])
    parts = drawn.scores[:, :, place].T.astype(np.float64)
    known = np.isfinite(parts).sum(axis=1) >= 2
    if not known.any():
        return None
    found = gains(parts[known], drawn.weights[known], drawn.exponents[known], STEP, _top(scores))
    return float((_first(found) == best).mean())


def _peer_medians(scores: Scores, row: int, numbers: Sequence[int]) -> tuple[str | None, list[float | None]]:
    """Return the income group and the medians of the layers among its ranked countries."""
    labels = scores.matrix.groups.get(PEERS)
    label = None if labels is None else labels[row]
    if labels is None or label is None:
        return None, [None] * len(numbers)
    peers = scores.ranked & np.array([other == label for other in labels])
    columns = [scores.nodes[peers, number] for number in numbers]
    columns = [column[np.isfinite(column)] for column in columns]
    return str(label), [plain(np.median(column)) if len(column) else None for column in columns]
