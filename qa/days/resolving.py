"""The one span of days that each expression of a text means, counted from when its article was published.

Where an expression has several readings, the tense of the words around it and their cue words choose; where
they do not tell, it has no meaning here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.days.forms import Expression, expressions
from qa.days.reader import Reader, said
from qa.days.relative import a_weekday
from qa.days.spans import Days
from qa.days.tense import Tense, settled_before, tense
from qa.sentences import sentence_spans


class Resolved(NamedTuple):
    """An expression as it stands at `text[start:end]`, and the first and last day that it means."""

    words: str
    start: int
    end: int
    first: dt.date
    last: dt.date


def resolved(text: str, published: dt.datetime) -> tuple[Resolved, ...]:
    """The expressions of `text` whose days are certain, in order, none inside another.

    Days are counted from the day of `published` in its own time zone. "today" in quotation marks is the day
    on which it was said, where the sentence gives that.
    """
    reader = reader_at(published)
    found = []
    for start, end in sentence_spans(text):
        if end - start > _LONGEST:
            continue
        sentence = text[start:end]
        for first, last, days in _in_sentence(sentence, reader):
            found.append(Resolved(sentence[first:last], start + first, start + last, days.first, days.last))
    return tuple(found)


_LONGEST, _MOST = 1_500, 20
"""More characters, and more days, are no sentence, and would take long to read."""
_SMALL_HOURS = 4
_SOUTH = dt.timedelta(hours=9, minutes=30)
"""From here east, most English-language news is from Australia and New Zealand, where January is summer."""
_BUSINESS = re.compile(
    r"%|\b(?:per\s?cent|percent|profits?|revenues?|sales|earnings|econom\w+|GDP|shares?|growth|turnover|loss(?:es)?|output"
    r"|orders|exports|imports|inflation|shareholders|investors|guidance|budget|prices|company|bank|airline|maker|retailer)\b",
    re.IGNORECASE,
)


def reader_at(published: dt.datetime) -> Reader:
    """From where to count for something published then. A day without a time is kept as 00:00 UTC."""
    offset = published.utcoffset() or dt.timedelta()
    day_only = published.time() == dt.time() and not offset
    return Reader(
        published.date(),
        small_hours=published.hour < _SMALL_HOURS and not day_only,
        seasons=offset < _SOUTH,
    )


class _Part(NamedTuple):
    start: int
    end: int
    days: Days


def _in_sentence(sentence: str, reader: Reader) -> Iterator[_Part]:
    found = expressions(sentence)
    if not 0 < len(found) <= _MOST:
        return
    reader = Reader(reader.today, reader.small_hours, reader.seasons, bool(_BUSINESS.search(sentence)))
    quotes = _quotes(sentence)
    outside = _without(sentence, quotes)
    spoken = [e for e in found if not any(a <= e.start < b for a, b in quotes)]
    plain = list(_combined(outside, spoken, reader))
    for start, end in quotes:
        inside = [e for e in found if start <= e.start and e.end <= end]
        when = _said_on(spoken, plain, reader) if inside else None
        kept = inside if when else [e for e in inside if _fixed(e)]
        masked = _without(sentence, [(0, start), (end, len(sentence))])
        plain += _combined(masked, kept, when or reader)
    yield from sorted(plain)


_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)")


def _quotes(sentence: str) -> list[tuple[int, int]]:
    return [m.span() for m in _QUOTED.finditer(sentence)]


def _without(sentence: str, spans: Sequence[tuple[int, int]]) -> str:
    """The sentence with blanks in place of these spans, so that places stay as they are."""
    for start, end in spans:
        sentence = sentence[:start] + " " * (end - start) + sentence[end:]
    return sentence


def _said_on(spoken: Sequence[Expression], plain: Sequence[_Part], reader: Reader) -> Reader | None:
    """The day from which words in quotation marks count: the one day that the sentence names outside them,
    else that of publication; None where that is open.
    """
    moving = [e for e in spoken if not _fixed(e)]
    if not spoken:
        return reader
    if len(plain) != 1 or len(spoken) != 1 or plain[0].days.first != plain[0].days.last or not moving:
        return None
    return Reader(plain[0].days.first, False, reader.seasons, reader.business)


def _fixed(expression: Expression) -> bool:
    """Whether it means the same whenever it is said."""
    return bool(said(expression.match, "year"))


# ---------------------------------------------------------------- from, to, since, until

_RANGE = re.compile(r"\s+(?:to|until|till|through|and)\s+(?:the\s+)?|\s*[–-]\s*")
_FROM = re.compile(r"\b(?P<word>from|between)\s+(?:the\s+)?$", re.IGNORECASE)
# "moved from Monday to Thursday", "rose from 2 % in May to 3 % in June": no range.
_MOVED = re.compile(
    r"\b(?:moved|postponed|delayed|rescheduled|changed|switched|brought\s+forward|pushed|put\s+(?:off|back)|shifted)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?P<word>since)\s+$", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?P<word>until|till)\s+(?:at\s+least\s+|the\s+)?$", re.IGNORECASE)
_WEEKDAYS_AND = re.compile(r"\s+and\s+(?:on\s+)?")


def _combined(text: str, found: Sequence[Expression], reader: Reader) -> Iterator[_Part]:
    """The expressions with what "since", "until", "from ... to" and "and" make of them."""
    skip = False
    latest = reader.today
    for index, expression in enumerate(found):
        if skip:
            skip = False
            continue
        follower = found[index + 1] if index + 1 < len(found) else None
        if follower and (together := _range(text, expression, follower, reader)):
            skip = True
            yield together
        elif single := _single(text, expression, reader):
            bare = expression.form.pick is a_weekday and not said(expression.match, "which")
            if bare and reader.today < single.days.last < latest:
                continue  # "talks begin on Monday, and a deal is due by Friday": hardly the Friday before
            latest = max(latest, single.days.last) if bare else latest
            yield single


def _single(text: str, expression: Expression, reader: Reader) -> _Part | None:
    start, end = expression.start, expression.end
    if since := _SINCE.search(text[:start]):
        days = expression.days(reader, "past")
        weekday_today = expression.form.pick is a_weekday and days and days.first == reader.today
        if not days or weekday_today or days.first > reader.today:
            return None
        return _Part(since.start("word"), end, Days(days.first, reader.today))
    if _FROM.search(text[:start]) and _MOVED.search(text[:start]):
        return None
    told = tense(text, start, end)
    if (until := _UNTIL.search(text[:start])) and told != "past":
        days = expression.days(reader, "future")
        if not days or (told == "open" and _WAS.search(text[:start])):
            return None
        if settled_before(text, start) or days.last < reader.today:  # "adjourned until Friday"
            return _Part(start, end, days)
        return _Part(until.start("word"), end, Days(reader.today, days.last))
    days = expression.days(reader, told)
    return _Part(start, end, days) if days else None


_WAS = re.compile(r"\b(?:was|were|had|been)\b", re.IGNORECASE)


def _range(text: str, one: Expression, other: Expression, reader: Reader) -> _Part | None:
    gap, opening = text[one.end : other.start], _FROM.search(text[: one.start])
    word = opening["word"].lower() if opening else ""
    alike, told = one.form.pick is other.form.pick, tense(text, one.start, other.end)
    days = None
    if not word and alike and one.form.pick is a_weekday and _WEEKDAYS_AND.fullmatch(gap):
        days = _span(one, other, reader, told)
        days = days if days and (days.last - days.first).days == 1 else None
    elif _RANGE.fullmatch(gap) and not _MOVED.search(text[: one.start]) and gap.split()[:1] in _JOINED[word]:
        days = _span(one, other, reader, told) if alike else _ends(one, other, reader, told)
    return _Part(one.start, other.end, days) if days else None


_JOINED: dict[str, list[list[str]]] = {
    "between": [["and"]],
    "from": [["to"], ["until"], ["till"], ["through"], ["-"], ["–"], []],
    "": [["to"], ["through"], ["-"], ["–"], []],
}


def _ends(one: Expression, other: Expression, reader: Reader, told: Tense) -> Days | None:
    first, last = one.days(reader, told), other.days(reader, told)
    return Days(first.first, last.last) if first and last and first.first <= last.first else None


def _span(one: Expression, other: Expression, reader: Reader, told: Tense) -> Days | None:
    """From the first to the last: what is certain of one side settles the other."""
    if told == "future" and not _fixed(other):
        first = one.days(reader, told)
        last = first and next((d for d in other.options(reader) if d.first >= first.first), None)
    else:
        last = other.days(reader, told)
        options = one.options(reader)
        first = last and next((d for d in reversed(options) if d.first <= last.first), None)
    return Days(first.first, last.last) if first and last else None
