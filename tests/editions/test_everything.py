"""The whole index in every format, each read back by its own reader and equal to the engine."""

from __future__ import annotations

import csv
import importlib.util
import io
import json

import openpyxl
import pyarrow.parquet
import pytest
import sdmx
from frictionless import validate
from sdmx.reader.csv import Reader

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
    others = {
        "sdmx/figures.csv",
        "sdmx/scores.csv",
        "sdmx/structure.xml",
        "schema/scores.json",
        "schema/compare.json",
    }
    assert found == {"datapackage.json", "data/figures.csv", "data/indicators.csv", "data/countries.csv",
                     *leagues, *tables, *others}  # fmt: skip


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


@pytest.fixture(scope="module")
def flows(folder):
    message = sdmx.read_sdmx(io.BytesIO((folder / "sdmx" / "structure.xml").read_bytes()))

    def read(name: str, step: int):
        """Return every so manieth observation: the reader takes its time."""
        head, *rows = (folder / "sdmx" / f"{name.lower()}.csv").read_bytes().splitlines(keepends=True)
        content = b"".join([head, *rows[::step]])
        return Reader().convert(io.BytesIO(content), structure=message.dataflow[name]).data[0].obs

    return message, read


def test_sdmx_has_the_scores(index, flows):
    message, read = flows
    scores = index.scores()
    found = {}
    for item in read("SCORES", 1):
        key = {name: value.value for name, value in item.key.values.items()}
        if key["FRAMEWORK"] == "pillars":
            found[key["REF_AREA"], key["PART"]] = item
    assert len(found) == len(scores.countries) * sum(1 for _ in scores.framework.tree.walk())
    for (code, part), item in found.items():
        value, told = scores.score(code, part.replace("$", ".")), item.attached_attribute
        assert told["OBS_STATUS"].value == ("M" if value is None else "A")
        assert item.value == ("" if value is None else repr(value))
    kenya = found["KEN", "index"].attached_attribute
    assert (int(kenya["RANK_LOW"].value), int(kenya["RANK_HIGH"].value)) == scores.interval("KEN")
    assert int(kenya["RANK"].value) == scores.rank("KEN")
    # Every code is in its list.
    assert {code for code, _ in found} <= set(message.codelist["CL_AREA"].items)
    assert {part for _, part in found} <= set(message.codelist["CL_PART"].items)


def test_sdmx_has_the_figures_with_their_status(index, flows):
    frame = index.figures.frame()
    frame = frame[frame["country"].isin(list(index.countries))]
    message, read = flows
    found = read("FIGURES", 25)
    assert len(found) == -(-len(frame) // 25)
    wanted = {(row.country, row.indicator, row.year): (row.value, row.status) for row in frame.itertuples()}
    codes = {"estimated": "E", "provisional": "P", "break": "B", "disputed": "U"}
    for item in found:
        key = tuple(value.value for value in item.key.values.values())
        value, status = wanted[key[0], key[1], int(key[2])]
        assert float(item.value) == value and item.attached_attribute["OBS_STATUS"].value == codes.get(
            status, "A"
        )
        assert item.attached_attribute["UNIT_MEASURE"].value == index.indicators[key[1]].unit
    assert set(message.codelist["CL_INDICATOR"].items) == set(index.indicators)


def test_without_its_library_there_is_no_sdmx(make_index, tmp_path, monkeypatch):

    original = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *of: None if name == "sdmx" else original(name, *of)
    )
    export(Index.load(make_index()), tmp_path / "out")
    assert not (tmp_path / "out" / "sdmx").exists() and (tmp_path / "out" / "scores-main.json").is_file()


def test_withheld_figures_are_in_no_sdmx(make_index, tmp_path):
    index = Index.load(
        make_index(edit={"skills/papers.yaml": ("licence: CC0}", 'licence: CC0, redistribute: "no"}')})
    )
    export(index, tmp_path / "out")
    text = (tmp_path / "out" / "sdmx" / "figures.csv").read_text(encoding="utf-8")
    assert ",papers," not in text and ",access," in text
