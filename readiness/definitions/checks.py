"""Checks across files: what a framework, a denominator, a derived series refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Literal

from pydantic_core import PydanticCustomError

from readiness.countries import Countries, GroupValue, as_written, is_known_code, known_name, nearest_code
from readiness.definitions.columns import (
    DistanceToReference,
    GroupMean,
    GroupMedian,
    MinMax,
    Normalisation,
    NoTreatment,
    RegressionImputation,
)
from readiness.definitions.framework import Framework, ImputationDraws, IndicatorRef, Node
from readiness.definitions.indicator import Series, check_transform
from readiness.definitions.methods import Copeland
from readiness.definitions.places import Document, Path, dotted
from readiness.errors import Problem, did_you_mean, listed

_UNTREATED = "is left out, as scores lie between goalposts"
_UNTREATED_HINT = "Outliers are treated where a sample sets the ends"
_PLACE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")


def is_place_id(code: str) -> bool:
    """Tell whether a free place id is safe in tables and file names."""
    return bool(_PLACE_ID.match(code)) and ".." not in code


def check(
    series: Mapping[str, Series],
    folders: Mapping[str, str],
    frameworks: Mapping[str, Framework],
    countries: Countries,
    *,
    documents: Mapping[str, Document],
    framework_documents: Mapping[str, Document],
    broken: Set[str],
) -> list[Problem]:
    """Return what is wrong between the files; `broken` names files that could not be read."""
    checker = _Checker(series, frameworks, countries, broken)
    for identifier, item in series.items():
        checker.series_file(documents[identifier], item, folders[identifier])
    for name, framework in frameworks.items():
        checker.framework(framework_documents[name], framework)
    for identifier, folder in folders.items():
        if identifier in series and folder not in ("context", "alternatives"):
            checker.unused(documents[identifier], identifier)
    return checker.problems


@dataclass
class _Checker:
    """Collects problems, and which series anything refers to."""

    series: Mapping[str, Series]
    frameworks: Mapping[str, Framework]
    countries: Countries
    broken: Set[str]
    problems: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def add(
        self, document: Document, path: Path, message: str, hint: str = "",
        severity: Literal["error", "warning"] = "error",
    ) -> None:  # fmt: skip
        place = document.place(path)
        self.problems.append(Problem(document.file, *place, dotted(path), message, hint, severity=severity))

    def refers(self, document: Document, path: Path, identifier: str, what: str, hint: str = "") -> bool:
        """Note a reference to a series; a problem where there is no such series."""
        self.used.add(identifier)
        if identifier in self.series:
            return True
        if identifier not in self.broken:
            hint = did_you_mean(identifier, self.series) or hint
            self.add(document, path, f"unknown {what} '{identifier}'", hint)
        return False

    def _known(self, code: str) -> bool:
        """Whether the index has this country, or leaves it out with the warning for all such codes."""
        if not self.countries or code in self.countries:
            return True
        return not self.countries.free and is_known_code(code)

    def series_file(self, document: Document, item: Series, folder: str) -> None:
        if item.denominator is not None:
            self.refers(document, ("denominator",), item.denominator, "denominator")
        for number, remark in enumerate(item.remarks):
            if remark.country is not None and not self._known(remark.country):
                self.add(document, ("remarks", number, "country"), f"unknown country code '{remark.country}'",
                         nearest_code(remark.country, self.countries))  # fmt: skip
        if item.derived is not None:
            operation = item.derived.operation
            for number, operand in enumerate(item.derived.operands):
                if isinstance(operand, str):
                    self.refers(document, ("derived", operation, number), operand, "series")
            self._cycle(document, item)

    def _cycle(self, document: Document, item: Series) -> None:
        waiting, seen = [item.id], set[str]()
        while waiting:
            derived = getattr(self.series.get(waiting.pop()), "derived", None)
            below = derived.series if derived else ()
            if item.id in below:
                self.add(document, ("derived",), f"'{item.id}' is derived from itself")
                return
            waiting += [name for name in below if name not in seen]
            seen.update(below)

    def framework(self, document: Document, framework: Framework) -> None:
        self._countries(document, framework)
        self._tree(document, framework)
        methods = framework.methods
        if isinstance(methods.imputation, GroupMean | GroupMedian):
            self._group(document, ("methods", "imputation", "group"), methods.imputation.group)
        if isinstance(methods.imputation, RegressionImputation):
            for number, name in enumerate(methods.imputation.on):
                self.refers(document, ("methods", "imputation", "on", number), name, "series")
        references = framework.tree.references()
        if (
            not isinstance(methods.treatment, NoTreatment)
            and isinstance(methods.normalisation, MinMax)
            and methods.normalisation.ends == "goalposts"
            and all(reference.normalisation is None for reference in references)
        ):
            self.add(document, ("methods", "treatment"), _UNTREATED, _UNTREATED_HINT, "warning")
        self._reference_country(document, ("methods", "normalisation"), methods.normalisation)
        self._copeland(document, framework)
        if framework.uncertainty is not None:
            self._drawn_imputation(document, framework.uncertainty.imputation)

    def _reference_country(self, document: Document, path: Path, method: Normalisation | None) -> None:
        if (
            isinstance(method, DistanceToReference)
            and self.countries
            and method.country not in self.countries
        ):
            self.add(document, (*path, "country"), f"unknown country code '{method.country}'",
                     nearest_code(method.country, self.countries))  # fmt: skip

    def _copeland(self, document: Document, framework: Framework) -> None:
        """Copeland scores compare countries: below the root they have to be on a scale."""
        for path, part in _paths(framework.tree, ("tree",)):
            if not isinstance(part, Node) or path == ("tree",):
                continue
            method = part.aggregation or framework.methods.aggregation
            if isinstance(method, Copeland) and not method.rescale:
                at = (*path, "aggregation") if part.aggregation else ("methods", "aggregation")
                self.add(document, at, "Copeland below the root gives scores that may be negative",
                         "Write rescale: true, or use it at the root only")  # fmt: skip
                return

    def _drawn_imputation(self, document: Document, imputation: ImputationDraws) -> None:
        if imputation.method == "group-mean" and imputation.group is not None:
            self._group(document, ("uncertainty", "imputation", "group"), imputation.group)
        if imputation.method != "regression":
            return
        hint = "Name one of yours, or write imputation: {method: none}"
        for number, name in enumerate(imputation.on):
            path = ("uncertainty", "imputation", "on", number)
            if "on" in imputation.model_fields_set:
                self.refers(document, path, name, "series", hint)
            elif name not in self.series:
                message = f"there is no series '{name}', so missing figures will not be drawn"
                self.add(document, path, message, hint, "warning")
            self.used.add(name)

    def _countries(self, document: Document, framework: Framework) -> None:
        wanted = framework.countries
        if isinstance(wanted, Mapping):
            known = [self._group(document, ("countries", key), key, value) for key, value in wanted.items()]
            if all(known) and self.countries and not self.countries.having(wanted):
                self.add(document, ("countries",), "no country is in all of these groups")
        elif wanted != "all":
            for number, code in enumerate(wanted):
                path = ("countries", number)
                if code in wanted[:number]:
                    self.add(document, path, f"the country {code} stands twice")
                elif not self._known(code):
                    self.add(document, path, f"unknown country code '{code}'",
                             nearest_code(code, self.countries))  # fmt: skip
                elif self.countries and code not in self.countries:
                    self.add(document, path, f"{known_name(code)} ({code}) is not in countries.yaml",
                             "Add it there, or leave it out here")  # fmt: skip

    def _group(self, document: Document, path: Path, key: str, value: GroupValue | None = None) -> bool:
        groups = self.countries.groups()
        if not self.countries:
            return True
        if key not in groups:
            self.add(document, path, f"unknown group '{key}'",
                     did_you_mean(key, groups) or f"There is {listed(groups)}")  # fmt: skip
        elif value is not None and value not in groups[key]:
            word, names = as_written(value), [as_written(name) for name in groups[key]]
            self.add(document, path, f"group '{key}' has no value '{word}'",
                     did_you_mean(word, names) or f"It has {listed(map(repr, names))}")  # fmt: skip
        else:
            return True
        return False

    def _tree(self, document: Document, framework: Framework) -> None:
        seen: dict[str, Path] = {}
        scored = {reference.id for reference in framework.tree.references()}
        for path, part in _paths(framework.tree, ("tree",)):
            place: Path = (*path, "id")
            if isinstance(part, Node) and part.id in scored:
                self.add(document, place, f"'{part.id}' is the id of an indicator too", "Rename the node")
                continue
            if part.id in seen:
                what = "indicator" if isinstance(part, IndicatorRef) else "node"
                first = document.place(seen[part.id])[0]
                self.add(document, place, f"the {what} '{part.id}' stands twice in the tree",
                         f"The first is in line {first}")  # fmt: skip
                continue
            seen[part.id] = place
            if isinstance(part, IndicatorRef) and self.refers(document, place, part.id, "indicator"):
                self._reference(document, path, part, part.completed(self.series[part.id], framework.methods))

    def _reference(self, document: Document, path: Path, said: IndicatorRef, reference: IndicatorRef) -> None:
        if said.denominator is not None:
            self.refers(document, (*path, "denominator"), said.denominator, "denominator")
        elif reference.per != 1 and reference.denominator is None:
            self.add(document, (*path, "per"), "'per' belongs to a denominator")
        if reference.direction is None:
            self.add(document, path, f"'{reference.id}' has no direction",
                     "Write {id: ..., direction: higher}")  # fmt: skip
        if reference.on_goalposts and reference.goalposts is None:
            self.add(document, path, f"'{reference.id}' has no goalposts, which 'ends: goalposts' needs",
                     "Write goalposts in its file, or normalisation: {ends: sample}")  # fmt: skip
        if reference.on_goalposts and said.treatment not in (None, NoTreatment()):
            self.add(document, (*path, "treatment"), _UNTREATED, _UNTREATED_HINT, "warning")
        self._reference_country(document, (*path, "normalisation"), said.normalisation)
        try:
            check_transform(reference.transform, reference.scale, reference.goalposts)
        except PydanticCustomError as error:
            context = error.context or {}
            self.add(document, (*path, *context["at"]), context["message"], context["hint"])

    def unused(self, document: Document, identifier: str) -> None:
        if identifier not in self.used and self.frameworks:
            self.add(document, ("id",), f"no framework uses '{identifier}'",
                     "Put it in a tree, or move the file to alternatives/", "warning")  # fmt: skip


def _paths(node: Node, path: Path) -> Iterator[tuple[Path, Node | IndicatorRef]]:
    """Go over the tree with the path of every part in its file."""
    yield path, node
    for number, child in enumerate(node.children):
        yield from _paths(child, (*path, "children", number))
    for number, reference in enumerate(node.indicators):
        yield (*path, "indicators", number), reference
