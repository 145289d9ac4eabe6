"""The site as files: what is in it, that every link leads somewhere, what becomes of an earlier one."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from readiness import explorer
from readiness.errors import ReadinessError
from readiness.explorer import site as sites
from readiness.index import Index
from readiness.report import design
from tests.report.test_hostile import TEXTS

UNSURE = """\
uncertainty: {draws: 200, imputation: {method: none}, normalisation: [goalposts, rank]}
tree:
"""


class Reader(HTMLParser):
    """Collects the links, ids and scripts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.styled: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        self.links += [found[name] for name in ("href", "src") if found.get(name)]
        self.handlers += [name for name in found if name.startswith("on")]
        self.styled += [name for name in found if name == "style"]


def written(index: Index, folder: Path, **options) -> list[str]:
    outcomes = list(explorer.write(index, folder, **options))
    assert [outcome for outcome in outcomes if outcome.error] == []
    return [outcome.path for outcome in outcomes]


@pytest.fixture
def index(make_index) -> Index:
    return Index.load(make_index(edit={"frameworks/main.yaml": ("tree:\n", UNSURE)}))


@pytest.fixture
def folder(index, tmp_path) -> Path:
    written(index, tmp_path / "site")
    return tmp_path / "site"


def pages(folder: Path) -> dict[str, str]:
    found = sorted(folder.rglob("*.html"))
    names = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in found}
    return {name: text for name, text in names.items() if not name.startswith("download/")}


def test_every_kind_of_page_is_there(folder, index):
    assert set(pages(folder)) == {
        "index.html", "map.html", "compare.html", "indicators.html", "method.html", "data.html",
        *(f"countries/{code}.html" for code in index.countries),
        *(f"indicators/{name}.html" for name in index.indicators),
    }  # fmt: skip
    assert (folder / "download" / "datapackage.json").is_file()
    assert json.loads((folder / "site.json").read_text(encoding="utf-8"))["files"]


def test_every_link_leads_somewhere(folder):
    for name, text in pages(folder).items():
        for link in Reader(text).links:
            path = link.partition("#")[0]
            if path and not path.startswith(("https://", "http://")):
                assert (folder / name).parent.joinpath(path).is_file(), f"{name}: {link}"


def test_the_policy_names_what_is_in_the_page_and_nothing_else(folder):
    for text in pages(folder).values():
        policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1])
        style, script = (
            re.search(r"<style>(.*?)</style>", text, re.S)[1],
            re.findall(r"<script>(.*?)</script>", text, re.S),
        )
        assert len(script) == 1
        for part in (style, script[0]):
            hashed = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
            assert f"'sha256-{hashed}'" in policy
        assert "unsafe" not in policy and policy.startswith("default-src 'none';")
        read = Reader(text)
        assert not read.handlers and not read.styled
        assert not {"iframe", "object", "embed", "base", "link"} & set(read.tags)


def test_the_same_index_gives_the_same_bytes(index, folder, tmp_path):
    written(index, tmp_path / "again")
    for path in folder.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "again" / path.relative_to(folder)).read_bytes(), path


def test_two_processes_write_what_one_writes(index, folder, tmp_path):
    written(index, tmp_path / "two", processes=2)
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_a_country_s_csv_has_its_figures(folder, index):
    rows = list(csv.DictReader(io.StringIO((folder / "countries" / "KEN.csv").read_text(encoding="utf-8"))))
    profile = index.profile("KEN")
    assert [row["indicator"] for row in rows] == [line.id for line in profile.figures]
    for row, line in zip(rows, profile.figures, strict=True):
        assert row["value"] == ("" if line.value is None else repr(line.value))
        assert row["flag"] == line.flag and row["licence"] == line.source.licence


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_name_is_text(make_index, tmp_path, text):
    """Names of countries, nodes, series, publishers and groups: what they are is shown, and nothing runs."""
    quoted = json.dumps(text)
    files = {
        "countries.yaml": ("name: Kenya", f"name: {quoted}"),
        "energy/access.yaml": ("name: Access to electricity", f"name: {quoted}"),
        "energy/losses.yaml": ("publisher: World Bank", f"publisher: {quoted}"),
        "frameworks/main.yaml": ("name: Energy", f"name: {quoted}\n      note: {quoted}"),
    }
    index = Index.load(make_index(edit=files))
    written(index, tmp_path / "site")
    plain = pages(written_index(tmp_path))
    for name, page in plain.items():
        read = Reader(page)
        assert not read.handlers and "img" not in read.tags, name
        assert read.tags.count("script") <= 3, name
        # What scripts read is data: it cannot end its element.
        for data in re.findall(r'<script type="application/json" id="\w+">(.*?)</script>', page, re.S):
            assert "<" not in data
            json.loads(data)
    shown = html.unescape(re.search(r"<h1>(.*?)</h1>", plain["indicators/access.html"], re.S)[1])
    assert shown == text


def written_index(tmp_path: Path) -> Path:
    return tmp_path / "site"


def test_no_address_but_one_of_the_web_becomes_a_link(make_index, tmp_path):
    files = {"skills/papers.yaml": ('url: "https://openalex.org/"', "dataset: D")}
    index = Index.load(make_index(edit=files))
    written(index, tmp_path / "site")
    for text in pages(tmp_path / "site").values():
        assert not [link for link in Reader(text).links if re.match(r"(?i)\s*(javascript|data|file):", link)]


def test_figures_that_may_not_be_passed_on_are_in_no_page(make_index, tmp_path):
    closed = "licence: CC0, redistribute: no}\n"
    index = Index.load(
        make_index(edit={"skills/papers.yaml": ("licence: CC0}\n", closed.replace("no}", '"no"}'))})
    )
    written(index, tmp_path / "site")
    figures = ("320", "380", "45", "38", "25")
    page = (tmp_path / "site" / "indicators" / "papers.html").read_text(encoding="utf-8")
    cells = re.findall(r'<td class="number" data-value="([^"]*)">', page)
    assert not set(cells) & {f"{float(figure)}" for figure in figures}
    assert "does not allow its figures to be passed on" in page
    table = (tmp_path / "site" / "countries" / "AUT.csv").read_text(encoding="utf-8")
    line = next(line for line in table.splitlines() if ",papers," in line)
    assert ",320" not in line and "not passed on" in line
    extra = (tmp_path / "site" / "compare.html").read_text(encoding="utf-8")
    assert "320 (2024)" not in extra and "not to be passed on" in extra


def test_without_draws_there_are_no_ranges(make_index, tmp_path):
    written(Index.load(make_index()), tmp_path / "site")
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "the ranks stand without ranges" in page
    assert 'data-key="band"' not in page


def test_weights_of_a_country_s_own_cannot_be_changed(make_index, tmp_path):
    own = "year: 2024\nmethods: {weighting: {method: benefit-of-the-doubt}}\n"
    written(Index.load(make_index(edit={"frameworks/main.yaml": ("year: 2024\n", own)})), tmp_path / "site")
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert 'id="sliders"' not in page and "benefit-of-the-doubt" in page


def test_places_of_any_code(make_index, tmp_path, index_files):
    """Free codes that differ in case only have files of their own; they have no place on the map."""
    text = index_files["countries.yaml"].replace("countries:\n", "codes: free\ncountries:\n")
    text = text.replace("  KEN:", "  aut:")
    files = {
        name: body.replace("  KEN,", "  aut,") for name, body in index_files.items() if "figures: |" in body
    }
    files = {name: sorted_rows(body) for name, body in files.items()}
    index = Index.load(make_index({"countries.yaml": sorted_countries(text), **files}))
    written(index, tmp_path / "site")
    names = {path.name.casefold() for path in (tmp_path / "site" / "countries").glob("*.html")}
    assert len(names) == 6
    assert "not known" not in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def sorted_rows(text: str) -> str:
    head, _, rest = text.partition("figures: |\n")
    first, *rows = rest.splitlines()
    return f"{head}figures: |\n" + "\n".join([first, *sorted(rows)]) + "\n"


def sorted_countries(text: str) -> str:
    head, _, rest = text.partition("\ncountries:\n")
    return f"{head}\ncountries:\n" + "\n".join(sorted(rest.splitlines())) + "\n"


def test_an_earlier_site_is_brought_up_to_date(index, folder, make_index):
    (folder / "countries" / "KEN.html").unlink()
    smaller = Index.load(
        make_index(edit={"frameworks/main.yaml": ("year: 2024", "year: 2024\ncountries: [AUT, BRA, IND]")})
    )
    written(smaller, folder)
    assert {path.stem for path in (folder / "countries").glob("*.html")} == {"AUT", "BRA", "IND"}


def test_what_is_no_site_is_left_alone(index, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ReadinessError, match="no site of readiness"):
        list(explorer.write(index, tmp_path / "mine"))
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]
    with pytest.raises(ReadinessError, match="is not a folder"):
        list(explorer.write(index, tmp_path / "mine" / "letter.txt"))


def test_a_manifest_removes_nothing_outside(index, folder, tmp_path):
    (tmp_path / "precious.txt").write_text("x", encoding="utf-8")
    said = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    said["files"] += ["../precious.txt", str(tmp_path / "precious.txt")]
    (folder / "site.json").write_text(json.dumps(said), encoding="utf-8")
    written(index, folder)
    assert (tmp_path / "precious.txt").is_file()


def test_a_page_that_fails_costs_no_other(index, tmp_path, monkeypatch):
    original = Index.profile

    def profile(self, country, *of, **more):
        if country == "KEN":
            raise ValueError("no")
        return original(self, country, *of, **more)

    monkeypatch.setattr(Index, "profile", profile)
    outcomes = list(explorer.write(index, tmp_path / "site"))
    assert [(one.path, one.error) for one in outcomes if one.error] == [
        ("countries/KEN.html", "ValueError: no")
    ]
    assert (tmp_path / "site" / "countries" / "NOR.html").is_file()
    assert (tmp_path / "site" / "index.html").is_file()


def test_a_page_that_fails_keeps_its_earlier_one(index, folder, monkeypatch):
    before = (folder / "countries" / "KEN.html").read_bytes()
    monkeypatch.setattr(Index, "profile", lambda *_, **__: 1 / 0)
    assert sum(outcome.error is not None for outcome in explorer.write(index, folder)) == 6
    assert (folder / "countries" / "KEN.html").read_bytes() == before
    said = json.loads((folder / "site.json").read_text(encoding="utf-8"))["files"]
    assert "countries/KEN.html" in said and len(said) == len(set(said))


def test_what_is_stopped_can_go_on(index, tmp_path):
    going = explorer.write(index, tmp_path / "site")
    next(going)
    going.close()
    assert len(written(index, tmp_path / "site")) > 10


def test_a_pdf_that_fails_leaves_the_page_without_its_link(index, tmp_path, monkeypatch):
    def content(profile, making):
        if profile.country.code == "KEN":
            raise ReadinessError("no ink")
        return b"%PDF-"

    monkeypatch.setattr(sites.batch, "content", content)
    outcomes = list(explorer.write(index, tmp_path / "site", pdf=True))
    assert [(one.path, one.error) for one in outcomes if one.error] == [("countries/KEN.pdf", "no ink")]
    for code, there in (("KEN", False), ("NOR", True)):
        page = (tmp_path / "site" / "countries" / f"{code}.html").read_text(encoding="utf-8")
        assert (f'href="{code}.pdf"' in page) is there
        assert (tmp_path / "site" / "countries" / f"{code}.pdf").is_file() is there


def test_a_theme_and_templates_of_one_s_own(index, tmp_path):
    files = {
        "own/explorer/explorer.css": "h1 { color: #123456; }",
        "own/explorer/data.html.j2": "<h1>{{ version }}</h1>{{ head }}",
        "own.css": "h2 { color: #654321; }",
        "names.yaml": "countries:\n  KEN: {name: Republic of Kenya}\n",
        "theme.yaml": """\
publisher: Ministry & Co
colours: {accent: "#7a1f3d"}
names: names.yaml
css: own.css
""",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    look = design.make(tmp_path / "theme.yaml", tmp_path / "own")
    for processes in (1, 2):
        folder = tmp_path / f"site{processes}"
        written(index, folder, design=look, processes=processes)
        page = (folder / "index.html").read_text(encoding="utf-8")
        assert "Ministry &amp; Co" in page and "Republic of Kenya" in page
        assert "--accent: #7a1f3d;" in page and "#123456" in page and "#654321" in page
        assert (folder / "data.html").read_text(encoding="utf-8").startswith("<h1>")


def test_templates_cannot_reach_out(index, tmp_path):
    (tmp_path / "own" / "explorer").mkdir(parents=True)
    style = "h1 { background: url(https://evil.example/x.png); }"
    (tmp_path / "own" / "explorer" / "explorer.css").write_text(style, encoding="utf-8")
    with pytest.raises(ReadinessError, match=r"explorer\.css"):
        design.make(None, tmp_path / "own")
