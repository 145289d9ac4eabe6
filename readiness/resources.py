"""Where the bundled `indicators/` and `templates/` are; nobody else knows.

In a wheel they lie in `readiness/_bundled/`; in a checkout (and an editable
install) at the top of the repository.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(kind: str) -> Path:
    """Return the folder of bundled files of one kind, `indicators` or `templates`.

    Raises
    ------
    FileNotFoundError
        When the package is broken: neither the wheel's nor the checkout's folder is there.
    """
    for folder in (_PACKAGE / "_bundled" / kind, _PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the package has lost its folder {kind!r}: install it again")


def checkout_indicators() -> Path | None:
    """Return `indicators/` of the checkout this package runs from, None in a wheel."""
    folder = _PACKAGE.parent / "indicators"
    return folder if folder.is_dir() and not (_PACKAGE / "_bundled").is_dir() else None


def sources(*names: str) -> list[Path]:
    """Return the source files of some of the package's folders and modules, in order."""
    return [
        path
        for name in names
        for path in (sorted((_PACKAGE / name).rglob("*.py")) or [_PACKAGE / f"{name}.py"])
    ]


def cache_folder() -> Path:
    """Return the user's cache folder of this package; it need not exist or be writable."""
    base = os.environ.get("READINESS_CACHE")
    if base:
        return Path(base)
    xdg = os.environ.get("XDG_CACHE_HOME")
    if xdg and Path(xdg).is_absolute():
        return Path(xdg) / "readiness"
    if os.name == "nt" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"]) / "readiness" / "cache"
    return Path("~").expanduser() / ".cache" / "readiness"
