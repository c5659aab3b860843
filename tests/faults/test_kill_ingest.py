"""A short form of `kill_ingest.py`: nothing acknowledged is lost, and no library is wedged."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from kill_ingest import run


def test_kills_at_random(tmp_path):
    tally = run(tmp_path, [False] * 4, seed=3)
    assert (tally.lost, tally.wedged) == (0, 0)


def test_kills_aimed_at_chroma(tmp_path):
    tally = run(tmp_path, [True] * 4, seed=4)
    assert (tally.lost, tally.wedged) == (0, 0)
    assert tally.during_chroma == 4
