"""Asking the local server with the true client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from readiness.sources import registry
from readiness.sources.base import Answer, Wanted
from readiness.sources.client import HttpClient, Limits

YEARS = Wanted(2012, 2026)


@pytest.fixture
def client(server: Any) -> Iterator[HttpClient]:
    """The true client, which asks the server for everything and does not wait between two times."""
    made = HttpClient(mirror=server.address, limits=Limits(connect=2, read=2, whole=5), sleep=lambda _: None)
    yield made
    made.close()


@pytest.fixture
def ask(client: HttpClient) -> Callable[..., Answer]:
    """Ask with an `update:` block as it stands in YAML."""

    def asked(**block: Any) -> Answer:
        kind = registry.kind(block["from"])
        return kind.fetch(kind.settings.model_validate(block), client, YEARS)

    return asked
