"""Styles of elements, computed once for all documents of one design."""

from __future__ import annotations

import math
import re
from typing import Any
from xml.etree import ElementTree

from readiness.report.fast.document import SVG
from readiness.report.fast.memory import Memory

# Lengths by the size of the page, which is another from document to document.
_BY_PAGE = re.compile(r"\d[sld]?[vp](?:w|h|i|b|min|max)\b", re.IGNORECASE)


def by_page(css: str) -> bool:
    """Tell whether styles may depend on the size of the page."""
    return _BY_PAGE.search(css) is not None


class Styles:
    """What computes the styles of a document, over those of the documents before it.

    A style depends on its parent's, on the rules that match and on the element's own attributes.
    """

    def __init__(self, memory: Memory) -> None:
        from weasyprint import css

        self._memory, self._css, self._before = memory, css, css.StyleFor.__init__
        self._given = _given(css.ComputedStyle)

    def function(self) -> Any:
        """Return what stands for `StyleFor.__init__`."""

        def init(
            style_for: Any, html: Any, sheets: Any, hints: bool, font_config: Any, collector: Any
        ) -> None:
            if hints:
                self._before(style_for, html, sheets, hints, font_config, collector)
                return
            style_for._cascaded_styles, style_for._computed_styles = {}, {}
            style_for.initial_page_sizes = {"box": None, "area": None}
            style_for._sheets, style_for.font_config = sheets, font_config
            self._compute(style_for, html, sheets, collector)
            style_for._cascaded_styles.clear()

        return init

    def _compute(self, style_for: Any, html: Any, sheets: Any, collector: Any) -> None:
        kept = self._memory.computed
        entries: dict[Any, dict[Any, Any]] = {}
        shared: dict[int, dict[Any, Any]] = {}
        for wrapper in html.wrapper_element.iter_subtree():
            element = wrapper.etree_element
            above = entries[wrapper.parent.etree_element] if wrapper.parent else None
            names, matched = _matched(sheets, wrapper)
            # What depends on the page, and all below it, is kept for no other document.
            own = object() if above is None and self._memory.by_page else _own(element)
            key = (id(above), own, names)
            entry = kept.get(key)
            if entry is None:
                root = entries.get(html.etree_element)
                entry = kept[key] = self._entry(style_for, html.base_url, element, above, root, matched)
            entries[element] = entry
            # Elements of one document share a style, as they do without us.
            styles = shared.get(id(entry))
            if styles is None:
                styles = shared[id(entry)] = {each: self._given(style) for each, style in entry.items()}
                for style in styles.values():
                    if collector and style["anchor"]:
                        collector.collect_anchor(style["anchor"])
            for pseudo, style in styles.items():
                style_for._computed_styles[element, pseudo] = style

    def _entry(self, style_for: Any, base_url: Any, element: Any, above: Any, root: Any,
               matched: Any) -> dict[Any, Any]:  # fmt: skip
        """Return the styles of an element and its pseudo-elements by their names, None for itself."""
        css = self._css
        declared: dict[Any, dict[str, Any]] = {None: {}}
        alone = ElementTree.Element(element.tag, element.attrib)
        for specificity, _, rules, base in css.find_style_attributes(alone, False, base_url):
            rules = css.preprocess_declarations(base, rules)
            self._cascade(declared[None], "author", math.inf, specificity, rules)
        for pseudo, *rule in matched:
            self._cascade(declared.setdefault(pseudo, {}), *rule)
        made: dict[Any, Any] = {}
        for pseudo, cascaded in declared.items():  # the element itself is the first
            parent = made if pseudo else above
            of = root or made
            made[pseudo] = css.ComputedStyle(
                parent[None] if parent else None, cascaded, pseudo,
                of[None] if of else css.InitialStyle(style_for.font_config),
                base_url, style_for.font_config, style_for.initial_page_sizes,
            )  # fmt: skip
        return made

    def _cascade(self, style: dict[str, Any], origin: str, order: Any, specificity: Any, rules: Any) -> None:
        for name, values, importance in rules:
            weight = (self._css.declaration_precedence(origin, importance), order, specificity)
            old = style.get(name, (None, None))[1]
            if old is None or old <= weight:
                style[name] = values, weight


def _given(kind: Any) -> Any:
    """Return the class of what a document gets of a style that is kept: it may change it, alone."""

    class Given(kind):  # type: ignore[misc]
        def __init__(self, style: Any) -> None:
            self.__dict__.update(style.__dict__)
            self.update(style)
            self._kept = style

        def __missing__(self, key: str) -> Any:
            value = self[key] = self._kept[key]
            return value

    return Given


def _matched(sheets: Any, wrapper: Any) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    """Return the names of the rules that match an element, and the rules themselves."""
    names, matched = [], []
    for sheet, origin, of_sheet in sheets:
        for specificity, _, pseudo, (rules, layer) in sheet.matcher.match(wrapper):
            order = math.inf if layer is None else sheet.layers.index(layer)
            names.append((sheet, specificity, id(rules), order))
            matched.append((pseudo, origin, order, of_sheet or specificity, rules))
    return tuple(names), matched


def _own(element: Any) -> Any:
    """Return the attributes that are style by themselves; what equals nothing where the page decides."""
    get, sized = element.get, element.tag == SVG
    if by_page(get("style") or ""):
        return object()
    return (element.tag == "a" and get("name"), get("style"), get("lang"), get("id"),
            sized and get("width"), sized and get("height"))  # fmt: skip
