"""The workers of a Dask cluster that is there already, asked through `concurrent.futures`.

They have this package installed, in the same version. Nothing else is needed on them: what the work is
made of travels to each of them once, and what it makes travels back.
"""

from __future__ import annotations

import importlib
import pickle
import threading
import uuid
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

    A worker that dies costs only the keys it was at: Dask gives them to another.

    Raises
    ------
    MissingLibraryError
        When Dask is not installed here.
    ReadinessError
        When no scheduler answers, or a worker has not this version of the package.
    """

    def __init__(self, address: str, start: Start, arguments: tuple[Any, ...]) -> None:
        self._dask = library()
        try:
            self._client = self._dask.Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError, self._dask.utils.TimeoutError) as error:
            raise ReadinessError(
                f"no Dask scheduler answers at {address}", "An address is like tcp://10.0.0.5:8786"
            ) from error
        try:
            self.window = AHEAD * self._workers()
            self._name, self._packed = uuid.uuid4().hex, pickle.dumps((start, arguments))
            self._pool = self._client.get_executor(pure=False)
            self._there = self._scattered()
        except BaseException:
            self._client.close()
            raise

    def _workers(self) -> int:
        """Return how many workers there are, all of this version."""
        try:
            found = self._client.run(_version)
        except ModuleNotFoundError as error:
            raise ReadinessError(
                "a worker of the cluster has no readiness", "Install it there, in this version"
            ) from error
        if not found:
            raise ReadinessError("the cluster has no worker", "Start some: dask worker ADDRESS")
        others = sorted({version for version in found.values() if version != __version__})
        if others:
            raise ReadinessError(
                f"the cluster has readiness {listed(others)}, and here it is {__version__}",
                "Only the same versions give the same results",
            )
        return len(found)

    def _scattered(self) -> Any:
        """Send to every worker what the work is made of."""
        return self._client.scatter(self._packed, broadcast=True, hash=False)

    def submit(self, key: Any) -> Future[Any]:
        """Give out a key."""
        future: Future[Any] = self._pool.submit(_do, self._name, self._there, key)
        return future

    def gone(self, error: BaseException | None) -> bool:
        """Tell whether a key has killed its workers, or the cluster has lost what the work is made of."""
        return isinstance(error, (self._dask.KilledWorker, self._dask.client.FutureCancelledError,
                                  CancelledError))  # fmt: skip

    def again(self, key: Any, error: BaseException) -> Future[Any] | None:
        """Give out a key whose data was lost; one that has killed several workers is not tried again."""
        if isinstance(error, self._dask.KilledWorker):
            return None
        self._there = self._scattered()
        return self.submit(key)

    def close(self, *, stopped: bool) -> None:
        """Take back what is not done, and leave the cluster as it was."""
        self._pool.shutdown(wait=not stopped)
        self._client.close()


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


def _do(name: str, packed: bytes, key: Any) -> Any:
    """Do one key in a worker; the work is made with the first."""
    with _ONE:
        if name not in _works:
            start, arguments = pickle.loads(packed)
            _works.clear()
            _works[name] = start(*arguments)
        return _works[name](key)
