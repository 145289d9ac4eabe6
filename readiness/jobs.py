"""Independent pieces of work, done one after another, by several processes, or by a cluster.

Processes and cluster are both asked through `concurrent.futures`. Only a few keys are given out ahead
of the result that is waited for, so that memory does not grow with the number of keys and work that is
stopped ends with what is in hand.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor, wait
from itertools import islice
from types import FrameType
from typing import Any, Protocol, TypeVar

from readiness.errors import ReadinessError

Key = TypeVar("Key")
Result = TypeVar("Result")
Start = Callable[..., Callable[[Any], Any]]

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
# Keys given out for each process: the one it works at and the one that waits for it.
AHEAD = 2
# So many keys lost in succession, and it is not for the keys.
_LOST = 5
STOPPED = "the system has stopped its process, perhaps for want of memory"
_work: Callable[[Any], Any] | None = None
_making: tuple[Start, tuple[Any, ...], Any] | None = None


def processors() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


class Team(Protocol):
    """Who does the work: processes of this machine, or the workers of a cluster.

    `window` is the number of keys that are given out at a time, `advice` what to do where they are lost.
    """

    window: int
    advice: str

    def submit(self, key: Any) -> Future[Any]:
        """Give out a key."""

    def gone(self, error: BaseException | None) -> bool:
        """Tell whether a key's error is the loss of its process, and no error of the work."""

    def again(self, key: Any) -> Future[Any]:
        """Give out a key that was lost."""

    def close(self, *, stopped: bool) -> None:
        """Let everybody go; where the work is stopped, what has not begun is not begun."""


def run(
    start: Callable[..., Callable[[Key], Result]], arguments: tuple[Any, ...], keys: Sequence[Key], jobs: int,
    *, scheduler: str | None = None, lost: Callable[[Key], Result] | None = None,
) -> Generator[Result, None, None]:  # fmt: skip
    """Yield the result of each key in their order.

    A process that the system stops costs only the key it was at: what else was given out is done again,
    each alone, so that the one that costs its process is found.

    Parameters
    ----------
    start
        Called once in each process with `arguments`; what it returns is called with each key. Both it
        and the arguments can be pickled where there are several processes.
    jobs
        So many processes; with 1 everything is done in this one.
    scheduler
        The address of a Dask cluster that does the work in their place, see `readiness.cluster`.
    lost
        What stands for the result of a key that has cost its process twice.

    Raises
    ------
    ReadinessError
        When the system has stopped a process and there is no `lost`, or it stops one after the other;
        when the cluster does not answer.
    """
    if scheduler is None and (jobs <= 1 or len(keys) <= 1):
        yield from map(start(*arguments), keys)
        return
    team = _team(start, arguments, min(jobs, len(keys)), scheduler)
    stopped = True
    try:
        yield from _in_order(team, keys, lost)
        stopped = False
    finally:
        team.close(stopped=stopped)


def _team(start: Start, arguments: tuple[Any, ...], count: int, scheduler: str | None) -> Team:
    if scheduler is None:
        return Processes(count, start, arguments)
    from readiness.cluster import Cluster

    return Cluster(scheduler, start, arguments)


def _in_order(
    team: Team, keys: Sequence[Key], lost: Callable[[Key], Result] | None
) -> Generator[Result, None, None]:
    given, rest = deque[tuple[Key, Future[Result]]](), iter(keys)
    shaken, guilty = 0, 0
    while True:
        # After a loss nothing new is given out until all that was is back.
        if not shaken:
            given.extend((key, team.submit(key)) for key in islice(rest, team.window - len(given)))
        if not given:
            return
        key, future = given.popleft()
        shaken = max(shaken - 1, 0)
        error = _error(future)
        if error is not None and team.gone(error):
            shaken = len(given)
            wait([other for _, other in given])  # so that it is alone
            future = team.again(key)
            error = _error(future)
        if error is None:
            guilty = 0
            yield future.result()
        elif not team.gone(error):
            raise error
        else:
            guilty += 1
            if lost is None or guilty == _LOST:
                raise ReadinessError(
                    "the system has stopped one of the processes, perhaps for want of memory",
                    team.advice,
                ) from error
            yield lost(key)


def _error(future: Future[Any]) -> BaseException | None:
    """Wait for a result; return the error in its place."""
    try:
        return future.exception()
    except CancelledError as error:
        return error


class Processes:
    """Processes of this machine."""

    advice = "Run it again with fewer --jobs; what was written is whole"

    def __init__(self, count: int, start: Start, arguments: tuple[Any, ...]) -> None:
        self.window = AHEAD * count
        self._count, self._start, self._arguments = count, start, arguments
        # Started anew, not forked: libraries that have threads by now do not survive a fork.
        self._context = multiprocessing.get_context("spawn")
        self._stop = self._context.RawValue("b", 0)  # no lock: a process that is killed would keep it
        self._pool = self._opened()

    def _opened(self) -> ProcessPoolExecutor:
        making = (self._start, self._arguments, self._stop)
        return ProcessPoolExecutor(self._count, mp_context=self._context, initializer=_begin, initargs=making)

    def submit(self, key: Any) -> Future[Any]:
        """Give out a key; processes begin here as they are needed."""
        try:
            with _undisturbed(), one_thread_each():
                return self._pool.submit(_do, key)
        except BrokenExecutor as error:
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed

    def gone(self, error: BaseException | None) -> bool:
        """Tell whether the pool has lost a process, and with it all that was given out."""
        return isinstance(error, BrokenExecutor)

    def again(self, key: Any) -> Future[Any]:
        """Give a key to new processes."""
        self._pool.shutdown()
        self._pool = self._opened()
        return self.submit(key)

    def close(self, *, stopped: bool) -> None:
        """Wait for what is in hand."""
        # Futures are not cancelled: a pool that is left in the midst of that may wait for ever.
        self._stop.value = int(stopped)
        self._pool.shutdown()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Put Ctrl-C off: a pool is not to be left half started, and those who begin here never see it.

    Ctrl-C reaches every process of a terminal: this one says so, the others finish what they hold.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held: list[tuple[int, FrameType | None]] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: held.append((number, frame)))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # new processes take it over
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, before)
        if held and callable(before):
            before(*held[0])


@contextlib.contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that begin here do arithmetic in one thread: there is one for every processor already."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin(start: Start, arguments: tuple[Any, ...], stop: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    global _making  # noqa: PLW0603 - a process of the pool has one piece of work to do
    _making = start, arguments, stop


def _end_with_parent() -> None:
    """Leave when the first process is killed: nobody would ever ask for more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _do(key: Any) -> Any:
    """Do one key. The work is made with the first: an error in that is the key's, and breaks no pool."""
    global _work  # noqa: PLW0603 - see `_begin`
    if _making is None:
        raise RuntimeError("this process was not started by run()")
    start, arguments, stop = _making
    if _work is None and not stop.value:
        _work = start(*arguments)
    return None if _work is None or stop.value else _work(key)
