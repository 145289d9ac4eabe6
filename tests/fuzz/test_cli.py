"""No call of the command line ends in a traceback, asks the network or writes where it should not."""

from __future__ import annotations

import socket
import socketserver

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.index import Index
from tests.fuzz.conftest import examples
from tests.fuzz.grammar import NAMES, calls


@pytest.mark.parametrize("name", NAMES)
def test_no_call_breaks_the_contract(playground, name):
    @examples(8)
    @given(calls([name]))
    def judged(words):
        playground.judge(words)

    judged()


@examples(40)
@given(st.lists(st.text(max_size=30), max_size=5))
def test_no_words_break_the_contract(playground, words):
    playground.judge(words)


def test_a_call_has_no_network_and_other_tests_have_theirs_back(playground, monkeypatch):
    before = [getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")]
    served, loaded = socketserver.BaseServer.serve_forever, Index.load

    def asking(_):
        with socket.socket() as asked:
            asked.connect(("127.0.0.1", 9))

    monkeypatch.setattr("tests.fuzz.conftest.main", asking)
    with pytest.raises(AssertionError, match="asked the network"):
        playground.call("scores")
    assert [getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")] == before
    assert socketserver.BaseServer.serve_forever is served and Index.load == loaded
