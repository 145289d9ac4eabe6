"""Whether an edition is what was saved, and whether its results still follow from it.

An edition is untrusted input: sizes are bounded, no link and no path out of the folder is followed.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from readiness._version import __version__
from readiness.editions import layout
from readiness.errors import ReadinessError
from readiness.index import Index
from readiness.scores import Table
from readiness.verifying import TOLERANCE, Check, Verdict

MAX_FILE, MAX_FILES = 200_000_000, 10_000
# So many cells that differ are named.
_NAMED = 20


class _NotAnEditionError(Exception):
    """Why a folder is no edition."""


def verify(folder: Path) -> Verdict:
    """Check every hash, score again, and compare.

    `equal`: every file is what was saved and every score, rank and range follows. `different`: files or
    results differ, and are named. `not ours`: no edition, or damaged.
    """
    try:
        said = _manifest(folder)
        files = _files(folder)
    except _NotAnEditionError as error:
        return Verdict("not ours", str(error))
    checks = [*_hashes(said, files)]
    try:
        checks += _results(folder, files)
    except ReadinessError as error:
        checks.append(Check("the index", "can be scored", str(error).splitlines()[0], False))
    different = [check.what for check in checks if not check.same]
    shown = ", ".join(different[:5]) + (f" and {len(different) - 5} more" if len(different) > 5 else "")
    reason = f"different: {shown}" if different else "every file is what was saved, and every result follows"
    return Verdict("different" if different else "equal", reason, "", tuple(checks), _notes(said))


def _manifest(folder: Path) -> Mapping[str, Any]:
    path = folder / layout.MANIFEST
    try:
        if path.is_symlink() or path.stat().st_size > MAX_FILE:
            raise _NotAnEditionError(f"its {layout.MANIFEST} is no file that can be read")
        said = json.loads(path.read_bytes())
    except OSError:
        raise _NotAnEditionError(f"no edition: it has no {layout.MANIFEST}") from None
    except (ValueError, RecursionError):
        raise _NotAnEditionError(f"its {layout.MANIFEST} is damaged") from None
    if not isinstance(said, dict):
        said = {}
    files = said.get("files")
    if not isinstance(files, dict) or said.get("format") != layout.FORMAT:
        raise _NotAnEditionError(f"its {layout.MANIFEST} is of another kind or version")
    for name, entry in files.items():
        if not _inside(name) or not isinstance(entry, dict) or not isinstance(entry.get("sha256"), str):
            raise _NotAnEditionError(f"its {layout.MANIFEST} names {name[:60]!r}, which is no file of it")
    return said


def _inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and not name.startswith("/")
        and ".." not in parts
        and "\\" not in name
        and "\0" not in name
    )


def _files(folder: Path) -> dict[str, bytes | None]:
    """Return every file below the folder; None for what is none or too large."""
    found: dict[str, bytes | None] = {}
    for at, below, names in os.walk(folder, followlinks=False):
        for name in [*names, *(item for item in below if (Path(at) / item).is_symlink())]:
            path = Path(at) / name
            short = path.relative_to(folder).as_posix()
            fit = not path.is_symlink() and path.is_file() and path.stat().st_size <= MAX_FILE
            found[short] = path.read_bytes() if fit else None
            if len(found) > MAX_FILES:
                raise _NotAnEditionError(f"it has more than {MAX_FILES:,} files")
    return found


def _hashes(said: Mapping[str, Any], files: Mapping[str, bytes | None]) -> Iterator[Check]:
    """Yield a comparison for each file that differs, and one for all the others."""
    wanted = {name: entry["sha256"] for name, entry in said["files"].items()}
    same = 0
    for name, digest in sorted(wanted.items()):
        content = files.get(name)
        if name not in files:
            yield Check(f"file {name}", digest[:12], "missing", False)
        elif content is None:
            yield Check(f"file {name}", digest[:12], "no regular file", False)
        elif layout.sha256(content) != digest:
            yield Check(f"file {name}", digest[:12], layout.sha256(content)[:12], False)
        else:
            same += 1
    extra = sorted(set(files) - set(wanted) - {layout.MANIFEST})
    for name in extra:
        yield Check(f"file {name}", "not there", "there", False)
    yield Check("files unchanged", len(wanted), same, same == len(wanted))


def _results(folder: Path, files: Mapping[str, bytes | None]) -> Iterator[Check]:
    """Score again and yield a comparison for each table, and for the first cells that differ."""
    links = [name for name, content in files.items() if name.startswith(layout.INDEX) and content is None]
    if links:
        raise ReadinessError(f"{links[0]} is no regular file")
    index = Index.load(folder)
    for name, table in layout.results(index).items():
        path = f"{layout.DATA}{name}.csv"
        content = files.get(path)
        if content is None:
            yield Check(path, "there", "missing", False)
            continue
        wrong = list(_cells(content, table))
        yield from wrong[:_NAMED]
        yield Check(
            f"{path}: cells that follow", "all", "all" if not wrong else f"{len(wrong)} do not", not wrong
        )


def _cells(content: bytes, table: Table) -> Iterator[Check]:
    """Yield every cell of a saved table that is not as it is computed."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        yield Check("table", "CSV", "damaged", False)
        return
    if not rows or tuple(rows[0]) != table.columns:
        yield Check(
            "columns", ",".join(rows[0])[:40] if rows else "none", ",".join(table.columns)[:40], False
        )
        return
    saved = {row[0]: row for row in rows[1:] if row}
    for row in table.rows:
        own = saved.pop(row[0], None)
        for number, column in enumerate(table.columns):
            text = own[number] if own is not None and number < len(own) else None
            if not _same(text, row[number]):
                yield Check(f"{row[0]} {column}", text, row[number], False)
    for code in saved:
        yield Check(f"row {code}", "there", "not computed", False)


def _same(text: str | None, value: Any) -> bool:
    if text is None or value is None or isinstance(value, str):
        return text == ("" if value is None else value)
    try:
        return bool(abs(float(text) - value) <= (TOLERANCE if isinstance(value, float) else 0))
    except ValueError:
        return False


def _notes(said: Mapping[str, Any]) -> tuple[str, ...]:
    versions = said.get("versions")
    by = versions.get("readiness") if isinstance(versions, dict) else None
    notes = [f"Edition {said.get('edition')} of {said.get('date')}."]
    if by != __version__:
        notes.append(f"It was saved by readiness {by}, and checked by {__version__}.")
    return tuple(notes)
