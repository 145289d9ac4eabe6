"""Asking over HTTP: with limits, patience, and a memory of what was said.

Answers are data from strangers. An answer has to come from the host that was asked, within a size and a
time, whole, and of the type that was asked for; whatever falls short is told in one sentence and leaves
the indicator as it was. Faults that pass (429, 5xx, a broken connection) are asked again, a few times.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode, urljoin, urlsplit

from readiness._version import __version__
from readiness.sources.base import SourceError

if TYPE_CHECKING:
    import requests

AGENT = f"readiness/{__version__} (figures for an open index)"
CHUNK = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)
_PASSING = (429, 500, 502, 503, 504)
_REASONS = {
    "refused": "connection refused",
    "resolve": "no such host",
    "CERTIFICATE": "its certificate is not valid",
    "decod": "it is not compressed as it says",
}


@dataclass(frozen=True)
class Limits:
    """How much a source may send and how long it may take.

    Attributes
    ----------
    size
        Bytes of one answer, after decompression.
    connect, read, whole
        Seconds until it answers, between two pieces of the answer, and for all of it.
    attempts, longest_wait
        How often it is asked, and the longest pause in seconds between two times.
    redirects
        How many times an answer may point elsewhere on the same host.
    """

    size: int = 100_000_000
    connect: float = 15.0
    read: float = 30.0
    whole: float = 300.0
    attempts: int = 4
    longest_wait: float = 60.0
    redirects: int = 5


@dataclass(frozen=True)
class Content:
    """One answer: its bytes, the address that was asked, and when (UTC, ISO 8601)."""

    url: str
    data: bytes
    kind: str
    fetched: str


class Client(Protocol):
    """Whoever gives the content of an address: the network, or a snapshot of what it once said."""

    def get(self, url: str, params: Mapping[str, object] | None = None) -> Content:
        """Return the content of an address.

        Raises
        ------
        SourceError
            When there is none.
        """

    def file(self, path: str) -> Content:
        """Return the content of a file below the index folder.

        Raises
        ------
        SourceError
            When there is none, or it lies elsewhere.
        """

    def close(self) -> None:
        """Hang up; nothing is asked any more."""


class _PassingError(Exception):
    """A fault that may be gone when the source is asked again."""

    def __init__(self, error: SourceError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


@dataclass
class HttpClient:
    """Asks over HTTP; an address that several indicators share is asked once.

    Attributes
    ----------
    mirror
        An address that is asked instead: `MIRROR/host/path` for `https://host/path`.
    root
        The index folder, for files below it; None where there are none.
    heard
        Is told every answer, for the snapshot.
    """

    mirror: str | None = None
    root: Path | None = None
    limits: Limits = Limits()
    heard: Callable[[Content], None] | None = None
    sleep: Callable[[float], None] = time.sleep
    _answers: dict[str, Content] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _local: threading.local = field(default_factory=threading.local)
    _sessions: list[requests.Session] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.mirror is not None and not self.mirror.startswith(("http://", "https://")):
            raise SourceError(f"{self.mirror!r} is not an address of a mirror", "Begin with https://")

    def get(self, url: str, params: Mapping[str, object] | None = None) -> Content:
        """Return the content of an address, see `Client.get`."""
        full = address(url, params)
        return self._once_each(full, lambda: self._asked(full))

    def file(self, path: str) -> Content:
        """Return the content of a file below the index folder, see `Client.file`."""
        return self._once_each(file_address(path), lambda: self._read(path))

    def _once_each(self, name: str, made: Callable[[], Content]) -> Content:
        with self._lock:
            own = self._locks.setdefault(name, threading.Lock())
        with own:
            if name not in self._answers:
                self._answers[name] = made()
                if self.heard is not None:
                    self.heard(self._answers[name])
            return self._answers[name]

    def _read(self, path: str) -> Content:
        if self.root is None:
            raise SourceError(f"there is no folder to read {path} from")
        root = self.root.resolve()
        at = (root / path).resolve()
        if root not in at.parents:
            raise SourceError(f"{path} lies outside of the index folder", "Name a file below it")
        try:
            if not at.is_file():
                raise SourceError(f"there is no file {path} in the index folder")
            with at.open("rb") as file:
                data = file.read(self.limits.size + 1)
        except OSError as error:
            raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
        if len(data) > self.limits.size:
            raise self._too_large(path)
        return Content(file_address(path), data, "", now())

    def _asked(self, url: str) -> Content:
        import tenacity

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.limits.attempts),
            retry=tenacity.retry_if_exception_type(_PassingError),
            wait=self._pause, sleep=self.sleep, reraise=True,
        )  # fmt: skip
        try:
            return retrying(self._once, url)
        except _PassingError as last:
            times = self.limits.attempts
            raise SourceError(f"{last.error.message}, {times} times", last.error.hint) from last

    def _pause(self, state: Any) -> float:
        """Return the seconds to wait: what the source asked for, else 1, 2, 4 ..."""
        error = state.outcome.exception()
        wait = error.wait if error.wait is not None else 2.0 ** (state.attempt_number - 1)
        return float(min(wait, self.limits.longest_wait))

    def _once(self, url: str) -> Content:
        import requests

        host = _host(url)
        try:
            with self._open(url) as answer:
                self._checked(answer, host)
                data = self._body(answer, host)
                kind = answer.headers.get("Content-Type", "").split(";")[0].strip().casefold()
        except requests.exceptions.InvalidURL as error:
            raise SourceError(f"{url[:200]!r} is not an address that can be asked") from error
        except requests.RequestException as error:
            if isinstance(error, requests.Timeout) or "timed out" in str(error):
                raise _PassingError(SourceError(f"{host} did not answer in time")) from error
            raise _PassingError(SourceError(f"the connection to {host} failed: {_reason(error)}")) from error
        return Content(url, data, kind, now())

    def _open(self, url: str) -> requests.Response:
        """Ask; follow what points elsewhere on the same host, and nothing that leaves it."""
        at = url
        for _ in range(self.limits.redirects + 1):
            answer = self._session().get(
                mirrored(at, self.mirror), stream=True, allow_redirects=False,
                timeout=(self.limits.connect, self.limits.read),
            )  # fmt: skip
            if answer.status_code not in _REDIRECTS:
                return answer
            target = urljoin(at if self.mirror is None else answer.url, answer.headers.get("Location", ""))
            answer.close()
            at = _followed(at, self._unmirrored(target))
        raise SourceError(f"{urlsplit(url).hostname} points from one address to the next without an end")

    def _session(self) -> requests.Session:
        """Return this thread's own session."""
        import requests

        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.headers["User-Agent"] = AGENT
            self._sessions.append(self._local.session)
        session: requests.Session = self._local.session
        return session

    def close(self) -> None:
        """Hang up."""
        while self._sessions:
            self._sessions.pop().close()

    def _unmirrored(self, url: str) -> str:
        """Return the address that a mirror's answer points to, as if the source itself had said it."""
        if self.mirror is None or not url.startswith(f"{self.mirror.rstrip('/')}/"):
            return url
        return f"https://{url[len(self.mirror.rstrip('/')) + 1 :]}"

    def _checked(self, answer: requests.Response, host: str) -> None:
        code = answer.status_code
        if code in _PASSING:
            wait = _retry_after(answer.headers.get("Retry-After"))
            why = "asks for fewer questions" if code == 429 else "has a fault of its own"
            raise _PassingError(SourceError(f"{host} {why} (HTTP {code})"), wait)
        if code != 200:
            hint = "Does the series still exist?" if code in (404, 410) else ""
            raise SourceError(f"{host} answered HTTP {code}", hint)
        said = answer.headers.get("Content-Length", "")
        if said.isdigit() and int(said) > self.limits.size:
            raise self._too_large(host)

    def _body(self, answer: requests.Response, host: str) -> bytes:
        pieces: list[bytes] = []
        size, until = 0, time.monotonic() + self.limits.whole
        for piece in answer.iter_content(CHUNK):
            pieces.append(piece)
            size += len(piece)
            if size > self.limits.size:
                raise self._too_large(host)
            if time.monotonic() > until:
                raise SourceError(f"{host} took more than {self.limits.whole:g} seconds to answer")
        return b"".join(pieces)

    def _too_large(self, host: str) -> SourceError:
        return SourceError(f"what {host} has is more than {self.limits.size / 1e6:,.0f} MB")


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if not host:
        raise SourceError(f"{url[:200]!r} is not an address that can be asked")
    return host


def file_address(path: str) -> str:
    """Return the name under which a snapshot keeps a file."""
    return f"file:{path}"


def address(url: str, params: Mapping[str, object] | None = None) -> str:
    """Return the whole address of a question."""
    if not params:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(params)}"


def mirrored(url: str, mirror: str | None) -> str:
    """Return where an address is asked: `MIRROR/host/path?query` under a mirror."""
    if mirror is None:
        return url
    parts = urlsplit(url)
    return f"{mirror.rstrip('/')}/{parts.netloc}{parts.path}{'?' + parts.query if parts.query else ''}"


def _followed(url: str, target: str) -> str:
    """Return the address that a redirect points to.

    Raises
    ------
    SourceError
        When it leaves the host, or goes from https to something else.
    """
    old, new = urlsplit(url), urlsplit(target)
    if new.hostname != old.hostname:
        raise SourceError(
            f"{old.hostname} points to another host, {new.hostname or target[:60]}",
            f"If that is right, write it into 'update:': {target[:200]}",
        )
    if new.scheme not in (old.scheme, "https"):
        raise SourceError(f"{old.hostname} points to an address that is not https")
    return target


def _retry_after(text: str | None) -> float | None:
    """Return the seconds that a source asks to wait: a number, or the time of a date."""
    if not text:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _reason(error: BaseException) -> str:
    """Return the innermost cause of a failed connection, in a few words."""
    import urllib3

    if isinstance(error.args[0] if error.args else None, urllib3.exceptions.IncompleteRead):
        return "the answer broke off"
    text = str(error)
    if "IncompleteRead" in text or "Connection broken" in text:
        return "the answer broke off"
    for word, said in _REASONS.items():
        if word in text:
            return said
    return type(error).__name__


def now() -> str:
    """Return the time, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
