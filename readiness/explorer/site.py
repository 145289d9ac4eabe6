"""The site as files: which pages there are, and what each is filled with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from readiness import jobs
from readiness._version import __version__
from readiness.editions import withheld
from readiness.errors import ReadinessError
from readiness.explorer import country as country_pages
from readiness.explorer import downloads, league, method
from readiness.explorer import series as series_pages
from readiness.explorer.model import model
from readiness.explorer.pages import Link, Pages, embedded
from readiness.export import files
from readiness.index import Index
from readiness.report import batch, stamp
from readiness.report.attachments import Attachments
from readiness.report.design import Design
from readiness.report.design import default as default_design
from readiness.scores import Scores

MANIFEST = "site.json"
_RANKING = ("engine", "page", "weights")


@dataclass(frozen=True)
class Outcome:
    """What became of one file of the site: its path in it, or the error."""

    path: str
    error: str | None = None


@dataclass(frozen=True)
class Made:
    """The files of one page by their path, and what of them failed: its path and the error."""

    files: Mapping[str, bytes]
    failed: tuple[str, str] | None = None


@dataclass(frozen=True)
class Site:
    """The site of an index, with one framework as its headline.

    Attributes
    ----------
    pdf
        Make the PDF reports of the countries too.
    """

    index: Index
    scores: Scores
    look: Design
    pdf: bool = False

    @cached_property
    def closed(self) -> tuple[str, ...]:
        """The series whose figures may not be passed on."""
        return withheld.closed(self.index)

    @cached_property
    def countries(self) -> dict[str, str]:
        """The name of each country's files, by code."""
        return downloads.names(self.scores.countries)

    @cached_property
    def series(self) -> dict[str, str]:
        """The name of each series' page, by id."""
        return downloads.names(sorted(self.index.indicators))

    @cached_property
    def pages(self) -> Pages:
        """What fills the pages."""
        framework = self.scores.framework
        days = [item.source.retrieved for item in self.index.indicators.values() if item.source.retrieved]
        return Pages(self.look, {
            "framework": framework, "nav": self._navigation(), "version": __version__,
            "retrieved": max(days, default=None), "fingerprint": self.scores.fingerprint,
            "logo": self.look.logo(inline=True),
        })  # fmt: skip

    def _navigation(self) -> tuple[Link, ...]:
        return (
            Link("index.html", "League table", carries=True),
            Link("map.html", "Map", carries=True),
            Link("compare.html", "Compare", carries=True),
            Link("indicators.html", "Indicators"),
            Link("method.html", "Method"),
            Link("data.html", "Data"),
        )

    def leagues(self) -> list[tuple[str, str, Scores]]:
        """Return the page, name and scores of every framework's league table, the headline first."""
        own = self.scores.framework
        others = [self.index.scores(name) for name in self.index.frameworks if name != own.id]
        return [("index.html", own.name, self.scores)] + [
            (f"league-{item.framework.id}.html", item.framework.name, item) for item in others
        ]

    # Each page ------------------------------------------------------------------------------------------

    def _page(self, path: str, template: str, scripts: Sequence[str], **context: Any) -> Made:
        return Made({path: self.pages.page(path, template, scripts, **context)})

    def league_page(self, path: str, scores: Scores) -> Made:
        """Return the league table of a framework."""
        return self._page(
            path, "league", (*_RANKING, "league", "start-league"),
            view=league.league(scores, self.index, self.countries), shown=scores.framework,
            others=[Link(page, name) for page, name, _ in self.leagues()],
            model=embedded(model(scores)), extra=embedded(league.data(scores, self.index)),
        )  # fmt: skip

    def map_page(self) -> Made:
        """Return the tile map."""
        return self._page(
            "map.html", "map", (*_RANKING, "map", "start-map"),
            view=league.league(self.scores, self.index, self.countries), model=embedded(model(self.scores)),
            extra=embedded(league.data(self.scores, self.index)),
        )  # fmt: skip

    def compare_page(self) -> Made:
        """Return the page that puts two to six countries side by side."""
        extra = league.side_by_side(self.scores, self.index, self.countries, self.series, self.closed)
        return self._page(
            "compare.html", "compare", (*_RANKING, "compare", "start-compare"),
            view=league.league(self.scores, self.index, self.countries), model=embedded(model(self.scores)),
            extra=embedded(extra),
        )  # fmt: skip

    @cached_property
    def _places(self) -> dict[str, str]:
        return series_pages.places(self.scores, self.index)

    def _series(self, name: str) -> series_pages.Page:
        return series_pages.page(
            self.scores, self.index, name, self._places[name], self.countries, self.series[name],
            closed=name in self.closed,
        )  # fmt: skip

    def indicators_page(self) -> Made:
        """Return the list of all series."""
        items = [self._series(name) for name in self._places]
        return self._page(
            "indicators.html", "indicators", ("page", "start"), items=items,
            total=len(self.scores.countries),
        )  # fmt: skip

    def series_page(self, name: str) -> Made:
        """Return the page of one series."""
        item = self._series(name)
        return self._page(
            f"indicators/{item.file}.html", "indicator", ("page", "start"), item=item,
            total=len(self.scores.countries),
        )  # fmt: skip

    def method_page(self) -> Made:
        """Return the method and what the audit says of it."""
        audit = self.index.audit(self.scores.framework.id)
        return self._page(
            "method.html", "method", ("page", "start"), tree=method.tree(self.scores, self.index),
            findings=method.findings(audit, self.index), counts=method.counts(audit),
            likenesses=method.likenesses(audit, self.index), series=self.series,
        )  # fmt: skip

    def data_page(self) -> Made:
        """Return the list of files to take away, and the files."""
        found = downloads.files(self.index)
        left_out = [self.index.indicators[name].name for name in self.closed if name in self.index.indicators]
        drawn = self.scores.robustness
        page = self._page(
            "data.html", "data", ("page", "start"), items=downloads.listed(self.index, found),
            left_out=left_out, seed=None if drawn is None else drawn.seed,
        )  # fmt: skip
        return Made({**found, **page.files})

    @cached_property
    def order(self) -> list[tuple[str, str, str]]:
        """Code, name and file of every country, as in the league table."""
        names = self.scores.matrix.names
        return [
            (self.scores.countries[row], names[row], self.countries[self.scores.countries[row]])
            for row in self.scores.order()
        ]

    def country_page(self, place: int) -> Made:
        """Return the page of the country at a place of the league table, its CSV, and its PDF if wanted."""
        code, _, file = self.order[place]
        full = self.index.profile(code, self.scores.framework.id)
        profile = country_pages.openly(full, self.closed)
        path, error, printed = f"countries/{file}.html", None, None
        if self._making is not None:
            try:
                printed = batch.content(full, self._making)
            except Exception as fault:  # the page stands without its PDF
                error = batch.told(fault)
        found = {
            path: self.pages.page(
                path, "country", ("page", "start"), report=True, profile=profile, pages="full",
                generator=stamp.generator(), dated=stamp.dated(profile).date().isoformat(), properties={},
                around=country_pages.around(self.order, place, profile), file=file, pdf=printed is not None,
                series=self.series,
            ),
            f"countries/{file}.csv": country_pages.csv(profile),
        }  # fmt: skip
        if printed is not None:
            found[f"countries/{file}.pdf"] = printed
        return Made(found, None if error is None else (f"countries/{file}.pdf", error))

    # All of them ----------------------------------------------------------------------------------------

    @cached_property
    def _making(self) -> batch.Making | None:
        """How the PDF reports are made; None without them."""
        if not self.pdf:
            return None
        attached = Attachments(self.index.definitions, self.scores)
        return batch.Making("pdf", self.look, attachments=attached)

    @cached_property
    def jobs(self) -> dict[str, Callable[[], Made]]:
        """What makes each page, by its path: the slowest first, the front page last."""
        found: dict[str, Callable[[], Made]] = {"data.html": self.data_page, "method.html": self.method_page}
        for place, (_, _, file) in enumerate(self.order):
            found[f"countries/{file}.html"] = partial(self.country_page, place)
        for name, file in self.series.items():
            found[f"indicators/{file}.html"] = partial(self.series_page, name)
        found |= {
            "indicators.html": self.indicators_page, "compare.html": self.compare_page,
            "map.html": self.map_page,
        }  # fmt: skip
        for path, _, scores in reversed(self.leagues()):
            found[path] = partial(self.league_page, path, scores)
        return found


def _worker(
    index: Index, framework: str, look: Design, pdf: bool, folder: Path
) -> Callable[[str], list[Outcome]]:
    """Return what makes a page of the site and writes it."""
    site = Site(index, index.scores(framework), look, pdf)
    return partial(_written, site, folder)


def _lost(path: str) -> list[Outcome]:
    return [Outcome(path, jobs.STOPPED)]


def _written(site: Site, folder: Path, path: str) -> list[Outcome]:
    outcomes: list[Outcome] = []
    try:
        made = site.jobs[path]()
        for name, content in made.files.items():
            files.write(folder / name, content)
            outcomes.append(Outcome(name))
        if made.failed is not None:
            outcomes.append(Outcome(*made.failed))
    except Exception as error:  # one page never costs the others
        outcomes.append(Outcome(path, batch.told(error)))
    return outcomes


def write(
    index: Index, folder: Path, framework: str | None = None, *, design: Design | None = None,
    pdf: bool = False, processes: int = 1,
) -> Iterator[Outcome]:  # fmt: skip
    """Write the site of an index into a folder, file by file; a page that fails never costs the others.

    The folder is a new or empty one, or an earlier site, whose files that are no longer made are removed.

    Parameters
    ----------
    framework
        The headline; the only one, else `pillars`, where none is named.
    pdf
        Write the countries' PDF reports too.
    processes
        So many work at once; a script that asks for more than one guards its start with
        `if __name__ == "__main__":`, as `multiprocessing` says.

    Raises
    ------
    ReadinessError
        When the folder holds something else or cannot be written, or the framework does not exist.
    MissingLibraryError
        When PDFs are wanted and Pango is not installed.
    """
    look = design or default_design()
    named = index.named(look.names)
    site = Site(named, named.scores(framework), look, pdf)
    before = earlier(folder)
    if pdf:
        from readiness.report import pdf as renderer

        renderer.library()
    files.writable(folder)
    # From now on the folder is known as a site, also where this one is interrupted.
    _write_manifest(folder, before)
    made: list[str] = []
    failed = False
    for _, _, scores in site.leagues():
        scores.robustness  # noqa: B018 - drawn once, here, for all processes
    arguments = (named, site.scores.framework.id, look, pdf, folder)
    for outcomes in jobs.run(_worker, arguments, list(site.jobs), processes, lost=_lost):
        made += [outcome.path for outcome in outcomes if outcome.error is None]
        failed |= any(outcome.error is not None for outcome in outcomes)
        yield from outcomes
    # Where a page failed, its earlier one stays.
    _remember(folder, [*made, *before] if failed else made, before)


def earlier(folder: Path) -> list[str]:
    """Return the files of the site that a folder holds; none for a new or empty one.

    Raises
    ------
    ReadinessError
        When it holds something else.
    """
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise ReadinessError(f"{folder} is not a folder", "Name one for the site")
    if not any(folder.iterdir()):
        return []
    try:
        # Of a pipe nobody would ever read the end.
        text = (folder / MANIFEST).read_text(encoding="utf-8") if (folder / MANIFEST).is_file() else ""
        known = json.loads(text)["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise ReadinessError(
            f"{folder} holds something that is no site of readiness", "Name a new folder; nothing was written"
        ) from None
    return [name for name in known if isinstance(name, str)]


def _remember(folder: Path, made: Sequence[str], before: Sequence[str]) -> None:
    """Remove what an earlier site had and this one has not, and write down what this one has."""
    root = folder.resolve()
    for name in set(before) - set(made):
        path = folder / name
        if path.resolve().is_relative_to(root) and path.is_file():
            path.unlink()
    _write_manifest(folder, made)


def _write_manifest(folder: Path, names: Sequence[str]) -> None:
    text = json.dumps({"readiness": __version__, "files": sorted(set(names))}, indent=1)
    files.write(folder / MANIFEST, f"{text}\n".encode())


__all__ = ["Outcome", "Site", "write"]
