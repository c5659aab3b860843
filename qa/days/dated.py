"""What dates, months, quarters, seasons and years mean, as one span of days, or None where that is not certain.

Every function here takes the match of its pattern (see `forms`), the day from which to count, and whether the
words around it speak of the past or the future.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from qa.days.reader import COUNTS, SHIFTS, Reader, chosen_by, edged, said, which_of
from qa.days.spans import (
    WEEKDAYS,
    Days,
    day_of,
    month_number,
    months,
    one,
    season,
    span,
    whole_month,
    whole_year,
)
from qa.days.tense import Tense

_WITHIN_A_YEAR = dt.timedelta(days=366)
_NEAR = dt.timedelta(days=45)
_FAR = dt.timedelta(days=300)


def _likely(chosen: Days | None, options: list[Days], reader: Reader) -> Days | None:
    """`chosen`, unless it is most of a year away and another is near: the tense may have been another verb's."""
    away = [abs(d.first - reader.today) for d in options]
    if chosen and abs(chosen.first - reader.today) > _FAR and min(away, default=_FAR) <= _NEAR:
        return None
    return chosen


def _years(match: re.Match[str], reader: Reader) -> list[int]:
    """The year that stands there, else those around."""
    if year := said(match, "year"):
        return [int(year)]
    if which := said(match, "rel"):
        return [reader.today.year + SHIFTS[which]]
    return list(range(reader.today.year - 4, reader.today.year + 5))


def days_of_month(match: re.Match[str], reader: Reader) -> Iterator[Days]:
    """All such days of the years around, of the weekday that stands beside them if one does."""
    number, weekday = month_number(match["month"]), said(match, "name")
    for year in _years(match, reader):
        first = day_of(year, number, int(match["day"]))
        last = day_of(year, number, int(said(match, "day2") or match["day"]))
        named = not weekday or (first and WEEKDAYS[first.weekday()] == weekday)
        if first and last and first <= last and named:
            yield Days(first, last)


def a_day_of_month(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "5 March", "Monday 5 March 2026", "5-7 March"."""
    options = list(days_of_month(match, reader))
    if said(match, "year") or said(match, "rel"):
        return options[0] if options else None
    near = [d for d in options if abs(d.first - reader.today) <= _WITHIN_A_YEAR]
    if tense == "open":
        close = [d for d in near if abs(d.first - reader.today) <= _NEAR]
        return close[0] if len(close) == 1 else None
    return _likely(chosen_by(near, reader, tense), near, reader)


def a_numbered_day(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "on the 14th"."""
    return chosen_by(list(numbered_days(match, reader)), reader, tense)


def numbered_days(match: re.Match[str], reader: Reader) -> Iterator[Days]:
    """All days with such a number in the months around."""
    weekday = said(match, "name")
    for shift in range(-2, 3):
        month = span(reader.today, "month", shift).first
        day = day_of(month.year, month.month, int(match["day"]))
        if day and (not weekday or WEEKDAYS[day.weekday()] == weekday):
            yield one(day)


def a_whole_date(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "2026-03-05"."""
    day = day_of(int(match["year"]), int(match["m"]), int(match["d"]))
    return one(day) if day else None


def a_slashed_date(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "25/03/2026"; 09/03 is 9 March to some and 3 September to others."""
    year, a, b = (int(match[name]) for name in ("year", "a", "b"))
    readings = {day for day in (day_of(year, b, a), day_of(year, a, b)) if day}
    return one(readings.pop()) if len(readings) == 1 else None


_HOLIDAYS = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "boxing day": (12, 26), "new year's eve": (12, 31),
    "new year's day": (1, 1),
}  # fmt: skip


def a_holiday(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "on Christmas Day"."""
    month, day = _HOLIDAYS[" ".join(said(match, "word").replace("’", "'").split())]
    near = [one(dt.date(reader.today.year + shift, month, day)) for shift in (-1, 0, 1)]
    return chosen_by(near, reader, tense)


# ---------------------------------------------------------------- months, quarters, seasons, years


def months_named(match: re.Match[str], reader: Reader) -> Iterator[Days]:
    """All such months of the years around."""
    for year in _years(match, reader):
        if days := edged(match, whole_month(year, month_number(match["month"]))):
            yield days


def a_month(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "January", "early March", "last June", "May 2026"."""
    number, today, which = month_number(match["month"]), reader.today, which_of(match)
    if said(match, "year") or said(match, "rel"):
        return next(months_named(match, reader), None)
    if which == "this":
        return edged(match, whole_month(today.year, number))
    # "last March", said in May, may be the one two months ago or that of the year before.
    if which == "last":
        return edged(match, whole_month(today.year - 1, number)) if number >= today.month else None
    if which == "next":
        return edged(match, whole_month(today.year + 1, number)) if number <= today.month else None
    near = [whole_month(today.year + shift, number) for shift in (-1, 0, 1)]
    chosen = chosen_by(near, reader, tense)
    return edged(match, _likely(chosen, near, reader) if tense == "past" else chosen)


_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_SIZES = {"quarter": 3, "q": 3, "half": 6, "h": 6}


def part_of_year(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "the second quarter of 2026", "the first half of next year", "Q3", "the first three months of the year"."""
    unit, nth, which = said(match, "unit"), said(match, "nth"), said(match, "rel")
    size = _SIZES[unit] if unit else COUNTS[said(match, "months")]
    number = int(nth) if nth.isdigit() else _ORDINALS.get(nth, 12 // size)
    first = size * (number - 1) + 1
    if first > 13 - size:
        return None
    if written := said(match, "year"):
        return months(first, first + size - 1, int(written))
    if which:
        shift = 0 if which == "the" else SHIFTS[which]
        return months(first, first + size - 1, reader.today.year + shift)
    if not reader.business or size != 3:
        return None  # of a match, perhaps
    near = [months(first, first + 2, reader.today.year + shift) for shift in (-1, 0, 1)]
    if tense == "past":
        near = [days for days in near if days.last < reader.today]
    return chosen_by(near, reader, tense)


def a_season(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "this summer", "last winter", "spring 2027", "in the autumn"."""
    if not reader.seasons:
        return None
    name, today, which = said(match, "season"), reader.today, which_of(match)
    if said(match, "year") or said(match, "rel"):
        # The winter of a year is the one that ends in it to some, and the one that begins in it to others.
        return None if name == "winter" else edged(match, season(_years(match, reader)[0], name))
    near = [season(today.year + shift, name) for shift in (-2, -1, 0, 1, 2)]
    now = next((s for s in near if s.first <= today <= s.last), None)
    if which == "this":
        begun = today.year - (name == "winter" and today.month <= 4)
        days = now or season(begun, name)
        return edged(match, days) if tense != "past" or days.first <= today else None
    if not which:
        return edged(match, chosen_by(near, reader, tense))
    over, to_come = [s for s in near if s.last < today], [s for s in near if s.first > today]
    found = over[-1] if which == "last" else to_come[0]
    near_winter = name == "winter" and not (which == "next" and 9 <= today.month <= 11)
    return edged(match, found) if found.first.year != today.year or near_winter else None


def a_year(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "2027", "early 2027"."""
    return edged(match, whole_year(int(match["year"])))


def years(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "2019-2021"."""
    first, last = int(match["year"]), int(match["year2"])
    return Days(whole_year(first).first, whole_year(last).last) if first < last else None


def a_decade(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "the 1990s"; "the 1900s" may be a century."""
    first = int(match["year"])
    return Days(whole_year(first).first, whole_year(first + 9).last) if first % 100 else None
