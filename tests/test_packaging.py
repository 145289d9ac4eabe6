"""The wheel: what is in it, and that it works from an empty folder of a clean environment."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import readiness

ROOT = Path(__file__).resolve().parents[1]
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}


def run(*command: str | Path, cwd: Path) -> str:
    ran = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=CLEAN, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    pytest.importorskip("build", reason="the package 'build' is not installed")
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def bin_folder(wheel, tmp_path_factory) -> Path:
    """Return the folder of commands of a fresh environment with the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(folder, with_pip=True)
    commands = folder / ("Scripts" if os.name == "nt" else "bin")
    install = [
        commands / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
    ]
    ran = subprocess.run(
        [*map(str, install), str(wheel)], env=CLEAN, capture_output=True, text=True, check=False
    )
    if ran.returncode and ("Max retries" in ran.stderr or "Could not find a version" in ran.stderr):
        pytest.skip(f"pip reaches no registry: {ran.stderr.strip().splitlines()[-1]}")
    assert ran.returncode == 0, ran.stderr
    return commands


def bundled(folder: str) -> set[str]:
    return {
        f"readiness/_bundled/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_data_and_templates_and_no_tests(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert wheel.name == f"readiness-{readiness.__version__}-py3-none-any.whl"
    assert {name for name in names if name.startswith("readiness/_bundled/")} == (
        bundled("indicators") | bundled("templates")
    )
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "readiness").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == code
    assert "readiness/py.typed" in names
    others = (*(ROOT / "readiness").rglob("*.js"), *(ROOT / "readiness").rglob("*.json"))
    assert {path.relative_to(ROOT).as_posix() for path in others} <= names
    rest = {name for name in names if not name.startswith(f"readiness-{readiness.__version__}.dist-info/")}
    assert all(name.startswith("readiness/") for name in rest)
    assert sum(name.endswith("/LICENSE") for name in names) == 1


def test_it_works_from_an_empty_folder(bin_folder, tmp_path):
    command = bin_folder / "readiness"
    text = run(command, "scores", "--top", "3", cwd=tmp_path)
    assert text.startswith("country,name,status,rank,score,coverage,") and text.count("\n") == 4
    where = run(bin_folder / "python", "-c", "import readiness; print(readiness.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(bin_folder.parent)

    assert run(command, "report", "KEN", cwd=tmp_path) == "KEN.pdf\n"
    ours = readiness.load().report("KEN", tmp_path / "checkout.pdf").read_bytes()
    assert (tmp_path / "KEN.pdf").read_bytes()[:5] == ours[:5] == b"%PDF-"
    assert abs(len(ours) - (tmp_path / "KEN.pdf").stat().st_size) < len(ours) / 5

    run(command, "init", "x", "--full", cwd=tmp_path)
    installed = run(command, "scores", "--level", "all", "--format", "json", cwd=tmp_path)
    assert (
        run(command, "scores", "--level", "all", "--format", "json", "--indicators", "x", cwd=tmp_path)
        == installed
    )
    run(command, "check", "x", cwd=tmp_path)

    run(command, "init", "small", cwd=tmp_path)
    run(command, "site", "--indicators", "small", "-o", "site", cwd=tmp_path)
    assert "readiness.engine" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    run(command, "report", "--league", "--indicators", "small", "-o", "league.html", cwd=tmp_path)
    assert (tmp_path / "league.html").is_file()

    main = "from readiness.cli.main import main; main()"
    checkout = subprocess.run(
        [sys.executable, "-c", main, "scores", "--level", "all", "--format", "json"],
        env={**CLEAN, "PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert checkout.stdout == installed
