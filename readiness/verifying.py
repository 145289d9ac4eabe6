"""Whether a report's numbers follow from what is attached to it: the only place where both meet.

A report is untrusted input: sizes are bounded, nothing in it is run, and no path in it is followed.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from readiness.errors import MissingLibraryError, ReadinessError
from readiness.index import Index
from readiness.report.attachments import FORMAT, LEAGUE, SUMMARY
from readiness.scores import Scores

Outcome = Literal["equal", "different", "not ours"]
MAX_REPORT, MAX_FILE, MAX_INDEX = 200_000_000, 20_000_000, 200_000_000
MAX_MEMBERS, MAX_ATTACHMENTS = 2_000, 20
# What a re-computed score may differ by: nothing but the order of a sum on another machine.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Check:
    """One comparison: what, as the report has it, as it is computed again; `same` or not."""

    what: str
    said: object
    found: object
    same: bool


@dataclass(frozen=True)
class Verdict:
    """What became of a verification: the outcome, why, and every comparison made."""

    outcome: Outcome
    reason: str
    country: str = ""
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()


class _NotOursError(Exception):
    """Why a file is not a report of this package."""


def verify(content: bytes) -> Verdict:
    """Re-score a report from its attachments and compare with what it says of itself.

    The score, its pillars and the coverage are computed from the attached index. The rank is
    computed from the attached index where all countries are in it, else it is the place of the
    score among the scores of the attached league table. The text of the pages is not read.

    Raises
    ------
    MissingLibraryError
        When the library that reads PDF is not installed.
    """
    try:
        said, files = _read(content)
    except _NotOursError as error:
        return Verdict("not ours", str(error))
    country = str(said.get("country"))
    try:
        checks = tuple(_checks(said, files))
    except (ReadinessError, ValueError, KeyError, TypeError) as error:
        return Verdict("different", f"it cannot be scored again: {error}", country)
    different = [check.what for check in checks if not check.same]
    reason = f"different: {', '.join(different)}" if different else "every number follows"
    return Verdict("different" if different else "equal", reason, country, checks, _notes(said))


def _read(content: bytes) -> tuple[Mapping[str, Any], Mapping[str, bytes]]:
    """Return what the report says of itself and its attachments by name."""
    if len(content) > MAX_REPORT:
        raise _NotOursError(f"it has more than {MAX_REPORT:,} bytes")
    files, headline = _attached(content)
    if SUMMARY not in files:
        raise _NotOursError("no report of this package: it has no summary attached")
    try:
        said = json.loads(files[SUMMARY])
    except (ValueError, RecursionError):
        raise _NotOursError("its summary is damaged") from None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise _NotOursError("its summary is of another kind or version")
    missing = [name for name in (LEAGUE, f"{said.get('country')}-index.zip") if name not in files]
    if missing:
        raise _NotOursError(f"it lacks the attachment {missing[0]}")
    return {**said, "printed": headline}, files


def _attached(content: bytes) -> tuple[dict[str, bytes], str]:
    """Return the attachments of a PDF and the headline in its properties."""
    try:
        import pikepdf
    except ImportError as error:
        raise MissingLibraryError("Reading a PDF needs pikepdf: pip install pikepdf") from error
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if len(document.attachments) > MAX_ATTACHMENTS:
                raise _NotOursError(f"it has more than {MAX_ATTACHMENTS} attachments")
            files = {
                str(spec.filename or name): _bounded(spec.get_file().obj)
                for name, spec in document.attachments.items()
            }
            headline = str(document.docinfo.get("/Subject", ""))
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, AttributeError, KeyError):
        raise _NotOursError("not a PDF that can be read") from None
    return files, headline


def _bounded(stream: Any) -> bytes:
    """Return the bytes of an embedded file, refused where there are too many of them."""
    raw: bytes = stream.read_raw_bytes()
    kind = stream.get("/Filter")
    if len(raw) > MAX_FILE:
        raise _NotOursError("an attachment is too large")
    if kind is None:
        return raw
    if str(kind) not in ("/FlateDecode", "[ /FlateDecode ]"):
        raise _NotOursError("an attachment is packed in an unknown way")
    try:
        unpacked = zlib.decompressobj().decompress(raw, MAX_FILE + 1)
    except zlib.error:
        raise _NotOursError("an attachment is damaged") from None
    if len(unpacked) > MAX_FILE:
        raise _NotOursError("an attachment is too large")
    return unpacked


def _checks(said: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Check]:
    """Yield every comparison."""
    code = str(said["country"])
    scores = _scores(files[f"{code}-index.zip"], str(said["framework"]))
    row = scores.position(code)
    league = _league(files[LEAGUE])
    yield _number("score", said["score"], scores.score(code))
    for name, value in dict(said["pillars"]).items():
        yield _number(f"score of {name}", value, scores.score(code, str(name)))
    yield _number("coverage", said["coverage"], float(scores.coverage[row, 0]))
    status = "ranked" if scores.ranked[row] else "unranked"
    yield Check("status", said["status"], status, said["status"] == status)
    own = league.get(code, {})
    yield _number("score in the league table", said["score"], _float(own.get("score")))
    found = scores.rank(code) if said["whole"] else _place(league, scores.score(code), status)
    yield Check("rank", said["rank"], found, said["rank"] == found)
    for name in ("rank", "rank_low", "rank_high"):
        listed = _int(own.get(name))
        yield Check(f"{name} in the league table", said[name], listed, said[name] == listed)
    yield Check("headline", said["headline"], said["printed"], said["headline"] == said["printed"])


def _scores(content: bytes, framework: str) -> Scores:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise ReadinessError(f"the attached index is damaged: {error}") from None
    if len(entries) > MAX_MEMBERS or sum(entry.file_size for entry in entries) > MAX_INDEX:
        raise ReadinessError("the attached index is too large")
    with tempfile.TemporaryDirectory(prefix="readiness-") as folder:
        path = Path(folder) / "index.zip"
        path.write_bytes(content)
        return Index.load(path).scores(framework)


def _league(content: bytes) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8")))
    return {row["country"]: row for row in rows}


def _place(league: Mapping[str, Mapping[str, str]], score: float | None, status: str) -> int | None:
    """Return the place of a score among those of the ranked countries."""
    if score is None or status != "ranked":
        return None
    others = [_float(row.get("score")) for row in league.values() if row.get("status") == "ranked"]
    return 1 + sum(other is not None and other > score + TOLERANCE for other in others)


def _number(what: str, said: Any, found: float | None) -> Check:
    both = isinstance(said, int | float) and found is not None
    return Check(what, said, found, abs(said - found) <= TOLERANCE if both else said is found is None)


def _float(text: str | None) -> float | None:
    return float(text) if text else None


def _int(text: str | None) -> int | float | None:
    value = _float(text)
    return int(value) if value is not None and value.is_integer() else value


def _notes(said: Mapping[str, Any]) -> tuple[str, ...]:
    notes = []
    if not said["whole"]:
        notes.append(
            "The rank is the place of the score in the attached league table, whose other scores are not "
            "computed again."
        )
    if said["withheld"]:
        withheld = ", ".join(map(str, said["withheld"]))
        notes.append(f"Scores stand for figures that may not be redistributed: {withheld}.")
    notes.append("The range comes from the league table, and the text of the pages is not read.")
    return tuple(notes)
