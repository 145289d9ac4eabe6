"""Every dependency has a lower and an upper bound, and what is installed lies within them."""

from __future__ import annotations

import re
from importlib import metadata

import pytest

from tests.lowest import bounds


def release(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, zeros at its end left out: 9.0.0 is 9."""
    numbers = [int(part) for part in re.match(r"\d+(\.\d+)*", version)[0].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


@pytest.mark.parametrize("name", bounds())
def test_what_is_installed_lies_within_the_bounds(name):
    low, high = map(release, bounds()[name])
    assert low < high
    try:
        installed = metadata.version(name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    assert low <= release(installed) < high, f"{name} {installed}"


@pytest.mark.parametrize("text", ["numpy", "numpy>=1.26", "numpy<3", "numpy>=1.26,<3,!=2.0"])
def test_a_requirement_without_both_bounds_is_found(tmp_path, text):
    path = tmp_path / "pyproject.toml"
    path.write_text(f'[project]\ndependencies = ["{text}"]\n', encoding="utf-8")
    with pytest.raises(ValueError, match="does not read"):
        bounds(path)
