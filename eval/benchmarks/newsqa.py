"""NewsQA: is the article found that a question was asked about, does the answer hold the annotated sentence,
and is the question left unanswered when its article is not there?

Data: a folder with `split_dev_articles.jsonl` (a line: id, text) and `split_dev_questions.jsonl` (a line:
article_id, question, answers, each with text and answer_start, its place in the article). The questions were
written by people who had seen a headline and highlights only, about one article each ("What did he say?"), so
that many have no answer outside of it: figures here tell a step forward from a step back, and not how
questions that stand alone fare.

Figures: `article_hit@N`, the share of questions whose article is among the first N found (of 40 passages)
and `bm25_article_hit@N` the same by plain BM25;
`sentence_in_first_N`, the share with the annotated place inside one of the answer's first N citations, an
abstention being a miss; `answered`; `right_of_answered`, any citation counting; and for questions whose
article was removed (every second article is), the share left unanswered. `bm25_sentence_in_first_N` is what
plain BM25 over sentences has on the same questions, which abstains never: the stronger, for each N, of
ranking the sentences of all articles and those of the best three articles by BM25; `answered_...` are both on
the questions alone that the engine answers.

Source: Trischler et al., "NewsQA: A Machine Comprehension Dataset", 2017 (arXiv:1611.09830). The articles are
CNN's: for measuring at home only, no part of them belongs here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import Field

from qa import Library
from qa.errors import UsageError
from qa.library.evidence import WORDS_ALONE
from qa.sentences import sentence_spans
from qa.types import Answer, Article

from .asking import ask, library_of
from .bm25 import Bm25
from .rows import Row, read_lines, sample, share

TITLE = "NewsQA: articles found, sentences cited, removed articles left unanswered"

ARTICLES = "split_dev_articles.jsonl"
QUESTIONS = "split_dev_questions.jsonl"
DEPTHS = (1, 5, 10)
CITED = (1, 3)
BEST_ARTICLES = 3
PASSAGES = 40  # enough for ten different articles


class Text(Row):
    """An article."""

    id: str = Field(min_length=1)
    text: str


class Span(Row):
    """An annotated answer and where it begins in the article."""

    text: str
    answer_start: int = Field(ge=0)


class Question(Row):
    """A question about one article."""

    article_id: str
    question: str = Field(min_length=1)
    answers: tuple[Span, ...] = Field(min_length=1)


def measure(data: Path, *, first: int | None = None) -> dict[str, Any]:
    """The figures, over all questions or a fixed random sample of `first`. Raises UsageError."""
    articles, questions = read(data)
    asked_for = sample(questions, first)
    with library_of(articles) as library:
        found = [article_ids(library, q.question) for q in asked_for]
        with words_alone(library):
            plain = [article_ids(library, q.question) for q in asked_for]
        answered = [(q, ask(library, q.question)) for q in asked_for]
    kept = articles[::2]
    ids = {a.id for a in kept}
    removed = [q for q in asked_for if q.article_id not in ids]
    with library_of(kept) as library:
        absent = [ask(library, q.question) for q in removed]
    return {
        "questions": len(asked_for),
        "articles": len(articles),
        **hits(asked_for, found),
        **{f"bm25_{name}": value for name, value in hits(asked_for, plain).items()},
        **answer_figures(answered),
        **bm25_figures(articles, asked_for),
        **where_answered(articles, answered),
        "removed": len(removed),
        "removed_abstained": share(sum(a.abstained for a in absent), len(absent)),
    }


def read(folder: Path) -> tuple[list[Article], list[Question]]:
    """The articles and the questions. Raises UsageError."""
    texts = read_lines(folder / ARTICLES, Text, "an article a line, with id and text")
    questions = read_lines(
        folder / QUESTIONS,
        Question,
        "a question a line, with article_id, question, and answers (each text and answer_start)",
    )
    known = {t.id for t in texts}
    for number, question in enumerate(questions, 1):
        if question.article_id not in known:
            raise UsageError(
                f"{folder / QUESTIONS}: question {number} is about article {question.article_id!r}",
                f"Every article_id must be an id in {ARTICLES}.",
            )
    return [Article(id=t.id, text=t.text) for t in texts], questions


def article_ids(library: Library, question: str) -> list[str]:
    """The articles found for a question, best first, each once; copies follow the one they repeat."""
    found = library.search(question, k=PASSAGES)
    return list(dict.fromkeys(i for p in found for i in (p.article.id, *(head.id for head in p.also_in))))


def hits(questions: Sequence[Question], found: Sequence[Sequence[str]]) -> dict[str, float | None]:
    """The share of questions whose article is among the first 1, 5 and 10 of those found for them."""
    pairs = list(zip(questions, found, strict=True))
    return {
        f"article_hit@{depth}": share(sum(q.article_id in ids[:depth] for q, ids in pairs), len(pairs))
        for depth in DEPTHS
    }


@contextmanager
def words_alone(library: Library) -> Iterator[None]:
    """Lets the library search by plain BM25 over its chunks, and then as before: what ours is measured
    against."""
    searching = library.searching
    before = searching.weights, searching.dense_weight
    searching.weights, searching.dense_weight = WORDS_ALONE, 0.0
    try:
        yield
    finally:
        searching.weights, searching.dense_weight = before


def answer_figures(answered: Sequence[tuple[Question, Answer]]) -> dict[str, float | None]:
    """Where in the answers the annotated place is cited, how many were answered, and how many of those
    rightly."""
    said = [(q, a) for q, a in answered if not a.abstained]
    early = {
        f"sentence_in_first_{n}": share(sum(cited(q, a.citations[:n]) for q, a in said), len(answered))
        for n in CITED
    }
    right = sum(cited(q, a.citations) for q, a in said)
    return {
        **early,
        "answered": share(len(said), len(answered)),
        "right_of_answered": share(right, len(said)),
    }


def bm25_figures(articles: Sequence[Article], questions: Sequence[Question]) -> dict[str, float | None]:
    """The share of questions with the annotated place inside one of the first N sentences by BM25 alone."""
    spans = [(a.id, start, end) for a in articles for start, end in sentence_spans(a.text)]
    texts = {a.id: a.text for a in articles}
    sentences = Bm25([texts[name][start:end] for name, start, end in spans])
    whole = Bm25([a.text for a in articles])
    of: dict[str, list[int]] = {a.id: [] for a in articles}
    for place, (name, _, _) in enumerate(spans):
        of[name].append(place)
    everywhere, in_best = [], []
    for question in questions:
        best = whole.best(question.question, BEST_ARTICLES)
        among = frozenset(place for number in best for place in of[articles[number].id])
        for ranked, allowed in ((everywhere, None), (in_best, among)):
            ranked.append([spans[p] for p in sentences.best(question.question, max(CITED), among=allowed)])
    return {
        f"bm25_sentence_in_first_{n}": share(
            max(_held(questions, everywhere, n), _held(questions, in_best, n)), len(questions)
        )
        for n in CITED
    }


def where_answered(
    articles: Sequence[Article], answered: Sequence[tuple[Question, Answer]]
) -> dict[str, float | None]:
    """The same, of the engine and of BM25 alone, on the questions that the engine answers."""
    said = [(q, a) for q, a in answered if not a.abstained]
    ours = answer_figures(said)
    own = {f"sentence_in_first_{n}": ours[f"sentence_in_first_{n}"] for n in CITED}
    both = own | bm25_figures(articles, [q for q, _ in said])
    return {f"answered_{name}": value for name, value in both.items()}


def _held(questions: Sequence[Question], ranked: Sequence[Sequence[tuple[str, int, int]]], most: int) -> int:
    return sum(
        any(
            name == q.article_id and start <= span.answer_start < end
            for name, start, end in spans[:most]
            for span in q.answers
        )
        for q, spans in zip(questions, ranked, strict=True)
    )


def cited(question: Question, citations: Iterable[Any]) -> bool:
    """Whether an annotated answer begins inside one of these citations."""
    return any(
        c.article_id == question.article_id and c.start <= span.answer_start < c.end
        for c in citations
        for span in question.answers
    )
