"""Dates as news pages, feeds and people write them. A date is known or it is None: nothing is guessed.

A day without a time is 00:00 UTC, a time without a zone is taken as UTC. A numeric date that reads two
ways, a relative one ("3 hours ago") and one more than two days ahead of now are unknown.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from qa.errors import UsageError

_AHEAD = timedelta(days=2)
_FIRST_YEAR = 1600
_LONGEST = 120
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_YEAR = r"(?P<year>\d{4})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_CLOCK = (
    r"(?:,?\s*(?:(?:at|-|–|—|\||·|/)\s*)?(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?:[:.]"
    r"(?P<second>\d{2}))?)?"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?)?\s*\(?(?P<zone>(?:[A-Za-z]{1,5}(?=\W|$))|(?:UTC"
    r"|GMT)?\s?[+\-−]\d{1,2}:?(?:\d{2})?)?\)?"
    r"(?:\s+\([A-Z]{2,5}\))?)?"
)
_WORDED = tuple(
    re.compile(_WEEKDAY + day + _CLOCK + r"\.?", re.IGNORECASE)
    for day in (
        rf"(?:the\s+)?{_DAY}(?:\s+of)?[\s-]+{_MONTH},?[\s-]+{_YEAR}",
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_YEAR},?\s+{_MONTH}\s+{_DAY}",
    )
)
_NUMERIC = re.compile(
    _WEEKDAY + rf"(?P<first>\d{{1,2}})([/.-])(?P<other>\d{{1,2}})\2{_YEAR}" + _CLOCK, re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})")
_CLOCK_FIRST = re.compile(
    r"(\d{1,2}[:.]\d{2}(?:\s*[ap]\.?m\.?)?(?:\s+[A-Z]{1,5})?),?\s+(?:on\s+)?(.*\d{4})", re.IGNORECASE
)
_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:(?:T|\s+|,\s*)(\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*([A-Za-z]{1,5}"
    r"|[+-]\d{2}:?(?:\d{2})?)?)?"
)
_FOREIGN = re.compile(
    r"(?:[^\W\d_]+,?\s+)?(?:"
    r"\d{1,2}(?:\.|º|er)?\s+(?:de\s+|di\s+|d['’])?[^\W\d_]{3,}\.?,?\s+(?:de\s+|del\s+)?\d{4}"
    r"|[^\W\d_]{3,}\.?\s+\d{1,2},?\s+(?:\d\d:\d\d(?::\d\d)?\s+)?\d{4}"
    r"|\d{4}[年년].{1,4}[月월].{1,3}[日일])\b.{0,30}"
)
_LABEL = re.compile(
    r"(?:first |last |originally )?(?:published|posted|updated|modified|date)(?: on| at)?\s*:?\s+",
    re.IGNORECASE,
)
_OFFSETS = {
    "z": 0,
    "utc": 0,
    "gmt": 0,
    "ut": 0,
    "wet": 0,
    "west": 1,
    "bst": 1,
    "cet": 1,
    "cest": 2,
    "mez": 1,
    "mesz": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "trt": 3,
    "eat": 3,
    "sast": 2,
    "wat": 1,
    "cat": 2,
    "pkt": 5,
    "sgt": 8,
    "hkt": 8,
    "awst": 8,
    "jst": 9,
    "kst": 9,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
    "est": -5,
    "edt": -4,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "akst": -9,
    "hst": -10,
}
_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}


def parse_date(text: str, *, now: datetime | None = None) -> datetime | None:
    """The moment that `text` names, with a time zone, or None where it names none for certain."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        found = _iso(text) or _other(_LABEL.sub("", text, count=1) if text[0].isalpha() else text)
        if found is None or found.year < _FIRST_YEAR:
            return None
        return None if found > (now or datetime.now(UTC)) + _AHEAD else found
    except (ValueError, OverflowError):
        return None


def parse_when(text: str, *, now: datetime | None = None) -> datetime:
    """The moment of an ISO day or time, such as 2026-01-13 or 2026-01-13T18:05+01:00. Raises UsageError.

    A day is 00:00 UTC and a time without a zone is UTC.
    """
    try:
        found = _iso(text.strip())
    except ValueError:
        found = None
    if found is None or found.year < _FIRST_YEAR:
        raise UsageError(
            f"{text!r} is not a date that qa reads", "Write it as 2026-01-13 or 2026-01-13T18:05+01:00."
        )
    if found > (now or datetime.now(UTC)) + _AHEAD:
        raise UsageError(f"{text!r} lies in the future", "Give the day the article came out.")
    return found


def parse_day(text: str) -> date:
    """The day of an ISO date such as 2026-01-13. Raises UsageError."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError as exc:
        raise UsageError(f"there is no day {text!r}", "Write days as 2026-01-13.") from exc
    raise UsageError(f"{text!r} is not a day that qa reads", "Write days as 2026-01-13.")


def from_timestamp(seconds: float, *, now: datetime | None = None) -> datetime | None:
    """The moment of a Unix time in seconds, or in milliseconds when it is too large for seconds; None if
    out of range.
    """
    if seconds > 1e11:
        seconds /= 1000
    try:
        found = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if seconds > 0 and found <= (now or datetime.now(UTC)) + _AHEAD else None


def _iso(text: str) -> datetime | None:
    if not text[:4].isdigit():
        return None
    if len(text) == 10:
        return datetime.combine(date.fromisoformat(text), time(), UTC) if _ISO.fullmatch(text) else None
    match = _ISO.fullmatch(text)
    if not match:
        return None
    day, clock, zone = match.groups()
    return _place(date.fromisoformat(day), time.fromisoformat(clock.replace(",", ".")), zone or "")


def _other(text: str) -> datetime | None:
    if turned := _CLOCK_FIRST.fullmatch(text):
        text = f"{turned[2]} {turned[1]}"
    for pattern in _WORDED:
        if match := pattern.fullmatch(text):
            day = date(int(match["year"]), _MONTHS[match["month"].lower()], int(match["day"]))
            return _with_clock(day, match)
    if match := _NUMERIC.fullmatch(text):
        numeric = _unambiguous(int(match["first"]), int(match["other"]), int(match["year"]))
        return _with_clock(numeric, match) if numeric else None
    if match := _YEAR_FIRST.fullmatch(text):
        return datetime(int(match[1]), int(match[3]), int(match[4]), tzinfo=UTC)
    return _iso(text) or _foreign(text)


def _unambiguous(first: int, other: int, year: int) -> date | None:
    """The day of first/other/year where one order of day and month only is possible, or both agree."""
    if first != other and first <= 12 and other <= 12:
        return None
    return date(year, first, other) if first <= 12 else date(year, other, first)


def _with_clock(day: date, match: re.Match[str]) -> datetime | None:
    hour, half = match["hour"], (match["half"] or "")[:1].lower()
    if not hour or (match["minute"] is None and not half):
        # "13 January 2026 18" has no readable clock
        return None if hour else datetime.combine(day, time(), UTC)
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "p" else 0)
    clock = time(hours, int(match["minute"] or 0), int(match["second"] or 0))
    return _place(day, clock, match["zone"] or "")


def _place(day: date, clock: time, zone: str) -> datetime:
    """The moment at `clock` in `zone`; in a zone whose name is unknown or stands for several, only the day
    is known.
    """
    place = _zone(zone)
    return datetime.combine(day, clock, place) if place else datetime.combine(day, time(), UTC)


def _zone(name: str) -> tzinfo | None:
    name = name.strip().lower().replace("−", "-")
    if not name or name in {"hrs", "h", "uhr"}:
        return UTC
    if name in _OFFSETS:
        return timezone(timedelta(hours=_OFFSETS[name])) if _OFFSETS[name] else UTC
    if name in _PLACES:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            return ZoneInfo(_PLACES[name])
        except ZoneInfoNotFoundError:
            return None
    if match := re.fullmatch(r"(?:utc|gmt)?\s?([+-])(\d{1,2}):?(\d{2})?", name):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(-offset if match[1] == "-" else offset) if offset < timedelta(hours=24) else None
    return None


def _foreign(text: str) -> datetime | None:
    """Dates in other languages, by dateparser: whole absolute dates with the month as a word only."""
    if not _FOREIGN.fullmatch(text):
        return None
    import dateparser

    found = dateparser.parse(
        text,
        settings={"PARSERS": ["absolute-time"], "STRICT_PARSING": True, "TIMEZONE": "UTC",
                  "RETURN_AS_TIMEZONE_AWARE": True, "REQUIRE_PARTS": ["day", "month", "year"]},
    )  # fmt: skip
    if found is None or str(found.year) not in text or not re.search(rf"\b0?{found.day}\b", text):
        return None
    return found
