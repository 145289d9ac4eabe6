"""A framework's method in words, one sentence a step."""

from __future__ import annotations

from readiness.definitions.columns import (
    DistanceToReference,
    Imputation,
    LastKnown,
    MeanImputation,
    MedianImputation,
    MinMax,
    NearestNeighbours,
    Normalisation,
    NoTreatment,
    ZScore,
)
from readiness.definitions.framework import Framework
from readiness.definitions.methods import Aggregation, Power, Propagate
from readiness.errors import counted
from readiness.report import ranges
from readiness.report.columns import parted

_IMPUTATION = {
    "none": "No figure is estimated.",
    "mean": "A missing figure is filled with the mean of all countries.",
    "median": "A missing figure is filled with the median of all countries.",
    "group-mean": "A missing figure is filled with the mean of the country's group.",
    "group-median": "A missing figure is filled with the median of the country's group.",
    "regression": "A missing figure is filled with what a regression on other series expects.",
    "last-known": "A missing figure is filled with the country's last known one.",
    "linear": "A missing figure is filled on the line between the country's earlier and later ones.",
}
_TREATMENT = {
    "winsorise": "Outliers are capped.",
    "winsorise-then-log": "Outliers are capped, or the indicator is put on a logarithmic scale.",
    "log": "Indicators are put on a logarithmic scale.",
    "box-cox": "Indicators are evened out by a power of their own (Box and Cox).",
}
_SCALE = {
    "rank": "Each figure becomes the country's place, counted from 1 for the worst.",
    "borda": "Each figure becomes the number of countries that are worse.",
    "percentile-rank": "Each figure becomes the share of the other countries that are worse",
    "distance-to-max": "Each figure becomes its way up from the worst country as a share of the best one's",
    "distance-to-target": "Each figure becomes its way up from the worst country as a share of the target's",
    "fraction-of-max": "Each figure becomes a share of the best country's",
    "none": "Figures are put together as they are.",
}
_WEIGHTS = {
    "given": "Weights are the framework's",
    "equal": "Every part of a node weighs the same",
    "pca": "Weights follow the first principal component of the parts",
    "entropy": "What differs more between countries weighs more",
    "critic": "What differs more between countries and repeats the others less weighs more",
    "balanced": "Weights let each part agree with the whole as much as the framework says",
    "benefit-of-the-doubt": "Every country has the weights that show it best",
}
_RULES = {
    "arithmetic": "an arithmetic mean",
    "geometric": "a geometric mean",
    "harmonic": "a harmonic mean",
    "minimum": "the lowest of them",
    "median": "their weighted median",
    "copeland": "counting which country beats which (Copeland)",
}


def sentences(framework: Framework) -> list[str]:
    """Return the method in short, one sentence a step, from the framework itself."""
    methods = framework.methods
    count = len(framework.tree.references())
    found = [
        f"The index has {counted(count, 'indicator')}. For each country the latest figure not later than "
        f"{framework.year} and not older than the indicator's maximum age counts.",
        "A country that a worldwide list leaves out has a true zero, one that a list of what is known leaves "
        "out an assumed zero; any other figure that a source does not give is missing.",
        imputation(methods.imputation),
        normalisation(methods.normalisation),
        *([] if isinstance(methods.treatment, NoTreatment) else [_TREATMENT[methods.treatment.method]]),
        *_exceptions(framework),
        aggregation(framework),
    ]
    if isinstance(methods.missing, Propagate):
        found.append("A node with a missing part has no score.")
    else:
        found.append("Where a part is missing, the others weigh more.")
    found.append(
        f"A node needs {methods.coverage.node:.0%} of its figures to have a score; a country is ranked with "
        f"{methods.coverage.index:.0%} of all figures and a score in every pillar."
    )
    return found + ranges.method(framework)


def short(framework: Framework) -> list[str]:
    """Return the method in a few sentences, for a page that has no room for every step."""
    methods, block = framework.methods, framework.uncertainty
    found = [
        f"For each country the latest figure not later than {framework.year} and within the indicator's "
        "maximum age. A true zero is of a worldwide list without the country, an assumed zero of a list of "
        "what is known; else a figure is missing.",
        imputation(methods.imputation),
        normalisation(methods.normalisation),
        *_exceptions(framework),
        aggregation(framework),
        f"A node needs {methods.coverage.node:.0%} of its figures, a rank {methods.coverage.index:.0%} of "
        "all.",
    ]
    if block is None:
        return found + ranges.method(framework)
    return [
        *found,
        f"A range holds nine of ten of {block.draws:,} draws (seed {block.seed}) of method and data; it is "
        "no confidence interval.",
    ]


def columns(framework: Framework, note: str | None) -> list[list[str]]:
    """Return the method in short and a note on the country, in three columns of whole sentences."""
    sentences = [*short(framework), *([note] if note else [])]
    return parted(sentences, [len(sentence) for sentence in sentences], 3)


def imputation(method: Imputation) -> str:
    """Return how missing figures are filled."""
    if isinstance(method, NearestNeighbours):
        return (
            f"A missing figure is filled with the mean of the {counted(method.k, 'country', 'countries')} "
            "most alike in the other indicators."
        )
    if isinstance(method, LastKnown) and method.max_years is not None:
        return (
            "A missing figure is filled with the country's last known one, at most "
            f"{counted(method.max_years, 'year')} old."
        )
    if isinstance(method, (MeanImputation, MedianImputation)) and method.by == "subpillar":
        return f"A missing score is filled with the {method.method} of the country's others beside it."
    return _IMPUTATION[method.method]


def normalisation(method: Normalisation) -> str:
    """Return how figures are put on one scale."""
    if isinstance(method, ZScore):
        return (
            f"Each figure is put on a scale with a mean of {method.mean:g} and a standard deviation of "
            f"{method.sd:g} over the countries."
        )
    if method.range is None:
        return _SCALE[method.method]
    scale = f"from {method.range[0]:g} to {method.range[1]:g}"
    if isinstance(method, MinMax):
        if method.ends == "sample":
            return f"Each figure is put on a scale {scale} between the lowest and highest country."
        beyond = "" if method.truncate else ", and may lie beyond them"
        return f"Each figure is put on a scale {scale} between two fixed goalposts{beyond}."
    if isinstance(method, DistanceToReference):
        return (
            "Each figure becomes its way up from the worst country as a share of the way of "
            f"{method.country}, on a scale {scale}."
        )
    return f"{_SCALE[method.method]}, on a scale {scale}."


def aggregation(framework: Framework) -> str:
    """Return what parts weigh and how they are put together, the pillars too where that differs."""
    methods = framework.methods
    root, inside = framework.tree.aggregation or methods.aggregation, methods.aggregation
    rule = f"{_WEIGHTS[methods.weighting.method]}; parts are put together by {_rule(inside)}"
    return f"{rule}{'' if root == inside else f', the pillars by {_rule(root)}'}."


def _rule(method: Aggregation) -> str:
    return f"a power mean of {method.p:g}" if isinstance(method, Power) else _RULES[method.method]


def _exceptions(framework: Framework) -> list[str]:
    """Say so where indicators or nodes depart from the framework's own methods."""
    methods, tree = framework.methods, framework.tree
    own = sum(
        (reference.normalisation or methods.normalisation) != methods.normalisation
        or (reference.treatment or methods.treatment) != methods.treatment
        for reference in tree.references()
    )
    nodes = sum((node.aggregation or methods.aggregation) != methods.aggregation for node in tree.nodes()[1:])
    found = []
    if own:
        whose = "its own" if own == 1 else "their own"
        found.append(f"{counted(own, 'indicator has', 'indicators have')} a scale or treatment of {whose}.")
    if nodes:
        found.append(f"{counted(nodes, 'node is', 'nodes are')} put together in another way than the rest.")
    return found
