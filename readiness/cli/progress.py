"""What is shown on stderr while work goes on, where somebody sees it: a bar, or a line written over."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from readiness.cli import common

# Columns of the bar with its count and its time.
_BAR, _REST = 20, 56
_CLEAR = "\r\x1b[2K"


@contextlib.contextmanager
def bar(total: int, label: str) -> Iterator[Callable[[str, Path | None], None]]:
    """Yield what is told of every one of many: its name, and the file to print on stdout, if any.

    Without a terminal at stderr nothing is shown but those files.
    """
    if total < 2 or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _, path: None if path is None else common.progress(path)
        return
    with click.progressbar(
        length=total, label=label, show_pos=True, show_percent=False, width=_BAR, file=sys.stderr,
        item_show_func=_shown,
    ) as shown:  # fmt: skip

        def told(name: str, path: Path | None) -> None:
            if path is not None:
                if sys.stdout.isatty():  # the bar's own line
                    click.echo(_CLEAR, nl=False, err=True)
                common.progress(path)
            shown.update(1, name)

        shown.render_progress()
        yield told


def _shown(name: str | None) -> str:
    """Return as much of a name as the line holds."""
    room = shutil.get_terminal_size((80, 24)).columns - _REST
    text = name or ""
    return text if len(text) <= room else f"{text[: max(room - 1, 0)]}…"


class Line:
    """One line on stderr that is written over as the work goes on; nothing where that is no terminal."""

    # What is done in a second needs no such line, and nobody reads more than a few a second.
    _PAUSE, _EVERY = 1.0, 0.25

    def __init__(self) -> None:
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._next = time.monotonic() + self._PAUSE
        self._width = 0

    def show(self, text: str) -> None:
        """Put a text in place of the last one, at most a few times a second."""
        if not self._terminal or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._EVERY
        self._write(text)
        self._width = len(text)

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            self._write("")
            self._width = 0

    def _write(self, text: str) -> None:
        end = "" if text else "\r"
        click.echo(f"\r{text:{self._width}}{end}", err=True, nl=False)
