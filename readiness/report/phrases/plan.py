"""The sentences of the third page: the plan, what an income buys, posture, moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.errors import counted, listed
from readiness.export.numbers import MINUS, printed
from readiness.report.model import CountryProfile
from readiness.report.phrases.words import inner

if TYPE_CHECKING:
    from readiness.analysis.moves import Move
    from readiness.analysis.posture import LayerPosture
    from readiness.analysis.sizing import Sizing, Step

# The steps of the plan that the page prints; the command and the JSON have all.
PLAN_STEPS = (
    "accelerators", "servers", "it_mw", "facility_mw", "twh", "generation_share", "capacity_share",
    "capex", "capex_gdp_share", "yearly_capital", "yearly_energy", "yearly_other", "yearly",
    "yearly_gdp_share", "rent_yearly",
)  # fmt: skip


def plan(profile: CountryProfile) -> str:
    """Return the finding of the plan: the target, its power and its cost, in the middle case."""
    sizing = profile.findings.sizing
    if sizing is None:
        return ""
    count, power, cost = (sizing.step(name).mid for name in ("accelerators", "facility_mw", "capex"))
    share = sizing.step("capex_gdp_share").mid
    if count is None:
        return f"{sizing.target_words}: cannot be sized, for want of a figure"
    people = sizing.target.startswith("per-million")
    parts = [f"{count:,.0f} in all" if people else counted(int(count), "accelerator")]
    if power is not None:
        parts.append(f"{printed(power)} MW")
    if cost is not None:
        of_gdp = f" ({printed(share)}% of GDP)" if share is not None else ""
        parts.append(f"{printed(cost * 1e6)} US${of_gdp}")
    return f"{sizing.target_words}: {listed(parts)}"


def plan_note(profile: CountryProfile) -> str:
    """Return what the plan's three columns are, and what is not known."""
    sizing = profile.findings.sizing
    if sizing is None:
        return ""
    unknown = f" Unknown: {'; '.join(sizing.unknown)}." if sizing.unknown else ""
    return (
        f"{sizing.scenario}, {sizing.dated}. Low and high take every input at one end: an envelope, not a "
        f"confidence interval.{unknown}"
    )


def how(step: Step, sizing: Sizing) -> str:
    """Return how a step of the plan is made; what is summed or set aside on the page, with its numbers."""

    def middle(name: str) -> str:
        value = sizing.step(name).mid
        return "\N{EN DASH}" if value is None else printed(value)

    if step.id == "capex":
        parts = ("servers", "network", "building", "storage")
        return " + ".join(f"{part} {middle(f'capex_{part}')}" for part in parts)
    if step.id == "facility_mw":
        return f"{step.formula}; grid connection {middle('grid_mw')} MW"
    if step.id == "rent_yearly":
        return f"{middle('hours')} million hours x price; own hour {middle('hour_cost')} US$"
    return step.formula


def left_out(profile: CountryProfile) -> str:
    """Return what no step of the plan holds."""
    sizing = profile.findings.sizing
    return f"Left out: {'; '.join(sizing.left_out)}." if sizing is not None and sizing.left_out else ""


def affordable(profile: CountryProfile) -> str:
    """Return how many hours of one accelerator a year's income buys."""
    found = profile.findings.affordability
    if found is None:
        return ""
    if found.hours is None:
        return f"What a year's income buys is unknown: no {'price' if found.price is None else 'income'}"
    return f"A year's income per person buys {printed(found.hours)} hours of one {found.family}"


def affordable_note(profile: CountryProfile) -> str:
    """Return the price behind it, its spread, and what a price lower or higher by half would do."""
    found = profile.findings.affordability
    if found is None or found.price is None:
        return ""
    quotes = counted(found.quotes, "on-demand quote")
    price = f"At {found.price:.2f} US$ an hour, the median of {quotes} of {found.price_year}"
    if found.price_low is not None and found.price_high is not None:
        price += f", half of them from {found.price_low:.2f} to {found.price_high:.2f}"
    if found.income is None or found.cheaper is None or found.dearer is None:
        return f"{price}."
    return (
        f"{price}, and an income of {printed(found.income)} US$ ({found.income_year}). At a price 50% lower "
        f"{printed(found.cheaper)} hours, at one 50% higher {printed(found.dearer)}."
    )


def serving(profile: CountryProfile) -> str:
    """Return how many accelerators serve the open model to a share of the people."""
    found = profile.findings.serving
    if found is None or found.mid is None:
        return "What can run here is unknown: no population"
    return f"{found.mid:,} accelerators would serve {found.model} to {found.share * 100:g}% of the people"


def serving_note(profile: CountryProfile) -> str:
    """Return the range, the smallest installation, and what is known to run in the country."""
    found = profile.findings.serving
    if found is None or found.mid is None:
        return ""
    words = f"Between {found.low:,} and {found.high:,}, in whole servers"
    if found.at_minimum:
        words += "; the middle is the smallest installation of that efficiency"
    if found.known is None:
        return f"{words}. How many run here today is not known."
    if found.assumed_zero:
        return f"{words}. No cluster is known to run here, which counts as none."
    return f"{words}. Known to run here: {printed(found.known)} H100-equivalents ({found.known_year})."


def leapfrog(profile: CountryProfile) -> str:
    """Return whether an upper layer is above what the lower layers and income explain."""
    found = profile.findings.leapfrog
    if found is None:
        return ""
    ahead = [inner(leap.title) for leap in found.leaps if leap.candidate]
    if not ahead:
        return "No layer leaps ahead of those below it"
    verb = "is" if len(ahead) == 1 else "are"
    return f"Leapfrog: {listed(ahead)} {verb} ahead of the layers below"


def leapfrog_note(profile: CountryProfile) -> str:
    """Return score, expected score and the share of draws, a clause a layer."""
    found = profile.findings.leapfrog
    if found is None:
        return ""
    clauses = [
        f"{inner(leap.title).capitalize()} {leap.score:.1f}, where the first three layers and income explain "
        f"{leap.expected:.1f}; ahead in {leap.share:.0%} of {found.draws:,} draws"
        for leap in found.leaps
    ]
    return f"{'. '.join(clauses)}. Ahead in 80% of draws is a candidate." if clauses else ""


def posture(profile: CountryProfile) -> str:
    """Return the postures in a sentence: which layers to own, to share and to rent.

    A layer whose posture has a name of its own stands by that: nobody rents energy.
    """
    kinds: dict[str, list[str]] = {}
    parts = []
    for layer in profile.findings.posture:
        if layer.posture is None:
            continue
        if layer.label not in ("", layer.posture):
            parts.append(f"{inner(layer.title)}: {layer.label}")
        else:
            kinds.setdefault(layer.posture, []).append(inner(layer.title))
    parts += [f"{kind} {listed(kinds[kind])}" for kind in ("own", "share", "rent") if kind in kinds]
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}" if text else "No posture: the rules lack figures"


def stance(layer: LayerPosture) -> str:
    """Return the posture of one layer: `rent`, or `interconnect (share)` where it has a name of its own."""
    if layer.posture is None:
        return "open"
    return layer.posture if layer.label in ("", layer.posture) else f"{layer.label} ({layer.posture})"


def moves_title(profile: CountryProfile, count: int) -> str:
    """Return the heading of the first moves."""
    if not count:
        return "No move can be shown: too little is known of its peers"
    return {1: "One realistic move", 2: "Two realistic moves", 3: "Three realistic moves"}[count]


def move(found: Move) -> str:
    """Return one move in a line: from, to, and what it gives."""
    gives = f"{found.score_change:+.1f} points".replace("-", MINUS)
    if found.places is not None:
        gives += f", {_so_many(found.places)} up" if found.places else ", no place"
    return f"{from_to(found)}: {gives}"


def from_to(found: Move) -> str:
    """Return `76.2 to 84.1 % of population`."""
    return f"{printed(found.before)} to {printed(found.after)} {found.unit}"


def who(found: Move) -> str:
    """Return which peer did it: from and to, and in which years."""
    return (
        f"{found.peer_name}, {printed(found.peer_start)} to {printed(found.peer_end)}, "
        f"{found.peer_from} to {found.peer_to}"
    )


def places(found: Move) -> str:
    """Return the places a move gives; a dash for the unranked."""
    return "\N{EN DASH}" if found.places is None else f"{found.places:g}"


def _so_many(places: int | float) -> str:
    """Return `1 place`, `12 places`; half places where ties share the mean of theirs."""
    return f"{places:g} {'place' if places == 1 else 'places'}"


def chance(found: Move) -> str:
    """Return the share of paired draws in which a move gives three places."""
    return "\N{EN DASH}" if found.gain3 is None else f"{found.gain3:.0%}"


def best_move(profile: CountryProfile) -> str:
    """Return the finding of the table of moves: the first one."""
    moves = profile.findings.moves
    if moves is None or not moves.moves:
        return "No move can be shown"
    first = moves.moves[0]
    rank = f" and {_so_many(first.places)}" if first.places else ""
    return f"{first.title} would give most: {first.score_change:.1f} points{rank}"


def moves_note(profile: CountryProfile) -> str:
    """Return what bounds the moves, and that they are arithmetic."""
    moves = profile.findings.moves
    if moves is None:
        return ""
    without = counted(len(moves.without), "indicator has no move", "indicators have no move")
    return (
        "Score arithmetic, not a forecast: each alone, all else unchanged. No bigger than what a quarter of "
        f"{moves.peers_words} did in up to five years. {f'{without}. ' if moves.without else ''}"
        "The last column is the chance of gaining three places in paired draws."
    )
