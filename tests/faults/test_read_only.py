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

from work_until_killed import article, name

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
    for path in [folder, *folder.rglob("*")]:
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


READER = """
import sys
from qa.library import Library, lexical

def refuse(*_):
    raise AssertionError("built in memory")

lexical.build_in_memory = refuse
with Library(sys.argv[1], create=False) as library:
    for line in sys.stdin:
        best = library.search(line, k=1)
        print(best[0].article.id if best else "", library.count(), len(library.check()), flush=True)
"""


@pytest.fixture
def reader(read_only: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that may only read, answers each line of its input with the id of the best article, and
    builds no index."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QA_CONFIG": "", "TMPDIR": str(temporary)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(
        command(sys.executable, "-c", READER, str(read_only)), env=environment, **pipes
    ) as process:
        try:
            yield process
        finally:
            process.stdin.close()
            assert process.wait(60) == 0
    assert list(temporary.iterdir()) == []


def asked(reader: subprocess.Popen[str], question: str) -> list[str]:
    reader.stdin.write(question + "\n")
    reader.stdin.flush()
    return reader.stdout.readline().split()[:2]


def test_the_word_index_is_used_as_it_lies(reader):
    assert asked(reader, "marker3x1") == [name(3), "6"]


@pytest.mark.skipif(os.geteuid() != 0, reason="nobody else could write there")
def test_who_may_only_read_sees_what_another_writes(read_only, reader, monkeypatch):
    """Opened while nobody wrote, during a write, and where the word index did not follow."""
    assert asked(reader, "marker3x1") == [name(3), "6"]
    with Library(read_only) as library:
        library.add([article(40)])
        assert asked(reader, "marker40x1") == [name(40), "7"]
        library.remove(name(3))
        assert asked(reader, "marker40x1") == [name(40), "6"]
        monkeypatch.setattr(library.searching, "follow", lambda: None)
        library.add([article(41)])
        assert asked(reader, "marker41x1") == [name(41), "7"]
        assert asked(reader, "marker3x1")[0] != name(3)
    with Library(read_only) as library:
        library.add([article(42)])
    assert asked(reader, "marker42x1") == [name(42), "8"]
