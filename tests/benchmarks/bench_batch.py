"""What a batch of reports costs: made, made again, after one figure changed, and bound into one PDF.

python tests/benchmarks/bench_batch.py                  all countries of the bundled index, two processes
python tests/benchmarks/bench_batch.py --group asean    fewer

Wall and processor seconds of all processes, and the peak of the memory of all together and of the largest.
Linux alone: memory is read from /proc.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from readiness import resources

START = [sys.executable, "-c", "from readiness.cli.main import main; main()"]
CHANGED, COUNTRY = "energy/electricity_access.yaml", "KEN"


def memory(group: int) -> list[int]:
    """Return the bytes in memory of each process of a group."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                found.append(int(re.findall(r"VmRSS:\s+(\d+)", (folder / "status").read_text())[0]) * 1024)
        except (OSError, IndexError):  # it has ended
            continue
    return found


def measured(what: str, *arguments: str) -> None:
    """Run `readiness report` and print what it took."""
    start, before = time.perf_counter(), os.times()
    child = subprocess.Popen(
        [*START, "report", *arguments], text=True, start_new_session=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    together = largest = 0
    while child.poll() is None:
        sizes = memory(child.pid)
        together, largest = max(together, sum(sizes)), max(largest, *sizes, 0)
        time.sleep(0.1)
    out, err = child.communicate()
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    wall, count = time.perf_counter() - start, out.count("\n")
    sys.stdout.write(
        f"{what:42} {count:4} files  {wall:6.1f} s  processors {seconds:6.1f} s"
        f"  peak {together / 1e6:5.0f} MB, largest {largest / 1e6:4.0f} MB  exit {child.returncode}\n"
    )
    sys.stdout.write("".join(f"    {line}\n" for line in err.splitlines()[-2:]))
    sys.stdout.flush()


def change(index: Path, step: float) -> None:
    """Change the newest figure of one country by so much."""
    path = index / CHANGED
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.strip().startswith(f"{COUNTRY},"))
    cells = line.split(",")
    at = max(number for number, cell in enumerate(cells) if number and cell.strip())
    cells[at] = f"{float(cells[at]) + step:.2f}"
    path.write_text(text.replace(line, ",".join(cells)), encoding="utf-8")


def main() -> None:
    """Print one line for each run."""
    chosen = sys.argv[1:] or ["--all"]
    root = Path(tempfile.mkdtemp(prefix="readiness-bench-"))
    try:
        index = root / "index"
        shutil.copytree(resources.bundled("indicators"), index)
        call = [*chosen, "--jobs", "2", "--indicators", str(index), "-o", str(root / "reports")]
        measured("made", *call)
        measured("again, nothing changed", *call)
        change(index, 0.05)
        measured("again, a figure changed in its rounding", *call)
        measured("bound as one PDF, nothing changed", *call, "--compendium", str(root / "all.pdf"))
        sys.stdout.write(f"    {(root / 'all.pdf').stat().st_size / 1e6:.1f} MB\n")
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
