"""Print the lowest versions that pyproject.toml allows, as constraints for pip (`make test-lowest`)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
RUN_TIME = ("parquet", "sdmx", "dask")
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)>=(?P<low>[\w.]+),<(?P<high>[\w.]+)")


def bounds(path: Path = PROJECT) -> dict[str, tuple[str, str]]:
    """Return the lower and the upper bound of what the package needs at run time, extras too, by name.

    Raises
    ------
    ValueError
        When a requirement has not both.
    """
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    found = {}
    for text in [*project["dependencies"], *(item for name in RUN_TIME for item in extras.get(name, ()))]:
        parts = REQUIREMENT.fullmatch(text)
        if parts is None:
            raise ValueError(f"{text!r} does not read name>=LOW,<HIGH")
        found[parts["name"]] = (parts["low"], parts["high"])
    return found


if __name__ == "__main__":
    print(*(f"{name}=={low}" for name, (low, _) in bounds().items()), sep="\n")
