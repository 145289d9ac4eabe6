"""What the fuzzers found, once and for all: every call in `corpus/cli.json` keeps the contract."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

CALLS = json.loads((Path(__file__).parent / "corpus" / "cli.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CALLS, ids=lambda case: case["found"])
def test_a_call_that_broke_it_once(playground, case):
    called = playground.judge(case["words"])
    assert called.code == case["code"] and case["says"] in called.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize(
    "words",
    [["import", "pipe", "--indicator", "td_losses", "--indicators", "index"], ["verify", "pipe"],
     ["scores", "--indicators", "pipe"], ["size", "KEN", "--scenario", "pipe", "--indicators", "index"],
     ["report", "KEN", "--format", "html", "--theme", "pipe", "--indicators", "index"],
     ["update", "--offline", "snapshot", "--indicators", "index"], ["site", "-o", "site",
    "--indicators", "index"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_a_pipe_into_which_nobody_writes_is_not_waited_for(playground, words):
    for path in ("pipe", "snapshot/snapshot.json", "snapshot/manifest.json", "site/site.json"):
        (playground.work / path).parent.mkdir(exist_ok=True)
        os.mkfifo(playground.work / path)
    try:
        called = playground.call(*words)
    finally:
        playground.reset()
    assert called.code == 2 and called.err.strip()
