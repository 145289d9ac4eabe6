"""Writing files: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from readiness.errors import ReadinessError


def write(path: Path, content: bytes) -> Path:
    """Write a file through a temporary one beside it, so that nobody ever sees half of it.

    Folders above it are made.

    Raises
    ------
    ReadinessError
        When it cannot be written; the old file, if there was one, is unchanged.
    """
    with writing(path) as file:
        file.write(content)
    return path


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Yield an open file that takes the place of `path` when it is whole, see `write`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp")
    except OSError as error:
        raise ReadinessError(f"cannot write {path}: {error.strerror or error}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        raise ReadinessError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        Path(temporary).unlink(missing_ok=True)


def writable(folder: Path) -> Path:
    """Make a folder that files will be written into, and try it.

    Raises
    ------
    ReadinessError
        When it cannot be made or written into.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ReadinessError(f"cannot write into {folder}: {error.strerror or error}") from error
    return folder


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def empty_folder(folder: Path) -> Path:
    """Make a folder, or take one that is empty.

    Raises
    ------
    ReadinessError
        When something is in it already, or it cannot be made.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ReadinessError(f"{folder} is not an empty folder", "Name a new one; nothing was written")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReadinessError(f"cannot make {folder}: {error.strerror or error}") from error
    return folder
