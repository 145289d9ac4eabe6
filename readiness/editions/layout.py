"""What lies where in an edition's folder.

edition.json       what it is: frameworks, versions, and the sha256 of every other file
index/             the index, as it was: definitions and figures; `_package/` is what readiness contributed
data/figures.csv   every figure, one a row
data/scores-ID.csv the scores and ranks of a framework, with their ranges
data/indicators.csv, data/countries.csv
datapackage.json   describes data/ (Frictionless Data Package)
CITATION.cff, README.md
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from readiness.analysis import catalogue
from readiness.definitions.folder import EDITION, EDITION_INDEX
from readiness.export import tables
from readiness.index import Index
from readiness.report.stamp import newest_day
from readiness.scores import Table

FORMAT = "readiness-edition-1"
INDEX = f"{EDITION_INDEX}/"
MANIFEST = EDITION
DATA = "data/"
PACKAGE, CITATION, README = "datapackage.json", "CITATION.cff", "README.md"
SCORES = "scores-"
_KEYS = {"figures": ("country", "indicator", "year"), "indicators": ("indicator",)}


def results(index: Index, withheld: Collection[str] = ()) -> dict[str, Table]:
    """Return the tables by the name of their file in `data/`; figures that are withheld are in none."""
    frame = index.figures.frame()
    frame = frame[~frame["indicator"].isin(list(withheld))]
    figures = Table(tuple(frame.columns), tuple(tuple(row) for row in frame.itertuples(index=False)))
    return {
        "figures": figures,
        **{f"{SCORES}{name}": index.scores(name).rows("all") for name in index.frameworks},
        "indicators": _catalogue(index),
        "countries": catalogue.country_table(index.countries, tuple(index.countries)),
    }


def _catalogue(index: Index) -> Table:
    table, folders = catalogue.licences(index.indicators, list(index.indicators)), index.definitions.folders
    rows = []
    for name, title, *rest in table.rows:
        series = index.indicators[name]
        rows.append((name, title, folders[name], series.unit, series.direction, *rest))
    columns = (*table.columns[:2], "folder", "unit", "direction", *table.columns[2:])
    return Table(columns, tuple(rows))


def keys(name: str) -> tuple[str, ...]:
    """Return the columns that tell the rows of a table apart."""
    return _KEYS.get(name, ("country",))


def said(index: Index, framework: str | None = None, withheld: Collection[str] = ()) -> dict[str, Any]:
    """Return what an edition says of its index: which it is, of what day, and each of its frameworks.

    Its day is that of the newest figure in it.
    """
    chosen = index.definitions.framework(framework)
    sources = (item.source for name, item in index.indicators.items() if name not in withheld)
    day = newest_day((source.retrieved for source in sources), chosen.year)
    frameworks = {}
    for name in index.frameworks:
        of = index.scores(name).framework
        drawn = of.uncertainty
        frameworks[name] = {
            "name": of.name, "edition": of.edition, "year": of.year,
            "seed": drawn.seed if drawn else None, "draws": drawn.draws if drawn else None,
        }  # fmt: skip
    return {"edition": chosen.edition, "framework": chosen.id, "date": day.isoformat(),
            "frameworks": frameworks}  # fmt: skip


def csv_files(found: Mapping[str, Table]) -> dict[str, bytes]:
    """Return tables as files of `data/`."""
    return {f"{DATA}{name}.csv": tables.to_csv(table) for name, table in found.items()}


def sha256(content: bytes) -> str:
    """Return the hash that `edition.json` has of a file."""
    return hashlib.sha256(content).hexdigest()
