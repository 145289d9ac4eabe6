"""Epoch AI's lists, added up by rule; names of columns are those of its files."""

from __future__ import annotations

import pytest

from readiness.sources.base import SourceError

CLUSTERS = """\
Name,Status,Certainty,Country,First Operational Date,H100 equivalents,Power Capacity (MW),Possible Duplicate
A,Existing,Confirmed,Kenya,2023-05-01,100,10,
B,Existing,Likely,Kenya,2024-11,50,,
C,Existing,Unlikely,Kenya,2023-01-01,900,90,
D,Existing,Confirmed,Kenya,2023-01-01,100,10,True
E,Planned,Confirmed,Kenya,2027-01-01,5000,400,
F,Existing,Confirmed,Multinational,2020-01-01,70,7,
G,Decommissioned,Confirmed,Kenya,2015-01-01,3,1,
H,Existing,Confirmed,Rwanda,,8,2,
"""
MODELS = """\
Model,Publication date,Organization,Country (of organization)
one,2022-03-01,x,"Kenya,Rwanda"
two,2024-07-09,x,Kenya
three,,x,Kenya
four,2026-01-01,x,Kenya
"""
CLUSTER_URL = "https://epoch.ai/data/gpu_clusters.csv"
MODEL_URL = "https://epoch.ai/data/notable_ai_models.csv"


def found(answer):
    return {(row.place, row.year): row.value for row in answer.rows}


def test_clusters_in_operation(server, ask):
    server.put(CLUSTER_URL, server.reply(CLUSTERS))
    block = {"from": "epoch", "file": "gpu_clusters.csv"}
    answer = ask(**block, aggregate="h100e_in_operation")
    assert found(answer) == {
        ("Kenya", 2023): 100,
        ("Kenya", 2024): 150,
        ("Kenya", 2025): 150,
        ("Kenya", 2026): 150,
    }
    assert answer.left_out == ("1 lines without a date or a size: Rwanda ",)
    assert found(ask(**block, aggregate="clusters_in_operation"))["Kenya", 2024] == 2
    assert found(ask(**block, aggregate="power_in_operation")) == {
        ("Kenya", year): 10 for year in range(2023, 2027)
    }
    assert found(ask(**block, aggregate="h100e_planned")) == {("Kenya", 2026): 5000}


def test_models_count_for_every_country_and_some_years(server, ask):
    server.put(MODEL_URL, server.reply(MODELS))
    block = {"from": "epoch", "file": "notable_ai_models.csv", "aggregate": "models"}
    assert found(ask(**block)) == {("Kenya", 2022): 1, ("Rwanda", 2022): 1, ("Kenya", 2024): 1}
    five = found(ask(**block, years=5))
    assert (five["Kenya", 2023], five["Kenya", 2024], five["Kenya", 2025], five["Rwanda", 2025]) == (
        1,
        2,
        2,
        1,
    )
    # The year that runs is not over.
    assert max(year for _, year in five) == 2025


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (CLUSTERS.replace("H100 equivalents", "H100e"), "the table has no column 'H100 equivalents'"),
        (CLUSTERS.replace("Existing", "Live"), "gpu_clusters.csv has nothing to add up since 2012"),
        ("<html>", "a web page came in place of CSV"),
        ("", "the table is empty"),
    ],
)
def test_what_is_not_the_file(server, ask, body, said):
    server.put(CLUSTER_URL, server.reply(body))
    with pytest.raises(SourceError) as error:
        ask(**{"from": "epoch", "file": "gpu_clusters.csv", "aggregate": "h100e_in_operation"})
    assert said in str(error.value)


def test_sizes_that_are_no_numbers_are_told(server, ask):
    server.put(CLUSTER_URL, server.reply(CLUSTERS.replace(",100,10,\nB", ",about 100,10,\nB")))
    answer = ask(**{"from": "epoch", "file": "gpu_clusters.csv", "aggregate": "h100e_in_operation"})
    assert "2 lines without a date or a size: Kenya 2023-05-01, Rwanda " in answer.left_out
