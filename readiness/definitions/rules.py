"""The models of `rules/`: which posture suits a layer, by conditions that anyone can read.

A layer has three postures, own, share and rent; `indicators/rules/posture.yaml` is an example.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from readiness.definitions.base import Id, Model, Share, Text, fault
from readiness.definitions.framework import Framework
from readiness.definitions.places import Document, Path, dotted
from readiness.errors import did_you_mean, listed

Kind = Literal["own", "share", "rent"]
KINDS: tuple[Kind, ...] = ("own", "share", "rent")
_SUBJECTS = ("score", "figure", "group", "all", "any")
_BOUNDS = ("at_least", "at_most", "median_of")


class Condition(Model):
    """One number against a bound, a group the country is in, or several of these together.

    `score` names a node or an indicator of the rules' framework, or of `framework`, by its score;
    `figure` an indicator or context series, by its figure as published, a declared zero counting;
    `group` a group key that the country has. `median_of` is a group key too: the score or figure
    is at least the median of the countries that share the country's label. `all` needs every
    condition, `any` one. `words` is what a score or figure is called, `unit` what is printed after a
    figure: the series' own where left out.
    """

    score: Id | None = None
    figure: Id | None = None
    group: Text | None = None
    framework: Id | None = None
    at_least: float | None = None
    at_most: float | None = None
    median_of: Text | None = None
    words: Text | None = None
    unit: str | None = None
    all: Annotated[tuple[Condition, ...], Field(min_length=1)] | None = None
    any: Annotated[tuple[Condition, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Condition:
        named = [name for name in _SUBJECTS if getattr(self, name) is not None]
        if len(named) != 1:
            raise fault(f"a condition is one of {listed(map(repr, _SUBJECTS), 'or')}")
        bounds = [name for name in _BOUNDS if getattr(self, name) is not None]
        if named[0] in ("score", "figure") and len(bounds) != 1:
            raise fault(f"a '{named[0]}' has one of {listed(map(repr, _BOUNDS), 'or')}",
                        "For two bounds write two conditions below 'all:'")  # fmt: skip
        if named[0] not in ("score", "figure") and bounds:
            raise fault(f"'{named[0]}' takes no bound", at=(bounds[0],))
        if named[0] != "score" and self.framework is not None:
            raise fault("'framework' belongs to a score", at=("framework",))
        return self

    def parts(self, path: Path = ()) -> Iterator[tuple[Path, Condition]]:
        """Yield every condition in this one that is no `all` or `any`, with its path."""
        for key in ("all", "any"):
            for number, part in enumerate(getattr(self, key) or ()):
                yield from part.parts((*path, key, number))
        if self.all is None and self.any is None:
            yield path, self


class Option(Model):
    """A posture: what it means for this layer, and when it suits; without `when` it is the last.

    `label` is what it is called, `own`, `share` or `rent` where left out: nobody rents energy.
    """

    words: Text
    label: Text | None = None
    when: Condition | None = None


class LayerRule(Model):
    """The postures of a layer, tried in the order own, share, rent; rent is what is left."""

    own: Option
    share: Option
    rent: Option

    @model_validator(mode="after")
    def _ends(self) -> LayerRule:
        if self.rent.when is not None:
            raise fault("'rent' is what is left and takes no 'when'", at=("rent", "when"))
        for name in ("own", "share"):
            if getattr(self, name).when is None:
                raise fault(f"'{name}' needs a 'when'", at=(name,))
        return self

    def option(self, kind: Kind) -> Option:
        """Return one of the three."""
        found: Option = getattr(self, kind)
        return found


class LeapfrogRule(Model):
    """When an upper layer has leapt ahead of the lower ones.

    In at least `share` of `draws` its score is more than `margin` residual standard deviations
    above what the `lower` layers and income explain.
    """

    upper: Annotated[tuple[Id, ...], Field(min_length=1)]
    lower: Annotated[tuple[Id, ...], Field(min_length=1)]
    share: Share = 0.8
    margin: Annotated[float, Field(ge=0)] = 0.5
    draws: Annotated[int, Field(ge=10, le=10_000)] = 1000

    @model_validator(mode="after")
    def _apart(self) -> LeapfrogRule:
        names = (*self.lower, *self.upper)
        twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
        if twice is not None:
            raise fault(f"'{twice}' stands twice in 'lower' and 'upper'")
        return self


class Rules(Model):
    """A file of rules: the framework whose parts are the layers, and a rule for each."""

    id: Id
    name: Text
    framework: Id
    description: Text | None = None
    layers: Annotated[dict[str, LayerRule], Field(min_length=1)]
    leapfrog: LeapfrogRule | None = None

    def conditions(self) -> Iterator[tuple[Path, Condition]]:
        """Yield every condition that is no `all` or `any`, with its path in the file."""
        for name, rule in self.layers.items():
            for kind in KINDS:
                when = rule.option(kind).when
                if when is not None:
                    yield from when.parts(("layers", name, kind, "when"))

    def layer_names(self) -> Iterator[tuple[Path, str]]:
        """Yield every layer that is named, with its path in the file."""
        yield from ((("layers", name), name) for name in self.layers)
        if self.leapfrog is not None:
            for key in ("upper", "lower"):
                for number, name in enumerate(getattr(self.leapfrog, key)):
                    yield ("leapfrog", key, number), name

    @property
    def frameworks(self) -> tuple[str, ...]:
        """The frameworks whose scores the conditions name, the rules' own first."""
        others = (part.framework for _, part in self.conditions())
        return tuple(dict.fromkeys([self.framework, *(name for name in others if name is not None)]))


def check(
    document: Document, rules: Rules, frameworks: Mapping[str, Framework | None], series: Collection[str],
    groups: Collection[str],
) -> None:  # fmt: skip
    """Add to a document what its rules name and the index does not have.

    Parameters
    ----------
    frameworks
        None for one that could not be read.
    series, groups
        The ids of all series, the keys of all groups.
    """

    def known(path: Path, name: str, among: Collection[str], what: str) -> None:
        if among and name not in among:
            hint = did_you_mean(name, among) or f"Known: {', '.join(sorted(among)[:8])}"
            document.problem(document.place(path), dotted(path), f"unknown {what} '{name}'", hint)

    stem = document.file.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if stem != rules.id:
        message = f"'{rules.id}' is not the file's name '{stem}'"
        document.problem(document.place(("id",)), "id", message, f"Rename the file to {rules.id}.yaml")
    known(("framework",), rules.framework, frameworks, "framework")
    own = frameworks.get(rules.framework)
    layers = () if own is None else tuple(child.id for child in own.tree.children)
    for path, name in rules.layer_names():
        known(path, name, layers, f"part of '{rules.framework}'")
    for path, part in rules.conditions():
        for key, among, what in (
            ("figure", series, "series"), ("group", groups, "group"), ("median_of", groups, "group"),
            ("framework", frameworks, "framework"),
        ):  # fmt: skip
            if (name := getattr(part, key)) is not None:
                known((*path, key), name, among, what)
        of = frameworks.get(part.framework or rules.framework)
        if part.score is not None and of is not None:
            known((*path, "score"), part.score, _scored(of), f"score of '{of.id}'")


def _scored(framework: Framework) -> tuple[str, ...]:
    """Return the ids of a framework's nodes and indicators."""
    tree = framework.tree
    return (*(node.id for node in tree.nodes()), *(reference.id for reference in tree.references()))
