"""Every reading of the days that a sentence speaks of, counted from the day its article was published.

Each expression keeps every reading that news writing allows: a bare "Monday" is the last one or the next
one, "January" without a year the nearest ones. The eval suite's grader goes by these on purpose, and not by
the one reading that answers give (`qa.days.resolving`): what is measured must not measure itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from qa.days.spans import (
    MONTHS,
    SEASONS,
    WEEKDAYS,
    Days,
    day_of,
    month_number,
    months,
    season,
    span,
    whole_month,
    whole_year,
)


class Found(NamedTuple):
    """An expression, where it stands, and its readings: none for a day that no calendar has."""

    start: int
    end: int
    readings: tuple[Days, ...]


_MONTH = r"(?P<month>" + "|".join([*MONTHS, *(f"{m[:3]}\\b\\.?" for m in MONTHS), "sept\\b\\.?"]) + r")"
_D = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_D2 = r"(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?:(?:,?\s+(?:of\s+)?(?P<year>20\d\d|19\d\d))|\s+(?:of\s+)?(?P<rel>next|last|this)\s+year\b)?"
_TO = r"\s*(?:-|–|to|until|through|and)\s*"
_DAYNAME = "|".join(WEEKDAYS)
_COUNT = r"(?P<count>\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|ninety)"
_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "ninety": 90,
}  # fmt: skip
_WHICH_MONTH = r"(?:(?P<which>last|next)\s+)?"
_LENGTH = "day|week|fortnight|month|year"
_NTH = "(?P<nth>first|second|third|fourth)"
_EDGE = "(?:the\\s+)?(?P<edge>start|beginning|middle|end|early|mid|late)(?:-|\\s+)?(?:of\\s+|in\\s+)?"


def days_in(text: str, published: dt.date) -> tuple[Found, ...]:
    """The expressions of `text` that name days, in order, none inside another."""
    taken: list[Found] = []
    for pattern, resolve in _FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < f.end and match.end() > f.start for f in taken):
                continue
            readings = tuple(dict.fromkeys(_sound(resolve(match, published))))
            if readings or resolve is _month_day:  # "31 June" is no day, and not June either
                taken.append(Found(match.start(), match.end(), readings))
    return tuple(sorted(taken))


def _sound(readings: Iterator[Days | None]) -> Iterator[Days]:
    try:
        yield from (r for r in readings if r is not None)
    except (ValueError, OverflowError):  # 31 June, or a year that no calendar has
        return


def _years(match: re.Match[str], published: dt.date) -> tuple[int, ...]:
    if match["year"]:
        return (int(match["year"]),)
    if match["rel"]:
        return (published.year + _WHICH[match["rel"].lower()],)
    return (published.year, published.year + 1, published.year - 1)


_AHEAD, _BACK = dt.timedelta(days=330), dt.timedelta(days=200)


def _near(days: Days | None, match: re.Match[str], published: dt.date) -> Days | None:
    """Without a year, only readings within some months of the article."""
    if days is None or match["year"] or match["rel"]:
        return days
    return days if days.first - _AHEAD <= published <= days.last + _BACK else None


def _month_day(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    for year in _years(match, published):
        day = day_of(year, month_number(match["month"]), int(match["day"]))
        yield _near(Days(day, day), match, published) if day else None


def _day_range(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    for year in _years(match, published):
        month = month_number(match["month"])
        first, last = day_of(year, month, int(match["day"])), day_of(year, month, int(match["day2"]))
        if first and last and first <= last:
            yield _near(Days(first, last), match, published)


def _month_only(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    month, which = month_number(match["month"]), (match["which"] or "").lower()
    if which and not (match["year"] or match["rel"]):
        over = published.year - (month >= published.month)  # the year of the latest such month that is over
        year = over if which == "last" else over + 1 + (month == published.month)
        yield _edge(match, whole_month(year, month))
        return
    for year in _years(match, published):
        yield _edge(match, _near(whole_month(year, month_number(match["month"])), match, published))


def _edge(match: re.Match[str], days: Days | None) -> Days | None:
    """The part of a span that a word picks: "early", "mid" and "late" a third of it, "the end of" about a
    tenth; all of it without such a word."""
    word = (match.groupdict().get("edge") or "").lower()
    if days is None or not word:
        return days
    length = (days.last - days.first).days
    third, tenth = dt.timedelta(days=length // 3), dt.timedelta(days=max(2, length // 12))
    if word in ("start", "beginning", "early"):
        return Days(days.first, days.first + (third if word == "early" else tenth))
    if word in ("end", "late"):
        return Days(days.last - (third if word == "late" else tenth), days.last)
    return Days(days.first + third, days.last - third)


def _iso(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    day = day_of(int(match["year"]), int(match["m"]), int(match["d"]))
    yield Days(day, day) if day else None


def _slashed(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    for month, number in ((match["b"], match["a"]), (match["a"], match["b"])):
        day = day_of(int(match["year"]), int(month), int(number))
        yield Days(day, day) if day else None


def _year_only(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    year = int(match["year"])
    yield _edge(match, whole_year(year))


def _weekday(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    ahead = (WEEKDAYS.index(match["name"].lower()) - published.weekday()) % 7
    coming, past = published + dt.timedelta(days=ahead), published - dt.timedelta(days=(-ahead) % 7)
    week = dt.timedelta(days=7)
    which = (match["which"] or "").lower().strip()
    if which in ("last", "past", "previous"):
        options = [past if past != published else past - week, past - week]
    elif which in ("next", "coming"):
        options = [coming if coming != published else coming + week, coming + week]
    elif which == "this":
        options = [coming, past]
    else:
        options = (
            [past, coming, past - week]
            if past != published
            else [published, published - week, published + week]
        )
        options = options[:2] if past != published else options
    for day in options:
        yield Days(day, day)


def _single(offset: int) -> Callable[[re.Match[str], dt.date], Iterator[Days | None]]:
    def resolve(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
        day = published + dt.timedelta(days=offset)
        yield Days(day, day)

    return resolve


_WHICH = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}


def _unit(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    shift, unit = _WHICH[match["which"].lower()], match["unit"].lower()
    if unit in SEASONS:
        yield from _seasons(published, unit, shift)
    else:
        yield _edge(match, span(published, unit, shift))


def _of_the(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    yield _edge(match, span(published, match["unit"].lower(), 0))


def _seasons(published: dt.date, name: str, shift: int) -> Iterator[Days]:
    """ "Last summer" is the one just over or last year's, "next summer" the one ahead or next year's."""
    near = [season(published.year + n, name) for n in (-2, -1, 0, 1, 2)]
    if shift:
        right = [s for s in near if (s.last < published if shift < 0 else s.first > published)]
        yield right[-1 if shift < 0 else 0]
        yield from (s for s in right if s.first.year == published.year + shift)
    else:
        yield next((s for s in near if s.first <= published <= s.last), near[2])


def _season_of_year(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    name, year = match["unit"].lower(), int(match["year"])
    for first in (year, year - 1) if name == "winter" else (year,):
        yield _edge(match, season(first, name))


def _part_of_year(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    size = 3 if match["unit"].lower() == "quarter" else 6
    before = size * ("first", "second", "third", "fourth").index(match["nth"].lower())
    year = int(match["year"])
    yield months(before + 1, before + size, year)


def _weekend(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    yield from (span(published, "weekend", shift) for shift in (0, -1))


_STEP = {"day": 1, "week": 7, "fortnight": 14}


def _apart(match: re.Match[str], published: dt.date) -> Iterator[Days | None]:
    word = match["count"].lower()
    count = 1 if word in ("a", "an") else int(word) if word.isdigit() else _COUNTS[word]
    sign = -1 if (match["tail"] or "").lower() in ("ago", "earlier") else 1
    unit = match["unit"].lower()
    if unit in _STEP:
        day = published + dt.timedelta(days=sign * count * _STEP[unit])
        slack = dt.timedelta(days=0 if unit == "day" else 3)
        found = Days(day - slack, day + slack)
    else:
        found = span(published, unit, sign * count)
    yield Days(published, found.last) if match["within"] else found


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date], Iterator[Days | None]]], ...] = (
    (_form(r"\b(?P<year>20\d\d|19\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"), _iso),
    (_form(r"\b(?P<a>\d\d?)/(?P<b>\d\d?)/(?P<year>20\d\d|19\d\d)\b"), _slashed),
    (_form(rf"\b{_D}{_TO}{_D2}\s+(?:of\s+)?{_MONTH}{_YEAR}"), _day_range),
    (_form(rf"\b{_MONTH}\s+{_D}{_TO}{_D2}\b{_YEAR}"), _day_range),
    (_form(rf"\b(?:(?:{_DAYNAME}),?\s+)?(?:the\s+)?{_D}\s+(?:of\s+)?{_MONTH}{_YEAR}"), _month_day),
    (_form(rf"\b(?:(?:{_DAYNAME}),?\s+)?{_MONTH}\s+{_D}\b(?!\s*(?:percent|per cent|%)){_YEAR}"), _month_day),
    # Capital letter only: "may" and "march" are words.
    (_form(rf"\b(?:{_EDGE})?{_WHICH_MONTH}(?-i:(?=[A-Z])){_MONTH}(?!\w){_YEAR}"), _month_only),
    (_form(rf"\b(?:(?P<which>last|past|previous|next|coming|this)\s+)?(?P<name>{_DAYNAME})\b"), _weekday),
    (_form(rf"\b{_EDGE}(?P<which>last|this|next|coming)\s+(?P<unit>week|month|quarter|year)\b"), _unit),
    (
        _form(
            r"\b(?:later\s+|earlier\s+)?(?P<which>last|past|previous|this|next|coming)\s+"
            r"(?P<unit>weekend|week|month|quarter|year|spring|summer|autumn|fall|winter)\b"
        ),
        _unit,
    ),
    (_form(r"\b(?P<edge>start|beginning|middle|end)\s+of\s+the\s+(?P<unit>week|month|quarter|year)\b"), _of_the),
    (_form(r"\b(?:at|over|on|during)\s+the\s+weekend\b"), _weekend),
    (_form(r"\bthe\s+day\s+before\s+yesterday\b"), _single(-2)),
    (_form(r"\bthe\s+day\s+after\s+tomorrow\b"), _single(2)),
    (_form(r"\b(?:yesterday|last\s+night)\b"), _single(-1)),
    (_form(r"\b(?:today|tonight|this\s+(?:morning|afternoon|evening))\b"), _single(0)),
    (_form(r"\btomorrow\b"), _single(1)),
    (_form(rf"\b{_COUNT}\s+(?P<unit>{_LENGTH})s?\s+(?P<tail>ago|earlier|from\s+now)\b(?P<within>)"), _apart),
    (_form(rf"\b(?:in|(?P<within>within))\s+{_COUNT}\s+(?P<unit>{_LENGTH})s?(?:[’']\s+time)?\b(?P<tail>)"), _apart),
    (_form(rf"\b{_NTH}\s+(?P<unit>quarter|half)\s+of\s+(?P<year>20\d\d|19\d\d)\b"), _part_of_year),
    (_form(rf"\b(?:{_EDGE})?(?P<unit>spring|summer|autumn|fall|winter)(?:\s+of)?\s+(?P<year>20\d\d|19\d\d)\b"), _season_of_year),
    (_form(rf"\b(?:{_EDGE})?(?P<year>20\d\d|19\d\d)\b(?![,.]?\d)(?!\s*(?:percent|%|people))"), _year_only),
)  # fmt: skip
