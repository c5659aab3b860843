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


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # what is alleged may itself be a failure or a refusal
        ("Brandt alleged that the firm had failed to declare the leak.", "alleged"),
        ("She accused the council of never asking the residents.", "alleged"),
        ("The union alleges the yard cancelled the inspection.", "alleged"),
        ("The firm rejected what the union alleged, that it had not paid.", "denied"),
        ("The mayor never alleged that the yard had failed to pay.", "denied"),
        ("The yard failed to declare the leak.", "denied"),
        ("The yard claimed on Tuesday that the hull was sound.", "alleged"),
        ("The minister claimed last week that the bridge was safe.", "alleged"),
        ("She claimed repeatedly that she was ill.", "alleged"),
        ("The storm claimed two lives on Tuesday.", "confirmed"),
        ("The union claimed victory on Tuesday.", "confirmed"),
    ],
)
def test_what_is_alleged_may_be_a_failure(sentence: str, expected: str) -> None:
    assert modality(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("“A city that cannot get its nurses to work is no city that works,” Brandt said.", "opinion"),
        ("“You cannot run a ferry on hope,” said Brandt.", "opinion"),
        ("“One cannot build a bridge on promises,” she said.", "opinion"),
        ("“This is no place for a casino,” Brandt said.", "opinion"),
        ("“There is no excuse for a late tram,” she said.", "opinion"),
        ("“It is no laughing matter,” she said.", "opinion"),
        ("“Towns should ask first if a pier may go,” he said.", "opinion"),
        # the speaker's own no, which is what the question is about
        ("“We will not sell the harbour,” Brandt said.", "denied"),
        ("“There is no leak,” the yard said.", "denied"),
        ("“Nobody asked the residents,” she said.", "denied"),
        ("“No ferry will sail,” the operator said.", "denied"),
        # the words quoted are the smaller part of what is said
        (
            "“You cannot run a ferry on hope,” said Brandt, who did not sell the yard on the far side of the "
            "fjord in all of her nine years.",
            "denied",
        ),
        ("The yard said “you cannot run a ferry on hope” and will not sail.", "denied"),
    ],
)
def test_a_saying_in_quotation_marks_is_a_view(sentence: str, expected: str) -> None:
    assert modality(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("If the council rejects the plan, the yard will close.", "conditional"),
        ("If the strike is called off, the ferries will sail.", "conditional"),
        ("The ferry will sail on Monday unless the operator cancels it.", "conditional"),
        ("The operator cancelled the ferry.", "denied"),
        ("If the council agrees, the strike will be called off, but the yard rejected a truce.", "denied"),
    ],
)
def test_a_no_that_is_only_supposed_denies_nothing(sentence: str, expected: str) -> None:
    assert modality(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("She would rather keep the old bridge.", "opinion"),
        ("The mayor would prefer that the stop was never moved.", "opinion"),
        ("Brandt would much rather not go.", "opinion"),
        ("Brandt would go.", "conditional"),
        ("Rask is doubtful for the final on Sunday.", "expected"),
        ("Rask is doubtful to start.", "expected"),
        ("It is doubtful whether the ferry sails.", "expected"),
        ("Rask won by doubtful means.", "confirmed"),
    ],
)
def test_wishes_and_doubts(sentence: str, expected: str) -> None:
    assert modality(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "place", "expected"),
    [
        ("The price of bread dropped 12 percent.", "12", "confirmed"),
        ("The price of bread dropped by 12 percent.", "by", "confirmed"),
        ("Rents dropped to $40 a week.", "to", "confirmed"),
        ("The team dropped 12 players.", "12", "denied"),
        ("The yard dropped plans for a dock.", "a dock", "denied"),
    ],
)
def test_what_falls_is_not_given_up(sentence: str, place: str, expected: str) -> None:
    assert modality(sentence, sentence.index(place)) == expected


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
