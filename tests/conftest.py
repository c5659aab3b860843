"""What all tests share: an environment without anybody's settings or keys, and a model server on request."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from loopback import ModelServer, running

_FOREIGN = ("QA_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes away what the developer's own environment would change."""
    for name in os.environ:
        if name.startswith(_FOREIGN):
            monkeypatch.delenv(name)


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    """An OpenAI-compatible server on 127.0.0.1; `loopback` holds the replies it can give."""
    yield from running()
