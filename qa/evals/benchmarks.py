"""The public benchmarks: runs the recipes of `eval/benchmarks/` on a data set that the user has, sets the
figures beside those recorded last, and records them.

A recipe is a Python file in that folder with a `TITLE` and a function `measure(data, *, first)`. The data is
never part of this project: its licences differ.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any

from qa import __version__
from qa.errors import QAError, UsageError
from qa.resources import resource
from qa.types import Value

_PACKAGE = "qa_benchmark_recipes"
_UNKNOWN = "-"


class Figures(Value):
    """What one run measured: the recipe's name and title, the name of the data's file or folder, how many
    cases were asked for (None: all), and the figures, at most one level of them nested. A share of nothing
    is None.
    """

    name: str
    title: str
    data: str = ""
    first: int | None = None
    values: dict[str, Any]


def names() -> tuple[str, ...]:
    """The names of all recipes, in the order of the alphabet."""
    return tuple(titles())


def titles() -> dict[str, str]:
    """What each recipe measures, in one line, by name. No recipe is loaded for it."""
    found = {}
    for path in sorted(_folder().glob("*.py")):
        title = _title(path)
        if title:
            found[path.stem] = title
    return found


def recipe(name: str) -> Any:
    """The recipe's module. Raises UsageError for an unknown name."""
    if name not in titles():
        raise UsageError(f"There is no benchmark {name!r}", f"The benchmarks are: {', '.join(names())}.")
    if (
        _PACKAGE not in sys.modules
    ):  # a package of its own, so that recipes can share code by `from .x import`
        spec = ModuleSpec(_PACKAGE, None, is_package=True)
        spec.submodule_search_locations = [str(_folder())]
        sys.modules[_PACKAGE] = module_from_spec(spec)
    return importlib.import_module(f"{_PACKAGE}.{name}")


def run(name: str, data: Path, first: int | None = None) -> Figures:
    """The figures of the recipe `name` on `data` (a file or a folder, as the recipe says).

    `first` measures only so many cases, always the same ones. Raises UsageError for an unknown name, and for
    data that is missing or of another form; whatever else a recipe raises is passed on.
    """
    module = recipe(name)
    if first is not None and first < 1:
        raise UsageError(f"--first must be at least 1, not {first}")
    if not data.exists():
        raise UsageError(
            f"There is no file or folder {data}", f"Give where the data of {name} is, with --data PATH."
        )
    values = module.measure(data, first=first)
    return Figures(name=name, title=module.TITLE, data=data.resolve().name, first=first, values=values)


def table(figures: Figures, folder: Path | None = None) -> list[str]:
    """Lines of text: figure, value now, value last recorded, and when that was.

    Only rows of the same data and as many cases are compared; what the last of them lacks is taken from an
    earlier one. `folder` holds the recorded rows; None means `results_folder()`.
    """
    rows = _rows_like(figures, folder)
    asked = "" if figures.first is None else f", {figures.first} cases"
    data = f" ({figures.data}{asked})" if figures.data else ""
    lines = [figures.title + data, f"{'figure':42}{'now':>12}{'last recorded':>16}   when"]
    for name, value in _flat(figures.values):
        last, when = _last(rows, name)
        lines.append(f"  {name:40}{_shown(value):>12}{last:>16}   {when}".rstrip())
    return lines


def record(figures: Figures, folder: Path | None = None) -> Path:
    """Appends the figures to NAME.jsonl in `folder` (None: `results_folder()`), with the date, the commit and
    the machine, and returns that file. Raises QAError if it cannot be written.
    """
    path = _file(figures.name, folder)
    row = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "git": _commit(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "data": figures.data,
        "first": figures.first,
        "figures": figures.values,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as exc:
        raise QAError(f"{path} cannot be written: {exc.strerror}", "Give another folder.") from exc
    return path


def results_folder() -> Path:
    """Where a checkout keeps the recorded rows. Raises UsageError where qa is installed as a package."""
    if _checkout() is None:
        raise UsageError("This is no checkout of qa, so there is no place for results", "Give a folder.")
    return _folder() / "results"


# ---------------------------------------------------------------- recipes


def _folder() -> Path:
    return resource("eval", "benchmarks")


def _title(path: Path) -> str:
    """The TITLE of a module, read without running it; "" if it has none and so is no recipe."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            targets = [t.id for t in node.targets if isinstance(t, ast.Name)]
            if targets == ["TITLE"]:
                return str(node.value.value)
    return ""


# ---------------------------------------------------------------- recorded rows


def _file(name: str, folder: Path | None) -> Path:
    return (folder or results_folder()) / f"{name}.jsonl"


def _rows_like(figures: Figures, folder: Path | None) -> list[dict[str, Any]]:
    """The recorded rows of the same data and as many cases, newest first; none where there is no file."""
    if folder is None and _checkout() is None:
        return []
    path = _file(figures.name, folder)
    if not path.exists():
        return []
    rows = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            like = (row.get("data", ""), row.get("first")) == (figures.data, figures.first)
            row = {"date": row["date"], "git": row["git"], "figures": dict(_flat(row["figures"]))}
        except (ValueError, KeyError, AttributeError) as exc:
            raise UsageError(
                f"{path}:{number} is no recorded row", "Correct or delete that line, or give another folder."
            ) from exc
        if like:
            rows.append(row)
    return rows[::-1]


def _last(rows: list[dict[str, Any]], name: str) -> tuple[str, str]:
    """The newest recorded value of a figure and when it was recorded, "" and "" where it never was."""
    for row in rows:
        if name in row["figures"]:
            return _shown(row["figures"][name]), f"{row['date'][:16].replace('T', ' ')} {row['git']}"
    return "", ""


def _flat(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _shown(value: Any) -> str:
    return _UNKNOWN if value is None else str(value)


# ---------------------------------------------------------------- which code it was


def _checkout() -> Path | None:
    """The root of the checkout that this code runs from, None where it was installed as a package."""
    root = resource("eval").parent
    return root if (root / "pyproject.toml").is_file() else None


def _commit() -> str:
    """The short commit id, with "+" if files other than results differ from it; else the version of qa."""
    root = _checkout()
    commit = _git(root, "rev-parse", "--short", "HEAD") if root else ""
    if root is None or not commit:
        return f"qa {__version__}"
    changed = _git(root, "status", "--porcelain", "--", ".", ":(exclude)eval/benchmarks/results")
    return commit + ("+" if changed else "")


def _git(root: Path, *args: str) -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    done = subprocess.run(  # noqa: S603  # fixed arguments, no shell
        [git, *args], capture_output=True, text=True, cwd=root, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""
