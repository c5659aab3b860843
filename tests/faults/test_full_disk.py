"""A short form of `fill_disk.py`: without room, a line that says so; with room again, all is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fill_disk import ROOT, can_mount, inside, run


def test_a_limit_on_the_size_of_files():
    tally = run("file", [("ingest", 200_000), ("rebuild", 80_000), ("reembed", 30_000)])
    assert tally == {
        "ingest ended with 1": 1, "rebuild ended with 1": 1, "reembed ended with 1": 1, "wrong": 0,
    }  # fmt: skip


def test_a_full_disk():
    if not can_mount():
        pytest.skip("a tmpfs cannot be mounted here")
    tries = [("ingest", 200_000), ("ingest", 1_500_000), ("rebuild", 100_000), ("remove", 0)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        inside(tries), env=environment, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["wrong"] == 0, done.stderr
    assert json.loads(done.stdout)["ingest ended with 1"] == 1, done.stderr
    said = [line for line in done.stderr.splitlines() if "bytes: 1" in line]
    assert len(said) == 3
    assert all("No room" in line or "No space" in line for line in said)
