"""SDMX services: SDMX-ML through sdmx1, and SDMX-CSV."""

from __future__ import annotations

import sys

import pytest

from readiness.errors import MissingLibraryError
from readiness.sources.base import Row, SourceError

BLOCK = {"from": "sdmx", "url": "https://stats.example.org/rest", "dataflow": "EX,DF_POP,1.0", "key": "A..T"}
URL = "https://stats.example.org/rest/data/EX,DF_POP,1.0/A..T"
ML = """\
<?xml version="1.0" encoding="UTF-8"?>
<mes:GenericData xmlns:mes="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
 xmlns:gen="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic"
 xmlns:com="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common">
 <mes:Header><mes:ID>x</mes:ID><mes:Test>false</mes:Test><mes:Prepared>2026-01-01T00:00:00Z</mes:Prepared>
  <mes:Sender id="EX"/><mes:Structure structureID="S" dimensionAtObservation="TIME_PERIOD">
  <com:Structure><Ref agencyID="EX" id="DSD" version="1.0"/></com:Structure></mes:Structure></mes:Header>
 <mes:DataSet structureRef="S" action="Information">{series}</mes:DataSet>
</mes:GenericData>
"""
SERIES = """
  <gen:Series><gen:SeriesKey><gen:Value id="FREQ" value="A"/><gen:Value id="REF_AREA" value="{place}"/>
   <gen:Value id="SEX" value="{sex}"/></gen:SeriesKey>{obs}</gen:Series>"""
OBS = '<gen:Obs><gen:ObsDimension value="{period}"/><gen:ObsValue value="{value}"/></gen:Obs>'


def series(place, sex, **values):
    obs = "".join(OBS.format(period=period.strip("_"), value=value) for period, value in values.items())
    return SERIES.format(place=place, sex=sex, obs=obs)


def message(*found):
    return ML.replace("{series}", "".join(found))


def test_sdmx_ml(server, ask):
    body = message(
        series("KEN", "T", _2023="1.5", _2024="2"),
        series("KEN", "F", _2023="9"),
        series("RWA", "T", _2024="NaN"),
    )
    server.put(URL, server.reply(body, kind="application/vnd.sdmx.genericdata+xml"))
    answer = ask(**BLOCK, where={"SEX": "T"})
    assert answer.rows == [Row("KEN", 2023, 1.5), Row("KEN", 2024, 2.0)]
    assert server.asked == ["/stats.example.org/rest/data/EX,DF_POP,1.0/A..T?startPeriod=2012&endPeriod=2026"]


def test_sdmx_csv(server, ask):
    body = "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE\nEX,A,KEN,T,2023,1.5\nEX,A,KEN,F,2023,9\n"
    server.put(URL, server.reply(body, kind="application/vnd.sdmx.data+csv"))
    assert ask(**BLOCK, where={"SEX": "T"}).rows == [Row("KEN", 2023, 1.5)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            message(series("KEN", "T", **{"2024-Q1": "5"})),
            "the answer has no yearly figure. 1 periods that are no year",
        ),
        (message(series("KEN", "T", _2024="1"), series("KEN", "F", _2024="2")), "two figures for KEN 2024"),
        (message(), "the answer has no yearly figure"),
        ("<mes:Broken", "not SDMX that can be read"),
        ("<!DOCTYPE html><title>Down</title>", "a web page came in place of SDMX: Down"),
        ("nothing of the kind", "neither SDMX-ML nor SDMX-CSV"),
    ],
)
def test_what_is_not_an_answer(server, ask, body, said):
    server.put(URL, server.reply(body, kind="application/xml"))
    with pytest.raises(SourceError) as error:
        ask(**BLOCK)
    assert said in str(error.value)


def test_another_dimension(server, ask):
    server.put(URL, server.reply(message(series("KEN", "T", _2024="1")), kind="application/xml"))
    with pytest.raises(SourceError, match="the data have no dimension 'GEO'"):
        ask(**BLOCK, country="GEO")


def test_without_the_library(server, ask, monkeypatch):
    monkeypatch.setitem(sys.modules, "sdmx", None)
    server.put(URL, server.reply(message(), kind="application/xml"))
    with pytest.raises(MissingLibraryError, match=r"needs sdmx1. pip install 'readiness\[sdmx\]'"):
        ask(**BLOCK)
