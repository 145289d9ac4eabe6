"""WeasyPrint, spared what it does again and again: laying out and drawing the same words.

This relies on internals of WeasyPrint and is made for one version of it. With any other, or where a
sample document does not come out the same to the byte both ways, `printing` changes nothing and
reports are made the plain way, only slower.

What is spared, in the order of what it brings:

- A line of text is laid out once for each text, style and width, and its glyphs are looked up once. A
  batch has the same words in every report, and a chart draws each letter by itself.
- The elements of a chart are not matched with the page's styles, which do not reach into it.
- The document is read as XML where it is well-formed.
"""

from __future__ import annotations

import contextlib
import importlib
import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

# The version of WeasyPrint whose functions are replaced here.
MADE_FOR = "70.0"
# So many lines and drawings are kept; a report has about two thousand of its own and shares the rest.
_KEPT = 20_000
_STYLES = 4_000
_SVG = "{http://www.w3.org/2000/svg}svg"
_VOID = re.compile(r"<((?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b[^<>]*?)/?>")
# What an HTML parser would do about these, an XML parser does not.
_HTML_ONLY = re.compile(
    r"<(?:!ENTITY|!\[|\?|script\b|style\b|textarea\b|pre\b)|&(?!(?:amp|lt|gt|quot|#\w+);)", re.IGNORECASE
)
_LINE = (
    "direction", "font_family", "font_feature_settings", "font_kerning", "font_language_override",
    "font_size", "font_stretch", "font_style", "font_variant_alternates", "font_variant_caps",
    "font_variant_east_asian", "font_variant_ligatures", "font_variant_numeric", "font_variant_position",
    "font_variation_settings", "font_weight", "hyphenate_character", "hyphenate_limit_chars",
    "hyphenate_limit_zone", "hyphens", "lang", "letter_spacing", "overflow_wrap", "tab_size",
    "text_decoration_line", "white_space", "word_break", "word_spacing",
)  # fmt: skip

_LENGTHS = (
    "margin_left", "margin_right", "margin_top", "margin_bottom", "padding_left", "padding_right",
    "padding_top", "padding_bottom", "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip
_BORDERS = ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width")


@dataclass
class Memory:
    """What is kept between documents of one font configuration."""

    computed: dict[Any, _Styles] = field(default_factory=dict)
    styles: dict[Any, int] = field(default_factory=dict)
    whole: dict[Any, Any] = field(default_factory=dict)
    lines: dict[Any, Any] = field(default_factory=dict)
    drawings: dict[Any, Any] = field(default_factory=dict)
    fonts: dict[Any, Any] = field(default_factory=dict)

    def room(self) -> None:
        """Forget the older half of what is kept once there is too much of it."""
        for kept in (self.whole, self.lines, self.drawings):
            if len(kept) > _KEPT:
                for key in list(kept)[: len(kept) // 2]:
                    del kept[key]
        if len(self.computed) > _STYLES:
            self.computed.clear()


# Each kind of thing that is replaced: text that breaks, a table, a drawing with letters, links, a list.
_SAMPLE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sample</title></head><body>
<h1 id="top">Readiness</h1><p>Some <b>words</b> that are <i>broken</i> into several lines, <a href="#top">a
link</a>, 12.5&#160;%%, <u>underlined</u>.<br>%s</p>
<table><thead><tr><td></td><th>Rank</th></tr></thead><tbody><tr><th>Energy</th><td style="width: 12%%">3</td></tr>
<tr><th>Cloud</th><td>12</td></tr></tbody></table><ul><li>One</li><li>Two</li></ul>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20" width="60mm" height="20mm" font-family="IBM Plex Sans">
<title>Drawing</title><rect width="9" height="9" fill="#123456"/><text x="2" y="12" font-size="4">Ab 12</text>
<text x="40" y="12" font-size="5" font-weight="bold" text-anchor="end">Ba 21</text></svg></body></html>
"""  # noqa: E501
_usable: bool | None = None
_asked = 0


def usable(weasyprint: Any, configuration: Any) -> bool:
    """Tell whether this is the WeasyPrint it was made for, and gives the same both ways.

    That is tried once in a process, with the fonts of the configuration, and before its second
    document: for one alone the trial takes as long as it would save.
    """
    global _usable, _asked  # noqa: PLW0603 - one answer for a process
    _asked += 1
    if _usable is None and _asked > 1:
        _usable = weasyprint.__version__ == MADE_FOR and _same(weasyprint, configuration)
    return bool(_usable)


def give_up() -> None:
    """Use WeasyPrint as it is from now on."""
    global _usable  # noqa: PLW0603 - see `usable`
    _usable = False


def _same(weasyprint: Any, configuration: Any) -> bool:
    """Compare samples printed both ways, the second over what the first has left."""
    memory = Memory()

    def printed(made: Any) -> bytes:
        content: bytes = made.write_pdf(font_config=configuration, pdf_variant="pdf/ua-1")
        return content

    try:
        for more in ("One more line.", "Another line, which is longer than that of the first sample."):
            text = _SAMPLE % more
            wanted = printed(weasyprint.HTML(string=text))
            with printing(memory):
                if printed(page(weasyprint, text, None, "")) != wanted:
                    return False
    except Exception:  # whatever has changed there
        return False
    return True


def parsed(text: str) -> ElementTree.Element | None:
    """Read a document as XML; None where only an HTML parser may read it.

    Well-formed documents give the elements, attributes and texts that an HTML parser gives, if their
    tables have bodies. The children of drawings stand aside, see `_Drawing`.
    """
    head, _, rest = text.partition(">")
    if head.strip().lower() != "<!doctype html" or _HTML_ONLY.search(rest):
        return None
    try:
        root = ElementTree.fromstring(_VOID.sub(r"<\1/>", rest))
    except ElementTree.ParseError:
        return None
    body = root.find("body")
    if body is None:
        return None
    # White space behind the body belongs to it.
    after = (body.tail or "") + rest[len(rest.rstrip()) :]
    if len(body):
        body[-1].tail = (body[-1].tail or "") + after
    else:
        body.text = (body.text or "") + after
    body.tail = None
    for table in root.iter("table"):
        if any(child.tag == "tr" for child in table):
            return None
    for parent in list(root.iter()):
        for number, child in enumerate(parent):
            if child.tag == _SVG:
                parent[number] = _Drawing.of(child)
    return root


class _Drawing(ElementTree.Element):
    """Stands for a drawing in the document: without its children, which no style of the page concerns."""

    whole: ElementTree.Element

    @classmethod
    def of(cls, whole: ElementTree.Element) -> _Drawing:
        made = cls(whole.tag, whole.attrib)
        made.tail, made.whole = whole.tail, whole
        return made


def page(weasyprint: Any, text: str, fetcher: Any, base_url: str) -> Any:
    """Return a document as WeasyPrint's `HTML`, read as XML where that is the same."""
    root = parsed(text)
    if root is None:
        return weasyprint.HTML(string=text, url_fetcher=fetcher, base_url=base_url)
    import cssselect2

    made = weasyprint.HTML.__new__(weasyprint.HTML)
    made.base_url, made.url_fetcher, made.media_type = base_url, fetcher, "print"
    made.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
    made.etree_element = root
    return made


@contextlib.contextmanager
def printing(memory: Memory) -> Iterator[None]:
    """Replace functions of WeasyPrint while documents of one font configuration are printed."""
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
        from weasyprint.css.properties import INITIAL_VALUES
        from weasyprint.draw import text as drawing
        from weasyprint.formatting_structure.boxes import Box
        from weasyprint.layout import percent
        from weasyprint.text import line_break

        self.memory, self._line_break, self._percent = memory, line_break, percent
        self._letters = importlib.import_module("weasyprint.svg.text")  # a function of that name hides it
        self._pydyf, self._drawing_text, self._html = pydyf, drawing, html
        self._style_for, self._find_attributes, self._box = css.StyleFor, css.find_style_attributes, Box
        self._layout, self._initial = line_break.Layout, INITIAL_VALUES
        self._split, self._strut, self._draw = (
            line_break.split_first_line, line_break.strut, drawing.draw_first_line)  # fmt: skip
        self._reactivate, self._svg = self._layout.reactivate, html.HTML_HANDLERS[_SVG]
        self._resolve, self._normal = percent.resolve_percentages, Box.is_in_normal_flow
        self._styled, self._bytes = css.StyleFor.__init__, pydyf._to_bytes

    def functions(self) -> list[tuple[Any, str, Any]]:
        """Return where each stands, its name, and what takes its place."""
        everywhere = {
            "split_first_line": (self._split, self._splitting()), "strut": (self._strut, self._struts()),
            "draw_first_line": (self._draw, self._drawing()),
            "resolve_percentages": (self._resolve, self._percentages()),
        }  # fmt: skip
        modules = [module for name, module in sys.modules.items() if name.startswith("weasyprint.")]
        return [
            *((module, name, new) for name, (old, new) in everywhere.items() for module in modules
              if vars(module).get(name) is old),
            (self._layout, "reactivate", _reactivate), (self._layout, "deactivate", _deactivate),
            (self._letters, "Style", self._letter_style()), (self._html.HTML_HANDLERS, _SVG, self._whole),
            (self._box, "is_in_normal_flow", self._flow()), (self._style_for, "__init__", self._styles()),
            (self._pydyf, "_to_bytes", self._to_bytes()),
        ]  # fmt: skip

    def _whole(self, element: Any, *rest: Any) -> Any:
        return self._svg(getattr(element, "whole", element), *rest)

    def _letter_style(self) -> type:
        initial = self._initial

        class Style(dict[str, Any]):
            """The style of a letter of a chart: initial values, and the few that it sets."""

            def update(self, *_: Any, **__: Any) -> None:
                """Take initial values, each when it is asked for."""

            def __missing__(self, key: str) -> Any:
                return initial[key]

        return Style

    def _key(self, style: Any) -> int:
        """Return the number of a style among those whose lines differ."""
        try:
            return style.fast_key  # type: ignore[no-any-return]
        except AttributeError:
            values = tuple(style[name] for name in _LINE)
        try:
            number = self.memory.styles.setdefault(values, len(self.memory.styles))
        except TypeError:  # a list among them
            number = self.memory.styles.setdefault(repr(values), len(self.memory.styles))
        style.fast_key = number
        return number

    def _struts(self) -> Any:
        before = self._strut

        def strut(style: Any) -> Any:
            try:
                return style.fast_strut
            except AttributeError:
                style.fast_strut = before(style)
            return style.fast_strut

        return strut

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

    def _styles(self) -> Any:
        """Return what computes the styles of a document, over those of the documents before it.

        A style depends on its parent's, on the rules that match and on the element's own attributes.
        """
        before, memory, find_attributes = self._styled, self.memory, self._find_attributes
        from weasyprint.css import declaration_precedence, preprocess_declarations

        def cascaded(style: dict[str, Any], declarations: Any, precedence_of: str, order: Any,
                     specificity: Any) -> None:  # fmt: skip
            for name, values, importance in declarations:
                weight = (declaration_precedence(precedence_of, importance), order, specificity)
                old = style.get(name, (None, None))[1]
                if old is None or old <= weight:
                    style[name] = values, weight

        def computed(self: Any, html: Any, element: Any, parent: Any, matched: Any) -> _Styles:
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
            return _Styles(made, "table" in made[None]["display"] or "inline-table" in made[None]["display"])

        def style_for(self: Any, html: Any, sheets: Any, presentational_hints: bool, font_config: Any,
                      target_collector: Any) -> None:  # fmt: skip
            if presentational_hints:
                before(self, html, sheets, presentational_hints, font_config, target_collector)
                return
            self._cascaded_styles, self._computed_styles = {}, {}
            self.initial_page_sizes = {"box": None, "area": None}
            self._sheets, self.font_config = sheets, font_config
            entries: dict[Any, _Styles] = {}
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

        return style_for

    def _splitting(self) -> Any:
        whole, lines = self.memory.whole, self.memory.lines
        key_of, split = self._key, self._split

        def split_first_line(text: str, style: Any, context: Any, max_width: Any, justification_spacing: Any,
                             is_line_start: bool = True, minimum: bool = False) -> Any:  # fmt: skip
            short = (text, key_of(style), justification_spacing)
            found = whole.get(short)
            # A text that fits into its line is laid out the same in any width.
            if found is not None and (max_width is None or found[3] <= max_width):
                return found
            key = (short, max_width, is_line_start, minimum)
            found = lines.get(key)
            if found is None:
                found = split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
                fits = found[2] is None and (max_width is None or found[3] <= max_width)
                if fits and found[1] == len(text.encode()) and style["letter_spacing"] == "normal":
                    whole[short] = found
                else:
                    lines[key] = found
            return found

        return split_first_line

    def _lasting(self, layout: Any) -> Any:
        """Return what keeps a font as long as this memory: the layout that uses it stays as well."""

        def kept(pango_font: Any) -> Any:
            return self.memory.fonts.setdefault(pango_font, (pango_font, layout.layout))[0]

        return kept

    def _drawing(self) -> Any:
        drawings, key_of, draw, reactivate = self.memory.drawings, self._key, self._draw, self._reactivate

        def draw_first_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any,
                            matrix: Any) -> Any:  # fmt: skip
            layout, style = textbox.pango_layout, textbox.style
            if not textbox.text.strip() or style["font_size"] < 1e-6:
                return []
            if text_overflow == "ellipsis" or block_ellipsis != "none":
                layout = textbox.pango_layout = _copied(layout)  # its text changes
                reactivate(layout, style)
                return draw(stream, textbox, text_overflow, block_ellipsis, matrix)
            key = (layout.text, key_of(style), layout.justification_spacing)
            made = drawings.get(key)
            if made is None:
                recorder = _Recorder(stream)
                reactivate(layout, style)
                emojis = draw(recorder, textbox, text_overflow, block_ellipsis, matrix)
                made = drawings[key] = _Line.of(recorder, emojis, self._lasting(layout))
            if not made.drawn(stream, matrix):
                reactivate(layout, style)
                return draw(stream, textbox, text_overflow, block_ellipsis, matrix)
            return []

        return draw_first_line


class _Styles:
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
    sized = element.tag == _SVG
    return (element.tag == "a" and get("name"), get("style"), get("lang"), get("id"),
            sized and get("width"), sized and get("height"))  # fmt: skip


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


def _reactivate(layout: Any, style: Any) -> None:
    """Do nothing yet: what is drawn may be known already."""


def _deactivate(layout: Any) -> None:
    for name in ("layout", "language", "style"):
        layout.__dict__.pop(name, None)


def _copied(layout: Any) -> Any:
    made = object.__new__(type(layout))
    made.__dict__.update(layout.__dict__)
    return made


class _Font:
    """Stands for a font while a line is recorded, and has what the line tells the font."""

    def __init__(self, key: int, pango_font: Any, font: Any) -> None:
        self.key, self.pango_font, self.font = key, pango_font, font
        self.widths: dict[int, int] = {}
        self.to_unicode: dict[int, str] = {}
        self.lasting = not (font.svg or font.png or font.colr)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.font, name)

    def get_unused_glyph_id(self, codepoint: int) -> int:
        """Return the number of a glyph that the font lacks, which differs from document to document."""
        self.lasting = False
        return self.font.get_unused_glyph_id(codepoint)  # type: ignore[no-any-return]


class _Recorder:
    """Stands for the stream that a line is drawn to, and notes what is asked of it."""

    def __init__(self, stream: Any) -> None:
        from weasyprint.text.fonts import get_pango_font_key

        self._stream, self._font_key = stream, get_pango_font_key
        self.ink_rect, self.logical_rect = stream.ink_rect, stream.logical_rect
        self.fonts: list[_Font] = []
        self.calls: list[tuple[str, int, Any]] = []

    def set_text_matrix(self, *_: float) -> None:
        """Leave it out: each place has its own."""

    def add_font(self, pango_font: Any) -> tuple[_Font, float]:
        """Return what stands for the font, and its size."""
        key, _, size = self._font_key(pango_font)
        font, _ = self._stream.add_font(pango_font)
        self.fonts.append(_Font(key, pango_font, font))
        return self.fonts[-1], size

    def set_font_size(self, _: str, size: float) -> None:
        """Note it, for the font that was added last."""
        self.calls.append(("font", len(self.fonts) - 1, size))

    def show_text(self, text: str) -> None:
        """Note it."""
        self.calls.append(("text", 0, text))

    def set_text_rise(self, rise: float) -> None:
        """Note it."""
        self.calls.append(("rise", 0, rise))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it is drawn; without calls WeasyPrint has to draw it."""

    fonts: tuple[tuple[int, Any, dict[int, int], dict[int, str]], ...] = ()
    calls: tuple[tuple[str, int, Any], ...] = ()

    @classmethod
    def of(cls, recorder: _Recorder, emojis: Any, kept: Any) -> _Line:
        if emojis or not all(font.lasting for font in recorder.fonts):
            return cls()
        return cls(
            tuple((font.key, kept(font.pango_font), font.widths, font.to_unicode) for font in recorder.fonts),
            tuple(recorder.calls),
        )

    def drawn(self, stream: Any, matrix: Any) -> bool:
        """Draw it, if it can be, and the fonts of this document have no other widths for its glyphs.

        A font takes over the width that a glyph has when it comes first, rounded at that size.
        """
        if not self.calls:
            return False
        there = stream._fonts
        for key, _, widths, _ in self.fonts:
            if key in there:
                known = there[key].widths
                if any(known.get(glyph, width) != width for glyph, width in widths.items()):
                    return False
        fonts = []
        for key, pango_font, widths, letters in self.fonts:
            font = there[key] if key in there else stream.add_font(pango_font)[0]
            fonts.append(font)
            for glyph, width in widths.items():
                font.widths.setdefault(glyph, width)
            for glyph, letter in letters.items():
                font.to_unicode.setdefault(glyph, letter)
        stream.set_text_matrix(*matrix.values)
        for name, number, value in self.calls:
            if name == "font":
                stream.set_font_size(fonts[number].hash, value)
            elif name == "text":
                stream.show_text(value)
            else:
                stream.set_text_rise(value)
        return True
