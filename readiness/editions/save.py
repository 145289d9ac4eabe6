"""Freezing an index: everything that made it, and what follows from it, in one folder."""

from __future__ import annotations

import platform
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from readiness import resources
from readiness._version import __version__
from readiness.analysis import catalogue
from readiness.definitions.edit import quoted, written
from readiness.definitions.folder import members
from readiness.definitions.indicator import Series
from readiness.definitions.load import COUNTRIES
from readiness.editions import layout
from readiness.errors import ReadinessError
from readiness.export import files, tables
from readiness.index import Index
from readiness.report.stamp import newest_day
from readiness.scores import Table

_LIBRARIES = ("numpy", "pandas", "scipy", "pydantic", "pyyaml", "pycountry")
_DESCRIPTIONS = {
    "country": "Code of the country, ISO 3166 alpha-3 where it has one",
    "name": "Name",
    "status": "ranked or unranked; of a figure: what a remark says of it, derived where it is computed",
    "rank": "Place among the ranked countries, 1 at the top; empty for the unranked",
    "score": "Score of the index, 0 to 100",
    "coverage": "Share of the figures that are there, by weight",
    "rank_low": "5th percentile of the rank over the draws",
    "rank_high": "95th percentile of the rank over the draws",
    "indicator": "Id of the series",
    "year": "Year that the figure is of",
    "value": "The figure, in the unit of its series",
    "source": "Publisher",
}


def save(index: Index, target: Path, *, authors: Sequence[str] = ()) -> list[Path]:
    """Write an edition; the folder is there whole or not at all.

    Parameters
    ----------
    target
        A new or empty folder.
    authors
        Whom to cite; the package's authors for its own index, else the index itself.

    Raises
    ------
    ReadinessError
        When the folder has something in it or cannot be written, or the index does not say its edition.
    """
    content = contents(index, authors)
    files.writable(target.parent)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ReadinessError(f"{target} is not an empty folder", "Name a new one; nothing was written")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name[:40]}.") as there:
            whole = Path(there) / "edition"
            for name, data in content.items():
                files.write(whole / name, data)
            if target.exists():
                target.rmdir()
            shutil.move(whole, target)
    except OSError as error:
        raise ReadinessError(f"cannot write {target}: {error.strerror or error}") from error
    return [target / name for name in content]


def contents(index: Index, authors: Sequence[str] = ()) -> dict[str, bytes]:
    """Return the files of an edition by their paths; the same index and versions give the same bytes.

    Raises
    ------
    ReadinessError
        When the index does not say its edition.
    """
    definitions = index.definitions
    framework = definitions.framework()
    if framework.edition is None:
        raise ReadinessError(
            f"the framework {framework.id!r} does not say its edition", 'Write `edition: "2026.1"` into it'
        )
    day = newest_day((item.source.retrieved for item in definitions.series.values()), framework.year)
    found = _index_files(index)
    data = _tables(index)
    found |= layout.csv_files(data)
    found[layout.PACKAGE] = tables.json_bytes(_package(index, data, found, framework.edition, day))
    found[layout.CITATION] = _citation(index, framework.edition, day, _authors(index, authors)).encode(
        "utf-8"
    )
    found[layout.README] = _readme(index, framework.edition, data).encode("utf-8")
    found[layout.MANIFEST] = tables.json_bytes(_manifest(index, found, framework.edition, day))
    return dict(sorted(found.items()))


def _authors(index: Index, authors: Sequence[str]) -> Sequence[str]:
    if authors:
        return authors
    own = index.definitions.root.resolve() != resources.bundled("indicators").resolve()
    return [f"The authors of {index.definitions.framework().name}" if own else "The readiness authors"]


def _index_files(index: Index) -> dict[str, bytes]:
    """Return the index as it lies in its folder, with the countries that it takes from the package."""
    definitions = index.definitions
    found, _ = members(definitions.root)
    result = {f"{layout.INDEX}{item.path}": item.read() for item in found}
    if not definitions.own_countries:
        result[f"{layout.INDEX}{COUNTRIES}"] = _countries(index)
    return result


def _countries(index: Index) -> bytes:
    """Return the countries that the frameworks assess, as the package has them."""
    codes = {code for name in index.frameworks for code in index.scores(name).countries}
    lines = ["countries:"]
    for code in sorted(codes):
        item = index.countries[code]
        said = {
            "name": item.name, "official": item.official, "the": item.the or None, "iso2": item.iso2,
            "numeric": item.numeric, "worldbank": item.worldbank, "aliases": item.aliases, "note": item.note,
            "groups": item.groups,
        }  # fmt: skip
        lines.append(f"  {code}: {written({key: value for key, value in said.items() if value})}")
    return ("\n".join(lines) + "\n").encode("utf-8")


def _tables(index: Index) -> dict[str, Table]:
    frame = index.figures.frame()
    rows = tuple(tuple(row) for row in frame.itertuples(index=False))
    figures = Table(tuple(frame.columns), rows)
    return {
        "figures": figures,
        **layout.results(index),
        "indicators": catalogue.licences(index.indicators, list(index.indicators)),
        "countries": catalogue.country_table(index.countries, tuple(index.countries)),
    }


def _manifest(index: Index, found: Mapping[str, bytes], edition: str, day: date) -> dict[str, Any]:
    frameworks = {}
    for name in index.frameworks:
        scores = index.scores(name)
        drawn = scores.framework.uncertainty
        frameworks[name] = {
            "name": scores.framework.name, "edition": scores.framework.edition, "year": scores.framework.year,
            "inputs": scores.fingerprint, "seed": drawn.seed if drawn else None,
            "draws": drawn.draws if drawn else None,
        }  # fmt: skip
    return {
        "format": layout.FORMAT, "edition": edition, "date": day.isoformat(), "frameworks": frameworks,
        "versions": {"readiness": __version__, "python": platform.python_version(),
                     **{name: version(name) for name in _LIBRARIES}},
        "files": {name: {"sha256": layout.sha256(data), "bytes": len(data)}
                  for name, data in sorted(found.items())},
    }  # fmt: skip


# The data package -----------------------------------------------------------------------------------------


def _package(
    index: Index, data: Mapping[str, Table], found: Mapping[str, bytes], edition: str, day: date
) -> dict[str, Any]:
    framework = index.definitions.framework()
    return {
        "profile": "tabular-data-package", "name": slug(f"{framework.id}-{edition}"),
        "title": f"{framework.name}, edition {edition}", "version": edition, "created": f"{day}T00:00:00Z",
        "licenses": _licences(index.indicators.values()), "sources": _sources(index.indicators.values()),
        "resources": [_resource(index, name, table, found[f"{layout.DATA}{name}.csv"])
                      for name, table in data.items()],
    }  # fmt: skip


def _resource(index: Index, name: str, table: Table, content: bytes) -> dict[str, Any]:
    keys = {"figures": ["country", "indicator", "year"], "indicators": ["indicator"]}
    return {
        "profile": "tabular-data-resource", "name": slug(name), "path": f"{layout.DATA}{name}.csv",
        "title": _title(index, name), "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "bytes": len(content), "hash": f"sha256:{layout.sha256(content)}",
        "schema": {
            "fields": [_field(index, name, table, column) for column in table.columns],
            "missingValues": [""], "primaryKey": keys.get(name, ["country"]),
        },
    }  # fmt: skip


def _title(index: Index, name: str) -> str:
    if name.startswith("scores-"):
        return f"Scores and ranks: {index.frameworks[name.removeprefix('scores-')].name}"
    return {"figures": "Every figure", "indicators": "The series, their sources and licences"}.get(
        name, "The countries and their groups"
    )


def _field(index: Index, name: str, table: Table, column: str) -> dict[str, str]:
    at = table.columns.index(column)
    kinds = {type(row[at]) for row in table.rows if row[at] is not None}
    kind = "integer" if kinds == {int} else "number" if kinds and kinds <= {int, float} else "string"
    series = index.indicators.get(column)
    said = _DESCRIPTIONS.get(column)
    if name.startswith("scores-") and said is None:
        what = series.name if series else column
        said = f"Score of {what}, 0 to 100"
    return {"name": column, "type": kind, **({"description": said} if said else {})}


def _licences(series: Iterable[Series]) -> list[dict[str, str]]:
    """Return each licence of the figures once."""
    texts = sorted({item.source.licence for item in series})
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(slug(text)[:60], text)
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


# For people -----------------------------------------------------------------------------------------------


def _citation(index: Index, edition: str, day: date, authors: Sequence[str]) -> str:
    framework = index.definitions.framework()
    names = "".join(f"  - name: {quoted(author)}\n" for author in authors)
    title = f"{framework.name}, edition {edition}"
    return (
        "cff-version: 1.2.0\n"
        f"title: {quoted(title)}\n"
        'message: "Please cite the index with its edition."\n'
        f"type: dataset\nauthors:\n{names}version: {quoted(edition)}\ndate-released: {day}\n"
        "references:\n"
        '  - type: software\n    title: "readiness"\n    authors:\n      - name: The readiness authors\n'
        f"    version: {__version__}\n"
    )


def _readme(index: Index, edition: str, data: Mapping[str, Table]) -> str:
    framework = index.definitions.framework()
    withheld = [item.name for item in index.indicators.values() if item.source.redistribute == "no"]
    unverified = sum(item.source.redistribute == "unverified" for item in index.indicators.values())
    lines = [
        f"# {framework.name}, edition {edition}", "",
        f"Frozen by readiness {__version__}: everything that made this edition, and what follows from it.",
            "",
        "- `index/` the index as it was: definitions and figures, one YAML file a series",
        *(
            f"- `data/{name}.csv` {_title(index, name)} ({len(table.rows):,} rows)"
            for name, table in data.items()
        ),
        "- `datapackage.json` describes `data/` (Frictionless Data Package)",
        "- `edition.json` versions, seeds, and the sha256 of every file", "",
        "Check it, score with it, compare with it:", "",
        "    readiness verify DIR", "    readiness scores --indicators DIR",
        "    readiness changes DIR bundled", "",
        "Figures carry the licences of their publishers, `data/indicators.csv`. "
        f"{unverified} licences are not verified.",
    ]  # fmt: skip
    if withheld:
        lines += ["", f"May not be passed on: {', '.join(withheld)}."]
    return "\n".join([*lines, ""])
