"""Long articles in sections that fit a model, and articles packed together into as few calls as hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from qa.models.tokens import tokens_in
from qa.sentences import sentence_spans
from qa.types import Passage, Span

T = TypeVar("T")


def sections(text: str, most: int) -> list[Span]:
    """`text` in stretches of at most `most` tokens each, in order and with nothing but white space between
    them.

    Cut between paragraphs where that will do, else between sentences; inside a sentence, between words, only
    where it is too long by itself, and inside a word only where that is.
    """
    packed: list[Span] = []
    for span in _pieces(text, most):
        if packed and tokens_in(text[packed[-1].start : span.end]) <= most:
            packed[-1] = Span(start=packed[-1].start, end=span.end)
        else:
            packed.append(span)
    return packed


def fitting(passages: Iterable[Passage], most: int, cost: Callable[[Passage], int]) -> Iterator[Passage]:
    """The passages, in order, those of more than `most` tokens in several parts that keep their number.

    `cost` is a passage's tokens as it is shown, its head included.
    """
    for passage in passages:
        if cost(passage) <= most:
            yield passage
            continue
        head = cost(passage.model_copy(update={"text": ""}))
        for span in sections(passage.text, max(most - head, most // 2)):
            yield passage.model_copy(
                update={
                    "text": passage.text[span.start : span.end],
                    "start": passage.start + span.start,
                    "end": passage.start + span.end,
                }
            )


def packed(things: Iterable[T], most: int, cost: Callable[[T], int]) -> list[tuple[T, ...]]:
    """The things in order, as many together as cost at most `most`; one that costs more is alone."""
    groups: list[tuple[T, ...]] = []
    left = 0
    for thing in things:
        price = cost(thing)
        if groups and price <= left:
            groups[-1] += (thing,)
            left -= price
        else:
            groups.append((thing,))
            left = most - price
    return groups


def evenly(things: Sequence[T], most: int) -> list[Sequence[T]]:
    """The things in order in as few groups of at most `most` as hold them, all about the same size."""
    count = -(-len(things) // most)
    borders = [len(things) * number // count for number in range(count + 1)] if count else [0]
    return [things[a:b] for a, b in pairwise(borders)]


def _pieces(text: str, most: int) -> Iterator[Span]:
    """The paragraphs of `text`, the sentences of those that are too long, the words of those that are."""
    at = 0
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        if not line.strip():
            continue
        if tokens_in(line) <= most:
            yield _trimmed(text, start, at)
            continue
        for a, b in sentence_spans(line):
            if tokens_in(line[a:b]) <= most:
                yield Span(start=start + a, end=start + b)
            else:
                yield from _cut(text, start + a, start + b, most)


def _cut(text: str, start: int, end: int, most: int) -> Iterator[Span]:
    while start < end:
        stop = min(end, start + most)  # a character is at most four bytes: one token
        while stop < end and tokens_in(text[start : stop + 1]) <= most:
            stop += 1
        space = text.rfind(" ", start + 1, stop + 1) if stop < end else -1
        border = space if space > start else stop
        yield _trimmed(text, start, border)
        start = border
        while start < end and text[start].isspace():
            start += 1


def _trimmed(text: str, start: int, end: int) -> Span:
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return Span(start=start, end=end)
