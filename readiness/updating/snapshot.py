"""What sources said, kept: raw bytes with their sha256 and time, so that an update can be replayed."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from readiness.errors import ReadinessError
from readiness.export import files
from readiness.sources.base import SourceError
from readiness.sources.client import Content, address, file_address

MANIFEST = "manifest.json"
FORMAT = "readiness-snapshot-1"


@dataclass
class Recorder:
    """Writes answers into a folder as they come: a file each, and the list of them."""

    folder: Path
    day: date
    entries: dict[str, dict[str, object]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, content: Content) -> None:
        """Keep one answer."""
        digest = hashlib.sha256(content.data).hexdigest()
        with self._lock:
            if not (self.folder / digest).exists():
                files.write(self.folder / digest, content.data)
            self.entries[content.url] = {
                "sha256": digest,
                "bytes": len(content.data),
                "type": content.kind,
                "fetched": content.fetched,
            }
            answers = dict(sorted(self.entries.items()))
            body = {"format": FORMAT, "day": self.day.isoformat(), "answers": answers}
            files.write(self.folder / MANIFEST, json.dumps(body, indent=1).encode("utf-8"))


class Replay:
    """A client that gives what a snapshot holds, and asks nobody; `day` is when it was taken.

    Raises
    ------
    ReadinessError
        When the folder is not a snapshot.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            body = json.loads(_regular(folder / MANIFEST))
            if body["format"] != FORMAT:
                raise ValueError(body["format"])
            self.day = date.fromisoformat(body["day"])
            self.answers = {str(url): _Entry(**entry) for url, entry in body["answers"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ReadinessError(
                f"{folder} is not a snapshot of an update", "Name a folder below .snapshots"
            ) from error

    def get(self, url: str, params: Mapping[str, object] | None = None) -> Content:
        """Return what the snapshot holds of an address, see `Client.get`."""
        return self._kept(address(url, params))

    def file(self, path: str) -> Content:
        """Return what the snapshot holds of a file, see `Client.file`."""
        return self._kept(file_address(path))

    def close(self) -> None:
        """Nothing is open, see `Client.close`."""

    def _kept(self, full: str) -> Content:
        entry = self.answers.get(full)
        if entry is None:
            raise SourceError("the snapshot has no answer to this question", f"It would be {full[:200]}")
        if not isinstance(entry.sha256, str) or len(entry.sha256) != 64 or not entry.sha256.isalnum():
            raise SourceError("the snapshot is damaged: a name that is no sha256")
        try:
            data = _regular(self.folder / entry.sha256)
        except OSError as error:
            raise SourceError(f"the snapshot has lost {entry.sha256[:12]}") from error
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise SourceError(f"the snapshot was changed: {entry.sha256[:12]} is not what the source said")
        return Content(full, data, entry.type, entry.fetched)


def _regular(path: Path) -> bytes:
    """Read a file; a pipe is not waited for."""
    if not path.is_file():
        raise OSError(f"{path.name} is not a regular file")
    return path.read_bytes()


@dataclass(frozen=True)
class _Entry:
    sha256: str
    bytes: int
    type: str
    fetched: str
