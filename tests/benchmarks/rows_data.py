"""The rows about data: loading the index, the league table as a whole process, the draws."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measuring import Commands, Line, Pairs, Size, Spent, Worker, readiness, timed

DRAWS = 10_000


def loading() -> Callable[[str], Spent]:
    """Read the bundled index: checked by us, or its files by PyYAML, in Python or in C."""
    import yaml

    from readiness import resources
    from readiness.definitions.load import load

    paths = sorted(resources.bundled("indicators").rglob("*.yaml"))

    def with_yaml(reader: type) -> None:
        for path in paths:
            yaml.load(path.read_text(encoding="utf-8"), reader)

    ways: dict[str, Callable[[], object]] = {
        "ours": load,
        "safe_load": lambda: with_yaml(yaml.SafeLoader),  # what yaml.safe_load takes
        "C": lambda: with_yaml(yaml.CSafeLoader),
    }
    return lambda way: timed(ways[way])


def load(size: Size) -> list[Line]:
    """Compare loading and checking with reading only."""
    with Worker(loading) as worker:
        times: dict[str, list[float]] = {"ours": [], "safe_load": [], "C": []}
        for way in times:
            worker(way)
        for _ in range(size.rounds):
            for way, found in times.items():
                found.append(worker(way).cpu)
    work, remark = "load and check the bundled index", "processor time, in one process"
    ours = times["ours"]
    return [
        Line(work, "PyYAML `safe_load` of the same files", "below 1",
             Pairs(ours, times["safe_load"]), remark),
        Line(work, "the same with `CSafeLoader`", "none", Pairs(ours, times["C"]),
             "for comparison: libyaml, which reads for us too; nothing is checked"),
    ]  # fmt: skip


def scores(size: Size) -> list[Line]:
    """Compare a whole `readiness scores` with an interpreter that imports pandas."""
    league, pandas = readiness("scores"), [sys.executable, "-c", "import pandas"]
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as folder:
        commands = Commands(Path(folder))
        for command in (league, pandas):  # compiles, and keeps the draws
            commands.run(*command)
        ours, baseline = [], []
        for number in range(2 * size.rounds):
            both = [(league, ours), (pandas, baseline)]
            for command, found in both if number % 2 else both[::-1]:
                found.append(commands.run(*command))
    processors = Pairs([spent.cpu for spent in ours], [spent.cpu for spent in baseline])
    pairs = Pairs([spent.wall for spent in ours], [spent.wall for spent in baseline])
    return [Line("`readiness scores`, whole process, ranges cached", '`python -c "import pandas"`',
                 "at most 2", pairs, f"wall; of processor time {processors.ratio:.2f}")]  # fmt: skip


def drawing() -> Callable[[tuple[str, int]], Spent]:
    """Draw the ranks of a synthetic index: by us with ranges, bands and pairs, or by a pandas loop.

    195 countries, 50 indicators on three levels, a cell in twenty missing; weights, normalisation and
    the exponent at the root are drawn.
    """
    import bench_draws

    from readiness.engine.simulate import Simulation
    from readiness.engine.uncertainty import robustness

    made = bench_draws.synthetic(bench_draws.CHOICES, 0.05)
    assert made.framework.uncertainty is not None
    run = Simulation(made, made.framework.uncertainty)
    factors = next(iter(run.blocks(bench_draws.BLOCK)))
    agree = bench_draws.beside_pandas(made, 20)[1]
    if agree < 0.95:
        raise ValueError(f"the loop ranks otherwise: {agree:.1%} of its ranks are ours")

    def work(key: tuple[str, int]) -> Spent:
        way, draws = key
        if way == "ours":
            return timed(lambda: robustness(made, draws=draws))
        return timed(lambda: bench_draws.pandas_loop(made, run, factors, draws))

    return work


def draws(size: Size) -> list[Line]:
    """Compare 10,000 draws with as many of a pandas loop, of which some are made."""
    few = 50
    memory = []
    ours, baseline = [], []
    with Worker(drawing) as us, Worker(drawing) as them:
        us(("ours", DRAWS)), them(("pandas", 5))
        for _ in range(size.rounds):
            ours.append(us(("ours", DRAWS)).cpu)
            baseline.append(them(("pandas", few)).cpu * DRAWS / few)
        memory = [us.peak, them.peak]
    return [Line(f"{DRAWS:,} draws, 195 x 50, a cell in twenty missing", "the same method as a pandas loop",
                 "1/1000 or less", Pairs(ours, baseline, (memory[0], memory[1])),
                 f"one core; the loop makes {few} draws, times {DRAWS // few}; ours counts ranges, "
                 "bands and pairs too")]  # fmt: skip
