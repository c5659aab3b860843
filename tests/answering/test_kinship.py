"""Words that are near in meaning."""

from __future__ import annotations

import pytest
from test_extractive import passage

from qa.answering.kinship import kin
from qa.answering.question import parse
from qa.answering.reading import read
from qa.answering.terms import line_score, terms_of


@pytest.mark.parametrize(
    ("word", "near"),
    [("phone", "telephone"), ("punishment", "penalty"), ("price", "cost"), ("quit", "resign")],
)
def test_near_words_are_found(word, near):
    assert near in kin([word], [near, "harbour", "Tuesday"])[word]


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("killed", "injured"),
        ("north", "south"),
        ("monday", "tuesday"),
        ("win", "lose"),
        ("phone", "phone"),
        ("19", "20"),
    ],
)
def test_opposites_days_numbers_and_the_word_itself_are_not(word, other):
    assert other not in kin([word], [other]).get(word, frozenset())


@pytest.mark.parametrize(
    ("asked", "vocabulary"), [([], ["harbour"]), (["phone"], []), (["a", "of"], ["the"])]
)
def test_nothing_is_near_nothing(asked, vocabulary):
    assert not any(kin(asked, vocabulary).values())


def test_a_near_word_counts_in_part():
    story = read([passage("He used his telephone on the bridge. It rained.")])[0]
    terms = terms_of(parse("Whose phone was on the bridge?"), [story])
    first, second = (line_score(line, story, terms).plain for line in story.lines)
    assert 0 <= second < first < 1
