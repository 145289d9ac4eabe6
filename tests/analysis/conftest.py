"""Small indices whose scores are their figures, so that a tree can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import readiness
from readiness.countries import Countries, Country
from readiness.definitions.block import Block
from readiness.definitions.framework import Framework
from readiness.definitions.indicator import ContextSeries, Indicator, Series
from readiness.engine.compute import compute
from readiness.figures.select import select
from readiness.figures.table import Figures
from readiness.index import Index
from readiness.scores import Scores

YEAR = 2024
SOURCE = {"publisher": "A", "dataset": "B", "licence": "C"}
Build = Callable[..., tuple[Scores, Figures]]


def build(
    tree: Mapping[str, Any], figures: Mapping[str, Mapping[str, float]], *,
    methods: Mapping[str, Any] | None = None, context: Mapping[str, Mapping[str, float]] | None = None,
    groups: Mapping[str, Mapping[str, Any]] | None = None,
    keys: Mapping[str, Mapping[str, Any]] | None = None,
    years: Mapping[str, int] | None = None, codes: tuple[str, ...] = (),
) -> tuple[Scores, Figures]:  # fmt: skip
    """Score countries on a tree; figures by indicator and country are the scores themselves.

    `years` is the year of an indicator's figures, `keys` what its model says otherwise.
    """
    series: dict[str, Series] = {
        name: Indicator.model_validate({**_base(name), "direction": "higher", **(keys or {}).get(name, {})})
        for name in figures
    }
    series |= {name: ContextSeries.model_validate(_base(name)) for name in context or {}}
    blocks = {
        name: _block(own, (years or {}).get(name, YEAR))
        for name, own in {**figures, **(context or {})}.items()
    }
    everyone = sorted({*codes, *(code for own in figures.values() for code in own)})
    countries = Countries(
        Country(code, f"The {code}", groups=(groups or {}).get(code, {})) for code in everyone
    )
    framework = Framework.model_validate(_tuples(
        {
            "id": "f", "name": "F", "year": YEAR, "tree": tree,
            "methods": {"normalisation": {"method": "none"}, "coverage": {"node": 0.0, "index": 0.0},
                        **(methods or {})},
        }
    )).completed(series)  # fmt: skip
    known = Figures(series, blocks, frozenset(context or {}))
    return compute(framework, select(framework, known, countries)), known


def _base(name: str) -> dict[str, Any]:
    return {"id": name, "name": f"The {name}", "unit": "u", "source": SOURCE, "figures": "-"}


def _block(own: Mapping[str, float], year: int) -> Block:
    codes = sorted(own)
    values = np.array([own[code] for code in codes], dtype=np.float64).reshape(len(codes), 1)
    return Block(tuple(codes), np.array([year]), values)


def _tuples(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


@pytest.fixture(scope="session")
def bundled() -> Index:
    return readiness.load()


@pytest.fixture(scope="session")
def make() -> Build:
    return build
