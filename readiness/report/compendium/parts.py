"""A tagged PDF as a part of a larger one: its pages, bookmarks and structure under new numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pikepdf

from readiness.errors import ReadinessError
from readiness.report.compendium.writer import Writer

# In an object as text a string or a name may look like a reference, so they are read over.
_TOKEN = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9A-Fa-f]*>|/[^\s()<>\[\]{}/%]*|(\d+) (\d+) R\b", re.DOTALL)


class Part:
    """One PDF of this package, open for the time it is copied.

    Parameters
    ----------
    number
        Its place in the whole: identifiers of the structure carry it, so that no two are equal.
    """

    def __init__(self, source: Path | Any, number: int) -> None:
        try:
            self.document = pikepdf.open(source)
            self.tree = self.document.Root.StructTreeRoot
            self.pages = [page.obj for page in self.document.pages]
        except (pikepdf.PdfError, OSError, AttributeError, ValueError) as error:
            raise ReadinessError(f"{source} is no report that can be bound in") from error
        self._prefix = number
        self._numbers: dict[tuple[int, int], int] = {}
        self._waiting: list[tuple[int, Any]] = []

    def __enter__(self) -> Part:
        return self

    def __exit__(self, *_: object) -> None:
        self.document.close()

    def stands_for(self, item: Any, number: int) -> None:
        """Let references to an object of the part be references to one of the whole."""
        self._numbers[item.objgen] = number

    def take(self, item: Any, number: int) -> None:
        """Let an object be copied under this number."""
        self.stands_for(item, number)
        self._waiting.append((number, item))

    def leads_to(self, link: Any, page: int) -> None:
        """Let a link lead to a page of another part, by its number in the whole."""
        place = self.document.make_indirect(pikepdf.Dictionary())
        self.stands_for(place, page)
        link["/Dest"] = pikepdf.Array([place, pikepdf.Name.XYZ, None, None, None])

    def number(self, item: Any, writer: Writer) -> int:
        """Return the new number of an object, which is copied by `copy`."""
        if item.objgen not in self._numbers:
            entries = _entries(item) if isinstance(item, pikepdf.Stream) else None
            if entries is not None and not _names(entries):
                self._numbers[item.objgen] = writer.shared(entries, item.read_raw_bytes())
            else:
                self._numbers[item.objgen] = writer.new()
                self._waiting.append((self._numbers[item.objgen], item))
        return self._numbers[item.objgen]

    def text(self, item: Any, writer: Writer) -> bytes:
        """Return an object as text, with new numbers; what it names is copied by `copy`."""
        return self._renumbered(item.unparse(resolved=True), writer)

    def _renumbered(self, text: bytes, writer: Writer) -> bytes:
        def one(found: re.Match[bytes]) -> bytes:
            if found[1] is None:
                return found[0]
            return b"%d 0 R" % self.number(self.document.get_object(int(found[1]), int(found[2])), writer)

        return _TOKEN.sub(one, text)

    def copy(self, writer: Writer) -> None:
        """Copy all objects that were named, and those they name."""
        while self._waiting:
            number, item = self._waiting.pop()
            if isinstance(item, pikepdf.Stream):
                writer.put_stream(number, self._renumbered(_entries(item), writer), item.read_raw_bytes())
            else:
                writer.put(number, self.text(self._own(item), writer))

    def _own(self, item: Any) -> Any:
        """Give an element of the structure an identifier that no other part has."""
        if isinstance(item, pikepdf.Dictionary):
            if item.get("/Type") == "/StructElem" and "/ID" in item:
                item["/ID"] = self._identifier(item["/ID"])
            for kind in _each(item.get("/A")):
                if isinstance(kind, pikepdf.Dictionary) and "/Headers" in kind:
                    kind["/Headers"] = pikepdf.Array([self._identifier(name) for name in kind["/Headers"]])
        return item

    def _identifier(self, name: Any) -> Any:
        return pikepdf.String(f"{self._prefix}.{bytes(name).decode('latin-1')}")

    def parents(self) -> Iterator[tuple[int, Any]]:
        """Yield the structure's parents: the key of a page or link, and its element or elements."""
        yield from _leaves(self.tree.ParentTree)

    def elements(self) -> Iterator[Any]:
        """Yield the topmost elements of the structure."""
        yield from _each(self.tree.get("/K"))

    def keyed(self) -> Iterator[Any]:
        """Yield every object that has a key in the parents: pages and links."""
        for page in self.pages:
            yield page
            yield from _each(page.get("/Annots"))


def _entries(stream: Any) -> bytes:
    """Return the entries of a stream's dictionary as text, but for the length."""
    held = {key: value for key, value in stream.stream_dict.items() if key != "/Length"}
    return b" ".join(key.encode() + b" " + _text(value) for key, value in sorted(held.items()))


def _text(value: Any) -> bytes:
    return (
        bytes(pikepdf.Array([value]).unparse()[1:-1])
        if not isinstance(value, pikepdf.Object)
        else (bytes(value.unparse()))
    )


def _names(text: bytes) -> bool:
    """Tell whether an object names others."""
    return any(found[1] is not None for found in _TOKEN.finditer(text))


def _each(item: Any) -> Iterable[Any]:
    """Return the items of an array; one that is none is the only one."""
    if item is None:
        return ()
    return list(item) if isinstance(item, pikepdf.Array) else (item,)


def _leaves(node: Any) -> Iterator[tuple[int, Any]]:
    found = list(node.get("/Nums", []))
    yield from zip(map(int, found[::2]), found[1::2], strict=True)
    for kid in node.get("/Kids", []):
        yield from _leaves(kid)
