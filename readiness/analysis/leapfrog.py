"""Leapfrog candidates: upper layers ahead of what the layers below and income explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readiness.analysis.income import INCOME
from readiness.analysis.stack import StackDraws
from readiness.definitions.rules import LeapfrogRule
from readiness.figures.matrix import Floats, Ints
from readiness.figures.table import Figures
from readiness.scores import Scores

# Fewer countries than this for each coefficient draw no surface.
_FEWEST = 5


@dataclass(frozen=True)
class Leap:
    """One upper layer: its score, what is expected of it, and in which share of draws it is ahead.

    `score`, `expected` and `residual`, their difference, are the headline's; `deviation` is the
    standard deviation of the residuals, `explained` the share of variance the surface explains.
    """

    id: str
    title: str
    score: float
    expected: float
    residual: float
    share: float
    candidate: bool
    deviation: float
    explained: float


@dataclass(frozen=True)
class Leapfrog:
    """A country's upper layers; over so many draws and countries, with the rule that was used.

    A candidate is ahead by more than `margin` standard deviations in at least `needed` of the draws.
    """

    code: str
    leaps: tuple[Leap, ...]
    draws: int
    countries: int
    margin: float
    needed: float


@dataclass(frozen=True)
class Surface:
    """W upper layers regressed on the lower ones and income, R times over n countries.

    `residuals` (W, R, n) are from the surface without the country; `deviations` and `explained`
    are (W, R).
    """

    residuals: Floats
    deviations: Floats
    explained: Floats


@dataclass(frozen=True)
class LeapTable:
    """What the leaps of the n countries in `rows` are told from: the headline's, and the draws'."""

    rule: LeapfrogRule
    rows: Ints
    headline: Surface
    drawn: Surface


def leap_table(
    scores: Scores, figures: Figures, rule: LeapfrogRule, drawn: StackDraws | None
) -> LeapTable | None:
    """Regress each upper layer on the lower ones and log income, for the headline and in every draw.

    Over the ranked countries with income; see `surface`. None where nothing is drawn, the framework
    lacks a layer, the index incomes, or too few countries are left.
    """
    if drawn is None or INCOME not in figures.blocks:
        return None
    ids = [scores.node_ids[number] for number in drawn.parts]
    if not {*rule.upper, *rule.lower} <= set(ids):
        return None
    income = figures.latest(INCOME, scores.countries, scores.framework.year)[0][drawn.rows]
    complete = np.isfinite(drawn.scores).all(axis=(0, 1)) & (income > 0)
    if complete.sum() < _FEWEST * (len(rule.lower) + 2):
        return None
    rows, logs = drawn.rows[complete], np.log(income[complete])
    upper, lower = ([ids.index(name) for name in names] for names in (rule.upper, rule.lower))
    scale = scores.framework.methods.normalisation.range
    found = [
        surface(values[upper], values[lower], logs, scale)
        for values in (
            np.asarray(scores.nodes[rows][:, drawn.parts].T[:, None]),
            drawn.scores[:, : rule.draws, complete].astype(np.float64),
        )
    ]
    return LeapTable(rule, rows, *found)


def surface(upper: Floats, lower: Floats, logs: Floats, scale: tuple[float, float] | None) -> Surface:
    """Regress layers on layers and the logarithm of income, each country left out of its own.

    Ordinary least squares `y = a + b log(income) + sum c_j x_j`. A country's residual from the
    surface through the others is `e / (1 - h)`, with its residual e and leverage h (Allen 1974).
    What is expected is kept within the scale: no country is ahead for not being below zero. The
    deviation is that of the residuals e, `sqrt(sum e^2 / (n - k))` with k coefficients.

    Parameters
    ----------
    upper, lower : (W, R, n) and (J, R, n)
        Scores of R draws, without gaps.
    logs : (n,)
        Of income.
    scale
        The ends of the scores.
    """
    count, size = upper.shape[1:]
    income = np.broadcast_to(logs - logs.mean(), (count, size))
    # Centred, so that the decomposition stays sound whatever the scale.
    columns = [np.ones((count, size)), income, *(one - one.mean(axis=-1, keepdims=True) for one in lower)]
    x = np.stack(columns, axis=-1)
    q, _ = np.linalg.qr(x)
    leverage = (q**2).sum(axis=-1)
    errors = upper - np.einsum("rnk,rmk,wrm->wrn", q, q, upper, optimize=True)
    squares = (errors**2).sum(axis=-1)
    total = ((upper - upper.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = upper - errors / np.where(leverage < 1 - 1e-9, 1 - leverage, np.nan)
        explained = np.where(total > 0, 1 - squares / total, np.nan)
    if scale is not None:
        expected = np.clip(expected, *scale)
    return Surface(upper - expected, np.sqrt(squares / (size - x.shape[-1])), explained)


def leapfrog(scores: Scores, code: str, table: LeapTable | None) -> Leapfrog | None:
    """Return whether a country's upper layers are ahead of what is below them.

    A candidate is ahead, by more than the rule's margin of residual standard deviations, in the
    share of draws that the rule asks for. None for a country that is unranked or has no income.

    Raises
    ------
    UnknownNameError
        When the framework does not assess the country.
    """
    row = scores.position(code)
    if table is None or row not in table.rows:
        return None
    rule, place = table.rule, int(np.flatnonzero(table.rows == row)[0])
    titles = {child.id: child.title for child in scores.framework.tree.children}
    leaps = []
    for number, name in enumerate(rule.upper):
        score = float(scores.nodes[row, scores.node_ids.index(name)])
        residual = float(table.headline.residuals[number, 0, place])
        beyond = table.drawn.residuals[number, :, place] > rule.margin * table.drawn.deviations[number]
        share = float(beyond.mean())
        leaps.append(Leap(
            name, titles[name], score, score - residual, residual, share, share >= rule.share,
            float(table.headline.deviations[number, 0]), float(table.headline.explained[number, 0]),
        ))  # fmt: skip
    draws = table.drawn.residuals.shape[1]
    return Leapfrog(code, tuple(leaps), draws, len(table.rows), rule.margin, rule.share)
