"""What holds the house together: short modules, a small public face, one-way imports, a quick start."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import qa

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "qa"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400
HEAVY = {
    "chromadb",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "openai",
    "numpy",
    "prompt_toolkit",
    "tantivy",
    "wordllama",
}
SLOW_TO_LOAD = HEAVY | {"trafilatura", "feedparser", "dateparser", "httpx", "rich", "pydantic", "yaml"}


def name_of(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_are_short_and_say_what_they_are(path):
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= LONGEST
    if source.strip():
        assert ast.get_docstring(ast.parse(source)), "a module begins by saying what it is for"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_has_a_name_that_says_nothing(path):
    assert path.stem not in {"utils", "util", "core", "helpers", "common", "misc", "base"}


def test_the_public_names_are_there():
    assert qa.__all__ == sorted(qa.__all__)
    for name in qa.__all__:
        assert getattr(qa, name) is not None
    assert set(qa.__all__) <= set(dir(qa))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = qa.no_such_thing


def test_every_name_in_an_all_exists():
    for path in MODULES:
        module = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
        if "__all__" in path.read_text("utf-8"):
            imported = __import__(module, fromlist=["*"])
            missing = [name for name in imported.__all__ if not hasattr(imported, name)]
            assert not missing, module


def modules_after(code: str) -> set[str]:
    """The modules that a fresh Python has loaded after running `code`."""
    listing = "import json, sys; sys.stderr.write(json.dumps(sorted(sys.modules)))"
    script = f"import atexit\natexit.register(lambda: exec({listing!r}))\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr))


@pytest.mark.parametrize(
    "code",
    [
        "import qa",
        "import sys; sys.argv = ['qa', '--help']; from qa.cli.app import main; main()",
        "import sys; sys.argv = ['qa', '--version']; from qa.cli.app import main; main()",
    ],
)
def test_a_quick_start_loads_nothing_heavy(code):
    assert not modules_after(code) & SLOW_TO_LOAD


@pytest.mark.parametrize(
    "module", ["qa.sources", "qa.library", "qa.assistant", "qa.config", "qa.types", "qa.errors"]
)
def test_heavy_packages_load_where_they_are_used(module):
    allowed = {"pydantic"}
    assert not modules_after(f"import {module}") & (SLOW_TO_LOAD - allowed)


def test_the_fakes_of_this_test_would_show():
    assert "json" in modules_after("import json")
    assert modules_after("import yaml") & SLOW_TO_LOAD == {"yaml"}


LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_imports_run_one_way():
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        capture_output=True, text=True, timeout=120, check=False, cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
