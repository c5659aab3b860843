"""What a question asks for, and which articles it may use."""

from __future__ import annotations

import datetime as dt

import pytest

from qa.answering.forms import form_of
from qa.answering.question import (
    MAX_CHARACTERS,
    clean_question,
    narrow,
    parse,
    time_place,
    unknown_pronoun,
)
from qa.errors import UsageError
from qa.types import Filters


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who is attending Davos?", "list"),
        ("Which countries sent ministers?", "list"),
        ("Who won the mayoral election?", "person"),
        ("When is the vote?", "date"),
        ("what time did the blast happen", "date"),
        ("Where was the final played?", "place"),
        ("How many people were hurt?", "number"),
        ("What is the price of a ticket?", "number"),
        ("Why was the summit moved?", "reason"),
        ("What did the mayor say about rents?", "quote"),
        ("Is Starmer going to Davos?", "yesno"),
    ],
)
def test_the_kind_of_answer(question, kind):
    assert parse(question).kind == kind


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("How much did the bridge cost?", "money"),
        ("What percentage voted?", "percent"),
        ("How long did the strike last?", "duration"),
        ("How old is the mayor?", "age"),
        ("How many people marched in Selby?", "crowd"),
        ("How big was the crowd?", "crowd"),
        ("How many marchers were injured?", ""),
        ("What was the turnout in the election?", "percent"),
        ("How many ships sank?", ""),
    ],
)
def test_the_sort_of_number(question, measure):
    assert parse(question).measure == measure


@pytest.mark.parametrize(
    ("question", "kind", "terms"),
    [
        ("I am checking our copy: how fast was the ferry?", "number", {"fast", "ferry"}),
        ("We need this by noon. Who won the race?", "person", {"won", "race"}),
        ("What does the CEO earn?", "what", {"chief", "executive", "earn"}),
    ],
)
def test_a_preamble_and_abbreviations(question, kind, terms):
    asked = parse(question)
    assert (asked.kind, {w.lower for w in asked.terms}) == (kind, terms)


def test_what_somebody_told_somebody_is_a_quote():
    asked = parse("What did Ada Brandt tell the council about rents?")
    assert (asked.kind, asked.speaker, [w.lower for w in asked.topic]) == (
        "quote",
        ("ada", "brandt"),
        ["rents"],
    )


def test_names_and_other_words_are_kept_apart():
    asked = parse("Is Ursula von der Leyen attending the World Economic Forum?")
    assert set(asked.names) == {("ursula", "leyen"), ("world", "economic", "forum")}
    assert [w.lower for w in asked.terms] == ["attending"]


def test_a_quote_question_has_a_speaker_and_a_topic():
    asked = parse("What did Mark Rutte say about the shipping lanes?")
    assert asked.speaker == ("mark", "rutte")
    assert [w.lower for w in asked.topic] == ["shipping", "lanes"]


@pytest.mark.parametrize(
    ("question", "pronoun"),
    [
        ("When was she last seen?", "she"),
        ("What did he say about Greenland?", "he"),
        ("What is their demand?", "their"),
        ("What did Rutte say he wants?", ""),
        ("Did the minister say she would go?", ""),
        ("Which teams said they would not play?", ""),
        ("Where did they find the eggs?", ""),
        ("What did they do?", "they"),
        ("Who is attending Davos?", ""),
    ],
)
def test_a_pronoun_without_anybody_before_it(question, pronoun):
    assert unknown_pronoun(parse(question)) == pronoun


def test_a_question_is_one_clean_line():
    assert clean_question("  Who\n is \x1b[31mattending\t Davos? ") == "Who is [31mattending Davos?"


@pytest.mark.parametrize("text", ["", "  \n ", "???", "x" * (MAX_CHARACTERS + 1)])
def test_no_question_is_an_error_with_a_next_step(text):
    with pytest.raises(UsageError) as caught:
        clean_question(text)
    assert caught.value.hint


def test_as_of_only_ever_narrows():
    day = dt.date(2026, 1, 14)
    assert narrow(Filters(), day).until == day
    assert narrow(Filters(until=dt.date(2026, 1, 10)), day).until == dt.date(2026, 1, 10)
    assert narrow(Filters(until=dt.date(2026, 1, 20)), day).until == day
    assert narrow(Filters(), None) == Filters()


def test_a_range_that_holds_no_day_is_refused():
    with pytest.raises(UsageError, match="2026-01-15"):
        narrow(Filters(since=dt.date(2026, 1, 15)), dt.date(2026, 1, 14))


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Who's attending Davos?", "list"), ("where’s the summit?", "place"), ("When's the vote?", "date")],
)
def test_contractions_are_read_as_two_words(text, kind):
    assert parse(text).kind == kind
    assert "'s" not in parse(text).text


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("How far did the price of bread drop?", "how much did the price of bread drop?"),
        ("How sharply have rents risen?", "how much have rents risen?"),
        ("How steeply will tolls rise in May?", "how much will tolls rise in May?"),
    ],
)
def test_how_far_something_fell_is_a_change(question: str, plain: str) -> None:
    assert form_of(question) == (plain, "number", "change")
    assert (parse(question).kind, parse(question).measure) == ("number", "change")


@pytest.mark.parametrize(
    ("question", "kind", "measure"),
    [
        ("How far is Brenn from Halvik?", "number", "distance"),
        ("How far did the runner go?", "number", "distance"),
        ("How badly was the ship damaged?", "what", ""),
        ("How much did the bridge cost?", "number", "money"),
    ],
)
def test_how_far_otherwise_is_no_change(question: str, kind: str, measure: str) -> None:
    assert form_of(question).measure != "change"
    assert (parse(question).kind, parse(question).measure) == (kind, measure)


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("What is the last day to register for the race?", {"register", "race"}),
        ("What was the first date on which trams ran?", {"trams", "ran"}),
        ("What will be the last chance to see the fair?", {"see", "fair"}),
        ("What is the deadline for bids?", {"bids"}),
        ("By when must the form be handed in?", {"form", "handed"}),
        ("Until when is the road closed?", {"road", "closed"}),
        ("Since which month is the road closed?", {"road", "closed"}),
        ("How soon will the road open?", {"road", "open"}),
    ],
)
def test_the_last_day_is_a_date_and_its_words_are_not_looked_for(question: str, terms: set[str]) -> None:
    assert form_of(question).kind == "date"
    asked = parse(question)
    assert (asked.kind, {w.lower for w in asked.terms}) == ("date", terms)


@pytest.mark.parametrize(
    "question",
    ["What was the last ship to leave?", "What is the last word on the fair?", "What is the day for?"],
)
def test_other_last_things_are_no_date(question: str) -> None:
    assert form_of(question) == (question, None, "")


@pytest.mark.parametrize(
    ("sentence", "time"),
    [
        ("It opened on 4 May.", "May."),
        ("Police said on Monday that the bridge opened in March.", "March."),
        ("The mayor announced late on Friday a vote next month.", "next month."),
        ("On Friday, she said on Sunday, the ferry sails.", "Friday, she"),
        ("Brandt told the council on Tuesday that tolls start on Friday and end in June.", "June."),
        ("Tolls start on Friday, Brandt told the council on Tuesday.", "Friday, Brandt"),
        ("It opened on Friday after he was ill on Sunday.", "Sunday."),
        ("He said on Monday that he was ill.", "Monday that"),  # no other time: that of saying it
    ],
)
def test_where_the_time_of_a_thing_stands(sentence: str, time: str) -> None:
    place = time_place(sentence)
    assert place is not None
    assert sentence[place:].startswith(time)


def test_a_sentence_without_a_time_has_no_place_of_it() -> None:
    assert time_place("The bridge is open.") is None
