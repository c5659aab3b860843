"""Which names, numbers and days an answer has from nowhere."""

from __future__ import annotations

import datetime as dt

import pytest

from qa.evals.claims import said_in
from qa.evals.foreign import foreign
from qa.evals.suite import load_suite
from qa.resources import resource
from qa.types import Article

# Thursday, 12 March 2026.
TEXT = (
    "Orrin Bank will tell 84 people on Monday that they must go. Work in Velsby could start in June. "
    "The vote is on 9 April, and the office opens next week. Prices rose this year; the plan ends in 2028."
)
ARTICLE = Article(
    id="a",
    title="Orrin to cut jobs",
    outlet="The Tarnholm Courier",
    published=dt.datetime(2026, 3, 12, 8, tzinfo=dt.UTC),
    text=TEXT,
)
DAY = dt.date(2026, 3, 12)


def found(text: str, *sources: Article) -> tuple[str, ...]:
    return foreign(said_in(text), sources or (ARTICLE,), DAY)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "At Orrin, 84 people are told on 16 March that they must go.",
        "One of the votes is in April, the Courier said on 12 March 2026.",
        "Orrin's vote is on Thursday, 9 April 2026.",
        "In Velsby work is to begin in June.",
        "By 2028 the plan ends.",
        "The bank opens between 16 and 22 March.",
    ],
)
def test_what_the_article_holds_in_other_words(text):
    assert found(text) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The bank tells 48 people.", ("48",)),
        ("The vote, Orla Vance says, is near.", ("Orla Vance",)),
        ("The vote is on 9 May.", ("9 May",)),
        ("The vote is on 10 April.", ("10",)),
        ("The vote is in August.", ("August",)),
        ("The plan ends in 2031.", ("2031",)),
        ("The office opened last month.", ("last month",)),
        ("In Varda 9 people went on 9 May, and in Varda 9 came.", ("Varda", "9 May")),
    ],
)
def test_what_it_does_not_hold(text, said):
    assert found(text) == said


def test_another_source_holds_more():
    other = ARTICLE.model_copy(update={"id": "b", "text": "Orla Vance left on 9 May."})
    assert found("Then Orla Vance left on 9 May.", ARTICLE, other) == ()


def test_days_are_not_looked_at_where_a_source_has_no_date():
    bare = ARTICLE.model_copy(update={"published": None})
    assert found("The vote is on 9 June.", bare) == ()
    assert found("The vote is on 10 June.", bare) == ("10",)


def test_no_article_of_the_suite_is_foreign_to_itself():
    for sheet in load_suite(resource("eval")).sheets:
        day = sheet.file.article.published
        assert foreign(said_in(sheet.article.text), [sheet.article], day) == (), sheet.id


def test_what_the_suite_accepts_is_hardly_ever_foreign_and_what_it_rejects_often_is():
    """The accepted sentences are right, so what is found in them is a false alarm."""
    counts = {"accept": [0, 0], "reject": [0, 0]}
    for sheet in load_suite(resource("eval")).sheets:
        for fact in sheet.file.facts.values():
            for kind, sentences in (("accept", fact.accept), ("reject", fact.reject)):
                for text in sentences:
                    alarm = foreign(said_in(text), [sheet.article], sheet.file.article.published)
                    counts[kind][0] += bool(alarm)
                    counts[kind][1] += 1
    assert counts["accept"][0] <= 0.01 * counts["accept"][1], counts
    assert counts["reject"][0] >= 0.1 * counts["reject"][1], counts
