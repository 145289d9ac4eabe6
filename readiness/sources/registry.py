"""Which kinds of source there are: the package's own, and those of others by entry point."""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points

from readiness.definitions.indicator import Series
from readiness.errors import ReadinessError, UnknownNameError, did_you_mean, listed
from readiness.sources.base import Kind, Settings

GROUP = "readiness.sources"
# Not fetched: figures that a person keeps.
MANUAL = "manual"
_OWN = {
    "worldbank": "worldbank:KIND",
    "owid": "owid:KIND",
    "url": "url:KIND",
    "file": "url:FILE",
    "data360": "data360:KIND",
    "github-innovation-graph": "innovationgraph:KIND",
    "microsoft-ai-diffusion": "diffusion:KIND",
    "epoch": "epoch:KIND",
    "top500": "top500:KIND",
    "openalex": "openalex:KIND",
    "peeringdb": "peeringdb:KIND",
    "sdmx": "sdmx:KIND",
}


def names() -> tuple[str, ...]:
    """Return the names of all kinds that can be fetched."""
    return (*_OWN, *sorted(item.name for item in entry_points(group=GROUP) if item.name not in _OWN))


def kind(name: str) -> Kind:
    """Return a kind of source by its name.

    Raises
    ------
    UnknownNameError
        When there is none.
    ReadinessError
        When another package's kind cannot be loaded.
    """
    if name in _OWN:
        module, _, attribute = _OWN[name].partition(":")
        own: Kind = getattr(importlib.import_module(f"readiness.sources.{module}"), attribute)
        return own
    for item in entry_points(group=GROUP, name=name):
        try:
            found = item.load()
        except Exception as error:
            raise ReadinessError(f"the source {name!r} of {item.value} cannot be loaded: {error}") from error
        if not isinstance(found, Kind):
            raise ReadinessError(f"the source {name!r} of {item.value} is no readiness.sources.base.Kind")
        return found
    known = (*names(), MANUAL)
    raise UnknownNameError(
        f"unknown source {name!r}", did_you_mean(name, known) or f"There is {listed(known)}"
    )


def settings_of(series: Series, source: Kind) -> Settings:
    """Return the settings of a series' `update:` block.

    Raises
    ------
    ValidationError
        When the block does not fit its kind; paths are below `update`.
    """
    assert series.update is not None
    return source.settings.model_validate(series.update.model_dump(by_alias=True))
