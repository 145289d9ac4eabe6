"""Calls of the command line: a command, its own options, and values that are right,
nearly right or hostile."""

from __future__ import annotations

from collections.abc import Sequence

import click
from hypothesis import strategies as st

from readiness.cli.main import COMMANDS, cli

NAMES = [name for names in COMMANDS.values() for name in names]

HOSTILE = (
    "", " ", "-", "--", "-0", "0", "1", "-1", "nan", "inf", "-inf", "1e400", "-1e400", "1e-400",
    "1_000", "٢٠٢٣",
    "２０２３", "0x10", "9" * 400, "1e308", "2023", "9999", "\x00", "a\x00b", "\udcff", "\ud800", "\x1b[2J",
    "\n",
    "a\nb", "\r", "\t", "x" * 300, "x" * 5000, "=cmd|' /C calc'!A0", "@SUM(1)", "<script>", "{{7*7}}",
    "%s%n{0}",
    "../../etc/passwd", "..", ".", "/", "/etc/passwd", "/dev/null", "C:\\x", "~", "~root", "$HOME", "*",
    "a/b",
    "CON", "KEN/../..", "𝓚enya", "ß", "İ", "ı", "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\N{COMBINING ACUTE ACCENT}" * 50, "🇰🇪",
    "=", "==", "a=", "=b", "a=b=c", ",", "KEN,", ",,", "K E N", "'", '"', "`", "\\", "true", "null", "None",
)  # fmt: skip
FINE = (
    "KEN", "Kenya", "ke", "NOR", "Norway", "region=Africa", "income", "electricity_access",
    "population", "energy",
    "skills", "index", "pillar", "indicator", "all", "1", "2", "5", "2022", "2023", "2024", "csv",
    "json", "table",
    "xlsx", "md", "html", "latex", "name", "similar", "starter", "main", "mean", "value", "year",
    "country", "zero",
    "electricity_access=90", "electricity_access+5%", "electricity_access:weight=0.5", "gdp", "higher",
    "lower",
)  # fmt: skip
INDICATORS = ("electricity_access", "td_losses", "mean_years_schooling", "github_developers", "population")
# Where results go: what the caller names is the caller's, so it stays in the folder.
OUTPUTS = (
    "out", "out/", "out/new", "out/a.csv", "out/a.json", "out/a.xlsx", "out/a.md", "out/a.tex", "out/a.html",
    "out/a.txt", "out/a.docx", "out/a.PDF", "out/../out/b.csv", "out/deep/er/c.csv", "out/" + "n" * 300,
    "out/" + "n" * 240 + ".csv", "out/.csv", "out/..csv", "out/a\x00b.csv", "out/a\nb.csv", "out/\udcff.csv",
    "out/=cmd.csv", "table.csv/x.csv", "/dev/null/x.csv", "out/é.csv", "out/-", "",
)  # fmt: skip
INPUTS = ("index", "table.csv", "out", "nowhere", "index/frameworks", "index/energy/electricity_access.yaml",
          "/dev/null", "/dev/zero", "", ".", "\x00", "x" * 5000, "../canary", "\udcff")  # fmt: skip

# What belongs to a parameter, by its name.
OWN = {
    "countries": ("KEN", "Kenya", "NOR", "ke", "Viet Nam", "IND", "BRA"), "country": ("KEN", "Norway", "IND"),
    "framework": ("index",), "group": ("region", "income", "region=Africa", "region=Europe", "x=y"),
    "level": ("index", "pillar", "indicator", "all", "1", "2"), "by": ("region", "income"),
    "form": ("csv", "json", "table", "xlsx", "md", "html", "latex", "parquet"),
    "stage": ("selected", "denominated", "imputed", "treated", "normalised"), "indicator": INDICATORS,
    "edits": ("electricity_access=90", "electricity_access=+5%", "td_losses==-0.1", "td_losses=missing",
    "population=-20%",
              "electricity_access=1e400", "td_losses=nan", "electricity_access=٩٠", "td_losses=+1e308",
              "population=0", "github_developers=-100%", "mean_years_schooling=1e-320"),
    "names": INDICATORS, "peers": ("similar", "region", "income", "KEN,IND", "region=Africa"),
    "old": ("index",), "new": ("index",), "paths": ("table.csv", "hostile.csv", "book.xlsx"),
    "year": ("2022", "2024"),
    "value": ("70", "12.5", "-0", "1e3"), "note": ("a note", "=cmd"), "source": ("https://example.org/",),
    "identifier": ("new_one", "a.b", "x-1", "CON"), "pillar": ("energy", "skills"),
    "direction": ("higher", "lower"),
    "publisher": ("World Bank", "=cmd"), "licence": ("CC-BY-4.0",), "url": ("https://example.org/",),
    "redistribute": ("yes", "no", "unverified"), "unit": ("%", "years"), "name": ("A name", "=cmd"),
    "dataset": ("WDI",), "since": ("index",), "settings": ("series=X", "url=https://x.example/", "x=y"),
    "kind_of_source": ("worldbank", "url", "manual"), "kind": ("observed", "index"),
    "where": ("country=KEN",),
    "are": ("World=KEN",), "are_out": ("World",), "section": ("posture", "sizing", "moves", "summary",
    "tree"),
    "country_column": ("country",), "year_column": ("year",), "value_column": ("value",),
    "sort": ("score", "name"),
    "encoding": ("utf-8", "latin-1", "rot13", "hex", "zlib", "idna", "utf-7", "undefined", "base64",
    "unicode_escape"),
    "delimiter": (",", ";", ",,", "\n", '"', " ", "é"), "file": ("table.csv", "out", "index"),
    "folder": ("index",),
    "impute": ("none", "group-mean=region", "mean"), "treat": ("none", "winsorise"), "target": ("4%", "1 MW"),
}  # fmt: skip

text = st.one_of(st.sampled_from(FINE), st.sampled_from(HOSTILE), st.text(max_size=20))
number = st.one_of(
    st.sampled_from(("1", "2", "10", "2023", "2022", "50")), st.sampled_from(HOSTILE),
    st.integers().map(str), st.floats().map(str),
)  # fmt: skip
output = st.sampled_from(OUTPUTS)
source = st.sampled_from(INPUTS)
# More than one process, or many draws, are slow and no other code.
BOUNDED = {"--jobs": ("1", "0", "-1", "x", "1e9"), "--draws": ("100", "0", "-1", "x", "1e400", "9" * 30,
    "10000001"),
           "--port": ("0", "-1", "x", "99999999")}  # fmt: skip


def _values(parameter: click.Parameter) -> st.SearchStrategy[str]:
    """Return what a parameter is given: three times in four something of its own, where it has that."""
    own = OWN.get(parameter.name or "")
    other = _others(parameter)
    if own is None or "-o" in parameter.opts:
        return other
    fitting = st.sampled_from(own)
    return st.integers(0, 3).flatmap(lambda number: fitting if number else other)


def _others(parameter: click.Parameter) -> st.SearchStrategy[str]:
    names = {*parameter.opts, parameter.name}
    if bounded := next((BOUNDED[name] for name in names if name in BOUNDED), None):
        return st.sampled_from(bounded)
    if names & {"-o", "--charts"}:
        return output
    if isinstance(parameter.type, click.Path):
        return source
    if isinstance(parameter.type, click.Choice):
        return st.one_of(st.sampled_from([str(item) for item in parameter.type.choices]), text)
    is_number = isinstance(parameter.type, click.types.IntParamType | click.types.FloatParamType)
    return number if is_number else text


def _given(parameter: click.Parameter) -> st.SearchStrategy[list[str]]:
    """Return an option with its values, its values alone for an argument."""
    values = _values(parameter)
    if isinstance(parameter, click.Option):
        if parameter.is_flag:
            return st.just([parameter.opts[0]])
        count = max(parameter.nargs, 1)
        return st.lists(values, min_size=count, max_size=count).map(lambda found: [parameter.opts[0], *found])
    few = 3 if parameter.nargs == -1 else 1
    return st.lists(values, min_size=1 if parameter.required else 0, max_size=few)


@st.composite
def calls(draw: st.DrawFn, names: Sequence[str] = tuple(NAMES)) -> list[str]:
    """Return the words of a call: mostly on the starter index, with a few of the command's options."""
    name = draw(st.sampled_from(names))
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    if name == "edition":  # a group: its own commands
        inner = draw(st.sampled_from(sorted(command.commands)))  # type: ignore[attr-defined]
        words, command = [name, inner], command.commands[inner]  # type: ignore[attr-defined]
    else:
        words = [name]
    if name == "init":
        return [*words, draw(output), *draw(st.sampled_from(([], ["--full"])))]
    arguments = [item for item in command.params if isinstance(item, click.Argument)]
    options = [item for item in command.params if isinstance(item, click.Option)]
    for parameter in arguments:
        words += draw(_given(parameter))
    own = [item for item in options if item.name == "folder"]
    if own and draw(st.integers(0, 9)):
        words += ["--indicators", "index"]
        options = [item for item in options if item not in own]
    if options:
        for parameter in draw(
            st.lists(st.sampled_from(options), max_size=4, unique_by=lambda item: item.name)
        ):
            words += draw(_given(parameter))
    # PDF is two seconds a call.
    if name == "site" and "--pdf" in words:
        words.remove("--pdf")
    if name == "report" and "--format" not in words:
        words += ["--format", "html"]
    if draw(st.integers(0, 19)) == 0:
        words.append(draw(st.sampled_from(HOSTILE)))
    return words
