"""The days that a question asks about, and whether a statement is about them.

They become a filter of publication only where the question speaks of reports ("reported last week", "in
yesterday's news"). Else they are the days of the event: statements about other days do not answer.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qa.answering.dating import place_of_note
from qa.days import MONTHS, Days, Resolved, resolved
from qa.days.wording import imprecise, meaning, span_of_days
from qa.types import EventDate, Filters, Statement


@dataclass(frozen=True, slots=True)
class Asked:
    """The days of a question: all that count (`dates`), those that reports must be from (`since` and `until`,
    None where it is open), and those that the answer must be about (`events`).

    `text` is the question without the words that became a filter, `told` the same with its days in brackets.
    """

    text: str
    told: str
    dates: tuple[EventDate, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    events: tuple[Days, ...] = ()

    def narrow(self, filters: Filters) -> Filters | None:
        """The filters with the days of publication; None where nothing is in both."""
        since = max((d for d in (filters.since, self.since) if d), default=None)
        until = min((d for d in (filters.until, self.until) if d), default=None)
        if since and until and since > until:
            return None
        return filters.model_copy(update={"since": since, "until": until})

    def describe(self) -> str:
        """The days of the event in words."""
        return " or ".join(span_of_days(*days) for days in self.events)


_REPORTED = re.compile(
    r"\b(?:(?:was|were|been|being|what)\s+reported|published|written|posted|news|headlines|coverage|articles|stories|reporting)\s+"
    r"(?P<how>(?:on|in|from|of|during|over|since|between|after|before)\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"(?P<owned>[’']s|[’'])?\s+(?:news|papers?|newspapers?|headlines|coverage|articles|reports|edition)\b",
    re.IGNORECASE,
)
# "the report of 9 March", "before Friday": days that only point at something.
_POINTING = re.compile(
    r"\b(?:of|for|than|by|to|before|after|until|till|like|as|with|about)\s+(?:the\s+)?$", re.IGNORECASE
)
# "How many are there today?" asks how things are, whenever that was said.
_NO_EVENT = re.compile(r"(?:until|till|today)\b", re.IGNORECASE)
# Typed in lower case, "may" and "march" are months only beside what says so.
_SMALL_MONTH = re.compile(
    rf"\b(?:{'|'.join(m for m in MONTHS if m not in ('march', 'may'))})\b"
    r"|(?:(?<=in )|(?<=since )|(?<=last )|(?<=next )|(?<=\d ))(?:march|may)\b|\b(?:march|may)(?= \d)"
)


def asked_days(question: str, today: dt.date) -> Asked:
    """Which days a question asks about, counted from `today`."""
    typed = _SMALL_MONTH.sub(lambda m: m.group().capitalize(), question)
    noon = dt.datetime.combine(today, dt.time(12), dt.UTC)
    dates: list[EventDate] = []
    events: list[Days] = []
    since = until = None
    cut: list[_Edit] = []
    noted: list[_Edit] = []
    for found in resolved(typed, noon):
        before, end = question[: found.start], found.end
        reported = _REPORTED.search(before)
        if reported or (reports := _REPORTS.match(question, end)):
            since, until = _published(found, (reported and reported["how"]) or "")
            start = reported.start("how") if reported and reported["how"] else found.start
            cut.append(_Edit(start, end if reported or not reports else reports.end("owned"), ""))
        elif _POINTING.search(before) or _NO_EVENT.match(found.words):
            continue
        else:
            events.append(Days(found.first, found.last))
            if note := meaning(found.words, found.first, found.last, today.year):
                behind = place_of_note(question, end)
                noted.append(_Edit(behind, behind, f" [{note}]"))
        dates.append(EventDate(words=question[found.start : end], first=found.first, last=found.last))
    text, told = _edited(question, cut), _edited(question, [*cut, *noted])
    return Asked(text, told, tuple(dates), since, until, tuple(events))


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def _edited(question: str, edits: Sequence[_Edit]) -> str:
    for start, end, text in sorted(edits, reverse=True):
        question = question[:start] + text + question[end:]
    return " ".join(question.split()).replace(" ?", "?")


def _published(found: Resolved, how: str) -> tuple[dt.date | None, dt.date | None]:
    one = dt.timedelta(days=1)
    match how.strip().lower():
        case "before":
            return None, found.first - one
        case "after":
            return found.last + one, None
    return found.first, found.last


# ---------------------------------------------------------------- statements about other days

_SAID = re.compile(
    r"\b(?:said|says|told|announced|confirmed|reported|published|wrote|added|denied|according|statement|interview|warned"
    r"|alleged|claimed)(?:\s+(?!that\b|he\b|she\b|it\b|they\b)[\w’'-]+){0,4}\s+$",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"\b(?:from|than|compared)\s+(?:[\w£$€%.,]+\s+){0,4}$", re.IGNORECASE)


def on_those_days(statements: Sequence[Statement], events: Sequence[Days]) -> list[Statement]:
    """The statements that answer a question about `events`: without those about other days where some speak
    of these days, and none where all speak of others.
    """
    told = [about(statement, events) for statement in statements]
    if True in told:
        return [s for s, is_about in zip(statements, told, strict=True) if is_about is not False]
    return [] if all(is_about is False for is_about in told) else list(statements)


def about(statement: Statement, events: Sequence[Days]) -> bool | None:
    """Whether the statement speaks of these days: True; False where its own days are all others; None where
    it does not tell. Where it names no day, those of the sentences it cites count.
    """
    named = [(d.words, Days(d.first, d.last), statement.text) for d in statement.dates]
    dated = [c for c in statement.citations if c.published]
    if not named:
        found = [(r, c.quote) for c in dated if c.published for r in resolved(c.quote, c.published)]
        named = [(r.words, Days(r.first, r.last), quote) for r, quote in found]
    if any(_overlap(_stretched(words, days), event) for words, days, _ in named for event in events):
        return True
    if any(e.first <= c.published.date() <= e.last for c in dated if c.published for e in events):
        return None
    return False if any(not _beside(words, text) for words, _, text in named) else None


def _beside(words: str, text: str) -> bool:
    """Whether a date is that of the report or of a comparison: "said on Monday", "up from 3 % in May"."""
    before = text[: max(text.find(words), 0)]
    return bool(_SAID.search(before) or _COMPARED.search(before))


def _stretched(words: str, days: Days) -> Days:
    # "Two weeks ago" is no day.
    slack = dt.timedelta(days=imprecise(words))
    return Days(days.first - slack, days.last + slack)


def _overlap(one: Days, other: Days) -> bool:
    return one.first <= other.last and other.first <= one.last
