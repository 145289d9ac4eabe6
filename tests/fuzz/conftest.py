"""Fuzzing: how long it goes on, what the command line works on, and what no call may do.

`make fuzz` sets READINESS_FUZZ to the number of examples of each test; the ordinary suite takes a few.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import shutil
import socket
import socketserver
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from readiness.cli.main import main
from readiness.index import Index

# Commands that write into the index they are given.
WRITERS = ("update", "set", "import", "add")


def examples(few: int) -> settings:
    """Return settings of so many examples, more under READINESS_FUZZ; a busy machine is no failure."""
    wanted = int(os.environ.get("READINESS_FUZZ", "0")) or few
    return settings(
        max_examples=wanted, deadline=None, derandomize="READINESS_FUZZ" not in os.environ,
        suppress_health_check=list(HealthCheck),
        # A call is readable as it is; making it shorter takes minutes.
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )  # fmt: skip


@dataclass(frozen=True)
class Called:
    """What became of a call: its exit code, and what it printed."""

    code: int
    out: bytes
    err: str


@contextlib.contextmanager
def offline() -> Iterator[None]:
    """Refuse every connection, end a server at once, and read the bundled index once, for one call.

    For no longer: other tests of this process have servers of their own.
    """

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a command asked the network")

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def load(cls: type[Index], folder: Path | None = None) -> Index:
        return _bundled() if folder is None else _load(cls, folder)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, refuse)
        patch.setattr(socketserver.BaseServer, "serve_forever", stop)
        patch.setattr(Index, "load", classmethod(load))
        yield


_load = Index.load.__func__  # type: ignore[attr-defined]
_bundled = functools.cache(Index.load)

Snapshot = dict[str, tuple[bytes, int] | None]


class Playground:
    """A folder in which commands are called: `work` is theirs, what lies around it is not.

    `work/index` is the starter index, `work/out` where results go.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.work = root, root / "work"
        self.work.mkdir()
        (root / "canary").write_text("untouched", encoding="utf-8")
        (root / "etc").mkdir()
        self._pristine = Path(tempfile.mkdtemp(dir=root.parent)) / "index"
        self.call("init", str(self._pristine))
        self.reset()
        self.before = self.snapshot()

    def reset(self) -> None:
        """Give the working folder what it had at first."""
        shutil.rmtree(self.work)
        (self.work / "out").mkdir(parents=True)
        shutil.copytree(self._pristine, self.work / "index")
        (self.work / "table.csv").write_text("country,year,value\nKEN,2022,70\n", encoding="utf-8")

    def snapshot(self) -> Snapshot:
        """Return every file below the root with its content; folders and links without."""
        found: Snapshot = {}
        for path in sorted(self.root.rglob("*")):
            # What hypothesis keeps where it stands, and the lock of an index folder.
            if {".hypothesis", ".readiness"} & set(path.parts):
                continue
            name = os.fsencode(path.relative_to(self.root)).decode(errors="backslashreplace")
            plain = path.is_file() and not path.is_symlink()
            found[name] = (path.read_bytes(), path.stat().st_mode) if plain else None
        return found

    def call(self, *arguments: str) -> Called:
        """Call the command line in this process; what raises past it raises here too."""
        with tempfile.TemporaryFile() as out, contextlib.chdir(self.work), offline():
            # A command that ends early may have sent its descriptor elsewhere.
            again = os.fdopen(os.dup(out.fileno()), "rb")
            stdout = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
            stderr = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
            kept = sys.stdout, sys.stderr
            sys.stdout, sys.stderr = stdout, stderr
            try:
                main(list(arguments))
            except SystemExit as left:
                code = left.code
            finally:
                sys.stdout, sys.stderr = kept
                stdout.detach()
                with again:
                    again.seek(0)
                    printed = again.read()
            assert isinstance(code, int)
            return Called(code, printed, stderr.buffer.getvalue().decode())

    def judge(self, arguments: Sequence[str]) -> Called:
        """Call a command and hold it to the contract of the command line.

        Exit code 0, 1 or 2, no traceback, nothing outside `work`, nothing in the index but by the
        commands that write into it, and nothing at all where the code is 2.
        """
        called = self.call(*arguments)
        after = self.snapshot()
        changed = {name for name in {*self.before, *after} if self.before.get(name, 0) != after.get(name, 0)}
        if changed:
            self.reset()
        assert called.code in (0, 1, 2), called
        assert "Traceback" not in called.err and "Traceback" not in called.out.decode(errors="replace")
        assert not {name for name in changed if name.split("/")[0] != "work"}, changed
        if called.code == 2:
            assert called.err.strip(), "a refusal without a word"
            # The result of `check` is what is wrong.
            assert not changed or arguments[0] == "check", changed
            assert called.out == b"" or arguments[0] == "check"
        if not (arguments and arguments[0] in WRITERS):
            assert not {name for name in changed if name.startswith("work/index")}, changed
        return called


@pytest.fixture(scope="session")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Playground:
    """The folder in which all calls of this session are made."""
    return Playground(tmp_path_factory.mktemp("fuzz"))
