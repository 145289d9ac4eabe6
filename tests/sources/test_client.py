"""The client against every fault that a server can have."""

from __future__ import annotations

import datetime
import email.utils
import threading
import time

import pytest

from readiness.sources.base import SourceError
from readiness.sources.client import HttpClient, Limits, address, mirrored

URL = "https://example.org/data.csv"
BODY = b"country,year,value\nKEN,2024,1\n"


def test_an_answer(server, client):
    server.put(URL, server.reply(BODY, kind="text/csv; charset=utf-8"))
    content = client.get(URL, {"a": "b c"})
    assert (content.data, content.kind, content.url) == (BODY, "text/csv", f"{URL}?a=b+c")
    assert len(content.fetched) == 20 and content.fetched.endswith("Z")
    assert server.asked == ["/example.org/data.csv?a=b+c"]


def test_an_address_is_asked_once_and_heard_once(server):
    heard = []
    client = HttpClient(mirror=server.address, heard=heard.append)
    server.put(URL, server.reply(BODY, slow=0.01))
    found = []
    threads = [threading.Thread(target=lambda: found.append(client.get(URL))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.asked) == 1 and len(heard) == 1 and {item.data for item in found} == {BODY}


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_faults_that_pass_are_asked_again(server, client, status):
    server.put(URL, server.reply(status=status), server.reply(status=status), server.reply(BODY))
    assert client.get(URL).data == BODY and len(server.asked) == 3


def test_retry_after_is_heeded(server):
    waits = []
    client = HttpClient(mirror=server.address, sleep=waits.append, limits=Limits(longest_wait=90))
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=30)
    for after in ("7", "9999", email.utils.format_datetime(later, usegmt=True), "soon", None):
        headers = {} if after is None else {"Retry-After": after}
        url = f"https://example.org/{after}".replace(" ", "-").replace(",", "")
        server.put(url, server.reply(status=429, headers=headers), server.reply(BODY))
        client.get(url)
    assert waits[:2] == [7, 90] and 25 < waits[2] <= 30 and waits[3:] == [1, 1]


def test_faults_that_stay(server, client):
    server.put(URL, server.reply(status=503))
    with pytest.raises(SourceError, match=r"example\.org has a fault of its own \(HTTP 503\), 4 times"):
        client.get(URL)
    assert len(server.asked) == 4
    with pytest.raises(SourceError, match=r"answered HTTP 404. Does the series still exist\?"):
        client.get("https://example.org/other")
    assert len(server.asked) == 5


def test_a_truncated_body_is_asked_again(server, client):
    server.put(URL, server.reply(BODY, cut=10), server.reply(BODY))
    assert client.get(URL).data == BODY
    server.put(f"{URL}2", server.reply(BODY, cut=10))
    with pytest.raises(
        SourceError, match=r"the connection to example.org failed: the answer broke off, 4 times"
    ):
        client.get(f"{URL}2")


def test_gzip_and_what_only_says_so(server, client):
    server.put(URL, server.reply(BODY * 1000, zipped=True))
    assert client.get(URL).data == BODY * 1000
    server.put(f"{URL}2", server.reply(BODY, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(SourceError, match="not compressed as it says"):
        client.get(f"{URL}2")


def test_the_limit_of_size(server):
    client = HttpClient(mirror=server.address, limits=Limits(size=1_000_000))
    # Two gigabytes are announced: nothing of them is read.
    server.put(URL, server.reply(b"x" * 100_000, headers={"Content-Length": "2000000000"}))
    with pytest.raises(SourceError, match="is more than 1 MB"):
        client.get(URL)
    # They come without being announced, or packed: reading stops.
    packed = "https://example.org/packed"
    server.put(packed, server.reply(b"0" * 50_000_000, zipped=True))
    with pytest.raises(SourceError, match="is more than 1 MB"):
        client.get(packed)


def test_two_gigabytes_without_a_length_are_cut_off(server):
    client = HttpClient(mirror=server.address, limits=Limits(size=3_000_000))
    sent = server.endless(URL, piece=b"0" * 65_536, pieces=32_768)
    with pytest.raises(SourceError, match="is more than 3 MB"):
        client.get(URL)
    assert sent() < 200


def test_a_slow_answer(server):
    limits = Limits(connect=1, read=0.2, whole=10, attempts=2)
    client = HttpClient(mirror=server.address, limits=limits, sleep=lambda _: None)
    server.put(URL, server.reply(BODY, slow=0.6))
    with pytest.raises(SourceError, match=r"example.org did not answer in time, 2 times"):
        client.get(URL)
    # Pieces that come just in time, but never an end.
    drip = HttpClient(mirror=server.address, limits=Limits(whole=0.2))
    server.put(f"{URL}2", server.reply(BODY * 3000, slow=0.1))
    started = time.monotonic()
    with pytest.raises(SourceError, match=r"took more than 0.2 seconds"):
        drip.get(f"{URL}2")
    assert time.monotonic() - started < 5


def test_redirects_stay_on_the_host(server, client):
    moved = {"Location": "/new.csv"}
    server.put(URL, server.reply(status=301, headers={"Location": "/example.org/new.csv"}))
    server.put("https://example.org/new.csv", server.reply(BODY))
    assert client.get(URL).data == BODY
    away = "https://example.org/away"
    server.put(away, server.reply(status=302, headers={"Location": "https://evil.example/data.csv"}))
    with pytest.raises(SourceError) as error:
        client.get(away)
    assert "points to another host, evil.example" in str(error.value)
    assert "write it into 'update:': https://evil.example/data.csv" in str(error.value)
    for target in ("http://169.254.169.254/latest", "file:///etc/passwd", "//evil.example/x", ""):
        server.put(away, server.reply(status=302, headers={"Location": target}))
        with pytest.raises(SourceError):
            client.get(away)
    assert moved and not any("evil" in path or "169" in path for path in server.asked)


def test_redirects_end(server, client):
    server.put(URL, server.reply(status=302, headers={"Location": "/example.org/data.csv"}))
    with pytest.raises(SourceError, match="without an end"):
        client.get(URL)


def test_nobody_answers():
    client = HttpClient(mirror="http://127.0.0.1:9", sleep=lambda _: None)
    with pytest.raises(
        SourceError, match=r"the connection to example.org failed: connection refused, 4 times"
    ):
        client.get(URL)
    for odd in ("http://", "http://[::", "nonsense"):
        with pytest.raises(SourceError):
            HttpClient(sleep=lambda _: None).get(odd)


def test_files_lie_below_the_index_folder(tmp_path):
    root = tmp_path / "index"
    (root / "data").mkdir(parents=True)
    (root / "data" / "a.csv").write_bytes(BODY)
    (tmp_path / "secret.csv").write_bytes(BODY)
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    client = HttpClient(root=root, limits=Limits(size=100))
    assert client.file("data/a.csv").data == BODY and client.file("data/a.csv").url == "file:data/a.csv"
    for path in ("../secret.csv", "link.csv", str(tmp_path / "secret.csv"), "/etc/passwd"):
        with pytest.raises(SourceError, match="lies outside of the index folder"):
            client.file(path)
    for path in ("none.csv", "data"):
        with pytest.raises(SourceError, match="there is no file"):
            client.file(path)
    (root / "b.csv").write_bytes(b"x" * 101)
    with pytest.raises(SourceError, match="is more than"):
        client.file("b.csv")


def test_addresses():
    assert address("https://a/b?c=1", {"d": 2}) == "https://a/b?c=1&d=2"
    assert mirrored("https://a.org/b?c=1", "http://m/") == "http://m/a.org/b?c=1"
    assert mirrored("https://a.org/b", None) == "https://a.org/b"
