"""The victim: does one kind of work on a library for ever, and says before and after each piece what it is.

python work_until_killed.py LIBRARY FIRST WORK [--aim PLACE] [--strike N]

WORK is ingest, update, remove, rebuild or reembed. On standard input it gets one line of JSON: the numbers of
the articles that are there. It prints "TRY put 12 3" (article 12, edition 3) or "TRY drop 12 0" before, and
"DID ..." once the library has acknowledged it.

With --aim it prints "AIM" each time that it is about to do what PLACE names: chroma (the last rows, which
make Chroma persist its index), words (tantivy's commit), swap (a file or folder is put in the place of
another), commit (SQLite's). With --strike it kills itself there, the N-th time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path
from typing import Any

from qa.library import Library, ingesting, lexical, nearest, shard_plan, shards
from qa.library.embedders import HashingEmbedder
from qa.types import Article

BATCH = 12
DIMENSION = 16
"""Few: where all vectors are far apart, an approximate index loses the way to some, undisturbed."""
SMALL = 300
"""Above so many rows the victim lets the Chroma index lag, as large libraries do; a third of them are a
shard."""
PLACES = ("chroma", "words", "swap", "commit")
SYLLABLES = ("ba", "ko", "mi", "ru", "te", "va", "zo")
WORKS = ("ingest", "update", "remove", "rebuild", "reembed")


def article(number: int, edition: int = 1) -> Article:
    """Article `number`, of several chunks, found by its "marker<number>x<edition>"."""
    dice = random.Random(f"{number} {edition}")
    lines = [
        f"Line {i} of report {number}: "
        + " ".join(f"{dice.choice(SYLLABLES)}{dice.randrange(10**6)}" for _ in range(14))
        + "."
        for i in range(24)
    ]
    text = f"This is marker{number}x{edition}. " + "\n".join(lines)
    return Article(id=name(number), title=f"Report {number}", text=text)


def name(number: int) -> str:
    """The id of article `number`."""
    return f"report-{number:06d}"


class Announcer:
    """Says "AIM" where the blow should fall, or deals it."""

    def __init__(self, strike: int) -> None:
        self._left = strike

    def __call__(self) -> None:
        print("AIM", flush=True)
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


def aim(place: str, library: Library, announce: Announcer) -> None:
    """Has `announce` called right before each writing of the kind `place`."""
    if place == "chroma":
        batches = shards.row_batches

        def announcing(blocks: Any) -> Iterator[Any]:
            waiting = None
            for batch in batches(blocks):
                if waiting is not None:
                    yield waiting
                waiting = batch
            announce()
            if waiting is not None:
                yield waiting

        shards.row_batches = announcing
    elif place == "words":
        mark = lexical.LexicalIndex._mark

        def marking(self: Any, *args: Any) -> None:
            mark(self, *args)
            announce()

        lexical.LexicalIndex._mark = marking  # type: ignore[method-assign]
    elif place == "swap":
        sys.addaudithook(lambda event, _: announce() if event == "os.rename" else None)
    else:
        library.catalogue.db.set_trace_callback(lambda sql: announce() if sql == "COMMIT" else None)


def work(kind: str, library: Library, known: list[int], first: int) -> None:
    """Works until it is killed."""
    fresh = count(first)
    if kind == "ingest":
        while True:
            put(library, [next(fresh) for _ in range(BATCH)], 1)
    if kind == "update":
        known = known or put(library, [next(fresh) for _ in range(BATCH)], 1)
        for edition in count(first):
            put(library, known[edition % len(known) :][:BATCH], edition)
    if kind == "remove":
        while True:
            known = known or put(library, [next(fresh) for _ in range(BATCH)], 1)
            number = known.pop(len(known) // 2)
            print(f"TRY drop {number} 0", flush=True)
            library.remove(name(number))
            print(f"DID drop {number} 0", flush=True)
    if not known:  # nothing to build or embed anew
        put(library, [next(fresh) for _ in range(BATCH)], 1)
    if kind == "rebuild":
        for spoilt in cycle(("lexical/meta.json", "dense/current.json")):
            (library.path / spoilt).write_text("{}")
            library.repair()
    while True:
        library.reembed()


def put(library: Library, numbers: list[int], edition: int) -> list[int]:
    """Adds these articles, in one batch, in this edition."""
    for number in numbers:
        print(f"TRY put {number} {edition}", flush=True)
    library.add([article(number, edition) for number in numbers])
    for number in numbers:
        print(f"DID put {number} {edition}", flush=True)
    return numbers


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("library", type=Path)
    parser.add_argument("first", type=int)
    parser.add_argument("work", choices=WORKS)
    parser.add_argument("--aim", choices=PLACES)
    parser.add_argument("--strike", type=int, default=0)
    options = parser.parse_args()
    known = json.loads(sys.stdin.readline())
    nearest.EXACT_ROWS, nearest.ALWAYS_FOLLOW_ROWS, ingesting.REEMBED_ARTICLES = 0, SMALL, 8
    nearest.MOST_NEW_ROWS, nearest.MOST_GONE_ROWS, shard_plan.SHARD_ROWS = SMALL, SMALL // 10, SMALL // 3
    with Library(options.library, embedder=HashingEmbedder(DIMENSION)) as library:
        if options.aim:
            aim(options.aim, library, Announcer(options.strike))
        print("READY", flush=True)
        work(options.work, library, known, options.first)


if __name__ == "__main__":
    main()
