"""The engine without a model: which sentences it picks, how it joins them, and when it says nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from qa.answering.engine import Draft, Outcome
from qa.answering.extractive import ExtractiveEngine
from qa.types import ArticleHead, Passage

SUMMIT = """\
CARROW — Leaders from nine coastal states are gathering in Carrow for the Harbour Summit, which begins \
on Thursday.

Prime Minister Ilse Vantongeren will attend, along with ministers from Denmark, Norway and Poland. \
Shipping commissioner Bram Oduya will also join.

Finance minister Rafael Quist's attendance is not yet confirmed, but he would be expected to travel if a \
deal on port fees is near. He would go with his adviser, Tessa Moline.

Last week, envoys Pia Lund and Oskar Frey met shipowners in Hamburg.

"We will not pay twice for the same berth," Oduya said on Monday. He denied that the commission had \
threatened to sue.

The summit will cost the city 2.4 million euros, according to the town hall. Critics say the real cost \
is closer to four million.

The meeting was moved from Dorsk because the hall there was damaged in a fire in March.
"""
STRIKE = """\
Bus drivers in Dorsk will walk out on Friday over a new roster, the drivers' union said.

About 1,300 drivers are to take part. The city's night buses will not run until Sunday.

The operator, Dorsk Transit, called the strike "reckless".
"""


def passage(text: str, number: int = 1, **head: Any) -> Passage:
    fields = {"id": f"article-{number}", "title": "", "outlet": "The Courier", **head}
    fields.setdefault("published", dt.datetime(2026, 3, 10, 8, tzinfo=dt.UTC))
    return Passage(
        number=number, article=ArticleHead(**fields), ordinals=(0,), start=0, end=len(text), text=text,
        score=1 / number, found_by=("lexical",),
    )  # fmt: skip


LIBRARY = (
    passage(SUMMIT, 1, title="Leaders gather for Harbour Summit"),
    passage(STRIKE, 2, title="Dorsk bus drivers to strike on Friday"),
)


def drafts(question: str, passages: tuple[Passage, ...] = LIBRARY) -> list[Draft]:
    *found, outcome = ExtractiveEngine().draft(question, passages)
    assert isinstance(outcome, Outcome)
    assert bool(found) != bool(outcome.reason)
    return [d for d in found if isinstance(d, Draft)]


def said(question: str) -> str:
    return "\n".join(d.text for d in drafts(question))


def test_a_list_question_gets_everybody_and_nobody_else():
    answer = said("Who is attending the Harbour Summit?")
    for name in ("Vantongeren", "Denmark, Norway and Poland", "Oduya", "Quist"):
        assert name in answer
    assert "Lund" not in answer
    assert "Frey" not in answer


def test_who_is_only_expected_is_kept_apart():
    by_modality = {d.modality: d.text for d in drafts("Who is attending the Harbour Summit?")}
    assert "Quist" in by_modality["expected"]
    assert "Quist" not in by_modality["confirmed"]
    assert "Moline" in by_modality["conditional"]


def test_a_sentence_that_leaves_the_event_out_gets_its_name():
    joined = next(d.text for d in drafts("Who is attending the Harbour Summit?") if "Oduya" in d.text)
    assert "[" in joined
    assert "summit" in joined.lower()


def test_a_pronoun_is_said_whose_it_is():
    answer = said("Did the commission threaten to sue?")
    assert "Oduya" in answer


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How much will the summit cost?", "2.4 million euros"),
        ("When does the Harbour Summit begin?", "Thursday"),
        ("Where did Pia Lund meet shipowners?", "Hamburg"),
        ("Why was the meeting moved from Dorsk?", "damaged in a fire"),
        ("What did Oduya say about paying?", "We will not pay twice"),
        ("How many drivers take part in the strike?", "1,300 drivers"),
        ("why are bus drivers in dorsk striking", "new roster"),
        ("Is Vantongeren going to the Harbour Summit?", "Vantongeren will attend"),
        ("Who is going with Rafael Quist?", "Tessa Moline"),
    ],
)
def test_a_single_fact(question, words):
    answer = drafts(question)
    assert any(words in d.text for d in answer), answer
    assert len(answer) <= 3


@pytest.mark.parametrize(
    "question",
    [
        "Who won the 2022 World Cup?",
        "What did Vantongeren say about Hamburg?",
        "Is Oskar Frey attending the Harbour Summit?",
        "Will Pia Lund be at the Harbour Summit?",
        "How many drivers struck in Dorsk in 1999?",
        "how many ministers are there in scotland for the harbour summit?",
        "What caused the strike in Carrow in 2019?",
        "Which ministers are not coming to the Harbour Summit?",
        "Who is attending the Winter Games?",
        "How many drivers were killed in Dorsk?",
        "the",
        "???",
        "Who?",
    ],
)
def test_it_says_nothing_where_the_articles_do_not(question):
    assert drafts(question) == []


def test_the_reason_names_what_is_missing():
    *_, outcome = ExtractiveEngine().draft("Who is Ludmila Harapko?", LIBRARY)
    assert isinstance(outcome, Outcome)
    assert "Ludmila Harapko" in outcome.reason


@pytest.mark.parametrize(
    "question", ["Who is attending the Harbour Summit?", "How much will the summit cost?"]
)
def test_every_quote_stands_in_its_passage(question):
    for draft in drafts(question):
        assert draft.quotes
        assert all(q.text in LIBRARY[q.passage - 1].text for q in draft.quotes)


def test_nothing_found_is_no_answer():
    assert drafts("Who is attending?", ()) == []


def test_an_answer_comes_latest_article_first():
    earlier = passage("The Dorsk fire killed at least two people, police said.", 1, title="Fire in Dorsk")
    later = passage(
        "The number of people killed in the Dorsk fire rose to five, police said.",
        2, title="Dorsk fire toll rises", published=dt.datetime(2026, 3, 12, tzinfo=dt.UTC),
    )  # fmt: skip
    found = drafts("How many people were killed in the Dorsk fire?", (earlier, later))
    assert [d.quotes[0].passage for d in found] == [2, 1]


def test_a_wire_copy_is_not_said_twice():
    line = "The Dorsk fire killed at least two people and closed the old port, police said."
    copies = (passage(line, 1), passage(line.replace("police said", "police say"), 2))
    assert len(drafts("How many people did the Dorsk fire kill?", copies)) == 1
