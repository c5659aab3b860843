from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import UsageError
from qa.sources import parse_date, parse_day, parse_when
from qa.sources.dates import from_timestamp

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(hour: int = 0, minute: int = 0, zone: float = 0) -> datetime:
    return datetime(2026, 1, 13, hour, minute, tzinfo=timezone(timedelta(hours=zone)))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-13", at()),
        ("2026-01-13T18:05:00Z", at(18, 5)),
        ("2026-01-13T18:05:00.000+01:00", at(18, 5, 1)),
        ("2026-01-13T18:05:00+0100", at(18, 5, 1)),
        ("2026-01-13 18:05", at(18, 5)),
        ("2026-01-13 18:05 CET", at(18, 5, 1)),
        ("Tue, 13 Jan 2026 18:05:00 +0100", at(18, 5, 1)),
        ("Tue, 13 Jan 2026 18:05:00 GMT", at(18, 5)),
        ("13 January 2026, 18:05 CET", at(18, 5, 1)),
        ("January 13, 2026 6:05 pm EST", at(18, 5, -5)),
        ("Jan. 13, 2026 at 6:05 p.m. ET", at(18, 5, -5)),
        ("Jan 13 2026 12:05 am UTC", at(0, 5)),
        ("Tuesday 13th January 2026", at()),
        ("the 13th of January 2026", at()),
        ("18:05 GMT, 13 January 2026", at(18, 5)),
        ("13 January 2026 18.05 UTC+2", at(18, 5, 2)),
        ("Published: 13 January 2026", at()),
        ("Last updated on 13 January 2026 at 18:05", at(18, 5)),
        ("13/01/2026", at()),
        ("01/13/2026", at()),
        ("13.01.2026 18:05", at(18, 5)),
        ("2026/01/13", at()),
        ("13. Januar 2026", at()),
        ("13 janvier 2026", at()),
        ("13 de enero de 2026", at()),
    ],
)
def test_dates_as_people_write_them(text: str, moment: datetime) -> None:
    found = parse_date(text, now=NOW)
    assert found == moment
    assert found.utcoffset() == moment.utcoffset()


def test_a_date_whose_day_and_month_are_the_same_reads_one_way() -> None:
    assert parse_date("04/04/2026", now=NOW) == datetime(2026, 4, 4, tzinfo=UTC)


def test_in_a_zone_with_an_ambiguous_name_only_the_day_is_known() -> None:
    assert parse_date("13 January 2026 18:05 IST", now=NOW) == at()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "03/04/2026",
        "3.4.2026",
        "yesterday",
        "3 hours ago",
        "January 2026",
        "2026",
        "31 February 2026",
        "2026-02-31",
        "2026-13-01",
        "13/13/2026",
        "13 January 2026 25:05",
        "13 January 2026 at 13:05 pm",
        "The 25 best films of 2026",
        "Budget 2026: 13 things to know",
        "20260113",
        "0001-01-01",
        "x" * 10_000,
    ],
)
def test_what_names_no_date_for_certain_is_unknown(text: str) -> None:
    assert parse_date(text, now=NOW) is None


def test_the_near_future_is_believed_and_the_far_future_is_not() -> None:
    assert parse_date("2026-11-25", now=NOW) is not None
    assert parse_date("2026-11-26", now=NOW) is None
    assert parse_date("1 December 2026", now=NOW) is None


@given(st.text(max_size=60))
def test_any_text_is_a_date_with_a_zone_or_none(text: str) -> None:
    found = parse_date(text, now=NOW)
    assert found is None or found.utcoffset() is not None


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2026, 11, 1), timezones=st.just(UTC)))
def test_iso_times_come_back(moment: datetime) -> None:
    assert parse_date(moment.isoformat(), now=NOW) == moment


def test_unix_times_in_seconds_and_milliseconds() -> None:
    assert from_timestamp(at().timestamp(), now=NOW) == at()
    assert from_timestamp(at().timestamp() * 1000, now=NOW) == at()
    assert from_timestamp(0, now=NOW) is None
    assert from_timestamp(1e30, now=NOW) is None


def test_parse_when_reads_iso_only() -> None:
    assert parse_when("2026-01-13", now=NOW) == at()
    assert parse_when("2026-01-13T18:05+01:00", now=NOW) == at(18, 5, 1)


@pytest.mark.parametrize("text", ["", "13 January 2026", "13/01/2026", "2026-02-30", "soon"])
def test_parse_when_refuses_what_is_no_iso_date(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_when(text, now=NOW)
    assert "2026-01-13" in caught.value.hint


def test_parse_when_refuses_the_future() -> None:
    with pytest.raises(UsageError, match="future"):
        parse_when("2027-01-01", now=NOW)


def test_parse_day() -> None:
    assert parse_day("2026-01-13") == date(2026, 1, 13)
    for text in ("2026-1-3", "2026-02-30", "20260113", ""):
        with pytest.raises(UsageError):
            parse_day(text)
