"""A posture for each layer, own, share or rent, by rules that are printed with it.

It is not a verdict: more sovereign is not better.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from readiness.definitions.rules import KINDS, Condition, Kind, LayerRule, Rules
from readiness.errors import listed
from readiness.figures.matrix import Floats
from readiness.figures.table import Figures
from readiness.scores import Scores

# Keys of groups up to so many letters are acronyms: EU, ASEAN.
_ACRONYM = 5


@dataclass(frozen=True)
class LayerPosture:
    """The posture of one layer: what it means, why, and the rule; None where a figure is missing.

    `label` is what the posture is called for this layer: nobody rents energy. `reason` has the
    numbers that met the rule, and those that missed a posture before it.
    """

    id: str
    title: str
    posture: str | None
    words: str
    reason: str
    rule: str
    label: str = ""


def posture(
    scores: Scores, figures: Figures, code: str, rules: Rules, others: Sequence[Scores] = ()
) -> tuple[LayerPosture, ...]:
    """Return a country's posture for each layer that the framework and the rules share.

    Own where its condition holds, else share, else rent. Where a missing figure leaves it open
    which, there is none, and the reason names the figure: a condition `all` fails with any part
    that fails, whatever is missing beside it, and `any` holds with any part that holds.

    Parameters
    ----------
    scores
        Of the framework that the rules are for.
    others
        Of other frameworks whose scores the conditions name.

    Raises
    ------
    UnknownNameError
        When the framework does not assess the country.
    """
    known = _Known({one.framework.id: one for one in (*others, scores)}, figures, code, rules.framework)
    scores.position(code)
    return tuple(
        _layer(child.id, child.title, rules.layers[child.id], known)
        for child in scores.framework.tree.children
        if child.id in rules.layers
    )


@dataclass(frozen=True)
class _Known:
    """What conditions are judged by: scores by framework, figures, and whose they are."""

    scores: Mapping[str, Scores]
    figures: Figures
    code: str
    framework: str

    @property
    def own(self) -> Scores:
        return self.scores[self.framework]

    @property
    def row(self) -> int:
        return self.own.position(self.code)

    def column(self, part: Condition) -> Floats | None:
        """Return what a condition is about for all countries of the rules' framework, (C,); None for unknown.

        A score is unrounded; a figure is as published, 0 where its absence is a declared zero.
        """
        if part.score is not None:
            found = self.scores.get(part.framework or self.framework)
            return None if found is None else _aligned(_score(found, part.score), found, self.own)
        name = part.figure or ""
        indicators = self.own.matrix.indicators
        if name in indicators:
            return np.asarray(self.own.stages["selected"].values[:, indicators.index(name)])
        if name not in self.figures.blocks:
            return None
        return self.figures.latest(name, self.own.countries, self.own.framework.year)[0]

    def value(self, part: Condition) -> float | None:
        column = self.column(part)
        return None if column is None or not np.isfinite(column[self.row]) else float(column[self.row])

    def label(self, key: str) -> object:
        labels = self.own.matrix.groups.get(key)
        return None if labels is None else labels[self.row]

    def bound(self, part: Condition) -> float | None:
        """Return the number a condition compares with; None for the median of an unknown group."""
        if part.median_of is None:
            return part.at_least if part.at_least is not None else part.at_most
        label, column = self.label(part.median_of), self.column(part)
        if label is None or column is None:
            return None
        values = column[[item == label for item in self.own.matrix.groups[part.median_of]]]
        values = values[np.isfinite(values)]
        return float(np.median(values)) if len(values) else None

    def holds(self, condition: Condition) -> bool | None:
        """Tell whether a condition holds; None where a figure that decides it is missing."""
        if condition.all is not None:
            found = [self.holds(part) for part in condition.all]
            return False if False in found else None if None in found else True
        if condition.any is not None:
            found = [self.holds(part) for part in condition.any]
            return True if True in found else None if None in found else False
        if condition.group is not None:
            return bool(self.label(condition.group))
        value, bound = self.value(condition), self.bound(condition)
        if value is None or bound is None:
            return None
        return value <= bound if condition.at_most is not None else value >= bound

    def name(self, part: Condition) -> str:
        if part.words is not None:
            return part.words
        series = self.figures.series.get(part.figure or "")
        return "score" if part.score is not None else (part.figure or "") if series is None else series.name

    def number(self, value: float, part: Condition, more: int = 0, *, unit: bool = True) -> str:
        """Return a score with one decimal, a figure with three digits and its unit; or with more."""
        if part.score is not None:
            return f"{value:.{1 + more}f}"
        text = _short(value, more)
        series = self.figures.series.get(part.figure or "")
        own = part.unit if part.unit is not None else "" if series is None else series.unit
        return text if not unit or not own else f"{text}{'' if own.startswith('%') else ' '}{own}"


def _score(scores: Scores, name: str) -> Floats:
    if name in scores.node_ids:
        return np.asarray(scores.nodes[:, scores.node_ids.index(name)])
    if name in scores.matrix.indicators:
        return np.asarray(scores.stages["normalised"].values[:, scores.matrix.indicators.index(name)])
    return np.full(len(scores.countries), np.nan)


def _aligned(column: Floats, found: Scores, own: Scores) -> Floats:
    if found.countries == own.countries:
        return column
    place = dict(zip(found.countries, column, strict=True))
    return np.array([place.get(code, np.nan) for code in own.countries])


def _layer(name: str, title: str, rule: LayerRule, known: _Known) -> LayerPosture:
    text = _rule(rule, known)
    reasons: list[str] = []
    for number, kind in enumerate(KINDS):
        option = rule.option(kind)
        held = True if option.when is None else known.holds(option.when)
        if held is None and option.when is not None:
            left = [_label(rule, other) for other in KINDS[number:] if _may(rule, other, known)]
            unknown = f"Open ({listed(left, 'or')}): {listed(_lacking(option.when, known))} unknown"
            return LayerPosture(name, title, None, "", _sentences([unknown, *reasons]), text)
        if held:
            if option.when is not None:
                reasons.insert(0, f"{_capital(_label(rule, kind))}: {listed(_met(option.when, known))}")
            return LayerPosture(
                name, title, kind, option.words, _sentences(reasons), text, _label(rule, kind)
            )
        if option.when is not None:
            reasons.append(f"Not {_label(rule, kind)}: {listed(_missed(option.when, known))}")
    raise AssertionError("rent holds always")


def _sentences(reasons: Sequence[str]) -> str:
    return "".join(f"{reason}. " for reason in reasons).rstrip()


def _may(rule: LayerRule, kind: Kind, known: _Known) -> bool:
    """Tell whether a posture is possible, whatever the missing figures are."""
    when = rule.option(kind).when
    if when is not None and known.holds(when) is False:
        return False
    earlier = (rule.option(before).when for before in KINDS[: KINDS.index(kind)])
    return not any(known.holds(before) for before in earlier if before is not None)


def _label(rule: LayerRule, kind: Kind) -> str:
    return rule.option(kind).label or kind


def _lacking(when: Condition, known: _Known) -> list[str]:
    """Return what is unknown and leaves a condition open."""
    names = []
    for _, part in when.parts():
        if part.group is None and known.holds(part) is None:
            median = f"the median of its {_group(part.median_of or '')}"
            names.append(known.name(part) if known.value(part) is None else median)
    return list(dict.fromkeys(names))


def _met(condition: Condition, known: _Known) -> list[str]:
    """Return the numbers by which a condition holds: of an `any` the first that does."""
    if condition.any is not None:
        return _met(next(part for part in condition.any if known.holds(part)), known)
    if condition.all is not None:
        return list(dict.fromkeys(text for part in condition.all for text in _met(part, known)))
    if condition.group is not None:
        return [f"in the {_group(condition.group)}"]
    return [f"{_subject(condition, known)} ({_limit(condition, known)})"]


def _missed(condition: Condition, known: _Known) -> list[str]:
    """Return the numbers by which a condition fails, each once with all the bounds it misses."""
    limits: dict[str, list[str]] = {}
    for part in _failing(condition, known):
        if part.group is not None:
            limits.setdefault(f"not in the {_group(part.group)}", [])
        else:
            limits.setdefault(_subject(part, known), []).append(_limit(part, known))
    return [
        f"{subject} ({' or '.join(dict.fromkeys(own))})" if own else subject
        for subject, own in limits.items()
    ]


def _failing(condition: Condition, known: _Known) -> Iterable[Condition]:
    inner = condition.all or condition.any
    if inner is None:
        yield condition
    for part in inner or ():
        if known.holds(part) is False:
            yield from _failing(part, known)


def _subject(part: Condition, known: _Known) -> str:
    """Return what a condition is about with its number, in as many digits as tell it from the bound."""
    value, bound = known.value(part), known.bound(part)
    if value is None or bound is None:
        return known.name(part)
    digits = next(
        (n for n in range(18) if known.number(value, part, n) != known.number(bound, part, n)), 0
    ) if value != bound else 0  # fmt: skip
    return f"{known.name(part)} {known.number(value, part, digits)}"


def _limit(part: Condition, known: _Known) -> str:
    """Return the bound in words: `at least 40`, `at least 31.5, the median of its income group`."""
    bound = known.bound(part)
    side = "at most" if part.at_most is not None else "at least"
    if part.median_of is not None:
        number = "" if bound is None else f"{known.number(bound, part, unit=False)}, "
        return f"{side} {number}the median of its {_group(part.median_of)}"
    return f"{side} {_plain(bound or 0.0, part)}"


def _plain(bound: float, part: Condition) -> str:
    return f"{bound:g}" if part.score is not None else _short(bound)


def _group(key: str) -> str:
    """Return what a group is called: `EU`, `income group`, `African Union`."""
    if key in ("income", "region"):
        return f"{key} group"
    return key.upper() if len(key) <= _ACRONYM else key.replace("_", " ").title()


def _short(value: float, more: int = 0) -> str:
    """Return a number with three digits, or more: `1.2 trillion`, `136 billion`, `1,230`, `2.5`."""
    for limit, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= limit * 0.9995:
            return f"{value / limit:.{3 + more}g} {word}"
    return f"{value:,.{more}f}" if abs(value) >= 100 else f"{value:.{3 + more}g}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rule(rule: LayerRule, known: _Known) -> str:
    """Return the rule in words, from its conditions."""
    whens = [(kind, rule.option(kind).when) for kind in KINDS]
    parts = [f"{_label(rule, kind)} if {_words(when, known)}" for kind, when in whens if when is not None]
    return f"{_capital('; '.join(parts))}; else {_label(rule, 'rent')}."


def _words(condition: Condition, known: _Known, *, inner: bool = False) -> str:
    for parts, word in ((condition.all, "and"), (condition.any, "or")):
        if parts is not None:
            text = f" {word} ".join(_words(part, known, inner=True) for part in parts)
            return f"({text})" if inner and len(parts) > 1 else text
    if condition.group is not None:
        return f"in the {_group(condition.group)}"
    if condition.median_of is not None:
        return f"{known.name(condition)} at least the median of its {_group(condition.median_of)}"
    bound = known.bound(condition) or 0.0
    number = _plain(bound, condition) if condition.score is not None else known.number(bound, condition)
    return f"{known.name(condition)} {'at most' if condition.at_most is not None else 'at least'} {number}"
