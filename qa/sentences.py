"""Where sentences begin and end in news text: sentencex, with repairs for what news writing does to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

_LINE = re.compile(r"[^\n]+")
# "Sen. Roe, D-N." + "Y., objected": a state's initials are one token.
_SPLIT_INITIALS = re.compile(r"[-.\s(][A-Z]\.$")
_INITIALS_GO_ON = re.compile(r"[A-Z]\.")
# "at 5 p.m." + "Monday": the time goes on.
_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_DAY = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:local|Eastern|Pacific|Central|GMT|CET|ET|BST)\b"
)
# '"We won."' + 'he said': the tag belongs to the quote.
_CLOSED_QUOTE = re.compile(r"[.!?…][\"”’']$")
_LOWER = re.compile(r"[a-z]")
# "on 30 May." + "Organisers said": a whole word that sentencex takes for an abbreviation.
_WHOLE_WORD = re.compile(r"\b(?:May|may|me|no|art|miss|ill|ore|con)\.(?=\s+[\"“‘']?[A-Z])")


@lru_cache(maxsize=4096)
def _cached(text: str) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        spans.extend(_line_spans(line.group(), line.start()))
    return tuple(spans)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of `text` as half-open spans without surrounding white space, in order; a line break
    always ends one.
    """
    return list(_cached(text))


def _line_spans(line: str, offset: int) -> list[tuple[int, int]]:
    from sentencex import segment

    spans: list[tuple[int, int]] = []
    position = 0
    for piece in _pieces(segment("en", line)):
        start, end = position, position + len(piece)
        position = end
        if not piece.strip():
            continue
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        if spans and _belongs_together(line[slice(*spans[-1])], line[start:end]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return [(start + offset, end + offset) for start, end in spans]


def _pieces(segments: Iterable[str]) -> Iterator[str]:
    for piece in segments:
        start = 0
        for word in _WHOLE_WORD.finditer(piece):
            yield piece[start : word.end()]
            start = word.end()
        yield piece[start:]


def _belongs_together(before: str, after: str) -> bool:
    if _SPLIT_INITIALS.search(before[-3:]) and _INITIALS_GO_ON.match(after):
        return True
    if _CLOCK.search(before) and _DAY.match(after):
        return True
    return bool(_CLOSED_QUOTE.search(before[-2:]) and _LOWER.match(after))
