"""The whole bundled index refreshed from a local server that has every one of its sources."""

from __future__ import annotations

import json

from readiness.definitions.load import load
from readiness.index import Index

# Their live definition is wider than the file's, or their counts cannot be taken apart: see their YAML.
COARSE = {"epoch", "top500", "peeringdb"}


def test_nothing_changes_where_the_sources_say_what_the_files_say(bundled_copy, world, cli):
    made = world(bundled_copy)
    made.serve()
    ran = cli("update", "--indicators", bundled_copy, "--mirror", made.server.address, "--format", "json")
    said = {row["indicator"]: row for row in json.loads(ran.out)["indicators"]}
    failed = {name: row["message"] for name, row in said.items() if row["state"] == "failed"}
    assert failed == {}
    series = made.definitions.series
    for name, row in said.items():
        block = series[name].update
        kind = block.from_ if block else "manual"
        if kind == "manual":
            assert row["state"] in ("by hand", "derived"), name
        elif series[name].derived is None and kind not in COARSE:
            assert row["state"] == "unchanged", (name, row["state"], row["message"], row["changes"][:3])


def test_a_dry_run_says_what_changed_figures_mean(bundled_copy, world, cli):
    made = world(bundled_copy)
    access = made.series("electricity_access")
    for code in {code for code, _ in access}:
        if (code, 2023) in access:
            access[code, 2024] = min(100.0, access[code, 2023] + 1.0)
    rwanda = made.series("internet_users")
    for key in list(rwanda):
        if key[0] == "RWA" and key[1] > 2018:
            rwanda[key] = min(100.0, rwanda[key] * 1.1)
    made.series("gov_effectiveness")["BRA", 2023] = 2.4
    made.serve()
    before = {path: path.read_bytes() for path in bundled_copy.rglob("*.yaml")}
    names = ("electricity_access", "internet_users", "gov_effectiveness")
    where = ("--indicators", bundled_copy, "--mirror", made.server.address, "--format", "json")
    ran = cli("update", "--dry-run", *names, *where)
    assert ran.code == 1 and all(path.read_bytes() == content for path, content in before.items())
    said = json.loads(ran.out)
    states = {row["indicator"]: row["state"] for row in said["indicators"]}
    assert states == {
        "electricity_access": "updated",
        "internet_users": "updated",
        "gov_effectiveness": "held back",
    }
    moves = {move["code"]: move for move in said["moves"]}
    # The points of Rwanda are those of its own score with the figures in the files.
    cli("update", *names, *where)
    old, new = Index(made.definitions).scores(), Index(load(bundled_copy)).scores()
    for code in ("RWA", "KEN"):
        assert abs(moves[code]["points"] - (new.score(code) - old.score(code))) < 1e-9
        assert moves[code]["rank_new"] == new.rank(code)
    assert "internet_users" in moves["RWA"]["why"]
