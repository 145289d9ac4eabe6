"""What a sizing starts from: a number of accelerators, or what leads to one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from readiness.errors import ReadinessError, did_you_mean, listed

Kind = Literal["per-million", "accelerators", "mw", "peer-median", "serve"]
KINDS: tuple[Kind, ...] = ("per-million", "accelerators", "mw", "peer-median", "serve")
# Of a target by a number: what it may be at most.
_MOST = {"per-million": 1e6, "accelerators": 1e9, "mw": 1e6, "serve": 1.0}


@dataclass(frozen=True)
class Target:
    """A target: its kind, and its number where it has one.

    `per-million` accelerators per million people (the scenario's number where none is given),
    `accelerators` so many, `mw` a facility of so many MW, `peer-median` what the middle country of
    its peers has, `serve` an open model to a share of the people (the scenario's where none is).
    """

    kind: Kind = "per-million"
    value: float | None = None

    @classmethod
    def of(cls, text: str) -> Target:
        """Read `per-million=50`, `accelerators=10000`, `mw=50`, `peer-median`, `serve=0.01`.

        Raises
        ------
        ReadinessError
            When it is none of these, or the number cannot be one.
        """
        name, _, number = text.strip().partition("=")
        kind = next((one for one in KINDS if one == name.strip().casefold()), None)
        if kind is None:
            hint = did_you_mean(name, KINDS) or f"It is {listed(KINDS, 'or')}, as in per-million=50"
            raise ReadinessError(f"unknown target {name!r}", hint)
        return cls(kind, _number(kind, number.strip()))

    def __str__(self) -> str:
        return self.kind if self.value is None else f"{self.kind}={self.value:g}"


def _number(kind: Kind, text: str) -> float | None:
    if kind == "peer-median":
        if text:
            raise ReadinessError("'peer-median' takes no number", "It is what the middle peer has")
        return None
    if not text:
        if kind in ("per-million", "serve"):
            return None
        raise ReadinessError(f"{kind!r} needs a number", f"Write {kind}=50")
    share = text.endswith("%")
    try:
        value = float(text.removesuffix("%")) / (100 if share else 1)
    except ValueError:
        value = math.nan
    if not 0 < value <= _MOST[kind] or (share and kind != "serve"):
        what = "a share above 0 and at most 1" if kind == "serve" else "a number above 0"
        hint = "Write serve=1% or serve=0.01" if kind == "serve" else f"Write {kind}=50"
        raise ReadinessError(f"'{text[:20]}' is not {what} for {kind!r}", hint)
    return value
