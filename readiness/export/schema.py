"""JSON Schemas of what the commands print as JSON: published, so that others can rely on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT, _NUMBER = {"type": "string"}, {"type": "number"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_MAYBE_NUMBER = {"type": ["number", "null"]}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_RANK = {
    "description": "A place, 1 for the best; whole but where ties share an average; null for the unranked.",
    "type": ["number", "null"], "minimum": 1,
}  # fmt: skip
_HEAD: dict[str, Any] = {
    "framework": {"description": "The id of the framework.", **_TEXT},
    "name": {"description": "How the index is called.", **_TEXT},
    "edition": {"description": "The release of the index.", **_MAYBE_TEXT},
    "year": {"description": "Figures of later years are ignored.", "type": "integer"},
    "fingerprint": {
        "description": "SHA-256 of all that went in: framework and figures.", "type": "string",
        "pattern": "^[0-9a-f]{64}$",
    },
}  # fmt: skip


def _document(
    title: str, description: str, rows: str, row: Mapping[str, Any], more: Mapping[str, Any]
) -> dict[str, Any]:
    properties = {**_HEAD, **more, rows: {"type": "array", "items": row}}
    return {
        "$schema": _DRAFT, "title": title, "description": description, "type": "object",
        "properties": properties, "required": [*properties], "additionalProperties": False,
    }  # fmt: skip


def _scores() -> dict[str, Any]:
    row = {
        "description": "A country, best first. Further keys are ids of parts of the tree with their scores; "
                       "with --values figures; with --stage also id:year and id:status; group_rank.",
        "type": "object",
        "properties": {
            "country": {"description": "ISO 3166 alpha-3, XKX for Kosovo, or a free place id.", **_TEXT},
            "name": _TEXT,
            "status": {"enum": ["ranked", "unranked"]},
            "rank": _RANK,
            "score": _MAYBE_NUMBER,
            "coverage": {"description": "Share of indicators with a figure or declared zero.", **_SHARE},
            "rank_low": {"description": "5% of the draws; null where nothing is drawn.", **_RANK},
            "rank_high": {"description": "95% of the draws.", **_RANK},
            "group_rank": _RANK,
        },
        "required": ["country", "name", "status", "rank", "score", "coverage", "rank_low", "rank_high"],
        "additionalProperties": {"type": ["number", "string", "null"]},
    }  # fmt: skip
    return _document(
        "readiness scores", "The league table: readiness scores --format json.", "countries", row, {}
    )


def _compare() -> dict[str, Any]:
    row = {
        "description": "A part of the tree, or rank, rank_low, rank_high, score, coverage, band, above_CODE, "
                       "score_YEAR. Further keys are the countries by code, median, mean and weighted_mean "
                       "of peers, and gap_CODE: points of the first country's lead.",
        "type": "object",
        "properties": {
            "part": _TEXT, "name": _TEXT, "depth": {"type": "integer", "minimum": 0}, "unit": _TEXT,
        },
        "required": ["part", "name", "depth", "unit"],
        "additionalProperties": _MAYBE_NUMBER,
    }  # fmt: skip
    pairs = {
        "description": "Share of the draws in which one is above another, by the two codes; ties count half.",
        "type": "object", "additionalProperties": {"type": "object", "additionalProperties": _SHARE},
    }  # fmt: skip
    peers = {
        "type": "object",
        "properties": {"set": _MAYBE_TEXT, "countries": {"type": "array", "items": _TEXT}},
        "required": ["set", "countries"], "additionalProperties": False,
    }  # fmt: skip
    about = "Countries side by side: readiness compare --format json."
    return _document("readiness compare", about, "parts", row, {"above": pairs, "peers": peers})


SCHEMAS = {"scores": _scores, "compare": _compare}
FOLDER = Path(__file__).parent / "schemas"


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a document: a key of `SCHEMAS`."""
    return SCHEMAS[name]()


def text(name: str) -> str:
    """Return the schema as it stands in `schemas/NAME.json`."""
    return json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> list[Path]:
    """Write every schema into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        (folder / f"{name}.json").write_text(text(name), encoding="utf-8", newline="\n")
    return [folder / f"{name}.json" for name in SCHEMAS]


if __name__ == "__main__":
    write(FOLDER)
