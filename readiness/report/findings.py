"""What the analyses say of a country, collected for its report; what an index lacks is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from readiness.analysis.grade import grade
from readiness.analysis.income import BeyondIncome, CountryIncome
from readiness.report.model import Findings
from readiness.scores import Scores

if TYPE_CHECKING:
    from readiness.analysis.affordability import Affordability
    from readiness.analysis.changes import Changes
    from readiness.analysis.direction import Direction
    from readiness.analysis.layers import Binding
    from readiness.analysis.leapfrog import Leapfrog
    from readiness.analysis.moves import Moves
    from readiness.analysis.posture import LayerPosture
    from readiness.analysis.sizing import Serving, Sizing
    from readiness.figures.table import Figures


class Analyst(Protocol):
    """What is asked of an index: `readiness.index.Index` answers."""

    figures: Figures

    def beyond_income(self, framework: str | None = None) -> BeyondIncome | None:
        """Return every country's score beside what its income alone would give."""

    def binding(self, country: str) -> Binding | None:
        """Return the layer that holds a country back."""

    def direction(self, country: str, framework: str | None = None) -> Direction | None:
        """Return how its figures have moved."""

    def posture(self, country: str) -> tuple[LayerPosture, ...]:
        """Return own, share or rent for each layer."""

    def leapfrog(self, country: str) -> Leapfrog | None:
        """Return whether its upper layers are ahead."""

    def moves(self, country: str, framework: str | None = None) -> Moves:
        """Return its best feasible moves."""

    def size(self, country: str, target: str = ..., framework: str | None = None) -> Sizing | None:
        """Return what the scenario's project takes."""

    def serving(self, country: str, framework: str | None = None) -> Serving | None:
        """Return what serves an open model."""

    def affordability(self, country: str, framework: str | None = None) -> Affordability | None:
        """Return how many GPU-hours a year's income buys."""

    def changes(self, old: Any, country: str, framework: str | None = None) -> Changes:
        """Return what has changed for it since another edition."""


def findings(index: Analyst, scores: Scores, code: str, previous: Any | None = None) -> Findings:
    """Collect what the analyses say of one country.

    Parameters
    ----------
    previous
        An earlier edition of the index: what has changed since is told.
    """
    name = scores.framework.id
    beyond = index.beyond_income(name)
    return Findings(
        grade=grade(scores, code, index.figures.series),
        income=None if beyond is None else CountryIncome.of_row(beyond, scores.position(code)),
        binding=index.binding(code),
        direction=index.direction(code, name),
        posture=index.posture(code),
        leapfrog=index.leapfrog(code),
        moves=index.moves(code, name),
        sizing=index.size(code, framework=name),
        serving=index.serving(code, name),
        affordability=index.affordability(code, name),
        changes=None if previous is None else index.changes(previous, code, name),
    )
