"""Showing a site on this machine: a folder of files on 127.0.0.1, and nothing else."""

from __future__ import annotations

import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from readiness.errors import ReadinessError

HOST = "127.0.0.1"
FIRST, TRIES = 8000, 100


class Server(ThreadingHTTPServer):
    """A server of one folder."""

    daemon_threads = True

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{HOST}:{self.server_address[1]}/"


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of requests."""

    def end_headers(self) -> None:
        """Add what keeps a page from being taken for something else, and a new one from being held back."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: object) -> None:
        """Show no lists of files."""
        self.send_error(404)


def listening(folder: Path, port: int | None = None) -> Server:
    """Return a server of a folder; `serve_forever` shows it.

    Parameters
    ----------
    port
        0 takes any that is free; left out, it is 8000 or the next free one.

    Raises
    ------
    ReadinessError
        When the port is taken.
    """
    handler = functools.partial(_Handler, directory=str(folder))
    ports = range(FIRST, FIRST + TRIES) if port is None else (port,)
    for number in ports:
        try:
            return Server((HOST, number), handler)
        except OSError as error:
            fault = error
    raise ReadinessError(
        f"cannot listen on {HOST}:{ports[0]}: {fault.strerror or fault}", "Name another --port"
    )
