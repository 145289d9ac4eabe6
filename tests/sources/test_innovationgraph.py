"""GitHub Innovation Graph: quarters to years, with the true names of its columns."""

from __future__ import annotations

import pytest

from readiness.sources.base import Row, SourceError

DATA = "https://raw.githubusercontent.com/github/innovationgraph/main/data/"
DEVELOPERS = """\
developers,iso2_code,year,quarter
100,KE,2024,3
110,KE,2024,4
120,KE,2025,1
130,KE,2025,2
7,NA,2025,2
900,EU,2025,2
5,KE,2009,1
"""
LINKS = """\
source,destination,weight,year,quarter
KE,US,10,2025,1
KE,RW,5,2025,1
KE,EU,99,2025,1
KE,KE,1000,2025,1
KE,US,25,2025,2
EU,KE,77,2025,2
"""


def test_the_last_quarter_or_the_mean(server, ask):
    server.put(f"{DATA}developers.csv", server.reply(DEVELOPERS, kind="text/plain"))
    block = {"from": "github-innovation-graph", "file": "developers.csv", "column": "developers"}
    answer = ask(**block, aggregate="last", period="quarter")
    # NA is Namibia, and no missing cell.
    assert answer.rows == [Row("KE", 2024, 110.0), Row("KE", 2025, 130.0), Row("NA", 2025, 7.0)]
    assert answer.vintage == "2025 Q2"
    assert ask(**block, aggregate="mean").rows[:2] == [Row("KE", 2024, 105.0), Row("KE", 2025, 125.0)]


def test_links_go_out_and_neither_to_itself_nor_to_an_aggregate(server, ask):
    server.put(f"{DATA}economy_collaborators.csv", server.reply(LINKS))
    block = {"from": "github-innovation-graph", "file": "economy_collaborators.csv", "column": "weight"}
    assert ask(**block, aggregate="mean").rows == [Row("KE", 2025, (15 + 25) / 2)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (DEVELOPERS.replace("developers", "accounts"), "the table has no column 'developers'"),
        (DEVELOPERS.replace("iso2_code", "code"), "the table has no column 'iso2_code'"),
        (DEVELOPERS + "131,KE,2025,2\n", "KE 2025 Q2 stands twice"),
        ("developers,iso2_code,year,quarter\n", "has no figures since 2012"),
        ("<html>", "a web page came in place of CSV"),
    ],
)
def test_what_is_not_the_file(server, ask, body, said):
    server.put(f"{DATA}developers.csv", server.reply(body))
    with pytest.raises(SourceError) as error:
        ask(**{"from": "github-innovation-graph", "file": "developers.csv", "column": "developers"})
    assert said in str(error.value)


def test_lines_that_are_no_figures_are_told(server, ask):
    server.put(f"{DATA}developers.csv", server.reply(DEVELOPERS + "many,RW,2025,1\n5,RW,2025,9\n5,RW\n"))
    answer = ask(**{"from": "github-innovation-graph", "file": "developers.csv", "column": "developers"})
    assert answer.left_out == ("3 lines that are no figures: many,RW,2025,1, 5,RW,2025,9, 5,RW",)
