"""Cuts an article into chunks of about 120 words on sentence borders, and says what of each is embedded."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from qa.sentences import sentence_spans
from qa.types import ArticleHead, Chunk

TARGET_WORDS = 120
LONGEST_SENTENCE = 2 * TARGET_WORDS
LONGEST_OVERLAP = 40
_CHARACTERS_PER_WORD = 12
_WORD = re.compile(r"\S+")

Span = tuple[int, int]


def chunk_spans(text: str, target: int = TARGET_WORDS, overlap: int = 0) -> list[Span]:
    """Half-open spans of `text` of about `target` words each, in order, on sentence borders.

    Every sentence is in at least one span, and spans are of even length, so that no short rest is left
    over. `overlap` sentences (unless longer than 40 words together) are repeated at the start of the next
    span. A sentence of more than twice the target, such as a table without full stops, is cut between
    words. Empty for a text without words.
    """
    pieces = [piece for start, end in sentence_spans(text) for piece in _cut_long(text, start, end, target)]
    sizes = [_words(text, start, end) for start, end in pieces]
    total = sum(sizes)
    if not total:
        return []
    aim = total / max(1, round(total / target))
    spans: list[Span] = []
    first, filled, done = 0, 0, 0
    for i, size in enumerate(sizes):
        filled += size
        done += size
        rest = total - done
        if rest and (filled + sizes[i + 1] / 2 < aim or rest < aim / 3):
            continue
        spans.append((pieces[first][0], pieces[i][1]))
        first = _overlap_start(sizes, first, i, overlap) if rest else i + 1
        filled = sum(sizes[first : i + 1])
    return spans


def chunk(head: ArticleHead, text: str) -> list[Chunk]:
    """The chunks of an article's text, `ordinal` from 0."""
    return [
        Chunk(article_id=head.id, version=head.version, ordinal=i, start=start, end=end)
        for i, (start, end) in enumerate(chunk_spans(text))
    ]


def embedded_text(head: ArticleHead, passage: str) -> str:
    """What is embedded of a passage: its words under the article's title, outlet and day, which the passage
    itself may lack."""
    day = head.published.date().isoformat() if head.published else ""
    source = ", ".join(part for part in (head.outlet, day) if part)
    return "\n".join(part for part in (head.title, source, passage) if part)


def _overlap_start(sizes: list[int], first: int, last: int, overlap: int) -> int:
    start = last + 1
    while (
        start - 1 > first
        and last + 1 - start < overlap
        and sum(sizes[start - 1 : last + 1]) <= LONGEST_OVERLAP
    ):
        start -= 1
    return start


def _words(text: str, start: int, end: int) -> int:
    """Words in a span; scripts without spaces between words are counted by their length."""
    return max(len(text[start:end].split()), math.ceil((end - start) / _CHARACTERS_PER_WORD))


def _cut_long(text: str, start: int, end: int, target: int) -> Iterator[Span]:
    if _words(text, start, end) <= 2 * target:
        yield start, end
        return
    room = target * _CHARACTERS_PER_WORD
    begin, words, last = start, 0, start
    for match in _WORD.finditer(text, start, end):
        if words and (words >= target or match.end() - begin > room):
            yield begin, last
            begin, words = match.start(), 0
        while match.end() - begin > room:  # one word without an end: a data URL, or a script without spaces
            yield begin, begin + room
            begin += room
        words, last = words + 1, match.end()
    if last > begin:
        yield begin, last
