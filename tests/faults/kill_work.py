"""Kills a process that writes to a library (SIGKILL) again and again, and looks after each kill whether
anything acknowledged was lost.

python tests/faults/kill_work.py [--kills 240] [--seed 1]

Half of the kills strike at any time, half where an index, its pointer or the catalogue is being written
(see work_until_killed.py), in turn during ingest, update, remove, rebuild and reembed. One library lives
through several kills; they begin with different numbers of articles. After each kill, everything is looked at
by exact search and through Chroma.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from work_until_killed import DIMENSION, PLACES, WORKS, article, name

from qa.errors import ArticleNotFoundError
from qa.library import Library, nearest
from qa.library.embedders import HashingEmbedder
from qa.library.vectors import VectorTable

VICTIM = Path(__file__).with_name("work_until_killed.py")
ROOT = Path(__file__).resolve().parents[2]
SIZES = (0, 40, 400, 1500)
KILLS_PER_LIBRARY = 12
MOST_PROBES = 300
SELF = 0.9999
WIDTHS = {"chroma": 0.03, "words": 0.02, "swap": 0.003, "commit": 0.006}
"""Seconds that what is aimed at takes, about."""


class Blow(NamedTuple):
    """One kill: during which work, aimed at what ("" at random), and from which moment on: the n-th time that
    it is met, at once or (strike 0) a moment later."""

    work: str
    place: str
    strike: int = 0


@dataclass
class Shelf:
    """What a library was seen to acknowledge: editions by number, those removed, and what was tried last, of
    which either outcome is right."""

    held: dict[int, int] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    tried: dict[int, int] = field(default_factory=dict)

    def read(self, lines: list[str]) -> int:
        """Takes in what the victim said; how many pieces of work it had acknowledged."""
        done = 0
        for line in lines:
            if not line.startswith(("TRY", "DID")):
                continue
            said, _, number, edition = line.split()
            if said == "TRY":
                self.tried[int(number)] = int(edition)
                continue
            done += 1
            self.settle(int(number), self.tried.pop(int(number)))
        return done

    def settle(self, number: int, edition: int) -> None:
        """Article `number` is there in `edition`; 0 means that it is gone."""
        if edition:
            self.held[number] = edition
        else:
            self.held.pop(number, None)
            self.gone.add(number)


def strike(folder: Path, first: int, shelf: Shelf, blow: Blow, dice: random.Random) -> tuple[int, bool]:
    """Starts the victim and kills it; how much it had acknowledged, and whether the blow fell where it was
    aimed."""
    command = [sys.executable, str(VICTIM), str(folder), str(first), blow.work]
    command += ["--aim", blow.place] if blow.place else []
    command += ["--strike", str(blow.strike)] if blow.strike else []
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as victim:
        assert victim.stdin
        victim.stdin.write(json.dumps(sorted(shelf.held)) + "\n")
        victim.stdin.flush()
        lines: queue.Queue[str] = queue.Queue()
        reading = threading.Thread(target=lambda: [lines.put(line) for line in victim.stdout or ()])
        reading.start()
        try:
            seen = list(_wait(lines, blow, dice))
            if blow.strike:
                victim.wait(timeout=20)  # it does it itself
        finally:
            victim.kill()
            victim.wait()
            reading.join()
    while not lines.empty():
        seen.append(lines.get())
    whole = [line for line in seen if line.endswith("\n")]
    return shelf.read(whole), bool(blow.place) and whole[-1] == "AIM\n"


def _wait(lines: queue.Queue[str], blow: Blow, dice: random.Random) -> Iterator[str]:
    """The victim's lines up to the moment to strike."""
    line = ""
    while line != "READY\n":
        line = lines.get(timeout=60)
        yield line
    if not blow.place:
        time.sleep(dice.uniform(0, 2.5))
        return
    for _ in range(blow.strike or 1 + dice.randrange(3)):
        line = ""
        while line != "AIM\n":
            line = lines.get(timeout=60)
            yield line
    if not blow.strike:
        time.sleep(dice.uniform(0, WIDTHS[blow.place]))


class Seen(NamedTuple):
    """What was found wrong: articles lost, removed ones that are back, vectors that do not find themselves
    (by whom), and which parts `check` found in need of repair."""

    lost: list[int]
    back: list[int]
    unfound: Counter[str]
    behind: set[str]


def look(folder: Path, shelf: Shelf) -> Seen:
    """Looks at everything as it was left, then repairs and looks again. Raises where a library is wedged."""
    unfound: Counter[str] = Counter()
    with Library(folder, embedder=HashingEmbedder(DIMENSION), lock_timeout=20) as library:
        behind = {finding.part for finding in library.check() if not finding.ok}
        assert "catalogue" not in behind, library.check()
        for number in sorted(shelf.tried):
            shelf.settle(number, _edition(library, number))
        shelf.tried.clear()
        lost = [n for n, edition in shelf.held.items() if not _found(library, n, edition)]
        back = [n for n in shelf.gone if _edition(library, n) or _found(library, n, 1)]
        unfound["as left"] = _unfound_by_leg(library)
        assert all(finding.ok for finding in library.repair()), library.check()
        assert library.searching.dense.settle(always=True) == ""
    with Library(folder, embedder=HashingEmbedder(DIMENSION), lock_timeout=20) as library:
        assert all(finding.ok for finding in library.check()), library.check()
        assert library.count() == len(shelf.held)
        matrix = VectorTable(library.catalogue).matrix
        table = nearest.VectorTable(library.catalogue)
        unfound["exact"] = sum(table.search(v, 1)[0][1] < SELF for v in matrix)
        if len(matrix):
            index = library.searching.dense.index
            index.open(library.catalogue)
            unfound["Chroma"] = sum(_misses(index.search(v, 1)) for v in matrix)
    return Seen(lost, back, +unfound, behind)


def _edition(library: Library, number: int) -> int:
    try:
        text = library.get(name(number)).text
    except ArticleNotFoundError:
        return 0
    return int(text.partition(f"marker{number}x")[2].partition(".")[0])


def _found(library: Library, number: int, edition: int) -> bool:
    found = library.search(f"marker{number}x{edition}", k=1)
    return bool(found) and found[0].article.id == name(number) and _edition(library, number) == edition


def _unfound_by_leg(library: Library) -> int:
    """As a large library is searched: Chroma and what came after it, or exact search in Chroma's place."""
    matrix = VectorTable(library.catalogue).matrix
    step = 1 + len(matrix) // MOST_PROBES
    exact, nearest.EXACT_ROWS = nearest.EXACT_ROWS, 0
    try:
        return sum(_misses(library.searching.dense.search(v, 1, None)) for v in matrix[::-step])
    finally:
        nearest.EXACT_ROWS = exact


def _misses(found: list[tuple[int, float]]) -> bool:
    return not found or found[0][1] < SELF


@dataclass
class Tally:
    """What became of all kills."""

    kills: Counter[str] = field(default_factory=Counter)
    in_the_middle: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    lost: int = 0
    back: int = 0
    unfound: Counter[str] = field(default_factory=Counter)
    wedged: int = 0
    repaired: Counter[str] = field(default_factory=Counter)
    most_articles: int = 0

    def __str__(self) -> str:
        return "\n".join(
            f"{key}: {dict(value) if isinstance(value, Counter) else value}"
            for key, value in vars(self).items()
        )


def plan(kills: int, seed: int) -> list[Blow]:
    """Half aimed, half at random; every work in turn, every place that the work writes to."""
    dice = random.Random(seed)
    blows = []
    for turn in range(kills):
        work = WORKS[turn // 2 % len(WORKS)]
        if turn % 2:
            place = PLACES[turn // 2 // len(WORKS) % len(PLACES)]
            if work == "rebuild" and place == "commit":  # it changes nothing in the catalogue
                place = "chroma"
            blows.append(Blow(work, place, dice.choice((0, 0, 1, 2))))
        else:
            blows.append(Blow(work, ""))
    return blows


def run(
    folder: Path, blows: list[Blow], seed: int, sizes: tuple[int, ...] = SIZES, per: int = KILLS_PER_LIBRARY
) -> Tally:
    """Deals the blows, and looks after each."""
    dice, tally, home, shelf = random.Random(seed), Tally(), folder, Shelf()
    for turn, blow in enumerate(blows):
        if turn % per == 0:
            home, shelf = folder / f"library-{turn}", Shelf()
            size = sizes[turn // per % len(sizes)]
            with Library(home, embedder=HashingEmbedder(DIMENSION)) as library:
                library.add(article(n) for n in range(size))
            shelf.held = dict.fromkeys(range(size), 1)
        done, hit = strike(home, (turn + 1) * 10_000, shelf, blow, dice)
        tally.kills[f"{blow.work} {blow.place or 'random'}"] += 1
        if hit:
            tally.in_the_middle[blow.place] += 1
        tally.acknowledged += done
        try:
            seen = look(home, shelf)
        except Exception as exc:
            print(f"kill {turn} {blow}: {type(exc).__name__}: {exc}", file=sys.stderr, flush=True)
            tally.wedged += 1
            continue
        if seen.lost or seen.back or seen.unfound:
            print(f"kill {turn} {blow}: {seen}", file=sys.stderr, flush=True)
        tally.lost += len(seen.lost)
        tally.back += len(seen.back)
        tally.unfound += seen.unfound
        tally.repaired.update(seen.behind)
        tally.most_articles = max(tally.most_articles, len(shelf.held))
        if turn % 20 == 19:
            print(f"after {turn + 1} kills:\n{tally}", file=sys.stderr, flush=True)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=240)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="articles to begin with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        print(run(Path(folder), plan(options.kills, options.seed), options.seed, tuple(options.sizes)))
        print(f"{options.kills} kills in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
