"""The long table of published numbers, one row a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from readiness.definitions.block import Block
from readiness.definitions.indicator import Remark, Series
from readiness.definitions.load import Definitions
from readiness.figures.derive import derive_all
from readiness.figures.matrix import Floats, Ints

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Figures:
    """Every figure of an index, by series: its blocks, and `frame()` as one long table.

    `context` names the series that are reported and never scored.
    """

    series: Mapping[str, Series]
    blocks: Mapping[str, Block]
    context: frozenset[str] = frozenset()

    @classmethod
    def of(cls, definitions: Definitions) -> Figures:
        """Take the figures of an index and compute its derived series."""
        blocks = {name: block for name, block in definitions.blocks.items() if name in definitions.series}
        context = frozenset(name for name, folder in definitions.folders.items() if folder == "context")
        return cls(definitions.series, derive_all(definitions.series, blocks), context)

    def latest(self, name: str, countries: Sequence[str], year: int) -> tuple[Floats, Ints]:
        """Return a series' latest figure of each country within its `max_age`, and its year.

        NaN and 0 where there is none; no declared zeros. Figures after `year` are ignored.
        """
        block, max_age = self.blocks[name], self.series[name].max_age
        window = block.years <= year
        if max_age is not None:
            window &= block.years >= year - max_age
        return latest(block, countries, window)

    def frame(self) -> pd.DataFrame:
        """Return one row a figure: country, indicator, year, value, status, source.

        `status` is the status of the remark on that country and year (`derived` for a
        computed figure), empty where there is none; `source` names the publisher.
        """
        import pandas as pd

        parts = [self._long(name) for name in sorted(self.blocks)]
        columns = ["country", "indicator", "year", "value", "status", "source"]
        return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)

    def _long(self, name: str) -> pd.DataFrame:
        import pandas as pd

        series, block = self.series[name], self.blocks[name]
        rows, columns = np.nonzero(np.isfinite(block.values))
        codes = np.array(block.countries, dtype=object)
        frame = pd.DataFrame({"country": codes[rows], "year": block.years[columns]})
        frame["value"] = block.values[rows, columns]
        frame["indicator"] = name
        plain = "derived" if series.derived else ""
        frame["status"] = [
            remark.status if remark else plain
            for remark in (
                remark_on(series, block.countries[row], int(block.years[column]))
                for row, column in zip(rows, columns, strict=True)
            )
        ]
        frame["source"] = series.source.publisher
        return frame


def latest(block: Block, codes: Sequence[str], window: np.ndarray) -> tuple[Floats, Ints]:
    """Return the latest figure of each country among the columns in `window`, and its year (0: none)."""
    values, years = np.full(len(codes), np.nan), np.zeros(len(codes), dtype=np.int64)
    inside = block.values[:, window]
    if not inside.size:
        return values, years
    here = block.places(tuple(codes))
    has = np.isfinite(inside)
    last = inside.shape[1] - 1 - np.argmax(has[:, ::-1], axis=1)
    found = np.where(has.any(axis=1), inside[np.arange(len(inside)), last], np.nan)
    found_years = np.where(has.any(axis=1), block.years[window][last], 0)
    present = here >= 0
    values[present], years[present] = found[here[present]], found_years[here[present]]
    return values, years


def remark_on(series: Series, country: str, year: int) -> Remark | None:
    """Return the remark on one figure: of its country and year, else of its country."""
    for wanted in (year, None):
        for remark in series.remarks:
            if remark.country == country and remark.year == wanted:
                return remark
    return None
