"""A bar on stderr while many reports are made, where somebody sees it."""

from __future__ import annotations

import contextlib
import shutil
import sys
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
