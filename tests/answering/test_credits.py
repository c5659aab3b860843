"""Captions and lines about an article's author: what is one, what only looks like one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from asking import asked, told
from test_extractive import passage

from qa.answering.credits import credit_lines
from qa.answering.reading import read

BODY = (("The pier in Halvik sank.",), ("Boats were lost.",), ("Nobody was hurt.",), ("The mayor wept.",))


def credited(*paragraphs: Sequence[str]) -> list[str]:
    """The credits among the lines of an article told in paragraphs."""
    lines = [(text, number) for number, texts in enumerate(paragraphs) for text in texts]
    found = credit_lines([text for text, _ in lines], [number for _, number in lines])
    return [lines[i][0] for i in sorted(found)]


@pytest.mark.parametrize(
    "line",
    [
        "Photo: the pier in Halvik in 2019.",
        "File picture: the old pier.",
        "PICTURED: Ada Brandt on the pier.",
        "Watch: the pier sinks.",
        "Email him at the desk.",
        "Follow her for more from the coast.",
        "Additional reporting by Ada Brandt.",
        "Reporting by Ada Brandt in Halvik.",
    ],
)
def test_a_caption_or_a_credit_may_stand_anywhere(line: str) -> None:
    assert credited((line,), *BODY) == [line]
    assert credited(*BODY[:2], (line,), *BODY[2:]) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Photos of the pier sold well.",
        "The photo: a pier, a boat and a dog.",
        "Images show the pier before the storm.",
        "Watch repairers moved to Halvik.",
        "Reporting a leak takes one call.",
        "She told readers to follow her.",
    ],
)
def test_a_sentence_about_pictures_or_reports_is_no_credit(line: str) -> None:
    assert credited((line,), *BODY) == []


@pytest.mark.parametrize(
    "author",
    [
        ("Ole Rask is a reporter for the Evening Post.",),
        ("Ole Rask is our science writer based in Brenn.",),
        ("Ole Rask is the Post's harbour correspondent.", "He was the yard's spokesman."),
        ("Ole Rask is a columnist who writes about the sea.",),
        ("Ole Rask is a photographer.",),
    ],
)
def test_the_last_lines_about_the_author_go_together(author: tuple[str, ...]) -> None:
    assert credited(*BODY, author) == list(author)


@pytest.mark.parametrize(
    "last",
    [
        "Ada Brandt is the mayor of Halvik.",
        "Ole Rask is a reporter who was jailed in May.",
        "He said that Ole Rask is a reporter.",
        "The reporter for the Post left.",
    ],
)
def test_other_last_lines_stay(last: str) -> None:
    assert credited(*BODY, (last,)) == []


def test_a_story_about_a_reporter_keeps_its_lines() -> None:
    about = ("Ole Rask is a reporter for the Evening Post.", "He was fined 200 euros.")
    assert credited(about, *BODY) == []  # it opens the story
    assert credited(*BODY, ("Police stopped Rask on the pier.",), about) == []  # he is in it
    assert credited(*BODY, (*BODY[0], *about)) == []  # it opens no paragraph


ARTICLE = """The storm sank the pier in Halvik on Monday.

Photo: the harbour master of Brenn, Pia Lund, in 2019.

Boats were lost, the harbour office said.

The pier was built in 1911.

Ole Rask is a reporter for the Evening Post who covers the coast. He was the harbour master of Brenn.
"""


def test_credits_are_no_lines_of_a_story_as_it_is_read() -> None:
    story = read([passage(ARTICLE)])[0]
    assert [line.text for line in story.lines] == [
        "The storm sank the pier in Halvik on Monday.",
        "Boats were lost, the harbour office said.",
        "The pier was built in 1911.",
    ]
    assert [line.index for line in story.lines] == [0, 1, 2]


def test_nothing_is_answered_from_them(tmp_path: Path) -> None:
    assert asked(tmp_path, "Who is the harbour master of Brenn?", ARTICLE).abstained


def test_the_same_words_answer_where_they_are_the_story(tmp_path: Path) -> None:
    line = "Pia Lund, the harbour master of Brenn, wept."
    text = ARTICLE.replace("Photo: the harbour master of Brenn, Pia Lund, in 2019.", line)
    assert told(asked(tmp_path, "Who is the harbour master of Brenn?", text)) == [line]
