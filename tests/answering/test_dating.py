"""Days in answers: what statements carry, what is written in brackets, and what a question's days do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

import pytest

from qa import Article, Library
from qa.answering.ask import ask, final
from qa.answering.asked import about, asked_days, on_those_days
from qa.answering.dating import event_dates, with_days
from qa.answering.engine import Draft, Outcome, Quote
from qa.answering.extractive import ExtractiveEngine
from qa.types import Answer, Citation, EventDate, Filters, Passage, Statement

TUESDAY = dt.datetime(2026, 1, 13, 18, 5, tzinfo=dt.UTC)
MARKER = re.compile(r"\[(\d+)\]")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def dates(words: str, first: str, last: str = "") -> EventDate:
    return EventDate(words=words, first=day(first), last=day(last or first))


def statement(
    text: str, *dates: EventDate, published: dt.datetime | None = TUESDAY, quote: str = ""
) -> Statement:
    citation = Citation(marker=1, article_id="a", published=published, quote=quote or text, start=0, end=9)
    return Statement(text=text, dates=dates, citations=(citation,))


# ---------------------------------------------------------------- what statements carry


def test_a_statement_carries_the_days_of_its_own_words():
    text = "Roe will attend next week, her office said on Monday."
    assert event_dates(text, [(text, TUESDAY)]) == (
        dates("next week", "2026-01-19", "2026-01-25"),
        dates("Monday", "2026-01-12"),
    )


def test_a_paraphrase_takes_its_days_from_the_cited_words():
    said = "The minister, Ann Roe, resigned on Monday after a row."
    assert event_dates("Roe stepped down on Monday.", [(said, TUESDAY)]) == (dates("Monday", "2026-01-12"),)
    assert event_dates("Roe stepped down.", [(said, TUESDAY)]) == ()


def test_the_words_stand_as_in_the_statement():
    said = "Last week the pool shut."
    assert event_dates("The pool shut last week.", [(said, TUESDAY)])[0].words == "last week"


def test_an_undated_article_tells_no_days():
    assert event_dates("It shut on Monday.", [("It shut on Monday.", None)]) == ()


def test_words_that_mean_two_things_in_what_is_cited_mean_nothing():
    week = TUESDAY + dt.timedelta(days=7)
    assert (
        event_dates(
            "It shut on Monday.", [("The pool shut on Monday.", TUESDAY), ("It did shut on Monday.", week)]
        )
        == ()
    )


def test_the_same_words_twice_in_one_sentence_keep_their_order():
    text = "The pool, which shut on Monday, will reopen on Monday."
    assert event_dates(text, [(text, TUESDAY)]) == (
        dates("Monday", "2026-01-12"),
        dates("Monday", "2026-01-19"),
    )


def test_a_sentence_cited_for_a_name_alone_does_not_count():
    own, other = "He resigned on Monday.", "Ann Roe will speak on Monday."
    assert event_dates(own, [(own, TUESDAY), (other, TUESDAY)]) == (dates("Monday", "2026-01-12"),)


# ---------------------------------------------------------------- what is written in brackets


def test_words_that_lean_on_the_day_of_publication_are_followed_by_what_they_mean():
    said = statement(
        "Roe will attend next week, her office said on Monday.",
        dates("next week", "2026-01-19", "2026-01-25"),
        dates("Monday", "2026-01-12"),
    )
    assert with_days(said) == (
        "Roe will attend next week [19-25 January 2026], her office said on Monday [12 January 2026]."
    )
    assert said.text.count("[") == 0


@pytest.mark.parametrize(
    ("text", "date", "shown"),
    [
        ("Last week's vote was close.", dates("Last week", "2026-01-05", "2026-01-11"),
         "Last week's [5-11 January 2026] vote was close."),
        ("It shut on 3 March 2025.", dates("3 March 2025", "2025-03-03"), "It shut on 3 March 2025."),
        ("It opens on 3 March.", dates("3 March", "2026-03-03"), "It opens on 3 March."),
        ("It shut on 3 December.", dates("3 December", "2025-12-03"), "It shut on 3 December [of 2025]."),
        ("It shut last year.", dates("last year", "2025-01-01", "2025-12-31"),
         "It shut last year [in 2025]."),
        ("She [who came on Monday] left.", dates("Monday", "2026-01-12"), "She [who came on Monday] left."),
        ("It shut on Monday [the pool].", dates("Monday", "2026-01-12"),
         "It shut on Monday [12 January 2026] [the pool]."),
        ("On Monday and again on Monday.", dates("Monday", "2026-01-12"),
         "On Monday [12 January 2026] and again on Monday."),
    ],
)  # fmt: skip
def test_where_brackets_go(text, date, shown):
    assert with_days(statement(text, date)) == shown
    assert not MARKER.search(shown)


def test_what_was_to_come_and_is_over_on_the_day_of_asking_is_said_to_be():
    said = statement("Roe will attend on Friday.", dates("Friday", "2026-01-16"))
    assert with_days(said, day("2026-01-20")) == "Roe will attend on Friday [16 January 2026, now past]."
    assert with_days(said, day("2026-01-16")) == "Roe will attend on Friday [16 January 2026]."
    was = statement("Roe attended on Monday.", dates("Monday", "2026-01-12"))
    assert "past" not in with_days(was, day("2026-01-20"))
    written = statement("Roe will attend on 16 January.", dates("16 January", "2026-01-16"))
    assert with_days(written, day("2026-01-20")) == "Roe will attend on 16 January [now past]."


# ---------------------------------------------------------------- questions

ASKED = day("2026-01-13")


@pytest.mark.parametrize(
    ("question", "words", "first", "last"),
    [
        ("What happened in Lowmouth last week?", "last week", "2026-01-05", "2026-01-11"),
        ("What did Roe say on Monday?", "Monday", "2026-01-12", "2026-01-12"),
        ("Who will attend on Monday?", "Monday", "2026-01-19", "2026-01-19"),
        ("who's going to davos next week", "next week", "2026-01-19", "2026-01-25"),
        ("Is a storm coming on Friday?", "Friday", "2026-01-16", "2026-01-16"),
        ("what was decided in december", "december", "2025-12-01", "2025-12-31"),
        ("What has happened since 5 January?", "since 5 January", "2026-01-05", "2026-01-13"),
        ("What happened between 5 and 9 January?", "5 and 9 January", "2026-01-05", "2026-01-09"),
        ("What did they decide yesterday?", "yesterday", "2026-01-12", "2026-01-12"),
        ("How far did rents rise last year?", "last year", "2025-01-01", "2025-12-31"),
    ],
)
def test_days_of_the_event(question, words, first, last):
    found = asked_days(question, ASKED)
    assert found.dates == (dates(words, first, last),)
    assert [(d.first, d.last) for d in found.events] == [(day(first), day(last))]
    assert (found.since, found.until, found.text) == (None, None, question)


@pytest.mark.parametrize(
    ("question", "since", "until", "left"),
    [
        ("What was reported last week on Roe?", "2026-01-05", "2026-01-11", "What was reported on Roe?"),
        ("What has been published since Monday on Roe?", "2026-01-12", "2026-01-13",
         "What has been published on Roe?"),
        ("What is in yesterday's news about Roe?", "2026-01-12", "2026-01-12", "What is in news about Roe?"),
        ("Which articles published before 10 January name Roe?", None, "2026-01-09",
         "Which articles published name Roe?"),
        ("Which stories after 10 January name Roe?", "2026-01-11", None, "Which stories name Roe?"),
    ],
)  # fmt: skip
def test_days_of_the_reports(question, since, until, left):
    found = asked_days(question, ASKED)
    assert (found.since, found.until) == (since and day(since), until and day(until))
    assert found.events == ()
    assert (found.text, found.told) == (left, left)


@pytest.mark.parametrize(
    "question",
    [
        "Who won the 2022 World Cup?",
        "What has changed since the report of 9 March?",
        "What was agreed before Monday?",
        "How many are missing today?",
        "Who is the minister?",
    ],
)
def test_days_that_only_point_at_something_do_not_count(question):
    assert asked_days(question, ASKED).dates == ()


def test_a_model_is_told_the_days():
    assert asked_days("What did last week's vote decide?", ASKED).told == (
        "What did last week's [5-11 January 2026] vote decide?"
    )


def test_days_of_reports_only_ever_narrow():
    found = asked_days("What was reported last week about Roe?", ASKED)
    assert found.narrow(Filters(since=day("2026-01-08"))) == Filters(
        since=day("2026-01-08"), until=day("2026-01-11")
    )
    assert found.narrow(Filters(since=day("2026-01-12"))) is None


MONDAY, FRIDAY = (
    asked_days("What happened on Monday?", ASKED).events,
    asked_days("What will happen on Friday?", ASKED).events,
)


@pytest.mark.parametrize(
    ("said", "is_about"),
    [
        (statement("It shut on Monday.", dates("Monday", "2026-01-12")), True),
        (statement("It shut in January.", dates("January", "2026-01-01", "2026-01-31")), True),
        (statement("It shut on Thursday.", dates("Thursday", "2026-01-08")), False),
        (statement("It shut."), None),
        # the day of the report, and what is compared with, say nothing about the event's
        (statement("Roe said on Thursday it shut.", dates("Thursday", "2026-01-08")), None),
        (statement("It rose from 3 % in May.", dates("May", "2025-05-01", "2025-05-31")), None),
        (statement("It shut two weeks ago.", dates("two weeks ago", "2025-12-30")), False),
        # published on that day: it may well be about it
        (statement("It will open on 3 March.", dates("3 March", "2026-03-03"),
                   published=dt.datetime(2026, 1, 12, 20, tzinfo=dt.UTC)), None),
        # no day of its own: those of the cited sentence
        (statement("Roe came.", quote="The meeting was on Monday."), True),
        (statement("Roe came.", quote="The meeting was on Thursday."), False),
    ],
)  # fmt: skip
def test_whether_a_statement_is_about_the_day(said, is_about):
    assert about(said, MONDAY) is is_about


def test_statements_about_other_days_are_left_out_where_one_is_about_the_day():
    right = statement("It shut on Monday.", dates("Monday", "2026-01-12"))
    other = statement("It shut on Thursday.", dates("Thursday", "2026-01-08"))
    bare = statement("It shut.")
    assert on_those_days([other, right, bare], MONDAY) == [right, bare]
    assert on_those_days([other, bare], MONDAY) == [other, bare]
    assert on_those_days([other], MONDAY) == []


# ---------------------------------------------------------------- from question to answer

REOPENS = "The bridge will reopen next Monday, Mayor Ada Brandt said."
SHUT = "The bridge shut on Thursday because of the flood."


@pytest.fixture
def library(tmp_path):
    articles = [
        Article(id="a", outlet="Selby Courier", published=TUESDAY, text=f"{REOPENS}\n\n{SHUT}"),
        Article(
            id="b", outlet="Evening Post", published=None, text="The bridge in Orrin shut on Thursday too."
        ),
    ]
    with Library(tmp_path / "library") as filled:
        filled.add(articles)
        yield filled


class Says:
    """A model that proposes these sentences of article "a" whatever it is asked, and keeps the question."""

    model, prompt, whole_articles = "", None, False

    def __init__(self, *texts: str, name: str = "chain") -> None:
        self.texts, self.name, self.asked = texts, name, ""

    def draft(self, question: str, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        self.asked = question
        for text in self.texts:
            number = next(p.number for p in passages if text in p.text)
            yield Draft(text=text, quotes=(Quote(passage=number, text=text),))
        yield Outcome()


def answer(library: Library, question: str, *texts: str, **more: object) -> Answer:
    return final(ask(question, library, Says(*texts) if texts else ExtractiveEngine(), **more))  # type: ignore[arg-type]


def test_days_are_in_the_statement_and_in_the_text(library):
    for found in (answer(library, "When does the bridge reopen?"), answer(library, "bridge?", REOPENS)):
        assert found.statements[0].dates == (dates("next Monday", "2026-01-19"),)
        assert found.statements[0].text == REOPENS
        assert "next Monday [19 January 2026], Mayor" in found.text
        assert {int(m) for m in MARKER.findall(found.text)} == {c.marker for c in found.citations}
        assert Answer.model_validate_json(found.model_dump_json()) == found


def test_an_undated_article_has_no_brackets(library):
    found = answer(library, "When did the bridge in Orrin shut?")
    assert found.statements
    assert found.statements[0].dates == ()
    assert "2026" not in found.text


def test_a_question_about_another_day_is_not_answered(library):
    found = answer(library, "Did the bridge shut on Saturday?", SHUT, today=ASKED)
    assert found.abstained
    assert found.reason == "what the articles found say is about other days than 10 January 2026"
    assert found.asked_dates == (dates("Saturday", "2026-01-10"),)
    assert [w.code for w in found.warnings] == ["other-day"]


def test_statements_about_the_day_are_preferred(library):
    found = answer(library, "What about the bridge on Thursday was said?", REOPENS, SHUT, today=ASKED)
    asked = answer(library, "Why did the bridge shut on Thursday?", REOPENS, SHUT, today=ASKED)
    assert [s.text for s in asked.statements] == [SHUT]
    assert asked.text.endswith("[1]")
    assert [w.code for w in asked.warnings] == ["other-day"]
    assert found.statements


def test_days_are_counted_from_as_of_and_from_today(library):
    by_as_of = answer(library, "Did the bridge shut on Thursday?", SHUT, as_of=ASKED)
    assert by_as_of.asked_dates == (dates("Thursday", "2026-01-08"),)
    by_today = answer(library, "Did the bridge shut on Thursday?", SHUT, today=day("2026-02-03"))
    assert by_today.asked_dates == (dates("Thursday", "2026-01-29"),)
    assert by_today.abstained


def test_a_model_does_not_know_what_day_it_is_and_is_told(library):
    engine = Says(SHUT)
    final(ask("Did the bridge shut on Thursday?", library, engine, today=ASKED))
    assert engine.asked == "Did the bridge shut on Thursday [8 January 2026]?"
    engine = Says(SHUT, name="extractive")
    final(ask("Did the bridge shut on Thursday?", library, engine, today=ASKED))
    assert engine.asked == "Did the bridge shut on Thursday?"


def test_reports_of_some_days_are_all_that_is_searched(library):
    found = answer(library, "What was reported last week about the bridge?", SHUT, today=ASKED)
    assert found.abstained
    assert found.reason.startswith("the library has no article published 2026-01-05 to 2026-01-11")
    assert (found.filters.since, found.filters.until) == (day("2026-01-05"), day("2026-01-11"))
    found = answer(library, "What was reported this week about the bridge?", SHUT, today=ASKED)
    assert [s.text for s in found.statements] == [SHUT]
    assert found.filters.since == day("2026-01-12")


def test_flags_that_leave_nothing_of_the_days_asked_for_mean_abstaining(library):
    found = answer(
        library, "What was reported last week about the bridge?", SHUT, today=ASKED,
        filters=Filters(since=day("2026-01-12")),
    )  # fmt: skip
    assert found.abstained
    assert found.reason == "nothing published since 2026-01-12 is from the days that the question names"


def test_an_update_is_kept_apart_from_publication(tmp_path):
    updated = TUESDAY + dt.timedelta(days=2)
    with Library(tmp_path / "other") as library:
        library.add([Article(id="a", published=TUESDAY, updated=updated, text=f"{SHUT}\n\n{REOPENS}")])
        found = answer(library, "bridge?", SHUT)
    assert (found.citations[0].published, found.citations[0].updated) == (TUESDAY, updated)
    assert found.statements[0].dates == (dates("Thursday", "2026-01-08"),)  # counted from publication
