"""The JSON Schemas: equal to the models, named by every file, and true of every file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from readiness import resources
from readiness.definitions import schema
from readiness.definitions.places import read

ROOT = resources.bundled("indicators")
LINE = "# yaml-language-server: $schema="


def kind(path: str) -> str:
    """Return which schema a file of an index has to fit."""
    top = "prices" if path == "scenarios/gpu_prices.yaml" else path.split("/", maxsplit=1)[0]
    special = {"countries.yaml": "countries", "frameworks": "framework", "context": "context",
               "validation": "context", "rules": "rules", "scenarios": "scenario",
               "prices": "prices"}  # fmt: skip
    return special.get(top, "indicator")


def plain(value: Any) -> Any:
    """Return data of our reader as JSON has it: lists, not tuples."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema.schema(name))


def yaml_files() -> Iterator[Path]:
    return (path for path in sorted(ROOT.rglob("*.yaml")) if path.relative_to(ROOT).parts[0] != "schema")


@pytest.mark.parametrize("name", schema.MODELS)
def test_a_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema(name))


@pytest.mark.parametrize("name", schema.MODELS)
def test_the_bundled_schema_is_that_of_the_model(name: str) -> None:
    found = (ROOT / "schema" / f"{name}.json").read_text(encoding="utf-8")
    assert found == schema.text(name), "readiness.definitions.schema.write() writes them anew"


def test_there_is_no_other_schema() -> None:
    assert {path.stem for path in (ROOT / "schema").iterdir()} == set(schema.MODELS)


def test_write_writes_every_schema(tmp_path: Path) -> None:
    paths = schema.write(tmp_path / "schema")
    assert [path.name for path in paths] == [f"{name}.json" for name in schema.MODELS]
    assert all(json.loads(path.read_text(encoding="utf-8")) for path in paths)
    assert all(path.read_bytes().endswith(b"}\n") for path in paths)


def test_every_bundled_file_names_its_schema_in_its_first_line() -> None:
    wrong = []
    for path in yaml_files():
        first = path.read_text(encoding="utf-8").split("\n", maxsplit=1)[0]
        named = (path.parent / first.removeprefix(LINE)).resolve()
        expected = ROOT / "schema" / f"{kind(path.relative_to(ROOT).as_posix())}.json"
        if not first.startswith(LINE) or named != expected.resolve() or not named.is_file():
            wrong.append(f"{path}: {first}")
    assert wrong == []


def test_every_bundled_file_fits_its_schema() -> None:
    wrong = []
    validators = {name: validator(name) for name in schema.MODELS}
    for path in yaml_files():
        document = read(path.read_bytes(), str(path))
        name = kind(path.relative_to(ROOT).as_posix())
        wrong += [f"{path}: {error.message}" for error in validators[name].iter_errors(plain(document.data))]
    assert wrong == []


def test_the_small_index_fits(index_files: Mapping[str, str]) -> None:
    for path, text in index_files.items():
        validator(kind(path)).validate(plain(read(text.encode(), path).data))


FITS = [
    ("energy/access.yaml", "valid:", "absence: {zero: census}\nvalid:"),
    ("energy/access.yaml", "valid:", "update: {from: worldbank, series: X}\nvalid:"),
    ("energy/access.yaml", "valid:", "denominator: null\nmax_age: null\nvalid:"),
    ("frameworks/main.yaml", "year:", "countries: [AUT]\nyear:"),
    ("frameworks/main.yaml", "year:", "countries: {eu: true}\nyear:"),
    ("frameworks/main.yaml", "year:", "methods: {aggregation: {method: power, p: 0.5}}\nyear:"),
    ("frameworks/main.yaml", "name: Energy", "coverage: 0.4"),
    ("frameworks/main.yaml", "name: Energy", "coverage: {node: 0.4}"),
]
FITS_NOT = [
    ("energy/access.yaml", "direction: higher", "direction: up"),
    ("energy/access.yaml", "direction: higher\n", ""),
    ("energy/access.yaml", "valid:", "colour: red\nvalid:"),
    ("energy/access.yaml", "valid:", "absence: {zero: all}\nvalid:"),
    ("energy/access.yaml", "valid: [0, 100]", "valid: [0]"),
    ("energy/access.yaml", "id: access", "id: 3x"),
    ("frameworks/main.yaml", "year: 2024", "year: soon"),
    ("frameworks/main.yaml", "year:", "countries: AUT\nyear:"),
    ("frameworks/main.yaml", "year:", "methods: {aggregation: {method: mean}}\nyear:"),
    ("frameworks/main.yaml", "name: Energy", "coverage: {index: 0.4}"),
    ("frameworks/main.yaml", "weight: 2", "weight: -2"),
    ("countries.yaml", "name: Austria", "nam: Austria"),
]


@pytest.mark.parametrize(("path", "old", "new"), FITS)
def test_schema_and_models_agree_on_what_is_right(
    faults: Callable[..., list[str]], index_files: Mapping[str, str], path: str, old: str, new: str
) -> None:
    text = index_files[path].replace(old, new, 1)
    assert validator(kind(path)).is_valid(plain(read(text.encode(), path).data))
    assert faults({path: text}) == []


@pytest.mark.parametrize(("path", "old", "new"), FITS_NOT)
def test_schema_and_models_agree_on_what_is_wrong(
    faults: Callable[..., list[str]], index_files: Mapping[str, str], path: str, old: str, new: str
) -> None:
    text = index_files[path].replace(old, new, 1)
    assert not validator(kind(path)).is_valid(plain(read(text.encode(), path).data))
    assert faults({path: text}) != []
