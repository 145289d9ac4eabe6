"""`readiness size`: from a target to accelerators, power, cost and shares of a country's means."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli import common
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.analysis.sizing import Input, Sizing
    from readiness.index import Index
    from readiness.scores import Table

COLUMNS = ("country", "name", "step", "title", "low", "mid", "high", "unit", "formula", "inputs", "note")
# No kilowatt-hour costs more US$ than this: more is cents, or a slip.
MOST = 10.0
_KNOWN = {"read": "", "derived": ", derived", "assumed": ", assumed by us", "unverified": ", not verified",
          "given": ", given", "figure": ""}  # fmt: skip


@click.command()
@click.argument("countries", metavar="[COUNTRY]...", nargs=-1)
@click.option("--group", metavar="KEY[=VALUE]", help="The countries of a group: asean, income='Low income'.")
@click.option("--target", metavar="TARGET", default="per-million", show_default=True,
              help="What is to be built, see below.")  # fmt: skip
@click.option("--scenario", metavar="FILE", type=click.Path(path_type=Path),
              help="Inputs of your own; what it leaves out is the bundled scenario's.")  # fmt: skip
@click.option("--capital-cost", metavar="RATE", help="Yearly cost of capital: 8%. Left out where not given.")
@click.option("--power-price", metavar="US$/KWH",
              help="Default: the country's price for a business, where known.")  # fmt: skip
@common.index_options
@common.output_options("table", "csv", "json")
def command(
    countries: tuple[str, ...], group: str | None, target: str, scenario: Path | None,
    capital_cost: str | None, power_price: str | None, folder: Path | None, framework: str | None,
    form: str | None, output: Path | None, bom: bool,
) -> None:  # fmt: skip
    """Size sovereign AI infrastructure: accelerators, power, energy, cost.

    \b
    readiness size Kenya
    readiness size KEN RWA GHA --target accelerators=10000
    readiness size KEN --target mw=50 --power-price 0.08 --capital-cost 8%
    readiness size --group asean --target serve=1%

    \b
    per-million=50      so many accelerators per million people; without a
                        number the scenario's, which is a policy
    accelerators=10000  so many
    mw=50               a facility of so many MW
    peer-median         as much per person as the middle country of its
                        income group, of those with a known cluster
    serve=1%            an open model to a share of the people

    Low, middle and high take every input at the end that makes the step
    smaller, at its middle, and at the other end: an envelope, not a
    confidence interval. A step whose input is unknown is blank.

    CSV columns: country, name, step, title, low, mid, high, unit, formula,
    inputs, note. JSON has every input with its source as well.
    """
    from readiness.definitions import extras
    from readiness.export import tables

    index = common.load(folder)
    scores = index.scores(framework)
    codes = common.chosen(index, countries, group, scores.countries)
    if codes is None:
        raise ReadinessError("no country is named", "Try readiness size Kenya, or --group")
    inputs = None if scenario is None else extras.scenario(scenario, index.definitions.scenario)
    rate, price = _rate(capital_cost), _price(power_price)
    found = []
    for code in codes:
        sizing = index.size(code, target, framework, scenario=inputs, capital_cost=rate, power_price=price)
        if sizing is None:
            raise ReadinessError("the package has lost its scenario", "Install it again")
        found.append(sizing)
    writers: dict[str, Callable[[], bytes | str]] = {
        "table": lambda: _one(found[0], index) if len(found) == 1 else _many(found, index),
        "csv": lambda: tables.to_csv(_table(found, index), bom=bom),
        "json": lambda: tables.json_bytes(
            {"countries": [{"name": index.countries[item.country].name, **asdict(item)} for item in found]}
        ),
    }
    common.deliver(writers, form, output, name=f"{codes[0]}-size" if len(codes) == 1 else "size")


def _rate(text: str | None) -> float | None:
    """Return `8%` or 0.08 as 0.08."""
    if text is None:
        return None
    percent = text.strip().endswith("%")
    try:
        rate = float(text.strip().removesuffix("%")) / (100 if percent else 1)
    except ValueError:
        rate = -1.0
    if not 0 <= rate < 1:
        raise ReadinessError(f"--capital-cost {text!r} is not a yearly rate", "Write 8% or 0.08")
    return rate


def _price(text: str | None) -> float | None:
    """Return the price of a kilowatt-hour in US$."""
    if text is None:
        return None
    try:
        price = float(text)
    except ValueError:
        price = -1.0
    if not 0 < price <= MOST:
        hint = "US$ for a kilowatt-hour, above 0: --power-price 0.08"
        raise ReadinessError(f"--power-price {text[:20]!r} is not a price", hint)
    return price


def _table(found: Sequence[Sizing], index: Index) -> Table:
    from readiness.scores import Table

    return Table(COLUMNS, tuple(
        (item.country, index.countries[item.country].name, step.id, step.title, step.low, step.mid, step.high,
         step.unit, step.formula, "; ".join(step.inputs), step.note)
        for item in found for step in item.steps
    ))  # fmt: skip


def _many(found: Sequence[Sizing], index: Index) -> str:
    """Return the same project in several countries: the middle of every step, a column each."""
    from readiness.export.text import Column, render

    steps = found[0].steps
    columns = [
        Column("Step", [step.title for step in steps], "left", key=True),
        Column("Unit", [step.unit for step in steps], "left", key=True),
        *(Column(item.country, [_number(step.mid) for step in item.steps]) for item in found),
    ]
    names = ", ".join(f"{item.country} {index.countries[item.country].name}" for item in found)
    unknown = [f"{item.country}: {'; '.join(item.unknown)}." for item in found if item.unknown]
    words = found[0].target_words
    if any(item.target_words != words for item in found):
        words = f"{found[0].target}: {'; '.join(f'{item.country} {item.target_words}' for item in found)}"
    text = common.wrapped(f"{words}. Middle of {found[0].scenario}, {found[0].dated}.")
    notes = [
        names, *([f"Unknown. {' '.join(unknown)}"] if unknown else []), *_price_hint(found),
        *_differs(found[0]), _left_out(found[0]),
    ]  # fmt: skip
    return f"{text}\n\n{render(columns, common.screen())}\n" + "\n".join(map(common.wrapped, notes)) + "\n"


def _one(found: Sizing, index: Index) -> str:
    """Return the whole chain of one country: each step with its formula, then the inputs."""
    return "".join(f"{line}\n" for line in _lines(found, index))


def _lines(found: Sizing, index: Index) -> Iterator[str]:
    name = index.countries[found.country].name
    yield from common.wrapped(f"{name}: {found.target_words}. {found.scenario}, {found.dated}.").splitlines()
    yield ""
    width = max(len(step.title) for step in found.steps)
    numbers = [[_number(value) for value in (step.low, step.mid, step.high)] for step in found.steps]
    wide = max(9, *(len(text) for row in numbers for text in row))
    yield "  ".join(["Step".ljust(width), *(word.rjust(wide) for word in ("Low", "Middle", "High")), "Unit"])
    yield "  ".join(["-" * width, *["-" * wide] * 3, "-" * 13])
    for step, row in zip(found.steps, numbers, strict=True):
        yield "  ".join([step.title.ljust(width), *(text.rjust(wide) for text in row), step.unit])
        said = f"= {step.formula}" if step.note is None else f"= {step.formula}. {step.note}"
        yield from textwrap.wrap(said, 76, initial_indent="    ", subsequent_indent="      ")
    yield ""
    if found.unknown:
        yield from common.wrapped(f"Unknown: {'; '.join(found.unknown)}.").splitlines()
    for note in (*_price_hint([found]), *_differs(found), _left_out(found)):
        yield from common.wrapped(note).splitlines()
    yield from common.wrapped(
        "Low and high take every input at the end that makes the step smaller or larger: an envelope, not a "
        "confidence interval."
    ).splitlines()
    yield ""
    yield "Inputs"
    yield "------"
    for item in found.inputs:
        yield from textwrap.wrap(_input(item), common.screen() or 80, subsequent_indent="  ")
        if item.key == "target" and item.note:
            yield from textwrap.wrap(item.note, 76, initial_indent="  ", subsequent_indent="  ")
    if not found.compare:
        return
    yield ""
    yield "To compare: published, and in no step"
    yield "-------------------------------------"
    for item in found.compare:
        note = f". {item.note}" if item.note else ""
        yield from textwrap.wrap(f"{_input(item)}{note}", common.screen() or 80, subsequent_indent="  ")


def _price_hint(found: Sequence[Sizing]) -> list[str]:
    """Say how a price of electricity is given, where one is missing."""
    lacking = any(
        item.step("twh").mid is not None and item.step("yearly_energy").mid is None for item in found
    )
    return ["Give the price of electricity as --power-price 0.08."] if lacking else []


def _differs(found: Sizing) -> list[str]:
    names = {item.key: item.name for item in found.inputs}
    changed = [names.get(key, key) for key in found.differs]
    return [f"Not as in the bundled scenario: {'; '.join(changed)}."] if changed else []


def _left_out(found: Sizing) -> str:
    return f"Left out: {'; '.join(found.left_out)}."


def _input(item: Input) -> str:
    """Return one input in a line: its numbers, unit, year, source and how it is known."""
    values = [value for value in (item.low, item.mid, item.high) if value is not None]
    numbers = " / ".join(_number(value) for value in (values[:1] if len(set(values)) == 1 else values))
    where = ", ".join(part for part in (item.publisher, item.year) if part and part not in ("given", "none"))
    source = f" ({where}{_KNOWN[item.how_known]})" if where else f" ({_KNOWN[item.how_known].lstrip(', ')})"
    return f"{item.name}: {numbers} {item.unit}{source}"


def _number(value: float | None) -> str:
    from readiness.export.numbers import significant
    from readiness.export.text import MISSING

    return MISSING if value is None else significant(value)
