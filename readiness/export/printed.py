"""A table as people read it: headings, rounded cells, notes; as Markdown, HTML or LaTeX."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from readiness import resources
from readiness.export.text import MISSING

Align = Literal["left", "right"]


@dataclass(frozen=True)
class Column:
    """A column as it is printed.

    Attributes
    ----------
    name
        Its machine-readable name, the one that CSV and JSON have.
    cells
        As printed; `values` are what they stand for, at full precision, None where missing.
    """

    name: str
    heading: str
    cells: Sequence[str]
    values: Sequence[Any]
    align: Align = "right"


@dataclass(frozen=True)
class Printed:
    """A table with its title and notes; `depths` indents the first column of each row."""

    title: str
    columns: Sequence[Column]
    notes: Sequence[str] = ()
    depths: Sequence[int] = ()

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells row by row."""
        return list(zip(*(column.cells for column in self.columns), strict=True))

    def depth(self, row: int) -> int:
        """Return how far a row is indented."""
        return self.depths[row] if self.depths else 0


# Markdown -------------------------------------------------------------------------------------------------


def to_markdown(table: Printed) -> bytes:
    """Return GitHub-flavoured Markdown: a heading, a pipe table, the notes as a list.

    What Markdown or HTML would read as markup is escaped, so that names and notes from outside stay text.
    """
    lines = [f"# {_md(table.title)}", "", _line(_md(column.heading) for column in table.columns)]
    lines.append(_line("---:" if column.align == "right" else ":---" for column in table.columns))
    for number, cells in enumerate(table.rows):
        indent = "&emsp;" * table.depth(number)
        first, *rest = map(_md, cells)
        lines.append(_line([indent + first, *rest]))
    lines += ["", *(f"- {_md(note)}" for note in table.notes)] if table.notes else []
    return ("\n".join(lines) + "\n").encode("utf-8")


def _line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def _md(text: str) -> str:
    plain = re.sub(r"\s+", " ", text)
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", plain)


# HTML -----------------------------------------------------------------------------------------------------


def to_html(table: Printed) -> bytes:
    """Return a page that stands alone: one accessible table, its notes, no script and no outside file.

    Every number is in a `data` element whose value has full precision; a missing one is a dash that
    says so to a screen reader. Everything from outside is escaped.
    """
    return _filled(table, whole=True).encode("utf-8")


def fragment(table: Printed) -> str:
    """Return the table and its notes alone, as a notebook shows them."""
    return _filled(table, whole=False)


def _filled(table: Printed, *, whole: bool) -> str:
    from markupsafe import Markup

    folder = resources.bundled("templates") / "table"
    css = (folder / "table.css").read_text(encoding="utf-8")
    page = _environment().get_template("table.html.j2")
    return str(page.render(table=table, whole=whole, css=Markup(css), missing=MISSING, exact=repr))


@functools.cache
def _environment() -> Any:
    import jinja2

    loader = jinja2.FileSystemLoader(resources.bundled("templates") / "table")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)


# LaTeX ----------------------------------------------------------------------------------------------------

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "–": "--", "—": "---",
    "…": r"\ldots{}",
    "−": r"\ensuremath{-}", "’": "'",
}  # fmt: skip


def to_latex(table: Printed) -> bytes:
    """Return a document of its own that compiles with pdfLaTeX, XeLaTeX and LuaLaTeX.

    One `longtable` with `booktabs` rules; copy what is between the two marked lines into a paper.
    Everything from outside is escaped, so nothing in it is a command.
    """
    aligns = "".join("l" if column.align == "left" else "r" for column in table.columns)
    head = " & ".join(_tex(column.heading) for column in table.columns)
    lines = [
        r"\documentclass[10pt]{article}", r"\usepackage[T1]{fontenc}", r"\usepackage[utf8]{inputenc}",
        r"\usepackage[a4paper,landscape,margin=15mm]{geometry}", r"\usepackage{booktabs,longtable}",
        r"\begin{document}", "% ---- the table",
        rf"\begin{{longtable}}{{{aligns}}}",
        rf"\caption{{{_tex(table.title)}}}\\",
        r"\toprule", rf"{head} \\", r"\midrule", r"\endhead", r"\bottomrule", r"\endlastfoot",
    ]  # fmt: skip
    for number, cells in enumerate(table.rows):
        first, *rest = map(_tex, cells)
        indent = rf"\hspace*{{{table.depth(number)}em}}" if table.depth(number) else ""
        lines.append(rf"{' & '.join([indent + first, *rest])} \\")
    lines += [r"\end{longtable}"]
    lines += [rf"\noindent\footnotesize {' '.join(map(_tex, table.notes))}"] if table.notes else []
    lines += ["% ---- the end of the table", r"\end{document}", ""]
    return "\n".join(lines).encode("utf-8")


def _tex(text: str) -> str:
    plain = re.sub(r"\s+", " ", text)
    return "".join(_TEX.get(letter, letter) for letter in plain if letter.isprintable())


WRITERS: dict[str, Callable[[Printed], bytes]] = {
    "md": to_markdown,
    "html": to_html,
    "latex": to_latex,
}
