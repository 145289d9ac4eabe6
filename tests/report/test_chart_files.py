"""Charts as files: which there are, what they say, the same bytes, and PNG where it can be made."""

from __future__ import annotations

import re
import struct
import sys
from dataclasses import fields, replace
from html import unescape
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from readiness.analysis.affordability import Affordability, YearPrice
from readiness.errors import MissingLibraryError, ReadinessError
from readiness.export import files
from readiness.report import chart_files, charts, phrases, svg
from readiness.report.charts.frame import framed, size
from readiness.report.charts.marks import text_width
from readiness.report.palette import DEFAULT

TEXT = re.compile(r'<text x="6.00" y="([\d.]+)" font-size="([\d.]+)"[^>]*?( font-weight="600")?>(.*?)<')
ALWAYS = ["pillars", "layers", "neighbours", "subpillars", "income", "map"]


def affordability() -> Affordability:
    series = tuple(YearPrice(year, 1.9, 2.4, 3.1, 12, 5) for year in (2024, 2025))
    known = {"country": "KEN", "family": "H100", "income": 2160.0, "income_year": 2025, "price": 2.4,
             "price_low": 1.9, "price_high": 3.1, "price_year": 2025, "quotes": 12, "hours": 900.0,
             "cheaper": 1800.0, "dearer": 600.0, "series": series}  # fmt: skip
    names = [field.name for field in fields(Affordability)]
    return Affordability(**{name: known.get(name) for name in names})


@pytest.fixture(scope="module")
def full(kenya):
    """Return Kenya with a price series and an earlier edition."""
    steps = (("2025.1", 31.9), ("New figures", 0.9), ("Weights", -0.2), ("2026.1", 32.6))
    changes = SimpleNamespace(waterfall=lambda: steps, score_old=31.9, score_new=32.6, old_edition="2025.1",
                              same_method=False, rank_old=None, rank_new=None)  # fmt: skip
    return replace(kenya, findings=replace(kenya.findings, affordability=affordability(), changes=changes))


def written(profile, folder, **options):
    return [files.write(folder / name, data) for name, data in chart_files.contents(profile, **options)]


def test_every_chart_that_a_country_has_is_written_once(full, tmp_path):
    paths = written(full, tmp_path)
    names = [f"KEN-{name}.{kind}" for name in [*ALWAYS, "prices", "changes"] for kind in ("svg", "png")]
    assert [path.name for path in paths] == names
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    first = {path.name: path.read_bytes() for path in paths}
    for path in written(full, tmp_path / "again", formats=("svg",)):
        assert path.read_bytes() == first[path.name]
    assert chart_files.png(first["KEN-map.svg"].decode()) == first["KEN-map.png"]
    for path in paths[1::2]:
        content = path.read_bytes()
        wide, tall = struct.unpack(">II", content[16:24])
        millimetres = size(path.with_suffix(".svg").read_text(encoding="utf-8"))
        assert content.startswith(b"\x89PNG") and len(content) > 10_000
        assert (wide / 300 * 25.4, tall / 300 * 25.4) == pytest.approx(millimetres, abs=0.3)


def test_a_file_says_what_it_shows_whose_it_is_and_of_which_edition(full):
    drawings = chart_files.drawings(full, disclaimer="Names are not ours.")
    found = {drawing.name: drawing.svg for drawing in drawings}
    findings = {"pillars": phrases.against_peers(full), "subpillars": phrases.spread(full),
                "income": phrases.expected(full), "map": phrases.world(full),
                "prices": phrases.affordable(full), "changes": phrases.changed(full)}  # fmt: skip
    for name, drawing in found.items():
        assert svg.fault(drawing) is None
        root = ElementTree.fromstring(drawing)
        texts = [node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text")]
        said = " ".join(texts)
        assert "Kenya. Country AI Readiness Index, edition 2026.1" in said
        assert "Source: Country AI Readiness Index, edition 2026.1: Kenya (KEN). Figures by" in said
        assert ("Names are not ours." in said) == (name == "map")
        title = root[0].text
        assert title.count(": ") >= 1 and len(root.findall(".//{*}title")) == 1
        if name in findings:
            assert findings[name] in said and title.startswith(f"{findings[name]}. ")
        if name == "pillars":
            assert "Ring: median of Sub-Saharan Africa (48)." in said
    assert "Triangle" in found["pillars"] and "Triangle" not in found["layers"]


def test_texts_round_a_chart_stay_inside_it(full, changed):
    name = "The Former Federated Kingdom of Somewhere and Elsewhere " * 3
    for profile in (full, changed(full, country={"name": name})):
        for drawing in chart_files.drawings(profile):
            width, height = size(drawing.svg)
            outside = drawing.svg.partition("<g transform")[0] + drawing.svg.rpartition("</g>")[2]
            lines = TEXT.findall(outside)
            assert len(lines) >= 4
            for y, letters, bold, text in lines:
                assert 6 + text_width(unescape(text), float(letters), bold=bool(bold)) <= width - 5
                assert 6 < float(y) <= height - 5
            heights = [float(y) for y, *_ in lines]
            assert heights == sorted(heights) and len(set(heights)) == len(heights)


def test_a_country_without_a_rank_has_fewer(profiles):
    found = [drawing.name for drawing in chart_files.drawings(profiles["TUV"])]
    assert "neighbours" not in found and "pillars" in found and "map" in found


def test_an_index_of_ones_own_gives_what_it_has(small):
    found = {drawing.name: drawing.svg for drawing in chart_files.drawings(small)}
    assert {"pillars", "subpillars"} & set(found) and "layers" not in found
    for drawing in found.values():
        ElementTree.fromstring(drawing)


def test_without_the_library_svg_is_still_written(full, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(MissingLibraryError, match="pip install resvg-py"):
        written(full, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(written(full, tmp_path, formats=("svg",))) == 8


def test_other_formats_are_refused(full, tmp_path):
    with pytest.raises(ReadinessError, match="no charts as gif"):
        written(full, tmp_path, formats=("gif",))


def test_a_theme_colours_the_files_and_an_unknown_typeface_falls_back(full):
    plum = replace(DEFAULT, accent="#7a1f5c")
    first = chart_files.drawings(full, plum)[0].svg
    assert "#7a1f5c" in first and DEFAULT.accent not in first
    other_face = replace(DEFAULT, family="No Such Typeface")
    bare = charts.bars("b", full.pillars, [], full.ends)
    own, other = (framed(bare, "Title", palette=palette) for palette in (DEFAULT, other_face))
    assert own != other and chart_files.png(own) == chart_files.png(other)


def test_only_our_own_charts_are_framed():
    with pytest.raises(ValueError, match="not a chart"):
        framed("<svg></svg>", "Title")
    with pytest.raises(ValueError, match="not a chart"):
        size("<p>")
