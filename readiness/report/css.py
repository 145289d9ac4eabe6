"""Someone else's CSS: every address in it is a file of its own folder, which is read and checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import tinycss2
from tinycss2.ast import AtRule, FunctionBlock, Node, ParseError, URLToken

from readiness.errors import Problem
from readiness.report.assets import FONT, IMAGE, Asset, Unusable

Take = Callable[[str, tuple[str, ...]], Asset]
# Functions whose arguments are addresses too.
_ADDRESSES = {"url", "src", "image-set", "-webkit-image-set", "image", "cross-fade", "element"}
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")


def checked(text: str, file: str, take: Take, address: Callable[[Asset], str]) -> tuple[str, list[Problem]]:
    """Return the CSS with each `url()` as the address of the file it names, and what is wrong.

    Parameters
    ----------
    file
        How the file is called in problems.
    take
        Reads a file of the folder by its name, see `assets.asset`.
    address
        How the renderer calls that file.
    """
    problems: list[Problem] = []
    rules = tinycss2.parse_stylesheet(text)

    def refuse(node: Any, message: str, hint: str) -> None:
        problems.append(Problem(file, node.source_line, node.source_column, "", message, hint))

    for node in walk(rules):
        if isinstance(node, ParseError):
            refuse(node, f"not CSS: {node.message}", "Is a brace or a semicolon missing?")
        elif isinstance(node, AtRule) and node.lower_at_keyword in ("import", "color-profile", "namespace"):
            hint = "Write its rules here" if node.lower_at_keyword == "import" else "Leave it out"
            refuse(node, f"@{node.lower_at_keyword} is not taken", hint)
        elif isinstance(node, FunctionBlock) and node.lower_name in _ADDRESSES:
            refuse(node, f"{node.lower_name}() is not taken here", 'Write url("file.png")')
        elif isinstance(node, URLToken) and not node.value.startswith("#"):
            try:
                found = address(take(node.value, (IMAGE, FONT)))
            except Unusable as error:
                refuse(node, error.message, error.hint)
            else:
                node.value, node.representation = found, f'url("{found}")'
    return tinycss2.serialize(rules), problems


def walk(nodes: list[Node] | None) -> Iterator[Any]:
    """Yield every node of a stylesheet, those inside rules and functions too."""
    for node in nodes or ():
        for inner in ("prelude", "content", "arguments"):
            yield from _function_urls(node, getattr(node, inner, None))
        yield node


def _function_urls(node: Any, children: list[Node] | None) -> Iterator[Any]:
    """Yield the nodes inside one; a quoted `url("x")` is a function there and becomes one token."""
    for place, child in enumerate(children or ()):
        if isinstance(child, FunctionBlock) and child.lower_name == "url":
            words = [part for part in child.arguments if part.type not in ("whitespace", "comment")]
            if len(words) == 1 and words[0].type == "string":
                value = words[0].value
                children[place] = URLToken(  # type: ignore[index]
                    child.source_line, child.source_column, value, child.serialize()
                )
    yield from walk(children)


def root_colours(text: str) -> dict[str, tuple[str, int, int]]:
    """Return the custom properties of `:root` that are colours: `--accent` as `accent`.

    Each with its line and column.
    """
    found = {}
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule" and tinycss2.serialize(rule.prelude).strip() == ":root":
            for item in tinycss2.parse_blocks_contents(rule.content):
                value = tinycss2.serialize(item.value).strip() if item.type == "declaration" else ""
                if _HEX.match(value) and item.name.startswith("--"):
                    name = item.name[2:].replace("-", "_")
                    found[name] = (long(value), item.source_line, item.source_column)
    return found


def long(colour: str) -> str:
    """Return `#rgb` or `#rrggbb` as `#rrggbb` in small letters."""
    digits = colour[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))
