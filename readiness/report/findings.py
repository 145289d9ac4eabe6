"""What the analyses say of a country, collected for its report; what an index lacks is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from readiness.analysis.grade import grade
from readiness.analysis.income import CountryIncome, beyond_income
from readiness.report.model import Findings
from readiness.scores import Scores

if TYPE_CHECKING:
    from readiness.figures.table import Figures


class Analyst(Protocol):
    """What is asked of an index: `readiness.index.Index` answers."""

    figures: Figures


def findings(index: Any, scores: Scores, code: str, previous: Any | None = None) -> Findings:
    """Collect what the analyses say of one country.

    Parameters
    ----------
    previous
        An earlier edition of the index: what has changed since is told.
    """
    beyond = beyond_income(scores, index.figures)
    return Findings(
        grade=grade(scores, code, index.figures.series),
        income=None if beyond is None else CountryIncome.of_row(beyond, scores.position(code)),
    )
