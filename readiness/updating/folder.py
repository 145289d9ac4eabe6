"""The user's own index folder while something writes into it: locked, and each file whole."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from readiness import resources
from readiness.definitions.edit import Cells, edited
from readiness.definitions.folder import EDITION
from readiness.errors import ReadinessError
from readiness.export import files

# What the package keeps in an index folder: the lock and the snapshots. Nothing of it is loaded.
OWN = ".readiness"
SNAPSHOTS = "snapshots"
LOCK = "lock"


def writable(named: Path | None) -> Path:
    """Return the index folder that is written into: the one named, else `./indicators`.

    Raises
    ------
    ReadinessError
        When it is not a folder of the user's own.
    """
    folder = named or Path("indicators")
    if named is None and not (folder / "frameworks").is_dir():
        raise ReadinessError(
            "there is no index folder of yours here",
            "`readiness init DIR --full` writes one; then name it with --indicators DIR",
        )
    if not folder.is_dir():
        what = "is not a folder: figures are written into its files" if folder.exists() else "is not there"
        raise ReadinessError(f"{folder} {what}", "`readiness init DIR --full` writes one")
    if (folder / EDITION).exists():
        raise ReadinessError(
            f"{folder} is a saved edition, which does not change", f"Copy {folder}/index and write there"
        )
    if _installed(folder):
        raise ReadinessError(
            f"{folder} belongs to the installed package",
            "`readiness init DIR --full` writes a copy of your own; name that with --indicators",
        )
    return folder


def _installed(folder: Path) -> bool:
    """Tell whether a folder lies in the package as it was installed (not in a checkout)."""
    bundled = resources.bundled("indicators").resolve()
    inside = bundled == folder.resolve() or bundled in folder.resolve().parents
    return inside and resources.checkout_indicators() is None


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep two writers of one folder apart.

    Raises
    ------
    ReadinessError
        When somebody else is writing into it, or nobody may.
    """
    import filelock

    own = _own(folder)
    try:
        with filelock.FileLock(own / LOCK, timeout=0):
            yield
    except filelock.Timeout as error:
        raise ReadinessError(
            f"something else is writing into {folder}", "Try again when it is done"
        ) from error


def _own(folder: Path) -> Path:
    """Make the package's own folder in an index folder; version control leaves it out."""
    own = files.writable(folder / OWN)
    if not (own / ".gitignore").exists():
        files.write(own / ".gitignore", b"*\n")
    return own


def snapshot_folder(folder: Path) -> Path:
    """Return where this update's snapshot goes: named by the time, UTC."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S")
    at = folder / OWN / SNAPSHOTS / stamp
    number = 2
    while at.exists():
        at = at.with_name(f"{stamp}-{number}")
        number += 1
    return at


def last_snapshot(folder: Path) -> Path | None:
    """Return the newest snapshot of an index folder; None where there is none."""
    at = folder / OWN / SNAPSHOTS
    try:
        found = sorted(path for path in at.iterdir() if path.is_dir())
    except OSError:
        return None
    return found[-1] if found else None


def put(
    path: Path, content: bytes, cells: Cells, *, retrieved: str | None = None,
    remark: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Change figures in a file, which has to be what it was when it was read.

    Parameters
    ----------
    content
        The file as it was read.

    Raises
    ------
    ReadinessError
        When somebody has changed it since, or it cannot be written. It is as it was then.
    """
    try:
        now = path.read_bytes()
    except OSError as error:
        raise ReadinessError(f"cannot read {path}: {error.strerror or error}") from error
    if now != content:
        raise ReadinessError(f"{path} was changed while this ran", "Nothing was written into it: try again")
    after = edited(content, str(path), cells, retrieved=retrieved, remark=remark)
    if after != content:
        files.write(path, after)
