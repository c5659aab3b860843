"""Numbers and days that the source has, but of something else: "40 were hurt" where 40 were arrested and 12
were hurt."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from qa.answering.supporting.aligning import Source
from qa.answering.words import STOPWORDS, Word, numbers, words
from qa.days import MONTHS, WEEKDAYS

NEARLY_ALL = 0.9
FEWEST = 2
_MONTHS, _WEEKDAYS = frozenset(MONTHS), frozenset(WEEKDAYS)
# Around a number, marked by "|": it belongs to a date.
BESIDE_MONTH = re.compile(
    rf"\b(?:{'|'.join(MONTHS)})(?:\s+\d{{1,2}},?)?\s*\||\|\s*(?:of\s+)?(?:{'|'.join(MONTHS)})\b",
    re.IGNORECASE,
)


def nearest_sentence(said: tuple[Word, ...], source: Source) -> int:
    """The number of the source's sentence that holds most of what is said besides numbers and days, words
    that few of its sentences hold counting more; where several hold as much, the one with more of these
    too."""
    meant = {w.stem for w in said if w.lower not in STOPWORDS and not is_value(w)}
    values = {w.stem for w in said if is_value(w)}
    telling = {stem: _telling(stem, source) for stem in meant}

    def held(number: int) -> tuple[float, int]:
        stems = source.stems_of[number]
        return sum(telling[s] for s in meant if s in stems), len(values & stems)

    return max(range(len(source.stems_of)), key=held)


def displaced(number: int, statement: str, source: Source) -> list[str]:
    """The numbers and days of a statement that its nearest sentence, that of this number, lacks, though it
    has another number, weekday or month in their place; as written. Numbers are compared by value ("£8m",
    "8 million pounds"); what belongs to a date with a month is left to the check of days."""
    said, nearest = words(statement), source.sentence_text(number)
    found = []
    theirs = {value for value, _, _ in _counts(nearest)}
    if theirs:
        found += [statement[a:b].strip(" ,") for value, a, b in _counts(statement) if value not in theirs]
    there = {w.lower for w in words(nearest)}
    for calendar in (_WEEKDAYS, _MONTHS):
        if there & calendar:
            found += [w.text for w in said if w.lower in calendar and w.lower not in there and w.capital]
    return found


def misplaced(statement: str, source: Source) -> str | None:
    """The first number or day of a statement that is displaced while its nearest sentence holds `NEARLY_ALL`
    of its other words: hardly anything but that was changed. None if there is none. (On the sentences of the
    eval suite that the other checks let through it finds 16 % of those to reject and 0.3 % of those to
    accept.)"""
    said = words(statement)
    if not source.stems_of or not said:
        return None
    number = nearest_sentence(said, source)
    found = displaced(number, statement, source)
    return found[0] if found and holds_nearly_all(number, said, source) else None


def holds_nearly_all(number: int, said: tuple[Word, ...], source: Source) -> bool:
    """Whether that sentence of the source holds `NEARLY_ALL` of what is said besides numbers and days."""
    meant = {w.stem for w in said if w.lower not in STOPWORDS and not is_value(w)}
    held = meant & source.stems_of[number]
    return len(meant) >= FEWEST and len(held) >= NEARLY_ALL * len(meant)


def _counts(text: str) -> list[tuple[float, int, int]]:
    return [n for n in numbers(text) if not BESIDE_MONTH.search(f"{text[: n[1]][-12:]}|{text[n[2] :][:14]}")]


@lru_cache(maxsize=8192)
def is_value(word: Word) -> bool:
    """Whether it is a number, a day of the week or a month."""
    lower = word.lower
    return (
        lower in _WEEKDAYS
        or lower in _MONTHS
        or lower[0].isdigit()
        or lower[0] in "$€£"
        or bool(numbers(lower))
    )


def _telling(stem: str, source: Source) -> float:
    holding = sum(stem in stems for stems in source.stems_of)
    return math.log(1 + len(source.stems_of) / (holding + 0.5)) if holding else 0.0
