"""`readiness update` against a local server: what it writes, what it says, and what it leaves alone."""

from __future__ import annotations

import csv
import difflib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from readiness.definitions.load import load
from readiness.updating import folder as folders
from readiness.updating import run
from readiness.updating.revise import Change, Revision
from readiness.updating.snapshot import MANIFEST

ACCESS, LOSSES, SCHOOLING = "energy/access.yaml", "energy/losses.yaml", "skills/schooling.yaml"
TODAY = datetime.now(UTC).date().isoformat()
MORE = "KEN,2022,76\nKEN,2023,76.9\nKEN,2024,77\n"


def lines(before: bytes, after: bytes) -> list[str]:
    found = difflib.unified_diff(before.decode().splitlines(), after.decode().splitlines(), lineterm="", n=0)
    return [line for line in found if line[:2] not in ("--", "++", "@@")]


def newer(small) -> None:
    """Let the first source revise Kenya's 2023 and have its 2024."""
    rows = ["AUT,100,100,100", "BRA,99.5,99.8", "IND,98.5,99.2,99.5", "NOR,100,100,100", "VNM,100,100"]
    cells = [row.split(",") for row in rows]
    small.says(ACCESS, MORE + "".join(
        f"{row[0]},{2022 + n},{value}\n" for row in cells for n, value in enumerate(row[1:])
    ))  # fmt: skip


def test_only_the_figures_and_the_day_change(small, cli):
    before = small.read()
    newer(small)
    ran = cli("update", "access", "--indicators", small.folder, "--mirror", small.server.address)
    assert ran.code == 0, ran.err
    after = small.read()
    assert [name for name in before if before[name] != after[name]] == [ACCESS]
    assert lines(before[ACCESS], after[ACCESS]) == [
        f"+  retrieved: {TODAY}", "-  KEN,76,76.2", "+  KEN,76,76.9,77.0",
    ]  # fmt: skip
    assert load(small.folder).blocks["access"].count == 16


def test_a_dry_run_writes_nothing_and_says_the_same(small, cli):
    before = small.read()
    newer(small)
    where = ("--indicators", small.folder, "--mirror", small.server.address, "--format", "json")
    dry = cli("update", "--dry-run", *where)
    assert dry.code == 0 and small.read() == before
    wet = cli("update", *where)
    assert wet.code == 0 and small.read() != before
    said, done = json.loads(dry.out), json.loads(wet.out)
    assert said.pop("written") is False and done.pop("written") is True
    assert said == done
    assert [(row["indicator"], row["state"]) for row in said["indicators"]] == [
        ("access", "updated"), ("losses", "unchanged"), ("papers", "by hand"), ("schooling", "unchanged"),
    ]  # fmt: skip
    changes = {
        (one["country"], one["year"]): (one["before"], one["after"])
        for one in said["indicators"][0]["changes"]
    }
    assert changes == {("KEN", 2023): (76.2, 76.9), ("KEN", 2024): (None, 77.0)}
    # What it means follows from `changes`: Kenya's score rises by its own figure of a newer year.
    moves = {move["code"]: move for move in said["moves"]}
    assert list(moves) == ["KEN"] and moves["KEN"]["points"] > 0
    assert moves["KEN"]["why"] == {"access": pytest.approx(moves["KEN"]["points"])}


def test_an_update_repeated_writes_nothing_more(small, cli):
    newer(small)
    where = ("--indicators", small.folder, "--mirror", small.server.address)
    cli("update", *where)
    once = small.read()
    again = cli("update", *where, "--format", "csv")
    assert again.code == 0 and small.read() == once
    rows = list(csv.DictReader(io.StringIO(again.out)))
    assert [row["state"] for row in rows] == ["unchanged", "unchanged", "by hand", "unchanged"]


def test_a_snapshot_replays_it_to_the_byte(small, cli, make_index):
    newer(small)
    old = small.read()
    ran = cli("update", "--dry-run", "--indicators", small.folder, "--mirror", small.server.address)
    snapshot = next((small.folder / ".readiness" / "snapshots").iterdir())
    assert f"What the sources said is in {snapshot}" in ran.err
    manifest = json.loads((snapshot / MANIFEST).read_bytes())
    assert set(manifest["answers"]) == {f"https://{host}" for host in (
        "a.org/access.csv", "b.org/losses.csv", "a.org/schooling.csv",
    )}  # fmt: skip
    small.server.close()
    offline = cli("update", "--indicators", small.folder, "--offline", snapshot)
    assert offline.code == 0 and lines(old[ACCESS], small.read()[ACCESS])[1:] == [
        "-  KEN,76,76.2",
        "+  KEN,76,76.9,77.0",
    ]
    assert (small.folder / ".readiness" / ".gitignore").read_text() == "*\n"


def test_a_file_of_the_index_folder_is_a_source(small, cli):
    path = small.folder / LOSSES
    block = "update: {from: file, path: data/losses.csv, country: c, year: y, value: v}"
    path.write_text(path.read_text().replace(path.read_text().split("\n")[6], block))
    (small.folder / "data").mkdir()
    (small.folder / "data" / "losses.csv").write_text("c,y,v\nKEN,2022,23\nKEN,2023,22\nKEN,2024,21.5\n")
    ran = cli("update", "losses", "--accept", "losses", "--indicators", small.folder)
    assert ran.code == 0, ran.err
    assert "  KEN,23,22,21.5\n" in path.read_text()
    snapshot = next((small.folder / ".readiness" / "snapshots").iterdir())
    (small.folder / "data" / "losses.csv").unlink()
    path.write_text(path.read_text().replace("  KEN,23,22,21.5", "  KEN,23,22"))
    ran = cli("update", "losses", "--accept", "losses", "--indicators", small.folder, "--offline", snapshot)
    assert ran.code == 0 and "  KEN,23,22,21.5\n" in path.read_text()


def test_a_snapshot_that_was_changed_is_refused(small, cli):
    newer(small)
    cli("update", "--dry-run", "--indicators", small.folder, "--mirror", small.server.address)
    before = small.read()
    snapshot = next((small.folder / ".readiness" / "snapshots").iterdir())
    manifest = json.loads((snapshot / MANIFEST).read_bytes())
    digest = manifest["answers"]["https://a.org/access.csv"]["sha256"]
    (snapshot / digest).write_bytes(b"iso3,year,value\nKEN,2024,100\n")
    ran = cli("update", "--indicators", small.folder, "--offline", snapshot, "access")
    assert ran.code == 1 and "the snapshot was changed" in ran.out and small.read() == before
    (snapshot / digest).unlink()
    assert (
        "the snapshot has lost"
        in cli("update", "--indicators", small.folder, "--offline", snapshot, "access").out
    )
    for text in (
        "{",
        "[]",
        '{"format": "x"}',
        '{"format": "readiness-snapshot-1", "day": "x", "answers": {}}',
    ):
        (snapshot / MANIFEST).write_text(text)
        assert cli("update", "--indicators", small.folder, "--offline", snapshot).code == 2
    assert cli("update", "--indicators", small.folder, "--offline", small.folder).code == 2


def test_a_source_that_fails_costs_no_other(small, cli):
    newer(small)
    before = small.read()
    page = "<!DOCTYPE html><html><title>Down for maintenance</title></html>"
    small.server.put("https://b.org/losses.csv", small.server.reply(page, kind="text/html"))
    ran = cli("update", "--indicators", small.folder, "--mirror", small.server.address)
    after = small.read()
    assert ran.code == 1 and after[LOSSES] == before[LOSSES] and after[ACCESS] != before[ACCESS]
    assert "[2/4] losses: failed: a web page came in place of a table: Down for maintenance" in ran.err


def test_what_is_refused(small, cli):
    before = small.read()
    for body, said in (
        ("iso3,year,value\nKEN,2023,176\n", "1 figure outside valid: [0, 100], first KEN 2023: 176"),
        ("code,year,value\nKEN,2023,77\n", "the table has no column 'iso3'"),
        ("iso3,year,value\nWorld,2023,77\n", "none of its places is a country of this index: World"),
        ("iso3,year,value\nKEN,2023,77\nKenya,2023,78\n", "two figures for KEN 2023: 77 and 78 (Kenya)"),
        ("iso3,year,value\nKEN,2023,77\nKEN,2023,78\n", "two figures for KEN 2023: 77 and 78"),
        ("iso3,year,value\n", "the table has no figure in these columns"),
        ("", "the table is empty"),
        ('iso3,year,value\n"KEN,2023,77\n', "not CSV"),
    ):
        small.server.put("https://a.org/access.csv", small.server.reply(body))
        ran = cli("update", "access", "--indicators", small.folder, "--mirror", small.server.address)
        assert ran.code == 1 and said in " ".join(ran.err.split()), ran.err
        assert small.read() == before


def test_what_is_held_back_is_taken_when_it_is_accepted(small, cli):
    before = small.read()
    text = (small.folder / LOSSES).read_text().split("figures: |\n")[1].splitlines()[1:]
    rows = "".join(f"{row.split(',')[0].strip()},2022,{float(row.split(',')[1]) / 10}\n" for row in text)
    small.says(LOSSES, rows)
    where = ("--indicators", small.folder, "--mirror", small.server.address)
    ran = cli("update", *where, "--format", "table")
    assert ran.code == 1 and small.read()[LOSSES] == before[LOSSES]
    assert "losses: figures are a tenth of what they were: has the unit changed?" in ran.out
    assert "readiness update losses --accept losses" in ran.out
    ran = cli("update", *where, "--accept", "losses")
    assert ran.code == 0 and "AUT,0.5,5" in small.read()[LOSSES].decode()


def test_only_newer(small, cli):
    newer(small)
    ran = cli(
        "update", "access", "--only-newer", "--indicators", small.folder, "--mirror", small.server.address
    )
    assert ran.code == 0 and "  KEN,76,76.2,77.0\n" in small.read()[ACCESS].decode()


def test_a_file_that_somebody_changes_meanwhile_is_left(small, cli):
    newer(small)
    path = small.folder / ACCESS
    mine = path.read_bytes().replace(b"KEN,76,", b"KEN,75,")

    def page(_):
        path.write_bytes(mine)
        return small.server.reply(f"iso3,year,value\n{MORE}")

    small.server.put("https://a.org/access.csv", page)
    where = ("--indicators", small.folder, "--mirror", small.server.address)
    ran = cli("update", "access", "--accept", "access", *where)
    assert ran.code == 1 and path.read_bytes() == mine
    assert "was changed while this ran" in ran.out


def test_where_it_writes(small, cli, tmp_path, monkeypatch):
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    ran = cli("update", "--dry-run")
    assert ran.code == 2 and "readiness init DIR --full" in ran.err
    for odd in ("nowhere", ACCESS):
        assert cli("update", "--indicators", small.folder / odd).code == 2
    assert cli("update", "acess", "--indicators", small.folder).err.startswith(
        "unknown indicator 'acess'. Did you mean 'access'?"
    )
    assert cli("update", "--accept", "acess", "--indicators", small.folder).code == 2
    # ./indicators of a checkout.
    small.folder.rename(empty / "indicators")
    ran = cli("update", "--mirror", small.server.address, "--format", "csv")
    assert ran.code == 0 and ran.out.startswith("indicator,state,years,new,filled,revised,withdrawn")


PLACE = "access.yaml:11:"


def test_wrong_settings_are_told_with_their_place(small, cli):
    path = small.folder / ACCESS
    text = path.read_text()
    for old, new, said in (
        ("from: url", "from: worldbnk",
         f"{PLACE}16: update.from: unknown source 'worldbnk'. Did you mean 'worldbank'?"),
        ("value: value", "valeu: value",
         f"{PLACE}79: update.valeu: unknown key 'valeu'. Did you mean 'value'?"),
        ("year: year", "year: [1]", "update.year"),
        ("country: iso3, ", "", "update.country: 'country' is required"),
        ("year: year, ", "", "'year' is required. A column of years, or one year"),
    ):  # fmt: skip
        path.write_text(text.replace(old, new))
        ran = cli("update", "access", "--indicators", small.folder, "--mirror", small.server.address)
        assert ran.code == 1 and said in ran.err, ran.err
        checked = cli("check", small.folder)
        assert checked.code == 0 and re.search("0 errors, [12] warning", checked.out)
        assert said.removeprefix(PLACE).lstrip("0123456789: ") in checked.err


def test_two_updates_do_not_meet(small, cli):
    with folders.locked(small.folder):
        ran = cli("update", "--indicators", small.folder, "--mirror", small.server.address)
    assert ran.code == 2 and "something else is writing into" in ran.err
    assert cli("update", "--indicators", small.folder, "--mirror", small.server.address).code == 0


def test_a_kill_at_any_moment_leaves_every_file_old_or_new(make_index):
    folder = make_index()
    definitions = load(folder)
    names = list(definitions.blocks)
    old = run.contents(definitions, names)
    request = run.Request(datetime(2026, 11, 26, tzinfo=UTC).date())
    outcomes = [
        run.Outcome(name, "updated", revision=Revision(new=tuple(
            Change(code, 2025, None, float(n)) for n, code in enumerate(("AUT", "IND", "KEN")))))
        for name in names
    ]  # fmt: skip
    with folders.locked(folder):
        run.write(definitions, outcomes, old, request)
    new = run.contents(definitions, names)
    assert all(old[name] != new[name] for name in names)

    def restore() -> None:
        for name in names:
            (folder / definitions.files[name]).write_bytes(old[name])

    def state(number: int) -> set[str]:
        found = run.contents(definitions, names)
        states = {name: "old" if found[name] == old[name] else "new" if found[name] == new[name] else "half"
                  for name in names}  # fmt: skip
        assert "half" not in states.values(), (number, states)
        load(folder)
        return set(states.values())

    def writing(last: int | None = None) -> int:
        restore()
        child = os.fork()
        if child == 0:
            if last is not None:
                sys.setprofile(killer(last))
            with folders.locked(folder):
                run.write(definitions, outcomes, old, request)
            os._exit(0)
        return child

    # At every step that touches a file, until it gets through: before, while and between.
    seen: list[set[str]] = []
    while os.WIFSIGNALED(os.waitpid(writing(len(seen)), 0)[1]):
        seen.append(state(len(seen)))
    assert state(len(seen)) == {"new"}
    assert len(seen) > 5 * len(names) and {"old"} in seen and {"new"} in seen
    assert sum(found == {"old", "new"} for found in seen) >= len(names) - 1
    # And at any moment.
    started = time.perf_counter()
    os.waitpid(writing(), 0)
    takes = time.perf_counter() - started
    for number in range(100):
        child = writing()
        time.sleep(takes * 1.3 * number / 100)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        state(number)
    assert cli_lock_is_free(folder)


def killer(steps: int):
    """Return a profiler that kills its process after so many calls into the system's files."""
    touching = {"open", "mkstemp", "write", "flush", "fsync", "close", "chmod", "rename", "replace", "unlink"}
    left = [steps]

    def profiler(_frame, event, called):
        if event == "c_call" and called.__name__ in touching:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return profiler


def cli_lock_is_free(folder) -> bool:
    with folders.locked(folder):
        return True


def test_ctrl_c_says_so_and_writes_nothing(small):
    small.says(ACCESS, MORE, slow=0.5)
    before = small.read()
    start = [sys.executable, "-c", "from readiness.cli.main import main; main()"]
    with subprocess.Popen(
        [*start, "update", "--indicators", str(small.folder), "--mirror", small.server.address],
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        while not small.server.asked:
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130 and err.rstrip().endswith("stopped") and small.read() == before


def test_nothing_of_a_mirror_leaks_into_files(small, cli):
    newer(small)
    cli("update", "--indicators", small.folder, "--mirror", small.server.address)
    assert not any(small.server.address.encode() in content for content in small.read().values())
    assert re.search(rb"retrieved: 20\d\d-\d\d-\d\d", small.read()[ACCESS])
