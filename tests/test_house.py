"""The rules of the house: lint, types, layers, short modules, nothing of one machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from readiness.cli.main import COMMANDS, MODULES

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("readiness", "indicators", "templates", "tests", ".ci", ".github")
TEXT = {".py", ".yaml", ".md", ".toml", ".json", ".j2", ".css", ".csv", ".cff", ".txt", ""}


def files() -> list[Path]:
    """Return the files of the repository that hold text."""
    found = [path for path in ROOT.iterdir() if path.is_file()]
    found += [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    return sorted(path for path in found if path.suffix in TEXT and "__pycache__" not in path.parts)


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "--no-cache", "."], ["ruff", "format", "--no-cache", "--check", "readiness", "tests"],
     ["mypy"], ["lint-imports", "--no-cache"]],
    ids=" ".join,
)  # fmt: skip
def test_tools_have_nothing_to_say(command):
    tool = Path(sys.executable).parent / command[0]
    if not tool.exists():
        pytest.skip(f"{command[0]} is not installed beside {sys.executable}")
    ran = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_module_is_long():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "readiness").rglob("*.py")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 400
    }
    assert long == {}


def test_nothing_of_one_machine():
    words = ["/" + "work/", "/" + "tmp/v/", "pypi.org" + "/simple", "--index" + "-url"]
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in files()
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_every_command_is_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for names in COMMANDS.values() for name in names if f"readiness {name}" not in text]
    assert missing == []


def test_every_command_has_a_module_of_its_name_and_no_more():
    modules = {path.stem for path in (ROOT / "readiness" / "cli").glob("*.py")} - {
        "__init__",
        "common",
        "main",
        "gap",  # of `explain --against`
        "progress",  # of `report --all`
        "groups",  # of `scores --by`
        "software",  # of `indicators --software`
        "together",  # of `report --compare` and `--league`
        "years",  # of `scores --since`
        "updates",  # of `update`
    }
    assert modules == {MODULES.get(name, name) for names in COMMANDS.values() for name in names}


def test_the_readme_s_links_and_pictures_are_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    local = re.findall(r'src="([^":]+)"|\]\((?!https?:)([^)#]+)\)', text)
    assert [name for pair in local for name in pair if name and not (ROOT / name).exists()] == []
