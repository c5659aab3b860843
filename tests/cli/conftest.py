"""A user with an empty home, a folder to work in, a library and a few articles; and the ways to run `qa`."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qa.cli.app import app

HARBOUR = """Mayors gather in Lowmouth

Mayor Ines Okafor of Carrow will attend the harbour summit in Lowmouth on Friday.

The summit is about dredging the river Senn, which carries most of the region's grain. Deputy Mayor Tomas
Brandt said the work would cost 14 million euros.

Councillor Ruth Vance is not yet confirmed for the summit, an aide said.
"""
FERRY = """Ferry strike ends after nine days

The ferry crews of Brindle ended their strike on Tuesday after the operator offered a rise of 4 percent.

Union secretary Paul Merrin said the crews had voted by 212 to 37 to accept the offer.
"""
UNDATED = """A note on the lighthouse

The lighthouse on Gull Point was painted red and white again by volunteers from the village of Ashford.
"""

FOREIGN = ("QA_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_", "XDG_", "NO_COLOR", "FORCE_COLOR")

Qa = Callable[..., Result]


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the person who runs the tests: no settings, no keys, no home."""
    for name in list(os.environ):
        if name.upper().startswith(
            ("QA_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_", "XDG_", "NO_COLOR", "FORCE_COLOR")
        ):
            monkeypatch.delenv(name)
    for folder in ("home", "here"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QA_LIBRARY", str(tmp_path / "library"))
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def qa() -> Qa:
    """Runs a command in this process: `qa("ask", "Who?")`. The Result has exit_code, stdout and stderr."""

    def run(*args: str, stdin: str | bytes | None = None, env: Mapping[str, str] | None = None) -> Result:
        return CliRunner().invoke(app, list(args), input=stdin, env=env, prog_name="qa")

    return run


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with three articles; their dates are not in them."""
    return _written(tmp_path / "articles")


def _written(folder: Path) -> Path:
    folder.mkdir()
    for name, text in (("harbour", HARBOUR), ("ferry", FERRY), ("lighthouse", UNDATED)):
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="session")
def _filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    articles, library = _written(folder / "articles"), folder / "library"
    for name, *flags in (
        ("harbour", "--outlet", "The Courier", "--published", "2026-03-13"),
        ("ferry", "--outlet", "Evening Post", "--published", "2026-03-15"),
        ("lighthouse",),
    ):
        command = ["--library", str(library), "ingest", str(articles / f"{name}.txt"), *flags]
        foreign = {variable: None for variable in os.environ if variable.upper().startswith(FOREIGN)}
        with contextlib.chdir(folder):
            done = CliRunner().invoke(app, command, env=foreign)
        assert done.exit_code == 0, done.output
    return library


@pytest.fixture
def filled(_filled_once: Path) -> Path:
    """The library with the three articles: harbour 13 March 2026, ferry 15 March 2026, lighthouse undated."""
    library = Path(os.environ["QA_LIBRARY"])
    shutil.copytree(_filled_once, library)
    return library
