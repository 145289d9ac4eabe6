"""Odd surroundings: no home, the C locale, a full file system's cousins, several processes on one cache."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.cli.conftest import ROOT, START


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    folder = tmp_path_factory.mktemp("surroundings") / "index"
    subprocess.run([*START, "init", str(folder)], env=bare(), capture_output=True, check=True)
    return folder


def bare(**extra: str) -> dict[str, str]:
    """Return an environment without home, user, terminal and locale."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **extra}


@pytest.mark.parametrize(
    "extra",
    [{}, {"LANG": "C", "LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
     {"HOME": "/nonexistent"}, {"HOME": "/dev/null"}, {"HOME": ""}, {"READINESS_CACHE": "/dev/null/x"},
     {"SOURCE_DATE_EPOCH": "0"}],
    ids=str,
)  # fmt: skip
def test_scores_are_the_same_anywhere(starter, tmp_path, extra):
    line = [*START, "scores", "--indicators", str(starter), "--format", "csv"]
    ran = subprocess.run(line, env=bare(**extra), cwd=tmp_path, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    usual = subprocess.run(line, cwd=tmp_path, capture_output=True, check=True,
                           env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert ran.stdout == usual.stdout


def test_twenty_processes_on_one_cache(starter, tmp_path):
    line = [*START, "robustness", "--indicators", str(starter), "--draws", "200", "--format", "csv"]
    env = bare(READINESS_CACHE=str(tmp_path / "cache"))
    running = [
        subprocess.Popen(line, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(20)
    ]
    told = [child.communicate() for child in running]
    assert [child.returncode for child in running] == [0] * 20
    assert len(set(told)) == 1 and told[0][0] and not told[0][1]
    assert [path.suffix for path in (tmp_path / "cache").rglob("*") if path.is_file()] == [".npz"]
