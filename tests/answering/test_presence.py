"""Who is at an event, which event is meant, and how firmly the article says so."""

from __future__ import annotations

import pytest
from test_extractive import passage

from qa.answering.companions import accompanied, companion_lines
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
