"""The sentences of the page of all figures: coverage, notes, how to cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from readiness.errors import counted, listed
from readiness.export.numbers import ordinal
from readiness.report.columns import lines, parted
from readiness.report.model import CountryProfile, Source

# So many missing figures are named, more are counted.
FEW = 3
FLAGS = (
    "Old: four years or older. Estimated, provisional, disputed: the source or we say so. "
    "Missing: no figure young enough."
)
UNVERIFIED = "* Licence to redistribute not verified."
IMPUTED = " Imputed: missing, and scored with an estimate."


@dataclass(frozen=True)
class Passage:
    """A passage of the small type below the figures: its title in bold, after `first` and before `text`."""

    kind: Literal["note", "heading", "source", "cite"]
    title: str
    text: str = ""
    first: str = ""
    source: Source | None = None

    @property
    def height(self) -> float:
        """How many lines it takes, about, with what is left free above or below it."""
        beside = " ".join(
            part for part in (self.source.publisher, self.source.licence, self.source.vintage or "") if part
        ) if self.source else ""  # fmt: skip
        return lines(len(f"{self.first} {self.title}. {self.text}{beside}")) + 0.3


def coverage(profile: CountryProfile) -> str:
    """Return `30 figures and 5 true zeros of 38`."""
    words = counted(profile.have, "figure")
    if profile.zeros:
        words += f" and {counted(profile.zeros, 'declared zero')}"
    return f"{words} of {profile.total}"


def missing(profile: CountryProfile) -> str:
    """Return how many figures are missing; which, where they are few."""
    names = [line.title for line in profile.figures if line.value is None]
    if not names:
        return "No figure is missing."
    which = f": {'; '.join(names)}" if len(names) <= FEW else ""
    return f"{counted(len(names), 'figure is', 'figures are')} missing{which}."


def notes(profile: CountryProfile) -> list[tuple[str, str]]:
    """Return the notes on figures, each once: the indicators it is on with their year, and the note."""
    found: dict[tuple[str, int | None], list[str]] = {}
    for line in profile.figures:
        if line.note:
            found.setdefault((line.note, line.year), []).append(line.title)
    return [
        (f"{listed(titles)}, {year}" if year else listed(titles), note)
        for (note, year), titles in found.items()
    ]


def small_type(profile: CountryProfile, disclaimer: str) -> list[list[Passage]]:
    """Return what stands below the figures in three columns: flags, notes, sources, how to cite."""
    imputed = any(line.flag == "imputed" for line in profile.figures)
    passages = [
        Passage("note", "Flags", FLAGS + IMPUTED * imputed),
        *(Passage("note", title, note) for title, note in notes(profile)),
        Passage("heading", "Sources and licences"),
        *(Passage("source", str(source.number), source=source) for source in cited(profile)),
        Passage(
            "cite",
            "How to cite",
            f"{citation(profile)} {disclaimer} Data {profile.fingerprint[:16]}.",
            f"{UNVERIFIED} {retrieved(profile)}",
        ),
    ]
    return parted(passages, [passage.height for passage in passages], 3)


def cited(profile: CountryProfile) -> tuple[Source, ...]:
    """Return the sources of the figures in the table, by number."""
    numbers = {line.source.number for line in profile.figures}
    return tuple(source for source in profile.sources if source.number in numbers)


def retrieved(profile: CountryProfile) -> str:
    """Return when all of them were retrieved, where that is one day, month or year; else nothing."""
    dates = {source.retrieved for source in cited(profile)}
    one = dates.pop() if len(dates) == 1 else None
    return f"All retrieved in {one}." if one else ""


def citation(profile: CountryProfile) -> str:
    """Return how to cite the report."""
    framework = profile.framework
    edition = f", edition {framework.edition}" if framework.edition else ""
    return f"{framework.name}{edition}: {profile.country.name} ({profile.country.code})."


def foot(profile: CountryProfile) -> str:
    """Return what stands at the foot of every page: index, edition, country, coverage."""
    edition = profile.framework.edition or profile.framework.year
    return f"{profile.framework.name} {edition}, {profile.country.name}. {coverage(profile)}."


def changed(profile: CountryProfile) -> str:
    """Return the finding of what has changed since an earlier edition."""
    changes = profile.findings.changes
    if changes is None:
        return ""
    if changes.score_old is None or changes.score_new is None:
        return f"No score to compare with in edition {changes.old_edition}"
    gap = changes.score_new - changes.score_old
    points = f"{abs(gap):.1f}"
    moved = "unchanged" if points == "0.0" else f"{points} points {'higher' if gap > 0 else 'lower'}"
    return f"The score is {moved} since edition {changes.old_edition}"


def changed_note(profile: CountryProfile) -> str:
    """Return how the change is split, and how the ranks of the two editions compare."""
    changes = profile.findings.changes
    if changes is None:
        return ""
    split = "Split by Shapley values: in no order, and they add up."
    if not changes.same_method:
        return f"{split} The method has changed, so the ranks are not compared."
    if changes.rank_old is None or changes.rank_new is None:
        return split
    return (
        f"{split} It was {ordinal(changes.rank_old)} of {changes.ranked_old} and is "
        f"{ordinal(changes.rank_new)} of {changes.ranked_new}."
    )
