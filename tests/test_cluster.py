"""A Dask cluster of two worker processes makes what this machine makes, also when one is killed.

It runs in a process of its own: what a cluster leaves to the garbage collector is no fault of ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from readiness import cluster, jobs
from readiness.errors import MissingLibraryError, ReadinessError

ROOT = Path(__file__).resolve().parents[1]
DRAWN = {
    "frameworks/main.yaml": ("tree:\n", "uncertainty: {draws: 300, imputation: {method: none}}\ntree:\n")
}

PIECES = """\
import os, signal
from pathlib import Path

def adding(more):
    return lambda number: (number + more, os.getpid())

def killing(folder):
    def do(number):
        mark = Path(folder) / "killed"
        if number == 5 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number
    return do

def failing(_):
    return lambda number: 1 // number

def deadly(_):
    return lambda number: os.kill(os.getpid(), signal.SIGKILL) if number == 3 else number

class Stopping:
    "Draws whose worker is killed in their midst, once."
    def __init__(self, scores, folder):
        self.scores, self.mark = scores, Path(folder) / "draws"

    def robustness(self, **how):
        from readiness.engine import uncertainty
        before, uncertainty.maker = uncertainty.maker, Killing(self.mark)
        try:
            return uncertainty.robustness(self.scores, **how)
        finally:
            uncertainty.maker = before

class Killing:
    def __init__(self, mark):
        self.mark = mark

    def __call__(self, *asked):
        from readiness.engine.pieces import maker
        make = maker(*asked)
        def do(piece):
            if piece.block == 3 and not self.mark.exists():
                self.mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return make(piece)
        return do

class Killed:
    "An index whose worker is killed at the second country, once."
    def __init__(self, index, folder):
        self.index, self.mark, self.second = index, Path(folder) / "report", index.scores().countries[1]

    def profile(self, country, *of, **more):
        if country == self.second and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.index.profile(country, *of, **more)
"""
SCRIPT = """\
import json, logging, sys
from pathlib import Path
import dask, distributed
import numpy as np
import pieces
from readiness import cluster, jobs
from readiness.engine import uncertainty
from readiness.errors import ReadinessError
from readiness.index import Index
from readiness.report import batch
from readiness.report.attachments import Attachments
from readiness.report.kept import Records

def reports(address, folder, index):
    making = batch.Making("pdf", attachments=Attachments(index.definitions, index.scores()), pages="brief")
    codes, found = index.scores().countries[:4], []
    for place, where in (("here", None), ("there", address), ("there", address)):
        targets = [(code, folder / place / f"{code}.pdf") for code in codes]
        asked = index if where is None else pieces.Killed(index, folder)
        records, request = Records(folder / place), batch.Request(asked)
        made = batch.write(request, targets, making, scheduler=where, records=records)
        found.append([[one.error, one.kept] for one in made])
    files = [[(folder / place / f"{code}.pdf").read_bytes() for code in codes] for place in ("here", "there")]
    return {"outcomes": found, "same": files[0] == files[1], "killed": (folder / "report").exists()}

def draws(address, folder, index):
    scores = index.scores()
    here = uncertainty.robustness(scores, draws=12_500)
    told = []
    there = pieces.Stopping(scores, folder).robustness(draws=12_500, scheduler=address, progress=told.append)
    same = [
        name for name, value in vars(here).items()
        if np.array_equal(value, getattr(there, name), equal_nan=value is not None)
    ]
    return {"same": sorted(same) == sorted(vars(here)), "told": told}

if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    dask.config.set({"distributed.scheduler.allowed-failures": 1})
    folder, index = Path(sys.argv[1]), Index.load(sys.argv[2])
    with distributed.LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as there:
        at, said = there.scheduler_address, {}

        def run(start, arguments, keys, **more):
            return jobs.run(start, arguments, keys, 1, scheduler=at, **more)

        said["sums"] = list(run(pieces.adding, (10,), list(range(40))))
        said["killed"] = list(run(pieces.killing, (str(folder),), list(range(12))))
        said["lost"] = list(run(pieces.deadly, (0,), [1, 2, 3, 4], lost=lambda key: f"lost {key}"))
        try:
            list(run(pieces.failing, (0,), [1, 0, 2]))
        except ZeroDivisionError:
            said["raised"] = True
        stopped = run(pieces.adding, (1,), list(range(1000)))
        next(stopped)
        stopped.close()
        said["after"] = list(run(pieces.adding, (2,), [1]))
        said["reports"] = reports(at, folder, index)
        said["draws"] = draws(at, folder, index)
        cluster.__version__ = "0.0"
        try:
            list(run(pieces.adding, (1,), [1, 2]))
        except ReadinessError as error:
            said["version"] = str(error)
    print(json.dumps(said))
"""


def test_a_cluster_does_what_this_machine_does(make_index, tmp_path):
    pytest.importorskip("distributed")
    (tmp_path / "pieces.py").write_text(PIECES)
    (tmp_path / "script.py").write_text(SCRIPT)
    ran = subprocess.run(
        [sys.executable, str(tmp_path / "script.py"), str(tmp_path), str(make_index(edit=DRAWN))],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    said = json.loads(ran.stdout.splitlines()[-1])
    assert [number for number, _ in said["sums"]] == list(range(10, 50))
    assert len({process for _, process in said["sums"]}) == 2
    # A worker that is killed costs its task, which another does.
    assert (tmp_path / "killed").exists() and said["killed"] == list(range(12))
    assert said["lost"] == [1, 2, "lost 3", 4]
    assert said["raised"] is True
    assert [number for number, _ in said["after"]] == [3]
    # Reports come back to the byte, with a worker killed among them; then all are kept.
    reports = said["reports"]
    assert reports["killed"] and reports["same"]
    assert reports["outcomes"] == [[[None, False]] * 4, [[None, False]] * 4, [[None, True]] * 4]
    # Draws too, equal to the bit, and none is lost or counted twice.
    assert (tmp_path / "draws").exists() and said["draws"]["same"]
    assert said["draws"]["told"] == [2000, 4000, 6000, 8000, 10_000, 12_000, 12_500]
    assert "and here it is 0.0. Only the same versions" in said["version"]


def test_without_dask_it_says_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(cluster.importlib, "import_module", missing)
    with pytest.raises(MissingLibraryError, match=r"pip install 'readiness\[dask\]'"):
        list(jobs.run(lambda: print, (), [1, 2], 1, scheduler="tcp://127.0.0.1:1"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "tcp://"])
def test_a_scheduler_that_does_not_answer(monkeypatch, address):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    with pytest.raises(ReadinessError, match="no Dask scheduler answers at"):
        list(jobs.run(lambda: print, (), [1, 2], 1, scheduler=address))
