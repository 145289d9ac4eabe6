"""What lies where in an edition's folder.

edition.json       what it is: frameworks, versions, and the sha256 of every other file
index/             the index, as it was: definitions and figures
data/figures.csv   every figure, one a row
data/scores-ID.csv the scores and ranks of a framework, with their ranges
data/indicators.csv, data/countries.csv
datapackage.json   describes data/ (Frictionless Data Package)
CITATION.cff, README.md
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from readiness.definitions.folder import EDITION, EDITION_INDEX
from readiness.export import tables
from readiness.index import Index
from readiness.scores import Table

FORMAT = "readiness-edition-1"
INDEX = f"{EDITION_INDEX}/"
MANIFEST = EDITION
DATA = "data/"
PACKAGE, CITATION, README = "datapackage.json", "CITATION.cff", "README.md"


def results(index: Index) -> dict[str, Table]:
    """Return the scores of every framework by the name of their file in `data/`: every level."""
    return {f"scores-{name}": index.scores(name).rows("all") for name in index.frameworks}


def csv_files(found: Mapping[str, Table]) -> dict[str, bytes]:
    """Return tables as files of `data/`."""
    return {f"{DATA}{name}.csv": tables.to_csv(table) for name, table in found.items()}


def sha256(content: bytes) -> str:
    """Return the hash that `edition.json` has of a file."""
    return hashlib.sha256(content).hexdigest()
