"""`datapackage.json`: the tables of an edition described as a Frictionless Data Package."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from readiness import resources
from readiness._version import __version__
from readiness.definitions.indicator import Series
from readiness.editions import layout
from readiness.index import Index
from readiness.report.attachments import needed
from readiness.scores import Table

_DESCRIPTIONS = {
    "country": "Code of the country, ISO 3166 alpha-3 where it has one",
    "name": "Name",
    "status": "ranked or unranked; of a figure: what a remark says of it, derived where it is computed",
    "rank": "Place among the ranked countries, 1 at the top; empty for the unranked",
    "coverage": "Share of the figures that are there, by weight, 0 to 1",
    "rank_low": "5th percentile of the rank over the draws",
    "rank_high": "95th percentile of the rank over the draws",
    "indicator": "Id of the series",
    "year": "Year that the figure is of",
    "value": "The figure, in the unit of its series (the column unit of indicators.csv)",
    "source": "Publisher",
    "folder": "Folder of the index: a pillar, or context, alternatives",
    "unit": "Unit of the figures",
    "direction": "higher or lower is better; empty where the series is not scored",
    "publisher": "Who publishes the series",
    "dataset": "Name of the dataset",
    "series": "Code of the series at its publisher",
    "licence": "Licence of the figures",
    "redistribute": "yes, no or unverified: whether the figures may be passed on",
    "url": "Page of the source",
    "vintage": "The source's release",
    "retrieved": "Day, month or year of retrieval",
    "official": "Official name",
    "iso2": "Code ISO 3166 alpha-2",
    "numeric": "Code ISO 3166 numeric, three digits",
    "worldbank": "Code at the World Bank",
}
_TYPES = {"year": "integer", "value": "number", "score": "number", "coverage": "number"}
_TEXT = ("country", "name", "status")
# Of tables that are the package's own work.
_OURS = {"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"}
_NOT_STATED = {"name": "not-stated", "title": "not stated"}


def describe(
    index: Index, said: Mapping[str, Any], data: Mapping[str, Table], files: Mapping[str, bytes],
    withheld: Collection[str],
) -> dict[str, Any]:  # fmt: skip
    """Return the content of `datapackage.json`.

    Parameters
    ----------
    said
        See `layout.said`.
    data, files
        The tables by name, and the files that they are.
    withheld
        Series whose figures are left out.
    """
    series = [item for name, item in index.indicators.items() if name not in withheld]
    title = f"{index.frameworks[said['framework']].name}, edition {said['edition']}"
    return {
        "profile": "tabular-data-package", "name": slug(f"{said['framework']}-{said['edition']}"),
        "title": title, "version": said["edition"], "created": f"{said['date']}T00:00:00Z",
        "licenses": _licences(series), "sources": _sources(series),
        "resources": [
            {**_resource(index, name, table, files[f"{layout.DATA}{name}.csv"]),
             **_terms(index, name, series, title)}
            for name, table in data.items()
        ],
    }  # fmt: skip


def title_of(index: Index, name: str) -> str:
    """Return what a table is, in words."""
    if name.startswith(layout.SCORES):
        return f"Scores and ranks: {index.frameworks[name.removeprefix(layout.SCORES)].name}"
    return {"figures": "Every figure", "indicators": "The series, their units, sources and licences"}.get(
        name, "The countries and their groups"
    )


def _resource(index: Index, name: str, table: Table, content: bytes) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource", "name": slug(name), "path": f"{layout.DATA}{name}.csv",
        "title": title_of(index, name), "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "bytes": len(content), "hash": f"sha256:{layout.sha256(content)}",
        "schema": {
            "fields": [_field(index, name, table, column) for column in table.columns],
            "missingValues": [""], "primaryKey": list(layout.keys(name)),
        },
    }  # fmt: skip


def _field(index: Index, name: str, table: Table, column: str) -> dict[str, Any]:
    scored = name.startswith(layout.SCORES)
    said = _DESCRIPTIONS.get(column)
    if scored and said is None:
        said = _score(index, name.removeprefix(layout.SCORES), column)
    return {
        "name": column, "type": _type(table, column, scored), "description": said or f"Group: {column}",
        **({"constraints": {"required": True}} if column in layout.keys(name) else {}),
    }  # fmt: skip


def _type(table: Table, column: str, scored: bool) -> str:
    """Return the type of a column: what it is by its name, else the type of all its values."""
    if column in _TYPES:
        return _TYPES[column]
    at = table.columns.index(column)
    kinds = {type(row[at]) for row in table.rows if row[at] is not None}
    if scored and column not in _TEXT:
        return "integer" if column.startswith("rank") and kinds <= {int} else "number"
    return "integer" if kinds == {int} else "number" if kinds and kinds <= {int, float} else "string"


def _score(index: Index, framework: str, column: str) -> str:
    of = index.scores(framework).framework
    node = next((node for node in of.tree.nodes() if node.id == column), None)
    series = index.indicators.get(column)
    what = node.title if node else series.name if series else "the index"
    ends = of.methods.normalisation.range
    return f"Score of {what}, {ends[0]:g} to {ends[1]:g}" if ends else f"Score of {what}"


def _terms(index: Index, name: str, series: list[Series], title: str) -> dict[str, Any]:
    """Return licences and sources of one table: those of its figures, else of who made the list."""
    if name.startswith(layout.SCORES):
        framework = index.scores(name.removeprefix(layout.SCORES)).framework
        ids = needed(framework.tree.references(), index.indicators)
        series = [item for key, item in index.indicators.items() if key in ids]
    if name == "figures" or name.startswith(layout.SCORES):
        # The figures of a table may all be left out, and the list of licences may not be empty.
        return {"licenses": _licences(series) or [_NOT_STATED], "sources": _sources(series)}
    ours = is_bundled(index) or (name == "countries" and not index.definitions.own_countries)
    return {"licenses": [_OURS if ours else _NOT_STATED],
            "sources": [{"title": f"readiness {__version__}" if ours else title}]}  # fmt: skip


def is_bundled(index: Index) -> bool:
    """Say whether an index is the package's own."""
    try:
        return index.definitions.root.resolve() == resources.bundled("indicators").resolve()
    except FileNotFoundError:
        return False


def _licences(series: Iterable[Series]) -> list[dict[str, str]]:
    """Return each licence of the figures once; one that is an identifier keeps its capitals."""
    found: dict[str, str] = {}
    for text in sorted({item.source.licence for item in series}):
        found.setdefault(text if re.fullmatch(r"[A-Za-z0-9._-]{1,60}", text) else slug(text)[:60], text)
    return [{"name": name, "title": text} for name, text in found.items()]


def _sources(series: Iterable[Series]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for item in series:
        source = item.source
        title = ", ".join(filter(None, (source.publisher, source.dataset)))
        found.setdefault(title, {"title": title, **({"path": source.url} if source.url else {})})
    return [found[title] for title in sorted(found)]


def slug(text: str) -> str:
    """Return a name as data packages have it: small letters, digits, `.`, `_` and `-`.

    >>> slug("CC BY 4.0 (Ember)")
    'cc-by-4.0-ember'
    """
    return re.sub(r"[^a-z0-9._]+", "-", text.casefold()).strip("-") or "unnamed"
