"""Independent pieces of work, done one after another or by several processes at once."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from readiness.errors import ReadinessError

Key = TypeVar("Key")
Result = TypeVar("Result")

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_work: Callable[[Any], Any] | None = None


def processors() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


def run(
    start: Callable[..., Callable[[Key], Result]], arguments: tuple[Any, ...], keys: Sequence[Key], jobs: int
) -> Iterator[Result]:
    """Yield the result of each key in their order.

    Parameters
    ----------
    start
        Called once in each process with `arguments`; what it returns is called with each key. Both it
        and the arguments can be pickled where there are several processes.
    jobs
        So many processes; with 1 everything is done in this one.

    Raises
    ------
    ReadinessError
        When the system has stopped one of the processes.
    """
    if jobs <= 1 or len(keys) <= 1:
        yield from map(start(*arguments), keys)
        return
    # Started anew, not forked: libraries that have threads by now do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with _one_thread_each(), ProcessPoolExecutor(
        min(jobs, len(keys)), mp_context=context, initializer=_begin, initargs=(start, arguments)
    ) as pool:  # fmt: skip
        futures = [pool.submit(_do, key) for key in keys]
        try:
            for future in futures:
                yield future.result()
        except BrokenProcessPool as error:
            raise ReadinessError(
                "the system has stopped one of the processes, perhaps for want of memory",
                "Run it again with fewer --jobs; what was written is whole",
            ) from error
        except BaseException:  # stopped: what has not begun is not begun
            for future in futures:
                future.cancel()
            raise


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
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


def _begin(start: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]) -> None:
    # Ctrl-C reaches every process of a terminal: the first one says so, the others finish what they hold.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _work  # noqa: PLW0603 - a process of the pool has one piece of work to do
    _work = start(*arguments)


def _do(key: Any) -> Any:
    if _work is None:
        raise RuntimeError("this process was not started by run()")
    return _work(key)
