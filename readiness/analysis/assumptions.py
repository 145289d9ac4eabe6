"""What the ranks hang on, as tables and in words: assumptions, parts of the tree, weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from readiness.engine.admissible import Admissible
from readiness.engine.leave_out import LeaveOneOut
from readiness.engine.sensitivity import Sensitivity
from readiness.errors import listed
from readiness.scores import Scores, Table, plain, whole

# The name of each factor in a table and in a sentence, and whether it takes "matter" or "matters".
_NAMES = {
    "weights": ("weights", "the weights", True),
    "aggregation": ("exponent of the mean at the top", "the exponent of the mean at the top", False),
    "normalisation": ("normalisation", "the choice of normalisation", False),
    "treatment": ("treatment of outliers", "the treatment of outliers", False),
    "partial_zero": ("assumed zeros", "what assumed zeros are taken for", False),
    "leave_out": ("indicator left out", "which indicator is left out", False),
    "error": ("measurement error", "measurement error", False),
    "imputation": ("missing figures", "what missing figures are taken for", False),
}


def label(factor: str) -> str:
    """Return the name of a factor for a table."""
    return _NAMES[factor][0]


def factors(found: Sensitivity) -> Table:
    """Return a row a factor, the one that matters most first.

    Columns: `result,factor,first,first_low,first_high,total,total_low,total_high`. `result` is
    `mean rank shift` or `rank of KEN`; the shares are empty where it is the same in all draws.
    """
    one = found.indices
    columns = ("result", "factor", "first", "first_low", "first_high", "total", "total_low", "total_high")
    arrays = (one.first, one.first_low, one.first_high, one.total, one.total_low, one.total_high)
    rows = [
        (result(found), found.factors[at], *(plain(float(array[at])) for array in arrays))
        for at in found.order
    ]
    return Table(columns, tuple(rows))


def result(found: Sensitivity) -> str:
    """Return what it is whose variance is explained."""
    return "mean rank shift" if found.country is None else f"rank of {found.country}"


def sentences(found: Sensitivity, name: str | None = None) -> list[str]:
    """Return what matters most, and how sure that is.

    Parameters
    ----------
    name
        The country's name, where the result is its rank.
    """
    if not found.factors:
        return ["There is nothing to draw in the `uncertainty:` block, so no assumption moves a rank."]
    what = "the mean shift of ranks" if name is None else f"the rank of {name}"
    if not found.varies:
        return [f"No draw changes {what}, so no assumption matters more than another."]
    first, *others = found.order
    one = found.indices
    level = [at for at in others if not found.apart(first, at)]
    share = f"of the variance of {what}"
    own, total = _percent(one.first[first]), _percent(one.total[first])
    ends = f"{_percent(one.total_low[first])} to {_percent(one.total_high[first])}"
    if level:
        names = [_subject(found.factors[at]) for at in (first, *level)]
        text = [
            f"{_capital(listed(names))} cannot be told apart at this number of draws.",
            f"The largest estimate is that of {names[0]}: {own} {share} alone, {total} with "
            f"interactions ({ends} in 90% of resamples).",
        ]
    else:
        plural = _NAMES[found.factors[first]][2]
        explain = "they explain" if plural else "it explains"
        text = [
            f"{_capital(_subject(found.factors[first]))} matter{'' if plural else 's'} most: alone "
            f"{explain} {own} {share}, with interactions {total} ({ends} in 90% of resamples)."
        ]
        if others:
            text.append(
                f"Next: {_subject(found.factors[others[0]])}, {_percent(one.first[others[0]])} and "
                f"{_percent(one.total[others[0]])}."
            )
    if len(found.factors) > 1:
        alone = _percent(one.first.sum())
        rest = "" if alone == "100%" else "; the rest comes from interactions"
        text.append(f"Alone, all together explain {alone}{rest}.")
    return text


def _subject(factor: str) -> str:
    return _NAMES[factor][1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _percent(share: float) -> str:
    """Return a share of the variance; an estimate below 0 or above 1 is noise about its end."""
    share = min(max(float(share), 0.0), 1.0)
    return "less than 1%" if 0 < share < 0.005 else f"{share:.0%}"


def parts(
    found: LeaveOneOut, scores: Scores, country: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Table:  # fmt: skip
    """Return a row a part of the tree, the one without which ranks move most first.

    Columns: `part,name,depth,kind,mean_shift,max_shift,spearman,most_moved,most_moved_places`;
    `kind` is `node` or `indicator`; `most_moved` is the code of the country that moves most and
    the next how many places it would gain (lose, below 0) without the part. With a `country`
    `places` says so of it, and the rows go by that. Shares are of ranked countries; empty where
    nothing is left without the part. `names` has those of indicators, by id.
    """
    columns: tuple[str, ...] = ("part", "name", "depth", "kind", "mean_shift", "max_shift", "spearman",
                                "most_moved", "most_moved_places")  # fmt: skip
    titles = {**(names or {}), **{node.id: node.title for node in scores.framework.tree.nodes()}}
    own = None if country is None else scores.position(country)

    def row(at: int) -> tuple[Any, ...]:
        mover = found.mover[at]
        moved = (None, None) if mover < 0 else (scores.countries[mover], whole(found.shifts[at, mover]))
        name, kind = found.parts[at], "node" if found.nodes[at] else "indicator"
        cells = (name, titles.get(name, name), found.depths[at], kind, plain(float(found.mean[at])),
                 whole(float(found.largest[at])), plain(float(found.spearman[at])), *moved)  # fmt: skip
        return cells if own is None else (*cells, whole(found.shifts[at, own]))

    rows = [row(at) for at in range(len(found.parts))]
    if own is not None:
        columns = (*columns, "places")
    # By the country's own shift where there is one; what leaves nothing comes last.
    key = -1 if own is not None else columns.index("mean_shift")
    rows.sort(key=lambda row: (row[key] is None, -abs(row[key] or 0.0), -(row[4] or 0.0)))
    return Table(columns, tuple(rows))


def weights(found: Sequence[Admissible], scores: Scores) -> Table:
    """Return a row a country: its best and worst rank over admissible weights, in order of rank.

    Columns: `country,name,rank,rank_low,rank_high`, then `best_within,worst_within,
    exact_within` (each weight within the spread), `best_any,worst_any,exact_any` (any weights);
    exact is `yes`, or `no` where the ranks are bounds that no weights go beyond.
    """
    columns = ("country", "name", "rank", "rank_low", "rank_high", "best_within", "worst_within",
               "exact_within", "best_any", "worst_any", "exact_any")  # fmt: skip
    rows = []
    for one in sorted(found, key=lambda one: (scores.ranks[one.row], one.row)):
        code = scores.countries[one.row]
        ends = scores.interval(code) or (None, None)
        cells: list[Any] = [code, scores.matrix.names[one.row], whole(scores.ranks[one.row]), *ends]
        for ranks in (one.within, one.anywhere):
            cells += [ranks.best, ranks.worst, "yes" if ranks.exact else "no"]
        rows.append(tuple(cells))
    return Table(columns, tuple(rows))
