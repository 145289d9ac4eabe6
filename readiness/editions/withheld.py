"""What may not be passed on: left out, with scores in its place, as in the attachments of a report."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from readiness.definitions.framework import IndicatorRef
from readiness.editions import layout
from readiness.errors import ReadinessError, listed
from readiness.index import Index
from readiness.report.attachments import IN_PLACE, Attachments, needed


def closed(index: Index) -> tuple[str, ...]:
    """Return the series that are left out: not to be redistributed, or resting on one that is not."""
    definitions = index.definitions
    every = {**definitions.series, **definitions.validation}
    found = {name for name, item in every.items() if item.source.redistribute == "no"}
    if not found:
        return ()
    resting = {name for name in every if needed([IndicatorRef(id=name)], every) & found}
    frameworks = (made.withheld for made in _attachments(index).values())
    return tuple(sorted(resting.union(*frameworks)))


def frameworks(index: Index) -> dict[str, tuple[str, ...]]:
    """Return the indicators of each framework whose scores stand for their figures, where there are any."""
    found = {name: tuple(sorted(made.withheld)) for name, made in _attachments(index).items()}
    return {name: names for name, names in found.items() if names}


def in_place(index: Index) -> dict[str, tuple[str, ...]]:
    """Return the same of an index that was read from an edition: the series that say so themselves."""
    said = {name for name, item in index.indicators.items() if item.description == IN_PLACE}
    return {
        name: tuple(sorted(said & {item.id for item in framework.tree.references()}))
        for name, framework in index.frameworks.items()
    }


def without(index: Index, files: Mapping[str, bytes], names: tuple[str, ...]) -> dict[str, bytes]:
    """Return the files of an index without the figures of some series.

    Raises
    ------
    ReadinessError
        When an indicator has another score in each of two frameworks: which would stand for it? When
        rules ask for its figures.
    """
    if not names:
        return dict(files)
    _refuse_rules(index, names)
    paths = {name: f"{layout.INDEX}{index.definitions.files[name]}" for name in names}
    placed = _in_place(index, files, {path: name for name, path in paths.items()})
    gone = set(paths.values()) - set(placed)
    return {path: placed.get(path, content) for path, content in files.items() if path not in gone}


def _refuse_rules(index: Index, names: Collection[str]) -> None:
    """Refuse rules that would take a score for a figure, or find none."""
    for rules in index.definitions.rules.values():
        asked = {part.figure for _, part in rules.conditions()} & set(names)
        if asked and rules.framework in index.frameworks:
            raise ReadinessError(
                f"the rules {rules.id!r} ask for figures of {min(filter(None, asked))!r}, which may not be "
                "redistributed",
                "Ask for a score in its place",
            )


def _in_place(index: Index, files: Mapping[str, bytes], series: Mapping[str, str]) -> dict[str, bytes]:
    placed: dict[str, bytes] = {}
    for name, made in _attachments(index).items():
        for path, text in made.in_place().items():
            own = f"{layout.INDEX}{path}"
            if own not in series:
                own = _framework_file(files, name)
            if placed.setdefault(own, text.encode("utf-8")) != text.encode("utf-8"):
                raise ReadinessError(
                    f"{series[own]!r} may not be redistributed, and no score can stand for it: it has "
                    f"others in another framework of {listed(index.frameworks)}",
                    "Leave it out of one of them",
                )
    return placed


def _framework_file(files: Mapping[str, bytes], name: str) -> str:
    start, end = f"{layout.INDEX}frameworks/", f"/{name}.yaml"
    return next(path for path in files if path.startswith(start) and path.casefold().endswith(end))


def _attachments(index: Index) -> dict[str, Attachments]:
    return {name: Attachments(index.definitions, index.scores(name)) for name in index.frameworks}
