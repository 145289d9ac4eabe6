"""The whole index in every format, each read back by its own reader and equal to the engine."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pyarrow.parquet
import pytest
from frictionless import validate

from readiness.editions.everything import contents, export
from readiness.index import Index


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.load()


@pytest.fixture(scope="module")
def folder(index, tmp_path_factory):
    target = tmp_path_factory.mktemp("export") / "all"
    export(index, target)
    return target


def test_it_has_every_format(index, folder):
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    endings = ("json", "md", "html", "tex", "xlsx", "parquet")
    leagues = {f"scores-{name}.{ending}" for name in index.frameworks for ending in endings}
    tables = {f"data/scores-{name}.csv" for name in index.frameworks}
    assert found == {"datapackage.json", "data/figures.csv", "data/indicators.csv", "data/countries.csv",
                     *leagues, *tables}  # fmt: skip


def test_it_is_a_valid_data_package(folder, monkeypatch):
    monkeypatch.chdir(folder)
    report = validate("datapackage.json")
    assert report.valid, report.flatten(["type", "message"])[:5]


def test_every_format_has_the_engine_s_numbers(index, folder):
    for name in index.frameworks:
        scores = index.scores(name)
        rows = list(
            csv.DictReader(io.StringIO((folder / f"data/scores-{name}.csv").read_text(encoding="utf-8")))
        )
        said = {
            row["country"]: row
            for row in json.loads((folder / f"scores-{name}.json").read_bytes())["countries"]
        }
        stored = pyarrow.parquet.read_table(folder / f"scores-{name}.parquet").to_pylist()
        sheet = openpyxl.load_workbook(io.BytesIO((folder / f"scores-{name}.xlsx").read_bytes()))["scores"]
        heads, *cells = sheet.iter_rows(values_only=True)
        page = (folder / f"scores-{name}.html").read_text(encoding="utf-8")
        for row, other, line in zip(rows, stored, cells, strict=True):
            code = row["country"]
            score, rank = scores.score(code), scores.rank(code)
            shown = dict(zip(heads, line, strict=True))
            if score is None:
                assert (row["score"], said[code]["score"], other["score"], shown["score"]) == (
                    "",
                    None,
                    None,
                    None,
                )
                continue
            assert float(row["score"]) == said[code]["score"] == other["score"] == score
            assert shown["score"] == pytest.approx(score, rel=1e-14)
            assert (row["rank"] or None, other["rank"], shown["rank"]) == (
                None if rank is None else str(rank),
                rank,
                rank,
            )
            assert f'<data value="{score!r}">' in page


def test_the_same_bytes_and_an_index_without_an_edition(make_index, tmp_path):
    small = Index.load(make_index())
    assert contents(small) == contents(small)
    described = json.loads(contents(small)["datapackage.json"])
    assert described["version"] == "2024" and described["title"] == "Small index, edition 2024"
