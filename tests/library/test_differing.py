"""Whether nearly the same words say the same."""

from __future__ import annotations

import pytest

from qa.library.differing import differences, says_otherwise

FAIR = "Mayor Ann Roe will open the fair on Monday."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nine people died in the blast, police said.", "Eleven people died in the blast, police said."),
        ("The fair opens on 5 May, the mayor said.", "The fair opens on 5 June, the mayor said."),
        ("The fair opens on 5 January, he said.", "The fair opens on May 5, he said."),
        (FAIR, FAIR.replace("Monday", "Friday")),
        (FAIR, FAIR.replace("Ann Roe", "Jo Doe")),
        (FAIR, FAIR.replace("will", "may")),
        (FAIR, FAIR.replace("will", "will not")),
        ("The mayor confirmed that the fair will open.", "The mayor denied that the fair will open."),
        ("Apple announced today that it buys Selby.", "Facebook announced today that it buys Selby."),
    ],
)
def test_another_number_day_name_or_not_says_otherwise(one, other):
    assert says_otherwise(one, other)
    assert says_otherwise(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FAIR, FAIR),
        ("Nine people died in the blast, police said.", "9 people died in the blast, police said."),
        ("The fair opens on 5 May, the mayor said.", "The fair opens on May 5, the mayor said."),
        (FAIR, FAIR.replace("Ann", "Anne")),
        ("Zelensky arrived in the town in the morning.", "Zelenskyy arrived in the town in the morning."),
        (FAIR, FAIR.replace("Mayor Ann Roe", "Ann Roe")),
        ("CARROW (Northern Wire) - A cable failed late on Sunday.", "A cable failed late on Sunday."),
        ("Police said the cable failed late on Sunday.", "Officers said the cable failed late on Sunday."),
        (FAIR, f"{FAIR} Tickets cost 12 euros, said Jo Lund."),
        (
            "Roe opens the fair. Two ferries were not hit when a crane fell on Tuesday.",
            "Roe opens the fair. A storm on Friday could still take nine boats along.",
        ),
    ],
)
def test_a_spelling_a_dateline_or_a_sentence_written_anew_does_not(one, other):
    assert not says_otherwise(one, other)


def test_an_outlets_own_name_does_not_count():
    one, other = "A cable failed, the Courier has learned.", "A cable failed, the Gazette has learned."
    assert says_otherwise(one, other)
    assert not says_otherwise(one, other, aside={"courier", "gazette"})


def test_the_words_that_differ_are_given_as_written():
    assert differences(FAIR, FAIR.replace("Ann Roe", "Jo Doe")) == [("Ann Roe", "Jo Doe")]
    assert differences(FAIR, FAIR) == []
