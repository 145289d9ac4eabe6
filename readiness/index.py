"""The object people hold: an index, loaded and checked. It delegates and computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readiness.countries import Countries
from readiness.definitions.country import CountryEntry
from readiness.definitions.framework import Framework
from readiness.definitions.indicator import Series
from readiness.definitions.load import Definitions
from readiness.definitions.load import load as load_definitions
from readiness.engine.compute import compute
from readiness.errors import Problem, ReadinessError
from readiness.figures.select import select
from readiness.figures.table import Figures
from readiness.planning import Planning
from readiness.scores import Progress, Robustness, Scores

if TYPE_CHECKING:
    import pandas as pd

    from readiness.analysis.compare import Comparison
    from readiness.analysis.explanation import Explanation
    from readiness.analysis.panel import Panel
    from readiness.analysis.terms import Term
    from readiness.engine.audit import Audit
    from readiness.engine.sensitivity import Sensitivity
    from readiness.figures.matrix import Matrix
    from readiness.report.batch import Making
    from readiness.report.model import CountryProfile


# So many countries are shown in a notebook.
SHOWN = 20


def _ranges(scores: Scores, **how: Any) -> Robustness:
    from readiness import cache

    return cache.robustness(scores, **how)


class Index(Planning):
    """An index: its definitions and figures, and what follows from them.

    Get one from `readiness.load()`.
    """

    def __init__(self, definitions: Definitions) -> None:
        super().__init__()
        self.definitions = definitions
        self.figures = Figures.of(definitions)
        self._scores: dict[tuple[str, int], Scores] = {}

    @classmethod
    def load(cls, folder: Path | str | None = None) -> Index:
        """Load and check an index folder or zip; the bundled index where none is named.

        Raises
        ------
        DefinitionError
            When anything in it is wrong; it holds every problem of every file.
        """
        return cls(load_definitions(folder))

    def __repr__(self) -> str:
        return (
            f"<Index {self.definitions.root.name!r}: {len(self.indicators)} series, "
            f"{len(self.countries)} countries, frameworks {', '.join(self.frameworks)}>"
        )

    @property
    def countries(self) -> Countries:
        """The countries by code; `find()` takes any spelling of a name."""
        return self.definitions.countries

    @property
    def indicators(self) -> Mapping[str, Series]:
        """Every series by id: indicators, context and alternatives."""
        return self.definitions.series

    @property
    def frameworks(self) -> Mapping[str, Framework]:
        """The frameworks by id."""
        return self.definitions.frameworks

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What the check found that is no error."""
        return self.definitions.warnings

    def scores(self, framework: str | None = None, *, year: int | None = None) -> Scores:
        """Score and rank all countries.

        Parameters
        ----------
        framework
            The id of one; the only one, else `pillars`, where none is named.
        year
            Figures of later years are ignored; the framework's own where left out.

        Raises
        ------
        ReadinessError
            When the framework does not exist or its methods do not suit the figures.
        """
        chosen = self.definitions.framework(framework)
        key = chosen.id, year or chosen.year
        if key not in self._scores:
            completed, matrix = self._selected(chosen, key[1])
            made = replace(compute(completed, matrix), ranges=_ranges)
            self._scores[key] = replace(made, shown=self._shown)
        return self._scores[key]

    def _shown(self, scores: Scores) -> str:
        """Return the first of the league table as a notebook shows it."""
        from readiness.export import printed, views

        table = scores.rows("pillar")
        more = len(table.rows) - SHOWN
        view = views.league(replace(table, rows=table.rows[:SHOWN]), scores, self.indicators)
        left = [f"And {more} more: scores.table() has all."] if more > 0 else []
        return printed.fragment(replace(view, notes=[*left, *view.notes]))

    def _selected(self, framework: Framework, year: int) -> tuple[Framework, Matrix]:
        completed = framework.completed(self.indicators).model_copy(update={"year": year})
        own = self.definitions.own_countries
        return completed, select(completed, self.figures, self.countries, own_countries=own)

    def panel(self, framework: str | None = None, *, since: int = 2015) -> Panel:
        """Score all countries for every year from `since` to the framework's, on one scale.

        Raises
        ------
        ReadinessError
            When `since` is later than the framework's year, or the methods do not suit the
            figures.
        """
        from readiness.analysis.panel import panel

        chosen = self.definitions.framework(framework)
        if since > chosen.year:
            raise ReadinessError(f"the framework {chosen.id!r} ends in {chosen.year}, before {since}")
        codes = self.scores(framework).countries
        same = chosen.model_copy(update={"countries": codes})
        selected = {year: self._selected(same, year) for year in range(since, chosen.year + 1)}
        return panel(selected[chosen.year][0], {year: matrix for year, (_, matrix) in selected.items()})

    def robustness(
        self, framework: str | None = None, *, seed: int | None = None, draws: int | None = None,
        kept: bool = True, progress: Progress | None = None, processes: int = 1, scheduler: str | None = None,
    ) -> Robustness:  # fmt: skip
        """Return how sure the ranks are: ranges, bands, P(A above B), over seeded draws.

        Parameters
        ----------
        seed, draws
            The framework's own where left out.
        kept
            False neither reads nor writes the user's cache.
        progress
            Called with the number of draws done, now and then; what it raises ends the work.
        processes
            So many make the draws at once, where there are enough to be worth it.
        scheduler
            The address of a Dask cluster that makes them in their place, `tcp://10.0.0.5:8786`. What is
            in the cache is read, and the cluster not asked.

        Raises
        ------
        MissingLibraryError
            When there is a `scheduler` and Dask is not installed.
        ReadinessError
            When the framework has no `uncertainty:` block, or a drawn method does not suit
            its scores; when the cluster does not answer, or has other versions.
        """
        from readiness import cache

        return cache.robustness(
            self._drawn(framework), seed=seed, draws=draws, kept=kept, progress=progress,
            processes=processes, scheduler=scheduler,
        )  # fmt: skip

    def sensitivity(
        self, country: str | None = None, framework: str | None = None, *, seed: int | None = None,
        draws: int | None = None,
    ) -> Sensitivity:  # fmt: skip
        """Return which drawn assumption matters most, for all ranks or for one country's.

        Raises
        ------
        ReadinessError
            When the framework has no `uncertainty:` block, or does not rank the country.
        """
        from readiness.engine.sensitivity import sensitivity

        code = None if country is None else self.countries.find(country).code
        return sensitivity(self._drawn(framework), code, seed=seed, draws=draws)

    def _drawn(self, framework: str | None) -> Scores:
        scores = self.scores(framework)
        if scores.framework.uncertainty is None:
            raise ReadinessError(
                f"the framework {scores.framework.id!r} has no 'uncertainty:' block, so nothing is drawn",
                "Add one: `uncertainty: {}` takes the defaults",
            )
        return scores

    def explain(
        self, country: str, framework: str | None = None, *, against: str | None = None
    ) -> Explanation | tuple[Term, ...]:
        """Explain a country's score, or its gap to another country as terms that sum to it.

        Parameters
        ----------
        country, against
            Codes or names in any common spelling.

        Raises
        ------
        UnknownNameError
            When there is no such country, or the framework does not assess it.
        """
        from readiness.analysis import explain, explanation

        scores, code = self.scores(framework), self.countries.find(country).code
        if against is None:
            return explanation.explain(scores, code, self.figures)
        return explain.against(scores, code, self.countries.find(against).code, self.indicators)

    def treated(self, framework: str | None = None) -> pd.DataFrame:
        """Return every cell that the treatment of outliers changed: how, from what to what."""
        from readiness.analysis.treated import treated

        return treated(self.scores(framework)).frame()

    def audit(self, framework: str | None = None) -> Audit:
        """Audit a framework: every check with its number, its threshold and what to do.

        The published indices of `validation/` are what it is compared with, never inputs.

        Raises
        ------
        ReadinessError
            When the framework does not exist or its methods do not suit the figures.
        """
        from readiness.engine.audit import audit

        definitions = self.definitions
        blocks = {
            name: definitions.blocks[name] for name in definitions.validation if name in definitions.blocks
        }
        published = Figures({name: definitions.validation[name] for name in blocks}, blocks)
        return audit(self.scores(framework), self.figures, published)

    def compare(
        self, countries: Sequence[str], framework: str | None = None, *,
        level: str | None = None, values: bool = False, why: bool = False, since: int | None = None,
    ) -> Comparison:  # fmt: skip
        """Set countries side by side: a column each, the tree down the side.

        Parameters
        ----------
        countries
            Codes or names in any common spelling.
        level
            How deep, see `Scores.parts`; the pillars where left out.
        values
            The figures behind the scores, in the source's unit.
        why
            What each part adds to the lead of the first over each other.
        since
            The index scores of every year from this one on, on one scale, see `panel`.

        Raises
        ------
        UnknownNameError
            When a country or level does not exist.
        """
        from readiness.analysis import compare as comparing

        codes = [self.countries.find(name).code for name in countries]
        scores = self.scores(framework)
        table = comparing.compare(scores, codes, self.indicators, level=level, values=values)
        if why:
            table = comparing.with_gaps(table, scores, codes, self.indicators)
        table = comparing.with_certainty(table, scores, codes)
        if since is not None:
            table = comparing.with_years(table, self.panel(framework, since=since), codes)

        def shown(found: Comparison) -> str:
            from readiness.export import printed, views

            return printed.fragment(views.comparison(found.rows, scores, self.indicators, figures=values))

        return comparing.Comparison(table, comparing.above(scores, codes), shown)

    def named(self, names: Mapping[str, CountryEntry]) -> Index:
        """Return the index with other names of countries: display name, official name, article, note."""
        if not names:
            return self
        return Index(replace(self.definitions, countries=self.countries.named(names)))

    def profile(
        self, country: str, framework: str | None = None, *, peers: str | Sequence[str] | None = None,
        previous: Index | None = None,
    ) -> CountryProfile:  # fmt: skip
        """Return what a country's report says, as plain values.

        Parameters
        ----------
        country
            A code or a name in any common spelling.
        peers
            The third set it is compared with: codes, `KEY` or `KEY=VALUE` of a group; the
            countries most like it where left out.
        previous
            An earlier edition: what has changed since.

        Raises
        ------
        UnknownNameError
            When there is no such country or group, or the framework does not assess it.
        """
        from readiness.report import profile
        from readiness.report.findings import findings

        scores = self.scores(framework)
        others = [self.scores(name) for name in self.frameworks if name != scores.framework.id]
        code = self.countries.find(country).code
        found = findings(self, scores, code, previous)
        return profile.build(code, scores, others, self.figures, self.countries, found, peers=peers)

    def report(
        self, country: str, path: Path | str, framework: str | None = None, *, making: Making | None = None,
        peers: str | Sequence[str] | None = None, previous: Index | None = None,
    ) -> Path:  # fmt: skip
        """Write a country's report, PDF or (where `path` ends in .html) HTML; return the path.

        Parameters
        ----------
        making
            Design, pages and variant, see `report.batch.Making`; its format is that of `path`. A PDF
            carries its index and the league table.
        peers, previous
            See `profile`.

        Raises
        ------
        MissingLibraryError
            When PDF is wanted and Pango is not installed.
        """
        from readiness.export import files
        from readiness.report import batch
        from readiness.report.attachments import Attachments

        target = Path(path)
        form = "html" if target.suffix.casefold() == ".html" else "pdf"
        chosen = replace(
            making or batch.Making(), form=form,
            attachments=Attachments(self.definitions, self.scores(framework)),
        )  # fmt: skip
        profile = self.profile(country, framework, peers=peers, previous=previous)
        return files.write(target, batch.content(profile, chosen))
