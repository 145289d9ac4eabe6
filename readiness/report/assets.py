"""Files that a theme or a templates folder brings: read once, from inside their folder, and checked.

All that a report uses of them is in memory before a page is laid out, so the renderer opens no
file of theirs and follows no address.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from readiness.errors import ReadinessError, counted
from readiness.report import svg

FONT, IMAGE, TEXT = "font", "image", "text"
# What a file may be by its ending: kind, media type, the first bytes, and how large (bytes).
_KINDS: dict[str, tuple[str, str, tuple[bytes, ...], int]] = {
    ".ttf": (FONT, "font/ttf", (b"\0\1\0\0", b"true"), 20_000_000),
    ".otf": (FONT, "font/otf", (b"OTTO", b"\0\1\0\0"), 20_000_000),
    ".woff": (FONT, "font/woff", (b"wOFF",), 20_000_000),
    ".woff2": (FONT, "font/woff2", (b"wOF2",), 20_000_000),
    ".png": (IMAGE, "image/png", (b"\x89PNG\r\n\x1a\n",), 2_000_000),
    ".svg": (IMAGE, "image/svg+xml", (), 300_000),
    ".css": (TEXT, "text/css", (), 500_000),
    ".j2": (TEXT, "text/plain", (), 500_000),
    ".yaml": (TEXT, "application/yaml", (), 1_000_000),
    ".yml": (TEXT, "application/yaml", (), 1_000_000),
}
SIDE = 4000
FILES = 300


@dataclass(frozen=True)
class Asset:
    """A checked file: its name within the folder, what kind it is, its media type and bytes."""

    name: str
    kind: str
    media_type: str
    content: bytes = field(repr=False)

    @property
    def data_uri(self) -> str:
        """The file as an address that holds it, for a page that stands alone."""
        return f"data:{self.media_type};base64,{b64encode(self.content).decode()}"

    @property
    def text(self) -> str:
        """The file as text."""
        return self.content.decode("utf-8-sig")


Assets = Mapping[str, Asset]


class Unusable(ReadinessError):  # noqa: N818 - a fault of a file, told with its place by who names it
    """A file that a theme or template may not use, without the place that names it."""


def asset(folder: Path, name: str, kinds: tuple[str, ...]) -> Asset:
    """Read a file by its name relative to a folder, as one of these kinds.

    Raises
    ------
    Unusable
        When the name or a link leads out of the folder, or the file is not there, is too
        large, or is not what its ending says.
    """
    pure = PurePosixPath(name)
    if not name or pure.is_absolute() or ".." in pure.parts or re.search(r"[\\:\0]", name):
        raise Unusable(
            f"{name[:80]!r} leads out of the folder", "Name a file beside it: logo.png, img/logo.png"
        )
    found = _KINDS.get(pure.suffix.casefold())
    if found is None or found[0] not in kinds:
        endings = [ending for ending, (kind, *_) in _KINDS.items() if kind in kinds]
        raise Unusable(
            f"{name[:80]!r} is no {' or '.join(kinds)} file", f"Known endings: {' '.join(endings)}"
        )
    kind, media_type, heads, limit = found
    content = _content(folder, name, limit)
    if heads and not content.startswith(heads):
        raise Unusable(f"{name!r} is not what its ending says", "Save it again in that format")
    checked = Asset(name, kind, media_type, content)
    _check(checked)
    return checked


def folder_files(folder: Path) -> Iterator[str]:
    """Yield the names of the files in a folder that a report can use, sorted.

    Raises
    ------
    ReadinessError
        When there is no such folder, or it holds too many files.
    """
    if not folder.is_dir():
        raise ReadinessError(f"{folder} is not a folder", "Name a folder with the files that replace ours")
    names = []
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.suffix.casefold() in _KINDS and not path.is_dir():
            names.append(path.relative_to(folder).as_posix())
    if len(names) > FILES:
        raise ReadinessError(f"{folder} holds {counted(len(names), 'file')}, at most {FILES} are read")
    yield from names


def _content(folder: Path, name: str, limit: int) -> bytes:
    root = folder.resolve()
    try:
        path = (root / name).resolve(strict=True)
        inside = path.is_relative_to(root)
        if inside and path.is_file():
            with path.open("rb") as file:
                content = file.read(limit + 1)
        elif inside:
            raise Unusable(f"{name!r} is not a file")
    except FileNotFoundError:
        raise Unusable(f"there is no file {name!r} in {folder}") from None
    except (OSError, RuntimeError) as error:
        raise Unusable(f"{name!r} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if not inside:
        raise Unusable(f"{name!r} is a link out of the folder", "Copy the file into it")
    if len(content) > limit:
        raise Unusable(f"{name!r} has more than {limit:,} bytes")
    return content


def _check(found: Asset) -> None:
    """Refuse a picture that is too large, and an SVG that does more than draw; text has to be UTF-8."""
    if found.media_type == "image/png":
        width, height = (int.from_bytes(found.content[at : at + 4], "big") for at in (16, 20))
        if found.content[12:16] != b"IHDR" or not (0 < width <= SIDE and 0 < height <= SIDE):
            raise Unusable(f"{found.name!r} is {width} by {height} pixels", f"At most {SIDE} by {SIDE}")
    if found.kind == TEXT or found.media_type == "image/svg+xml":
        try:
            text = found.text
        except UnicodeDecodeError:
            raise Unusable(f"{found.name!r} is not UTF-8", "Save it as UTF-8") from None
        if found.kind == IMAGE:
            _check_svg(found.name, text)


def _check_svg(name: str, text: str) -> None:
    fault = svg.fault(text)
    if fault is not None:
        line, message = fault
        raise Unusable(f"{name!r} line {line}: {message}", "Save it as a plain drawing: shapes, no links")
