"""Editing a file in place changes the figures, the day or a remark, and not one byte else."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness import resources
from readiness.definitions import block, places
from readiness.definitions.edit import edited, quoted, rewritten
from readiness.errors import DefinitionError

FILE = """\
# about access
id: access
source:
  publisher: A Bureau  # its name
  retrieved: "2020"
figures: |
  country,2020,2022
  AUT,1.50,2
  BRA,,3.0
  IND,4

# the end
"""


def changed(after: bytes, before: str = FILE) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.decode().splitlines(), lineterm="", n=0)
    return [line for line in lines if line[:2] not in ("--", "++", "@@")]


def edit(cells, **more):
    return edited(FILE.encode(), "access.yaml", cells, **more)


def test_no_change_is_no_change():
    assert edit({}) == FILE.encode()
    assert edit({("ZWE", 2022): None, ("AUT", 1999): None}) == FILE.encode()


def test_one_figure_is_one_line():
    assert changed(edit({("BRA", 2022): 3.25})) == ["-  BRA,,3.0", "+  BRA,,3.25"]
    assert changed(edit({("AUT", 2022): None})) == ["-  AUT,1.50,2", "+  AUT,1.50,"]
    assert changed(edit({("IND", 2022): 5})) == ["-  IND,4", "+  IND,4,5.0"]


def test_a_new_year_is_a_column_and_rows_without_it_stay():
    assert changed(edit({("AUT", 2023): 7})) == [
        "-  country,2020,2022", "-  AUT,1.50,2", "+  country,2020,2022,2023", "+  AUT,1.50,2,7.0",
    ]  # fmt: skip
    # In the middle the commas of longer rows move too.
    assert changed(edit({("AUT", 2021): 7})) == [
        "-  country,2020,2022", "-  AUT,1.50,2", "-  BRA,,3.0",
        "+  country,2020,2021,2022", "+  AUT,1.50,7.0,2", "+  BRA,,,3.0",
    ]  # fmt: skip


def test_a_new_country_stands_in_order():
    assert changed(edit({("FIN", 2022): 1})) == ["+  FIN,,1.0"]
    assert changed(edit({("ZWE", 2020): 1})) == ["+  ZWE,1.0"]
    assert rewritten(["country,2020", "B,1", "A,2"], {("AA", 2020): 3}) == [
        "country,2020",
        "B,1",
        "A,2",
        "AA,3.0",
    ]


def test_the_day():
    assert changed(edit({}, retrieved="2026-11-26")) == ['-  retrieved: "2020"', "+  retrieved: 2026-11-26"]


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("source: {publisher: A}", "source: {retrieved: 2026-11-26, publisher: A}"),
        ("source:\n    publisher: A # x", "source:\n    publisher: A # x\n    retrieved: 2026-11-26"),
        ("source:\n  retrieved:\n  publisher: A", "source:\n  retrieved: 2026-11-26\n  publisher: A"),
        ("source:\n  note: |\n    a\n", "source:\n  retrieved: 2026-11-26\n  note: |\n    a\n"),
        ("source: {retrieved: '2020', publisher: A}", "source: {retrieved: 2026-11-26, publisher: A}"),
    ],
)
def test_the_day_where_there_was_none(source, after):
    body = "figures: |\n  country,2020\n  AUT,1\n"
    found = edited(f"{source}\n{body}".encode(), "x.yaml", {}, retrieved="2026-11-26")
    assert found.decode() == f"{after}\n{body}"
    # And where the source ends the file.
    found = edited(f"{body}{source}".encode(), "x.yaml", {}, retrieved="2026-11-26")
    assert found.decode() == f"{body}{after}"


REMARK = {
    "country": "AUT",
    "year": 2020,
    "status": "corrected",
    "note": 'It said "2": wrong',
    "url": "https://a.b",
}
LINE = '{country: AUT, year: 2020, status: corrected, note: "It said \\"2\\": wrong", url: "https://a.b"}'


def test_a_remark_stands_before_the_others():
    assert changed(edit({}, remark=REMARK)) == ["+remarks:", f"+  - {LINE}"]
    for before, after in (
        ("remarks: []\n", f"remarks: [{LINE}]\n"),
        ("remarks: [{status: break, note: x}]\n", f"remarks: [{LINE}, {{status: break, note: x}}]\n"),
        (
            "remarks:\n  - {status: break, note: x}\n",
            f"remarks:\n  - {LINE}\n  - {{status: break, note: x}}\n",
        ),
        ("remarks:\n", f"remarks:\n  - {LINE}\n"),
    ):
        found = edited((FILE + before).encode(), "access.yaml", {}, remark=REMARK)
        assert found.decode() == FILE + after


def test_what_cannot_be_edited_is_told_with_its_place():
    for content, said in (
        (b"id: x\nderived: {sum: [a, b]}\nsource: {}\n", "x.yaml:1:1: has no figures of its own"),
        (
            b"figures: |\n  country,2020\n  AUT,x\nsource: {}\n",
            "x.yaml:3:7: figures: AUT 2020: 'x' is not a number",
        ),
        (b"figures: [1]\n", "has no figures of its own"),
        (b"a: *b\n", "alias"),
        (b"\xff", "not UTF-8"),
        (b"figures: 'country,2020'\nsource: {}\n", "has to be a block of CSV lines"),
    ):
        with pytest.raises(DefinitionError) as error:
            edited(content, "x.yaml", {})
        assert said in str(error.value)


def test_every_bundled_file():
    folder = resources.bundled("indicators")
    count = 0
    for path in sorted(folder.glob("*/*.yaml")):
        content = path.read_bytes()
        if b"\nfigures:" not in content:
            continue
        count += 1
        assert edited(content, path.name, {}) == content
        after = edited(content, path.name, {("KEN", 2031): 1.5}, retrieved="2031-01-01", remark=REMARK)
        assert len(changed(after, content.decode())) <= 8, path.name
    assert count > 70


SHAPE = """\
# {comment}
id: x
name: "X # y"
source:{source}
# {comment}
remarks:{remarks}
figures: {header}
  country,2020,2022
  AAA,1,2
  CCC,,3.0
  DDD,4
{tail}"""
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\u2028\u2029\ufffe\uffff"),
    max_size=8,
)
SOURCES = [
    " {publisher: A, licence: 'é'}", "\n  publisher: A # c\n  licence: '\U0001f600'",
    '\n    retrieved: "2020"  # old\n    publisher: A', "\n  publisher: >-\n    a\n    b",
    " {retrieved: 2020, publisher: A}", "\n  publisher: A\n  retrieved:",
]  # fmt: skip
REMARKS = ["", " []", " [{a: b}]", "\n  - {a: b}\n  - c: d", "\n- c: d"]
TAILS = ["", "\n\n", "# end", "# end\n", "max_age: 3\n", "  \nmax_age: 3"]
FIGURE = st.none() | st.floats(allow_nan=False, allow_infinity=False)
CODES = st.sampled_from(["AAA", "BBB", "CCC", "ZZZ"])


def figures(document: places.Document) -> dict[tuple[str, int], float]:
    found = block.parse(document)
    assert not document.problems
    return {
        (code, int(year)): value
        for code, row in zip(found.countries, found.values, strict=True)
        for year, value in zip(found.years, row, strict=True)
        if value == value
    }


# Control characters are read nowhere.
WRITABLE = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n")


@settings(max_examples=400)
@given(
    comment=WORDS, tail=st.sampled_from(TAILS), end=st.sampled_from(["\n", "\r\n", "\r"]),
    source=st.sampled_from(SOURCES), remarks=st.sampled_from(REMARKS),
    header=st.sampled_from(["|", "|-  # c", "|+", "|2"]), bom=st.booleans(), chopped=st.booleans(),
    cells=st.dictionaries(st.tuples(CODES, st.integers(2018, 2024)), FIGURE),
    note=st.text(WRITABLE, max_size=10), day=st.booleans(),
    said=st.booleans(),
)  # fmt: skip
def test_nothing_changes_but_what_is_meant(
    comment, tail, end, source, remarks, header, bom, chopped, cells, note, day, said
):
    text = SHAPE.format(comment=comment, source=source, remarks=remarks, header=header, tail=tail)
    text = text.replace("\n", end)
    if chopped:
        text = text.rstrip(end)
    content = (b"\xef\xbb\xbf" if bom else b"") + text.encode()
    before = places.read(content, "f")
    assert not before.problems
    after = edited(
        content, "f", cells, retrieved="2026-11-26" if day else None,
        remark={"country": "KEN", "note": note} if said else None,
    )  # fmt: skip
    expected = {**figures(before), **cells}
    document = places.read(after, "f")
    assert figures(document) == {key: value for key, value in expected.items() if value is not None}
    if not day and not said:
        start, end_of_block = content.index(b"  country"), content.index(b"  DDD,4") + len(b"  DDD,4")
        assert after.startswith(content[:start]) and after.endswith(content[end_of_block:])
        assert after == content or cells
    for line in (f"# {comment}{end}", f'name: "X # y"{end}'):
        assert after.count(line.encode()) == content.count(line.encode())
    assert edited(content, "f", {}) == content
    if said:
        assert document.data["remarks"][0] == {"country": "KEN", "note": note}


@given(st.text(WRITABLE))
def test_quoted_text_reads_back(text):
    document = places.read(f"a: {quoted(text)}\n".encode(), "f")
    assert not document.problems and document.data == {"a": text}


def test_a_note_that_cannot_be_read_again_is_not_written():
    text = SHAPE.format(comment="", source=SOURCES[0], remarks=REMARKS[0], header="|", tail="").encode()
    with pytest.raises(DefinitionError, match="the control character"):
        edited(text, "f", {}, remark={"country": "KEN", "note": "a\x1bb"})
