"""The functions of WeasyPrint that are replaced while a document is printed."""

from __future__ import annotations

import contextlib
import importlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

from readiness.report.fast.document import SVG
from readiness.report.fast.lines import Lines, deactivate, reactivate
from readiness.report.fast.memory import Memory
from readiness.report.fast.styles import Styles

_ONE = threading.Lock()
_LENGTHS = (
    "margin_left", "margin_right", "margin_top", "margin_bottom", "padding_left", "padding_right",
    "padding_top", "padding_bottom", "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip
_BORDERS = ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width")


@contextlib.contextmanager
def printing(memory: Memory) -> Iterator[None]:
    """Replace functions of WeasyPrint while documents of one font configuration are printed.

    One thread at a time: the next would take what is replaced for WeasyPrint's own.
    """
    with _ONE:
        yield from _printing(memory)


def _printing(memory: Memory) -> Iterator[None]:
    replacements = _Replaced(memory).functions()
    before = [(where, name, where[name] if isinstance(where, dict) else vars(where)[name])
              for where, name, _ in replacements]  # fmt: skip
    try:
        for where, name, function in replacements:
            _put(where, name, function)
        yield
    finally:
        for where, name, function in before:
            _put(where, name, function)
        memory.room()


def _put(where: Any, name: str, value: Any) -> None:
    if isinstance(where, dict):
        where[name] = value
    else:
        setattr(where, name, value)


class _Replaced:
    """The functions that stand in the place of WeasyPrint's, over what is kept."""

    def __init__(self, memory: Memory) -> None:
        import pydyf
        from weasyprint import css, html
        from weasyprint.formatting_structure.boxes import Box
        from weasyprint.layout import percent

        self.memory, self._lines, self._percent = memory, Lines(memory), percent
        self._letters = importlib.import_module("weasyprint.svg.text")  # a function of that name hides it
        self._pydyf, self._html, self._box, self._css = pydyf, html, Box, css
        self._svg, self._resolve = html.HTML_HANDLERS[SVG], percent.resolve_percentages
        self._normal, self._bytes = Box.is_in_normal_flow, pydyf._to_bytes

    def functions(self) -> list[tuple[Any, str, Any]]:
        """Return where each stands, its name, and what takes its place."""
        lines = self._lines
        everywhere = {
            "split_first_line": (lines.split, lines.splitting()), "strut": (lines.strut, lines.struts()),
            "draw_first_line": (lines.draw, lines.drawing()),
            "resolve_percentages": (self._resolve, self._percentages()),
        }  # fmt: skip
        modules = [module for name, module in sys.modules.items() if name.startswith("weasyprint.")]
        styles = Styles(self.memory).function()
        return [
            *((module, name, new) for name, (old, new) in everywhere.items() for module in modules
              if vars(module).get(name) is old),
            (lines.layout, "reactivate", reactivate), (lines.layout, "deactivate", deactivate),
            (self._letters, "Style", lines.letter_style()), (self._html.HTML_HANDLERS, SVG, self._whole),
            (self._box, "is_in_normal_flow", self._flow()), (self._css.StyleFor, "__init__", styles),
            (self._pydyf, "_to_bytes", self._to_bytes()),
        ]  # fmt: skip

    def _whole(self, element: Any, *rest: Any) -> Any:
        return self._svg(getattr(element, "whole", element), *rest)

    def _flow(self) -> Any:
        before = self._normal

        def is_in_normal_flow(box: Any) -> Any:
            style = box.style
            if style["float"] == "none" and style["position"] in ("static", "relative"):
                return True
            return before(box)

        return is_in_normal_flow

    def _to_bytes(self) -> Any:
        before = self._bytes

        def to_bytes(item: Any) -> Any:
            kind = type(item)
            if kind is bytes:
                return item
            if kind is float:
                return b"%d" % item if item.is_integer() else f"{item:f}".rstrip("0").encode("ascii")
            if kind is str:
                return item.encode("ascii")
            if kind is int:
                return b"%d" % item
            return before(item)

        return to_bytes

    def _percentages(self) -> Any:
        before, adjust = self._resolve, self._percent.adjust_box_sizing

        def resolve_percentages(box: Any, containing_block: Any) -> None:
            style = box.style
            try:
                lengths = style.fast_lengths
            except AttributeError:
                lengths = style.fast_lengths = _lengths(style)
            if lengths is None:
                before(box, containing_block)
                return
            box.__dict__.update(lengths)
            collapse = style["border_collapse"] == "collapse"
            for name in _BORDERS:
                if not (collapse and hasattr(box, name)):
                    setattr(box, name, style[name])
            if style["box_sizing"] != "content-box":
                adjust(box, "width")
                adjust(box, "height")

        return resolve_percentages


def _lengths(style: Any) -> dict[str, Any] | None:
    """Return the lengths of a box that depend on no other box; None where any does."""
    made = {}
    for name in _LENGTHS:
        value = style[name]
        if value is None or value == "auto":
            made[name] = 0 if name in ("min_width", "min_height") and value == "auto" else value
        elif getattr(value, "unit", None) == "px":
            made[name] = value.value
        else:
            return None
    return made
