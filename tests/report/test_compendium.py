"""Reports bound into one PDF: contents, bookmarks, links, structure, and the pages as they were."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from readiness.errors import ReadinessError
from readiness.index import Index
from readiness.report import batch, comparison, compendium
from readiness.report.attachments import Attachments
from readiness.report.compendium.document import _LINK, _plain
from readiness.report.compendium.writer import Writer


def bound(index: Index, folder: Path, codes, **more) -> Path:
    scores = index.scores()
    making = batch.Making(
        attachments=Attachments(index.definitions, scores), pages="brief", pdfa=more.get("pdfa", False)
    )
    entries = []
    for code in codes:
        path = folder / f"{code}.pdf"
        if not path.exists():
            path.write_bytes(batch.content(index.profile(code), making))
        entries.append(compendium.Entry(code, index.countries[code].name, path))
    table = comparison.table(scores, index.figures)
    return compendium.write(folder / "all.pdf", entries, table, scores, making, more.get("missing", ()))


CODES = ["NOR", "KEN", "BRA"]
NAMES = ["Brazil", "Kenya", "Norway"]


@pytest.fixture(scope="module")
def made(tmp_path_factory, bundled):
    folder = tmp_path_factory.mktemp("compendium")
    return bound(bundled, folder, CODES)


@pytest.fixture
def document(made):
    with pikepdf.open(made) as opened:
        yield opened


def texts(path: Path) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]


def test_it_is_sound(document):
    assert document.check_pdf_syntax() == []


def test_pages_are_those_of_the_reports_in_order_of_name(made):
    pages = texts(made)
    singles = [texts(made.parent / f"{code}.pdf") for code in ("BRA", "KEN", "NOR")]
    assert pages[1:] == [page for single in singles for page in single]
    ours = pypdfium2.PdfDocument(made)[1].render(scale=1).to_numpy()
    theirs = pypdfium2.PdfDocument(made.parent / "BRA.pdf")[0].render(scale=1).to_numpy()
    assert (ours == theirs).all()


def test_the_contents_name_page_and_rank_with_its_range(made, bundled, document):
    contents, at = texts(made)[0], 2
    for code, name in zip(("BRA", "KEN", "NOR"), NAMES, strict=True):
        line = next(line for line in contents.splitlines() if line.startswith(name))
        low, high = bundled.scores().interval(code)
        assert f"{low}–{high}" in line and line.split()[-1] == str(at)
        at += len(texts(made.parent / f"{code}.pdf"))
    links = [item for item in document.pages[0].obj.get("/Annots", []) if "/Dest" in item]
    pages = [page.obj.objgen for page in document.pages]
    starts = [pages.index(item.Dest[0].objgen) + 1 for item in links]
    assert starts == [int(next(line for line in contents.splitlines() if line.startswith(name)).split()[-1])
                      for name in NAMES]  # fmt: skip
    assert _LINK.encode() not in made.read_bytes()


def test_accents_do_not_change_the_order():
    names = ["Czechia", "Côte d'Ivoire", "Cuba", "Åland", "austria"]
    assert sorted(names, key=_plain) == ["Åland", "austria", "Côte d'Ivoire", "Cuba", "Czechia"]


def test_one_outline_with_each_report_s_own_below(document, made):
    with document.open_outline() as outline:
        found = list(outline.root)
    assert [item.title for item in found] == ["Contents", *NAMES]
    pages = [page.obj.objgen for page in document.pages]
    for item, code in zip(found[1:], ("BRA", "KEN", "NOR"), strict=True):
        with pikepdf.open(made.parent / f"{code}.pdf") as single, single.open_outline() as own:
            offset = pages.index(item.destination[0].objgen)
            theirs = [page.obj.objgen for page in single.pages]

            def flat(entries, all_pages):
                for entry in entries:
                    yield entry.title, all_pages.index(entry.destination[0].objgen)
                    yield from flat(entry.children, all_pages)

            below = [(title, page - offset) for title, page in flat(item.children, pages)]
            assert below == list(flat(own.root, theirs)) and len(below) > 3


def test_one_structure(document):
    tree = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
    parents = dict(tree.items())
    elements = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)
                and item.get("/Type") == "/StructElem"]  # fmt: skip
    keys = []
    for page in document.pages:
        keys.append(int(page.obj.StructParents))
        for link in page.obj.get("/Annots", []):
            keys.append(int(link.StructParent))
            # The parent of a link is the element that holds it.
            held = parents[int(link.StructParent)].K
            held = list(held) if isinstance(held, pikepdf.Array) else [held]
            assert any("/Obj" in one and one.Obj.objgen == link.objgen
                       for one in held if isinstance(one, pikepdf.Dictionary))  # fmt: skip
        for element in parents[int(page.obj.StructParents)]:
            assert element.Type == "/StructElem"
    assert sorted(keys) == sorted(parents) and len(set(keys)) == len(keys)
    names = [bytes(item.ID) for item in elements if "/ID" in item]
    assert len(names) == len(set(names)) > 0
    headers = {bytes(name) for item in elements for name in _headers(item)}
    assert headers <= set(names)
    assert document.Root.StructTreeRoot.ParentTreeNextKey == max(parents) + 1
    roots = list(document.Root.StructTreeRoot.K)
    assert len(roots) == 4 and all(item.P.objgen == document.Root.StructTreeRoot.objgen for item in roots)


def _headers(item):
    kinds = item.get("/A", [])
    for kind in list(kinds) if isinstance(kinds, pikepdf.Array) else [kinds]:
        if isinstance(kind, pikepdf.Dictionary):
            yield from kind.get("/Headers", [])


def test_no_error_of_pdf_ua(made):
    if importlib.util.find_spec("outloud") is None:
        pytest.skip("outloud is not installed")
    script = "import outloud, json, sys; found = outloud.check(sys.argv[1]); print(json.dumps(found.errors))"
    ran = subprocess.run([sys.executable, "-c", script, made], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout.strip().splitlines()[-1]) in (0, [])


def test_the_league_is_attached_once_and_no_index(document):
    assert set(document.attachments) == {"league-table.csv"}
    assert document.Root.Lang == "en" and "3 country reports" in str(document.docinfo["/Title"])
    assert document.Root.ViewerPreferences.DisplayDocTitle and document.Root.MarkInfo.Marked


def test_the_same_reports_give_the_same_bytes(made, bundled):
    before = made.read_bytes()
    assert bound(bundled, made.parent, CODES).read_bytes() == before


def test_equal_streams_are_there_once(document):
    streams = [
        (item.stream_dict.unparse(), item.read_raw_bytes())
        for item in document.objects
        if isinstance(item, pikepdf.Stream) and b" R" not in item.stream_dict.unparse()
    ]
    assert len(streams) == len(set(streams)) > 10


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_archive_s_compendium_has_its_marks(bundled, tmp_path):
    path = bound(bundled, tmp_path, ["KEN"], pdfa=True, missing=["Norway", "Brazil"])
    with pikepdf.open(path) as document:
        assert document.Root.OutputIntents and "/Metadata" in document.Root
        metadata = document.Root.Metadata.read_bytes().decode()
        assert "<pdfaid:part>3</pdfaid:part>" in metadata or 'pdfaid:part="3"' in metadata
    assert "Not in this file: Norway and Brazil." in texts(path)[0]


def test_a_file_that_is_no_report_stops_it(bundled, tmp_path):
    path = tmp_path / "KEN.pdf"
    path.write_bytes(b"no PDF")
    with pytest.raises(ReadinessError, match=r"KEN\.pdf is no report that can be bound in"):
        bound(bundled, tmp_path, ["KEN"])
    assert [item.name for item in tmp_path.iterdir()] == ["KEN.pdf"]


def test_a_pdf_of_another_kind_stops_it(bundled, tmp_path):
    with pikepdf.new() as plain:
        plain.add_blank_page()
        plain.save(tmp_path / "KEN.pdf")
    with pytest.raises(ReadinessError, match=r"KEN\.pdf is no report that can be bound in"):
        bound(bundled, tmp_path, ["KEN"])
    assert [item.name for item in tmp_path.iterdir()] == ["KEN.pdf"]


def test_the_writer_shares_equal_streams_and_packs_the_rest():
    out = io.BytesIO()
    writer = Writer(out)
    root, info, pages, page = (writer.new() for _ in range(4))
    one, same = writer.shared(b"", b"0 0 m"), writer.shared(b"", b"0 0 m")
    assert one == same != writer.shared(b"", b"1 1 m")
    # A reference within a string is text.
    writer.put(info, b"<< /Title (1 0 R \\) 2 0 R) >>")
    writer.put(root, b"<< /Type /Catalog /Pages %d 0 R >>" % pages)
    writer.put(pages, b"<< /Type /Pages /Count 1 /Kids [ %d 0 R ] >>" % page)
    writer.put(
        page, b"<< /Type /Page /MediaBox [ 0 0 9 9 ] /Parent %d 0 R /Contents %d 0 R >>" % (pages, one)
    )
    many = [writer.put(writer.new(), b"%d" % number) for number in range(500)]
    writer.finish(root, info)
    with pikepdf.open(io.BytesIO(out.getvalue())) as document:
        assert document.pages[0].Contents.read_bytes() == b"0 0 m"
        assert str(document.docinfo.Title) == "1 0 R ) 2 0 R"
        assert [int(document.get_object(number, 0)) for number in many] == list(range(500))
