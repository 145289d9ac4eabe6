"""What travels inside a report: a small index that gives the same score, the league table, a summary.

The index folder holds the framework with every setting written out, the definitions of its indicators
and of what they are divided by or computed from, and this country's figures. A framework whose scores
hang on other countries' figures brings all of them. A series that may not be redistributed is not in
it: its score stands in its place.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from readiness._version import __version__
from readiness.definitions.folder import members
from readiness.definitions.framework import Framework, IndicatorRef, Node
from readiness.definitions.indicator import Series
from readiness.definitions.load import Definitions
from readiness.engine.plan import is_local
from readiness.export import tables
from readiness.report import phrases
from readiness.report.attachment import Attachment
from readiness.report.model import CountryProfile
from readiness.scores import Scores

SUMMARY, LEAGUE = "report.json", "league-table.csv"
FORMAT = "readiness report 1"
# The description of a series whose scores stand in the place of its figures.
IN_PLACE = "The score: the figures may not be redistributed."
_DAY = (1980, 1, 1, 0, 0, 0)
_ABOUT = """\
This index was attached to a report. It gives the country's score again:

  readiness scores --indicators {name}

{scope}
Figures carry the licences of their publishers, named in each file.
"""
_LOCAL = "It holds this country's figures alone, so that ranks are those of the league table beside it."
_WHOLE = "Its scores hang on other countries' figures, so all of them are here."


@dataclass(frozen=True)
class Attachments:
    """The attachments of all reports of one framework; what they share is made once."""

    definitions: Definitions
    scores: Scores

    def read(self) -> Attachments:
        """Return these with everything read and made that reports share: what another machine needs."""
        _ = self._league, self._texts
        return self

    def of(self, profile: CountryProfile) -> tuple[Attachment, ...]:
        """Return the index, the league table and the summary of one country."""
        code = profile.country.code
        name = f"{code}-index.zip"
        return (
            Attachment(name, self._zip(code, name), "Index folder that gives the same score",
                       "application/zip"),
            Attachment(LEAGUE, self._league, "League table of the edition", "text/csv"),
            Attachment(SUMMARY, tables.json_bytes(self.summary(profile)), "What the report says of itself",
                       "application/json"),
        )  # fmt: skip

    def summary(self, profile: CountryProfile) -> dict[str, Any]:
        """Return what a report says of itself, for `readiness verify`."""
        code, found = profile.country.code, profile.range
        return {
            "format": FORMAT, "readiness": __version__, "country": code, "name": profile.country.name,
            "framework": profile.framework.id, "edition": profile.framework.edition,
            "year": profile.framework.year, "status": profile.status, "score": profile.score,
            "rank": profile.rank, "rank_low": found.low if found else None,
            "rank_high": found.high if found else None, "ranked": profile.ranked_count,
            "coverage": profile.coverage, "pillars": {line.id: line.score for line in profile.pillars},
            "headline": f"{phrases.headline(profile)}.", "fingerprint": profile.fingerprint,
            "whole": not self.local, "withheld": sorted(self.withheld),
        }  # fmt: skip

    @property
    def framework(self) -> Framework:
        """The framework with every setting written out."""
        return self.scores.framework

    @cached_property
    def local(self) -> bool:
        """Whether a country's score hangs on its own figures alone."""
        return is_local(self.framework)

    @cached_property
    def _league(self) -> bytes:
        return tables.to_csv(self.scores.rows("pillar"))

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        """The definition files by the id of their series."""
        paths = {path: name for name, path in self.definitions.files.items()}
        found, _ = members(self.definitions.root)
        return {paths[item.path]: item.read().decode("utf-8") for item in found if item.path in paths}

    @cached_property
    def withheld(self) -> frozenset[str]:
        """The indicators whose scores stand for their figures."""
        return frozenset(
            item.id for item in self.framework.tree.references()
            if any(self.definitions.series[name].source.redistribute == "no"
                   for name in needed([item], self.definitions.series))
        )  # fmt: skip

    def in_place(self) -> dict[str, str]:
        """Return the files in which scores stand for figures that are withheld, by path.

        They are those of the indicators and of the framework, for all its countries and with its draws.
        Nothing where nothing is withheld.
        """
        codes, references = self.scores.countries, self.framework.tree.references()
        found = {
            self.definitions.files[item.id]: self._scored(item, codes)
            for item in references
            if item.id in self.withheld
        }
        framework = _yaml(self._framework(codes, drawn=True))
        return {**found, f"frameworks/{self.framework.id}.yaml": framework} if found else {}

    def _zip(self, code: str, name: str) -> bytes:
        files = dict(self._shared) if not self.local else self._files((code,))
        about = _ABOUT.format(name=name, scope=_LOCAL if self.local else _WHOLE)
        return _zipped({**files, "README.txt": about})

    @cached_property
    def _shared(self) -> Mapping[str, str]:
        """The files of an index that is the same for every country."""
        return self._files(self.scores.countries)

    def _files(self, codes: tuple[str, ...]) -> dict[str, str]:
        """Return the files of an index of these countries by their path."""
        framework, files, rows = self._framework(codes, drawn=not self.local), {}, set(codes)
        for item in self.framework.tree.references():
            if item.id in self.withheld:
                files[self.definitions.files[item.id]] = self._scored(item, codes)
        predictors = [] if self.local else _predictors(self.framework)
        wanted = needed(self._open, self.definitions.series) | {
            name for name in predictors if name in self.definitions.series
        }
        for name in sorted(wanted):
            # A list of the whole world is the evidence of a declared zero, so all of it is needed.
            kept = None if self.definitions.series[name].zero else set(codes)
            text, there = _kept_rows(self._texts[name], kept)
            files[self.definitions.files[name]] = text
            rows |= there
        files[f"frameworks/{framework['id']}.yaml"] = _yaml(framework)
        files["countries.yaml"] = _yaml(self._countries(rows))
        return files

    @cached_property
    def _open(self) -> tuple[IndicatorRef, ...]:
        return tuple(item for item in self.framework.tree.references() if item.id not in self.withheld)

    def _framework(self, codes: tuple[str, ...], *, drawn: bool) -> dict[str, Any]:
        """Return the framework as plain values; for one country without draws, which need the others."""
        tree = _with_scores(self.framework.tree, self.withheld, self._ends)
        update: dict[str, Any] = {"countries": codes, "tree": tree}
        if not drawn:
            update["uncertainty"] = None
        chosen = self.framework.model_copy(update=update)
        return _plain(chosen.model_dump(mode="json", by_alias=True, exclude={"audit"}))

    @cached_property
    def _ends(self) -> tuple[float, float]:
        return self.framework.methods.normalisation.range or (0.0, 100.0)

    def _scored(self, item: IndicatorRef, codes: tuple[str, ...]) -> str:
        """Return the definition of a series that is withheld: its scores in place of its figures."""
        series, year = self.definitions.series[item.id], self.framework.year
        rows = [(code, self.scores.score(code, item.id)) for code in codes]
        lines = [f"country,{year}", *(f"{code},{value!r}" for code, value in rows if value is not None)]
        low, high = self._ends
        return _yaml(
            {"id": series.id, "name": series.name, "unit": f"score, {low:g} to {high:g}",
             "description": IN_PLACE, "direction": "higher",
             "goalposts": [low, high], "source": series.source.model_dump(mode="json", exclude_none=True)}
        ) + "figures: |\n" + "".join(f"  {line}\n" for line in lines)  # fmt: skip

    def _countries(self, codes: Iterable[str]) -> dict[str, Any]:
        known = self.definitions.countries
        entries = {
            code: {"name": known[code].name, "groups": dict(known[code].groups)}
            for code in sorted(codes) if code in known
        }  # fmt: skip
        return {**({"codes": "free"} if known.free else {}), "countries": entries}


def needed(references: Iterable[IndicatorRef], series: Mapping[str, Series]) -> set[str]:
    """Return the series that indicators are made of: themselves, denominators, operands."""
    found: set[str] = set()
    waiting = [name for item in references for name in (item.id, item.denominator) if name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            derived = series[name].derived
            waiting += [*(derived.series if derived else ()), *_denominator(series[name])]
    return found


def _denominator(series: Series) -> Iterator[str]:
    if series.denominator is not None:
        yield series.denominator


def _predictors(framework: Framework) -> list[str]:
    """Return the context series that missing figures are imputed from."""
    method = framework.methods.imputation
    on = list(getattr(method, "on", ()) or ())
    return on + list(framework.uncertainty.imputation.on if framework.uncertainty else ())


def _with_scores(node: Node, withheld: frozenset[str], ends: tuple[float, float]) -> Node:
    """Return the tree in which withheld indicators are scores already."""
    as_score = {"direction": "higher", "denominator": None, "per": 1.0, "transform": None, "scale": None,
                "goalposts": ends, "max_age": None}  # fmt: skip
    return node.model_copy(
        update={
            "children": tuple(_with_scores(child, withheld, ends) for child in node.children),
            "indicators": tuple(
                item.model_copy(update=as_score) if item.id in withheld else item for item in node.indicators
            ),
        }
    )


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return a framework without what is empty, but for what a reference says otherwise than its file."""

    def node(value: dict[str, Any]) -> dict[str, Any]:
        kept = {key: item for key, item in value.items() if item not in (None, [])}
        if "children" in kept:
            kept["children"] = [node(child) for child in kept["children"]]
        return kept

    return {key: node(value) if key == "tree" else value for key, value in data.items() if value is not None}


def _kept_rows(text: str, codes: set[str] | None) -> tuple[str, set[str]]:
    """Return a definition file with the figures of these countries (all where None), and whose they are."""
    lines, found, there, inside = text.split("\n"), [], set(), False
    for line in lines:
        if inside and line and not line.startswith(" "):
            inside = False
        code = line.strip().partition(",")[0]
        if inside and code and code != "country":
            if codes is not None and code not in codes:
                continue
            there.add(code)
        found.append(line)
        inside = inside or line.startswith("figures: |")
    return "\n".join(found), there


def _yaml(data: dict[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)
    return text


def _zipped(files: Mapping[str, str]) -> bytes:
    """Return a zip of texts: the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name].encode("utf-8"))
    return out.getvalue()
