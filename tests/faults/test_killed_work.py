"""A short form of `kill_work.py`: nothing acknowledged is lost or comes back, no library is wedged."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from kill_work import Blow, run

BLOWS = [
    Blow("ingest", ""),
    Blow("ingest", "chroma"),
    Blow("update", "commit", 2),
    Blow("remove", "words", 1),
    Blow("rebuild", "swap", 1),
    Blow("rebuild", "chroma"),
    Blow("reembed", "commit", 3),
    Blow("remove", "swap", 1),
]


def test_killed_at_work(tmp_path):
    tally = run(tmp_path, BLOWS, seed=3, sizes=(25, 60), per=4)
    assert (tally.lost, tally.back, tally.unfound, tally.wedged) == (0, 0, {}, 0)
    assert sum(tally.in_the_middle.values()) == 7
