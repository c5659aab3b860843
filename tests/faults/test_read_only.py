"""A library in folders that may not be read and written but only read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from work_until_killed import article

from qa.library import Library

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_RIGHTS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
"""Rights of files bind root too, once it has given up its capabilities."""


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "library"
    with Library(folder) as library:
        library.add(article(n) for n in range(6))
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in paths:
        path.chmod(0o755)


def command(*args: str) -> list[str]:
    if os.geteuid():
        return [*args]
    if not shutil.which("setpriv") or subprocess.run([*WITHOUT_RIGHTS, "true"], check=False).returncode:
        pytest.skip("root is not bound by the rights of files, and cannot give that up here")
    return [*WITHOUT_RIGHTS, *args]


def test_it_is_read_and_nothing_is_written(read_only):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QA_LIBRARY": str(read_only), "QA_CONFIG": ""}

    def qa(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(sys.executable, "-m", "qa", *args),
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    before = {path: path.stat().st_mtime_ns for path in read_only.rglob("*")}
    assert "marker3x1" in qa("search", "marker3x1", "-k", "1").stdout
    asked = qa("ask", "What is marker3x1?")
    assert asked.returncode == 0, asked.stderr
    added = qa("ingest", "--samples")
    assert added.returncode == 1
    assert added.stderr.startswith(f"qa: The library at {read_only} is read-only\n")
    looked = qa("doctor")
    assert looked.returncode == 1
    assert "ok    catalogue" in looked.stdout
    assert "read-only for you" in looked.stdout
    assert "--repair" not in looked.stdout
    assert {path: path.stat().st_mtime_ns for path in read_only.rglob("*")} == before
