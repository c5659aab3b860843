"""Measures how the library grows: time, memory, disk, and whether search by meaning still finds the nearest.

    python eval/benchmarks/growth.py [--chunks 1000,10000,100000,300000] [--kind news,random]
        [--folder FOLDER] [--no-record]

For each size and kind of made articles (see newsstand.py) a fresh library is filled from a stream, and each
part is measured in a process of its own, so that its peak memory is its own:

- ingest: seconds without the making of the articles, articles a second, seconds of that in which the dense
  index was built (also in processor time, which other work on the machine does not lengthen), peak memory;
- disk, in MB and in bytes a chunk: the catalogue (articles, chunks, vectors, groups), the lexical index, the
  dense index;
- search: opening the library with the first search (cold), then 200 questions: median and 95th percentile in
  milliseconds, peak memory;
- recall@10 and @50 on the same questions, against exact search over the same vectors: of the dense leg as it
  is used at that size, and of Chroma alone, with the median time of each in milliseconds.

Everything lies in a temporary folder, or in `--folder`, which needs about 6 GB for each million chunks.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import newsstand
from results import record

from qa.library import Library
from qa.types import Article

QUESTIONS = 200
DEPTH = 100  # candidates that a search takes from the dense leg
SIZES = "1000,10000,100000,300000"
COLUMNS = {
    "articles/s": ("ingest", "articles_per_s"),
    "index s": ("ingest", "dense_index_s"),
    "index CPU s": ("ingest", "dense_index_cpu_s"),
    "ingest MB": ("ingest", "peak_mb"),
    "disk MB": ("disk", "all_mb"),
    "cold s": ("search", "cold_s"),
    "p50 ms": ("search", "p50_ms"),
    "p95 ms": ("search", "p95_ms"),
    "search MB": ("search", "peak_mb"),
    "leg @10": ("recall", "leg@10"),
    "Chroma @10": ("recall", "chroma@10"),
    "Chroma @50": ("recall", "chroma@50"),
    "Chroma ms": ("recall", "chroma_p50_ms"),
}


def ingest(path: Path, kind: str, count: int) -> dict[str, Any]:
    """Fills the library at `path` with `count` articles."""
    making = 0.0
    settled = settled_cpu = 0.0

    def stream() -> Iterator[Article]:
        nonlocal making
        for number in range(count):
            began = time.perf_counter()
            made = newsstand.article(number, kind)
            making += time.perf_counter() - began
            yield made

    with Library(path) as library:
        dense = library.searching.dense
        settle = dense.settle

        def timed(*, always: bool = False) -> str:
            nonlocal settled, settled_cpu
            began, cpu = time.perf_counter(), time.process_time()
            problem = settle(always=always)
            settled += time.perf_counter() - began
            settled_cpu += time.process_time() - cpu
            return problem

        dense.settle = timed  # type: ignore[method-assign]
        began = time.perf_counter()
        report = library.add(stream())
        took = time.perf_counter() - began
    assert report.added == count
    assert not report.warnings, report.warnings
    return {
        "articles": count,
        "chunks": report.chunks,
        "seconds": round(took - making, 2),
        "making_articles_s": round(making, 2),
        "articles_per_s": round(count / (took - making)),
        "dense_index_s": round(settled, 2),
        "dense_index_cpu_s": round(settled_cpu, 2),
        "cpu_s": round(time.process_time(), 2),
        "peak_mb": peak_mb(),
    }


def disk(path: Path, chunks: int) -> dict[str, Any]:
    """What each part of the library takes."""
    parts = {
        "catalogue": [p for p in path.glob("catalogue.sqlite*") if p.is_file()],
        "lexical": [p for p in (path / "lexical").rglob("*") if p.is_file()],
        "dense": [p for p in (path / "dense").rglob("*") if p.is_file()],
    }
    sizes = {name: sum(p.stat().st_size for p in files) for name, files in parts.items()}
    megabytes = {f"{name}_mb": round(size / 2**20, 1) for name, size in sizes.items()}
    each = {f"{name}_bytes_a_chunk": round(size / chunks) for name, size in sizes.items()}
    return {"all_mb": round(sum(sizes.values()) / 2**20), **megabytes, **each}


def search(path: Path, kind: str, count: int) -> dict[str, Any]:
    """How long searches take in this process, which has done nothing else."""
    questions = newsstand.questions(count, kind, QUESTIONS)
    began = time.perf_counter()
    with Library(path, create=False) as library:
        assert library.search(questions[0])
        cold = time.perf_counter() - began
        for question in questions[:20]:
            library.search(question)
        times = timed_ms(questions, library.search)[1]
    return {
        "cold_s": round(cold, 3),
        "p50_ms": round(times[len(times) // 2], 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "peak_mb": peak_mb(),
    }


def recall(path: Path, kind: str, count: int) -> dict[str, Any]:
    """How many of the nearest chunks the dense leg finds, as it is used and by Chroma alone."""
    from qa.library import nearest
    from qa.library.vectors import VectorTable

    questions = newsstand.questions(count, kind, QUESTIONS)
    figures: dict[str, Any] = {}
    with Library(path, create=False) as library:
        asked = list(library.embedder.embed(questions))
        exact = VectorTable(library.catalogue, coded_rows=sys.maxsize)
        nearest_ids = [[i for i, _ in exact.search(vector, 50)] for vector in asked]
        del exact
        for name, rows in (("leg", nearest.EXACT_ROWS), ("chroma", 0)):
            nearest.EXACT_ROWS = rows
            leg = nearest.DenseLeg(library.catalogue, None, library.path)
            leg.search(asked[0], DEPTH, None)
            found, times = timed_ms(asked, lambda vector, leg=leg: leg.search(vector, DEPTH, None))
            assert not leg.problem, leg.problem
            for depth in (10, 50):
                shares = [
                    len({i for i, _ in got[:depth]} & set(ids[:depth])) / min(depth, len(ids))
                    for got, ids in zip(found, nearest_ids, strict=True)
                ]
                figures[f"{name}@{depth}"] = round(sum(shares) / len(shares), 4)
            figures[f"{name}_p50_ms"] = round(times[len(times) // 2], 2)
            leg.close()
    return figures


def timed_ms(asked: list[Any], answer: Callable[[Any], Any]) -> tuple[list[Any], list[float]]:
    """The answers, and how many milliseconds each took, sorted."""
    answers, times = [], []
    for one in asked:
        began = time.perf_counter()
        answers.append(answer(one))
        times.append(1000 * (time.perf_counter() - began))
    return answers, sorted(times)


def peak_mb() -> int:
    """The most memory that this process had at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def apart(part: Callable[[Path, str, int], dict[str, Any]], path: Path, kind: str, count: int) -> Any:
    """What a part gives, measured in a process of its own."""
    command = [sys.executable, __file__, "--part", part.__name__, str(path), kind, str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chunks", default=SIZES, help=f"sizes, by default {SIZES}")
    parser.add_argument("--kind", default=",".join(reversed(newsstand.KINDS)), help="news, random, or both")
    parser.add_argument("--folder", type=Path, default=None, help="where the libraries are made")
    parser.add_argument("--no-record", action="store_true", help="print only")
    parser.add_argument("--part", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        name, path, kind, count = options.part
        part = {"ingest": ingest, "search": search, "recall": recall}[name]
        print(json.dumps(part(Path(path), kind, int(count))))
        return
    rows: dict[str, dict[str, Any]] = {}
    print(f"{'':16}" + "".join(f"{name:>12}" for name in COLUMNS))
    for kind in options.kind.split(","):
        for size in map(int, options.chunks.split(",")):
            count = max(1, size // newsstand.CHUNKS_PER_ARTICLE)
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                path = Path(folder) / "library"
                row = {"ingest": apart(ingest, path, kind, count)}
                row["disk"] = disk(path, row["ingest"]["chunks"])
                row |= {part.__name__: apart(part, path, kind, count) for part in (search, recall)}
            rows[f"{kind} {size}"] = row
            cells = "".join(f"{row[part][figure]:>12}" for part, figure in COLUMNS.values())
            print(f"{kind + f' {size:,}':16}{cells}", flush=True)
    for name, row in rows.items():
        record(f"growth {name}".replace(" ", "-"), row, save=not options.no_record)


if __name__ == "__main__":
    main()
