"""Figures and scores as SDMX-CSV 2.0, and the structure that describes them as SDMX-ML 2.1.

The tables are CSV and need no library; the structure is written by sdmx1 (`readiness[sdmx]`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from readiness.countries import Countries
from readiness.definitions.indicator import Series
from readiness.errors import MissingLibraryError
from readiness.figures.table import Figures, remark_on
from readiness.scores import Scores, plain, whole

AGENCY, VERSION = "READINESS", "1.0"
FIGURES, SCORES = "FIGURES", "SCORES"
_HEAD = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
_FIGURES = (
    "REF_AREA",
    "INDICATOR",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "UNIT_MEASURE",
    "SOURCE",
    "COMMENT",
)
_SCORES = ("REF_AREA", "FRAMEWORK", "PART", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "RANK", "RANK_LOW",
           "RANK_HIGH", "COVERAGE")  # fmt: skip
# What our remarks are called in SDMX's list of the status of observations.
_STATUS = {"estimated": "E", "provisional": "P", "break": "B", "disputed": "U"}
STATUSES = {
    "A": "Normal", "B": "Break in the series", "E": "Estimated", "M": "Missing", "P": "Provisional",
    "U": "Low reliability, disputed",
}  # fmt: skip


def identifier(name: str) -> str:
    """Return an id of ours as one of SDMX, which knows no dots: `energy$supply`."""
    return name.replace(".", "$")


def figures(found: Figures, countries: Countries, withheld: Collection[str] = ()) -> bytes:
    """Return every published figure, one a row: country, series, year, value, status, unit, source, note.

    Parameters
    ----------
    withheld
        Series whose figures may not be passed on.
    """
    rows = []
    for name in sorted(set(found.blocks) - set(withheld)):
        series, block = found.series[name], found.blocks[name]
        for row, column in np.argwhere(np.isfinite(block.values)):
            code, year = block.countries[row], int(block.years[column])
            if code not in countries:
                continue
            remark = remark_on(series, code, year)
            rows.append((
                identifier(code), identifier(name), year, float(block.values[row, column]),
                _STATUS.get(remark.status, "A") if remark else "A", series.unit, series.source.publisher,
                remark.note if remark else None,
            ))  # fmt: skip
    return _csv(FIGURES, _FIGURES, rows)


def scores(results: Iterable[Scores]) -> bytes:
    """Return the scores of frameworks: a row a country and part; the index has rank, range and coverage.

    A missing score is a row without a value whose status is M.
    """
    rows: list[tuple[Any, ...]] = []
    for found in results:
        framework, year = identifier(found.framework.id), found.framework.year
        parts = [(depth, part.id, found.column(part.id)) for depth, part in found.framework.tree.walk()]
        for number, code in enumerate(found.countries):
            for depth, part, column in parts:
                value = plain(column[number])
                interval = (found.interval(code) or (None, None)) if depth == 0 else (None, None)
                rank = whole(found.ranks[number]) if depth == 0 else None
                coverage = float(found.coverage[number, 0]) if depth == 0 else None
                rows.append((identifier(code), framework, identifier(part), year, value,
                             "M" if value is None else "A", rank, *interval, coverage))  # fmt: skip
    return _csv(SCORES, _SCORES, rows)


def _csv(flow: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*_HEAD, *columns))
    start = "dataflow", f"{AGENCY}:{flow}({VERSION})", "I"
    writer.writerows((*start, *("" if value is None else value for value in row)) for row in rows)
    return out.getvalue().encode("utf-8")


def structure(series: Mapping[str, Series], countries: Countries, results: Sequence[Scores]) -> bytes:
    """Return the SDMX-ML 2.1 structure message: code lists, concepts, two data structures, two data flows.

    Raises
    ------
    MissingLibraryError
        When sdmx1 is not installed.
    """
    sdmx = _library()
    titles = {
        part.id: getattr(part, "title", None) or series[part.id].name
        for found in results
        for _, part in found.framework.tree.walk()
    }
    lists = {
        "CL_AREA": {code: country.name for code, country in countries.items()},
        "CL_INDICATOR": {name: item.name for name, item in series.items()},
        "CL_FRAMEWORK": {found.framework.id: found.framework.name for found in results},
        "CL_PART": titles,
        "CL_OBS_STATUS": STATUSES,
    }
    message = sdmx.message.StructureMessage()
    message.header = sdmx.message.Header(
        id="READINESS", prepared=datetime(2026, 1, 1, tzinfo=UTC), sender=sdmx.model.common.Agency(id=AGENCY)
    )
    codelists = {name: _codelist(sdmx, name, codes) for name, codes in lists.items()}
    concepts = _concepts(sdmx, {*_FIGURES, *_SCORES})
    parts = [*codelists.values(), concepts]
    for flow, columns in ((FIGURES, _FIGURES), (SCORES, _SCORES)):
        parts += _flow(sdmx, flow, columns, codelists, concepts)
    for part in parts:
        message.add(part)
    content: bytes = sdmx.to_xml(message, pretty_print=True)
    return content


def _library() -> Any:
    try:
        import sdmx
    except ImportError as error:
        raise MissingLibraryError(
            "the SDMX structure needs sdmx1", "pip install 'readiness[sdmx]'"
        ) from error
    return sdmx


def _kept(sdmx: Any) -> dict[str, Any]:
    agency = sdmx.model.common.Agency(id=AGENCY)
    return {"maintainer": agency, "version": VERSION, "is_final": True, "is_external_reference": False}


def _codelist(sdmx: Any, name: str, codes: Mapping[str, str]) -> Any:
    made = sdmx.model.common.Codelist(
        id=name, name=name.removeprefix("CL_").replace("_", " ").lower(), **_kept(sdmx)
    )
    for code, title in codes.items():
        made.append(sdmx.model.common.Code(id=identifier(code), name=title))
    return made


def _concepts(sdmx: Any, names: Iterable[str]) -> Any:
    made = sdmx.model.common.ConceptScheme(id="CONCEPTS", name="Concepts", **_kept(sdmx))
    for name in sorted(names):
        made.append(sdmx.model.common.Concept(id=name, name=name.replace("_", " ").capitalize()))
    return made


_CODED = {
    "REF_AREA": "CL_AREA", "INDICATOR": "CL_INDICATOR", "FRAMEWORK": "CL_FRAMEWORK", "PART": "CL_PART",
    "OBS_STATUS": "CL_OBS_STATUS",
}  # fmt: skip


def _flow(
    sdmx: Any, flow: str, columns: Sequence[str], codelists: Mapping[str, Any], concepts: Any
) -> list[Any]:
    """Return a data structure and its data flow: the columns before OBS_VALUE are its dimensions."""
    model = sdmx.model.v21
    made = model.DataStructureDefinition(id=flow, name=flow.capitalize(), **_kept(sdmx))

    def told(name: str) -> dict[str, Any]:
        coded = {"enumerated": codelists[_CODED[name]]} if name in _CODED else {}
        return {
            "id": name, "concept_identity": concepts[name],
            "local_representation": sdmx.model.common.Representation(**coded),
        }  # fmt: skip

    at = columns.index("OBS_VALUE")
    for order, name in enumerate(columns[:at], start=1):
        kind = model.TimeDimension if name == "TIME_PERIOD" else model.Dimension
        made.dimensions.append(kind(**told(name), order=order))
    made.measures.append(model.PrimaryMeasure(id="OBS_VALUE", concept_identity=concepts["OBS_VALUE"]))
    related = sdmx.model.v21.PrimaryMeasureRelationship()
    for name in columns[at + 1 :]:
        made.attributes.append(model.DataAttribute(**told(name), related_to=related))
    return [made, model.DataflowDefinition(id=flow, name=flow.capitalize(), structure=made, **_kept(sdmx))]
