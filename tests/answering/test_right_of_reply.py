"""An accusation and the answer of those accused: each brings the other, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import asked, told
from test_extractive import passage

from qa.answering.reading import read
from qa.answering.right_of_reply import replies

CHARGE = "The harbour union accused the yard of hiding a leak in the hull."
BUILT = "The hull was built in Brenn."
SAME = "The yard denied hiding a leak."


def reply_numbers(text: str, line: int) -> list[int]:
    story = read([passage(text)])[0]
    return [other.index for other in replies(story.lines[line], story)]


@pytest.mark.parametrize(
    "denial",
    [
        "The yard denied the accusation.",
        "Its owner rejects all such claims.",
        "The yard disputes this.",
        "The yard's lawyer dismissed the charge as gossip.",
        "There is no truth in the story, the yard said.",
        "Its lawyer said the claim was baseless.",
        "The allegations are untrue, its lawyer said.",
        "The yard called the charge an absurd invention.",
        "The yard denies wrongdoing.",
        "That was not so, the yard said.",
        SAME,
    ],
)
def test_an_answer_right_after_the_charge_belongs_to_it(denial: str) -> None:
    text = f"{CHARGE} {denial} {BUILT}"
    assert reply_numbers(text, 0) == [1]
    assert reply_numbers(text, 1) in ([0], [])  # "That was not so" is given by what stands before it


@pytest.mark.parametrize(
    "other",
    [
        "The mayor denied that he would resign.",
        "The yard rejected a bid from Brenn.",
        "The yard dismissed 40 workers.",
        "The ferry left on time.",
        "The union denied a split.",  # no word of the charge but the accuser's name
    ],
)
def test_a_denial_of_something_else_is_no_answer(other: str) -> None:
    text = f"{CHARGE} {other}"
    assert reply_numbers(text, 0) == []
    assert reply_numbers(text, 1) == []


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        (f"{CHARGE} {BUILT} {SAME}", 0, [2]),
        (f"{CHARGE} {BUILT} {SAME}", 2, [0]),
        (f"{CHARGE} {BUILT} It weighs 40 tonnes. {SAME}", 0, [3]),
        (f"{CHARGE} {BUILT} It weighs 40 tonnes. It is blue. {SAME}", 0, []),  # too far off
        (f"{CHARGE} {BUILT} It weighs 40 tonnes. It is blue. {SAME}", 4, []),
        (f"{CHARGE} {BUILT} The yard denied it.", 0, []),  # "it" is what was said last
        (f"{CHARGE} {BUILT} The yard denied it.", 2, []),
        (f"{SAME} {CHARGE}", 1, []),  # nobody answers what is yet to be said
        (f"{CHARGE} {SAME} Its owner denied hiding a leak too.", 0, [1]),  # one answer is enough
    ],
)
def test_how_far_off_an_answer_may_stand(text: str, line: int, found: list[int]) -> None:
    assert reply_numbers(text, line) == found


@pytest.mark.parametrize(
    ("first", "found"),
    [
        ("Brandt said the pier had sunk. That was not so, the harbour office said.", [1]),
        ("The yard sold nine boats. This is untrue, the mayor said.", [1]),
        ("The yard sold nine boats. The yard denied selling nine boats to Brenn.", [1]),  # in the same words
        ("The yard sold nine boats. That was in May.", []),
        ("The yard sold nine boats. The yard denied owing rent to Brenn.", []),
    ],
)
def test_a_plain_statement_is_answered_by_what_denies_just_that(first: str, found: list[int]) -> None:
    assert reply_numbers(first, 0) == found


def test_two_names_in_common_are_no_common_matter() -> None:
    text = "Ada Brandt accused Ole Rask of theft. Ole Rask denied divorcing Ada Brandt."
    assert reply_numbers(text, 0) == []


ARTICLE = (
    "The harbour union accused the Halvik yard of hiding a leak in the hull of the Senn Star. "
    "The Senn Star was built in Brenn. The yard denied hiding a leak in the hull. The mayor denied that he "
    "would resign."
)


@pytest.mark.parametrize(
    "question",
    [
        "What did the harbour union accuse the Halvik yard of?",
        "Did the Halvik yard hide a leak in the hull of the Senn Star?",
    ],
)
def test_an_answer_shows_both_sides_and_no_other_denial(question: str, tmp_path: Path) -> None:
    answer = asked(tmp_path, question, ARTICLE)
    assert [s.modality for s in answer.statements] == ["alleged", "denied"]
    assert "accused" in told(answer)[0]
    assert "denied hiding" in told(answer)[1]
    assert len(answer.citations) >= 2


def test_a_list_is_not_padded_with_replies(tmp_path: Path) -> None:
    answer = asked(tmp_path, "Where was the Senn Star built?", ARTICLE)
    assert told(answer) == ["The Senn Star was built in Brenn."]
