"""Answers, citations and dates as lines of text."""

from __future__ import annotations

import datetime as dt

import pytest

from qa.cli.render import (
    answer_lines,
    citation_line,
    citation_list,
    count,
    coverage_line,
    date_range,
    head_line,
    passage_lines,
    source_line,
)
from qa.types import Answer, Article, ArticleHead, Citation, Coverage, Passage, Statement


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-01-13", "2026-01-13", "13 January 2026"),
        ("2026-01-12", "2026-01-15", "12-15 January 2026"),
        ("2026-01-30", "2026-02-02", "30 January - 2 February 2026"),
        ("2025-12-30", "2026-01-02", "30 December 2025 - 2 January 2026"),
        ("2025-01-12", "2026-01-12", "12 January 2025 - 12 January 2026"),
    ],
)
def test_a_date_range_repeats_nothing(first, last, said):
    assert date_range(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == said


def test_a_day_is_that_of_the_articles_own_time_zone():
    late = dt.datetime(2026, 1, 13, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    assert date_range(late, late) == "13 January 2026"


def test_coverage_names_articles_outlets_and_dates():
    covered = Coverage(articles=3, outlets=("A", "B"), first=day("2026-01-12"), last=day("2026-01-15"))
    assert coverage_line(covered) == "from 3 articles, 2 outlets, 12-15 January 2026"
    assert coverage_line(covered.model_copy(update={"undated": 1})).endswith("2026, 1 without a known date")
    assert coverage_line(Coverage(articles=1, undated=1)) == "from 1 article, date unknown"


def test_coverage_says_how_many_articles_are_independent_where_not_all_are():
    covered = Coverage(
        articles=4, independent=2, outlets=("A", "B", "C"), first=day("2026-01-12"), last=day("2026-01-15")
    )
    assert coverage_line(covered) == "from 4 articles (2 independent), 3 outlets, 12-15 January 2026"
    for independent in (4, 0):  # all are; an older answer, which does not say
        same = covered.model_copy(update={"independent": independent})
        assert coverage_line(same) == "from 4 articles, 3 outlets, 12-15 January 2026"


def test_numbers_have_their_noun():
    assert [count(n, "article") for n in (0, 1, 1204)] == ["0 articles", "1 article", "1,204 articles"]


def citation(**more):
    fields = {
        "marker": 1,
        "article_id": "0123456789abcdef",
        "title": "Mayors gather",
        "outlet": "The Courier",
        "url": "https://news.example.com/harbour",
        "published": day("2026-01-13"),
        "quote": "Mayor Okafor will attend.",
        "start": 0,
        "end": 25,
    }
    return Citation(**{**fields, **more})


def test_a_citation_has_outlet_day_quoted_words_and_where_to_read_on():
    line = citation_line(citation())
    assert line.text == (
        "[1] The Courier, 13 January 2026 - “Mayor Okafor will attend.” "
        "(Mayors gather, https://news.example.com/harbour)"
    )


def test_a_citation_without_head_data_says_what_is_unknown_and_gives_the_id():
    line = citation_line(citation(title="", outlet="", url="", published=None))
    assert line.text == "[1] outlet unknown, date unknown - “Mayor Okafor will attend.” (article 01234567)"


def test_a_quote_over_several_lines_becomes_one():
    line = citation_line(citation(quote="Mayor Okafor\n\nwill attend."))
    assert "“Mayor Okafor will attend.”" in line.text


def test_headline_and_address_of_an_article_stand_once():
    other = citation(marker=2, article_id="fedcba9876543210", title="Other")
    again = citation(marker=3, quote="She said so.")
    texts = [line.text for line in citation_list([citation(), other, again])]
    assert texts[0].endswith("(Mayors gather, https://news.example.com/harbour)")
    assert texts[1].endswith("(Other, https://news.example.com/harbour)")
    assert texts[2] == "[3] The Courier, 13 January 2026 - “She said so.” (see [1])"


def answer(**more):
    statement = Statement(text="Mayor Okafor will attend.", citations=(citation(),))
    fields = {
        "question": "Who will attend?",
        "text": "Confirmed:\n- Mayor Okafor will attend. [1]",
        "statements": (statement,),
        "coverage": Coverage(
            articles=1, outlets=("The Courier",), first=day("2026-01-13"), last=day("2026-01-13")
        ),
        "engine": "extractive",
    }
    return Answer(**{**fields, **more})


def test_an_answer_is_its_text_then_its_citations_then_its_coverage():
    texts = [line.text for line in answer_lines(answer())]
    assert texts[:2] == ["Confirmed:", "- Mayor Okafor will attend. [1]"]
    assert texts[3].startswith("[1] The Courier")
    assert texts[-1] == "from 1 article, 1 outlet, 13 January 2026"


def test_an_abstention_is_its_reason_alone():
    abstained = answer(text="No answer: the library is empty.", statements=(), abstained=True, reason="empty")
    assert [line.text for line in answer_lines(abstained)] == ["No answer: the library is empty."]


def test_hidden_and_acting_characters_of_a_model_are_gone():
    hostile = (
        "Okafor\x1b[2J\x1b]52;c;aGk=\x07 \u202eevil\u202c z\u200bero [link=https://x.example]click[/link] [1]"
    )
    lines = answer_lines(answer(text=hostile))
    shown = lines[0].text
    assert not set(shown) & set("\x1b\x07\u202e\u202c\u200b")
    assert "[link=https://x.example]click[/link]" in shown  # as text: nothing reads it as markup


def test_a_passage_says_which_legs_found_it():
    head = ArticleHead(id="0123456789abcdef", title="Mayors gather", outlet="The Courier")
    passage = Passage(
        number=1, article=head, ordinals=(0,), start=0, end=9, text="One.\n\nTwo", score=0.875,
        found_by=("lexical", "dense"), lexical=3.25, dense=0.5, also_in=(head,),
    )  # fmt: skip
    texts = [line.text for line in passage_lines(passage)]
    assert texts[0] == "1. The Courier, date unknown - Mayors gather"
    assert "score 0.88, found by words 3.25 and meaning 0.50; article 01234567, characters 0-9" in texts[1]
    assert texts[2:4] == ["One.", "Two"]
    assert texts[4].startswith("nearly the same in The Courier")


def test_lists_are_in_columns_with_and_without_a_date():
    with_date = ArticleHead(id="0123456789abcdef", title="A", published=day("2026-01-13"))
    without = Article(id="fedcba9876543210", outlet="The Courier", text="x").head
    assert head_line(with_date).text == "01234567  2026-01-13  A"
    assert head_line(without).text == "fedcba98  no date     The Courier - (no title)"


def test_an_update_is_shown_where_it_came_on_another_day():
    head = ArticleHead(id="a", outlet="The Courier", published=day("2026-01-13"), updated=day("2026-01-15"))
    assert source_line(head) == "The Courier, 13 January 2026, updated 15 January 2026"
    same = head.model_copy(update={"updated": day("2026-01-13") + dt.timedelta(hours=5)})
    assert source_line(same) == "The Courier, 13 January 2026"
    undated = head.model_copy(update={"published": None})
    assert source_line(undated) == "The Courier, date unknown, updated 15 January 2026"
