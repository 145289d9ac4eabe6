"""The workers of a Dask cluster that is there already, asked through `concurrent.futures`.

They have this package installed, in the same version. Nothing else is needed on them: what the work is
made of travels to each of them once, and what it makes travels back.
"""

from __future__ import annotations

import importlib
import pickle
import threading
import uuid
import zlib
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any

from readiness._version import __version__
from readiness.errors import MissingLibraryError, ReadinessError, listed
from readiness.jobs import AHEAD, Start

# Seconds that a scheduler may take to answer.
_PATIENCE = 10
# One piece of work is kept in a worker, and one key is done at a time: not all libraries bear threads.
_ONE = threading.Lock()
_works: dict[str, Callable[[Any], Any]] = {}


class Cluster:
    """The workers of a cluster, as a `readiness.jobs.Team`.

    A worker that dies costs only the keys it was at: Dask gives them to another, as often as its setting
    `distributed.scheduler.allowed-failures` says.

    Raises
    ------
    MissingLibraryError
        When Dask is not installed here.
    ReadinessError
        When no scheduler answers, or a worker has not this version of the package.
    """

    advice = "Give the cluster's workers more memory; what was written is whole"

    def __init__(self, address: str, start: Start, arguments: tuple[Any, ...]) -> None:
        self._dask = library()
        self._client = _client(self._dask, address)
        try:
            self.window = AHEAD * _workers(self._dask, self._client)
            self._name = uuid.uuid4().hex
            self._pool = self._client.get_executor(pure=False)
            # The result of a task, and no scattered data, which dies with the workers that have it.
            packed = zlib.compress(pickle.dumps((start, arguments)), 1)
            self._there = self._client.submit(_held, packed, pure=False)
        except BaseException:
            self._client.close()
            raise

    def submit(self, key: Any) -> Future[Any]:
        """Give out a key."""
        future: Future[Any] = self._pool.submit(_do, self._name, self._there, key)
        return future

    def gone(self, error: BaseException | None) -> bool:
        """Tell whether a key has killed its workers, or somebody has taken it from the cluster."""
        return isinstance(error, (self._dask.KilledWorker, CancelledError))

    def again(self, key: Any) -> Future[Any]:
        """Give out a key once more: Dask blames every key that a dying worker had, not the guilty alone."""
        return self.submit(key)

    def close(self, *, stopped: bool) -> None:
        """Take back what is not done, and leave the cluster as it was."""
        self._pool.shutdown(wait=not stopped)
        self._client.close()


def reach(address: str) -> None:
    """Look that a cluster can do work, before anything is made for it.

    Raises
    ------
    MissingLibraryError
        When Dask is not installed here.
    ReadinessError
        When no scheduler answers, it has no worker, or a worker has not this version of the package.
    """
    dask = library()
    client = _client(dask, address)
    try:
        _workers(dask, client)
    finally:
        client.close()


def _client(dask: Any, address: str) -> Any:
    try:
        return dask.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, dask.utils.TimeoutError) as error:
        raise ReadinessError(
            f"no Dask scheduler answers at {address}", "An address is like tcp://10.0.0.5:8786"
        ) from error


def _workers(dask: Any, client: Any) -> int:
    """Return how many workers there are, all of this version."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except dask.utils.TimeoutError as error:
        raise ReadinessError("the cluster has no worker", "Start some: dask worker ADDRESS") from error
    answers = client.run(_version, on_error="return").values()
    # A worker that ends in these moments does not answer.
    found = [answer for answer in answers if not isinstance(answer, OSError)]
    for answer in found:
        if isinstance(answer, ImportError):
            raise ReadinessError(
                "a worker of the cluster has no readiness", "Install it there, in this version"
            ) from answer
    others = sorted({str(version) for version in found if version != __version__})
    if others:
        raise ReadinessError(
            f"the cluster has readiness {listed(others)}, and here it is {__version__}",
            "Only the same versions give the same results",
        )
    return max(len(found), 1)


def library() -> Any:
    """Import Dask's cluster.

    Raises
    ------
    MissingLibraryError
        When it is not installed.
    """
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise MissingLibraryError(
            "--scheduler needs Dask, which is not installed", "Install it with pip install 'readiness[dask]'"
        ) from error


def _version() -> str:
    return __version__


def _held(packed: bytes) -> bytes:
    return packed


def _do(name: str, packed: bytes, key: Any) -> Any:
    """Do one key in a worker; the work is made with the first."""
    with _ONE:
        if name not in _works:
            start, arguments = pickle.loads(zlib.decompress(packed))
            _works.clear()
            _works[name] = start(*arguments)
        return _works[name](key)
