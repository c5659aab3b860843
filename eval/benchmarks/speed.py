"""Measures how fast the library is, on articles that it makes itself: random words with the frequencies of
language.

    python eval/benchmarks/speed.py [--articles 4260] [--embedder wordllama]

Printed: articles ingested a second, the same again unchanged, warm and cold search in milliseconds, peak
memory. The measuring process ingests, and fresh processes search, so that each has its own peak.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from results import record

from qa.library import Library
from qa.library.embedders import open_embedder
from qa.types import Article

WORDS_PER_ARTICLE = 730  # about six chunks, as in news
QUESTIONS = 200
SEARCH = """
import json, sys, time
began = time.perf_counter()
from pathlib import Path
from qa.library import Library
from qa.library.embedders import open_embedder
library = Library(Path(sys.argv[1]), embedder=open_embedder(sys.argv[2]), create=False)
questions = json.load(sys.stdin)
assert library.search(questions[0])
cold = time.perf_counter() - began
for q in questions[:20]:
    library.search(q)
times = []
for q in questions:
    began = time.perf_counter()
    library.search(q)
    times.append(1000 * (time.perf_counter() - began))
times.sort()
print(json.dumps({
    "cold_open_and_search_s": round(cold, 3),
    "warm_p50_ms": round(times[len(times) // 2], 2),
    "warm_p95_ms": round(times[int(len(times) * 0.95)], 2),
    "peak_mb": int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024,
}))
"""


def vocabulary(size: int, dice: random.Random) -> tuple[list[str], list[float]]:
    """Pronounceable words and their frequencies by Zipf's law."""
    syllables = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"]
    words = sorted({"".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(size)})
    dice.shuffle(words)
    total = 0.0
    cumulative = []
    for rank in range(1, len(words) + 1):
        total += 1 / rank
        cumulative.append(total)
    return words, cumulative


def articles(count: int) -> Iterator[Article]:
    """`count` articles, always the same."""
    dice = random.Random(7)
    words, weights = vocabulary(30_000, dice)
    for number in range(count):
        chosen = dice.choices(words, cum_weights=weights, k=WORDS_PER_ARTICLE)
        sentences = []
        while chosen:
            length = dice.randint(8, 28)
            sentences.append(" ".join(chosen[:length]).capitalize() + ".")
            chosen = chosen[length:]
        text = "\n\n".join(" ".join(sentences[i : i + 3]) for i in range(0, len(sentences), 3))
        published = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number)
        yield Article(
            id=f"made-{number:07d}", title=sentences[0][:60], outlet="Made Up", published=published, text=text
        )


def questions(made: list[Article]) -> list[str]:
    """Questions of ten words out of the articles' sentences."""
    dice = random.Random(8)
    return [
        " ".join(dice.choice(made).text.split()[dice.randrange(600) :][:10]) + "?" for _ in range(QUESTIONS)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=4260)
    parser.add_argument("--embedder", default="wordllama")
    parser.add_argument("--no-record", action="store_true", help="print only")
    options = parser.parse_args()
    made = list(articles(options.articles))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures: dict[str, Any] = {"articles": len(made)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library"
        with Library(path, embedder=open_embedder(options.embedder)) as library:
            began = time.perf_counter()
            report = library.add(made)
            first = time.perf_counter() - began
            began = time.perf_counter()
            unchanged = library.add(made).unchanged
            again = time.perf_counter() - began
        assert unchanged == len(made)
        figures |= {
            "chunks": report.chunks,
            "ingest_s": round(first, 2),
            "ingest_articles_per_s": round(len(made) / first),
            "unchanged_s": round(again, 3),
            "unchanged_times_faster": round(first / again, 1),
            "articles_alone_mb": before,
            "ingest_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "disk_mb": sum(p.stat().st_size for p in path.rglob("*") if p.is_file()) // 2**20,
        }
        command = [sys.executable, "-c", SEARCH, str(path), options.embedder]
        done = subprocess.run(
            command, input=json.dumps(questions(made)), capture_output=True, text=True, check=True
        )
        figures["search"] = json.loads(done.stdout)
    record(
        "speed" if options.articles == 4260 else f"speed-{options.articles}",
        figures,
        save=not options.no_record,
    )


if __name__ == "__main__":
    main()
