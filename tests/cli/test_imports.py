"""What each command loads, as lists of packages and not of seconds: a start that became slow shows here, on
any machine, by name."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from running import environment

COMMAND_LINE = {"annotated_doc", "shellingham", "typer"}
SETTINGS = COMMAND_LINE | {
    "annotated_types", "dotenv", "pydantic", "pydantic_core", "pydantic_settings", "typing_extensions",
    "typing_inspection",
}  # fmt: skip
ANSWERING = SETTINGS | {
    "numpy", "safetensors", "tokenizers",  # vectors: searched, and made of the question
    "tantivy", "rapidfuzz", "sentencex", "snowballstemmer",  # words: searched, compared, cut into sentences
}  # fmt: skip
NEVER_FOR_ASK = {
    "chromadb", "httpx", "langchain", "langchain_core", "langchain_openai", "langsmith", "onnxruntime",
    "openai", "pandas", "requests", "scipy", "sklearn", "torch", "trafilatura", "wordllama",
}  # fmt: skip
"""Packages that `qa ask` with the extractive engine on a small library has no use for."""


def loaded(*args: str) -> tuple[int, set[str]]:
    """The exit code of `qa ARGS` in a fresh Python, and the installed packages that it loaded, by the names
    that they are imported by."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "qa", *args],
        capture_output=True, text=True, timeout=120, check=False, env=environment(), stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, named(done.stderr) - from_the_start()


@cache
def from_the_start() -> frozenset[str]:
    """What a Python that does nothing loads here, by its `.pth` files."""
    code = [sys.executable, "-X", "importtime", "-c", "pass"]
    done = subprocess.run(code, capture_output=True, text=True, timeout=120, check=True, env=environment())
    return frozenset(named(done.stderr)) | {"qa"}


def named(listing: str) -> set[str]:
    """The installed packages in what `python -X importtime` wrote."""
    lines = (line.split("|") for line in listing.splitlines() if line.startswith("import time:"))
    return {parts[2].strip().partition(".")[0] for parts in lines} & set(packages_distributions())


def check(name: str, packages: set[str], allowed: set[str]) -> None:
    """Says which packages came that the list lacks."""
    added = sorted(packages - allowed)
    assert not added, (
        f"`qa {name}` now also loads {', '.join(added)}. Import it where it is used, or, if the command "
        f"cannot do without, add it to the list in tests/cli/{Path(__file__).name}."
    )


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_the_flags_load_the_command_line_alone(flag):
    code, packages = loaded(flag)
    assert code == 0
    check(flag, packages, COMMAND_LINE)


def test_a_wrong_setting_is_told_before_anything_heavy_loads():
    code, packages = loaded("--engine", "no such engine", "ask", "Who?")
    assert code == 2
    check("ask, with a wrong setting,", packages, SETTINGS)


def test_asking_loads_what_an_answer_needs(filled):
    code, packages = loaded("ask", "Who will attend the harbour summit?")
    assert code == 0
    check("ask", packages, ANSWERING)
    assert not ANSWERING & NEVER_FOR_ASK


def test_articles_are_listed_without_the_indexes(filled):
    code, packages = loaded("articles")
    assert code == 0
    check("articles", packages, SETTINGS)


def test_a_package_that_came_would_show():
    assert named("import time:  1 |  2 |   chromadb.api\nimport time: 3 | 4 | json") == {"chromadb"}
    with pytest.raises(AssertionError, match="`qa ask` now also loads chromadb"):
        check("ask", {"chromadb", "typer"}, COMMAND_LINE)
