"""No bytes make a reader raise: what is wrong is told; what was found once is in `corpus/`."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.conftest import examples
from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
KEPT = [(name, path) for name in TARGETS for path in sorted((CORPUS / name).glob("*"))]
PIECES = [
b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b",",
    b'"', b"'", b": ", b"- ", b"|", b"{", b"[", b"&a ",
    b"*a",
    b"!!x ", b"1e400", b"-0", b"nan", b".inf", b"9" * 400, "٢".encode(), b"\xc2\x85", "\u2028".encode(),
    b"=", b"<",
    b"null", b"id", b"country", b"KEN", b"2023", b"9999", b"PK\x03\x04",
    "\N{RIGHT-TO-LEFT OVERRIDE}".encode(),
    b"#",
]  # fmt: skip


@st.composite
def changed(draw, seeds):
    """Return one of the seeds with a few pieces put in, taken out or doubled."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from([*PIECES, data[start:end] * 2]))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize(("name", "path"), KEPT, ids=lambda part: getattr(part, "name", part))
def test_what_was_found_once(name, path):
    TARGETS[name](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_make_a_reader_raise(name, index_files):
    kept = [path.read_bytes() for other, path in KEPT if other == name]
    texts = [text.encode() for text in index_files.values()] if name == "definition" else []

    @examples(60)
    @given(
        st.one_of(st.binary(max_size=200), changed([b"country,2022,2023\nKEN,1,2\nNOR,,3\n", *texts, *kept]))
    )
    def read(data):
        TARGETS[name](data)

    read()
