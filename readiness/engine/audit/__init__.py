"""Step 14: the audit. Every row of `thresholds.THRESHOLDS`, judged, with what to do about it.

`coherence`, `influence`, `comparison` and `data` each hold the checks of one question;
`facts` is what they share, `finding` what they find.
"""

from __future__ import annotations

from collections.abc import Sequence

from readiness.engine.audit import coherence, comparison, data, influence
from readiness.engine.audit.facts import Facts
from readiness.engine.audit.finding import Acceptance, Audit, Finding, accepted, ordered
from readiness.engine.audit.thresholds import INFORMATION, SECTIONS, THRESHOLDS, Threshold
from readiness.figures.table import Figures
from readiness.scores import Scores

__all__ = [
    "INFORMATION",
    "SECTIONS",
    "THRESHOLDS",
    "Acceptance",
    "Audit",
    "Finding",
    "Threshold",
    "audit",
]


def audit(
    scores: Scores, figures: Figures, validation: Figures, accept: Sequence[Acceptance] | None = None
) -> Audit:
    """Audit a framework: whether it is coherent, balanced, robust, more than income, and fresh.

    OECD/JRC Handbook, steps 4, 7, 8 and 9; the thresholds are those of `THRESHOLDS`.

    Parameters
    ----------
    scores
        Of the framework; statistics of scores are over its ranked countries.
    figures
        All figures of the index; income is `gdp_per_capita_ppp` among them.
    validation
        Published indices to compare with, never inputs.
    accept
        Exceptions: a fail of this check and subject counts as a warning that gives the
        reason; one that no fail needs is a warning. Those of the framework's `audit: accept:`
        where left out.
    """
    accept = scores.framework.audit.accept if accept is None else accept
    facts = Facts(scores, figures, validation)
    found = [item for module in (coherence, influence, comparison, data) for item in module.checks(facts)]
    return Audit(scores, ordered(accepted(found, accept)))
