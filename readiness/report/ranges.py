"""The range of a rank in words: no rank of the index is printed without it."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.definitions.columns import MinMax
from readiness.definitions.framework import Framework, Uncertainty
from readiness.engine.plan import exponent
from readiness.errors import counted, listed
from readiness.export.numbers import ordinal
from readiness.report.model import CountryProfile, Neighbour, Range

NONE = "no range: the framework draws none"
SHARE = "in nine of ten draws"
_SCALES = {
    "goalposts": "goalposts",
    "sample": "the sample's ends",
    "z-score": "z-scores",
    "rank": "ranks",
}


def dash(low: int, high: int) -> str:
    """Return `98–117`, `98` where the ends are one."""
    return f"{low}" if low == high else f"{low}\N{EN DASH}{high}"


def drawn(found: Range | None) -> str:
    """Return `between 98th and 117th in nine of ten draws`; the words for no range where there is none."""
    if found is None:
        return NONE
    if found.low == found.high:
        return f"{ordinal(found.low)} {SHARE}"
    return f"between {ordinal(found.low)} and {ordinal(found.high)} {SHARE}"


def tile(profile: CountryProfile) -> str:
    """Return what stands under the rank and its range: of how many, what the range is, the band."""
    if profile.range is None:
        return f"of {profile.ranked_count} ranked countries; {NONE}"
    band = "" if profile.range.band is None else f"; band {profile.range.band} of {profile.range.bands}"
    return f"of {profile.ranked_count} ranked, with its range{band}"


def nearest(neighbours: Sequence[Neighbour]) -> str:
    """Return the finding of the strip of neighbours: with how many ranges its own overlaps."""
    own = next((item for item in neighbours if item.own), None)
    others = [item.range for item in neighbours if not item.own and item.range is not None]
    if own is None or own.range is None or not others:
        return "The countries nearest in rank"
    low, high = own.range.low, own.range.high
    many = sum(other.low <= high and other.high >= low for other in others)
    if many == len(others) > 1:
        which = f"those of all {many} countries"
    else:
        which = f"that of {many} of the {counted(len(others), 'country', 'countries')}"
    return f"Its range of ranks overlaps {which} nearest to it"


def varied(block: Uncertainty, framework: Framework) -> list[str]:
    """Return what the draws of a framework vary, a few words each."""
    root = framework.tree.aggregation or framework.methods.aggregation
    low, high = block.aggregation.power
    words = []
    if block.weights.spread:
        words.append(f"weights by up to {block.weights.spread:.0%} either way")
    if exponent(root) is not None and (low != high or low != exponent(root)):
        words.append(f"the exponent of the mean at the top from {low:g} to {high:g}" if low != high
                     else f"the exponent of the mean at the top set to {low:g}")  # fmt: skip
    if block.normalisation != (_scale(framework),):
        words.append(f"the scale ({listed((_SCALES[name] for name in block.normalisation), 'or')})")
    if len(block.treatment) > 1 and set(block.normalisation) - {"goalposts"}:
        words.append("outliers left or treated")
    if block.partial_zero != ("zero",):
        counted_too = "counted or " if "zero" in block.partial_zero else ""
        words.append(f"assumed zeros {counted_too}missing")
    if block.leave_out.indicators:
        count = block.leave_out.indicators
        words.append("one indicator left out" if count == 1 else f"{count} indicators left out")
    if block.error:
        words.append("measurement error where a source gives it")
    if block.imputation.method != "none":
        noise = "" if block.imputation.draws else ", without its error"
        rule = {"regression": "regression", "group-mean": "the mean of the group"}[block.imputation.method]
        words.append(f"missing figures drawn by {rule}{noise}")
    return words


def _scale(framework: Framework) -> str:
    """Return the framework's own scale by its name in the block."""
    own = framework.methods.normalisation
    if isinstance(own, MinMax):
        return own.ends
    return own.method


def method(framework: Framework) -> list[str]:
    """Return what a range is made of and what it is not, as sentences of the method page."""
    block = framework.uncertainty
    if block is None:
        return ["Ranks stand without ranges: the framework has no uncertainty block, so nothing is drawn."]
    what = "; ".join(varied(block, framework))
    return [
        f"The range of a rank holds nine of ten of {block.draws:,} draws (seed {block.seed}), each with "
        f"other choices: {what}. It is a method-and-data range, not a confidence interval: what is not "
        "varied is not in it.",
        "Countries of one band are not told apart: a band ends where its first country is ahead in 95% of "
        "draws.",
    ]
