"""Which files an index has: a folder or a zip of one, read with limits."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from readiness.definitions.places import MAX_BYTES
from readiness.errors import Problem, ReadinessError

# What the package contributed to an index, kept in the index itself: taken instead of the package's own.
BASE = "_package"
# What other parts of the package read; not indicators.
UNREAD = ("schema", "scenarios", "rules", BASE)
MAX_FILES = 5_000
# A saved edition has its index in a folder of its own, beside the file that says so.
EDITION, EDITION_INDEX = "edition.json", "index"


@dataclass(frozen=True)
class Member:
    """One YAML file of an index: its path below the root, and as it is shown."""

    path: str
    shown: str
    read: Callable[[], bytes]

    @property
    def folder(self) -> str:
        """The first folder below the root, empty at the top."""
        return self.path.split("/")[0] if "/" in self.path else ""

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return self.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def members(root: Path) -> tuple[list[Member], list[Problem]]:
    """List the YAML files of a folder or zip in the order of their paths.

    Raises
    ------
    ReadinessError
        When `root` is neither a folder nor a zip, or has too many files.
    """
    if root.is_dir():
        inner = root / EDITION_INDEX
        found, problems = _in_folder(inner if (root / EDITION).is_file() and inner.is_dir() else root)
    elif root.is_file() and zipfile.is_zipfile(root):
        found, problems = _in_zip(root)
    elif root.exists():
        raise ReadinessError(f"{root} is neither a folder nor a zip of one", "Name the index's folder")
    else:
        raise ReadinessError(f"there is no folder {root}", "`readiness init DIR` writes one to start from")
    if len(found) > MAX_FILES:
        raise ReadinessError(f"{root} has {len(found):,} YAML files, more than {MAX_FILES:,}")
    return sorted(found, key=lambda item: item.path), problems


def _in_folder(root: Path) -> tuple[list[Member], list[Problem]]:
    found: list[Member] = []
    problems: list[Problem] = []
    for folder, below, files in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(files):
            full = Path(folder) / name
            path = full.relative_to(root).as_posix()
            _take(path, str(full), lambda full=full: _bytes(full), found, problems)  # type: ignore[misc]
    return found, problems


def _take(
    path: str, shown: str, read: Callable[[], bytes], found: list[Member], problems: list[Problem]
) -> None:
    name = path.rsplit("/", 1)[-1]
    if name.startswith("."):
        return
    if name.lower().endswith(".yaml"):
        found.append(Member(path, shown, read))
    elif name.lower().endswith(".yml"):
        problems.append(Problem(shown, 1, 1, "", "ends in .yml", "Rename it to .yaml"))


def _bytes(path: Path) -> bytes:
    """Read a regular file, one byte past the limit at most."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(f"{path.name} is not a regular file")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _in_zip(root: Path) -> tuple[list[Member], list[Problem]]:
    found: list[Member] = []
    problems: list[Problem] = []
    try:
        with zipfile.ZipFile(root) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
    except (OSError, NotImplementedError, ValueError, zipfile.BadZipFile) as error:
        raise ReadinessError(f"{root} is not a zip that can be read: {error}") from error
    names = [name for name in names if not name.startswith("__MACOSX/")]
    top = _common_top(names)
    if f"{top}{EDITION}" in names:
        top = f"{top}{EDITION_INDEX}/"
        names = [name for name in names if name.startswith(top)]
    for name in names:
        path = name.removeprefix(top)
        if name.startswith("/") or ".." in name.split("/") or "\\" in name:
            problems.append(Problem(f"{root}/{name}", 1, 1, "", "a path that leaves the zip"))
        elif not any(part.startswith(".") for part in path.split("/")):
            _take(path, f"{root}/{name}", lambda name=name: _unzipped(root, name), found, problems)  # type: ignore[misc]
    return found, problems


def _unzipped(root: Path, name: str) -> bytes:
    try:
        with zipfile.ZipFile(root) as archive, archive.open(name) as file:
            return file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise OSError(str(error)) from error


def _common_top(names: list[str]) -> str:
    """Return `index/` where a zip holds one folder that holds everything."""
    tops = {name.split("/")[0] for name in names if "/" in name}
    if len(tops) != 1 or any("/" not in name for name in names):
        return ""
    top = tops.pop()
    return "" if top == "frameworks" else f"{top}/"
