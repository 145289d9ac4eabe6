"""Work in several processes gives what it gives in one."""

from __future__ import annotations

import os

import pytest

from readiness import jobs
from readiness.errors import ReadinessError


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


def test_an_error_of_ours_comes_back_with_its_hint():
    with pytest.raises(ReadinessError, match=r"7 is wrong\. Try 2"):
        list(jobs.run(refusing, (0,), [7, 8], 2))


def test_there_is_a_processor():
    assert jobs.processors() >= 1
