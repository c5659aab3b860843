"""Whether a sentence that holds the words of a question tells what it asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import asked, told
from test_extractive import passage

from qa.answering.question import parse
from qa.answering.reading import read
from qa.answering.telling import tells

HURT = "How many people were hurt in the Halvik fire?"
NURSES = "How many nurses work at the Brenn hospital?"
TRAMS = "How many trams are out of service?"
KEEPER = "Who is the keeper of the Brenn lighthouse?"
THINKS = "What does Ada Brandt think of the tram?"
MOVED = "Why was the Brenn fair moved?"


def says(question: str, text: str) -> bool:
    """Whether the last line of `text` tells what is asked."""
    story = read([passage(text)])[0]
    return tells(parse(question), story.lines[-1], story)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (HURT, "The Halvik fire hurt nine people."),
        (HURT, "Three were hurt in the Halvik fire."),
        (HURT, "The number of those hurt rose to 14."),
        (HURT, "Dozens of people were hurt in the Halvik fire."),
        (HURT, "Nobody was hurt in the Halvik fire."),
        (HURT, "Police said 12 nurses were treated after the Halvik fire."),
        ("How many people were killed?", "The death toll rose to 14."),
        (NURSES, "The Brenn hospital employs 310 nurses."),
        (NURSES, "About 310 people work at the Brenn hospital."),
        (TRAMS, "Trams are out of service, 12 of them."),
        (TRAMS, "Many trams are old. Some 12 are out of service."),
        ("How many ships sank?", "Two boats sank off Brenn."),
        ("How many times was the vote put off?", "The vote was put off twice."),
        ("How much dearer will tickets be?", "Tickets will be 4 euros dearer."),
        ("How much dearer will tickets be?", "The fare goes up by 4 euros."),
        ("How many athletes won?", "Of the athletes, 40 won."),
    ],
)
def test_what_is_counted(question: str, text: str) -> None:
    assert says(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (HURT, "The Halvik fire hurt 40 percent of those inside."),
        (HURT, "The Halvik fire hurt 40 per cent of those inside."),
        (HURT, "The Halvik fire hurt 40% of those inside."),
        (HURT, "The Halvik fire hurt trade and cost $40 million."),
        (HURT, "Those hurt in the Halvik fire were paid 40 million euros."),
        (HURT, "Those hurt in the Halvik fire waited 12 hours."),
        (HURT, "The Halvik fire hurt people."),
        (HURT, "The Halvik fire destroyed 12 boats."),
        (NURSES, "The Brenn hospital has 12 wards."),
        (NURSES, "Nurses at the Brenn hospital work 12 hours."),
        (TRAMS, "Trams are out of service at a cost of €12 million."),
        (TRAMS, "Trams are out of service at a cost of 12 million euros."),
        (TRAMS, "Trams are out of service for 12 more weeks."),
        ("How many ships sank?", "The gale blew down 14 trees."),
    ],
)
def test_what_is_a_share_a_sum_a_time_or_a_count_of_something_else(question: str, text: str) -> None:
    assert not says(question, text)


@pytest.mark.parametrize(
    ("question", "text", "told_there"),
    [
        (KEEPER, "Ole Rask is the keeper of the Brenn lighthouse.", True),
        (KEEPER, "Ole Rask painted the Brenn lighthouse.", False),
        (KEEPER, "Ole Rask, keeper of Halvik castle, came to the Brenn lighthouse.", False),
        ("Who is the mayor of Brenn?", "Ada Brandt, the mayor of Brenn, came to Halvik.", True),
        ("Who is the mayor of Brenn?", "Ada Brandt, the mayor of Halvik, came to Brenn.", False),
        ("Who is the new mayor?", "Ada Brandt, the mayor of Halvik, came to Brenn.", True),
        ("Who is the union's treasurer?", "The union's treasurer is Ole Rask.", True),
        ("Who is the union's treasurer?", "The union was founded by Ole Rask.", False),
        ("Who is the man in the photograph?", "Ole Rask rowed to Brenn.", True),  # "man" is no office
        ("Who is Ole Rask?", "Ole Rask rowed to Brenn.", True),
    ],
)
def test_who_holds_the_office(question: str, text: str, told_there: bool) -> None:
    assert says(question, text) is told_there


@pytest.mark.parametrize(
    ("text", "told_there"),
    [
        ("Ada Brandt said the tram is slow.", True),
        ("She said the tram is slow.", True),
        ("The tram is slow.", True),
        ("Ole Rask said the tram is slow.", False),
        ("“The tram is slow,” said Ole Rask.", False),
    ],
)
def test_whose_view_it_is(text: str, told_there: bool) -> None:
    assert says(THINKS, text) is told_there


@pytest.mark.parametrize(
    ("question", "text", "told_there"),
    [
        (MOVED, "The Brenn fair was moved to May.", False),
        (MOVED, "The Brenn fair was moved because the square is dug up.", True),
        (MOVED, "The Brenn fair was not moved.", True),  # what "why" takes for granted is not so
        (MOVED, "The town hall is digging up the square of the fair for new water pipes.", True),
        ("When was the Brenn fair moved?", "The Brenn fair was moved to May.", True),
    ],
)
def test_a_reason_says_more_than_what_happened(question: str, text: str, told_there: bool) -> None:
    assert says(question, text) is told_there


# ---------------------------------------------------------------- the whole way

FAIR = "The Brenn fair was moved to May."
WHY = "The Brenn fair was moved because the square is being dug up."


def test_why_is_not_answered_by_saying_it_again(tmp_path: Path) -> None:
    assert asked(tmp_path, MOVED, f"{FAIR} Stalls cost 20 euros.").abstained


def test_why_is_answered_by_the_reason_alone(tmp_path: Path) -> None:
    assert told(asked(tmp_path, MOVED, f"{FAIR} Stalls cost 20 euros. {WHY}")) == [WHY]


def test_a_share_and_a_sum_are_not_given_for_people(tmp_path: Path) -> None:
    text = "The Halvik fire burned 40 percent of the wood in the yard. The Halvik fire cost 3 million euros."
    assert asked(tmp_path, HURT, text).abstained


def test_nobody_is_a_number_of_people(tmp_path: Path) -> None:
    nobody = "Nobody was hurt in the Halvik fire."
    assert told(asked(tmp_path, HURT, f"The Halvik fire burned for 12 hours. {nobody}")) == [nobody]
