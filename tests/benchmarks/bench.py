"""The speed table: how long our work takes beside a baseline that is measured in the same run.

    python tests/benchmarks/bench.py [ROW ...] [--quick | --full] [-o FILE]

Times differ from machine to machine and from hour to hour; ratios of what is measured in turns
much less. Every line has the median of its ratios, the least and the greatest, and the median
times. ROW is one of load, scores, draws, pdf, batch, chromium; all where none is named.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import os
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import rows_data
import rows_pdf
from measuring import Line, Size

ROWS: dict[str, Callable[[Size], list[Line]]] = {
    "load": rows_data.load,
    "scores": rows_data.scores,
    "draws": rows_data.draws,
    "pdf": rows_pdf.one,
    "batch": rows_pdf.batch,
    "chromium": rows_pdf.beside_chromium,
}
LIBRARIES = ("numpy", "pandas", "pydantic", "PyYAML", "click", "weasyprint", "playwright")
HEAD = ("work", "baseline in the same run", "aim", "ratio", "least to greatest", "ours", "baseline",
        "peak memory", "remark")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the rows, print the table and write it."""
    parser = argparse.ArgumentParser(description="The speed table.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all where left out")
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--quick", action="store_true", help="fewer rounds and countries")
    much.add_argument("--full", action="store_true", help="the plain loop prints every country")
    parser.add_argument("-o", "--output", type=Path, help="the file the table is written to, as Markdown")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.rows if name not in ROWS]
    if unknown:
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    size = Size(rounds=3, sample=4, batch=8) if chosen.quick else Size(sample=197) if chosen.full else Size()
    lines: list[Line] = []
    for name in dict.fromkeys(chosen.rows or ROWS):
        sys.stderr.write(f"{name} ...\n")
        lines += ROWS[name](size)
    text = page(lines, datetime.datetime.now(datetime.UTC).date(), quick=chosen.quick)
    sys.stdout.write(text)
    if chosen.output is not None:
        chosen.output.parent.mkdir(parents=True, exist_ok=True)
        chosen.output.write_text(text, encoding="utf-8")


def page(lines: Sequence[Line], day: datetime.date, *, quick: bool = False) -> str:
    """Return the table in Markdown, under the date and what it was measured on."""
    told = [
        f"Measured on {day:%-d %B %Y}: {_cores()} cores ({platform.machine()}), {platform.system()}, "
        f"Python {platform.python_version()}; {', '.join(filter(None, map(_version, LIBRARIES)))}.",
    ]
    if quick:
        told.append("Few rounds and countries (`--quick`): not for quoting.")
    rows = [HEAD, ("---",) * len(HEAD), *map(_cells, lines)]
    return "\n\n".join([*told, "\n".join(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def _cells(line: Line) -> tuple[str, ...]:
    if line.pairs is None:
        return line.work, line.baseline, line.aim, "", "", "", "", "", line.remark
    pairs, ratios = line.pairs, line.pairs.ratios
    return (
        line.work, line.baseline, line.aim, _ratio(pairs.ratio),
        f"{_ratio(min(ratios))} to {_ratio(max(ratios))}" if len(ratios) > 1 else "one pair",
        _seconds(statistics.median(pairs.ours)), _seconds(statistics.median(pairs.baseline)),
        f"{_megabytes(pairs.memory[0])}; {_megabytes(pairs.memory[1])}" if pairs.memory else "",
        line.remark,
    )  # fmt: skip


def _ratio(value: float) -> str:
    return f"1/{1 / value:,.0f}" if value < 0.02 else f"{value:.2f}"


def _seconds(value: float) -> str:
    return f"{value * 1000:,.0f} ms" if value < 1 else f"{value:,.1f} s"


def _megabytes(value: int) -> str:
    return f"{value / 1e6:,.0f} MB"


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


def _version(library: str) -> str | None:
    try:
        return f"{library} {importlib.metadata.version(library)}"
    except importlib.metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
