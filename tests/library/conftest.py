"""What the library's tests are given.

The modules in `BOTH` run twice: with the index that is embedded, and with `chroma run`, a real server that is
started for them; with QA_TEST_CHROMA=all in the environment every module does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from chroma_servers import ChromaRun
from fakes import CountingEmbedder, make_article

from qa.library import Library
from qa.types import Article

BOTH = {"test_library", "test_writers", "test_differing"}
EVERYTHING = os.environ.get("QA_TEST_CHROMA") == "all"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "embedded: about the embedded index alone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    both = EVERYTHING or metafunc.module.__name__ in BOTH
    if both and metafunc.definition.get_closest_marker("embedded") is None:
        metafunc.parametrize("where", ["embedded", "server"], indirect=True)


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaRun]:
    """A Chroma server that all tests share; one that kills it starts it again."""
    running = ChromaRun(tmp_path_factory.mktemp("chroma") / "data")
    yield running
    running.kill()


@pytest.fixture(autouse=True)
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With "server" every Library that a test opens, in a child process that asks QA_CHROMA_URL too, has the
    server unless it says otherwise."""
    chosen: str = getattr(request, "param", "embedded")
    if chosen == "server":
        url = request.getfixturevalue("chroma").url
        monkeypatch.setenv("QA_CHROMA_URL", url)
        defaults = {**(Library.__init__.__kwdefaults__ or {}), "chroma_url": url}
        monkeypatch.setattr(Library.__init__, "__kwdefaults__", defaults)
    return chosen


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
