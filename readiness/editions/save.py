"""Freezing an index: everything that made it, and what follows from it, in one folder."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from readiness._version import __version__
from readiness.definitions import extras
from readiness.definitions.edit import quoted
from readiness.definitions.folder import BASE, Member, members
from readiness.definitions.load import COUNTRIES
from readiness.editions import check, layout, package, withheld
from readiness.errors import ReadinessError
from readiness.export import files, tables
from readiness.index import Index
from readiness.scores import Table

_LIBRARIES = ("numpy", "pandas", "scipy", "pydantic", "pyyaml", "pycountry")


def save(
    index: Index, target: Path, *, framework: str | None = None, authors: Sequence[str] = ()
) -> list[Path]:
    """Write an edition; the folder is there whole or not at all, and follows from its own files.

    Parameters
    ----------
    target
        A new or empty folder.
    framework
        Which one gives the edition its name and title; the only one or `pillars` where left out.
    authors
        Whom to cite; the package's authors for its own index, else those of the index.

    Raises
    ------
    ReadinessError
        When the folder has something in it or cannot be written, the index does not say its edition, or
        its scores do not follow without the figures that may not be redistributed.
    """
    _free(target)
    content = contents(index, authors, framework)
    files.writable(target.parent)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name[:40]}.") as there:
            whole = Path(there) / "edition"
            for name, data in content.items():
                files.write(whole / name, data)
            _follows(whole)
            _free(target)
            if target.exists():
                target.rmdir()
            whole.rename(target)
    except OSError as error:
        raise ReadinessError(f"cannot write {target}: {error.strerror or error}") from error
    return [target / name for name in content]


def _free(target: Path) -> None:
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise ReadinessError(f"{target} is not an empty folder", "Name a new one; nothing was written")


def _follows(whole: Path) -> None:
    """Refuse an edition that its own check would not find equal."""
    found = check.verify(whole)
    if found.outcome != "equal":
        left = " ".join(found.notes[1:])
        hint = f"Nothing was written. {left}" if left else "Did a file change meanwhile? Nothing was written"
        raise ReadinessError(f"the results do not follow from the edition's own files: {found.reason}", hint)


def contents(
    index: Index, authors: Sequence[str] = (), framework: str | None = None
) -> dict[str, bytes]:  # fmt: skip
    """Return the files of an edition by their paths; the same index and versions give the same bytes.

    Raises
    ------
    ReadinessError
        When the index does not say its edition.
    """
    chosen = index.definitions.framework(framework)
    if chosen.edition is None:
        raise ReadinessError(
            f"the framework {chosen.id!r} does not say its edition", 'Write `edition: "2026.1"` into it'
        )
    left_out = withheld.closed(index)
    said = layout.said(index, chosen.id, left_out)
    found = withheld.without(index, dict(_index_files(index)), left_out)
    data = layout.results(index, left_out)
    found |= layout.csv_files(data)
    found[layout.PACKAGE] = tables.json_bytes(package.describe(index, said, data, found, left_out))
    found[layout.CITATION] = _citation(index, said, authors).encode("utf-8")
    found[layout.README] = _readme(index, said, data, left_out).encode("utf-8")
    found[layout.MANIFEST] = tables.json_bytes(_manifest(index, said, found, left_out))
    return dict(sorted(found.items()))


def _index_files(index: Index) -> Iterator[tuple[str, bytes]]:
    """Yield the index as it lies in its folder, then what it takes from the package."""
    found, _ = members(index.definitions.root)
    for item in found:
        yield f"{layout.INDEX}{item.path}", item.read()
    if not any(item.folder == BASE for item in found):
        own = {item.folder for item in found} | {item.path for item in found}
        for item in extras.base(found):
            if _contributed(item, own):
                yield f"{layout.INDEX}{BASE}/{item.path}", item.read()


def _contributed(item: Member, own: set[str]) -> bool:
    """Say whether a file of the package makes a part of an index, which has these paths and folders."""
    if item.folder == extras.SCENARIOS:
        # Every scenario is read against the package's, also one that leaves nothing out.
        return item.stem != extras.PRICES or item.path not in own
    if item.folder == extras.RULES:
        return extras.RULES not in own
    return item.path == COUNTRIES and COUNTRIES not in own


def _manifest(
    index: Index, said: Mapping[str, Any], found: Mapping[str, bytes], left_out: Sequence[str]
) -> dict[str, Any]:
    placed = withheld.frameworks(index)
    frameworks = {
        name: {**item, "inputs": index.scores(name).fingerprint, "withheld": placed.get(name, ())}
        for name, item in said["frameworks"].items()
    }
    return {
        "format": layout.FORMAT, **said, "frameworks": frameworks, "withheld": left_out,
        "versions": {"readiness": __version__, "python": platform.python_version(),
                     **{name: version(name) for name in _LIBRARIES}},
        "files": {name: {"sha256": layout.sha256(data), "bytes": len(data)}
                  for name, data in sorted(found.items())},
    }  # fmt: skip


def _citation(index: Index, said: Mapping[str, Any], authors: Sequence[str]) -> str:
    name, edition = index.frameworks[said["framework"]].name, said["edition"]
    if not authors:
        authors = ["The readiness authors" if package.is_bundled(index) else f"The authors of {name}"]
    names = "".join(f"  - name: {quoted(author)}\n" for author in authors)
    return (
        "cff-version: 1.2.0\n"
        f"title: {quoted(f'{name}, edition {edition}')}\n"
        'message: "Please cite the index with its edition."\n'
        f"type: dataset\nauthors:\n{names}version: {quoted(edition)}\ndate-released: {said['date']}\n"
        "references:\n"
        '  - type: software\n    title: "readiness"\n    authors:\n      - name: The readiness authors\n'
        f"    version: {__version__}\n"
    )


def _readme(
    index: Index, said: Mapping[str, Any], data: Mapping[str, Table], left_out: Sequence[str]
) -> str:  # fmt: skip
    name, edition = index.frameworks[said["framework"]].name, said["edition"]
    unverified = sum(item.source.redistribute == "unverified" for item in index.indicators.values())
    lines = [
        f"# {name}, edition {edition}", "",
        f"Frozen by readiness {__version__}: everything that made this edition, and what follows from it.",
        "",
        "- `index/` the index as it was: definitions and figures, one YAML file a series "
        f"(`{BASE}/`: what readiness contributed)",
        *(f"- `data/{name}.csv` {package.title_of(index, name)} ({len(table.rows):,} rows)"
          for name, table in data.items()),
        "- `datapackage.json` describes `data/` (Frictionless Data Package)",
        "- `edition.json` versions, seeds, and the sha256 of every file", "",
        "Check it, score with it, compare with it:", "",
        "    readiness verify DIR", "    readiness scores --indicators DIR",
        "    readiness changes DIR bundled", "",
        "Figures carry the licences of their publishers, `data/indicators.csv`. "
        f"{unverified} licences are not verified.",
        *_left_out(index, left_out),
    ]  # fmt: skip
    return "\n".join([*lines, ""])


def _left_out(index: Index, names: Sequence[str]) -> Iterator[str]:
    every = {**index.definitions.series, **index.definitions.validation}
    if names:
        yield from ("", "Left out, because these figures or those they rest on may not be passed on; where a")
        yield from ("framework scores them, their scores stand in their place:", "")
    for name in names:
        source = every[name].source
        yield f"- {every[name].name} (`{name}`): {source.publisher}, {source.licence}"
