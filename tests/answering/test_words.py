"""Tokens, names, numbers and folded quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.words import content_words, find_verbatim, fold, names, numbers, stem, words


@pytest.mark.parametrize(
    ("text", "lowers"),
    [
        ("The U.S. and US envoys met us.", ["the", "usa", "and", "usa", "envoys", "met", "us"]),
        ("Zelenskyy's $3.4bn plan", ["zelenskyy", "$3.4bn", "plan"]),
        ("Łukasz Orbán, 58, said: “No.”", ["łukasz", "orbán", "58", "said", "no"]),
        ("didn’t", ["didn’t"]),
        ("", []),
        ("… — !", []),
    ],
)
def test_words_in_lower_case(text, lowers):
    assert [w.lower for w in words(text)] == lowers


@given(st.text(max_size=120))
def test_a_word_stands_at_its_place(text):
    assert all(text[w.start : w.end] == w.text for w in words(text))


@pytest.mark.parametrize(
    ("one", "other"), [("won", "winning"), ("resigned", "resigns"), ("sold", "sell"), ("dead", "died")]
)
def test_forms_of_one_word_share_a_stem(one, other):
    assert stem(one) == stem(other)


def test_stopwords_carry_no_meaning():
    assert [w.lower for w in content_words("Who is the mayor of it?")] == ["mayor"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ursula von der Leyen will attend.", ["Ursula von der Leyen"]),
        ("NATO Secretary-General Mark Rutte joined.", ["NATO Secretary-General Mark Rutte"]),
        ("Jean-Claude Ruiz's deputy, Anne-Marie O'Neill", ["Jean-Claude Ruiz", "Anne-Marie O'Neill"]),
        ("In March and on Monday it rained.", []),
        ("Belgium, Finland and Spain voted.", ["Belgium", "Finland", "Spain"]),
        ("nobody said anything", []),
        ("", []),
    ],
)
def test_names(text, found):
    assert [n.text for n in names(text)] == found


@given(st.text(max_size=120))
def test_a_name_is_a_slice_of_its_sentence(text):
    assert all(text[n.start : n.end] == n.text for n in names(text))


def test_the_links_of_a_name_are_no_parts():
    assert names("Ursula von der Leyen")[0].parts == ("ursula", "leyen")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3.4 billion euros", [3.4e9]),
        ("$20bn and £1.5m", [20e9, 1.5e6]),
        ("1,240 containers, 27 of them empty", [1240, 27]),
        ("twenty-seven people and two hundred cars", [27, 200]),
        ("half a dozen", [12]),
        ("G20 and A4", []),
        ("no number at all", []),
    ],
)
def test_numbers(text, values):
    assert [value for value, _, _ in numbers(text)] == values


def test_folding_keeps_where_each_character_came_from():
    text = "  “Ja,”\n\n he  said "
    folded, places = fold(text)
    assert folded == '"Ja," he said'
    assert len(places) == len(folded)
    assert all(text[place].isspace() == (char == " ") for char, place in zip(folded, places, strict=True))


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ('"It is late," she said', "“It is  late,” she said"),
        ("she said.", "she said."),
        ("late", "late"),
        ("lat", None),
        ("It was late", None),
        ("", None),
        ("   ", None),
    ],
)
def test_a_quote_is_found_word_for_word_or_not_at_all(quote, found):
    text = "Asked again: “It is  late,” she said."
    span = find_verbatim(quote, text)
    assert (text[slice(*span)] if span else None) == found
