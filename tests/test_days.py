"""The one span of days that an expression means: tense, year ends, weekends, leap years, time zones."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys

import pytest

from qa.days import resolved
from qa.days.wording import date_range, imprecise, meaning, span_of_days
from qa.resources import resource

# 14 January 2026 is a Wednesday, 31 December 2025 one as well, 1 March 2026 a Sunday.
WEDNESDAY, SUNDAY = "2026-01-14T09:30:00+00:00", "2026-03-01T20:00:00+01:00"
YEAR_END, NEW_YEAR = "2025-12-31T12:00:00+00:00", "2026-01-01T07:00:00+00:00"


def spans(text: str, published: str = WEDNESDAY) -> list[str]:
    """What each expression means, as "Monday 2026-01-12" or "last week 2026-01-05..2026-01-11"."""
    return [
        f"{r.words} {r.first}" if r.first == r.last else f"{r.words} {r.first}..{r.last}"
        for r in resolved(text, dt.datetime.fromisoformat(published))
    ]


CASES = [
    # weekdays: the tense of the nearest verb
    ("The minister resigned on Monday.", WEDNESDAY, "Monday 2026-01-12"),
    ("The minister will resign on Monday.", WEDNESDAY, "Monday 2026-01-19"),
    ("The minister is to resign on Monday.", WEDNESDAY, "Monday 2026-01-19"),
    ("The vote is due on Monday.", WEDNESDAY, "Monday 2026-01-19"),
    ("The vote is on Thursday.", WEDNESDAY, "Thursday 2026-01-15"),
    ("The council meets on Thursday.", WEDNESDAY, "Thursday 2026-01-15"),
    ("Voters go to the polls on Sunday.", WEDNESDAY, "Sunday 2026-01-18"),
    ("He may have drowned on Sunday.", WEDNESDAY, "Sunday 2026-01-11"),
    ("She has been missing since Monday.", WEDNESDAY, "since Monday 2026-01-12..2026-01-14"),
    ("Shares fell on Wednesday.", WEDNESDAY, "Wednesday 2026-01-14"),
    ("On Monday the court will rule.", WEDNESDAY, "Monday 2026-01-19"),
    ("The court on Monday ruled against him.", WEDNESDAY, "Monday 2026-01-12"),
    ("He is accused of stealing it on Monday.", WEDNESDAY, "Monday 2026-01-12"),
    ("Schools will stay closed on Friday.", WEDNESDAY, "Friday 2026-01-16"),
    ("The hearing was adjourned until Friday.", WEDNESDAY, "Friday 2026-01-16"),
    ("The shop is open until Friday.", WEDNESDAY, "until Friday 2026-01-14..2026-01-16"),
    ("It closed last Friday.", WEDNESDAY, "last Friday 2026-01-09"),
    ("It opens next Friday.", WEDNESDAY, "next Friday 2026-01-23"),
    ("It opens this coming Friday.", WEDNESDAY, "this coming Friday 2026-01-16"),
    ("It opens Tuesday week.", WEDNESDAY, "Tuesday week 2026-01-27"),
    ("It opens on Tuesday of next week.", WEDNESDAY, "Tuesday of next week 2026-01-20"),
    ("It shut on Friday and Saturday.", WEDNESDAY, "Friday and Saturday 2026-01-09..2026-01-10"),
    ("It will shut from Friday to Monday.", WEDNESDAY, "Friday to Monday 2026-01-16..2026-01-19"),
    ("Twelve died in Monday's explosion.", WEDNESDAY, "Monday 2026-01-12"),
    # year ends
    ("It closed yesterday.", NEW_YEAR, "yesterday 2025-12-31"),
    ("It opens tomorrow.", YEAR_END, "tomorrow 2026-01-01"),
    ("It opened on 30 December.", NEW_YEAR, "30 December 2025-12-30"),
    ("It will open on 3 January.", YEAR_END, "3 January 2026-01-03"),
    ("It closed in December.", WEDNESDAY, "December 2025-12-01..2025-12-31"),
    ("It opens next month.", YEAR_END, "next month 2026-01-01..2026-01-31"),
    ("It opens next quarter.", YEAR_END, "next quarter 2026-01-01..2026-03-31"),
    ("It closed two weeks ago.", NEW_YEAR, "two weeks ago 2025-12-18"),
    ("It ran from 30 December to 2 January.", WEDNESDAY, "30 December to 2 January 2025-12-30..2026-01-02"),
    ("It closed this winter.", WEDNESDAY, "this winter 2025-12-01..2026-02-28"),
    # weeks and weekends
    ("It opens next week.", SUNDAY, "next week 2026-03-02..2026-03-08"),
    ("It closed last week.", SUNDAY, "last week 2026-02-16..2026-02-22"),
    ("It closed at the weekend.", WEDNESDAY, "the weekend 2026-01-10..2026-01-11"),
    ("It will open at the weekend.", WEDNESDAY, "the weekend 2026-01-17..2026-01-18"),
    ("It opens this weekend.", WEDNESDAY, "this weekend 2026-01-17..2026-01-18"),
    ("It closed earlier this week.", WEDNESDAY, "earlier this week 2026-01-12..2026-01-13"),
    ("It will open later this week.", WEDNESDAY, "later this week 2026-01-15..2026-01-18"),
    ("The court will sit the week after next.", WEDNESDAY, "the week after next 2026-01-26..2026-02-01"),
    # leap years and short months
    ("It opens tomorrow.", "2028-02-28T12:00:00+00:00", "tomorrow 2028-02-29"),
    ("It closes at the end of the month.", "2028-02-10T12:00:00+00:00", "the end of the month 2028-02-29"),
    ("It opened on 29 February.", "2024-03-03T12:00:00+00:00", "29 February 2024-02-29"),
    ("It shut a year ago.", "2024-02-29T12:00:00+00:00", "a year ago 2023-02-28"),
    ("It shut a month ago.", "2026-03-31T12:00:00+02:00", "a month ago 2026-02-28"),
    ("It was shut on the 31st.", WEDNESDAY, "the 31st 2025-12-31"),
    # the article's own time zone
    ("It closed yesterday.", "2026-01-13T00:30:00+09:00", "yesterday 2026-01-12"),
    ("It closed yesterday.", "2026-01-12T20:30:00-10:00", "yesterday 2026-01-11"),
    ("It closed last night.", "2026-01-13T00:30:00+01:00", "last night 2026-01-12"),
    ("It closed on Monday.", "2026-01-13T00:30:00+13:00", "Monday 2026-01-12"),
    ("It closed on Monday.", "2026-01-12T00:00:00+00:00", "Monday 2026-01-12"),
    # months, quarters, seasons, years
    ("It closed in early March.", "2026-05-02T12:00:00+00:00", "early March 2026-03-01..2026-03-10"),
    ("It will open in mid-March.", WEDNESDAY, "mid-March 2026-03-11..2026-03-20"),
    ("It will open in late March.", WEDNESDAY, "late March 2026-03-21..2026-03-31"),
    ("It dried up last June.", WEDNESDAY, "last June 2025-06-01..2025-06-30"),
    ("It will open in the second half of 2027.", WEDNESDAY, "the second half of 2027 2027-07-01..2027-12-31"),
    ("Sales fell in the third quarter.", WEDNESDAY, "the third quarter 2025-07-01..2025-09-30"),
    ("It opens in early 2027.", WEDNESDAY, "early 2027 2027-01-01..2027-04-30"),
    ("It has been empty since 2021.", WEDNESDAY, "since 2021 2021-01-01..2026-01-14"),
    ("It stood there from 2015 to 2019.", WEDNESDAY, "2015 to 2019 2015-01-01..2019-12-31"),
    ("It shut on 12 March last year.", WEDNESDAY, "12 March last year 2025-03-12"),
    ("It is on Saturday 14 March.", WEDNESDAY, "Saturday 14 March 2026-03-14"),
    ("It shut on March 3, 2025.", WEDNESDAY, "March 3, 2025 2025-03-03"),
    ("It will shut within three days.", WEDNESDAY, "within three days 2026-01-14..2026-01-17"),
    ("It has been full for the past two weeks.", WEDNESDAY, "the past two weeks 2025-12-31..2026-01-14"),
    # words in quotation marks count from the day they were said
    ("“We decide tomorrow,” he said on Monday.", WEDNESDAY, "tomorrow 2026-01-13|Monday 2026-01-12"),
    ("“We decide tomorrow,” he said.", WEDNESDAY, "tomorrow 2026-01-15"),
    ("“I saw him yesterday,” she said last year.", WEDNESDAY, "last year 2025-01-01..2025-12-31"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "published", "expected"), CASES)
def test_an_expression_means_these_days(text, published, expected):
    assert "|".join(spans(text, published)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Talks planned for Monday were cancelled.",
        "The vote was due on Monday.",
        "They agreed to meet on Monday.",
        "There is anger over the shooting on Monday.",
        "Protesters in Lowmouth on Monday.",
        "Bookings for Monday fell.",
        "He rejected Monday's deadline.",
        "It rained on the Monday.",
        "It opens every Monday.",
        "The match was moved from Monday.",
        "It opened on 31 June.",
        "It opened on Monday 13 January 2026.",
        "Black Friday was quiet.",
        "The Sunday Times said so.",
        "It shut about two years ago.",
        "It shut the previous week.",
        "It was built in two years.",
        "It hired 2020 people, up from 2019 people.",
        "It fell by 38 per cent in ten years.",
        "He scored in the third quarter.",
        "He was born on 12 March.",
        "It was 14,100 years ago.",
        "It ends in 9999 years.",
        "May may march in line.",
        "",
    ],
)
def test_what_is_not_certain_means_nothing(text):
    assert spans(text) == []


@pytest.mark.parametrize(
    ("text", "published"),
    [
        # Half an hour after midnight, which evening and which Monday?
        ("It opens tonight.", "2026-01-13T00:30:00+01:00"),
        ("It closed on Tuesday.", "2026-01-13T00:30:00+01:00"),
        # "Last March" of this year or the one before; "last Tuesday" three days ago or ten.
        ("It closed last March.", "2026-05-02T12:00:00+00:00"),
        ("It closed last Tuesday.", "2026-01-16T12:00:00+00:00"),
        # January is summer in Sydney.
        ("It closed last summer.", "2026-04-16T12:00:00+10:00"),
        # Nearly a year ago or next week: the verb before may belong to something else.
        ("She declined, citing a vote on 22 January.", WEDNESDAY),
    ],
)
def test_what_is_not_certain_at_that_moment_means_nothing(text, published):
    assert spans(text, published) == []


def test_each_expression_goes_by_its_own_verb():
    assert spans("Talks on Monday ended, and Roe said on Tuesday that he will resign on Friday.") == [
        "Monday 2026-01-12",
        "Tuesday 2026-01-13",
        "Friday 2026-01-16",
    ]
    assert spans("The pool, which closed in 2020, will reopen on Monday. It shut on Sunday.") == [
        "2020 2020-01-01..2020-12-31",
        "Monday 2026-01-19",
        "Sunday 2026-01-11",
    ]


def test_what_is_no_sentence_is_not_read():
    assert spans("x " * 800 + "shut on Monday.") == []
    assert spans("Shut on Monday, " * 30) == []


def test_places_are_those_in_the_text():
    text = "It rained. The fair opened on Monday and runs until next week."
    assert [text[r.start : r.end] for r in resolved(text, dt.datetime.fromisoformat(WEDNESDAY))] == [
        "Monday",
        "until next week",
    ]


def test_the_labels_of_the_half_that_rules_are_worked_on_with():
    rows = [
        json.loads(line) for line in (resource("eval", "labels") / "dates.jsonl").read_text().splitlines()
    ]
    dev = [row for row in rows if row["split"] == "dev"]
    right = 0
    for row in dev:
        found = resolved(row["text"], dt.datetime.fromisoformat(row["published"]))
        meant = {
            (str(r.first), str(r.last))
            for r in found
            if row["expression"] in r.words or r.words in row["expression"]
        }
        right += meant == {(row["first"], row["last"])}
    assert len(dev) >= 50
    assert right / len(dev) >= 0.98


def test_importing_the_names_of_months_compiles_no_patterns():
    code = "import sys, qa.days; assert qa.days.MONTHS; assert 'qa.days.forms' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# ---------------------------------------------------------------- how it is written


@pytest.mark.parametrize(
    ("words", "first", "last", "note"),
    [
        ("Monday", "2026-01-12", "2026-01-12", "12 January 2026"),
        ("next week", "2026-01-19", "2026-01-25", "19-25 January 2026"),
        ("last week", "2025-12-29", "2026-01-04", "29 December 2025 - 4 January 2026"),
        ("next month", "2026-02-01", "2026-02-28", "February 2026"),
        ("last summer", "2025-06-01", "2025-08-31", "June-August 2025"),
        ("this winter", "2025-12-01", "2026-02-28", "December 2025 - February 2026"),
        ("last year", "2025-01-01", "2025-12-31", "in 2025"),
        ("since Tuesday", "2026-01-13", "2026-01-14", "13 January 2026"),
        ("since last month", "2025-12-01", "2026-01-14", "December 2025"),
        ("until next week", "2026-01-14", "2026-01-25", "19-25 January 2026"),
        ("two weeks ago", "2025-12-31", "2025-12-31", "around 31 December 2025"),
        ("six months ago", "2025-07-14", "2025-07-14", "around July 2025"),
        ("last June", "2025-06-01", "2025-06-30", "June 2025"),
        # a day and a month want a year only where it is another
        ("14 March", "2026-03-14", "2026-03-14", ""),
        ("14 March", "2025-03-14", "2025-03-14", "of 2025"),
        ("since October", "2025-10-01", "2026-01-14", "of 2025"),
        ("30 December to 2 January", "2025-12-30", "2026-01-02", "30 December 2025 - 2 January 2026"),
        ("14 March 2025", "2025-03-14", "2025-03-14", ""),
        ("since 2021", "2021-01-01", "2026-01-14", ""),
    ],
)
def test_a_note_says_what_the_words_do_not(words, first, last, note):
    assert meaning(words, dt.date.fromisoformat(first), dt.date.fromisoformat(last), 2026) == note
    assert not note.isdigit()  # "[2025]" would be a citation


def test_spans_go_by_their_names_where_they_have_one():
    assert span_of_days(dt.date(2025, 1, 1), dt.date(2025, 12, 31)) == "2025"
    assert span_of_days(dt.date(2028, 2, 1), dt.date(2028, 2, 29)) == "February 2028"
    assert date_range(dt.date(2026, 1, 30), dt.date(2026, 2, 2)) == "30 January - 2 February 2026"


@pytest.mark.parametrize(
    ("words", "off"), [("Monday", 0), ("three days ago", 0), ("two weeks ago", 3), ("a year ago", 180)]
)
def test_some_words_are_rough(words, off):
    assert imprecise(words) == off
