"""The published JSON Schemas: what the commands print is valid, and what it must not be is not."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest

from readiness.cli.main import main
from readiness.export import schema

CALLS = [
    "scores", "scores --level all", "scores --values --top 5", "scores --stage normalised",
    "scores --group asean", "scores --framework scale", "scores KEN PRK", "compare KEN RWA",
    "compare KEN RWA GHA --why --since 2024", "compare KEN --peers income", "compare KEN PRK --values",
    "compare --group g20 --level all",
]  # fmt: skip


def printed(name: str, arguments: list[str], capsys) -> dict:
    with pytest.raises(SystemExit) as ended:
        main([name, *arguments, "--format", "json"])
    assert not ended.value.code
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("call", CALLS)
def test_what_is_printed_is_valid(call, capsys):
    name, *arguments = call.split()
    made = schema.schema(name)
    jsonschema.Draft202012Validator.check_schema(made)
    jsonschema.validate(printed(name, arguments, capsys), made)


def test_what_is_wrong_is_not(capsys):
    document = printed("scores", ["--top", "2"], capsys)
    for change in (
        lambda d: d.pop("fingerprint"),
        lambda d: d.update(extra=1),
        lambda d: d["countries"][0].pop("rank_low"),
        lambda d: d["countries"][0].update(rank="1"),
        lambda d: d["countries"][0].update(rank=0),
        lambda d: d["countries"][0].update(status="first"),
        lambda d: d["countries"][0].update(coverage=1.5),
        lambda d: d["countries"][0].update(energy=[1]),
    ):  # fmt: skip
        broken = copy.deepcopy(document)
        change(broken)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema.schema("scores"))


@pytest.mark.parametrize("name", schema.SCHEMAS)
def test_the_files_are_what_the_code_makes(name):
    """`make schemas` writes them."""
    assert (schema.FOLDER / f"{name}.json").read_text(encoding="utf-8") == schema.text(name)
