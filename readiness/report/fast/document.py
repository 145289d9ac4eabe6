"""Reading a document as XML, with its drawings aside."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}svg"
_VOID = re.compile(r"<((?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b[^<>]*?)/?>")
# What an HTML parser would do about these, an XML parser does not.
_HTML_ONLY = re.compile(
    r"<(?:!ENTITY|!\[|\?|script\b|style\b|textarea\b|pre\b)|&(?!(?:amp|lt|gt|quot|#\w+);)", re.IGNORECASE
)


def parsed(text: str) -> ElementTree.Element | None:
    """Read a document as XML; None where only an HTML parser may read it.

    Our own templates are well-formed, and give the elements, attributes and texts that an HTML parser
    gives. Those of others may be well-formed and give others: a div within a p, or <div/>. The children
    of drawings stand aside, see `_Drawing`.
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
            if child.tag == SVG:
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


def page(weasyprint: Any, text: str, fetcher: Any, base_url: str, *, xml: bool = True) -> Any:
    """Return a document as WeasyPrint's `HTML`, read as XML where it may be and that is the same."""
    root = parsed(text) if xml else None
    if root is None:
        return weasyprint.HTML(string=text, url_fetcher=fetcher, base_url=base_url)
    import cssselect2

    made = weasyprint.HTML.__new__(weasyprint.HTML)
    made.base_url, made.url_fetcher, made.media_type = base_url, fetcher, "print"
    made.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
    made.etree_element = root
    return made
