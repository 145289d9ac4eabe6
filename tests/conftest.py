"""What all tests share: a small index folder to load, change and break.

`make_index()` writes it and returns its path; `make_index({"energy/access.yaml": text})`
adds or replaces files, `edit={"energy/access.yaml": ("higher", "lower")}` changes a text
that stands in a file, `remove=["countries.yaml"]` leaves files out. `INDEX` is what it
writes: six countries, two pillars of two indicators each, one framework, no problem and
no warning. Tests get it from the fixture `index_files`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import settings

# A busy machine is no failure.
settings.register_profile("readiness", deadline=None)
settings.load_profile("readiness")


def pytest_configure(config: pytest.Config) -> None:
    """Keep draws and fonts in a folder of this session's own, which its workers share."""
    if "READINESS_CACHE" not in os.environ:
        folder = tempfile.mkdtemp(prefix="readiness-tests-")
        os.environ["READINESS_CACHE"] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


INDEX = {
    "countries.yaml": """\
countries:
  AUT: {name: Austria, iso2: AT, groups: {region: Europe, income: High income, eu: true}}
  BRA: {name: Brazil, iso2: BR, groups: {region: Americas, income: Upper middle income, g20: true}}
  IND: {name: India, iso2: IN, groups: {region: Asia, income: Lower middle income, g20: true}}
  KEN: {name: Kenya, iso2: KE, groups: {region: Africa, income: Lower middle income}}
  NOR: {name: Norway, iso2: "NO", groups: {region: Europe, income: High income}}
  VNM: {name: Vietnam, iso2: VN, aliases: [Viet Nam], groups: {region: Asia, income: Lower middle income}}
""",
    "energy/access.yaml": """\
id: access
name: Access to electricity
unit: "% of population"
direction: higher
goalposts: [0, 100]
valid: [0, 100]
source:
  publisher: World Bank
  dataset: World Development Indicators
  licence: CC-BY-4.0
figures: |
  country,2022,2023,2024
  AUT,100,100,100
  BRA,99.5,99.8
  IND,98.5,99.2,99.5
  KEN,76,76.2
  NOR,100,100,100
  VNM,100,100
""",
    "energy/losses.yaml": """\
id: losses
name: Losses of the grid
unit: "% of output"
direction: lower
goalposts: [2, 20]
source: {publisher: World Bank, dataset: World Development Indicators, licence: CC-BY-4.0}
figures: |
  country,2022,2023
  AUT,5,5
  BRA,16,15.5
  IND,18,17
  KEN,23,22
  NOR,6,6.5
  VNM,7,6
""",
    "skills/schooling.yaml": """\
id: schooling
name: Mean years of schooling
unit: years
direction: higher
goalposts: [0, 15]
source: {publisher: UNDP, url: "https://hdr.undp.org/", licence: CC-BY-3.0-IGO}
figures: |
  country,2022,2023
  AUT,12.3,12.4
  BRA,8.3,8.4
  IND,6.6,6.9
  KEN,7.7,
  NOR,13.1,13.1
  VNM,8.5,8.8
""",
    "skills/papers.yaml": """\
id: papers
name: Papers on AI
unit: papers per million people
direction: higher
goalposts: [0, 500]
source: {publisher: OpenAlex, url: "https://openalex.org/", licence: CC0}
figures: |
  country,2023,2024
  AUT,300,320
  BRA,40,45
  IND,30,38
  NOR,350,380
  VNM,20,25
""",
    "frameworks/main.yaml": """\
id: main
name: Small index
year: 2024
tree:
  id: index
  name: Index
  children:
    - id: energy
      name: Energy
      indicators: [access, losses]
    - id: skills
      name: Skills
      indicators: [schooling, {id: papers, weight: 2}]
""",
}

MakeIndex = Callable[..., Path]


@pytest.fixture(scope="session")
def index_files() -> Mapping[str, str]:
    """Return the files that `make_index` writes, by relative path."""
    return MappingProxyType(INDEX)


@pytest.fixture
def make_index(tmp_path: Path) -> MakeIndex:
    """Return a function that writes the small index, changed as asked, and returns its folder."""

    def make(
        files: Mapping[str, str | bytes] | None = None,
        *,
        edit: Mapping[str, tuple[str, str]] | None = None,
        remove: Iterable[str] = (),
        name: str = "index",
    ) -> Path:
        root = tmp_path / name
        contents: dict[str, str | bytes] = {**INDEX, **(files or {})}
        for path, (old, new) in (edit or {}).items():
            text = contents[path]
            assert isinstance(text, str) and old in text, f"{old!r} is not in {path}"
            contents[path] = text.replace(old, new, 1)
        for path in remove:
            del contents[path]
        for path, content in contents.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return make
