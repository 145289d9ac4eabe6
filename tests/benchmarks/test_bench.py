"""The speed table's own arithmetic, and that its quick rows run; no test looks at how long anything takes."""

from __future__ import annotations

import datetime
import importlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Return how a script of this folder is imported."""
    monkeypatch.syspath_prepend(str(HERE))

    def imported(name: str) -> ModuleType:
        return importlib.import_module(name)

    return imported


def test_a_line_has_the_median_and_the_ends_of_its_ratios(module) -> None:
    measuring, bench = module("measuring"), module("bench")
    pairs = measuring.Pairs([1.0, 3.0, 2.0], [2.0, 2.0, 2.0], (5_000_000, 7_000_000))
    small = measuring.Pairs([0.001], [2.5])
    text = bench.page(
        [
            measuring.Line("a", "b", "below 1", pairs, "c"),
            measuring.Line("d", "e", "1/1000", small),
            measuring.Line("f", "g", "1", None, "left out: there is no Chromium here"),
        ],
        datetime.date(2026, 11, 7),
    )
    assert "| a | b | below 1 | 1.00 | 0.50 to 1.50 | 2.0 s | 2.0 s | 5 MB; 7 MB | c |" in text
    assert "| d | e | 1/1000 | 1/2,500 | one pair | 1 ms | 2.5 s |  |  |" in text
    assert "| f | g | 1 |  |  |  |  |  | left out: there is no Chromium here |" in text
    assert "Measured on 7 November 2026: " in text and "numpy " in text


def test_turns_change_from_pair_to_pair(module) -> None:
    measuring, calls = module("measuring"), []

    def doing(name: str, seconds: float):
        def work(key: str):
            calls.append(name + key)
            return measuring.Spent(wall=seconds, cpu=0.0)

        return work

    found = measuring.alternately(doing("us", 1.0), doing("them", 2.0), "12", clock="wall")
    assert found == ([1.0, 1.0], [2.0, 2.0])
    assert calls == ["them1", "us1", "us2", "them2"]


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from /proc")
def test_memory_is_that_of_a_process_and_all_it_has_started(module) -> None:
    child = "held = bytearray(b'x' * 80_000_000); import time; time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen([sys.executable, "-c", parent], start_new_session=True)
    try:
        with module("measuring").Peak(process.pid) as memory:
            until = time.monotonic() + 30
            while memory.bytes < 80_000_000 and time.monotonic() < until:
                time.sleep(0.05)
        assert memory.bytes > 80_000_000
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_command_that_fails_is_no_measurement(module, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        module("measuring").Commands(tmp_path).run(sys.executable, "-c", "raise SystemExit('no such thing')")


def test_the_row_is_left_out_where_there_is_no_chromium(module, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = module("rows_pdf")
    monkeypatch.setattr(rows, "CHROMIUM", None)
    (line,) = rows.beside_chromium(module("measuring").Size(batch=2))
    assert line.pairs is None and "no Chromium" in line.remark


def test_the_pandas_loop_ranks_as_we_do(module) -> None:
    from readiness.index import Index

    loop = module("pandas_draws").Loop(Index.load().scores(), once=True)
    # Our scores are of single precision: near ties fall otherwise now and then.
    assert loop.agreement(20) > 0.98


def test_the_table_is_printed_and_written(tmp_path: Path) -> None:
    output = tmp_path / "results" / "table.md"
    done = subprocess.run(
        [sys.executable, str(HERE / "bench.py"), "load", "--quick", "-o", str(output)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert output.read_text() == done.stdout
    first = r"^\| load and check the bundled index \| PyYAML `safe_load` .* \| \d\.\d\d \| "
    assert re.search(first, done.stdout, re.MULTILINE)
    assert "not for quoting" in done.stdout


def test_a_row_that_is_none_is_refused() -> None:
    words = [sys.executable, str(HERE / "bench.py"), "speed"]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode == 2 and "there is no row speed; there are load, scores" in done.stderr
