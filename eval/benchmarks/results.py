"""Keeps the figures of the benchmarks: one JSON row per run in results/NAME.jsonl, printed beside the last
one."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"


def record(name: str, figures: dict[str, Any], *, save: bool = True) -> None:
    """Prints `figures` beside those of the last recorded run of the benchmark `name`, and appends them to
    its file."""
    path = FOLDER / f"{name}.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    last = _flat(rows[-1]["figures"]) if rows else {}
    when = f"last ({rows[-1]['date']}, {rows[-1]['git']})" if rows else "last (none)"
    print(f"\n{name:40}{'now':>12}   {when}")
    for key, value in _flat(figures).items():
        print(f"  {key:38}{value!s:>12}   {last.get(key, '')}")
    if not save:
        return
    row = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "git": _commit(),
        "machine": _machine(),
        "figures": figures,
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    print(f"appended to {path}")


def _flat(figures: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in figures.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def _commit() -> str:
    return (_git("rev-parse", "--short", "HEAD") or "none") + ("+" if _git("status", "--porcelain") else "")


def _git(*args: str) -> str:
    try:
        done = subprocess.run(
            ["git", *args], capture_output=True, text=True, cwd=Path(__file__).parent, check=False
        )
    except FileNotFoundError:  # no git on this machine
        return ""
    return done.stdout.strip()
