"""The chain of a sizing: each step made of what stands before it, with the inputs that it takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from readiness.analysis.sizing_inputs import Inputs, Triple
from readiness.analysis.sizing_steps import Serving, Sizing, Step
from readiness.analysis.sizing_target import Target

HOURS = 8760
_SERVERS = (
    "people x share x messages x tokens / 86,400 s x peak / output of a server / share filled, in whole "
    "servers"
)


@dataclass
class Chain(Inputs):
    """One sizing under way: steps in order, each made of what stands before it."""

    made: dict[str, Step] = field(default_factory=dict)

    def sizing(self) -> Sizing:
        """Make every step."""
        words = self._start()
        self._power()
        self._capital()
        self._yearly()
        left = list(self.scenario.left_out)
        if self.capital_cost is None:
            left.append("the cost of capital (no rate is given)")
        return Sizing(
            country=self.facts.country, target=str(self.target), target_words=words,
            steps=tuple(self.made.values()), inputs=tuple(self.inputs.values()), left_out=tuple(left),
            unknown=tuple(dict.fromkeys(self.unknown)), scenario=self.scenario.name,
            dated=self.scenario.dated or "", differs=self.scenario.differs, compare=tuple(self.compare()),
        )  # fmt: skip

    def step(
        self, name: str, title: str, unit: str, formula: str, values: Triple | None, inputs: tuple[str, ...],
        note: str | None = None,
    ) -> Triple | None:  # fmt: skip
        """Add a step; None is blank."""
        low, mid, high = values if values is not None else (None, None, None)
        self.made[name] = Step(name, title, unit, low, mid, high, formula, inputs, note)
        return values

    def has(self, name: str) -> Triple | None:
        """Return a step's numbers, None where it is blank."""
        step = self.made[name]
        if step.low is None or step.mid is None or step.high is None:
            return None
        return step.low, step.mid, step.high

    def _start(self) -> str:
        """Make the step of accelerators; return the target in words."""
        kind, value = self.target.kind, self.target.value
        if kind == "serve":
            return self._start_serving()
        if kind == "mw":
            return self._start_power(value or 0.0)
        if kind == "accelerators":
            count = float(math.ceil(self.given("target", "Target", value or 0.0, "accelerators")))
            self._count("the target", (count, count, count), ("target",))
            return f"{count:,.0f} accelerators"
        return self._start_people(value)

    def _count(self, formula: str, values: Triple | None, inputs: tuple[str, ...]) -> None:
        self.step("accelerators", "Accelerators", "H100 class", formula, values, inputs)

    def _start_people(self, value: float | None) -> str:
        peers = self.facts.peers
        if self.target.kind == "peer-median":
            if peers is None or peers.median is None:
                few = "no income group" if peers is None else f"only {peers.count} {peers.words}"
                self.unknown.append(f"the peer median ({few})")
                self._count("the median of its peers x people", None, ())
                return "As much per person as the middle country of its peers"
            rate = self.median(peers.words, peers.count, peers.median)
            words = f"As much per person as the middle one of {peers.count} {peers.words}"
        else:
            rate = self.per_million(value)
            words = f"{rate:g} accelerators per million people"
        people = self.fact("population", "population (what follows from it is blank)")
        count = None if people is None else float(math.ceil(rate * people / 1e6 - 1e-9))
        formula = f"{rate:.3g} per million people x people"
        values = None if count is None else (count, count, count)
        self._count(formula, values, ("target", "population"))
        return words

    def _start_serving(self) -> str:
        found = self.serving()
        if found is None:
            self.unknown.append("the open model to serve (the scenario names none)")
            self._count("servers for the peak x accelerators per server", None, ())
            return "An open model"
        values = None
        if found.low is not None and found.mid is not None and found.high is not None:
            values = (float(found.low), float(found.mid), float(found.high))
        keys = ("messages", "tokens", "peak_factor", "serving_rate", "filled", "serving_minimum")
        self._count(found.formula, values, ("population", "target", *keys))
        return f"{found.model} for {found.share * 100:g}% of the people"

    def _start_power(self, size: float) -> str:
        mw = self.given("target", "Target", size, "MW")
        kw, pue = self.turned("it_power"), self.turned("pue")
        low, mid, high = (float(math.floor(mw * 1000 / (a * b) + 1e-9)) for a, b in zip(kw, pue, strict=True))
        self._count("MW of the facility x 1,000 / (kW per accelerator x PUE)", (low, mid, high),
                    ("target", "it_power", "pue"))  # fmt: skip
        return f"A facility of {mw:g} MW"

    def _power(self) -> None:
        count, per_server = self.has("accelerators"), self.take("accelerators_per_server")
        servers = (
            None if count is None else _each(lambda a, b: float(math.ceil(a / b - 1e-9)), count, per_server)
        )
        self.step("servers", "Servers", "servers", "accelerators / accelerators per server, whole", servers,
                  ("accelerators_per_server",))  # fmt: skip
        if self.target.kind == "mw":
            mw = self.target.value or 0.0
            it: Triple | None = _each(lambda p, _: mw / p, self.turned("pue"), (0.0, 0.0, 0.0))
            self.step("it_mw", "IT power", "MW", "MW of the facility / PUE", it, ("target", "pue"))
            self.step("facility_mw", "Facility power", "MW", "the target", (mw, mw, mw), ("target",))
        else:
            it = None if count is None else _each(lambda a, b: a * b / 1000, count, self.take("it_power"))
            self.step(
                "it_mw", "IT power", "MW", "accelerators x kW per accelerator / 1,000", it, ("it_power",)
            )
            facility = None if it is None else _product(it, self.take("pue"))
            self.step("facility_mw", "Facility power", "MW", "IT power x PUE", facility, ("pue",))
        facility, peak = self.has("facility_mw"), self.take("grid_ratio")
        grid = None if it is None or facility is None else _each(max, _product(it, peak), facility)
        formula = "IT power x ratio at the peak, at least facility power"
        self.step("grid_mw", "Grid connection at the peak", "MW", formula, grid, ("grid_ratio",))
        load = self.take("load_factor")
        twh = None if facility is None else _each(lambda a, b: a * b * HOURS / 1e6, facility, load)
        formula = "facility power x average load x 8,760 h / 1,000,000"
        self.step("twh", "Electricity a year", "TWh", formula, twh, ("load_factor",))
        self._share("generation_share", "Share of national generation", "electricity / generation",
                    twh, "generation", "generation")  # fmt: skip
        self._share("capacity_share", "Share of installed capacity", "facility power / installed capacity",
                    facility, "capacity", "installed capacity")  # fmt: skip

    def _share(
        self, name: str, title: str, formula: str, values: Triple | None, key: str, missing: str
    ) -> None:
        whole = self.fact(key, f"{missing} (its share is blank)")
        part = (
            None if values is None or whole is None else _each(lambda a, _: a / whole * 100, values, values)
        )
        self.step(name, title, "%", formula, part, (key,))

    def _capital(self) -> None:
        """Add costs in million US$; storage is a share of the whole: the rest is what that share leaves."""
        servers, count, it = self.has("servers"), self.has("accelerators"), self.has("it_mw")
        price, wires = self.take("server_price"), self.take("network_price")
        machines = None if servers is None else _each(lambda a, b: a * b / 1e6, servers, price)
        title, formula = "Cost of servers", "servers x price"
        self.step("capex_servers", title, "million US$", formula, machines, ("server_price",))
        network = None if count is None else _each(lambda a, b: a * b / 1e6, count, wires)
        self.step("capex_network", "Network inside", "million US$", "accelerators x price", network,
                  ("network_price",))  # fmt: skip
        premium = self.take("build_premium")
        shell = _each(lambda cost, more: cost * (1 + more), self.take("build_cost"), premium)
        building = None if it is None else _product(it, shell)
        formula, keys = "IT power x cost per MW x (1 + premium)", ("build_cost", "build_premium")
        self.step("capex_building", "Building, power, cooling", "million US$", formula, building, keys)
        storage = self.take("storage_share")
        parts = None if machines is None or network is None or building is None else _sum(
            machines, network, building
        )  # fmt: skip
        total = None if parts is None else _each(lambda a, b: a / (1 - b), parts, storage)
        kept = None if total is None else _product(total, storage)
        self.step(
            "capex_storage", "Storage", "million US$", "its share of the whole", kept, ("storage_share",)
        )
        self.step("capex", "Capital cost", "million US$", "servers + network + building + storage", total, ())
        title = "Capital cost, share of GDP"
        self._share("capex_gdp_share", title, "capital cost / GDP", total, "gdp", "GDP")

    def _yearly(self) -> None:
        building, total = self.has("capex_building"), self.has("capex")
        machines = None if total is None or building is None else _each(lambda a, b: a - b, total, building)
        life_it, life_building = self.turned("life_it"), self.turned("life_building")
        rate = self.capital_cost
        if rate is not None:
            self.given("capital_cost", "Cost of capital", rate, "share per year")
        how = "over its life" if rate is None else f"as an annuity at {rate * 100:g}%"
        capital = None if machines is None or building is None else _sum(
            _each(lambda k, n: _repaid(k, n, rate), machines, life_it),
            _each(lambda k, n: _repaid(k, n, rate), building, life_building),
        )  # fmt: skip
        keys = ("life_it", "life_building", *(("capital_cost",) if rate is not None else ()))
        self.step(
            "yearly_capital", "Capital, a year", "million US$", f"IT and building, each {how}", capital, keys
        )
        price, twh = self._power_price(), self.has("twh")
        energy = None if twh is None or price is None else _each(lambda a, _: a * 1e3 * price, twh, twh)
        given = self.power_price is not None
        words = "At what a business pays; a large user may pay another price"
        note = None if given or price is None else words
        self.step("yearly_energy", "Electricity, a year", "million US$", self._price_words(price), energy,
                  ("power_price",) if given else ("price",), note)  # fmt: skip
        other = None if total is None else _product(total, self.take("other_cost"))
        title = "Staff, support, insurance"
        self.step("yearly_other", title, "million US$", "capital cost x share", other, ("other_cost",))
        whole = None if capital is None or energy is None or other is None else _sum(capital, energy, other)
        self.step("yearly", "Yearly cost", "million US$", "capital + electricity + other", whole, ())
        self._share("yearly_gdp_share", "Yearly cost, share of GDP", "yearly cost / GDP", whole, "gdp", "GDP")
        self._rent(whole)

    def _power_price(self) -> float | None:
        if self.power_price is not None:
            return self.given("power_price", "Power price", self.power_price, "US$ per kWh")
        return self.fact("price", "the price of electricity (its cost and the yearly cost are blank)")

    def _price_words(self, price: float | None) -> str:
        if price is None:
            return "TWh x price, which is unknown"
        fact = self.facts.known.get("price")
        year = f" of {fact.year}" if self.power_price is None and fact is not None else ""
        return f"TWh x {price:.3g} US$ per kWh{year}"

    def _rent(self, whole: Triple | None) -> None:
        """Add the alternative: as many hours of use, rented."""
        count, busy = self.has("accelerators"), self.take("busy_share")
        hours = None if count is None else _each(lambda a, b: a * b * HOURS / 1e6, count, busy)
        formula = "accelerators x share of time busy x 8,760"
        self.step("hours", "Hours of use a year", "million GPU-hours", formula, hours, ("busy_share",))
        rent = None if hours is None else _product(hours, self.take("contract_price"))
        title, formula = "Same hours rented, a year", "hours of use x price to rent"
        note = self.scenario.inputs["contract_price"].note
        self.step("rent_yearly", title, "million US$", formula, rent, ("contract_price",), note)
        cost, note = None, None
        if whole is not None and count is not None and hours is not None:
            cost = self._hour_cost(whole, hours, count)
            note = None if count[0] == count[2] else "At the middle number of accelerators"
        self.step("hour_cost", "Cost of an hour of use", "US$ per hour", "yearly cost / hours of use", cost,
                  (), note)  # fmt: skip

    def _hour_cost(self, yearly: Triple, hours: Triple, count: Triple) -> Triple | None:
        """Return yearly cost over hours of use, of one number of accelerators.

        Where low and high are of other numbers of them, few accelerators' cost over many's hours would
        be no project's: both are then of the middle number.
        """
        if not hours[0]:
            return None
        if count[0] != count[2]:
            middle = Target("accelerators", count[1])
            same = Chain(self.scenario, self.facts, middle, self.capital_cost, self.power_price)
            same.sizing()
            return same.has("hour_cost")
        return yearly[0] / hours[2], yearly[1] / hours[1], yearly[2] / hours[0]

    def serving(self) -> Serving | None:
        """Return what serves the open model to the target's share of the people."""
        model = self.scenario.serving
        if model is None:
            return None
        share = self.target.value if self.target.value is not None else model.share
        minimum = self.take("serving_minimum")
        people = self.fact("population", "population (what follows from it is blank)")
        own = self.facts.known.get("h100e")
        bare = Serving(
            country=self.facts.country, model=model.model, licence=model.licence, share=share, users=None,
            tokens_per_day=None, tokens_per_second=None, low=None, mid=None, high=None, minimum=minimum,
            at_minimum=None, facility_mw=None, known=None if own is None else own.value,
            known_year=None if own is None else own.year,
            assumed_zero=own is not None and own.assumed_zero, enough=None, formula=_SERVERS,
            scenario=self.scenario.name, dated=self.scenario.dated or "",
        )  # fmt: skip
        if people is None:
            return bare
        if self.target.value is None:
            self.policy("Target", share, "share of the people", model.note)
        else:
            self.given("target", "Target", share, "share of the people")
        day = _each(lambda a, b: people * share * a * b, self.take("messages"), self.take("tokens"))
        need = self._servers(day)
        low, mid, high = (int(max(a, b)) for a, b in zip(need, minimum, strict=True))
        return replace(
            bare, users=people * share, tokens_per_day=day[1], tokens_per_second=day[1] / 86_400,
            low=low, mid=mid, high=high, at_minimum=need[1] <= minimum[1],
            enough=None if own is None else own.value / mid,
            facility_mw=mid * self.take("it_power")[1] / 1000 * self.take("pue")[1],
        )  # fmt: skip

    def _servers(self, tokens: Triple) -> Triple:
        """Return the accelerators of whole servers that put out so many tokens a day at the peak."""
        servers = _each(lambda a, b: a / 86_400 * b, tokens, self.take("peak_factor"))
        servers = _each(lambda a, b: a / b, servers, self.turned("serving_rate"))
        servers = _each(lambda a, b: a / b, servers, self.turned("filled"))
        return _each(lambda a, b: math.ceil(a - 1e-9) * b, servers, self.take("accelerators_per_server"))


def _each(combine: Callable[[float, float], float], one: Triple, other: Triple) -> Triple:
    low, mid, high = (combine(a, b) for a, b in zip(one, other, strict=True))
    return low, mid, high


def _product(one: Triple, other: Triple) -> Triple:
    return _each(lambda a, b: a * b, one, other)


def _sum(*parts: Triple) -> Triple:
    low, mid, high = (sum(values) for values in zip(*parts, strict=True))
    return low, mid, high


def _repaid(capital: float, life: float, rate: float | None) -> float:
    """Return what a year costs: the capital over its life, or the annuity that repays it at a rate."""
    if not rate:
        return capital / life
    return capital * rate / -math.expm1(-life * math.log1p(rate))
