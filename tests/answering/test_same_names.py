"""Looking for a name among many words at once finds what trying each would."""

from __future__ import annotations

import pytest

from qa.answering.kinship import nearness
from qa.answering.synonyms import any_same_name, same_name

HAVE = ("zelenskyy", "french", "netherlands", "america", "roe", "", "ukrainian", "halvorsen")


@pytest.mark.parametrize("spelled_alike", [True, False])
@pytest.mark.parametrize(
    "asked", ["zelensky", "france", "dutch", "usa", "us", "roe", "ukraine", "halverson", "norway"]
)
def test_a_name_is_found_where_one_word_is_the_same_name(asked, spelled_alike):
    tried = any(same_name(asked, word, spelled_alike=spelled_alike) for word in HAVE if word)
    assert any_same_name(asked, frozenset(HAVE), spelled_alike=spelled_alike) is tried


def test_a_name_one_letter_apart_counts_only_when_spelled_alike():
    assert any_same_name("zelensky", frozenset(HAVE))
    assert not any_same_name("zorvensky", frozenset(HAVE))


def test_words_near_in_meaning_are_nearer_than_others():
    same, near, far = nearness(["phone", "telephone", "walrus"], ["phone", "the"])
    assert same == 1.0
    assert 0.5 < near < 1.0
    assert far < near
    assert nearness(["phone"], []) == [0.0]
