"""Several processes at one library at once: writers of the same and of other articles, readers all the while,
and a server.

python tests/faults/crowd.py [--searches 10000] [--articles 600] [--served 20]

Readers look for what the writers acknowledged last: the very next search must find it, everything found must
be in the catalogue, and no search may fail. The server must know an article with the first request after it
was acknowledged; how long that took, from the acknowledgement to the response, is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from work_until_killed import article, name

from qa.library import Library, nearest
from qa.library.embedders import HashingEmbedder

ROOT = Path(__file__).resolve().parents[2]
READERS, THREADS = 2, 2
BATCH = 6
PAUSE = 0.01
"""Seconds between two searches of a thread, so that readers do not end long before the writers."""


def write(folder: Path, numbers: range, done: Path) -> dict[str, int]:
    """Adds articles batch by batch, and notes each in the file `done` once it is acknowledged; and in a file
    beside it that it waits for the others."""
    tally = {"added": 0, "unchanged": 0, "waited": 0}

    def waiting(_: str) -> None:
        tally["waited"] += 1
        with done.with_name("waiting").open("a") as file:
            file.write(f"{numbers.start}\n")

    with (
        Library(folder, embedder=HashingEmbedder(), on_wait=waiting, lock_timeout=120) as library,
        done.open("a") as file,
    ):
        for start in range(numbers.start, numbers.stop, BATCH):
            some = range(start, min(start + BATCH, numbers.stop))
            report = library.add(article(n) for n in some)
            tally["added"] += report.added
            tally["unchanged"] += report.unchanged
            file.write("".join(f"{n}\n" for n in some))
            file.flush()
    return tally


def read(folder: Path, done: Path, searches: int, *, exact: bool) -> dict[str, Any]:
    """Searches in several threads; what went wrong, and how many looked for the article acknowledged last."""
    nearest.EXACT_ROWS = nearest.EXACT_ROWS if exact else 0
    tally: Counter[str] = Counter()
    told: list[str] = []
    with Library(folder, embedder=HashingEmbedder()) as library:

        def search(seed: int) -> None:
            dice, sequence = random.Random(seed), 0
            while not done.exists() or not done.read_text():
                time.sleep(0.01)
            for i in range(searches // THREADS):
                time.sleep(PAUSE)
                known = done.read_text().split("\n")[:-1]
                number = int(known[-1] if i % 2 else dice.choice(known))
                try:
                    found = library.search(f"What was marker{number}x1 about?", k=5)
                    ids = [p.article.id for p in found]
                    missing = len(set(ids) - library.groups(set(ids)).keys())
                    if name(number) not in ids[:1]:
                        tally["not found"] += 1
                        told.append(f"{name(number)} not in {ids}")
                    tally["not in the catalogue"] += missing
                    tally["newest asked for"] += i % 2
                    tally["states seen"] += library.catalogue.sequence() != sequence
                    sequence = library.catalogue.sequence()
                except Exception as exc:
                    tally["errors"] += 1
                    told.append(f"{type(exc).__name__}: {exc}")
                tally["searches"] += 1

        threads = [threading.Thread(target=search, args=(i,)) for i in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return {**tally, "told": told[:5]}


def crowd(folder: Path, articles: int, searches: int) -> dict[str, Any]:
    """Two writers whose articles overlap by half, a third with articles of its own, and the readers. The
    writers begin when all of them wait."""
    library, done = folder / "library", folder / "done"
    ranges = [
        (0, articles // 2),
        (articles // 4, articles * 3 // 4),
        (articles * 3 // 4, articles),
    ]
    waiting = folder / "waiting"
    waiting.touch()
    with Library(library, embedder=HashingEmbedder()) as opened, opened.writing():
        writers = [_start("write", library, done, *map(str, given)) for given in ranges]
        readers = [
            _start("read", library, done, str(searches // READERS), *(["--exact"] if i else []))
            for i in range(READERS)
        ]
        while len(set(waiting.read_text().splitlines())) < len(writers):
            assert all(process.poll() is None for process in writers)
            time.sleep(0.01)
    written = [_outcome(process) for process in writers]
    still = sum(process.poll() is None for process in readers)
    seen = [_outcome(process) for process in readers]
    wrong = [line for outcome in seen for line in outcome.pop("told")]
    totals: Counter[str] = Counter()
    for outcome in (*written, *seen):
        totals.update(outcome)
    with Library(library, embedder=HashingEmbedder()) as opened:
        there = opened.count()
        lost = [n for n in range(articles) if opened.get(name(n)) != article(n)]
        chunks = opened.catalogue.rows("SELECT number, ordinal, count(*) FROM chunks GROUP BY 1, 2")
        double = sum(count > 1 for *_, count in chunks) + sum(
            len(opened.versions(name(n))) > 1 for n in range(articles)
        )
        findings = [finding.message for finding in opened.check() if not finding.ok]
    return {
        **totals, "articles": there, "lost": len(lost), "double": double, "findings": findings,
        "readers that outlived the writers": still, "wrong": wrong,
    }  # fmt: skip


def served(folder: Path, articles: int) -> tuple[int, list[float]]:
    """How many of the articles the server did not know with the first request after they were acknowledged
    by another process, and how long each took, in seconds."""
    with Library(folder / "library") as library:
        library.add([article(9_000)])
    delays, missed = [], 0
    with (
        serving(folder / "library") as url,
        httpx.Client(base_url=url, timeout=30, trust_env=False) as client,
    ):
        asked = {"question": "marker9000x1", "k": 1}
        assert client.get("/api/search", params=asked).json()["passages"]
        writer = _start("one-by-one", folder / "library", folder / "told", "0", str(articles))
        assert writer.stdin
        assert writer.stdout
        for n in range(articles):
            writer.stdin.write("go\n")
            writer.stdin.flush()
            acknowledged = writer.stdout.readline()
            began = time.monotonic()
            assert acknowledged.split() == [str(n)], acknowledged
            found = client.get("/api/search", params={"question": f"marker{n}x1", "k": 1}).json()["passages"]
            delays.append(time.monotonic() - began)
            missed += not found or found[0]["article"]["id"] != name(n)
        writer.communicate(timeout=60)
    return missed, delays


@contextmanager
def serving(folder: Path) -> Any:
    """`qa serve` as a process of its own; its address."""
    command = [sys.executable, "-m", "qa", "serve", "--port", "0"]
    environment = {**_environment(), "QA_LIBRARY": str(folder), "QA_CONFIG": ""}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, env=environment, cwd=folder, **pipes) as server:
        try:
            assert server.stdout
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found
            yield found[0]
        finally:
            server.kill()


def one_by_one(folder: Path, numbers: range) -> None:
    """Adds an article for each line of standard input, and prints its number when it is acknowledged."""
    with Library(folder) as library:
        for n in numbers:
            sys.stdin.readline()
            library.add([article(n)])
            print(n, flush=True)


def _start(*args: object) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--part", *map(str, args)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=_environment(), **pipes)


def _outcome(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = process.communicate(timeout=1200)
    assert process.returncode == 0, (process.args, process.returncode)
    return dict(json.loads(out.splitlines()[-1]))


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _part(kind: str, folder: str, done: str, *given: str) -> None:
    if kind == "write":
        print(json.dumps(write(Path(folder), range(*map(int, given)), Path(done))))
    elif kind == "read":
        print(json.dumps(read(Path(folder), Path(done), int(given[0]), exact="--exact" in given)))
    else:
        one_by_one(Path(folder), range(*map(int, given)))


def main() -> None:
    if sys.argv[1:2] == ["--part"]:
        _part(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--searches", type=int, default=10_000)
    parser.add_argument("--articles", type=int, default=600)
    parser.add_argument("--served", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        for key, value in crowd(Path(folder), options.articles, options.searches).items():
            print(f"{key}: {value}")
        print(f"{time.monotonic() - began:.0f} s")
    with tempfile.TemporaryDirectory() as folder:
        missed, delays = served(Path(folder), options.served)
        print(
            f"served: {missed} of {len(delays)} not known at once; acknowledged to response "
            f"{1000 * statistics.median(delays):.0f} ms (median), {1000 * max(delays):.0f} ms (longest)"
        )


if __name__ == "__main__":
    main()
