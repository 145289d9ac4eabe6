"""Lines of text, laid out and drawn once for each text, style and width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from readiness.report.fast.memory import Memory

_LINE = (
    "direction", "font_family", "font_feature_settings", "font_kerning", "font_language_override",
    "font_size", "font_stretch", "font_style", "font_variant_alternates", "font_variant_caps",
    "font_variant_east_asian", "font_variant_ligatures", "font_variant_numeric", "font_variant_position",
    "font_variation_settings", "font_weight", "hyphenate_character", "hyphenate_limit_chars",
    "hyphenate_limit_zone", "hyphens", "lang", "letter_spacing", "overflow_wrap", "tab_size",
    "text_decoration_line", "white_space", "word_break", "word_spacing",
)  # fmt: skip


class Lines:
    """The functions that lay out and draw a line, over what is kept."""

    def __init__(self, memory: Memory) -> None:
        from weasyprint.css.properties import INITIAL_VALUES
        from weasyprint.draw import text as drawing
        from weasyprint.text import line_break

        self.memory, self._initial = memory, INITIAL_VALUES
        self.layout, self.split, self.strut = line_break.Layout, line_break.split_first_line, line_break.strut
        self.draw, self._reactivate = drawing.draw_first_line, line_break.Layout.reactivate

    def letter_style(self) -> type:
        """Return the class of the style of a letter in a drawing."""
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

    def struts(self) -> Any:
        """Return the function for the least height of a line, asked once for each style."""
        before = self.strut

        def strut(style: Any) -> Any:
            try:
                return style.fast_strut
            except AttributeError:
                style.fast_strut = before(style)
            return style.fast_strut

        return strut

    def splitting(self) -> Any:
        """Return the function that lays out the first line of a text."""
        whole, lines = self.memory.whole, self.memory.lines
        key_of, split = self._key, self.split

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

    def drawing(self) -> Any:
        """Return the function that draws a line."""
        drawings, key_of, draw, reactivate = self.memory.drawings, self._key, self.draw, self._reactivate

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


def reactivate(layout: Any, style: Any) -> None:
    """Do nothing yet: what is drawn may be known already."""


def deactivate(layout: Any) -> None:
    """Let go of what Pango made, if anything."""
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
