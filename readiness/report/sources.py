"""The sources of a report's figures, numbered: series of one publisher and licence share one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from readiness.definitions.indicator import Series
from readiness.report.model import Source


def sources(names: Sequence[str], further: Sequence[str], series: Mapping[str, Series]) -> dict[str, Source]:
    """Return the source of each series; series of one publisher and licence share one.

    Those of `names` are numbered first, by publisher, then those that only `further` series have.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for name in (*names, *further):
        source = series[name].source
        groups.setdefault((source.publisher, source.licence), []).append(name)
    cited = {(series[name].source.publisher, series[name].source.licence) for name in names}
    found: dict[str, Source] = {}
    order = sorted(groups, key=lambda key: (key not in cited, key[0].casefold(), key[1]))
    for number, key in enumerate(order, start=1):
        members = [series[name] for name in groups[key]]
        published = [member.source for member in members]
        shared = Source(
            number, key[0], _short(key[0]), _joined(item.dataset for item in published), key[1],
            published[0].redistribute, published[0].url, _joined(item.vintage for item in published),
            _joined(item.retrieved for item in published), tuple(member.name for member in members),
        )  # fmt: skip
        found |= {member.id: replace(shared, url=member.source.url) for member in members}
    return found


def scored(names: Sequence[str], series: Mapping[str, Series]) -> tuple[Source, ...]:
    """Return the sources of some series alone, by number."""
    found = sources(names, (), series)
    return tuple({source.number: source for source in found.values()}.values())


def _joined(texts: Iterable[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(text for text in texts if text)) or None


def _short(publisher: str) -> str:
    """Return the first name of `Ember / Energy Institute via Our World in Data`."""
    own = publisher.removeprefix("derived here from ")
    return re.split(r" via |, via | / |;|, | \(| from |' own ", own)[0]
