"""JSON Schemas of the definition files, generated from the models for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from readiness.definitions.country import CountriesFile
from readiness.definitions.framework import Framework
from readiness.definitions.indicator import ContextSeries, Indicator
from readiness.definitions.prices import PriceFile
from readiness.definitions.rules import Rules
from readiness.definitions.scenario import Scenario
from readiness.definitions.theme import Theme

MODELS: dict[str, type[BaseModel]] = {
    "indicator": Indicator,
    "context": ContextSeries,
    "framework": Framework,
    "countries": CountriesFile,
    "rules": Rules,
    "scenario": Scenario,
    "prices": PriceFile,
    "theme": Theme,
}


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a kind of file: a key of `MODELS`."""
    body = MODELS[name].model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **body}


def text(name: str) -> str:
    """Return the schema as it stands in `schema/NAME.json`."""
    return json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> list[Path]:
    """Write every schema into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in MODELS:
        path = folder / f"{name}.json"
        path.write_text(text(name), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


if __name__ == "__main__":
    from readiness import resources

    write(resources.bundled("indicators") / "schema")
