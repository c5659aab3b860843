"""Tells whether one article is a copy of another: a wire story that several outlets carry, trimmed, under
another headline, with a lead or a paragraph of their own.

Words are compared in runs of five, by containment: how many of the shorter article's runs stand in the
longer one (Broder, "On the resemblance and containment of documents", 1997). Which articles are worth
comparing is told by a few of each article's runs, its marks, chosen by winnowing (Schleimer, Wilkerson and
Aiken, "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003): texts that share 20 words in
a row share a mark, however much longer one of them is. MinHash promises that for likeness of the whole only,
which a third of a long story does not have.

Whoever changes here what a mark is, or a copy, counts `GROUPING` up in `storage`.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RUN = 5
WINDOW = 16
SAME_ROW = WINDOW + RUN - 1
"""Articles that share so many words in a row share a mark."""
FEWEST_RUNS = WINDOW
COPIED, COPIED_RUNS = 0.4, 40
SHORT_COPIED = 0.8
LONGEST_TIMES = 8
MARKS_SHARED = 0.1
_WORD = re.compile(r"\w+(?:[.,:]\d+)*")
_FACTOR, _STIR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_MARK_SHIFT = np.uint64(17)  # leaves 47 bits: SQLite keeps such a number in 6 bytes


class Fingerprint(NamedTuple):
    """What an article is compared by. `runs`: each run of five words as a number, sorted, each once (uint64
    [n]). `marks`: the few of them that the catalogue keeps (int64 [about n / 8], sorted)."""

    runs: NDArray[np.uint64]
    marks: NDArray[np.int64]


def fingerprint(text: str) -> Fingerprint:
    """What a text is compared by, without regard to case and punctuation; the same on every machine."""
    words = [zlib.crc32(word.encode("utf-8", "replace")) for word in _WORD.findall(text.casefold())]
    runs = _runs(np.array(words, dtype=np.uint64))
    lowest, width, full = runs, 1, min(WINDOW, len(runs))
    while width < full:  # the lowest of each window of 16 runs, in four steps
        step = min(width, full - width)
        lowest, width = np.minimum(lowest[:-step], lowest[step:]), width + step
    return Fingerprint(_each_once(runs), _each_once(lowest >> _MARK_SHIFT).astype(np.int64))


def are_copies(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether the two are from one source: the same words, or at least 40 runs of the shorter one, and two
    fifths of all it has, stand in the longer one; of one that is too short for that, four fifths.

    Two reports of one event share far less, also with the same statement quoted in both; wire copies with a
    lead and a paragraph of their own share more. An article more than eight times as long is no copy: a
    round-up of the day would tie stories together that have nothing to do with each other.
    """
    shorter, longer = (one, other) if len(one.runs) <= len(other.runs) else (other, one)
    length = len(shorter.runs)
    shared = _shared(shorter.runs, longer.runs)
    if shared == len(longer.runs):
        return shared > 0
    enough = max(FEWEST_RUNS, COPIED * length, min(COPIED_RUNS, SHORT_COPIED * length))
    return (
        shared >= enough
        and len(longer.runs) <= LONGEST_TIMES * length
        and worth_comparing(_shared(one.marks, other.marks), len(one.marks), len(other.marks))
    )


def worth_comparing(shared: int, one: int, other: int) -> bool:
    """Whether articles with `one` and `other` marks, `shared` of them the same, can be copies: a phrase or a
    quotation that many articles hold is not enough."""
    return shared >= max(1, MARKS_SHARED * min(one, other))


def _runs(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each run of five words as a number, in order; one run for a text of fewer words."""
    if not len(words):
        return words
    size = min(RUN, len(words))
    count = len(words) - size + 1
    mixed = np.full(count, size, dtype=np.uint64)
    for place in range(size):
        mixed = (mixed + words[place : place + count]) * _FACTOR
        mixed ^= mixed >> np.uint64(29)
    mixed *= _STIR
    return mixed ^ (mixed >> np.uint64(32))


def _each_once(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The numbers sorted, each once: what `np.unique` does, ten times faster for so few."""
    ordered = np.sort(numbers)
    kept = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=kept[1:])
    return ordered[kept]


def _shared(few: NDArray[np.generic], many: NDArray[np.generic]) -> int:
    """How many of the numbers in `few` are in `many`; both sorted, each number once."""
    if not len(few) or not len(many):
        return 0
    places = np.searchsorted(many, few)
    places[places == len(many)] = 0
    return int(np.count_nonzero(many[places] == few))
