"""Kills an ingesting process (SIGKILL) again and again, and looks after each kill whether anything
acknowledged was lost.

python tests/faults/kill_ingest.py [--random 50] [--aimed 50] [--seed 1]

"random" strikes at any time after the victim began; "aimed" strikes in the milliseconds in which Chroma
persists its index. One library lives through all kills, and is begun anew now and then so that small and
large ones are both met.
"""

from __future__ import annotations

import argparse
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from qa.library import Library, nearest
from qa.library.embedders import HashingEmbedder

VICTIM = Path(__file__).with_name("ingest_until_killed.py")
ROOT = Path(__file__).resolve().parents[2]
KILLS_PER_LIBRARY = 10


class Tally(NamedTuple):
    """What became of all kills: acknowledged articles, those not found afterwards, libraries that would not
    open or search."""

    kills: int
    acknowledged: int
    lost: int
    wedged: int
    lexical_behind: int
    dense_rebuilt: int
    during_chroma: int


def strike(folder: Path, first: int, aimed: bool, dice: random.Random) -> tuple[list[int], bool]:
    """Starts the victim, kills it, and returns the numbers it acknowledged, and whether Chroma was being
    written."""
    command = [sys.executable, str(VICTIM), str(folder), str(first), *(["--aim"] if aimed else [])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as victim:
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda: [lines.put(line) for line in victim.stdout], daemon=True).start()
        seen: list[str] = [lines.get(timeout=60)]
        if aimed:
            skip = dice.randrange(3)  # not always its first
            while skip >= 0:
                seen.append(lines.get(timeout=60))
                skip -= seen[-1].startswith("CHROMA")
            time.sleep(dice.uniform(0, 0.03))
        else:
            time.sleep(dice.uniform(0, 3))
        victim.kill()
        victim.wait()
        time.sleep(0.05)
        while not lines.empty():
            seen.append(lines.get())
    words = [line.strip() for line in seen if line.endswith("\n")]
    return [int(word) for word in words if word.isdigit()], words[-1] == "CHROMA"


def look(folder: Path, numbers: list[int]) -> tuple[int, bool, bool]:
    """How many of `numbers` are not found, and whether the word index lagged and the Chroma index was
    unusable or behind."""
    with Library(folder, embedder=HashingEmbedder(256), lock_timeout=20) as library:
        bad = {finding.part for finding in library.check() if not finding.ok}
        assert "catalogue" not in bad, library.check()
        behind = bool(library.stats().dense_pending) or "dense" in bad
        lost = 0
        for n in numbers:
            found = library.search(f"marker{n}", k=2)
            lost += not found or found[0].article.id != f"report-{n:06d}"
        assert all(finding.ok for finding in library.repair()), library.check()
        exact, nearest.EXACT_ROWS = nearest.EXACT_ROWS, 0  # and by Chroma too
        try:
            if numbers:
                found = library.search(f"marker{numbers[-1]} clerk{numbers[-1]}", k=2)
                assert found[0].article.id == f"report-{numbers[-1]:06d}"
                assert not library.searching.dense.problem
        finally:
            nearest.EXACT_ROWS = exact
    return lost, "lexical" in bad, behind


def run(folder: Path, plan: list[bool], seed: int) -> Tally:
    """One kill for each item of `plan` (True: aimed)."""
    dice = random.Random(seed)
    acknowledged: list[int] = []
    total = lost = wedged = lexical = dense = chroma = first = 0
    for turn, aimed in enumerate(plan):
        if turn % KILLS_PER_LIBRARY == 0:
            home, acknowledged = folder / f"library-{turn}", []
        numbers, in_chroma = strike(home, first, aimed, dice)
        first += 10_000
        acknowledged += numbers
        total += len(numbers)
        chroma += in_chroma
        try:
            missing, words_behind, dense_behind = look(home, acknowledged)
        except Exception as exc:
            print(
                f"kill {turn} ({'aimed' if aimed else 'random'}): {type(exc).__name__}: {exc}",
                file=sys.stderr,
            )
            wedged += 1
            continue
        lost += missing
        lexical += words_behind
        dense += dense_behind
    return Tally(len(plan), total, lost, wedged, lexical, dense, chroma)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--random", type=int, default=50)
    parser.add_argument("--aimed", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, plan in (("random", [False] * options.random), ("aimed", [True] * options.aimed)):
            print(name, run(Path(folder) / name, plan, options.seed)._asdict(), flush=True)


if __name__ == "__main__":
    main()
