"""Days as newspapers write them, and what an expression means beside it: "next week [19-25 January 2026]"."""

from __future__ import annotations

import datetime as dt
import re

from qa.days.spans import MONTHS, SEASONS, Days, months, moved, one, season, span, whole_month, whole_year

_NAMES = [month.capitalize() for month in MONTHS]
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d")
_MONTH = re.compile(rf"\b(?:{'|'.join(_NAMES)}|(?:{'|'.join(name[:3] for name in _NAMES)}|Sept)\b)")
_MOVING = re.compile(r"\b(?:last|next|this|past|coming)\b", re.IGNORECASE)
_FAR = re.compile(
    r"^in\b.*\b(?P<unit>week|fortnight|month|year)s?\b|\b(?P<unit2>week|fortnight|month|year)s?\b.*\b(?:ago|from\s+(?:now|today))$",
    re.IGNORECASE,
)
_UNIT = re.compile(rf"\b(?P<unit>week|weekend|month|quarter|year|{'|'.join(SEASONS)})$", re.IGNORECASE)
_PART = re.compile(r"\b(?:start|beginning|middle|end|early|mid|late)\b", re.IGNORECASE)
_SINCE = re.compile(r"since\b", re.IGNORECASE)
_UNTIL = re.compile(r"(?:until|till)\b", re.IGNORECASE)


def day(when: dt.date) -> str:
    """A day as newspapers write it: "13 January 2026". A datetime counts by its own time zone."""
    return f"{when.day} {_NAMES[when.month - 1]} {when.year}"


def date_range(first: dt.date, last: dt.date) -> str:
    """Two days without repeating what they share: "12-15 January 2026", "30 January - 2 February 2026"."""
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}-{day(last)}"
    if first.year == last.year:
        return f"{first.day} {_NAMES[first.month - 1]} - {day(last)}"
    return f"{day(first)} - {day(last)}"


def span_of_days(first: dt.date, last: dt.date) -> str:
    """Like `date_range`, whole months and years by their names: "January 2026", "2025", "June-August 2025"."""
    days = Days(first, last)
    if days == whole_year(first.year):
        return str(first.year)
    if days == whole_month(first.year, first.month):
        return f"{_NAMES[first.month - 1]} {first.year}"
    if days == months(first.month, last.month, last.year):
        return f"{_NAMES[first.month - 1]}-{_NAMES[last.month - 1]} {last.year}"
    if first.day == 1 and last == whole_month(last.year, last.month).last:
        return f"{_NAMES[first.month - 1]} {first.year} - {_NAMES[last.month - 1]} {last.year}"
    return date_range(first, last)


def meaning(words: str, first: dt.date, last: dt.date, year: int) -> str:
    """What to put in brackets after an expression: its days, the year alone where the rest stands there and is
    not `year`, "" where the words say it all.

    Never a bare number: "[2]" is a citation.
    """
    if _YEAR.search(words):
        return ""
    if _MONTH.search(words) and not _MOVING.search(words):
        if first.year != last.year and not _SINCE.match(words) and not _UNTIL.match(words):
            return date_range(first, last)
        said = last if _UNTIL.match(words) else first
        return "" if said.year == year else f"of {said.year}"
    if _SINCE.match(words) or _UNTIL.match(words):
        return _named(*_edge(words, first if _SINCE.match(words) else last))
    if far := _FAR.search(words):
        return "around " + _roughly(first, far["unit"] or far["unit2"])
    return _named(first, last)


def _edge(words: str, edge: dt.date) -> Days:
    """What "since" or "until" goes with, of which only the outer day is known: "until next week" is a week."""
    unit = _UNIT.search(words)
    if unit is None or _PART.search(words):
        return one(edge)
    name = unit["unit"].lower()
    if name in SEASONS:
        begun = edge if _SINCE.match(words) else moved(edge, -2, "month")
        return season(begun.year, name)
    return span(edge, name, 0)


def _named(first: dt.date, last: dt.date) -> str:
    text = span_of_days(first, last)
    return f"in {text}" if text.isdigit() else text


def _roughly(when: dt.date, unit: str) -> str:
    # "two years ago" is no day.
    if unit.lower() in ("week", "fortnight"):
        return day(when)
    return f"{_NAMES[when.month - 1]} {when.year}"


def imprecise(words: str) -> int:
    """By how many days, before and after, an expression may be off: "two weeks ago" is no day."""
    far = _FAR.search(words)
    return (
        {"week": 3, "fortnight": 3, "month": 15, "year": 180}[(far["unit"] or far["unit2"]).lower()]
        if far
        else 0
    )
