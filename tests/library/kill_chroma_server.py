"""Kills a Chroma server (SIGKILL) again and again while a library writes to it, and looks after each kill
whether anything acknowledged was lost, any search was wrong, or the index did not catch up.

python tests/library/kill_chroma_server.py [--kills 30] [--seed 1]

The batches are larger than Chroma's own 1,000 rows between two writes of its index, so that kills fall into
those.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from chroma_servers import ChromaRun
from fakes import CountingEmbedder, make_article

from qa.library import Library
from qa.library.dense import DenseUnavailableError
from qa.library.vectors import VectorTable

BATCH = 250
KILLS_PER_LIBRARY = 6


class Tally(NamedTuple):
    """What became of all kills: articles acknowledged, those not found afterwards, searches that were not
    what exact search finds, indexes that did not catch up; and how often the collection came back unusable,
    or with vectors that do not find themselves."""

    kills: int
    acknowledged: int
    lost: int
    wrong: int
    stuck: int
    came_back_whole: int
    came_back_damaged: int


def run(folder: Path, kills: int, seed: int, batch: int = BATCH) -> Tally:
    """Kills a server of its own so many times."""
    dice = random.Random(seed)
    server = ChromaRun(folder / "chroma")
    tally = Tally(0, 0, 0, 0, 0, 0, 0)
    try:
        for turn in range(kills):
            home = folder / f"library-{turn // KILLS_PER_LIBRARY}"
            tally = _one(tally, home, server, dice, turn * 10 * batch, batch)
            print(tally._asdict(), flush=True)
    finally:
        server.kill()
    return tally


def _one(tally: Tally, home: Path, server: ChromaRun, dice: random.Random, first: int, batch: int) -> Tally:
    strike = threading.Timer(dice.uniform(0.1, 1.5), server.kill)
    acknowledged: list[int] = []
    with Library(home, embedder=CountingEmbedder(), chroma_url=server.url) as library:
        strike.start()
        for n in range(first, first + 3 * batch, batch):
            numbers = list(range(n, n + batch))
            library.add([make_article(number) for number in numbers])
            acknowledged += numbers
            library.remove(f"article-{numbers[0]:05d}")
            acknowledged.remove(numbers[0])
    strike.join()
    time.sleep(dice.uniform(0, 0.2))
    server.restart()
    with Library(home, embedder=CountingEmbedder(), chroma_url=server.url) as library:
        try:
            library.searching.dense.index.open(library.catalogue)
            whole = True
        except DenseUnavailableError as exc:
            whole = "does not hold" in str(exc)
        wrong = _wrong(library)
        report = library.add([make_article(first + 5 * batch)])
        stuck = bool(report.warnings) or any(not f.ok for f in library.check())
        wrong += _wrong(library)
        lost = sum(
            library.search(f"marker{n}", k=1)[0].article.id != f"article-{n:05d}" for n in acknowledged[::25]
        )
    return Tally(
        tally.kills + 1,
        tally.acknowledged + len(acknowledged),
        tally.lost + lost,
        tally.wrong + wrong,
        tally.stuck + stuck,
        tally.came_back_whole + whole,
        tally.came_back_damaged + (not whole),
    )


def _wrong(library: Library) -> int:
    """How many of a few searches by meaning miss more than one of the ten that exact search finds."""
    table, leg, wrong = VectorTable(library.catalogue), library.searching.dense, 0
    for n in range(20):
        vector = library.embedder.embed([f"weeks of work on plan {n} before the summer fair"])[0]
        tenth = table.search(vector, 10)[-1][1]
        wrong += sum(score >= tenth - 1e-4 for _, score in leg.search(vector, 10, None)) < 9
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), options.kills, options.seed)


if __name__ == "__main__":
    main()
