"""The points in time that a statement gives for what a question asks, days or clock times, each as a span
that another can be compared with.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qa.answering.disagreeing.clauses import Clause, clauses
from qa.answering.disagreeing.figures import shared
from qa.answering.question import Question
from qa.answering.synonyms import any_alike
from qa.answering.words import STOPWORDS, names, words
from qa.days import MONTHS, WEEKDAYS, days_in, resolved
from qa.types import Statement

SHARED_CONTEXT = 0.34
NEAR = 45
"""So many days at most are between two reports' days of one past event; else they are of two events."""

_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\b\.?|\b(?P<h24>\d{1,2}):(?P<m24>\d\d)\b|\b(?P<word>noon|midnight)\b",
    re.IGNORECASE,
)
_WHAT_TIME = re.compile(r"\b(?:what|which)\s+(?P<what>time|day|date|year|month)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_OLD = re.compile(
    r"\b(?:instead\s+of|rather\s+than|not|planned\s+for|(?:moved|put\s+off|brought\s+forward|postponed|delayed)\s+from|(?:originally|initially)\s+(?:\w+\s+){0,3}?)\s*(?:on|in|at|for)?\s*(?:the\s+)?$",
    re.IGNORECASE,
)
_SPEECH_DAY = re.compile(
    r"\b(?:said|says|told|announced|confirmed|denied|added|according\s+to|statement|interview|reports?|reported|conference)\b[^,;]{0,45}?\b(?:on\s+|of\s+)?(?:late\s+|early\s+)?$",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:in|on|at|by|until|since|of|from|before|after|the)\s+", re.IGNORECASE)
_ANY_DAY = dt.date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Moment:
    """A span of days (`first`, `last`, as ordinals), or of minutes of a day for clock times, as a statement
    gives it. `published` is the day of its article. `ambiguous` means that the statement gives several.
    """

    first: int
    last: int
    written: str
    speaker: str
    clock: bool = False
    published: int | None = None
    context: frozenset[str] = frozenset()
    ambiguous: bool = False

    @property
    def about(self) -> str:
        """What it is, in words."""
        return "the time" if self.clock else "the date"

    def comparable(self, other: Moment) -> bool:
        """Whether both are times of the same thing, as far as words can tell."""
        if self.clock != other.clock or self.ambiguous or other.ambiguous:
            return False
        one = self.clock or _one_event(self, other) or _one_event(other, self)
        return one and shared(self.context, other.context) >= SHARED_CONTEXT

    def agrees(self, other: Moment) -> bool:
        """Whether the spans touch."""
        return self.first <= other.last and other.first <= self.last


def _one_event(early: Moment, late: Moment) -> bool:
    """Whether two reports may be of one event: near in time, or ahead when the later one was written."""
    if early.published is None or late.published is None or abs(early.first - late.first) <= NEAR:
        return True
    return early.published <= late.published <= early.last + 1


def asks_when(asked: Question) -> bool:
    """Whether a question asks for a day or a time."""
    return asked.kind == "date" or bool(_WHAT_TIME.search(asked.text))


def moments(asked: Question, statement: Statement, published: dt.datetime | None) -> list[Moment]:
    """The times that a statement gives, without the days on which somebody said something, and without plans
    that it calls given up. Days count from `published`; where that is unknown, only dates with a year do.
    """
    found: list[Moment] = []
    match = _WHAT_TIME.search(asked.text)
    clock = asked.measure == "clock" or (match is not None and match["what"].lower() == "time")
    for clause in clauses(statement):
        found += list(_in_clause(clause, published, clock=clock))
    # "a 2017 game ... released in 2018": of several, the one beside a word of the question.
    beside = [m for m in found if any(any_alike(t.stem, m.context) for t in asked.terms)]
    found = beside or found
    several = any(not a.agrees(b) for a in found for b in found)
    exact = [m for m in found if not any(_within(other, m) for other in found)]
    return [replace(m, ambiguous=several) for m in exact]


def _within(one: Moment, other: Moment) -> bool:
    return (
        one.last - one.first < other.last - other.first and other.first <= one.first <= one.last <= other.last
    )


def _in_clause(clause: Clause, published: dt.datetime | None, *, clock: bool) -> Iterator[Moment]:
    day = published.date().toordinal() if published else None
    for start, end, first, last in _clocks(clause.text) if clock else _days(clause.text, published):
        head, tail = clause.text[:start], clause.text[end:]
        # "Jun 4, 2023 ... The phone, released on": when a page was found, not what it says.
        if tail.lstrip().startswith("...") or re.match(r"['’]s\b", tail):
            continue
        if _OLD.search(head) or (not clock and _SPEECH_DAY.search(head)):
            continue
        written = _LEADING.sub("", " ".join(clause.text[start:end].split()))
        context = _context(clause, f"{head} {tail}")
        yield Moment(first, last, written.rstrip(","), clause.speaker, clock, day, context)


def _context(clause: Clause, beside: str) -> frozenset[str]:
    aside = {w.lower for w in words(clause.speaker)} | {
        w.lower for n in names(clause.text) for w in words(n.text)
    }
    idle = STOPWORDS | frozenset(MONTHS) | frozenset(WEEKDAYS) | aside
    return frozenset(w.stem for w in words(beside) if w.lower not in idle and w.lower[:1].isalpha())


def _clocks(text: str) -> Iterator[tuple[int, int, int, int]]:
    for match in _CLOCK.finditer(text):
        if match["word"]:
            minutes = 0 if match["word"].lower() == "midnight" else 720
        elif match["h24"]:
            minutes = int(match["h24"]) * 60 + int(match["m24"])
        else:
            hour = int(match["hour"]) % 12 + (12 if match["half"].lower() == "p" else 0)
            minutes = hour * 60 + int(match["minute"] or 0)
        yield match.start(), match.end(), minutes, minutes


def _days(text: str, published: dt.datetime | None) -> Iterator[tuple[int, int, int, int]]:
    if published is not None:
        for found in resolved(text, published):
            yield found.start, found.end, found.first.toordinal(), found.last.toordinal()
        return
    for start, end, readings in days_in(text, _ANY_DAY):
        if len(readings) == 1 and _YEAR.search(text, start, end):
            yield start, end, readings[0].first.toordinal(), readings[0].last.toordinal()
