"""YAML with places: scalars of YAML 1.2, what is refused, and where it stands."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from readiness.definitions import places
from readiness.definitions.places import MAX_BYTES, Document, dotted, read


def data(text: str) -> Any:
    document = read(text.encode(), "a.yaml")
    assert not document.problems
    return document.data


def printed(content: str | bytes) -> list[str]:
    document = read(content.encode() if isinstance(content, str) else content, "a.yaml")
    assert document.data is None
    return [str(item) for item in document.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("n", "n"), ("12:30", "12:30"),
        ("2026-11-20", "2026-11-20"),
        ("true", True), ("False", False), ("~", None), ("null", None), ("", None),
        ("12", 12), ("+12", 12), ("-3", -3), ("012", 12), ("0o14", 12), ("0x1F", 31),
        ("1e3", 1000.0), ("1.", 1.0), (".5", 0.5), ("-0.0", 0.0), ("12.50", 12.5), (".inf", math.inf),
        ("1_000", "1_000"), ("0x1_0", "0x1_0"), ("0o8", "0o8"), ("0b1", "0b1"), ("1,5", "1,5"), ("-", "-"),
        ("1.2.3", "1.2.3"), ("'12'", "12"), ('"true"', "true"), ("'~'", "~"), ("<<", "<<"),
    ],
)  # fmt: skip
def test_a_scalar_is_read_by_the_core_schema_of_yaml_1_2(text: str, value: Any) -> None:
    found = data(f"a: {text}\n")["a"] if text != "-" else data("a: '-'\n")["a"]
    assert found == value
    assert type(found) is type(value)


def test_not_a_number_is_a_float() -> None:
    assert math.isnan(data("a: .nan\n")["a"])


def test_keys_are_always_text() -> None:
    assert data("NO: 1\n12: 2\ntrue: 3\n~: 4\n") == {"NO": 1, "12": 2, "true": 3, "~": 4}


def test_sequences_are_tuples() -> None:
    assert data("a: [1, [2]]\nb:\n  - x\n") == {"a": (1, (2,)), "b": ("x",)}


def test_every_key_and_value_has_its_place() -> None:
    document = read(b"a: 1\nb:\n  - x\n  - c: [d, 'e']\n", "a.yaml")
    assert document.values == {
        (): (1, 1), ("a",): (1, 4), ("b",): (3, 3), ("b", 0): (3, 5), ("b", 1): (4, 5),
        ("b", 1, "c"): (4, 8), ("b", 1, "c", 0): (4, 9), ("b", 1, "c", 1): (4, 12),
    }  # fmt: skip
    assert document.keys == {("a",): (1, 1), ("b",): (2, 1), ("b", 1, "c"): (4, 5)}


def test_the_parser_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    content = "# é\na: [1, {b: 'x'}]\nc: |\n  x,1\n  y,2\nd: >-\n  x\n  y\ne:\n- ~\n- NO\n".encode()
    fast = read(content, "a.yaml")
    monkeypatch.setattr(places, "_LOADER", yaml.SafeLoader)
    assert read(content, "a.yaml") == fast


def test_a_missing_place_is_that_of_the_nearest_value_above() -> None:
    document = read(b"a:\n  b: 1\n", "a.yaml")
    assert document.place(("a", "x", "y")) == (2, 3)
    assert document.key_place(("a", "x")) == (2, 3)
    assert document.key_place(("a", "b")) == (2, 3)
    assert Document("a.yaml").place(("a",)) == (1, 1)


def test_only_literal_blocks_are_blocks() -> None:
    document = read(b"a: |\n  x\nb: >\n  x\nc: 'x'\nd: x\n", "a.yaml")
    assert document.blocks == {("a",)}


def test_a_byte_order_mark_moves_no_column() -> None:
    document = read("\ufeffa: 1\n".encode(), "a.yaml")
    assert document.data == {"a": 1}
    assert document.values[("a",)] == (1, 4)


def test_windows_line_ends_move_no_line() -> None:
    document = read(b"a: 1\r\nb: |\r\n  x,y\r\nc: 2\r\n", "a.yaml")
    assert document.data == {"a": 1, "b": "x,y\n", "c": 2}
    assert document.values[("c",)] == (4, 4)


def test_columns_count_characters() -> None:
    assert read("é: ü, b\nç: {a: é, b: 1}\n".encode(), "a.yaml").values[("ç", "b")] == (2, 14)


def test_dotted() -> None:
    assert dotted(("tree", "children", 0, "id")) == "tree.children[0].id"
    assert dotted(()) == ""


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", "a.yaml:3:1: a: the key 'a' stands twice. The first is in line 1."),
        ("a: &x 1\n", "a.yaml:1:4: a: anchor '&x' is not allowed. Leave it out."),
        ("a: *x\n", "a.yaml:1:4: a: alias '*x' is not allowed. Write the value out."),
        ("&x a: 1\n", "a.yaml:1:1: anchors and tags are not allowed on keys. Leave it out."),
        ("*x : 1\n", "a.yaml:1:1: alias '*x' is not allowed. Write the key out."),
        ("a: !!str 1\n", "a.yaml:1:4: a: tag '!!str' is not allowed. Leave it out."),
        ("a: !mine 1\n", "a.yaml:1:4: a: tag '!mine' is not allowed. Leave it out."),
        ("? [a]\n: 1\n", "a.yaml:1:3: a key has to be text"),
        ("a: b\n# \tnote\n", "a.yaml:2:3: a tab is not allowed. Use spaces."),
        ("a: b\0\n", "a.yaml:1:5: a NUL character is not allowed. Use spaces."),
        ("a: é \x07\n", "a.yaml:1:6: not YAML: control characters are not allowed"),
        ("", "a.yaml:1:1: the file is empty"),
        ("# nothing yet\n", "a.yaml:1:1: the file is empty"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2:1: a second document begins. Keep one document a file."),
        ("a: b: c\n", "a.yaml:1:5: not YAML: mapping values are not allowed in this context. "
                      "A text with ': ' in it has to stand in quotes."),
        ("a: 1\nb\nc: 2\n", "a.yaml:3:1: not YAML: could not find expected ':'. "
                            "Is a colon missing, or a line not indented?"),
        ("a: [1, 2\nb: 3\n", "a.yaml:2:2: not YAML: did not find expected ',' or ']'"),
        ("é: caf\xe9".encode("latin-1"), "a.yaml:1:1: byte 0xe9 is not UTF-8. Save the file as UTF-8."),
        (b"a: 1\n" + "é ".encode() + b"\xe9", "a.yaml:2:3: byte 0xe9 is not UTF-8. Save the file as UTF-8."),
        ("a: 1\n".encode("utf-16"), "a.yaml:1:1: byte 0xff is not UTF-8. Save the file as UTF-8."),
        ("a: " + "[" * 50 + "]" * 50, "a.yaml:1:43: a: nested more than 40 levels deep"),
        ("a: " + "{b: " * 50 + "}" * 50, "a.yaml:1:160: a: nested more than 40 levels deep"),
    ],
)  # fmt: skip
def test_what_no_definitions_file_needs_is_refused_at_its_place(content: str | bytes, problem: str) -> None:
    assert printed(content) == [problem]


def test_a_file_over_4_mb_is_refused_unread() -> None:
    assert printed(b"a" * (MAX_BYTES + 1)) == ["a.yaml:1:1: the file has more than 4 MB (4,000,000 bytes)"]


def test_a_file_of_4_mb_is_read() -> None:
    assert data("a: " + "x" * (MAX_BYTES - 4) + "\n")["a"][0] == "x"


def test_all_problems_of_a_file_are_found_at_once() -> None:
    assert printed("a: &x 1\nb: *x\na: !!int 2\n") == [
        "a.yaml:1:4: a: anchor '&x' is not allowed. Leave it out.",
        "a.yaml:2:4: b: alias '*x' is not allowed. Write the value out.",
        "a.yaml:3:1: a: the key 'a' stands twice. The first is in line 1.",
        "a.yaml:3:4: a: tag '!!int' is not allowed. Leave it out.",
    ]


def test_an_alias_bomb_is_refused_and_not_expanded() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    assert len(printed("\n".join(lines))) == 40 + 39 * 9


def test_a_merge_key_is_a_key_like_any_other() -> None:
    assert data("<<: {a: 1}\n") == {"<<": {"a": 1}}


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    document = read(content, "a.yaml")
    assert document.problems == [] or document.data is None


@given(st.text(st.sampled_from("ab: \n-[]{}&*!|>'\"%@`#,?~0.1e\t\r\x85\u2028é"), max_size=80))
def test_no_text_of_yaml_signs_makes_it_raise(text: str) -> None:
    document = read(text.encode(), "a.yaml")
    assert all(item.line >= 1 and item.column >= 1 for item in document.problems)


@given(st.text(max_size=80))
def test_no_text_makes_it_raise(text: str) -> None:
    read(text.encode("utf-8", errors="surrogatepass"), "a.yaml")


@pytest.mark.parametrize("escape", ["\\0", "\\a", "\\e", "\\r", "\\N", "\\x7f"])
@pytest.mark.parametrize("text", ['name: "a{}b"', '"a{}b": 1', 'list: ["{}"]'])
def test_escapes_write_no_control_character(text: str, escape: str) -> None:
    document = places.read(text.format(escape).encode(), "x.yaml")
    assert document.data is None
    (problem,) = document.problems
    assert "the control character" in str(problem)
    assert str(problem).isprintable()
