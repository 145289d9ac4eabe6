"""Which reports of a batch say what they said before, so that they need not be made again.

A report's content is what it says of its country: the words, figures and charts of its pages, the files
behind its design, the format and its variant, the versions that draw it, and what travels inside it of the
country's own, the index that gives its score again. Not in it are the hash of the whole data that
every page bears and the league table beside the index: they change with any figure of any country. A report
that is kept still bears those of the data it was made from, so `readiness verify` finds it whole. Where a
framework's scores hang on other countries' figures, the index inside a report has all of them, and any
change makes every report anew.

What was made is written down beside the reports, in `.readiness/reports.json`: the hash of the content, and
that of every file as it was written. So a file that somebody has changed, replaced or removed is made again,
whatever its format, and a folder of reports can be copied elsewhere.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readiness import resources
from readiness._version import __version__
from readiness.errors import ReadinessError
from readiness.export import files, tables
from readiness.report import design as designs
from readiness.report import stamp
from readiness.report.attachments import LEAGUE, SUMMARY
from readiness.report.design import Design
from readiness.report.model import CountryProfile

if TYPE_CHECKING:
    from readiness.report.batch import Making

FOLDER, NAME, LOCK = ".readiness", "reports.json", "reports.lock"
# Seconds to wait for another run that is writing down one of its reports.
_PATIENCE = 10


def digest(profile: CountryProfile, making: Making) -> str:
    """Return the SHA-256 of a report's content, see above; no page is laid out for it."""
    from readiness.report import chart_files, html

    look = making.design or designs.default()
    apart = replace(profile, fingerprint="0" * len(profile.fingerprint))
    hashed = hashlib.sha256(_versions().encode())
    hashed.update(f"{making.form} {making.pdfa} {_design(look)}\n".encode())
    hashed.update(html.render(apart, design=look, pages=making.pages).encode())
    if making.form == "pdf" and making.attachments is not None:
        for item in making.attachments.of(apart):
            if item.name not in (LEAGUE, SUMMARY):
                hashed.update(item.content)
        hashed.update(tables.json_bytes(making.attachments.summary(apart)))
    if making.charts is not None:
        for drawing in chart_files.drawings(apart, look.palette, disclaimer=look.theme.disclaimer):
            hashed.update(drawing.svg.encode())
    return hashed.hexdigest()


@functools.cache
def _versions() -> str:
    """Return the versions behind a report's bytes, and the hash of the code that makes it."""
    hashed = hashlib.sha256()
    with contextlib.suppress(OSError):  # an installation without sources has its version
        for path in resources.sources("report"):
            hashed.update(path.read_bytes())
    return json.dumps({**stamp.versions(), "code": hashed.hexdigest()}, sort_keys=True)


@functools.lru_cache(maxsize=1)  # a batch has one design
def _design(look: Design) -> str:
    hashed = hashlib.sha256(f"{look.page_sheets}{look.sheets}".encode())
    for address, item in sorted(look.assets.items()):
        hashed.update(address.encode() + item.content)
    return hashed.hexdigest()


@dataclass(frozen=True)
class Records:
    """What is written down of the reports of one folder."""

    folder: Path

    @property
    def path(self) -> Path:
        """The file that holds it."""
        return self.folder / FOLDER / NAME

    def known(self) -> dict[str, str]:
        """Return the content's hash of each report, by its file's name, whose files are as they were written.

        A record that cannot be read is none.
        """
        return {name: entry["content"] for name, entry in self._read().items() if self._whole(entry)}

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))["reports"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return {}
        return (
            {name: entry for name, entry in found.items() if _sound(entry)} if isinstance(found, dict) else {}
        )

    def _whole(self, entry: Mapping[str, Any]) -> bool:
        """Tell whether every file of a report is what was written."""
        try:
            return all(
                _hash((self.folder / name).read_bytes()) == said for name, said in entry["files"].items()
            )
        except (OSError, ValueError):
            return False

    def keep(self, path: Path, content: str, written: Mapping[Path, bytes]) -> None:
        """Write down a report that was made: the hash of its content, and its files.

        Several runs may do so in one folder. What cannot be written down is made again next time.
        """
        import filelock

        entry = {
            "content": content,
            "files": {self.relative(file): _hash(data) for file, data in written.items()},
        }
        with contextlib.suppress(OSError, ValueError, filelock.Timeout, ReadinessError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not (ignored := self.path.with_name(".gitignore")).exists():
                files.write(ignored, b"*\n")  # version control leaves it out
            with filelock.FileLock(self.path.with_name(LOCK), timeout=_PATIENCE):
                reports = {**self._read(), self.relative(path): entry}
                text = json.dumps({"readiness": __version__, "reports": reports}, indent=1, sort_keys=True)
                files.write(self.path, f"{text}\n".encode())

    def relative(self, path: Path) -> str:
        """Return the name of a file as it is written down: from the folder."""
        return Path(os.path.relpath(path, self.folder)).as_posix()


def _sound(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("content"), str)
        and isinstance(entry.get("files"), dict)
        and bool(entry["files"])
        and all(isinstance(said, str) for said in entry["files"].values())
    )


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
