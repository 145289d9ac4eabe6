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
# drawn whole whatever is used of it, so that more draws begin with the same ones.
BLOCK = 2000

Factors = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Shape:
    """How much there is to draw of each factor.

    `parts` nodes and indicators below the root; `indicators` K; `errors` cells of figures
    with a known error as (row, column) pairs, and the number of each one's source; `gaps`
    missing cells that are imputed.
    """

    parts: int
    indicators: int
    gaps: int
    error_rows: np.ndarray
    error_sources: np.ndarray


def blocks(block: Uncertainty, shape: Shape, seed: int, draws: int, sample: int = 0) -> Iterator[Factors]:
    """Yield the factors of `draws` draws, at most `BLOCK` at a time: arrays (R, ...) by factor.

    Parameters
    ----------
    sample
        0 for the draws themselves; sensitivity takes a second, independent sample 1.
    """
    for number in range(-(-draws // BLOCK)):
        size = min(BLOCK, draws - number * BLOCK)
        yield {name: one[:size] for name, one in _block(block, shape, seed, sample, number).items()}


def _block(block: Uncertainty, shape: Shape, seed: int, sample: int, number: int) -> Factors:
    def stream(factor: str) -> np.random.Generator:
        key = (FACTORS.index(factor), sample, number)
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))

    def choice(factor: str, options: int) -> np.ndarray:
        return stream(factor).integers(0, options, BLOCK, dtype=np.int64)

    spread = block.weights.spread
    low, high = block.aggregation.power
    multipliers = stream("weights").random((BLOCK, shape.parts), dtype=np.float32)
    return {
        "weights": 1 - spread + 2 * spread * multipliers,
        "aggregation": low + (high - low) * stream("aggregation").random(BLOCK),
        "normalisation": choice("normalisation", len(block.normalisation)),
        "treatment": choice("treatment", len(block.treatment)),
        "partial_zero": choice("partial_zero", len(block.partial_zero)),
        "leave_out": _left_out(stream("leave_out"), shape.indicators, block.leave_out.indicators),
        "error": _errors(stream("error"), shape, block.error),
        "imputation": _noise(stream("imputation"), shape.gaps if block.imputation.draws else 0),
    }


def _noise(stream: np.random.Generator, count: int) -> Floats:
    return stream.standard_normal((BLOCK, count), dtype=np.float32)


def _left_out(stream: np.random.Generator, indicators: int, count: int) -> np.ndarray:
    """Return which indicators each draw leaves out, (BLOCK, count), none twice; never all of them."""
    count = min(count, indicators - 1)
    if count == 1:
        return stream.integers(0, indicators, (BLOCK, 1), dtype=np.int64)
    if count == 0:
        return np.empty((BLOCK, 0), dtype=np.int64)
    return np.argsort(stream.random((BLOCK, indicators), dtype=np.float32), axis=-1)[:, :count]


def _errors(stream: np.random.Generator, shape: Shape, wanted: bool) -> Floats:
    """Return standard normal errors (BLOCK, cells), correlated by a half within a source and country.

    Figures of one source for one country come from the same survey, model or office: half of
    an error's variance is common to them.
    """
    cells = len(shape.error_rows) if wanted else 0
    if not cells:
        return np.empty((BLOCK, 0), dtype=np.float32)
    pairs = np.stack([shape.error_rows, shape.error_sources], axis=-1)
    _, shared = np.unique(pairs, axis=0, return_inverse=True)
    own = stream.standard_normal((BLOCK, cells), dtype=np.float32)
    common = stream.standard_normal((BLOCK, int(shared.max()) + 1), dtype=np.float32)
    return np.asarray(np.sqrt(np.float32(0.5)) * (own + common[:, shared.ravel()]))
