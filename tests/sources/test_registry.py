"""The kinds of source: the package's own, those of other packages, and how a block finds its kind."""

from __future__ import annotations

import sys
import textwrap

import pytest

from readiness.definitions.load import load
from readiness.errors import ReadinessError, UnknownNameError
from readiness.sources import registry
from readiness.sources.base import Kind, Row, Settings
from readiness.updating.run import wrong_settings

PLUGIN = """\
from readiness.sources.base import Answer, Kind, Row, Settings


class Mine(Settings):
    level: float


def fetch(settings, client, wanted):
    return Answer([Row("KEN", wanted.last, settings.level)], vintage="today")


KIND = Kind("ministry", "the ministry's own API", Mine, fetch, verified=True)
OTHER = "no kind"
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """Install a package with a kind of source of its own."""
    (tmp_path / "ministry_source.py").write_text(PLUGIN)
    info = tmp_path / "ministry_source-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ministry-source\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        textwrap.dedent("""\
        [readiness.sources]
        ministry = ministry_source:KIND
        nothing = ministry_source:OTHER
        broken = no_such_module:KIND
        """)
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("ministry_source", None)


def test_every_own_kind_says_what_it_is():
    for name in registry.names():
        kind = registry.kind(name)
        assert isinstance(kind, Kind) and kind.name == name
        assert kind.title and not kind.title.endswith(".")
        assert issubclass(kind.settings, Settings)


def test_a_kind_of_another_package(plugin, ask):
    assert "ministry" in registry.names()
    assert ask(**{"from": "ministry", "level": 3}).rows == [Row("KEN", 2026, 3.0)]
    with pytest.raises(ReadinessError, match=r"the source 'broken' of no_such_module:KIND cannot be loaded"):
        registry.kind("broken")
    with pytest.raises(ReadinessError, match=r"is no readiness.sources.base.Kind"):
        registry.kind("nothing")


def test_an_unknown_kind():
    with pytest.raises(UnknownNameError, match=r"unknown source 'worldbnk'. Did you mean 'worldbank'\?"):
        registry.kind("worldbnk")


def test_every_update_block_of_the_bundled_index_fits_its_kind():
    assert wrong_settings(load()) == []
