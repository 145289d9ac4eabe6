"""Work in several processes gives what it gives in one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from readiness import jobs
from readiness.errors import ReadinessError

ROOT = Path(__file__).resolve().parents[1]


def adding(more):
    return lambda number: (number + more, os.getpid(), os.environ.get("OPENBLAS_NUM_THREADS"))


def failing(_):
    return lambda number: 1 // number


def test_one_process_is_this_one():
    assert [result[:2] for result in jobs.run(adding, (10,), [1, 2, 3], 1)] == [
        (number, os.getpid()) for number in (11, 12, 13)
    ]


def test_several_give_the_same_in_order(monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    found = list(jobs.run(adding, (10,), list(range(20)), 2))
    assert [result[0] for result in found] == list(range(10, 30))
    assert os.getpid() not in {result[1] for result in found}
    # Each does its arithmetic in one thread; here nothing has changed.
    assert {result[2] for result in found} == {"1"}
    assert "OPENBLAS_NUM_THREADS" not in os.environ


@pytest.mark.parametrize("processes", [1, 2])
def test_a_fault_is_raised_here(processes):
    with pytest.raises(ZeroDivisionError):
        list(jobs.run(failing, (0,), [1, 0, 2], processes))


def dying(_):
    return lambda number: os.kill(os.getpid(), 9) if number == 3 else number


def refusing(_):
    def refuse(number):
        raise ReadinessError(f"{number} is wrong", "Try 2")

    return refuse


def test_a_process_that_is_killed_is_told():
    found = []
    with pytest.raises(ReadinessError, match="stopped one of the processes"):
        found.extend(jobs.run(dying, (0,), [1, 2, 3, 4], 2))
    assert found == [1, 2]


def test_a_key_that_costs_its_process_costs_no_other():
    found = list(jobs.run(dying, (0,), [1, 2, 3, 4, 5, 6, 7, 8], 2, lost=lambda key: f"lost {key}"))
    assert found == [1, 2, "lost 3", 4, 5, 6, 7, 8]


def dying_once(folder):
    def die(number):
        mark = Path(folder) / "died"
        if number == 3 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), 9)
        return number

    return die


def test_a_key_whose_process_was_killed_once_is_done_again(tmp_path):
    found = list(jobs.run(dying_once, (str(tmp_path),), [1, 2, 3, 4, 5], 2, lost=lambda key: f"lost {key}"))
    assert found == [1, 2, 3, 4, 5] and (tmp_path / "died").exists()


def always_dying(_):
    return lambda number: os.kill(os.getpid(), 9)


def test_where_every_process_is_killed_it_ends():
    found = []
    with pytest.raises(ReadinessError, match="fewer --jobs"):
        found.extend(jobs.run(always_dying, (0,), list(range(50)), 2, lost=lambda key: "lost"))
    assert found == ["lost"] * 4


def raising(_):
    raise ReadinessError("it cannot begin")


def test_an_error_of_the_beginning_is_raised_here():
    with pytest.raises(ReadinessError, match="it cannot begin"):
        list(jobs.run(raising, (0,), [1, 2, 3], 2, lost=lambda key: "lost"))


def writing(folder):
    return lambda number: (Path(folder) / str(number)).write_text("done")


def test_no_more_is_given_out_than_is_soon_done(tmp_path):
    keys = iter(range(1000))

    class Counted(list):
        def __iter__(self):
            return keys

    results = jobs.run(writing, (str(tmp_path),), Counted(range(1000)), 2)
    next(results)
    assert next(keys) == 2 * jobs.AHEAD  # so many were taken
    results.close()
    assert len(list(tmp_path.iterdir())) <= 2 * jobs.AHEAD


SLOW = """\
import os, sys, time
from pathlib import Path
from readiness import jobs

def slowly(folder):
    def do(key):
        (Path(folder) / f"begun-{key}-{os.getpid()}").touch()
        time.sleep(0.5)
        (Path(folder) / f"done-{key}").touch()
        return key
    return do

if __name__ == "__main__":
    try:
        for key in jobs.run(slowly, (sys.argv[1],), list(range(500)), 2):
            print(key, flush=True)
    except KeyboardInterrupt:
        print("stopped", flush=True)
        sys.exit(130)
"""


def begun(tmp_path, many):
    """Start the slow work in a group of its own, and wait until so much of it has begun."""
    script = tmp_path / "slow.py"
    script.write_text(SLOW)
    folder = tmp_path / "out"
    folder.mkdir()
    child = subprocess.Popen(
        [sys.executable, str(script), str(folder)], start_new_session=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    while len(list(folder.glob("begun-*"))) < many and child.poll() is None:
        time.sleep(0.02)
    return child, folder


def gone(pid):
    """Wait until a process is no longer, or is only not yet buried."""
    while True:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux")
@pytest.mark.parametrize("many", [0, 1, 5])
def test_ctrl_c_ends_with_what_is_in_hand(tmp_path, many):
    child, folder = begun(tmp_path, many)
    if not many:  # while the processes are being started
        time.sleep(0.5)
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=60)
    if many:
        assert child.returncode == 130 and out.endswith("stopped\n") and err == ""
    ends = sorted(path.name for path in folder.iterdir())
    began = [name for name in ends if name.startswith("begun-")]
    # What was in hand is done; what waited is not begun.
    assert len(began) == len(ends) - len(began) <= many + 3
    assert all(gone(name.rsplit("-", 1)[1]) for name in began)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux")
def test_no_process_outlives_the_first(tmp_path):
    child, folder = begun(tmp_path, 2)
    child.kill()
    child.communicate(timeout=60)
    assert all(gone(path.name.rsplit("-", 1)[1]) for path in folder.glob("begun-*"))


def test_an_error_of_ours_comes_back_with_its_hint():
    with pytest.raises(ReadinessError, match=r"7 is wrong\. Try 2"):
        list(jobs.run(refusing, (0,), [7, 8], 2))


def test_there_is_a_processor():
    assert jobs.processors() >= 1
