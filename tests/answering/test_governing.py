"""What governs a place in a sentence, and what beside it has no say."""

from __future__ import annotations

import pytest

from qa.answering.governing import beside, governed, taken_back
from qa.answering.modality import modality


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        # complements: the verb or noun before decides
        ("The mayor denied reports that ^she was ill.", "denied"),
        ("The airline said it had no plans to ^sell the brand.", "denied"),
        ("The jury cleared her of ^perjury.", "denied"),
        ("Mr Toll, who is alleged to have ^sold the data, is abroad.", "alleged"),
        ("He was convicted of ^poisoning a well.", "confirmed"),
        ("The firm admitted ^dumping waste in the lake.", "confirmed"),
        ("Officials fear that ^the dam bursts.", "conditional"),
        ("The airline has not ruled out ^further cuts.", "conditional"),
        ("Negotiators hope for ^a truce by Friday.", "expected"),
        ("Crews were working through the night ^to clear the line.", "expected"),
        ("The bishop called for ^an end to the war.", "opinion"),
        ("Ms Crane called the decision ^spineless.", "opinion"),
        # taken back, granted
        ("The army rejected accusations of ^shelling the hospital.", "denied"),
        ("A claim that ^the vaccine causes fever is baseless.", "denied"),
        ("Plans for ^a casino were dropped.", "denied"),
        ("Plans for ^a casino were published.", "expected"),
        ("He did not deny that ^he took the cash.", "confirmed"),
        ("Nobody disputes that ^the dam leaked.", "confirmed"),
        ("Protesters said ^the police had beaten them, which the police deny.", "alleged"),
        # beside the place
        ("The strike, which had been expected to last a week, ^ended after a day.", "confirmed"),
        ("The chancellor ^resigned on Monday amid allegations of bribery.", "confirmed"),
        ("The group ^posted a loss of 3 million, wider than expected.", "confirmed"),
        ("^The firm has bought the site where it hopes to build a mill.", "confirmed"),
        ("The judge ^ordered the release of a man wrongly accused of theft.", "confirmed"),
        ("Although it might yet be undone, ^the sale took place in May.", "confirmed"),
        # headlines, judgements
        ("^Spain to host the tournament", "expected"),
        ("^The ship returned to port.", "confirmed"),
        ("The bill is ^a charter for cheats, the lawyer said.", "opinion"),
        ("Nobody ^sings Verdi like her, the critic wrote.", "opinion"),
        ("The operator admitted that ^its first count had been wrong.", "confirmed"),
    ],
)
def test_how_firmly_what_stands_at_the_mark_is_said(marked, expected):
    at = marked.index("^")
    assert modality(marked.replace("^", ""), at) == expected


def test_a_clause_of_its_own_is_governed_by_nothing():
    sentence = "The firm denied the charge; the court heard nine witnesses."
    assert governed(sentence, sentence.index("the court")) is None
    assert governed(sentence, 0) is None


def test_what_is_beside_is_blanked_and_the_rest_stays_in_place():
    sentence = "Ada Quill, the alleged victim's sister, gave evidence."
    at = sentence.index("gave")
    blanked = beside(sentence, at)
    assert len(blanked) == len(sentence)
    assert blanked[at:] == sentence[at:]
    assert "alleged" not in blanked
    assert "alleged" in beside(sentence, sentence.index("alleged"))


def test_a_claim_taken_back_before_or_after_it():
    assert taken_back("The court threw out a ", "that he lied.")
    assert taken_back("The ", "that he lied was false.")
    assert not taken_back("The court heard a ", "that he lied.")


def test_a_long_sentence_is_read_in_reasonable_steps():
    sentence = "He said that " + "the man who saw the man who " * 400 + "left."
    assert modality(sentence, len(sentence) - 5) in {"confirmed", "opinion", "alleged"}
