"""Measures the catalogue (SQLite) alone, at sizes that a growing library passes through: how fast it commits,
what search asks of it, how it is read while it is written, how large it gets.

    python eval/benchmarks/catalogue.py [--chunks 10000 100000 1000000] [--no-save]

The rows are made: 100 texts of random words as long as news articles (730 words, six chunks), over and over,
with vectors of 256 dimensions and as many marks for copies as such a text has. They are put there in bulk;
what is timed are the calls that the library makes, on top of them. Everything stands on the disk of the
temporary folder (TMPDIR).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from results import record

from qa.library import committing
from qa.library.catalogue import Catalogue
from qa.library.copies import fingerprint
from qa.library.records import EmbedderRecord, Entry
from qa.types import Article, Filters

CHUNKS_PER_ARTICLE = 6
DIMENSION = 256
WORDS = 730
EMBEDDER = EmbedderRecord("made", "1", DIMENSION)
OUTLETS = 40
BATCH = 256
READER_SECONDS = 5.0


def made_article(number: int, dice: random.Random, words: list[str]) -> Article:
    """An article of random words, found by nobody."""
    text = " ".join(dice.choices(words, k=WORDS))
    return Article(
        id=f"made-{number:09d}",
        title=" ".join(dice.choices(words, k=9)),
        outlet=f"Outlet {number % OUTLETS}",
        url=f"https://outlet-{number % OUTLETS}.example/news/{number}",
        published=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=number % 50_000),
        text=text,
    )


def entries(first: int, count: int, dice: random.Random, words: list[str]) -> list[Entry]:
    """As many articles as an ingest would give the catalogue, with random vectors."""
    made = [made_article(first + i, dice, words) for i in range(count)]
    step = len(made[0].text) // CHUNKS_PER_ARTICLE
    spans = [(i * step, (i + 1) * step) for i in range(CHUNKS_PER_ARTICLE)]
    vectors = np.random.default_rng(first).standard_normal((CHUNKS_PER_ARTICLE, DIMENSION), dtype=np.float32)
    return [Entry(article, article.digest, spans, vectors.tobytes()) for article in made]


def fill(path: Path, articles: int) -> None:
    """A catalogue of so many articles, written in bulk."""
    dice = random.Random(1)
    words = ["".join(dice.choices("abcdefghijklmnoprstuvw", k=dice.randint(2, 10))) for _ in range(20_000)]
    with_one = Catalogue(path, create=True)
    committing.write_batch(with_one, entries(0, 1, dice, words), EMBEDDER)
    with_one.close()
    texts = [made_article(i, dice, words) for i in range(100)]
    marks_each = int(np.mean([len(fingerprint(a.text).marks) for a in texts[:20]]))
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -262144")
    db.execute("BEGIN")
    for table, columns, rows in (
        ("articles", 8, _articles(articles, texts)),
        ("texts", 4, ((n, 1, _head(n, texts), texts[n % 100].text) for n in range(2, articles + 1))),
        ("chunks", 5, _chunks(articles)),
        ("vectors", 5, _vectors(articles)),
        ("commits", 2, ((n // BATCH + 2, f"{n:016x}") for n in range(0, articles, BATCH))),
        ("sources", 4, ((n, 1, n, bytes(8 * marks_each)) for n in range(2, articles + 1))),
        ("marks", 2, _marks(articles, marks_each)),
    ):
        db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * columns)})", rows)
    db.execute(
        "UPDATE meta SET value = ? WHERE key = 'next_chunk'", (str(articles * CHUNKS_PER_ARTICLE + 1),)
    )
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def _head(number: int, texts: list[Article]) -> str:
    return texts[number % 100].head.model_copy(update={"id": f"made-{number:09d}"}).model_dump_json()


def _articles(articles: int, texts: list[Article]) -> Iterator[tuple[Any, ...]]:
    for n in range(2, articles + 1):
        day = (datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=n % 50_000)).date().isoformat()
        yield n, f"made-{n:09d}", 1, "0" * 64, _head(n, texts), f"outlet {n % OUTLETS}", day, float(n)


def _chunks(articles: int) -> Iterator[tuple[int, ...]]:
    for n in range(2, articles + 1):
        for i in range(CHUNKS_PER_ARTICLE):
            yield (n - 1) * CHUNKS_PER_ARTICLE + i + 1, n, i, i * 700, (i + 1) * 700


def _vectors(articles: int) -> Iterator[tuple[Any, ...]]:
    noise = np.random.default_rng(3)
    for n in range(2, articles + 1):
        if n % 100 == 2:
            data = noise.standard_normal((CHUNKS_PER_ARTICLE, DIMENSION), dtype=np.float32).tobytes()
        yield n, (n - 1) * CHUNKS_PER_ARTICLE + 1, CHUNKS_PER_ARTICLE, n // BATCH + 2, data


def _marks(articles: int, each: int) -> Iterator[tuple[int, int]]:
    """In order of the mark, as the table is kept: filling it otherwise takes longer than all the rest."""
    dice = np.random.default_rng(2)
    marks = np.sort(dice.integers(-(2**62), 2**62, articles * each))
    numbers = dice.integers(2, articles + 1, articles * each)
    yield from zip(marks.tolist(), numbers.tolist(), strict=True)


def milliseconds(call: Callable[[], object], times: int) -> tuple[float, float]:
    """p50 and p95 of so many calls."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        took.append(1000 * (time.perf_counter() - began))
    return round(float(np.percentile(took, 50)), 3), round(float(np.percentile(took, 95)), 3)


def asked_by_search(catalogue: Catalogue, dice: random.Random, articles: int) -> None:
    """What one search without filters asks, in the order in which it does."""
    catalogue.sequence()
    catalogue.embedder()
    rows = catalogue.chunks(sorted(dice.sample(range(1, articles * CHUNKS_PER_ARTICLE), 180)))
    catalogue.vectors_of(sorted({row.number for row in rows.values()})[:80])
    catalogue.current([row.number for row in list(rows.values())[:16]])


def reader(path: Path, articles: int, seconds: float, out: Any) -> None:
    """Another process that searches: p50, p95 and the number of its searches."""
    catalogue, dice, took = Catalogue(path, create=False), random.Random(4), []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        asked_by_search(catalogue, dice, articles)
        took.append(1000 * (time.perf_counter() - began))
    catalogue.close()
    out.put((round(float(np.percentile(took, 50)), 2), round(float(np.percentile(took, 95)), 2), len(took)))


def read_beside(path: Path, articles: int, writing: Callable[[], object] | None) -> tuple[float, float, int]:
    """A reader in a process of its own, alone or while `writing` is called again and again."""
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    process = context.Process(target=reader, args=(path, articles, READER_SECONDS, out))
    process.start()
    while process.is_alive() and out.empty():
        if writing is not None:
            writing()
        else:
            time.sleep(0.05)
    found: tuple[float, float, int] = out.get()
    process.join()
    return found


def measure(folder: Path, chunks: int) -> dict[str, Any]:
    """All figures at one size."""
    path, articles = folder / "catalogue.sqlite", chunks // CHUNKS_PER_ARTICLE
    began = time.perf_counter()
    fill(path, articles)
    print(
        f"{chunks:,} chunks in {articles:,} articles made in {time.perf_counter() - began:.0f} s", flush=True
    )
    size = path.stat().st_size
    began = time.perf_counter()
    catalogue = Catalogue(path, create=False)
    figures: dict[str, Any] = {
        "open_ms": round(1000 * (time.perf_counter() - began), 2),
        "bytes_per_article": size // articles,
        "catalogue_mb": size // 1_000_000,
    }
    figures |= _statements(catalogue, articles)
    dice = random.Random(5)
    words = ["".join(dice.choices("abcdefghijklmnoprstuvw", k=dice.randint(2, 10))) for _ in range(20_000)]
    ready = iter([entries(10**8 + i * BATCH, BATCH, dice, words) for i in range(12)])
    began = time.perf_counter()
    for _ in range(4):
        committing.write_batch(catalogue, next(ready), EMBEDDER)
    figures["chunks_committed_s"] = int(4 * BATCH * CHUNKS_PER_ARTICLE / (time.perf_counter() - began))
    ones = iter([entries(2 * 10**8 + i, 1, dice, words) for i in range(20_000 // 20)])
    figures["one_article_ms"] = milliseconds(
        lambda: committing.write_batch(catalogue, next(ones), EMBEDDER), 40
    )
    figures["reader_alone_ms"] = read_beside(path, articles, None)[:2]
    figures["reader_while_written_ms"] = read_beside(
        path, articles, lambda: committing.write_batch(catalogue, next(ones), EMBEDDER)
    )[:2]
    figures |= _write_ahead_log(catalogue, path, ready)
    catalogue.close()
    return figures


def _statements(catalogue: Catalogue, articles: int) -> dict[str, Any]:
    dice = random.Random(6)
    some = sorted(dice.sample(range(1, articles), min(80, articles // 2)))
    last = catalogue.sequence()
    one_day = Filters(since=datetime(2021, 3, 1).date(), until=datetime(2021, 3, 1).date())
    calls: dict[str, Callable[[], object]] = {
        "search_statements_ms": lambda: asked_by_search(catalogue, dice, articles),
        "vectors_of_80_articles_ms": lambda: catalogue.vectors_of(some),
        "chunk_count_ms": catalogue.chunk_count,
        "changes_of_last_batch_ms": lambda: catalogue.changes(last - 1),
        "filter_one_day_ms": lambda: catalogue.numbers(one_day),
        "filter_one_outlet_ms": lambda: catalogue.numbers(Filters(outlets=("Outlet 7",))),
        "newest_20_heads_ms": lambda: catalogue.heads(Filters(), limit=20),
        "find_prefix_ms": lambda: catalogue.matching_ids("made-00000007"),
        "sample_of_vectors_ms": lambda: catalogue.sample_blocks(64, last),
    }
    return {
        name: milliseconds(call, 5 if articles > 50_000 and "search" not in name else 40)
        for name, call in calls.items()
    }


def _write_ahead_log(catalogue: Catalogue, path: Path, ready: Iterator[list[Entry]]) -> dict[str, Any]:
    """How the log grows while somebody reads one old state all the time, and what is left of it after."""
    log = path.with_name(path.name + "-wal")
    long_reader = sqlite3.connect(path, isolation_level=None)
    long_reader.execute("BEGIN")
    long_reader.execute("SELECT count(*) FROM commits").fetchall()
    written = 0
    for batch in ready:
        committing.write_batch(catalogue, batch, EMBEDDER)
        written += BATCH
    held = log.stat().st_size
    long_reader.execute("COMMIT")
    long_reader.close()
    catalogue.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return {
        "log_kb_per_article_with_long_reader": round(held / written / 1000, 1),
        "log_mb_with_long_reader": round(held / 1e6, 1),
        "log_mb_after_checkpoint": round(log.stat().st_size / 1e6, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chunks", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--no-save", action="store_true")
    options = parser.parse_args()
    for chunks in options.chunks:
        with tempfile.TemporaryDirectory() as folder:
            figures = measure(Path(folder), chunks)
        flat = {
            f"{name}_p{p}": v
            for name, value in figures.items()
            if isinstance(value, tuple)
            for p, v in zip((50, 95), value, strict=True)
        }
        flat |= {name: value for name, value in figures.items() if not isinstance(value, tuple)}
        record(
            "catalogue",
            {"chunks": chunks, "sqlite": sqlite3.sqlite_version, **flat},
            save=not options.no_save,
        )
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
