"""An index in every format at once: the tables of an edition as a data package, and for people."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from readiness.editions import layout, package, withheld
from readiness.export import files, printed, schema, sdmx, tables, views, workbook
from readiness.index import Index

# The ending of each format for people.
_ENDINGS = {"md": "md", "html": "html", "latex": "tex"}


def export(index: Index, target: Path) -> list[Path]:
    """Write the figures, scores, indicators and countries of an index into a folder.

    `data/` has them as CSV, described by `datapackage.json` (Frictionless); `scores-ID` is the league
    table of each framework as JSON, Markdown, HTML, LaTeX and XLSX, and as Parquet where pyarrow is
    installed; `sdmx/` has figures and scores as SDMX-CSV with their structure where sdmx1 is; `schema/`
    describes the JSON. Figures that may not be redistributed are left out, as in an edition.

    Raises
    ------
    ReadinessError
        When the folder cannot be written.
    """
    made = {**contents(index), **_sdmx(index)}
    files.writable(target)
    return [files.write(target / name, content) for name, content in made.items()]


def contents(index: Index) -> dict[str, bytes]:
    """Return the files by their paths below the folder."""
    left_out = withheld.closed(index)
    said = layout.said(index, None, left_out)
    said["edition"] = said["edition"] or str(index.frameworks[said["framework"]].year)
    data = layout.results(index, left_out)
    found = layout.csv_files(data)
    described = tables.json_bytes(package.describe(index, said, data, found, left_out))
    for name in index.frameworks:
        found |= _league(index, name)
    found |= {f"schema/{name}.json": schema.text(name).encode("utf-8") for name in schema.SCHEMAS}
    return {**found, layout.PACKAGE: described}


def _sdmx(index: Index) -> dict[str, bytes]:
    """Return figures and scores as SDMX-CSV and their structure; nothing where sdmx1 is not installed."""
    if importlib.util.find_spec("sdmx") is None:
        return {}
    results = [index.scores(name) for name in index.frameworks]
    return {
        "sdmx/figures.csv": sdmx.figures(index.figures, index.countries, withheld.closed(index)),
        "sdmx/scores.csv": sdmx.scores(results),
        "sdmx/structure.xml": sdmx.structure(index.indicators, index.countries, results),
    }


def _league(index: Index, framework: str) -> dict[str, bytes]:
    """Return the league table of a framework in every format for people and programs."""
    scores = index.scores(framework)
    table, every = scores.rows("pillar"), scores.rows("all")
    stem = f"{layout.SCORES}{framework}"
    view = views.league(table, scores, index.indicators)
    found = {f"{stem}.{_ENDINGS[form]}": write(view) for form, write in printed.WRITERS.items()}
    head = {
        "framework": scores.framework.id, "name": scores.framework.name, "edition": scores.framework.edition,
        "year": scores.framework.year, "fingerprint": scores.fingerprint,
    }  # fmt: skip
    found[f"{stem}.json"] = tables.to_json(head, "countries", every)
    found[f"{stem}.xlsx"] = workbook.of_scores(scores, index.indicators, every)
    if importlib.util.find_spec("pyarrow") is not None:
        found[f"{stem}.parquet"] = tables.to_parquet(every, head)
    return found
