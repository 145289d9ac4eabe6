"""What a benchmark measures with: pairs of times, workers of their own, memory of whole process trees."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from readiness.jobs import one_thread_each

# Reading how much memory a process takes stops it for a moment.
_EVERY = 0.5


@dataclass(frozen=True)
class Spent:
    """Seconds that something took: on the clock, and of processors."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Pairs:
    """Times of ours and of the baseline, each pair measured one after the other.

    `memory` is the most that each took, in bytes.
    """

    ours: Sequence[float]
    baseline: Sequence[float]
    memory: tuple[int, int] | None = None

    @property
    def ratios(self) -> list[float]:
        """Ours to the baseline, pair by pair."""
        return [one / other for one, other in zip(self.ours, self.baseline, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return statistics.median(self.ratios)


@dataclass(frozen=True)
class Line:
    """A line of the table; without `pairs` it was left out, and `remark` says why."""

    work: str
    baseline: str
    aim: str
    pairs: Pairs | None
    remark: str = ""


@dataclass(frozen=True)
class Size:
    """How much is measured: `rounds` of pairs, `sample` documents, `batch` countries (None for all)."""

    rounds: int = 9
    sample: int = 24
    batch: int | None = None


def timed(function: Callable[[], object]) -> Spent:
    """Time a call in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    function()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


class Commands:
    """Runs whole processes, all with compiled modules of one folder, as an installation has them."""

    def __init__(self, folder: Path) -> None:
        self.environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        self.environment["PYTHONPYCACHEPREFIX"] = str(folder)
        self.peak = 0

    def run(self, *arguments: str) -> Spent:
        """Run a command to its end; it has to succeed."""
        with tempfile.TemporaryFile() as errors:
            start = time.perf_counter()
            process = subprocess.Popen(
                arguments, stdout=subprocess.DEVNULL, stderr=errors, env=self.environment
            )
            with Peak(process.pid) as memory:
                _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                errors.seek(0)
                raise RuntimeError(f"{arguments} failed: {errors.read().decode(errors='replace')}")
        self.peak = max(self.peak, memory.bytes)
        return Spent(wall, usage.ru_utime + usage.ru_stime)


def readiness(*arguments: str) -> list[str]:
    """Return the words of a `readiness` command."""
    script = Path(sys.executable).with_name("readiness")
    if script.exists():
        return [str(script), *arguments]
    return [sys.executable, "-c", "from readiness.cli.main import main; main()", *arguments]


class Worker:
    """A process that stays: `start(*arguments)` in it returns what is called with each key.

    With one thread of arithmetic, so that processor time says what the work takes.
    """

    def __init__(self, start: Callable[..., Callable[[Any], Spent]], *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, far = context.Pipe()
        self._process = context.Process(target=_serve, args=(far, start, arguments), daemon=True)
        with one_thread_each():
            self._process.start()
        far.close()
        self._memory = Peak(self._process.pid or 0)
        self._answer()
        self._memory.__enter__()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._memory.__exit__()
        with contextlib.suppress(OSError):
            self._pipe.send(None)
        self._process.join(20)
        if self._process.is_alive():
            self._process.kill()

    def __call__(self, key: Any) -> Spent:
        """Do one piece of work there."""
        self._pipe.send((key,))
        return self._answer()

    @property
    def peak(self) -> int:
        """The most memory, in bytes, that the process and those it has started took."""
        return self._memory.bytes

    def _answer(self) -> Any:
        try:
            answer = self._pipe.recv()
        except EOFError as error:
            raise RuntimeError("a process of the benchmark has ended early") from error
        if isinstance(answer, str):
            raise RuntimeError(answer)
        return answer


def _serve(pipe: Any, start: Callable[..., Callable[[Any], Spent]], arguments: tuple[Any, ...]) -> None:
    try:
        work = start(*arguments)
        pipe.send(())
        while (message := pipe.recv()) is not None:
            pipe.send(work(message[0]))
    except EOFError:
        pass
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")


def alternately(one: Callable[[Any], Spent], other: Callable[[Any], Spent], keys: Sequence[Any],
                clock: str = "cpu") -> tuple[list[float], list[float]]:  # fmt: skip
    """Do each key both ways, one after the other; which comes first changes from key to key."""
    ours: list[float] = []
    baseline: list[float] = []
    both = [(one, ours), (other, baseline)]
    for number, key in enumerate(keys):
        for function, times in both if number % 2 else both[::-1]:
            times.append(getattr(function(key), clock))
    return ours, baseline


@dataclass
class Peak:
    """The most memory that a process and all it has started take together, looked at now and then.

    Pages that several of them share count once (proportional set size). Zero where there is no /proc.
    """

    root: int
    bytes: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Peak:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while True:
            self.bytes = max(self.bytes, sum(map(_memory, _tree(self.root))))
            if self._over.wait(_EVERY):
                return


def _tree(root: int) -> set[int]:
    """Return a process and all below it."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found, more = set(), {root}
    while more:
        found |= more
        more = {process for process, parent in parents.items() if parent in more} - found
    return found


def _memory(process: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
