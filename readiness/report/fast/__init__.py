"""WeasyPrint, spared what it does again and again: laying out and drawing the same words.

This relies on internals of WeasyPrint and is made for one version of it. With any other, or where a
sample document does not come out the same to the byte both ways, `printing` changes nothing and
reports are made the plain way, only slower.

What is spared, in the order of what it brings:

- A line of text is laid out once for each text, style and width, and its glyphs are looked up once. A
  batch has the same words in every report, and a chart draws each letter by itself.
- The styles of an element, and its lengths, are computed once for each place in the tree and its rules.
- The elements of a chart are not matched with the page's styles, which do not reach into it.
- A document of our own templates is read as XML.
"""

from __future__ import annotations

from typing import Any

from readiness.report.fast.document import page
from readiness.report.fast.memory import Memory
from readiness.report.fast.replaced import printing
from readiness.report.fast.styles import by_page

__all__ = ["MADE_FOR", "Memory", "by_page", "give_up", "page", "printing", "usable"]

# The version of WeasyPrint whose functions are replaced here.
MADE_FOR = "70.0"

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
