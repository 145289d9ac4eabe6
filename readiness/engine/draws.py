"""The draws behind a rank's range: what is varied, and the seeded streams it is drawn from.

Each factor of the `uncertainty:` block has a stream of its own, so that one can be taken
from another sample while the rest stay as they are (that is how sensitivity is measured).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from readiness.definitions.framework import Uncertainty
from readiness.figures.matrix import Floats

FACTORS = (
    "weights",
    "aggregation",
    "normalisation",
    "treatment",
    "partial_zero",
    "leave_out",
    "error",
    "imputation",
)

# Draws are made by the block, so that memory does not grow with their number; a block is
# drawn whole whatever is used of it, so that more draws begin with the same ones. It is
# smaller where there is more to draw.
BLOCK = 2000
_NUMBERS = 20_000_000

Factors = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Shape:
    """How much there is to draw of each factor.

    `countries` all of the framework; `parts` nodes and indicators below the root; `indicators`
    K; `gaps` missing cells that are imputed; of the figures with a known error `error_rows` and
    `error_sources`, the country and the source of each.
    """

    countries: int
    parts: int
    indicators: int
    gaps: int
    error_rows: np.ndarray
    error_sources: np.ndarray

    @property
    def block(self) -> int:
        """How many draws make a block."""
        numbers = max(self.countries, self.parts, self.gaps, 2 * len(self.error_rows), 1)
        return int(np.clip(_NUMBERS // numbers, 1, BLOCK))


def blocks(block: Uncertainty, shape: Shape, seed: int, draws: int, sample: int = 0) -> Iterator[Factors]:
    """Yield the factors of `draws` draws, at most `BLOCK` at a time: arrays (R, ...) by factor.

    Parameters
    ----------
    sample
        0 for the draws themselves; sensitivity takes a second, independent sample 1.
    """
    for number in range(-(-draws // shape.block)):
        yield nth(block, shape, seed, draws, number, sample)


def nth(block: Uncertainty, shape: Shape, seed: int, draws: int, number: int, sample: int = 0) -> Factors:
    """Return one of `blocks` by its number, from 0: the same whoever asks, and after whatever others."""
    size = min(shape.block, draws - number * shape.block)
    return {name: one[:size] for name, one in _block(block, shape, seed, sample, number).items()}


def _block(block: Uncertainty, shape: Shape, seed: int, sample: int, number: int) -> Factors:
    def stream(factor: str) -> np.random.Generator:
        key = (FACTORS.index(factor), sample, number)
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))

    def choice(factor: str, options: int) -> np.ndarray:
        return stream(factor).integers(0, options, size, dtype=np.int64)

    size, spread = shape.block, block.weights.spread
    low, high = block.aggregation.power
    multipliers = stream("weights").random((size, shape.parts), dtype=np.float32)
    return {
        "weights": 1 - spread + 2 * spread * multipliers,
        "aggregation": low + (high - low) * stream("aggregation").random(size),
        "normalisation": choice("normalisation", len(block.normalisation)),
        "treatment": choice("treatment", len(block.treatment)),
        "partial_zero": choice("partial_zero", len(block.partial_zero)),
        "leave_out": _left_out(stream("leave_out"), size, shape.indicators, block.leave_out.indicators),
        "error": _errors(stream("error"), shape, block.error),
        "imputation": _noise(stream("imputation"), size, shape.gaps if block.imputation.draws else 0),
    }


def _noise(stream: np.random.Generator, size: int, count: int) -> Floats:
    return stream.standard_normal((size, count), dtype=np.float32)


def _left_out(stream: np.random.Generator, size: int, indicators: int, count: int) -> np.ndarray:
    """Return which indicators each draw leaves out, (size, count), none twice; never all of them."""
    count = min(count, indicators - 1)
    if count == 1:
        return stream.integers(0, indicators, (size, 1), dtype=np.int64)
    if count == 0:
        return np.empty((size, 0), dtype=np.int64)
    return np.argsort(stream.random((size, indicators), dtype=np.float32), axis=-1)[:, :count]


def _errors(stream: np.random.Generator, shape: Shape, wanted: bool) -> Floats:
    """Return standard normal errors (size, cells), correlated by a half within a source and country.

    Figures of one source for one country come from the same survey, model or office: half of
    an error's variance is common to them.
    """
    cells = len(shape.error_rows) if wanted else 0
    if not cells:
        return np.empty((shape.block, 0), dtype=np.float32)
    pairs = np.stack([shape.error_rows, shape.error_sources], axis=-1)
    _, shared = np.unique(pairs, axis=0, return_inverse=True)
    own = stream.standard_normal((shape.block, cells), dtype=np.float32)
    common = stream.standard_normal((shape.block, int(shared.max()) + 1), dtype=np.float32)
    return np.asarray(np.sqrt(np.float32(0.5)) * (own + common[:, shared.ravel()]))
