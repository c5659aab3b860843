"""Days in words, counted from the day of publication: year ends, weekends, leap years, both readings."""

from __future__ import annotations

import datetime as dt

import pytest

from qa.days import Days, days_in


def spans(text: str, published: str) -> list[list[str]]:
    """The readings of each expression, as "2026-03-09" or "2026-03-09..2026-03-15"."""
    found = days_in(text, dt.date.fromisoformat(published))
    return [
        [str(r.first) if r.first == r.last else f"{r.first}..{r.last}" for r in f.readings] for f in found
    ]


# 12 March 2026 is a Thursday, 31 January 2026 a Saturday, 31 December 2025 a Wednesday.
THURSDAY, YEAR_END, NEW_YEAR = "2026-03-12", "2025-12-31", "2026-01-01"

ONE_READING = [
    # yesterday, today, tomorrow
    ("It closed yesterday.", THURSDAY, "2026-03-11"),
    ("It closed yesterday.", NEW_YEAR, "2025-12-31"),
    ("It closed last night.", "2024-03-01", "2024-02-29"),
    ("It closed last night.", "2025-03-01", "2025-02-28"),
    ("It opens tomorrow.", YEAR_END, "2026-01-01"),
    ("It opens tomorrow.", "2028-02-28", "2028-02-29"),
    ("It closes tonight.", THURSDAY, "2026-03-12"),
    ("It closed this morning.", THURSDAY, "2026-03-12"),
    ("It closed the day before yesterday.", NEW_YEAR, "2025-12-30"),
    ("It opens the day after tomorrow.", YEAR_END, "2026-01-02"),
    # weekdays that a word settles
    ("It closed last Thursday.", THURSDAY, "2026-03-05"),
    ("It opens next Thursday.", THURSDAY, "2026-03-19"),
    ("It closes this Thursday.", THURSDAY, "2026-03-12"),
    ("It closes on Monday, 9 March.", THURSDAY, "2026-03-09"),
    # weeks and weekends
    ("It opens next week.", "2025-12-29", "2026-01-05..2026-01-11"),
    ("It closed last week.", NEW_YEAR, "2025-12-22..2025-12-28"),
    ("It closed earlier this week.", "2026-03-15", "2026-03-09..2026-03-15"),
    ("It opens this weekend.", THURSDAY, "2026-03-14..2026-03-15"),
    ("It opens this weekend.", "2026-03-15", "2026-03-14..2026-03-15"),
    ("It closed last weekend.", "2026-03-16", "2026-03-14..2026-03-15"),
    ("It closed last weekend.", "2026-03-15", "2026-03-07..2026-03-08"),
    ("It opens next weekend.", YEAR_END, "2026-01-10..2026-01-11"),
    # months
    ("It opens next month.", "2026-01-31", "2026-02-01..2026-02-28"),
    ("It opens next month.", "2028-01-31", "2028-02-01..2028-02-29"),
    ("It opens next month.", YEAR_END, "2026-01-01..2026-01-31"),
    ("It closed last month.", "2026-03-31", "2026-02-01..2026-02-28"),
    ("It closed last month.", "2026-01-15", "2025-12-01..2025-12-31"),
    ("It opens later this month.", "2024-02-10", "2024-02-01..2024-02-29"),
    ("It opens at the end of the month.", "2026-02-12", "2026-02-26..2026-02-28"),
    ("It opens at the end of next month.", "2026-01-31", "2026-02-26..2026-02-28"),
    ("It opens in late March.", THURSDAY, "2026-03-21..2026-03-31"),
    ("It opens in mid-March.", THURSDAY, "2026-03-11..2026-03-21"),
    ("It opens in January.", "2025-12-20", "2026-01-01..2026-01-31"),
    ("It opens in May.", THURSDAY, "2026-05-01..2026-05-31"),
    ("It closed last March.", THURSDAY, "2025-03-01..2025-03-31"),
    ("It opens next March.", THURSDAY, "2027-03-01..2027-03-31"),
    ("It closed last December.", "2026-01-05", "2025-12-01..2025-12-31"),
    ("It closed in March last year.", THURSDAY, "2025-03-01..2025-03-31"),
    ("It opens in January next year.", YEAR_END, "2026-01-01..2026-01-31"),
    ("It opens in January of next year.", THURSDAY, "2027-01-01..2027-01-31"),
    # quarters, seasons, years
    ("It opens next quarter.", "2025-11-01", "2026-01-01..2026-03-31"),
    ("It closed last quarter.", "2026-01-20", "2025-10-01..2025-12-31"),
    ("It opens in the second quarter of 2027.", THURSDAY, "2027-04-01..2027-06-30"),
    ("It opens in the first half of 2027.", THURSDAY, "2027-01-01..2027-06-30"),
    ("It opens in spring 2027.", THURSDAY, "2027-03-01..2027-05-31"),
    ("It opens next spring.", YEAR_END, "2026-03-01..2026-05-31"),
    ("It closed last summer.", "2026-02-12", "2025-06-01..2025-08-31"),
    ("It closed this winter.", "2026-02-12", "2025-12-01..2026-02-28"),
    ("It closed last winter.", "2026-02-12", "2024-12-01..2025-02-28"),
    ("It opens next year.", YEAR_END, "2026-01-01..2026-12-31"),
    ("It closed last year.", NEW_YEAR, "2025-01-01..2025-12-31"),
    ("It opens in early 2027.", THURSDAY, "2027-01-01..2027-05-02"),
    ("It opens in 2027.", THURSDAY, "2027-01-01..2027-12-31"),
    # so long ago, so long from now
    ("It opens in three days.", "2026-12-30", "2027-01-02"),
    ("It opens in ten days' time.", "2026-02-20", "2026-03-02"),
    ("It closed eleven days ago.", "2026-01-05", "2025-12-25"),
    ("It opens 14 days from now.", "2028-02-20", "2028-03-05"),
    ("It closed two weeks ago.", "2026-01-05", "2025-12-19..2025-12-25"),
    ("It closed a fortnight ago.", "2026-01-05", "2025-12-19..2025-12-25"),
    ("It closed three months ago.", "2026-01-31", "2025-10-01..2025-10-31"),
    ("It closed a year ago.", "2024-02-29", "2023-01-01..2023-12-31"),
    ("It opens within three days.", "2026-12-30", "2026-12-30..2027-01-02"),
    # days with a date, in either order
    ("It opens on 3 January.", "2025-12-20", "2026-01-03"),
    ("It closed on 30 December.", "2026-01-05", "2025-12-30"),
    ("It closed on Jan. 3.", "2025-12-30", "2026-01-03"),
    ("It closes on 29 February.", "2024-01-10", "2024-02-29"),
    ("It closed on March 5, 2025.", THURSDAY, "2025-03-05"),
    ("It closed on 5 March 2025.", THURSDAY, "2025-03-05"),
    ("It closed on the 5th of March 2025.", THURSDAY, "2025-03-05"),
    ("It closed on 12 March last year.", THURSDAY, "2025-03-12"),
    ("It closed on 2025-03-05.", THURSDAY, "2025-03-05"),
    # ranges
    ("It runs on 24 and 25 March.", THURSDAY, "2026-03-24..2026-03-25"),
    ("It runs from 24–25 March 2027.", THURSDAY, "2027-03-24..2027-03-25"),
    ("It runs from March 24 to 26.", THURSDAY, "2026-03-24..2026-03-26"),
    ("It runs between 2 and 4 January.", YEAR_END, "2026-01-02..2026-01-04"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "published", "expected"), ONE_READING)
def test_an_expression_with_one_reading(text, published, expected):
    assert spans(text, published) == [[expected]]


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        # A bare weekday is the last one or the next one; on that very day, it may be today.
        ("It closed on Monday.", THURSDAY, ["2026-03-09", "2026-03-16"]),
        ("It opens on Friday.", YEAR_END, ["2025-12-26", "2026-01-02"]),
        ("It closed on Thursday.", THURSDAY, ["2026-03-12", "2026-03-05", "2026-03-19"]),
        ("It closed last Monday.", THURSDAY, ["2026-03-09", "2026-03-02"]),
        ("It opens next Monday.", THURSDAY, ["2026-03-16", "2026-03-23"]),
        ("It opens this Monday.", THURSDAY, ["2026-03-16", "2026-03-09"]),
        ("It closed at the weekend.", "2026-03-16", ["2026-03-21..2026-03-22", "2026-03-14..2026-03-15"]),
        # A month without a year is a near one, before or after.
        ("It is in December.", "2026-01-05", ["2026-12-01..2026-12-31", "2025-12-01..2025-12-31"]),
        ("It is in October.", THURSDAY, ["2026-10-01..2026-10-31", "2025-10-01..2025-10-31"]),
        ("It is on Sept. 5.", THURSDAY, ["2026-09-05", "2025-09-05"]),
        ("It opens next autumn.", "2026-02-12", ["2026-09-01..2026-11-30", "2027-09-01..2027-11-30"]),
        ("It closed last summer.", "2026-10-01", ["2026-06-01..2026-08-31", "2025-06-01..2025-08-31"]),
        ("It was in winter 2026.", THURSDAY, ["2026-12-01..2027-02-28", "2025-12-01..2026-02-28"]),
        # 09/03 is 9 March to some and 3 September to others.
        ("It was on 09/03/2026.", THURSDAY, ["2026-03-09", "2026-09-03"]),
        ("It was on 25/03/2026.", THURSDAY, ["2026-03-25"]),
    ],
)
def test_what_reads_two_ways_keeps_both(text, published, expected):
    assert spans(text, published) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "He may resign and they march on.",
        "Marches in Lyon drew 2,027 people.",
        "It hired 2020 people.",
        "It sold 2000 percent more.",
        "The 1990s were kind.",
        "Nobody knows the day.",
        "",
    ],
)
def test_words_that_name_no_day(text):
    assert spans(text, THURSDAY) == []


@pytest.mark.parametrize("text", ["on 31 June", "on 29 February 2025", "on February 30"])
def test_a_day_that_no_calendar_has_is_not_its_month_either(text):
    assert spans(text, THURSDAY) == [[]]


def test_a_range_runs_forward():
    assert spans("It runs from 24 to 24 March.", THURSDAY) == [["2026-03-24"]]
    assert spans("It runs from 30 to 2 April.", THURSDAY) == [["2026-04-02"]]


def test_expressions_stand_in_order_and_do_not_overlap():
    text = "It closed on Monday, opens next month and moved from 24 March to 2 April."
    found = days_in(text, dt.date(2026, 3, 12))
    assert [text[f.start : f.end] for f in found] == ["Monday", "next month", "24 March", "2 April"]
    assert found[3].readings == (Days(dt.date(2026, 4, 2), dt.date(2026, 4, 2)),)


def test_the_same_words_are_another_day_in_another_article():
    said = {spans("on Monday", f"2026-03-{day:02}")[0][0] for day in range(10, 17)}
    assert said == {"2026-03-09", "2026-03-16"}


def test_a_date_beyond_the_calendar_is_no_error():
    assert spans("It ends in 9999 years.", THURSDAY) == []
