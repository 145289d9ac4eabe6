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
    work, ours = "load and check the bundled index", times["ours"]
    checked, unchecked = "processor time, in one process", "libyaml, which reads for us too, alone"
    pure, fast = Pairs(ours, times["safe_load"]), Pairs(ours, times["C"])
    return [
        Line(work, "PyYAML `safe_load` of the same files", "below 1", pure, checked),
        Line(work, "the same with `CSafeLoader`", "none", fast, unchecked),
    ]


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
    work = "`readiness scores`, whole process, ranges cached"
    remark = f"on the clock; in processor time {processors.ratio:.2f}"
    return [Line(work, '`python -c "import pandas"`', "at most 2", pairs, remark)]


def drawing() -> Callable[[tuple[str, int]], Spent]:
    """Draw the bundled index's ranks: by us with ranges, bands and pairs, or by a pandas loop."""
    import pandas_draws

    from readiness.engine.uncertainty import robustness
    from readiness.index import Index

    made = Index.load().scores()
    loops = {"plain": pandas_draws.Loop(made), "once": pandas_draws.Loop(made, once=True)}
    for loop in loops.values():
        if (share := loop.agreement(20)) < 0.98:
            raise ValueError(f"the loop ranks otherwise: {share:.1%} of its ranks are ours")

    def work(key: tuple[str, int]) -> Spent:
        way, draws = key
        if way == "ours":
            return timed(lambda: robustness(made, draws=draws))
        factors = loops[way].factors(draws)
        return timed(lambda: loops[way].ranks(factors))

    return work


def draws(size: Size) -> list[Line]:
    """Compare 10,000 draws with as many of a pandas loop, of which some are made."""
    few = 40
    times: dict[str, list[float]] = {"ours": [], "plain": [], "once": []}
    with Worker(drawing) as us, Worker(drawing) as them:
        us(("ours", DRAWS))
        for _ in range(size.rounds):
            times["ours"].append(us(("ours", DRAWS)).cpu)
            for way in ("plain", "once"):
                times[way].append(them((way, few)).cpu * DRAWS / few)
        memory = us.peak, them.peak
    work, counted = f"{DRAWS:,} draws, the bundled index", "ours counts ranges, bands and pairs too"
    looped = f"one core; the loop makes {few} draws, times {DRAWS // few}"
    plain, once = (Pairs(times["ours"], times[way], memory) for way in ("plain", "once"))
    return [
        Line(work, "the same method as a pandas loop", "1/1000 or less", plain, f"{looped}; {counted}"),
        Line(work, "that loop, the regression for gaps made once", "none", once, looped),
    ]
