"""The quick way to a PDF gives the bytes of the plain way, and is left alone where it does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from readiness.cli.main import main
from readiness.index import Index
from readiness.report import design, fast, html, pdf, stamp
from readiness.report.fast import document as documents
from readiness.report.fast import lines
from readiness.report.fast import memory as kept

# Complete and unranked ones, long and short names, all regions.
TEN = ("KEN", "TWN", "VCT", "PRK", "FIN", "USA", "IND", "BRA", "FJI", "CIV")


@pytest.fixture(scope="module")
def index():
    return Index.load()


@pytest.fixture(scope="module")
def weasyprint():
    library = pdf.library()
    if library.__version__ != fast.MADE_FOR:
        pytest.skip(f"the quick way is for WeasyPrint {fast.MADE_FOR}, and this is {library.__version__}")
    return library


@pytest.fixture(autouse=True)
def tried_anew(monkeypatch):
    monkeypatch.setattr(fast, "_usable", None)
    monkeypatch.setattr(fast, "_asked", 1)


@pytest.fixture
def counted(monkeypatch):
    """Count the documents that are printed the quick way."""
    begun: list[fast.Memory] = []
    printing = fast.printing

    def counting(memory):
        begun.append(memory)
        return printing(memory)

    monkeypatch.setattr(fast, "printing", counting)
    return begun


def page(index, code: str, **options) -> str:
    return html.render(index.profile(code), design=design.default(), **options)


def document(index, text: str, **options) -> bytes:
    return pdf.document(text, design.default(), stamp.dated(index.profile("KEN")), **options)


# The same bytes are the same words and pixels. Each comes over what those before it have left.
def test_ten_countries_to_the_byte(weasyprint, index, counted):
    for code in TEN:
        text = page(index, code)
        quick = document(index, text)
        assert counted and fast._usable
        assert quick == document(index, text, plain=True), code
    assert len(counted) == 2 + len(TEN)  # two samples
    text = page(index, "KEN", pages="brief")
    assert document(index, text) == document(index, text, plain=True)


# Justified and hyphenated lines, other writing, what floats, lists, letters, notes: no report of ours
# has them all, templates of a publisher may.
ODD = """\
<!DOCTYPE html>
<html lang="en" style="overflow: hidden"><head><title>Odd</title><meta charset="utf-8"></head><body>
<p style="text-align: justify; hyphens: auto; width: 5cm">Interoperability of internationalised
infrastructures, and how incomprehensibly they are administered.</p>
<p lang="ar" dir="rtl">\u0627\u0644\u0637\u0627\u0642\u0629 12</p>
<p style="letter-spacing: 2pt; word-spacing: 4pt">Wide <u>words</u> and <s>others</s></p>
<p style="width: 2cm; overflow: hidden; text-overflow: ellipsis; white-space: nowrap">A long line, cut</p>
<p style="white-space: pre-wrap">One\ttwo
three  four</p>
<div style="float: left; width: 30%">Left</div><div style="position: absolute; top: 3cm">There</div>
<div style="display: grid; grid-template-columns: 1fr auto; width: 50vw"><p>One</p><p>Two</p></div>
<table style="border-collapse: collapse; margin: 4px"><tbody><tr><td style="border: 2px solid">a</td>
<td style="border: 1px solid; padding: 3%">b</td></tr></tbody></table>
<table style="border-collapse: collapse; margin: 4px"><tbody><tr><td>c</td></tr></tbody></table>
<ol style="list-style-position: outside"><li>One</li><li id="two">Two</li></ol><a href="#two">two</a>
<p style="font-size: 0">none</p><p style="font-variant-caps: small-caps">Small \U000f0000 caps</p>
<p style="position: running(top)">Running</p><p>Text<span style="float: footnote">A note</span></p>
<p style="position: note(side)">One at the side</p>
<p style="overflow: hidden; display: flex"><b>a</b><b>b</b></p>
<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><style>text { fill: red }</style>
<text x="3 9 20" y="9" rotate="0 20" letter-spacing="2">abc</text></svg></body></html>
"""


def test_what_reports_do_not_have(weasyprint, index, counted):
    assert document(index, ODD) == document(index, ODD, plain=True)
    # The second time all is kept from the first.
    assert document(index, ODD) == document(index, ODD, plain=True)
    assert len(counted) == 2 + 2 and fast._usable


# The page decides over lengths, and what is kept of one page is not for the next.
def test_pages_of_other_sizes(weasyprint, index, counted):
    for width in ("5cm", "12cm", "5cm"):
        text = f"""<!DOCTYPE html>
<html><head><title>t</title><style>@page {{ size: {width} 9cm }} i {{ margin-left: 9vw }}</style></head>
<body><p style="width: 50vw">one two three four five six seven</p><p>a<i>b</i></p></body></html>"""
        assert document(index, text) == document(index, text, plain=True)
    sheet = fast.Memory(by_page=fast.by_page("p { width: 10.5VMIN }"))
    assert sheet.by_page and not fast.by_page("p { width: 10mm; --v: 3v; grid-column: 1 }")


# What is well-formed and yet another thing in HTML: templates of a publisher may have it.
def test_templates_of_others_are_read_as_html(weasyprint, index, tmp_path):
    (tmp_path / "country").mkdir()
    (tmp_path / "country" / "report.html.j2").write_text(
        "<!DOCTYPE html>\n<html><head><title>t</title></head>"
        "<body><DIV/>one<p>two<div>three</div></p></body></html>"
    )
    look, day = design.make(templates=tmp_path), stamp.dated(index.profile("KEN"))
    text = html.render(index.profile("KEN"), design=look)
    assert pdf.document(text, look, day) == pdf.document(text, look, day, plain=True)


def test_documents_of_all_our_templates_have_the_same_elements(weasyprint, index, tmp_path, monkeypatch):
    read, kinds = fast.page, []

    def comparing(library, text, *rest, **options):
        found = documents.parsed(text)
        assert found is not None
        assert flat(found) == flat(library.HTML(string=text).etree_element)
        kinds.append(text[text.index("<title>") + 7 : text.index("</title>")])
        return read(library, text, *rest, **options)

    monkeypatch.setattr(fast, "page", comparing)
    monkeypatch.setattr(fast, "_usable", True)
    monkeypatch.setattr(fast, "give_up", lambda: pytest.fail("the plain way was needed"))
    for arguments in (
        ["--compare", "KEN", "RWA"],
        ["--league"],
        ["KEN", "--compendium", tmp_path / "all.pdf"],
    ):
        with pytest.raises(SystemExit) as left:
            main(["report", *map(str, arguments), "-o", str(tmp_path / f"{len(kinds)}.pdf")])
        assert left.value.code == 0
    assert len(set(kinds)) == 4, kinds  # the compendium has contents besides the report


@pytest.mark.parametrize("code", TEN)
def test_a_document_read_as_xml_has_the_same_elements(weasyprint, index, code):
    text = page(index, code)
    found = documents.parsed(text)
    assert found is not None
    wanted = weasyprint.HTML(string=text).etree_element
    assert flat(found) == flat(wanted)


def flat(root) -> list[tuple[object, ...]]:
    """Return all that a tree has, drawings with what stands aside."""
    made = []
    for element in getattr(root, "whole", root).iter() if "svg}" in root.tag else [root]:
        attributes = {key: value for key, value in element.attrib.items() if not key.endswith("}xmlns")}
        text, tail = ((each or "").strip() for each in (element.text, element.tail))
        made.append((element.tag, attributes, text, tail))
    if "svg}" not in root.tag:
        for child in root:
            made += flat(child)
    return made


@pytest.mark.parametrize(
    "body",
    ["<p>one<p>two", "<table><tr><td>a</td></tr></table>", "a&nbsp;b", "<pre>\na</pre>", "<p class=x>a</p>",
     "<script>1 < 2</script>"],
)  # fmt: skip
def test_what_only_html_may_be_is_read_as_html(weasyprint, index, body):
    text = f"<!DOCTYPE html>\n<html><head><title>t</title></head><body>{body}</body></html>"
    assert documents.parsed(text) is None
    assert document(index, text) == document(index, text, plain=True)


def test_entities_are_not_expanded(index):
    assert documents.parsed('<!DOCTYPE html [<!ENTITY a "b">]><html><body>&a;</body></html>') is None
    assert documents.parsed('<!doctype html SYSTEM "file:///etc/passwd"><html><body>a</body></html>') is None


def test_one_report_alone_is_made_the_plain_way(weasyprint, index, counted, monkeypatch):
    monkeypatch.setattr(fast, "_asked", 0)
    text = page(index, "KEN", pages="brief")
    first = document(index, text)
    assert not counted
    assert document(index, text) == first and counted


def test_another_version_is_used_as_it_is(index, counted, monkeypatch):
    monkeypatch.setattr(fast, "MADE_FOR", "1.0")
    text = page(index, "KEN", pages="brief")
    assert document(index, text) == document(index, text, plain=True)
    assert not counted


def test_a_sample_that_differs_is_the_end_of_it(weasyprint, index, counted, monkeypatch):
    drawn = lines._Line.drawn

    def lower(line, stream, matrix):
        return drawn(line, stream, type(matrix)(d=-1, e=matrix.values[4], f=matrix.values[5] + 1))

    monkeypatch.setattr(lines._Line, "drawn", lower)
    text = page(index, "KEN", pages="brief")
    assert document(index, text) == document(index, text, plain=True)
    assert len(counted) == 1 and fast._usable is False


def test_an_error_midway_falls_back(weasyprint, index, counted, monkeypatch):
    text = page(index, "KEN", pages="brief")
    assert document(index, text)
    count = len(counted)
    monkeypatch.setattr(fast, "page", lambda *_: 1 / 0)
    assert document(index, text) == document(index, text, plain=True)
    assert document(index, text) and len(counted) == count + 1


def test_weasyprint_is_left_as_it_was(weasyprint, index):
    from weasyprint.layout import inline
    from weasyprint.text import line_break

    before = inline.split_first_line, dict(vars(line_break.Layout)), inline.resolve_percentages
    with fast.printing(fast.Memory()):
        assert inline.split_first_line is not before[0]
    with pytest.raises(ZeroDivisionError), fast.printing(fast.Memory()):
        raise ZeroDivisionError
    assert (inline.split_first_line, dict(vars(line_break.Layout)), inline.resolve_percentages) == before


def test_two_threads_take_turns(weasyprint, index):
    from weasyprint.layout import inline

    before = inline.split_first_line
    text = page(index, "KEN", pages="brief")
    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(lambda _: document(index, text), range(4)))
    assert set(made) == {document(index, text, plain=True)}
    assert inline.split_first_line is before


def test_what_is_kept_has_bounds(weasyprint, index, monkeypatch):
    monkeypatch.setattr(kept, "_STYLES", 50)
    text = page(index, "KEN", pages="brief")
    counts = []
    for bound in (10_000, 50):
        monkeypatch.setattr(kept, "_KEPT", bound)
        pdf._shared.cache_clear()  # nothing is kept from before
        *_, memory = pdf._shared(design.default())
        assert document(index, text) == document(index, text, plain=True)
        counts.append([len(memory.whole), len(memory.lines), len(memory.drawings)])
        assert not memory.computed
    assert min(counts[0]) > 50
    assert counts[1] == [count - count // 2 for count in counts[0]]


def test_halving():
    memory = fast.Memory(lines=dict.fromkeys(range(kept._KEPT + 1)))
    memory.room()
    assert min(memory.lines) == kept._KEPT // 2
