"""Running the command line: in this process, as a process of its own, and in a terminal."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from readiness import resources
from readiness.cli.main import main
from readiness.definitions.load import Definitions
from readiness.index import Index

ROOT = Path(__file__).resolve().parents[2]
START = [sys.executable, "-c", "from readiness.cli.main import main; main()"]


@dataclass(frozen=True)
class Ran:
    """What became of a command."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(scope="session", autouse=True)
def _load_once():
    """Read the bundled index once for all commands of this process."""
    original = Index.load.__func__
    bundled: list[Index] = []

    def load(cls: type[Index], folder: Path | str | None = None) -> Index:
        if folder is not None:
            return original(cls, folder)
        if not bundled:
            bundled.append(original(cls, None))
        return bundled[0]

    patch = pytest.MonkeyPatch()
    patch.setattr(Index, "load", classmethod(load))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def bundled(_load_once) -> Index:
    return Index.load()


@pytest.fixture(scope="session")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a zip of an earlier edition: the bundled index as its figures stood a year before."""
    root = tmp_path_factory.mktemp("older")
    folder = root / "index"
    shutil.copytree(resources.bundled("indicators"), folder, ignore=shutil.ignore_patterns("schema"))
    for path in (folder / "frameworks").glob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace('edition: "2026.1"', 'edition: "2025.1"')
        path.write_text(text.replace("\nyear: 2026", "\nyear: 2025"), encoding="utf-8")
    return Path(shutil.make_archive(str(root / "2025"), "zip", folder))


@pytest.fixture
def definitions(bundled: Index) -> Definitions:
    return bundled.definitions


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command in this process."""

    def of(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        code = left.value.code
        assert isinstance(code, int)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return of


@pytest.fixture
def refused(run: Run) -> Callable[..., str]:
    """Return a function that runs a command which exits 2 with nothing on stdout; it gives stderr."""

    def of(*arguments: str | Path) -> str:
        ran = run(*arguments)
        assert (ran.code, ran.out) == (2, ""), ran
        assert "Traceback" not in ran.err
        return ran.err.rstrip("\n")

    return of


@pytest.fixture
def done(run: Run) -> Callable[..., str]:
    """Return a function that runs a command which exits 0 without a word on stderr; it gives stdout."""

    def of(*arguments: str | Path) -> str:
        ran = run(*arguments)
        assert (ran.code, ran.err) == (0, ""), ran
        return ran.out

    return of


def environment(**extra: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")}
    return {**kept, "PYTHONPATH": str(ROOT), **extra}


@pytest.fixture
def process(tmp_path: Path) -> Run:
    """Return a function that runs a command as a process of its own, in an empty folder."""

    def of(*arguments: str, **extra: str) -> Ran:
        ran = subprocess.run(
            [*START, *arguments], env=environment(**extra), cwd=tmp_path, capture_output=True, check=False
        )
        return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())

    return of


@pytest.fixture
def shell(tmp_path: Path) -> Run:
    """Return a function that runs a line of bash in which `readiness` is this package's command."""
    if not Path("/bin/bash").exists():
        pytest.skip("there is no bash")

    def of(line: str) -> Ran:
        function = f'readiness() {{ "{START[0]}" -c \'{START[2]}\' "$@"; }}; set -o pipefail; '
        ran = subprocess.run(
            ["/bin/bash", "-c", function + line], env=environment(), cwd=tmp_path, capture_output=True,
            check=False,
        )  # fmt: skip
        return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())

    return of


@pytest.fixture
def terminal(tmp_path: Path) -> Run:
    """Return a function that runs a command in a terminal of so many columns."""

    def of(*arguments: str, columns: int = 80) -> Ran:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        with subprocess.Popen(
            [*START, *arguments], env=environment(), cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=theirs,
            stderr=subprocess.PIPE,
        ) as child:  # fmt: skip
            os.close(theirs)
            out = b""
            while True:
                try:
                    part = os.read(ours, 65536)
                except OSError as error:
                    assert error.errno == errno.EIO
                    break
                if not part:
                    break
                out += part
            err = child.communicate()[1]
        os.close(ours)
        return Ran(child.returncode, out.decode().replace("\r\n", "\n"), err.decode())

    return of
