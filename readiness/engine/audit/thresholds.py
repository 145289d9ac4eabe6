"""What the audit checks, when it warns, when it fails, and what to do: one frozen table."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

Verdict = Literal["fail", "warn", "pass", "not assessed", "info"]
Section = Literal["coherence", "weights", "robustness", "comparison", "data", "components", "outliers"]

SECTIONS = MappingProxyType(
    {
        "coherence": "Do the indicators of a sub-pillar belong together?",
        "weights": "Does every pillar count for what its weight says?",
        "robustness": "How far do ranks depend on choices?",
        "comparison": "How does the index compare with income and with published indices?",
        "data": "How old, how complete and how free are the figures?",
        "components": "Principal components of every sub-pillar and of the pillars",
        "outliers": "The distribution of every indicator",
    }
)


@dataclass(frozen=True)
class Threshold:
    """A check: outside `fail` it fails, outside `warn` it warns (both strict; None is no bound).

    `form` says how the number is printed. `advice` is what to do; `advice_above` where the
    number is too high rather than too low.
    """

    check: str
    section: Section
    what: str
    advice: str
    fail: tuple[float | None, float | None] = (None, None)
    warn: tuple[float | None, float | None] = (None, None)
    form: Literal["number", "share", "years", "count", "listed"] = "number"
    advice_above: str = ""

    def verdict(self, value: float) -> Verdict:
        """Judge a number; NaN is not assessed."""
        if not np.isfinite(value):
            return "not assessed"
        if outside(value, self.fail):
            return "fail"
        return "warn" if outside(value, self.warn) else "pass"

    def advise(self, value: float) -> str:
        """Return what to do about a number that does not pass."""
        above = any(bound is not None and value > bound for bound in (self.warn[1], self.fail[1]))
        return self.advice_above if above and self.advice_above else self.advice

    @property
    def text(self) -> str:
        """The thresholds in words: `fail < 0, warn < 0.3`."""
        if self.form == "listed":
            return "warn: listed"
        ends = {"fail": self.fail, "warn": self.warn}
        said = [f"{name} {_bounds(two, self.form)}" for name, two in ends.items() if two != (None, None)]
        return ", ".join(said)


def outside(value: float, ends: tuple[float | None, float | None]) -> bool:
    """Tell whether a number lies outside two ends, the ends themselves inside."""
    low, high = ends
    return (low is not None and value < low) or (high is not None and value > high)


def _bounds(ends: tuple[float | None, float | None], form: str) -> str:
    low, high = (None if end is None else f"{end:.0%}" if form == "share" else f"{end:g}" for end in ends)
    if low is not None and high is not None:
        return f"outside {low}-{high}"
    return f"< {low}" if low is not None else f"> {high}"


THRESHOLDS: tuple[Threshold, ...] = (
    Threshold(
        "item-rest", "coherence", "correlation of an indicator with the rest of its sub-pillar",
        "Check its direction and its source; if both are right it measures something else: move it, swap it "
        "or leave it out.",
        fail=(0.0, None), warn=(0.3, None),
    ),
    Threshold(
        "duplicate", "coherence", "correlation of two indicators of one sub-pillar",
        "They say the same twice: keep one, or halve the weights of both.",
        warn=(None, 0.95),
    ),
    Threshold(
        "other-pillar", "coherence",
        "by how much an indicator correlates better with another pillar than its own",
        "Consider moving it there, or say in the framework why it stands where it does.",
        warn=(None, 0.12),
    ),
    Threshold(
        "alpha", "coherence", "Cronbach's alpha of a sub-pillar",
        "Its indicators do not measure one thing: split it, or swap the indicator that fits least.",
        warn=(0.6, None),
    ),
    Threshold(
        "single-indicator", "coherence", "indicators in a sub-pillar",
        "A sub-pillar of one indicator hangs on one source: add another, or merge it into its neighbour.",
        warn=(2.0, None), form="count",
    ),
    Threshold(
        "effective-weight", "weights", "effective weight of a pillar / nominal weight",
        "It counts for less than its weight says: its scores vary less or go against the others. Look at its "
        "goalposts and transforms.",
        fail=(0.5, 2.0), warn=(0.75, 1.33),
        advice_above="It counts for more than its weight says: its scores vary more than the others'. Look "
        "at its goalposts and transforms.",
    ),
    Threshold(
        "rank-range", "robustness", "median width of the rank range / countries ranked",
        "", fail=(None, 0.25), warn=(None, 0.15), form="share",
        advice_above="Ranks hang on choices: `readiness sensitivity` says which. Say bands rather than "
        "ranks.",
    ),
    Threshold(
        "drop-shift", "robustness", "mean change of rank when an indicator is dropped / countries ranked",
        "", warn=(None, 0.03), form="share",
        advice_above="Too much hangs on one indicator: give its sub-pillar another, or the indicator less "
        "weight.",
    ),
    Threshold(
        "income", "comparison", "Spearman correlation of the index with GDP per person",
        "", warn=(None, 0.9),
        advice_above="Mostly income: say so wherever the index is printed, and lead with what a country does "
        "beyond its income.",
    ),
    Threshold(
        "published", "comparison", "Spearman correlation with a published index",
        "It measures something else: explain why, starting with the largest disagreements.",
        warn=(0.5, 0.95),
        advice_above="Nearly the same ranking as a published index: say what this one adds to it.",
    ),
    Threshold(
        "stale", "data", "median age of an indicator's figures",
        "", warn=(None, 5.0), form="years",
        advice_above="Look for a newer edition or another source; until then give it less weight.",
    ),
    Threshold(
        "licence", "data", "licence of an indicator's figures",
        "Ask the publisher, and write the answer into the file.",
        form="listed",
    ),
    Threshold(
        "coverage", "data", "countries with a figure or a declared zero",
        "Look for a source with more countries, or move it to alternatives/.",
        warn=(0.6, None), form="share",
    ),
    Threshold(
        "exception", "data", "an accepted exception that is not needed",
        "Take it out of `audit: accept:` in the framework.",
        form="listed",
    ),
)  # fmt: skip

BY_CHECK = MappingProxyType({item.check: item for item in THRESHOLDS})

# What is listed without a verdict.
INFORMATION: MappingProxyType[str, tuple[Section, str]] = MappingProxyType(
    {
        "correlation": ("coherence", "correlation of an indicator with its sub-pillar, pillar and index"),
        "mean-correlation": ("coherence", "mean correlation between the indicators of a sub-pillar"),
        "main-effect": ("weights", "share of the index's variance that a pillar explains alone"),
        "covariance-share": ("weights", "share of a pillar in the index's variance, w cov(x, y) / var(y)"),
        "disagreement": ("comparison", "largest differences from a published index, in places among both"),
        "eigenvalue": ("components", "eigenvalues of the correlation matrix, and the variance they explain"),
        "loading": ("components", "loadings on the first component and those with an eigenvalue of 1"),
        "skewness": ("outliers", "skewness of the figures"),
        "kurtosis": ("outliers", "excess kurtosis of the figures"),
        "outliers": ("outliers", "countries with a robust z above 3.5 in what is normalised"),
        "clipped": ("outliers", "countries beyond the goalposts"),
        "treated": ("outliers", "countries whose figure a treatment changed"),
    }
)  # fmt: skip
