"""Whether an SVG only draws: known elements, no entities, scripts, styles from elsewhere or links."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

ELEMENTS = frozenset(
    ("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "clipPath",
     "mask", "linearGradient", "radialGradient", "stop", "title", "desc", "text", "tspan", "style",
     "metadata")
)  # fmt: skip
MAX_ELEMENTS = 5000
MAX_DEPTH = 60
# A gradient, clip or mask of the same file is the only thing that may be referred to.
_REFERENCE = re.compile(r"url\(\s*['\"]?(?!#)", re.IGNORECASE)
_OWN = re.compile(r"url\(\s*['\"]?#", re.IGNORECASE)
_SVG = "http://www.w3.org/2000/svg"
# A clip or mask that refers to itself, or a chain of them, is drawn again for each reference.
MAX_REFERENCES = 300


class _FaultError(Exception):
    """What is wrong with the drawing."""


def fault(text: str) -> tuple[int, str] | None:
    """Return the line and the fault of a drawing that does more than draw; None where it is plain."""
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    reader = _Reader()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = _refuse("a document type or entities")
    parser.EntityDeclHandler = _refuse("entities")
    parser.ProcessingInstructionHandler = _refuse("a processing instruction")
    try:
        parser.Parse(text.encode("utf-8"), True)
    except _FaultError as error:
        return parser.CurrentLineNumber, str(error)
    except expat.ExpatError as error:
        return error.lineno, f"not XML: {expat.errors.messages[error.code]}"
    return None


def _refuse(what: str) -> Any:
    def handler(*_: object) -> None:
        raise _FaultError(f"it has {what}")

    return handler


class _Reader:
    """Looks at each element, attribute and style as the parser meets it."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.count = self.references = 0
        # The parser hands over text in pieces, and a word may be cut in two.
        self.written: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        inside = "metadata" in self.path
        self.path.append(name)
        self.count += 1
        if not self.path[1:] and (name != "svg" or space != _SVG):
            raise _FaultError("it does not begin with <svg> of the namespace of SVG")
        if self.count > MAX_ELEMENTS or len(self.path) > MAX_DEPTH:
            raise _FaultError(f"it has more than {MAX_ELEMENTS} elements or {MAX_DEPTH} levels")
        # What an editor notes for itself is not drawn.
        if (inside or space != _SVG) and name not in ("script", "foreignObject", "iframe", "html", "image"):
            self._attributes(attributes)
            return
        if name not in ELEMENTS:
            raise _FaultError(f"it has the element <{name}>, which is not taken")
        self._attributes(attributes)

    def end(self, _: str) -> None:
        if self.path.pop() == "style":
            self._style("".join(self.written))
            self.written.clear()

    def characters(self, text: str) -> None:
        if self.path and self.path[-1] == "style":
            self.written.append(text)

    def _attributes(self, attributes: dict[str, str]) -> None:
        for tag, value in attributes.items():
            name = tag.rpartition(" ")[2].casefold()
            if name.startswith("on"):
                raise _FaultError(f"it has the script {name}=")
            if name in ("href", "src", "base"):
                raise _FaultError(f"it refers to {value[:60]!r}")
            self._style(value)

    def _style(self, text: str) -> None:
        # A backslash can spell what follows in another way.
        if _REFERENCE.search(text) or "@import" in text.casefold() or "\\" in text:
            raise _FaultError(f"its style refers to something outside: {text.strip()[:60]!r}")
        self.references += len(_OWN.findall(text))
        if self.references > MAX_REFERENCES:
            raise _FaultError(f"it has more than {MAX_REFERENCES} references to gradients, clips or masks")
