"""From where days are counted, and what the forms of days share: the words of a match, and the choice by tense."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qa.days.spans import Days, part
from qa.days.tense import Tense


@dataclass(frozen=True, slots=True)
class Reader:
    """From where days are counted: the day, whether it has only just begun, whether seasons are certain (they
    are not where it may be summer in January), and whether the sentence is of business, where quarters are.
    """

    today: dt.date
    small_hours: bool = False
    seasons: bool = True
    business: bool = False


# What a form means, by its match; and all that it may mean.
Pick = Callable[[re.Match[str], Reader, Tense], Days | None]
Options = Callable[[re.Match[str], Reader], Iterator[Days]]


COUNTS = {
    word: number
    for number, word in enumerate(
        """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen twenty""".split(),
        start=1,
    )
} | {"a": 1, "an": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}
"""The numbers that stand before "days ago"."""
_PARTS = {"beginning": "start", "middle": "mid"}
SHIFTS = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}


def said(match: re.Match[str], name: str) -> str:
    """The words of a group in lower case, "" where the form has no such group or it is empty."""
    return (match.groupdict().get(name) or "").lower()


def which_of(match: re.Match[str]) -> str:
    """ "last", "next", "this" or "" as the words say."""
    word = said(match, "which")
    return {"past": "last", "coming": "next"}.get(word, word)


def edged(match: re.Match[str], days: Days | None) -> Days | None:
    """The part of the span that the words name: "early", "the end of"."""
    word = said(match, "edge")
    return part(days, _PARTS.get(word, word)) if days and word else days


def chosen_by(options: list[Days], reader: Reader, tense: Tense) -> Days | None:
    """The latest of `options` (in order) that has begun, or the first that is not over; by "open" neither."""
    if tense == "past":
        return next((d for d in reversed(options) if d.first <= reader.today), None)
    return next((d for d in options if d.last >= reader.today), None) if tense == "future" else None


def nothing(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """What means nothing for certain."""
    return None
