"""Days and spans of days: names of months and weekdays, and the arithmetic of weeks, months, quarters,
seasons.

Weeks begin on Monday (ISO 8601); seasons are those of the north, whole months, winter from December.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import NamedTuple

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The first month of each season."""


class Days(NamedTuple):
    """From the first day to the last, both included."""

    first: dt.date
    last: dt.date


def one(day: dt.date) -> Days:
    """A single day as a span."""
    return Days(day, day)


def day_of(year: int, month: int, day: int) -> dt.date | None:
    """The day, or None where no calendar has it: 31 June."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def month_number(word: str) -> int:
    """1 to 12 for a month's name or its first letters: "Sept." is 9."""
    return next(i for i, m in enumerate(MONTHS, 1) if m.startswith(word.lower().rstrip(".")[:3]))


def whole_month(year: int, month: int) -> Days:
    """First to last day of a month."""
    return Days(dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]))


def whole_year(year: int) -> Days:
    """1 January to 31 December."""
    return Days(dt.date(year, 1, 1), dt.date(year, 12, 31))


def months(first: int, last: int, year: int) -> Days:
    """From the first month of a year to the last, both included."""
    return Days(whole_month(year, first).first, whole_month(year, last).last)


def span(day: dt.date, unit: str, shift: int) -> Days:
    """The week, weekend, month, quarter or year that `day` is in, or the one `shift` later."""
    if unit in ("week", "weekend"):
        monday = day - dt.timedelta(days=day.weekday()) + dt.timedelta(weeks=shift)
        sunday = monday + dt.timedelta(days=6)
        return Days(monday if unit == "week" else sunday - dt.timedelta(days=1), sunday)
    if unit == "month":
        index = day.year * 12 + day.month - 1 + shift
        return whole_month(index // 12, index % 12 + 1)
    if unit == "quarter":
        index = day.year * 4 + (day.month - 1) // 3 + shift
        return months(index % 4 * 3 + 1, index % 4 * 3 + 3, index // 4)
    return whole_year(day.year + shift)


def season(year: int, name: str) -> Days:
    """A season by the year that it begins in."""
    first = whole_month(year, SEASONS[name])
    index = year * 12 + SEASONS[name] + 1
    return Days(first.first, whole_month(index // 12, index % 12 + 1).last)


def moved(day: dt.date, count: int, unit: str) -> dt.date:
    """The day `count` days, weeks, fortnights, months or years later; a month's last day where it has no such
    day.
    """
    if unit in ("month", "year"):
        index = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
        there = whole_month(index // 12, index % 12 + 1)
        return min(there.last, there.first + dt.timedelta(days=day.day - 1))
    return day + dt.timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])


def part(days: Days, name: str) -> Days:
    """The "early", "mid" or "late" third of a span, or its first day ("start") or last ("end").

    A month has tens of days, longer spans have whole months.
    """
    if name == "start":
        return one(days.first)
    if name == "end":
        return one(days.last)
    if (days.last - days.first).days < 40:
        tenth, twentieth = (days.first + dt.timedelta(days=n) for n in (9, 19))
        bounds = [days.first, tenth, twentieth, days.last]
    else:
        length = (days.last.year - days.first.year) * 12 + days.last.month - days.first.month + 1
        ends = [moved(days.first, length * n // 3, "month") - dt.timedelta(days=1) for n in (1, 2)]
        bounds = [days.first, *ends, days.last]
    index = {"early": 0, "mid": 1, "late": 2}[name]
    first = bounds[index] + dt.timedelta(days=1) if index else bounds[0]
    return Days(first, bounds[index + 1])
