"""`readiness indicators --software`: what it runs with, and under which licences."""

from __future__ import annotations

import csv
import io
import json
from email.message import Message
from importlib import metadata

import pytest

from readiness.cli import software


def told(**fields: str | list[str]) -> Message:
    made = Message()
    for name, value in fields.items():
        for each in [value] if isinstance(value, str) else value:
            made[name.replace("_", "-")] = each
    return made


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"License_Expression": "MIT", "License": "other"}, "MIT"),
        ({"License": "BSD-3-Clause", "Classifier": "License :: OSI Approved :: BSD License"}, "BSD-3-Clause"),
        ({"License": "Permission is\ngranted", "Classifier": "License :: MIT License"}, "MIT License"),
        ({"Classifier": "License :: OSI Approved :: General Public License (GPLv2+)"}, "GPLv2+"),
        ({"License": "UNKNOWN", "Classifier": ["License :: A", "Topic :: B", "License :: C"]}, "A or C"),
        ({"Classifier": "Topic :: Software"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_licence(fields, wanted):
    assert software.licence(told(**fields)) == wanted


class Distribution:
    def __init__(self, name: str, requires: list[str]) -> None:
        self.name, self.version, self.requires = name, "1", requires
        self.metadata = told(License_Expression="MIT")


def test_what_is_required_by_others_too(monkeypatch):
    installed = {
        "a": ["B_c[fast] >=1; python_version > '3'", "gone; os_name == 'nt'", 'never; extra == "more"'],
        "b-c": ["a", "d", "e ; extra == 'fast'", 'f; extra == "slow"'],
        "d": [], "e": ["d"], "f": [], "never": [],
    }  # fmt: skip

    def distribution(name):
        try:
            plain = name.lower().replace("_", "-")
            return Distribution(plain, installed[plain])
        except KeyError as error:
            raise metadata.PackageNotFoundError(name) from error

    monkeypatch.setattr(software.metadata, "distribution", distribution)
    rows = software.software("a").rows
    assert [(row[0], row[3]) for row in rows] == [("a", "b-c"), ("b-c", "a"), ("d", "b-c, e"), ("e", "b-c")]


def test_the_command(done):
    rows = list(csv.DictReader(io.StringIO(done("indicators", "--software", "--format", "csv"))))
    assert rows[0]["package"] == "readiness" and rows[0]["licence"] == "MIT"
    by_name = {row["package"].lower(): row for row in rows}
    assert by_name["pyphen"]["asked_by"] == "weasyprint"
    required = {
        software._REQUIREMENT.match(line)[1].lower()
        for line in metadata.requires("readiness") or ()
        if "extra" not in line
    }
    assert required <= {name.replace("_", "-") for name in by_name}
    for row in rows:
        assert row["version"] == metadata.version(row["package"])
    document = json.loads(done("indicators", "--software", "--format", "json"))
    assert [row["package"] for row in document["software"]] == [row["package"] for row in rows]
    shown = done("indicators", "--software", "--format", "table")
    for row in rows:
        assert row["package"] in shown
        if not row["licence"]:
            assert f"No licence in the metadata of {row['package']}" in shown
