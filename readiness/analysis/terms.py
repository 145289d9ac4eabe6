"""What every part of the tree adds to a score, and to the gap between two countries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Contribution:
    """A node or indicator in the score of a country; None where missing.

    Attributes
    ----------
    value, year, status
        An indicator's figure in `unit`, its year, and what it is (`Flag`, in small letters).
    weight
        In the index: the product of the shares that were used for this country, down the tree.
    contribution
        Points of the index score.
    reference
        The score of a country with the median score in every indicator.
    against_reference
        Points of the gap between the country's index score and the reference's.
    """

    part: str
    name: str
    depth: int
    unit: str
    value: float | None
    year: int | None
    status: str
    score: float | None
    weight: float | None
    contribution: float | None
    reference: float | None
    against_reference: float | None


@dataclass(frozen=True)
class Term:
    """A node or indicator in the gap between two countries; None where missing in both."""

    part: str
    name: str
    depth: int
    unit: str
    value: float | None
    year: int | None
    status: str
    score: float | None
    against_value: float | None
    against_year: int | None
    against_status: str
    against_score: float | None
    term: float | None
