"""Puts points in the order of the days they speak of, the day of the event before the day somebody spoke."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from qa.days.wording import span_of_days
from qa.types import EventDate, Section, Statement

_SPOKE = re.compile(
    r"\b(?:said|says|told|added|announced|confirmed|reported|wrote|warned|stated|according|statement|interview)\b[^,;:]{0,30}$",
    re.IGNORECASE,
)


LONGEST = dt.timedelta(days=366)
"""What lasted longer ("since 2014") is no event of a timeline."""


def event_of(point: Statement) -> EventDate | None:
    """The days that a point is about: the first that it names which is not only when somebody spoke; the
    first, where all are; None where it names none that are at most a year.
    """
    dates = [date for date in point.dates if date.last - date.first <= LONGEST]
    for date in dates:
        place = point.text.find(date.words)
        if place >= 0 and not _SPOKE.search(point.text[:place]):
            return date
    return dates[0] if dates else None


def in_time(points: Iterable[Statement]) -> list[Statement]:
    """The points with a day in order of time: by the first day, the shorter event first, else as given."""
    dated = [(event, point) for point in points if (event := event_of(point))]
    dated.sort(key=lambda pair: (pair[0].first, pair[0].last - pair[0].first))
    return [point for _, point in dated]


def days_of(points: Sequence[Statement]) -> tuple[Section, ...]:
    """One section for each run of points about the same days, headed by them ("19-25 January 2026").
    `points` are those of `in_time`; their numbers count from 1.
    """
    sections = []
    for (first, last), members in groupby(enumerate(points, start=1), key=lambda pair: _span(pair[1])):
        numbers = tuple(number for number, _ in members)
        articles = dict.fromkeys(c.article_id for n in numbers for c in points[n - 1].citations)
        sections.append(
            Section(
                heading=span_of_days(first, last),
                points=numbers,
                articles=tuple(articles),
                first=first,
                last=last,
            )
        )
    return tuple(sections)


def _span(point: Statement) -> tuple[dt.date, dt.date]:
    event = event_of(point)
    if event is None:
        raise ValueError("a point without a day has no place in a timeline")
    return event.first, event.last
