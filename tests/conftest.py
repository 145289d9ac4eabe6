"""What all tests share: a small index folder to load, change and break.

`make_index()` writes it and returns its path; `make_index({"energy/access.yaml": text})`
adds or replaces files, `edit={"energy/access.yaml": ("higher", "lower")}` changes a text
that stands in a file, `remove=["countries.yaml"]` leaves files out. `INDEX` is what it
writes: six countries, two pillars of two indicators each, one framework, no problem and
no warning. Tests get it from the fixture `index_files`.

`server` is a local web server that answers as the sources do, faults and all.
"""

from __future__ import annotations

import gzip
import http.server
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import settings

# A busy machine is no failure.
settings.register_profile("readiness", deadline=None)
settings.load_profile("readiness")


def pytest_configure(config: pytest.Config) -> None:
    """Keep draws and fonts in a folder of this session's own, which its workers share."""
    if "READINESS_CACHE" not in os.environ:
        folder = tempfile.mkdtemp(prefix="readiness-tests-")
        os.environ["READINESS_CACHE"] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


INDEX = {
    "countries.yaml": """\
countries:
  AUT: {name: Austria, iso2: AT, groups: {region: Europe, income: High income, eu: true}}
  BRA: {name: Brazil, iso2: BR, groups: {region: Americas, income: Upper middle income, g20: true}}
  IND: {name: India, iso2: IN, groups: {region: Asia, income: Lower middle income, g20: true}}
  KEN: {name: Kenya, iso2: KE, groups: {region: Africa, income: Lower middle income}}
  NOR: {name: Norway, iso2: "NO", groups: {region: Europe, income: High income}}
  VNM: {name: Vietnam, iso2: VN, aliases: [Viet Nam], groups: {region: Asia, income: Lower middle income}}
""",
    "energy/access.yaml": """\
id: access
name: Access to electricity
unit: "% of population"
direction: higher
goalposts: [0, 100]
valid: [0, 100]
source:
  publisher: World Bank
  dataset: World Development Indicators
  licence: CC-BY-4.0
figures: |
  country,2022,2023,2024
  AUT,100,100,100
  BRA,99.5,99.8
  IND,98.5,99.2,99.5
  KEN,76,76.2
  NOR,100,100,100
  VNM,100,100
""",
    "energy/losses.yaml": """\
id: losses
name: Losses of the grid
unit: "% of output"
direction: lower
goalposts: [2, 20]
source: {publisher: World Bank, dataset: World Development Indicators, licence: CC-BY-4.0}
figures: |
  country,2022,2023
  AUT,5,5
  BRA,16,15.5
  IND,18,17
  KEN,23,22
  NOR,6,6.5
  VNM,7,6
""",
    "skills/schooling.yaml": """\
id: schooling
name: Mean years of schooling
unit: years
direction: higher
goalposts: [0, 15]
source: {publisher: UNDP, url: "https://hdr.undp.org/", licence: CC-BY-3.0-IGO}
figures: |
  country,2022,2023
  AUT,12.3,12.4
  BRA,8.3,8.4
  IND,6.6,6.9
  KEN,7.7,
  NOR,13.1,13.1
  VNM,8.5,8.8
""",
    "skills/papers.yaml": """\
id: papers
name: Papers on AI
unit: papers per million people
direction: higher
goalposts: [0, 500]
source: {publisher: OpenAlex, url: "https://openalex.org/", licence: CC0}
figures: |
  country,2023,2024
  AUT,300,320
  BRA,40,45
  IND,30,38
  NOR,350,380
  VNM,20,25
""",
    "frameworks/main.yaml": """\
id: main
name: Small index
year: 2024
tree:
  id: index
  name: Index
  children:
    - id: energy
      name: Energy
      indicators: [access, losses]
    - id: skills
      name: Skills
      indicators: [schooling, {id: papers, weight: 2}]
""",
}

MakeIndex = Callable[..., Path]


@pytest.fixture(scope="session")
def index_files() -> Mapping[str, str]:
    """Return the files that `make_index` writes, by relative path."""
    return MappingProxyType(INDEX)


@pytest.fixture
def make_index(tmp_path: Path) -> MakeIndex:
    """Return a function that writes the small index, changed as asked, and returns its folder."""

    def make(
        files: Mapping[str, str | bytes] | None = None,
        *,
        edit: Mapping[str, tuple[str, str]] | None = None,
        remove: Iterable[str] = (),
        name: str = "index",
    ) -> Path:
        root = tmp_path / name
        contents: dict[str, str | bytes] = {**INDEX, **(files or {})}
        for path, (old, new) in (edit or {}).items():
            text = contents[path]
            assert isinstance(text, str) and old in text, f"{old!r} is not in {path}"
            contents[path] = text.replace(old, new, 1)
        for path in remove:
            del contents[path]
        for path, content in contents.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return make


@dataclass
class Reply:
    """One answer of the server.

    `cut` closes the connection after so many bytes of the body that it announced; `slow` waits so many
    seconds before each tenth of it.
    """

    body: bytes = b""
    kind: str = "text/csv"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    slow: float = 0.0
    zipped: bool = False


Page = Callable[[dict[str, str]], Reply]


class Server:
    """Answers `/HOST/PATH` with what was put there: replies in order, the last one again and again."""

    def __init__(self) -> None:
        self.pages: dict[str, list[Reply] | Page] = {}
        self.raw: dict[str, Callable[[http.server.BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def reply(self, body: bytes | str = b"", **more: Any) -> Reply:
        """Return an answer to put somewhere, see `Reply`."""
        return Reply(body.encode() if isinstance(body, str) else body, **more)

    def json(self, value: Any, **more: Any) -> Reply:
        """Return a JSON answer to put somewhere."""
        return Reply(json.dumps(value).encode(), "application/json", **more)

    def put(self, url: str, *replies: Reply | Page) -> None:
        """Answer an address (without its query) with these, or with what a function of the query says."""
        parts = urlsplit(url)
        first = replies[0]
        self.pages[f"/{parts.netloc}{parts.path}"] = first if callable(first) else list(replies)  # type: ignore[arg-type]

    def endless(self, url: str, piece: bytes, pieces: int) -> Callable[[], int]:
        """Answer an address with many pieces and no length; return what counts those that went out."""
        parts = urlsplit(url)
        sent = [0]

        def send(handler: http.server.BaseHTTPRequestHandler) -> None:
            handler.close_connection = True
            handler.send_response(200)
            handler.end_headers()
            for _ in range(pieces):
                handler.wfile.write(piece)
                sent[0] += 1

        self.raw[f"/{parts.netloc}{parts.path}"] = send
        return lambda: sent[0]

    def answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        """Send the next reply of an address."""
        parts = urlsplit(handler.path)
        self.asked.append(handler.path)
        page = self.pages.get(parts.path)
        if page is None:
            reply = Reply(b"<html><title>Not here</title></html>", "text/html", 404)
        elif callable(page):
            reply = page({key: values[-1] for key, values in parse_qs(parts.query).items()})
        else:
            reply = page.pop(0) if len(page) > 1 else page[0]
        try:
            if parts.path in self.raw:
                self.raw[parts.path](handler)
            else:
                self._send(handler, reply)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True

    def _send(self, handler: http.server.BaseHTTPRequestHandler, reply: Reply) -> None:
        body = gzip.compress(reply.body) if reply.zipped else reply.body
        handler.send_response(reply.status)
        headers = {"Content-Type": reply.kind, "Content-Length": str(len(body)), **reply.headers}
        if reply.zipped:
            headers["Content-Encoding"] = "gzip"
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        step = max(1, len(body) // 10) if reply.slow else max(1, len(body))
        sent = body if reply.cut is None else body[: reply.cut]
        for start in range(0, len(sent), step):
            time.sleep(reply.slow)
            handler.wfile.write(sent[start : start + step])
        if reply.cut is not None:
            handler.close_connection = True

    def close(self) -> None:
        """Stop answering."""
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of its own for each test."""
    made = Server()
    yield made
    made.close()
