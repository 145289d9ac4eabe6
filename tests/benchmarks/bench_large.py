"""An index of tens of thousands of places: draws a second on one core, and the memory of the process.

Run it as a script: `python tests/benchmarks/bench_large.py [PLACES [DRAWS]]` prints the table, a
process a line, so that each has its own peak. `... write FOLDER [PLACES]` writes the same kind of
index as a folder, for the commands: 60 indicators with 5% of cells missing, place ids of its own.
"""

# ruff: noqa: E402 - the number of threads is read when numpy is imported

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import resource
import subprocess
import sys
import time
from pathlib import Path

import bench_draws
import numpy as np

from readiness.engine.held import passes
from readiness.engine.uncertainty import robustness

PLACES, INDICATORS, PILLARS, DRAWS = 50_000, 60, 6, 1000
# What is drawn, and the share of cells missing.
CASES = {
    "weights x normalisation x aggregation": (bench_draws.CHOICES, 0.0),
    "treatment and imputation drawn too, 5% missing": (bench_draws.EVERYTHING, 0.05),
}


def measured(case: str, places: int, draws: int) -> str:
    """Return one line of the table."""
    bench_draws.COUNTRIES, bench_draws.INDICATORS = places, INDICATORS
    bench_draws.NAMES = tuple(f"i{number:02d}" for number in range(INDICATORS))
    scores = bench_draws.synthetic(*CASES[case])
    start = time.process_time()
    found = robustness(scores, draws=draws)
    seconds = time.process_time() - start
    assert found.draws == draws
    assert np.isfinite(found.rank_low).all()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    times = passes(places, draws)
    return f"{case:48}{places:>8,}{draws:>8,}{times:>8}{draws / seconds:>10.1f}{seconds:>9.0f}{peak:>9,.0f}"


def write(folder: Path, places: int) -> None:
    """Write the index as a folder: a file an indicator, its figures a CSV block."""
    rng = np.random.default_rng(20260101)
    level = rng.normal(size=(places, 1))
    values = np.exp(0.5 * (level + rng.normal(size=(places, INDICATORS))))
    gone = rng.random(values.shape) < 0.05
    codes = [f"P{number:05d}" for number in range(places)]
    (folder / "frameworks").mkdir(parents=True)
    lines = [f"  {code}: {{name: Place {code[1:]}, groups: {{region: R{int(code[1:]) % 40:02d}}}}}"
             for code in codes]  # fmt: skip
    _text(folder / "countries.yaml", ["codes: free", "countries:", *lines])
    names = [f"i{number:02d}" for number in range(INDICATORS)]
    for number, name in enumerate(names):
        low, high = np.quantile(values[:, number], [0.025, 0.975])
        cells = zip(codes, values[:, number], gone[:, number], strict=True)
        figures = [f"  {code},{value:.5g}" for code, value, missing in cells if not missing]
        place = folder / f"p{number * PILLARS // INDICATORS}"
        place.mkdir(exist_ok=True)
        head = [
            f"id: {name}", f"name: Indicator {number}", "unit: index", "direction: higher",
            f"goalposts: [{low:.5g}, {high:.5g}]",
            "source: {publisher: Office, dataset: Register, licence: CC-BY-4.0}",
            "figures: |", "  country,2024",
        ]  # fmt: skip
        _text(place / f"{name}.yaml", [*head, *figures])
    each = INDICATORS // PILLARS
    parts = [", ".join(names[each * pillar : each * (pillar + 1)]) for pillar in range(PILLARS)]
    pillars = [f"    - {{id: p{pillar}, indicators: [{inside}]}}" for pillar, inside in enumerate(parts)]
    head = ["id: pillars", "name: Places", "year: 2024",
            "uncertainty: {draws: 200, imputation: {method: none}}",
            "tree:", "  id: index", "  children:"]  # fmt: skip
    _text(folder / "frameworks" / "pillars.yaml", [*head, *pillars])


def _text(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main(places: int = PLACES, draws: int = DRAWS) -> None:
    """Print the table."""
    columns = ("places", "draws", "passes", "draws/s", "s", "peak MB")
    print(f"{INDICATORS} indicators, one core\n")
    print(f"{'':48}" + "".join(f"{n:>{w}}" for n, w in zip(columns, (8, 8, 8, 10, 9, 9), strict=True)))
    for case in CASES:
        for size in (places // 10, places):
            subprocess.run([sys.executable, __file__, "one", case, str(size), str(draws)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(Path(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else PLACES)
    elif sys.argv[1:2] == ["one"]:
        print(measured(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    else:
        main(*map(int, sys.argv[1:3]))
