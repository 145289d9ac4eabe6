"""Sizing: from a target to accelerators, power, energy, cost and shares of the country's means.

Every step is three numbers. Low takes every input at the end that makes the step smaller, high at
the end that makes it larger (a long life makes a yearly cost smaller, so it is in the low case):
the two are an envelope round the middle, not a confidence interval. A step whose input is unknown
is blank, and so is every step that follows from it; nothing is assumed silently.
"""

from __future__ import annotations

from readiness.analysis.sizing_chain import Chain
from readiness.analysis.sizing_facts import Fact, Facts, Peers, facts
from readiness.analysis.sizing_steps import Input, Serving, Sizing, Step
from readiness.analysis.sizing_target import Target
from readiness.definitions.scenario import Scenario

__all__ = [
    "Fact", "Facts", "Input", "Peers", "Serving", "Sizing", "Step", "Target", "facts", "serve", "size",
]  # fmt: skip


def size(
    scenario: Scenario, facts: Facts, target: Target, *, capital_cost: float | None = None,
    power_price: float | None = None,
) -> Sizing:  # fmt: skip
    """Size a project for one country.

    Parameters
    ----------
    scenario
        Complete, see `Scenario.completed`.
    capital_cost
        The yearly cost of capital, 0.08 for 8%: capital is then paid back as an annuity over its
        life, `K r / (1 - (1 + r)^-n)`. Without it the yearly cost is the cost over the life, and
        the cost of capital is left out, which the result says.
    power_price
        In US$ per kWh; the country's price for a business where left out. Where that is unknown
        too, the cost of energy is blank, and with it the yearly cost.
    """
    return Chain(scenario, facts, target, capital_cost, power_price).sizing()


def serve(scenario: Scenario, facts: Facts, share: float | None = None) -> Serving | None:
    """Return what serves the scenario's open model to a share of the people; None without a model.

    Messages a day times tokens over 86,400 seconds, times the peak over what a server puts out and
    the share of it that the peak may fill; in whole servers, at least the smallest installation.
    """
    if scenario.serving is None:
        return None
    chain = Chain(scenario, facts, Target("serve", share), None, None)
    return chain.serving()
