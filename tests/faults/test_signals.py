"""Ctrl-C and SIGTERM in the commands that take long: what was acknowledged is kept, the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from work_until_killed import article

from qa.library import Library
from qa.library.embedders import HashingEmbedder

ROOT = Path(__file__).resolve().parents[2]
ENDINGS = {signal.SIGINT: 130, signal.SIGTERM: -signal.SIGTERM}
"""What a shell counts as 130 and 143."""
BOTH = pytest.mark.parametrize("number", [*ENDINGS], ids=lambda number: number.name)


def start(library: Path, *args: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QA_LIBRARY": str(library), "QA_CONFIG": ""}
    return subprocess.Popen(
        [sys.executable, "-m", "qa", *args],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def interrupted(process: subprocess.Popen[str], number: signal.Signals, begun: Callable[[], bool]) -> str:
    """Sends the signal once the work has begun; what was said until the end, which has the right code."""
    with process:
        try:
            until = time.monotonic() + 60
            while not begun():
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < until
                time.sleep(0.005)
            process.send_signal(number)
            said = "".join(process.communicate(timeout=60))
        finally:
            process.kill()
    assert process.returncode == ENDINGS[number], said
    assert "Traceback" not in said
    return said


@BOTH
def test_ingest(tmp_path, number):
    folder, wire = tmp_path / "library", tmp_path / "wire.jsonl"
    fields = {"title", "text"}
    wire.write_text("\n".join(article(n).model_dump_json(include=fields) for n in range(1000)))
    with Library(folder) as library:
        interrupted(start(folder, "ingest", str(wire)), number, lambda: library.count() > 0)
        kept = library.count()
        assert 0 < kept < 1000
        for head in library.heads()[::100]:
            assert library.search(library.get(head.id).text.partition(".")[0], k=1)[0].article.id == head.id
    wire.write_text("\n".join(wire.read_text().splitlines()[: kept + 20]))
    again = start(folder, "ingest", str(wire))
    told, _ = again.communicate(timeout=60)
    assert again.returncode == 0
    assert f"20 added, {kept} unchanged" in told
    with Library(folder) as library:
        assert all(finding.ok for finding in library.repair())


@BOTH
def test_reembed(tmp_path, number):
    folder = tmp_path / "library"
    with Library(folder, embedder=HashingEmbedder()) as library:
        library.add(article(n) for n in range(250))

        def staged() -> int:
            return int(library.catalogue.one("SELECT count(*) FROM staged"))

        interrupted(start(folder, "doctor", "--reembed"), number, lambda: staged() > 0)
        assert 0 < staged() < 250
        assert library.count() == 250
        assert library.search("marker7x1", k=1)[0].article.id == "report-000007"
    again = start(folder, "doctor", "--reembed")
    told, _ = again.communicate(timeout=60)
    assert again.returncode == 0, told
    with Library(folder) as library:
        assert all(finding.ok for finding in library.check())
        assert library.search("marker7x1", k=1)[0].article.id == "report-000007"


@BOTH
def test_eval_run(tmp_path, number):
    out, going_on = tmp_path / "run.jsonl", tmp_path / "run.jsonl.partial"

    def begun() -> bool:
        return going_on.exists() and going_on.read_bytes().count(b"\n") > 1

    arguments = ("eval", "run", "--model", "extractive", "--workers", "1", "--folder", str(ROOT / "eval"))
    interrupted(start(tmp_path / "library", *arguments, "--out", str(out)), number, begun)
    kept = out if number == signal.SIGINT else going_on  # a killed process puts nothing in its place
    whole = [line for line in kept.read_bytes().split(b"\n")[:-1] if line]
    assert len(whole) > 1
    again = start(tmp_path / "library", *arguments, "--cases", "brannmark*", "--out", str(out))
    told = again.communicate(timeout=60)
    assert again.returncode == 0, told
