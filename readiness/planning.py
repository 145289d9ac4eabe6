"""What an index says of a country's future: what if, moves, sizing, posture, layers, changes.

It delegates and computes nothing; `Index` is the only one of its kind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from readiness.countries import Countries

if TYPE_CHECKING:
    import pandas as pd

    from readiness.analysis.affordability import Affordability
    from readiness.analysis.changes import Changes
    from readiness.analysis.direction import Direction
    from readiness.analysis.income import BeyondIncome
    from readiness.analysis.layers import Binding, Layers
    from readiness.analysis.leapfrog import Leapfrog
    from readiness.analysis.moves import Moves
    from readiness.analysis.posture import LayerPosture
    from readiness.analysis.sizing import Serving, Sizing
    from readiness.analysis.whatif import Outcome
    from readiness.definitions.load import Definitions
    from readiness.definitions.scenario import Scenario
    from readiness.figures.table import Figures
    from readiness.scores import Scores


class Planning(ABC):
    """The analyses of a loaded index that look ahead, or back to another edition."""

    definitions: Definitions
    figures: Figures

    def __init__(self) -> None:
        # What analyses make once for all countries.
        self._kept: dict[str, Any] = {}

    @property
    @abstractmethod
    def countries(self) -> Countries:
        """The countries by code."""

    @abstractmethod
    def scores(self, framework: str | None = None, *, year: int | None = None) -> Scores:
        """Score and rank all countries."""

    def simulate(
        self, country: str, edits: Sequence[str], framework: str | None = None, *, draws: int | None = None
    ) -> Outcome:
        """Return what edits such as `electricity_access=95` would do to a country's score and rank.

        See `analysis.whatif.simulate`.
        """
        from readiness.analysis.whatif import simulate

        code = self.countries.find(country).code
        return simulate(self.scores(framework), self.figures, code, edits, draws=draws)

    def moves(
        self, country: str, framework: str | None = None, *, top: int = 5, draws: int = 1000,
        peers: str = "income",
    ) -> Moves:  # fmt: skip
        """Return a country's best feasible moves, see `analysis.moves.moves`."""
        from readiness.analysis.moves import Mover

        scores, code = self.scores(framework), self.countries.find(country).code
        key = f"moves {scores.framework.id} {draws}"
        if key not in self._kept:
            self._kept[key] = Mover(scores, self.figures, draws)
        found: Moves = self._kept[key].moves(code, top=top, peers=peers)
        return found

    def beyond_income(self, framework: str | None = None) -> BeyondIncome | None:
        """Return every country's score beside what its income alone would give, see `analysis.income`."""
        from readiness.analysis.income import beyond_income

        scores = self.scores(framework)
        key = f"income {scores.framework.id}"
        if key not in self._kept:
            self._kept[key] = beyond_income(scores, self.figures)
        found: BeyondIncome | None = self._kept[key]
        return found

    def changes(self, old: Planning, country: str, framework: str | None = None) -> Changes:
        """Return what changed for a country since another edition, see `analysis.changes.changes`."""
        from readiness.analysis.changes import changes

        known = Countries({**old.countries, **self.countries}.values(), free=self.countries.free)
        code = known.find(country).code
        new = self.scores(framework)
        return changes(old.scores(new.framework.id), old.figures, new, self.figures, code)

    def changed(self, old: Planning, framework: str | None = None) -> pd.DataFrame:
        """Return the changes of all countries since another edition, see `analysis.changes.changed`."""
        from readiness.analysis.changes import changed

        new = self.scores(framework)
        return changed(old.scores(new.framework.id), old.figures, new, self.figures).frame()

    def posture(self, country: str) -> tuple[LayerPosture, ...]:
        """Return own, share or rent for each layer, see `analysis.posture`; empty without a rule."""
        layers = self._layers()
        return () if layers is None else layers.posture(self.countries.find(country).code)

    def binding(self, country: str) -> Binding | None:
        """Return the layer that holds a country back, see `analysis.layers.binding`."""
        layers = self._layers()
        return None if layers is None else layers.binding(self.countries.find(country).code)

    def leapfrog(self, country: str) -> Leapfrog | None:
        """Return whether a country's upper layers are ahead, see `analysis.leapfrog.leapfrog`."""
        layers = self._layers()
        return None if layers is None else layers.leapfrog(self.countries.find(country).code)

    def size(
        self, country: str, target: str = "per-million", framework: str | None = None, *,
        scenario: Scenario | None = None, capital_cost: float | None = None,
        power_price: float | None = None,
    ) -> Sizing | None:  # fmt: skip
        """Return what a project takes in a country, see `analysis.sizing.size`; None without a scenario.

        Parameters
        ----------
        target
            `per-million=50`, `accelerators=10000`, `mw=50`, `peer-median` or `serve=1%`.
        scenario
            The inputs; the index's own where left out.
        """
        from readiness.analysis import sizing

        inputs = scenario or self.definitions.scenario
        if inputs is None:
            return None
        known = sizing.facts(self.scores(framework), self.figures, self.countries.find(country).code)
        return sizing.size(
            inputs, known, sizing.Target.of(target), capital_cost=capital_cost, power_price=power_price
        )

    def serving(self, country: str, framework: str | None = None) -> Serving | None:
        """Return what serves the scenario's open model to a share of the people; None without one."""
        from readiness.analysis import sizing

        if self.definitions.scenario is None:
            return None
        known = sizing.facts(self.scores(framework), self.figures, self.countries.find(country).code)
        return sizing.serve(self.definitions.scenario, known)

    def affordability(self, country: str, framework: str | None = None) -> Affordability | None:
        """Return how many GPU-hours a year's income buys; None without prices.

        See `analysis.affordability`.
        """
        from readiness.analysis.affordability import affordability, year_prices

        prices = self.definitions.prices
        if prices is None:
            return None
        if "prices" not in self._kept:
            self._kept["prices"] = year_prices(prices)
        series = self._kept["prices"]
        code = self.countries.find(country).code
        return affordability(self.scores(framework), self.figures, prices.file.family, series, code)

    def _layers(self) -> Layers | None:
        """Return what the first rules say whose framework the index has."""
        from readiness.analysis.layers import Layers

        known = self.definitions.rules.values()
        here = self.definitions.frameworks
        rules = next((item for item in known if item.framework in here), None)
        if rules is not None and "layers" not in self._kept:
            own, *others = (self.scores(name) for name in rules.frameworks if name in here)
            self._kept["layers"] = Layers(own, self.figures, rules, others)
        return self._kept.get("layers")

    def direction(self, country: str, framework: str | None = None) -> Direction | None:
        """Return how a country's figures have moved in five years, see `analysis.direction`."""
        from readiness.analysis.direction import Directions

        scores = self.scores(framework)
        made = self._kept.setdefault(f"direction {scores.framework.id}", Directions(scores, self.figures))
        found: Direction | None = made.of(self.countries.find(country).code)
        return found
