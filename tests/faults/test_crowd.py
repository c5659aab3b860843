"""A short form of `crowd.py`: writers, readers and a server at one library; and waiting for the other one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from crowd import ROOT, crowd, served
from work_until_killed import article

from qa.library import Library


def test_writers_and_readers(tmp_path):
    seen = crowd(tmp_path, articles=48, searches=240)
    assert (seen["added"], seen["unchanged"], seen["articles"]) == (48, 12, 48)
    assert (seen["lost"], seen["double"], seen["findings"], seen["wrong"]) == (0, 0, [], [])
    assert seen["searches"] == 240
    assert seen["newest asked for"] == 120
    assert not seen["not in the catalogue"]
    assert seen["waited"] >= 3


def test_a_server_knows_what_another_process_added(tmp_path):
    missed, delays = served(tmp_path, 3)
    assert (missed, len(delays)) == (0, 3)


def test_the_command_waits_as_long_as_it_was_told(tmp_path):
    (tmp_path / "one.txt").write_text(article(1).text)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QA_LIBRARY": str(tmp_path / "library")}
    command = [sys.executable, "-m", "qa", "ingest", str(tmp_path / "one.txt"), "--timeout"]

    def ingest(seconds: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, seconds],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    with Library(tmp_path / "library") as library:
        with library.writing():
            done = ingest("0.2")
            assert done.returncode == 1
            assert "waiting up to 0.2 s" in done.stderr
            assert "--timeout" in done.stderr
        assert library.count() == 0
        assert ingest("0.2").returncode == 0
        assert library.count() == 1
