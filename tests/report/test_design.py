"""Themes, templates of one's own and the sandbox: what they change, and what they cannot reach."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from readiness.errors import DefinitionError, ReadinessError
from readiness.report import design, html, pdf, stamp
from readiness.report.attachments import Attachments
from readiness.report.palette import DEFAULT, NEEDED, contrast

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c626001000000ffff"
    "03000006000557bfabd40000000049454e44ae426082"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'

DTD = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_a_css_theme_recolours_pages_and_charts(kenya, tmp_path):
    theme = (
        written(tmp_path, {"t.css": ":root { --accent: #7a1f3d; }\nh1 { color: var(--accent); }"}) / "t.css"
    )
    look = design.make(theme)
    assert look.palette.accent == "#7a1f3d" and look.palette.ink == DEFAULT.ink
    text = html.render(kenya, design=look, inline=True)
    assert "h1 { color: var(--accent); }" in text and "#0b6e7f" not in text.split("</style>")[1]


def test_a_logo_and_a_publisher(kenya, tmp_path):
    theme = written(tmp_path, {"t.yaml": "publisher: Office <b>\nlogo: l.svg\n", "l.svg": SVG}) / "t.yaml"
    look = design.make(theme)
    text = html.render(kenya, design=look, inline=True)
    assert "Office &lt;b&gt;" in text and "data:image/svg+xml;base64," in text
    with pikepdf.open(io.BytesIO(pdf.render(kenya, design=look, pages="brief"))) as document:
        assert str(document.docinfo["/Author"]) == "Office <b>"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"t.yaml": "colour: {}\n"}, "t.yaml:1:1: colour: unknown key 'colour'. Did you mean 'colours'?"),
        ({"t.yaml": 'colours: {accent: "red"}\n'}, "t.yaml:1:19: colours.accent: 'red' has to be a colour"),
        ({"t.yaml": "logo: ../secret.png\n"}, "t.yaml:1:7: logo: '../secret.png' leads out of the folder"),
        ({"t.yaml": "logo: x.png\n"}, "t.yaml:1:7: logo: there is no file 'x.png'"),
        ({"t.yaml": "logo: x.png\n", "x.png": b"no"}, "is not what its ending says"),
        ({"t.yaml": "logo: x.svg\n", "x.svg": SVG.replace("<rect", "<script/><rect")}, "<script>"),
        ({"t.yaml": "logo: x.svg\n", "x.svg": DTD + SVG},
         "a document type"),
        ({"t.css": "@import url(http://x.example/a.css);"}, "t.css:1:1: @import is not taken"),
        ({"t.css": "a { background: url(file:///etc/passwd) }"}, "t.css:1:17: "),
        ({"t.css": ":root { --mid: #eeeeee; }"}, "t.css:1:9: --mid: #eeeeee has a contrast of"),
        ({"t.yaml": "names: n.yaml\n", "n.yaml": "countries: {KEN: {nam: x}}\n"}, "n.yaml:1:19: "),
    ],
)  # fmt: skip
def test_faults_of_a_theme(tmp_path, files, words):
    written(tmp_path, files)
    with pytest.raises(ReadinessError) as caught:
        design.make(tmp_path / next(iter(files)))
    assert words in str(caught.value)


def test_a_template_replaces_ours_and_brings_pictures(kenya, tmp_path):
    files = {"country/verdict.html.j2": '<section><h1>Mine</h1><img src="p.png" alt="x"></section>',
             "p.png": PIXEL, "report.css": "body { margin: 0 }"}  # fmt: skip
    look = design.make(None, written(tmp_path, files))
    text = html.render(kenya, design=look)
    assert "<h1>Mine</h1>" in text and "Country report" not in text and "All figures" in text
    assert "body { margin: 0 }" in look.sheets and ".masthead" not in look.sheets
    assert pdf.fetcher(look).fetch("asset:/templates/p.png").read() == PIXEL
    alone = html.render(kenya, design=look, inline=True)
    assert 'src="p.png"' not in alone and 'src="data:image/png;base64,' in alone


def test_a_logo_s_name_may_have_spaces(kenya, tmp_path):
    theme = written(tmp_path, {"t.yaml": "logo: my logo.svg\n", "my logo.svg": SVG}) / "t.yaml"
    look = design.make(theme)
    address = look.logo(inline=False)
    assert f'src="{address}"' in html.render(kenya, design=look)
    assert pdf.fetcher(look).fetch(address).read().decode() == SVG


HOSTILE = [
    "{{ ''.__class__.__mro__ }}", "{{ phrases.__init__.__globals__ }}", "{{ charts.bars.__globals__ }}",
    "{{ profile.framework.parse_file('/etc/passwd') }}", "{{ profile.framework.model_dump() }}",
    "{{ phrases.verdict }}", "{{ method.ranges }}", "{{ ranges.Framework }}", "{{ self.__init__ }}",
    "{% include '/etc/passwd' %}", "{% include '../../etc/passwd' %}", "{% import 'os' as os %}",
    "{{ profile.country.groups.update({'a': 1}) }}", "{% for x in range(10 ** 9) %}x{% endfor %}",
    "{{ cycler.__init__.__globals__.os }}",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_template_reaches_nothing(kenya, tmp_path, text):
    folder = written(tmp_path, {"country/verdict.html.j2": f"<p>\n{text}</p>"})
    with pytest.raises(ReadinessError, match=r"verdict\.html\.j2:2:1: "):
        html.render(kenya, design=design.make(None, folder))


def test_addresses_in_a_template_are_not_followed(kenya, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a very secret word")
    page = (
        f'<link rel="attachment" href="{secret.as_uri()}"><img src="{secret.as_uri()}" alt="">'
        '<img src="../secret.txt" alt=""><img src="http://127.0.0.1:9/x.png" alt="">'
    )
    folder = written(tmp_path / "own", {"country/verdict.html.j2": page})
    content = pdf.render(kenya, design=design.make(None, folder), pages="brief")
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.attachments) == 0
    assert b"secret word" not in content


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "secret.css").write_text("a {}")
    folder = written(tmp_path / "own", {"x.css": "b {}"})
    (folder / "report.css").symlink_to(tmp_path / "secret.css")
    with pytest.raises(DefinitionError, match="link out of the folder"):
        design.make(None, folder)


def test_our_own_colours_are_told_from_the_page_in_grey_too():
    for name, needed in NEEDED.items():
        assert contrast(getattr(DEFAULT, name), DEFAULT.paper) >= needed


def test_the_versions_behind_the_bytes_are_in_the_properties(kenya):
    with pikepdf.open(io.BytesIO(pdf.render(kenya, pages="brief"))) as document:
        info = {str(key): str(value) for key, value in document.docinfo.items()}
    for name in ("weasyprint", "pango", "harfbuzz", "fonttools", "readiness", "python"):
        assert info[f"/version{name}"] == stamp.versions()[name]
    assert info["/CreationDate"] == stamp.dated(kenya).strftime("D:%Y%m%d") or (
        info["/CreationDate"].startswith(stamp.dated(kenya).strftime("D:%Y%m%d"))
    )


# WeasyPrint leaves the colour profile's file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_pdfa_has_its_marks(kenya, bundled):
    attached = Attachments(bundled.definitions, bundled.scores()).of(kenya)
    content = pdf.render(kenya, pages="brief", variant="pdf/a-3a", attachments=attached)
    with pikepdf.open(io.BytesIO(content)) as document:
        metadata = bytes(document.Root.Metadata.read_bytes()).decode()
        assert "<pdfaid:part>3</pdfaid:part>" in metadata or 'pdfaid:part="3"' in metadata
        assert document.Root.OutputIntents and document.Root.MarkInfo.Marked
        assert {str(spec.AFRelationship) for spec in document.Root.AF} == {"/Data"}
        assert set(document.attachments) == {item.name for item in attached}


@pytest.mark.parametrize("code", ["KEN", "TWN", "VCT"])
def test_pdf_ua_has_no_error(rendered, tmp_path, code):
    path = tmp_path / f"{code}.pdf"
    path.write_bytes(rendered(code))
    if importlib.util.find_spec("outloud") is None:
        pytest.skip("outloud is not installed")
    # A process of its own: the checker's warnings are not ours.
    script = "import outloud, json, sys; found = outloud.check(sys.argv[1]); print(json.dumps(found.errors))"
    ran = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout.strip().splitlines()[-1]) in (0, [])
