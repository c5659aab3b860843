"""Measures retrieval on NewsQA's questions: does search find the article that a question was asked about,
and the answer?

    python eval/benchmarks/retrieval.py --data FOLDER [--dense-weight 0.2] [--first N]

FOLDER holds split_dev_articles.jsonl (id, text) and split_dev_questions.jsonl (article_id, question,
answers with answer_start and text). The data is third-party text and is not part of this project. Questions
are taken as they stand. Printed for the hybrid and for BM25 alone, in one run: the share of questions whose
article is among the first 1, 5 and 10 articles, and the share with a passage among the first 5 that
contains the answer's span in its article.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from results import record

from qa.evals.benchmarks import recipe
from qa.library import Library
from qa.types import Passage

newsqa = recipe("newsqa")
COLUMNS = (*(f"article_hit@{n}" for n in newsqa.DEPTHS), "answer_hit@5")


def measure(library: Library, questions: list[Any]) -> dict[str, float]:
    """The four shares, each over all questions, and the median and 95th percentile of the search time in
    milliseconds."""
    times, found, held = [], [], 0
    for question in questions:
        began = time.perf_counter()
        passages = library.search(question.question, k=5)
        times.append(1000 * (time.perf_counter() - began))
        found.append(newsqa.article_ids(library, question.question))
        held += any(_holds(p, question) for p in passages)
    times.sort()
    return {
        **newsqa.hits(questions, found),
        "answer_hit@5": round(held / len(questions), 4),
        "search_p50_ms": round(times[len(times) // 2], 2),
        "search_p95_ms": round(times[int(len(times) * 0.95)], 2),
    }


def _holds(passage: Passage, question: Any) -> bool:
    return passage.article.id == question.article_id and any(
        passage.start <= answer.answer_start
        and answer.answer_start + len(answer.text.rstrip()) <= passage.end
        for answer in question.answers
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the NewsQA files")
    parser.add_argument("--dense-weight", type=float, default=0.2)
    parser.add_argument("--first", type=int, default=None, help="only so many questions")
    parser.add_argument("--no-record", action="store_true", help="print only")
    options = parser.parse_args()
    articles, questions = newsqa.read(options.data)
    questions = questions[: options.first]
    with tempfile.TemporaryDirectory() as folder:
        with Library(Path(folder) / "library") as library:
            report = library.add(articles)
        figures: dict[str, Any] = {
            "questions": len(questions),
            "articles": len(articles),
            "chunks": report.chunks,
        }
        for name, weight in (("bm25", 0.0), ("hybrid", options.dense_weight)):
            with Library(Path(folder) / "library", dense_weight=weight) as library:
                figures[name] = measure(library, questions)
    print(f"{'':8}" + "".join(f"{column:>15}" for column in (*COLUMNS, "search_p50_ms")))
    for name in ("bm25", "hybrid"):
        print(f"{name:8}" + "".join(f"{figures[name][column]:>15}" for column in (*COLUMNS, "search_p50_ms")))
    record("retrieval", figures, save=not options.no_record)


if __name__ == "__main__":
    main()
