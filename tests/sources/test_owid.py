"""Our World in Data: its energy file with true names of columns and rows, and a chart's CSV."""

from __future__ import annotations

import pytest

from readiness.sources.base import Row, SourceError

ENERGY = "https://nyc3.digitaloceanspaces.com/owid-public/data/energy/owid-energy-data.csv"
# Of the 130 columns of the true file some, in its order; rows of regions have no code there.
FILE = """\
country,year,iso_code,population,gdp,carbon_intensity_elec,electricity_generation,hydro_share_elec,nuclear_share_elec
ASEAN (Ember),2024,,,,571.720,1352.110,16.374,0.000
Afghanistan,1900,AFG,4707744,,,,,
Kenya,2023,KEN,55339003,,71.4,12.31,21.5,0.000
Kenya,2024,KEN,56432944,,,12.9,,0.000
Kosovo,2023,OWID_KOS,1700000,,894.65,6.74,4.2,0.000
"""


def test_a_column_of_a_data_file(server, ask):
    server.put(ENERGY, server.reply(FILE))
    answer = ask(**{"from": "owid", "url": ENERGY, "column": "electricity_generation"})
    assert answer.rows == [Row("KEN", 2023, 12.31), Row("KEN", 2024, 12.9), Row("XKX", 2023, 6.74)]


def test_a_sum_needs_all_its_parts(server, ask):
    server.put(ENERGY, server.reply(FILE))
    answer = ask(**{"from": "owid", "url": ENERGY, "column": "nuclear_share_elec + hydro_share_elec"})
    assert answer.rows == [Row("KEN", 2023, 21.5), Row("XKX", 2023, 4.2)]


def test_a_chart(server, ask):
    chart = "https://ourworldindata.org/grapher/share-electricity-nuclear.csv"
    server.put(
        chart, server.reply("Entity,Code,Year,nuclear_share\nWorld,OWID_WRL,2024,9\nFrance,FRA,2024,67.3\n")
    )
    answer = ask(**{"from": "owid", "chart": "share-electricity-nuclear"})
    assert answer.rows == [Row("OWID_WRL", 2024, 9.0), Row("FRA", 2024, 67.3)]
    assert server.asked == [
        "/ourworldindata.org/grapher/share-electricity-nuclear.csv?v=1&csvType=full&useColumnShortNames=true"
    ]
    two = "https://ourworldindata.org/grapher/two.csv"
    server.put(two, server.reply("Entity,Code,Year,a,b\nFrance,FRA,2024,1,2\n"))
    with pytest.raises(SourceError, match=r"the chart has 2 columns of figures. Name one with column:"):
        ask(**{"from": "owid", "chart": "two"})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (FILE.replace("iso_code", "iso"), "no column of codes or years. Has its form changed"),
        (
            FILE.replace("electricity_generation", "generation"),
            "the table has no column 'electricity_generation'",
        ),
        ("<html><body>404</body></html>", "a web page came in place of CSV"),
        ("", "the table is empty"),
        (FILE + 'Kenya,2023,KEN,,,,"12', "not CSV"),
        (FILE + "Kenya,2023,KEN,,,,13,,\n", "two figures for KEN 2023: 12.31 and 13"),
    ],
)
def test_what_is_not_the_file(server, ask, body, said):
    server.put(ENERGY, server.reply(body))
    with pytest.raises(SourceError) as error:
        ask(**{"from": "owid", "url": ENERGY, "column": "electricity_generation"})
    assert said in str(error.value)


def test_its_settings(ask):
    with pytest.raises(SourceError, match="'chart' or 'url' is required, not both"):
        ask(**{"from": "owid"})
