"""The bundled index, its profiles and its reports, each made once in a process."""

from __future__ import annotations

import functools
import io
import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
import pytest

from readiness.export import files
from readiness.index import Index
from readiness.report import pdf
from readiness.report.model import CountryProfile


@pytest.fixture(scope="session")
def bundled() -> Index:
    return Index.load()


class Profiles(Mapping[str, CountryProfile]):
    """The profile of every country, made when it is asked for; the workers of a session share them."""

    def __init__(self, index: Index, folder: Path) -> None:
        self.index, self.folder = index, folder
        self.made: dict[str, CountryProfile] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __getitem__(self, code: str) -> CountryProfile:
        if code not in self.made:
            self.made[code] = self._read(code) or self._written(code)
        return self.made[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.index.countries)

    def __len__(self) -> int:
        return len(self.index.countries)

    def _read(self, code: str) -> CountryProfile | None:
        path = self.folder / f"{code}.pickle"
        return pickle.loads(path.read_bytes()) if path.is_file() else None

    def _written(self, code: str) -> CountryProfile:
        profile = self.index.profile(code)
        files.write(self.folder / f"{code}.pickle", pickle.dumps(profile))
        return profile


@pytest.fixture(scope="session")
def profiles(bundled: Index) -> Mapping[str, CountryProfile]:
    """Return the profile of every country."""
    # A folder of this run alone: what the code says today.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")
    return Profiles(bundled, Path(os.environ["READINESS_CACHE"]) / f"profiles-{run}")


@pytest.fixture(scope="session")
def kenya(profiles: Mapping[str, CountryProfile]) -> CountryProfile:
    return profiles["KEN"]


@pytest.fixture
def small(make_index) -> CountryProfile:
    """Return Kenya's profile in the small index."""
    return Index.load(make_index()).profile("KEN")


@pytest.fixture(scope="session")
def rendered(profiles: Mapping[str, CountryProfile]) -> Callable[[str], bytes]:
    """Return a function that gives a country's PDF, made once."""
    made: dict[str, bytes] = {}

    def of(code: str) -> bytes:
        if code not in made:
            made[code] = pdf.render(profiles[code])
        return made[code]

    return of


@dataclass(frozen=True)
class Read:
    """What a PDF reader finds: the size and the words of each page, its text, fonts and links."""

    size: tuple[float, float]
    words: list[dict[str, Any]]
    text: str
    fonts: set[str]
    links: list[str]


def read(content: bytes) -> list[Read]:
    # The text in the order it was written in: columns side by side stay apart.
    texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
    with pdfplumber.open(io.BytesIO(content)) as document:
        return [
            Read(
                (page.width, page.height),
                page.extract_words(x_tolerance=1),
                texts[number],
                {char["fontname"].split("+")[-1] for char in page.chars},
                [link["uri"] for link in page.hyperlinks],
            )
            for number, page in enumerate(document.pages)
        ]


@pytest.fixture(scope="session")
def pages() -> Callable[[bytes], list[Read]]:
    """Return a function that reads a PDF; it reads the same one once."""
    return functools.cache(read)


@pytest.fixture
def changed() -> Callable[..., CountryProfile]:
    """Return a function that changes a profile: its fields, `country` and `pillar` ones as mappings."""

    def of(profile: CountryProfile, *, country=None, pillars=None, **fields) -> CountryProfile:
        if country is not None:
            fields["country"] = replace(profile.country, **country)
        if pillars is not None:
            fields["pillars"] = tuple(
                replace(line, **change) for line, change in zip(profile.pillars, pillars, strict=True)
            )
        return replace(profile, **fields)

    return of
