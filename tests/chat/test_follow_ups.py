"""Follow-up questions by rules: what is carried over, what is left as typed, and what is said of it."""

from __future__ import annotations

import pytest
from harbour_town import TODAY, asked, assistant_in, sources

SUMMIT = "Is Enquist attending the summit in Solhavn?"
CLOSES = "When will the Hopmere plant in Tallow close?"
WON = "Who won the Gullrock chess cup?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with assistant_in(tmp_path_factory.mktemp("town") / "library") as opened:
        yield opened


@pytest.mark.parametrize(
    ("before", "typed", "wanted"),
    [
        ([SUMMIT], "and Karrin?", "Is Karrin attending the summit in Solhavn?"),
        ([SUMMIT], "what about Strand?", "Is Strand attending the summit in Solhavn?"),
        ([SUMMIT], "Karrin?", "Is Karrin attending the summit in Solhavn?"),
        ([SUMMIT, "and Karrin?"], "what did she say?", "What did Maud Karrin say?"),
        ([SUMMIT], "who else?", "Who else is attending the summit in Solhavn?"),
        ([SUMMIT], "when?", "When is Enquist attending the summit in Solhavn?"),
        ([SUMMIT], "is that confirmed?", "Is it confirmed that Enquist is attending the summit in Solhavn?"),
        ([SUMMIT], "and next week?", "Is Enquist attending the summit in Solhavn next week?"),
        (
            [SUMMIT],
            "how many delegates are expected?",
            "How many delegates are expected at the summit in Solhavn?",
        ),
        ([CLOSES], "why?", "Why will the Hopmere plant in Tallow close?"),
        ([CLOSES], "how many people work there?", "How many people work in Tallow?"),
        (
            [CLOSES],
            "what does the union demand?",
            "What does the union demand at the Hopmere plant in Tallow?",
        ),
        ([CLOSES], "what does the company say?", "What does Hopmere say?"),
        ([CLOSES], "who runs it?", "Who runs the Hopmere plant in Tallow?"),
        (["What did Runa Vinje say?"], "and Osk Brenner?", "What did Osk Brenner say?"),
        (
            ["What did Runa Vinje say about the plant?"],
            "and about the union?",
            "What did Runa Vinje say about the union?",
        ),
        (["What did Hopmere say?"], "what do they plan?", "What do Hopmere plan?"),
        ([WON], "where?", "Where was the Gullrock chess cup won?"),
        ([WON], "how old is she?", "How old is Ida Falk?"),
        (
            ["How many people work at the Hopmere plant?"],
            "why so many?",
            "Why so many people work at the Hopmere plant?",
        ),
        (
            ["Will Karrin attend the summit in Solhavn?", "and Strand?"],
            "why not?",
            "Why will Strand not attend the summit in Solhavn?",
        ),
    ],
)
def test_what_a_follow_up_leans_on_is_named(assistant, before, typed, wanted):
    assert asked(assistant.conversation(), *before, typed) == wanted


@pytest.mark.parametrize(
    ("before", "typed", "wanted"),
    [
        # Nobody is put in the place of a place, and no place in that of a person.
        (
            ["Who is attending the summit in Solhavn?"],
            "and Karrin?",
            "Is Karrin attending the summit in Solhavn?",
        ),
        ([SUMMIT], "and in Tallow?", "Is Enquist attending the summit in Tallow?"),
        # "The mayor" may be "he" too.
        (["What did Runa Vinje say about the mayor?"], "who is he?", "Who is the mayor?"),
        (
            [CLOSES],
            "and the next one?",
            "What about the next one in the case of the Hopmere plant in Tallow?",
        ),
        (["Did Hopmere say that?"], "why not?", "Why did Hopmere not say that?"),
        (["Which brewery closes its plant?"], "who runs it?", "Who runs the brewery that closes its plant?"),
    ],
)
def test_the_right_part_of_the_question_before_is_replaced(assistant, before, typed, wanted):
    assert asked(assistant.conversation(), *before, typed) == wanted


@pytest.mark.parametrize("typed", ["thanks", "tell me more", "ok", "hello", "no", "really?"])
def test_what_is_said_to_a_person_is_no_part_of_a_question(assistant, typed):
    assert asked(assistant.conversation(), SUMMIT, typed) == typed


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        (SUMMIT, "Who won the Gullrock chess cup?"),
        (SUMMIT, "Did Hopmere close its plant?"),
        (SUMMIT, "What did Runa Vinje say about her decision?"),
        (SUMMIT, "which brewery closes its plant?"),
        (WON, "how much severance does the union demand?"),
        (CLOSES, "Is it true that Falk slept badly?"),
        (CLOSES, "Did the Ember Coast summit approve its budget?"),
        (CLOSES, "What did the auditor say about her inquiry?"),
        (CLOSES, "How long does it take from Gullrock to the coast?"),
        (WON, "Which ministers have said that they will vote for it?"),
        (CLOSES, "who would build a plant for electric cars in the town?"),
        (SUMMIT, "How many people work at the factory, and who works there at night?"),
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_was_typed(assistant, before, typed):
    talk = assistant.conversation()
    talk.ask(before, today=TODAY)
    rewriting = talk.as_asked(typed)
    assert (rewriting.asked, rewriting.by, rewriting.reason) == (typed, "", "")


def test_a_first_question_is_never_rewritten(assistant):
    rewriting = assistant.conversation().as_asked("and Karrin?")
    assert rewriting.asked == "and Karrin?"
    assert not rewriting.changed


def test_where_two_are_meant_nothing_is_carried_over_and_the_reason_said(assistant):
    talk = assistant.conversation()
    talk.ask("Did Ida Falk beat Moa Lind?", today=TODAY)
    rewriting = talk.as_asked("how old is she?")
    assert rewriting.asked == "how old is she?"
    assert rewriting.reason == "“she” could be Ida Falk or Moa Lind"
    assert talk.ask("how old is she?", today=TODAY).abstained


def test_he_is_never_somebody_whom_the_articles_call_she(assistant):
    talk = assistant.conversation()
    talk.ask("What did Maud Karrin say?", today=TODAY)
    assert talk.as_asked("what did he say?").asked == "what did he say?"
    assert talk.as_asked("what did she say?").asked == "What did Maud Karrin say?"


def test_the_answer_to_a_follow_up_comes_from_the_right_article(assistant):
    talk = assistant.conversation()
    talk.ask(CLOSES, today=TODAY)
    answer = talk.ask("why?", today=TODAY)
    assert sources(answer) == {"brewery"}
    assert "falling sales" in answer.text
    assert answer.question == "Why will the Hopmere plant in Tallow close?"


def test_a_topic_is_kept_over_a_turn_that_only_borrowed_it(assistant):
    talk = assistant.conversation()
    found = asked(talk, CLOSES, "what does the union demand?", "what was the reason?")
    assert found.endswith("the Hopmere plant in Tallow?")


def test_an_article_removed_since_tells_nothing(tmp_path):
    with assistant_in(tmp_path / "library") as assistant:
        talk = assistant.conversation()
        talk.ask(WON, today=TODAY)
        assistant.library.remove("chess")
        assert talk.as_asked("where?").asked == "Where was the Gullrock chess cup won?"
