"""What the library's tests are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fakes import CountingEmbedder, make_article

from qa.library import Library
from qa.types import Article


@pytest.fixture
def article() -> Callable[..., Article]:
    return make_article


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def library(tmp_path: Path, embedder: CountingEmbedder) -> Iterator[Library]:
    with Library(tmp_path / "library", embedder=embedder) as opened:
        yield opened


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Callable[..., Library]]:
    """Opens the same library again, as a new process would; what is still open at the end is closed."""
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(
            Library(tmp_path / "library", **{"embedder": CountingEmbedder(), **given})
        )
