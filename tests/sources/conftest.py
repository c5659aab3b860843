"""Shared by the tests of `qa.sources`: a fixed present, and reading in one call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qa.sources import Given, Skipped, Source, read
from qa.types import Article

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

ReadFile = Callable[..., list[Article | Skipped]]


@pytest.fixture
def read_file(tmp_path: Path) -> ReadFile:
    """Writes a file of that name with that content and reads it."""

    def read_it(name: str, content: str | bytes, given: Given | None = None) -> list[Article | Skipped]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read(Source(kind="file", name=str(path)), given or Given(), now=NOW))

    return read_it


@pytest.fixture
def read_one(read_file: ReadFile) -> Callable[..., Article]:
    """The same, where exactly one article must come of it."""

    def read_it(name: str, content: str | bytes, given: Given | None = None) -> Article:
        (found,) = read_file(name, content, given)
        assert isinstance(found, Article), found
        return found

    return read_it
