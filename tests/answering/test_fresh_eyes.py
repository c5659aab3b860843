"""What a reader saw who tried the answers for the first time: parts of questions, who he and she are, denials
beside what they deny, and offices of other houses.
"""

from __future__ import annotations

import datetime as dt

import pytest

from qa.answering.engine import Draft, Outcome
from qa.answering.extractive import ExtractiveEngine
from qa.answering.pronouns import antecedents
from qa.answering.question import parse
from qa.answering.subquestions import MOST_PARTS, subquestions
from qa.types import ArticleHead, Passage

BAKERY = """\
TARNLEY — Hollis Mill Bakery will shut its Tarnley shop on 4 May, the company said on Monday.

A former baker told this newspaper that the managers had skipped the cleaning of the ovens. Ida Prewett, the \
bakery's owner, denied that any cleaning had been skipped.

Otto Varley, who sells flowers next door, accused the owner of planning to let the shop to her brother. \
Prewett rejected that.

"Ida looked at me and said, 'You will never bake again'," the former baker recalled. Prewett denies having \
said so.

Hollis Mill, founded in 1921 by two brothers, has 64 employees.

Dora Lindt, the leader of the council, said that Varley should wait for the report. She called the quarrel \
"a storm in a mixing bowl".
"""
CUP = """\
Tarnley Rovers beat Port Eddow 2-1 in the Lake Cup final on Saturday in front of 8,200 people.

Port Eddow finished with ten players. Their coach, Sven Aldous, called the red card "a joke".

Tarnley coach Mara Quill confirmed that she would leave in June. Substitute Lena Orr scored the winner.

"The chairman has not rung me since March," Quill said. A spokeswoman said that she had no comment.

The Danish prime minister, Ane Holt, watched the match.

Rovers defender Pia Stroud did not travel. Her ankle had swollen in training, the club doctor said.
"""


def passage(text: str, number: int) -> Passage:
    head = ArticleHead(
        id=f"article-{number}",
        title="",
        outlet="The Courier",
        published=dt.datetime(2026, 3, 10, 8, tzinfo=dt.UTC),
    )
    return Passage(
        number=number, article=head, ordinals=(0,), start=0, end=len(text), text=text,
        score=1 / number, found_by=("lexical",),
    )  # fmt: skip


def told(question: str, *texts: str) -> tuple[list[str], Outcome]:
    passages = [passage(text, number) for number, text in enumerate(texts or (BAKERY, CUP), 1)]
    *drafts, outcome = ExtractiveEngine().draft(question, passages)
    assert isinstance(outcome, Outcome)
    return [d.text for d in drafts if isinstance(d, Draft)], outcome


def holds(sentences: list[str], words: str) -> bool:
    return any(words in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "What was the score in the Lake Cup final, who scored the winner, and how many people came?",
            ("What was the score in the Lake Cup final?", "who scored the winner of Lake Cup?", None),
        ),
        (
            "When will the guards strike, for how long, and why?",
            (None, "for how long will the guards strike?", None),
        ),
        ("Who is Mara Quill and is she leaving?", ("Who is Mara Quill?", "is Mara Quill leaving?")),
        ("Who won the race and who came last?", ("Who won the race?", None)),
        ("Who is the man who won and who left?", (None,)),
        ("What did Orr say to Quill, who won the race, and why?", (None, None)),
        ("What did Orr, who won the race, say, and when?", (None, None)),
        (
            "Who is the coach of Tarnley, and when will she leave?",
            ("Who is the coach of Tarnley?", "when will the coach of Tarnley leave?"),
        ),
        ("Who accused Varley, and what did he say to that?", (None, "what did Varley say to that?")),
        ("What did Varley claim, and what did the owner say?", (None, "what did the owner say?")),
        ("How much is the Tarnley visitor fee, and who pays it?", (None, "who pays Tarnley visitor fee?")),
        ("How much will the tram cost, and how long will it be?", (None, "how long will tram be?")),
        (
            "Which company won the ferry contract, and how much is it worth?",
            (None, "how much is ferry contract worth?"),
        ),
        ("What do Orr and Quill think of the cup?", ("What does Orr think of the cup?", None)),
        ("What did Orr and Quill say about the cup?", ("What did Orr say about the cup?", None)),
        (
            "What did the judges say about the tapes and when will they rule?",
            (None, "when will judges rule?"),
        ),
    ],
)
def test_the_parts_of_a_question(question, parts):
    found = [part.text for part in subquestions(question)]
    assert len(found) == len(parts), found
    assert all(wanted in (None, text) for wanted, text in zip(parts, found, strict=True)), found


@pytest.mark.parametrize(
    "text",
    [
        "and?",
        "and who, and why?",
        ", and what, and how?",
        "?!",
        "who and who and who",
        "why, why, why, and why",
    ],
)
def test_odd_questions_have_parts_and_no_answer(text):
    assert all(part.text.strip() for part in subquestions(text))
    sentences, outcome = told(text)
    assert not sentences
    assert outcome.reason


@pytest.mark.parametrize(
    "text",
    ["and who is " * 180, "what, and how, " * 130, "x" * 2_000, "Who is the " + "keeper of the " * 140],
)
def test_long_questions_are_not_taken_apart_without_end(text):
    assert 1 <= len(subquestions(text[:2_000])) <= MOST_PARTS
    told(text[:2_000], BAKERY)


@pytest.mark.parametrize(
    ("question", "denial"),
    [
        ("Did the managers of the bakery skip the cleaning?", "denied that any cleaning had been skipped"),
        ("What did Varley accuse the owner of?", "Prewett rejected that."),
        ('Did Ida say "You will never bake again"?', "Prewett denies having said so."),
    ],
)
def test_what_is_denied_is_not_told_without_the_denial(question, denial):
    sentences, _ = told(question, BAKERY)
    assert len(sentences) > 1, sentences
    assert holds(sentences, denial), sentences


def test_who_said_a_thing_is_not_the_one_who_denies_it():
    text = (
        "If the cracks grow, the council could close the bridge, Baskett said.\n\nA haulier accused the "
        "council of having known about the cracks. Baskett denied that the council had known of any cracks.\n"
    )
    sentences, _ = told("Could the council close the bridge?", text)
    assert holds(sentences, "If the cracks grow")
    assert not holds(sentences, "Baskett denied"), sentences


def test_a_plea_answers_the_charge():
    text = (
        "The owner paid a driver to burn the mill down, prosecutors alleged.\n\n"
        "Corwin Thale pleaded not guilty to arson.\n"
    )
    sentences, _ = told("Who is accused of burning the mill, and what does he say?", text)
    assert holds(sentences, "pleaded not guilty"), sentences


@pytest.mark.parametrize(
    ("question", "wanted", "unwanted"),
    [
        ("Who is the coach of Tarnley Rovers?", "Tarnley coach Mara Quill", "Sven Aldous"),
        ("Who is the prime minister of Norway?", "", "Ane Holt"),
        ("Who is the chairman of Tarnley Rovers?", "", "has not rung me"),
        ("Who is the spokeswoman for Tarnley Rovers?", "", "A spokeswoman said"),
    ],
)
def test_an_office_of_another_house(question, wanted, unwanted):
    sentences, _ = told(question, CUP + "\nThe trip to Norway was cancelled.\n")
    assert not holds(sentences, unwanted), sentences
    assert not wanted or holds(sentences, wanted), sentences


def test_a_why_not_is_not_answered_by_the_not():
    sentences, _ = told("Why did Pia Stroud not travel?", CUP)
    assert sentences != ["Rovers defender Pia Stroud did not travel."]


def test_both_speakers_of_an_and_are_heard():
    sentences, outcome = told("What did Quill and Aldous say?", CUP)
    assert holds(sentences, "rung me")
    assert holds(sentences, "a joke")
    assert not outcome.warnings


def test_a_figure_of_another_thing_is_no_answer_to_how_many():
    text = "Search teams found the tent of a 44-year-old geologist, Imelda Strand, but no sign of her.\n"
    _, outcome = told("How many people are searching for Imelda Strand, and has she been found?", text)
    assert any("How many people" in w.message for w in outcome.warnings)


def test_one_sentence_that_tells_both_parts_is_enough():
    sentences, outcome = told("How many people work at Hollis Mill, and who founded it?", BAKERY)
    assert sentences == ["Hollis Mill, founded in 1921 by two brothers, has 64 employees."]
    assert not outcome.warnings


def test_she_is_not_the_one_spoken_of():
    lines = [
        "Dora Lindt, the leader of the council, said that Ina Varley should wait.",
        "She called the quarrel a storm in a bowl.",
    ]
    assert antecedents(lines, {("ina", "varley")}) == {}
    lines[0] = "Dora Lindt, who sells flowers, likes cakes."
    assert antecedents(lines, frozenset()) == {1: ("Dora Lindt", 0)}
    lines[0] = "Roe Line, the ferry company, is to close."
    assert antecedents(lines, frozenset()) == {}


def test_who_goes_on_is_whoever_the_line_before_is_about():
    text = (
        'Ida Prewett, who chairs the council, wrote the plan. "It is fair," Prewett said.\n\nAnsel Boyd, the '
        "head teacher, has an open mind. He said he might support the fee.\n"
    )
    sentences, _ = told("What did Prewett say about the fee?", text)
    assert not holds(sentences, "might support"), sentences


def test_a_yes_or_no_that_speaks_of_a_price_asks_for_no_number():
    assert parse("Has Hollis Mill agreed a price with Denmark?").kind == "yesno"
    assert parse("Can you tell what the price is?").kind == "number"


def test_a_first_name_typed_small_tells_nothing_of_a_murder():
    text = (
        "Search teams found the tent of a missing geologist on Thursday, but no sign of the woman.\n\n"
        "Imelda Quistmere left the trailhead at Tamar Gap alone at 6:40 a.m. on Monday.\n\n"
        "The search will go on, said Sheriff Dwight Mallow. Quistmere carried food for three days.\n"
    )
    sentences, _ = told("who murdered imelda quistmere", text, BAKERY, CUP)
    assert not sentences
