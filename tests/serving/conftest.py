"""A library for each test session, and servers over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desks import Held, Running, assistant, filled, running


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with two articles, only read."""
    return filled(tmp_path_factory.mktemp("serving") / "library")


@pytest.fixture(scope="module")
def server(shelf: Path) -> Iterator[Running]:
    """A server without a model."""
    with assistant(shelf) as answering, running(answering) as found:
        yield found


@pytest.fixture
def held() -> Iterator[Held]:
    """A model that says nothing until it is let go, and is at the end."""
    script = Held()
    yield script
    script.go.set()
