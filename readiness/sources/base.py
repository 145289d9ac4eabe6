"""What every kind of source shares: its settings, its answer, its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import ConfigDict, Field

from readiness.definitions.base import Model
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.sources.client import Client

# So many examples of what was left out are named.
NAMED = 8


class SourceError(ReadinessError):
    """A source did not answer, or with something else than figures. Its indicator stays as it was."""


class Settings(Model):
    """The `update:` block of a kind that needs nothing but its name."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Annotated[str, Field(alias="from")]


class Row(NamedTuple):
    """One published number: the place as the source writes it, the year, the value."""

    place: str
    year: int
    value: float


@dataclass(frozen=True)
class Answer:
    """What a source said of one series.

    Attributes
    ----------
    rows
        The figures, in the series' unit. A place and year stand once.
    vintage
        The source's own date or release, where it tells one.
    left_out
        What was in the answer and is no figure, in words: `14 cells that are no numbers: ...`.
    """

    rows: Sequence[Row]
    vintage: str | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """The years of interest: from the first year the file has to this year."""

    first: int
    last: int


@dataclass(frozen=True)
class Kind:
    """One kind of source.

    Attributes
    ----------
    name
        What `update: {from: ...}` says.
    title
        One line for help and documentation.
    settings
        The model of the `update:` block.
    fetch
        Asks and reads: settings, client and years to an answer. Raises `SourceError`.
    verified
        Whether its reading was tested against a recorded answer of the true source; a kind that was
        written from the documented format is experimental.
    """

    name: str
    title: str
    settings: type[Settings]
    fetch: Callable[[Any, Client, Wanted], Answer]
    verified: bool = False


@dataclass
class Refused:
    """Counts what an answer has that is no figure, with a few examples."""

    what: str
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, example: object) -> None:
        """Count one more."""
        self.count += 1
        text = str(example)[:40]
        if len(self.examples) < NAMED and text not in self.examples:
            self.examples.append(text)

    def words(self) -> tuple[str, ...]:
        """Return what to say of them, nothing where there were none."""
        if not self.count:
            return ()
        more = " ..." if self.count > len(self.examples) else ""
        return (f"{self.count:,} {self.what}: {', '.join(self.examples)}{more}",)


def once(rows: Iterable[Row]) -> list[Row]:
    """Return rows in which a place and year stand once.

    Raises
    ------
    SourceError
        When two rows say different figures for one place and year.
    """
    found: dict[tuple[str, int], Row] = {}
    for row in rows:
        first = found.setdefault((row.place, row.year), row)
        if first.value != row.value:
            raise SourceError(
                f"two figures for {row.place} {row.year}: {first.value:g} and {row.value:g}",
                "A filter is missing: `where: {column: value}`",
            )
    return list(found.values())
