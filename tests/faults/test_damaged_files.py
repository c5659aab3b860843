"""A short form of `damage_files.py`, in processes of their own; and what the command says of a damaged
catalogue."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from damage_files import DAMAGES, ROOT, in_a_process, make


@pytest.mark.parametrize(
    ("damage", "only", "count"),
    [
        ("bomb", "*.bin", 4),
        ("bomb", "*.json", 3),
        ("garbage", "*.bin", 4),
        ("flipped", "*.json", 6),
        ("folder", "*.json", 6),
    ],
)
def test_no_derived_file_is_trusted(damage, only, count):
    damaged, wrong = in_a_process(damage, flips=2, only=only)
    assert wrong == []
    assert damaged == count


@pytest.mark.parametrize("damage", ["emptied", "halved", "garbage", "deleted"])
def test_a_damaged_catalogue_is_told_and_left_alone(tmp_path, damage):
    folder, dice = tmp_path / "library", random.Random(5)
    make(folder)
    catalogue = folder / "catalogue.sqlite"
    DAMAGES[damage](catalogue, dice)
    before = catalogue.read_bytes() if catalogue.exists() else None
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QA_LIBRARY": str(folder), "QA_CONFIG": ""}
    for args in (("doctor", "--repair"), ("ingest", "--samples")):
        done = subprocess.run(
            [sys.executable, "-m", "qa", *args],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1, (args, done)
        assert "Traceback" not in done.stderr
        assert str(catalogue) in done.stderr
        assert "backup" in done.stderr
        assert (catalogue.read_bytes() if catalogue.exists() else None) == before
