"""What in a revision may be a fault of the source, or of ours: held back until a person says yes. Pure.

Changes are measured on the scale on which a series is read: the logarithm where it is scored on one or
spans magnitudes. The yardstick is what is usual in the series itself: 1.4826 times the median absolute
change from one year to the next (the normal-consistent MAD), and at least a hundredth of the distance
between its 10th and 90th percentile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from readiness.definitions.indicator import Series
from readiness.errors import counted
from readiness.updating.revise import Change, Figures, Revision

Why = Literal["unit", "revision", "coverage", "future"]

# A revision of more than so many usual changes is held back.
USUAL = 10.0
FLOOR = 0.01
# Factors that a change of unit makes, and how near the median ratio has to be.
FACTORS = (10.0, 100.0, 1000.0, 1e6, 1e9)
NEAR = 0.05
# A loss of more than this share of the figures or of the countries is held back.
LOSS = 0.05
UNLISTED = 0.2
# Fewer figures than this say nothing about a unit.
ENOUGH = 3
_SPAN = 50.0


@dataclass(frozen=True)
class Suspicion:
    """One reason to hold a series back."""

    why: Why
    message: str


def suspicions(
    revision: Revision, series: Series, this_year: int, *, partial: bool = False
) -> tuple[Suspicion, ...]:
    """Return every reason to hold a revision back; none where there is nothing odd.

    Parameters
    ----------
    partial
        The answer is no whole edition of the series: it need not cover what there is.
    """
    found = [_future(revision, this_year), _unit(revision), _revised(revision, series)]
    found += [] if partial else [_coverage(revision)]
    return tuple(item for item in found if item is not None)


def _future(revision: Revision, this_year: int) -> Suspicion | None:
    ahead = sorted({year for _, year in revision.figures if year > this_year})
    if not ahead:
        return None
    return Suspicion("future", f"figures of {_years(ahead)}, which have not been yet")


def _years(years: Sequence[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"


def _unit(revision: Revision) -> Suspicion | None:
    """Look at the median ratio of after to before; where no year is common, at the step to a new year."""
    pairs = [(item.before, item.after) for item in revision.common]
    if len(pairs) < ENOUGH:
        pairs = _steps(revision)
    ratios = [after / before for before, after in pairs if before and after and after / before > 0]
    if len(ratios) < ENOUGH:
        return None
    ratio = float(np.median(ratios))
    for factor in FACTORS:
        for wanted, words in ((factor, f"{factor:,.0f} times"), (1 / factor, f"a {_th(factor)} of")):
            if abs(np.log10(ratio / wanted)) < NEAR:
                return Suspicion("unit", f"figures are {words} what they were: has the unit changed?")
    return None


def _th(factor: float) -> str:
    return {10.0: "tenth", 100.0: "hundredth", 1000.0: "thousandth", 1e6: "millionth"}.get(
        factor, "billionth"
    )


def _steps(revision: Revision) -> list[tuple[float | None, float | None]]:
    """Return each country's latest known figure and its first new one."""
    latest: dict[str, tuple[int, float]] = {}
    for (code, year), value in revision.known.items():
        if year > latest.get(code, (0, 0.0))[0]:
            latest[code] = year, value
    first: dict[str, Change] = {}
    for item in revision.new:
        first.setdefault(item.country, item)
    return [(latest[code][1], item.after) for code, item in first.items() if code in latest]


def _revised(revision: Revision, series: Series) -> Suspicion | None:
    scale = scale_of(series, revision.known)
    usual = usual_change(revision.known, scale)
    if not usual:
        return None
    sizes = [(abs(scale(item.after) - scale(item.before)), item) for item in revision.revised
             if item.before is not None and item.after is not None]  # fmt: skip
    large = sorted((pair for pair in sizes if pair[0] > USUAL * usual), key=lambda pair: -pair[0])
    if not large:
        return None
    _, worst = large[0]
    said = f"{worst.country} {worst.year} from {worst.before:.6g} to {worst.after:.6g}"
    return Suspicion(
        "revision", f"{counted(len(large), 'revision')} of more than {USUAL:g} usual changes, first {said}"
    )


def _coverage(revision: Revision) -> Suspicion | None:
    before, countries = len(revision.known), len({code for code, _ in revision.known})
    gone, unlisted = len(revision.withdrawn), len(revision.unlisted)
    if gone > LOSS * before and gone > 1:
        return Suspicion("coverage", f"{gone:,} of {counted(before, 'figure')} are gone")
    if len(revision.lost) > LOSS * countries and len(revision.lost) > 1:
        return Suspicion("coverage", f"{len(revision.lost)} of {countries} countries are gone")
    if unlisted > UNLISTED * countries and unlisted > 1:
        return Suspicion("coverage", f"{unlisted} of {countries} countries are not listed")
    last = max((year for _, year in revision.figures), default=0)
    listed = {code for code, _ in revision.figures}
    ahead = {code for code, year in revision.known if year > last and code in listed}
    if len(ahead) > LOSS * countries and len(ahead) > 1:
        newest = max(year for _, year in revision.known)
        return Suspicion("coverage", f"the source ends in {last}, the file in {newest}")
    return None


def scale_of(series: Series, known: Figures) -> Callable[[float], float]:
    """Return the scale on which changes of a series are measured."""
    values = np.array(list(known.values()))
    bend = series.scale or 1.0
    if series.transform in ("log1p", "asinh"):
        return lambda value: float(np.arcsinh(value / bend))
    spans = False
    if values.size and values.min() > 0:
        low, high = np.percentile(values, [10, 90])
        spans = bool(high > _SPAN * low)
    if series.transform == "log" or spans:
        smallest = float(values[values > 0].min()) if (values > 0).any() else 1.0
        return lambda value: float(np.log(max(value, smallest / 10)))
    return float


def usual_change(known: Figures, scale: Callable[[float], float]) -> float:
    """Return what is usual from one year to the next in a series, on a scale; 0 where nothing varies."""
    scaled = {key: scale(value) for key, value in known.items()}
    steps = [abs(value - scaled[code, year - 1]) for (code, year), value in scaled.items()
             if (code, year - 1) in scaled]  # fmt: skip
    spread = float(np.subtract(*np.percentile(list(scaled.values()), [90, 10]))) if scaled else 0.0
    return max(1.4826 * float(np.median(steps)) if steps else 0.0, FLOOR * spread)
