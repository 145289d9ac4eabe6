"""The wide form that the engine computes on: countries x indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Double precision; single in draws.
Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]

_TABLES = ("values", "years", "flags", "denominators", "denominator_years", "errors", "carried")


class Flag(IntEnum):
    """What a cell of a Matrix is."""

    MISSING = 0
    FIGURE = 1
    ZERO_CENSUS = 2  # not listed by a source that lists the whole world: a true zero
    ZERO_PARTIAL = 3  # not listed by a source that lists what it knows: taken as zero
    IMPUTED = 4  # estimated from other countries


@dataclass(frozen=True)
class Matrix:
    """The selected figures, all arrays C countries x K indicators.

    `names` are the countries' names as we print them. `values` are in the source's unit, NaN
    where missing; `years` the year of each figure (0 where there is none; the framework's
    year for a declared zero); `flags` a `Flag` each. `denominators` is what each value is
    divided by: 1 where nothing, NaN where it is missing; `denominator_years` its year.
    `groups` has the label of every country, None where it has none, by group key.

    What only some methods need: `errors` is one standard deviation of each figure in the
    source's unit, 0 where the source gives none; `publishers` the source of each indicator;
    `context` the latest values (C,) of the series that missing figures are regressed on;
    `carried` the values carried over time into missing cells, where the framework says so.
    """

    countries: tuple[str, ...]
    names: tuple[str, ...]
    indicators: tuple[str, ...]
    values: Floats
    years: Ints
    flags: Ints
    denominators: Floats
    denominator_years: Ints
    groups: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    errors: Floats | None = None
    publishers: tuple[str, ...] = ()
    context: Mapping[str, Floats] = field(default_factory=dict)
    carried: Floats | None = None

    def take(self, rows: Ints) -> Matrix:
        """Return the matrix of some rows, in the order given."""
        places = [int(row) for row in rows]
        tables = {name: getattr(self, name) for name in _TABLES}
        changed: dict[str, Any] = {
            name: None if table is None else table[places] for name, table in tables.items()
        }
        return replace(
            self,
            countries=tuple(self.countries[row] for row in places),
            names=tuple(self.names[row] for row in places),
            groups={key: tuple(labels[row] for row in places) for key, labels in self.groups.items()},
            context={name: values[places] for name, values in self.context.items()},
            **changed,
        )

    @classmethod
    def stacked(cls, matrices: Sequence[Matrix]) -> Matrix:
        """Return one matrix of all rows, one below the other; the columns are those of the first."""
        first = matrices[0]
        changed: dict[str, Any] = {
            name: None
            if getattr(first, name) is None
            else np.concatenate([getattr(matrix, name) for matrix in matrices])
            for name in _TABLES
        }
        return replace(
            first,
            countries=tuple(code for matrix in matrices for code in matrix.countries),
            names=tuple(name for matrix in matrices for name in matrix.names),
            groups={
                key: tuple(label for matrix in matrices for label in matrix.groups[key])
                for key in first.groups
            },
            context={
                name: np.concatenate([matrix.context[name] for matrix in matrices]) for name in first.context
            },
            **changed,
        )
