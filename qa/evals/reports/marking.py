"""Which words of an answer to mark: the stretch that a verdict rests on, and the words that another answer
has otherwise.

Stretches come from the grader, which folds text and takes markers and square brackets off; so words are
compared, and their places are those in the text as it is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from qa.evals.matching import folded
from qa.types import Span

_MARKER = re.compile(r"\[\d+\]")
_WORD = re.compile(r"[$€£¥]?[^\W_]+(?:['.,/-][^\W_]+)*%?")
LONGEST = 3000
"""Words; the time of a comparison grows with the square of it, so longer answers are not compared."""
MOSTLY = 0.7
"""When more than this of a stretch differs, single words say nothing: the stretch is marked as a whole."""
ALIKE = 0.3
"""Answers that share less than this of their words are two texts, not two versions of one."""


class _Word(NamedTuple):
    folded: str
    start: int
    end: int


class Segment(NamedTuple):
    """A piece of an answer: its text, whether it is at fault, whether the other answer has it otherwise."""

    text: str
    marked: bool = False
    differs: bool = False


def located(stretch: str, text: str) -> tuple[Span, ...]:
    """Where the words of `stretch` stand in `text`: one span, several where other words come between, none if
    most are not there.
    """
    wanted, have = [w.folded for w in _words(stretch)], _words(text)
    if not wanted:
        return ()
    said = [w.folded for w in have]
    size = len(wanted)
    for i in range(len(said) - size + 1):
        if said[i] == wanted[0] and said[i : i + size] == wanted:
            return (Span(start=have[i].start, end=have[i + size - 1].end),)
    if max(size, len(said)) > LONGEST:
        return ()
    blocks = SequenceMatcher(None, wanted, said, autojunk=False).get_matching_blocks()
    if sum(b.size for b in blocks) < 0.8 * size:
        return ()
    return tuple(Span(start=have[b.b].start, end=have[b.b + b.size - 1].end) for b in blocks if b.size)


def differing(text: str, other: str) -> tuple[Span, ...]:
    """The stretches of `text` that `other` words otherwise or does not have; none where they share too little
    to be compared word by word.
    """
    have, others = _words(text), _words(other)
    if not have or not others or max(len(have), len(others)) > LONGEST:
        return ()
    matcher = SequenceMatcher(None, [w.folded for w in others], [w.folded for w in have], autojunk=False)
    if matcher.ratio() < ALIKE:
        return ()
    return tuple(
        Span(start=have[first].start, end=have[last - 1].end)
        for kind, _, _, first, last in matcher.get_opcodes()
        if kind in ("insert", "replace")
    )


def at_fault(text: str, stretches: Iterable[str], differs: Sequence[Span]) -> tuple[Span, ...]:
    """What to mark in `text`: of each stretch the words that differ, or all of it where none or most do."""
    marks: list[Span] = []
    for place in dict.fromkeys(span for s in stretches for span in located(s, text)):
        inside = [s for d in differs if (s := _common(text, d, place))]
        share = sum(s.end - s.start for s in inside) / max(1, place.end - place.start)
        marks += inside if inside and share <= MOSTLY else [place]
    return merged(marks)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, those that touch made one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if found and span.start <= found[-1].end:
            found[-1] = Span(start=found[-1].start, end=max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def segments(text: str, marks: Iterable[Span] = (), differs: Iterable[Span] = ()) -> tuple[Segment, ...]:
    """`text` cut where marks begin and end; joined again, the pieces are `text`. What is marked does not
    count as differing as well.
    """
    marks, differs = list(marks), list(differs)
    cuts = {0, len(text), *(p for s in (*marks, *differs) for p in (s.start, s.end) if p < len(text))}
    found: list[Segment] = []
    for start, end in pairwise(sorted(cuts)):
        marked = _covers(marks, start, end)
        piece = Segment(text[start:end], marked, not marked and _covers(differs, start, end))
        if found and found[-1][1:] == piece[1:]:
            found[-1] = piece._replace(text=found[-1].text + piece.text)
        else:
            found.append(piece)
    return tuple(found)


def clipped(text: str, marks: Sequence[Span], most: int) -> tuple[str, tuple[Span, ...]]:
    """At most `most` characters of `text` with the first mark among them, and the marks moved along."""
    if len(text) <= most:
        return text, tuple(marks)
    start = 0
    if marks and marks[0].end > most - 2:
        start = max(0, marks[0].start - most // 4)
    body = text[start : start + most - 2]
    before, after = "…" if start else "", "…" if start + most - 2 < len(text) else ""
    shift = len(before) - start
    kept = [
        Span(start=max(m.start, start) + shift, end=min(m.end, start + len(body)) + shift)
        for m in marks
        if m.start < start + len(body) and m.end > start
    ]
    return before + body + after, tuple(kept)


# ---------------------------------------------------------------- words


@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[_Word, ...]:
    plain, places = _plain(text)
    return tuple(
        _Word(m.group().casefold(), places[m.start()][0], places[m.end() - 1][1])
        for m in _WORD.finditer(plain)
    )


def _plain(text: str) -> tuple[str, list[tuple[int, int]]]:
    """`text` folded character by character as the grader folds it, with the place each one came from."""
    skipped = {p for m in _MARKER.finditer(text) for p in range(*m.span())}
    plain: list[str] = []
    places: list[tuple[int, int]] = []
    position = 0
    while position < len(text):
        start, position = position, position + 1
        while position < len(text) and unicodedata.combining(text[position]):
            position += 1
        if start in skipped:
            letters = " "
        elif text[start] in "[]":
            continue
        else:
            letters = folded(text[start:position]) or " "
        plain.append(letters)
        places += [(start, position)] * len(letters)
    return "".join(plain), places


def _common(text: str, one: Span, other: Span) -> Span | None:
    start, end = max(one.start, other.start), min(one.end, other.end)
    words = [w for w in _words(text) if w.start >= start and w.end <= end] if start < end else []
    return Span(start=words[0].start, end=words[-1].end) if words else None


def _covers(spans: Iterable[Span], start: int, end: int) -> bool:
    return any(s.start <= start and end <= s.end for s in spans)
