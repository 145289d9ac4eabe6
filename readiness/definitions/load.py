"""Load an index folder: read, validate, check; all problems of all files at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from readiness import resources
from readiness.countries import Countries, Country, is_known_code, known_name, nearest_code
from readiness.definitions import block as figures_block
from readiness.definitions import checks, extras, messages, places
from readiness.definitions.block import Block
from readiness.definitions.country import CountriesFile
from readiness.definitions.folder import UNREAD, Member, members
from readiness.definitions.framework import Framework
from readiness.definitions.indicator import ContextSeries, Indicator, Series
from readiness.definitions.places import Document
from readiness.definitions.prices import PriceFile, Prices
from readiness.definitions.prices import prices as read_prices
from readiness.definitions.rules import Rules
from readiness.definitions.rules import check as check_rules
from readiness.definitions.scenario import Scenario
from readiness.errors import DefinitionError, Problem, ReadinessError, UnknownNameError, counted, did_you_mean

M = TypeVar("M", bound=BaseModel)

COUNTRIES = "countries.yaml"
# Series in these folders need no direction.
UNSCORED = ("context", "validation")


@dataclass(frozen=True)
class Definitions:
    """All that an index folder says, checked.

    `series` holds indicators, context and alternatives by id, `validation` the published
    indices to compare with; `folders` the first folder of each id; `blocks` the figures of
    every series that has its own (not the derived ones). `rules`, `scenario` (what a sizing starts
    from) and `prices` are the package's where the index has none.
    """

    root: Path
    series: Mapping[str, Series]
    validation: Mapping[str, Series]
    folders: Mapping[str, str]
    files: Mapping[str, str]
    blocks: Mapping[str, Block]
    frameworks: Mapping[str, Framework]
    countries: Countries
    own_countries: bool
    warnings: tuple[Problem, ...] = ()
    rules: Mapping[str, Rules] = field(default_factory=dict)
    scenario: Scenario | None = None
    prices: Prices | None = None

    def framework(self, name: str | None = None) -> Framework:
        """Return a framework by id; without one the only one, else `pillars`.

        Raises
        ------
        UnknownNameError
            When there is none of that id, or several and none named `pillars`.
        """
        names = ", ".join(self.frameworks)
        if name is None:
            name = next(iter(self.frameworks)) if len(self.frameworks) == 1 else "pillars"
            if name not in self.frameworks:
                message = f"the index has several frameworks: {names}"
                raise UnknownNameError(message, "Name one with --framework")
        if name not in self.frameworks:
            hint = did_you_mean(name, self.frameworks) or f"There is {names}"
            raise UnknownNameError(f"unknown framework {name!r}", hint)
        return self.frameworks[name]

    def completed(self, name: str | None = None) -> Framework:
        """Return a framework with every setting of its indicators written out."""
        return self.framework(name).completed(self.series)


def load(root: Path | str | None = None) -> Definitions:
    """Load and check an index folder or zip; the bundled index where none is named.

    Raises
    ------
    DefinitionError
        When anything in it is wrong; it holds every problem of every file.
    """
    path = resources.bundled("indicators") if root is None else Path(root)
    return _Loader(path).load()


@dataclass
class _Loader:
    """The files of one folder on their way to `Definitions`."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    validation: dict[str, Series] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    frameworks: dict[str, Framework] = field(default_factory=dict)
    framework_documents: dict[str, Document] = field(default_factory=dict)
    framework_files: dict[str, str] = field(default_factory=dict)
    # Names of files that could not be read: what refers to them is not a second problem.
    broken: set[str] = field(default_factory=set)

    def load(self) -> Definitions:
        found, problems = members(self.root)
        self.problems += problems
        own = next((item for item in found if item.path == COUNTRIES), None)
        countries = self._countries(own or self._base_countries(found))
        for item in found:
            if item.folder == "frameworks":
                self._framework(item)
            elif item.folder not in UNREAD and item.path != COUNTRIES:
                self._series(item)
        if not self.frameworks and not self.problems:
            raise ReadinessError(f"{self.root} has no framework", "Write one to frameworks/NAME.yaml")
        strangers = self._check_codes(countries)
        if strangers and own is None:
            added = [Country(code, known_name(code)) for code in strangers]
            countries = Countries((*countries.values(), *added))
        elif strangers:
            self._warn_strangers(own, strangers)
        self.problems += checks.check(
            self.series, self.folders, self.frameworks, countries,
            documents=self.documents, framework_documents=self.framework_documents, broken=self.broken,
        )  # fmt: skip
        rules = extras.read(found, extras.RULES, Rules, self.problems, self._check_rules(found, countries))
        scenario, prices = self._scenario(found), self._prices(found)
        errors = [item for item in self.problems if item.severity == "error"]
        if errors:
            raise DefinitionError(errors)
        return Definitions(
            self.root, self.series, self.validation, self.folders, self.files, self.blocks,
            self.frameworks, countries, own is not None, tuple(sorted(self.problems)), rules,
            scenario, prices,
        )  # fmt: skip

    def _check_rules(
        self, found: list[Member], countries: Countries
    ) -> Callable[[Document, Rules], None]:  # fmt: skip
        # What could not be read is there, and no second problem.
        unread = dict.fromkeys(item.stem for item in found if item.folder == "frameworks")
        frameworks, series = {**unread, **self.frameworks}, {*self.series, *self.broken}
        return lambda document, rules: check_rules(document, rules, frameworks, series, countries.groups())

    def _scenario(self, found: list[Member]) -> Scenario | None:
        """Return the index's scenario, the first by name, on the package's where it leaves things out."""
        own = extras.scenarios(found, self.problems)
        base = extras.bundled_scenario(self.problems, found)
        return next((item if base is None else item.completed(base) for item in own), base)

    def _prices(self, found: list[Member]) -> Prices | None:
        files, _ = extras.own_or_bundled(found, extras.SCENARIOS, extras.PRICES)
        for member in files:
            document, file = self._read(member, PriceFile)
            if file is not None:
                result = read_prices(document, file)
                self._collect(document)
                return result
        return None

    def _read(self, member: Member, model: type[M]) -> tuple[Document, M | None]:
        try:
            document = places.read(member.read(), member.shown)
        except OSError as error:
            reason = error.strerror or str(error)
            self.problems.append(Problem(member.shown, 1, 1, "", f"cannot be read: {reason}"))
            return Document(member.shown), None
        result = None
        if document.problems:
            pass
        elif not isinstance(document.data, dict):
            document.problem((1, 1), "", "the file has to be a mapping of keys to values")
        else:
            try:
                result = model.model_validate(document.data)
            except ValidationError as error:
                messages.explain(error, document, model)
        self._collect(document)
        return document, result

    def _collect(self, document: Document) -> None:
        self.problems += document.problems
        document.problems = []

    def _base_countries(self, found: list[Member]) -> Member:
        for item in extras.base(found):
            if item.path == COUNTRIES:
                return item
        raise ReadinessError(
            f"{self.root} has no {COUNTRIES}, and none is kept in it", f"Write a {COUNTRIES}"
        )

    def _countries(self, member: Member) -> Countries:
        document, file = self._read(member, CountriesFile)
        if file is None:
            self.broken.add(COUNTRIES)
            return Countries(())
        free = file.codes == "free"
        for code in file.countries:
            self._check_country_code(document, code, free)
        self._collect(document)
        return Countries(
            (Country(code=code, **dict(entry)) for code, entry in file.countries.items()), free=free
        )

    def _check_country_code(self, document: Document, code: str, free: bool) -> None:
        place = document.key_place(("countries", code))
        if free:
            if not checks.is_place_id(code):
                document.problem(place, "countries", f"'{code[:60]}' is not a place id",
                                 "Use letters, digits, '_', '.' and '-'")  # fmt: skip
        elif not is_known_code(code):
            hint = nearest_code(code) or "Codes are ISO 3166 alpha-3; 'codes: free' takes any"
            document.problem(place, "countries", f"unknown country code '{code[:60]}'", hint)

    def _framework(self, member: Member) -> None:
        document, framework = self._read(member, Framework)
        if framework is None:
            return
        if member.stem != framework.id:
            self._stem_problem(member, document, framework.id)
        elif framework.id in self.framework_files:
            self._twice_problem(document, framework.id, self.framework_files[framework.id])
        else:
            self.framework_files[framework.id] = member.path
        self._collect(document)
        # A file with a wrong id is checked too, under a name that no id can have.
        name = framework.id if framework.id not in self.frameworks else f"/{member.path}"
        self.frameworks[name] = framework
        self.framework_documents[name] = document

    def _series(self, member: Member) -> None:
        document, series = self._read(member, ContextSeries if member.folder in UNSCORED else Indicator)
        if isinstance(document.data, dict) and isinstance(document.data.get("figures"), str):
            block = figures_block.parse(document)
        else:
            block = None
        if series is None:
            self.broken |= {member.stem, _said_id(document)}
            self._collect(document)
            return
        if member.stem != series.id:
            self.broken.add(member.stem)
            self._stem_problem(member, document, series.id)
        elif series.id in self.files:
            self._twice_problem(document, series.id, self.files[series.id])
        else:
            self.files[series.id] = member.path
        self._keep(member, document, series, block)
        self._collect(document)

    def _keep(self, member: Member, document: Document, series: Series, block: Block | None) -> None:
        # The text of the figures is in the block now.
        series = series.model_copy(update={"figures": None})
        if block is not None:
            self._check_valid(document, series, block)
        if series.id in self.documents:
            return
        if block is not None:
            self.blocks[series.id] = block
        self.documents[series.id] = document
        self.folders[series.id] = member.folder
        (self.validation if member.folder == "validation" else self.series)[series.id] = series

    def _stem_problem(self, member: Member, document: Document, identifier: str) -> None:
        message = f"'{identifier}' is not the file's name '{member.stem}'"
        document.problem(document.place(("id",)), "id", message,
                         f"Rename the file to {identifier}.yaml, or change the id")  # fmt: skip

    def _twice_problem(self, document: Document, identifier: str, first: str) -> None:
        document.problem(document.place(("id",)), "id", f"the id '{identifier}' is used twice",
                         f"It is in {first} too")  # fmt: skip

    def _check_valid(self, document: Document, series: Series, block: Block) -> None:
        if series.valid is None:
            return
        low, high = series.valid
        for row, column in np.argwhere((block.values < low) | (block.values > high)):
            value, year = block.values[row, column], block.years[column]
            place = figures_block.cell_place(document, block, int(row), int(column))
            document.problem(place, f"figures: {block.countries[row]} {year}",
                             f"{value:.12g} is outside valid: [{low:.12g}, {high:.12g}]",
                             "Is it in another unit?")  # fmt: skip

    def _check_codes(self, countries: Countries) -> list[str]:
        """Refuse unknown codes; return the known ones that are not among `countries`."""
        strangers: set[str] = set()
        if COUNTRIES in self.broken:
            return []
        known: dict[str, bool] = {}
        hints: dict[str, str] = {}
        for identifier, block in self.blocks.items():
            document = self.documents[identifier]
            for code, line in zip(block.countries, block.rows, strict=True):
                if code in countries:
                    continue
                if code not in known:
                    known[code] = not countries.free and is_known_code(code)
                if known[code]:
                    strangers.add(code)
                    continue
                if code not in hints:
                    # Finding the nearest takes a while: thousands of places need no thousand hints.
                    hints[code] = _code_hint(code, countries) if len(hints) < 200 else ""
                indent = figures_block.indent(document, line)
                document.problem((line, indent + 1), f"figures: {code[:60]}",
                                 f"unknown country code '{code[:60]}'", hints[code])  # fmt: skip
            self._collect(document)
        return sorted(strangers)

    def _warn_strangers(self, own: Member | None, strangers: list[str]) -> None:
        shown = ", ".join(strangers[:8]) + (" ..." if len(strangers) > 8 else "")
        file = own.shown if own else COUNTRIES
        self.problems.append(Problem(
            file, 1, 1, "countries", f"{counted(len(strangers), 'country', 'countries')} with figures not in "
            f"{COUNTRIES}, left out: {shown}", severity="warning"))  # fmt: skip


def _said_id(document: Document) -> str:
    """Return the id that a file which could not be read says it has, if any."""
    said = document.data.get("id") if isinstance(document.data, dict) else None
    return said if isinstance(said, str) else ""


def _code_hint(code: str, countries: Countries) -> str:
    near = nearest_code(code, countries)
    if near or countries.free:
        return near
    with contextlib.suppress(UnknownNameError):
        return f"Did you mean {countries.find(code).code!r}?"
    return nearest_code(code) or "Write ISO 3166 alpha-3 codes, with commas between the cells"
