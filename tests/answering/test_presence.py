"""Who is at an event, which event is meant, and how firmly the article says so."""

from __future__ import annotations

import pytest
from test_extractive import passage

from qa.answering.companions import accompanied, companion_lines
from qa.answering.extractive import ExtractiveEngine
from qa.answering.presence import asks_absence, asks_presence, event_terms, firmness, presences
from qa.answering.question import parse
from qa.answering.reading import read
from qa.answering.terms import terms_of

TALKS = """\
President Ivo Marek will attend the annual forum in Carrow on Monday, along with ministers from \
Spain and Malta.

Prime Minister Elin Dahl will skip the forum. Her deputy will also be there.

Envoys Pia Lund and Oskar Frey were at a meeting in Hamburg last week.

"I am going to Carrow to listen," said trade chief Noor Aziz, whose presence is not yet confirmed.
"""


def present(question: str, text: str = TALKS) -> dict[str, str]:
    story = read([passage(text)])[0]
    asked = parse(question)
    event = event_terms(asked, terms_of(asked, [story]))
    return {found.line.text: firmness(found) for found in presences(story, event)}


def test_those_at_the_event_and_not_those_at_another():
    found = present("Who is attending the Carrow forum?")
    assert any("Marek" in line for line in found)
    assert any("deputy" in line for line in found)
    assert not any("Lund" in line for line in found)


def test_each_with_how_firmly_it_is_said():
    grades = {("Marek", "confirmed"), ("Dahl", "denied")}
    found = present("Who is attending the Carrow forum?")
    assert {(n, g) for line, g in found.items() for n in ("Marek", "Dahl") if n in line} == grades


def test_the_other_meeting_can_be_asked_for():
    found = present("Who was at the meeting in Hamburg?")
    assert list(found) == ["Envoys Pia Lund and Oskar Frey were at a meeting in Hamburg last week."]


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who is attending Davos?", True),
        ("Is Starmer going to Davos?", True),
        ("Who won the election?", False),
        ("When is the forum?", False),
        ("How many people attended?", False),
    ],
)
def test_questions_of_presence(question, asks):
    assert asks_presence(parse(question)) is asks


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who is not going to Davos?", True),
        ("Who will skip the forum?", True),
        ("Who pulled out of the talks?", True),
        ("Which leaders are not coming to Davos?", True),
        ("Who is going to Davos?", False),
    ],
)
def test_questions_of_absence(question, asks):
    assert asks_absence(parse(question)) is asks


COMPANY = (
    "Finance minister Rafael Quist may travel to Carrow. He would go with his adviser, Tessa Moline.\n\n"
    "Mayor Ada Brandt, accompanied by the harbour master, Tom Reyes, opened the bridge.\n\n"
    "Quist disagrees with the mayor."
)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who is going with Quist?", ["He would go with his adviser, Tessa Moline."]),
        ("Who would travel to Carrow with Rafael Quist?", ["He would go with his adviser, Tessa Moline."]),
        (
            "Who accompanied Ada Brandt?",
            ["Mayor Ada Brandt, accompanied by the harbour master, Tom Reyes, opened the bridge."],
        ),
        ("Who disagrees with the mayor?", []),
        ("Who is attending Carrow?", []),
    ],
)
def test_who_goes_with_whom(question, said):
    story = read([passage(COMPANY)])[0]
    asked = parse(question)
    people = accompanied(asked, terms_of(asked, [story]))
    assert [line.text for line in (companion_lines(story, people) if people else [])] == said


def answered(question: str, *texts: str) -> tuple[list[tuple[str, str | None]], str]:
    """What the extractive engine drafts, each with its modality, and why there is nothing."""
    passages = [passage(text, number) for number, text in enumerate(texts or (TALKS,), start=1)]
    *drafts, outcome = ExtractiveEngine().draft(question, passages)
    return [(d.text, d.modality) for d in drafts], outcome.reason


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Will Dahl attend?", [("Dahl", "denied")]),
        ("Is Marek going?", [("Marek", "confirmed")]),
        ("Will Marek go?", [("Marek", "confirmed")]),
        ("Will Noor Aziz make the trip?", [("Aziz", "expected")]),
        ("Will Noor Aziz be there?", [("Aziz", "expected")]),
    ],
)
def test_without_an_event_the_articles_own_is_meant(question, told):
    found, _ = answered(question)
    assert len(found) == len(told)
    for (text, modality), (name, wanted) in zip(found, told, strict=True):
        assert (name in text, modality) == (True, wanted)


def test_an_event_that_one_article_names_is_meant_in_the_others():
    later = (
        "Noor Aziz has confirmed that she is travelling to Carrow.\n\nThe trade chief had hesitated for days."
    )
    found, _ = answered("Will Noor Aziz attend?", TALKS, later)
    assert [modality for _, modality in found] == ["expected", "confirmed"]


def test_who_is_only_mentioned_elsewhere_is_said_to_be():
    found, reason = answered("Is Pia Lund attending the Carrow forum?")
    assert found == []
    assert reason.endswith("(Pia Lund: mentioned in another connection)")
    assert "(" not in answered("Is Tove Berg attending the Carrow forum?")[1]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Who is attending the Carrow summit?", True),  # the article's forum
        ("Who is attending the Carrow hearing?", False),
        ("Who attended the Carrow funeral?", False),
    ],
)
def test_another_sort_of_event_is_another_event(question, answers):
    found, reason = answered(question)
    assert bool(found) is answers
    assert bool(reason) is not answers


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Is the WEF going to Carrow?", "WEF"),
        ("what did tove berg say?", "Tove Berg"),
        ("Is van der Meer at the Carrow forum?", "Meer"),
    ],
)
def test_a_name_is_written_as_it_was_asked(question, named):
    found, reason = answered(question)
    assert found == []
    assert named in reason


def test_an_event_is_followed_by_its_place():
    whole, _ = answered(
        "Who is attending the forum of the Carrow League in Carrow?", f"{TALKS}\nThe Carrow League holds it."
    )
    assert len(whole) == len(answered("Who is attending the Carrow forum?")[0])


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        (
            "Is Ada Brandt attending the CWF?",
            "Ada Brandt will attend the Carrow Water Forum on Monday.",
            True,
        ),
        (
            "Is Ada Brandt attending the Carrow Water Forum?",
            "Ada Brandt will attend the CWF on Monday, she said.",
            True,
        ),
        (
            "Is Ada Brandt attending the CWF?",
            "Ada Brandt will attend the Carrow Wine Fair Congress on Monday.",
            False,
        ),
        (
            "Is Ada Brandt attending the cwf?",
            "Ada Brandt will attend the Carrow Water Forum on Monday.",
            False,
        ),
    ],
)
def test_initials_and_the_name_they_stand_for(question, text, found):
    assert bool(answered(question, text)[0]) is found
