"""What somebody said about something."""

from __future__ import annotations

import pytest
from test_extractive import passage

from qa.answering.question import parse
from qa.answering.quotes import speech_lines
from qa.answering.reading import read
from qa.answering.terms import terms_of

TEXT = """\
"The rents are a disgrace," said Ada Brandt, the mayor of Selby. "We will cap them by June."

Tom Reyes, who speaks for the landlords, said a cap on rents would cost jobs. He \
added that tolls were too high as well.

Brandt said nothing about the ferry. The rents rose by 13 percent.
"""


def said(question: str) -> list[str]:
    story = read([passage(TEXT)])[0]
    asked = parse(question)
    return [line.text for line in speech_lines(story, asked, terms_of(asked, [story]))]


def test_the_words_of_the_speaker_on_the_topic_and_how_they_go_on():
    assert said("What did Ada Brandt say about rents?") == [
        '"The rents are a disgrace," said Ada Brandt, the mayor of Selby.',
        '"We will cap them by June."',
    ]


def test_not_the_words_of_another():
    answer = said("What did Tom Reyes say about rents?")
    assert answer
    assert not any("disgrace" in line for line in answer)


def test_who_said_what_he_goes_on_to_say():
    assert any("tolls were too high" in line for line in said("What did Reyes say about tolls?"))


def test_all_that_was_said_where_no_topic_is_asked():
    assert len(said("What did Brandt say?")) >= 3


@pytest.mark.parametrize(
    "question", ["What did Brandt say about Greenland?", "What did Ivo Marek say about rents?"]
)
def test_nothing_where_nothing_was_said(question):
    assert said(question) == []
