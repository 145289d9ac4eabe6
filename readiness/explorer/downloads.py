"""The files to take away: those of `readiness export`, and what each is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from readiness.editions import everything
from readiness.index import Index

FOLDER = "download/"
_KINDS = {
    "csv": "CSV", "json": "JSON", "xlsx": "Excel", "parquet": "Parquet", "md": "Markdown", "tex": "LaTeX",
    "html": "HTML", "xml": "SDMX structure",
}  # fmt: skip


@dataclass(frozen=True)
class Download:
    """A file of the site: its path, what is in it, its format and size."""

    path: str
    title: str
    kind: str
    size: str


def files(index: Index) -> dict[str, bytes]:
    """Return the files by their path in the site: those of `readiness export`."""
    return {f"{FOLDER}{name}": content for name, content in everything.contents(index).items()}


def listed(index: Index, found: Mapping[str, bytes]) -> tuple[Download, ...]:
    """Return what the page of downloads lists, the figures first."""
    rows = [
        Download(path, _title(index, path.removeprefix(FOLDER)), _KINDS.get(path.rpartition(".")[2], ""),
                 _size(len(content)))
        for path, content in found.items()
    ]  # fmt: skip
    return tuple(rows)


def _title(index: Index, path: str) -> str:
    stem = path.rpartition("/")[2].rpartition(".")[0]
    if path.startswith("schema/"):
        return f"JSON Schema of what `readiness {stem} --format json` prints"
    fixed = {
        "figures": "Every figure, one a row", "indicators": "The series with their sources and licences",
        "countries": "The countries with their codes and groups",
        "datapackage": "Frictionless data package: describes the tables",
    }  # fmt: skip
    if stem in fixed:
        return fixed[stem]
    for name, framework in index.frameworks.items():
        if stem == f"scores-{name}":
            return f"{framework.name}: scores, ranks and ranges"
    return stem


def _size(count: int) -> str:
    if count >= 1_000_000:
        return f"{count / 1_000_000:.1f} MB"
    return f"{max(1, round(count / 1000))} kB"


def names(keys: Collection[str]) -> dict[str, str]:
    """Return a file name for each key, told apart where only their case differs."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for key in keys:
        name, number = key, 2
        while name.casefold() in taken:
            name, number = f"{key}-{number}", number + 1
        taken.add(name.casefold())
        found[key] = name
    return found
