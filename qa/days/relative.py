"""What "Monday", "last week" or "three days ago" means, as one span of days, or None where that is not certain.

The functions are called as those in `dated` are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from qa.days.reader import COUNTS, SHIFTS, Pick, Reader, chosen_by, edged, said, which_of
from qa.days.spans import WEEKDAYS, Days, moved, one, span
from qa.days.tense import Tense


def weekdays_near(match: re.Match[str], reader: Reader) -> Iterator[Days]:
    """All such weekdays of the weeks around."""
    ahead = (WEEKDAYS.index(said(match, "name")) - reader.today.weekday()) % 7
    for weeks in (-2, -1, 0, 1, 2):
        yield one(reader.today + dt.timedelta(days=ahead, weeks=weeks))


def a_weekday(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "Monday", "next Tuesday", "this Friday"."""
    today, which, monday = reader.today, which_of(match), span(reader.today, "week", 0).first
    index, week = WEEKDAYS.index(said(match, "name")), dt.timedelta(weeks=1)
    coming = today + dt.timedelta(days=(index - today.weekday()) % 7)
    latest = today - dt.timedelta(days=(today.weekday() - index) % 7)
    in_week = monday + dt.timedelta(days=index)
    if said(match, "which") == "coming":
        return one(coming if coming > today else coming + week)
    if said(match, "which") == "past":
        return one(latest if latest < today else latest - week)
    if which == "next":
        return one(in_week + week)
    if which == "last":  # "last Tuesday", said on Friday, may be three days ago or ten
        return one(in_week - week) if in_week >= today else None
    if which == "this" and tense == "open":
        return one(coming) if coming == in_week else None
    if tense == "past" and coming == today and reader.small_hours:
        return None  # half an hour after midnight "on Monday" may be a week ago
    return chosen_by([one(latest), one(coming)] if latest != coming else [one(today)], reader, tense)


def a_past_weekday(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "Wednesday's explosion": the last one, as long as nothing is said of the future."""
    return a_weekday(match, reader, "past") if tense == "past" else None


def weekday_of_week(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "Tuesday of next week", "Monday this week"."""
    week = span(reader.today, "week", SHIFTS[said(match, "week")])
    return one(week.first + dt.timedelta(days=WEEKDAYS.index(said(match, "name"))))


def weekday_after_next(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "Friday week", "a week on Friday": a week after the coming one."""
    ahead = (WEEKDAYS.index(said(match, "name")) - reader.today.weekday()) % 7 or 7
    return one(reader.today + dt.timedelta(days=ahead + 7))


def shifted(first: int, last: int | None = None) -> Pick:
    """So many days after publication."""

    def pick(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
        start = reader.today + dt.timedelta(days=first)
        return Days(start, reader.today + dt.timedelta(days=first if last is None else last))

    return pick


def tonight(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """The evening of the day; soon after midnight, which evening is open."""
    return None if reader.small_hours else one(reader.today)


def overnight(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """The night just over, or the one to come."""
    pick = {"past": shifted(-1, 0), "future": shifted(0, 1)}.get(tense)
    return pick(match, reader, tense) if pick else None


def a_weekend(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "the weekend", "last weekend", "this coming weekend"."""
    day, which = reader.today.weekday(), which_of(match)
    last, this, following = (span(reader.today, "weekend", shift) for shift in (-1, 0, 1))
    if which == "last":
        return last
    if which == "next":
        return this if said(match, "which") == "coming" and day < 5 else following
    if tense == "past":
        return last if day < 5 else this if which or day == 6 else None
    return this if tense == "future" or (which == "this" and day > 0) else None


def a_unit(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "last week", "the end of the month", "later this year", "early next month"."""
    unit, which, side = said(match, "unit"), said(match, "which"), said(match, "side")
    days = span(reader.today, unit, 0 if which == "the" else SHIFTS[which])
    if side:
        yesterday, tomorrow = (reader.today + dt.timedelta(days=n) for n in (-1, 1))
        cut = days
        if which == "this":
            cut = Days(tomorrow, days.last) if side == "later" else Days(days.first, yesterday)
        return cut if cut.first <= cut.last else None
    if not said(match, "edge"):
        return days
    if unit == "week":  # where in it is anybody's guess
        return None if which == "the" else days
    found = edged(match, days)
    over = which == "the" and found and tense == "past" and found.first > reader.today
    return None if over else found


def a_far_unit(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "the week before last", "the month after next"."""
    shift = -2 if said(match, "far").startswith("before") else 2
    return span(reader.today, said(match, "unit"), shift)


def unit_end(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "year-end", "the month's end"."""
    return None if tense == "past" else one(span(reader.today, said(match, "unit"), 0).last)


_SUPERLATIVE = re.compile(
    r"(?:first|only|once|most|best|worst|times?|average|record|[a-z]{2,}est)[^,;.]*$", re.IGNORECASE
)


def ago(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "three days ago", "two years ago today", "a year ago this month"."""
    count, unit = _counted(match)
    day = moved(reader.today, -count, unit)
    within = said(match, "within").split()
    return span(day, within[-1], 0) if len(within) > 1 else one(day)


def ahead(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "in three days", where it is no length of time ("the first in three days", "built in three days")."""
    certain = tense == "future" and not _SUPERLATIVE.search(match.string[: match.start()])
    count, unit = _counted(match)
    return one(moved(reader.today, count, unit)) if certain or said(match, "certain") else None


def a_stretch(match: re.Match[str], reader: Reader, tense: Tense) -> Days | None:
    """ "within three days", "the past two weeks", "the next five years"."""
    which = said(match, "which")
    if which == "within" and tense != "future":
        return None
    count, unit = _counted(match)
    if which in ("past", "last"):
        return Days(moved(reader.today, -count, unit), reader.today)
    return Days(reader.today, moved(reader.today, count, unit))


def _counted(match: re.Match[str]) -> tuple[int, str]:
    word = said(match, "count") or "one"
    return int(word) if word.isdigit() else COUNTS[word], said(match, "unit")
