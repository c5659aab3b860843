"""The passages that an answer is drawn from: those found for each part of the question, and for every name in
it that none of them holds.

A name tells most about which article is meant, and in a small library a few common words can outweigh it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from qa.answering.question import parse, without_preamble
from qa.answering.subquestions import subquestions
from qa.answering.synonyms import any_same_name
from qa.answering.words import words
from qa.library import Library
from qa.types import Filters, Passage

_FOR_A_NAME = 2


def found(question: str, library: Library, *, k: int, filters: Filters) -> list[Passage]:
    """The `k` passages nearest to a question (half as many more where it has parts), numbered from 1:
    those with most of its names first, then as found, those of the whole and of each part in turn.
    """
    plain = without_preamble(question)
    texts = [part.text for part in subquestions(plain)]
    searched = [plain, *texts] if len(texts) > 1 else texts
    lists = [library.search(text, k=k, filters=filters) for text in searched]
    names = tuple({name: None for text in texts for name in parse(text).names})
    passages = [*_in_turn(lists)]
    if names:
        rows = [(p, _words(p)) for p in passages]
        missing = [n for n in names if not any(_named(held, [n]) for _, held in rows)]
        rows = [*(row for name in missing for row in _holding(name, library, filters)), *rows]
        rows.sort(key=lambda row: -_named(row[1], names))
        passages = [passage for passage, _ in rows]
    kept: list[Passage] = []
    for passage in passages:
        if not any(_overlap(passage, other) for other in kept):
            kept.append(passage.model_copy(update={"number": len(kept) + 1}))
    return kept[: k + k // 2] if len(texts) > 1 else kept[:k]


def _in_turn(lists: Sequence[Sequence[Passage]]) -> Iterator[Passage]:
    for row in zip_longest(*lists):
        yield from (passage for passage in row if passage)


def _words(passage: Passage) -> frozenset[str]:
    """The words of a passage and of the title of its article, in lower case."""
    return frozenset(w.lower for w in words(f"{passage.article.title} {passage.text}"))


def _named(held: frozenset[str], names: Iterable[Sequence[str]]) -> int:
    """How many of the names are among these words."""
    return sum(any_same_name(name[-1], held) for name in names)


def _holding(
    name: Sequence[str], library: Library, filters: Filters
) -> Iterator[tuple[Passage, frozenset[str]]]:
    for hit in library.search(" ".join(name), k=_FOR_A_NAME, filters=filters):
        if _named(held := _words(hit), [name]):
            yield hit, held


def _overlap(one: Passage, other: Passage) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end
