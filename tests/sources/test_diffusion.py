"""Microsoft's AI Diffusion: Mac Roman, percent signs, a column a period."""

from __future__ import annotations

import pytest

from readiness.sources.base import Row, SourceError

URL = (
    "https://raw.githubusercontent.com/microsoft/ai-diffusion-report/main/data/AI_Diffusion_Q12026_Update.csv"
)
BLOCK = {"from": "microsoft-ai-diffusion", "url": URL}
FILE = """\
Economy,H1 2025 AI Diffusion,H2 2025 AI Diffusion,Q1 2026 AI Diffusion
Kenya,8.1%,8.9%,9.5%
Türkiye,13.0%,14.2%,15%
Tuvalu,-,,
"""


def test_the_last_period_of_each_year(server, ask):
    server.put(URL, server.reply(FILE.encode("mac-roman"), kind="text/plain"))
    answer = ask(**BLOCK)
    assert answer.rows == [
        Row("Kenya", 2025, 8.9), Row("Kenya", 2026, 9.5), Row("Türkiye", 2025, 14.2), Row("Türkiye",
            2026, 15.0),
    ]  # fmt: skip
    assert answer.vintage == "Q1 2026" and answer.left_out == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (FILE.replace("Economy", "Country"), "the table has no column 'Economy'"),
        (FILE.replace("2025 AI Diffusion", "x").replace("Q1 2026", "now"), "no column of a period"),
        ("Economy,Q1 2026 AI Diffusion\nKenya,many\n", "1 cells that are no shares: Kenya 2026 'many'"),
        ("<!DOCTYPE html>", "a web page came in place of CSV"),
        ("", "the table is empty"),
        (FILE + "Kenya,1%,2%,3%\n", "two figures for Kenya 2025"),
    ],
)
def test_what_is_not_the_file(server, ask, body, said):
    server.put(URL, server.reply(body.encode("mac-roman")))
    with pytest.raises(SourceError) as error:
        ask(**BLOCK)
    assert said in str(error.value)
