"""SQuAD 2.0: does the engine answer what a paragraph answers, and abstain where one only seems to?

Data: a JSON file of SQuAD 2.0's form (data, pages of title and paragraphs, each with context and qas:
question, is_impossible, answers with text), or the folder it is in. Each paragraph becomes an article; all of
them are in one library. Half of the questions were written so that the paragraph seems to answer them and
does not.

Figures: of the answerable questions the share `answered`, and of these the share with an annotated answer in
the cited words (`right_of_answered`); of the unanswerable ones the share `abstained`; over both `accuracy`,
the share answered rightly or rightly left; and what abstaining always would have as `accuracy` on the same
questions. The weights in qa/answering/trust.json were trained on half of the pages (`is_tuned`, by their
titles),
so that `accuracy` is also given for the other half alone: `held_accuracy`, beside `tuned_accuracy`;
`strict_...` is for the engine
that asks the trained probability `trained().strict` of a sentence, which it does not by default. The measure
is
more lenient than SQuAD's own (an answer is a sentence here) and harder (every
paragraph is searched).

Source: Rajpurkar et al., "Know What You Don't Know: Unanswerable Questions for SQuAD", 2018
(arXiv:1806.03822). CC BY-SA 4.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from qa.answering.trust import trained
from qa.types import Answer, Article

from .asking import ask, library_of
from .rows import Row, one_file, read_object, sample, share

TITLE = "SQuAD 2.0: answers what is answerable, abstains where it is not"


SPLIT = ("questions", "accuracy", "always_abstain_accuracy")


class Gold(Row):
    """An annotated answer."""

    text: str = Field(min_length=1)


class Question(Row):
    """A question; one that `is_impossible` has no answer."""

    question: str = Field(min_length=1)
    is_impossible: bool = False
    answers: tuple[Gold, ...] = ()
    page: str = ""
    """The title of the page it is about, set by `read`."""
    article: str = ""
    """The id of the paragraph it is about, set by `read`."""


class Paragraph(Row):
    """A paragraph and the questions about it."""

    context: str
    qas: tuple[Question, ...]


class Page(Row):
    """A page of the encyclopedia."""

    title: str
    paragraphs: tuple[Paragraph, ...]


class Pages(Row):
    """The whole file."""

    data: tuple[Page, ...] = Field(min_length=1)


def measure(data: Path, *, first: int | None = None) -> dict[str, Any]:
    """The figures, over all questions or a fixed random sample of `first`. Raises UsageError."""
    articles, questions = read(data)
    with library_of(articles) as library:
        chosen = sample(questions, first)
        asked = [(q, ask(library, q.question)) for q in chosen]
        strictly = [(q, ask(library, q.question, enough=trained().strict)) for q in chosen]
    return {
        "articles": len(articles),
        **figures(asked),
        **by_half(asked, ""),
        **by_half(strictly, "strict_"),
    }


def by_half(asked: Sequence[tuple[Question, Answer]], prefix: str) -> dict[str, Any]:
    """The main figures for the pages that weights were trained on and for the others."""
    found = {}
    for name, part in (("tuned", True), ("held", False)):
        own = figures([(q, a) for q, a in asked if is_tuned(q.page) == part])
        found |= {f"{prefix}{name}_{what}": own[what] for what in SPLIT}
    return found


def is_tuned(page: str) -> bool:
    """Whether a page is in the half that weights and thresholds are chosen on: by a hash of its title."""
    return hashlib.sha256(page.encode()).digest()[-1] % 2 == 0


def read(data: Path) -> tuple[list[Article], list[Question]]:
    """Paragraphs as articles, and the questions, in the order of the file. Raises UsageError."""
    articles: list[Article] = []
    questions: list[Question] = []
    for article, paragraph in paragraphs(pages(data)):
        articles.append(article)
        about = {"page": article.title, "article": article.id}
        questions += [q.model_copy(update=about) for q in paragraph.qas]
    return articles, questions


def pages(data: Path) -> Pages:
    """The file as it is. Raises UsageError."""
    expected = "SQuAD 2.0: an object with data, a list of pages of title and paragraphs (context, qas)"
    return read_object(one_file(data, expected, "*.json"), Pages, expected)


def paragraphs(whole: Pages) -> Iterator[tuple[Article, Paragraph]]:
    """Each paragraph, as an article with its page's title and as it is, in the order of the file."""
    for page in whole.data:
        title = page.title.replace("_", " ")
        for number, paragraph in enumerate(page.paragraphs):
            yield Article(id=f"{title}-{number}", title=title, text=paragraph.context), paragraph


def figures(asked: Sequence[tuple[Question, Answer]]) -> dict[str, Any]:
    """Counts and shares for questions and their answers."""
    answerable = [(q, a) for q, a in asked if not q.is_impossible]
    said = [(q, a) for q, a in answerable if not a.abstained]
    right = sum(cites(q, a) for q, a in said)
    impossible = [a for q, a in asked if q.is_impossible]
    left = sum(a.abstained for a in impossible)
    return {
        "questions": len(asked),
        "answerable": len(answerable),
        "answered": share(len(said), len(answerable)),
        "right_of_answered": share(right, len(said)),
        "unanswerable": len(impossible),
        "abstained": share(left, len(impossible)),
        "accuracy": share(right + left, len(asked)),
        "always_abstain_accuracy": share(len(impossible), len(asked)),
    }


def cites(question: Question, answer: Answer) -> bool:
    """Whether an annotated answer stands in the cited words, in any letter case."""
    wanted = [gold.text.lower() for gold in question.answers]
    return any(text in c.quote.lower() for text in wanted for c in answer.citations)
