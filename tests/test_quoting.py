"""What articles say, written out for models and chats."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.quoting import (
    answer_text,
    article_text,
    fenced,
    passages_text,
    pieces,
    source,
    summary_text,
    with_sources,
)
from qa.types import Answer, Article, ArticleHead, Citation, Notice, Passage, Statement, Summary

HEAD = ArticleHead(
    id="ferry-2026", title="Ferry\nstrike \u202eends", outlet="Evening Post",
    url="https://news.example.com/ferry", published=dt.datetime(2026, 3, 15, 9, 30, tzinfo=dt.UTC),
)  # fmt: skip
CITED = Citation(
    marker=1, article_id=HEAD.id, quote="They\nvoted ``` by 212.", start=0, end=9,
    **HEAD.model_dump(include={"title", "outlet", "url", "published"}),
)  # fmt: skip
VOTED = Statement(text="They voted by 212.", citations=(CITED,))
WITHHELD = Notice(code="withheld", message="left out\n1 statement")


def answer(**more: object) -> Answer:
    fields = {
        "question": "?",
        "text": "They voted by 212. [1]",
        "statements": (VOTED,),
        "engine": "extractive",
    }
    return Answer(**{**fields, **more})


@given(st.text(alphabet="`a \n", max_size=40))
def test_nothing_ends_its_fence(text):
    first, *inside, last = fenced(text).split("\n")
    assert first == f"{last}text"
    assert len(last) >= 3
    assert last not in "\n".join(inside)


def test_what_hides_or_reorders_is_off():
    assert fenced("red\u202e and\u200b white\x07.") == "```text\nred and white.\n```"


def test_a_source_is_one_line():
    assert source(HEAD) == "Evening Post, 2026-03-15, Ferry strike ends, https://news.example.com/ferry"
    assert source(CITED, address=False) == "Evening Post, 2026-03-15, Ferry strike ends"
    assert source(ArticleHead(id="x")) == "date unknown"


def test_an_answer_for_a_model():
    assert answer_text(answer(warnings=(WITHHELD,))) == (
        "````text\nThey voted by 212. [1]\n\n[1] “They voted ``` by 212.”\n````\nSources:\n"
        f"[1] {source(HEAD)} (article ferry-2026)\n"
        "Note: left out 1 statement"
    )


def test_no_answer_for_a_model():
    said = answer(text="No answer: nothing\nfits.", statements=(), abstained=True, warnings=(WITHHELD,))
    assert answer_text(said) == "No answer: nothing fits.\nNote: left out 1 statement"


def test_a_summary_for_a_model():
    summary = Summary(style="brief", words=20, text="They voted. [1]", points=(VOTED,), engine="extractive")
    assert summary_text(summary).startswith("````text\nThey voted. [1]\n")
    none = summary.model_copy(update={"text": "No summary: nothing.", "points": (), "abstained": True})
    assert summary_text(none) == "No summary: nothing."


def test_passages_for_a_model():
    passage = Passage(
        number=1, article=HEAD, ordinals=(0,), start=5, end=9, text="They", score=1, found_by=("lexical",),
        also_in=(ArticleHead(id="copy", outlet="Coast Radio"),),
    )  # fmt: skip
    assert passages_text([passage]) == (
        f"[1] {source(HEAD)}\n(article ferry-2026, characters 5-9)\n```text\nThey\n```\n"
        "Nearly the same in Coast Radio, date unknown"
    )
    assert passages_text([]) == "No passage found."


def test_an_article_for_a_model():
    article = Article(**HEAD.model_dump(exclude={"authors"}), authors=("A. Writer",), text="One.\n\nTwo.")
    whole = "\nby A. Writer\n```text\nOne.\n\nTwo.\n```"
    assert article_text(article) == f"{source(HEAD)} (article ferry-2026){whole}"
    assert article_text(article, 3) == f"{source(HEAD)} (article ferry-2026, version 1 of 3){whole}"


def test_an_answer_for_a_chat():
    assert with_sources(answer()) == (
        "They voted by 212. [1]\n\n[1] Evening Post, 2026-03-15, Ferry strike ends"
    )
    assert with_sources(answer(text="No answer: none.", statements=(), abstained=True)) == "No answer: none."


def test_pieces_break_between_lines_else_between_words():
    assert pieces("one two\nthree", 8) == ["one two", "three"]
    assert pieces("one two three", 8) == ["one two", "three"]
    assert pieces("unbreakable", 4) == ["unbr", "eaka", "ble"]
    assert pieces("short", 5) == ["short"]


@given(st.text(alphabet="ab \n", max_size=60), st.integers(1, 12))
def test_pieces_lose_no_word(text, longest):
    found = pieces(text, longest)
    assert all(len(piece) <= longest for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["", " ", "\n\n\n\n\n\n"])
def test_pieces_of_nothing(text):
    assert "".join(pieces(text, 3)).strip() == ""
