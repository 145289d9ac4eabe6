"""`readiness report`: which files it writes, and that a failed country never costs the others."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from types import SimpleNamespace

import pikepdf
import pytest

from readiness.errors import MissingLibraryError
from readiness.index import Index
from readiness.report import batch, kept
from tests.cli.conftest import START, environment


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != kept.FOLDER)


@pytest.fixture
def fake(monkeypatch):
    """Replace profiles and rendering by a short text, so that many reports cost nothing."""
    monkeypatch.setattr(
        Index, "profile", lambda self, code, framework, **_: SimpleNamespace(country=self.countries[code])
    )
    monkeypatch.setattr(
        batch, "content", lambda profile, making: f"{making.form} of {profile.country.code}".encode()
    )
    monkeypatch.setattr(kept, "digest", lambda profile, making: f"{making.form} {profile.country.code}")


def test_one_file_in_this_folder(done, tmp_path, monkeypatch, fake):
    monkeypatch.chdir(tmp_path)
    assert done("report", "kenya") == "KEN.pdf\n"
    assert (tmp_path / "KEN.pdf").read_text() == "pdf of KEN"
    assert done("report", "ke", "--format", "html") == "KEN.html\n"


def test_a_file_or_a_folder(done, tmp_path, monkeypatch, fake):
    monkeypatch.chdir(tmp_path)
    assert done("report", "KEN", "-o", "a/Kenya.pdf") == "a/Kenya.pdf\n"
    assert done("report", "KEN", "-o", "a/Kenya.HTML") == "a/Kenya.HTML\n"
    assert (tmp_path / "a" / "Kenya.HTML").read_text() == "html of KEN"
    assert done("report", "KEN", "-o", "b/") == "b/KEN.pdf\n"
    assert done("report", "KEN", "RWA", "KEN", "-o", "reports-2026.1") == (
        "reports-2026.1/KEN.pdf\nreports-2026.1/RWA.pdf\n"
    )
    (tmp_path / "folder.pdf").mkdir()
    assert done("report", "KEN", "-o", "folder.pdf") == "folder.pdf/KEN.pdf\n"


def test_groups_and_everyone(done, bundled, tmp_path, fake):
    done("report", "NOR", "--group", "ASEAN", "--format", "html", "-o", tmp_path / "g")
    assert names(tmp_path / "g") == sorted(
        f"{code}.html" for code in ("NOR", *bundled.countries.in_group("asean"))
    )
    assert done("report", "--all", "-o", tmp_path / "all").count("\n") == 197
    assert names(tmp_path / "all") == [f"{code}.pdf" for code in bundled.countries]


def test_a_failed_country_is_named_and_the_others_are_made(run, bundled, tmp_path, monkeypatch):
    original = type(bundled).profile

    def profile(index, country, framework=None, **more):
        if country in ("RWA", "UGA"):
            raise ZeroDivisionError("division by zero")
        return original(index, country, framework, **more)

    monkeypatch.setattr(type(bundled), "profile", profile)
    ran = run("report", "KEN", "RWA", "NOR", "UGA", "--format", "html", "-o", tmp_path)
    assert ran.code == 1
    assert ran.out == f"{tmp_path}/KEN.html\n{tmp_path}/NOR.html\n"
    assert ran.err == (
        "RWA: ZeroDivisionError: division by zero\nUGA: ZeroDivisionError: division by zero\n"
        "2 reports of 4 failed\n"
    )
    assert names(tmp_path) == ["KEN.html", "NOR.html"]
    assert (tmp_path / "NOR.html").read_text(encoding="utf-8").rstrip().endswith("</html>")


def test_a_report_that_fails_leaves_the_old_one(run, tmp_path, monkeypatch):
    old = tmp_path / "KEN.pdf"
    old.write_bytes(b"the old one")

    def broken(profile, making):
        raise MemoryError("too large")

    monkeypatch.setattr(batch, "content", broken)
    ran = run("report", "KEN", "-o", tmp_path)
    assert ran.code == 1 and "KEN: MemoryError: too large" in ran.err
    assert names(tmp_path) == ["KEN.pdf"] and old.read_bytes() == b"the old one"


def test_a_disk_that_fills_leaves_nothing_half_written(run, tmp_path, monkeypatch, fake):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    ran = run("report", "KEN", "RWA", "-o", tmp_path)
    assert ran.code == 1 and ran.out == ""
    assert "KEN: cannot write" in ran.err and "No space left on device" in ran.err
    assert names(tmp_path) == []


def test_without_pango_it_stops_at_once(run, tmp_path, monkeypatch):
    def missing():
        raise MissingLibraryError("PDF needs the library Pango")

    monkeypatch.setattr("readiness.report.pdf.library", missing)
    ran = run("report", "--all", "-o", tmp_path / "out")
    assert (ran.code, ran.out, ran.err) == (2, "", "PDF needs the library Pango\n")
    assert not (tmp_path / "out").exists()


def test_another_framework_s_report(done, tmp_path):
    done("report", "KEN", "--framework", "layers", "--format", "html", "-o", tmp_path)
    text = (tmp_path / "KEN.html").read_text(encoding="utf-8")
    assert "Chips and computing" in text


def test_pages_and_peers_reach_the_report(done, tmp_path):
    done("report", "KEN", "--format", "html", "--pages", "brief", "--peers", "Rwanda,UGA", "-o", tmp_path)
    text = (tmp_path / "KEN.html").read_text(encoding="utf-8")
    assert "All figures" in text and "Sovereign AI infrastructure" not in text
    assert "the countries chosen" in text


def test_charts_are_files_of_their_own(done, tmp_path):
    done("report", "KEN", "--format", "html", "-o", tmp_path, "--charts", tmp_path / "charts")
    found = names(tmp_path / "charts")
    assert {"KEN-pillars.svg", "KEN-pillars.png", "KEN-map.svg"} <= set(found)
    assert (tmp_path / "charts" / "KEN-map.png").read_bytes()[:4] == b"\x89PNG"


def test_a_theme_and_names(done, tmp_path):
    (tmp_path / "names.yaml").write_text("countries:\n  KEN: {name: Republic of Kenya, the: true}\n")
    theme = tmp_path / "theme.yaml"
    theme.write_text('publisher: Ministry\ncolours: {accent: "#7a1f3d"}\nnames: names.yaml\n')
    done("report", "KEN", "--format", "html", "--theme", theme, "-o", tmp_path)
    text = (tmp_path / "KEN.html").read_text(encoding="utf-8")
    assert "<h1>The Republic of Kenya ranks" in text and "Ministry<br>" in text
    assert "#7a1f3d" in text and "#0b6e7f" not in text.split("</style>")[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--theme", "none.yaml"], "there is no file none.yaml"),
        (["--templates", "none"], "none is not a folder"),
        (["--format", "html", "--pdfa"], "--pdfa is for PDF"),
        (["--peers", "Atlantis"], "unknown country 'Atlantis'"),
        (["--since", "none.zip"], "there is no folder none.zip"),
    ],
)
def test_a_wrong_option_costs_nothing(run, tmp_path, options, words):
    ran = run("report", "KEN", *options, "-o", tmp_path / "out")
    assert ran.code == 2 and ran.out == "" and words in ran.err
    assert not (tmp_path / "out").exists()


def test_a_fault_of_a_theme_has_its_place(run, tmp_path):
    theme = tmp_path / "theme.yaml"
    theme.write_text('publisher: Ministry\ncolours:\n  accent: "#ffffff"\n  akcent: "#000000"\n')
    ran = run("report", "KEN", "--theme", theme)
    assert ran.code == 2 and f"{theme}:4:3: colours" in ran.err
    theme.write_text('publisher: Ministry\ncolours:\n  accent: "#eeeeee"\n')
    ran = run("report", "KEN", "--theme", theme)
    assert f"{theme}:3:11: colours.accent: #eeeeee has a contrast of 1.2 to 1 with the page" in ran.err


def test_a_fault_of_a_template_has_its_place(run, tmp_path):
    folder = tmp_path / "templates"
    (folder / "country").mkdir(parents=True)
    (folder / "country" / "verdict.html.j2").write_text("<p>\n{{ nothing.here }}</p>")
    ran = run("report", "KEN", "--format", "html", "--templates", folder, "-o", tmp_path)
    assert ran.code == 1 and "verdict.html.j2:2:1: UndefinedError" in ran.err
    (folder / "country" / "verdict.html.j2").write_text("<p>\n{% if %}</p>")
    ran = run("report", "KEN", "--format", "html", "--templates", folder, "-o", tmp_path)
    assert ran.code == 2 and "verdict.html.j2:2:1: not a template" in ran.err


def test_since_an_earlier_edition(done, older, tmp_path):
    done("report", "KEN", "--format", "html", "--since", older, "-o", tmp_path)
    text = (tmp_path / "KEN.html").read_text(encoding="utf-8")
    assert "since edition 2025.1" in text and "What changed the score" in text


def test_several_processes_make_the_same_reports(run, make_index, tmp_path):
    folder = str(make_index())
    for jobs in ("1", "2"):
        ran = run(
            "report",
            "--all",
            "--indicators",
            folder,
            "--format",
            "html",
            "--jobs",
            jobs,
            "-o",
            str(tmp_path / jobs),
        )
        assert ran.code == 0 and ran.out.count(".html\n") == 6
    assert names(tmp_path / "1") == names(tmp_path / "2")
    for name in names(tmp_path / "1"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_one_that_fails_in_another_process_costs_no_other(run, make_index, tmp_path):
    (tmp_path / "out" / "KEN.html").mkdir(parents=True)
    ran = run(
        "report",
        "--all",
        "--indicators",
        str(make_index()),
        "--format",
        "html",
        "--jobs",
        "2",
        "-o",
        str(tmp_path / "out"),
    )
    assert ran.code == 1 and ran.out.count(".html\n") == 5
    assert "KEN: cannot write" in ran.err and "1 report of 6 failed" in ran.err


def test_a_batch_that_says_the_same_is_kept(run, make_index, tmp_path):
    call = ["report", "--all", "--indicators", make_index(), "--format", "html", "-o", tmp_path / "out"]
    assert run(*call).out.count(".html\n") == 6
    again = run(*call)
    assert (again.code, again.out) == (0, "")
    assert again.err == "6 reports say the same and are kept; --force makes all\n"
    (tmp_path / "out" / "KEN.html").unlink()
    some = run(*call, "--jobs", "2")
    assert (some.code, some.out) == (0, f"{tmp_path}/out/KEN.html\n")
    assert some.err == "5 reports say the same and are kept; --force makes all\n"
    assert run(*call, "--force").out.count(".html\n") == 6


def test_charts_that_are_gone_are_made_again(run, make_index, tmp_path):
    call = ["report", "--all", "--indicators", make_index(), "--format", "html", "-o", tmp_path / "out"]
    charts = ["--charts", tmp_path / "charts"]
    assert run(*call).out.count("\n") == 6
    assert run(*call, *charts).out.count("\n") == 6
    assert run(*call, *charts).out == ""
    (tmp_path / "charts" / "KEN-pillars.png").unlink()
    assert run(*call, *charts).out == f"{tmp_path}/out/KEN.html\n"
    assert (tmp_path / "charts" / "KEN-pillars.png").is_file()


def test_a_report_whose_country_is_named_is_always_made(done, tmp_path, fake):
    for _ in range(2):
        assert done("report", "KEN", "RWA", "-o", tmp_path).count(".pdf\n") == 2
    assert not (tmp_path / kept.FOLDER).exists()


def test_a_compendium_that_cannot_be_written_hides_no_failed_report(run, tmp_path, monkeypatch, fake):
    def content(profile, making):
        if profile.country.code == "RWA":
            raise ValueError("nothing to print")
        return b"no PDF"

    monkeypatch.setattr(batch, "content", content)
    ran = run("report", "KEN", "RWA", "-o", tmp_path / "r", "--compendium", tmp_path / "all.pdf")
    assert ran.code == 1 and ran.out == f"{tmp_path}/r/KEN.pdf\n"
    assert "RWA: ValueError: nothing to print\n1 report of 2 failed\n" in ran.err
    assert "KEN.pdf is no report that can be bound in" in ran.err
    assert not (tmp_path / "all.pdf").exists()


def test_a_compendium_of_what_is_there(run, make_index, tmp_path, monkeypatch):
    call = ["report", "--all", "--indicators", make_index(), "--pages", "brief", "-o", tmp_path / "out",
            "--compendium", tmp_path / "book" / "all.pdf"]  # fmt: skip
    original = Index.profile

    def profile(index, country, *of, **more):
        if country == "KEN":
            raise ZeroDivisionError("division by zero")
        return original(index, country, *of, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Index, "profile", profile)
        ran = run(*call)
    assert ran.code == 1 and ran.out.splitlines()[-1] == f"{tmp_path}/book/all.pdf"
    assert ran.out.count("\n") == 6 and "1 report of 6 failed" in ran.err
    assert titles(tmp_path / "book" / "all.pdf") == [
        "Contents",
        "Austria",
        "Brazil",
        "India",
        "Norway",
        "Vietnam",
    ]
    ran = run(*call)  # those that are kept are bound in too
    assert ran.code == 0 and ran.out == f"{tmp_path}/out/KEN.pdf\n{tmp_path}/book/all.pdf\n"
    assert "Kenya" in titles(tmp_path / "book" / "all.pdf")


def titles(path):
    with pikepdf.open(path) as document, document.open_outline() as outline:
        return [item.title for item in outline.root]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["KEN", "--force"], "--force is for --all and --group"),
        (["KEN", "--format", "html", "--compendium", "all.pdf"], "--compendium is for PDF"),
        (["KEN", "--compendium", "all.docx"], "all.docx is not a name for a PDF"),
        (["--league", "--compendium", "all.pdf"], "--compendium is for reports on one country each"),
        (["--compare", "KEN", "RWA", "--force"], "--force is for reports on one country each"),
        (["--league", "--scheduler", "tcp://a:1"], "--scheduler is for reports on one country each"),
    ],
)
def test_a_wrong_option_of_batches_costs_nothing(refused, tmp_path, options, words):
    assert words in refused("report", *options, "-o", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_bar_is_shown_where_somebody_sees_it(make_index, tmp_path):
    screen, code = on_screen(
        "report", "--all", "--indicators", str(make_index()), "--format", "html", "-o", str(tmp_path / "out")
    )
    assert code == 0
    assert re.search(r"Reports  \[#+-+\]  3/6 .* India", screen)
    assert "6/6" in screen
    # Each file has a line of its own, before the bar; nothing is wider than the terminal.
    lines = re.split(r"[\r\n]|\x1b\[2?K", screen)
    assert f"{tmp_path}/out/KEN.html" in lines
    assert all(len(line) <= 80 for line in lines if "Reports" in line)


def on_screen(*arguments):
    """Run a command whose stdout and stderr are a terminal of 80 columns; return what was shown."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    with subprocess.Popen(
        [*START, *arguments], env=environment(), stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    ) as child:
        os.close(theirs)
        out = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            out += part
    os.close(ours)
    return out.decode(), child.returncode
