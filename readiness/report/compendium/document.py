"""Binds reports into one PDF: contents with page numbers, one outline, one structure.

Each report is laid out alone and bound in from its file; what was copied is forgotten, so memory does not
grow with their number. Its pages are as they were, and bear the numbers they had; those of the contents
count through the file, as readers of PDF do. What is attached to a single report is left out: the league
table of the edition is attached once.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from readiness.errors import ReadinessError
from readiness.export import files, tables
from readiness.report import design as designs
from readiness.report import html, pdf, stamp
from readiness.report.attachment import Attachment
from readiness.report.attachments import LEAGUE
from readiness.report.batch import Making
from readiness.report.comparison.league import LeagueTable
from readiness.report.compendium.parts import Part
from readiness.report.compendium.writer import Writer
from readiness.scores import Scores

TEMPLATE = "comparison/contents.html.j2"
# The address of a country in the contents, which becomes a link within the file.
_LINK = "readiness:"
# Of the first part, what makes the whole's catalogue.
_OWN = ("/Pages", "/Outlines", "/StructTreeRoot")


@dataclass(frozen=True)
class Entry:
    """A report to bind in: the country, its name, and the file."""

    code: str
    name: str
    path: Path


def write(
    path: Path, entries: Sequence[Entry], table: LeagueTable, scores: Scores, making: Making,
    missing: Sequence[str] = (),
) -> Path:  # fmt: skip
    """Write the reports of many countries as one PDF, in order of name.

    The same reports give the same bytes.

    Parameters
    ----------
    table
        The league table, or the part of it that these countries are.
    missing
        Names of countries whose reports failed: the contents say so.

    Raises
    ------
    ReadinessError
        When a file is no report of this package, or the whole cannot be written.
    """
    ordered = sorted(entries, key=lambda entry: (_plain(entry.name), entry.code))
    front, starts = _front(ordered, table, scores, making, missing)
    with files.writing(path) as file:
        binding = _Binding(Writer(file), len(ordered) + 1, starts)
        with Part(io.BytesIO(front), 0) as part:
            binding.add(part, "Contents")
            binding.catalogue(part)
        for number, entry in enumerate(ordered, 1):
            with Part(entry.path, number) as part:
                binding.add(part, entry.name, entry.code)
        binding.finish()
    return path


def _plain(name: str) -> str:
    """Return a name as an alphabetical list places it: without accents and case."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def _front(
    entries: Sequence[Entry], table: LeagueTable, scores: Scores, making: Making, missing: Sequence[str]
) -> tuple[bytes, dict[str, int]]:
    """Return the contents as a PDF, and the page of each country, counted from 1.

    They are laid out until their own number of pages is the one that was reckoned with.
    """
    counts = [pages(entry.path) for entry in entries]
    own = 0
    while True:
        starts, at = {}, own + 1
        for entry, count in zip(entries, counts, strict=True):
            starts[entry.code] = at
            at += count
        content = _contents(entries, starts, at - 1, table, scores, making, missing)
        with pikepdf.open(io.BytesIO(content)) as document:
            found = len(document.pages)
        if found <= own:
            return content, starts
        own = found


def pages(path: Path) -> int:
    """Return how many pages a report has.

    Raises
    ------
    ReadinessError
        When it is no PDF.
    """
    try:
        with pikepdf.open(path) as document:
            return len(document.pages)
    except (pikepdf.PdfError, OSError) as error:
        raise ReadinessError(f"{path} is no report that can be bound in") from error


def _contents(
    entries: Sequence[Entry], starts: Mapping[str, int], last: int, table: LeagueTable, scores: Scores,
    making: Making, missing: Sequence[str],
) -> bytes:  # fmt: skip
    look = making.design or designs.default()
    day = stamp.dated_by(table.sources, table.framework.year)
    rows = {row.code: row for row in table.rows}
    lines = [(entry, rows.get(entry.code), starts[entry.code]) for entry in entries]
    text = html.document(
        TEMPLATE, look, day, report=table, lines=lines, last=last, missing=missing, link=_LINK
    )
    league = Attachment(
        LEAGUE, tables.to_csv(scores.rows("pillar")), "League table of the edition", "text/csv"
    )
    variant: pdf.Variant = "pdf/a-3a" if making.pdfa else "pdf/ua-1"
    return pdf.document(text, look, day, variant=variant, attachments=[league])


class _Binding:
    """The whole on its way into its file; it remembers a few numbers of each part."""

    def __init__(self, writer: Writer, count: int, starts: Mapping[str, int]) -> None:
        self.writer, self.starts = writer, starts
        self.root, self.info = writer.new(), writer.new()
        self.pages, self.structure = writer.new(), writer.new()
        self.outline, self.parents = writer.new(), writer.new()
        self.titles = [writer.new() for _ in range(count)]
        # The first page of each country, which the contents link to before it is there.
        self.first = {code: writer.new() for code in starts}
        self.sheets: list[tuple[int, int]] = []
        self.elements: list[int] = []
        self.leaves: list[tuple[int, int, int]] = []
        self.roles: dict[str, bytes] = {}
        self.catalog = b""
        self.key = 0

    def add(self, part: Part, title: str, code: str | None = None) -> None:
        """Copy the pages, bookmarks and structure of a part."""
        writer, root = self.writer, part.document.Root
        node = writer.new()
        part.stands_for(root.Pages, node)
        part.stands_for(part.tree, self.structure)
        if code is not None:
            part.take(part.pages[0], self.first[code])
        self._keys(part)
        self._linked(part)
        kids = [part.number(page, writer) for page in part.pages]
        writer.put(node, b"<< /Type /Pages /Parent %d 0 R /Count %d /Kids [ %s ] >>" % (
            self.pages, len(kids), _references(kids)))  # fmt: skip
        self.sheets.append((node, len(kids)))
        self._bookmarks(part, title, kids[0])
        self._structure(part)
        part.copy(writer)

    def _keys(self, part: Part) -> None:
        """Give pages and links keys that no other part has, and write the parents behind them."""
        for item in part.keyed():
            for name in ("/StructParents", "/StructParent"):
                if name in item:
                    item[name] = int(item[name]) + self.key
        found = sorted((key + self.key, value) for key, value in part.parents())
        if not found:
            return
        rows = b" ".join(
            b"%d %s" % (key, b"%d 0 R" % part.number(value, self.writer) if value.is_indirect
                        else part.text(value, self.writer))
            for key, value in found
        )  # fmt: skip
        low, high = found[0][0], found[-1][0]
        leaf = self.writer.put(self.writer.new(), b"<< /Limits [ %d %d ] /Nums [ %s ] >>" % (low, high, rows))
        self.leaves.append((leaf, low, high))
        self.key = high + 1

    def _linked(self, part: Part) -> None:
        """Turn the contents' addresses of countries into links within the file."""
        for item in part.keyed():
            address = str(item.get("/A", {}).get("/URI", "")) if "/A" in item else ""
            if address.startswith(_LINK):
                code = address.removeprefix(_LINK)
                del item["/A"]
                part.leads_to(item, self.first[code])

    def _bookmarks(self, part: Part, title: str, page: int) -> None:
        """Put a part's bookmarks under its title."""
        at = len(self.sheets) - 1
        entries = [
            b"/Title %s /Parent %d 0 R /Dest [ %d 0 R /XYZ null null null ]" % (
                pikepdf.String(title).unparse(), self.outline, page)
        ]  # fmt: skip
        if at:
            entries.append(b"/Prev %d 0 R" % self.titles[at - 1])
        if at + 1 < len(self.titles):
            entries.append(b"/Next %d 0 R" % self.titles[at + 1])
        own = part.document.Root.get("/Outlines")
        if own is not None and "/First" in own:
            part.stands_for(own, self.titles[at])
            ends = part.number(own.First, self.writer), part.number(own.Last, self.writer)
            # Closed: a reader opens the countries it wants.
            entries.append(b"/First %d 0 R /Last %d 0 R /Count -%d" % (*ends, abs(int(own.Count))))
        self.writer.put(self.titles[at], b"<< %s >>" % b" ".join(entries))

    def _structure(self, part: Part) -> None:
        for item in part.elements():
            item["/P"] = part.tree
            self.elements.append(part.number(item, self.writer))
        for name, role in part.tree.get("/RoleMap", {}).items():
            self.roles[name] = role.unparse()

    def catalogue(self, part: Part) -> None:
        """Take over what the first part says of the whole: title, language, metadata, attachments."""
        root, info = part.document.Root, part.document.docinfo
        for name in _OWN:
            if name in root:
                del root[name]
        self.catalog = part.text(root, self.writer)[2:-2].strip()
        self.writer.put(self.info, part.text(info, self.writer))
        part.copy(self.writer)

    def finish(self) -> None:
        """Write what holds the parts together."""
        writer = self.writer
        count = sum(number for _, number in self.sheets)
        nodes = [node for node, _ in self.sheets]
        writer.put(self.pages, b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (count, _references(nodes)))
        writer.put(self.outline, b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % (
            self.titles[0], self.titles[-1], len(self.titles)))  # fmt: skip
        writer.put(self.parents, b"<< /Kids [ %s ] >>" % _references([leaf for leaf, _, _ in self.leaves]))
        roles = b" ".join(name.encode() + b" " + role for name, role in sorted(self.roles.items()))
        writer.put(
            self.structure,
            b"<< /Type /StructTreeRoot /K [ %s ] /ParentTree %d 0 R /ParentTreeNextKey %d "
            b"/RoleMap << %s >> >>" % (_references(self.elements), self.parents, self.key, roles),
        )
        writer.put(
            self.root,
            b"<< %s /Pages %d 0 R /Outlines %d 0 R /StructTreeRoot %d 0 R /PageLabels %s >>"
            % (self.catalog, self.pages, self.outline, self.structure, b"<< /Nums [ 0 << /S /D >> ] >>"),
        )
        writer.finish(self.root, self.info)


def _references(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
