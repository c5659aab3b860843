"""Measures the settings of the meaning leg's Chroma index at the size of one shard.

    python eval/benchmarks/shard_settings.py [--rows 10000,20000,50000] [--kind news,random]
        [--neighbors 16,24,32] [--construction 100,200] [--ef 200,400,1000] [--no-record]

For each size and kind of made articles (see newsstand.py) one shard is built with each `max_neighbors` and
`ef_construction`: rows a second of processor time (more threads than one take part), MB on disk. Then, for
each `ef_search`: recall@10 and @50 of 200 questions against exact search, the median time of a question in
milliseconds, and how many of the vectors themselves are not found by their own values (`lost`), of 2,000.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import newsstand
import numpy as np
from results import record

from qa.library.chunking import chunk_spans, embedded_text
from qa.library.dense import first_cosine, missed, open_client, query
from qa.library.embedders import WordLlamaEmbedder

QUESTIONS, ASKED_THEMSELVES, BATCH = 200, 2_000, 2_000


def vectors(kind: str, rows: int) -> np.ndarray:
    """The vectors of the first `rows` chunks."""
    embedder, parts, waiting = WordLlamaEmbedder(), [], []
    for number in count():
        made = newsstand.article(number, kind)
        waiting += [embedded_text(made, made.text[start:end]) for start, end in chunk_spans(made.text)]
        if len(waiting) >= BATCH:
            parts.append(embedder.embed(waiting))
            waiting = []
            if sum(map(len, parts)) >= rows:
                return np.concatenate(parts)[:rows]
    raise AssertionError


def build(folder: Path, matrix: np.ndarray, neighbors: int, construction: int) -> dict[str, Any]:
    """Builds one shard of all rows."""
    client = open_client(folder)
    hnsw = {
        "space": "ip",
        "max_neighbors": neighbors,
        "ef_construction": construction,
        "sync_threshold": len(matrix),
        "batch_size": 100,
    }
    began, cpu = time.perf_counter(), time.process_time()
    collection = client.create_collection("passages", configuration={"hnsw": hnsw}, embedding_function=None)
    for start in range(0, len(matrix), BATCH):
        ids = [str(i) for i in range(start, min(start + BATCH, len(matrix)))]
        collection.add(ids=ids, embeddings=matrix[start : start + BATCH])
    client.close()
    return {
        "rows_per_cpu_s": round(len(matrix) / (time.process_time() - cpu)),
        "rows_per_s": round(len(matrix) / (time.perf_counter() - began)),
        "disk_mb": round(sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 2**20, 1),
    }


def searched(folder: Path, matrix: np.ndarray, asked: np.ndarray, ef: int) -> dict[str, Any]:
    """How well and how fast the shard is searched with this `ef_search`."""
    client = open_client(folder)
    client.get_collection("passages", embedding_function=None).modify(
        configuration={"hnsw": {"ef_search": ef}}
    )
    client.close()
    client = open_client(folder)  # the setting is taken over when a collection is opened
    collection = client.get_collection("passages", embedding_function=None)
    query(collection, asked[0], 100)
    times, shares = [], {10: 0.0, 50: 0.0}
    for vector in asked:
        exact = np.argsort(-(matrix @ vector), kind="stable")[:50]
        began = time.perf_counter()
        found = [i for i, _ in query(collection, vector, 100)]
        times.append(1000 * (time.perf_counter() - began))
        for depth in shares:
            shares[depth] += len(set(found[:depth]) & set(exact[:depth].tolist())) / depth / len(asked)
    own = matrix[:: max(1, len(matrix) // ASKED_THEMSELVES)]
    lost = missed([first_cosine(query(collection, v, 1)) for v in own])
    client.close()
    return {
        **{f"recall@{depth}": round(share, 4) for depth, share in shares.items()},
        "p50_ms": round(sorted(times)[len(times) // 2], 2),
        "lost": lost,
        "of": len(own),
    }


def numbers(text: str) -> list[int]:
    """Numbers with commas between them."""
    return [int(part) for part in text.split(",")]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=numbers, default="10000,20000,50000")
    parser.add_argument("--kind", default=",".join(reversed(newsstand.KINDS)), help="news, random, or both")
    parser.add_argument("--neighbors", type=numbers, default="16,24,32")
    parser.add_argument("--construction", type=numbers, default="100,200")
    parser.add_argument("--ef", type=numbers, default="200,400,1000")
    parser.add_argument("--no-record", action="store_true", help="print only")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    for kind in options.kind.split(","):
        everything = vectors(kind, max(options.rows))
        for rows in options.rows:
            asked = WordLlamaEmbedder().embed(
                newsstand.questions(rows // newsstand.CHUNKS_PER_ARTICLE, kind, QUESTIONS)
            )
            for neighbors in options.neighbors:
                for construction in options.construction:
                    with tempfile.TemporaryDirectory() as folder:
                        made = build(Path(folder), everything[:rows], neighbors, construction)
                        for ef in options.ef:
                            name = f"{kind} {rows} {neighbors}/{construction} ef {ef}"
                            row = made | searched(Path(folder), everything[:rows], asked, ef)
                            found[name] = row
                            print(f"{name:30}", row, flush=True)
    record("shard_settings", found, save=not options.no_record)


if __name__ == "__main__":
    main()
