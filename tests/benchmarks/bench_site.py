"""How long the explorer takes to build: one process against one a processor, in one run.

python tests/benchmarks/bench_site.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from readiness import explorer, jobs
from readiness.index import Index

ROUNDS = 3


def built(index: Index, processes: int) -> tuple[float, int]:
    """Return the seconds that a whole site took, and its files."""
    folder = Path(tempfile.mkdtemp(prefix="readiness-bench-"))
    try:
        start = time.perf_counter()
        outcomes = list(explorer.write(index, folder / "site", processes=processes))
        return time.perf_counter() - start, len(outcomes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Print the least of some rounds each, and their ratio."""
    index, many = Index.load(), jobs.processors()
    # Draws that are kept are read, as in every run but the first.
    assert index.scores().robustness is not None
    one = min(built(index, 1) for _ in range(ROUNDS))
    several = min(built(index, many) for _ in range(ROUNDS))
    sys.stdout.write(
        f"{one[1]} files. One process: {one[0]:.1f} s. {many} processes: {several[0]:.1f} s, "
        f"{several[0] / one[0]:.2f} of it.\n"
    )


if __name__ == "__main__":
    main()
