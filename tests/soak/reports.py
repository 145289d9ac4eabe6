"""Many reports in one process, with its memory: `python tests/soak/reports.py [REPORTS] [KB]`.

Fails where memory grows by more than KB a report after the first quarter (2,000 reports and 20 by default).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

from readiness.index import Index

STEP = 50


def resident() -> int:
    """Return the memory of this process in KB (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def main(reports: int = 2000, bound: float = 20.0) -> None:
    index = Index.load()
    codes = list(index.scores().countries)
    step = max(1, min(STEP, reports // 8))
    samples = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, reports + 1):
            path = index.report(codes[number % len(codes)], Path(folder) / "report.pdf")
            assert path.read_bytes().startswith(b"%PDF")
            if number % step == 0:
                samples.append((number, resident()))
                print(f"{number:6,} reports {samples[-1][1] / 1024:8.1f} MB", flush=True)
    warm = np.array([sample for sample in samples if sample[0] >= reports / 4], dtype=float)
    slope = float(np.polyfit(warm[:, 0], warm[:, 1], 1)[0])
    print(f"{slope:.1f} KB a report after the first quarter, at most {bound:g}")
    sys.exit(slope > bound)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
