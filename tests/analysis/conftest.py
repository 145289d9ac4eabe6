from __future__ import annotations

import pytest

import readiness
from readiness.index import Index


@pytest.fixture(scope="session")
def bundled() -> Index:
    return readiness.load()
