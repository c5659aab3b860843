"""The victim: ingests articles in small batches for ever, and prints each id once `add` has acknowledged
it.

python ingest_until_killed.py LIBRARY FIRST [--aim]

With --aim it prints "CHROMA" each time that Chroma is about to get its last rows (when it persists its
index), so that a killer can strike in the middle of that.
"""

from __future__ import annotations

import sys
from pathlib import Path

from qa.library import Library
from qa.library.embedders import HashingEmbedder
from qa.types import Article

BATCH = 12


def article(number: int) -> Article:
    """Article `number`, of several chunks, found by its "marker<number>"."""
    lines = [
        f"Line {i} of report {number}: the {w} committee met, and clerk{number} noted what was said about it."
        for i, w in enumerate(("harbour", "budget", "school", "housing", "traffic", "culture") * 10)
    ]
    return Article(
        id=f"report-{number:06d}",
        title=f"Report {number}",
        text=f"This is marker{number}. " + "\n".join(lines),
    )


def _announce_chroma() -> None:
    from qa.library import dense

    original = dense.row_batches

    def announcing(blocks):
        waiting = None
        for batch in original(blocks):
            if waiting is not None:
                yield waiting
            waiting = batch
        print("CHROMA", flush=True)
        if waiting is not None:
            yield waiting

    dense.row_batches = announcing


def main() -> None:
    path, number = Path(sys.argv[1]), int(sys.argv[2])
    if "--aim" in sys.argv:
        _announce_chroma()
    with Library(path, embedder=HashingEmbedder(256)) as library:
        print("READY", flush=True)
        while True:
            library.add([article(n) for n in range(number, number + BATCH)])
            for n in range(number, number + BATCH):
                print(n, flush=True)
            number += BATCH


if __name__ == "__main__":
    main()
