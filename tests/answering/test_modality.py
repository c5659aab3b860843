"""How firmly a sentence says it, and who says it there."""

from __future__ import annotations

import pytest

from qa.answering.modality import clause, firmer, modality, negated, speaker
from qa.answering.speakers import attribution


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The mayor opened the bridge on Monday.", "confirmed"),
        ("The mayor will attend the summit, her office said.", "confirmed"),
        ("The vote is scheduled for 26 March.", "expected"),
        ("The mayor is expected to attend.", "expected"),
        ("Her attendance is not yet confirmed.", "expected"),
        ("The minister would travel if a deal is near.", "conditional"),
        ("The operator may reopen the terminal in March.", "conditional"),
        ("The takeover is subject to approval.", "conditional"),
        ("He allegedly took bribes.", "alleged"),
        ("Prosecutors say he passed on bids.", "alleged"),
        ("The newspaper reported that she would step down.", "alleged"),
        ("The managers knew for months, a former employee has claimed.", "alleged"),
        ("The company denied that it had known.", "denied"),
        ("A claim that a ban had been agreed was rejected by a spokesman.", "denied"),
        ("A report of his death was not supported by any evidence.", "denied"),
        ("The mayor will not attend.", "denied"),
        ("He pleaded not guilty on Thursday.", "denied"),
        ("Critics believe the price is too high.", "opinion"),
        ("The plan should be dropped, the union said.", "opinion"),
        ("The ship entered the yard on 4 May.", "confirmed"),
    ],
)
def test_how_firmly(sentence, expected):
    assert modality(sentence) == expected


def test_only_the_clause_around_the_place_counts():
    sentence = "Macron will attend, but Starmer may stay at home if the vote is lost."
    assert modality(sentence, sentence.index("Macron")) == "confirmed"
    assert modality(sentence, sentence.index("Starmer")) == "conditional"


def test_the_clauses_of_a_sentence_make_the_sentence():
    sentence = "It rained; nobody left, although it was cold — and late."
    assert clause(sentence, 0) == "It rained"
    assert "nobody" in clause(sentence, sentence.index("nobody"))
    assert "nobody" not in clause(sentence, sentence.index("cold"))


@pytest.mark.parametrize(
    ("said", "source", "is_firmer"),
    [
        ("confirmed", "expected", True),
        ("expected", "confirmed", False),
        ("expected", "conditional", True),
        ("confirmed", "denied", True),
        ("denied", "confirmed", True),
        ("denied", "denied", False),
        ("alleged", "conditional", False),
    ],
)
def test_a_statement_may_not_claim_more_than_its_source(said, source, is_firmer):
    assert firmer(said, source) is is_firmer


@pytest.mark.parametrize(
    ("text", "is_negated"),
    [
        ("She did not resign.", True),
        ("He denied it.", True),
        ("Nobody was hurt.", True),
        ("She resigned without a word.", False),
        ("No doubt she resigned.", False),
        ("She resigned.", False),
    ],
)
def test_negation(text, is_negated):
    assert negated(text) is is_negated


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("“It was late,” said Ada Brandt.", "Ada Brandt"),
        ("Ada Brandt said it was late.", "Ada Brandt"),
        ("It was late, according to two officials.", "two officials"),
        ("“It was late,” said the union's chief negotiator, Ada Brandt.", "Ada Brandt"),
        ("Police said 12 people were arrested.", "Police"),
        ("Two senior officials said the big hope was that Trump could commit.", "Two senior officials"),
        ("It was late.", None),
        ("She said it was late.", None),
        ("“Brandt said no,” he recalled", None),
    ],
)
def test_who_says_it(sentence, who):
    found = speaker(sentence)
    assert (found[0] if found else None) == who
    assert attribution(sentence) == (who or "")
    if found:
        assert sentence[found[1] :].startswith(found[0])
