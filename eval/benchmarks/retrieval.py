"""Measures retrieval on NewsQA's questions: does search find the article that a question was asked about,
and the answer?

    python eval/benchmarks/retrieval.py --data FOLDER [--squad FILE] [--dense-weight W] [--first N]

FOLDER holds split_dev_articles.jsonl (id, text) and split_dev_questions.jsonl (article_id, question,
answers with answer_start and text); FILE is SQuAD 2.0's, of which the answerable questions are asked over all
paragraphs. The data is third-party text and is not part of this project. Questions are taken as they stand.

Printed for plain BM25 over chunks (`bm25`), BM25 and vectors (`hybrid`), and what is shipped, in one run and
over the same library: the share of questions whose article (or paragraph) is among the first 1, 5 and 10
articles; the share with a passage among the first 5 that contains the answer's span in its article; and the
difference to `bm25` in hit@5 with a 95 % interval (paired bootstrap over articles, since questions about one
article hang together). Each over all questions and over two halves of the articles (pages of SQuAD), told
apart by a hash of their ids: constants are chosen on `tune`, and `held` says whether they help. The weight of
the vectors is the library's own unless given.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from results import record

from qa.evals.benchmarks import recipe
from qa.library import Library
from qa.library.evidence import SHIPPED, WORDS_ALONE, Weights
from qa.types import Article, Passage

newsqa = recipe("newsqa")
squad2 = recipe("squad2")
DRAWS = 2_000
HALVES = ("all", "tune", "held")


class Asked(NamedTuple):
    """A question, the article it is about, what is drawn as one (an article or a page), and the spans that
    answer it in the article."""

    text: str
    article_id: str
    group: str
    spans: tuple[tuple[int, int], ...]


class Outcome(NamedTuple):
    """The right article's rank among those found, from 1 (None if not found), whether a passage among the
    first 5 holds the answer, and the milliseconds that a search of 5 passages took."""

    rank: int | None
    holds: bool
    took: float


def half(group: str) -> str:
    """Which half an article belongs to, always the same."""
    return "held" if hashlib.sha256(group.encode()).digest()[0] % 2 else "tune"


def outcomes(library: Library, asked: Sequence[Asked]) -> list[Outcome]:
    """What search finds for each question."""
    done = []
    for question in asked:
        began = time.perf_counter()
        passages = library.search(question.text, k=5)
        took = 1000 * (time.perf_counter() - began)
        ids = newsqa.article_ids(library, question.text)
        rank = ids.index(question.article_id) + 1 if question.article_id in ids else None
        done.append(Outcome(rank, any(_holds(p, question) for p in passages), took))
    return done


def figures(asked: Sequence[Asked], done: Sequence[Outcome], plain: Sequence[Outcome]) -> dict[str, Any]:
    """The shares for all questions and for each half, the difference in hit@5 to `plain`, and the search
    time."""
    values: dict[str, Any] = {}
    for name in HALVES:
        chosen = [i for i, q in enumerate(asked) if name in ("all", half(q.group))]
        if not chosen:
            continue
        values[name] = {
            f"hit@{depth}": _share([_hit(done[i], depth) for i in chosen]) for depth in newsqa.DEPTHS
        }
        values[name]["answer_hit@5"] = _share([done[i].holds for i in chosen])
        differences: defaultdict[str, list[int]] = defaultdict(list)
        for i in chosen:
            differences[asked[i].group].append(_hit(done[i], 5) - _hit(plain[i], 5))
        mean, low, high = difference(list(differences.values()))
        values[name] |= {"hit@5_over_bm25": mean, "low": low, "high": high}
    times = sorted(outcome.took for outcome in done)
    values["search_p50_ms"] = round(times[len(times) // 2], 2)
    values["search_p95_ms"] = round(times[int(len(times) * 0.95)], 2)
    return values


def difference(groups: Sequence[Sequence[int]]) -> tuple[float, float, float]:
    """The mean of all values, and the 2.5th and 97.5th percentile of that mean over draws of whole groups
    with replacement (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993)."""
    sums = [(sum(group), len(group)) for group in groups]
    dice = random.Random(7)
    means = []
    for _ in range(DRAWS):
        drawn = dice.choices(sums, k=len(sums))
        means.append(sum(s for s, _ in drawn) / sum(n for _, n in drawn))
    means.sort()
    mean = sum(s for s, _ in sums) / sum(n for _, n in sums)
    return round(mean, 4), round(means[int(DRAWS * 0.025)], 4), round(means[int(DRAWS * 0.975)], 4)


def compare(
    articles: Sequence[Article], asked: Sequence[Asked], dense_weight: float | None
) -> dict[str, Any]:
    """The figures of plain BM25, of BM25 and vectors, and of what is shipped."""
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        dense = library.searching.dense_weight if dense_weight is None else dense_weight
        ways: tuple[tuple[str, float, Weights], ...] = (
            ("bm25", 0.0, WORDS_ALONE),
            ("hybrid", dense, WORDS_ALONE),
            ("shipped", dense, SHIPPED),
        )
        values: dict[str, Any] = {
            "questions": len(asked),
            "articles": len(articles),
            "chunks": library.add(articles).chunks,
        }
        plain: list[Outcome] = []
        for name, weight, weights in ways:
            library.searching.dense_weight, library.searching.weights = weight, weights
            done = outcomes(library, asked)
            plain = plain or done
            values[name] = figures(asked, done, plain)
    return values


def read_newsqa(folder: Path) -> tuple[list[Article], list[Asked]]:
    """NewsQA's articles and questions."""
    articles, questions = newsqa.read(folder)
    return articles, [
        Asked(
            q.question,
            q.article_id,
            q.article_id,
            tuple((a.answer_start, a.answer_start + len(a.text.rstrip())) for a in q.answers),
        )
        for q in questions
    ]


def read_squad(file: Path) -> tuple[list[Article], list[Asked]]:
    """SQuAD's paragraphs as articles, and its answerable questions; a page is drawn as one."""
    pages = squad2.pages(file)
    articles, asked = [], []
    for article, paragraph in squad2.paragraphs(pages):
        articles.append(article)
        for q in paragraph.qas:
            starts = [(article.text.find(gold.text), len(gold.text)) for gold in q.answers]
            spans = tuple((start, start + size) for start, size in starts if start >= 0)
            if not q.is_impossible:
                asked.append(Asked(q.question, article.id, article.title, spans))
    return articles, asked


def _holds(passage: Passage, question: Asked) -> bool:
    return passage.article.id == question.article_id and any(
        passage.start <= start and end <= passage.end for start, end in question.spans
    )


def _hit(outcome: Outcome, depth: int) -> int:
    return int(outcome.rank is not None and outcome.rank <= depth)


def _share(hits: Sequence[int]) -> float:
    return round(sum(hits) / len(hits), 4)


def _print(title: str, values: dict[str, Any]) -> None:
    columns = (*(f"hit@{depth}" for depth in newsqa.DEPTHS), "answer_hit@5")
    print(f"\n{title}: {values['questions']} questions, {values['articles']} articles\n")
    print(f"{'':14}" + "".join(f"{c:>14}" for c in columns) + f"{'hit@5 - bm25 (95 %)':>30}")
    for name in ("bm25", "hybrid", "shipped"):
        for part in (h for h in HALVES if h in values[name]):
            row = values[name][part]
            gain = f"{row['hit@5_over_bm25']:+.4f} ({row['low']:+.4f} to {row['high']:+.4f})"
            print(f"{name + ' ' + part:14}" + "".join(f"{row[c]:>14}" for c in columns) + f"{gain:>30}")
        print(f"{'':14}search p50 {values[name]['search_p50_ms']} ms, p95 {values[name]['search_p95_ms']} ms")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the NewsQA files")
    parser.add_argument("--squad", type=Path, default=None, help="SQuAD 2.0's file, or its folder")
    parser.add_argument("--dense-weight", type=float, default=None)
    parser.add_argument("--first", type=int, default=None, help="only a sample of so many questions of each")
    parser.add_argument("--no-record", action="store_true", help="print only")
    options = parser.parse_args()
    sets = [("retrieval", "NewsQA", read_newsqa(options.data))]
    if options.squad:
        sets.append(("retrieval-squad", "SQuAD", read_squad(options.squad)))
    for name, title, (articles, asked) in sets:
        chosen = random.Random(7).sample(asked, min(options.first or len(asked), len(asked)))
        values = compare(articles, chosen, options.dense_weight)
        _print(title, values)
        record(name, values, save=not options.no_record)


if __name__ == "__main__":
    main()
