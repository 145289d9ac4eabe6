"""`readiness site`: where it goes, what it says, and that it shows only its own folder."""

from __future__ import annotations

import http.client
import signal
import subprocess
import threading
import urllib.request

import pytest

from readiness.errors import ReadinessError
from readiness.explorer import server
from tests.cli.conftest import START


def test_a_site(run, make_index, tmp_path):
    ran = run("site", "--indicators", str(make_index()), "-o", str(tmp_path / "site"))
    assert (ran.code, ran.out) == (0, f"{tmp_path / 'site' / 'index.html'}\n")
    assert (tmp_path / "site" / "countries" / "KEN.html").is_file()
    again = run("site", "--indicators", str(make_index(name="other")), "-o", str(tmp_path / "site"))
    assert again.code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no folder is named"),
        (["-o", "site", "--port", "80"], "--port is for --serve"),
        (["-o", "site", "--framework", "nope"], "nope"),
    ],
)
def test_a_wrong_call_writes_nothing(run, make_index, tmp_path, monkeypatch, arguments, says):
    folder = make_index()
    monkeypatch.chdir(tmp_path)
    ran = run("site", "--indicators", str(folder), *arguments)
    assert ran.code == 2 and says in ran.err
    assert not (tmp_path / "site").exists()


def test_it_is_shown_on_this_machine_until_it_is_stopped(make_index):
    command = [*START, "site", "--indicators", str(make_index()), "--serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shown:
        line = ""
        while "The site is at" not in line:
            line = shown.stderr.readline()
        address = line.split()[4]
        with urllib.request.urlopen(f"{address}countries/KEN.html", timeout=10) as answer:
            assert b"Kenya" in answer.read()
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        shown.send_signal(signal.SIGINT)
        shown.communicate(timeout=20)
        assert shown.returncode == 0


def test_it_shows_its_own_folder_and_nothing_else(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("here", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("no", encoding="utf-8")
    with server.listening(tmp_path / "site", 0) as shown:
        thread = threading.Thread(target=shown.serve_forever, daemon=True)
        thread.start()
        port = shown.server_address[1]
        for path, status in (
            ("/", 200),
            ("/../secret.txt", 404),
            ("/%2e%2e/secret.txt", 404),
            ("/none/", 404),
        ):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", path)
            answer = asked.getresponse()
            answer.read()
            asked.close()
            assert answer.status == status, path
        with pytest.raises(ReadinessError, match="cannot listen"):
            server.listening(tmp_path / "site", port)
        shown.shutdown()
        thread.join()
