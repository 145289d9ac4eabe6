"""The entry point: help, unknown names, exit codes, closed pipes, and what a mere start imports."""

from __future__ import annotations

import subprocess
import sys

import pytest

import readiness
from readiness._version import __version__
from readiness.cli.main import COMMANDS

NAMES = [name for commands in COMMANDS.values() for name in commands]
HEAVY = (
    "numpy",
    "pandas",
    "pydantic",
    "weasyprint",
    "pycountry",
    "yaml",
    "jinja2",
    "fontTools",
    "xlsxwriter",
)


def test_alone_it_says_what_to_do_next(done):
    text = done()
    assert "readiness scores --top 10" in text and "readiness --help" in text
    assert max(map(len, text.split("\n"))) <= 80


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_is_grouped(done, option):
    text = done(option)
    for heading, commands in COMMANDS.items():
        section = text.split(f"{heading}:\n")[1].split("\n\n")[0]
        assert [line.split()[0] for line in section.strip().split("\n")] == list(commands)
        for summary in commands.values():
            assert summary in section
    assert max(map(len, text.split("\n"))) <= 80


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(done, name):
    text = done(name, "--help")
    assert text.startswith(f"Usage: readiness {name} ")
    assert f"\n  readiness {name} " in text or f"\n  readiness {name}\n" in text
    assert max(map(len, text.split("\n"))) <= 80


def test_version(done):
    assert done("--version") == done("-V") == f"readiness {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score"], "unknown command 'score'. Did you mean 'scores' or 'compare'?"),
        (["xyzzy"], "unknown command 'xyzzy'. `readiness --help` lists them."),
        (["--hlep"], "No such option '--hlep'"),
        (["scores", "--tpo", "3"], "'--top'"),
        (["scores", "--tpo", "3"], "readiness scores --help shows how."),
        (["scores", "--top", "0"], "Invalid value for '--top'"),
        (["scores", "--top", "many"], "Invalid value for '--top'"),
        (["scores", "--year", "latest"], "Invalid value for '--year'"),
        (["scores", "--group"], "Option '--group' requires an argument."),
        (["scores", "--format", "cvs"], "unknown format 'cvs'. Did you mean 'csv'?"),
        (["scores", "--format", "pdf"], "unknown format 'pdf'. It is table, csv, json, md,"),
        (["explain", "KEN", "--format", "xlsx"], "unknown format 'xlsx'. It is table, csv or json."),
        (["scores", "Kenia"], "unknown country 'Kenia'. Did you mean Kenya (KEN)?"),
        (["scores", "Greenland"], "Greenland (GRL) is not among the 197 countries of this index."),
        (["compare", "KEN", "Rwnada"], "unknown country 'Rwnada'. Did you mean Rwanda (RWA)"),
        (["report", "Kenia"], "unknown country 'Kenia'. Did you mean Kenya (KEN)?"),
        (["report", "KEN", "Kenia", "--format", "html"], "unknown country 'Kenia'"),
        (["scores", "--group", "assean"], "unknown group 'assean'. Did you mean 'asean'?"),
        (["countries", "--group", "region"], "Say which, like --group"),
        (["report", "--group", "income=Low"], "group 'income' has no value 'Low'."),
        (["scores", "--level", "piller"], "the tree has no level 'piller'. Did you mean 'pillar'"),
        (["scores", "--level", "7"], "the tree has no level '7'. It is index, pillar, subpillar"),
        (["compare", "KEN", "RWA", "--level", "7"], "the tree has no level '7'."),
        (["scores", "--stage", "normalized"], "unknown stage 'normalized'. Did you mean 'normalised'?"),
        (["scores", "--values", "--level", "pillar"], "--values and --stage show indicators. Leave --level"),
        (["scores", "--values", "--stage", "imputed"], "--values and --stage exclude each other."),
        (["scores", "--framework", "pilars"], "unknown framework 'pilars'. Did you mean 'pillars'"),
        (["countries", "--framework", "pilars"], "unknown framework 'pilars'."),
        (["indicators", "--framework", "pilars"], "unknown framework 'pilars'."),
        (["indicators", "secure_server"], "unknown indicator 'secure_server'. Did you mean 'secure_servers'"),
        (["indicators", "zzzz"], "unknown indicator 'zzzz'. `readiness indicators` lists them."),
        (["scores", "--indicators", "nowhere"], "there is no folder nowhere. `readiness init DIR`"),
        (["check", "nowhere"], "there is no folder nowhere."),
        (["report"], "no country is named."),
        (["report", "KEN", "--format", "pfd"], "Invalid value for '--format'"),
        (["report", "KEN", "-o", "report.docx"], "report.docx is not a name for a report."),
        (["report", "KEN", "--format", "html", "-o", "KEN.pdf"], "KEN.pdf is not a name for html."),
        (["report", "KEN", "RWA", "-o", "both.pdf"], "both.pdf is one file for 2 countries. Name a folder."),
        (["scores", "-o", "scores.docx"], "scores.docx: the ending '.docx' is no format of this command."),
        (["compare", "KEN"], "compare takes two countries or more. readiness compare Kenya Rwanda."),
        (["compare"], "compare takes two countries or more."),
        (["compare", "KEN", "Kenya", "ke"], "compare takes two countries or more."),
        (["init"], "Missing argument 'DIR'."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(refused, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    said = refused(*arguments)
    assert message in said
    assert "\n" not in said
    assert list(tmp_path.iterdir()) == []


def test_errors_are_on_stderr_of_a_process_too(process):
    ran = process("scores", "Kenia", "--top", "3")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "unknown country 'Kenia'. Did you mean Kenya (KEN)?\n"
    ran = process("xyzzy")
    assert (ran.code, ran.out) == (2, "") and "Traceback" not in ran.err


@pytest.mark.parametrize(
    "arguments", [("sensitivity", "KEN", "RWA"), ("scores", "--group"), ("robustness", "--draws", "0")]
)
def test_a_wrong_call_is_said_in_two_sentences(refused, arguments):
    said = refused(*arguments)
    assert said.endswith(f". readiness {arguments[0]} --help shows how.") or said.endswith("an argument.")
    assert ".." not in said


def test_a_process_prints_the_result_alone(process):
    ran = process("scores", "FIN", "--level", "index")
    assert (ran.code, ran.err) == (0, "")
    head = "country,name,status,rank,score,coverage,rank_low,rank_high"
    assert ran.out.startswith(f"{head}\nFIN,Finland,ranked,1,")


@pytest.mark.parametrize(
    "line",
    ["readiness scores | head -1", "readiness scores --format json | head -1", "readiness --help | head -1",
     "readiness indicators --licences --format csv | head -1"],
)  # fmt: skip
def test_a_reader_that_leaves_early_is_no_error(shell, line):
    ran = shell(line)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("\n") == 1


def test_the_work_goes_on_without_a_reader(shell, tmp_path):
    ran = shell("readiness init mine | true; readiness check mine")
    assert ran.err == "" and "0 errors, 0 warnings" in ran.out
    ran = shell("readiness report KEN RWA --format html -o out | true")
    assert ran.code == 0 and ran.err == ""
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["KEN.html", "RWA.html"]


@pytest.mark.parametrize(
    ("line", "code"),
    [("readiness scores >&-", 0), ("readiness >&-", 0), ("readiness check >&-", 0),
     ("readiness init new >&-", 0), ("readiness xyzzy >&-", 2), ("readiness xyzzy 2>&-", 2),
     ("readiness scores KEN >&- 2>&- <&-", 0),
     ("readiness scores > /dev/full", 2), ("readiness --help > /dev/full", 2)],
)  # fmt: skip
def test_a_closed_or_full_stdout_is_no_traceback(shell, line, code):
    ran = shell(line)
    assert ran.code == code
    assert "Traceback" not in ran.err and "Exception" not in ran.err and ran.err.count("\n") <= 1


@pytest.mark.parametrize(
    "arguments",
    [["scores", "-o", "{}/scores.csv"], ["scores", "--format", "json", "-o", "{}/folder"],
     ["report", "KEN", "--format", "html", "-o", "{}/"], ["report", "KEN", "-o", "{}/KEN.html"],
     ["report", "--all", "--format", "html", "-o", "{}"], ["init", "{}/mine"]],
)  # fmt: skip
def test_a_folder_that_cannot_be_written(refused, tmp_path, arguments):
    file = tmp_path / "file"
    file.write_text("not a folder", encoding="utf-8")
    said = refused(*(text.format(file) for text in arguments))
    assert "cannot" in said and str(file) in said and "\n" not in said
    assert file.read_text(encoding="utf-8") == "not a folder"


def test_a_read_only_folder(refused, tmp_path, monkeypatch):
    def denied(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", denied)
    monkeypatch.setattr("tempfile.TemporaryFile", denied)
    for arguments in (
        ["scores", "-o", tmp_path / "scores.csv"],
        ["report", "KEN", "RWA", "-o", tmp_path],
        ["init", tmp_path / "x"],
    ):
        assert "Permission denied" in refused(*arguments)


def imported(statement: str, tmp_path) -> set[str]:
    code = f"import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); {statement}"
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False)
    return {name.split(".")[0] for name in ran.stderr.decode().split()}


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Return a function that runs a statement in a fresh Python and gives the top modules it imported."""
    monkeypatch.setenv("PYTHONPATH", readiness.__path__[0].removesuffix("readiness"))
    return lambda statement: imported(statement, tmp_path)


@pytest.mark.parametrize(
    "statement",
    ["import readiness", "from readiness.cli.main import main; main(['--help'])",
     "from readiness.cli.main import main; main([])", "from readiness.cli.main import main; main(['xyzzy'])",
     "from readiness.cli.main import main; main(['scores', '--help'])",
     "from readiness.cli.main import main; main(['report', '--help'])"],
)  # fmt: skip
def test_a_start_imports_nothing_heavy(modules, statement):
    found = modules(statement)
    assert "readiness" in found
    assert found.isdisjoint(HEAVY)


def test_scores_wait_for_neither_pandas_nor_weasyprint(modules):
    found = modules("from readiness.cli.main import main; main(['scores', '--top', '1', '--format', 'csv'])")
    assert "numpy" in found
    assert found.isdisjoint({"pandas", "weasyprint", "jinja2", "xlsxwriter", "fontTools"})
