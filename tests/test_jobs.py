"""Work in several processes gives what it gives in one."""

from __future__ import annotations

import os

import pytest

from readiness import jobs


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


def test_there_is_a_processor():
    assert jobs.processors() >= 1
