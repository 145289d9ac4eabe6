"""Styles of elements, computed once for all documents of one design."""

from __future__ import annotations

import math
from typing import Any
from xml.etree import ElementTree

from readiness.report.fast.document import SVG
from readiness.report.fast.memory import Memory


def style_for(before: Any, find_attributes: Any, memory: Memory) -> Any:
    """Return what computes the styles of a document, over those of the documents before it.

    A style depends on its parent's, on the rules that match and on the element's own attributes.
    """
    from weasyprint.css import declaration_precedence, preprocess_declarations

    def cascaded(style: dict[str, Any], declarations: Any, precedence_of: str, order: Any,
                 specificity: Any) -> None:  # fmt: skip
        for name, values, importance in declarations:
            weight = (declaration_precedence(precedence_of, importance), order, specificity)
            old = style.get(name, (None, None))[1]
            if old is None or old <= weight:
                style[name] = values, weight

    def computed(self: Any, html: Any, element: Any, parent: Any, matched: Any) -> Styles:
        found: dict[Any, dict[str, Any]] = {}
        alone = ElementTree.Element(element.tag, element.attrib)
        for specificity, _, declarations, base_url in find_attributes(alone, False, html.base_url):
            cascaded(found.setdefault(None, {}), preprocess_declarations(base_url, declarations),
                     "author", math.inf, specificity)  # fmt: skip
        for origin, specificity, pseudo, declarations, order in matched:
            cascaded(found.setdefault(pseudo, {}), declarations, origin, order, specificity)
        for pseudo in (None, *(pseudo for pseudo in found if pseudo)):
            self._cascaded_styles[element, pseudo] = found.get(pseudo, {})
            self.set_computed_styles(
                element, root=html.etree_element, parent=element if pseudo else parent,
                pseudo_type=pseudo, base_url=html.base_url, target_collector=None,
            )  # fmt: skip
        made = {pseudo: self._computed_styles[element, pseudo] for pseudo in (None, *filter(None, found))}
        return Styles(made, "table" in made[None]["display"] or "inline-table" in made[None]["display"])

    def init(self: Any, html: Any, sheets: Any, presentational_hints: bool, font_config: Any,
                  target_collector: Any) -> None:  # fmt: skip
        if presentational_hints:
            before(self, html, sheets, presentational_hints, font_config, target_collector)
            return
        self._cascaded_styles, self._computed_styles = {}, {}
        self.initial_page_sizes = {"box": None, "area": None}
        self._sheets, self.font_config = sheets, font_config
        entries: dict[Any, Styles] = {}
        given: dict[int, dict[Any, Any]] = {}
        kept = memory.computed
        for wrapper in html.wrapper_element.iter_subtree():
            element = wrapper.etree_element
            parent = wrapper.parent.etree_element if wrapper.parent else None
            matched, names = [], []
            for sheet, origin, sheet_specificity in sheets:
                for specificity, _, pseudo, (declarations, layer) in sheet.matcher.match(wrapper):
                    order = math.inf if layer is None else sheet.layers.index(layer)
                    names.append((sheet, specificity, id(declarations), order))
                    weight = sheet_specificity or specificity
                    matched.append((origin, weight, pseudo, declarations, order))
            key = (id(entries[parent]) if parent is not None else None, _own(element), tuple(names))
            entry = kept.get(key)
            if entry is None:
                entry = kept[key] = computed(self, html, element, parent, matched)
            entries[element] = entry
            styles = given.get(id(entry))
            if styles is None:
                styles = given[id(entry)] = entry.given()
                for style in styles.values():
                    if target_collector and style["anchor"]:
                        target_collector.collect_anchor(style["anchor"])
            for pseudo, style in styles.items():
                self._computed_styles[element, pseudo] = style
        self._cascaded_styles.clear()

    return init


class Styles:
    """The computed styles of an element and its pseudo-elements."""

    __slots__ = ("by_pseudo", "changes")

    def __init__(self, by_pseudo: dict[Any, Any], changes: bool) -> None:
        self.by_pseudo, self.changes = by_pseudo, changes

    def given(self) -> dict[Any, Any]:
        """Return them for one document; the style of a table is changed in it, and given as a copy."""
        if not self.changes:
            return self.by_pseudo
        return {**self.by_pseudo, None: self.by_pseudo[None].copy()}


def _own(element: Any) -> tuple[Any, ...]:
    """Return the attributes that are style by themselves."""
    get = element.get
    sized = element.tag == SVG
    return (element.tag == "a" and get("name"), get("style"), get("lang"), get("id"),
            sized and get("width"), sized and get("height"))  # fmt: skip
