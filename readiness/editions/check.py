"""Whether an edition is what was saved, and whether its results still follow from it.

An edition is untrusted input: sizes are bounded, no link and no path out of the folder is followed.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from readiness._version import __version__
from readiness.editions import layout, withheld
from readiness.editions.compare import Compared, compared
from readiness.errors import ReadinessError, listed
from readiness.index import Index
from readiness.report.attachments import IN_PLACE
from readiness.verifying import MAX_FILE, MAX_INDEX, TOLERANCE, Check, Verdict

MAX_FILES = 10_000
_RANGES = ("rank_low", "rank_high")


class _NotAnEditionError(Exception):
    """Why a folder is no edition."""


def verify(path: Path) -> Verdict:
    """Check every hash, score again, and compare: scores to within rounding, all else exactly.

    `equal`: every file is what was saved and every score, rank and range follows. `different`: files or
    results differ, and are named. `not ours`: no edition, or damaged.

    Rounding is what another machine's order of a sum makes (`verifying.TOLERANCE`). Where scores stand
    for figures that may not be redistributed, the ranges of that framework are not drawn again.

    Parameters
    ----------
    path
        The folder, or a zip of it.
    """
    try:
        with _folder(path) as folder:
            return _verified(folder)
    except _NotAnEditionError as error:
        return Verdict("not ours", str(error))


def _verified(folder: Path) -> Verdict:
    said = _manifest(folder)
    files = _files(folder)
    checks = [*_hashes(said, files)]
    try:
        checks += _results(folder, said, files)
    except (ReadinessError, ValueError, KeyError, TypeError, OSError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        checks.append(Check("the index", "can be scored", reason, False))
    different = [check.what for check in checks if not check.same]
    shown = ", ".join(different[:5]) + (f" and {len(different) - 5} more" if len(different) > 5 else "")
    reason = f"different: {shown}" if different else "every file is what was saved, and every result follows"
    return Verdict("different" if different else "equal", reason, "", tuple(checks), _notes(said))


@contextlib.contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """Give the folder, or one that a zip was unpacked into."""
    if path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="readiness-") as name:
        there = Path(name)
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, there)
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError,
                ValueError):  # fmt: skip
            raise _NotAnEditionError("it is no zip that can be read") from None
        below = list(there.iterdir())
        yield below[0] if len(below) == 1 and below[0].is_dir() else there


def _unpack(archive: zipfile.ZipFile, there: Path) -> None:
    entries = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
    ]
    if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_INDEX:
        raise _NotAnEditionError("it is too large")
    for entry in entries:
        if not _inside(entry.filename):
            raise _NotAnEditionError(f"{entry.filename[:60]!r} in it is a path that leaves the zip")
        target = there / entry.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as file, target.open("xb") as out:
            # What the zip says of a size is not believed: no more than that is read.
            out.write(file.read(entry.file_size))


def _manifest(folder: Path) -> Mapping[str, Any]:
    path = folder / layout.MANIFEST
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()) or path.stat().st_size > MAX_FILE:
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
    frameworks = said.get("frameworks")
    if (
        not isinstance(frameworks, dict)
        or not isinstance(said.get("withheld"), list)
        or not all(isinstance(name, str) for name in said["withheld"])
        or not all(isinstance(item, dict) for item in frameworks.values())
    ):
        raise _NotAnEditionError(f"its {layout.MANIFEST} does not say its frameworks")
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
    """Return every file below the folder; None for what is none."""
    found: dict[str, bytes | None] = {}
    total = 0
    for at, below, names in os.walk(folder, followlinks=False):
        for name in [*names, *(item for item in below if (Path(at) / item).is_symlink())]:
            path = Path(at) / name
            regular = not path.is_symlink() and path.is_file()
            total += path.stat().st_size if regular else 0
            if len(found) >= MAX_FILES or total > MAX_INDEX:
                raise _NotAnEditionError("it is too large")
            found[path.relative_to(folder).as_posix()] = path.read_bytes() if regular else None
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


def _results(folder: Path, said: Mapping[str, Any], files: Mapping[str, bytes | None]) -> Iterator[Check]:
    """Score again and yield a comparison for each table, and for the first cells that differ."""
    links = [
        name for name, content in files.items() if f"{name}/".startswith(layout.INDEX) and content is None
    ]
    if links:
        raise ReadinessError(f"{links[0]} is no regular file")
    if not any(name.startswith(layout.INDEX) for name in files):
        raise ReadinessError(f"it has no {layout.INDEX}")
    index = Index.load(folder)
    placed = withheld.in_place(index)
    yield from _identity(index, said)
    yield from _left_out(index, said, placed)
    for name, table in layout.results(index, said["withheld"]).items():
        content = files.get(f"{layout.DATA}{name}.csv")
        if content is None:
            yield Check(f"{layout.DATA}{name}.csv", "there", "missing", False)
        else:
            drawn = not placed.get(name.removeprefix(layout.SCORES))
            yield from compared(f"{layout.DATA}{name}.csv", content, table, _how(name, said, drawn))


def _how(name: str, said: Mapping[str, Any], drawn: bool) -> Compared:
    """Return how a table is compared; of a framework with scores for figures without its ranges."""
    return Compared(
        layout.keys(name),
        without_rows=frozenset(said["withheld"]) if name == "indicators" else frozenset(),
        without_columns=() if drawn else _RANGES,
        tolerance=TOLERANCE if name.startswith(layout.SCORES) else 0.0,
    )


def _left_out(
    index: Index, said: Mapping[str, Any], placed: Mapping[str, tuple[str, ...]]
) -> Iterator[Check]:
    """Yield what is called left out and is not: it would not be compared."""
    for name in said["withheld"]:
        series = index.indicators.get(name)
        if series is not None and series.description != IN_PLACE:
            yield Check(f"figures of {name}", "left out", "there", False)
    for name, names in placed.items():
        own = said["frameworks"].get(name, {}).get("withheld")
        if own != list(names):
            yield Check(f"withheld of {name}", str(own), ", ".join(names), False)


def _identity(index: Index, said: Mapping[str, Any]) -> Iterator[Check]:
    """Yield a comparison of what the edition says of its index, where that is not so."""
    framework = said.get("framework")
    chosen = framework if framework in index.frameworks else None
    found = layout.said(index, chosen, said["withheld"])
    for key in ("edition", "framework", "date"):
        yield Check(key, said.get(key), found[key], said.get(key) == found[key])
    for name in dict.fromkeys([*found["frameworks"], *said["frameworks"]]):
        own, computed = said["frameworks"].get(name), found["frameworks"].get(name)
        if own is None or computed is None:
            yield Check(f"framework {name}", _there(own), _there(computed), False)
            continue
        for key, value in computed.items():
            if own.get(key) != value:
                yield Check(f"{key} of {name}", own.get(key), value, False)


def _there(item: object) -> str:
    return "missing" if item is None else "there"


def _notes(said: Mapping[str, Any]) -> tuple[str, ...]:
    versions = said.get("versions")
    by = versions.get("readiness") if isinstance(versions, dict) else None
    notes = [f"Edition {said.get('edition')} of {said.get('date')}."]
    if said["withheld"]:
        placed = [name for name, item in said["frameworks"].items() if item.get("withheld")]
        notes.append(f"Left out, for they may not be redistributed: {listed(said['withheld'])}.")
        if placed:
            notes.append(f"Scores stand in their place, and ranges are not drawn again: {listed(placed)}.")
    if by != __version__:
        notes.append(f"It was saved by readiness {by}, and checked by {__version__}.")
    return tuple(notes)
