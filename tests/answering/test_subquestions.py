"""Questions that ask two things: how they are taken apart, and what is said of a part without an answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import asked, told
from test_extractive import drafts, passage

from qa.answering.subquestions import Part, subquestions


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (  # a name is what "it" means
            "When does the Halvik tunnel open, and who pays for it?",
            ["When does the Halvik tunnel open?", "who pays for Halvik tunnel?"],
        ),
        (
            "Who leads the Halvik Tram Company, but how many people work there?",
            ["Who leads the Halvik Tram Company?", "how many people work Halvik Tram Company?"],
        ),
        (  # what is counted is what "they" means
            "How many listeria patients are there, and where were they treated?",
            ["How many listeria patients are there?", "where were the listeria patients treated?"],
        ),
        (
            "What did Ada Brandt decide, and when did she tell her staff?",
            ["What did Ada Brandt decide?", "when did Ada Brandt tell Ada Brandt's staff?"],
        ),
        (
            "Did Roe sue Doe, and why did she sue him?",
            ["Did Roe sue Doe?", "why did Roe sue Doe?"],
        ),
        (
            "Who is Ada Brandt, and what does her brother do?",
            ["Who is Ada Brandt?", "what does Ada Brandt's brother do?"],
        ),
        (  # next to nothing but a question word: the rest is the first part's
            "Is the Halvik bridge closed, and if so, until when?",
            ["Is the Halvik bridge closed?", "until when is the Halvik bridge closed?"],
        ),
        (
            "When does the ferry sail? And from where?",
            ["When does the ferry sail?", "from where does the ferry sail?"],
        ),
        (
            "Which trams are late and for how long?",
            ["Which trams are late?", "for how long trams are late?"],
        ),
        (
            "What will the Sorn bridge cost, and when is that meant to happen?",
            ["What will the Sorn bridge cost?", "when will the Sorn bridge cost?"],
        ),
        (  # the first part bare: the rest is the second's, which stays as it is
            "When and where was the Halvik regatta held?",
            ["When was the Halvik regatta held?", "where was the Halvik regatta held?"],
        ),
        (
            "By how much and when do tickets get dearer?",
            ["By how much do tickets get dearer?", "when do tickets get dearer?"],
        ),
        (  # a part with a name or a word of the first in it needs nothing from there
            "When does the strike begin, and is the Halvik ferry affected?",
            ["When does the strike begin?", "is the Halvik ferry affected?"],
        ),
        (
            "How much do the works cost, and when do the works end?",
            ["How much do the works cost?", "when do the works end?"],
        ),
        (
            "What does the works cost, and who is to pay?",
            ["What does the works cost?", "who is to pay of works?"],
        ),
    ],
)
def test_each_part_is_a_question_of_its_own(question: str, parts: list[str]) -> None:
    assert [part.text for part in subquestions(question)] == parts


@pytest.mark.parametrize(
    "question",
    [
        "Who is Ann Roe?",
        "Who is the woman who runs the Halvik ferry?",
        "Where is the ship that sank and who owned it?",  # without a comma "who" may tell of the ship
        "Which firm won the contract and which lost?",
        "Why did drivers and ferrymen strike?",
        "What did Brandt say about the tram, the ferry and the bridge?",
        "The mayor resigned, and who follows her?",
        "Which firm, and the yard behind it, is for sale?",
    ],
)
def test_one_question_stays_one(question: str) -> None:
    assert [(part.asked, part.text) for part in subquestions(question)] == [(question, question)]


@pytest.mark.parametrize(
    "second",
    [
        "how certain is that",
        "is it certain",
        "is that really confirmed",
        "whose figure is that",
        "in what words did he thank the crew",
        "what were his exact words",
        "who says so",
        "who isn't",
    ],
)
def test_how_sure_and_by_whom_is_told_anyway(second: str) -> None:
    assert [part.text for part in subquestions(f"Who won the Halvik regatta, and {second}?")] == [
        "Who won the Halvik regatta?"
    ]


def test_a_part_is_shown_as_it_was_asked() -> None:
    parts = subquestions("When does the Halvik tunnel open, and who pays for it?")
    assert [part.asked for part in parts] == ["When does the Halvik tunnel open", "who pays for it"]


# ---------------------------------------------------------------- answered part by part

COST = "The Sorn tunnel will cost 40 million euros, the Halvik council said."
BUILDER = "Brenn Stone is to build the Sorn tunnel with its own workers."
JUNE = "Work on the tunnel starts in June."
TUNNEL = f"{COST} {BUILDER} {JUNE}"
LEAK = (
    "The harbour union accused the Halvik yard of hiding a leak in a hull. The yard denied hiding a leak. "
    "The boat is blue."
)


def test_each_part_brings_its_own_sentence(tmp_path: Path) -> None:
    answer = asked(tmp_path, "What does the Sorn tunnel cost, and who is to build it?", TUNNEL)
    assert told(answer) == [COST, BUILDER]
    assert answer.warnings == ()


@pytest.mark.parametrize(
    "second", ["who designed it", "how many lanes will it have", "why was it named after a bishop"]
)
def test_a_part_without_an_answer_is_named(second: str, tmp_path: Path) -> None:
    answer = asked(tmp_path, f"What does the Sorn tunnel cost, and {second}?", TUNNEL)
    assert told(answer) == [COST]
    assert [(w.code, w.message) for w in answer.warnings] == [
        ("part-unanswered", f"nothing was found on “{second}”")
    ]


def test_the_part_without_an_answer_may_come_first(tmp_path: Path) -> None:
    answer = asked(tmp_path, "Who designed the Sorn tunnel, and what does the Sorn tunnel cost?", TUNNEL)
    assert told(answer) == [COST]
    assert [w.message for w in answer.warnings] == ["nothing was found on “Who designed the Sorn tunnel”"]


def test_no_part_answered_is_an_abstention_and_no_notice(tmp_path: Path) -> None:
    answer = asked(tmp_path, "Who designed the Sorn tunnel, and what colour is it?", TUNNEL)
    assert answer.abstained
    assert answer.reason
    assert answer.warnings == ()


def test_one_sentence_that_answers_both_parts_is_given_once(tmp_path: Path) -> None:
    both = "The Sorn tunnel opens on 4 May and will cost 40 million euros."
    answer = asked(tmp_path, "When does the Sorn tunnel open, and what does the Sorn tunnel cost?", both)
    assert told(answer) == [both]
    assert answer.warnings == ()
    passages = (passage(both),)
    assert len(drafts("When does the Sorn tunnel open, and what does the Sorn tunnel cost?", passages)) == 1


@pytest.mark.parametrize(
    ("question", "unsaid", "other"),
    [
        (
            "Has the Brenn ferry operator said anything, and when will the ferry sail again?",
            "The operator of the Brenn ferry has not said when the ferry will sail again.",
            "The ferry will be painted on Friday.",
        ),
        (
            "Has the yard repaired the Brenn ferry, and when will the ferry sail again?",
            "The yard has repaired the Brenn ferry but has not said when it will sail again.",
            "The Brenn ferry was built again in 1998.",
        ),
    ],
)
def test_a_part_told_already_is_not_answered_from_a_poorer_sentence(
    question: str, unsaid: str, other: str, tmp_path: Path
) -> None:
    answer = asked(tmp_path, question, f"{unsaid} {other}")
    assert told(answer) == [unsaid]
    assert answer.warnings == ()


def test_a_date_given_already_answers_a_part_that_nothing_was_found_for(tmp_path: Path) -> None:
    fair = "The Brenn fair was moved to 4 May because the square is being dug up."
    question = "Why was the Brenn fair moved, and on what date do its stallholders unpack?"
    answer = asked(tmp_path, question, fair)
    assert told(answer) == [fair]
    assert answer.warnings == ()


def test_a_reply_shown_beside_its_accusation_answers_what_the_accused_answer(tmp_path: Path) -> None:
    question = "What does the harbour union accuse the Halvik yard of, and what does the yard answer?"
    answer = asked(tmp_path, question, LEAK)
    assert [s.modality for s in answer.statements] == ["alleged", "denied"]
    assert answer.warnings == ()


def test_without_a_reply_the_reader_is_told(tmp_path: Path) -> None:
    question = "What does the harbour union accuse the Halvik yard of, and how does the yard reply?"
    answer = asked(tmp_path, question, LEAK.replace("The yard denied hiding a leak. ", ""))
    assert [s.modality for s in answer.statements] == ["alleged"]
    assert [w.message for w in answer.warnings] == ["nothing was found on “how does the yard reply”"]


@pytest.mark.parametrize(
    "text", ["Is it certain, and is it disputed?", "How certain is it, and who says so?"]
)
def test_a_question_that_only_asks_how_sure_stays_whole(text: str) -> None:
    assert subquestions(text) == (Part(text, text),)
